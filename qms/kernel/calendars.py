"""Business days of a place and an organisation, as they were known on a given day.

The base list of holidays comes from the ``holidays`` library; closures, added and removed days and
the day on which each became known are data over it.  The library alone will not do: it knows today
of Ley 2578 of 1 June 2026 (Colombia, 13 July 2026), which nobody could know in May.
"""

from __future__ import annotations

import hashlib
import importlib
from calendar import isleap
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, time, timedelta
from functools import lru_cache
from itertools import accumulate
from typing import Literal, NamedTuple

from qms.kernel.errors import Refused
from qms.kernel.i18n import _

__all__ = ["BadCalendar", "Calendar", "CountedDay", "Override"]

SATURDAY, SUNDAY = 5, 6
MAX_DAYS = 5000
"""Most business days that are counted in one go."""
_MAX_CLOSED = 400
"""So many days without a business day mean that the calendar is wrong."""
_MAX_RANGE = 366
_MOST_ADDED = 2000
"""So many answers are remembered: the rows of a list ask for the same terms again and again."""
_FEW_DAYS = 20
"""So many days are looked at one by one; of more, whole years are counted once."""
_PROBED_YEAR = 2026
OFFICE_HOURS = ((time(8), time(17)),)
"""Opening hours of an organisation that gave none."""
_WEEKEND = {SATURDAY: _("Saturday"), SUNDAY: _("Sunday")}
_KEYS = frozenset(
    {
        "country",
        "subdivision",
        "closures",
        "extra_holidays",
        "removed",
        "late_holidays",
        "open_saturdays",
        "hours",
    }
)

Kind = Literal["closed", "holiday", "open", "late"]


class BadCalendar(Refused):
    """This calendar cannot be used."""


class CountedDay(NamedTuple):
    """One day of an explanation: whether it counted, and if not, why not."""

    day: date
    counted: bool
    reason: str


@dataclass(frozen=True, order=True)
class Override:
    """One day that differs from the library's list, from the day on which this became known."""

    day: date
    kind: Kind
    """``closed`` by the organisation, a ``holiday`` by law, ``open`` although the library has a
    holiday, or ``late``: a holiday of the library that nobody knew before ``known_from``."""
    reason: str = ""
    known_from: date | None = None

    def counts(self, known_on: date | None) -> bool:
        """Tell whether the override has its effect for someone who counts on ``known_on``."""
        known = known_on is None or self.known_from is None or self.known_from <= known_on
        return not known if self.kind == "late" else known


@lru_cache(maxsize=256)
def _library_holidays(country: str, subdivision: str | None, year: int) -> dict[date, str]:
    """Ask the library for one year; it takes a noticeable time to import, hence only here."""
    library = importlib.import_module("holidays")
    try:
        plain = library.country_holidays(country, subdiv=subdivision)
        language = "es" if "es" in plain.supported_languages else None
        found = library.country_holidays(country, subdiv=subdivision, years=year, language=language)
    except NotImplementedError:
        raise BadCalendar(
            _("There is no holiday calendar for ${country} ${subdivision}."),
            country=country,
            subdivision=subdivision or "",
        ) from None
    return {day: str(name) for day, name in found.items() if day.year == year}


@lru_cache(maxsize=1)
def _library_version() -> str:
    return str(importlib.import_module("holidays").__version__)


