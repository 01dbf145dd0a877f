"""Periods: every day has its place in each frequency, and keys mean exactly one period."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qms.indicators.periods import FREQUENCIES, NotAPeriod, Period, between, ending

DAYS = st.dates(date(1990, 1, 1), date(2150, 12, 31))
FREQUENCY = st.sampled_from(FREQUENCIES)
DAY = timedelta(days=1)


@given(FREQUENCY, DAYS)
def test_a_key_means_the_period_that_wrote_it(frequency, day):
    period = Period.of(frequency, day)
    assert Period.parse(period.key) == period
    assert period.first <= day <= period.last


@given(FREQUENCY, DAYS)
def test_periods_of_a_frequency_follow_each_other_without_gap_or_overlap(frequency, day):
    period = Period.of(frequency, day)
    assert period.next().first == period.last + DAY
    assert period.next().previous() == period
    assert Period.of(frequency, period.last) == Period.of(frequency, period.first) == period


@given(FREQUENCY, FREQUENCY, DAYS)
def test_every_shorter_period_belongs_to_exactly_one_longer_one(one, other, day):
    short, long = sorted((one, other), key=FREQUENCIES.index)
    part = Period.of(short, day)
    whole = Period.of(long, part.last)
    assert part in whole.parts(short)
    assert part not in whole.next().parts(short)
    first, last = whole.whole(short)
    days = [one for each in whole.parts(short) for one in (each.first, each.last)]
    assert days == sorted(days)
    assert (first, last) == (days[0], days[-1])
    assert whole.next().whole(short)[0] == last + DAY


@given(FREQUENCY, DAYS, FREQUENCY, DAYS)
def test_places_sort_by_the_last_day(one, day, other, another):
    first, second = Period.of(one, day), Period.of(other, another)
    if first.last < second.last:
        assert first.place < second.place
    low, high = between(first.last, first.last)
    assert low <= first.place <= high
    assert (low <= second.place <= high) == (first.last == second.last)


@given(FREQUENCY, DAYS)
def test_the_year_before_is_a_period_of_the_same_kind_about_a_year_ago(frequency, day):
    period = Period.of(frequency, day)
    before = period.year_before()
    assert before.frequency == frequency
    assert 355 <= (period.first - before.first).days <= 375


@pytest.mark.parametrize(
    ("key", "first", "last"),
    [
        ("2026-03-14", "2026-03-14", "2026-03-14"),
        ("2026-W01", "2025-12-29", "2026-01-04"),
        ("2026-02", "2026-02-01", "2026-02-28"),
        ("2026-B6", "2026-11-01", "2026-12-31"),
        ("2026-Q1", "2026-01-01", "2026-03-31"),
        ("2026-C2", "2026-05-01", "2026-08-31"),
        ("2026-S2", "2026-07-01", "2026-12-31"),
        ("2026", "2026-01-01", "2026-12-31"),
    ],
)
def test_keys_mean_these_days(key, first, last):
    period = Period.parse(key)
    assert (period.first.isoformat(), period.last.isoformat()) == (first, last)


@pytest.mark.parametrize(
    "key",
    ["", "26", "2026-13", "2026-02-30", "2026-W54", "2026-Q5", "2026-S0", "2026-X1", "2026-03\n"],
)
def test_anything_else_is_no_period(key):
    with pytest.raises(NotAPeriod):
        Period.parse(key)


def test_a_week_over_the_edge_of_a_month_is_counted_once():
    march, april = Period.parse("2026-03"), Period.parse("2026-04")
    week = Period.of("weekly", date(2026, 3, 31))
    assert week not in march.parts("weekly")
    assert week in april.parts("weekly")
    assert len(list(ending("weekly", march.first, april.last))) == len(
        march.parts("weekly") + april.parts("weekly")
    )
