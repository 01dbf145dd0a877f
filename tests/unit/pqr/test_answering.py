"""Answers as acts: every sequence that is possible, likeness of texts, merge fields, ratings."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qms.pqr import workflow
from qms.pqr.errors import AlreadyRated, Suppressed
from qms.pqr.likeness import nearness
from qms.pqr.merging import FIELDS, merged
from qms.pqr.rights import without_words

WORDS = st.lists(
    st.sampled_from(["paquete", "libros", "portera", "tarde", "envío", "roto"]), min_size=3
)
SAID = {
    "case_kind": "a",
    "rule": None,
    "how": "mail",
    "proof": "p",
    "ground": "confirmed",
    "queue": "q",
    "letter": "C-1",
    "score": 3,
    "amount": 1,
    "by": "x",
    "at": "2026-12-04T15:00:00+00:00",
    **dict.fromkeys(("text", "reason", "note"), "x"),
}


def act(kind):
    return {"kind": kind, **SAID}


def paths(depth, now=None, done=()):
    """Walk every sequence of acts that decide of an answer."""
    now = now or workflow.after(workflow.Progress(), act("received"))
    yield done, now
    if depth:
        kinds = {"drafted", "submitted", "approved", "returned", "notified", "undelivered"}
        kinds |= {"objected", "upheld", "reopened", "closed", "rated"}
        for kind in sorted(kinds & workflow.possible(now.state)):
            try:
                then = workflow.after(now, act(kind))
            except AlreadyRated:
                continue
            yield from paths(depth - 1, then, (*done, kind))


def test_no_sequence_without_an_approval_reaches_the_customer():
    seen = 0
    for done, now in paths(6):
        seen += 1
        if now.notified_at is not None:
            # Since the last time that the case was opened again.
            assert "approved" in "|".join(done).split("reopened")[-1]
        rounds = "|".join(done).split("reopened")
        assert all(one.split("|").count("rated") <= 1 for one in rounds)
        assert not any(pair == ("approved", "approved") for pair in pairwise(done))
    assert seen > 100


def test_an_answer_that_came_back_waits_to_be_notified_again():
    now = workflow.progress([act(one) for one in ("received", "answered", "notified")])
    now = workflow.after(now, act("undelivered"))
    assert (now.state, now.notified_at) == ("case-answered", None)


def test_after_a_suppression_nothing_follows():
    done = ("received", "answered", "notified", "closed", "suppressed")
    now = workflow.progress([act(one) for one in done])
    for kind in workflow.possible(now.state):
        with pytest.raises(Suppressed):
            workflow.after(now, act(kind))


@given(WORDS, WORDS)
def test_nearness_is_symmetric_whole_for_equal_texts_and_blind_to_case_and_accents(one, other):
    first, second = " ".join(one), " ".join(other)
    assert nearness(first, second) == nearness(second, first)
    assert 0 <= nearness(first, second) <= 1
    assert nearness(first, first.upper().replace("Í", "I")) == 1


def test_other_words_are_not_near():
    assert nearness("El paquete llegó roto a la oficina", "Quiero una cotización de cajas") == 0


@given(st.text(max_size=60), st.sampled_from(FIELDS))
def test_what_a_customer_is_called_never_becomes_another_field(value, name):
    fields = dict.fromkeys(FIELDS, "SECRET") | {name: value}
    assert merged(f"a {{{name}}} b {{unknown}}", fields) == f"a {value} b {{unknown}}"


@given(
    st.recursive(
        st.text() | st.integers() | st.none() | st.booleans(),
        lambda inner: st.lists(inner) | st.dictionaries(st.text(max_size=3), inner),
        max_leaves=10,
    )
)
def test_no_word_is_left_in_a_value_that_was_emptied(value):
    def texts(one):
        if isinstance(one, str):
            yield one
        elif isinstance(one, dict):
            for each in one.values():
                yield from texts(each)
        elif isinstance(one, list):
            for each in one:
                yield from texts(each)

    assert set(texts(without_words(value, "X"))) <= {"X", ""}
