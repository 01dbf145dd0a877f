"""What a maker of flowables gets: styles, the width at hand, and the house's blocks."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from typing import Any

from reportlab.lib.styles import ParagraphStyle
from reportlab.platypus import Flowable

from qms.pdf.markup import markup
from qms.pdf.styles import Styles, indented, styles
from qms.pdf.tables import Cell, Span, grid, proportions
from qms.pdf.tagged import Holder
from qms.pdf.text import Run, Text, heading, plain, rich

__all__ = ["Kit"]


@dataclasses.dataclass(frozen=True)
class Kit:
    """Blocks of one column of a document."""

    width: float
    """Points at hand."""
    labels: Mapping[str, str]
    """Printed words by key."""
    form: str = ""
    """How the section wants to be printed, if it says so (``print.form``)."""
    chart: str = "below"
    """Where the chart of activities goes (``print.chart``): below, annexes or none."""
    in_cell: bool = False
    """Whether the flowables go into a cell of a table."""
    anchors: frozenset[str] = frozenset()
    """Bookmarks that a link may name."""
    linear: bool = False
    """Lay tables out as paragraphs: the way that always fits."""
    house: Styles = dataclasses.field(default_factory=styles)

    def narrowed(self, width: float, *, form: str = "") -> Kit:
        """Give the same kit for a cell ``width`` points wide."""
        return dataclasses.replace(self, width=width, in_cell=True, form=form)

    @property
    def base(self) -> ParagraphStyle:
        """The style of running text here."""
        return self.house.cell if self.in_cell else self.house.body

    def label(self, key: str) -> str:
        """Give a printed word."""
        return self.labels.get(key, key)

    def text(self, text: object, style: ParagraphStyle | None = None) -> Text:
        """Make a paragraph of plain text."""
        return plain(text, style or self.base)

    def pair(self, label: str, value: str, style: ParagraphStyle | None = None) -> Text:
        """Make a paragraph with a bold label in front."""
        return rich([Run(f"{label} ", bold=True), Run(value)], style or self.base)

    def html(self, html: str, style: ParagraphStyle | None = None) -> list[Flowable]:
        """Make flowables of rich text."""
        return markup(html, self.width, base=style or self.base, anchors=self.anchors)

    def bullets(
        self,
        lines: Sequence[str],
        style: ParagraphStyle | None = None,
        *,
        numbered: bool = False,
        inset: float = 0,
    ) -> list[Flowable]:
        """Make a list of plain texts, ``inset`` points further in."""
        style = indented(style or self.base, inset + (15 if numbered else 11), inset + 1)
        whole = Holder("L")
        made: list[Flowable] = []
        for number, line in enumerate(lines, 1):
            bullet = f"{number}." if numbered else "•"
            path = (whole, Holder("LI"))
            made.append(rich([Run(line)], style, tag="LBody", path=path, bullet=bullet))
        return made

    def minor(self, text: str) -> list[Flowable]:
        """Make a heading inside a section."""
        if self.in_cell:
            return [plain(text, self.house.label)]
        return heading(text, self.house.minor, level=1)

    def table(
        self,
        rows: Sequence[Sequence[Cell]],
        shares: Sequence[float],
        *,
        header_rows: int = 1,
        label_columns: int = 0,
        spans: Sequence[Span] = (),
        small: bool = False,
        commands: Sequence[tuple[Any, ...]] = (),
    ) -> list[Flowable]:
        """Make a table as wide as the column; ``shares`` are relative widths."""
        if self.linear:
            return self._laid_out(rows, header_rows)
        return [
            grid(
                rows,
                proportions(shares, self.width),
                header_rows=header_rows,
                label_columns=label_columns,
                spans=spans,
                small=small,
                house=self.house,
                commands=commands,
            )
        ]

    def _laid_out(self, rows: Sequence[Sequence[Cell]], header_rows: int) -> list[Flowable]:
        heads = rows[header_rows - 1] if header_rows else []
        made: list[Flowable] = []
        for row in rows[header_rows:]:
            for column, cell in enumerate(row):
                if column < len(heads) and isinstance(heads[column], str) and heads[column]:
                    made.append(plain(heads[column], self.house.label))
                if isinstance(cell, str):
                    made.append(plain(cell, self.base))
                elif isinstance(cell, Flowable):
                    made.append(cell)
                else:
                    made.extend(cell)
        return made
