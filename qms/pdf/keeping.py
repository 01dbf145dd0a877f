"""Headings that stay with what they head, however the content is laid out."""

from __future__ import annotations

from collections.abc import Sequence

from reportlab.platypus import CondPageBreak, Flowable, Spacer

from qms.pdf.charts import ChartFlowable
from qms.pdf.tables import lead_height
from qms.pdf.text import Heading, Text

__all__ = ["keep_headings"]

_MOST = 340.0
"""Points that are kept together at most; what asks for more may be torn."""
_USUAL = 36.0


def keep_headings(story: Sequence[Flowable], width: float) -> list[Flowable]:
    """Give the story with room asked for before each heading: for it and the start of its content.

    Headings in a row count together, so that a chapter does not stay behind its first section.
    """
    kept = list(story)
    for place, flowable in enumerate(kept):
        if isinstance(flowable, CondPageBreak) and _heads(kept, place):
            needed = min(_MOST, _needed(kept, place + 1, width))
            kept[place] = CondPageBreak(max(flowable.height, needed))
    return kept


def _heads(story: Sequence[Flowable], place: int) -> bool:
    return place + 1 < len(story) and isinstance(story[place + 1], Heading)


def _needed(story: Sequence[Flowable], start: int, width: float) -> float:
    """Add up the headings from ``start`` on, and the least of what follows them."""
    needed = 0.0
    asked = 0.0
    for flowable in story[start:]:
        if isinstance(flowable, CondPageBreak):
            asked = max(asked, needed + flowable.height)
        elif isinstance(flowable, Heading):
            needed += flowable.wrap(width, 10_000)[1]
            needed += flowable.style.spaceBefore + flowable.style.spaceAfter
        elif isinstance(flowable, Spacer):
            needed += flowable.height
        else:
            return max(asked, needed + _lead(flowable, width))
    return max(asked, needed)


def _lead(flowable: Flowable, width: float) -> float:
    table = lead_height(flowable, width)
    if table is not None:
        return table
    if isinstance(flowable, ChartFlowable):
        return flowable.height
    if isinstance(flowable, Text):
        return min(flowable.wrap(width, 10_000)[1], 2 * flowable.style.leading)
    return _USUAL
