"""The series of an indicator as pages, charts and sheets read it; nothing here writes.

``points`` gives the last analysis periods, ``captures`` what one of them is made of. Values that
the system counts are counted now while their period is open, and are those that were kept once it
is closed. A period without data is a point without result, never a zero.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from qms.content.models import organisation_of
from qms.indicators.cards import Definition, Variable
from qms.indicators.entries import Entry, Total, Value, number_of
from qms.indicators.figuring import Figures
from qms.indicators.models import Indicator
from qms.indicators.periods import Period
from qms.indicators.totals import chosen, combined, entries_in, entry_of, expected_parts, total_of
from qms.kernel.bands import Band
from qms.kernel.calendars import Calendar
from qms.profiles.api import profile_of

RUNNING, EXPECTED = "measure-running", "measure-expected"
CAPTURED, CLOSED, GAP = "measure-captured", "measure-closed", "measure-gap"
STATES = (RUNNING, EXPECTED, CAPTURED, CLOSED, GAP)
"""Not over yet; over and without data; has data; frozen; frozen without data."""
MEETS, MISSES, NO_DATA, NO_TARGET = "target-met", "target-missed", "no-data", "no-target"
VERDICTS = (MEETS, MISSES, NO_DATA, NO_TARGET)
MOST_STEPS = 400
_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Point:
    """One period of the series."""

    period: Period
    definition: Definition
    """The one that measured it: that of its last day."""
    values: Mapping[str, Decimal | None]
    """The variables' numbers."""
    result: Decimal | None
    """None is «no data»."""
    state: str
    """One of :data:`STATES`."""
    captured: int = 0
    expected: int = 0
    """Captures that have all their values, and captures that there should be by now.

    Those of days before it is measured are welcome, and are then among both.
    """
    given: Mapping[str, Value] | None = None
    """Of a capture: who gave each value when and how."""
    doubts: int = 0
    """Unusual values that nobody confirmed."""
    restated: int = 0
    closed_at: str = ""
    is_computed: bool = False
    """Whether values of it were counted just now, so that they can still change."""

    @property
    def key(self) -> str:
        """Key of the period."""
        return self.period.key

    @property
    def band(self) -> Band | None:
        """The band of its result."""
        return self.definition.band(self.result)

    @property
    def meets(self) -> bool | None:
        """Whether it meets the target of its own definition; None without data or target."""
        return self.definition.meets(self.result)

    @property
    def verdict(self) -> str:
        """One of :data:`VERDICTS`."""
        return verdict_of(self.definition, self.result)

    @property
    def is_partial(self) -> bool:
        """Whether captures are missing that should be there."""
        return self.result is not None and self.captured < self.expected


def verdict_of(definition: Definition, result: Decimal | None) -> str:
    """Say in one word how a result stands to the target."""
    if result is None:
        return NO_DATA
    met = definition.meets(result)
    return NO_TARGET if met is None else MEETS if met else MISSES


def periods_back(indicator: Indicator, day: date) -> Iterator[tuple[Definition, Period]]:
    """Give the analysis periods from the one of ``day`` backwards, each with its definition.

    A period is measured by the definition in force on its last day, so that one which a change of
    frequency cuts is measured by the new one; former periods keep their own kind.
    """
    for definition in reversed(indicator.definitions):
        if not definition.capture_frequency or definition.starts > day.isoformat():
            continue
        last = day
        if definition.ends:
            last = min(day, date.fromisoformat(definition.ends) - _DAY)
        period = definition.analysis(last)
        if period.last > last and last < day and total_of(indicator, period) is None:
            period = period.previous()
        for _step in range(MOST_STEPS):
            if period.last.isoformat() < definition.starts:
                break
            yield definition, period
            period = period.previous()


def analysis_for(
    indicator: Indicator, period: Period, today: date
) -> tuple[Definition, Period] | None:
    """Give the analysis period that a capture counts for, with the definition that measures it."""
    definition = indicator.definition_on(min(period.last, today))
    if definition is None or not definition.analysis_frequency:
        return None
    whole = definition.analysis(period.last)
    for _change in indicator.definitions:
        later = indicator.definition_on(min(whole.last, today))
        if later is None or later is definition or not later.analysis_frequency:
            break
        definition, whole = later, later.analysis(period.last)
    return definition, whole


