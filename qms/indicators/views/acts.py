"""What a person does with an indicator: enters values, restates, confirms, analyses, closes."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from decimal import Decimal
from typing import Any

from pyramid.httpexceptions import HTTPNotFound, HTTPSeeOther
from pyramid.request import Request
from pyramid.response import Response
from pyramid.view import view_config

from qms.indicators import forms, series, words
from qms.indicators.cards import Definition, Variable
from qms.indicators.duties import next_analysis, next_capture
from qms.indicators.errors import Unusual
from qms.indicators.figuring import Figures
from qms.indicators.models import Indicator
from qms.indicators.periods import Period
from qms.indicators.series import Point
from qms.indicators.services import analysing, measuring
from qms.indicators.totals import total_of
from qms.indicators.views.indicator import asked_period
from qms.indicators.views.shown import Shown
from qms.kernel.i18n import _
from qms.links import shown as links
from qms.people.moments import local_day
from qms.security.permissions import Permission
from qms.web.forms import FormView
from qms.web.i18n import translate
from qms.web.redirects import see_other

EARLIER, COMPARED = 4, 24
"""Periods shown beside an analysis, and how far back they are looked for."""


def period_page(request: Request, indicator: Indicator, period: Period) -> str:
    """Give the address of the analysis period that a period belongs to."""
    today = local_day(indicator, request.act.at)
    found = series.analysis_for(indicator, period, today)
    whole = found[1] if found is not None else period
    if series.point_at(indicator, period, today) is not None:
        whole = period
    return str(request.resource_path(indicator, "period", whole.key))


class PeriodForm(FormView):
    """A form about one period, which its address names."""

    context: Indicator

    def __init__(self, context: Indicator, request: Request) -> None:
        """Read the period of the address."""
        super().__init__(context, request)
        self.shown = Shown(context, request)
        self.period = asked_period(request)

    @property
    def subject(self) -> str:
        """The indicator and the period in a line."""
        return f"{self.context.number} · {self.context.title} · {self.shown.period(self.period)}"

    def back(self) -> str:
        """Give the page of the period."""
        return period_page(self.request, self.context, self.period)


class ValuesForm(PeriodForm):
    """A form with a number for each variable."""

    def variables(self) -> tuple[Variable, ...]:
        """Give the variables that are asked for."""
        return self.definition().typed

    def definition(self) -> Definition:
        """Give the definition that the period is captured by; 404 where there is none."""
        found = series.capturing(self.context, self.period, self.shown.today)
        if found is None:
            raise HTTPNotFound
        return found

    def make_schema(self) -> Any:
        """Ask for each variable."""
        style = self.shown.profile.number_style()
        return forms.values_schema(self.variables(), style)

    def numbers(self, values: dict[str, Any]) -> dict[str, Decimal | None]:
        """Give the numbers by the variables' names."""
        given = values["values"] or {}
        return {one.name: given.get(f"v{at}") for at, one in enumerate(self.variables())}

    def known(self) -> Mapping[str, Decimal | None]:
        """Give the numbers that are kept."""
        point = series.capture_at(self.context, self.period, self.shown.today)
        return point.values if point is not None else {}

    def initial(self) -> dict[str, Any]:
        """Start with what is kept."""
        known = self.known()
        found = {f"v{at}": known.get(one.name) for at, one in enumerate(self.variables())}
        return {"values": {name: value for name, value in found.items() if value is not None}}


@view_config(context=Indicator, name="capture", permission=Permission.INDICATOR_CAPTURE)
class CaptureForm(ValuesForm):
    """Enters values of a period; unusual ones are asked about."""

    heading = _("Enter values")
    button = _("Save the values")

    def __init__(self, context: Indicator, request: Request) -> None:
        """Read the period; without one, the first that lacks a value."""
        if not request.subpath:
            shown = Shown(context, request)
            duty = next_capture(context)
            key = duty.key if duty.ends <= shown.today.isoformat() else ""
            definition = context.definition
            if not key and definition.capture_frequency and not definition.ends:
                key = definition.capture(shown.today - timedelta(days=1)).key
            request.subpath = (key,) if key else ()
        super().__init__(context, request)
        self.unusual = bool(request.POST.get("confirmed"))

    def __call__(self) -> Any:
        """Answer; where every variable is counted there is nothing to enter."""
        if not self.definition().typed:
            raise HTTPNotFound
        return super().__call__()

    @property
    def introduction(self) -> str:
        """Say which period it is."""
        return self.subject

    def make_schema(self) -> Any:
        """Ask to confirm only what looked wrong."""
        schema = super().make_schema()
        if self.unusual:
            schema.add(forms.confirmation())
        return schema

    def save(self, values: dict[str, Any]) -> Response:
        """Keep them."""
        try:
            measuring.capture(
                self.context,
                self.period,
                self.numbers(values),
                act=self.request.act,
                confirmed=bool(values.get("confirmed")),
            )
        except Unusual:
            self.unusual = True
            raise
        return self.done(_("The values were saved."), self.back())

    def sent_back(
        self, form: Any, shown: str, errors: Any, refusal: str = "", status: int = 422
    ) -> Any:
        """Offer to confirm what looked wrong."""
        if self.unusual and "confirmed" not in form:
            again = self.form()
            again.cstruct = form.cstruct
            shown = again.widget.serialize(again, again.cstruct)
            form = again
        return super().sent_back(form, shown, errors, refusal, status)


