"""From acts to state: eliminations, holds and transfers as pure functions of their acts.

Of an elimination:

=========  ====================================================================
proposed   ``reason``: the list was made
announced  ``until`` (ISO day): it can be read and objected to until then
objected   ``text``, ``lines``: somebody asks that records stay
answered   ``objection``, ``upheld``, ``text``: and this is what they were told
kept       ``line``, ``reason``: a record is taken out of the elimination
approved   ``proof`` and the rest of a signed statement
finished   every line was dealt with
withdrawn  ``reason``
=========  ====================================================================

Of a legal hold: ``placed`` and ``released``, each with its ``reason``. Of a list of transfer:
``sent`` and ``received`` (``place``), each with its ``note``.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import reduce
from typing import Any

from qms.kernel.text import clean_line
from qms.retention.errors import HoldReleased, NotThatFar, ReasonMissing, TransferReceived

PROPOSED, ANNOUNCED = "disposal-proposed", "disposal-announced"
APPROVED, DONE, WITHDRAWN = "disposal-approved", "disposal-done", "disposal-withdrawn"
STATES = (PROPOSED, ANNOUNCED, APPROVED, DONE, WITHDRAWN)
HELD, LIFTED = "hold-active", "hold-released"
SENT, RECEIVED = "transfer-sent", "transfer-received"
OPEN = frozenset({PROPOSED, ANNOUNCED})
"""In these states a list can still be changed."""


@dataclass(frozen=True)
class Progress:
    """How far an elimination has come."""

    state: str = ""
    proposed_by: str = ""
    announced_on: str = ""
    """ISO moment."""
    until: str = ""
    """Last ISO day for objections."""
    objections: tuple[Mapping[str, Any], ...] = ()
    answers: tuple[int, ...] = ()
    """Numbers of the objections that were answered."""
    approved_on: str = ""
    approved_by: str = ""
    ended_on: str = ""

    @property
    def waiting(self) -> tuple[int, ...]:
        """Numbers of the objections without an answer."""
        return tuple(n for n in range(len(self.objections)) if n not in self.answers)


_STEPS: dict[str, tuple[frozenset[str], str | None]] = {
    "proposed": (frozenset({""}), PROPOSED),
    "announced": (frozenset({PROPOSED}), ANNOUNCED),
    "objected": (frozenset({ANNOUNCED}), None),
    "answered": (frozenset({ANNOUNCED}), None),
    "kept": (OPEN, None),
    "approved": (frozenset({ANNOUNCED}), APPROVED),
    "finished": (frozenset({APPROVED}), DONE),
    "withdrawn": (OPEN, WITHDRAWN),
}
_SAID = {
    "proposed": "reason",
    "objected": "text",
    "answered": "text",
    "kept": "reason",
    "withdrawn": "reason",
}


def progress(acts: Iterable[Mapping[str, Any]]) -> Progress:
    """Fold ``acts``; refuse a list that could not have happened."""
    return reduce(after, acts, Progress())


def after(now: Progress, act: Mapping[str, Any]) -> Progress:
    """Give the progress after one more act, or refuse the act."""
    kind = act["kind"]
    before, then = _STEPS[kind]
    if now.state not in before:
        raise NotThatFar(state=now.state)
    said = _SAID.get(kind)
    if said is not None and not clean_line(str(act.get(said) or "")):
        raise ReasonMissing
    now = replace(now, state=now.state if then is None else then)
    if kind == "proposed":
        return replace(now, proposed_by=act["by"])
    if kind == "announced":
        return replace(now, announced_on=act["at"], until=act["until"])
    if kind == "objected":
        return replace(now, objections=(*now.objections, act))
    if kind == "answered":
        return replace(now, answers=(*now.answers, int(act["objection"])))
    if kind == "approved":
        return replace(now, approved_on=act["at"], approved_by=act["by"])
    if kind in ("finished", "withdrawn"):
        return replace(now, ended_on=act["at"])
    return now


_LEADS = {
    "placed": ("", HELD, HoldReleased),
    "released": (HELD, LIFTED, HoldReleased),
    "sent": ("", SENT, TransferReceived),
    "received": (SENT, RECEIVED, TransferReceived),
}


def state_of(acts: Iterable[Mapping[str, Any]]) -> str:
    """Fold the acts of a hold or a transfer; refuse a list that could not have happened."""
    state = ""
    for act in acts:
        state = leads_to(state, act)
    return state


def leads_to(state: str, act: Mapping[str, Any]) -> str:
    """Give the state of a hold or a transfer after one more act, or refuse the act."""
    before, then, refusal = _LEADS[act["kind"]]
    if state != before:
        raise refusal
    return then
