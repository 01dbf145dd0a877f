"""The state of a renaming follows from its acts alone."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qms.kernel.errors import Refused
from qms.renaming import workflow

PLANNED = {"kind": "planned"}
KINDS = ("drafted", "failed", "submitted", "returned", "approved", "released", "let-go")


def confirmed(**choices):
    return {"kind": "confirmed", "choices": choices}


def about(kind, uid, **more):
    return {"kind": kind, "document": uid, **more}


@pytest.mark.parametrize(
    "acts",
    [
        [confirmed(a="redraft")],
        [PLANNED, PLANNED],
        [PLANNED, about("drafted", "a", order=1)],
        [PLANNED, confirmed(a="redraft"), confirmed(a="redraft")],
        [PLANNED, confirmed(a="redraft"), about("submitted", "a")],
        [PLANNED, confirmed(a="redraft"), about("drafted", "b", order=1)],
        [PLANNED, {"kind": "given-up", "reason": " "}],
        [PLANNED, {"kind": "given-up", "reason": "x"}, confirmed(a="flag")],
    ],
)
def test_what_could_not_have_happened_is_refused(acts):
    with pytest.raises(Refused):
        workflow.progress(acts)


def test_it_goes_from_planned_to_done():
    acts = [PLANNED, confirmed(a="redraft", b="flag")]
    steps = [
        ({"kind": "settled", "documents": ["b"]}, workflow.DRAFTING),
        (about("drafted", "a", order=3), workflow.DRAFTED),
        (about("submitted", "a"), workflow.IN_APPROVAL),
        (about("returned", "a"), workflow.DRAFTED),
        (about("submitted", "a"), workflow.IN_APPROVAL),
        (about("released", "a"), workflow.DONE),
    ]
    assert workflow.progress(acts[:1]).state == workflow.PLANNED
    for act, state in steps:
        acts.append(act)
        assert workflow.progress(acts).state == state
    assert workflow.progress(acts).orders == {"a": 3}


def test_a_failed_draft_keeps_it_open_until_it_is_settled():
    acts = [PLANNED, confirmed(a="redraft"), about("failed", "a", why={"msgid": "x"})]
    assert workflow.progress(acts).state == workflow.DRAFTED
    assert workflow.progress([*acts, {"kind": "settled", "documents": ["a"]}]).state == "done"


@given(st.lists(st.tuples(st.sampled_from(KINDS), st.sampled_from("abc")), max_size=25))
def test_every_reachable_state_is_known_and_no_document_is_lost(moves):
    now = workflow.progress([PLANNED, confirmed(a="redraft", b="redraft", c="correct")])
    for kind, uid in moves:
        may = workflow.may_move(now, kind, uid)
        try:
            now = workflow.after(now, about(kind, uid, order=1))
        except Refused:
            assert not may
        else:
            assert may
        assert now.state in workflow.STATES
        assert set(now.items) == {"a", "b", "c"}
