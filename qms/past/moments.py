"""Moments of the past: as they are asked for, and as the chronicle sorts them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, NoReturn
from zoneinfo import ZoneInfo

from qms.kernel.errors import Refused
from qms.people.moments import zone_of

_DAY = re.compile(r"([0-9]{1,2})[/.-]([0-9]{1,2})[/.-]([0-9]{4})\Z")
_TIME = re.compile(r"([01]?[0-9]|2[0-3]):([0-5][0-9])\Z")


class BadDay(Refused):
    """This is not a day: ${day}. Write it as 31/12/2026."""


class BadTime(Refused):
    """This is not a time of day: ${time}. Write it as 16:30."""


class NotYet(Refused):
    """That moment has not come yet; choose one of the past."""


def key_of(at: datetime | str) -> str:
    """Give a moment as sortable text in UTC, always of the same length."""
    moment = datetime.fromisoformat(at) if isinstance(at, str) else at
    return moment.astimezone(UTC).isoformat(timespec="microseconds")[:26]


def moment_of(key: str) -> datetime:
    """Give the moment that :func:`key_of` wrote."""
    return datetime.fromisoformat(key).replace(tzinfo=UTC)


@dataclass(frozen=True)
class Asked:
    """The moment that somebody asks about."""

    at: datetime
    """In UTC."""
    day: date
    """The day at the organisation's place."""
    time: str
    """The time of day that was named, or empty for the end of the day."""
    zone: ZoneInfo

    @property
    def key(self) -> str:
        """The moment as the chronicle sorts it."""
        return key_of(self.at)

    @property
    def is_now(self) -> bool:
        """Tell whether it is the present day with no time named."""
        return not self.time and self.at.astimezone(self.zone).time() != time.max


def asked_moment(content: Any, on: str, at: str, *, now: datetime) -> Asked:
    """Read day and time at the organisation's place; the end of the day where no time is named.

    Of the present day the end is now. Refused for what is no day, no time, or still to come.
    """
    zone = zone_of(content)
    today = now.astimezone(zone).date()
    day = _day(on.strip()) if on.strip() else today
    named = at.strip()
    clock = _time(named) if named else time.max
    if day > today:
        raise NotYet
    try:
        moment = datetime.combine(day, clock, zone).astimezone(UTC)
    except OverflowError:
        return _no_day(on)  # the first day of the calendar, east of Greenwich
    if day == today and not named:
        moment = now
    if moment > now and not (named and moment - now < timedelta(minutes=1)):
        raise NotYet
    return Asked(min(moment, now), day, named, zone)


def _day(text: str) -> date:
    found = _DAY.match(text)
    try:
        if found:
            return date(int(found[3]), int(found[2]), int(found[1]))
        return date.fromisoformat(text) if len(text) == 10 else _no_day(text)
    except ValueError:
        return _no_day(text)


def _no_day(text: str) -> NoReturn:
    raise BadDay(day=text[:40])


def _time(text: str) -> time:
    found = _TIME.match(text)
    if found is None:
        raise BadTime(time=text[:40])
    return time(int(found[1]), int(found[2]), 59, 999_999)


def first_day(text: str | None) -> date | None:
    """Give the day that a recorded date begins with: a day, or a month (``2018-05``), or None."""
    if not text:
        return None
    try:
        return date.fromisoformat(text if len(text) > 7 else f"{text}-01")
    except ValueError:
        return None


def day_key(day: date, zone: ZoneInfo) -> str:
    """Give the moment at which the day begins at the organisation's place."""
    return key_of(datetime.combine(day, time.min, zone))
