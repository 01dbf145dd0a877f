"""Reachability, ends and forks of activities, held against a walk by brute force."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st
from lint_papers import paper, part, told

from qms.documents.lint.rules.flow import ending

IDS = [f"a{number}" for number in range(6)]


@st.composite
def flows(draw):
    count = draw(st.integers(1, len(IDS)))
    ids = IDS[:count]
    goals = st.sampled_from([*ids, "end"])
    rows = []
    for name in ids:
        branches = draw(st.lists(goals, max_size=3))
        rows.append(
            {
                "id": name,
                "number": name[1:],
                "title": f"Paso {name}",
                "kind": draw(st.sampled_from(["step", "decision", "end"])),
                "stops": draw(st.booleans()),
                "branches": [
                    {"condition": f"c{place}", "to": to} for place, to in enumerate(branches)
                ],
            }
        )
    return rows


def goals_of(rows, place):
    """What follows an activity, said a second time and simply."""
    row = rows[place]
    if row["branches"]:
        return [branch["to"] for branch in row["branches"]]
    if row["kind"] == "end":
        return []
    if row["stops"] or place + 1 == len(rows):
        return ["end"]
    return [rows[place + 1]["id"]]


def walks_from(rows, start):
    """Every activity that some walk from ``start`` meets, growing until nothing is new."""
    met = {start}
    while True:
        more = {
            goal
            for place, row in enumerate(rows)
            if row["id"] in met
            for goal in goals_of(rows, place)
        } - met
        if not more:
            return met
        met |= more


@given(flows())
@settings(max_examples=80)
def test_an_activity_is_out_of_reach_exactly_when_no_walk_from_the_first_meets_it(rows):
    found = told(paper(part("s", "activities", {"rows": rows})), rule="unreachable-step")
    met = walks_from(rows, rows[0]["id"])
    assert {one.row for one in found} == {row["id"] for row in rows} - met


@given(flows())
@settings(max_examples=80)
def test_a_way_out_exists_exactly_when_some_walk_meets_an_end(rows):
    stops = {row["id"] for place, row in enumerate(rows) if not goals_of(rows, place)}
    expected = {
        row["id"]
        for row in rows
        if "end" in walks_from(rows, row["id"]) or walks_from(rows, row["id"]) & stops
    }
    assert ending(rows) == expected


def row(name, **more):
    return {"id": name, "number": name, "title": name, "kind": "step", "branches": [], **more}


def test_a_branch_to_nowhere_a_lone_answer_and_a_doubled_condition_are_told():
    rows = [
        row("a", kind="decision", branches=[{"condition": "Sí", "to": "z"}]),
        row("b", branches=[{"condition": "Sí", "to": "c"}, {"condition": "SI", "to": "end"}]),
        row("c"),
    ]
    rules = {one.rule for one in told(paper(part("s", "activities", {"rows": rows})))}
    expected = {
        "branch-to-nowhere",
        "decision-with-one-way",
        "route-two-destinations",
        "unreachable-step",
    }
    assert expected <= rules


def test_a_circle_without_an_end_is_told_once():
    rows = [row("a"), row("b", branches=[{"condition": "", "to": "a"}])]
    (found,) = told(paper(part("s", "activities", {"rows": rows})), rule="no-way-out")
    assert found.row == "a"
