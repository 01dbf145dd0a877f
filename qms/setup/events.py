"""What happens to an organisation's settings on screen."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from qms.kernel.acts import DomainEvent


@dataclass(frozen=True)
class SettingsChanged(DomainEvent):
    """Settings of the organisation were changed on screen."""

    parts: list[str] = field(default_factory=list)
    """The parts of the profile that are different now."""
    revision: int = 0
    """Revision of the profile from now on."""
    values: dict[str, Any] = field(default_factory=dict)
    """By place in the profile: the value before and the value from now on."""

    def details(self) -> dict[str, Any]:
        """Give the plain values that the trail keeps."""
        return {"parts": self.parts, "revision": self.revision, "values": self.values}


@dataclass(frozen=True)
class OrganisationStarted(DomainEvent):
    """An organisation was started empty, from the starting profile of its country."""

    country: str = ""
    """Two capitals."""
    administrator: str = ""
    """Id of the person who sets it up."""

    def details(self) -> dict[str, Any]:
        """Give the plain values that the trail keeps."""
        return {"country": self.country, "administrator": self.administrator}
