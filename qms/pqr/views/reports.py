"""Pages of the reports: a period is chosen, figures lead to their cases, files are taken away."""

from __future__ import annotations

from datetime import date
from functools import partial
from typing import Any, NamedTuple

from chameleon.utils import Markup
from pyramid.request import Request
from pyramid.response import Response
from pyramid.view import view_config, view_defaults

from qms.charts import figure
from qms.content.models import organisation_of
from qms.documents.figures import Span
from qms.kernel.i18n import _
from qms.pqr.choices import choices_of, times_of
from qms.pqr.figures import address
from qms.pqr.ledger import Question
from qms.pqr.models import CaseRegister
from qms.pqr.periods import MONTH, QUARTER, YEAR, Period
from qms.pqr.report_pdf import write_report
from qms.pqr.report_words import Writer
from qms.pqr.reports import (
    GROUP_TITLES,
    KINDS,
    Cell,
    Kind,
    Maker,
    Report,
    supervised,
    usual_period,
)
from qms.pqr.views.report_files import heads_of, printed, table_of
from qms.security.permissions import Permission
from qms.web.frame import Frame
from qms.web.parts import kept_of, rendered
from qms.web.responses import PDF, file_response
from qms.web.transactions import outside

BODY = "qms.templates:pqr/report_body.pt"
LISTED = {MONTH: 25, QUARTER: 9, YEAR: 5}
"""How many periods of each kind are offered."""


class Chooser(NamedTuple):
    """What the choice of the period follows from."""

    periods: tuple[tuple[str, str], ...]
    groups: tuple[tuple[str, str], ...]
    period: str
    group: str
    before: str
    after: str


class ShownCell(NamedTuple):
    """A figure as it is printed."""

    text: str
    url: str | None
    missing: bool


def maker_of(request: Request, kind: Kind) -> Maker:
    """Give what makes a report for whoever asks."""
    organisation = request.organisation
    filters: dict[str, tuple[str, ...]] = {}
    if kind.name == "regulator":
        filters = supervised(organisation)
    elif kind.name == "public":
        kinds = tuple(choices_of(organisation).data["reports"]["public_kinds"])
        filters = {"kind": kinds} if kinds else {}
    today = times_of(organisation).day(request.act.at)
    return Maker(organisation, today, request.localizer.translate, filters)


def writer_of(request: Request) -> Writer:
    """Give what writes figures for whoever asks."""
    profile = choices_of(request.organisation).profile
    return Writer(profile.number_style(), request.localizer.translate)


