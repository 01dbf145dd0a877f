"""A management review as a pure function of its acts (ISO 9001:2015, 9.3).

========  ======================================================================================
called    ``title``, ``first``, ``last`` (the cut date), ``approvers``
changed   the same anew
noted     ``part``, ``text``: what persons say about one of the inputs
minuted   ``text``, ``attendees``
decided   ``number``: an action was decided
approved  ``pack`` (SHA-256 of the frozen inputs) and the signed statement
========  ======================================================================================
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import reduce
from typing import Any

from qms.improvement.errors import NobodyThere, SayWhat, SpanBackwards
from qms.improvement.workflow import Steps, insist, insist_on_text, said

DRAFT, APPROVED = "management-draft", "management-approved"
STATES = (DRAFT, APPROVED)
PARTS = ("a", "b", "c1", "c2", "c3", "c4", "c5", "c6", "c7", "d", "e", "f")
"""The inputs of 9.3.2, by their letters."""

STEPS: Steps = {
    "called": frozenset({""}),
    "changed": frozenset({DRAFT}),
    "noted": frozenset({DRAFT}),
    "minuted": frozenset({DRAFT}),
    "decided": frozenset({DRAFT}),
    "approved": frozenset({DRAFT}),
}
FACTS = ("title", "first", "last", "approvers")


@dataclass(frozen=True)
class Progress:
    """How far a management review has come."""

    state: str = ""
    facts: Mapping[str, Any] = field(default_factory=dict)
    notes: Mapping[str, str] = field(default_factory=dict)
    """What persons wrote about an input, by its letter."""
    minutes: str = ""
    attendees: str = ""
    decisions: tuple[str, ...] = ()
    """Numbers of the actions that were decided."""
    approval: Mapping[str, Any] | None = None


def progress(acts: Iterable[Mapping[str, Any]]) -> Progress:
    """Fold ``acts``; refuse a list that could not have happened."""
    return reduce(after, acts, Progress())


def after(now: Progress, act: Mapping[str, Any]) -> Progress:
    """Give the progress after one more act, or refuse the act."""
    kind = insist(STEPS, now.state, act)
    if kind in ("called", "changed"):
        if not said(act, "title"):
            raise SayWhat
        if act["first"] > act["last"]:
            raise SpanBackwards
        if not act["approvers"]:
            raise NobodyThere
        return replace(now, state=DRAFT, facts={key: act[key] for key in FACTS})
    if kind == "noted":
        if act["part"] not in PARTS:
            raise SayWhat
        return replace(now, notes={**now.notes, act["part"]: act["text"]})
    if kind == "minuted":
        insist_on_text(act)
        return replace(now, minutes=act["text"], attendees=act.get("attendees", ""))
    if kind == "decided":
        return replace(now, decisions=(*now.decisions, act["number"]))
    if not now.minutes:
        raise SayWhat
    return replace(now, state=APPROVED, approval=dict(act))
