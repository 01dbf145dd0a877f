"""A letter about a case as a PDF on the organisation's letterhead, with a box for its signature."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from reportlab.platypus import CondPageBreak, Flowable, Spacer

from qms.pdf.blocks import SignatureBox
from qms.pdf.document import Built, Mark, Sheet, build
from qms.pdf.letterhead import Brand, Letterhead
from qms.pdf.metadata import Metadata
from qms.pdf.styles import colour, styles
from qms.pdf.tables import grid, proportions
from qms.pdf.text import Run, plain, rich
from qms.signing.pades import FieldBox, add_signature_fields

FIELD = "signer"
"""Name of the one signature field of a letter."""
_BOX = (220.0, 66.0)
"""Width and height of the signature in points."""
_FACTS = [28.0, 72.0]
"""Shares of the width of label and value."""
_CLOSING = 130.0
"""The closing and its signature stay together: so much must be left on the page."""


@dataclass(frozen=True)
class LetterPage:
    """What is printed, in the words of its reader."""

    organisation: str
    identity: str
    """Second line of the letterhead: the number that law gives the organisation."""
    colour: str
    logo: bytes | None
    paper: str
    language: str
    title: str
    number: str
    page_of: str
    """``Página {page} de {pages}``."""
    dateline: str
    addressee: Sequence[str]
    subject: str
    paragraphs: Sequence[str]
    closing: str
    signatories: Sequence[str]
    """Name and position below the closing, where no signature says them."""
    field_label: str
    """What a screen reader says of the signature; empty for a letter without one."""
    note: str
    check_url: str
    check_label: str
    at: datetime
    mark: str = ""
    """Word across every page, such as that of a draft."""
    facts: Sequence[tuple[str, str]] = ()
    """What it is about as label and value, between subject and words."""


def write_letter(letter: LetterPage) -> bytes:
    """Give the file, with an empty signature field where it will be signed."""
    built = _built(letter)
    if not letter.field_label:
        return built.pdf
    return add_signature_fields(
        built.pdf,
        [
            FieldBox(box.name, box.page, box.x0, box.y0, box.x1, box.y1, letter.field_label)
            for box in built.boxes
        ],
    )


def _built(letter: LetterPage) -> Built:
    sheet = Sheet.of(letter.paper)
    header: dict[str, Any] = {
        "widths": [24, 52, 24],
        "rows": [
            [
                {"logo": True, "rows": 2},
                {"text": "{organisation}", "bold": True, "align": "center", "size": 11},
                {"text": "{number}", "bold": True, "align": "center"},
            ],
            [
                {"text": "{identity}", "align": "center", "size": 8},
                {"text": letter.page_of, "align": "center", "size": 8},
            ],
        ],
    }
    values = {
        "organisation": letter.organisation,
        "identity": letter.identity,
        "number": letter.number,
    }
    letterhead = Letterhead(
        header,
        values,
        sheet.text_width,
        brand=Brand(letter.organisation, colour(letter.colour), letter.logo),
        check_url=letter.check_url,
        check_label=letter.check_label,
    )
    metadata = Metadata(
        title=f"{letter.title} {letter.number}".strip(),
        author=letter.organisation,
        subject=letter.subject,
        language=letter.language,
        created=letter.at,
    )
    mark = Mark(letter.mark) if letter.mark else None
    return build(_story(letter), sheet, letterhead, metadata, mark=mark)


def _story(letter: LetterPage) -> list[Flowable]:
    body = styles().body
    story: list[Flowable] = [Spacer(1, 10), plain(letter.dateline, body), Spacer(1, 10)]
    story += [plain(line, body) for line in letter.addressee if line]
    story += [
        Spacer(1, 10),
        rich([Run(letter.subject, bold=True)], body, tag="H1"),
        Spacer(1, 8),
    ]
    if letter.facts:
        width = Sheet.of(letter.paper).text_width
        rows = [list(fact) for fact in letter.facts]
        table = grid(rows, proportions(_FACTS, width), header_rows=0, label_columns=1)
        story += [table, Spacer(1, 10)]
    for paragraph in letter.paragraphs:
        story += [plain(paragraph, body), Spacer(1, 3)]
    story += [Spacer(1, 6), CondPageBreak(_CLOSING), plain(letter.closing, body), Spacer(1, 8)]
    if letter.field_label:
        story.append(SignatureBox(FIELD, *_BOX))
    else:
        story += [plain(line, body) for line in letter.signatories if line]
    if letter.note:
        story += [Spacer(1, 10), plain(letter.note, styles().note)]
    return story
