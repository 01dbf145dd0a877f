"""Closing a period: what is counted is kept as it is then, and nothing of it changes silently."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

from qms.content.models import organisation_of
from qms.indicators import events
from qms.indicators.cards import Definition
from qms.indicators.duties import due_day
from qms.indicators.entries import COMPUTED, Entry, Value, text_of
from qms.indicators.errors import NotAnalysed, NotYetOver
from qms.indicators.figuring import Figures
from qms.indicators.listing import put
from qms.indicators.models import Indicator
from qms.indicators.periods import Period
from qms.indicators.series import analysing
from qms.indicators.totals import entries_in, entry_of, made_of, total_of
from qms.kernel.acts import Act
from qms.people.acts import SYSTEM
from qms.people.moments import local_day
from qms.profiles.api import profile_of

_DAY = timedelta(days=1)
MOST_AT_ONCE = 400
"""So many periods of one indicator are closed in one go; the rest at the next turn."""


def close_period(
    indicator: Indicator, period: Period, figures: Figures, *, act: Act, tell: bool = True
) -> None:
    """Freeze an analysis period that is over, with what is counted for it now.

    One that is closed already stays as it is. Raises NotAnalysed and NotYetOver.
    """
    today = local_day(indicator, act.at)
    known = total_of(indicator, period)
    if known is not None and known.closed:
        return
    definition = analysing(indicator, period, today)
    if definition is None:
        raise NotAnalysed(period=period.key)
    if period.last >= today:
        raise NotYetOver(period=period.key)
    moment = act.at.isoformat()
    for part in period.parts(definition.capture_frequency):
        _freeze(indicator, definition, part, figures, moment)
    for entry in entries_in(indicator, period.first, period.last):
        if not entry.closed:
            # Captured under a former frequency.
            place = Period.parse(entry.key).place
            indicator.captures[place] = entry._replace(closed=moment).plain()
    whole = _whole(definition, period, figures)
    entries = entries_in(indicator, period.first, period.last)
    made = made_of(definition, period, entries, whole=whole, closed=moment)
    indicator.totals[period.place] = made.plain()
    if tell:
        put(indicator, today, figures)
        facts = {"result": made.result, "values": dict(made.values)}
        act.notify(events.PeriodFrozen(indicator, act, period=period.key, facts=facts))


def _freeze(
    indicator: Indicator, definition: Definition, part: Period, figures: Figures, moment: str
) -> None:
    """Keep a capture for good; one of which nothing is known stays a gap."""
    entry = entry_of(indicator, part)
    if entry is not None and entry.closed:
        return
    kept = {one.name: one for one in entry.values} if entry is not None else {}
    for variable in definition.variables:
        if not variable.is_computed:
            continue
        text = text_of(figures.value(variable, part, definition.capture_frequency))
        if text is not None:
            kept[variable.name] = Value(variable.name, text, COMPUTED, SYSTEM, moment)
    if not kept:
        return
    numbers = {name: one.number for name, one in kept.items()}
    made = Entry(
        part.key,
        definition.index,
        tuple(kept[one.name] for one in definition.variables if one.name in kept),
        text_of(definition.result(numbers)),
        moment,
        entry.doubt if entry is not None else "",
        entry.restated if entry is not None else 0,
    )
    indicator.captures[part.place] = made.plain()


def _whole(
    definition: Definition, period: Period, figures: Figures
) -> dict[str, Decimal | None] | None:
    """Count for the whole period what does not add up: averages, and periods before."""
    if definition.capture_frequency == definition.analysis_frequency:
        return None
    found = {
        one.name: figures.value(one, period, definition.capture_frequency)
        for one in definition.variables
        if one.is_computed and not figures.adds_up(one)
    }
    return found or None


def close_due(indicator: Indicator, figures: Figures, *, act: Act) -> list[str]:
    """Close every period whose time to be analysed is long over; give their keys.

    Repeating it changes nothing. A period of which nothing is known is closed as a gap.
    """
    today = local_day(indicator, act.at)
    profile = profile_of(organisation_of(indicator))
    calendar, days = profile.calendar(), profile.indicators["close_days"]
    found: list[str] = []
    for definition in indicator.definitions:
        if not definition.is_measured:
            continue
        start = max(date.fromisoformat(definition.starts), _start(indicator))
        period = Period.of(definition.analysis_frequency, start)
        while len(found) < MOST_AT_ONCE:
            if definition.ends and period.last.isoformat() >= definition.ends:
                break
            if due_day(period.last.isoformat(), calendar, days) >= today:
                break
            known = total_of(indicator, period)
            if known is None or not known.closed:
                close_period(indicator, period, figures, act=act, tell=False)
                found.append(period.key)
            indicator.frozen_to = max(indicator.frozen_to, period.last.isoformat())
            period = period.next()
    if found:
        put(indicator, today, figures)
        told = found[0] if len(found) == 1 else f"{found[0]} … {found[-1]}"
        act.notify(events.PeriodFrozen(indicator, act, period=told))
    return found


def _start(indicator: Indicator) -> date:
    start = date.fromisoformat(indicator.since)
    if indicator.frozen_to:
        start = max(start, date.fromisoformat(indicator.frozen_to) + _DAY)
    return start