def points(
    indicator: Indicator, today: date, *, figures: Figures | None = None, last: int = 12
) -> list[Point]:
    """Give the last analysis periods up to the running one, the oldest first, gaps included.

    Without ``figures`` nothing is counted: open periods of computed indicators have no result.
    """
    found: list[Point] = []
    empty = 0
    calendar = profile_of(organisation_of(indicator)).calendar()
    for definition, period in periods_back(indicator, today):
        point = point_of(indicator, definition, period, today, figures, calendar)
        early = period.last.isoformat() < indicator.since
        if early and point.result is None and point.state != CLOSED:
            counts = definition.is_computed and figures is not None
            empty += 1
            # What was counted before it was measured here is looked for as far as a chart reaches.
            if not has_older(indicator, period) and (not counts or empty >= last):
                break
            continue
        empty = 0
        found.append(point)
        if len(found) == last:
            break
    return found[::-1]


def has_older(indicator: Indicator, period: Period) -> bool:
    """Tell whether something is kept of periods before this one."""
    return bool(indicator.totals) and indicator.totals.minKey() < period.place


def point_at(
    indicator: Indicator, period: Period, today: date, figures: Figures | None = None
) -> Point | None:
    """Give one analysis period; None where no definition has such a period."""
    definition = analysing(indicator, period, today)
    if definition is None:
        return None
    calendar = profile_of(organisation_of(indicator)).calendar()
    return point_of(indicator, definition, period, today, figures, calendar)


def analysing(indicator: Indicator, period: Period, today: date) -> Definition | None:
    """Give the definition by which a period is analysed: that of its last day, or of today."""
    definition = indicator.definition_on(min(period.last, today))
    if definition is None and (kept := total_of(indicator, period)) is not None:
        definition = indicator.definitions[kept.definition]
    if definition is None or definition.analysis_frequency != period.frequency:
        return None
    return definition


def capturing(indicator: Indicator, period: Period, today: date) -> Definition | None:
    """Give the definition by which a period is captured."""
    definition = indicator.definition_on(min(period.last, today))
    if definition is None or definition.capture_frequency != period.frequency:
        return None
    return definition


def point_of(
    indicator: Indicator,
    definition: Definition,
    period: Period,
    today: date,
    figures: Figures | None,
    calendar: Calendar,
) -> Point:
    """Give an analysis period as it stands."""
    kept = total_of(indicator, period)
    if kept is not None and kept.closed:
        own = indicator.definitions[kept.definition]
        has = kept.captured > 0 or kept.result is not None
        expected = _expected(own, period, calendar, indicator.since)
        return _worked_out(own, period, kept, _state(period, today, has=has, over=True), expected)
    if kept is not None and kept.definition == definition.index and definition.is_typed:
        return _worked_out(
            definition,
            period,
            kept,
            _state(period, today, has=kept.captured > 0),
            _expected(definition, period, calendar, indicator.since, today),
        )
    values = dict(kept.numbers) if kept is not None else {}
    counted = False
    for variable in definition.variables:
        if not variable.is_computed:
            values.setdefault(variable.name, None)
            continue
        values[variable.name] = _counted(figures, variable, period, definition)
        counted = counted or values[variable.name] is not None
    result = definition.result(values)
    captured = kept.captured if kept is not None else 0
    return Point(
        period,
        definition,
        {one.name: values.get(one.name) for one in definition.variables},
        result,
        _state(period, today, has=captured > 0 or (definition.is_computed and counted)),
        captured,
        0
        if definition.is_computed
        else max(captured, _expected(definition, period, calendar, indicator.since, today)),
        doubts=kept.doubts if kept is not None else 0,
        restated=kept.restated if kept is not None else 0,
        is_computed=counted,
    )


def _counted(
    figures: Figures | None, variable: Variable, period: Period, definition: Definition
) -> Decimal | None:
    if figures is None:
        return None
    return figures.value(variable, period, definition.capture_frequency)


def _worked_out(
    definition: Definition, period: Period, kept: Total, state: str, expected: int
) -> Point:
    """Read a period whose total was worked out, with the same formula, when it was kept."""
    return Point(
        period,
        definition,
        {one.name: None for one in definition.variables} | kept.numbers,
        number_of(kept.result),
        state,
        kept.captured,
        max(expected, kept.captured),
        doubts=kept.doubts,
        restated=kept.restated,
        closed_at=kept.closed,
    )


