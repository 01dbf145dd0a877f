"""The legal clock: when a case is due, as a pure function of its events, and why on that day.

What the norm says is data (a :class:`Rule`, kept in the acts of the case); which days are of
business says a calendar as it was known on the day of the last event that moved the clock. Nothing
here reads the time, the database or a profile: whoever computes the log again gets the stored date.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import cached_property
from typing import Any, NamedTuple

from qms.kernel.calendars import Calendar
from qms.pqr.counting import BY_LETTER, INCOMPLETE, Count, Day, Pause, Times, walk
from qms.pqr.rules import Rule
from qms.pqr.workflow import moment

__all__ = ["Clock", "Day", "Pause", "Round", "Rule", "Times", "after", "fold"]

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


class Round(NamedTuple):
    """One answer that was followed by a reopening: its history stays."""

    received: datetime
    due: datetime | None
    stopped: datetime

    @property
    def late(self) -> bool:
        """Whether that answer came too late."""
        return self.due is not None and self.stopped > self.due


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
        return self.kept if self.kept is not None else self._walked[1]

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
        days, due = self._walked
        return list(days), due

    @cached_property
    def _walked(self) -> tuple[list[Day], datetime | None]:
        if self.rule is None or self.received is None:
            return [], None
        term = self.rule.term
        return walk(Count(term, self.total, self.received, self.pauses, self.calendar, self.times))


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
    "undelivered": lambda clock, _act, _at: replace(clock, stopped=None),
}
