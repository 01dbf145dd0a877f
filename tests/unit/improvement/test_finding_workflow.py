"""Findings, actions, audits and reviews as pure functions: no way leads past a gate."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qms.improvement.errors import (
    AnotherPerson,
    AuthorityMissing,
    CauseMissing,
    EvidenceMissing,
    NotAllRaised,
    NothingDone,
    NotLater,
    NotReverified,
    NotYet,
    PlanMissing,
    RisksNotAnswered,
    SayWhy,
    TooManyExtensions,
    WrongMoment,
)
from qms.improvement.workflow import actions, audits, findings
from qms.kernel.errors import Refused

OWNER, DOER, OTHER = "owner", "doer", "other"
STRICT = {"cause": True, "action": True, "output": False, "days": 30}
OUTPUT = {"cause": False, "action": False, "output": True, "days": 0}
LIGHT = {"cause": False, "action": False, "output": False, "days": 0}


def act(kind, by=OTHER, day="2026-01-10", **more):
    return {"kind": kind, "by": by, "at": f"{day}T15:00:00+00:00", "day": day, **more}


def accepted(rule=STRICT):
    return [
        act("reported"),
        act("accepted", finding_kind="k", rule=rule, responsible=OWNER, process="p"),
    ]


def analysed(by=DOER):
    return act("analysed", by, root="Falta un paso", similar="no", whys=["a"], branches={})


def verified(number="A1"):
    return act("action-moved", number=number, to="verified", record="ACTA 1", doers=[DOER])


WHOLE = [
    *accepted(),
    analysed(),
    act("action-added", OWNER, number="A1"),
    act("planned", OWNER),
    act("action-moved", DOER, number="A1", to="done"),
    verified(),
    act("checked", OTHER, "2026-02-20", effective=True, text="No volvió", record="R1"),
    act("risk-answered", OWNER, "2026-02-20", needed=False, text="Ya está"),
    act("closed", OTHER, "2026-02-21", text="Listo"),
]


def alphabet(rule):
    """Every act in a good form and in those that gates have to refuse."""
    first, later = "2026-01-10", "2026-03-01"
    yield act("accepted", finding_kind="k", rule=rule, responsible=OWNER)
    yield act("corrected", DOER, text="Se corrigió")
    yield act("corrected", DOER, text="Se corrigió", record="R")
    yield analysed()
    yield act("action-added", OWNER, number="A1")
    yield act("action-moved", number="A1", to="verified", record="R", doers=[DOER])
    yield act("action-moved", number="A1", to="cancelled")
    yield act("planned", OWNER)
    yield act("checked", OWNER, later, effective=True, text="x", record="R")
    yield act("checked", DOER, later, effective=True, text="x", record="R")
    yield act("checked", OTHER, later, effective=True, text="x")
    yield act("checked", OTHER, first, effective=True, text="x", record="R")
    yield act("checked", OTHER, later, effective=True, text="x", record="R")
    yield act("checked", OTHER, later, effective=False, text="x", record="R")
    yield act("risk-answered", OWNER, needed=False, text="x")
    yield act("closed", OTHER, later, text="x")
    yield act("reopened", OTHER, later, reason="x")
    if rule["output"]:
        yield act("disposed", DOER, disposition="correct", text="x")
        yield act("reverified", DOER, passed=True, text="x", record="R")
        yield act("reverified", OTHER, passed=True, text="x", record="R")


def key_of(now):
    """What of a progress decides what can follow."""
    return (
        now.state,
        min(now.round, 3),
        min(now.evidence, 1),
        now.cause is not None,
        tuple(sorted(now.actions.items())),
        now.doers,
        now.disposition is not None,
        now.reverified,
        now.check_from,
        bool(now.checks),
        now.risk_needed,
    )


def reachable(rule, depth):
    """Walk every sequence of acts up to a depth; what decides the same is walked once."""
    steps, seen = list(alphabet(rule)), {}
    frontier = [(findings.progress([act("reported")]), (act("reported"),))]
    tried = 0
    for _turn in range(depth):
        following = []
        for now, path in frontier:
            for one in steps:
                tried += 1
                try:
                    then = findings.after(now, one)
                except Refused:
                    continue
                if key_of(then) not in seen:
                    seen[key_of(then)] = True
                    following.append((then, (*path, one)))
                if then.state == findings.CLOSED:
                    yield then, (*path, one)
        frontier = following
    assert tried > 1000


def last_round(path):
    """Give the acts of the round in which a path was closed."""
    start = 0
    for place, one in enumerate(path):
        failed = one["kind"] == "checked" and not one["effective"]
        if failed or one["kind"] == "reopened":
            start = place + 1
    return path[start:]


@pytest.mark.parametrize("rule", [STRICT, OUTPUT, LIGHT], ids=["strict", "output", "light"])
def test_no_sequence_of_acts_closes_without_evidence_and_a_check_by_another_person(rule):
    closed = 0
    for _now, path in reachable(rule, 12):
        closed += 1
        acts = last_round(path)
        proofs = [
            one
            for one in acts
            if one.get("record") and one["kind"] in ("corrected", "action-moved")
        ]
        assert proofs, path
        check = [one for one in acts if one["kind"] == "checked" and one["effective"]]
        assert check, path
        doers = {OWNER, DOER} & {
            OWNER,
            *(one["by"] for one in acts if one["kind"] in ("corrected", "analysed", "disposed")),
            *(who for one in acts for who in one.get("doers", ())),
        }
        assert check[-1]["by"] not in doers
        assert check[-1].get("record")
        if rule["cause"]:
            assert any(one["kind"] == "analysed" for one in acts)
            assert any(one["kind"] == "risk-answered" for one in path)
        if rule["output"]:
            assert any(one["kind"] == "reverified" and one["by"] == OTHER for one in path)
    assert closed


def test_the_usual_way_ends_closed():
    now = findings.progress(WHOLE)
    assert now.state == findings.CLOSED
    assert now.ended_at is not None
    assert findings.progress(WHOLE[:-2]).state == findings.EFFECTIVE


def test_the_check_waits_for_its_day_and_for_another_person():
    before = findings.progress(WHOLE[:7])
    assert before.state == findings.WAITING
    assert before.check_from == "2026-02-09"
    good = {"effective": True, "text": "x", "record": "R"}
    with pytest.raises(NotYet):
        findings.after(before, act("checked", OTHER, "2026-02-08", **good))
    for person in (OWNER, DOER):
        with pytest.raises(AnotherPerson):
            findings.after(before, act("checked", person, "2026-02-09", **good))
    with pytest.raises(EvidenceMissing):
        findings.after(before, act("checked", OTHER, "2026-02-09", effective=True, text="x"))


def test_whoever_answered_for_it_before_does_not_check_it():
    handed = findings.after(
        findings.progress(WHOLE[:7]), act("reassigned", responsible="new", reason="x")
    )
    with pytest.raises(AnotherPerson):
        findings.after(
            handed, act("checked", OWNER, "2026-03-01", effective=True, text="x", record="R")
        )


def test_a_failed_check_begins_a_round_and_asks_for_everything_anew():
    failed = act("checked", OTHER, "2026-02-20", effective=False, text="Volvió", record="R1")
    now = findings.progress([*WHOLE[:7], failed])
    assert (now.state, now.round, now.cause, dict(now.actions)) == (
        findings.ANALYSIS,
        2,
        None,
        {},
    )
    assert len(now.checks) == 1
    with pytest.raises(CauseMissing):
        findings.after(now, act("planned"))
    with pytest.raises(WrongMoment):
        findings.after(now, act("closed", text="x"))


def test_a_plan_needs_its_cause_and_an_action():
    now = findings.progress(accepted())
    with pytest.raises(CauseMissing):
        findings.after(now, act("planned"))
    now = findings.after(now, analysed())
    with pytest.raises(PlanMissing):
        findings.after(now, act("planned"))
    with pytest.raises(NothingDone):
        findings.after(findings.progress(accepted(LIGHT)), act("planned"))


def test_only_cancelled_actions_are_no_plan():
    now = findings.progress([*WHOLE[:5], act("action-moved", number="A1", to="cancelled")])
    assert now.state == findings.ACTING
    more = findings.after(now, act("action-added", number="A2"))
    assert findings.after(more, verified("A2")).state == findings.WAITING


def test_an_output_needs_authority_for_a_concession_and_another_verification():
    start = findings.progress(accepted(OUTPUT))
    with pytest.raises(AuthorityMissing):
        findings.after(start, act("disposed", disposition="concession", text="x"))
    done = act("corrected", DOER, text="x", record="R")
    disposed = act("disposed", DOER, disposition="correct", text="x")
    checked = act("checked", OTHER, "2026-02-01", effective=True, text="x", record="R")
    now = findings.progress([*accepted(OUTPUT), disposed, done, act("planned", OWNER), checked])
    with pytest.raises(NotReverified):
        findings.after(now, act("closed", text="x"))
    with pytest.raises(AnotherPerson):
        findings.after(
            findings.progress([*accepted(OUTPUT), disposed]),
            act("reverified", DOER, passed=True, text="x", record="R"),
        )


def test_closing_asks_about_the_risks():
    with pytest.raises(RisksNotAnswered):
        findings.progress([*WHOLE[:8], act("closed", text="x")])


@pytest.mark.parametrize("kind", ["rejected", "cancelled", "merged", "reopened", "reassigned"])
def test_what_ends_or_turns_a_finding_says_why(kind):
    start = {
        "rejected": [act("reported")],
        "merged": [act("reported")],
        "cancelled": accepted(),
        "reassigned": accepted(),
        "reopened": WHOLE,
    }[kind]
    with pytest.raises(SayWhy):
        findings.progress([*start, act(kind, into="X", responsible="new", reason="  ")])


@settings(max_examples=60, deadline=None)
@given(st.lists(st.sampled_from(list(alphabet(STRICT))), max_size=25))
def test_a_refused_act_changes_nothing_and_the_fold_is_the_walk(tried):
    now, kept = findings.progress([act("reported")]), [act("reported")]
    for one in tried:
        try:
            now = findings.after(now, one)
        except Refused:
            continue
        kept.append(one)
    assert findings.progress(kept) == now
    assert (now.ended_at is not None) == (now.state in findings.ENDED)


# Actions


PLANNED = act("planned", OWNER, due="2026-02-01", position="jefe", person="", most=2)
DONE = act("done", DOER, "2026-01-30", text="Hecho", record="R")


def test_an_action_is_verified_by_another_person():
    now = actions.progress([PLANNED, DONE])
    for person, owners in ((DOER, []), (OWNER, [OWNER])):
        with pytest.raises(AnotherPerson):
            actions.after(now, act("verified", person, text="x", owners=owners))
    assert actions.after(now, act("verified", text="x", owners=[OWNER])).state == actions.VERIFIED


def test_an_action_is_not_done_without_evidence():
    with pytest.raises(EvidenceMissing):
        actions.progress([PLANNED, act("done", DOER, text="Hecho", record=" ")])


def test_the_day_moves_later_only_and_so_often_only():
    now = actions.progress([PLANNED])
    with pytest.raises(NotLater):
        actions.after(now, act("extended", due="2026-02-01", reason="x"))
    for day in ("2026-02-10", "2026-02-20"):
        now = actions.after(now, act("extended", due=day, reason="x"))
    with pytest.raises(TooManyExtensions):
        actions.after(now, act("extended", due="2026-03-20", reason="x"))
    assert (now.due, now.first_due, now.extensions) == ("2026-02-20", "2026-02-01", 2)


def test_what_is_returned_is_open_again_and_was_not_done():
    now = actions.progress([PLANNED, DONE, act("returned", reason="Falta la firma")])
    assert (now.state, now.done_day) == (actions.OPEN, None)


# Audits


def audit(*more):
    plan = dict.fromkeys(("title", "objective", "criteria", "scope"), "x")
    planned = act("planned", **plan, processes=["p"], first="2026-02-01", last="2026-02-02")
    question = {"id": "q1", "text": "¿?", "code": "PRO-1", "version": "3", "place": "", "uid": "u"}
    return [
        planned,
        act("staffed", lead="a", team=[]),
        act("prepared", questions=[question]),
        act("opened", text="x"),
        *more,
    ]


def test_an_audit_is_not_concluded_before_each_nonconformity_is_a_finding():
    failed = act("answered", question="q1", verdict="nonconformity", text="No se hace")
    with pytest.raises(NotAllRaised):
        audits.progress([*audit(failed), act("concluded", text="x")])
    now = audits.progress(
        [*audit(failed), act("raised", question="q1", number="H1"), act("concluded", text="x")]
    )
    assert now.state == audits.REPORTED
