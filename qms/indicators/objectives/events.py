"""What can happen to objectives; each lands in the trail."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from qms.kernel.acts import DomainEvent


@dataclass(frozen=True)
class ObjectiveEvent(DomainEvent):
    """Something happened to an objective."""

    facts: dict[str, Any] = field(default_factory=dict)

    def details(self) -> dict[str, Any]:
        """Name the objective, and what was done."""
        found = {"number": self.subject.number, "title": self.subject.title, **self.facts}
        return {name: value for name, value in found.items() if value not in ("", None, [], {})}


class ObjectiveSet(ObjectiveEvent):
    """An objective was set."""


class ObjectiveChanged(ObjectiveEvent):
    """An objective was changed."""


class ObjectiveMeasured(ObjectiveEvent):
    """The indicators that measure an objective were found."""


class ObjectiveNoted(ObjectiveEvent):
    """It was noted how an objective is going."""


class ObjectiveJudged(ObjectiveEvent):
    """It was judged whether an objective was reached."""


class ObjectiveDropped(ObjectiveEvent):
    """An objective is pursued no longer."""


class ObjectiveResumed(ObjectiveEvent):
    """An objective was taken up again."""


EVENTS: dict[str, type[ObjectiveEvent]] = {
    "set": ObjectiveSet,
    "changed": ObjectiveChanged,
    "found": ObjectiveMeasured,
    "noted": ObjectiveNoted,
    "judged": ObjectiveJudged,
    "dropped": ObjectiveDropped,
    "resumed": ObjectiveResumed,
}
"""By the kind of act."""
