"""What the history of changes promises, held against the content as it is now."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from qms.documents.lint.data import Paper, Unit
from qms.documents.lint.findings import HINT, WARNING, Finding
from qms.documents.lint.mentions import mentions_of
from qms.documents.lint.rules.base import DOCUMENT, Rule
from qms.documents.lint.words import folded, has_run, quoted, stems
from qms.kernel import codes
from qms.kernel.i18n import _

_GONE = re.compile(r"\b(?:elimin\w*|suprim\w*|retir\w*|quit[aóo]\w*|derog\w*)\b")
_QUOTED = re.compile(r"[«\"“]([^»\"”]{3,120})[»\"”]")
_SWAPPED = re.compile(
    r"\b(?:cambi\w+|reemplaz\w+|sustituy\w+|renombr\w+)\b\s+(.{3,160}?)\s+\bpor\s+(.{3,160})"
)
_ARTICLE = re.compile(r"\A(?:el|la|los|las|del|al|de|un|una)\s+")
_POST = re.compile(r"\A(?:el\s|del?\s)?(?:cargo|rol|nombre|termino|proceso|formato)\s+(?:de\s)?")
_COLUMNS = {
    "entrad": "inputs",
    "proveedor": "suppliers",
    "salid": "outputs",
    "client": "customers",
    "actividad": "activities",
}
_COLUMN = re.compile(r"\b(?:en|las?|los)\s+(entrad|proveedor|salid|client|actividad)\w*\b")
_COUNTED = re.compile(r"\b[0-9]+(?:\.0+)?\b")


@dataclass(frozen=True)
class Promise:
    """Something that a version says it took out or put in."""

    label: str
    order: int
    text: str
    """What people call it."""
    words: tuple[str, ...]
    code: str = ""
    column: str = ""
    """The column of a grid that it speaks of."""


def _code(subject: str, world: Any) -> str:
    code = codes.normalise(subject[: codes.MAX_LENGTH])[0]
    return code if code and world.reads_code(code) else ""


def _column(text: str) -> str:
    """Give the column that a sentence speaks of: «en clientes se eliminó», «la entrada …»."""
    match = _COLUMN.search(folded(text))
    return _COLUMNS[match.group(1)] if match else ""


def removals(paper: Paper, world: Any) -> list[Promise]:
    """List what the versions say they took out, old names included."""
    found = []
    for edition in paper.history:
        for change in edition.changes:
            kind, text = change.get("kind"), str(change.get("text") or "")
            subject = str(change.get("subject") or "")
            column = _column(text)
            for told in _taken_out(kind, subject, text):
                words = stems(told)
                if words:
                    code = _code(told, world)
                    found.append(Promise(edition.label, edition.order, told, words, code, column))
    return found


def _taken_out(kind: Any, subject: str, text: str) -> Iterator[str]:
    swapped = _SWAPPED.search(folded(text))
    if kind == "removed" and subject:
        yield subject
    elif kind == "changed" and _GONE.search(folded(text)):
        yield from _QUOTED.findall(text)
    elif kind == "renamed" and swapped:
        yield _POST.sub("", swapped.group(1))


def additions(paper: Paper, world: Any) -> list[Promise]:
    """List what the versions say they put in, what something was changed for included."""
    found = []
    for edition in paper.history:
        for change in edition.changes:
            text = str(change.get("text") or "")
            told = str(change.get("subject") or "") if change.get("kind") == "added" else ""
            swapped = _SWAPPED.search(folded(text)) if change.get("kind") == "changed" else None
            if swapped:
                told = _ARTICLE.sub("", swapped.group(2)).strip(" .")
            words = stems(told)
            if words:
                found.append(Promise(edition.label, edition.order, told, words, _code(told, world)))
    return found


def _clause(words: tuple[str, ...], other: tuple[str, ...]) -> bool:
    """Tell whether the one speaks of the other's thing."""
    return set(words) <= set(other)


