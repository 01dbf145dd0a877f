"""Axes have round marks and hold every value."""

from __future__ import annotations

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from qms.charts.ticks import nice_axis

D = Decimal

numbers = st.decimals(min_value=-(10**12), max_value=10**12, places=4)
ROUND = {1, 2, 25, 5}


@given(st.lists(numbers, min_size=1, max_size=8), st.integers(2, 12))
def test_an_axis_holds_every_value_with_round_marks_at_equal_distances(values, most):
    axis = nice_axis(values, most=most)
    assert axis.low <= min(values) <= max(values) <= axis.high
    assert 1 <= len(axis.ticks) <= max(most, 3) + 1
    assert all(b - a == axis.step for a, b in zip(axis.ticks, axis.ticks[1:], strict=False))
    digits = axis.step.normalize().as_tuple().digits
    assert int("".join(map(str, digits)).rstrip("0")) in ROUND


@given(st.lists(st.decimals(min_value=0, max_value=100, places=1), min_size=1, max_size=8))
def test_an_axis_of_per_cent_stays_within_its_scale(values):
    axis = nice_axis(values, floor=D(0), ceiling=D(100))
    assert D(0) <= axis.low < axis.high <= D(100)


def test_a_value_beyond_the_scale_is_shown_all_the_same():
    axis = nice_axis([D(-20), D(130)], floor=D(0), ceiling=D(100))
    assert axis.low <= -20
    assert axis.high >= 130


def test_marks_are_exact():
    assert nice_axis([D("0.1"), D("0.7")], most=8).ticks == tuple(D(n) / 10 for n in range(1, 8))


def test_nothing_has_an_axis_too():
    assert nice_axis([]).ticks
