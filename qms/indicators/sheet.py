"""The technical sheet of an indicator (ficha técnica, hoja de vida) as plain texts and as a PDF.

Everything is read in the transaction; the file is made of it outside.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from reportlab.platypus import Flowable, KeepTogether, Spacer

from qms.charts import Chart
from qms.pdf.blocks import formula
from qms.pdf.charts import flowable
from qms.pdf.document import Sheet, build
from qms.pdf.heads import house_letterhead
from qms.pdf.keeping import keep_headings
from qms.pdf.kit import Kit
from qms.pdf.letterhead import Brand
from qms.pdf.links import safe_link
from qms.pdf.metadata import Metadata
from qms.pdf.styles import colour
from qms.pdf.text import Run, heading, plain, rich

__all__ = ["Answer", "Dress", "SheetFacts", "Studied", "sheet_pdf"]

_FORMULA_KEY = "formula"


@dataclass(frozen=True)
class Answer:
    """A finding or an action that a measurement gave rise to."""

    code: str
    title: str
    url: str


@dataclass(frozen=True)
class Studied:
    """The analysis of one period."""

    period: str
    key: str
    result: str
    verdict: str
    """Name of a chip."""
    verdict_text: str
    text: str
    cause: str
    reason: str
    needs: str
    """Yes, no, or that nobody said so yet, in the reader's language."""
    answers: tuple[Answer, ...]
    signed: str
    """Who closed or wrote it, and when."""
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class SheetFacts:
    """Everything that a sheet says, in the reader's language."""

    number: str
    name: str
    pairs: tuple[tuple[str, str, str], ...]
    """Key, label and text of each fact of the card; empty ones are left out."""
    variables: tuple[tuple[str, str, str], ...]
    """Name, what it counts, where its values come from."""
    bands: tuple[tuple[str, str], ...]
    """Text and colour."""
    chart: Chart | None
    heads: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    """Results by period, the latest first."""
    studied: tuple[Studied, ...]
    words: Mapping[str, str]


@dataclass(frozen=True)
class Dress:
    """The organisation's letterhead around a sheet, and who made it when."""

    printing: Mapping[str, Any]
    values: Mapping[str, str]
    """What the places of the header are filled with."""
    organisation: str
    language: str
    colour: str
    logo: bytes | None
    made: str
    at: datetime


def sheet_pdf(facts: SheetFacts, dress: Dress) -> bytes:
    """Make the file: the same facts at the same moment give the same bytes."""
    sheet = Sheet.of(dress.printing.get("paper"))
    kit = Kit(sheet.text_width, {})
    story = [*_card(facts, kit), *_series(facts, kit, dress), *_studies(facts, kit)]
    story += [Spacer(1, 8), plain(dress.made, kit.house.note)]
    metadata = Metadata(
        title=f"{facts.number} {facts.name}",
        author=dress.organisation,
        subject=facts.words["title"],
        language=dress.language,
        created=dress.at,
    )
    return build(
        keep_headings(story, kit.width),
        sheet,
        house_letterhead(
            dress.printing,
            dress.values,
            sheet.text_width,
            Brand(dress.organisation, colour(dress.colour), dress.logo),
        ),
        metadata,
    ).pdf


def _card(facts: SheetFacts, kit: Kit) -> list[Flowable]:
    """Print what the card says."""
    made: list[Flowable] = [plain(facts.words["title"], kit.house.band)]
    rows: list[list[Any]] = [[facts.words["indicator"], kit.text(facts.name, kit.house.label)]]
    for key, label, text in facts.pairs:
        content: Any = [kit.text(line, kit.house.cell) for line in text.split("\n") if line]
        if key == _FORMULA_KEY:
            content = [formula(line, kit.house.cell) for line in text.split("\n") if line]
        rows.append([label, content])
    if facts.bands:
        lines = [kit.text(text, kit.house.cell) for text, _colour in facts.bands]
        rows.append([facts.words["bands"], lines])
    made += kit.table(rows, [28, 72], header_rows=0, label_columns=1)
    if facts.variables:
        made += heading(facts.words["variables"], kit.house.subheading, level=1)
        heads = [facts.words[key] for key in ("variable", "counts", "source")]
        made += kit.table([heads, *map(list, facts.variables)], [22, 40, 38], small=True)
    return made


def _series(facts: SheetFacts, kit: Kit, dress: Dress) -> list[Flowable]:
    """Print chart and table of the periods."""
    made: list[Flowable] = []
    if facts.chart is not None:
        drawn = flowable(facts.chart, kit.width, accent=dress.colour)
        head = heading(facts.words["chart"], kit.house.subheading, level=1, keep=drawn.height)
        made += [*head, KeepTogether([drawn])]
    made += heading(facts.words["periods"], kit.house.subheading, level=1)
    if not facts.rows:
        return [*made, kit.text(facts.words["none"])]
    shares = [20, 26, 13, 14, 13, 14]
    return [*made, *kit.table([list(facts.heads), *map(list, facts.rows)], shares, small=True)]


def _studies(facts: SheetFacts, kit: Kit) -> list[Flowable]:
    """Print the analyses, each with whether it needs an action."""
    made = heading(facts.words["analyses"], kit.house.subheading, level=1)
    if not facts.studied:
        return [*made, kit.text(facts.words["not analysed"])]
    heads = [facts.words[key] for key in ("period", "analysis", "needs")]
    rows: list[list[Any]] = [heads]
    for one in facts.studied:
        period = [kit.text(one.period, kit.house.label), kit.text(one.result, kit.house.small)]
        period.append(kit.text(one.verdict_text, kit.house.small))
        said = [kit.text(line, kit.house.small) for line in one.text.split("\n") if line.strip()]
        if one.cause:
            said.append(kit.pair(f"{facts.words['cause']}:", one.cause, kit.house.small))
        said += [kit.text(note, kit.house.small) for note in one.notes]
        said.append(kit.text(one.signed, kit.house.small))
        rows.append([period, said, _needed(one, kit)])
    return [*made, *kit.table(rows, [20, 52, 28], small=True)]


def _needed(one: Studied, kit: Kit) -> Sequence[Flowable]:
    made: list[Flowable] = [kit.text(one.needs, kit.house.label)]
    if one.reason:
        made.append(kit.text(one.reason, kit.house.small))
    for answer in one.answers:
        link = safe_link(answer.url, ())
        runs = [Run(answer.code, underline=bool(link), link=link), Run(f" {answer.title}")]
        made.append(rich(runs, kit.house.small))
    return made
