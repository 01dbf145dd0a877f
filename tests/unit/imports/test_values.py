"""What people write into cells is read the same way every time, and doubt is never swallowed."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qms.imports.columns import FIELDS, field_of_head, find_header, guessed, letters
from qms.imports.findings import KINDS, Finding, in_english
from qms.imports.lines import read_lines
from qms.imports.matching import FileFact
from qms.imports.values import (
    label_rank,
    months_later,
    read_day,
    read_label,
    read_months,
    read_state,
)
from qms.imports.views.showing import KIND_WORDS
from qms.kernel.formats import MONTHS, NAMED_STYLES, DateStyle
from qms.kernel.versions import VersionScheme

TODAY = date(2026, 11, 22)
INTEGER = VersionScheme.from_data({"kind": "integer", "start": 0})
DOTTED = VersionScheme.from_data({"kind": "dotted", "start": "1.0"})


@given(
    st.dates(date(1955, 1, 1), date(2026, 12, 31)),
    st.sampled_from([name for name in NAMED_STYLES if name != "month-only"]),
)
def test_every_way_in_which_the_house_prints_a_day_is_read_back(day, style):
    assert read_day(DateStyle.from_data(style).format(day), TODAY).iso == day.isoformat()


@given(st.dates(date(1955, 1, 1), date(2026, 12, 31)))
def test_a_serial_number_of_excel_is_the_day_that_it_stands_for(day):
    number = (day - date(1899, 12, 30)).days
    read = read_day({"n": str(number)}, TODAY)
    assert read.iso == day.isoformat()
    assert read.kinds == ("date-serial",)


@given(st.dates(date(2000, 1, 1), date(2026, 12, 31)))
def test_day_and_month_are_swapped_only_where_they_cannot_stand_as_they_are(day):
    read = read_day(f"{day.month}/{day.day}/{day.year}", TODAY)
    if day.day > 12:
        assert (read.iso, read.kinds) == (day.isoformat(), ("date-swapped",))
    else:
        assert read.iso == date(day.year, day.day, day.month).isoformat()


@given(st.text(max_size=40))
def test_any_text_is_a_day_a_month_nothing_or_a_finding(text):
    read = read_day(text, TODAY)
    if read.iso is None:
        assert read.kinds or len(text.split()) < 4
    else:
        assert date.fromisoformat(read.iso if len(read.iso) > 7 else f"{read.iso}-01")
    assert set(read.kinds) <= set(KINDS)


@pytest.mark.parametrize("month", MONTHS)
def test_months_without_a_day_stay_months(month):
    number = MONTHS.index(month) + 1
    for text in (f"{month.upper()} 2018", f"{month[:3]}-18", f"{month} de 2018"):
        read = read_day(text, TODAY)
        assert read.iso == f"2018-{number:02}"
        assert "date-month-only" in read.kinds


@pytest.mark.parametrize("text", ["N/A", "n.a.", " - ", "S/F", "No aplica", "Pendiente", ""])
def test_cells_that_say_nothing_are_empty_without_a_finding(text):
    assert read_day(text, TODAY) == read_day(None, TODAY)


@given(st.integers(0, 500), st.sampled_from(["V.{0:02}", "v{0}", "Versión {0}", "{0}.0", "Rev. {0}",
                                             "{0:03}", "Ed {0}", " {0} "]))  # fmt: skip
def test_the_usual_ways_to_write_a_version_mean_its_number(number, shape):
    read = read_label(shape.format(number), INTEGER)
    assert (read.text, read.fits) == (str(number), True)
    dotted = read_label(shape.format(number), DOTTED)
    assert dotted.text == f"{number}.0"


def test_a_grouped_number_is_never_guessed():
    assert read_label("1.234", INTEGER).kinds == ("number-ambiguous",)
    assert read_months("1.234") == (None, ("number-ambiguous",))
    assert read_day("43.525", TODAY).kinds == ("number-ambiguous",)
    assert read_months("24 meses") == (24, ())
    assert read_months({"n": "24"}) == (24, ())


@given(st.dates(date(1960, 1, 1), date(2030, 1, 1)), st.integers(1, 240))
def test_months_are_added_as_people_count_them(day, months):
    later = date.fromisoformat(months_later(day.isoformat(), months))
    assert (later.year * 12 + later.month) - (day.year * 12 + day.month) == months
    assert later.day == day.day or (later + timedelta(days=1)).day == 1


@pytest.mark.parametrize(
    ("text", "state"),
    [("VIGENTE", "in-force"), ("Obsoleta", "obsolete"), ("En revisión", "draft"), ("", ""),
     ("No vigente", "obsolete"), ("quién sabe", None), ("Pendiente", "draft"), ("N/A", "")],
)  # fmt: skip
def test_states_are_known_by_their_words(text, state):
    assert read_state(text) == state


def test_labels_stand_in_the_order_of_their_numbers():
    labels = ["10", "2", "A", "1.10", "1.9", "B"]
    assert sorted(labels, key=label_rank) == ["A", "B", "1.9", "1.10", "2", "10"]


@pytest.mark.parametrize(
    ("head", "field"),
    [("CÓDIGO", "code"), ("Cód.", "code"), ("N° Versión", "version"), ("Document title", "title"),
     ("Fecha de Próxima Revisión", "review_by"), ("Vigencia", "in_force_from"),
     ("Lista de distribución", "distribution"), ("Cargo responsable", "responsible"),
     ("Fecha de aprobación del documento", "approved_on"), ("Color", None), ("", None)],
)  # fmt: skip
def test_heads_in_spanish_and_english_are_known(head, field):
    assert field_of_head(head) == field


def test_the_head_is_found_below_titles_and_no_field_is_guessed_twice():
    rows = [["LISTADO", None], [], ["x", "Código", "Nombre", "Nombre del proceso", "Proceso"],
            [None, "A", "B", "C", "D"]]  # fmt: skip
    assert find_header(rows) == 2
    assert guessed(rows, 2) == {"code": 1, "title": 2, "process": 3}
    assert [letters(at) for at in (0, 25, 26, 27, 701, 702)] == ["A", "Z", "AA", "AB", "ZZ", "AAA"]


def test_every_kind_of_finding_has_its_words():
    assert set(KIND_WORDS) == set(KINDS)
    for kind in KINDS:
        assert Finding(kind, {"field": "code", "fields": ["title"]}).say(in_english)


def test_file_facts_know_name_and_stem():
    fact = FileFact("a\\b/PRO-01 v2.pdf", 1)
    assert (fact.filename, fact.stem) == ("PRO-01 v2.pdf", "PRO-01 v2")
    assert callable(read_lines)
    assert len(FIELDS) > 15
