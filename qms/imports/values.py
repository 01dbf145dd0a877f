"""Reads what people write into the cells of a master list: dates, version labels, states, lists.

Nothing is guessed silently: each reading comes with the kinds of finding (``qms.imports.findings``)
that say what was made of the cell.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from qms.kernel.formats import MONTHS, BadNumber, parse_number
from qms.kernel.text import clean_line, fold
from qms.kernel.versions import VersionScheme
from qms.sheets.tables import Cell, text_of

NOTHING = frozenset(
    {
        "",
        "-",
        "--",
        "---",
        "n/a",
        "na",
        "n.a.",
        "n.a",
        "no aplica",
        "no",
        "ninguno",
        "ninguna",
        "s/f",
        "sin fecha",
        "s/d",
        "sin dato",
        "sin informacion",
        "pendiente",
        "por definir",
        "x",
        "#n/a",
        "#ref!",
        "#value!",
        "#name?",
        "#div/0!",
    }
)
"""What stands for an empty cell."""
_LONGEST_NOTHING = 20
_MONTHS = {
    "ene": 1, "jan": 1, "feb": 2, "mar": 3, "abr": 4, "apr": 4, "may": 5, "jun": 6, "jul": 7,
    "ago": 8, "aug": 8, "sep": 9, "set": 9, "oct": 10, "nov": 11, "dic": 12, "dec": 12,
}  # fmt: skip
_NAMES = frozenset(
    (
        *MONTHS, "setiembre", "sept", "january", "february", "march", "april", "june", "july",
        "august", "september", "october", "november", "december",
    )
)  # fmt: skip
_ISO = re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?:[ t]\d{1,2}:\d{2}.*)?\Z")
_NUMERIC = re.compile(r"(\d{1,2})\s?[-/.]\s?(\d{1,2})\s?[-/.]\s?(\d{4}|\d{2})\Z")
_DAY_MONTH = re.compile(
    r"(\d{1,2})(?:\s*(?:de|-|/|\.)\s*|\s+)([a-z]+)\.?(?:\s*(?:del?|-|/|\.|,)\s*|\s+)(\d{4}|\d{2})\Z"
)
_MONTH_DAY = re.compile(r"([a-z]+)\.?\s+(\d{1,2})(?:\s*(?:del?|,|-|/)\s*|\s+)(\d{4}|\d{2})\Z")
_MONTH_YEAR = re.compile(r"([a-z]+)\.?(?:\s*(?:del?|-|/|\.|,)\s*|\s+)(\d{4}|\d{2})\Z")
_SHORT_MONTH = re.compile(r"(\d{1,2})[-/](\d{4})\Z")
_ISO_MONTH = re.compile(r"(\d{4})[-/](\d{1,2})\Z")
_GROUPED = re.compile(r"\d{1,3}[.,]\d{3}\Z")
_DASHES = dict.fromkeys(map(ord, "\u2010\u2011\u2012\u2013\u2014\u2212"), "-")
_SERIAL_FROM, _SERIAL_TO = 20_000, 80_000
"""Excel's numbers of the days from 1954 to 2119; other numbers are no dates."""
_SERIAL_ZERO = date(1899, 12, 30)
_EARLIEST = date(1950, 1, 1)
_PREFIX = re.compile(
    r"(?:version|versión|ver|vs|v|revision|revisión|rev|edicion|edición|ed|r|no|n°|nº)"
    r"[\s.:°º\-]*(?=\d)",
    re.IGNORECASE,
)
_IN_FORCE = ("vigente", "en vigor", "en vigencia", "aprobado", "activo", "actual", "publicado",
             "liberado", "in force", "current", "active", "effective")  # fmt: skip
_OBSOLETE = ("obsolet", "anulad", "derogad", "reemplazad", "inactiv", "eliminad", "historic",
             "retirad", "descontinuad", "desactualizad", "no vigente", "superseded")  # fmt: skip
_DRAFT = ("borrador", "en revision", "en elaboracion", "en construccion", "pendiente",
          "en aprobacion", "por aprobar", "draft", "en proceso", "en actualizacion")  # fmt: skip


def is_nothing(cell: Cell) -> bool:
    """Tell whether a cell says nothing, however it says it."""
    return _says_nothing(text_of(cell))


def _says_nothing(text: str) -> bool:
    return len(text) <= _LONGEST_NOTHING and fold(text) in NOTHING


