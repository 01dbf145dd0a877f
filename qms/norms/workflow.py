"""From acts to state: an external norm as a pure function of its acts and of the day.

==========  ======================================================================
registered  always the first; ``checked_on`` when it was checked before, elsewhere
verified    somebody looked: nothing changed; ``on``, ``note``
amended     another norm changed it; ``norm``, ``on``
repealed    another norm took it out of force; ``norm``, ``on`` (from that day)
restored    a change or a repeal was noted by mistake; ``note``
edition     a new edition is held, with what had changed in it; ``label``, ``on``
==========  ======================================================================
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from qms.kernel.months import add_months
from qms.kernel.text import clean_line
from qms.norms.errors import NoteMissing, NothingToTakeBack, NotThatFar, SuccessorMissing

IN_FORCE, TO_CHECK, AMENDED, REPEALED = (
    "norm-in-force",
    "norm-to-check",
    "norm-amended",
    "norm-repealed",
)
UPCOMING = "norm-upcoming"
STATES = (IN_FORCE, TO_CHECK, AMENDED, REPEALED, UPCOMING)
COVERED, PARTIAL, UNCOVERED, NOT_APPLICABLE = (
    "requirement-covered",
    "requirement-partial",
    "requirement-uncovered",
    "requirement-not-applicable",
)


@dataclass(frozen=True)
class Facts:
    """What the acts say of a norm, whatever the day is; dates are ISO texts, empty for none."""

    registered_on: str = ""
    checked_on: str = ""
    amended_by: str = ""
    amended_on: str = ""
    repealed_by: str = ""
    repealed_on: str = ""
    """First day out of force."""
    edition: str = ""
    """Label of the edition held last."""


def facts(acts: Iterable[Mapping[str, Any]]) -> Facts:
    """Fold ``acts``; refuse a list that could not have happened."""
    now = Facts()
    for act in acts:
        now = after(now, act)
    return now


def after(now: Facts, act: Mapping[str, Any]) -> Facts:
    """Give the facts after one more act, or refuse the act."""
    kind = act["kind"]
    if kind == "registered":
        if now.registered_on:
            raise NotThatFar
        return Facts(registered_on=act["on"], checked_on=act.get("checked_on") or "")
    follow = _FOLLOW.get(kind)
    if follow is None or not now.registered_on or (now.repealed_on and kind != "restored"):
        raise NotThatFar
    return follow(now, act)


def _verified(now: Facts, act: Mapping[str, Any]) -> Facts:
    if not clean_line(str(act.get("note") or "")):
        raise NoteMissing
    return replace(now, checked_on=max(now.checked_on, act["on"]))


def _successor(act: Mapping[str, Any]) -> str:
    norm = clean_line(str(act.get("norm") or ""))
    if not norm:
        raise SuccessorMissing
    return norm


def _amended(now: Facts, act: Mapping[str, Any]) -> Facts:
    return replace(now, amended_by=_successor(act), amended_on=act["on"])


def _repealed(now: Facts, act: Mapping[str, Any]) -> Facts:
    return replace(now, repealed_by=_successor(act), repealed_on=act["on"])


def _restored(now: Facts, act: Mapping[str, Any]) -> Facts:
    if not (now.amended_on or now.repealed_on):
        raise NothingToTakeBack
    if not clean_line(str(act.get("note") or "")):
        raise NoteMissing
    if now.repealed_on:
        return replace(now, repealed_by="", repealed_on="")
    return replace(now, amended_by="", amended_on="")


def _edition(now: Facts, act: Mapping[str, Any]) -> Facts:
    # What is held is what was looked at, with the changes in it.
    checked = max(now.checked_on, act["on"])
    return replace(now, edition=act["label"], amended_by="", amended_on="", checked_on=checked)


_FOLLOW = {
    "verified": _verified,
    "amended": _amended,
    "repealed": _repealed,
    "restored": _restored,
    "edition": _edition,
}


def check_day(now: Facts, months: int | None) -> date | None:
    """Give the day of the next check: months after the last; at once for what was never checked.

    None for a norm that is not checked any more, or is kept without checks.
    """
    if months is None or now.repealed_on:
        return None
    if not now.checked_on:
        return date.fromisoformat(now.registered_on)
    return add_months(date.fromisoformat(now.checked_on), months)


def state_on(
    day: date, now: Facts, *, months: int | None, in_force_from: str = "", in_force_until: str = ""
) -> str:
    """Give the state of a norm on a day; what is out of force goes before everything else."""
    today = day.isoformat()
    if now.repealed_on and now.repealed_on <= today:
        return REPEALED
    if in_force_until and in_force_until < today:
        return REPEALED
    if in_force_from and in_force_from > today:
        return UPCOMING
    due = check_day(now, months)
    if due is not None and due <= day:
        return TO_CHECK
    return AMENDED if now.amended_on and now.amended_on <= today else IN_FORCE


def coverage(*, applies: bool, full: int, part: int, judged_partial: bool) -> str:
    """Say how far documents in force meet a requirement.

    ``full`` counts those that name it or were linked to it, ``part`` those that only name what
    stands above it or its counterpart in a former edition. Nobody's judgement covers what no
    document says.
    """
    if not applies:
        return NOT_APPLICABLE
    if not full and not part:
        return UNCOVERED
    return PARTIAL if judged_partial or not full else COVERED
