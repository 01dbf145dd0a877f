"""Files that are taken away: what goes in comes out, as what it was, and never as a formula."""

from __future__ import annotations

import csv
import io
import re
import zipfile
from datetime import UTC, date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

import openpyxl
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from pypdf import PdfReader

from qms.exports.columns import Column, Kind
from qms.exports.csv_file import guarded, is_dangerous, unguarded, write_csv
from qms.exports.pdf_file import write_pdf
from qms.exports.style import Style
from qms.exports.tables import Part, Table, prepare
from qms.exports.xlsx_file import write_xlsx
from qms.kernel.formats import DateStyle, NumberStyle

AT = datetime(2026, 11, 22, 19, 30, 5, tzinfo=UTC)
STYLE = Style(zone=ZoneInfo("America/Bogota"), organisation="Aexpress")
POINTS = Style(numbers=NumberStyle(".", ","), organisation="Norte")
EVERY_KIND = (
    Column("code", "Código", Kind.CODE),
    Column("title", "Título"),
    Column("day", "Vigente desde", Kind.DATE),
    Column("moment", "Cuándo", Kind.MOMENT),
    Column("count", "Copias", Kind.NUMBER),
    Column("part", "Avance", Kind.PERCENT),
    Column("signed", "Firmado", Kind.YES_NO),
    Column("state", "Estado", Kind.CHIP),
)
ROW = ("PRO-01", "Título", "2017-11-01", AT, 3, "95.5", True, ("in-force", "draft"))
ATTACKS = [
    "=1+1",
    "=cmd|' /C calc'!A0",
    "+1",
    "-1",
    "@SUM(A1)",
    "\t=1",
    "\r=1",
    "\n=1",
    "＝1+1",
    "＋1",
    "－1",
    "＠x",
    " =1",
    "'=1",
    "''",
    '";=1+1',
    "a\r\n=1",
    '=HYPERLINK("http://x.example";"a")',
]
SIGNS = ("=", "+", "-", "@", "＝", "＋", "－", "＠")


def prepared(rows, columns=EVERY_KIND, style=STYLE, facts=(), title="Listado maestro"):
    table = Table(title, columns, lambda: iter(rows), facts=facts)
    words = {"In force": "Vigente", "Draft": "Borrador", "Yes": "Sí"}

    def translate(text):
        said = words.get(text, text)
        return text.interpolate() if hasattr(text, "interpolate") and said == text else said

    return prepare(table, style=style, translate=translate, at=AT, by="Ana", identifier="aexpress")


def texts(values):
    return prepared([(value,) for value in values], [Column("text", "Texto")])


def read_csv(data, delimiter=";"):
    text = data.decode("utf-8-sig")
    return list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True))


def workbook(data):
    return openpyxl.load_workbook(io.BytesIO(data))


# CSV


@given(st.lists(st.text(st.characters(codec="utf-8"), max_size=40), max_size=8))
@example(ATTACKS)
@settings(max_examples=60)
def test_d4_51_no_csv_value_begins_a_formula_and_every_text_comes_back(values):
    written = read_csv(write_csv(texts(values)))[1:]
    assert len(written) == len(values)
    for (value,), text in zip(written, values, strict=True):
        assert not value.lstrip().startswith(SIGNS)
        assert not value.startswith(("\t", "\r", "\n"))
        assert unguarded(value) == text


@pytest.mark.parametrize("text", ["Servicio", "", "a=b", "3 - 2", "C-01", "Ñandú"])
def test_what_is_harmless_stays_as_it_is(text):
    assert guarded(text) == text


def test_d4_51_heads_are_guarded_like_values():
    made = prepared([("x",)], [Column("text", "=1+1")])
    assert read_csv(write_csv(made))[0] == ["'=1+1"]
    assert workbook(write_xlsx(made)).worksheets[0]["A1"].data_type == "s"


def test_csv_is_what_rfc_4180_and_a_spanish_spreadsheet_expect():
    data = write_csv(prepared([ROW]))
    assert data.startswith(b"\xef\xbb\xbf")
    assert data.count(b"\r\n") == data.count(b"\n") == 2
    assert read_csv(data)[1] == [
        "PRO-01",
        "Título",
        "2017-11-01",
        "2026-11-22 14:30:05",
        "3",
        "95,5%",
        "Sí",
        "Vigente · Borrador",
    ]


