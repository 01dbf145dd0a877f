"""What somebody still has to do for an indicator: the next capture and the next analysis.

Both are found without asking for the day, as the first period that lacks something; it is due once
its period is over. So a row that was written last month still tells the truth today.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import NamedTuple

from qms.content.models import organisation_of
from qms.indicators import workflow
from qms.indicators.cards import Definition
from qms.indicators.entries import Entry
from qms.indicators.models import Indicator
from qms.indicators.periods import DAILY, Period, between
from qms.indicators.series import analysis_for
from qms.indicators.totals import is_complete, total_of
from qms.kernel.calendars import Calendar
from qms.people.models import people_of
from qms.profiles.api import profile_of

NEVER = "9999-12-31"
"""Sorts behind every day."""
QUALITY = "quality"
MOST_STEPS = 1500
_DAY = timedelta(days=1)


class Duty(NamedTuple):
    """A period that waits for somebody once it is over.

    It is worked out with every change of the indicator and kept in its row of the list.
    """

    key: str
    """Of the period; empty for none."""
    ends: str
    """ISO date of its last day; :data:`NEVER` for none."""


NOTHING = Duty("", NEVER)


def next_capture(indicator: Indicator) -> Duty:
    """Give the first capture period that lacks a value which somebody has to give."""
    calendar = profile_of(organisation_of(indicator)).calendar()
    start = _after(indicator.since, indicator.frozen_to)
    low, _high = between(start, start)
    kept = {entry.key: entry for entry in map(Entry.of, indicator.captures.values(low))}
    for definition in indicator.definitions:
        if not definition.is_measured or not definition.typed:
            continue
        for period in _periods(definition, definition.capture_frequency, start):
            if period.frequency == DAILY and not calendar.is_business_day(period.last):
                continue
            if is_complete(definition, kept.get(period.key)):
                continue
            found = analysis_for(indicator, period, period.last)
            total = total_of(indicator, found[1]) if found is not None else None
            if total is None or not total.closed:
                return Duty(period.key, period.last.isoformat())
    return NOTHING


def next_analysis(indicator: Indicator) -> Duty:
    """Give the first analysis period whose analysis is not closed."""
    start = date.fromisoformat(indicator.since)
    closed = {one.key for one in indicator.analyses_of() if one.progress.state == workflow.CLOSED}
    for definition in indicator.definitions:
        if not definition.is_measured:
            continue
        for period in _periods(definition, definition.analysis_frequency, start):
            if period.key not in closed:
                return Duty(period.key, period.last.isoformat())
    return NOTHING


def _after(since: str, frozen_to: str) -> date:
    start = date.fromisoformat(since)
    if frozen_to:
        start = max(start, date.fromisoformat(frozen_to) + _DAY)
    return start


def _periods(definition: Definition, frequency: str, start: date) -> Iterator[Period]:
    """Give the periods that end under a definition, from a day on."""
    first = max(start, date.fromisoformat(definition.starts))
    period = Period.of(frequency, first)
    for _step in range(MOST_STEPS):
        if definition.ends and period.last.isoformat() >= definition.ends:
            return
        yield period
        period = period.next()


def due_day(ends: str, calendar: Calendar, days: int) -> date:
    """Give the day by which something is due so many business days after a period's end."""
    return calendar.add_business_days(date.fromisoformat(ends), days)


def keepers_of_capture(indicator: Indicator) -> list[str]:
    """Name whose business the capture is: positions, or the quality staff."""
    definition = indicator.definition
    return _keepers(indicator, definition.responsible_capture, definition.responsible_analysis)


def keepers_of_analysis(indicator: Indicator) -> list[str]:
    """Name whose business the analysis is."""
    return _keepers(indicator, indicator.definition.responsible_analysis)


def _keepers(indicator: Indicator, *positions: str) -> list[str]:
    """Give the first position that somebody holds, then that of the process leader."""
    people = people_of(organisation_of(indicator))
    for position in (*positions, indicator.leader_position()):
        if position and people.holders(position):
            return [f"position:{position}"]
    return [QUALITY]


def keys_of(person: object) -> tuple[str, ...]:
    """Name the keepers that a person stands for."""
    staff = (QUALITY,) if "quality" in person.roles else ()  # type: ignore[attr-defined]
    return (*positions_of(person), *staff)


def positions_of(person: object) -> tuple[str, ...]:
    """Name the keepers that a person stands for by their positions."""
    return tuple(f"position:{one}" for one in person.position_ids)  # type: ignore[attr-defined]
