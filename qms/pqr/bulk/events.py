"""What can happen to lists of cases; the trail learns of it without what they say."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from qms.kernel.acts import DomainEvent
from qms.pqr.events import CaseEvent


@dataclass(frozen=True)
class _BulkEvent(DomainEvent):
    """Something happened to a list of cases; its subject is the register."""

    facts: dict[str, Any] = field(default_factory=dict)

    def details(self) -> dict[str, Any]:
        """Give the facts."""
        return dict(self.facts)


class CaseListReceived(_BulkEvent):
    """A list of cases was uploaded."""


class CaseListMapped(_BulkEvent):
    """It was said what the columns of a list of cases hold."""


class CaseListStarted(_BulkEvent):
    """The registering of a list of cases began."""


class CaseListCarried(_BulkEvent):
    """Rows of a list of cases were registered."""


class CaseListFinished(_BulkEvent):
    """A list of cases was registered to its end."""


class CaseListGivenUp(_BulkEvent):
    """A list of cases was given up; nothing of it was written."""


class CaseMigrated(CaseEvent):
    """A closed case was taken over from another system."""
