"""A report of the register as a PDF: main figures, charts and tables under the house's head."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from reportlab.platypus import Flowable, Spacer

from qms.charts import Chart
from qms.pdf.charts import flowable
from qms.pdf.document import Sheet, build
from qms.pdf.heads import list_head
from qms.pdf.keeping import keep_headings
from qms.pdf.letterhead import Brand, Letterhead
from qms.pdf.metadata import Metadata
from qms.pdf.styles import aligned, colour, styles
from qms.pdf.tables import grid, proportions
from qms.pdf.text import heading, plain

_LABEL, _FIGURE = 26.0, 11.0
"""Shares of the width that a label and a figure take."""


@dataclass(frozen=True)
class PrintedGrid:
    """One table in the words of its reader."""

    title: str
    labels: int
    """How many columns at the left name a row."""
    rows: Sequence[Sequence[str]]
    """The heads first."""


@dataclass(frozen=True)
class PrintedReport:
    """What is printed, in the words of its reader; writing it touches no database."""

    organisation: str
    colour: str
    logo: bytes | None
    paper: str
    language: str
    title: str
    about: str
    """The period, and what the report is for."""
    made: str
    page: str
    tiles: PrintedGrid
    charts: Sequence[Chart]
    grids: Sequence[PrintedGrid]
    notes: Sequence[str]
    at: datetime


def write_report(report: PrintedReport) -> bytes:
    """Give the file; the same report gives the same bytes."""
    upright = Sheet.of(report.paper)
    sheet = Sheet(upright.height, upright.width, side=36)
    width = sheet.text_width
    house = styles()
    said = [plain(text, house.note) for text in (report.about, *report.notes)]
    story: list[Flowable] = [*said, *_table(report.tiles, width)]
    for chart in report.charts:
        story += [
            Spacer(1, 8),
            *heading(chart.title, house.heading),
            flowable(chart, width, accent=report.colour),
        ]
    for one in report.grids:
        story += [*heading(one.title, house.heading), *_table(one, width)]
    metadata = Metadata(
        title=report.title,
        author=report.organisation,
        subject=report.about,
        language=report.language,
        created=report.at,
    )
    return build(keep_headings(story, width), sheet, _letterhead(report, width), metadata).pdf


def _table(one: PrintedGrid, width: float) -> list[Flowable]:
    columns = len(one.rows[0])
    shares = [_LABEL if n < one.labels else _FIGURE for n in range(columns)]
    right = aligned(styles().cell, "right")
    rows: list[list[Any]] = [
        list(one.rows[0]),
        *(
            [text if n < one.labels else plain(text, right) for n, text in enumerate(row)]
            for row in one.rows[1:]
        ),
    ]
    return [grid(rows, proportions(shares, width), small=True)]


def _letterhead(report: PrintedReport, width: float) -> Letterhead:
    return Letterhead(
        list_head(report.page),
        {"organisation": report.organisation, "title": report.title, "made": report.made},
        width,
        brand=Brand(report.organisation, colour(report.colour), report.logo),
        legends={"footer": ["{made}"]},
    )
