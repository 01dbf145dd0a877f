"""Scales, samples and the fold of acts: rules without a database."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qms.profiles.survey_checks import not_once
from qms.surveys import workflow
from qms.surveys.choices import USUAL_SCALES
from qms.surveys.customers import email_of, keys_of, mask, phone_of
from qms.surveys.errors import NotNow, WordsMissing
from qms.surveys.listing import span_values
from qms.surveys.numbers import Numbers, average_of, question_numbers
from qms.surveys.sampling import (
    BadSample,
    achieved_error,
    allot,
    draw,
    sample_size,
    to_draw,
)
from qms.surveys.scales import Scale, nps, share

NPS = Scale.from_data(USUAL_SCALES[0])


@given(st.integers(0, 20), st.lists(st.integers(1, 19), unique=True, max_size=5))
def test_cuts_partition_a_scale_and_a_hole_or_an_overlap_does_not(low, cuts):
    high = low + 20
    edges = [low, *sorted(low + cut for cut in cuts), high + 1]
    spans = [(a, b - 1) for a, b in pairwise(edges)]
    assert not_once(low, high, spans) == []
    assert not_once(low, high, spans[1:])
    assert not_once(low, high, [*spans, (low, low)]) == [low]


def test_classes_that_leave_a_value_out_make_no_scale():
    data = {**USUAL_SCALES[0], "classes": USUAL_SCALES[0]["classes"][:2]}
    with pytest.raises(ValueError, match="partition"):
        Scale.from_data(data)


@pytest.mark.parametrize(
    ("score", "role"),
    [
        (10, "promoter"),
        (9, "promoter"),
        (8, "neutral"),
        (7, "neutral"),
        (6, "detractor"),
        (0, "detractor"),
    ],
)
def test_the_standard_scale_classifies_as_everybody_knows(score, role):
    assert NPS.band(score).role == role


def test_a_large_population_needs_384_answers_at_95_and_5_per_cent():
    assert sample_size(10**9, 95, 5) == 384
    assert sample_size(1_000_000, 95, 5) == 384


@pytest.mark.parametrize(
    ("population", "needed"), [(1, 1), (50, 44), (100, 80), (500, 217), (1000, 278), (10_000, 370)]
)
def test_the_finite_population_correction_gives_the_known_tables(population, needed):
    assert abs(sample_size(population, 95, 5) - needed) <= 1


@given(st.integers(0, 10**7), st.integers(1, 20), st.sampled_from([90, 95, 99]))
def test_a_larger_population_more_confidence_and_less_error_never_need_fewer(size, error, level):
    here = sample_size(size, level, error)
    assert here <= size
    assert here <= sample_size(size + 1, level, error)
    assert here <= sample_size(size, 99, error)
    assert here <= sample_size(size, level, max(1, error - 1))


def test_the_error_that_was_reached_follows_the_answers():
    assert achieved_error(1000, 0, 95) is None
    assert achieved_error(1000, 1000, 95) == 0
    reached = achieved_error(1_000_000, 384, 95)
    assert Decimal("4.9") < reached < Decimal("5.1")
    assert achieved_error(1000, 100, 95) > achieved_error(1000, 200, 95)


@pytest.mark.parametrize("wrong", [(100, 80, 5), (100, 95, 0), (100, 95, 21), (-1, 95, 5)])
def test_a_sample_that_says_nothing_is_refused(wrong):
    with pytest.raises(BadSample):
        sample_size(*wrong)


def test_more_are_drawn_where_not_everybody_answers():
    assert to_draw(100, 40, 10_000) == 250
    assert to_draw(100, 40, 120) == 120


@given(
    st.dictionaries(st.text("abcd", min_size=1, max_size=2), st.integers(0, 500), max_size=8),
    st.integers(0, 600),
)
def test_strata_share_a_sample_in_proportion_and_lose_nobody(sizes, total):
    given_ = allot(sizes, total)
    assert sum(given_.values()) == min(total, sum(sizes.values()))
    assert all(0 <= given_[name] <= size for name, size in sizes.items())


@given(st.integers(2, 60), st.integers(1, 30), st.randoms())
def test_a_draw_can_be_repeated_by_its_seed_whatever_the_order_of_the_list(count, size, dice):
    keys = [f"phone:{number:04}" for number in range(count)]
    first = draw(keys, [""] * count, min(size, count), "seed")
    chosen = {keys[at] for at in first.chosen}
    mixed = list(keys)
    dice.shuffle(mixed)
    again = draw(mixed, [""] * count, min(size, count), "seed")
    assert {mixed[at] for at in again.chosen} == chosen
    assert len(chosen) == min(size, count)


def test_the_nps_of_a_fixed_file_is_exact():
    scores = [10, 10, 9, 9, 9, 8, 8, 7, 6, 3, 0, 10]
    counts = {}
    for score in scores:
        for value in (f"q={score}", f"q#{NPS.band(score).role}"):
            counts[value] = counts.get(value, 0) + 1
        if NPS.band(score).satisfied:
            counts["q#satisfied"] = counts.get("q#satisfied", 0) + 1
    found = question_numbers(counts, "q")
    assert (found.promoters, found.neutrals, found.detractors) == (6, 3, 3)
    assert found.nps == 25
    assert found.csat == 75
    assert found.average == Decimal(89) / 12


def test_without_answers_counts_are_zero_and_shares_are_no_data():
    nothing = Numbers(0, 0, 0, 0, 0, average_of({}))
    assert nothing.nps is None
    assert nothing.csat is None
    assert nothing.average is None
    assert share(0, 5) == 0
    assert nps(0, 5, 5) == -100


@given(st.dates(date(2024, 1, 1), date(2027, 12, 1)), st.integers(0, 500))
def test_months_and_days_together_are_exactly_the_span(first, length):
    last = date.fromordinal(first.toordinal() + length)
    wanted = {date.fromordinal(one) for one in range(first.toordinal(), last.toordinal() + 1)}
    covered: list[date] = []
    for value in span_values(first, last):
        start = date.fromisoformat(value if len(value) > 7 else f"{value}-01")
        if len(value) > 7:
            covered.append(start)
        else:
            day = start
            while day.month == start.month:
                covered.append(day)
                day = date.fromordinal(day.toordinal() + 1)
    assert sorted(covered) == sorted(wanted)


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("300 111 2233", "3001112233"),
        ("+57 (300) 111-2233", "3001112233"),
        ("0057 300 111 2233", "3001112233"),
        ("123", ""),
        ("0000000000", ""),
        ("no tiene", ""),
    ],
)
def test_telephone_numbers_are_read_as_people_write_them(typed, kept):
    assert phone_of(typed, "57", [7, 10]) == kept


def test_a_customer_is_known_again_by_any_of_the_keys_and_masked_for_others():
    keys = keys_of({"name": "Ana", "phone": "300", "email": "A@B.co", "plate": "abc-123"})
    assert keys == ["phone:300", "email:a@b.co", "plate:abc123"]
    assert email_of("x@y") == ""
    assert email_of("a@b.co\nBcc: c@d.co") == ""
    assert "Ana" not in mask("name", "Ana María")
    assert mask("phone", "3001112233").endswith("33")
    assert "3001112233" not in mask("phone", "3001112233")


# The fold

ACTS = st.sampled_from(
    [
        {"kind": "loaded"},
        {"kind": "attempted", "reason": "x", "call_at": "2026-01-01"},
        {"kind": "attempted", "reason": "x", "reached": True, "ends": True},
        {"kind": "attempted", "reason": "x", "last": True, "message": True},
        {"kind": "messaged"},
        {"kind": "linked"},
        {"kind": "answered", "channel": "call", "score": 3, "role": "detractor",
         "follow": "red", "follow_role": "unmanaged", "due": "2026-01-05"},
        {"kind": "annulled", "reason": "wrong person"},
        {"kind": "opted-out"},
        {"kind": "assigned", "owners": ["a"]},
        {"kind": "moved", "to": "green", "to_role": "managed", "proves": True, "note": "done"},
        {"kind": "moved", "to": "yellow", "to_role": "in-progress"},
    ]
)  # fmt: skip


def with_moments(acts):
    return [{**act, "at": f"2026-01-{day + 1:02}", "by": "ana"} for day, act in enumerate(acts)]


@given(st.lists(ACTS, max_size=12))
def test_states_fold_from_acts_alone_and_what_cannot_follow_is_refused(acts):
    now, kept = workflow.Progress(), []
    for act in with_moments(acts):
        try:
            now = workflow.after(now, act)
        except NotNow:
            continue
        kept.append(act)
    assert workflow.progress(kept) == now
    assert now.state in ("", *workflow.STATES)
    if now.is_open:
        assert now.managed_at is None
    if now.answered_at is None:
        assert not now.follow


def test_an_answered_customer_who_is_opened_again_is_no_longer_in_time():
    loaded, answered, green, yellow = with_moments(
        [
            {"kind": "loaded"},
            {"kind": "answered", "channel": "link", "score": 2, "role": "detractor",
             "follow": "red", "follow_role": "unmanaged", "due": "2026-01-09"},
            {"kind": "moved", "to": "g", "to_role": "managed", "proves": True, "note": "call"},
            {"kind": "moved", "to": "y", "to_role": "in-progress"},
        ]
    )  # fmt: skip
    assert workflow.progress([loaded, answered]).in_time is None
    assert workflow.progress([loaded, answered, green]).in_time is True
    assert workflow.progress([loaded, answered, green, yellow]).in_time is None
    late = {**green, "at": "2026-01-10"}
    assert workflow.progress([loaded, answered, late]).in_time is False


def test_a_state_that_proves_something_needs_words():
    acts = with_moments(
        [
            {"kind": "loaded"},
            {"kind": "answered", "channel": "call", "score": 1, "role": "detractor",
             "follow": "red", "follow_role": "unmanaged"},
            {"kind": "moved", "to": "g", "to_role": "managed", "proves": True, "note": "  "},
        ]
    )  # fmt: skip
    with pytest.raises(WordsMissing):
        workflow.progress(acts)
