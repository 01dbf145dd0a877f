"""The series of an indicator as a chart: the same for its page, its sheet and its file."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any

from qms.charts import Chart, ControlChart, SeriesChart, Words
from qms.charts import Point as Mark
from qms.documents.sections.indicators import COLOURS
from qms.indicators.cards import PERCENT, Definition
from qms.indicators.periods import DAILY, WEEKLY, Period
from qms.indicators.series import RUNNING, Point
from qms.indicators.words import rounded
from qms.kernel.bands import Band
from qms.kernel.i18n import _
from qms.profiles.api import Profile
from qms.profiles.indicator_schema import PALETTE

LINE, CONTROL = "line", "control"
FORMS = (LINE, CONTROL)
"""How a series can be drawn, whatever its card says."""
PROPORTIONS, INDIVIDUALS = "control-p", "control-i"
RULE_SETS = ("western", "nelson", "none")
_SHORT = {
    "bimonthly": _("bim. ${n} ${year}"),
    "quarterly": _("qtr. ${n} ${year}"),
    "four-monthly": _("4-mon. ${n} ${year}"),
    "semiannual": _("half ${n} ${year}"),
}
_ROMAN = ("", "I", "II", "III", "IV", "V", "VI")
Say = Callable[[Any], str]


def short_period(profile: Profile, period: Period, words: Words, say: Say) -> str:
    """Name a period in few letters, for an axis: «ene 2026», «trim. I 2026», «sem. 11 2026»."""
    if period.frequency == "monthly":
        return words.month(period.first)
    if period.frequency == WEEKLY:
        year, week, _day = period.first.isocalendar()
        return say(_("wk. ${n} ${year}", {"n": str(week), "year": str(year)}))
    if period.frequency in _SHORT:
        number = int(period.key[-1])
        facts: dict[str, object] = {"n": _ROMAN[number], "year": str(period.first.year)}
        return say(_(_SHORT[period.frequency], facts))
    if period.frequency == DAILY:
        return profile.date_style("screen").format(period.first)
    return str(period.first.year)


def coloured(profile: Profile, bands: Sequence[Band]) -> tuple[Band, ...]:
    """Give bands in the organisation's own colours, where its profile has any."""
    own: Mapping[str, str] = profile.indicators["palette"]
    usual = dict(zip((colour for colour, _name in COLOURS if colour), PALETTE, strict=True))
    by_name = {name: colour for colour, name in usual.items()} | dict(own)
    return tuple(
        replace(band, colour=by_name.get(usual.get(band.colour, band.colour), band.colour))
        for band in bands
    )


def comparable(points: Sequence[Point]) -> list[Point]:
    """Leave out what was measured in another unit before, and the running period without data."""
    kept: list[Point] = []
    for point in reversed(points):
        if kept and point.definition.unit != kept[0].definition.unit:
            break
        if point.state == RUNNING and point.result is None:
            continue
        kept.insert(0, point)
    return kept


def marks(profile: Profile, points: Sequence[Point], words: Words, say: Say) -> tuple[Mark, ...]:
    """Give the points as a chart takes them: names, days, what is odd, what begins."""
    made, before = [], None
    for point in points:
        definition = point.definition
        begins = before is not None and definition.index != before.index
        label = _("Version ${label}", {"label": definition.label})
        made.append(
            Mark(
                short_period(profile, point.period, words, say),
                _drawn(point),
                point.period.first,
                point.period.last,
                size=_size(point),
                outlier=point.doubts > 0,
                change=say(label) if begins else "",
                target=definition.target,
                note=". ".join(_notes(point, say)),
            )
        )
        before = definition
    return tuple(made)


def _drawn(point: Point) -> Decimal | None:
    """Give a result as a chart takes it, which writes percentages by itself."""
    definition = point.definition
    if definition.unit == PERCENT:
        return point.result
    return rounded(point.result, definition.unit, definition.target)


def _size(point: Point) -> Decimal | None:
    """Give what a proportion was taken of: the last variable of two."""
    variables = point.definition.variables
    return point.values.get(variables[1].name) if len(variables) == 2 else None


def _notes(point: Point, say: Say) -> list[str]:
    notes = []
    if point.state == RUNNING:
        notes.append(say(_("Not over yet")))
    if point.is_partial:
        facts: dict[str, object] = {"n": str(point.captured), "all": str(point.expected)}
        notes.append(say(_("${n} of ${all} captures", facts)))
    if point.restated:
        notes.append(say(_("Restated")))
    return notes


def asked_form(definition: Definition, asked: str) -> str:
    """Give how to draw: as was asked for, else as the card says."""
    if asked in FORMS:
        return asked
    return LINE if definition.chart == LINE else CONTROL


def chart_of(
    profile: Profile,
    points: Sequence[Point],
    say: Say,
    *,
    title: str,
    form: str,
    rules: str = "",
) -> Chart | None:
    """Draw a series in the form asked for; None without any period."""
    kept = comparable(points)
    if not kept:
        return None
    words = Words.of(say)
    definition = kept[-1].definition
    common: dict[str, Any] = {
        "title": title,
        "points": marks(profile, kept, words, say),
        "unit": definition.unit,
        "style": profile.number_style(),
        "words": words,
        "target": definition.target,
    }
    if form == LINE:
        bands = coloured(profile, definition.bands)
        return SeriesChart(bands=bands, baseline=definition.baseline, **common)
    rules = rules if rules in RULE_SETS else profile.indicators["rules"]
    method = "p" if _proportions(definition, kept) else "individuals"
    return ControlChart(method=method, rules="" if rules == "none" else rules, **common)


def _proportions(definition: Definition, points: Sequence[Point]) -> bool:
    """Tell whether results are shares of known numbers, as a p-chart needs them."""
    if definition.chart == INDIVIDUALS or definition.unit != PERCENT:
        return False
    known = [point for point in points if point.result is not None]
    return all(_size(one) and 0 <= (one.result or 0) <= 100 for one in known)
