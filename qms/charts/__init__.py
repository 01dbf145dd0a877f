"""Pictures of figures: one drawing for the screen (SVG) and for paper (``qms.pdf.charts``)."""

from qms.charts.drawing import Figure, figure, lay_out, svg
from qms.charts.kinds import (
    Bar,
    BarChart,
    Category,
    Cause,
    Chart,
    ControlChart,
    Fishbone,
    Part,
    Point,
    Series,
    SeriesChart,
    Sparkline,
    Stack,
    StackedBar,
)
from qms.charts.tables import Table, describe, table
from qms.charts.words import Words

__all__ = [
    "Bar",
    "BarChart",
    "Category",
    "Cause",
    "Chart",
    "ControlChart",
    "Figure",
    "Fishbone",
    "Part",
    "Point",
    "Series",
    "SeriesChart",
    "Sparkline",
    "Stack",
    "StackedBar",
    "Table",
    "Words",
    "describe",
    "figure",
    "lay_out",
    "svg",
    "table",
]
