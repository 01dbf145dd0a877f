"""Dates and numbers as five organisations print them, and as people type them."""

from __future__ import annotations

from contextlib import suppress
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qms.kernel.formats import (
    NAMED_STYLES,
    THIN_SPACE,
    BadDate,
    BadNumber,
    BadStyle,
    DateStyle,
    NumberStyle,
    parse_date,
    parse_number,
)

COMMA = NumberStyle(",", ".")
STYLES = [COMMA, NumberStyle(",", THIN_SPACE), NumberStyle(",", ""), NumberStyle(".", ",")]


@pytest.mark.parametrize(
    ("style", "day", "printed"),
    [
        ("long", date(2026, 11, 22), "22 de noviembre de 2026"),
        ("month-first", date(2017, 11, 1), "Noviembre 1 de 2017"),
        ("numeric", date(2027, 1, 15), "15/01/2027"),
        ("iso", date(2012, 5, 7), "2012-05-07"),
        ("month-only", date(2018, 5, 1), "Mayo 2018"),
        ("abbreviated", date(2010, 10, 19), "19-oct\u20132010"),
        ("{Mon} {d}, {yyyy}", date(2010, 10, 9), "Oct 9, 2010"),
    ],
)
def test_each_house_prints_its_own_dates_and_reads_them_back(style, day, printed):
    made = DateStyle.from_data(style)
    assert made.format(day) == printed
    assert made.parse(printed) == day
    assert made.parse(f" {printed.upper()} ") == day


def test_month_names_are_data():
    months = [*DateStyle.from_data("long").months]
    months[8] = "setiembre"
    style = DateStyle.from_data({"style": "long", "months": months})
    assert style.format(date(2026, 9, 1)) == "1 de setiembre de 2026"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "22",
        "22 de noviembre",
        "31 de noviembre de 2026",
        "22 de brumario de 2026",
        "22 de mayo de 26",
    ],
)
def test_a_date_of_another_style_is_refused(text):
    with pytest.raises(BadDate):
        DateStyle.from_data("long").parse(text)


def test_the_refusal_shows_how_dates_look_here():
    with pytest.raises(BadDate, match="Noviembre 22 de 2026"):
        DateStyle.from_data("month-first").parse("2026-11-22")


@pytest.mark.parametrize(
    ("data", "complaint"),
    [
        ("shiny", "no date style"),
        ("{d} {quarter} {yyyy}", "no {quarter}"),
        ("{d} de {month", "no {month"),
        ("{d} de {month}", "lacks the year"),
        ({"style": "long", "months": ["enero"]}, "twelve"),
        ({"style": "long", "moths": []}, "no moths"),
        (7, "no date style"),
    ],
)
def test_a_date_style_with_a_mistake_is_refused(data, complaint):
    with pytest.raises(BadStyle, match=complaint):
        DateStyle.from_data(data)


@given(st.dates(), st.sampled_from(sorted(NAMED_STYLES)))
def test_what_a_style_prints_it_reads(day, name):
    style = DateStyle.from_data(name)
    assert style.parse(style.format(day)) == (day.replace(day=1) if name == "month-only" else day)


@pytest.mark.parametrize("text", ["5/3/2026", "05/03/2026", " 5-3-2026", "5.3.2026", "2026-03-05"])
def test_people_type_day_month_year(text):
    assert parse_date(text) == date(2026, 3, 5)


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("5/3/26", "four digits"),
        ("31/2/2026", "no day"),
        ("3/25/2026", "no day"),
        ("mañana", "day, month and year"),
        ("5/3", "day, month and year"),
        ("٥/٣/٢٠٢٦", "day, month and year"),
        ("0/0/0000", "no day"),
    ],
)
def test_a_typed_date_that_is_none_is_refused_with_the_reason(text, complaint):
    with pytest.raises(BadDate, match=complaint):
        parse_date(text)


@given(st.text(max_size=20))
def test_any_text_is_a_date_or_is_refused(text):
    with suppress(BadDate):
        assert isinstance(parse_date(text), date)


def test_numbers_print_in_the_style_of_the_house():
    value = Decimal("-1234567.891")
    assert COMMA.format(value) == "-1.234.567,891"
    assert COMMA.format(value, 1) == "-1.234.567,9"
    assert COMMA.format(value, 0, grouped=False) == "-1234568"
    assert NumberStyle(",", THIN_SPACE).format(Decimal(12345)) == "12\u202f345"
    assert NumberStyle(".", ",").format(Decimal("1E+3"), 2) == "1,000.00"
    assert COMMA.format(Decimal("-0.2"), 0) == "0"


