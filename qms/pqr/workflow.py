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
transferred   ``to``, ``reason``, ``address``: somebody else is competent
answered      ``text``: the answer is written
notified      ``how``, ``proof``, ``when``: it has reached the customer
closed        ``ground``: confirmed or exhausted
reopened      ``ground``: not-satisfied (a new round) or not-notified
withdrawn     ``reason``: the customer takes it back
recalculated  ``reason``: the calendar or the norm changed
drafted       ``text``: a version of the answer, kept for the staff
submitted     ``text``, ``approvers``: the draft waits for who may approve it
returned      ``reason``: it goes back to its author
approved      the draft is the answer now
lettered      ``letter``: the answer was made a signed letter of this number
delivered     ``message_id``: the mail server took the answer
undelivered   ``reason``: it came back; the answer has not arrived after all
rated         ``score``, ``comment``: what the customer says of the service
objected      ``text``: the customer does not agree with the answer
upheld        ``reason``: it stays as it is all the same
escalated     ``queue``, ``reason``: it was handed to another queue by notice
alerted       ``people``: a level of the escalation was told
valued        ``amount``: how much money it is about
repeats       ``other``: it is the same as another case, or is not (``same``)
rectified     ``field``, ``old``, ``new``, ``reason``: personal data were corrected
consent-ended ``reason``: the consent to optional uses was taken back
suppressed    ``ground``: the personal data were removed for good
============  ==================================================================
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from functools import reduce
from typing import Any

from qms.kernel.text import clean_line
from qms.pqr.errors import AlreadyRated, NotThatFar, ProofMissing, Suppressed, WordsMissing

OPEN, WAITING, SUSPENDED = "case-open", "case-waiting", "case-suspended"
ANSWERED, NOTIFIED, CLOSED = "case-answered", "case-notified", "case-closed"
LAPSED, TRANSFERRED, WITHDRAWN = "case-lapsed", "case-transferred", "case-withdrawn"
IN_APPROVAL, OBJECTED = "case-in-approval", "case-objected"
STATES = (
    OPEN,
    WAITING,
    SUSPENDED,
    IN_APPROVAL,
    ANSWERED,
    NOTIFIED,
    OBJECTED,
    CLOSED,
    LAPSED,
    TRANSFERRED,
    WITHDRAWN,
)
PENDING = frozenset({OPEN, WAITING, SUSPENDED, IN_APPROVAL, ANSWERED})
"""The states in which the customer still waits for an answer."""
LIVE = PENDING | {NOTIFIED, OBJECTED}
"""The states in which something is still to be done."""
ENDED = frozenset(STATES) - LIVE
INTERNAL = frozenset(
    {
        "assigned",
        "noted",
        "recalculated",
        "drafted",
        "submitted",
        "returned",
        "approved",
        "lettered",
        "delivered",
        "undelivered",
        "escalated",
        "alerted",
        "valued",
        "repeats",
    }
)
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
    rule: str = ""
    """Id of the rule of the matrix by which it was assigned."""
    draft: str = ""
    """The last version of an answer that is not sent yet."""
    drafter: str = ""
    """Id of the person who wrote it."""
    approvers: tuple[str, ...] = ()
    """Who may approve the draft: ``position:ID`` or ``person:ID``."""
    letter: str = ""
    """Number of the signed letter of the present answer."""
    rating: int | None = None
    """What the customer says of the service of this round."""
    amount: str = ""
    """The money that it is about, as a plain decimal; empty where nobody said."""
    suppressed: bool = False
    """Whether its personal data were removed for good."""


