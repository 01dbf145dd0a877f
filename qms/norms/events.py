"""What can happen to norms of external origin; each lands in the trail."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from qms.kernel.acts import DomainEvent


@dataclass(frozen=True)
class NormEvent(DomainEvent):
    """Something happened to a norm of external origin."""

    text: str = ""
    on: str = ""
    """ISO date that was told, empty for none."""

    def details(self) -> dict[str, Any]:
        """Name the norm, and what was said."""
        found = {"norm": self.subject.name, "text": self.text, "on": self.on}
        return {name: value for name, value in found.items() if value}


class NormRegistered(NormEvent):
    """A norm was entered in the register."""


@dataclass(frozen=True)
class NormChanged(NormEvent):
    """What the register says of a norm was changed."""

    values: dict[str, Any] | None = None

    def details(self) -> dict[str, Any]:
        """Add what changed, each as before and after."""
        return super().details() | {"values": self.values or {}}


class NormVerified(NormEvent):
    """A norm was checked and found without changes."""


@dataclass(frozen=True)
class NormAmended(NormEvent):
    """A norm was changed by another one."""

    tell: bool = True
    """Whether mails are written."""


@dataclass(frozen=True)
class NormRepealed(NormEvent):
    """A norm was taken out of force by another one."""

    tell: bool = True


class NormRestored(NormEvent):
    """A change or repeal of a norm had been noted by mistake."""


@dataclass(frozen=True)
class EditionAdded(NormEvent):
    """A new edition of a norm is held."""

    sha256: str = ""

    def details(self) -> dict[str, Any]:
        """Add the hash of the copy held."""
        return super().details() | ({"sha256": self.sha256} if self.sha256 else {})


class RequirementsLoaded(NormEvent):
    """The clauses of a norm were taken from a table."""


@dataclass(frozen=True)
class RequirementSaved(DomainEvent):
    """A requirement of a norm was saved."""

    values: dict[str, Any] | None = None

    def details(self) -> dict[str, Any]:
        """Name the norm and the requirement, and what changed."""
        subject = self.subject
        return {"norm": subject.norm.name, "number": subject.number, "values": self.values or {}}
