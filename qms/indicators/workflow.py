"""The states of an analysis, as a pure function of its acts; what is closed only gets notes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import reduce
from typing import Any

from qms.indicators.errors import AnalysisClosed, AnalysisOpen, NoAnalysis

ACTIVE, ENDED = "indicator-active", "indicator-ended"
WITHOUT_FORMULA = "indicator-without-formula"
MISSING, SAVED, CLOSED = "analysis-missing", "analysis-saved", "analysis-closed"


@dataclass(frozen=True)
class Progress:
    """How far an analysis has come."""

    state: str = MISSING
    text: str = ""
    cause: str = ""
    reason: str = ""
    """Why no action is needed."""
    result: str | None = None
    """The result that was analysed."""
    saved_by: str = ""
    saved_at: str = ""
    closed_by: str = ""
    closed_at: str = ""
    notes: tuple[Mapping[str, Any], ...] = ()
    """What was added after closing."""


def after(now: Progress, act: Mapping[str, Any]) -> Progress:
    """Give the progress after one more act; refuse an act that cannot follow."""
    kind = act["kind"]
    if kind == "saved":
        if now.state == CLOSED:
            raise AnalysisClosed
        told = {name: act[name] for name in ("text", "cause", "reason", "result")}
        return replace(now, state=SAVED, saved_by=act["by"], saved_at=act["at"], **told)
    if kind == "closed":
        if now.state != SAVED:
            raise AnalysisClosed if now.state == CLOSED else NoAnalysis
        return replace(now, state=CLOSED, closed_by=act["by"], closed_at=act["at"])
    if kind == "noted":
        if now.state != CLOSED:
            raise AnalysisOpen if now.state == SAVED else NoAnalysis
        return replace(now, notes=(*now.notes, dict(act)))
    raise ValueError(kind)


def progress(acts: Iterable[Mapping[str, Any]]) -> Progress:
    """Fold the acts, the oldest first."""
    return reduce(after, acts, Progress())
