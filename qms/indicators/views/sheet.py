"""The technical sheet of an indicator: as a page, as a PDF, and its series as a table."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from functools import cached_property, partial
from typing import Any

from chameleon.utils import Markup
from pyramid.request import Request
from pyramid.response import Response
from pyramid.view import view_config, view_defaults

from qms.charts import Chart, Figure, figure
from qms.documents.sections.indicators import CARD_KINDS, DIRECTIONS, FREQUENCIES
from qms.documents.wording import show_date, show_moment, show_moment_and_zone
from qms.exports import FORMS, Column, Kind, Table
from qms.indicators import series, words
from qms.indicators.cards import Definition
from qms.indicators.charting import asked_form, chart_of
from qms.indicators.models import Indicator
from qms.indicators.pictures import (
    ASKED,
    FORM_NAMES,
    asked_periods,
    drawn_points,
    offered_periods,
)
from qms.indicators.series import Point
from qms.indicators.services.analysing import analysis_of, answers_to
from qms.indicators.sheet import Answer, Dress, SheetFacts, Studied, sheet_pdf
from qms.indicators.views.shown import Shown
from qms.indicators.workflow import MISSING, Progress
from qms.kernel.i18n import _
from qms.links.plugs import visible_ref
from qms.profiles.api import logo_of
from qms.security.permissions import Permission
from qms.web.chips import chip_of
from qms.web.frame import Frame
from qms.web.parts import kept_of, rendered
from qms.web.responses import PDF, file_response
from qms.web.transactions import outside
from qms.web.unchanged import unchanged

DATES = ("approved_on", "review_by")
"""Of the document, beside the day from which the card holds."""
SHOWN = 12
EVERY = 400
"""So many periods stand on the sheet and in its file."""
BODY = "qms.templates:indicators/sheet_body.pt"
TITLE = _("Technical sheet of the indicator")
WORDS = {
    "title": TITLE,
    "indicator": _("Indicator"),
    "bands": _("Bands"),
    "variables": _("Variables"),
    "variable": _("Variable"),
    "counts": _("What it counts"),
    "source": _("Where its values come from"),
    "chart": _("How it has gone"),
    "periods": _("Results by period"),
    "none": _("There is no period to show yet."),
    "analyses": _("Analyses"),
    "not analysed": _("No period has been analysed yet."),
    "period": _("Period"),
    "analysis": _("Analysis"),
    "needs": _("Does it need an action?"),
    "cause": _("Cause"),
}
NEEDS, NEEDS_NONE, UNSAID = _("YES"), _("NO"), _("Not said yet")


def _digest(facts: SheetFacts) -> str:
    """Name what a sheet says; two that say the same have the same name."""
    return hashlib.sha256(repr(facts).encode()).hexdigest()


@view_defaults(context=Indicator, request_method="GET", permission=Permission.VIEW)
class SheetView:
    """The sheet of one indicator."""

    def __init__(self, context: Indicator, request: Request) -> None:
        """Look at the indicator for one request."""
        self.context, self.request = context, request
        self.shown = Shown(context, request)
        self.say = self.shown.say

    @cached_property
    def definition(self) -> Definition:
        """The definition that the sheet describes."""
        return self.context.definition

    @cached_property
    def _of(self) -> str:
        """Which periods the chart shows, as the address asks."""
        return asked_periods(self.request, self.context)

    def _forms(self, form: str) -> list[list[tuple[str, str, bool]]]:
        """Give the ways to draw the chart, and those of its periods, with their addresses."""
        of = f"&of={self._of}" if self._of else ""
        return [
            [
                (self.say(title), f"chart={name}{of}", name == form)
                for name, title in FORM_NAMES.items()
            ],
            [
                (self.say(title), f"chart={form}" + (f"&of={name}" if name else ""), here)
                for title, name, here in offered_periods(self.context, self._of)
            ],
        ]

    def _points(self, last: int) -> list[Point]:
        return series.points(self.context, self.shown.today, figures=self.shown.figures, last=last)

    @view_config(name="sheet", renderer="qms.templates:indicators/sheet.pt")
    def sheet(self) -> dict[str, Any]:
        """Show the sheet as a page."""
        return {
            "heading": f"{self.context.number} · {self.context.title}",
            "body": self._body,
            "pdf": f"sheet-pdf?{self.request.query_string}".rstrip("?"),
            "downloads": list(FORMS.items()),
            "table": self._table,
        }

    def _body(self, ui: Frame) -> Markup:
        """Draw what the sheet says; once for the same facts."""
        request, document = self.request, self.context.document
        form = asked_form(self.definition, request.GET.get(ASKED, ""))
        values = {
            "forms": self._forms(form),
            "home": str(request.resource_path(self.context)),
            "document_url": request.resource_path(document) if document is not None else "",
        }
        kept = kept_of(request)
        question = ("sheet", self.context.uid, ui.language, form, self._of)
        said = unchanged(request, question, lambda: _digest(self.facts()))
        key = (BODY, ui.language, ui.drawings, said, repr(values))
        found = kept.get(key)
        if found is None:
            facts = self.facts()
            chart = self._figure(facts.chart) if facts.chart is not None else None
            text = rendered(ui, BODY, {**values, "facts": facts, "chart": chart})
            kept.put(key, text)
            return Markup(text)
        return Markup(found[0])

    def _figure(self, chart: Chart) -> Figure:
        """Draw the chart, which says all that its figure follows from; once for the same chart."""
        kept, key = kept_of(self.request), ("indicators.sheet", repr(chart))
        found = kept.get(key)
        if found is not None:
            known: Figure = found[1]
            return known
        made = figure(chart, "sheet")
        kept.put(key, made.wide + made.narrow, made)
        return made

    @view_config(name="sheet-pdf")
    def pdf(self) -> Response:
        """Give the sheet on the organisation's letterhead."""
        facts, dress = self.facts(), self._dress()
        data = outside(self.request, lambda: sheet_pdf(facts, dress))
        name = f"{self.context.number} {self.context.title}.pdf"
        return file_response(self.request, data, name, PDF, inline=True)

    # What it says

    def facts(self) -> SheetFacts:
        """Gather everything in the reader's language."""
        definition, shown = self.definition, self.shown
        form = asked_form(definition, self.request.GET.get(ASKED, ""))
        latest = self._points(SHOWN)[::-1]
        drawn = drawn_points(self.request, self.context, form, self._of) or latest[::-1]
        chart = chart_of(shown.profile, drawn, self.say, title=self.context.title, form=form)
        heads = (_("Period"), _("Variables"), _("Result"), _("Target"), _("Band"), _("State"))
        return SheetFacts(
            self.context.number,
            self.context.title,
            tuple(self._pairs(definition)),
            tuple(
                (one.name, one.description, shown.source(definition, one.name))
                for one in definition.variables
            ),
            tuple(
                (words.band_text(shown.profile, one, definition.unit), one.colour)
                for one in definition.bands
            ),
            chart,
            tuple(map(self.say, heads)),
            tuple(map(self._row, latest)),
            tuple(self._studies(latest)),
            {key: self.say(text) for key, text in WORDS.items()},
        )

    def _pairs(self, definition: Definition) -> Iterator[tuple[str, str, str]]:
        """Give key, label and text of what the card says."""
        for key, label, text in self._every_pair(definition):
            if text:
                yield key, self.say(label), text

    def _every_pair(self, definition: Definition) -> Iterator[tuple[str, Any, str]]:
        shown, document = self.shown, self.context.document
        often, kinds = dict(FREQUENCIES), dict(CARD_KINDS)
        process = shown.organisation["processes"].get(self.context.process_id)
        position = shown.people.position_name
        yield "number", _("Number"), self.context.number
        yield "process", _("Process"), process.name if process is not None else ""
        yield "objective", _("Objective"), definition.objective
        yield (
            "kind",
            _("Type of indicator"),
            self.say(kinds[definition.kind]) if definition.kind else "",
        )
        formula = definition.formula_text
        yield "formula", _("Formula"), formula
        computed = definition.expression if definition.expression != formula else ""
        yield "computed", _("Computed as"), computed
        yield "unit", _("Unit of measure"), definition.unit
        yield "source", _("Source of information"), definition.source
        capture, analysis = definition.capture_frequency, definition.analysis_frequency
        yield "capture", _("Frequency of capture"), self.say(often[capture]) if capture else ""
        yield "analysis", _("Frequency of analysis"), self.say(often[analysis]) if analysis else ""
        yield "baseline", _("Baseline"), shown.number(definition.baseline, definition.unit)
        yield "target", _("Target"), words.target_text(shown.profile, definition)
        direction = dict(DIRECTIONS)[definition.target.direction] if definition.target else ""
        yield "direction", _("Direction"), self.say(direction)
        captures = definition.responsible_capture
        yield "captures", _("Responsible for the capture"), position(captures) if captures else ""
        analyses = definition.responsible_analysis
        yield "analyses", _("Responsible for the analysis"), position(analyses) if analyses else ""
        if document is not None:
            label = _(
                "${code}, version ${label}", {"code": document.code, "label": definition.label}
            )
            yield "document", _("Document"), self.say(label)
        yield "since", _("Measured from"), show_date(shown.profile, self.context.since)
        yield "note", _("Note"), definition.note

    def _row(self, point: Point) -> tuple[str, ...]:
        line = self.shown.line(point)
        values = "; ".join(f"{name}: {value or '—'}" for name, value in line["values"])
        running = point.state == series.RUNNING
        verdict = self.say(chip_of(point.state if running else point.verdict).word)
        return (
            line["period"],
            values,
            line["result"] or self.say(_("No data")),
            line["target"],
            line["band"],
            verdict,
        )

    def _studies(self, points: list[Point]) -> Iterator[Studied]:
        """Give the analyses that there are, the latest first."""
        for point in points:
            analysis = analysis_of(self.context, point.period)
            if analysis is None or analysis.progress.state == MISSING:
                continue
            yield self._studied(point, analysis.progress)

    def _studied(self, point: Point, progress: Progress) -> Studied:
        shown, definition = self.shown, point.definition
        result = shown.number(point.result, definition.unit, definition.target)
        answers = tuple(self._answers(point))
        needs = NEEDS if answers else NEEDS_NONE
        if not answers and point.meets is False and not progress.reason:
            needs = UNSAID
        by, at = (
            (shown.hand(progress.closed_by, progress.closed_for), progress.closed_at)
            if progress.closed_at
            else (shown.hand(progress.saved_by, progress.saved_for), progress.saved_at)
        )
        return Studied(
            period=shown.period(point.period),
            key=point.key,
            result=result or self.say(_("No data")),
            verdict=point.verdict,
            verdict_text=self.say(chip_of(point.verdict).word),
            text=progress.text,
            cause=progress.cause,
            reason=progress.reason,
            needs=self.say(needs),
            answers=answers,
            signed=f"{by}, {show_moment(shown.profile, at)}",
            notes=tuple(str(note.get("text", "")) for note in progress.notes),
        )

    def _answers(self, point: Point) -> Iterator[Answer]:
        """Name what answers a measurement, as far as the person may see it."""
        home = self.request.resource_url(self.shown.organisation)
        for kind, key in answers_to(self.context, point.period):
            thing = visible_ref(self.request, f"{kind}:{key}")
            if thing is not None:
                yield Answer(thing.code, thing.title, home + thing.path.lstrip("/"))

    # What surrounds it

    def _dress(self) -> Dress:
        request, shown, definition = self.request, self.shown, self.definition
        profile, document = shown.profile, self.context.document
        process = shown.organisation["processes"].get(self.context.process_id)
        logo = logo_of(shown.organisation)
        title = self.say(TITLE)
        version = document.versions.at(definition.version) if document is not None else None
        dates = version.dates if version is not None else {}
        facts: dict[str, object] = {
            "moment": show_moment_and_zone(profile, request.act.at),
            "name": request.person.name,
        }
        made = _("Made on ${moment} by ${name}. A printed copy is not controlled.", facts)
        values = {
            "system_name": profile.system_name,
            "organisation": profile.name,
            "title": self.context.title,
            "code": self.context.number,
            "type": title,
            "family": title,
            "process": process.name if process is not None else "",
            "owner_process": process.name if process is not None else "",
            "macroprocess": (process.macroprocess or "") if process is not None else "",
            "version": f"{document.code} v. {definition.label}" if document is not None else "",
            "in_force_from": show_date(profile, definition.starts, "printed"),
            **{name: show_date(profile, dates.get(name), "printed") for name in DATES},
        }
        return Dress(
            printing=profile.printing,
            values=values,
            organisation=profile.name,
            language=profile.language,
            colour=profile.colour,
            logo=logo.read() if logo is not None else None,
            made=self.say(made),
            at=request.act.at,
        )

    def _table(self) -> Table:
        """Give the whole series, to take away: every period that was measured."""
        points = self._points(EVERY)
        names = list(dict.fromkeys(one.name for p in points for one in p.definition.variables))
        columns = (
            Column("key", _("Key of the period"), Kind.CODE),
            Column("period", _("Period")),
            Column("first", _("First day"), Kind.DATE),
            Column("last", _("Last day"), Kind.DATE),
            *(Column(name, name, Kind.NUMBER) for name in names),
            Column("result", _("Result"), Kind.NUMBER),
            Column("unit", _("Unit of measure")),
            Column("target", _("Target")),
            Column("band", _("Band")),
            Column("state", _("State"), Kind.CHIP),
            Column("version", _("Version of the document")),
            Column("analysis", _("Analysis"), Kind.CHIP),
        )
        rows = partial(map, partial(self._whole, names), points)
        title = f"{self.context.number} {self.context.title}"
        return Table(title, columns, rows, total=len(points), name=self.context.number.lower())

    def _whole(self, names: list[str], point: Point) -> tuple[Any, ...]:
        line = self.shown.line(point)
        return (
            point.key,
            line["period"],
            point.period.first,
            point.period.last,
            *(point.values.get(name) for name in names),
            point.result,
            point.definition.unit,
            line["target"],
            line["band"],
            [point.state, point.verdict],
            point.definition.label,
            [line["analysis"]],
        )
