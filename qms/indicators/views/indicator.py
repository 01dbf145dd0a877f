"""The page of one indicator, and that of one of its periods."""

from __future__ import annotations

from functools import partial
from typing import Any

from pyramid.httpexceptions import HTTPNotFound
from pyramid.request import Request
from pyramid.view import view_config, view_defaults

from qms.documents.wording import show_date, show_moment
from qms.indicators import series, words
from qms.indicators.cards import Definition
from qms.indicators.duties import Duty, due_day
from qms.indicators.hooks import PICTURE, SHEETS
from qms.indicators.listing import row_for
from qms.indicators.models import Indicator
from qms.indicators.periods import NotAPeriod, Period
from qms.indicators.services.analysing import analysis_of, answers_to, ref_of
from qms.indicators.shown import days_left
from qms.indicators.totals import total_of
from qms.indicators.views.measured import measured
from qms.indicators.views.shown import Shown
from qms.indicators.workflow import Progress
from qms.links import shown as links
from qms.security.permissions import Permission

POINTS = 12
"""So many analysis periods stand on the page."""


def asked_period(request: Request) -> Period:
    """Give the period that the address names behind the view's name; 404 for none."""
    if len(request.subpath) != 1:
        raise HTTPNotFound
    try:
        return Period.parse(request.subpath[0])
    except NotAPeriod:
        raise HTTPNotFound from None


@view_defaults(context=Indicator, request_method="GET", permission=Permission.VIEW)
class IndicatorView:
    """One indicator: what it promises, how it stands, and what waits."""

    def __init__(self, context: Indicator, request: Request) -> None:
        """Look at the indicator for one request."""
        self.context, self.request = context, request
        self.shown = Shown(context, request)

    def _may(self) -> dict[str, bool]:
        allowed = partial(self.request.has_permission, context=self.context)
        return {
            "capture": bool(allowed(Permission.INDICATOR_CAPTURE)),
            "analyse": bool(allowed(Permission.INDICATOR_ANALYSE)),
            "restate": bool(allowed(Permission.INDICATOR_RESTATE)),
            "manage": bool(allowed(Permission.INDICATOR_MANAGE)),
        }

    @view_config(renderer="qms.templates:indicators/indicator.pt")
    def show(self) -> dict[str, Any]:
        """Show it."""
        context, shown = self.context, self.shown
        definition = context.definition
        found = series.points(context, shown.today, figures=shown.figures, last=POINTS)
        may = self._may()
        return {
            "heading": f"{context.number} · {context.title}",
            "indicator": context,
            "definition": definition,
            "target": words.target_text(shown.profile, definition),
            "points": found,
            "rows": partial(shown.rows, found),
            "now": self._now(found),
            "waiting": self._waiting(),
            "measured": partial(measured, shown, may_choose=may["manage"]),
            "document": context.document,
            "may": may,
            "picture": self._picture(found),
            "sheets": self.request.registry.get(SHEETS, ()),
            "links": links.panel(
                self.request, "indicator", context.number, may_link=may["analyse"]
            ),
            "date": partial(show_date, shown.profile),
            "json": lambda: self._json(definition, found),
        }

    def _picture(self, found: list[series.Point]) -> Any:
        draw = self.request.registry.get(PICTURE)
        return draw(self.request, self.context, found) if draw is not None else None

    def _now(self, found: list[series.Point]) -> dict[str, Any] | None:
        """Give the running period with its values and the way to their records."""
        if not found or found[-1].state != series.RUNNING:
            return None
        point = found[-1]
        return {**self.shown.line(point), "variables": self.shown.variables(point)}

    def _waiting(self) -> list[dict[str, Any]]:
        """Give what somebody has to do, with its day."""
        profile, today = self.shown.profile, self.shown.today
        calendar, terms, row = profile.calendar(), profile.indicators, row_for(self.context)
        if row is None:
            return []
        duties = (
            ("capture", Duty(row.capture_key, row.capture_ends), terms["capture_days"]),
            ("analyse", Duty(row.analysis_key, row.analysis_ends), terms["analysis_days"]),
        )
        found = []
        for view, duty, days in duties:
            if not duty.key or duty.ends >= today.isoformat():
                continue
            due = due_day(duty.ends, calendar, days)
            period = Period.parse(duty.key)
            found.append(
                {
                    "view": view,
                    "key": duty.key,
                    "period": self.shown.period(period),
                    "due": due,
                    "days": days_left(calendar, today, due),
                }
            )
        return found

    def _json(self, definition: Definition, found: list[series.Point]) -> dict[str, Any]:
        document = self.context.document
        return {
            "number": self.context.number,
            "name": self.context.title,
            "state": self.context.state,
            "document": document.code if document is not None else None,
            "version": definition.label,
            "expression": definition.expression,
            "unit": definition.unit,
            "target": definition.target.to_data() if definition.target is not None else None,
            "capture": definition.capture_frequency,
            "analysis": definition.analysis_frequency,
            "points": [self.shown.json_of(one) for one in found],
        }

    # One period

    @view_config(name="period", renderer="qms.templates:indicators/period.pt")
    def period(self) -> dict[str, Any]:
        """Show one analysis period: its values, captures, analysis and restatements."""
        context, shown = self.context, self.shown
        period = asked_period(self.request)
        point = series.point_at(context, period, shown.today, shown.figures)
        if point is None or period.first > shown.today:
            raise HTTPNotFound
        captures = []
        if point.definition.capture_frequency != point.definition.analysis_frequency:
            captures = series.captures(context, period, shown.today, figures=shown.figures)
        single = None
        if not captures:
            single = series.capture_at(context, period, shown.today, shown.figures)
        analysis = analysis_of(context, period)
        progress = analysis.progress if analysis is not None else Progress()
        over = period.last < shown.today
        may = self._may()
        return {
            "heading": f"{context.number} · {context.title}",
            "indicator": context,
            "line": shown.line(point),
            "variables": shown.variables(single or point),
            "captures": [shown.line(one, is_capture=True) for one in captures],
            "heads": [one.description or one.name for one in point.definition.variables],
            "restated": self._restated(period, captures),
            "analysis": progress,
            "history": list(analysis.acts) if analysis is not None else [],
            "answers": answers_to(context, period),
            "off": point.meets is False,
            "over": over,
            "is_single": not captures,
            "is_typed": bool(point.definition.typed),
            "closed": bool(point.closed_at),
            "whole": self._whole(period),
            "definition": point.definition,
            "may": may,
            "who": shown.who,
            "hand": shown.hand,
            "links": links.panel(self.request, *ref_of(context, period), may_link=may["analyse"]),
            "previous": period.previous().key,
            "next": period.next().key if period.last < shown.today else None,
            "date": partial(show_date, shown.profile),
            "moment": partial(show_moment, shown.profile),
            "json": lambda: {
                **shown.json_of(point),
                "captures": [shown.json_of(one) for one in captures],
                "analysis": {
                    "state": progress.state,
                    "text": progress.text,
                    "cause": progress.cause,
                    "reason": progress.reason,
                },
                "restated": self._restated(period, captures),
            },
        }

    def _whole(self, period: Period) -> bool:
        """Tell whether something was counted for the closed period as a whole."""
        kept = total_of(self.context, period)
        return kept is not None and bool(kept.closed) and bool(kept.whole)

    def _restated(self, period: Period, captures: list[series.Point]) -> list[dict[str, Any]]:
        keys = {period.key, *(one.key for one in captures)}
        found = [
            {**line, "key": key} for key in keys for line in self.context.restated.get(key, ())
        ]
        return sorted(found, key=lambda line: line["at"], reverse=True)
