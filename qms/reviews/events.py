"""What can happen at a periodic review."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from qms.documents.events import VersionEvent


@dataclass(frozen=True)
class DocumentReviewed(VersionEvent):
    """A document was reviewed and found right as it is."""

    note: str = ""
    former_day: str | None = None
    next_day: str | None = None

    def details(self) -> dict[str, Any]:
        """Give what was looked at, and the day of the review before and after."""
        return super().details() | {
            "note": self.note,
            "review_by": [self.former_day, self.next_day],
        }