class Calendar:
    """The business days of one organisation in one place."""

    def __init__(  # noqa: PLR0913 - each argument is one kind of difference from the plain week
        self,
        country: str,
        subdivision: str | None = None,
        *,
        closures: Mapping[date, str] | None = None,
        extra_holidays: Iterable[tuple[date, str, date | None]] = (),
        removed: Iterable[date] = (),
        late_holidays: Mapping[date, date] | None = None,
        open_saturdays: bool | Iterable[date] = False,
        hours: Iterable[tuple[time, time]] = OFFICE_HOURS,
        overrides: Iterable[Override] = (),
        as_known_on: date | None = None,
    ) -> None:
        """Lay the differences over the library's list.

        ``extra_holidays`` are (day, name, known from); ``late_holidays`` are days that the library
        has, and since when they were known; ``open_saturdays`` are all or only those given;
        ``as_known_on`` leaves out what became known later.  An empty country has no holidays.
        """
        self.country, self.subdivision = country, subdivision
        self.overrides = tuple(
            sorted(
                {
                    *(Override(day, "closed", why) for day, why in (closures or {}).items()),
                    *(Override(day, "holiday", name, since) for day, name, since in extra_holidays),
                    *(Override(day, "open") for day in removed),
                    *(Override(day, "late", "", on) for day, on in (late_holidays or {}).items()),
                    *overrides,
                },
                key=lambda each: (each.day, each.kind, each.reason, each.known_from or date.min),
            )
        )
        self.open_saturdays = (
            open_saturdays if isinstance(open_saturdays, bool) else frozenset(open_saturdays)
        )
        self.hours = tuple(sorted(hours))
        self.as_known_on = as_known_on
        self._by_day = self._effective()
        self._added: dict[tuple[date, int], date] = {}
        self._worked: dict[int, list[int]] = {}
        _refuse_bad_hours(self.hours)

    @classmethod
    def from_data(cls, data: Mapping[str, object], as_known_on: date | None = None) -> Calendar:
        """Build a calendar from profile data; raises BadCalendar with the mistake in a sentence.

        Lists hold mappings: closures ``{date | from + to, reason, known_from}``, extra_holidays
        ``{date, name, known_from}``, removed and late_holidays ``{date, known_from}``; hours are
        pairs such as ``["08:00", "12:00"]``.
        """
        for key in data:
            if key not in _KEYS:
                raise BadCalendar(
                    _("${key} is not a part of a calendar; known are ${known}."),
                    key=key,
                    known=", ".join(sorted(_KEYS)),
                )
        overrides = [
            *_overrides(data, "closures", "closed"),
            *_overrides(data, "extra_holidays", "holiday"),
            *_overrides(data, "removed", "open"),
            *_overrides(data, "late_holidays", "late"),
        ]
        saturdays = data.get("open_saturdays", False)
        if not isinstance(saturdays, bool):
            saturdays = [_day(value) for value in _rows(data, "open_saturdays")]
        subdivision = data.get("subdivision")
        made = cls(
            str(data.get("country") or ""),
            str(subdivision) if subdivision else None,
            open_saturdays=saturdays,
            hours=[_hours(pair) for pair in _rows(data, "hours")] or OFFICE_HOURS,
            overrides=overrides,
            as_known_on=as_known_on,
        )
        if made.country:
            _library_holidays(made.country, made.subdivision, _PROBED_YEAR)
        return made

    def as_known(self, on: date | None) -> Calendar:
        """Give the same calendar as somebody knew it on that day; None means with all we know."""
        return Calendar(
            self.country,
            self.subdivision,
            open_saturdays=self.open_saturdays,
            hours=self.hours,
            overrides=self.overrides,
            as_known_on=on,
        )

    @property
    def version(self) -> str:
        """Name the library's version, the overrides and the day of knowledge, to keep with a date.

        Two calendars with the same version count alike; a stored due date keeps it.
        """
        saturdays = self.open_saturdays is True or sorted(self._saturdays())
        told = repr((self.overrides, saturdays, self.hours)).encode()
        place = "-".join(filter(None, (self.country, self.subdivision))) or "none"
        known = f" known-{self.as_known_on}" if self.as_known_on else ""
        library = f" holidays-{_library_version()}" if self.country else ""
        return f"{place}{library} own-{hashlib.sha256(told).hexdigest()[:12]}{known}"

    def why_not(self, day: date) -> str | None:
        """Say why a day is no business day, or give None when it is one."""
        own = self._by_day.get(day)
        if own is not None and own.kind in ("closed", "holiday"):
            return own.reason or _("Closed")
        if self.country and own is None:
            name = _library_holidays(self.country, self.subdivision, day.year).get(day)
            if name is not None:
                return name
        weekday = day.weekday()
        if weekday == SATURDAY and self._opens_on_saturday(day):
            return None
        return _WEEKEND.get(weekday)

    def is_business_day(self, day: date) -> bool:
        """Tell whether the organisation works on that day."""
        return self.why_not(day) is None

    def next_business_day(self, day: date) -> date:
        """Give the day itself when it is a business day, else the first one after it."""
        return day if self.is_business_day(day) else self.add_business_days(day, 1)

    def add_business_days(self, start: date, n: int) -> date:
        """Give the ``n``-th business day after ``start``, which itself does not count.

        A negative ``n`` goes back; zero gives the day itself, or the next business day.
        """
        if n == 0:
            return self.next_business_day(start)
        known = self._added.get((start, n))
        if known is not None:
            return known
        if abs(n) > MAX_DAYS:
            raise BadCalendar(_("More than ${most} business days are not counted."), most=MAX_DAYS)
        step = timedelta(days=1 if n > 0 else -1)
        day, left, closed = start, abs(n), 0
        while left:
            day = _shift(day, step)
            closed += 1
            if self.is_business_day(day):
                left, closed = left - 1, 0
            elif closed > _MAX_CLOSED:
                raise BadCalendar(_("No business day comes after ${day}."), day=day)
        if len(self._added) >= _MOST_ADDED:
            self._added.clear()
        self._added[start, n] = day
        return day

    def business_days_between(self, start: date, end: date) -> int:
        """Count the business days after ``start`` up to and with ``end``, negative backwards.

        It undoes ``add_business_days``: adding n days and counting them gives n.
        """
        if end < start:
            # The earlier day counts here, and the later one does not.
            return -(
                self._between(end, start) + self.is_business_day(end) - self.is_business_day(start)
            )
        return self._between(start, end)

    def _between(self, start: date, end: date) -> int:
        """Count the business days after ``start`` up to and with a later ``end``."""
        days = (end - start).days
        if days <= _FEW_DAYS:
            span = (start + timedelta(days=at) for at in range(1, days + 1))
            return sum(map(self.is_business_day, span))
        years = range(start.year, end.year)
        whole = sum(self._worked_in(year)[-1] for year in years)
        return whole + self._worked_until(end) - self._worked_until(start)

    def _worked_until(self, day: date) -> int:
        """Count the business days of its year up to and with ``day``."""
        return self._worked_in(day.year)[day.timetuple().tm_yday]

    def _worked_in(self, year: int) -> list[int]:
        """Give the running number of business days for each day of a year, from 0 before it."""
        known = self._worked.get(year)
        if known is None:
            first = date(year, 1, 1)
            days = (first + timedelta(days=at) for at in range(366 if isleap(year) else 365))
            known = [0, *accumulate(map(int, map(self.is_business_day, days)))]
            self._worked[year] = known
        return known

    def explain(self, start: date, n: int) -> list[CountedDay]:
        """List each day after ``start`` to the ``n``-th business day, and why it did not count."""
        end = self.add_business_days(start, n)
        days = (start + timedelta(days=at) for at in range(1, (end - start).days + 1))
        return [CountedDay(day, (why := self.why_not(day)) is None, why or "") for day in days]

    def _effective(self) -> dict[date, Override]:
        """Keep one override per day: an own closure before a holiday, a holiday before the rest."""
        order = ("late", "open", "holiday", "closed")
        effective = [each for each in self.overrides if each.counts(self.as_known_on)]
        return {each.day: each for each in sorted(effective, key=lambda one: order.index(one.kind))}

    def _opens_on_saturday(self, day: date) -> bool:
        return self.open_saturdays is True or day in self._saturdays()

    def _saturdays(self) -> frozenset[date]:
        return frozenset() if isinstance(self.open_saturdays, bool) else self.open_saturdays


