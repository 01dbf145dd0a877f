"""From acts to state: a change request as a pure function of an append-only list of acts.

=========  =====================================================================
asked      somebody asks (always the first)
accepted   ``note``; for a retirement, ``slots``: the signatures of its route
rejected   ``reason``
withdrawn  by whoever asked
taken-up   ``answer``: the draft or the document that answers it, under way
let-go     what had taken it up was given up; it waits again
signed     ``slot``: one signature of the retirement's route
answered   ``answer``: what was done
=========  =====================================================================
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import reduce
from typing import Any

from qms.documents import workflow
from qms.kernel.errors import Refused
from qms.kernel.text import clean_line
from qms.requests.errors import NotThatFar, ReasonMissing

REQUESTED, ACCEPTED, REJECTED = "requested", "accepted", "rejected"
WITHDRAWN, DONE = "withdrawn", "done"
OPEN = frozenset({REQUESTED, ACCEPTED})
"""The states in which something is still to be done."""


@dataclass(frozen=True)
class Progress:
    """How far a request has come."""

    state: str = ""
    answer: str = ""
    """What answers it or will; a version's uid, a document's, or words."""
    decided_at: str | None = None
    """ISO moment of acceptance or rejection."""
    answered_at: str | None = None
    """ISO moment from which nothing is left to be done."""
    signatures: workflow.Standing = field(default_factory=workflow.Standing)
    """Where the retirement's route stands."""


def progress(acts: Iterable[Mapping[str, Any]]) -> Progress:
    """Fold ``acts``; refuse a list that could not have happened."""
    return reduce(after, acts, Progress())


def after(now: Progress, act: Mapping[str, Any]) -> Progress:
    """Give the progress after one more act, or refuse the act."""
    follow, states = _FOLLOW.get(act["kind"], (None, frozenset()))
    if follow is None or now.state not in states:
        raise NotThatFar(state=now.state)
    return follow(now, act)


def _asked(now: Progress, _act: Mapping[str, Any]) -> Progress:
    return replace(now, state=REQUESTED)


def _accepted(now: Progress, act: Mapping[str, Any]) -> Progress:
    signatures = now.signatures
    if act.get("slots"):
        submitted = {"kind": "submitted", "at": act["at"], "slots": act["slots"]}
        signatures = workflow.after(workflow.Standing(), submitted)
    return replace(now, state=ACCEPTED, decided_at=act["at"], signatures=signatures)


def _rejected(now: Progress, act: Mapping[str, Any]) -> Progress:
    if not clean_line(str(act.get("reason") or "")):
        raise ReasonMissing
    return replace(
        now,
        state=REJECTED,
        decided_at=act["at"],
        answered_at=act["at"],
        signatures=workflow.Standing(),
    )


def _withdrawn(now: Progress, act: Mapping[str, Any]) -> Progress:
    return replace(
        now, state=WITHDRAWN, answered_at=act["at"], signatures=workflow.Standing(), answer=""
    )


def _taken_up(now: Progress, act: Mapping[str, Any]) -> Progress:
    return replace(now, answer=act["answer"])


def _let_go(now: Progress, _act: Mapping[str, Any]) -> Progress:
    return replace(now, answer="")


def _signed(now: Progress, act: Mapping[str, Any]) -> Progress:
    try:
        return replace(now, signatures=workflow.after(now.signatures, act))
    except KeyError:
        raise Refused from None


def _answered(now: Progress, act: Mapping[str, Any]) -> Progress:
    return replace(now, state=DONE, answer=act["answer"], answered_at=act["at"])


_FOLLOW = {
    "asked": (_asked, frozenset({""})),
    "accepted": (_accepted, frozenset({REQUESTED})),
    "rejected": (_rejected, OPEN),
    "withdrawn": (_withdrawn, OPEN),
    "taken-up": (_taken_up, frozenset({ACCEPTED})),
    "let-go": (_let_go, frozenset({ACCEPTED})),
    "signed": (_signed, frozenset({ACCEPTED})),
    "answered": (_answered, frozenset({ACCEPTED})),
}