def still_named(paper: Paper, world: Any) -> Iterator[Finding]:
    """Find what was taken out, or has a new name, and still stands in the text."""
    put_in = additions(paper, world)
    named = {one.code: one for one in mentions_of(paper, world)}
    for gone in removals(paper, world):
        if any(one.order >= gone.order and _clause(gone.words, one.words) for one in put_in):
            continue
        if gone.code:
            unit = named[gone.code].unit if gone.code in named else None
        else:
            unit = _place_of(paper, gone)
        if unit is not None:
            yield Finding(
                "removed-yet-named",
                WARNING,
                _(
                    "Version ${version} took «${subject}» out, and here it still stands: "
                    "«${text}».",
                    {
                        "version": gone.label,
                        "subject": quoted(gone.text, 60),
                        "text": quoted(unit.text),
                    },
                ),
                _("Take it out here too, or say in the changes that it came back."),
                section=unit.section,
                row=unit.row,
                subject=f"{gone.label}:{folded(gone.text)}",
            )


def _place_of(paper: Paper, gone: Promise) -> Unit | None:
    if len(gone.words) == 1 and not gone.text.isupper():
        # A single everyday word proves nothing.
        return None
    for unit in paper.units:
        in_column = not gone.column or unit.column == gone.column
        if in_column and has_run(unit.words, gone.words):
            return unit
    return None


def absent(paper: Paper, world: Any) -> Iterator[Finding]:
    """Find what a version says it put in, that is not in the text and was not taken out again."""
    taken_out = removals(paper, world)
    places = [unit.stems | paper.title_words for unit in paper.units]
    if not any(part.units for part in paper.parts) or paper.file_only:
        return
    named = {one.code for one in mentions_of(paper, world)}
    for new in additions(paper, world):
        if any(one.order > new.order and _clause(one.words, new.words) for one in taken_out):
            continue
        wanted = frozenset(new.words)
        if new.code in named or (not new.code and any(wanted <= words for words in places)):
            continue
        yield Finding(
            "added-yet-absent",
            WARNING,
            _(
                "Version ${version} says that it brought «${subject}», which is not in the text.",
                {"version": new.label, "subject": quoted(new.text, 80)},
            ),
            _("Add it, or say in the changes that it was taken out."),
            row=new.label,
            subject=f"{new.label}:{folded(new.text)}",
        )


def labels(paper: Paper, world: Any) -> Iterator[Finding]:
    """Find labels of versions that are not written as the others."""
    odd = [one.label for one in paper.history if not world.labels(paper.type_id, one.label)]
    if odd and len(odd) < len(paper.history):
        yield Finding(
            "label-differs",
            HINT,
            _(
                "The version ${label} is not labelled as versions are here.",
                {"label": ", ".join(odd[:5])},
            ),
            _("Leave a past label as it was printed; say in its entry why it differs."),
            row=odd[0],
            subject="|".join(odd),
        )


def gaps(paper: Paper, world: Any) -> Iterator[Finding]:
    """Find whole numbers that the labels of versions jump over."""
    numbers = [_whole(one.label) for one in paper.history]
    for before, after in pairwise(numbers):
        if before is not None and after is not None and after > before + 1:
            yield Finding(
                "version-missing",
                HINT,
                _(
                    "After version ${before} comes ${after}: nothing is known of what is between.",
                    {"before": before, "after": after},
                ),
                _("Add the missing version to the history, or say why there is none."),
                row=str(after),
                subject=str(after),
            )


def _whole(label: str) -> int | None:
    return int(label.partition(".")[0]) if _COUNTED.fullmatch(label) and len(label) < 8 else None


RULES = (
    Rule("removed-yet-named", _("Taken out and still named"), DOCUMENT, still_named),
    Rule("added-yet-absent", _("Announced and not there"), DOCUMENT, absent),
    Rule("label-differs", _("Label of another kind"), DOCUMENT, labels),
    Rule("version-missing", _("Version missing in the history"), DOCUMENT, gaps),
)
