"""What can happen to change requests; each lands in the trail."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from qms.kernel.acts import DomainEvent


@dataclass(frozen=True)
class RequestEvent(DomainEvent):
    """Something happened to a change request."""

    text: str = ""

    def details(self) -> dict[str, Any]:
        """Name the request, what it is about, and what was said."""
        subject = self.subject
        document = subject.document
        found = {
            "number": subject.number,
            "kind": subject.kind,
            "code": document.code if document is not None else None,
            "title": subject.title,
            "text": self.text,
        }
        return {name: value for name, value in found.items() if value}


class ChangeRequested(RequestEvent):
    """Somebody asked for a change."""


class RequestAccepted(RequestEvent):
    """A change request was accepted."""


class RequestRejected(RequestEvent):
    """A change request was rejected."""


class RequestWithdrawn(RequestEvent):
    """A change request was withdrawn by whoever asked."""


class RequestTakenUp(RequestEvent):
    """A draft or a new document takes a change request up."""


class RequestLetGo(RequestEvent):
    """What had taken a change request up was given up; it waits again."""


class RetirementSigned(RequestEvent):
    """Somebody signed the retirement of a document."""


class RequestDone(RequestEvent):
    """What a change request asked for was done."""
