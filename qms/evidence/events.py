"""What happens to evidence: that somebody took it out is itself a fact for the trail."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from qms.kernel.acts import DomainEvent


@dataclass(frozen=True)
class EvidenceTaken(DomainEvent):
    """Somebody took an evidence pack out."""

    scope: str = ""
    """What was asked for, as the pack's manifest says it."""
    sha256: str = ""
    """Of the ZIP file."""
    size: int = 0
    documents: int = 0
    versions: int = 0

    def details(self) -> dict[str, Any]:
        """Say what was taken and which file it was."""
        return {
            "pack": self.scope,
            "sha256": self.sha256,
            "size": self.size,
            "documents": self.documents,
            "versions": self.versions,
        }
