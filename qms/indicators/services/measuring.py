"""Keeping values: typed, uploaded or pushed while a period is open, restated once it is closed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal

from qms.indicators import events, unusual
from qms.indicators.cards import Definition
from qms.indicators.deputising import ANALYST, CAPTURERS, acted_for
from qms.indicators.entries import (
    PUSHED,
    RESTATED,
    TYPED,
    UNCONFIRMED,
    UPLOADED,
    Entry,
    Value,
    text_of,
)
from qms.indicators.errors import (
    CountedHere,
    Ended,
    NotCaptured,
    NothingGiven,
    NotYetOver,
    PeriodClosed,
    PeriodOpen,
    ReasonNeeded,
    SameValue,
    UnknownVariable,
    Unusual,
)
from qms.indicators.listing import put
from qms.indicators.models import Indicator
from qms.indicators.periods import Period
from qms.indicators.series import analysing, analysis_for, capturing, is_over
from qms.indicators.totals import entries_in, entry_of, made_of, stored_numbers, total_of
from qms.kernel.acts import Act
from qms.people.moments import local_day

Numbers = Mapping[str, Decimal | None]
_EVENTS: dict[str, type[events.IndicatorEvent]] = {
    TYPED: events.MeasurementCaptured,
    UPLOADED: events.MeasurementsUploaded,
    PUSHED: events.MeasurementPushed,
}


def capture(
    indicator: Indicator,
    period: Period,
    values: Numbers,
    *,
    act: Act,
    how: str = TYPED,
    by: str = "",
    confirmed: bool = False,
) -> bool:
    """Keep values of one period; tell whether that changed anything.

    Raises PeriodClosed, NotCaptured, NotYetOver, UnknownVariable, CountedHere, and Unusual for
    values that look wrong and were not confirmed. What a system pushes is kept all the same, and
    waits to be confirmed.
    """
    if not any(value is not None for value in values.values()):
        raise NothingGiven
    return bool(
        capture_many(indicator, {period: values}, act=act, how=how, by=by, confirmed=confirmed)
    )


def capture_many(
    indicator: Indicator,
    given: Mapping[Period, Numbers],
    *,
    act: Act,
    how: str = TYPED,
    by: str = "",
    confirmed: bool = False,
) -> list[str]:
    """Keep values of several periods in one act; give the keys of the periods that changed."""
    today = local_day(indicator, act.at)
    changed: dict[str, Numbers] = {}
    touched: list[Period] = []
    for period, values in sorted(given.items()):
        definition = may_capture(indicator, period, values, today)
        fresh = _fresh(entry_of(indicator, period), values)
        if not fresh:
            continue
        doubts = _doubts(indicator, definition, period, values)
        if doubts and not confirmed and how != PUSHED:
            raise Unusual().followed_by(*doubts)
        doubt = "" if not doubts else act.person_id if confirmed else UNCONFIRMED
        behalf = "" if by else acted_for(indicator, act, *CAPTURERS)
        who = (how, by or act.person_id, act.at.isoformat(), behalf)
        _keep(indicator, definition, period, fresh, who, doubt)
        changed[period.key] = fresh
        touched.append(period)
    retotal(indicator, touched, today)
    if changed:
        put(indicator, today)
        facts = {
            key: {name: text_of(one) for name, one in new.items()}
            for key, new in list(changed.items())[:50]
        }
        keys = list(changed)
        told = keys[0] if len(keys) == 1 else f"{keys[0]} … {keys[-1]}"
        behalf = "" if by else acted_for(indicator, act, *CAPTURERS)
        said = {"values": facts, "by": by, "on_behalf_of": behalf}
        act.notify(_EVENTS[how](indicator, act, period=told, facts=said))
    return list(changed)


def may_capture(indicator: Indicator, period: Period, values: Numbers, today: date) -> Definition:
    """Give the definition that a period is captured by, or refuse."""
    definition = capturing(indicator, period, today)
    if definition is None:
        raise (
            Ended
            if indicator.definition_on(min(period.last, today)) is None
            else NotCaptured(period=period.key)
        )
    if period.last > today:
        raise NotYetOver(period=period.key)
    if is_over(indicator, period, today):
        raise PeriodClosed(period=period.key)
    known = {one.name: one for one in definition.variables}
    for name in values:
        if name not in known:
            raise UnknownVariable(variable=name[:60])
        if known[name].is_computed:
            raise CountedHere(variable=name)
    return definition


def _fresh(entry: Entry | None, values: Numbers) -> dict[str, Decimal | None]:
    """Give what differs from what is kept; what is left out stays as it is."""
    kept = entry.numbers if entry is not None else {}
    return {
        name: value
        for name, value in values.items()
        if value is not None and kept.get(name) != value
    }


def _doubts(
    indicator: Indicator, definition: Definition, period: Period, values: Numbers
) -> list[str]:
    entry = entry_of(indicator, period)
    whole = {**(entry.numbers if entry is not None else {}), **_without_none(values)}
    return unusual.found_in(definition, whole, unusual.history(indicator, period))


def _without_none(values: Numbers) -> dict[str, Decimal | None]:
    return {name: value for name, value in values.items() if value is not None}


def _keep(
    indicator: Indicator,
    definition: Definition,
    period: Period,
    fresh: Numbers,
    who: tuple[str, str, str, str],
    doubt: str,
) -> None:
    """Keep values; ``who`` is how, by whom, when, and for whom they were given."""
    entry = entry_of(indicator, period)
    kept = {one.name: one for one in entry.values} if entry is not None else {}
    for name, number in fresh.items():
        text = text_of(number)
        if text is not None:
            kept[name] = Value(name, text, *who)
    numbers = {name: one.number for name, one in kept.items()}
    made = Entry(
        period.key,
        definition.index,
        tuple(kept[one.name] for one in definition.variables if one.name in kept),
        text_of(definition.result(numbers)),
        entry.closed if entry is not None else "",
        doubt,
        entry.restated if entry is not None else 0,
    )
    indicator.captures[period.place] = made.plain()


def retotal(indicator: Indicator, captures: Iterable[Period], today: date) -> None:
    """Compute anew the analysis periods that these captures count for; closed ones stay closed."""
    touched = {}
    for period in captures:
        found = analysis_for(indicator, period, today)
        if found is not None:
            touched[found[1]] = found[0]
    for whole, definition in touched.items():
        known = total_of(indicator, whole)
        kept = {name: known.numbers.get(name) for name in known.whole} if known else {}
        entries = entries_in(indicator, whole.first, whole.last)
        closed = known.closed if known is not None else ""
        made = made_of(definition, whole, entries, whole=kept or None, closed=closed)
        indicator.totals[whole.place] = made.plain()


def confirm(indicator: Indicator, period: Period, *, act: Act) -> None:
    """Confirm that an unusual value is right."""
    entry = entry_of(indicator, period)
    if entry is None or entry.doubt != UNCONFIRMED:
        raise NothingGiven
    indicator.captures[period.place] = entry._replace(doubt=act.person_id).plain()
    today = local_day(indicator, act.at)
    retotal(indicator, [period], today)
    put(indicator, today)
    act.notify(events.MeasurementConfirmed(indicator, act, period=period.key))


def restate(
    indicator: Indicator,
    period: Period,
    values: Numbers,
    *,
    reason: str,
    act: Act,
) -> None:
    """Change values of a closed period; what stood there before stays readable with the reason.

    A capture period, or an analysis period for a variable that is counted for it as a whole.
    Raises PeriodOpen, ReasonNeeded, SameValue, UnknownVariable.
    """
    if not reason.strip():
        raise ReasonNeeded
    today = local_day(indicator, act.at)
    definition = capturing(indicator, period, today)
    entry = entry_of(indicator, period)
    if entry is not None:
        definition = indicator.definitions[entry.definition]
    if definition is None:
        _restate_whole(indicator, period, values, reason=reason, act=act, today=today)
        return
    if not is_over(indicator, period, today):
        raise PeriodOpen(period=period.key)
    known = {one.name for one in definition.variables}
    for name in values:
        if name not in known:
            raise UnknownVariable(variable=name[:60])
    fresh = _fresh(entry, values)
    if not fresh:
        raise SameValue
    old = entry.numbers if entry is not None else {}
    behalf = acted_for(indicator, act, ANALYST)
    who = (RESTATED, act.person_id, act.at.isoformat(), behalf)
    _keep(indicator, definition, period, fresh, who, "")
    stored = Entry.of(indicator.captures[period.place])
    closed = stored.closed or act.at.isoformat()
    again = stored._replace(closed=closed, restated=stored.restated + 1)
    indicator.captures[period.place] = again.plain()
    retotal(indicator, [period], today)
    _note(indicator, period.key, old, fresh, reason, act, today)


def _restate_whole(
    indicator: Indicator,
    period: Period,
    values: Numbers,
    *,
    reason: str,
    act: Act,
    today: date,
) -> None:
    definition = analysing(indicator, period, today)
    total = total_of(indicator, period)
    if definition is None or total is None:
        raise NotCaptured(period=period.key)
    if not total.closed:
        raise PeriodOpen(period=period.key)
    for name in values:
        if name not in total.whole:
            raise UnknownVariable(variable=name[:60])
    old = total.numbers
    fresh = {name: one for name, one in values.items() if one is not None and one != old.get(name)}
    if not fresh:
        raise SameValue
    numbers = stored_numbers(dict(total.values)) | fresh
    made = total._replace(
        values=tuple((name, text_of(one)) for name, one in numbers.items()),
        result=text_of(indicator.definitions[total.definition].result(numbers)),
        restated=total.restated + 1,
    )
    indicator.totals[period.place] = made.plain()
    _note(indicator, period.key, old, fresh, reason, act, today)


def _note(
    indicator: Indicator,
    key: str,
    old: Numbers,
    fresh: Numbers,
    reason: str,
    act: Act,
    today: date,
) -> None:
    behalf = acted_for(indicator, act, ANALYST)
    lines = tuple(
        {
            "variable": name,
            "old": text_of(old.get(name)),
            "new": text_of(number),
            "by": act.person_id,
            "at": act.at.isoformat(),
            "reason": reason.strip(),
            "on_behalf_of": behalf,
        }
        for name, number in fresh.items()
    )
    indicator.restated[key] = (*indicator.restated.get(key, ()), *lines)
    put(indicator, today)
    values = {one["variable"]: [one["old"], one["new"]] for one in lines}
    facts = {"values": values, "reason": reason.strip(), "on_behalf_of": behalf}
    act.notify(events.MeasurementRestated(indicator, act, period=key, facts=facts))
