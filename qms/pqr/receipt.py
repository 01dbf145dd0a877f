"""The receipt of a case as a PDF: number, secret code, moment, term and norm."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from qms.pdf.document import Sheet, build
from qms.pdf.heads import slip_head
from qms.pdf.letterhead import Brand, Letterhead
from qms.pdf.metadata import Metadata
from qms.pdf.styles import colour, styles
from qms.pdf.tables import grid, proportions
from qms.pdf.text import plain

_SHARES = [30.0, 70.0]


@dataclass(frozen=True)
class Receipt:
    """What is printed, in the words of its reader."""

    organisation: str
    colour: str
    logo: bytes | None
    paper: str
    language: str
    title: str
    facts: Sequence[tuple[str, str]]
    notes: Sequence[str]
    address: str
    """Where the case is followed; behind the QR."""
    address_label: str
    at: datetime


def write_receipt(receipt: Receipt) -> bytes:
    """Give the file; the same receipt gives the same bytes."""
    sheet = Sheet.of(receipt.paper)
    letterhead = Letterhead(
        slip_head(),
        {"organisation": receipt.organisation, "title": receipt.title},
        sheet.text_width,
        brand=Brand(receipt.organisation, colour(receipt.colour), receipt.logo),
        check_url=receipt.address,
        check_label=receipt.address_label,
    )
    rows = [list(fact) for fact in receipt.facts]
    story = [
        grid(rows, proportions(_SHARES, sheet.text_width), header_rows=0, label_columns=1),
        *(plain(note, styles().body) for note in receipt.notes),
    ]
    metadata = Metadata(
        title=receipt.title,
        author=receipt.organisation,
        subject="",
        language=receipt.language,
        created=receipt.at,
    )
    return build(story, sheet, letterhead, metadata).pdf
