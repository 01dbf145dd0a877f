"""A laid out process map as one sheet of paper, with the day it shows."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from reportlab.lib.colors import Color, HexColor
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import Flowable

from qms.pdf import fonts
from qms.pdf.document import Sheet, build
from qms.pdf.heads import list_head
from qms.pdf.letterhead import Brand, Letterhead
from qms.pdf.metadata import Metadata
from qms.pdf.styles import INK, colour
from qms.pdf.tagged import described, draw_inside
from qms.processes.drawing import Drawing, Label, Polygon

__all__ = ["Dress", "map_pdf", "sheet_for"]

_FILLS = {
    "band": HexColor("#f3f5f7"),
    "group": HexColor("#ffffff"),
    "box": HexColor("#eef2f6"),
    "needs": HexColor("#e2eff9"),
    "met": HexColor("#e3f3e9"),
}
_EDGES = {"band": HexColor("#c9d0d8"), "group": HexColor("#c9d0d8")}
_QUIET = HexColor("#55606e")


@dataclass(frozen=True)
class Dress:
    """What stands around the drawing, already in the reader's language."""

    title: str
    organisation: str
    system_name: str
    language: str
    colour: str
    made: str
    """When it was made and by whom."""
    stand: str
    """The day and revision that the map shows."""
    description: str
    """The map in words, for those who cannot see it."""
    paper: str = "letter"
    logo: bytes | None = None


def sheet_for(paper: str) -> Sheet:
    """Give the paper, lying on its long side."""
    upright = Sheet.of(paper)
    return Sheet(upright.height, upright.width, side=36)


def map_pdf(drawing: Drawing, dress: Dress, *, at: datetime) -> bytes:
    """Give the file: the same drawing at the same moment gives the same bytes."""
    sheet = sheet_for(dress.paper)
    letterhead = _letterhead(dress, sheet.text_width)
    room = sheet.height - sheet.top - sheet.bottom
    room -= letterhead.header_height + letterhead.footer_height + 10
    metadata = Metadata(
        title=dress.title,
        author=dress.organisation,
        subject=dress.stand,
        language=dress.language,
        created=at,
    )
    story = [_Map(drawing, sheet.text_width, room, dress)]
    return build(story, sheet, letterhead, metadata).pdf


def _letterhead(dress: Dress, width: float) -> Letterhead:
    values = {
        "system_name": dress.system_name,
        "title": dress.title,
        "stand": dress.stand,
        "made": dress.made,
    }
    return Letterhead(
        list_head("{stand}", above="{system_name}", widths=(18, 60, 22), size=12),
        values,
        width,
        brand=Brand(dress.organisation, colour(dress.colour), dress.logo),
        legends={"footer": ["{made}"]},
    )


class _Map(Flowable):
    """The drawing, as large as the sheet allows, as one figure with its description."""

    def __init__(self, drawing: Drawing, width: float, height: float, dress: Dress) -> None:
        super().__init__()
        self._drawing = drawing
        self._accent = colour(dress.colour)
        self.scale = min(width / drawing.width, height / max(drawing.height, 1.0))
        self.width, self.height = width, drawing.height * self.scale
        self._figure = described(dress.description)

    def wrap(self, availWidth: float, availHeight: float) -> tuple[float, float]:  # noqa: N803
        """Give the size that it takes, however much there is."""
        return self.width, self.height

    def draw(self) -> None:
        draw_inside(self.canv, self._figure, self._draw)

    def _draw(self, canvas: Canvas) -> None:
        canvas.saveState()
        canvas.translate((self.width - self._drawing.width * self.scale) / 2, 0)
        canvas.scale(self.scale, self.scale)
        canvas.setLineWidth(0.8)
        for piece in self._drawing.pieces:
            for item in piece.items:
                if isinstance(item, Polygon):
                    self._polygon(canvas, item)
                else:
                    self._label(canvas, item)
        canvas.restoreState()

    def _polygon(self, canvas: Canvas, shape: Polygon) -> None:
        look = shape.look.split()[0]
        fill: Color = _FILLS.get(look, _FILLS["box"])
        edge: Color = _EDGES.get(look, self._accent)
        canvas.setFillColor(fill)
        canvas.setStrokeColor(edge)
        path = canvas.beginPath()
        points = [(x, self._drawing.height - y) for x, y in shape.points]
        path.moveTo(*points[0])
        for point in points[1:]:
            path.lineTo(*point)
        path.close()
        canvas.drawPath(path, stroke=1, fill=1)

    def _label(self, canvas: Canvas, label: Label) -> None:
        canvas.setFillColor(_QUIET if label.look == "quiet" else INK)
        canvas.setFont(fonts.face(bold=label.bold), label.size)
        y = self._drawing.height - label.y
        if label.centred:
            canvas.drawCentredString(label.x, y, label.text)
        else:
            canvas.drawString(label.x, y, label.text)
