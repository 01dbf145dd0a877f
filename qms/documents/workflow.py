"""From acts to state: a version's approval as a pure function of an append-only list of acts.

An act is a plain dict with ``kind``, ``by`` (person id) and ``at`` (ISO moment), and per kind:

==========  ==============================================================================
submitted   ``slots``: the signatures asked for, in order (see :class:`Slot`)
signed      ``slot``: which of them this act gives
returned    ``slot``, ``reason``: a refusal; it dominates every signature of the round
swapped     ``slot``, ``to`` (person id), ``reason``: another signer for a slot not yet acted on
aborted     ``reason``: the draft is given up
released    ``in_force_from`` (ISO date)
superseded  another version came into force
reviewed    ``review_by`` (ISO date or None): found right as it is at its periodic review
retired     the document left service
migrated    ``state``: approved elsewhere, before this system (only as the first act)
==========  ==============================================================================
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from qms.documents.errors import (
    ImpossibleAct,
    NotInReview,
    NotYourTurn,
    ReasonNeeded,
    SignedAlready,
    SlotTaken,
)
from qms.kernel.text import clean_line

DRAFT = "draft"
IN_REVIEW = "in-review"
APPROVED = "approved"
IN_FORCE = "in-force"
OBSOLETE = "obsolete"
ABORTED = "aborted"
STATES = (DRAFT, IN_REVIEW, APPROVED, IN_FORCE, OBSOLETE, ABORTED)
PENDING = frozenset({DRAFT, IN_REVIEW, APPROVED})
"""The states of a version that is still on its way."""

ActRecord = Mapping[str, Any]


@dataclass(frozen=True)
class Slot:
    """One signature that the route asks for."""

    name: str
    """``STEP-N``; also the name of the signature field in the PDF."""
    step: str
    """Id of the route's step."""
    position: int
    """Place of the step in the route, from 0; a step opens when all earlier ones are complete."""
    label: str
    """Printed label, in the organisation's words (ELABORÓ)."""
    meaning: str
    """What the signature says."""
    assignees: tuple[Mapping[str, str], ...]
    """Who may sign: each ``{"position"|"person"|"unit"|"role": id}``."""
    term_days: int | None = None
    """Business days from the opening of the step."""
    signed_by: str | None = None
    """The person who signed, once signed."""
    on_behalf_of: str | None = None
    """The person who delegated, when the signer is a delegate."""
    signed_at: str | None = None
    """The ISO moment of the signature."""

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> Slot:
        """Read the slot that :meth:`to_data` wrote into a ``submitted`` act."""
        return cls(
            name=data["name"],
            step=data["step"],
            position=data["position"],
            label=data["label"],
            meaning=data["meaning"],
            assignees=tuple(dict(one) for one in data["assignees"]),
            term_days=data.get("term_days"),
        )

    def to_data(self) -> dict[str, Any]:
        """Give the plain data that a ``submitted`` act keeps."""
        return {
            "name": self.name,
            "step": self.step,
            "position": self.position,
            "label": self.label,
            "meaning": self.meaning,
            "assignees": [dict(one) for one in self.assignees],
            "term_days": self.term_days,
        }


@dataclass(frozen=True)
class Standing:
    """Where a version stands after its acts."""

    state: str = DRAFT
    slots: tuple[Slot, ...] = ()
    """The signatures of the present round; empty before the first submission."""
    round: int = 0
    """How often the version was submitted."""
    opened_at: str | None = None
    """The ISO moment at which the step that is now open opened."""
    returned: ActRecord | None = field(default=None, compare=False)
    """The act that sent the version back, while it is a draft because of it."""

    @property
    def open_slots(self) -> tuple[Slot, ...]:
        """Give the slots that may be signed now: those of the first incomplete step."""
        if self.state != IN_REVIEW:
            return ()
        waiting = [slot for slot in self.slots if slot.signed_by is None]
        if not waiting:
            return ()
        first = min(slot.position for slot in waiting)
        return tuple(slot for slot in waiting if slot.position == first)

    @property
    def signed_slots(self) -> tuple[Slot, ...]:
        """Give the slots of this round that are signed."""
        return tuple(slot for slot in self.slots if slot.signed_by is not None)

    def slot(self, name: str) -> Slot:
        """Find the slot ``name`` or refuse, when this round never asked for it."""
        for slot in self.slots:
            if slot.name == name:
                return slot
        raise NotYourTurn


def standing(acts: Iterable[ActRecord]) -> Standing:
    """Fold ``acts`` into where the version stands; refuse a list that could not have happened."""
    now = Standing()
    for act in acts:
        now = after(now, act)
    return now


def state_of(acts: Iterable[ActRecord]) -> str:
    """Give only the state."""
    return standing(acts).state


def after(now: Standing, act: ActRecord) -> Standing:
    """Give the standing after one more act, or refuse the act."""
    try:
        follow = _FOLLOW[act["kind"]]
    except KeyError:
        raise ImpossibleAct(state=now.state) from None
    return follow(now, act)


