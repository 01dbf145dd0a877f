"""From acts to state: a case as a pure function of an append-only list of acts.

============  ==================================================================
received      ``case_kind``, ``rule``, ``when``: the first act of every case
assigned      ``owner`` or ``queue``: whose work it is now
noted         ``note``: for the staff only
asked         ``text``: the customer is asked for what is missing
completed     ``text``: the customer brought it
lapsed        ``reason``: nobody brought it in time
extended      ``amount``, ``reason``: so many units more
suspended     ``reason``, ``until``: the term is interrupted by letter
resumed       the term goes on
kind-changed  ``case_kind``, ``rule``, ``reason``; the first receipt stays
transferred   ``to``, ``reason``: somebody else is competent
answered      ``text``: the answer is written
notified      ``how``, ``proof``, ``when``: it has reached the customer
closed        ``ground``: confirmed or exhausted
reopened      ``ground``: not-satisfied (a new round) or not-notified
withdrawn     ``reason``: the customer takes it back
recalculated  ``reason``: the calendar or the norm changed
============  ==================================================================
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from qms.kernel.text import clean_line
from qms.pqr.errors import NotThatFar, ProofMissing, WordsMissing

OPEN, WAITING, SUSPENDED = "case-open", "case-waiting", "case-suspended"
ANSWERED, NOTIFIED, CLOSED = "case-answered", "case-notified", "case-closed"
LAPSED, TRANSFERRED, WITHDRAWN = "case-lapsed", "case-transferred", "case-withdrawn"
STATES = (
    OPEN,
    WAITING,
    SUSPENDED,
    ANSWERED,
    NOTIFIED,
    CLOSED,
    LAPSED,
    TRANSFERRED,
    WITHDRAWN,
)
PENDING = frozenset({OPEN, WAITING, SUSPENDED, ANSWERED})
"""The states in which the customer still waits for an answer."""
LIVE = PENDING | {NOTIFIED}
"""The states in which something is still to be done."""
ENDED = frozenset(STATES) - LIVE
INTERNAL = frozenset({"assigned", "noted", "recalculated"})
"""Acts that the customer never sees."""
GROUNDS = ("confirmed", "exhausted")
"""Why a case is closed: the customer agrees, or every alternative was tried."""
AGAIN = ("not-satisfied", "not-notified")
"""Why it is opened again."""


@dataclass(frozen=True)
class Progress:
    """How far a case has come."""

    state: str = ""
    kind: str = ""
    owner: str = ""
    """Id of the person whose work it is; empty for nobody yet."""
    queue: str = ""
    answer: str = ""
    """The last text that was written as an answer."""
    notified_at: str | None = None
    """ISO moment at which the answer reached the customer."""
    ended_at: str | None = None
    """ISO moment from which nothing is left to be done."""


_STEPS: dict[str, tuple[frozenset[str], str | None]] = {
    "received": (frozenset({""}), OPEN),
    "assigned": (LIVE, None),
    "noted": (frozenset(STATES), None),
    "asked": (frozenset({OPEN}), WAITING),
    "completed": (frozenset({WAITING}), OPEN),
    "lapsed": (frozenset({WAITING}), LAPSED),
    "extended": (frozenset({OPEN}), None),
    "suspended": (frozenset({OPEN}), SUSPENDED),
    "resumed": (frozenset({SUSPENDED}), OPEN),
    "kind-changed": (PENDING, None),
    "transferred": (frozenset({OPEN, WAITING}), TRANSFERRED),
    "answered": (frozenset({OPEN, ANSWERED}), ANSWERED),
    "notified": (frozenset({ANSWERED}), NOTIFIED),
    "closed": (frozenset({NOTIFIED}), CLOSED),
    "reopened": (frozenset({NOTIFIED, CLOSED}), OPEN),
    "withdrawn": (frozenset({OPEN, WAITING, SUSPENDED}), WITHDRAWN),
    "recalculated": (PENDING, None),
}
"""Each act: the states in which it may come, and the state after it; None keeps the state."""
_SAID = {
    "noted": "note",
    "asked": "text",
    "lapsed": "reason",
    "extended": "reason",
    "suspended": "reason",
    "kind-changed": "reason",
    "transferred": "reason",
    "answered": "text",
    "closed": "note",
    "reopened": "reason",
    "withdrawn": "reason",
    "recalculated": "reason",
}
"""What each act has to say, by its key."""


def progress(acts: Iterable[Mapping[str, Any]]) -> Progress:
    """Fold ``acts``; refuse a list that could not have happened."""
    now = Progress()
    for act in acts:
        now = after(now, act)
    return now


def after(now: Progress, act: Mapping[str, Any]) -> Progress:
    """Give the progress after one more act, or refuse the act."""
    kind = act["kind"]
    before, then = _STEPS.get(kind, (frozenset(), None))
    if now.state not in before:
        raise NotThatFar(state=now.state)
    _check_words(kind, act)
    state = now.state if then is None else then
    ended = now.ended_at if then is None else (moment(act) if state in ENDED else None)
    now = replace(now, state=state, ended_at=ended)
    if kind in ("received", "kind-changed"):
        now = replace(now, kind=act["case_kind"])
    if kind in ("received", "assigned"):
        now = replace(now, owner=act.get("owner", ""), queue=act.get("queue", now.queue))
    if kind == "answered":
        now = replace(now, answer=act["text"])
    if kind == "notified":
        now = replace(now, notified_at=moment(act))
    if kind == "reopened":
        now = replace(now, notified_at=None)
    return now


def moment(act: Mapping[str, Any]) -> str:
    """Give the ISO moment at which an act counts, which may be before it was written down."""
    return str(act.get("when") or act["at"])


def _check_words(kind: str, act: Mapping[str, Any]) -> None:
    said = _SAID.get(kind)
    if said is not None and not clean_line(str(act.get(said) or "")):
        raise WordsMissing
    if kind == "notified" and not (clean_line(act.get("how", "")) and clean_line(act["proof"])):
        raise ProofMissing


def possible(state: str) -> frozenset[str]:
    """Name the acts that may follow in a state."""
    return frozenset(kind for kind, (before, _then) in _STEPS.items() if state in before)
