"""Running the rules over a paper: findings with document, place and no doubles."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from qms.documents.lint.data import Paper, Part, Watch, World
from qms.documents.lint.findings import Finding, weight
from qms.documents.lint.rules import RULES
from qms.documents.lint.rules.base import Rule
from qms.documents.lint.words import quoted
from qms.documents.sections import kind_of
from qms.documents.sections.kind import items
from qms.kernel.errors import Refused
from qms.kernel.i18n import _

MOST = 300
"""So many findings of one document are kept, the heaviest first."""


@dataclass(frozen=True)
class Checked:
    """What a check found, and what it asked of other documents."""

    findings: tuple[Finding, ...]
    documents: Mapping[str, Any]
    """Code to what was known of it."""
    titles: Mapping[str, tuple[str, ...]]
    """Title key to the codes that bore it."""


def check(paper: Paper, world: World, rules: Iterable[Rule] = RULES) -> Checked:
    """Run the rules and the checks of the section kinds over one version."""
    watch = Watch(world)
    found: dict[str, Finding] = {}
    for rule in rules:
        for one in rule.check(paper, watch):
            placed = _placed(one, paper)
            found.setdefault(placed.key, placed)
    for part in paper.parts:
        for one in _own_checks(part, paper):
            placed = _placed(replace(one, section=part.id), paper)
            found.setdefault(placed.key, placed)
    order = {part.id: place for place, part in enumerate(paper.parts)}
    listed = sorted(found.values(), key=lambda one: (weight(one), order.get(one.section, -1)))
    return Checked(tuple(listed[:MOST]), watch.documents, watch.titles)


def _own_checks(part: Part, paper: Paper) -> Iterable[Finding]:
    """Give what the section's kind itself finds; nothing for a kind that is not here any more."""
    try:
        kind = kind_of(part.kind)
    except Refused:
        return ()
    return kind.checks(part.data, paper)


def _placed(one: Finding, paper: Paper) -> Finding:
    place = one.place or _place(one, paper)
    return replace(one, uid=paper.uid, code=paper.code, order=paper.order, place=place)


def _place(one: Finding, paper: Paper) -> Any:
    """Say where a finding is, as people call it: section and row, or the entry of a version."""
    part = paper.part(one.section)
    if part is None:
        if any(edition.label == one.row for edition in paper.history):
            return _("Version ${label}", {"label": one.row})
        return _("Signers and dates")
    section, row = part.name.strip(" :"), _row_name(part, one.row)
    if row.isdigit():
        return _("${section}, row ${row}", {"section": section, "row": row})
    return " · ".join(filter(None, (section, row)))


def _row_name(part: Part, row: str) -> str:
    """Name a row as people do: its number and title, or its name."""
    for key in ("rows", "cards"):
        for one in items(part.data, key):
            if row and str(one.get("id") or "") == row:
                told = " ".join(str(one.get(word) or "") for word in ("number", "title", "name"))
                return quoted(told.strip(), 60) or row
    return row