def _only_from(now: Standing, *states: str) -> None:
    if now.state not in states:
        raise ImpossibleAct(state=now.state)


def is_said(reason: str) -> bool:
    """Tell whether a reader sees anything of a reason; blanks without width say nothing (A8)."""
    return bool(clean_line(reason))


def _reasoned(act: ActRecord) -> None:
    if not is_said(str(act.get("reason") or "")):
        raise ReasonNeeded


def _submitted(now: Standing, act: ActRecord) -> Standing:
    _only_from(now, DRAFT)
    slots = tuple(Slot.from_data(one) for one in act["slots"])
    if not slots or len({slot.name for slot in slots}) != len(slots):
        # A route without a single signature would put an unsigned version in force.
        raise ImpossibleAct(state=now.state)
    return Standing(IN_REVIEW, slots, now.round + 1, act["at"])


def _signed(now: Standing, act: ActRecord) -> Standing:
    check_signature(now, act["slot"], act["by"], act.get("on_behalf_of"))
    slots = tuple(
        replace(
            slot,
            signed_by=act["by"],
            on_behalf_of=act.get("on_behalf_of"),
            signed_at=act["at"],
        )
        if slot.name == act["slot"]
        else slot
        for slot in now.slots
    )
    signed = next(slot for slot in slots if slot.name == act["slot"])
    complete = all(slot.signed_by for slot in slots)
    step_done = all(slot.signed_by for slot in slots if slot.position == signed.position)
    return replace(
        now,
        state=APPROVED if complete else IN_REVIEW,
        slots=slots,
        opened_at=act["at"] if step_done else now.opened_at,
    )


def check_signature(now: Standing, name: str, person: str, on_behalf_of: str | None = None) -> None:
    """Refuse a signature that the present standing does not allow ``person`` to give.

    One signature per step and person, and nobody's hand twice by way of a delegation.
    """
    if now.state != IN_REVIEW:
        raise NotInReview
    slot = now.slot(name)
    if slot.signed_by is not None:
        raise SlotTaken
    if slot not in now.open_slots:
        raise NotYourTurn
    hands = {person, on_behalf_of} - {None}
    for other in now.slots:
        if other.step == slot.step and hands & {other.signed_by, other.on_behalf_of}:
            raise SignedAlready


def _returned(now: Standing, act: ActRecord) -> Standing:
    if now.state != IN_REVIEW:
        raise NotInReview
    _reasoned(act)
    if now.slot(act["slot"]) not in now.open_slots:
        raise NotYourTurn
    return replace(now, state=DRAFT, slots=(), opened_at=None, returned=act)


def _swapped(now: Standing, act: ActRecord) -> Standing:
    if now.state != IN_REVIEW:
        raise NotInReview
    _reasoned(act)
    if now.slot(act["slot"]).signed_by is not None:
        raise SlotTaken
    slots = tuple(
        replace(slot, assignees=({"person": act["to"]},)) if slot.name == act["slot"] else slot
        for slot in now.slots
    )
    return replace(now, slots=slots)


def _aborted(now: Standing, act: ActRecord) -> Standing:
    _only_from(now, DRAFT, IN_REVIEW, APPROVED)
    _reasoned(act)
    return replace(now, state=ABORTED)


def _released(now: Standing, _act: ActRecord) -> Standing:
    _only_from(now, APPROVED)
    return replace(now, state=IN_FORCE)


def _left_force(now: Standing, _act: ActRecord) -> Standing:
    _only_from(now, IN_FORCE)
    return replace(now, state=OBSOLETE)


def _reviewed(now: Standing, _act: ActRecord) -> Standing:
    _only_from(now, IN_FORCE)
    return now


def _migrated(now: Standing, act: ActRecord) -> Standing:
    if now != Standing() or act["state"] not in {IN_FORCE, OBSOLETE}:
        raise ImpossibleAct(state=now.state)
    return replace(now, state=act["state"])


_FOLLOW = {
    "submitted": _submitted,
    "signed": _signed,
    "returned": _returned,
    "swapped": _swapped,
    "aborted": _aborted,
    "released": _released,
    "superseded": _left_force,
    "retired": _left_force,
    "reviewed": _reviewed,
    "migrated": _migrated,
}


def slots_of_route(steps: Sequence[Any]) -> list[Slot]:
    """Lay a route's steps out as slots: one an assignee, one for any, or ``count`` of them."""
    slots = []
    for position, step in enumerate(steps):
        assignees = [dict(one) for one in step.assignees]
        if step.rule == "all":
            groups = [[one] for one in assignees]
        elif step.rule == "count":
            groups = [assignees] * int(step.count)
        else:
            groups = [assignees]
        for number, group in enumerate(groups, start=1):
            slots.append(
                Slot(
                    name=f"{step.id}-{number}",
                    step=step.id,
                    position=position,
                    label=step.label,
                    meaning=step.meaning,
                    assignees=tuple(group),
                    term_days=step.term_days,
                )
            )
    return slots
