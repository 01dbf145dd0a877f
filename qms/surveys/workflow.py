"""From acts to state: one customer of a campaign as a pure function of an append-only list of acts.

==========  ====================================================================================
loaded      the customer came into the campaign
attempted   ``reason``, ``reached``, ``ends``, ``call_at``, ``message``, ``last``: no answers
messaged    ``channel``: the message after failed attempts was sent
linked      a link to the form went out
answered    ``values``, ``score``, ``role`` and more; ``follow``, ``follow_role``, ``due`` where a
            follow-up begins with it
annulled    ``reason``: the answers were not this customer's, or typed wrongly; they count no more
opted-out   the customer wants to hear no more
assigned    ``owners``: whose follow-up it is
moved       ``to``, ``to_role``, ``note``, ``files``: the follow-up's new state, with its evidence
suppressed  ``record``, ``statement`` where it was signed here: the person was taken out for good
==========  ====================================================================================

Acts carry what they mean as plain data, so that a changed profile changes no history.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import reduce
from typing import Any

from qms.surveys.errors import NotNow, PersonGone, ReasonMissing, WordsMissing

WAITING, RETRY, LATER = "call-waiting", "call-retry", "call-later"
ANSWERED, DECLINED = "call-answered", "call-declined"
EXHAUSTED, OPTED_OUT = "call-exhausted", "call-opted-out"
STATES = (WAITING, RETRY, LATER, ANSWERED, DECLINED, EXHAUSTED, OPTED_OUT)
CALLABLE = frozenset({WAITING, RETRY, LATER})
"""Whoever is still to be called."""
MAY_ANSWER = CALLABLE | {EXHAUSTED}
"""A link may still be answered when calling has been given up."""
UNMANAGED, IN_PROGRESS = "unmanaged", "in-progress"
OPEN_ROLES = frozenset({UNMANAGED, IN_PROGRESS})
"""Follow-ups in which the customer still waits."""
ANSWERED_ROLES = frozenset({"managed", "unsatisfied", "external"})
"""Follow-ups in which the customer was answered."""


@dataclass(frozen=True)
class Progress:
    """How far one customer has come."""

    state: str = ""
    attempts: int = 0
    call_at: str | None = None
    """ISO moment before which nobody calls."""
    called_at: str | None = None
    """ISO moment of the first call, and below of the first one in which somebody was reached."""
    reached_at: str | None = None
    message_due: bool = False
    answered_at: str | None = None
    channel: str = ""
    agent: str = ""
    """Who called last, or took the answers."""
    score: int | None = None
    role: str = ""
    """promoter, neutral or detractor."""
    follow: str = ""
    """Id of the follow-up's state; empty where nothing is followed up."""
    follow_role: str = ""
    owners: tuple[str, ...] = ()
    """Positions, or ``person:ID``, whose follow-up it is."""
    due: str | None = None
    managed_at: str | None = None
    """ISO moment at which the customer was answered; None while that is open."""
    gone: bool = False
    """Whether the person was taken out; nothing more happens then."""

    @property
    def is_open(self) -> bool:
        """Whether a follow-up waits."""
        return self.follow_role in OPEN_ROLES

    @property
    def in_time(self) -> bool | None:
        """Whether the customer was answered in time; None while open or without a term."""
        if self.due is None or self.managed_at is None:
            return None
        return self.managed_at <= self.due


_BEFORE: dict[str, frozenset[str]] = {
    "loaded": frozenset({""}),
    "attempted": CALLABLE,
    "messaged": CALLABLE | {EXHAUSTED},
    "linked": MAY_ANSWER,
    "answered": MAY_ANSWER,
    "annulled": frozenset({ANSWERED}),
    "opted-out": frozenset(STATES) - {OPTED_OUT},
    "assigned": frozenset({ANSWERED}),
    "moved": frozenset({ANSWERED}),
    "suppressed": frozenset(STATES),
}


