"""Reads the cells of one table on standard input; started by ``qms.sheets.tables`` only.

The limits are set before the first byte is looked at. No formula is run: of a cell with one, the
value that the spreadsheet program stored is read. Cells are written as JSON: a text as it is, and
a number, day or truth as a mapping (``n``, ``d``, ``b``); a day with an hour bears it as ``t``.
"""

from __future__ import annotations

import csv
import io
import json
import logging
import resource
import sys
import warnings
from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from itertools import islice
from typing import Any

MEMORY = 1 << 30
"""Address space in bytes."""
SHEETS, ROWS, COLUMNS, LONGEST = 40, 20_000, 80, 2_000
"""Most sheets, rows and columns of each, and characters of a cell."""
BLANK = 200
"""So many empty rows in a row end a sheet: some programs format a million of them."""
SEPARATORS = (";", ",", "\t", "|")
ENCODINGS = ("utf-8", "cp1252", "utf-16")


def main() -> None:
    """Read standard input as the first argument says, for as many seconds as the second."""
    kind, seconds, options = sys.argv[1], int(sys.argv[2]), json.loads(sys.argv[3])
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    logging.disable(logging.CRITICAL)
    warnings.simplefilter("ignore")
    data = sys.stdin.buffer.read()
    found = xlsx_tables(data) if kind == "xlsx" else csv_tables(data, **options)
    sys.stdout.write(json.dumps(found, ensure_ascii=True))
    sys.stdout.flush()


def xlsx_tables(data: bytes) -> dict[str, Any]:
    """Give every sheet that has cells."""
    import openpyxl  # noqa: PLC0415 - a CSV needs no parser of spreadsheets

    book = openpyxl.load_workbook(
        io.BytesIO(data), read_only=True, data_only=True, keep_links=False
    )
    sheets = []
    for sheet in book.worksheets[:SHEETS]:
        sheet.reset_dimensions()
        rows = sheet.iter_rows(max_col=COLUMNS, values_only=True)
        sheets.append({"name": str(sheet.title), **_bounded(rows)})
    return {"sheets": sheets, "encoding": "", "separator": ""}


def csv_tables(data: bytes, encoding: str = "", separator: str = "") -> dict[str, Any]:
    """Give the one table of a CSV; encoding and separator are guessed where they are not told."""
    encoding = encoding if encoding in ENCODINGS else _encoding(data)
    text = data.decode("utf-8-sig" if encoding == "utf-8" else encoding, "replace")
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\0", "")
    separator = separator if separator in SEPARATORS else _separator(text)
    csv.field_size_limit(1 << 20)
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
    table = {"name": "", **_bounded(rows)}
    return {"sheets": [table], "encoding": encoding, "separator": separator}


def _encoding(data: bytes) -> str:
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "utf-16"
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return "cp1252"
    return "utf-8"


def _separator(text: str) -> str:
    """Choose the sign that parts most lines into the same number of fields."""
    lines = [line for line in islice(io.StringIO(text), 60) if line.strip()]

    def merit(sign: str) -> tuple[int, int]:
        counts = [len(row) for row in csv.reader(lines, delimiter=sign)]
        usual = max(set(counts), key=counts.count) if counts else 1
        return (counts.count(usual) * (usual > 1) * usual, usual)

    return max(SEPARATORS, key=merit)


def _bounded(rows: Iterable[Iterable[Any]]) -> dict[str, Any]:
    """Take the rows as far as the bounds go, without the empty ones at the end."""
    kept: list[list[Any]] = []
    blank = 0
    for row in rows:
        cells = [_cell(value) for value in islice(row, COLUMNS)]
        while cells and cells[-1] is None:
            cells.pop()
        blank = 0 if cells else blank + 1
        if blank > BLANK:
            break
        if len(kept) - blank >= ROWS:
            return {"rows": kept[:ROWS], "cut": True}
        kept.append(cells)
    while kept and not kept[-1]:
        kept.pop()
    return {"rows": kept, "cut": False}


def _cell(value: Any) -> Any:
    if value is None:
        return None
    if isinstance(value, bool):
        return {"b": value}
    if isinstance(value, datetime):
        return _moment(value)
    if isinstance(value, date):
        return {"d": value.isoformat()}
    if isinstance(value, int | float):
        whole = isinstance(value, float) and value.is_integer() and abs(value) < 1e15
        return {"n": str(int(value)) if whole else repr(value)}
    text = str(value)[:LONGEST]
    return text if text.strip() else None


def _moment(value: datetime) -> dict[str, str]:
    """Give the day, and the hour where there is one: a day alone is kept as its midnight."""
    # Spreadsheets keep hours as parts of a day, which may fall just short of the minute.
    nearest = value + timedelta(milliseconds=500)
    day = {"d": nearest.date().isoformat()}
    hour = f"{nearest:%H:%M}"
    return day if nearest.time() < time(0, 1) else {**day, "t": hour}


if __name__ == "__main__":
    main()
