"""Reads the rows of a list one by one: what each says, and what was made of each cell."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from qms.imports import values
from qms.imports.findings import STOP, Finding
from qms.imports.situation import KEEP, Situation
from qms.kernel import codes
from qms.kernel.errors import Refused
from qms.kernel.text import clean_line
from qms.profiles.dates import is_later
from qms.sheets.tables import Cell, text_of

DATES = ("approved_on", "in_force_from", "review_by")
LONGEST_TITLE = 300
OUT, NEW, NEWER, OLDER, IGNORED = "out", "new", "newer", "older", "ignored"
"""What becomes of a row: nothing, a version of a new document, a newer or older version of one that
is here, or not even a row."""


@dataclass
class Line:
    """One row of the list, as it was understood."""

    row: int
    """Its number in the sheet, from 1."""
    said: dict[str, str] = field(default_factory=dict)
    """What its mapped cells say, by field."""
    code: str = ""
    title: str = ""
    type_id: str | None = None
    process_id: str | None = None
    label: str = ""
    label_fits: bool = True
    dates: dict[str, str] = field(default_factory=dict)
    state: str = ""
    """``in-force``, ``obsolete``, ``draft``, or "" where the row does not say."""
    responsible_id: str | None = None
    distribution: list[str] = field(default_factory=list)
    references: list[str] = field(default_factory=list)
    file: str | None = None
    """Path in the archive."""
    action: str = OUT
    findings: list[Finding] = field(default_factory=list)

    def find(self, kind: str, **mapping: Any) -> None:
        """Note a finding."""
        self.findings.append(Finding(kind, mapping))

    @property
    def stopped(self) -> bool:
        """Whether the row is left out."""
        return self.action == IGNORED or any(one.weight == STOP for one in self.findings)

    def has(self, *kinds: str) -> bool:
        """Tell whether one of these kinds was found."""
        return any(one.kind in kinds for one in self.findings)


def read_lines(
    rows: Sequence[Sequence[Cell]], header: int, mapping: Mapping[str, int], situation: Situation
) -> list[Line]:
    """Read every row below the head; empty ones and repeated heads are none."""
    head = [text_of(cell) for cell in rows[header]] if header < len(rows) else []
    found = []
    for index in range(header + 1, len(rows)):
        cells = rows[index]
        if not any(text_of(cell) for cell in cells):
            continue
        if [text_of(cell) for cell in cells] == head:
            continue
        by_field = {
            name: cells[at]
            for name, at in mapping.items()
            if at < len(cells) and text_of(cells[at])
        }
        found.append(_line(index + 1, by_field, situation))
    return found


def _line(row: int, cells: Mapping[str, Cell], situation: Situation) -> Line:
    line = Line(row, {name: text_of(cell) for name, cell in cells.items()})
    if len(cells) < 2 and ("code" not in cells or not situation.parts(_code_text(cells["code"]))):
        line.action = IGNORED
        line.find("no-document")
        return line
    _read_code(line, cells.get("code"), situation)
    line.title = values.words(cells.get("title"))[:LONGEST_TITLE]
    _read_entry(line, "type", cells.get("type"), situation)
    _read_entry(line, "process", cells.get("process"), situation)
    _read_label(line, cells.get("version"), situation)
    for name in DATES:
        _read_date(line, name, cells.get(name), situation)
    _read_months(line, cells.get("review_months"))
    _check_dates(line, situation)
    _read_state(line, cells.get("state"))
    _read_positions(line, cells, situation)
    line.references = [codes.normalise(one)[0] for one in values.codes_in(cells.get("references"))]
    return line


def _code_text(cell: Cell) -> str:
    return codes.normalise(text_of(cell))[0]


def _read_code(line: Line, cell: Cell, situation: Situation) -> None:
    if values.is_nothing(cell):
        line.find("code-missing")
        return
    said = cell if isinstance(cell, str) else text_of(cell)
    code = codes.normalise(said)[0]
    meant = situation.choices.twins.get(code)
    if meant:
        line.code = meant
        line.find("code-twin-joined", said=clean_line(said), code=meant)
        return
    if len(code) > codes.MAX_LENGTH:
        line.find("code-too-long", code=code[:40])
        return
    line.code = code
    if said != code:
        line.find("code-rewritten", said=said.strip("\r\n")[:80], code=code)


def _read_entry(line: Line, kind: str, cell: Cell, situation: Situation) -> None:
    """Read the type or the process; an empty one is looked for when all rows are known."""
    said = values.words(cell)
    if not said:
        return
    found = situation.find(kind, said)
    if found is None:
        left = situation.is_left(kind, said)
        line.find("left-out" if left else f"{kind}-unknown", value=said)
    elif kind == "type":
        line.type_id = found
    else:
        line.process_id = found


def _read_label(line: Line, cell: Cell, situation: Situation) -> None:
    said = clean_line(text_of(cell))
    chosen = situation.choices.labels.get(said)
    if said and chosen:
        line.label, line.label_fits = chosen, True
        line.find("version-chosen", said=said, label=chosen)
        return
    type_id = line.type_id or situation.type_of_code(line.code)
    read = values.read_label(cell, situation.scheme(type_id))
    line.label, line.label_fits = read.text, read.fits
    for kind in read.kinds:
        if kind == "version-rewritten":
            line.find(kind, said=said, label=read.text)
        elif kind == "number-ambiguous":
            line.find(kind, field="version", value=said)
            line.label = ""
        else:
            line.find(kind, label=read.text)


def _read_date(line: Line, name: str, cell: Cell, situation: Situation) -> None:
    read = values.read_day(cell, situation.today)
    if read.iso:
        line.dates[name] = read.iso
    for kind in read.kinds:
        line.find(kind, field=name, value=text_of(cell)[:60], day=read.iso or "")


def _read_months(line: Line, cell: Cell) -> None:
    months, kinds = values.read_months(cell)
    for kind in kinds:
        line.find(kind, field="review_months", value=text_of(cell)[:60])
    since = line.dates.get("in_force_from")
    if months and since and "review_by" not in line.dates:
        line.dates["review_by"] = values.months_later(since, months)


def _check_dates(line: Line, situation: Situation) -> None:
    today = situation.today.isoformat()
    for name in ("approved_on", "in_force_from"):
        if name in line.dates and is_later(line.dates[name], today):
            line.find("date-future", field=name, day=line.dates[name])
    for earlier, later in (("approved_on", "in_force_from"), ("in_force_from", "review_by")):
        one, other = line.dates.get(earlier), line.dates.get(later)
        if one and other and is_later(one, other):
            line.find("date-order", field=later, day=other, other=one)


def _read_state(line: Line, cell: Cell) -> None:
    state = values.read_state(cell)
    if state is None:
        line.find("state-unknown", value=text_of(cell)[:60])
    elif state == "draft":
        line.find("state-draft", value=text_of(cell)[:60])
    line.state = state or ""


def _read_positions(line: Line, cells: Mapping[str, Cell], situation: Situation) -> None:
    unknown: list[str] = []
    responsible = values.words(cells.get("responsible"))
    if responsible:
        line.responsible_id = situation.find("position", responsible)
        if line.responsible_id is None:
            unknown.append(responsible)
    for said in names_in(cells.get("distribution"), situation):
        found = situation.find("position", said)
        if found is None:
            unknown.append(said)
        elif found not in line.distribution:
            line.distribution.append(found)
    for said in dict.fromkeys(unknown):
        choice = situation.choices.word("position", said)
        if choice is None or choice["do"] != KEEP:
            line.find("position-unknown", value=said)


def names_in(cell: Cell, situation: Situation) -> Iterator[str]:
    """Part a list of positions; at commas and slashes only where no name holds them."""
    for piece in values.parts_of(cell):
        if situation.find("position", piece) is not None:
            yield piece
            continue
        smaller = [clean_line(one) for one in piece.replace("/", ",").split(",")]
        smaller = [one for one in smaller if one]
        yield from smaller or [piece]


def check_code(line: Line, situation: Situation) -> None:
    """Hold a code against the grammar, and against the row's own type and process."""
    type_ = situation.types.get(line.type_id or "")
    parts: dict[str, str] = {}
    if type_ is not None:
        parts["type"] = type_.id
        if line.process_id in situation.processes and type_.code_process == "described":
            parts["process"] = str(line.process_id)
    try:
        situation.grammar.check(line.code, **parts)
    except Refused as refusal:
        kind = "code-grammar" if situation.grammar.parse(line.code) is None else "code-differs"
        line.find(kind, why={"msgid": refusal.msgid, "mapping": dict(refusal.mapping)})
