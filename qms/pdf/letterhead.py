"""The printed frame of a page: a header grid from data, footer legends, QR and check address."""

from __future__ import annotations

import dataclasses
import io
import re
from collections.abc import Mapping, Sequence
from typing import Any

from PIL import Image, UnidentifiedImageError
from reportlab.lib.colors import Color
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.utils import ImageReader
from reportlab.pdfbase.pdfmetrics import stringWidth

from qms.pdf import fonts
from qms.pdf.qr import draw_qr
from qms.pdf.styles import GRID, INK, aligned, sized, styles
from qms.pdf.tables import proportions
from qms.pdf.tagged import TaggedCanvas
from qms.pdf.text import Run, Text, rich

__all__ = ["Brand", "Letterhead", "fill"]

_PLACE = re.compile(r"\{([a-z_]+(?::[\w-]+)?)\}")
_PAD = 4.0
_QR = 42.0
_LEAST_ROW = 15.0
_LOGO_ROW = 40.0
_LARGEST_LOGO = 4_000_000
"""Most pixels of a logo; a header is small, and a picture may be a bomb."""


def fill(template: str, values: Mapping[str, str]) -> str:
    """Fill ``{name}`` places in one pass, so that braces inside a value stay as they are.

    An unknown name stays as it is written: its author should see it.
    """
    return _PLACE.sub(lambda found: values.get(found[1], found[0]), template)


@dataclasses.dataclass
class _Placed:
    """A cell of the header at its place in the grid."""

    cell: Mapping[str, Any]
    row: int
    column: int
    rows: int
    columns: int

    @property
    def counts_pages(self) -> bool:
        text = str(self.cell.get("text", ""))
        return "{page}" in text or "{pages}" in text


def _place(rows: Sequence[Sequence[Mapping[str, Any]]], columns: int) -> list[_Placed]:
    taken: set[tuple[int, int]] = set()
    placed = []
    for number, row in enumerate(rows):
        column = 0
        for cell in row:
            while (number, column) in taken:
                column += 1
            if column >= columns:
                break
            high = max(1, min(int(cell.get("rows") or 1), len(rows) - number))
            wide = max(1, min(int(cell.get("cols") or 1), columns - column))
            taken.update((number + y, column + x) for y in range(high) for x in range(wide))
            placed.append(_Placed(cell, number, column, high, wide))
            column += wide
    return placed


def _picture(logo: bytes | None) -> ImageReader | None:
    """Read a logo from bytes, never from a path; None when it is no picture that we print."""
    if not logo:
        return None
    try:
        with Image.open(io.BytesIO(logo), formats=("PNG", "JPEG")) as image:
            if image.width * image.height > _LARGEST_LOGO:
                return None
            image.load()
            copy = image.convert("RGBA")
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError):
        return None
    flat = Image.new("RGB", copy.size, "white")
    flat.paste(copy, mask=copy.getchannel("A"))
    return ImageReader(flat)


@dataclasses.dataclass(frozen=True)
class Brand:
    """What stands in the logo's cell: a picture, or the name as a word mark."""

    word_mark: str = ""
    colour: Color = INK
    logo: bytes | None = None
    """A PNG or JPEG; anything else is passed over."""


