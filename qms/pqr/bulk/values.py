"""Reads the days, hours and names that people write into the cells of a list of cases."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from decimal import Decimal, InvalidOperation
from zoneinfo import ZoneInfo

from qms.kernel.formats import BadDate, parse_date
from qms.kernel.text import fold
from qms.sheets.tables import Cell, text_of

_CLOCK = re.compile(
    r"(\d{1,2})[:.h]\s?(\d{2})(?::\d{2}(?:\.\d+)?)?\s*(a\.?\s?m\.?|p\.?\s?m\.?)?\Z", re.IGNORECASE
)
_MINUTES = 24 * 60
_SERIAL_FROM, _SERIAL_TO = 20_000, 80_000
"""Spreadsheets' numbers of the days from 1954 to 2119; other numbers are no days."""
_SERIAL_ZERO = date(1899, 12, 30)


def day_of(cell: Cell) -> tuple[date | None, time | None, bool]:
    """Read a day, perhaps with an hour behind it; the last value says that it is neither."""
    if isinstance(cell, Mapping):
        if "d" in cell:
            return date.fromisoformat(cell["d"]), hour_of(cell), False
        if "n" in cell:
            return _serial(cell["n"])
    text = text_of(cell)
    if not text:
        return None, None, False
    first, _space, rest = text.replace("T", " ").partition(" ")
    hour = hour_of(rest) if rest else None
    if rest and hour is None:
        return None, None, True
    try:
        return parse_date(first), hour, False
    except BadDate:
        return None, None, True


def _serial(number: str) -> tuple[date | None, time | None, bool]:
    try:
        value = Decimal(number)
    except InvalidOperation:
        return None, None, True
    if not _SERIAL_FROM <= value <= _SERIAL_TO:
        return None, None, True
    hour = hour_of({"n": str(value % 1)}) if value % 1 else None
    return _SERIAL_ZERO + timedelta(days=int(value)), hour, False


def hour_of(cell: Cell) -> time | None:
    """Read an hour: 14:30, 2:30 p. m., or as spreadsheets keep it; None where there is none."""
    if isinstance(cell, Mapping) and "t" in cell:
        return time.fromisoformat(cell["t"])
    if isinstance(cell, Mapping) and "n" in cell:
        try:
            part = Decimal(cell["n"])
        except InvalidOperation:
            return None
        minutes = round(part * _MINUTES)
        return time(minutes // 60, minutes % 60) if 0 <= minutes < _MINUTES else None
    found = _CLOCK.match(text_of(cell))
    if found is None:
        return None
    hours, minutes, half = int(found[1]), int(found[2]), (found[3] or "").lower()
    if half and not 1 <= hours <= 12:
        return None
    if half:
        hours = hours % 12 + (12 if half.startswith("p") else 0)
    return time(hours, minutes) if hours < 24 and minutes < 60 else None


def moment(day: date, hour: time | None, zone: ZoneInfo) -> datetime:
    """Give the moment at the organisation's place; without an hour, the beginning of the day."""
    return datetime.combine(day, hour or time(), zone)


def by_name(pairs: list[tuple[str, str]]) -> dict[str, str]:
    """Give ids by what people call them: the id, the name, and the name in the plural."""
    found: dict[str, str] = {}
    for identifier, name in reversed(pairs):
        plain = plain_word(name)
        found[plain_word(identifier)] = found[plain] = identifier
        found[f"{plain}s"] = found[f"{plain}es"] = identifier
    return found


def plain_word(text: str) -> str:
    """Reduce a name to its words, without case and accents."""
    return " ".join(fold(text).replace("-", " ").replace(".", " ").split())
