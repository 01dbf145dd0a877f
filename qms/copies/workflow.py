"""From acts to state: a printed copy as a pure function of an append-only list of acts.

=========  ================================================================
issued     printed, with number, holder and place (always the first)
delivered  ``to``: who took it
recalled   the version left force, or somebody wants it back: ``reason``
recovered  it came back
destroyed  ``note``: how, after it came back
lost       ``note``: nobody finds it; it may still turn up
=========  ================================================================
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from qms.copies.errors import NotPossible, WordsMissing
from qms.kernel.text import clean_line

ISSUED, DELIVERED, RECALLED = "copy-issued", "copy-delivered", "copy-recalled"
RECOVERED, DESTROYED, LOST = "copy-recovered", "copy-destroyed", "copy-lost"
OUT = frozenset({ISSUED, DELIVERED, RECALLED})
"""The states of a copy that somebody may still work by."""

_STEPS = {
    "issued": ({""}, ISSUED),
    "delivered": ({ISSUED}, DELIVERED),
    "recalled": ({ISSUED, DELIVERED}, RECALLED),
    "recovered": ({ISSUED, DELIVERED, RECALLED, LOST}, RECOVERED),
    "destroyed": ({RECOVERED}, DESTROYED),
    "lost": ({ISSUED, DELIVERED, RECALLED}, LOST),
}
_SAID = {"delivered": "to", "destroyed": "note", "lost": "note"}
"""What each act has to say, by its key."""


def state_of(acts: Iterable[Mapping[str, Any]]) -> str:
    """Fold ``acts`` into the state; refuse a list that could not have happened."""
    state = ""
    for act in acts:
        state = after(state, act)
    return state


def after(state: str, act: Mapping[str, Any]) -> str:
    """Give the state after one more act, or refuse the act."""
    before, then = _STEPS.get(act["kind"], (set(), ""))
    if state not in before:
        raise NotPossible(state=state)
    said = _SAID.get(act["kind"])
    if said is not None and not clean_line(str(act.get(said) or "")):
        raise WordsMissing
    return then


def possible(state: str) -> tuple[str, ...]:
    """Name the acts that may follow."""
    return tuple(kind for kind, (before, _then) in _STEPS.items() if state in before)
