"""What happens to the trail itself."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from qms.kernel.acts import DomainEvent


@dataclass(frozen=True)
class TrailAnchored(DomainEvent):
    """The heads of all lanes were bound by one hash, which should be kept elsewhere."""

    day: str = ""
    hash: str = ""

    def details(self) -> dict[str, Any]:
        """Give the day and its hash."""
        return {"day": self.day, "hash": self.hash}


@dataclass(frozen=True)
class TrailExported(DomainEvent):
    """Somebody took the trail out as a file."""

    format: str = ""
    sha256: str = ""
    entries: int = 0

    def details(self) -> dict[str, Any]:
        """Give the file's form, its SHA-256 and how much it holds."""
        return {"format": self.format, "sha256": self.sha256, "entries": self.entries}
