"""Cells out of files that may be anything: read under limits, never run, never believed."""

from __future__ import annotations

import io
import time
import zipfile
from datetime import date, datetime

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from qms.documents.attachments import Active, BadFile
from qms.sheets.errors import BadTable, NotATable, TableTooLarge
from qms.sheets.tablereader import csv_tables
from qms.sheets.tables import CSV, Tables, checked_table, read_tables, text_of

SHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def workbook(*rows):
    book, stream = openpyxl.Workbook(), io.BytesIO()
    for row in rows:
        book.active.append(row)
    book.save(stream)
    return stream.getvalue()


def with_part(data, name, content):
    stream = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(stream, "w") as new:
        for one in old.namelist():
            if one != name:
                new.writestr(one, old.read(one))
        new.writestr(name, content)
    return stream.getvalue()


def test_d4_41_macros_and_links_to_other_files_are_refused():
    data = workbook(["Código"])
    for part in ("xl/vbaProject.bin", "xl/externalLinks/externalLink1.xml"):
        with pytest.raises(Active):
            checked_table(with_part(data, part, b"x"), "listado.xlsx")
    with pytest.raises(NotATable):
        checked_table(data, "listado.xlsm")


def test_d4_40_entities_are_not_expanded():
    evil = b"""<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaaaaaaaa">
    <!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;"><!ENTITY c SYSTEM "file:///etc/passwd">]>
    <worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>
    <row r="1"><c r="A1" t="inlineStr"><is><t>&b;&c;</t></is></c></row></sheetData></worksheet>"""
    data = with_part(workbook(["Código"]), "xl/worksheets/sheet1.xml", evil)
    try:
        tables = read_tables(data, SHEET)
    except BadTable:
        return
    shown = str(tables.to_data())
    assert "aaaaaaaaaa" * 3 not in shown
    assert "root:" not in shown


def test_d4_39_a_sheet_that_takes_too_long_kills_only_its_reader():
    head = b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
    cells = b'<c r="A1" t="n"><v>1</v></c>' * 1_500_000
    sheet = head + b'<sheetData><row r="1">' + cells + b"</row></sheetData></worksheet>"
    data = with_part(workbook(["a"]), "xl/worksheets/sheet1.xml", sheet)
    began = time.monotonic()
    with pytest.raises(BadTable):
        read_tables(data, SHEET, seconds=2)
    assert time.monotonic() - began < 10


def test_a_table_with_too_many_rows_is_refused_not_cut():
    with pytest.raises(TableTooLarge):
        read_tables(b"a;b\n" * 20_001, CSV)


@pytest.mark.parametrize("data", [b"", b"   ", b"PK\x03\x04", b"\xd0\xcf\x11\xe0"])
def test_what_is_no_text_is_no_csv(data):
    with pytest.raises(BadTable):
        checked_table(data, "listado.csv")
    with pytest.raises(BadFile):
        checked_table(data, "listado.xlsx")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
@pytest.mark.parametrize("separator", [";", ",", "\t", "|"])
def test_encoding_and_separator_are_guessed(encoding, separator):
    rows = [["Código", "Título", "Versión"], ["A-1", "Señalización", "2"], ["A-2", "Niñez", "3"]]
    text = "\n".join(separator.join(row) for row in rows)
    found = csv_tables(text.encode(encoding))
    assert found["separator"] == separator
    assert found["sheets"][0]["rows"] == rows


@given(st.binary(max_size=300))
def test_any_bytes_give_a_table_of_bounded_texts(data):
    found = Tables.from_data(csv_tables(data))
    for row in found.sheets[0].rows:
        assert all(cell is None or (isinstance(cell, str) and len(cell) <= 2000) for cell in row)


def test_a_day_keeps_the_hour_that_its_cell_holds_and_has_none_otherwise():
    data = workbook(
        ["Fecha"],
        [datetime.fromisoformat("2026-11-22T14:30")],
        [datetime.fromisoformat("2026-11-22T14:29:59.999")],
        [date(2026, 11, 22)],
    )
    column = [row[0] for row in read_tables(data, SHEET).sheets[0].rows[1:]]
    assert column[:2] == [{"d": "2026-11-22", "t": "14:30"}] * 2
    assert column[2] == {"d": "2026-11-22"}
    assert [text_of(one) for one in column] == ["2026-11-22"] * 3
