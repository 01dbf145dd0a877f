"""An answer holds for the state it follows from, for one person, and for readers alone."""

from __future__ import annotations

from functools import partial
from types import SimpleNamespace

import pytest

from qms.web import unchanged as room
from qms.web.unchanged import Answers, unchanged

ANA = SimpleNamespace(uid="ana")
LUZ = SimpleNamespace(uid="luz")
FIRM = SimpleNamespace(uid="firm")


@pytest.fixture
def ask():
    answers = Answers()
    answers.give = partial(Answers.give.__wrapped__, answers)
    registry = {room.ANSWERS: answers, room.STATE: lambda request: request.state}
    asked = []

    def asking(state, person=ANA, method="GET", name="work", also=None, script_name="", apart=()):
        request = SimpleNamespace(
            registry=registry,
            person=person,
            organisation=FIRM,
            method=method,
            state=({"": state} if isinstance(state, int) else state, None) if state else None,
            script_name=script_name,
        )
        return unchanged(
            request,
            name,
            lambda: asked.append(1) or len(asked),
            also=also,
            apart=frozenset(apart),
        )

    return asking


def test_an_answer_holds_until_the_state_is_another(ask):
    assert [ask(1), ask(1), ask(2), ask(2), ask(1)] == [1, 1, 2, 2, 3]


def test_persons_and_questions_have_answers_of_their_own(ask):
    assert [ask(1), ask(1, LUZ), ask(1, name="menu"), ask(1)] == [1, 2, 3, 1]


def test_what_changes_without_a_line_is_part_of_the_state(ask):
    assert [ask(1, also=(3, 4)), ask(1, also=(3, 4)), ask(1, also=(3, 5)), ask(1)] == [1, 1, 2, 3]


def test_what_rooms_record_that_it_never_follows_from_leaves_it_alone(ask):
    before, cases = {"pqr": 1, "documents": 1}, {"pqr": 2, "documents": 1}
    both, looked = {"pqr": 2, "documents": 2}, {"pqr": 2, "documents": 2, "sessions": 9}
    states = (before, cases, both, looked)
    assert [ask(one, apart={"pqr"}) for one in states] == [1, 1, 2, 2]
    assert [ask(one, name="all") for one in states] == [3, 4, 5, 5]


def test_addresses_are_those_of_where_the_application_is_served(ask):
    assert [ask(1), ask(1, script_name="/qms"), ask(1, script_name="/qms")] == [1, 2, 2]


def test_who_writes_asks_anew_and_nobody_learns_of_it(ask):
    assert [ask(1), ask(1, method="POST"), ask(1)] == [1, 2, 1]


def test_without_a_state_nothing_is_kept(ask):
    assert [ask(None), ask(None), ask(1, person=None), ask(1, person=None)] == [1, 2, 3, 4]


def test_what_is_kept_is_bounded(ask, monkeypatch):
    monkeypatch.setattr(room, "MOST", 3)
    for number in range(10):
        ask(1, SimpleNamespace(uid=str(number)))
    assert ask(1, SimpleNamespace(uid="9")) == 10, "the newest is still known"
    assert ask(1, SimpleNamespace(uid="0")) == 11