def _expected(
    definition: Definition,
    period: Period,
    calendar: Calendar,
    since: str,
    today: date | None = None,
) -> int:
    """Count the captures that there should be, up to yesterday where ``today`` is given."""
    if definition.is_computed:
        return 0
    parts = expected_parts(definition, period, calendar, since)
    return sum(today is None or one.last < today for one in parts)


def _state(period: Period, today: date, *, has: bool, over: bool = False) -> str:
    if over:
        return CLOSED if has else GAP
    if period.last >= today:
        return RUNNING
    return CAPTURED if has else EXPECTED


def captures(
    indicator: Indicator, period: Period, today: date, *, figures: Figures | None = None
) -> list[Point]:
    """Give the captures of an analysis period up to today, the oldest first, gaps included."""
    definition = analysing(indicator, period, today)
    if definition is None:
        return []
    kept = {one.key: one for one in entries_in(indicator, period.first, period.last)}
    calendar = profile_of(organisation_of(indicator)).calendar()
    parts = expected_parts(definition, period, calendar, indicator.since)
    expected = {one.key for one in parts}
    found = []
    total = total_of(indicator, period)
    over = total is not None and bool(total.closed)
    for part in period.parts(definition.capture_frequency):
        if part.first > today:
            break
        entry = kept.pop(part.key, None)
        point = _capture_point(definition, part, entry, today, figures, over=over)
        if entry is None and part.key not in expected and point.result is None:
            continue
        found.append(point)
    # What was captured under another frequency stays readable beside the rest.
    for entry in kept.values():
        own = indicator.definitions[entry.definition]
        part = Period.parse(entry.key)
        found.append(_capture_point(own, part, entry, today, None))
    return sorted(found, key=lambda one: one.period)


def capture_at(
    indicator: Indicator, period: Period, today: date, figures: Figures | None = None
) -> Point | None:
    """Give one capture period; None where no definition has such a period."""
    entry = entry_of(indicator, period)
    definition = capturing(indicator, period, today)
    if entry is not None:
        definition = indicator.definitions[entry.definition]
    if definition is None:
        return None
    over = is_over(indicator, period, today)
    return _capture_point(definition, period, entry, today, figures, over=over)


def is_over(indicator: Indicator, period: Period, today: date) -> bool:
    """Tell whether the analysis period is closed that a capture period counts for."""
    found = analysis_for(indicator, period, today)
    kept = total_of(indicator, found[1]) if found is not None else None
    return kept is not None and bool(kept.closed)


def _capture_point(
    definition: Definition,
    period: Period,
    entry: Entry | None,
    today: date,
    figures: Figures | None,
    *,
    over: bool = False,
) -> Point:
    numbers = entry.numbers if entry is not None else {}
    is_closed = over or (entry is not None and bool(entry.closed))
    counted = False
    if not is_closed:
        for variable in definition.variables:
            if variable.is_computed:
                numbers[variable.name] = _counted(figures, variable, period, definition)
                counted = counted or numbers[variable.name] is not None
    values = {one.name: numbers.get(one.name) for one in definition.variables}
    result = number_of(entry.result) if is_closed and entry else definition.result(values)
    has = entry is not None and bool(entry.values)
    state = _state(period, today, has=has or counted, over=is_closed)
    return Point(
        period,
        definition,
        values,
        result,
        state,
        int(has),
        int(bool(definition.typed)),
        given={one.name: one for one in entry.values} if entry is not None else {},
        doubts=int(entry is not None and entry.doubt == "?"),
        restated=entry.restated if entry is not None else 0,
        closed_at=entry.closed if entry is not None else "",
        is_computed=counted,
    )


def recomputed(indicator: Indicator, period: Period) -> dict[str, Any]:
    """Compute a total anew out of its captures, to hold it against the stored one."""
    definition = indicator.definitions[Total.of(indicator.totals[period.place]).definition]
    parts = chosen(definition, period, entries_in(indicator, period.first, period.last))
    return {one.name: combined(one, parts) for one in definition.variables}
