"""What can happen to cases; each lands in the trail, without the customer's data."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from qms.kernel.acts import DomainEvent


@dataclass(frozen=True)
class CaseEvent(DomainEvent):
    """Something happened to a case."""

    facts: dict[str, Any] = field(default_factory=dict)
    """Plain values of the act that are nobody's personal data."""
    due_before: str | None = None

    def details(self) -> dict[str, Any]:
        """Name the case, its kind, and how the act moved its term."""
        case = self.subject
        found = {
            "number": case.number,
            "kind": case.progress.kind,
            "due_before": self.due_before if self.due_before != case.due else None,
            "due": case.due,
            **self.facts,
        }
        return {name: value for name, value in found.items() if value}


@dataclass(frozen=True)
class CaseRegistered(CaseEvent):
    """A case was registered."""

    code: str = ""
    """For the receipt only; no trail keeps it."""


@dataclass(frozen=True)
class CaseAssigned(CaseEvent):
    """A case was given to somebody."""


@dataclass(frozen=True)
class CaseNoted(CaseEvent):
    """An internal note was added to a case."""


@dataclass(frozen=True)
class CaseIncomplete(CaseEvent):
    """The customer of a case was asked for what is missing."""


@dataclass(frozen=True)
class CaseCompleted(CaseEvent):
    """The customer of a case brought what was missing."""


@dataclass(frozen=True)
class CaseLapsed(CaseEvent):
    """A case lapsed: what was missing did not come in time."""


@dataclass(frozen=True)
class CaseExtended(CaseEvent):
    """The term of a case was extended."""


@dataclass(frozen=True)
class CaseSuspended(CaseEvent):
    """The term of a case was interrupted by letter."""


@dataclass(frozen=True)
class CaseResumed(CaseEvent):
    """The term of a case goes on."""


@dataclass(frozen=True)
class CaseKindChanged(CaseEvent):
    """The kind of a case was changed."""


@dataclass(frozen=True)
class CaseTransferred(CaseEvent):
    """A case was handed to whoever is competent."""


@dataclass(frozen=True)
class CaseAnswered(CaseEvent):
    """The answer to a case was written."""


@dataclass(frozen=True)
class CaseNotified(CaseEvent):
    """The answer to a case reached its customer."""


@dataclass(frozen=True)
class CaseClosed(CaseEvent):
    """A case was closed."""


@dataclass(frozen=True)
class CaseReopened(CaseEvent):
    """A case was opened again."""


@dataclass(frozen=True)
class CaseWithdrawn(CaseEvent):
    """The customer took a case back."""


@dataclass(frozen=True)
class CaseRecalculated(CaseEvent):
    """The term of a case was computed anew."""


@dataclass(frozen=True)
class CaseNearsEnd(CaseEvent):
    """A case nears the end of its term, or has passed it."""

    people: tuple[str, ...] = ()
    """Ids of the persons who are told."""


@dataclass(frozen=True)
class AnswerDrafted(CaseEvent):
    """A version of the answer to a case was kept."""


@dataclass(frozen=True)
class AnswerSubmitted(CaseEvent):
    """The answer to a case was sent to its approver."""


@dataclass(frozen=True)
class AnswerReturned(CaseEvent):
    """The answer to a case was returned to its author."""


@dataclass(frozen=True)
class AnswerApproved(CaseEvent):
    """The answer to a case was approved."""


@dataclass(frozen=True)
class CaseLettered(CaseEvent):
    """The answer to a case was made a letter."""


@dataclass(frozen=True)
class CaseDelivered(CaseEvent):
    """The mail server took the mail with an answer."""


@dataclass(frozen=True)
class CaseUndelivered(CaseEvent):
    """The answer to a case could not be delivered."""


@dataclass(frozen=True)
class CaseRated(CaseEvent):
    """The customer of a case rated the service."""


@dataclass(frozen=True)
class CaseObjected(CaseEvent):
    """The customer of a case does not agree with the answer."""


@dataclass(frozen=True)
class CaseUpheld(CaseEvent):
    """The answer to a case was kept after an objection."""


@dataclass(frozen=True)
class CaseEscalated(CaseEvent):
    """A case was escalated to another queue."""

    people: tuple[str, ...] = ()
    """Ids of the persons who are told."""


@dataclass(frozen=True)
class CaseValued(CaseEvent):
    """The amount of a case was noted."""


@dataclass(frozen=True)
class CaseCompared(CaseEvent):
    """It was noted whether a case repeats another one."""


@dataclass(frozen=True)
class CaseRectified(CaseEvent):
    """Personal data of a case were corrected."""


@dataclass(frozen=True)
class ConsentEnded(CaseEvent):
    """The consent to optional uses was taken back."""


@dataclass(frozen=True)
class CaseSuppressed(CaseEvent):
    """The personal data of a case were removed for good."""


EVENTS: dict[str, type[CaseEvent]] = {
    "received": CaseRegistered,
    "assigned": CaseAssigned,
    "noted": CaseNoted,
    "asked": CaseIncomplete,
    "completed": CaseCompleted,
    "lapsed": CaseLapsed,
    "extended": CaseExtended,
    "suspended": CaseSuspended,
    "resumed": CaseResumed,
    "kind-changed": CaseKindChanged,
    "transferred": CaseTransferred,
    "answered": CaseAnswered,
    "notified": CaseNotified,
    "closed": CaseClosed,
    "reopened": CaseReopened,
    "withdrawn": CaseWithdrawn,
    "recalculated": CaseRecalculated,
    "drafted": AnswerDrafted,
    "submitted": AnswerSubmitted,
    "returned": AnswerReturned,
    "approved": AnswerApproved,
    "lettered": CaseLettered,
    "delivered": CaseDelivered,
    "undelivered": CaseUndelivered,
    "rated": CaseRated,
    "objected": CaseObjected,
    "upheld": CaseUpheld,
    "escalated": CaseEscalated,
    "alerted": CaseNearsEnd,
    "valued": CaseValued,
    "repeats": CaseCompared,
    "rectified": CaseRectified,
    "consent-ended": ConsentEnded,
    "suppressed": CaseSuppressed,
}
"""The event of each kind of act."""


@dataclass(frozen=True)
class CaseContentDisposed(CaseEvent):
    """Text, customer and files of a case were eliminated at the end of its retention."""


@dataclass(frozen=True)
class TermsCompared(DomainEvent):
    """Open cases were held against the calendar and the norms of today."""

    moved: int = 0

    def details(self) -> dict[str, Any]:
        """Say how many terms were moved."""
        return {"moved": self.moved}


@dataclass(frozen=True)
class CaseReportPublished(DomainEvent):
    """The figures of cases of a period were published."""

    period: str = ""

    def details(self) -> dict[str, Any]:
        """Name the period."""
        return {"period": self.period}


@dataclass(frozen=True)
class CaseReportWithdrawn(CaseReportPublished):
    """The published figures of cases of a period were withdrawn."""
