"""Charts on paper: the drawing of ``qms.charts`` with the house's fonts, as one tagged figure."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from reportlab.lib.colors import Color, HexColor, white
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import Flowable

from qms.charts import Chart, describe, lay_out
from qms.charts.shapes import Area, Drawing, Line, Marker, Text
from qms.charts.signs import SIGNS
from qms.pdf import fonts
from qms.pdf.styles import FAINT, GRID, INK, MUTED, colour
from qms.pdf.tagged import described, draw_inside

__all__ = ["ChartFlowable", "flowable"]

SIZE = 8.0
"""Size of the text in charts, in points."""
TALLEST = 560.0
"""So high may a chart be that has to fit on a page with its heading, in points."""
WIDER = (1.2, 1.4, 1.6, 1.8)
"""How much wider a chart is laid out that would not fit; its text is so much smaller then."""
XY = tuple[float, float]

_GOOD, _WARN, _BAD = HexColor("#1a6b3c"), HexColor("#875300"), HexColor("#b3261e")
_BUSY, _DONE = HexColor("#0b5a94"), HexColor("#4a4a9c")


@dataclass(frozen=True)
class _Look:
    """How a shape is drawn; ``accent`` stands for the organisation's colour."""

    stroke: Color | str | None = None
    width: float = 0.8
    dash: tuple[float, ...] = ()
    fill: Color | str | None = None
    veil: float = 1.0
    """How opaque the fill is."""


_ACCENT = "accent"
_LOOKS: dict[str, _Look] = {
    "frame": _Look(FAINT, fill=white),
    "grid": _Look(FAINT, 0.4),
    "axis": _Look(GRID, 0.7),
    "tick": _Look(GRID, 0.6),
    "line": _Look(_ACCENT, 1.4),
    "line-2": _Look(_WARN, 1.4, (5, 2)),
    "line-3": _Look(_GOOD, 1.4, (1.5, 2)),
    "line-4": _Look(_DONE, 1.4, (6, 2, 1.5, 2)),
    "mark": _Look(white, 0.5, fill=_ACCENT),
    "mark-off": _Look(_BAD, 1.2, fill=white),
    "mark-2": _Look(white, 0.5, fill=_WARN),
    "mark-3": _Look(white, 0.5, fill=_GOOD),
    "mark-4": _Look(white, 0.5, fill=_DONE),
    "outlier": _Look(INK, 1.1),
    "target": _Look(INK, 1.1, (5, 2.5)),
    "baseline": _Look(MUTED, 1.0, (1, 2.4)),
    "change": _Look(MUTED, 0.8, (2.6, 2)),
    "limit": _Look(_BAD, 1.0, (3.4, 2)),
    "center": _Look(MUTED, 0.9),
    "signal": _Look(white, 0.5, fill=_BAD),
    "zone": _Look(fill=HexColor("#eceff2"), veil=0.5),
    "missing": _Look(fill=white, veil=0.65),
    "bar": _Look(fill=_ACCENT),
    "bar-before": _Look(GRID, 0.5, fill=HexColor("#e2e5e9")),
    "tone-good": _Look(fill=_GOOD),
    "tone-warn": _Look(_WARN, 0.6, fill=HexColor("#fdf0d5")),
    "tone-bad": _Look(_BAD, 0.6, fill=HexColor("#fbe6e4")),
    "tone-busy": _Look(_BUSY, 0.6, fill=HexColor("#e2eff9")),
    "tone-done": _Look(_DONE, 0.6, fill=HexColor("#ebebfa")),
    "tone-quiet": _Look(GRID, 0.6, fill=HexColor("#eceff2")),
    "plate": _Look(fill=white, veil=0.92),
    "spark": _Look(_ACCENT, 1.2),
    "spark-target": _Look(MUTED, 0.6, (2, 1.6)),
    "spark-missing": _Look(fill=GRID),
    "spine": _Look(INK, 1.6),
    "bone": _Look(INK, 1.0),
    "cause": _Look(GRID, 0.6),
    "cause-sign": _Look(fill=INK),
    "effect-sign": _Look(fill=INK),
    "category": _Look(GRID, 0.7, fill=HexColor("#f3f5f7")),
    "effect": _Look(_ACCENT, 1.0, fill=HexColor("#f6f8fa")),
}
_INKS = {
    "axis-text": MUTED,
    "quiet": MUTED,
    "zone-text": MUTED,
    "signal-text": _BAD,
    "root": _BAD,
}
_HATCH = {
    "rising": (4.2, (45.0,)),
    "falling": (4.2, (135.0,)),
    "cross": (4.2, (45.0, 135.0)),
    "across": (3.4, (0.0,)),
    "upright": (3.4, (90.0,)),
    "missing": (2.6, (45.0,)),
}
"""Distance of the lines and their angles, of each pattern made of lines."""
_DOTS = 3.4
"""Distance of dots, in points."""
_ARROW = (5.0, 2.2)
_CHOSEN = 0.16
"""How opaque a zone in a chosen colour is."""


