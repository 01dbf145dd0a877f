"""A laid out flow chart as flowables: a row each, so that a page may end between two activities."""

from __future__ import annotations

import math

from reportlab.lib.colors import white
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import Flowable

from qms.pdf import fonts
from qms.pdf.flowchart import Chart, Label, Line, Row, Shape
from qms.pdf.styles import INK
from qms.pdf.tagged import Holder, described, draw_inside

__all__ = ["chart_rows"]

_HEAD = 5.0


def chart_rows(chart: Chart) -> list[Flowable]:
    """Give the chart's rows; together they are one figure with its description."""
    figure = described(chart.description)
    return [_ChartRow(row, chart.width, figure) for row in chart.rows]


class _ChartRow(Flowable):
    """One activity of a chart."""

    def __init__(self, row: Row, width: float, figure: Holder) -> None:
        super().__init__()
        self._row = row
        self._figure = figure
        self.width = width
        self.height = row.height

    def wrap(self, availWidth: float, availHeight: float) -> tuple[float, float]:
        return self.width, self.height

    def draw(self) -> None:
        draw_inside(self.canv, self._figure, self._draw)

    def _draw(self, canvas: Canvas) -> None:
        canvas.saveState()
        canvas.setLineWidth(0.8)
        canvas.setStrokeColor(INK)
        for item in self._row.items:
            if isinstance(item, Line):
                self._line(canvas, item)
        for item in self._row.items:
            if isinstance(item, Shape):
                self._shape(canvas, item)
        for item in self._row.items:
            if isinstance(item, Label):
                self._label(canvas, item)
        canvas.restoreState()

    def _line(self, canvas: Canvas, line: Line) -> None:
        path = canvas.beginPath()
        points = [(x, self.height - y) for x, y in line.points]
        path.moveTo(*points[0])
        for point in points[1:]:
            path.lineTo(*point)
        canvas.drawPath(path, stroke=1, fill=0)
        if line.arrow:
            canvas.setFillColor(INK)
            head = canvas.beginPath()
            (x0, y0), (x1, y1) = points[-2:]
            angle = math.atan2(y1 - y0, x1 - x0)
            head.moveTo(x1, y1)
            for turn in (0.42, -0.42):
                head.lineTo(
                    x1 - _HEAD * math.cos(angle + turn), y1 - _HEAD * math.sin(angle + turn)
                )
            head.close()
            canvas.drawPath(head, stroke=0, fill=1)

    def _shape(self, canvas: Canvas, shape: Shape) -> None:
        x, y = shape.x, self.height - shape.y - shape.height
        canvas.setFillColor(white)
        if shape.kind == "pill":
            canvas.roundRect(x, y, shape.width, shape.height, shape.height / 2, stroke=1, fill=1)
        elif shape.kind == "diamond":
            path = canvas.beginPath()
            path.moveTo(x + shape.width / 2, y)
            path.lineTo(x + shape.width, y + shape.height / 2)
            path.lineTo(x + shape.width / 2, y + shape.height)
            path.lineTo(x, y + shape.height / 2)
            path.close()
            canvas.drawPath(path, stroke=1, fill=1)
        else:
            canvas.rect(x, y, shape.width, shape.height, stroke=1, fill=1)

    def _label(self, canvas: Canvas, label: Label) -> None:
        canvas.setFillColor(INK)
        canvas.setFont(fonts.face(bold=label.bold), label.size)
        y = self.height - label.y
        if label.centred:
            canvas.drawCentredString(label.x, y, label.text)
        else:
            canvas.drawString(label.x, y, label.text)
