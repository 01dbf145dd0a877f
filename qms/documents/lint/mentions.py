"""Codes and titles of documents inside text: who is named where, and under which title."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from qms.documents.lint.data import Paper, Unit
from qms.documents.lint.words import LONGEST
from qms.documents.sections.kind import items
from qms.kernel import codes

_CODE = re.compile(
    r"(?<![\w-])[A-ZÑ0-9]{1,12}(?:(?:\s?[-–‑]\s?|[/._])[A-ZÑ0-9]{1,12}){0,6}(?![\w])"
)
_HAS_DIGIT = re.compile(r"[0-9]")
_CAPITALS = re.compile(r"(?:[A-ZÁÉÍÓÚÜÑ][A-ZÁÉÍÓÚÜÑ.'’]*\s+)(?:[A-ZÁÉÍÓÚÜÑ][A-ZÁÉÍÓÚÜÑ.'’]*\s*)+")
_ENDS = re.compile(r"[.;,:()«»\"|]|\s[-–—]\s")
_ARTICLES = ("EL ", "LA ", "LOS ", "LAS ", "DEL ", "AL ")
MOST = 3000
"""So many mentions of a document are looked at."""


@dataclass(frozen=True)
class Mention:
    """A code in the text, and the title beside it."""

    code: str
    """In its normal form."""
    written: str
    title: str
    """What stands beside it as its title; empty where nothing does."""
    unit: Unit
    field: bool
    """Whether it stands in a field for codes, not in prose."""


def mentions_of(paper: Paper, world: Any) -> list[Mention]:
    """List the codes that a version names, in fields and in prose; read once for all rules."""
    if "mentions" not in world.kept:
        world.kept["mentions"] = _mentions_of(paper, world)
    return list(world.kept["mentions"])


def _mentions_of(paper: Paper, world: Any) -> list[Mention]:
    found: list[Mention] = []
    for part in paper.parts:
        found += _fields(part)
        listed = part.kind in ("references", "annexes")
        for unit in part.units:
            if (listed and unit.column == "items") or unit.column == "records":
                continue
            found += mentions_in(unit, world)
            if len(found) > MOST:
                return found[:MOST]
    return found


def _fields(part: Any) -> Iterator[Mention]:
    if part.kind in ("references", "annexes"):
        for place, one in enumerate(items(part.data, "items")):
            yield from _field(one.get("code"), one.get("title"), part.id, str(place + 1), part.kind)
    elif part.kind == "activities":
        for place, row in enumerate(items(part.data, "rows")):
            name = str(row.get("id") or place + 1)
            for record in items(row, "records"):
                yield from _field(record.get("code"), record.get("text"), part.id, name, part.kind)


def _field(given: Any, title: Any, section: str, row: str, kind: str) -> Iterator[Mention]:
    text = str(given or "")
    code = codes.normalise(text[: codes.MAX_LENGTH])[0]
    if code and not (kind == "annexes" and " " in code):
        yield Mention(code, text, str(title or ""), Unit(text, section, row), field=True)


def mentions_in(unit: Unit, world: Any) -> Iterator[Mention]:
    """Walk the codes in a piece of prose, with the titles beside them."""
    text = unit.text[:LONGEST]
    spans = list(_codes(text, world))
    for number, (start, end, code) in enumerate(spans):
        after = text[end : spans[number + 1][0] if number + 1 < len(spans) else len(text)]
        before = text[spans[number - 1][1] if number else 0 : start]
        title = _after(after) or _before(before)
        yield Mention(code, text[start:end], title, unit, field=False)


def _codes(text: str, world: Any) -> Iterator[tuple[int, int, str]]:
    for match in _CODE.finditer(text):
        written = match.group()
        if not _HAS_DIGIT.search(written):
            continue
        while written:
            code = codes.normalise(written)[0]
            if world.reads_code(code):
                yield match.start(), match.start() + len(written), code
                break
            cut = max(written.rfind(one) for one in "-–‑/._")
            written = written[:cut].rstrip() if cut > 0 else ""


def _after(text: str) -> str:
    """Give the title that follows a code: capitals, or a name up to the end of the sentence."""
    plain = text.strip()
    capitals = _CAPITALS.match(plain)
    if capitals:
        return capitals.group().strip()
    cut = _ENDS.search(plain)
    name = plain[: cut.start()] if cut else plain
    rest = plain[cut.end() :].strip() if cut else ""
    if name[:1].isupper() and not rest and len(name.split()) > 1:
        return name.strip()
    return ""


def _before(text: str) -> str:
    """Give the title in capitals that stands right before a code."""
    found = None
    for match in _CAPITALS.finditer(text):
        found = match
    if found is None or text[found.end() :].strip():
        return ""
    title = found.group().strip()
    for article in _ARTICLES:
        title = title.removeprefix(article)
    return title
