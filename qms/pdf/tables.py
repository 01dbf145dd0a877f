"""Tables that break across pages, repeat their header, and take cells taller than a page."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from typing import Any

from reportlab.platypus import CondPageBreak, Flowable, LongTable

from qms.pdf.styles import GRID, HEAD, Styles, styles
from qms.pdf.tagged import Holder, TaggedCanvas
from qms.pdf.text import plain

__all__ = ["Cell", "Span", "banded", "grid", "join", "lead_height", "proportions"]

Cell = str | Flowable | Sequence[Flowable]
Span = tuple[int, int, int, int]
"""First column, first row, last column, last row."""

_SMALLEST_PART = 24
"""Least height in points of a part of a row that a page break tears apart."""

_WHOLE_ROW = 190.0
"""Rows up to this height in points move to the next page whole; a taller one is torn apart."""


class _Table(LongTable):
    """A table that tears only tall rows, and never repeats its header in the middle of a page."""

    _calc: Any
    _rowHeights: list[float]
    _splitRows: Any

    waits = True
    """Whether to move to the next page rather than tear the first row."""
    joins = False
    """Whether it is a band of one larger table, and stands close to the next band."""

    def lead_height(self, width: float) -> float:
        """Give the height in points of what must stay together at the beginning."""
        self._calc(width, 10_000)
        heads = int(self.repeatRows or 0)
        first = self._rowHeights[heads] if heads < len(self._rowHeights) else 0.0
        if first > _WHOLE_ROW:
            first = 3.0 * _SMALLEST_PART
        return sum(self._rowHeights[:heads]) + first

    def split(self, availWidth: float, availHeight: float) -> list[Any]:
        """Split for a page break; nothing means that the table goes to the next page as it is."""
        self._calc(availWidth, availHeight)
        crossing, above = self._crossing(availHeight)
        is_tall = self._rowHeights[crossing] > _WHOLE_ROW
        room = availHeight - above
        parts: list[Any] = []
        if is_tall and room > 2 * _SMALLEST_PART:
            parts = self._splitRows(availHeight, doInRowSplit=1)
        if not parts:
            parts = self._splitRows(availHeight)
        if not parts and not self.waits:
            parts = self._splitRows(availHeight, doInRowSplit=1)
        self.waits = False
        return parts

    def _crossing(self, availHeight: float) -> tuple[int, float]:
        """Give the row that does not fit any more, and the height of those above it."""
        above = 0.0
        for row, height in enumerate(self._rowHeights):
            if above + height > availHeight:
                return row, above
            above += height
        return len(self._rowHeights) - 1, above


class _Tags:
    """Tells the structure tree what a table draws; one element however many pages it fills.

    ReportLab calls it (``renderCB``) with the name of what begins or ends.
    """

    def __init__(self, header_rows: int, label_columns: int) -> None:
        self._holder = Holder("Table")
        self._header_rows = header_rows
        self._label_columns = label_columns
        self._continued = False
        self._row = 0

    def __call__(self, table: Any, what: str, *args: Any) -> None:
        canvas = table.canv
        if isinstance(canvas, TaggedCanvas):
            getattr(self, f"_{what}")(canvas, *args)

    def _startTable(self, canvas: TaggedCanvas) -> None:
        self._continued = self._holder.begun(canvas)
        canvas.open(self._holder)

    def _endTable(self, canvas: TaggedCanvas) -> None:
        canvas.close()

    def _startBG(self, canvas: TaggedCanvas) -> None:
        canvas.begin_artifact()

    def _endBG(self, canvas: TaggedCanvas) -> None:
        canvas.end_artifact()

    _startLines = _startBG
    _endLines = _endBG

    def _is_repeated(self) -> bool:
        """Tell whether this row is a header that stood on an earlier page already."""
        return self._continued and self._row < self._header_rows

    def _startRow(self, canvas: TaggedCanvas, row: int) -> None:
        self._row = row
        if self._is_repeated():
            canvas.begin_artifact()
        canvas.open(Holder("TR"))

    def _endRow(self, canvas: TaggedCanvas) -> None:
        canvas.close()
        if self._is_repeated():
            canvas.end_artifact()

    def _startCell(self, canvas: TaggedCanvas, row: int, column: int, *_more: Any) -> None:
        if row < self._header_rows:
            canvas.open(Holder("TH", " /A << /O /Table /Scope /Column >>"))
        elif column < self._label_columns:
            canvas.open(Holder("TH", " /A << /O /Table /Scope /Row >>"))
        else:
            canvas.open(Holder("TD"))

    def _endCell(self, canvas: TaggedCanvas) -> None:
        canvas.close()


def lead_height(flowable: Flowable, width: float) -> float | None:
    """Give the height of a table's beginning, in points; None for anything else."""
    return flowable.lead_height(width) if isinstance(flowable, _Table) else None