@view_defaults(context=CaseRegister, permission=Permission.CASE_REPORT, request_method="GET")
class ReportView:
    """The reports of one register."""

    def __init__(self, register: CaseRegister, request: Request) -> None:
        """Look at the register for one request."""
        self.register, self.request = register, request
        self.organisation = organisation_of(register)
        self.profile = choices_of(self.organisation).profile

    @view_config(name="reports", renderer="qms.templates:pqr/reports.pt")
    def overview(self) -> dict[str, Any]:
        """List the reports."""
        entries = [
            (self._url(kind), kind.title, self._says(kind), self._usual(kind))
            for kind in KINDS.values()
        ]
        translate = self.request.localizer.translate
        return {
            "heading": _("Reports"),
            "entries": entries,
            "json": lambda: {
                "reports": [
                    {"url": url, "title": translate(title)} for url, title, _s, _p in entries
                ]
            },
        }

    def _says(self, kind: Kind) -> str:
        said = str(self.request.localizer.translate(kind.says))
        regulator = choices_of(self.organisation).data["reports"]["regulator"]
        return f"{said} {regulator}." if kind.name == "regulator" and regulator else said

    def _usual(self, kind: Kind) -> str:
        return usual_period(kind, self._today).name(self.request.localizer.translate)

    @property
    def _today(self) -> date:
        return times_of(self.organisation).day(self.request.act.at)

    def _url(self, kind: Kind, **query: str) -> str:
        name = f"report-{kind.name}"
        return str(self.request.resource_path(self.register, name, query=query or None))

    @view_config(name="report-channels", renderer="qms.templates:pqr/report.pt")
    def channels(self) -> Any:
        """Show the report by channel."""
        return self._show(KINDS["channels"])

    @view_config(name="report-regulator", renderer="qms.templates:pqr/report.pt")
    def regulator(self) -> Any:
        """Show the consolidated report."""
        return self._show(KINDS["regulator"])

    @view_config(name="report-public", renderer="qms.templates:pqr/report.pt")
    def public(self) -> Any:
        """Show what the public report would say; it is published on purpose."""
        return self._show(KINDS["public"])

    @view_config(name="report-process", renderer="qms.templates:pqr/report.pt")
    def process(self) -> Any:
        """Show the report of processes, products or reasons."""
        return self._show(KINDS["process"])

    # One report

    def _show(self, kind: Kind) -> Any:
        asked = self.request.GET
        period = Period.parse(asked.get("period", ""))
        if period is None or period.kind not in kind.periods:
            period = usual_period(kind, self._today)
        group = asked.get("by", "")
        group = group if group in kind.groups else kind.groups[0]
        maker = maker_of(self.request, kind)
        if asked.get("download") == "pdf":
            return self._pdf(maker.make(kind, period, group))
        name = period.name(self.request.localizer.translate)
        may_publish = kind.name == "public" and self.request.has_permission(
            Permission.CASE_WORK, self.register
        )
        return {
            "heading": kind.title,
            "subtitle": f"{name} · {self._says(kind)}",
            "tabs": [
                (self.request.localizer.translate(one.title), self._url(one), one is kind)
                for one in KINDS.values()
            ],
            "chooser": self._chooser(kind, period, group),
            "body": partial(self._body, maker, kind, period, group),
            "downloads": [
                (title, self._url(kind, period=str(period), by=group, download=form))
                for form, title in (("pdf", "PDF"), ("xlsx", "Excel"), ("csv", "CSV"))
            ],
            "publish_url": self.request.resource_path(
                self.register, "publish-report", query={"period": str(period)}
            )
            if may_publish
            else None,
            "table": lambda: table_of(maker.make(kind, period, group), writer_of(self.request)),
            "json": lambda: self._json(maker.make(kind, period, group)),
            "wide": True,
        }

    def _chooser(self, kind: Kind, period: Period, group: str) -> Chooser:
        translate, found = self.request.localizer.translate, []
        for length in kind.periods:
            one = Period.of(length, self._today)
            for _each in range(LISTED[length]):
                found.append(one)
                one = one.before
        if period not in found:
            found.append(period)
        return Chooser(
            tuple((str(one), one.name(translate)) for one in found),
            tuple((one, translate(GROUP_TITLES[one])) for one in kind.groups),
            str(period),
            group,
            self._url(kind, period=str(period.before), by=group),
            self._url(kind, period=str(period.after), by=group),
        )

    def _body(self, maker: Maker, kind: Kind, period: Period, group: str, ui: Frame) -> Markup:
        """Draw figures, charts and tables; kept for as long as no case of these months changes."""
        kept, links = kept_of(self.request), self._link(Question(period.span)) is not None
        ledger, first = (
            maker.ledger,
            min(period.year_before.first, period.months[-1].moved(-12).first),
        )
        span = Span(first, period.span.last)
        key = (
            BODY,
            kind.name,
            str(period),
            group,
            ui.language,
            links,
            self.request.resource_path(self.register),
            self.organisation.uid,
            self.organisation.profile_revision,
            tuple(maker.names(group).items()),
            maker.today < period.span.last and maker.today,
            None if ledger is None else (ledger.first_month, ledger.version(Question(span))),
        )
        found = kept.get(key)
        if found is None:
            report = maker.make(kind, period, group)
            text = rendered(ui, BODY, self._values(report))
            kept.put(key, text)
            return Markup(text)
        return Markup(found[0])

    def _link(self, question: Question | None) -> str | None:
        if question is None:
            return None
        return address(self.request, question.span, question.filters, question.outcome)

    def _cell(self, writer: Writer, cell: Cell) -> ShownCell:
        return ShownCell(writer.text(cell), self._link(cell.question), cell.value is None)

    def _values(self, report: Report) -> dict[str, Any]:
        writer = writer_of(self.request)
        draw = partial(self._cell, writer)
        return {
            "tiles": [
                (
                    writer.translate(tile.title),
                    draw(tile.now),
                    [
                        (name, draw(cell), moved)
                        for name, cell, moved in writer.compared(tile, report)
                    ],
                )
                for tile in report.tiles
            ],
            "charts": [figure(chart, ident) for ident, chart in writer.charts(report)],
            "grids": [
                (
                    writer.translate(grid.title),
                    heads_of(writer, grid),
                    len(grid.heads),
                    [
                        (line.labels, [draw(cell) for cell in line.cells], line.total)
                        for line in grid.lines
                    ],
                )
                for grid in report.grids
                if grid.lines
            ],
        }

    # To take away

    def _pdf(self, report: Report) -> Response:
        writer, request = writer_of(self.request), self.request
        planned = printed(self.request, report, writer, self._says(report.kind))
        name = f"{self.profile.id}-{report.kind.name}-{report.period}.pdf"
        data = outside(request, partial(write_report, planned))
        return file_response(request, data, name, PDF)

    def _json(self, report: Report) -> dict[str, Any]:
        def number(cell: Cell) -> str | None:
            return None if cell.value is None else f"{round(cell.value, 4).normalize():f}"

        return {
            "report": report.kind.name,
            "period": str(report.period),
            "from": report.period.span.first,
            "to": report.period.span.last,
            "tables": [
                {
                    "columns": heads_of(writer_of(self.request), grid)[len(grid.heads) :],
                    "rows": [
                        {
                            "labels": list(line.labels),
                            "figures": [number(cell) for cell in line.cells],
                            "lists": [self._link(cell.question) for cell in line.cells],
                        }
                        for line in grid.lines
                    ],
                }
                for grid in report.grids
            ],
        }
