"""What can happen to findings, actions, audits and management reviews; each lands in the trail."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from qms.kernel.acts import DomainEvent


@dataclass(frozen=True)
class ImprovementEvent(DomainEvent):
    """Something happened in the room of improvement."""

    facts: dict[str, Any] = field(default_factory=dict)
    """Plain values of the act."""

    def details(self) -> dict[str, Any]:
        """Name what it happened to, its state, and what the act says."""
        subject = self.subject
        found = {
            "number": getattr(subject, "number", getattr(subject, "year", None)),
            "title": subject.title,
            "state": subject.state,
            **self.facts,
        }
        return {name: value for name, value in found.items() if value not in (None, "", [])}


# Findings


class FindingEvent(ImprovementEvent):
    """Something happened to a finding."""


class FindingReported(FindingEvent):
    """Somebody reported a finding."""


class FindingAccepted(FindingEvent):
    """A finding was accepted and classified."""


class FindingRejected(FindingEvent):
    """A finding was rejected."""


class FindingMerged(FindingEvent):
    """A finding was merged into another one."""


class FindingReclassified(FindingEvent):
    """A finding was classified anew."""


class FindingReassigned(FindingEvent):
    """Another person answers for a finding."""


class FindingCorrected(FindingEvent):
    """What was found was corrected at once."""


class OutputDisposed(FindingEvent):
    """It was decided what is done with a nonconforming output."""


class OutputReverified(FindingEvent):
    """A nonconforming output was verified again."""


class FindingAnalysed(FindingEvent):
    """The cause of a finding was analysed."""


class RiskAnswered(FindingEvent):
    """It was said whether a finding asks for other risks."""


class RiskUpdated(FindingEvent):
    """The risks were updated because of a finding."""


class ActionAdded(FindingEvent):
    """An action was added to the plan of a finding."""


class ActionMoved(FindingEvent):
    """An action of a finding went on."""


class FindingPlanned(FindingEvent):
    """The plan of a finding is complete."""


class EffectivenessChecked(FindingEvent):
    """It was checked whether what was done had its effect."""


class FindingClosed(FindingEvent):
    """A finding was closed."""


class FindingCancelled(FindingEvent):
    """A finding was cancelled."""


class FindingReopened(FindingEvent):
    """A finding was opened again."""


class FindingNoted(FindingEvent):
    """A note was added to a finding."""


FINDING_EVENTS: dict[str, type[FindingEvent]] = {
    "reported": FindingReported,
    "accepted": FindingAccepted,
    "rejected": FindingRejected,
    "merged": FindingMerged,
    "reclassified": FindingReclassified,
    "reassigned": FindingReassigned,
    "corrected": FindingCorrected,
    "disposed": OutputDisposed,
    "reverified": OutputReverified,
    "analysed": FindingAnalysed,
    "risk-answered": RiskAnswered,
    "risk-updated": RiskUpdated,
    "action-added": ActionAdded,
    "action-moved": ActionMoved,
    "planned": FindingPlanned,
    "checked": EffectivenessChecked,
    "closed": FindingClosed,
    "cancelled": FindingCancelled,
    "reopened": FindingReopened,
    "noted": FindingNoted,
}
"""The event of each kind of act on a finding."""


# Actions


class ActionEvent(ImprovementEvent):
    """Something happened to an action of improvement."""


class ActionPlanned(ActionEvent):
    """An action was planned."""


class ActionNoted(ActionEvent):
    """Progress of an action was noted."""


class ActionReassigned(ActionEvent):
    """An action was given to somebody else."""


class ActionExtended(ActionEvent):
    """The day of an action was moved."""


class ActionDone(ActionEvent):
    """An action is done."""


class ActionReturned(ActionEvent):
    """An action that was called done was returned."""


class ActionVerified(ActionEvent):
    """An action was verified."""


class ActionCancelled(ActionEvent):
    """An action was cancelled."""


ACTION_EVENTS: dict[str, type[ActionEvent]] = {
    "planned": ActionPlanned,
    "noted": ActionNoted,
    "reassigned": ActionReassigned,
    "extended": ActionExtended,
    "done": ActionDone,
    "returned": ActionReturned,
    "verified": ActionVerified,
    "cancelled": ActionCancelled,
}
"""The event of each kind of act on an action."""


# Audits


class ProgrammePlanned(ImprovementEvent):
    """An audit programme was begun."""


class ProgrammeChanged(ImprovementEvent):
    """An audit programme was changed."""


class ProgrammeApproved(ImprovementEvent):
    """An audit programme was approved."""


class ProgrammeClosed(ImprovementEvent):
    """An audit programme was closed."""


PROGRAMME_EVENTS: dict[str, type[ImprovementEvent]] = {
    "planned": ProgrammePlanned,
    "changed": ProgrammeChanged,
    "approved": ProgrammeApproved,
    "closed": ProgrammeClosed,
}


class AuditEvent(ImprovementEvent):
    """Something happened to an audit."""


class AuditPlanned(AuditEvent):
    """An audit was planned."""


class AuditChanged(AuditEvent):
    """The plan of an audit was changed."""


class AuditStaffed(AuditEvent):
    """The team of an audit was named."""


class ChecklistPrepared(AuditEvent):
    """The checklist of an audit was prepared from documents in force."""


class QuestionAdded(AuditEvent):
    """A question was added to the checklist of an audit."""


class AuditOpened(AuditEvent):
    """An audit was opened."""


class QuestionAnswered(AuditEvent):
    """A question of an audit was answered."""


class FindingRaised(AuditEvent):
    """A finding was made of an answer of an audit."""


class AuditConcluded(AuditEvent):
    """An audit was concluded and reported."""


class AuditClosed(AuditEvent):
    """An audit was closed: all its findings are."""


class AuditCancelled(AuditEvent):
    """An audit was cancelled."""


AUDIT_EVENTS: dict[str, type[AuditEvent]] = {
    "planned": AuditPlanned,
    "changed": AuditChanged,
    "staffed": AuditStaffed,
    "prepared": ChecklistPrepared,
    "question-added": QuestionAdded,
    "opened": AuditOpened,
    "answered": QuestionAnswered,
    "raised": FindingRaised,
    "concluded": AuditConcluded,
    "closed": AuditClosed,
    "cancelled": AuditCancelled,
}
"""The event of each kind of act on an audit."""


# Management reviews


class ReviewCalled(ImprovementEvent):
    """A management review was called."""


class ReviewChanged(ImprovementEvent):
    """The facts of a management review were changed."""


class ReviewNoted(ImprovementEvent):
    """A note was written about an input of a management review."""


class ReviewMinuted(ImprovementEvent):
    """The minutes of a management review were written."""


class ReviewDecided(ImprovementEvent):
    """A management review decided an action."""


class ReviewApproved(ImprovementEvent):
    """A management review was approved."""


REVIEW_EVENTS: dict[str, type[ImprovementEvent]] = {
    "called": ReviewCalled,
    "changed": ReviewChanged,
    "noted": ReviewNoted,
    "minuted": ReviewMinuted,
    "decided": ReviewDecided,
    "approved": ReviewApproved,
}
"""The event of each kind of act on a management review."""