def words(cell: Cell) -> str:
    """Give a cell as one clean line, empty where it says nothing."""
    text = clean_line(text_of(cell))
    return "" if _says_nothing(text) else text


@dataclass(frozen=True)
class Day:
    """A date that was read: ISO day or month, and what there is to say about it."""

    iso: str | None
    kinds: tuple[str, ...] = ()


def read_day(cell: Cell, today: date) -> Day:
    """Read a date as spreadsheets and people write it; months without a day stay months."""
    if isinstance(cell, dict):
        return _stored(cell)
    written = fold(words(cell)).translate(_DASHES).strip(" .")
    if not written:
        return Day(None)
    for pattern, read in _PATTERNS:
        found = pattern.match(written)
        if found is not None:
            return read(found, today)
    if _GROUPED.match(written):
        return Day(None, ("number-ambiguous",))
    if written.isascii() and written.isdigit() and len(written) == 5:
        return _serial(int(written))
    return Day(None, ("date-unreadable",))


def _stored(cell: dict[str, Any]) -> Day:
    if "d" in cell:
        day = date.fromisoformat(cell["d"])
        return Day(None, ("date-impossible",)) if day < _EARLIEST else Day(day.isoformat())
    number = str(cell.get("n", ""))
    if number.isascii() and number.isdigit():
        return _serial(int(number))
    return Day(None, ("date-unreadable",))


def _serial(number: int) -> Day:
    if not _SERIAL_FROM <= number <= _SERIAL_TO:
        return Day(None, ("date-unreadable",))
    return Day((_SERIAL_ZERO + timedelta(days=number)).isoformat(), ("date-serial",))


def _year(text: str, today: date) -> tuple[int, tuple[str, ...]]:
    if len(text) == 4:
        return int(text), ()
    century = 2000 if int(text) <= today.year % 100 + 10 else 1900
    return century + int(text), ("date-short-year",)


def _day(year: str, month: int, day: int, today: date, kinds: tuple[str, ...] = ()) -> Day:
    full, short = _year(year, today)
    try:
        found = date(full, month, day)
    except ValueError:
        return Day(None, ("date-impossible",))
    if found < _EARLIEST:
        return Day(None, ("date-impossible",))
    return Day(found.isoformat(), (*kinds, *short))


def _iso(found: re.Match[str], today: date) -> Day:
    return _day(found[1], int(found[2]), int(found[3]), today)


def _numeric(found: re.Match[str], today: date) -> Day:
    day, month = int(found[1]), int(found[2])
    if month > 12 >= day:
        return _day(found[3], day, month, today, ("date-swapped",))
    return _day(found[3], month, day, today)


def _month(word: str) -> int | None:
    if word not in _MONTHS and word not in _NAMES:
        return None
    return _MONTHS.get(word[:3])


def _day_month(found: re.Match[str], today: date) -> Day:
    month = _month(found[2])
    if month is None:
        return Day(None, ("date-unreadable",))
    return _day(found[3], month, int(found[1]), today)


def _month_day(found: re.Match[str], today: date) -> Day:
    month = _month(found[1])
    if month is None:
        return Day(None, ("date-unreadable",))
    return _day(found[3], month, int(found[2]), today)


def _month_only(year: str, month: int | None, today: date) -> Day:
    if month is None:
        return Day(None, ("date-unreadable",))
    whole = _day(year, month, 1, today)
    if whole.iso is None:
        return whole
    return Day(whole.iso[:7], ("date-month-only", *whole.kinds))


_PATTERNS = (
    (_ISO, _iso),
    (_NUMERIC, _numeric),
    (_DAY_MONTH, _day_month),
    (_MONTH_DAY, _month_day),
    (_MONTH_YEAR, lambda found, today: _month_only(found[2], _month(found[1]), today)),
    (_SHORT_MONTH, lambda found, today: _month_only(found[2], int(found[1]), today)),
    (_ISO_MONTH, lambda found, today: _month_only(found[1], int(found[2]), today)),
)


@dataclass(frozen=True)
class Label:
    """A version label that was read."""

    text: str
    """Empty where the cell says nothing."""
    fits: bool
    kinds: tuple[str, ...] = ()


