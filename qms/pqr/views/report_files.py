"""Reports to take away: a table for spreadsheets, and everything that the PDF needs."""

from __future__ import annotations

from typing import Any

from pyramid.request import Request

from qms.documents.wording import show_moment_and_zone
from qms.exports import Column, Table
from qms.exports import Kind as Holds
from qms.kernel.i18n import _
from qms.people.models import people_of
from qms.pqr.report_pdf import PrintedGrid, PrintedReport
from qms.pqr.report_words import Writer
from qms.pqr.reports import COUNT, PERCENT, Cell, Grid, Report
from qms.profiles.api import logo_of, profile_of

NOTE = _(
    "Every figure goes by the day of receipt: a case that is answered or closed later counts for"
    " the period in which it was received. «No data» is no zero."
)


def table_of(report: Report, writer: Writer) -> Table:
    """Give the main table of a report as one to take away."""
    grid = report.grids[0]
    labels = [Column(f"label{n}", title) for n, title in enumerate(grid.heads)]
    figures = [
        Column(f"figure{n}", title, Holds.PERCENT if kind == PERCENT else Holds.NUMBER)
        for n, (title, kind) in enumerate(grid.columns)
    ]

    def rows() -> Any:
        for line in grid.lines:
            yield (*line.labels, *(plain_figure(writer, cell) for cell in line.cells))

    return Table(
        report.kind.title,
        (*labels, *figures),
        rows,
        total=len(grid.lines),
        facts=[(_("Period"), writer.name(report.period))],
        name=f"{report.kind.name}-{report.period}",
    )


def heads_of(writer: Writer, grid: Grid) -> list[str]:
    """Give the heads of a table in the reader's language."""
    titles = (*grid.heads, *(title for title, _kind in grid.columns))
    return [str(writer.translate(title)) for title in titles]


def plain_figure(writer: Writer, cell: Cell) -> Any:
    """Give a figure for a spreadsheet: a number, or the words of a missing one."""
    if cell.value is None:
        return writer.text(cell)
    return cell.value if cell.kind == COUNT else round(cell.value, 2)


def printed(request: Request, report: Report, writer: Writer, says: str) -> PrintedReport:
    """Give a report as it is printed; reads everything that the file needs."""
    organisation, translate = request.organisation, writer.translate
    profile, logo = profile_of(organisation), logo_of(organisation)
    person = people_of(organisation).person_name(request.person.id)
    moment = show_moment_and_zone(profile, request.act.at)
    former = (report.period.before, report.period.year_before)
    heads = [translate(_("Figure")), *(writer.name(one) for one in (report.period, *former))]
    tiles = [
        [
            translate(tile.title),
            *(writer.text(one) for one in (tile.now, tile.before, tile.year_before)),
        ]
        for tile in report.tiles
    ]
    return PrintedReport(
        organisation=profile.legal_name or profile.name,
        colour=profile.colour,
        logo=logo.read() if logo is not None else None,
        paper=profile.printing["paper"],
        language=profile.language,
        title=f"{translate(report.kind.title)} · {writer.name(report.period)}",
        about=says,
        made=translate(_("Made on ${moment} by ${person}", {"moment": moment, "person": person})),
        page=translate(_("Page ${page} of ${pages}", {"page": "{page}", "pages": "{pages}"})),
        tiles=PrintedGrid("", 1, [heads, *tiles]),
        charts=[chart for _ident, chart in writer.charts(report)],
        grids=[
            PrintedGrid(
                translate(grid.title),
                len(grid.heads),
                [
                    heads_of(writer, grid),
                    *(
                        [*line.labels, *(writer.text(one) for one in line.cells)]
                        for line in grid.lines
                    ),
                ],
            )
            for grid in report.grids
            if grid.lines
        ],
        notes=[translate(NOTE)],
        at=request.act.at,
    )
