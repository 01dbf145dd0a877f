"""What the captures of an analysis period come to: variables first, the formula afterwards.

A percentage of a quarter is that of its sums, never the average of its days. Where the frequency
changed within the period, what was kept at the other frequency makes up for what is missing.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from qms.indicators.cards import AVERAGE, LAST, Definition, Variable
from qms.indicators.entries import Entry, Total, text_of
from qms.indicators.models import Indicator
from qms.indicators.periods import DAILY, FREQUENCIES, Period, between
from qms.kernel.calendars import Calendar

Numbers = Mapping[str, Decimal | None]


def entries_in(indicator: Indicator, first: date, last: date) -> list[Entry]:
    """List what is kept of periods that end on one of these days, in the order of time."""
    low, high = between(first, last)
    return [Entry.of(one) for one in indicator.captures.values(low, high)]


def entry_of(indicator: Indicator, period: Period) -> Entry | None:
    """Give what is kept of one capture period."""
    stored = indicator.captures.get(period.place)
    return None if stored is None else Entry.of(stored)


def total_of(indicator: Indicator, period: Period) -> Total | None:
    """Give what is kept of one analysis period."""
    stored = indicator.totals.get(period.place)
    return None if stored is None else Total.of(stored)


def chosen(definition: Definition, period: Period, entries: Sequence[Entry]) -> list[Entry]:
    """Give the captures that a period is made of, in the order of time; no day counts twice.

    Those of the definition's own frequency come first; where a frequency changed, longer ones of
    days that are not covered yet, then shorter ones.
    """
    own = FREQUENCIES.index(definition.capture_frequency)
    ranked = [(FREQUENCIES.index(one.frequency), one, entry) for one, entry in _parsed(entries)]
    if all(rank == own for rank, _one, _entry in ranked):
        return list(entries)
    ranked.sort(key=lambda each: (each[0] != own, -each[0]))
    taken: list[tuple[Period, Entry]] = []
    for rank, one, entry in ranked:
        if rank > own and one.first < period.first:
            continue
        if all(one.last < other.first or other.last < one.first for other, _entry in taken):
            taken.append((one, entry))
    return [entry for _one, entry in sorted(taken, key=lambda each: each[0].first)]


def _parsed(entries: Iterable[Entry]) -> Iterator[tuple[Period, Entry]]:
    return ((Period.parse(one.key), one) for one in entries)


def combined(variable: Variable, entries: Iterable[Entry]) -> Decimal | None:
    """Make one value of those of several captures; None where none of them has one."""
    numbers = [one.number for entry in entries if (one := entry.value(variable.name)) is not None]
    if not numbers:
        return None
    if variable.aggregate == LAST:
        return numbers[-1]
    whole = sum(numbers, Decimal(0))
    return whole / len(numbers) if variable.aggregate == AVERAGE else whole


def made_of(
    definition: Definition,
    period: Period,
    entries: Sequence[Entry],
    *,
    whole: Numbers | None = None,
    closed: str = "",
) -> Total:
    """Compute a total; ``whole`` has values of the period as a whole, which have no parts."""
    parts = chosen(definition, period, entries)
    values = {
        one.name: whole[one.name]
        if whole is not None and one.name in whole
        else combined(one, parts)
        for one in definition.variables
    }
    complete = sum(is_complete(definition, one) for one in parts)
    return Total(
        period.key,
        definition.index,
        tuple((name, text_of(value)) for name, value in values.items()),
        text_of(definition.result(values)),
        complete,
        closed,
        sum(one.doubt == "?" for one in parts),
        sum(one.restated for one in parts),
        tuple(whole or ()),
    )


def is_complete(definition: Definition, entry: Entry | None) -> bool:
    """Tell whether every variable that somebody has to give has a value."""
    if entry is None:
        return False
    given = {one.name for one in entry.values}
    return all(one.name in given for one in definition.typed)


def expected_parts(
    definition: Definition, period: Period, calendar: Calendar, since: str
) -> Iterator[Period]:
    """Give the captures that are expected in an analysis period; days off expect none.

    ``since`` is the ISO day from which on the indicator is measured.
    """
    for part in period.parts(definition.capture_frequency):
        if part.last.isoformat() < since:
            continue
        if not definition.holds_on(part.last):
            continue
        if part.frequency == DAILY and not calendar.is_business_day(part.last):
            continue
        yield part


def stored_numbers(values: Mapping[str, Any]) -> dict[str, Decimal | None]:
    """Read numbers that were stored as texts."""
    return {name: None if one is None else Decimal(one) for name, one in values.items()}
