"""What can happen in the retention of records; each lands in the trail."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from qms.kernel.acts import DomainEvent


@dataclass(frozen=True)
class RetentionEvent(DomainEvent):
    """Something happened in the retention of records."""

    facts: dict[str, Any] = field(default_factory=dict)
    """Plain values of the act."""

    def details(self) -> dict[str, Any]:
        """Name what it happened to, and the act's own values."""
        named = {name: getattr(self.subject, name, None) for name in ("code", "number", "title")}
        found = {**named, **self.facts}
        return {name: value for name, value in found.items() if value not in (None, "")}


class SeriesAdded(RetentionEvent):
    """A series was put into the table of retention."""


class SeriesChanged(RetentionEvent):
    """What belongs to a series of records was changed."""


class RuleChanged(RetentionEvent):
    """A series of records has another rule of retention from a date on."""


class HoldPlaced(RetentionEvent):
    """Records were put under legal hold."""


class HoldLifted(RetentionEvent):
    """A legal hold was released."""


class TransferSent(RetentionEvent):
    """A list of transfer between archives was made."""


class TransferTakenOver(RetentionEvent):
    """Records were received in the next archive."""


class DisposalProposed(RetentionEvent):
    """An elimination of records was proposed."""


class DisposalAnnounced(RetentionEvent):
    """An elimination of records was announced."""


class DisposalObjected(RetentionEvent):
    """Somebody objected to an elimination of records."""


class ObjectionAnswered(RetentionEvent):
    """An objection to an elimination of records was answered."""


class RecordKept(RetentionEvent):
    """A record was taken out of an elimination."""


class DisposalApproved(RetentionEvent):
    """An elimination of records was approved with a signature."""


class DisposalStep(RetentionEvent):
    """Records of an approved elimination were dealt with."""


class DisposalFinished(RetentionEvent):
    """An elimination of records was carried out."""


class DisposalWithdrawn(RetentionEvent):
    """An elimination of records was withdrawn."""
