"""An objective as a pure function of its acts (ISO 9001:2015, 6.2).

=======  =====================================================================================
set      the facts: ``text``, ``target``, ``indicators``, ``owner``, ``first``, ``last``, ``plan``
changed  the facts anew, with ``reason``
found    ``indicators``: those that the declared names lead to, as they come into being
noted    ``text``: how it is going
judged   ``reached`` (true or false) and ``text``, once its period is over
dropped  ``reason``: it is pursued no longer
resumed  the facts anew after it was judged or dropped, with ``reason``
=======  =====================================================================================

What a document in force declares comes with ``origin``: its uid, the row's id, code and version.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import reduce
from typing import Any

from qms.indicators.objectives.errors import ObjectiveMoved, SayWhy, SpanTurned, WordsMissing

ACTIVE, REACHED = "objective-active", "objective-reached"
MISSED, DROPPED = "objective-missed", "objective-dropped"
STATES = (ACTIVE, REACHED, MISSED, DROPPED)
FACTS = ("text", "target", "indicators", "owner", "first", "last", "plan")
STEPS: dict[str, frozenset[str]] = {
    "set": frozenset({""}),
    "changed": frozenset({ACTIVE}),
    "found": frozenset({ACTIVE}),
    "noted": frozenset({ACTIVE}),
    "judged": frozenset({ACTIVE}),
    "dropped": frozenset({ACTIVE}),
    "resumed": frozenset({REACHED, MISSED, DROPPED}),
}
REASONED = ("changed", "dropped", "resumed")


@dataclass(frozen=True)
class Progress:
    """How far an objective has come."""

    state: str = ""
    facts: Mapping[str, Any] = field(default_factory=dict)
    origin: Mapping[str, Any] = field(default_factory=dict)
    """The document that declares it; empty where it was set on screen."""
    indicators: tuple[str, ...] = ()
    """Numbers of the indicators that measure it."""
    verdict: Mapping[str, Any] | None = None
    """The act by which it was judged or dropped."""


def after(now: Progress, act: Mapping[str, Any]) -> Progress:
    """Give the progress after one more act, or refuse the act."""
    kind = act["kind"]
    if now.state not in STEPS[kind]:
        raise ObjectiveMoved
    if kind in REASONED and not str(act.get("reason") or "").strip():
        raise SayWhy
    if kind in ("set", "changed", "resumed"):
        facts = {name: act[name] for name in FACTS}
        if not facts["text"].strip():
            raise WordsMissing
        if facts["first"] > facts["last"]:
            raise SpanTurned
        numbers = tuple(act.get("numbers", facts["indicators"]))
        return Progress(ACTIVE, facts, act.get("origin") or {}, numbers)
    if kind == "found":
        return replace(now, indicators=tuple(act["indicators"]))
    if not str(act.get("text") or act.get("reason") or "").strip():
        raise WordsMissing
    if kind == "noted":
        return now
    if kind == "judged":
        return replace(now, state=REACHED if act["reached"] else MISSED, verdict=dict(act))
    return replace(now, state=DROPPED, verdict=dict(act))


def progress(acts: Iterable[Mapping[str, Any]]) -> Progress:
    """Fold ``acts``; refuse a list that could not have happened."""
    return reduce(after, acts, Progress())