def test_a_percent_sign_follows_a_space_that_does_not_break():
    assert COMMA.percent(Decimal("95.5")) == "95,5\u00a0%"
    assert COMMA.percent(Decimal(97)) == "97\u00a0%"


@pytest.mark.parametrize(
    ("value", "limits", "written"),
    [
        ("88.888888", (), "88,9"),
        ("95.04", (), "95"),
        ("99.97", (), "99,97"),
        ("0.004", (), "0,004"),
        ("100.0", (), "100"),
        ("-2.25", (), "-2,3"),
        ("94.96", ("95",), "94,96"),
        ("95.00", ("95.0",), "95"),
        ("92.754", ("92.75",), "92,754"),
        ("91.2345", ("92.75",), "91,23"),
    ],
)
def test_a_percentage_has_one_decimal_and_never_reads_as_a_limit_that_it_is_not(
    value, limits, written
):
    assert COMMA.percent(Decimal(value), *map(Decimal, limits)) == f"{written}\u00a0%"


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("97", "97"),
        ("2,5", "2.5"),
        ("2.5", "2.5"),
        (" -0,125 ", "-0.125"),
        ("0.125", "0.125"),
        ("\u22127", "-7"),
        ("+7", "7"),
        ("95,5\u00a0%", "95.5"),
        ("1.234,5", "1234.5"),
        ("1,234.5", "1234.5"),
        ("1.234.567", "1234567"),
        ("1 234", "1234"),
        ("12\u202f345,25", "12345.25"),
        ("1234.567", "1234.567"),
        ("1.2340", "1.234"),
    ],
)
def test_a_number_with_one_meaning_is_read(text, value):
    assert parse_number(text) == Decimal(value)


@pytest.mark.parametrize("text", ["1.234", "12,345", "-999.000", "1.234 %"])
def test_a_number_with_two_meanings_is_not_guessed(text):
    with pytest.raises(BadNumber, match="could mean"):
        parse_number(text)


def test_the_two_meanings_are_named_and_each_can_be_typed():
    with pytest.raises(BadNumber, match=r"«1\.234» could mean 1234 or 1,2340;"):
        COMMA.parse("1.234")
    assert COMMA.parse("1,2340") == COMMA.parse("1,234") == Decimal("1.234")
    with pytest.raises(BadNumber):
        NumberStyle(".", "").parse("1,234")


NO_NUMBERS = [
    "-",
    ",",
    ",5",
    "5,",
    "1,2,3",
    "12.34.567",
    "1a234",
    "1e5",
    "NaN",
    "٣",
    "1.2,3,4",
    "%",
]


@pytest.mark.parametrize("text", [*NO_NUMBERS, "", "1 23", "9" * 41])
def test_what_is_no_number_is_refused(text):
    with pytest.raises(BadNumber, match="is not a number"):
        parse_number(text)


@pytest.mark.parametrize(
    "data",
    [
        {"decimal": "x"},
        {"decimal": "comma", "thousands": "comma"},
        {"thousands": "dot"},
        {"group": 3},
    ],
)
def test_a_number_style_with_a_mistake_is_refused(data):
    with pytest.raises(BadStyle):
        NumberStyle.from_data(data)


def test_a_number_style_is_data():
    assert NumberStyle.from_data({"decimal": "comma", "thousands": "thin-space"}) == STYLES[1]
    assert NumberStyle.from_data({}) == STYLES[2]


NUMBERS = st.decimals(-(10**12), 10**12, allow_nan=False, allow_infinity=False, places=3)


@given(NUMBERS, st.sampled_from(STYLES))
def test_a_number_printed_for_editing_reads_back_the_same(value, style):
    assert style.parse(style.format(value, grouped=False)) == value


@given(st.one_of(NUMBERS, st.integers(-(10**9), 10**9).map(Decimal)), st.sampled_from(STYLES))
def test_a_number_printed_with_groups_reads_back_the_same_or_is_questioned(value, style):
    printed = style.format(value)
    groups = printed.split(style.thousands) if style.thousands in {",", "."} else [printed]
    if len(groups) == 2 and groups[1].isdigit():
        with pytest.raises(BadNumber, match="could mean"):
            style.parse(printed)
    else:
        assert style.parse(printed) == value


@given(st.text(alphabet="0123456789.,- %x+", max_size=15))
def test_any_text_is_a_finite_number_or_is_refused(text):
    with suppress(BadNumber):
        assert parse_number(text).is_finite()
