"""Bands must give each value exactly one colour; targets have a direction."""

from __future__ import annotations

from decimal import Decimal
from itertools import pairwise

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from qms.kernel.bands import BadBands, Band, Target, band_of, check_partition
from qms.kernel.formats import NumberStyle

D = Decimal
LOW = Band("Bajo", None, False, D(90), False, "red")
GOOD = Band("Bueno", D(90), True, None, False, "green")


def test_two_bands_that_meet_divide_every_value():
    assert check_partition([GOOD, LOW]) == (LOW, GOOD)
    assert band_of([LOW, GOOD], D(90)) is GOOD
    assert band_of([LOW, GOOD], D("89.999")) is LOW
    assert band_of([LOW, GOOD], None) is None


@pytest.mark.parametrize(
    ("bands", "sentence", "witness"),
    [
        (
            [LOW, Band("Bueno", D(90), low_inclusive=False)],
            "Exactly 90 belongs to no band.",
            D(90),
        ),
        (
            [Band("Bajo", high=D(90), high_inclusive=True), GOOD],
            "Exactly 90 belongs to both Bajo and Bueno.",
            D(90),
        ),
        (
            [LOW, Band("Bueno", D("92.5"))],
            "Values between 90 and 92.5 belong to no band.",
            D("91.25"),
        ),
        (
            [Band("Bajo", high=D(95)), Band("Bueno", D(90), True, D(99)), Band("Alto", D(99))],
            "Values between 90 and 95 belong to both Bajo and Bueno.",
            D(90),
        ),
        (
            [LOW, GOOD, Band("Alto", D(95))],
            "Values above 95 belong to both Bueno and Alto.",
            D(96),
        ),
        (
            [LOW, GOOD, Band("Punto", D(95), True, D(95), True)],
            "Exactly 95 belongs to both Bueno and Punto.",
            D(95),
        ),
        ([Band("Bueno", D(90))], "Values below 90 belong to no band.", D(89)),
        ([LOW], "Values above 90 belong to no band.", D(91)),
        ([LOW, Band("Otro", None, False, D(5))], "both begin without a lower limit", None),
        ([LOW, GOOD, GOOD], "Two bands are called Bueno.", None),
        ([LOW, Band("Bueno", D(90), True, D(90))], "Bueno holds no value at all.", None),
        ([Band("Bueno", D(91), True, D(90))], "holds no value", None),
        ([], "There are no bands.", None),
    ],
)
def test_a_refusal_names_the_value_at_fault(bands, sentence, witness):
    with pytest.raises(BadBands) as refusal:
        check_partition(bands)
    assert sentence in str(refusal.value)
    assert refusal.value.witness == witness


def test_the_ends_of_the_scale_belong_to_it():
    inside = [Band("Bajo", D(0), True, D(90)), Band("Bueno", D(90), True, D(100), True)]
    assert check_partition(inside, D(0), D(100))
    assert check_partition([LOW, GOOD], D(0), D(100))
    open_end = [inside[0], Band("Bueno", D(90), True, D(100), False)]
    with pytest.raises(BadBands, match="Exactly 100 belongs to no band"):
        check_partition(open_end, D(0), D(100))
    with pytest.raises(BadBands, match="Exactly 0 belongs to no band"):
        check_partition([Band("B", D(0), False)], D(0), D(100))
    with pytest.raises(BadBands, match="between 0 and 5 belong to no band"):
        check_partition([Band("Bajo", D(5))], D(0), D(100))
    with pytest.raises(BadBands, match="between 90 and 100 belong to no band"):
        check_partition(inside[:1], D(0), D(100))


def test_on_a_scale_of_whole_numbers_nothing_lies_between_two_of_them():
    def band(name, low, high):
        return Band(name, D(low), True, D(high), True)

    scale = [band("Promotores", 9, 10), band("Neutros", 7, 8), band("Detractores", 1, 6)]
    assert [each.name for each in check_partition(scale, D(1), D(10), whole=True)] == [
        "Detractores",
        "Neutros",
        "Promotores",
    ]
    with pytest.raises(BadBands, match="between 6 and 7 belong to no band"):
        check_partition(scale, D(1), D(10))
    with pytest.raises(BadBands, match="Exactly 8 belongs to no band"):
        check_partition([scale[0], band("Neutros", 7, 7), scale[2]], D(1), D(10), whole=True)
    with pytest.raises(BadBands, match="Exactly 6 belongs to both"):
        check_partition([*scale[:1], band("Neutros", 6, 8), scale[2]], D(1), D(10), whole=True)


