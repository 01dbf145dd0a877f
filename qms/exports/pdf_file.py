"""Writes a table as a PDF: landscape, the organisation's head on every page, tagged for readers.

A cell holds up to 600 characters here; the other files hold all of it.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from reportlab.pdfbase.pdfmetrics import stringWidth
from reportlab.platypus import Flowable

from qms.exports.columns import Kind
from qms.exports.tables import Prepared, texts
from qms.pdf.document import Sheet, build
from qms.pdf.heads import list_head
from qms.pdf.letterhead import Brand, Letterhead
from qms.pdf.metadata import Metadata
from qms.pdf.styles import colour, styles
from qms.pdf.tables import grid, proportions
from qms.pdf.text import heading, plain

__all__ = ["write_pdf"]

_LONGEST = 600
"""Characters of a cell; more would fill pages with one row."""
_LOOKED_AT = 500
_BESIDE = 7.0
"""Points of a cell beside its words."""
_LONGEST_WORD = 130.0
"""A longer word is torn rather than given the place of others."""
_NARROW = {Kind.DATE, Kind.MOMENT, Kind.NUMBER, Kind.PERCENT, Kind.YES_NO, Kind.CODE}


def write_pdf(prepared: Prepared, *, at: datetime) -> bytes:
    """Give the file; the same table made at the same moment gives the same bytes."""
    upright = Sheet.of(prepared.style.paper)
    sheet = Sheet(upright.height, upright.width, side=36)
    width = sheet.text_width
    story: list[Flowable] = [plain(f"{prepared.words['rows']}. {prepared.filters}", styles().note)]
    for part in prepared.parts:
        story += [*heading(part.title, styles().heading), _grid(part, width)]
    if not prepared.parts:
        story.append(_grid(prepared, width))
    metadata = Metadata(
        title=prepared.title,
        author=prepared.style.organisation,
        subject=prepared.filters[:_LONGEST],
        language=prepared.style.language,
        created=at,
    )
    return build(story, sheet, _letterhead(prepared, width), metadata).pdf


def _grid(prepared: Prepared, width: float) -> Flowable:
    rows = [[text[:_LONGEST] for text in row] for row in texts(prepared)]
    table = [prepared.heads, *rows]
    return grid(table, _widths(table, _shares(prepared, rows), width), small=True)


def _letterhead(prepared: Prepared, width: float) -> Letterhead:
    style = prepared.style
    return Letterhead(
        list_head(prepared.words["page"]),
        {"organisation": style.organisation, "title": prepared.title, "made": prepared.made},
        width,
        brand=Brand(style.organisation, colour(style.colour), style.logo),
        legends={"footer": ["{made}"]},
    )


def _widths(table: Sequence[Sequence[str]], shares: Sequence[float], width: float) -> list[float]:
    """Share the width so that no word is torn, as long as all words have place."""
    head, body = styles().small_head, styles().small
    least = [0.0] * len(shares)
    for number, row in enumerate(table[: _LOOKED_AT + 1]):
        style = body if number else head
        for column, text in enumerate(row):
            for word in text.split():
                wide = stringWidth(word, style.fontName, style.fontSize) + _BESIDE
                least[column] = max(least[column], min(wide, _LONGEST_WORD))
    if sum(least) >= width:
        return proportions(least, width)
    free = proportions([max(1.0, share) for share in shares], width)
    fixed: set[int] = set()
    while short := {n for n, one in enumerate(free) if n not in fixed and one < least[n]}:
        fixed |= short
        rest = width - sum(least[n] for n in fixed)
        left = proportions([0 if n in fixed else one for n, one in enumerate(free)], rest)
        free = [least[n] if n in fixed else one for n, one in enumerate(left)]
    return free


def _shares(prepared: Prepared, rows: Sequence[Sequence[str]]) -> list[float]:
    """Share the width by what the columns hold; no column is crushed by a long one."""
    shares = []
    for number, column in enumerate(prepared.columns):
        if column.share is not None:
            shares.append(column.share)
            continue
        lengths = sorted(len(row[number]) for row in rows[:_LOOKED_AT]) or [1]
        typical = lengths[int(len(lengths) * 0.9)]
        words = prepared.heads[number].split() or [""]
        least = max(len(word) for word in words) * 1.15
        most = 18.0 if column.kind in _NARROW else 46.0
        shares.append(max(min(float(typical), most), least, 6.0))
    return shares
