"""Writes a table as a workbook: real dates and numbers, a frozen head, filters, no formula ever.

Every text goes in as an inline string, so that nothing that somebody typed becomes a formula
(D4-51); one that looks like a formula is also marked as quoted, so that it stays text when its
cell is edited. The second sheet says when, by whom and by which filters the file was made.
A month of which no day is known is the first of that month, shown as month and year.
"""

from __future__ import annotations

import io
import re
from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter

from qms.exports.columns import Kind, Month, Plain
from qms.exports.csv_file import is_dangerous
from qms.exports.tables import Prepared

__all__ = ["write_xlsx"]

LONGEST = 32_000
"""Characters of a cell; a workbook holds a little more."""
_WIDEST, _NARROWEST = 60, 9
_LOOKED_AT = 2000
"""Rows by which the widths of columns are found."""
_NO_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
"""Characters that no XML file can hold; they are left out."""
_FRACTION = 6
"""Most decimal places that a number shows."""
_HEAD_FILL = PatternFill("solid", fgColor="ECECEC")
_HEAD_FONT = Font(bold=True)
_TOP = Alignment(vertical="top", wrap_text=True)


def write_xlsx(prepared: Prepared) -> bytes:
    """Give the workbook's bytes."""
    book = Workbook(write_only=True)
    book.properties.title = _kept(prepared.title)
    book.properties.creator = _kept(prepared.style.organisation)
    for one in prepared.parts or (prepared,):
        _write_list(book, one)
    _write_about(book, prepared)
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


def _write_list(book: Any, prepared: Prepared) -> None:
    sheet = book.create_sheet(_sheet_name(prepared.title) or prepared.words["sheet"])
    sheet.freeze_panes = "A2"
    for number, width in enumerate(_widths(prepared), 1):
        sheet.column_dimensions[get_column_letter(number)].width = width
    last = get_column_letter(len(prepared.columns))
    sheet.auto_filter.ref = f"A1:{last}{len(prepared.rows) + 1}"
    sheet.print_title_rows = "1:1"
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.fitToHeight = 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
    sheet.append([_head(sheet, head) for head in prepared.heads])
    formats = _Formats(prepared)
    kinds = [column.kind for column in prepared.columns]
    for row in prepared.rows:
        sheet.append(
            [
                None if value is None else formats.cell(sheet, kind, value)
                for kind, value in zip(kinds, row, strict=True)
            ]
        )


def _write_about(book: Any, prepared: Prepared) -> None:
    sheet = book.create_sheet(_sheet_name(prepared.words["about"]))
    sheet.column_dimensions["A"].width = 24
    sheet.column_dimensions["B"].width = 80
    for said, text in prepared.facts:
        name = _text(sheet, said)
        name.font = _HEAD_FONT
        value = _text(sheet, text)
        value.alignment = _TOP
        sheet.append([name, value])


class _Formats:
    """Makes cells that show what the organisation is used to."""

    def __init__(self, prepared: Prepared) -> None:
        style = prepared.style
        self._date, self._month = style.excel_date, style.excel_month
        self._moment = style.excel_moment

    def cell(self, sheet: Any, kind: Kind, value: Plain) -> Any:
        """Make a cell of the value's own type."""
        if isinstance(value, str):
            return _text(sheet, value)
        shown: Any = value
        if isinstance(value, Month):
            # A subclass would be no date to the writer.
            shown, look = date(value.year, value.month, 1), self._month
        elif isinstance(value, datetime):
            look = self._moment
        elif isinstance(value, date):
            look = self._date
        else:
            shown, look = _number(kind, value)
        made = WriteOnlyCell(sheet, shown)
        made.number_format = look
        return made


def _number(kind: Kind, value: Any) -> tuple[Any, str]:
    number: Decimal = value
    exponent = number.normalize().as_tuple().exponent
    places = min(max(-int(exponent), 0), _FRACTION)
    look = "0" + ("." + "0" * places if places else "")
    if kind is Kind.PERCENT:
        return number / 100, look + '"\u00a0"%'
    return number, look


def _text(sheet: Any, text: str) -> Any:
    kept = _kept(text)
    made = WriteOnlyCell(sheet, kept)
    made.data_type = "s"
    if is_dangerous(kept):
        made.quotePrefix = True
    return made


def _head(sheet: Any, text: str) -> Any:
    made = _text(sheet, text)
    made.font, made.fill, made.alignment = _HEAD_FONT, _HEAD_FILL, _TOP
    return made


def _kept(text: str) -> str:
    return _NO_XML.sub("", text)[:LONGEST]


def _sheet_name(title: str) -> str:
    return re.sub(r"[\[\]:*?/\\']+", " ", _kept(title)).strip()[:31].strip()


def _widths(prepared: Prepared) -> Sequence[float]:
    lengths = [len(head) + 4 for head in prepared.heads]
    for row in prepared.rows[:_LOOKED_AT]:
        for number, value in enumerate(row):
            length = len(value) if isinstance(value, str) else 12
            lengths[number] = max(lengths[number], length)
    return [min(max(length + 1, _NARROWEST), _WIDEST) for length in lengths]
