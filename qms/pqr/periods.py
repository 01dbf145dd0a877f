"""The periods that reports are about: months, quarters and years of the organisation's calendar."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from qms.documents.figures import Span
from qms.kernel.formats import MONTHS
from qms.kernel.i18n import _
from qms.kernel.months import add_months

__all__ = ["MONTH", "QUARTER", "YEAR", "Period"]

MONTH, QUARTER, YEAR = "month", "quarter", "year"
LENGTHS = {MONTH: 1, QUARTER: 3, YEAR: 12}
"""Months of each kind."""
_WRITTEN = re.compile(r"(20\d\d|19\d\d)(?:-(?:(0[1-9]|1[0-2])|Q([1-4])))?\Z")
_QUARTERS = (
    _("First quarter of"),
    _("Second quarter of"),
    _("Third quarter of"),
    _("Fourth quarter of"),
)


@dataclass(frozen=True)
class Period:
    """One month, quarter or year."""

    kind: str
    first: date

    @classmethod
    def parse(cls, text: str) -> Period | None:
        """Read ``2026-10``, ``2026-Q4`` or ``2026``; None for anything else."""
        found = _WRITTEN.match(text)
        if found is None:
            return None
        year, month, quarter = found.groups()
        if month:
            return cls(MONTH, date(int(year), int(month), 1))
        if quarter:
            return cls(QUARTER, date(int(year), int(quarter) * 3 - 2, 1))
        return cls(YEAR, date(int(year), 1, 1))

    @classmethod
    def of(cls, kind: str, day: date) -> Period:
        """Give the period of a kind that a day lies in."""
        month = (day.month - 1) // LENGTHS[kind] * LENGTHS[kind] + 1
        return cls(kind, date(day.year, month, 1))

    def __str__(self) -> str:
        """Write it as addresses do."""
        if self.kind == YEAR:
            return f"{self.first.year}"
        if self.kind == QUARTER:
            return f"{self.first.year}-Q{self.first.month // 3 + 1}"
        return f"{self.first:%Y-%m}"

    def moved(self, months: int) -> Period:
        """Give the one so many months later."""
        return Period(self.kind, add_months(self.first, months))

    @property
    def before(self) -> Period:
        """The one before it."""
        return self.moved(-LENGTHS[self.kind])

    @property
    def after(self) -> Period:
        """The one after it."""
        return self.moved(LENGTHS[self.kind])

    @property
    def year_before(self) -> Period:
        """The same one of the year before."""
        return self.moved(-12)

    @property
    def span(self) -> Span:
        """Its days."""
        return Span(self.first, self.after.first - timedelta(days=1))

    @property
    def months(self) -> list[Period]:
        """Its months."""
        return [Period(MONTH, add_months(self.first, n)) for n in range(LENGTHS[self.kind])]

    def name(self, translate: Any) -> str:
        """Say it: «octubre de 2026», «Tercer trimestre de 2026», «2026»."""
        if self.kind == YEAR:
            return str(self.first.year)
        if self.kind == QUARTER:
            return f"{translate(_QUARTERS[self.first.month // 3])} {self.first.year}"
        return f"{MONTHS[self.first.month - 1].capitalize()} de {self.first.year}"

    @property
    def short(self) -> str:
        """Say it in few letters, for charts."""
        if self.kind == YEAR:
            return str(self.first.year)
        if self.kind == QUARTER:
            return f"T{self.first.month // 3 + 1} {self.first.year}"
        return f"{MONTHS[self.first.month - 1][:3]} {self.first.year}"
