"""Charts of indicators on pages: the series on an indicator's page, small lines in lists."""

from __future__ import annotations

from datetime import date
from functools import partial
from typing import Any

from chameleon.utils import Markup
from pyramid.config import Configurator
from pyramid.renderers import render
from pyramid.request import Request

from qms.charts import Sparkline, Words, figure, svg
from qms.content.models import organisation_of
from qms.documents.sections.indicators import FREQUENCIES
from qms.indicators import series
from qms.indicators.boards import target_of
from qms.indicators.charting import CONTROL, LINE, RULE_SETS, asked_form, chart_of
from qms.indicators.figuring import Figures
from qms.indicators.hooks import ACTIONS, PICTURE, SHEETS, SPARK
from qms.indicators.listing import Row
from qms.indicators.models import Indicator
from qms.indicators.words import rounded
from qms.kernel.i18n import _
from qms.people.moments import local_day
from qms.profiles.api import Profile, profile_of
from qms.web.i18n import translate
from qms.web.parts import kept_of

CONTROLLED = 30
"""So many periods a control chart looks at: limits from few points say little."""
ASKED = "chart"
"""The parameter of the address by which another form of chart is asked for."""
CAPTURES = "captures"
MOST_CAPTURES = 60
"""So many capture periods are drawn where somebody asks for them instead of analysis periods."""
OF = "of"
"""The parameter that asks for them."""
FORM_NAMES = {LINE: _("Line with target and bands"), CONTROL: _("Control chart")}


def includeme(config: Configurator) -> None:
    """Hand the pictures to the pages of indicators, and announce the pages of this part."""
    config.registry[PICTURE] = series_picture
    config.registry[SPARK] = spark
    config.registry[ACTIONS] = (
        (_("Dashboard"), "dashboard", "chart"),
        (_("All processes"), "management", "table"),
        (_("Objectives"), "objectives", "flag"),
    )
    config.registry[SHEETS] = ((_("Technical sheet"), "sheet", "document"),)


def series_picture(
    request: Request, indicator: Indicator, points: list[series.Point]
) -> Markup | None:
    """Draw the series of an indicator's page; None where there is nothing to draw."""
    organisation = organisation_of(indicator)
    form = asked_form(indicator.definition, request.GET.get(ASKED, ""))
    of = asked_periods(request, indicator)
    points = drawn_points(request, indicator, form, of) or points
    rules = request.GET.get("rules", "")
    # Only what is known goes into the key of what is kept.
    rules = rules if rules in RULE_SETS else ""
    kept, profile = kept_of(request), profile_of(organisation)
    drawing = (request.locale_name, indicator.title, form, of, rules, _depends_on(profile, points))
    found = kept.get(("indicators.picture", drawing))
    if found is not None:
        return Markup(found[0]) if found[0] else None
    say = partial(translate, request)
    chart = chart_of(profile, points, say, title=indicator.title, form=form, rules=rules)
    text = ""
    if chart is not None:
        forms = [(title, name, name == form) for name, title in FORM_NAMES.items()]
        chosen = offered_periods(indicator, of)
        values = {"chart": figure(chart, "series"), "forms": forms, "form": form, "of": chosen}
        text = render("qms.templates:indicators/picture.pt", values, request=request)
    kept.put(("indicators.picture", drawing), text)
    return Markup(text) if text else None


def asked_periods(request: Request, indicator: Indicator) -> str:
    """Give which periods are drawn: :data:`CAPTURES` where asked and shorter, else empty."""
    definition = indicator.definition
    shorter = definition.capture_frequency != definition.analysis_frequency
    return CAPTURES if shorter and request.GET.get(OF) == CAPTURES else ""


def offered_periods(indicator: Indicator, of: str) -> list[tuple[Any, str, bool]]:
    """Give the kinds of periods that can be drawn, with the one that is; none to choose from."""
    definition, often = indicator.definition, dict(FREQUENCIES)
    if definition.capture_frequency == definition.analysis_frequency:
        return []
    return [
        (often[definition.analysis_frequency], "", not of),
        (often[definition.capture_frequency], CAPTURES, of == CAPTURES),
    ]


def drawn_points(
    request: Request, indicator: Indicator, form: str, of: str
) -> list[series.Point] | None:
    """Give the periods of a chart that looks at others than its page; None for those of the page.

    A control chart looks further back, and captures show what an analysis period hides.
    """
    if not of and form != CONTROL:
        return None
    today, figures = local_day(indicator, request.act.at), Figures.of_request(request)
    if of == CAPTURES:
        return last_captures(indicator, today, figures=figures, last=MOST_CAPTURES)
    return series.points(indicator, today, figures=figures, last=CONTROLLED)


def last_captures(
    indicator: Indicator, today: date, *, figures: Figures | None = None, last: int
) -> list[series.Point]:
    """Give the last capture periods up to the running one, the oldest first, gaps included."""
    found: list[series.Point] = []
    for _definition, period in series.periods_back(indicator, today):
        parts = series.captures(indicator, period, today, figures=figures)
        early = period.last.isoformat() < indicator.since
        if early and not parts and not series.has_older(indicator, period):
            break
        found = [*parts, *found]
        if len(found) >= last:
            break
    return found[-last:]


def _depends_on(profile: Profile, points: list[series.Point]) -> str:
    """Write everything that a picture follows from; what is equal is drawn once."""
    measured = [
        (one.key, one.result, dict(one.values), one.state, one.definition.index, one.doubts,
         one.restated, one.captured, one.expected)
        for one in points
    ]  # fmt: skip
    promised = {
        one.definition.index: (
            one.definition.label,
            one.definition.unit,
            one.definition.chart,
            one.definition.target,
            one.definition.bands,
            one.definition.baseline,
        )
        for one in points
    }
    house = (
        profile.number_style(),
        profile.date_style("screen"),
        profile.indicators["palette"],
        profile.indicators["rules"],
    )
    return repr((measured, promised, house))


def spark(request: Request, row: Row) -> Markup:
    """Draw the last periods of a row as a small line; the same row is drawn once."""
    if not row.spark:
        return Markup("")
    kept = kept_of(request)
    style = profile_of(request.organisation).number_style()
    key = ("indicators.spark", request.locale_name, style, *spark_values(row))
    found = kept.get(key)
    if found is not None:
        return Markup(found[0])
    say, target = partial(translate, request), target_of(row)
    chart = Sparkline(
        title=say(_("Trend of ${name}", {"name": row.name})),
        values=tuple(rounded(result, row.unit, target) for _key, result, _v in row.spark),
        target=target,
        unit=row.unit,
        style=style,
        words=Words.of(say),
    )
    text = svg(chart)
    kept.put(key, text)
    return Markup(text)


def spark_values(row: Row) -> tuple[Any, ...]:
    """Give what the small line of a row depends on, for parts of pages that hold it."""
    return (row.name, row.unit, row.target, row.spark)
