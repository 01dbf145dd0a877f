"""A case as a PDF in the house's own format: its head, the fields of the log, all that happened."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from reportlab.platypus import Flowable, Spacer

from qms.pdf.document import Sheet, build
from qms.pdf.heads import house_letterhead
from qms.pdf.keeping import keep_headings
from qms.pdf.kit import Kit
from qms.pdf.letterhead import Brand
from qms.pdf.metadata import Metadata
from qms.pdf.styles import colour
from qms.pdf.text import heading, plain

_LABELS, _STEPS = [28, 72], [17, 21, 17, 45]
"""Shares of the width: label and value; moment, act, person and words."""


@dataclass(frozen=True)
class RecordPage:
    """What is printed, in the words of its reader."""

    printing: Mapping[str, Any]
    values: Mapping[str, str]
    """What the places of the header are filled with."""
    organisation: str
    language: str
    colour: str
    logo: bytes | None
    number: str
    facts: Sequence[tuple[str, str]]
    """The columns of the log as label and value."""
    term: Sequence[tuple[str, str]]
    """The legal clock as label and value."""
    steps: Sequence[tuple[str, str, str, str]]
    """Moment, act, person and words of each act."""
    heads: tuple[str, str, str, str]
    titles: tuple[str, str]
    """Over the term and over the steps."""
    made: str
    at: datetime


def write_record(page: RecordPage) -> bytes:
    """Give the file; the same record at the same moment gives the same bytes."""
    sheet = Sheet.of(page.printing.get("paper"))
    kit = Kit(sheet.text_width, {})
    story: list[Flowable] = [*_pairs(page.facts, kit)]
    if page.term:
        story += [*heading(page.titles[0], kit.house.heading), *_pairs(page.term, kit)]
    rows: list[list[Any]] = [list(page.heads)]
    rows += [[_lines(one, kit) for one in step] for step in page.steps]
    story += [*heading(page.titles[1], kit.house.heading), *kit.table(rows, _STEPS)]
    story += [Spacer(1, 8), plain(page.made, kit.house.note)]
    metadata = Metadata(
        title=f"{page.values['code']} {page.number}".strip(),
        author=page.organisation,
        subject=page.values["title"],
        language=page.language,
        created=page.at,
    )
    letterhead = house_letterhead(
        page.printing,
        page.values,
        sheet.text_width,
        Brand(page.organisation, colour(page.colour), page.logo),
    )
    return build(keep_headings(story, kit.width), sheet, letterhead, metadata).pdf


def _pairs(pairs: Sequence[tuple[str, str]], kit: Kit) -> list[Flowable]:
    rows: list[list[Any]] = [[label, _lines(value, kit)] for label, value in pairs]
    return list(kit.table(rows, _LABELS, header_rows=0, label_columns=1))


def _lines(text: str, kit: Kit) -> list[Flowable]:
    return [kit.text(line, kit.house.cell) for line in text.split("\n") if line.strip()]
