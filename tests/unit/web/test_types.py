"""Numbers and dates are read as people here write them, and doubts are asked back."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import colander
import pytest
from hypothesis import given
from hypothesis import strategies as st

from qms.web.types import CommaDecimal, DayMonthYear

NUMBER = colander.SchemaNode(CommaDecimal())
DAY = colander.SchemaNode(DayMonthYear())


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("12,5", "12.5"), ("12.5", "12.5"), ("0.123", "0.123"), ("1.234,5", "1234.5"),
        ("-7", "-7"), ("1234", "1234"), ("1234.567", "1234.567"), ("1.234.567,0", "1234567.0"),
    ],
)  # fmt: skip
def test_a_number_is_read(text, value):
    assert NUMBER.deserialize(text) == Decimal(value)


@pytest.mark.parametrize(
    "text",
    ["1.234", "-1.234", "NaN", "Infinity", "1e5", "1,2,3", "doce", "1.2345,6", "9" * 40],
)
def test_a_doubtful_or_senseless_number_is_asked_back(text):
    with pytest.raises(colander.Invalid):
        NUMBER.deserialize(text)


@given(
    st.decimals(
        allow_nan=False, allow_infinity=False, places=4, min_value=-(10**9), max_value=10**9
    )
)
def test_a_written_number_is_read_back_the_same(number):
    assert NUMBER.deserialize(NUMBER.serialize(number)) == number


@given(st.dates(min_value=date(1900, 1, 1), max_value=date(2199, 12, 31)))
def test_a_written_date_is_read_back_the_same(day):
    assert DAY.deserialize(DAY.serialize(day)) == day
    assert DAY.deserialize(day.isoformat()) == day
    assert DAY.deserialize(f"{day.day}/{day.month}/{day.year}") == day


@pytest.mark.parametrize(
    "text",
    ["31/2/2026", "0/1/2026", "1/13/2026", "22/11/26", "ayer", "1/1/1899", "1/1/9999"],
)
def test_a_date_that_does_not_exist_is_refused(text):
    with pytest.raises(colander.Invalid):
        DAY.deserialize(text)


@given(st.text(max_size=40))
def test_any_text_is_read_or_refused_and_nothing_else(text):
    for node in (NUMBER, DAY):
        try:
            node.deserialize(text or "x")
        except colander.Invalid:
            continue