def test_where_the_decimal_sign_is_a_point_values_are_separated_by_commas():
    made = prepared([("1234.5",)], [Column("count", "Copias", Kind.NUMBER)], POINTS)
    assert read_csv(write_csv(made), ",")[1] == ["1234.5"]


# XLSX


@given(st.lists(st.text(st.characters(codec="utf-8"), max_size=40), max_size=8))
@example(ATTACKS)
@settings(max_examples=40)
def test_d4_51_no_cell_of_a_workbook_is_a_formula_and_every_text_comes_back(values):
    data = write_xlsx(texts(values))
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        for name in archive.namelist():
            assert b"<f>" not in archive.read(name)
            assert b"<f " not in archive.read(name)
    sheet = workbook(data).worksheets[0]
    for number, text in enumerate(values, 2):
        cell = sheet.cell(number, 1)
        if text:
            assert cell.data_type == "s" or cell.value is None
        kept = re.sub("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]", "", text)
        assert (cell.value or "") == kept
        assert bool(cell.quotePrefix) == is_dangerous(kept)


def test_a_workbook_holds_dates_numbers_and_words_of_their_own_type():
    sheet = workbook(write_xlsx(prepared([ROW, (*ROW[:2], "2018-05", *ROW[3:])]))).worksheets[0]
    code, _title, day, moment, count, part, signed, state = sheet[2]
    assert (code.value, day.value, day.number_format) == (
        "PRO-01",
        datetime(2017, 11, 1),  # noqa: DTZ001 - a workbook knows no zones
        "dd/mm/yyyy",
    )
    assert moment.value == datetime(2026, 11, 22, 14, 30, 5)  # noqa: DTZ001
    assert (count.value, count.data_type) == (3, "n")
    assert (part.value, part.number_format) == (0.955, '0.0"\u00a0"%')
    assert (signed.value, state.value) == ("Sí", "Vigente · Borrador")
    month = sheet["C3"]
    assert month.value.date() == date(2018, 5, 1)
    assert month.number_format.endswith("mmmm yyyy")


def test_a_workbook_has_a_frozen_head_filters_and_says_where_it_comes_from():
    facts = [("Tipo", "Procedimiento"), ("Palabras", "=1+1")]
    book = workbook(write_xlsx(prepared([ROW] * 3, facts=facts)))
    sheet, about = book.worksheets
    assert sheet.freeze_panes == "A2"
    assert sheet.auto_filter.ref == "A1:H4"
    assert sheet.print_title_rows == "$1:$1"
    assert all(sheet.column_dimensions[letter].width >= 9 for letter in "ABCDEFGH")
    said = {row[0].value: row[1].value for row in about.iter_rows()}
    assert said["Made by"] == "Ana"
    assert said["Made on"] == "22/11/2026 14:30 (America/Bogota)"
    assert said["Rows"] == "3"
    assert (said["Tipo"], said["Palabras"]) == ("Procedimiento", "=1+1")
    assert {cell.data_type for row in about.iter_rows() for cell in row} == {"s"}


@pytest.mark.parametrize(
    ("template", "format_"),
    [
        ("numeric", "dd/mm/yyyy"),
        ("iso", "yyyy-mm-dd"),
        ("long", '[$-C0A]d" de "mmmm" de "yyyy'),
        ("abbreviated", '[$-C0A]d-mmm"–"yyyy'),
    ],
)
def test_the_date_style_of_the_house_is_that_of_the_cells(template, format_):
    assert Style(dates=DateStyle.from_data(template)).excel_date == format_


@pytest.mark.parametrize("title", ["[x]:*?/\\y", "=", "a" * 200, "'", "\x00"])
def test_any_title_makes_a_sheet(title):
    assert len(workbook(write_xlsx(prepared([], title=title))).worksheets) == 2


@pytest.mark.parametrize("value", ["mañana", "2026-13-01", "2018-99", "NaN", "1e", "Infinity"])
@pytest.mark.parametrize("kind", [Kind.DATE, Kind.MOMENT, Kind.NUMBER])
def test_what_is_not_of_its_kind_stays_text(kind, value):
    made = prepared([(value,)], [Column("x", "X", kind)])
    assert made.rows == [(value,)]
    assert workbook(write_xlsx(made)).worksheets[0]["A2"].value == value


def test_a_month_and_its_first_day_are_told_apart():
    made = prepared([("2018-05",), ("2018-05-01",)], [Column("day", "Día", Kind.DATE)])
    assert [row[0] for row in read_csv(write_csv(made))[1:]] == ["2018-05", "2018-05-01"]
    text = PdfReader(io.BytesIO(write_pdf(made, at=AT))).pages[0].extract_text()
    assert "Mayo 2018" in text
    assert "01/05/2018" in text


