"""The state of a norm follows from its acts and the day, and from nothing else."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qms.norms import workflow
from qms.norms.errors import NoteMissing, NothingToTakeBack, NotThatFar, SuccessorMissing
from qms.norms.tables import table_of, tables
from qms.norms.workflow import Facts, after, check_day, coverage, facts, state_on

DAY = date(2026, 3, 2)
REGISTERED = {"kind": "registered", "on": DAY.isoformat(), "checked_on": DAY.isoformat()}
DAYS = st.dates(date(2020, 1, 1), date(2035, 12, 31)).map(date.isoformat)
ACTS = st.one_of(
    st.builds(lambda on: {"kind": "verified", "on": on, "note": "Visto."}, DAYS),
    st.builds(lambda on: {"kind": "amended", "on": on, "norm": "Ley 1 de 2027"}, DAYS),
    st.builds(lambda on: {"kind": "repealed", "on": on, "norm": "Ley 2 de 2027"}, DAYS),
    st.just({"kind": "restored", "note": "Era otra."}),
    st.builds(lambda on: {"kind": "edition", "on": on, "label": "Segunda"}, DAYS),
)


def state(acts, day=DAY, **more):
    return state_on(day, facts([REGISTERED, *acts]), months=more.pop("months", 12), **more)


def story(acts):
    """Keep the acts that can happen one after the other."""
    kept, now = [], facts([REGISTERED])
    for act in acts:
        try:
            now = after(now, act)
        except (NotThatFar, NothingToTakeBack):
            continue
        kept.append(act)
    return kept


@given(st.lists(ACTS, max_size=12), DAYS.map(date.fromisoformat))
def test_every_story_has_one_of_the_states_and_repeating_it_gives_the_same(acts, day):
    told = story(acts)
    assert state(told, day) in workflow.STATES
    assert facts([REGISTERED, *told]) == facts([REGISTERED, *told])


@given(st.lists(ACTS, max_size=12), DAYS)
def test_a_repealed_norm_is_out_of_force_from_its_day_on_and_not_before(acts, on):
    told = story(acts)
    if facts([REGISTERED, *told]).repealed_on:
        told = story([*told, {"kind": "restored", "note": "Sigue."}])
    told.append({"kind": "repealed", "on": on, "norm": "Ley 9 de 2030"})
    day = date.fromisoformat(on)
    assert state(told, day) == workflow.REPEALED
    assert state(told, day + timedelta(days=4000)) == workflow.REPEALED
    assert state(told, day - timedelta(days=1)) != workflow.REPEALED


@given(st.lists(ACTS, max_size=12))
def test_nothing_follows_a_repeal_but_taking_it_back(acts):
    told = story(acts)
    if facts([REGISTERED, *told]).repealed_on:
        with pytest.raises(NotThatFar):
            after(
                facts([REGISTERED, *told]),
                {"kind": "verified", "on": DAY.isoformat(), "note": "x"},
            )


@given(st.integers(1, 120), DAYS.map(date.fromisoformat))
def test_a_check_is_due_so_many_months_after_the_last_one(months, day):
    now = Facts(registered_on="2019-01-01", checked_on=day.isoformat())
    due = check_day(now, months)
    assert due is not None
    assert (due.year * 12 + due.month) - (day.year * 12 + day.month) == months
    assert state_on(due, now, months=months) == workflow.TO_CHECK
    assert state_on(due - timedelta(days=1), now, months=months) == workflow.IN_FORCE


def test_what_nobody_has_checked_is_due_at_once():
    now = facts([{**REGISTERED, "checked_on": ""}])
    assert check_day(now, 12) == DAY
    assert state_on(DAY, now, months=12) == workflow.TO_CHECK
    assert state_on(DAY, now, months=None) == workflow.IN_FORCE


def test_a_change_lasts_until_the_new_text_is_held():
    amended = {"kind": "amended", "on": "2026-02-01", "norm": "Ley 2080 de 2021"}
    assert state([amended]) == workflow.AMENDED
    checked = {"kind": "verified", "on": DAY.isoformat(), "note": "Vista."}
    assert state([amended, checked]) == workflow.AMENDED
    held = {"kind": "edition", "on": DAY.isoformat(), "label": "Compilada"}
    assert state([amended, held]) == workflow.IN_FORCE


def test_a_norm_is_in_force_between_its_days():
    assert state([], in_force_from="2026-03-03") == workflow.UPCOMING
    assert state([], in_force_until="2026-03-01") == workflow.REPEALED
    assert state([], in_force_from="2026-03-02", in_force_until="2026-03-02") == workflow.IN_FORCE


@pytest.mark.parametrize(
    ("act", "refusal"),
    [
        ({"kind": "verified", "on": "2026-03-02", "note": " "}, NoteMissing),
        ({"kind": "amended", "on": "2026-03-02", "norm": " "}, SuccessorMissing),
        ({"kind": "repealed", "on": "2026-03-02"}, SuccessorMissing),
        ({"kind": "restored", "note": "x"}, NothingToTakeBack),
        ({"kind": "registered", "on": "2026-03-02"}, NotThatFar),
        ({"kind": "unheard"}, NotThatFar),
    ],
)
def test_an_act_without_its_evidence_is_refused(act, refusal):
    with pytest.raises(refusal):
        after(facts([REGISTERED]), act)


@given(st.booleans(), st.integers(0, 3), st.integers(0, 3), st.booleans())
def test_nobody_can_judge_covered_what_no_document_says(applies, full, part, partial):
    said = coverage(applies=applies, full=full, part=part, judged_partial=partial)
    assert (said == workflow.NOT_APPLICABLE) == (not applies)
    if applies:
        assert (said == workflow.UNCOVERED) == (full + part == 0)
        assert said != workflow.COVERED or (full and not partial)


def test_the_tables_of_clauses_are_whole_and_every_former_clause_has_its_successors():
    first, second = tables()
    assert (first.name, second.name) == ("ISO 9001:2008", "ISO 9001:2015")
    for table in tables():
        for clause in table.clauses:
            above = clause.rpartition(".")[0]
            assert not above or above in table.clauses
    for key, former in second.came_from.items():
        old = table_of(key)
        assert set(former) <= set(second.clauses)
        named = {clause for clauses in former.values() for clause in clauses}
        assert named == {one for one in old.clauses if not old.is_heading(one)}
    assert table_of("standard ntcgp 1000 2009") is first
    assert table_of("standard iso 9001") is None
