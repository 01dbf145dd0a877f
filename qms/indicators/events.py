"""What can happen to indicators; each lands in the trail."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from qms.kernel.acts import DomainEvent


@dataclass(frozen=True)
class IndicatorEvent(DomainEvent):
    """Something happened to an indicator."""

    period: str = ""
    """Key of the period that it is about."""
    facts: dict[str, Any] = field(default_factory=dict)
    """Plain values of what was done."""

    def details(self) -> dict[str, Any]:
        """Name the indicator, the period, and what was done."""
        indicator = self.subject
        found = {
            "number": indicator.number,
            "title": indicator.title,
            "period": self.period,
            **self.facts,
        }
        return {name: value for name, value in found.items() if value}


class IndicatorStarted(IndicatorEvent):
    """A document in force declares an indicator."""


class IndicatorRedefined(IndicatorEvent):
    """An indicator has another definition from now on."""


class IndicatorEnded(IndicatorEvent):
    """No document in force declares an indicator any more."""


class IndicatorResumed(IndicatorEvent):
    """A document in force declares an indicator again."""


class MeasuringBegun(IndicatorEvent):
    """The day from which on an indicator is measured was set."""


class SourceBound(IndicatorEvent):
    """The source of a variable of an indicator was chosen."""


class MeasurementCaptured(IndicatorEvent):
    """Values of an indicator were captured."""


class MeasurementsUploaded(IndicatorEvent):
    """Values of an indicator were taken from a table."""


class MeasurementPushed(IndicatorEvent):
    """A system outside pushed values of an indicator."""


class MeasurementConfirmed(IndicatorEvent):
    """An unusual value of an indicator was confirmed."""


class MeasurementRestated(IndicatorEvent):
    """A value of a closed period was restated."""


class PeriodFrozen(IndicatorEvent):
    """A period of an indicator was closed."""


class AnalysisSaved(IndicatorEvent):
    """The analysis of a period was written."""


class AnalysisApproved(IndicatorEvent):
    """The analysis of a period was closed."""


class AnalysisNoted(IndicatorEvent):
    """A note was added to the closed analysis of a period."""


@dataclass(frozen=True)
class ExternalEvent(DomainEvent):
    """Something happened to an external system that pushes values."""

    external: str = ""
    name: str = ""

    def details(self) -> dict[str, Any]:
        """Name the system; its token is never told."""
        return {"external": self.external, "name": self.name}


class ExternalAdded(ExternalEvent):
    """An external system was declared."""


class TokenMade(ExternalEvent):
    """An external system got a new token."""


class TokenRevoked(ExternalEvent):
    """The token of an external system was revoked."""