class Letterhead:
    """What stands around the text of every page.

    ``header`` is the profile's ``printing.header``: ``{widths, rows}`` of cells with ``text`` or
    ``logo``, ``label`` (bold, before the text), ``upper``, ``rows``, ``cols``, ``bold``, ``align``,
    ``size``.
    """

    def __init__(
        self,
        header: Mapping[str, Any],
        values: Mapping[str, str],
        width: float,
        *,
        brand: Brand | None = None,
        legends: Mapping[str, Any] | None = None,
        check_url: str = "",
        check_label: str = "",
    ) -> None:
        self.width = width
        self._values = dict(values)
        brand = brand or Brand()
        self._word_mark = fonts.visible(brand.word_mark).replace("\n", " ")
        self._colour = brand.colour
        self._logo = _picture(brand.logo)
        self._legends = legends or {}
        self._check_url = check_url
        self._check_label = check_label
        rows = [list(row) for row in header.get("rows") or []]
        shares = [float(share) for share in header.get("widths") or []]
        if not shares:
            shares = [1.0] * max((len(row) for row in rows), default=1)
        self._widths = proportions(shares, width)
        self._placed = _place(rows, len(self._widths))
        self._heights = self._row_heights(len(rows))
        self._top = self._legend(self._legends.get("header"), width)
        self._bottom = self._legend(self._legends.get("footer"), width - 2 * (_QR + 8))
        self._grid_height = sum(self._heights)
        self.header_height = self._grid_height + _height(self._top)
        self.footer_height = max(_height(self._bottom), _QR if check_url else 0.0) + 9

    # Measures

    def _row_heights(self, count: int) -> list[float]:
        heights = [_LEAST_ROW] * count
        for item in sorted(self._placed, key=lambda item: item.rows):
            needed = _LOGO_ROW if item.cell.get("logo") else self._text_height(item)
            reached = sum(heights[item.row : item.row + item.rows])
            if needed > reached:
                share = (needed - reached) / item.rows
                for row in range(item.row, item.row + item.rows):
                    heights[row] += share
        return heights

    def _text_height(self, item: _Placed) -> float:
        text = self._text(item, {"page": "888", "pages": "888"})
        return float(text.wrap(self._cell_width(item) - 2 * _PAD, 10_000)[1]) + 5

    def _cell_width(self, item: _Placed) -> float:
        return sum(self._widths[item.column : item.column + item.columns])

    def _text(self, item: _Placed, numbers: Mapping[str, str]) -> Text:
        cell = item.cell
        size = float(cell.get("size") or 9)
        style = sized(styles().cell, min(max(size, 5), 24))
        style = aligned(style, str(cell.get("align") or "left"))
        values = self._values | dict(numbers)
        runs = []
        if cell.get("label"):
            runs.append(Run(f"{cell['label']} ", bold=True))
        said = fill(str(cell.get("text") or ""), values)
        said = said.upper() if cell.get("upper") else said
        runs.append(Run(said, bold=bool(cell.get("bold"))))
        return rich(runs, style)

    def _legend(self, lines: object, width: float) -> list[tuple[Text, float]]:
        if not lines:
            return []
        if isinstance(lines, str):
            lines = [lines]
        style = styles().legend
        made = []
        for line in lines if isinstance(lines, list | tuple) else []:
            text = rich([Run(fill(str(line), self._values))], style)
            made.append((text, float(text.wrap(width, 10_000)[1])))
        return made

    # Drawing

    def draw(self, canvas: TaggedCanvas, left: float, top: float, bottom: float) -> None:
        """Draw the frame of the present page: header below ``top``, footer above ``bottom``.

        What is the same on every page is written to the file once.
        """
        with canvas.artifact():
            if not canvas.hasForm("letterhead"):
                canvas.beginForm("letterhead")
                self._draw_header(canvas, left, top)
                self._draw_footer(canvas, left, bottom)
                canvas.endForm()
            canvas.doForm("letterhead")
            page = canvas.getPageNumber()
            for item in self._placed:
                if item.counts_pages:
                    self._draw_number(canvas, item, page, left, top)
        if self._check_url:
            place = (left, bottom, left + _QR, bottom + _QR)
            with canvas.artifact():
                canvas.linkURL(self._check_url, place, relative=0)

    def _draw_number(
        self, canvas: TaggedCanvas, item: _Placed, page: int, left: float, top: float
    ) -> None:
        def draw(late: TaggedCanvas) -> None:
            numbers = {"page": str(page), "pages": str(late.page_count + late.extra_pages)}
            self._draw_text(late, item, numbers, left, top)

        canvas.later(draw)

    def _corner(self, item: _Placed, left: float, top: float) -> tuple[float, float, float, float]:
        x = left + sum(self._widths[: item.column])
        height = sum(self._heights[item.row : item.row + item.rows])
        y = top - sum(self._heights[: item.row]) - height
        return x, y, self._cell_width(item), height

    def _draw_text(
        self,
        canvas: TaggedCanvas,
        item: _Placed,
        numbers: Mapping[str, str],
        left: float,
        top: float,
    ) -> None:
        x, y, width, height = self._corner(item, left, top)
        text = self._text(item, numbers)
        high = text.wrap(width - 2 * _PAD, height)[1]
        text.drawOn(canvas, x + _PAD, y + (height - high) / 2)

    def _draw_header(self, canvas: TaggedCanvas, left: float, top: float) -> None:
        canvas.setStrokeColor(GRID)
        canvas.setLineWidth(0.6)
        for item in self._placed:
            x, y, width, height = self._corner(item, left, top)
            canvas.rect(x, y, width, height, stroke=1, fill=0)
            if item.cell.get("logo"):
                self._draw_mark(canvas, x, y, width, height)
            elif not item.counts_pages:
                self._draw_text(canvas, item, {}, left, top)
        y = top - self._grid_height
        for text, high in self._top:
            y -= high
            text.drawOn(canvas, left, y)

    def _draw_mark(
        self, canvas: TaggedCanvas, x: float, y: float, width: float, height: float
    ) -> None:
        room, high = width - 4 * _PAD, height - 2 * _PAD
        if self._logo is not None:
            wide, tall = (float(side) for side in self._logo.getSize())
            scale = min(room / wide, high / tall)
            wide, tall = wide * scale, tall * scale
            place = x + (width - wide) / 2, y + (height - tall) / 2
            canvas.drawImage(self._logo, *place, wide, tall)
            return
        mark = self._word_mark or "—"
        size = min(17.0, high * 0.8)
        lines = [mark]
        if stringWidth(mark, fonts.BOLD, 11) > room and " " in mark:
            lines = mark.split(" ")
            size = min(size, high / len(lines) / 1.15)
        widest = max(stringWidth(line, fonts.BOLD, 1) for line in lines)
        size = max(4.0, min(size, room / widest if widest else size))
        canvas.setFillColor(self._colour)
        canvas.setFont(fonts.BOLD, size)
        middle = y + height / 2 + size * (len(lines) - 1) * 0.575 - size * 0.34
        for number, line in enumerate(lines):
            canvas.drawCentredString(x + width / 2, middle - number * size * 1.15, line)

    def _draw_footer(self, canvas: TaggedCanvas, left: float, bottom: float) -> None:
        if self._check_url:
            draw_qr(canvas, self._check_url, left, bottom, _QR)
            note = _check_note(self._check_label, self._check_url)
            height = note.wrap(self.width - _QR - 8, 100)[1]
            note.drawOn(canvas, left + _QR + 6, bottom + 1)
            y = bottom + height + 3 + _height(self._bottom)
        else:
            y = bottom + _height(self._bottom)
        y = max(y, bottom + (_QR + _height(self._bottom)) / 2 if self._check_url else y)
        for text, high in self._bottom:
            y -= high
            text.drawOn(canvas, left + _QR + 8, y)


def _check_note(label: str, url: str) -> Text:
    style: ParagraphStyle = styles().address
    runs = [Run(f"{label} ")] if label else []
    return rich([*runs, Run(url, bold=True)], style)


def _height(lines: Sequence[tuple[Text, float]]) -> float:
    return sum(high for _text, high in lines) + (3 if lines else 0)