_STEPS: dict[str, tuple[frozenset[str], str | None]] = {
    "received": (frozenset({""}), OPEN),
    "assigned": (LIVE, None),
    "noted": (frozenset(STATES), None),
    "asked": (frozenset({OPEN}), WAITING),
    "completed": (frozenset({WAITING}), OPEN),
    "lapsed": (frozenset({WAITING}), LAPSED),
    "extended": (frozenset({OPEN, IN_APPROVAL}), None),
    "suspended": (frozenset({OPEN}), SUSPENDED),
    "resumed": (frozenset({SUSPENDED}), OPEN),
    "kind-changed": (PENDING, None),
    "transferred": (frozenset({OPEN, WAITING}), TRANSFERRED),
    "answered": (frozenset({OPEN, ANSWERED}), ANSWERED),
    "notified": (frozenset({ANSWERED}), NOTIFIED),
    "closed": (frozenset({NOTIFIED}), CLOSED),
    "reopened": (frozenset({NOTIFIED, OBJECTED, CLOSED}), OPEN),
    "withdrawn": (frozenset({OPEN, WAITING, SUSPENDED, IN_APPROVAL}), WITHDRAWN),
    "recalculated": (PENDING, None),
    "drafted": (frozenset({OPEN, ANSWERED}), None),
    "submitted": (frozenset({OPEN, ANSWERED}), IN_APPROVAL),
    "returned": (frozenset({IN_APPROVAL}), OPEN),
    "approved": (frozenset({IN_APPROVAL}), ANSWERED),
    "lettered": (frozenset({ANSWERED}), None),
    "delivered": (frozenset(STATES), None),
    "undelivered": (frozenset({NOTIFIED}), ANSWERED),
    "rated": (frozenset({NOTIFIED, OBJECTED, CLOSED}), None),
    "objected": (frozenset({NOTIFIED, CLOSED}), OBJECTED),
    "upheld": (frozenset({OBJECTED}), NOTIFIED),
    "escalated": (PENDING, None),
    "alerted": (LIVE, None),
    "valued": (LIVE, None),
    "repeats": (frozenset(STATES), None),
    "rectified": (frozenset(STATES), None),
    "consent-ended": (frozenset(STATES), None),
    "suppressed": (ENDED, None),
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
    "drafted": "text",
    "submitted": "text",
    "returned": "reason",
    "undelivered": "reason",
    "objected": "text",
    "upheld": "reason",
    "escalated": "reason",
    "rectified": "reason",
    "consent-ended": "reason",
    "suppressed": "ground",
}
"""What each act has to say, by its key."""


def progress(acts: Iterable[Mapping[str, Any]]) -> Progress:
    """Fold ``acts``; refuse a list that could not have happened."""
    return reduce(after, acts, Progress())


def after(now: Progress, act: Mapping[str, Any]) -> Progress:
    """Give the progress after one more act, or refuse the act."""
    kind = act["kind"]
    before, then = _STEPS.get(kind, (frozenset(), None))
    if now.state not in before:
        raise NotThatFar(state=now.state)
    if now.suppressed:
        raise Suppressed
    if kind == "rated" and now.rating is not None:
        raise AlreadyRated
    _check_words(kind, act)
    state = now.state if then is None else then
    ended = now.ended_at if then is None else (moment(act) if state in ENDED else None)
    kept = _KEPT.get(kind)
    return replace(now, state=state, ended_at=ended, **(kept(now, act) if kept else {}))


def _given(now: Progress, act: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "owner": act.get("owner", ""),
        "queue": act.get("queue", now.queue),
        "rule": act.get("matrix", ""),
    }


def _written(now: Progress, act: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "draft": act["text"],
        "drafter": act["by"],
        "approvers": tuple(act.get("approvers", ())),
    }


_KEPT: dict[str, Callable[[Progress, Mapping[str, Any]], dict[str, Any]]] = {
    "received": lambda now, act: {
        "kind": act["case_kind"],
        "amount": act.get("amount", ""),
        **_given(now, act),
    },
    "kind-changed": lambda _now, act: {"kind": act["case_kind"]},
    "assigned": _given,
    "escalated": lambda _now, act: {"owner": "", "queue": act["queue"]},
    "valued": lambda _now, act: {"amount": act["amount"]},
    "drafted": _written,
    "submitted": _written,
    "approved": lambda now, _act: {"answer": now.draft, "letter": ""},
    "answered": lambda _now, act: {"answer": act["text"], "drafter": act["by"], "letter": ""},
    "lettered": lambda _now, act: {"letter": act["letter"]},
    "notified": lambda _now, act: {"notified_at": moment(act)},
    "undelivered": lambda _now, _act: {"notified_at": None},
    "rated": lambda _now, act: {"rating": int(act["score"])},
    "reopened": lambda _now, _act: {
        "notified_at": None,
        "rating": None,
        "letter": "",
        "draft": "",
    },
    "suppressed": lambda _now, _act: {"suppressed": True},
}
"""What each act leaves behind beside the state."""


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
