"""What indicators are called on screen, in mails and on paper: periods, sources, thresholds."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal
from functools import lru_cache
from typing import Any

from qms.documents.figures import PREVIOUS, YEAR_BEFORE, FigureSource
from qms.documents.wording import show_date
from qms.indicators.cards import PERCENT, Definition, Variable
from qms.indicators.entries import COMPUTED, PUSHED, RESTATED, TYPED, UPLOADED
from qms.indicators.periods import DAILY, MONTHS, WEEKLY, Period
from qms.kernel.bands import Band, Target
from qms.kernel.formats import MONTHS as MONTH_NAMES
from qms.kernel.formats import NO_BREAK_SPACE, NumberStyle, rounded_apart, rounded_percent
from qms.kernel.i18n import _
from qms.profiles.api import Profile

PLACES = 2
"""Most decimal places that are shown of what is no percentage."""
HOW_NAMES = {
    COMPUTED: _("counted by the system"),
    TYPED: _("typed"),
    UPLOADED: _("from a table"),
    PUSHED: _("from a system outside"),
    RESTATED: _("restated"),
}
SHIFT_NAMES = {
    "": _("of the period itself"),
    PREVIOUS: _("of the period before"),
    YEAR_BEFORE: _("of the same period of the year before"),
}
_NUMBERED = {
    "bimonthly": _("Two months ${n} of ${year}"),
    "quarterly": _("Quarter ${n} of ${year}"),
    "four-monthly": _("Four months ${n} of ${year}"),
    "semiannual": _("Half-year ${n} of ${year}"),
}
_ROMAN = ("", "I", "II", "III", "IV", "V", "VI")


def period_name(profile: Profile, period: Period) -> Any:
    """Name a period as people say it: a date, «Semana 11 de 2026», «Marzo 2026», «Trimestre I»."""
    if period.frequency == DAILY:
        return show_date(profile, period.first)
    if period.frequency == WEEKLY:
        year, week, _day = period.first.isocalendar()
        return _("Week ${n} of ${year}", {"n": str(week), "year": str(year)})
    if period.frequency == "monthly":
        return f"{MONTH_NAMES[period.first.month - 1].capitalize()} {period.first.year}"
    if period.frequency in _NUMBERED:
        number = (period.first.month - 1) // MONTHS[period.frequency] + 1
        facts: dict[str, object] = {"n": _ROMAN[number], "year": str(period.first.year)}
        return _(_NUMBERED[period.frequency], facts)
    return str(period.first.year)


def period_text(profile: Profile, period: Period, translate: Callable[[Any], str]) -> str:
    """Name a period in the language of ``translate``."""
    return translate(period_name(profile, period))


def number_text(
    profile: Profile, value: Decimal | str | None, unit: str = "", target: Target | None = None
) -> str:
    """Write a number with its unit, rounded as :func:`rounded` does; "" for none."""
    if value is None or value == "":
        return ""
    shown = bare_text(profile, value, unit, target)
    return f"{shown}{NO_BREAK_SPACE}{unit}" if unit else shown


def bare_text(
    profile: Profile, value: Decimal | str | None, unit: str, target: Target | None = None
) -> str:
    """Write a number of a unit that stands elsewhere; "" for none."""
    if value is None or value == "":
        return ""
    of_all = PERCENT if unit == PERCENT else ""
    return _written(profile.number_style(), str(value), of_all, target)


def rounded(
    value: Decimal | str | None, unit: str = "", target: Target | None = None
) -> Decimal | None:
    """Round a result as pages and files show it: to two places, a percentage to one.

    It has more places where it would else read as its target without being it.
    """
    if value is None or value == "":
        return None
    ends = (target.value, target.high) if target is not None else ()
    limits = [one for one in ends if one is not None]
    if unit == PERCENT:
        return rounded_percent(Decimal(value), *limits)
    return rounded_apart(Decimal(value), PLACES, *limits)


@lru_cache(maxsize=8192)
def _written(style: NumberStyle, value: str, unit: str, target: Target | None) -> str:
    return style.format(rounded(value, unit, target) or Decimal(0))


def target_text(profile: Profile, definition: Definition) -> str:
    """Write the target with its sign and unit; "" without one."""
    if definition.target is None:
        return ""
    return definition.target.describe(profile.number_style(), definition.unit)


def band_text(profile: Profile, band: Band, unit: str) -> str:
    """Write a band with its limits, each with or without equality."""
    limits = []
    if band.low is not None:
        sign = "≥" if band.low_inclusive else ">"
        limits.append(f"{sign} {number_text(profile, band.low, unit)}")
    if band.high is not None:
        sign = "≤" if band.high_inclusive else "<"
        limits.append(f"{sign} {number_text(profile, band.high, unit)}")
    return f"{band.name}: {', '.join(limits)}" if limits else band.name


FILTER_NAMES = {
    "kind": _("Kind"),
    "lane": _("Lane"),
    "channel": _("Channel"),
    "site": _("Site"),
    "process": _("Process"),
    "reason": _("Reason"),
    "product": _("Product or service"),
    "survey": _("Survey"),
    "line": _("Line"),
    "brand": _("Brand"),
    "question": _("Question"),
    "source": _("Source"),
}
"""What figures can be narrowed by."""


def source_text(
    organisation: Any,
    sources: Mapping[str, FigureSource],
    variable: Variable,
    translate: Callable[[Any], str],
) -> str:
    """Say in words where a variable's values come from."""
    if variable.external:
        folder = organisation.get("indicators")
        found = folder.externals.get(variable.external) if folder is not None else None
        return found.name if found is not None else variable.external
    query = variable.query if variable.figure else None
    if query is None:
        return variable.source or translate(_("Typed or uploaded"))
    source = sources.get(query.name)
    if source is None:
        return translate(_("${figure} (nobody counts this here)", {"figure": query.name}))
    said = [translate(source.title)]
    for name, ids in sorted(query.filters.items()):
        known = dict(source.filters[name](organisation)) if name in source.filters else {}
        said.append(", ".join(translate(known.get(one, one)) for one in ids))
    if query.shift:
        said.append(translate(SHIFT_NAMES[query.shift]))
    return " · ".join(said)