@view_config(context=Indicator, name="restate", permission=Permission.INDICATOR_RESTATE)
class RestateForm(ValuesForm):
    """Changes values of a closed period, with a reason that stays readable."""

    heading = _("Restate a closed value")
    introduction = _(
        "The period is closed. What stood there before stays readable, with who changed it and why."
    )
    button = _("Restate")

    def variables(self) -> tuple[Variable, ...]:
        """Ask for every variable, those that were counted too."""
        return self._asked()[1]

    def _asked(self) -> tuple[Mapping[str, Decimal | None], tuple[Variable, ...]]:
        today = self.shown.today
        point = series.capture_at(self.context, self.period, today)
        if point is not None and series.is_over(self.context, self.period, today):
            return point.values, point.definition.variables
        kept = total_of(self.context, self.period)
        if kept is None or not kept.closed or not kept.whole:
            raise HTTPNotFound
        definition = self.context.definitions[kept.definition]
        asked = tuple(one for one in definition.variables if one.name in kept.whole)
        return kept.numbers, asked

    def known(self) -> Mapping[str, Decimal | None]:
        """Give the numbers that are kept."""
        return self._asked()[0]

    def make_schema(self) -> Any:
        """Ask for the reason too."""
        schema = super().make_schema()
        schema.add(forms.reason(_("Why the closed value changes")))
        return schema

    def save(self, values: dict[str, Any]) -> Response:
        """Keep them with the reason."""
        measuring.restate(
            self.context,
            self.period,
            self.numbers(values),
            reason=values["reason"],
            act=self.request.act,
        )
        return self.done(_("The value was restated."), self.back())


@view_config(
    context=Indicator,
    name="confirm",
    request_method="POST",
    permission=Permission.INDICATOR_CAPTURE,
)
def confirm(indicator: Indicator, request: Request) -> HTTPSeeOther:
    """Confirm that an unusual value is right."""
    period = asked_period(request)
    measuring.confirm(indicator, period, act=request.act)
    request.session.flash(translate(request, _("The value was confirmed.")), "success")
    return see_other(request, period_page(request, indicator, period))


@view_config(context=Indicator, name="analyse", permission=Permission.INDICATOR_ANALYSE)
class AnalyseForm(PeriodForm):
    """Writes the analysis of a period."""

    __view_defaults__ = {"renderer": "qms.templates:indicators/analyse.pt"}  # noqa: RUF012
    schema = forms.AnalysisSchema
    heading = _("Analyse a period")
    button = _("Save the analysis")

    def __init__(self, context: Indicator, request: Request) -> None:
        """Read the period; without one, the first that waits."""
        if not request.subpath and (duty := next_analysis(context)).key:
            request.subpath = (duty.key,)
        super().__init__(context, request)
        today = self.shown.today
        self.point = series.point_at(context, self.period, today, self.shown.figures)
        if self.point is None or self.period.last >= today:
            raise HTTPNotFound

    def make_schema(self) -> Any:
        """Ask for the cause of a missed target."""
        missed = self.point is not None and self.point.meets is False
        return forms.missed_analysis() if missed else super().make_schema()

    def initial(self) -> dict[str, Any]:
        """Start with what was written before."""
        analysis = analysing.analysis_of(self.context, self.period)
        if analysis is None:
            return {}
        now = analysis.progress
        return {"text": now.text, "cause": now.cause, "reason": now.reason}

    def save(self, values: dict[str, Any]) -> Response:
        """Keep it, if it says what it has to."""
        analysing.save(
            self.context,
            self.period,
            text=values["text"],
            cause=values["cause"],
            reason=values["reason"],
            figures=self.shown.figures,
            act=self.request.act,
        )
        return self.done(_("The analysis was saved; close it when it is final."), self.back())

    def extra(self) -> dict[str, Any]:
        """Show the result, and where a finding is opened."""
        if self.point is None:
            raise HTTPNotFound
        ref = analysing.ref_of(self.context, self.period)
        return {
            "indicator": self.context,
            "line": self.shown.line(self.point),
            "off": self.point.meets is False,
            "answers": analysing.answers_to(self.context, self.period),
            "target": words.target_text(self.shown.profile, self.point.definition),
            "follow_up": links.panel(self.request, *ref)["follow_up"],
            "earlier": [self.shown.line(one) for one in self._earlier()],
        }

    def _earlier(self) -> list[Point]:
        """Give the periods before this one, the latest first, to be compared with."""
        known = series.points(
            self.context, self.shown.today, figures=self.shown.figures, last=COMPARED
        )
        before = [one for one in known if one.period.last < self.period.first]
        return before[-EARLIER:][::-1]


@view_config(
    context=Indicator,
    name="approve",
    request_method="POST",
    permission=Permission.INDICATOR_ANALYSE,
)
def approve(indicator: Indicator, request: Request) -> HTTPSeeOther:
    """Close the analysis of a period, and freeze its values."""
    period = asked_period(request)
    figures = Figures.of_request(request)
    analysing.close(indicator, period, figures=figures, act=request.act)
    message = _("The analysis is closed and the values of its period are frozen.")
    request.session.flash(translate(request, message), "success")
    return see_other(request, period_page(request, indicator, period))


@view_config(context=Indicator, name="note", permission=Permission.INDICATOR_ANALYSE)
class NoteForm(PeriodForm):
    """Adds to a closed analysis."""

    schema = forms.NoteSchema
    heading = _("Add a note to the analysis")
    introduction = _("What was written stays as it is; the note is read below it.")
    button = _("Add the note")

    def save(self, values: dict[str, Any]) -> Response:
        """Keep it."""
        analysing.add_note(self.context, self.period, text=values["text"], act=self.request.act)
        return self.done(_("The note was added."), self.back())
