"""How the figures of a report are written, and its charts."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from qms.charts import Bar, BarChart, Chart, Part, Point, SeriesChart, Stack, StackedBar, Words
from qms.kernel.formats import NumberStyle
from qms.kernel.i18n import _
from qms.pqr.periods import Period
from qms.pqr.reports import COUNT, PERCENT, Cell, Report, Tile

NO_DATA = _("No data")
PLACES = 1
"""Decimal places of what is no count."""
MOST_BARS = 24
"""Rows that a chart shows; the table has all."""


@dataclass(frozen=True)
class Writer:
    """Writes for one reader of one organisation."""

    numbers: NumberStyle
    translate: Callable[[Any], str]

    def text(self, cell: Cell) -> str:
        """Write a figure; a missing one as «no data», never as zero."""
        return self.number(cell.value, cell.kind)

    def number(self, value: Decimal | None, kind: str) -> str:
        """Write a number of a kind."""
        if value is None:
            return self.translate(NO_DATA)
        if kind == COUNT:
            return self.numbers.format(value, 0)
        if kind == PERCENT:
            return self.numbers.percent(value)
        return self.numbers.format(value, PLACES)

    def change(self, now: Cell, then: Cell) -> str:
        """Say how a figure moved: in per cent of the former for counts, else by how much."""
        if now.value is None or then.value is None:
            return ""
        moved = now.value - then.value
        if now.kind != COUNT:
            moved = round(moved, PLACES)
        sign = "+" if moved > 0 else "\u2212" if moved < 0 else ""
        if now.kind == COUNT:
            if not then.value:
                return ""
            return sign + self.numbers.percent(abs(moved) * 100 / then.value)
        points = " " + self.translate(_("points")) if now.kind == PERCENT else ""
        return sign + self.numbers.format(abs(moved), PLACES) + points

    def name(self, period: Period) -> str:
        """Name a period."""
        return period.name(self.translate)

    def compared(self, tile: Tile, report: Report) -> list[tuple[str, Cell, str]]:
        """Give what a main figure is held against: name, figure and how it moved."""
        period = report.period
        return [
            (self.name(period.before), tile.before, self.change(tile.now, tile.before)),
            (
                self.name(period.year_before),
                tile.year_before,
                self.change(tile.now, tile.year_before),
            ),
        ]

    # Charts

    def charts(self, report: Report) -> list[tuple[str, Chart]]:
        """Give the charts of a report, each with its id on the page."""
        found: list[tuple[str, Chart]] = [("trend", self._trend(report))]
        if report.kind.name in ("channels", "process") and report.bars:
            found.append(("bars", self._bars(report)))
        if report.rates:
            found.append(("answers", self._answers(report)))
        if report.kind.name in ("channels", "regulator", "process"):
            found.append(("on-time", self._on_time(report)))
        return found

    def _common(self, title: Any) -> dict[str, Any]:
        return {
            "title": self.translate(title),
            "style": self.numbers,
            "words": Words.of(self.translate),
        }

    def _trend(self, report: Report) -> Chart:
        points = tuple(
            Point(month.short, received, month.span.first, month.span.last)
            for month, received, _share in report.trend
        )
        return SeriesChart(
            points=points, places=0, floor=Decimal(0), **self._common(_("Cases received by month"))
        )

    def _on_time(self, report: Report) -> Chart:
        points = tuple(
            Point(month.short, share, month.span.first, month.span.last)
            for month, _received, share in report.trend
        )
        return SeriesChart(
            points=points,
            unit="%",
            **self._common(_("Answered on time, of those answered, by month of receipt")),
        )

    def _bars(self, report: Report) -> Chart:
        bars = tuple(Bar(label, now, before) for label, now, before in report.bars[:MOST_BARS])
        return BarChart(
            bars=bars,
            horizontal=True,
            places=0,
            name=self.name(report.period),
            before_name=self.name(report.period.before),
            **self._common(_("Cases received, against the period before")),
        )

    def _answers(self, report: Report) -> Chart:
        parts = (
            Part(self.translate(_("Answered on time")), "good"),
            Part(self.translate(_("Answered late")), "bad"),
            Part(self.translate(_("Waiting for an answer")), "quiet"),
        )
        rows = tuple(Stack(label, values) for label, values in report.rates[:MOST_BARS])
        return StackedBar(parts=parts, rows=rows, **self._common(_("How they were answered")))
