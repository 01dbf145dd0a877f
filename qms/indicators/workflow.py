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
    saved_for: str = ""
    """Id of the person for whom it was written, by delegation."""
    closed_by: str = ""
    closed_at: str = ""
    closed_for: str = ""
    notes: tuple[Mapping[str, Any], ...] = ()
    """What was added after closing."""


def after(now: Progress, act: Mapping[str, Any]) -> Progress:
    """Give the progress after one more act; refuse an act that cannot follow."""
    kind = act["kind"]
    if kind == "saved":
        if now.state == CLOSED:
            raise AnalysisClosed
        told = {name: act[name] for name in ("text", "cause", "reason", "result")}
        who = {"saved_by": act["by"], "saved_at": act["at"], "saved_for": _behalf(act)}
        return replace(now, state=SAVED, **who, **told)
    if kind == "closed":
        if now.state != SAVED:
            raise AnalysisClosed if now.state == CLOSED else NoAnalysis
        who = {"closed_by": act["by"], "closed_at": act["at"], "closed_for": _behalf(act)}
        return replace(now, state=CLOSED, **who)
    if kind == "noted":
        if now.state != CLOSED:
            raise AnalysisOpen if now.state == SAVED else NoAnalysis
        return replace(now, notes=(*now.notes, dict(act)))
    raise ValueError(kind)


def _behalf(act: Mapping[str, Any]) -> str:
    return str(act.get("on_behalf_of") or "")


def progress(acts: Iterable[Mapping[str, Any]]) -> Progress:
    """Fold the acts, the oldest first."""
    return reduce(after, acts, Progress())
