"""From acts to state: a renaming as a pure function of an append-only list of acts.

=========  =====================================================================================
planned    somebody wants another name (always the first); nothing is renamed yet
confirmed  ``choices``: what is done with each document; from here the new name counts
drafted    ``document``, ``order``: its draft has the new name
failed     ``document``, ``why``: its draft could not be made; it may be tried again
settled    ``documents``: only flagged, or left as they are
submitted  ``document``: its draft went to its signers
returned   ``document``: a signer sent it back
approved   ``document``: every signature is given, its day is still to come
released   ``document``: its new version is in force
let-go     ``document``: its draft was given up
given-up   ``reason``: nothing more is done here
=========  =====================================================================================
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import reduce
from typing import Any

from qms.kernel.text import clean_line
from qms.renaming.errors import NothingWaits, NotThatFar, ReasonMissing

PLANNED, DRAFTING, DRAFTED = "rename-planned", "rename-drafting", "rename-drafted"
IN_APPROVAL, DONE, GIVEN_UP = "rename-in-approval", "done", "rename-given-up"
STATES = (PLANNED, DRAFTING, DRAFTED, IN_APPROVAL, DONE, GIVEN_UP)
OPEN = frozenset({PLANNED, DRAFTING, DRAFTED, IN_APPROVAL})
"""The states in which something is still to be done."""

REDRAFT, CORRECT, FLAG, NOTHING = "redraft", "correct", "flag", "nothing"
CHOICES = (REDRAFT, CORRECT, FLAG, NOTHING)
"""What can be done with a document."""

WAITING, FAILED, SETTLED = "waiting", "failed", "settled"
IN_REVIEW, APPROVED, FINISHED, LET_GO = "in-review", "approved", "finished", "let-go"
_CLOSED = frozenset({SETTLED, FINISHED, LET_GO})
_SENT = frozenset({IN_REVIEW, APPROVED, FINISHED})


@dataclass(frozen=True)
class Progress:
    """How far a renaming has come."""

    begun: bool = False
    confirmed: bool = False
    given_up: bool = False
    choices: Mapping[str, str] = field(default_factory=dict)
    """What was chosen, by the document's uid."""
    items: Mapping[str, str] = field(default_factory=dict)
    """How far each document is, by its uid."""
    orders: Mapping[str, int] = field(default_factory=dict)
    """The version that was drafted, by the document's uid."""
    whys: Mapping[str, Any] = field(default_factory=dict)
    """Why a draft could not be made, by the document's uid."""

    @property
    def state(self) -> str:
        """Say in a word where it stands."""
        if self.given_up:
            return GIVEN_UP
        if not self.confirmed:
            return PLANNED
        items = set(self.items.values())
        if WAITING in items:
            return DRAFTING
        if items <= _CLOSED:
            return DONE
        return IN_APPROVAL if items & _SENT else DRAFTED

    def of(self, *wanted: str) -> list[str]:
        """Give the uids of the documents that are that far, in their order."""
        return sorted(uid for uid, status in self.items.items() if status in wanted)


def progress(acts: Iterable[Mapping[str, Any]]) -> Progress:
    """Fold ``acts``; refuse a list that could not have happened."""
    return reduce(after, acts, Progress())


def may_move(now: Progress, kind: str, uid: str) -> bool:
    """Tell whether an act of this kind can follow for this document."""
    return not now.given_up and now.items.get(uid) in _MOVES[kind][0]


_MOVES: dict[str, tuple[frozenset[str], str]] = {
    "drafted": (frozenset({WAITING, FAILED}), "drafted"),
    "failed": (frozenset({WAITING, FAILED}), FAILED),
    "settled": (frozenset({WAITING, FAILED, LET_GO}), SETTLED),
    "submitted": (frozenset({"drafted"}), IN_REVIEW),
    "returned": (frozenset({IN_REVIEW}), "drafted"),
    "approved": (frozenset({IN_REVIEW}), APPROVED),
    "released": (frozenset({IN_REVIEW, APPROVED}), FINISHED),
    "let-go": (frozenset({"drafted", IN_REVIEW, APPROVED}), LET_GO),
}
"""From where each act moves a document, and where to."""


def after(now: Progress, act: Mapping[str, Any]) -> Progress:
    """Give the progress after one more act, or refuse the act."""
    kind = act["kind"]
    if kind == "planned" and not now.begun:
        return Progress(begun=True)
    if not now.begun or now.given_up:
        raise NotThatFar(state=now.state)
    if kind == "confirmed" and not now.confirmed:
        choices = dict(act["choices"])
        return replace(now, confirmed=True, choices=choices, items=dict.fromkeys(choices, WAITING))
    if kind == "given-up" and now.state in OPEN:
        if not clean_line(str(act.get("reason") or "")):
            raise ReasonMissing
        return replace(now, given_up=True)
    if kind not in _MOVES or not now.confirmed:
        raise NotThatFar(state=now.state)
    return _moved(now, act)


def _moved(now: Progress, act: Mapping[str, Any]) -> Progress:
    before, then = _MOVES[act["kind"]]
    uids = act["documents"] if "documents" in act else (act["document"],)
    if any(now.items.get(uid) not in before for uid in uids):
        raise NothingWaits
    orders, whys = now.orders, now.whys
    if "order" in act:
        orders = {**orders, act["document"]: act["order"]}
    if "why" in act:
        whys = {**whys, act["document"]: act["why"]}
    items = {**now.items, **dict.fromkeys(uids, then)}
    return replace(now, items=items, orders=orders, whys=whys)