def _shift(day: date, step: timedelta) -> date:
    try:
        return day + step
    except OverflowError:
        raise BadCalendar(_("No business day comes after ${day}."), day=day) from None


def _refuse_bad_hours(hours: tuple[tuple[time, time], ...]) -> None:
    """Refuse opening hours that are empty, run backwards or overlap."""
    flat = [moment for pair in hours for moment in pair]
    if not flat or flat != sorted(set(flat)):
        raise BadCalendar(_("Opening hours follow one another, such as 08:00 to 12:00."))


def _rows(data: Mapping[str, object], key: str) -> list[object]:
    rows = data.get(key) or []
    if not isinstance(rows, list | tuple):
        raise BadCalendar(_("In a calendar, ${key} is a list."), key=key)
    return list(rows)


def _day(value: object) -> date:
    try:
        return value if type(value) is date else date.fromisoformat(str(value))
    except ValueError:
        raise BadCalendar(_("«${day}» is not a date such as 2026-07-13."), day=value) from None


def _hours(pair: object) -> tuple[time, time]:
    try:
        opens, closes = (time.fromisoformat(str(moment)) for moment in pair)  # type: ignore[attr-defined]
    except (TypeError, ValueError):
        raise BadCalendar(
            _("«${hours}» are not opening hours such as 08:00 to 12:00."), hours=pair
        ) from None
    return opens, closes


def _overrides(data: Mapping[str, object], key: str, kind: Kind) -> Iterable[Override]:
    """Read one list of overrides; a mapping of dates to reasons will do for closures."""
    listed = data.get(key)
    if isinstance(listed, Mapping):
        listed = [{"date": day, "reason": why} for day, why in listed.items()]
    for row in _rows({key: listed}, key):
        entry = row if isinstance(row, Mapping) else {"date": row}
        unknown = set(entry) - {"date", "from", "to", "reason", "name", "known_from", "source"}
        if unknown or ("date" in entry) == ("from" in entry):
            raise BadCalendar(
                _("A day of ${key} has a date (or from and to), a reason and known_from."), key=key
            )
        first = _day(entry.get("date", entry.get("from")))
        last = _day(entry.get("to", first))
        known_from = entry.get("known_from")
        if kind == "late" and not known_from:
            raise BadCalendar(_("A late holiday says since when it was known: known_from."))
        if not 0 <= (last - first).days <= _MAX_RANGE:
            raise BadCalendar(
                _("The days from ${first} to ${last} are no closure."), first=first, last=last
            )
        for at in range((last - first).days + 1):
            reason = str(entry.get("reason") or entry.get("name") or "")
            since = _day(known_from) if known_from else None
            yield Override(first + timedelta(days=at), kind, reason, since)
