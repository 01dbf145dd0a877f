"""What can happen to findings; each lands in the trail."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from qms.kernel.acts import DomainEvent


@dataclass(frozen=True)
class FindingEvent(DomainEvent):
    """Something was decided about a finding of the content review."""

    rule: str = ""
    key: str = ""
    message: str = ""
    reason: str = ""

    def details(self) -> dict[str, Any]:
        """Name the document, the finding and the reason."""
        return {
            "code": self.subject.code,
            "rule": self.rule,
            "finding": self.key,
            "message": self.message,
            "reason": self.reason,
        }


class FindingAccepted(FindingEvent):
    """A finding of the content review was accepted with a reason."""


class FindingReopened(FindingEvent):
    """A finding that had been accepted counts again."""
