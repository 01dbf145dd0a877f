"""What can happen to mails; the trail learns of it without what they say."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from qms.kernel.acts import DomainEvent
from qms.pqr.events import CaseEvent


@dataclass(frozen=True)
class _MailEvent(DomainEvent):
    """Something happened to a mail; its subject is the register of cases."""

    facts: dict[str, Any] = field(default_factory=dict)
    """Plain values that are nobody's personal data."""

    def details(self) -> dict[str, Any]:
        """Give the facts."""
        return {name: value for name, value in self.facts.items() if value}


class MailKept(_MailEvent):
    """An e-mail was kept without a case."""


class MailDiscarded(_MailEvent):
    """An e-mail was discarded, with a reason."""


class MailTurnedIntoCase(_MailEvent):
    """A case was made of an e-mail that had been kept."""


class MailAdded(_MailEvent):
    """An e-mail that had been kept was added to a case."""


@dataclass(frozen=True)
class CustomerWrote(CaseEvent):
    """An e-mail about a case came in."""

    why: str = ""
    """``reply``, ``other-address`` or ``bounced``."""


class MailSeen(CaseEvent):
    """The e-mail about a case was looked at."""


class MailSuppressed(_MailEvent):
    """The personal data of an e-mail were removed."""
