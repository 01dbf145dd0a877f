"""A whole document: flowables between letterheads, bookmarks, metadata, boxes for signatures."""

from __future__ import annotations

import dataclasses
import functools
import io
from collections.abc import Sequence
from typing import Any

from reportlab.lib.pagesizes import A4, letter
from reportlab.platypus import BaseDocTemplate, Flowable, Frame, PageTemplate, Spacer

from qms.pdf import fonts
from qms.pdf.letterhead import Letterhead
from qms.pdf.metadata import Metadata
from qms.pdf.tagged import Box, TaggedCanvas
from qms.pdf.watermark import draw_watermark

__all__ = ["Built", "Mark", "Sheet", "build"]

_SIZES = {"letter": letter, "a4": A4}


@dataclasses.dataclass(frozen=True)
class Sheet:
    """The paper and its margins, in points."""

    width: float
    height: float
    side: float = 50
    top: float = 32
    bottom: float = 26

    @classmethod
    def of(cls, paper: object) -> Sheet:
        """Give the sheet of a paper's name; letter when it is unknown."""
        width, height = _SIZES.get(str(paper).lower(), letter)
        return cls(width, height)

    @property
    def text_width(self) -> float:
        """Width between the margins."""
        return self.width - 2 * self.side


@dataclasses.dataclass(frozen=True)
class Mark:
    """Words across every page."""

    text: str
    subtext: str = ""


@dataclasses.dataclass(frozen=True)
class Built:
    """A finished file."""

    pdf: bytes
    boxes: tuple[Box, ...]
    pages: int
    targets: dict[str, int]
    """Page (from 1) of every bookmark."""
    body: tuple[float, float, float, float]
    """The rectangle of the text on every page: x, y of the lower left corner, width, height."""


def build(
    story: Sequence[Flowable],
    sheet: Sheet,
    letterhead: Letterhead,
    metadata: Metadata,
    *,
    mark: Mark | None = None,
    extra_pages: int = 0,
) -> Built:
    """Lay the story out.  ``extra_pages`` will be appended by the caller and count as pages.

    The same input gives the same bytes.
    """
    canvases: list[TaggedCanvas] = []
    low = sheet.bottom + letterhead.footer_height
    high = sheet.height - sheet.top - letterhead.header_height - 8
    body = (sheet.side, low, sheet.text_width, high - low)

    def frame_page(canvas: Any, _document: Any) -> None:
        if mark is not None:
            with canvas.artifact():
                draw_watermark(canvas, mark.text, mark.subtext, sheet.width, sheet.height)
        letterhead.draw(canvas, sheet.side, sheet.height - sheet.top, sheet.bottom)

    def make_canvas(*args: Any, **kwargs: Any) -> TaggedCanvas:
        canvases.append(TaggedCanvas(*args, metadata=metadata, extra_pages=extra_pages, **kwargs))
        return canvases[-1]

    frame = Frame(*body, leftPadding=0, rightPadding=0, topPadding=0, bottomPadding=0)
    target = io.BytesIO()
    document = BaseDocTemplate(
        target,
        pagesize=(sheet.width, sheet.height),
        pageTemplates=[PageTemplate(frames=[frame], onPage=frame_page)],
        initialFontName=fonts.REGULAR,
        invariant=1,
        pageCompression=1,
        allowSplitting=1,
        title=metadata.title,
        author=metadata.author,
        subject=metadata.subject,
        keywords=", ".join(metadata.keywords),  # type: ignore[arg-type]
        creator="qms",
        lang=metadata.language,
    )
    document.build(list(story) or [Spacer(1, 1)], canvasmaker=functools.partial(make_canvas))
    canvas = canvases[0]
    return Built(
        target.getvalue(), tuple(canvas.boxes), canvas.page_count, dict(canvas.targets), body
    )
