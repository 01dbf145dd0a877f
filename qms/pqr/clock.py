"""The legal clock: when a case is due, as a pure function of its events, and why on that day.

What the norm says is data (a :class:`Rule`, kept in the acts of the case); which days are of
business says a calendar as it was known on the day of the last event that moved the clock. Nothing
here reads the time, the database or a profile: whoever computes the log again gets the stored date.

How days are counted where the norms leave it open: the day on which the term stops counts as used,
unless it is the last one; the term goes on with the day after completion or resumption.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import Any, NamedTuple

from qms.kernel.calendars import Calendar
from qms.kernel.i18n import _
from qms.kernel.months import add_months
from qms.kernel.terms import BadTerm, Term
from qms.pqr.workflow import moment

__all__ = [
    "Clock",
    "Day",
    "Pause",
    "Round",
    "Rule",
    "Times",
    "after",
    "fold",
]

HOURS = ("running_hour", "business_hour")
MOST_DAYS = 8000
"""Days after which the walk gives up; a term so long is a mistake."""
INCOMPLETE, BY_LETTER = "incomplete", "by-letter"
_MOVES = frozenset(
    {
        "received",
        "kind-changed",
        "asked",
        "completed",
        "extended",
        "suspended",
        "resumed",
        "reopened",
        "recalculated",
    }
)
"""Acts with which the calendar is looked at anew."""
_STOPS = frozenset({"notified", "transferred", "lapsed", "withdrawn"})


@dataclass(frozen=True)
class Rule:
    """What one norm says of the time to answer."""

    id: str
    name: str
    term: Term
    source: str = ""
    extension: Mapping[str, Any] = field(default_factory=dict)
    incomplete: Mapping[str, Any] | None = None
    silence: str = "none"

    @classmethod
    def from_data(cls, data: Mapping[str, Any] | None) -> Rule | None:
        """Read the plain values that an act keeps; None for a case without a term."""
        if not data:
            return None
        term = {key: data[key] for key in ("amount", "unit", "start", "roll") if key in data}
        return cls(
            str(data["id"]),
            str(data.get("name") or ""),
            Term.from_data(term),
            str(data.get("source") or ""),
            dict(data.get("extension") or {}),
            data.get("incomplete"),
            str(data.get("silence") or "none"),
        )

    def to_data(self) -> dict[str, Any]:
        """Give plain values, fit for an act."""
        return {
            "id": self.id,
            "name": self.name,
            **self.term.to_data(),
            "source": self.source,
            "extension": dict(self.extension),
            "incomplete": dict(self.incomplete) if self.incomplete else None,
            "silence": self.silence,
        }

    @property
    def most_extra(self) -> int:
        """So many units may be added in all; 0 where the norm gives no extension.

        ``up_to_double``: the whole is at most twice the first term (Ley 1437 de 2011, art. 14,
        parágrafo). ``on_request`` sets no bound of its own; twice the term is taken as one.
        """
        kind = self.extension.get("kind", "none")
        if kind in ("up_to_double", "on_request"):
            return self.term.amount
        if kind == "plus" and self.extension.get("unit") in (None, self.term.unit):
            return int(self.extension["amount"])
        return 0

    def span(self, name: str) -> Term | None:
        """Give the term ``ask_within`` or ``complete_within`` of an incomplete petition."""
        given = (self.incomplete or {}).get(name)
        if not given or not (self.incomplete or {}).get("verified", True):
            return None
        # Asking is counted as the term itself is; completing, from the day after the letter.
        start = self.term.start if name == "ask_within" else "next_day"
        return Term(given["amount"], given["unit"], start)


class Pause(NamedTuple):
    """A time that does not count."""

    since: datetime
    until: datetime | None
    """None while nobody knows."""
    why: str
    """``incomplete`` or ``by-letter``."""
    reset: bool = False
    """Whether the whole term begins anew afterwards."""


class Round(NamedTuple):
    """One answer that was followed by a reopening: its history stays."""

    received: datetime
    due: datetime | None
    stopped: datetime

    @property
    def late(self) -> bool:
        """Whether that answer came too late."""
        return self.due is not None and self.stopped > self.due


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
class Clock:
    """The clock after some events."""

    times: Times
    rule: Rule | None = None
    first_received: datetime | None = None
    received: datetime | None = None
    """Receipt of the present round: the first one, or that of the reopening."""
    known_on: date | None = None
    """The calendar is taken as it was known on this day."""
    pauses: tuple[Pause, ...] = ()
    extra: int = 0
    """Units added by extensions."""
    kept: datetime | None = None
    """The term that had passed before the kind was changed: it stays."""
    stopped: datetime | None = None
    """When the answer reached the customer, or the case ended otherwise."""
    rounds: tuple[Round, ...] = ()

    @property
    def calendar(self) -> Calendar:
        """The calendar by which the present round is counted."""
        return self.times.calendar(self.known_on or date.min)

    @property
    def due(self) -> datetime | None:
        """The last instant of the term; None without a term, and while nobody knows its end."""
        if self.kept is not None:
            return self.kept
        return self.walk()[1]

    @property
    def total(self) -> int:
        """Units of the whole term with its extensions; 0 without one."""
        return 0 if self.rule is None else self.rule.term.amount + self.extra

    @property
    def extendable(self) -> int:
        """So many more units may be added."""
        return 0 if self.rule is None else max(0, self.rule.most_extra - self.extra)

    @property
    def is_paused(self) -> bool:
        """Whether the term stands still and nobody knows until when."""
        return bool(self.pauses) and self.pauses[-1].until is None

    def late(self, at: datetime) -> bool:
        """Tell whether the term had passed when it was stopped, or has passed at ``at``."""
        due = self.due
        return due is not None and (self.stopped or at) > due

    def ask_by(self) -> datetime | None:
        """Give until when what is missing can be asked for with effect on the term."""
        within = self.rule.span("ask_within") if self.rule else None
        if within is None or self.received is None:
            return None
        return within.due(self.received, self.calendar, self.times.zone)

    def lapses_at(self) -> datetime | None:
        """Give until when the customer may complete; None when nothing was asked with effect."""
        within = self.rule.span("complete_within") if self.rule else None
        asked = self.pauses[-1] if self.pauses else None
        if within is None or asked is None or asked.until or asked.why != INCOMPLETE:
            return None
        return within.due(asked.since, self.calendar, self.times.zone)

    def walk(self) -> tuple[list[Day], datetime | None]:
        """Explain day by day from the receipt to the due day, and give the due moment."""
        if self.rule is None or self.received is None:
            return [], None
        if self.rule.term.unit in HOURS:
            return _walk_hours(self, self.rule, self.received.astimezone(self.times.zone))
        return _walk_days(self, self.rule, self.received.astimezone(self.times.zone))


# Days


def _walk_days(  # one walk over days is easier to follow in one piece
    clock: Clock, rule: Rule, local: datetime
) -> tuple[list[Day], datetime | None]:
    calendar, term, zone = clock.calendar, rule.term, clock.times.zone
    rolls = term.start == "next_business_day"
    begin = calendar.next_business_day(local.date()) if rolls else local.date()
    total = clock.total
    if term.unit == "month":
        total = (add_months(begin, total) - begin).days
    pauses = _paused_days(clock)
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


def _paused_days(clock: Clock) -> list[_DayPause]:
    day = clock.times.day
    return [
        _DayPause(day(one.since), None if one.until is None else day(one.until), one.why, one.reset)
        for one in clock.pauses
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


def _walk_hours(clock: Clock, rule: Rule, local: datetime) -> tuple[list[Day], datetime | None]:
    left = timedelta(hours=clock.total)
    spent: dict[date, timedelta] = {}
    due, open_since = None, next((one.since for one in clock.pauses if one.until is None), None)
    for since, until in _running(clock, rule, local):
        if open_since is not None and since >= open_since:
            break
        upto = until if open_since is None else min(until, open_since)
        used = min(left, upto - since)
        day = clock.times.day(since)
        spent[day] = spent.get(day, timedelta()) + used
        left -= used
        if not left:
            due = (since + used).astimezone(clock.times.zone)
            break
        if upto < until:
            break
    last = clock.times.day(due) if due else max(spent, default=local.date())
    days, day = [], local.date()
    while day <= last:
        why = "" if day in spent else (clock.calendar.why_not(day) or _("The term did not run"))
        days.append(Day(day, day in spent, None, why, spent.get(day)))
        day += timedelta(days=1)
    return days, due


def _running(clock: Clock, rule: Rule, local: datetime) -> Iterator[tuple[datetime, datetime]]:
    """Give the stretches of time, none longer than a day, in which the term runs."""
    begin = _opening(rule.term, local, clock.calendar)
    day = begin.date()
    for _each in range(MOST_DAYS):
        for opens, closes in _open_hours(rule.term, day, clock):
            pieces = [(max(opens, begin.astimezone(UTC)), closes)]
            for pause in clock.pauses:
                if pause.until is not None:
                    pieces = [piece for whole in pieces for piece in _without(whole, pause)]
            yield from ((since, until) for since, until in pieces if since < until)
        day += timedelta(days=1)
    raise BadTerm(_("The term ends after the last year of the calendar."))


def _open_hours(term: Term, day: date, clock: Clock) -> list[tuple[datetime, datetime]]:
    zone = clock.times.zone
    spans: list[tuple[time, time | None]]
    if term.unit == "running_hour":
        spans = [(time.min, None)]
    elif clock.calendar.is_business_day(day):
        spans = [(opens, closes) for opens, closes in clock.calendar.hours]
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


# Events


def fold(acts: Iterable[Mapping[str, Any]], times: Times) -> Clock:
    """Give the clock after all acts of a case."""
    clock = Clock(times)
    for act in acts:
        clock = after(clock, act)
    return clock


def after(clock: Clock, act: Mapping[str, Any]) -> Clock:
    """Give the clock after one more act; acts that are none of its business change nothing."""
    at = datetime.fromisoformat(moment(act))
    kind = act["kind"]
    if kind == "recalculated":
        # Said with the day on which somebody looked, since the change itself may lie back.
        return replace(clock, known_on=clock.times.day(at), rule=_new_rule(clock, act))
    if kind in _MOVES:
        clock = replace(clock, known_on=clock.times.day(max(at, clock.received or at)))
    step = _FOLLOW.get(kind)
    if step is not None:
        return step(clock, act, at)
    return replace(clock, stopped=at) if kind in _STOPS else clock


def _new_rule(clock: Clock, act: Mapping[str, Any]) -> Rule | None:
    return Rule.from_data(act["rule"]) if "rule" in act else clock.rule


def _received(clock: Clock, act: Mapping[str, Any], at: datetime) -> Clock:
    return replace(clock, rule=Rule.from_data(act.get("rule")), first_received=at, received=at)


def _kind_changed(clock: Clock, act: Mapping[str, Any], at: datetime) -> Clock:
    """Count the new kind's term from the first receipt; an overdue case stays overdue."""
    before = clock.due
    rule = Rule.from_data(act.get("rule"))
    kept = before if before is not None and at > before else None
    most = rule.most_extra if rule is not None else 0
    return replace(clock, rule=rule, extra=min(clock.extra, most), kept=kept)


