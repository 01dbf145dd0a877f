"""Every kind of chart laid out, and written as SVG."""

from __future__ import annotations

from dataclasses import dataclass

from qms.charts.bars import lay_out_bars, lay_out_stacked
from qms.charts.control import lay_out_control
from qms.charts.fishbone import lay_out_fishbone
from qms.charts.kinds import (
    BarChart,
    Chart,
    ControlChart,
    Fishbone,
    SeriesChart,
    Sparkline,
    StackedBar,
)
from qms.charts.series import lay_out_series
from qms.charts.shapes import Drawing
from qms.charts.sparkline import WIDTH, lay_out_sparkline
from qms.charts.svg import drawing_svg
from qms.charts.tables import Table, describe, table

__all__ = ["NARROW", "WIDE", "Figure", "figure", "lay_out", "svg"]

WIDE, WIDE_SIZE = 760.0, 12.5
"""The drawing for a desk: width and size of text, in CSS pixels."""
NARROW, NARROW_SIZE = 336.0, 13.0
"""The drawing for a telephone; its text is never smaller than 12 pixels there."""


def lay_out(chart: Chart, width: float, size: float) -> Drawing:
    """Lay a chart out, ``width`` points wide with text of ``size`` points; the height follows."""
    match chart:
        case SeriesChart():
            return lay_out_series(chart, width, size)
        case ControlChart():
            return lay_out_control(chart, width, size)
        case BarChart():
            return lay_out_bars(chart, width, size)
        case StackedBar():
            return lay_out_stacked(chart, width, size)
        case Sparkline():
            return lay_out_sparkline(chart, width, size)
        case Fishbone():
            return lay_out_fishbone(chart, width, size)


def svg(
    chart: Chart,
    *,
    width: float | None = None,
    ident: str = "chart",
    title: str = "",
    description: str = "",
) -> str:
    """Write a chart as an ``svg`` element; ``ident`` makes its ids unique on the page."""
    if width is None:
        width = WIDTH if isinstance(chart, Sparkline) else WIDE
    size = WIDE_SIZE if width > (WIDE + NARROW) / 2 else NARROW_SIZE
    return drawing_svg(
        lay_out(chart, width, size),
        ident=ident,
        title=title or chart.title,
        description=description or describe(chart),
    )


@dataclass(frozen=True)
class Figure:
    """What the macro ``figure`` shows: the same chart for desk and telephone, and its table."""

    title: str
    description: str
    wide: str
    narrow: str
    table: Table
    ident: str


def figure(chart: Chart, ident: str, *, title: str = "", description: str = "") -> Figure:
    """Prepare a chart for a page; ``ident`` is unique on it."""
    title = title or chart.title
    said = description or describe(chart)
    return Figure(
        title,
        said,
        svg(chart, ident=f"{ident}-wide", title=title, description=said),
        svg(chart, width=NARROW, ident=f"{ident}-narrow", title=title, description=said),
        table(chart),
        ident,
    )
