"""Counts a term day by day, or hour by hour, from its receipt to its end, and says why.

How days are counted where the norms leave it open: the day on which the term stops counts as used,
unless it is the last one; the term goes on with the day after completion or resumption.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import NamedTuple

from qms.kernel.calendars import Calendar
from qms.kernel.i18n import _
from qms.kernel.months import add_months
from qms.kernel.terms import BadTerm, Term

__all__ = ["BY_LETTER", "INCOMPLETE", "Count", "Day", "Pause", "Times", "walk"]

HOURS = ("running_hour", "business_hour")
MOST_DAYS = 8000
"""Days after which the walk gives up; a term so long is a mistake."""
INCOMPLETE, BY_LETTER = "incomplete", "by-letter"


class Pause(NamedTuple):
    """A time that does not count."""

    since: datetime
    until: datetime | None
    """None while nobody knows."""
    why: str
    """``incomplete`` or ``by-letter``."""
    reset: bool = False
    """Whether the whole term begins anew afterwards."""


class Day(NamedTuple):
    """One day of the explanation."""

    day: date
    counted: bool
    number: int | None
    """Which day of the term it is; None when it did not count, and for terms of hours."""
    reason: str
    spent: timedelta | None = None
    """Time of a term of hours that this day used up."""


@dataclass(frozen=True)
class Times:
    """Where days begin and end, and which are of business, as known on a day."""

    calendar: Callable[[date], Calendar]
    zone: tzinfo

    def day(self, at: datetime) -> date:
        """Give the local day of a moment."""
        return at.astimezone(self.zone).date()

    def end_of(self, day: date) -> datetime:
        """Give the last instant of a day."""
        return datetime.combine(day, time.max, self.zone)


@dataclass(frozen=True)
class Count:
    """What is counted."""

    term: Term
    total: int
    """Units of the whole term with its extensions."""
    received: datetime
    pauses: tuple[Pause, ...]
    calendar: Calendar
    times: Times


def walk(count: Count) -> tuple[list[Day], datetime | None]:
    """Explain every day from receipt to due day; the due moment is None while the term is open."""
    local = count.received.astimezone(count.times.zone)
    return (_walk_hours if count.term.unit in HOURS else _walk_days)(count, local)


# Days


def _walk_days(  # one walk over days is easier to follow in one piece
    count: Count, local: datetime
) -> tuple[list[Day], datetime | None]:
    calendar, term, zone = count.calendar, count.term, count.times.zone
    rolls = term.start == "next_business_day"
    begin = calendar.next_business_day(local.date()) if rolls else local.date()
    total = count.total
    if term.unit == "month":
        total = (add_months(begin, total) - begin).days
    pauses = _paused_days(count)
    day, number, days = local.date(), 0, list[Day]()
    while number < total:
        if any(pause.until is None and pause.first <= day for pause in pauses):
            return days, None
        day = _next(day, local)
        why = _uncounted(day, begin, calendar, pauses, business=term.unit == "business_day")
        if why is None and number + 1 == total and any(one.first == day for one in pauses):
            why = _("The term stopped on its last day")
        number += why is None
        days.append(Day(day, why is None, number if why is None else None, why or ""))
        if any(pause.reset and pause.until == day for pause in pauses):
            number = 0
    rolls = term.unit == "month" if term.roll is None else term.roll
    while rolls and (closed := calendar.why_not(day)) is not None:
        day = _next(day, local)
        moved = calendar.why_not(day) or _("The term moved to this business day")
        days[-1] = days[-1]._replace(reason=closed)
        days.append(Day(day, False, None, moved))
    ends = local.timetz() if term.start == "same_instant" else time.max.replace(tzinfo=zone)
    return days, datetime.combine(day, ends)


def _next(day: date, local: datetime) -> date:
    day += timedelta(days=1)
    if (day - local.date()).days > MOST_DAYS:
        raise BadTerm(_("The term ends after the last year of the calendar."))
    return day


class _DayPause(NamedTuple):
    first: date
    until: date | None
    why: str
    reset: bool


def _paused_days(count: Count) -> list[_DayPause]:
    day = count.times.day
    return [
        _DayPause(day(one.since), None if one.until is None else day(one.until), one.why, one.reset)
        for one in count.pauses
    ]


_WHY = {
    INCOMPLETE: _("The customer was asked for what is missing"),
    BY_LETTER: _("The term was interrupted by letter"),
}


def _uncounted(
    day: date, begin: date, calendar: Calendar, pauses: Iterable[_DayPause], *, business: bool
) -> str | None:
    """Say why a day does not count, or give None."""
    for pause in pauses:
        if pause.until is not None and pause.first < day <= pause.until:
            return _WHY[pause.why]
    closed = calendar.why_not(day)
    if day <= begin:
        return closed or _("Counts as the day of receipt")
    return closed if business else None


# Hours


def _walk_hours(count: Count, local: datetime) -> tuple[list[Day], datetime | None]:
    left = timedelta(hours=count.total)
    spent: dict[date, timedelta] = {}
    due, open_since = None, next((one.since for one in count.pauses if one.until is None), None)
    for since, until in _running(count, local):
        if open_since is not None and since >= open_since:
            break
        upto = until if open_since is None else min(until, open_since)
        used = min(left, upto - since)
        day = count.times.day(since)
        spent[day] = spent.get(day, timedelta()) + used
        left -= used
        if not left:
            due = (since + used).astimezone(count.times.zone)
            break
        if upto < until:
            break
    last = count.times.day(due) if due else max(spent, default=local.date())
    days, day = [], local.date()
    while day <= last:
        why = "" if day in spent else (count.calendar.why_not(day) or _("The term did not run"))
        days.append(Day(day, day in spent, None, why, spent.get(day)))
        day += timedelta(days=1)
    return days, due


def _running(count: Count, local: datetime) -> Iterator[tuple[datetime, datetime]]:
    """Give the stretches of time, none longer than a day, in which the term runs."""
    begin = _opening(count.term, local, count.calendar)
    day = begin.date()
    for _each in range(MOST_DAYS):
        for opens, closes in _open_hours(count.term, day, count):
            pieces = [(max(opens, begin.astimezone(UTC)), closes)]
            for pause in count.pauses:
                if pause.until is not None:
                    pieces = [piece for whole in pieces for piece in _without(whole, pause)]
            yield from ((since, until) for since, until in pieces if since < until)
        day += timedelta(days=1)
    raise BadTerm(_("The term ends after the last year of the calendar."))


def _open_hours(term: Term, day: date, count: Count) -> list[tuple[datetime, datetime]]:
    zone = count.times.zone
    spans: list[tuple[time, time | None]]
    if term.unit == "running_hour":
        spans = [(time.min, None)]
    elif count.calendar.is_business_day(day):
        spans = [(opens, closes) for opens, closes in count.calendar.hours]
    else:
        spans = []
    following = datetime.combine(day + timedelta(days=1), time.min, zone)
    return [
        (
            datetime.combine(day, opens, zone).astimezone(UTC),
            (following if closes is None else datetime.combine(day, closes, zone)).astimezone(UTC),
        )
        for opens, closes in spans
    ]


def _without(whole: tuple[datetime, datetime], pause: Pause) -> list[tuple[datetime, datetime]]:
    since, until = whole
    assert pause.until is not None  # noqa: S101 - open pauses end the walk elsewhere
    if pause.until <= since or pause.since >= until:
        return [whole]
    return [(since, max(since, pause.since)), (min(until, pause.until), until)]


def _opening(term: Term, local: datetime, calendar: Calendar) -> datetime:
    """Give the instant from which hours run, as :class:`Term` does."""
    if term.start == "same_instant":
        return local
    opens = time.min if term.unit == "running_hour" else calendar.hours[0][0]
    day = local.date()
    if term.start == "next_business_day":
        counted = calendar.next_business_day(day)
        if counted > day:
            return datetime.combine(counted, opens, local.tzinfo)
    return datetime.combine(day + timedelta(days=1), opens, local.tzinfo)
