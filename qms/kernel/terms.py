"""Terms: how long something may take, in which unit, from when, and until when exactly.

Day and month terms end with the last instant of their last day in the organisation's zone.  Rules
with a norm behind them (Colombia): terms of days are business days, and terms of months go by the
calendar and move to the next business day when they end on one that is none (Ley 4 de 1913, art.
62); what is filed on such a day counts as filed on the next business day (Consejo de Estado, 27219
of 2024).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import Literal, get_args

from qms.kernel.calendars import MAX_DAYS, Calendar, CountedDay
from qms.kernel.errors import Refused
from qms.kernel.i18n import _
from qms.kernel.months import add_months

__all__ = ["BadTerm", "Start", "Term", "Unit"]

Unit = Literal["business_day", "calendar_day", "running_hour", "business_hour", "month"]
Start = Literal["next_day", "same_instant", "next_business_day"]


class BadTerm(Refused):
    """This term cannot be used."""


@dataclass(frozen=True)
class Term:
    """A span of time as a norm or a contract gives it."""

    amount: int
    """How many units; at least one."""
    unit: Unit = "business_day"
    start: Start = "next_day"
    """``next_day``: the first day that counts follows the receipt.  ``next_business_day``: what
    comes on a day that is none of business counts as come on the next one, and the term begins
    after that.  ``same_instant``: it runs from the receipt, and a term of days ends at its hour."""
    roll: bool | None = None
    """Whether an end on a day that is none of business moves on; by default only months do."""

    def __post_init__(self) -> None:
        """Refuse a term that says nothing."""
        if self.unit not in get_args(Unit) or self.start not in get_args(Start):
            raise BadTerm(
                _("A term has one of the units ${units} and one of the starts ${starts}."),
                units=", ".join(get_args(Unit)),
                starts=", ".join(get_args(Start)),
            )
        whole = isinstance(self.amount, int) and not isinstance(self.amount, bool)
        if not whole or not 1 <= self.amount <= MAX_DAYS:
            raise BadTerm(
                _("A term is a whole number from 1 to ${most}, not ${amount}."),
                most=MAX_DAYS,
                amount=self.amount,
            )

    @classmethod
    def from_data(cls, data: Mapping[str, object]) -> Term:
        """Build a term from ``{amount, unit, start, roll}``; raises BadTerm."""
        unknown = set(data) - {"amount", "unit", "start", "roll"}
        if unknown or "amount" not in data:
            raise BadTerm(_("A term has an amount, a unit, a start and perhaps roll."))
        return cls(**data)  # type: ignore[arg-type]

    def to_data(self) -> dict[str, object]:
        """Give the plain values that ``from_data`` takes."""
        data: dict[str, object] = {"amount": self.amount, "unit": self.unit, "start": self.start}
        return data if self.roll is None else data | {"roll": self.roll}

    def due(self, start: datetime, calendar: Calendar, zone: tzinfo) -> datetime:
        """Give the last instant of the term for something received at ``start`` (with its zone)."""
        if start.tzinfo is None:
            raise ValueError("a term starts at a moment with its zone")
        local = start.astimezone(zone)
        if self.unit == "running_hour":
            begin = self._opening(local, calendar, time.min).astimezone(UTC)
            return (begin + timedelta(hours=self.amount)).astimezone(zone)
        if self.unit == "business_hour":
            opens = calendar.hours[0][0]
            return _add_office_hours(self._opening(local, calendar, opens), self.amount, calendar)
        ends = local.timetz() if self.start == "same_instant" else time.max.replace(tzinfo=zone)
        return datetime.combine(self._last_day(local.date(), calendar), ends)

    def explain(self, start: datetime, calendar: Calendar, zone: tzinfo) -> list[CountedDay]:
        """List each day after the receipt to the due one: whether it counted, and why not."""
        received = start.astimezone(zone).date()
        last = self.due(start, calendar, zone).date()
        counted_from = self._received_day(received, calendar)
        months_end = self._unrolled(counted_from, calendar)
        days: list[CountedDay] = []
        for at in range(1, (last - received).days + 1):
            day = received + timedelta(days=at)
            why = calendar.why_not(day) or ""
            running = self.unit in ("calendar_day", "running_hour", "month")
            if day <= counted_from:
                days.append(CountedDay(day, False, why or _("Counts as the day of receipt")))
            elif running and day <= months_end:
                days.append(CountedDay(day, True, ""))
            else:
                counted = not why and not (running and day > months_end)
                reason = why or ("" if counted else _("The term moved to this business day"))
                days.append(CountedDay(day, counted, reason))
        return days

    def _received_day(self, day: date, calendar: Calendar) -> date:
        """Give the day that counts as the one of receipt."""
        return calendar.next_business_day(day) if self.start == "next_business_day" else day

    def _unrolled(self, received: date, calendar: Calendar) -> date:
        """Give the last day before any move to a business day."""
        if self.unit == "business_day":
            return calendar.add_business_days(received, self.amount)
        if self.unit == "month":
            return _add_months(received, self.amount)
        if self.unit == "calendar_day":
            return _add_days(received, self.amount)
        return date.max

    def _last_day(self, day: date, calendar: Calendar) -> date:
        last = self._unrolled(self._received_day(day, calendar), calendar)
        rolls = self.unit == "month" if self.roll is None else self.roll
        return calendar.next_business_day(last) if rolls else last

    def _opening(self, local: datetime, calendar: Calendar, opens: time) -> datetime:
        """Give the instant from which hours run."""
        if self.start == "same_instant":
            return local
        received = self._received_day(local.date(), calendar)
        if self.start == "next_business_day" and received > local.date():
            return datetime.combine(received, opens, local.tzinfo)
        return datetime.combine(_add_days(received, 1), opens, local.tzinfo)


def _add_days(day: date, days: int) -> date:
    try:
        return day + timedelta(days=days)
    except OverflowError:
        raise BadTerm(_("The term ends after the last year of the calendar.")) from None


def _add_months(day: date, months: int) -> date:
    try:
        return add_months(day, months)
    except ValueError:
        raise BadTerm(_("The term ends after the last year of the calendar.")) from None


def _add_office_hours(begin: datetime, hours: int, calendar: Calendar) -> datetime:
    """Let hours run only while the organisation is open."""
    left = timedelta(hours=hours)
    day = begin.date()
    while True:
        day = calendar.next_business_day(day)
        for opens, closes in calendar.hours:
            since = datetime.combine(day, opens, begin.tzinfo)
            until = datetime.combine(day, closes, begin.tzinfo)
            since = max(since, begin)
            if since >= until:
                continue
            if left <= until - since:
                return since + left
            left -= until - since
        day = _add_days(day, 1)
