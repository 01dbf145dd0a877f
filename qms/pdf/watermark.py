"""Words across a page, pale enough to read through, that a text search still finds."""

from __future__ import annotations

import math

from reportlab.lib.colors import HexColor
from reportlab.pdfbase.pdfmetrics import stringWidth
from reportlab.pdfgen.canvas import Canvas

from qms.pdf import fonts

__all__ = ["draw_watermark"]

_COLOUR = HexColor("#b00020")


def draw_watermark(
    canvas: Canvas, text: str, subtext: str, width: float, height: float, alpha: float = 0.16
) -> None:
    """Draw ``text`` along the rising diagonal of a page and both texts in a line at its top."""
    fonts.register()
    text = fonts.visible(text).replace("\n", " ")
    subtext = fonts.visible(subtext).replace("\n", " ")
    diagonal = math.hypot(width, height)
    size = _fit(text, 0.72 * diagonal, 0.16 * min(width, height))
    canvas.saveState()
    canvas.translate(width / 2, height / 2)
    canvas.rotate(math.degrees(math.atan2(height, width)))
    canvas.setFillColor(_COLOUR)
    canvas.setFillAlpha(alpha)
    canvas.setFont(fonts.BOLD, size)
    canvas.drawCentredString(0, -size * 0.2, text)
    if subtext:
        small = _fit(subtext, 0.7 * diagonal, size * 0.26)
        canvas.setFillAlpha(min(1.0, alpha * 2))
        canvas.setFont(fonts.BOLD, small)
        canvas.drawCentredString(0, -size * 0.2 - small * 1.7, subtext)
    canvas.restoreState()
    _draw_line(canvas, " – ".join(filter(None, (text, subtext))), width, height)


def _draw_line(canvas: Canvas, line: str, width: float, height: float) -> None:
    """Say the same in one straight line at the top, for prints and for readers of text."""
    canvas.saveState()
    size = _fit(line, 0.9 * width, 8.0)
    canvas.setFillColor(_COLOUR)
    canvas.setFont(fonts.BOLD, size)
    canvas.drawCentredString(width / 2, height - 22, line)
    canvas.restoreState()


def _fit(text: str, room: float, largest: float) -> float:
    unit = stringWidth(text, fonts.BOLD, 1)
    return max(4.0, min(largest, room / unit if unit else largest))