def flowable(
    chart: Chart,
    width: float,
    *,
    description: str = "",
    accent: str = "",
    size: float = SIZE,
) -> ChartFlowable:
    """Give the chart as one block ``width`` points wide; ``accent`` is the organisation's colour.

    ``description`` is read to those who do not see it; without one it is made from the chart.
    """
    said = ". ".join(filter(None, (chart.title, description or describe(chart))))
    drawing, scale = _fitting(chart, width, size)
    return ChartFlowable(drawing, said, colour(accent, HexColor("#1f4e79")), scale)


def _fitting(chart: Chart, width: float, size: float) -> tuple[Drawing, float]:
    """Lay a chart out so that it fits on a page: what is taller is laid out wider, and shrunk."""
    drawing, scale = lay_out(chart, width, size), 1.0
    for wider in WIDER:
        if drawing.height * scale <= TALLEST:
            return drawing, scale
        drawing, scale = lay_out(chart, width * wider, size), 1 / wider
    return drawing, min(scale, TALLEST / drawing.height)


class ChartFlowable(Flowable):
    """One drawing."""

    def __init__(
        self, drawing: Drawing, description: str, accent: Color, scale: float = 1.0
    ) -> None:
        super().__init__()
        self._drawing, self._accent, self._scale = drawing, accent, scale
        self.width, self.height = drawing.width * scale, drawing.height * scale
        self._figure = described(description)

    def wrap(self, availWidth: float, availHeight: float) -> tuple[float, float]:
        """Give the size that it takes, however much there is."""
        return self.width, self.height

    def draw(self) -> None:
        """Draw at the flowable's place, tagged where the canvas knows tags."""
        fonts.register()
        draw_inside(self.canv, self._figure, self._draw)

    def _draw(self, canvas: Canvas) -> None:
        canvas.scale(self._scale, self._scale)
        for shape in self._drawing.shapes:
            canvas.saveState()
            if isinstance(shape, Line):
                self._line(canvas, shape)
            elif isinstance(shape, Area):
                self._area(canvas, shape)
            elif isinstance(shape, Marker):
                self._marker(canvas, shape)
            else:
                self._text(canvas, shape)
            canvas.restoreState()

    def _dress(self, canvas: Canvas, look: _Look) -> tuple[int, int]:
        """Set pens and fills; give whether to stroke and to fill."""
        if look.stroke is not None:
            canvas.setStrokeColor(self._ink(look.stroke))
            canvas.setLineWidth(look.width)
            if look.dash:
                canvas.setDash(list(look.dash))
        if look.fill is not None:
            canvas.setFillColor(self._ink(look.fill))
            if look.veil < 1:
                canvas.setFillAlpha(look.veil)
        return int(look.stroke is not None), int(look.fill is not None)

    def _ink(self, ink: Color | str) -> Color:
        return self._accent if isinstance(ink, str) else ink

    def _trace(self, canvas: Canvas, points: Iterable[XY], *, closed: bool) -> object:
        path = canvas.beginPath()
        for number, (x, y) in enumerate(points):
            (path.lineTo if number else path.moveTo)(x, self._drawing.height - y)
        if closed:
            path.close()
        return path

    def _line(self, canvas: Canvas, line: Line) -> None:
        look = _LOOKS[line.look]
        self._dress(canvas, look)
        canvas.setLineJoin(1)
        canvas.drawPath(self._trace(canvas, line.points, closed=False), stroke=1, fill=0)
        if line.arrow:
            (x0, y0), (x1, y1) = line.points[-2:]
            angle = math.atan2(y1 - y0, x1 - x0)
            long, side = _ARROW
            base_x, base_y = x1 - long * math.cos(angle), y1 - long * math.sin(angle)
            aside = (side * math.sin(angle), side * math.cos(angle))
            corners = [
                (x1, y1),
                (base_x - aside[0], base_y + aside[1]),
                (base_x + aside[0], base_y - aside[1]),
            ]
            canvas.setFillColor(self._ink(look.stroke or INK))
            canvas.drawPath(self._trace(canvas, corners, closed=True), stroke=0, fill=1)

    def _area(self, canvas: Canvas, area: Area) -> None:
        stroke, fill = self._dress(canvas, _LOOKS[area.look])
        if area.colour:
            canvas.setFillColor(colour(area.colour, MUTED))
            canvas.setFillAlpha(_CHOSEN)
        canvas.drawPath(self._trace(canvas, area.points, closed=True), stroke=stroke, fill=fill)
        if area.pattern:
            self._hatch(canvas, area)

    def _hatch(self, canvas: Canvas, area: Area) -> None:
        canvas.clipPath(self._trace(canvas, area.points, closed=True), stroke=0, fill=0)
        xs = [x for x, _y in area.points]
        ys = [self._drawing.height - y for _x, y in area.points]
        box = (min(xs), min(ys), max(xs), max(ys))
        strong = area.pattern == "missing"
        ink = GRID if strong else INK
        if area.pattern == "dots":
            # A dashed line of no length with round ends is a row of dots, in one stroke.
            canvas.setStrokeColor(ink)
            canvas.setStrokeAlpha(0.45)
            canvas.setLineCap(1)
            canvas.setLineWidth(0.9)
            canvas.setDash([0.01, _DOTS])
            canvas.lines(list(_strokes(box, _DOTS, 0.0)))
            return
        canvas.setDash()
        canvas.setStrokeColor(ink)
        canvas.setStrokeAlpha(0.8 if strong else 0.3)
        canvas.setLineWidth(0.35)
        distance, angles = _HATCH[area.pattern]
        for angle in angles:
            canvas.lines(list(_strokes(box, distance, angle)))

    def _marker(self, canvas: Canvas, marker: Marker) -> None:
        stroke, fill = self._dress(canvas, _LOOKS[marker.look])
        half = marker.size / 2
        if marker.sign in ("circle", "ring"):
            canvas.circle(marker.x, self._drawing.height - marker.y, half, stroke=stroke, fill=fill)
            return
        corners = [(marker.x + x * half, marker.y + y * half) for x, y in SIGNS[marker.sign]]
        canvas.drawPath(self._trace(canvas, corners, closed=True), stroke=stroke, fill=fill)

    def _text(self, canvas: Canvas, text: Text) -> None:
        canvas.setFillColor(_INKS.get(text.look, INK))
        canvas.setFont(fonts.face(bold=text.bold), text.size)
        said, y = fonts.visible(text.text), self._drawing.height - text.y
        if text.look == "value":
            self._plate(canvas, text, said, y)
        if text.anchor == "middle":
            canvas.drawCentredString(text.x, y, said)
        elif text.anchor == "end":
            canvas.drawRightString(text.x, y, said)
        else:
            canvas.drawString(text.x, y, said)

    def _plate(self, canvas: Canvas, text: Text, said: str, y: float) -> None:
        """Lay a veil under a value, so that hatching and lines do not run through it."""
        wide = canvas.stringWidth(said, fonts.face(bold=text.bold), text.size)
        left = {"start": text.x, "middle": text.x - wide / 2, "end": text.x - wide}[text.anchor]
        canvas.saveState()
        canvas.setFillColor(white)
        canvas.setFillAlpha(0.8)
        canvas.rect(left - 1, y - text.size * 0.16, wide + 2, text.size * 0.9, stroke=0, fill=1)
        canvas.restoreState()


def _strokes(
    box: tuple[float, float, float, float], distance: float, angle: float
) -> Iterator[tuple[float, float, float, float]]:
    """Give parallel lines that cover a box, counted from the sheet's corner so that they meet."""
    left, low, right, high = box
    turn = math.radians(angle)
    along, across = (math.cos(turn), math.sin(turn)), (-math.sin(turn), math.cos(turn))
    corners = [(left, low), (left, high), (right, low), (right, high)]
    far = [x * across[0] + y * across[1] for x, y in corners]
    long = [x * along[0] + y * along[1] for x, y in corners]
    at = math.ceil(min(far) / distance) * distance
    while at <= max(far):
        start, end = min(long), max(long)
        yield (
            start * along[0] + at * across[0],
            start * along[1] + at * across[1],
            end * along[0] + at * across[0],
            end * along[1] + at * across[1],
        )
        at += distance
