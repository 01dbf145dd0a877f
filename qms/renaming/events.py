"""What can happen to renamings; each lands in the trail."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from qms.kernel.acts import DomainEvent


@dataclass(frozen=True)
class RenamingEvent(DomainEvent):
    """Something happened to a renaming."""

    code: str = ""
    """The document that it happened to, where it is about one."""
    text: str = ""

    def details(self) -> dict[str, Any]:
        """Name the renaming, both names, and what was said."""
        subject = self.subject
        found = {
            "number": subject.number,
            "kind": subject.kind,
            "id": subject.thing_id,
            "old": subject.old,
            "new": subject.new,
            "code": self.code,
            "text": self.text,
        }
        return {name: value for name, value in found.items() if value}


class RenamingPlanned(RenamingEvent):
    """Another name is planned for a position, unit or process."""


class RenamingLooked(RenamingEvent):
    """The documents that name it were looked for."""


class RenamingConfirmed(RenamingEvent):
    """A position, unit or process was renamed with everything that names it."""


class RenamingDrafted(RenamingEvent):
    """A draft got the new name."""


class RenamingFailed(RenamingEvent):
    """A draft could not get the new name."""


class RenamingSettled(RenamingEvent):
    """Documents of a renaming need no new version."""


class RenamingDone(RenamingEvent):
    """Nothing is left to be done about a renaming."""


class RenamingGivenUp(RenamingEvent):
    """A renaming was given up."""
