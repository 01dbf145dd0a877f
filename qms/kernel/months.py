"""Days counted by calendar months, and dates of which only the month is known."""

from __future__ import annotations

from calendar import monthrange
from datetime import date

MONTH_LENGTH = 7
"""Length of a date of which only the month is known: ``2018-05``."""


def add_months(day: date, months: int) -> date:
    """Give the same day ``months`` later, or the month's last where it has no such day.

    As terms in months are counted (Ley 4 of 1913, art. 59; Código Civil art. 67).
    """
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    month += 1
    return date(year, month, min(day.day, monthrange(year, month)[1]))


def last_day(text: str | None) -> date | None:
    """Give the day that an ISO date names, of a month its last; None for none."""
    if not text:
        return None
    if len(text) != MONTH_LENGTH:
        return date.fromisoformat(text)
    year, month = (int(part) for part in text.split("-"))
    return date(year, month, monthrange(year, month)[1])