def progress(acts: Iterable[Mapping[str, Any]]) -> Progress:
    """Fold ``acts``; refuse a list that could not have happened."""
    return reduce(after, acts, Progress())


def after(now: Progress, act: Mapping[str, Any]) -> Progress:
    """Give the progress after one more act, or refuse the act."""
    kind = act["kind"]
    if now.gone:
        raise PersonGone
    if now.state not in _BEFORE.get(kind, frozenset()):
        raise NotNow(state=now.state)
    return _STEPS[kind](now, act)


def _loaded(now: Progress, _act: Mapping[str, Any]) -> Progress:
    return replace(now, state=WAITING)


def _attempted(now: Progress, act: Mapping[str, Any]) -> Progress:
    reached = bool(act.get("reached"))
    state = RETRY
    if act.get("ends"):
        state = DECLINED if reached else EXHAUSTED
    elif act.get("later"):
        state = LATER
    elif act.get("last"):
        state = EXHAUSTED
    return replace(
        now,
        state=state,
        attempts=now.attempts + 1,
        call_at=act.get("call_at") if state in CALLABLE else None,
        called_at=now.called_at or act["at"],
        reached_at=now.reached_at or (act["at"] if reached else None),
        message_due=now.message_due or bool(act.get("message")),
        agent=act["by"],
    )


def _messaged(now: Progress, _act: Mapping[str, Any]) -> Progress:
    return replace(now, message_due=False)


def _linked(now: Progress, _act: Mapping[str, Any]) -> Progress:
    return now


def _answered(now: Progress, act: Mapping[str, Any]) -> Progress:
    called = act["channel"] == "call"
    return replace(
        now,
        state=ANSWERED,
        attempts=now.attempts + (1 if called else 0),
        call_at=None,
        called_at=now.called_at or (act["at"] if called else None),
        reached_at=now.reached_at or act["at"],
        message_due=False,
        answered_at=act["at"],
        channel=act["channel"],
        agent=act["by"],
        score=act["score"],
        role=act["role"],
        follow=act.get("follow", ""),
        follow_role=act.get("follow_role", ""),
        owners=tuple(act.get("owners", ())),
        due=act.get("due"),
    )


def _annulled(now: Progress, act: Mapping[str, Any]) -> Progress:
    if not str(act.get("reason") or "").strip():
        raise ReasonMissing
    return Progress(
        state=RETRY,
        attempts=now.attempts,
        called_at=now.called_at,
        reached_at=now.reached_at,
        agent=now.agent,
    )


def _opted_out(now: Progress, _act: Mapping[str, Any]) -> Progress:
    state = now.state if now.state == ANSWERED else OPTED_OUT
    return replace(now, state=state, call_at=None, message_due=False)


def _assigned(now: Progress, act: Mapping[str, Any]) -> Progress:
    if not now.follow:
        raise NotNow(state=now.state)
    return replace(now, owners=tuple(act["owners"]))


def _moved(now: Progress, act: Mapping[str, Any]) -> Progress:
    if act.get("proves") and not str(act.get("note") or "").strip():
        raise WordsMissing
    answered = act["to_role"] in ANSWERED_ROLES
    open_again = act["to_role"] in OPEN_ROLES
    managed = now.managed_at
    if answered:
        managed = managed or act["at"]
    elif open_again:
        managed = None
    return replace(now, follow=act["to"], follow_role=act["to_role"], managed_at=managed)


def _suppressed(now: Progress, _act: Mapping[str, Any]) -> Progress:
    # Nobody is left whom one could call; what was answered or given up stays as it was counted.
    state = OPTED_OUT if now.state in CALLABLE else now.state
    return replace(now, state=state, call_at=None, message_due=False, gone=True)


_STEPS = {
    "loaded": _loaded,
    "attempted": _attempted,
    "messaged": _messaged,
    "linked": _linked,
    "answered": _answered,
    "annulled": _annulled,
    "opted-out": _opted_out,
    "assigned": _assigned,
    "moved": _moved,
    "suppressed": _suppressed,
}
