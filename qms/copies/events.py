"""What can happen to printed copies; each lands in the trail."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from qms.kernel.acts import DomainEvent


@dataclass(frozen=True)
class CopyEvent(DomainEvent):
    """Something happened to a printed copy."""

    text: str = ""

    def details(self) -> dict[str, Any]:
        """Name the document, the version, the number, and what was said."""
        subject = self.subject
        found = {
            "code": subject.document.code,
            "version": subject.version.label,
            "number": subject.number,
            "holder": subject.holder,
            "place": subject.place,
            "text": self.text,
        }
        return {name: value for name, value in found.items() if value}


class CopyIssued(CopyEvent):
    """A controlled copy was printed."""


class CopyDelivered(CopyEvent):
    """A controlled copy was handed over."""


class CopyRecalled(CopyEvent):
    """A controlled copy has to come back."""


class CopyRecovered(CopyEvent):
    """A controlled copy came back."""


class CopyDestroyed(CopyEvent):
    """A controlled copy was destroyed."""


class CopyLost(CopyEvent):
    """A controlled copy cannot be found."""
