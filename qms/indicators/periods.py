"""Periods of measurement: days, ISO weeks, months and what is made of months, each with its key.

A period keeps its own kind in its key (``2026-03-14``, ``2026-W11``, ``2026-03``, ``2026-B2``,
``2026-Q1``, ``2026-C1``, ``2026-S1``, ``2026``), so that a series stays readable when its frequency
changes. A shorter period belongs to the longer one in which it ends.
"""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property, lru_cache

from qms.kernel.errors import Refused

DAILY, WEEKLY, ANNUAL = "daily", "weekly", "annual"
MONTHS = {
    "monthly": 1,
    "bimonthly": 2,
    "quarterly": 3,
    "four-monthly": 4,
    "semiannual": 6,
    ANNUAL: 12,
}
"""Frequencies that are whole months, and how many."""
FREQUENCIES = (DAILY, WEEKLY, *MONTHS)
"""Every frequency, the shortest first."""
LETTERS = {"bimonthly": "B", "quarterly": "Q", "four-monthly": "C", "semiannual": "S"}
_BY_LETTER = {letter: frequency for frequency, letter in LETTERS.items()}
_DAY = timedelta(days=1)
_KEY = re.compile(
    r"(?P<year>[12]\d{3})(?:-(?:(?P<month>\d\d)(?:-(?P<day>\d\d))?|W(?P<week>\d\d)"
    r"|(?P<letter>[BQCS])(?P<number>\d)))?\Z"
)


class NotAPeriod(Refused):
    """«${period}» is not a period of this indicator."""


@dataclass(frozen=True, order=True)
class Period:
    """Whole days, both included, of one frequency."""

    last: date
    first: date
    frequency: str

    @classmethod
    @lru_cache(maxsize=16_384)
    def of(cls, frequency: str, day: date) -> Period:
        """Give the period of a frequency that a day lies in."""
        if frequency == DAILY:
            return cls(day, day, frequency)
        if frequency == WEEKLY:
            monday = day - _DAY * day.weekday()
            return cls(monday + 6 * _DAY, monday, frequency)
        months = MONTHS[frequency]
        start = (day.month - 1) // months * months + 1
        end = start + months - 1
        last = date(day.year, end, monthrange(day.year, end)[1])
        return cls(last, date(day.year, start, 1), frequency)

    @classmethod
    @lru_cache(maxsize=16_384)
    def parse(cls, key: str) -> Period:
        """Read a key; NotAPeriod for anything else."""
        found = _KEY.match(key)
        if found is None:
            raise NotAPeriod(period=key[:20])
        year, part = int(found["year"]), found.groupdict()
        try:
            if part["day"]:
                return cls.of(DAILY, date.fromisoformat(key))
            if part["week"]:
                return cls.of(WEEKLY, date.fromisocalendar(year, int(part["week"]), 1))
            if part["month"]:
                return cls.of("monthly", date(year, int(part["month"]), 1))
            if part["letter"]:
                frequency = _BY_LETTER[part["letter"]]
                month = (int(part["number"]) - 1) * MONTHS[frequency] + 1
                return cls.of(frequency, date(year, month, 1))
        except ValueError:
            raise NotAPeriod(period=key[:20]) from None
        return cls.of(ANNUAL, date(year, 1, 1))

    @cached_property
    def key(self) -> str:
        """The text that names it, in addresses and in the database."""
        if self.frequency == DAILY:
            return self.first.isoformat()
        if self.frequency == WEEKLY:
            year, week, _day = self.first.isocalendar()
            return f"{year:04}-W{week:02}"
        if self.frequency == "monthly":
            return f"{self.first:%Y-%m}"
        if self.frequency == ANNUAL:
            return f"{self.first:%Y}"
        number = (self.first.month - 1) // MONTHS[self.frequency] + 1
        return f"{self.first:%Y}-{LETTERS[self.frequency]}{number}"

    @cached_property
    def place(self) -> str:
        """Where a tree keeps it: by its last day, then by its frequency."""
        return place_of(self.last, self.frequency)

    def next(self) -> Period:
        """Give the one after it."""
        return Period.of(self.frequency, self.last + _DAY)

    def previous(self) -> Period:
        """Give the one before it."""
        return Period.of(self.frequency, self.first - _DAY)

    def year_before(self) -> Period:
        """Give the like one of the year before; there is not always a 29 February or a week 53."""
        if self.frequency == WEEKLY:
            year, week, _day = self.first.isocalendar()
            return Period.of(WEEKLY, date.fromisocalendar(year - 1, min(week, 52), 1))
        month = self.first.month
        day = min(self.first.day, monthrange(self.first.year - 1, month)[1])
        return Period.of(self.frequency, date(self.first.year - 1, month, day))

    @lru_cache(maxsize=4096)  # noqa: B019 - bounded, and periods are values
    def parts(self, frequency: str) -> tuple[Period, ...]:
        """Give the periods of a shorter frequency that end in this one, in their order."""
        return tuple(ending(frequency, self.first, self.last))

    def whole(self, frequency: str) -> tuple[date, date]:
        """Give first and last day of its parts: weeks reach over the edges of a month."""
        start, end = Period.of(frequency, self.first), Period.of(frequency, self.last)
        if end.last > self.last:
            end = end.previous()
        return (start.first, end.last) if end.last >= self.first else (self.first, self.last)


def ending(frequency: str, first: date, last: date) -> Iterator[Period]:
    """Give the periods whose last day is one of these days, in their order."""
    period = Period.of(frequency, first)
    while period.last <= last:
        yield period
        period = period.next()


def place_of(last: date, frequency: str) -> str:
    """Write where a tree keeps a period of this frequency with this last day."""
    return f"{last.isoformat()} {FREQUENCIES.index(frequency)}"


def between(first: date, last: date) -> tuple[str, str]:
    """Give the bounds of the places of all periods that end on one of these days."""
    return f"{first.isoformat()} ", f"{last.isoformat()} ~"
