"""An action of improvement as a pure function of its acts.

==========  ====================================================================================
planned     ``position`` or ``person``, ``due``, ``most``: how often its day may be moved
noted       ``text``, maybe ``percent`` and evidence: progress
reassigned  ``position`` or ``person``, ``reason``
extended    ``due``, ``reason``
done        ``text`` and evidence
returned    ``reason``: whoever verifies it is not convinced
verified    ``text``; ``owners``: who held it; none of them verifies it
cancelled   ``reason``
==========  ====================================================================================
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import reduce
from typing import Any

from qms.improvement.errors import AnotherPerson, NotLater, TooManyExtensions
from qms.improvement.workflow import (
    Steps,
    insist,
    insist_on_evidence,
    insist_on_reason,
    insist_on_text,
)

OPEN, DONE = "action-open", "action-done"
VERIFIED, CANCELLED = "action-verified", "action-cancelled"
STATES = (OPEN, DONE, VERIFIED, CANCELLED)
PENDING = frozenset({OPEN, DONE})
ENDED = frozenset({VERIFIED, CANCELLED})


@dataclass(frozen=True)
class Progress:
    """How far an action has come."""

    state: str = ""
    position: str = ""
    """Id of the position whose holders own it; empty where it is a person's alone."""
    person: str = ""
    due: str = ""
    """ISO day."""
    first_due: str = ""
    most: int = 0
    extensions: int = 0
    percent: int | None = None
    done_by: str = ""
    done_day: str | None = None
    """ISO day on which it was last said to be done."""
    evidence: Mapping[str, Any] | None = None
    """The act that showed it."""
    verified_by: str = ""
    ended_at: str | None = None


_PENDING = frozenset({OPEN, DONE})
STEPS: Steps = {
    "planned": frozenset({""}),
    "noted": _PENDING,
    "reassigned": frozenset({OPEN}),
    "extended": frozenset({OPEN}),
    "done": frozenset({OPEN}),
    "returned": frozenset({DONE}),
    "verified": frozenset({DONE}),
    "cancelled": _PENDING,
}


def progress(acts: Iterable[Mapping[str, Any]]) -> Progress:
    """Fold ``acts``; refuse a list that could not have happened."""
    return reduce(after, acts, Progress())


def possible(now: Progress) -> frozenset[str]:
    """Name the acts that may come now."""
    found = {kind for kind, states in STEPS.items() if now.state in states}
    if now.extensions >= now.most:
        found.discard("extended")
    return frozenset(found)


def after(now: Progress, act: Mapping[str, Any]) -> Progress:
    """Give the progress after one more act, or refuse the act."""
    kind = insist(STEPS, now.state, act)
    if kind in ("reassigned", "extended", "returned", "cancelled"):
        insist_on_reason(act)
    if kind in ("noted", "done", "verified"):
        insist_on_text(act)
    return _after(kind, now, act)


def _after(kind: str, now: Progress, act: Mapping[str, Any]) -> Progress:
    if kind == "planned":
        due = act["due"]
        owned = {"position": act.get("position", ""), "person": act.get("person", "")}
        return replace(now, state=OPEN, due=due, first_due=due, most=int(act["most"]), **owned)
    if kind == "noted":
        percent = act.get("percent")
        return now if percent is None else replace(now, percent=int(percent))
    if kind == "reassigned":
        return replace(now, position=act.get("position", ""), person=act.get("person", ""))
    if kind == "extended":
        return _extended(now, act)
    if kind == "done":
        insist_on_evidence(act)
        return replace(now, state=DONE, done_by=act["by"], done_day=act["day"], evidence=dict(act))
    if kind == "returned":
        return replace(now, state=OPEN, done_day=None)
    if kind == "verified":
        if act["by"] == now.done_by or act["by"] in (act.get("owners") or ()):
            raise AnotherPerson
        return replace(now, state=VERIFIED, verified_by=act["by"], ended_at=act["at"])
    return replace(now, state=CANCELLED, ended_at=act["at"])


def _extended(now: Progress, act: Mapping[str, Any]) -> Progress:
    if now.extensions >= now.most:
        raise TooManyExtensions(most=now.most)
    if act["due"] <= now.due:
        raise NotLater
    return replace(now, due=act["due"], extensions=now.extensions + 1)
