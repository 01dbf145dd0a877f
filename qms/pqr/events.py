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


class CaseAssigned(CaseEvent):
    """A case was given to somebody."""


class CaseNoted(CaseEvent):
    """An internal note was added to a case."""


class CaseIncomplete(CaseEvent):
    """The customer of a case was asked for what is missing."""


class CaseCompleted(CaseEvent):
    """The customer of a case brought what was missing."""


class CaseLapsed(CaseEvent):
    """A case lapsed: what was missing did not come in time."""


class CaseExtended(CaseEvent):
    """The term of a case was extended."""


class CaseSuspended(CaseEvent):
    """The term of a case was interrupted by letter."""


class CaseResumed(CaseEvent):
    """The term of a case goes on."""


class CaseKindChanged(CaseEvent):
    """The kind of a case was changed."""


class CaseTransferred(CaseEvent):
    """A case was handed to whoever is competent."""


class CaseAnswered(CaseEvent):
    """The answer to a case was written."""


class CaseNotified(CaseEvent):
    """The answer to a case reached its customer."""


class CaseClosed(CaseEvent):
    """A case was closed."""


class CaseReopened(CaseEvent):
    """A case was opened again."""


class CaseWithdrawn(CaseEvent):
    """The customer took a case back."""


class CaseRecalculated(CaseEvent):
    """The term of a case was computed anew."""


@dataclass(frozen=True)
class CaseNearsEnd(CaseEvent):
    """A case nears the end of its term, or has passed it."""

    people: tuple[str, ...] = ()
    """Ids of the persons who are told."""


class AnswerDrafted(CaseEvent):
    """A version of the answer to a case was kept."""


class AnswerSubmitted(CaseEvent):
    """The answer to a case was sent to its approver."""


class AnswerReturned(CaseEvent):
    """The answer to a case was returned to its author."""


class AnswerApproved(CaseEvent):
    """The answer to a case was approved."""


class CaseLettered(CaseEvent):
    """The answer to a case was made a letter."""


class CaseDelivered(CaseEvent):
    """The mail server took the mail with an answer."""


class CaseUndelivered(CaseEvent):
    """The answer to a case could not be delivered."""


class CaseRated(CaseEvent):
    """The customer of a case rated the service."""


class CaseObjected(CaseEvent):
    """The customer of a case does not agree with the answer."""


class CaseUpheld(CaseEvent):
    """The answer to a case was kept after an objection."""


@dataclass(frozen=True)
class CaseEscalated(CaseEvent):
    """A case was escalated to another queue."""

    people: tuple[str, ...] = ()
    """Ids of the persons who are told."""


class CaseValued(CaseEvent):
    """The amount of a case was noted."""


class CaseCompared(CaseEvent):
    """It was noted whether a case repeats another one."""


class CaseRectified(CaseEvent):
    """Personal data of a case were corrected."""


class ConsentEnded(CaseEvent):
    """The consent to optional uses was taken back."""


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


class CaseReportWithdrawn(CaseReportPublished):
    """The published figures of cases of a period were withdrawn."""