def join(flowables: Sequence[Flowable]) -> None:
    """Close the gap between bands that follow each other."""
    shown = [one for one in flowables if not isinstance(one, CondPageBreak)]
    for first, second in itertools.pairwise(shown):
        if not isinstance(first, _Table) or not isinstance(second, _Table):
            continue
        if first.joins and second.joins:
            first.spaceAfter = 0


def banded(flowables: Sequence[Flowable]) -> list[Flowable]:
    """Give the flowables, their tables marked as bands that :func:`join` may bring together."""
    for one in flowables:
        if isinstance(one, _Table):
            one.joins = True
    return list(flowables)


def proportions(shares: Sequence[float], width: float) -> list[float]:
    """Share a width, in points."""
    total = sum(shares) or 1
    return [width * share / total for share in shares]


def _content(cell: Cell, style: Any) -> list[Flowable]:
    if isinstance(cell, str):
        return [plain(cell, style)]
    if isinstance(cell, Flowable):
        return [cell]
    return list(cell) or [plain("", style)]


def grid(
    rows: Sequence[Sequence[Cell]],
    widths: Sequence[float],
    *,
    header_rows: int = 1,
    label_columns: int = 0,
    spans: Sequence[Span] = (),
    small: bool = False,
    house: Styles | None = None,
    commands: Sequence[tuple[Any, ...]] = (),
) -> LongTable:
    """Make a ruled table; ``widths`` are points, plain strings become cells of the house.

    ``header_rows`` repeat on every page; ``label_columns`` are headers of their rows.
    """
    house = house or styles()
    body = house.small if small else house.cell
    head = house.small_head if small else house.head
    data = []
    for number, row in enumerate(rows):
        line = []
        for column, cell in enumerate(row):
            style = body
            if number < header_rows:
                style = head
            elif column < label_columns:
                style = house.label
            line.append(_content(cell, style))
        data.append(line)
    pad = 3 if small else 4
    look: list[tuple[Any, ...]] = [
        ("FONT", (0, 0), (-1, -1), body.fontName, body.fontSize),
        ("GRID", (0, 0), (-1, -1), 0.5, GRID),
        *commands,
        # A page break closes the grid on both sides, also where it tears a row apart.
        ("LINEBELOW", (0, "splitlast"), (-1, "splitlast"), 0.5, GRID),
        ("LINEABOVE", (0, "splitfirst"), (-1, "splitfirst"), 0.5, GRID),
        ("LINEBELOW", (0, "inrowsplitstart"), (-1, "inrowsplitstart"), 0.5, GRID),
        ("LINEABOVE", (0, "inrowsplitend"), (-1, "inrowsplitend"), 0.5, GRID),
        ("VALIGN", (0, 0), (-1, -1), "TOP"),
        ("LEFTPADDING", (0, 0), (-1, -1), pad),
        ("RIGHTPADDING", (0, 0), (-1, -1), pad),
        ("TOPPADDING", (0, 0), (-1, -1), 2.5),
        ("BOTTOMPADDING", (0, 0), (-1, -1), 3.5),
    ]
    if header_rows:
        look.append(("VALIGN", (0, 0), (-1, header_rows - 1), "MIDDLE"))
    if header_rows:
        look.append(("BACKGROUND", (0, 0), (-1, header_rows - 1), HEAD))
    if label_columns:
        look.append(("BACKGROUND", (0, header_rows), (label_columns - 1, -1), HEAD))
    look.extend(("SPAN", span[:2], span[2:]) for span in spans)
    table = _Table(
        data,
        colWidths=list(widths),
        repeatRows=header_rows,
        splitInRow=_SMALLEST_PART,
        style=look,
        renderCB=_Tags(header_rows, label_columns),  # type: ignore[arg-type]
        spaceAfter=6,
    )
    table.hAlign = "LEFT"
    return table