def test_numbers_keep_their_digits():
    values = ["0.1", "12345678.25", "-3", "1E+3"]
    made = prepared([(one,) for one in values], [Column("n", "N", Kind.NUMBER)])
    assert [row[0] for row in made.rows] == [Decimal(one) for one in values]
    assert [row[0] for row in read_csv(write_csv(made))[1:]] == ["0,1", "12345678,25", "-3", "1000"]
    sheet = workbook(write_xlsx(made)).worksheets[0]
    assert [sheet.cell(n, 1).value for n in range(2, 6)] == [0.1, 12345678.25, -3, 1000]


# PDF


def test_a_pdf_is_landscape_tagged_and_repeats_its_head_on_every_page():
    rows = [(f"PRO-{n:03}", f"Título {n}", *ROW[2:]) for n in range(90)]
    reader = PdfReader(io.BytesIO(write_pdf(prepared(rows, facts=[("Tipo", "Todos")]), at=AT)))
    pages = [page.extract_text() for page in reader.pages]
    assert len(pages) > 2
    for number, text in enumerate(pages, 1):
        assert f"Page {number} of {len(pages)}" in text
        assert "Vigente" in text
        assert "Made on 22/11/2026 14:30 (America/Bogota) by Ana" in text
    assert "90 rows. Tipo: Todos" in pages[0]
    whole = "\n".join(pages)
    assert all(f"PRO-{n:03}" in whole for n in range(90))
    assert reader.pages[0].mediabox.width > reader.pages[0].mediabox.height
    assert reader.trailer["/Root"]["/MarkInfo"]["/Marked"]
    assert reader.trailer["/Root"]["/Lang"] == "es"


@pytest.mark.parametrize("text", ["<b>x", "&amp;", "<para>", "{page}", "a" * 3000, "ñ\x00\u202e"])
def test_d4_48_no_text_of_a_cell_is_markup(text):
    made = prepared([(text,)], [Column("text", "Texto")], title="{organisation}")
    read = PdfReader(io.BytesIO(write_pdf(made, at=AT))).pages[0].extract_text()
    if len(text) < 10 and text.isascii():
        assert text in read
    assert "{organisation}" in read


def test_an_empty_list_makes_files_too():
    made = prepared([])
    assert len(read_csv(write_csv(made))) == 1
    assert workbook(write_xlsx(made)).worksheets[0].max_row == 1
    assert len(PdfReader(io.BytesIO(write_pdf(made, at=AT))).pages) == 1


def test_the_same_table_makes_the_same_pdf():
    made = prepared([ROW] * 3)
    assert write_pdf(made, at=AT) == write_pdf(made, at=AT)


def test_the_name_of_the_file_says_whose_and_of_which_day():
    late = datetime(2026, 11, 23, 3, tzinfo=UTC)
    table = Table("Listado maestro: ¿qué?", [Column("a", "A")], list)
    made = prepare(table, style=STYLE, translate=str, at=late, by="Ana", identifier="aexpress")
    assert made.name == "aexpress-listado-maestro-que-2026-11-22"


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(st.text("ab", max_size=4), st.sampled_from(["", "1", "2", "3"]))))
def test_every_row_of_a_parted_table_stands_in_exactly_one_part(rows):
    columns = [Column("what", "Qué"), Column("version", "Versión")]
    parts = [Part("2", "Dos", {"what": "Hecho"}), Part("1", "Uno", {"version": "V", "what": "Q"})]
    table = Table("Todo", columns, lambda: rows, parted_by="version", parts=parts)
    found = prepare(table, style=STYLE, translate=str, at=AT, by="Ana")
    by_title = {one.title: one for one in found.parts}
    assert sum(len(one.rows) for one in found.parts) == len(rows) == len(found.rows)
    assert (
        [row[0] or "" for row in by_title["Dos"].rows]
        == [what for what, version in rows if version == "2"]
        if "Dos" in by_title
        else all(version != "2" for _what, version in rows)
    )
    if "Uno" in by_title:
        assert by_title["Uno"].heads == ("V", "Q")
        assert {row[0] for row in by_title["Uno"].rows} == {"1"}
    book = openpyxl.load_workbook(io.BytesIO(write_xlsx(found)))
    assert len(book.sheetnames) == max(1, len(found.parts)) + 1
