"""Flowables of documents: boxes that a signature will fill, and contents with late page numbers."""

from __future__ import annotations

from collections.abc import Sequence

from reportlab.platypus import Flowable, LongTable

from qms.pdf.styles import GRID, styles
from qms.pdf.tables import grid, proportions
from qms.pdf.tagged import TaggedCanvas
from qms.pdf.text import Run, rich

__all__ = ["PageOf", "SignatureBox", "contents"]


class SignatureBox(Flowable):
    """An empty rectangle whose place on the page is reported, for a signature field."""

    def __init__(self, name: str, width: float, height: float) -> None:
        super().__init__()
        self.name = name
        self.width = width
        self.height = height

    def wrap(self, availWidth: float, availHeight: float) -> tuple[float, float]:
        """Take what the box needs."""
        return self.width, self.height

    def draw(self) -> None:
        """Draw a faint border and report the box."""
        canvas = self.canv
        if isinstance(canvas, TaggedCanvas):
            canvas.box(self.name, self.width, self.height)
            canvas.begin_artifact()
        canvas.saveState()
        canvas.setStrokeColor(GRID)
        canvas.setLineWidth(0.4)
        canvas.setDash(1, 2)
        canvas.rect(0, 0, self.width, self.height, stroke=1, fill=0)
        canvas.restoreState()
        if isinstance(canvas, TaggedCanvas):
            canvas.end_artifact()


class PageOf(Flowable):
    """The number of the page on which a bookmark stands, written when it is known."""

    def __init__(self, key: str) -> None:
        super().__init__()
        self.key = key
        self.width = 0.0
        self.height = styles().cell.leading

    def wrap(self, availWidth: float, availHeight: float) -> tuple[float, float]:
        """Take one line."""
        self.width = availWidth
        return self.width, self.height

    def draw(self) -> None:
        """Put the drawing off."""
        canvas = self.canv
        if isinstance(canvas, TaggedCanvas):
            canvas.later(self._draw_number)

    def _draw_number(self, canvas: TaggedCanvas) -> None:
        page = canvas.targets.get(self.key)
        style = styles().cell
        with canvas.content():
            canvas.setFont(style.fontName, style.fontSize)
            canvas.setFillColor(style.textColor)
            text = str(page) if page else "—"
            canvas.drawCentredString(self.width / 2, self.height - style.fontSize, text)


def contents(
    entries: Sequence[tuple[str, str, str]], heads: tuple[str, str, str], width: float
) -> LongTable:
    """Make a table of contents of (number, title, bookmark) with links and page numbers."""
    style = styles().cell
    rows: list[list[object]] = [list(heads)]
    for number, title, key in entries:
        rows.append([number, rich([Run(title, link=f"#{key}")], style), PageOf(key)])
    widths = proportions((10, 78, 12), width)
    return grid(rows, widths, commands=[("ALIGN", (0, 1), (0, -1), "CENTER")])  # type: ignore[arg-type]
