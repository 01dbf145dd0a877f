"""The blank forms of a block as a PDF: one a page, the customer's code below a fold."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from reportlab.platypus import Flowable, PageBreak, Spacer

from qms.pdf.document import Sheet, build
from qms.pdf.heads import slip_head
from qms.pdf.letterhead import Brand, Letterhead
from qms.pdf.metadata import Metadata
from qms.pdf.styles import colour, styles
from qms.pdf.tables import grid, proportions
from qms.pdf.text import heading, plain

_LABELS, _CONTROL = [30.0, 70.0], [24.0, 16.0, 30.0, 30.0]
LINE, TALL = 20, 150
"""Points of a line to write on, and of the field for what the customer asks."""


@dataclass(frozen=True)
class Blank:
    """One form: its number and the code of its customer."""

    number: str
    code: str


@dataclass(frozen=True)
class Forms:
    """What is printed, in the words of its reader."""

    organisation: str
    colour: str
    logo: bytes | None
    paper: str
    language: str
    title: str
    control: str
    """Heading of the sheet on which the use of every number is noted."""
    control_heads: Sequence[str]
    control_note: str
    labels: Sequence[str]
    """Of the lines to write on."""
    asked: str
    """Label of the tall field."""
    kinds: str
    """Every kind with a box to tick, on one line."""
    kind_label: str
    fold: str
    """Stands on the line where the form is folded and torn."""
    customer_facts: tuple[str, str, str]
    """Labels of number, code, and day with signature on the customer's part."""
    customer_note: str
    address: str
    blanks: Sequence[Blank]
    at: datetime


class _Fold(Flowable):
    """A dashed line with words on it."""

    def __init__(self, words: str, width: float) -> None:
        super().__init__()
        self.width, self.height, self.words = width, 26.0, words

    def draw(self) -> None:
        canvas: Any = self.canv
        with canvas.artifact():
            canvas.setDash(4, 3)
            canvas.line(0, 13, self.width, 13)
            canvas.setDash()


def write_forms(forms: Forms) -> bytes:
    """Give the file: the control sheet, then a page for each number."""
    sheet = Sheet.of(forms.paper)
    letterhead = Letterhead(
        slip_head(),
        {"organisation": forms.organisation, "title": forms.title},
        sheet.text_width,
        brand=Brand(forms.organisation, colour(forms.colour), forms.logo),
    )
    story: list[Flowable] = [*_control(forms, sheet.text_width)]
    for blank in forms.blanks:
        story += [PageBreak(), *_form(forms, blank, sheet.text_width)]
    metadata = Metadata(
        title=forms.title,
        author=forms.organisation,
        subject="",
        language=forms.language,
        created=forms.at,
    )
    return build(story, sheet, letterhead, metadata).pdf


def _control(forms: Forms, width: float) -> list[Flowable]:
    rows: list[list[Any]] = [list(forms.control_heads)]
    rows += [[blank.number, "", "", ""] for blank in forms.blanks]
    return [
        *heading(forms.control, styles().heading),
        plain(forms.control_note, styles().body),
        grid(rows, proportions(_CONTROL, width), header_rows=1),
    ]


def _form(forms: Forms, blank: Blank, width: float) -> list[Flowable]:
    rows: list[list[Any]] = [[forms.customer_facts[0], blank.number]]
    rows += [[label, Spacer(1, LINE)] for label in forms.labels]
    rows.append([forms.kind_label, forms.kinds])
    rows.append([forms.asked, Spacer(1, TALL)])
    number, code, signed = forms.customer_facts
    return [
        grid(rows, proportions(_LABELS, width), header_rows=0, label_columns=1),
        Spacer(1, 8),
        _Fold(forms.fold, width),
        plain(forms.fold, styles().cell),
        Spacer(1, 6),
        grid(
            [[number, blank.number], [code, blank.code], [signed, Spacer(1, LINE)]],
            proportions(_LABELS, width),
            header_rows=0,
            label_columns=1,
        ),
        plain(forms.customer_note, styles().body),
        plain(forms.address, styles().body),
    ]
