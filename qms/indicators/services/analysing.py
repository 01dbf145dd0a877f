"""Writing, closing and adding to the analysis of a period (ISO 9001:2015, 9.1.3)."""

from __future__ import annotations

from qms.content.models import organisation_of
from qms.indicators import events, workflow
from qms.indicators.deputising import ANALYST, acted_for
from qms.indicators.entries import text_of
from qms.indicators.errors import (
    AnswerNeeded,
    CauseNeeded,
    NoAnalysis,
    NotAnalysed,
    NotYetOver,
    TextNeeded,
)
from qms.indicators.figuring import Figures
from qms.indicators.listing import put
from qms.indicators.models import Analysis, Indicator
from qms.indicators.periods import Period
from qms.indicators.series import Point, point_at
from qms.indicators.services.closing import close_period
from qms.kernel.acts import Act
from qms.links.services import linked_to
from qms.people.moments import local_day

KIND = "indicator"
ANSWERS = frozenset({"finding", "action"})
"""Kinds of linked things that answer a missed target."""


def ref_of(indicator: Indicator, period: Period) -> tuple[str, str]:
    """Name the measurement of a period as links do."""
    return KIND, f"{indicator.number}@{period.key}"


def answers_to(indicator: Indicator, period: Period) -> list[tuple[str, str]]:
    """Name the findings and actions that a measurement gave rise to."""
    found = linked_to(organisation_of(indicator), ref_of(indicator, period))
    return [one.other for one in found if one.other[0] in ANSWERS]


def analysis_of(indicator: Indicator, period: Period) -> Analysis | None:
    """Give the analysis of a period, or None."""
    found: Analysis | None = indicator.analyses.get(period.place)
    return found


def _point(indicator: Indicator, period: Period, figures: Figures, act: Act) -> Point:
    today = local_day(indicator, act.at)
    point = point_at(indicator, period, today, figures)
    if point is None:
        raise NotAnalysed(period=period.key)
    if period.last >= today:
        raise NotYetOver(period=period.key)
    return point


def save(
    indicator: Indicator,
    period: Period,
    *,
    text: str,
    cause: str = "",
    reason: str = "",
    figures: Figures,
    act: Act,
) -> Analysis:
    """Write the analysis of a period that is over.

    A missed target needs its cause, and an action or a reason why none is needed (A26): raises
    CauseNeeded and AnswerNeeded; AnalysisClosed where it was closed.
    """
    point = _point(indicator, period, figures, act)
    if not text.strip():
        raise TextNeeded
    if point.meets is False:
        if not cause.strip():
            raise CauseNeeded
        if not reason.strip() and not answers_to(indicator, period):
            raise AnswerNeeded
    analysis = analysis_of(indicator, period)
    made = analysis or Analysis(period.key)
    behalf = acted_for(indicator, act, ANALYST)
    made.take(
        {
            "kind": "saved",
            "by": act.person_id,
            "on_behalf_of": behalf,
            "at": act.at.isoformat(),
            "text": text.strip(),
            "cause": cause.strip(),
            "reason": reason.strip(),
            "result": text_of(point.result),
        }
    )
    if analysis is None:
        indicator.analyses[period.place] = made
    put(indicator, local_day(indicator, act.at))
    facts = {"text": text.strip(), "cause": cause.strip(), "reason": reason.strip()}
    facts["on_behalf_of"] = behalf
    act.notify(events.AnalysisSaved(indicator, act, period=period.key, facts=facts))
    return made


def close(indicator: Indicator, period: Period, *, figures: Figures, act: Act) -> None:
    """Close an analysis; the values of its period are frozen with it.

    A value may have changed since it was written, so a missed target is asked about again.
    """
    analysis = analysis_of(indicator, period)
    if analysis is None:
        raise NoAnalysis
    point, now = _point(indicator, period, figures, act), analysis.progress
    if point.meets is False and now.state == workflow.SAVED:
        if not now.cause:
            raise CauseNeeded
        if not now.reason and not answers_to(indicator, period):
            raise AnswerNeeded
    behalf = acted_for(indicator, act, ANALYST)
    who = {"by": act.person_id, "on_behalf_of": behalf, "at": act.at.isoformat()}
    analysis.take({"kind": "closed", **who})
    close_period(indicator, period, figures, act=act)
    put(indicator, local_day(indicator, act.at), figures)
    facts = {"on_behalf_of": behalf}
    act.notify(events.AnalysisApproved(indicator, act, period=period.key, facts=facts))


def add_note(indicator: Indicator, period: Period, *, text: str, act: Act) -> None:
    """Add to a closed analysis; what was written stays as it is."""
    analysis = analysis_of(indicator, period)
    if analysis is None:
        raise NoAnalysis
    if not text.strip():
        raise TextNeeded
    behalf = acted_for(indicator, act, ANALYST)
    who = {"by": act.person_id, "on_behalf_of": behalf, "at": act.at.isoformat()}
    analysis.take({"kind": "noted", **who, "text": text.strip()})
    facts = {"text": text.strip(), "on_behalf_of": behalf}
    act.notify(events.AnalysisNoted(indicator, act, period=period.key, facts=facts))
