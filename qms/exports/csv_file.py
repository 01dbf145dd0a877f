"""Writes a table as CSV (RFC 4180) that no spreadsheet runs and any program reads back whole.

UTF-8 with a byte order mark, every value in quotes, lines end in CR LF. Between the values stands
a semicolon where the organisation writes a decimal comma, and a comma otherwise. Dates are ISO
(``2026-11-22``, ``2018-05``, ``2026-11-22 14:30:05``), numbers bear the organisation's decimal
sign without grouping, percentages a percent sign.

The round trip: a text that a spreadsheet could take for a formula, or that begins with an
apostrophe, bears one apostrophe in front. Whoever reads the file back takes one leading
apostrophe away from every value that has one, and holds the very text (:func:`unguarded`).
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal

from qms.exports.columns import Kind, Month, Plain
from qms.exports.style import Style
from qms.exports.tables import Prepared

__all__ = ["guarded", "unguarded", "write_csv"]

BYTE_ORDER_MARK = b"\xef\xbb\xbf"
GUARD = "'"
_SIGNS = "=+-@＝＋－＠﹢﹣−"
_FIRST = "\t\r\n" + GUARD


def is_dangerous(text: str) -> bool:
    """Tell whether a spreadsheet could take the text for a formula (D4-51)."""
    return text.startswith(tuple(_FIRST[:-1])) or text.lstrip()[:1] in (*_SIGNS,)


def guarded(text: str) -> str:
    """Give the text with an apostrophe in front where one is needed."""
    return GUARD + text if text.startswith(GUARD) or is_dangerous(text) else text


def unguarded(value: str) -> str:
    """Give the text that was written: one leading apostrophe is ours."""
    return value.removeprefix(GUARD)


def write_csv(prepared: Prepared) -> bytes:
    """Give the file; its first line holds the heads."""
    stream = io.StringIO(newline="")
    writer = csv.writer(
        stream,
        delimiter=prepared.style.separator,
        quoting=csv.QUOTE_ALL,
        lineterminator="\r\n",
    )
    writer.writerow([guarded(head) for head in prepared.heads])
    writer.writerows(_lines(prepared))
    return BYTE_ORDER_MARK + stream.getvalue().encode("utf-8", "replace")


def _lines(prepared: Prepared) -> Iterator[list[str]]:
    kinds = [column.kind for column in prepared.columns]
    for row in prepared.rows:
        yield [
            guarded(value) if isinstance(value, str) else _cell(prepared.style, kind, value)
            for kind, value in zip(kinds, row, strict=True)
        ]


def _cell(style: Style, kind: Kind, value: Plain) -> str:
    if value is None:
        return ""
    if isinstance(value, Month):
        return f"{value:%Y-%m}"
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%d %H:%M:%S}"
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Decimal):
        # No space before the sign here: a spreadsheet shall still see a percentage.
        return style.numbers.format(value, grouped=False) + ("%" if kind is Kind.PERCENT else "")
    return value
