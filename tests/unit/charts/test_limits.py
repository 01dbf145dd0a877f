"""Control limits are those of the textbooks, and run rules speak where they should."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qms.charts import ControlChart, Point
from qms.charts.control import judge
from qms.charts.limits import Limits, individuals, moving_ranges, proportions, range_limits
from qms.charts.rules import RULES, signals

D = Decimal

FLAT = Limits(D(0), D(1), D(-3), D(3))
values = st.lists(st.none() | st.decimals(-1000, 1000, places=2), max_size=30)


def spoken(scores, rules):
    """Give the rules that speak at the last of these distances from the central line."""
    return signals([D(str(one)) for one in scores], [FLAT] * len(scores), rules)[-1]


def test_individuals_agree_with_the_worked_example_of_the_nist_handbook():
    # NIST/SEMATECH e-Handbook, 6.3.2.2: flowrates, mean 50.81, mean range 1.8778.
    flow = ["49.6", "47.6", "49.9", "51.3", "47.8", "51.2", "52.6", "52.4", "53.6", "52.1"]
    limits = individuals([D(one) for one in flow])
    assert limits is not None
    assert limits.center == D("50.81")
    assert round(limits.high, 3) == D("55.804")
    assert round(limits.low, 3) == D("45.816")
    ranges = range_limits([D(one) for one in flow])
    assert ranges is not None
    assert round(ranges.high, 3) == D("6.135")


def test_a_gap_breaks_the_moving_range():
    assert moving_ranges([D(1), D(4), None, D(10)]) == (None, D(3), None, None)


def test_limits_need_two_neighbours():
    assert individuals([D(1), None, D(3)]) is None


def test_proportions_have_limits_by_their_size():
    # Mean 0.1; 3·√(0.1·0.9/100) = 0.09 and 3·√(0.1·0.9/25) = 0.18, clipped at 0.
    wide, narrow, none = proportions([D("0.1"), D("0.1"), None], [D(25), D(100), D(9)])
    assert (wide.low, wide.high) == (D(0), D("0.28"))
    assert (narrow.low, narrow.high) == (D("0.01"), D("0.19"))
    assert none is None


@given(
    st.lists(
        st.tuples(st.none() | st.decimals(0, 1, places=3), st.none() | st.integers(0, 900).map(D)),
        max_size=20,
    )
)
def test_limits_of_proportions_never_leave_the_scale(pairs):
    shares, sizes = [one for one, _n in pairs], [n for _p, n in pairs]
    for limits in proportions(shares, sizes):
        assert limits is None or 0 <= limits.low <= limits.center <= limits.high <= 1


@given(values)
def test_natural_limits_lie_evenly_around_the_mean(given_values):
    limits = individuals(given_values)
    if limits is not None:
        assert limits.sigma >= 0
        assert abs((limits.high + limits.low) / 2 - limits.center) < D("1e-15")


@pytest.mark.parametrize(
    ("rules", "scores", "number"),
    [
        ("western", [0, 3.1], 1),
        ("western", [2.5, 0, 2.1], 2),
        ("western", [1.5, 1.5, 0.2, 1.2, 1.3], 3),
        ("western", [0.1] * 8, 4),
        ("nelson", [0, -3.1], 1),
        ("nelson", [-0.1] * 9, 2),
        ("nelson", [-2, -1.5, -1, 0, 1, 1.5], 3),
        ("nelson", [0.5, -0.5] * 7, 4),
    ],
)
def test_each_rule_speaks_at_the_point_that_completes_its_pattern(rules, scores, number):
    assert number in spoken(scores, rules)
    broken = scores[-2] if number == 4 else 0
    assert number not in spoken([*scores[:-1], broken - (rules == "western")], rules)


@pytest.mark.parametrize(
    ("rules", "scores"),
    [
        ("western", [2.5, 0, -2.1]),
        ("western", [0.1] * 7),
        ("western", [0.1] * 4 + [0] + [0.1] * 4),
        ("nelson", [0.1] * 8),
        ("nelson", [0, 1, 2, 1.9, 2.1, 2.2]),
    ],
)
def test_what_is_not_quite_a_pattern_says_nothing(rules, scores):
    assert spoken(scores, rules) == ()


def test_a_missing_value_ends_a_run():
    scores = [D("0.1")] * 5 + [None] + [D("0.1")] * 5
    assert not any(signals(scores, [FLAT] * len(scores), "western"))


@given(values, st.sampled_from(["western", "nelson", ""]))
def test_rules_are_blind_to_which_side_is_up(given_values, rules):
    limits = [individuals(given_values)] * len(given_values)
    mirrored = [None if one is None else -one for one in given_values]
    others = [individuals(mirrored)] * len(given_values)
    assert signals(given_values, limits, rules) == signals(mirrored, others, rules)
    if not rules:
        assert not any(signals(given_values, limits, rules))


def test_a_new_definition_has_limits_of_its_own():
    points = [
        Point(
            str(n), D(v), date(2026, 1, n + 1), date(2026, 1, n + 1), change="v2" if n == 4 else ""
        )
        for n, v in enumerate([10, 12, 10, 12, 90, 92, 90, 92])
    ]
    judged = judge(ControlChart(points=tuple(points)))
    assert [one.limits.center for one in judged] == [D(11)] * 4 + [D(91)] * 4
    assert not any(one.broken for one in judged)
    assert judged[4].range is None


def test_both_sets_have_four_rules():
    assert {name: len(rules) for name, rules in RULES.items()} == {"western": 4, "nelson": 4}
