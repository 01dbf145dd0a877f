"""Comparing two versions, section by section and line by line, with the changed words marked."""

from __future__ import annotations

import re
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any

from qms.content.models import organisation_of
from qms.documents.models import Version
from qms.documents.scope import LiveScope
from qms.documents.sections import kind_of
from qms.profiles.api import profile_of

SAME, ADDED, REMOVED, CHANGED = "same", "added", "removed", "changed"
_WORDS = re.compile(r"\s+|\w+|[^\w\s]")
_LONGEST = 4000
"""Longest line, in words, that is compared word by word; a longer one is shown as replaced."""


@dataclass(frozen=True)
class Piece:
    """A run of text that is the same, added or removed."""

    kind: str
    text: str


@dataclass(frozen=True)
class Line:
    """One line of a section, as pieces."""

    kind: str
    pieces: tuple[Piece, ...]


@dataclass(frozen=True)
class SectionDifference:
    """How one section differs."""

    id: str
    number: str
    title: str
    kind: str
    lines: tuple[Line, ...]


def compare(old: Version, new: Version, *, everything: bool = False) -> list[SectionDifference]:
    """Give the sections that differ (all of them with ``everything``), in the type's order."""
    type_ = profile_of(organisation_of(new)).document_type(new.document.type_id)
    found = []
    for spec in type_.sections:
        before, after = _lines(old, spec), _lines(new, spec)
        if before == after and not everything:
            continue
        kind = (
            SAME if before == after else ADDED if not before else REMOVED if not after else CHANGED
        )
        found.append(
            SectionDifference(
                spec.id,
                spec.number or "",
                spec.title,
                kind,
                tuple(compare_lines(before, after)),
            )
        )
    return found


def _lines(version: Version, spec: Any) -> list[str]:
    data = version.data_of(spec.id)
    return [] if data is None else kind_of(spec.kind).lines(data, LiveScope(version))


def compare_lines(old: list[str], new: list[str]) -> list[Line]:
    """Align two lists of lines; lines that replace each other are compared word by word."""
    lines: list[Line] = []
    for tag, i1, i2, j1, j2 in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if tag == "equal":
            lines.extend(Line(SAME, (Piece(SAME, text),)) for text in old[i1:i2])
            continue
        paired = min(i2 - i1, j2 - j1)
        lines.extend(compare_words(old[i1 + n], new[j1 + n]) for n in range(paired))
        lines.extend(Line(REMOVED, (Piece(REMOVED, text),)) for text in old[i1 + paired : i2])
        lines.extend(Line(ADDED, (Piece(ADDED, text),)) for text in new[j1 + paired : j2])
    return lines


def compare_words(old: str, new: str) -> Line:
    """Mark the words that differ between two lines."""
    before, after = _WORDS.findall(old), _WORDS.findall(new)
    if max(len(before), len(after)) > _LONGEST:
        return Line(CHANGED, (Piece(REMOVED, old), Piece(ADDED, new)))
    pieces: list[Piece] = []
    for tag, i1, i2, j1, j2 in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if tag == "equal":
            pieces.append(Piece(SAME, "".join(before[i1:i2])))
            continue
        if i2 > i1:
            pieces.append(Piece(REMOVED, "".join(before[i1:i2])))
        if j2 > j1:
            pieces.append(Piece(ADDED, "".join(after[j1:j2])))
    return Line(CHANGED, tuple(pieces))