def test_bands_are_plain_data():
    for band in (LOW, GOOD, Band("x", D("1.50"), False, D(2), True, "blue")):
        assert Band.from_data(band.to_data()) == band
    assert all(not isinstance(value, Decimal) for value in GOOD.to_data().values())
    for data in (
        {},
        {"name": "x", "lo": 1},
        {"name": "x", "low": "1,5"},
        {"name": "x", "low": True},
    ):
        with pytest.raises(BadBands):
            Band.from_data(data)
    with pytest.raises(BadBands, match="not a number"):
        Band.from_data({"name": "x", "high": "NaN"})


@pytest.mark.parametrize(
    ("direction", "below", "at", "above"),
    [
        (">=", False, True, True),
        (">", False, False, True),
        ("<=", True, True, False),
        ("<", True, False, False),
        ("=", False, True, False),
    ],
)
def test_a_target_has_a_direction(direction, below, at, above):
    target = Target(direction, D(95))
    assert [target.met(D(value)) for value in ("94.99", "95.0", "95.01")] == [below, at, above]
    assert target.met(None) is None
    assert Target.from_data(target.to_data()) == target


def test_a_range_includes_both_its_ends():
    target = Target.from_data({"direction": "range", "value": "20", "high": 24})
    assert [target.met(D(value)) for value in (19, 20, 22, 24, 25)] == [
        False,
        True,
        True,
        True,
        False,
    ]
    assert Target.from_data(target.to_data()) == target
    assert target.describe(NumberStyle()) == "20\u201324"


def test_a_target_prints_in_the_style_of_the_house():
    target = Target.from_data({"direction": "\u2265", "value": "95.5"})
    assert target.describe(NumberStyle(), "%") == "\u2265\u00a095,5\u00a0%"


@pytest.mark.parametrize(
    "data",
    [
        {},
        {"direction": "=>", "value": 1},
        {"direction": "range", "value": 1},
        {"direction": ">=", "value": 1, "high": 2},
        {"direction": "range", "value": 2, "high": 1},
        {"value": "mucho"},
        {"value": 1, "goal": 2},
    ],
)
def test_a_target_with_a_mistake_is_refused(data):
    with pytest.raises(BadBands):
        Target.from_data(data)


VALUES = st.decimals(-1000, 1000, places=2)


@st.composite
def partitions(draw):
    """Draw bands that divide all numbers, some of them single values, in any order."""
    cuts = sorted(set(draw(st.lists(VALUES, min_size=1, max_size=6))))
    sides = [draw(st.sampled_from(["left", "right", "own"])) for _ in cuts]
    limits = list(zip(cuts, sides, strict=True))
    bands = [Band("first", None, False, cuts[0], sides[0] == "left")]
    for (low, side), (high, next_side) in pairwise(limits):
        bands.append(Band(f"from {low}", low, side == "right", high, next_side == "left"))
    bands.append(Band("last", cuts[-1], sides[-1] == "right"))
    bands += [Band(f"at {cut}", cut, True, cut, True) for cut, side in limits if side == "own"]
    return draw(st.permutations(bands))


@given(partitions(), st.lists(VALUES, max_size=20))
def test_a_partition_is_accepted_and_gives_each_value_one_band(bands, values):
    check_partition(bands)
    limits = [limit for band in bands for limit in (band.low, band.high) if limit is not None]
    for value in values + limits:
        assert sum(band.holds(value) for band in bands) == 1


@given(partitions(), st.data())
def test_a_band_that_is_taken_out_leaves_a_gap_that_is_found(bands, data):
    assume(len(bands) > 1)
    gone = data.draw(st.sampled_from(bands))
    rest = [band for band in bands if band is not gone]
    with pytest.raises(BadBands) as refusal:
        check_partition(rest)
    witness = refusal.value.witness
    assert witness is not None
    assert band_of(rest, witness) is None


@given(partitions(), VALUES, VALUES)
def test_a_band_that_is_added_overlaps_and_is_found(bands, one, other):
    extra = Band("extra", min(one, other), True, max(one, other), True)
    with pytest.raises(BadBands) as refusal:
        check_partition([*bands, extra])
    witness = refusal.value.witness
    assert witness is not None
    assert sum(band.holds(witness) for band in [*bands, extra]) == 2