def read_label(cell: Cell, scheme: VersionScheme) -> Label:
    """Read a version label: «V.02» and «2.0» are what the scheme writes as 2, or 02."""
    said = clean_line(text_of(cell))
    if _says_nothing(said):
        return Label("", fits=False)
    if scheme.is_valid(said):
        return Label(said, fits=True)
    bare = _PREFIX.sub("", said, count=1).strip() if _PREFIX.match(said) else said
    for candidate in (bare, bare.upper(), *_candidates(bare)):
        if scheme.is_valid(candidate):
            return Label(candidate, fits=True, kinds=("version-rewritten",))
    kind = "number-ambiguous" if _GROUPED.match(said) else "version-outside"
    return Label(said[:40], fits=False, kinds=(kind,))


def _candidates(bare: str) -> list[str]:
    """Write the same number in the other usual ways: without zeros, padded, with ``.0``."""
    parts = bare.replace(",", ".").split(".")
    if not all(part.isascii() and part.isdigit() and len(part) <= 6 for part in parts):
        return []
    numbers = [int(part) for part in parts]
    while len(numbers) > 1 and numbers[-1] == 0:
        numbers.pop()
    dotted = [".".join(map(str, [*numbers, *[0] * more])) for more in range(3)]
    if len(numbers) > 1:
        return dotted
    return [*dotted, *(str(numbers[0]).zfill(width) for width in (1, 2, 3))]


def label_rank(label: str) -> tuple[Any, ...]:
    """Give the key by which labels stand in their order: letters first, then by their numbers."""
    numbers = tuple(int(one[:9]) for one in re.findall(r"\d+", label))
    return (1, numbers, label) if numbers else (0, (len(label),), label)


def whole_number(label: str) -> int | None:
    """Give the number of a label that is one (``03``, ``3.0``), so that gaps can be seen."""
    parts = label.split(".")
    if not all(part.isascii() and part.isdigit() for part in parts) or any(
        int(part) for part in parts[1:]
    ):
        return None
    return int(parts[0])


def read_state(cell: Cell) -> str | None:
    """Read a state: ``in-force``, ``obsolete``, ``draft``; "" for nothing said, None if unknown."""
    plain = fold(words(cell))
    if not plain:
        return "draft" if fold(text_of(cell)).strip() == "pendiente" else ""
    for state, marks in (("draft", _DRAFT), ("obsolete", _OBSOLETE), ("in-force", _IN_FORCE)):
        if any(plain.startswith(mark) for mark in marks):
            return state
    return None


def read_months(cell: Cell) -> tuple[int | None, tuple[str, ...]]:
    """Read a number of months; «1.234» could mean two numbers and is asked about."""
    if isinstance(cell, dict) and "n" in cell:
        text = cell["n"].replace(".", ",")
    else:
        text = words(cell).casefold().removesuffix("meses").strip()
    if not text:
        return None, ()
    try:
        number = parse_number(text)
    except BadNumber:
        return None, ("number-ambiguous",) if _GROUPED.match(text) else ("number-unreadable",)
    if number != int(number) or not 0 < number <= 240:
        return None, ("number-unreadable",)
    return int(number), ()


def months_later(iso: str, months: int) -> str:
    """Give the ISO day (or month) so many months after another."""
    year, month = divmod(int(iso[5:7]) - 1 + months, 12)
    year, month = int(iso[:4]) + year, month + 1
    if len(iso) == 7:
        return f"{year:04}-{month:02}"
    last = (date(year + month // 12, month % 12 + 1, 1) - timedelta(days=1)).day
    return date(year, month, min(int(iso[8:]), last)).isoformat()


def parts_of(cell: Cell) -> list[str]:
    """Part a list of names at semicolons, bars and line ends; commas may belong to a name."""
    raw = cell if isinstance(cell, str) else text_of(cell)
    pieces = re.split(r"[;|\n\r•]+", raw)
    cleaned = [clean_line(piece).strip(" -.,") for piece in pieces]
    return [piece for piece in dict.fromkeys(cleaned) if piece and not _says_nothing(piece)]


def codes_in(cell: Cell) -> list[str]:
    """Part a list of codes at whatever stands between them."""
    pieces = re.split(r"[;,|\n\r•]+|\s+y\s+", cell if isinstance(cell, str) else text_of(cell))
    cleaned = [clean_line(piece) for piece in pieces]
    return [piece for piece in dict.fromkeys(cleaned) if piece and not _says_nothing(piece)]
