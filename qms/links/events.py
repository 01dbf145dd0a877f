"""What can happen to links; each lands in the trail."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from qms.kernel.acts import DomainEvent


@dataclass(frozen=True)
class LinkEvent(DomainEvent):
    """Something happened to a link between two things."""

    one: str = ""
    other: str = ""
    role: str = ""

    def details(self) -> dict[str, Any]:
        """Name both ends and what they are to each other."""
        return {"one": self.one, "other": self.other, "role": self.role}


class Linked(LinkEvent):
    """Two things were linked."""


class Unlinked(LinkEvent):
    """A link between two things was taken away."""