def _asked(clock: Clock, act: Mapping[str, Any], at: datetime) -> Clock:
    """Stop the term, where the norm lets it stop and what is missing is asked for in time."""
    ask_by = clock.ask_by()
    if ask_by is None or at > ask_by or clock.late(at):
        return clock
    reset = (clock.rule.incomplete or {}).get("then") == "reset" if clock.rule else False
    return _pause(clock, Pause(at, None, INCOMPLETE, reset))


def _suspended(clock: Clock, act: Mapping[str, Any], at: datetime) -> Clock:
    if clock.late(at):
        return clock
    until = act.get("until")
    end = clock.times.end_of(date.fromisoformat(until)) if until else None
    return _pause(clock, Pause(at, end, BY_LETTER))


def _pause(clock: Clock, pause: Pause) -> Clock:
    return replace(clock, pauses=(*clock.pauses, pause))


def _gone_on(clock: Clock, act: Mapping[str, Any], at: datetime) -> Clock:
    """End the last pause: when it was completed or resumed, or before, on its own day."""
    if not clock.pauses:
        return clock
    last = clock.pauses[-1]
    why = INCOMPLETE if act["kind"] == "completed" else BY_LETTER
    if last.why != why:
        return clock
    until = at if last.until is None else min(at, last.until)
    return replace(clock, pauses=(*clock.pauses[:-1], last._replace(until=until)))


def _extended(clock: Clock, act: Mapping[str, Any], _at: datetime) -> Clock:
    return replace(clock, extra=clock.extra + min(int(act["amount"]), clock.extendable))


def _reopened(clock: Clock, act: Mapping[str, Any], at: datetime) -> Clock:
    """Begin a new round, or let the old one go on when the answer had not arrived after all."""
    if act.get("ground") == "not-notified" or clock.stopped is None or clock.received is None:
        return replace(clock, stopped=None)
    done = Round(clock.received, clock.due, clock.stopped)
    return replace(
        clock,
        received=at,
        pauses=(),
        extra=0,
        kept=None,
        stopped=None,
        rounds=(*clock.rounds, done),
    )


_FOLLOW: dict[str, Callable[[Clock, Mapping[str, Any], datetime], Clock]] = {
    "received": _received,
    "kind-changed": _kind_changed,
    "asked": _asked,
    "completed": _gone_on,
    "suspended": _suspended,
    "resumed": _gone_on,
    "extended": _extended,
    "reopened": _reopened,
}
