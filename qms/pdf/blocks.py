"""Flowables of documents: boxes that a signature will fill, and contents with late page numbers."""

from __future__ import annotations

import re
from collections.abc import Sequence

from reportlab.lib.styles import ParagraphStyle
from reportlab.pdfbase.pdfmetrics import stringWidth
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import Flowable, LongTable

from qms.pdf import fonts
from qms.pdf.styles import FAINT, aligned, styles
from qms.pdf.tables import Cell, grid, proportions
from qms.pdf.tagged import TaggedCanvas, described, draw_inside
from qms.pdf.text import Run, Text, rich

__all__ = ["Fraction", "PageOf", "SignatureBox", "contents", "formula"]

_FRACTION = re.compile(
    r"(?:(?P<before>[^:/]{1,60}:)\s*)?\(?(?P<above>[^/]{2,160}?)\s/\s(?P<below>[^/]{2,160}?)\)?"
    r"\s*(?P<after>[×x*]\s*\d{1,4}\s*%?)?"
)


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
        """Draw a faint border, which stays the only one when it is signed, and report the box."""
        canvas = self.canv
        if isinstance(canvas, TaggedCanvas):
            canvas.box(self.name, self.width, self.height)
            canvas.begin_artifact()
        canvas.saveState()
        canvas.setStrokeColor(FAINT)
        canvas.setLineWidth(0.5)
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
    rows: list[list[Cell]] = [list(heads)]
    for number, title, key in entries:
        rows.append([number, rich([Run(title, link=f"#{key}")], style), PageOf(key)])
    widths = proportions((10, 78, 12), width)
    return grid(rows, widths)


class Fraction(Flowable):
    """A formula with a fraction bar: ``before`` numerator/denominator ``after``."""

    def __init__(
        self, before: str, above: str, below: str, after: str, style: ParagraphStyle
    ) -> None:
        super().__init__()
        centred = aligned(style, "center")
        self._before = rich([Run(before)], style) if before else None
        self._above = rich([Run(above)], centred)
        self._below = rich([Run(below)], centred)
        self._after = after
        self._style = style
        self._figure = described(f"{before} ({above}) / ({below}) {after}".strip(), "Formula")

    def wrap(self, availWidth: float, availHeight: float) -> tuple[float, float]:
        """Wrap both sides of the bar to the same width."""
        self.width = availWidth
        size = self._style.fontSize
        self._room = stringWidth(self._after, self._style.fontName, size) + 5 if self._after else 0
        bar = max(30.0, availWidth - self._room)
        natural = max(_natural(self._above), _natural(self._below)) + 6
        self._bar = min(bar, natural)
        self._heights = [
            text.wrap(self._bar, availHeight)[1] for text in (self._above, self._below)
        ]
        head = self._before.wrap(availWidth, availHeight)[1] if self._before else 0
        self._head = head
        self.height = head + sum(self._heights) + 4
        return self.width, self.height

    def draw(self) -> None:
        """Draw the sides, the bar and what follows it."""
        draw_inside(self.canv, self._figure, self._draw)

    def _draw(self, canvas: Canvas) -> None:
        if self._before is not None:
            self._before.drawOn(canvas, 0, self.height - self._head)
        bottom = self._heights[1]
        bar = bottom + 1
        self._below.drawOn(canvas, 0, 0)
        self._above.drawOn(canvas, 0, bar + 3)
        canvas.setLineWidth(0.5)
        canvas.setStrokeColor(self._style.textColor)
        canvas.line(0, bar, self._bar, bar)
        if self._after:
            canvas.setFont(self._style.fontName, self._style.fontSize)
            canvas.setFillColor(self._style.textColor)
            canvas.drawString(self._bar + 5, bar - self._style.fontSize * 0.3, self._after)


def _natural(text: Text) -> float:
    return sum(stringWidth(frag.text, frag.fontName, frag.fontSize) for frag in text.frags)


def formula(text: str, style: ParagraphStyle) -> Flowable:
    """Draw ``(a / b) × 100`` as a fraction, anything else as the text that it is."""
    found = _FRACTION.fullmatch(" ".join(fonts.visible(text).split()))
    if found is None or any(found[part].count("/") for part in ("above", "below")):
        return rich([Run(text)], style)
    parts = {name: (found[name] or "").strip() for name in ("before", "above", "below", "after")}
    for name in ("above", "below"):
        if parts[name].count("(") != parts[name].count(")"):
            parts[name] = parts[name].strip("()")
    return Fraction(parts["before"], parts["above"], parts["below"], parts["after"], style)
