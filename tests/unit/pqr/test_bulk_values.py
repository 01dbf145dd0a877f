"""Days, hours and names in the cells of a list: what people write is read, nothing is guessed."""

from __future__ import annotations

from datetime import date, time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qms.pqr.bulk import columns, values

DAYS = st.dates(date(1990, 1, 1), date(2099, 12, 31))


@given(DAYS, st.sampled_from("/-."), st.booleans())
def test_every_day_is_read_as_day_month_year(day, sign, short):
    text = f"{day.day}{sign}{day.month}{sign}{day.year}" if short else f"{day:%d/%m/%Y}"
    assert values.day_of(text) == (day, None, False)
    assert values.day_of({"d": day.isoformat()}) == (day, None, False)


@given(DAYS, st.times())
def test_an_hour_behind_the_day_is_read_too(day, hour):
    read = values.day_of(f"{day:%d/%m/%Y} {hour:%H:%M}")
    assert read == (day, time(hour.hour, hour.minute), False)


@given(st.integers(0, 23), st.integers(0, 59))
def test_an_hour_is_read_in_both_ways_and_as_spreadsheets_keep_it(hours, minutes):
    wanted = time(hours, minutes)
    half = "p. m." if hours >= 12 else "a. m."
    assert values.hour_of(f"{hours}:{minutes:02}") == wanted
    assert values.hour_of(f"{hours % 12 or 12}:{minutes:02} {half}") == wanted
    assert values.hour_of({"n": repr((hours * 60 + minutes) / 1440)}) == wanted


@pytest.mark.parametrize("text", ["", "24:00", "12:60", "13:00 p. m.", "ayer", "14", {"n": "7"}])
def test_what_is_no_hour_is_none(text):
    assert values.hour_of(text) is None


@pytest.mark.parametrize("text", ["31/02/2026", "ayer", "13/13/2026", {"n": "12"}, {"b": True}])
def test_what_is_no_day_is_said_to_be_none(text):
    assert values.day_of(text) == (None, None, True)


@given(st.text(max_size=60))
def test_no_text_breaks_the_reader(text):
    day, hour, bad = values.day_of(text)
    assert not (bad and day)
    assert hour is None or day is not None


def test_spreadsheets_numbers_of_days_are_days():
    assert values.day_of({"n": "46348"})[0] == date(2026, 11, 22)


def test_names_are_found_by_id_name_and_plural_without_accents():
    found = values.by_name([("peticion", "Petición"), ("queja", "Queja")])
    for word in ("PETICIÓN", "peticiones", "Peticion"):
        assert found[values.plain_word(word)] == "peticion"
    assert found[values.plain_word("quejas")] == "queja"


def test_heads_are_known_by_what_was_said_the_last_time_and_else_by_their_words():
    rows = [["Reporte del mes"], ["N.º", "FECHA", "Cliente", "Descripción", "Cosa"], ["1"]]
    assert columns.find_header(rows, {}) == 1
    assert columns.guessed(rows, 1, {}) == {"external": 0, "received": 1, "name": 2, "text": 3}
    said = {"cosa": "text", "descripcion": ""}
    assert columns.guessed(rows, 1, said) == {"external": 0, "received": 1, "name": 2, "text": 4}


def test_every_head_of_the_template_is_recognised():
    spanish = {name: heads[0] for name, heads in columns._HEADS.items()}
    assert set(spanish) == set(columns.FIELDS)
    for name, head in spanish.items():
        assert columns.field_of(head, {}) == name


@given(DAYS, st.integers(1, 1439))
def test_the_hour_of_a_date_time_cell_is_read(day, minutes):
    hour = time(minutes // 60, minutes % 60)
    assert values.day_of({"d": day.isoformat(), "t": f"{hour:%H:%M}"}) == (day, hour, False)
    serial = (day - date(1899, 12, 30)).days + minutes / 1440
    assert values.day_of({"n": repr(serial)}) == (day, hour, False)
