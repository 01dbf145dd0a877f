"""What would come out of settings before they are saved: codes, labels, a month of days."""

from __future__ import annotations

import calendar as months
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from qms.content.models import Organisation
from qms.documents.listing import Row, catalogue_of
from qms.kernel.calendars import Calendar
from qms.kernel.codes import BadCode, CodeGrammar
from qms.kernel.versions import BadLabel, VersionScheme

MOST_SHOWN = 12
LABELS = 10


@dataclass(frozen=True)
class NextCode:
    """The code that would be offered next for a type and a process."""

    type_name: str
    process_name: str
    code: str | None
    why: BadCode | None = None
    """Why none can be offered."""


@dataclass(frozen=True)
class CodeExamples:
    """What a grammar does."""

    next: list[NextCode]
    right: list[str]
    """Codes that it reads."""
    wrong: list[str]
    """Texts that it does not read."""
    total: int
    """Codes of present documents."""
    misfits: list[str] = field(default_factory=list)
    """Those of them that do not follow it."""

    @property
    def fit(self) -> int:
        """Count the codes that follow it."""
        return self.total - len(self.misfits)


def present_codes(organisation: Organisation) -> list[str]:
    """List the codes that documents bear now."""
    if "documents" not in organisation:
        return []
    rows = catalogue_of(organisation).query({}, order="code", limit=None).rows
    return [Row(*row).code for row in rows]


def misfits(grammar: CodeGrammar, codes: Iterable[str]) -> list[str]:
    """List the codes that a grammar does not read."""
    return [code for code in codes if grammar.parse(code) is None]


def code_examples(
    organisation: Organisation, grammar: CodeGrammar, data: Mapping[str, Any]
) -> CodeExamples:
    """Show what a grammar does with types, processes and documents of the organisation."""
    used = list(organisation["documents"].codes.keys()) if "documents" in organisation else []
    processes = [one for one in data["processes"] if one["active"]]
    offered: list[NextCode] = []
    for kind in data["document_types"]:
        if not kind.get("active", True):
            continue
        process: dict[str, Any] = processes[0] if processes else {"id": None, "name": ""}
        try:
            code = grammar.next(used, type=kind["id"], process=process["id"])
            offered.append(NextCode(kind["name"], process["name"], code))
        except BadCode as why:
            offered.append(NextCode(kind["name"], process["name"], None, why))
    right = [one.code for one in offered if one.code][:3]
    present = present_codes(organisation)
    return CodeExamples(
        offered, right, _wrong(grammar, right), len(present), misfits(grammar, present)
    )


def _wrong(grammar: CodeGrammar, right: list[str]) -> list[str]:
    """Make texts that look like codes and are none."""
    tried: list[str] = []
    for code in right[:2]:
        tried += [code.replace("-", ""), code + "X", code.lower(), code[:-1], "X" + code]
    wrong = [text for text in dict.fromkeys(tried) if text and grammar.parse(text) is None]
    return wrong[:4]


@dataclass(frozen=True)
class Labels:
    """What a version scheme does."""

    minor: list[str]
    """The first labels when every change is small."""
    major: list[str]
    """The first labels when every change is large."""
    follows: list[tuple[str, str | None]]
    """Labels in use, and what follows each; None where nothing does."""


def labels_of(scheme: VersionScheme, used: Iterable[str], on: date) -> Labels:
    """Show the first labels of a scheme, and what follows the labels in use."""
    rows: dict[str, list[str]] = {}
    for step in ("minor", "major"):
        listed = [scheme.first(on=on)]
        while len(listed) < LABELS:
            try:
                listed.append(scheme.next(listed[-1], step, on))
            except BadLabel:
                break
        rows[step] = listed
    follows: list[tuple[str, str | None]] = []
    for label in list(dict.fromkeys(used))[:MOST_SHOWN]:
        try:
            follows.append((label, scheme.next(label, "minor", on)))
        except BadLabel:
            follows.append((label, None))
    return Labels(rows["minor"], rows["major"], follows)


def labels_in_use(organisation: Organisation) -> list[str]:
    """List the labels that documents bear now, the commonest first."""
    if "documents" not in organisation:
        return []
    rows = catalogue_of(organisation).query({}, order="code", limit=None).rows
    counts: dict[str, int] = {}
    for row in rows:
        label = Row(*row).version
        if label:
            counts[label] = counts.get(label, 0) + 1
    return sorted(counts, key=lambda label: (-counts[label], label))


@dataclass(frozen=True)
class Day:
    """A day of a month."""

    day: date
    open: bool
    why: Any = ""


def month_of(calendar: Calendar, first: date) -> list[list[Day | None]]:
    """Give the weeks of a month, from Monday, with None for days of its neighbours."""
    count = months.monthrange(first.year, first.month)[1]
    start = first.replace(day=1)
    days: list[Day | None] = [None] * start.weekday()
    for at in range(count):
        day = start + timedelta(days=at)
        why = calendar.why_not(day)
        days.append(Day(day, why is None, why or ""))
    days += [None] * (-len(days) % 7)
    return [days[at : at + 7] for at in range(0, len(days), 7)]
