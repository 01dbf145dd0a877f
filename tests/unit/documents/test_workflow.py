"""Approval as a pure function of acts: whatever is tried, the rules of section A3 hold."""

from collections import Counter
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qms.documents import workflow
from qms.documents.errors import (
    ImpossibleAct,
    NotInReview,
    NotYourTurn,
    ReasonNeeded,
    SignedAlready,
    SlotTaken,
)
from qms.kernel.errors import Refused

PERSONS = ("ana", "beto", "carla", "dario")


def step(name, rule="all", assignees=({"person": "ana"},), count=None):
    return SimpleNamespace(
        id=name,
        label=name.upper(),
        meaning=f"I {name}",
        rule=rule,
        count=count,
        term_days=3,
        assignees=assignees,
    )


def submitted(*steps):
    slots = [slot.to_data() for slot in workflow.slots_of_route(steps)]
    return {"kind": "submitted", "by": "ana", "at": "2026-11-22T10:00:00+00:00", "slots": slots}


def act(kind, by="ana", **more):
    return {"kind": kind, "by": by, "at": "2026-11-22T11:00:00+00:00", **more}


THREE = (step("drafted"), step("reviewed"), step("approved"))
SIGNED = [
    submitted(*THREE),
    act("signed", "ana", slot="drafted-1"),
    act("signed", "beto", slot="reviewed-1"),
    act("signed", "carla", slot="approved-1"),
]


def steps():
    """Routes of one to three steps with every rule."""

    def one(number):
        assignees = st.lists(
            st.sampled_from([{"person": who} for who in PERSONS]), min_size=1, max_size=3
        )
        return st.builds(
            lambda rule, who, count: step(f"s{number}", rule, tuple(who), count),
            st.sampled_from(["all", "any", "count"]),
            assignees,
            st.integers(1, 3),
        )

    return st.integers(1, 3).flatmap(lambda n: st.tuples(*(one(i) for i in range(n))))


def acts(route):
    """One act of any kind, sensible or not, for this route."""
    slots = [slot.name for slot in workflow.slots_of_route(route)] + ["nothing-1"]
    who = st.sampled_from(PERSONS)
    slot = st.sampled_from(slots)
    behalf = st.sampled_from([None, None, *PERSONS])
    reason = st.sampled_from(["", "  ", "porque sí"])
    return st.one_of(
        st.just(submitted(*route)),
        st.builds(lambda w, s, b: act("signed", w, slot=s, on_behalf_of=b), who, slot, behalf),
        st.builds(lambda w, s, b: act("signed", w, slot=s, on_behalf_of=b), who, slot, behalf),
        st.builds(lambda w, s, r: act("returned", w, slot=s, reason=r), who, slot, reason),
        st.builds(
            lambda w, s, r: act("swapped", w, slot=s, to="dario", reason=r), who, slot, reason
        ),
        st.builds(lambda r: act("aborted", reason=r), reason),
        st.sampled_from([act("released"), act("superseded"), act("retired"), act("nonsense")]),
    )


@given(st.data())
def test_no_sequence_of_acts_puts_an_unsigned_version_in_force(data):
    route = data.draw(steps())
    taken = []
    now = workflow.Standing()
    for one in data.draw(st.lists(acts(route), max_size=30)):
        try:
            following = workflow.after(now, one)
        except Refused:
            continue
        taken.append(one)
        now = following
        if now.state in {workflow.APPROVED, workflow.IN_FORCE}:
            assert now.slots
            assert all(slot.signed_by for slot in now.slots)
        for name in {slot.step for slot in now.slots}:
            hands = Counter(
                who
                for slot in now.slots
                if slot.step == name and slot.signed_by
                for who in {slot.signed_by, slot.on_behalf_of} - {None}
            )
            assert all(times == 1 for times in hands.values())
    assert workflow.standing(taken) == now


@given(st.data())
def test_a_refusal_dominates_every_signature_of_its_round(data):
    route = data.draw(steps())
    sequence = data.draw(st.lists(acts(route), max_size=25))
    now = workflow.Standing()
    for one in sequence:
        before = now
        try:
            now = workflow.after(now, one)
        except Refused:
            continue
        if one["kind"] == "returned":
            assert before.state == workflow.IN_REVIEW
            assert now.state == workflow.DRAFT
            assert now.slots == ()
        if before.state in {workflow.ABORTED, workflow.OBSOLETE}:
            pytest.fail("nothing follows the end")


def test_three_signatures_in_order_approve_and_the_release_follows():
    assert workflow.state_of(SIGNED) == workflow.APPROVED
    assert workflow.state_of([*SIGNED, act("released")]) == workflow.IN_FORCE
    assert workflow.state_of([*SIGNED, act("released"), act("superseded")]) == workflow.OBSOLETE


def test_a_later_step_waits_for_the_earlier_one():
    with pytest.raises(NotYourTurn):
        workflow.standing([submitted(*THREE), act("signed", "beto", slot="reviewed-1")])


def test_a_signature_is_given_once():
    with pytest.raises(SlotTaken):
        workflow.standing([*SIGNED[:2], act("signed", "beto", slot="drafted-1")])


def test_two_of_three_need_two_different_persons():
    route = (step("voted", "count", tuple({"person": who} for who in PERSONS[:3]), 2),)
    begun = [submitted(*route), act("signed", "ana", slot="voted-1")]
    with pytest.raises(SignedAlready):
        workflow.standing([*begun, act("signed", "ana", slot="voted-2")])
    with pytest.raises(SignedAlready):
        workflow.standing([*begun, act("signed", "beto", slot="voted-2", on_behalf_of="ana")])
    assert workflow.state_of([*begun, act("signed", "beto", slot="voted-2")]) == workflow.APPROVED


def test_returning_needs_a_reason_and_only_the_open_step_may():
    with pytest.raises(ReasonNeeded):
        workflow.standing([submitted(*THREE), act("returned", slot="drafted-1", reason=" ")])
    with pytest.raises(NotYourTurn):
        workflow.standing([submitted(*THREE), act("returned", slot="approved-1", reason="no")])


def test_d4_05_no_act_jumps_over_the_route():
    for kind in ("released", "superseded", "retired"):
        with pytest.raises(ImpossibleAct):
            workflow.standing([act(kind)])
        with pytest.raises(ImpossibleAct):
            workflow.standing([submitted(*THREE), act(kind)])
    with pytest.raises(NotInReview):
        workflow.standing([act("signed", slot="drafted-1")])


def test_a_route_without_signatures_cannot_be_submitted():
    with pytest.raises(ImpossibleAct):
        workflow.standing([act("submitted", slots=[])])


def test_a_swapped_signer_takes_the_slot_while_nobody_acted():
    swapped = [submitted(*THREE), act("swapped", slot="reviewed-1", to="dario", reason="viaje")]
    slot = workflow.standing(swapped).slot("reviewed-1")
    assert slot.assignees == ({"person": "dario"},)
    with pytest.raises(SlotTaken):
        workflow.standing([*SIGNED[:2], act("swapped", slot="drafted-1", to="dario", reason="x")])


def test_a_version_approved_elsewhere_is_only_ever_the_first_act():
    assert workflow.state_of([act("migrated", state="in-force")]) == workflow.IN_FORCE
    with pytest.raises(ImpossibleAct):
        workflow.standing([submitted(*THREE), act("migrated", state="in-force")])
