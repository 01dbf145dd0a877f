"""How it is written: stray text, sentences that break off, garbled words, empty bullets."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from qms.documents.lint.data import Paper, Part
from qms.documents.lint.findings import HINT, WARNING, Finding
from qms.documents.lint.rules.base import DOCUMENT, SECTION, Rule
from qms.documents.lint.words import DANGLING, LONGEST, folded, joined, quoted
from qms.documents.sections.kind import items, texts
from qms.kernel.i18n import _

_SHORT = {"no", "si", "na", "n/a", "ok", "fin", "ver", "uso", "dia", "mes", "año", "ano"}
"""Short lines that say something."""
_SHORTENED = (
    "art arts no nro num cap pag sr sra dr dra ing lic div tv ej etc inc lit vol ed tel cel ext "
    " av cra cll aprox max min ref cf vs ltda cia dec res"
)
_ABBREVIATIONS = frozenset(_SHORTENED.split())
_BREAK = re.compile(r"([^\W\d_]+)[.]\s+([a-záéíóúüñ][^.]{2,200})\.?\s*\Z")
_ENDING = re.compile(r"([^\W\d_]+)\s*\Z")
_EMPTY_ITEM = re.compile(r"<li>(?:\s|&nbsp;|<p>|</p>|<br\s*/?>|[-–—•·.*_])*</li>", re.IGNORECASE)
_WORD = re.compile(r"[^\W_]{4,40}")
_TWICE = re.compile(r"\b([^\W\d_]{2,})\s+\1\b", re.IGNORECASE)
_LETTER_DIGIT = re.compile(r"[a-záéíóúñ][01][a-záéíóúñ]|\A[01][a-záéíóúñ]{3}|[a-záéíóúñ]{3}[01]\Z")
LONGEST_SHORT = 3
FEWEST_WORDS = 4


def stray(paper: Paper, world: Any) -> Iterator[Finding]:
    """Find a lone scrap of letters, and a tail that begins in the middle of a sentence."""
    for part in paper.parts:
        for unit in part.units:
            if not unit.is_block:
                continue
            text = unit.text.strip()
            scrap = _scrap(text)
            tail = "" if scrap else _tail(text)
            if scrap or tail:
                yield Finding(
                    "stray-text",
                    WARNING,
                    _("Stray text: «${text}».", {"text": quoted(scrap or tail)}),
                    _("Take it out, or finish the sentence."),
                    section=unit.section,
                    row=unit.row,
                    subject=quoted(scrap or tail, 60),
                )


def _scrap(text: str) -> str:
    alone = text.strip(" .,;:()")
    is_word = alone.isalpha() and alone.islower()
    return alone if is_word and len(alone) <= LONGEST_SHORT and folded(alone) not in _SHORT else ""


def _tail(text: str) -> str:
    match = _BREAK.search(text[-LONGEST:])
    if match is None:
        return ""
    before, tail = match.groups()
    if folded(before) in _ABBREVIATIONS or len(before) < 4:
        return ""
    return tail.strip()


def breaks_off(paper: Paper, world: Any) -> Iterator[Finding]:
    """Find paragraphs that end with a word that no sentence ends with."""
    for part in paper.parts:
        for unit in part.units:
            match = _ENDING.search(unit.text) if unit.is_block else None
            if match is None or len(unit.text.split()) < FEWEST_WORDS:
                continue
            if folded(match.group(1)) in DANGLING and not match.group(1).isupper():
                yield Finding(
                    "text-breaks-off",
                    WARNING,
                    _("The text breaks off: «…${end}».", {"end": unit.text.strip()[-60:]}),
                    _("Finish the sentence."),
                    section=unit.section,
                    row=unit.row,
                    subject=unit.text.strip()[-60:],
                )


def twice(paper: Paper, world: Any) -> Iterator[Finding]:
    """Find a word that stands twice in a row."""
    for part in paper.parts:
        for unit in part.units:
            match = _TWICE.search(unit.text[:LONGEST]) if unit.is_block else None
            if match is not None:
                yield Finding(
                    "word-twice",
                    HINT,
                    _("A word stands twice: «${words}».", {"words": match.group()}),
                    _("Take one of them out."),
                    section=unit.section,
                    row=unit.row,
                    subject=folded(match.group()),
                )


def garbled(paper: Paper, world: Any) -> Iterator[Finding]:
    """Find words with a letter or digit in the place of another that looks alike: «Ilamadas»."""
    suspects = [
        (unit, word, meant)
        for unit in paper.units
        for word in _WORD.findall(unit.text[:LONGEST])
        if (meant := _meant(word)) and meant != folded(word)
    ]
    if suspects:
        vocabulary = {
            folded(word)
            for text in (paper.title, *(unit.text for unit in paper.units))
            for word in _WORD.findall(text[:LONGEST])
        }
        seen: set[str] = set()
        for unit, word, meant in suspects:
            if meant in vocabulary and word not in seen:
                seen.add(word)
                yield Finding(
                    "garbled-word",
                    WARNING,
                    _(
                        "«${word}» is written with a letter that only looks right.",
                        {"word": word},
                    ),
                    _("Write «${word}».", {"word": meant}),
                    section=unit.section,
                    row=unit.row,
                    subject=word,
                )


def _meant(word: str) -> str:
    """Give the word that another one may stand for, folded; "" when nothing in it looks wrong."""
    if word[0] == "I" and word[1:].islower() and word[1] == "l":
        return "l" + folded(word[1:])
    if not word.isupper() and _LETTER_DIGIT.search(word):
        return folded(word).replace("0", "o").replace("1", "l")
    return ""


def empty_items(paper: Paper, world: Any) -> Iterator[Finding]:
    """Find lists with items that say nothing: «-»."""
    for part in paper.parts:
        rows = list(_empty_rows(part))
        if rows:
            yield Finding(
                "empty-bullet",
                WARNING,
                _(
                    "${n} items of the list say nothing (rows ${rows}).",
                    {"n": len(rows), "rows": joined(rows, 8)},
                )
                if any(rows)
                else _("${n} items of a list say nothing.", {"n": len(rows)}),
                _("Take the empty items out, or write what belongs there."),
                section=part.id,
                row=rows[0] if len(rows) == 1 else "",
                subject="items",
            )


def _is_empty(text: str) -> bool:
    return not any(char.isalnum() for char in text)


def _empty_rows(part: Part) -> Iterator[str]:
    if part.kind in ("references", "annexes"):
        for place, one in enumerate(items(part.data, "items")):
            said = "".join(str(one.get(key) or "") for key in ("code", "title", "html", "file"))
            if _is_empty(said):
                yield str(place + 1)
    elif part.kind in ("resources", "requirements"):
        for group in items(part.data, "groups"):
            told = [" ".join(map(str, one.values())) for one in items(group, "items")]
            told = told or texts(group, "items")
            yield from (str(place + 1) for place, one in enumerate(told) if _is_empty(one))
    elif part.kind == "sipoc":
        for place, row in enumerate(items(part.data, "rows")):
            columns = ("suppliers", "inputs", "activities", "outputs", "customers")
            cells = [text for column in columns for text in texts(row, column)]
            yield from (str(place + 1) for text in cells if _is_empty(text))
    else:
        yield from (_row for _row, html in _htmls(part) for _item in _EMPTY_ITEM.findall(html))


def _htmls(part: Part) -> Iterator[tuple[str, str]]:
    if part.kind == "text":
        yield "", str(part.data.get("html") or "")
    for place, row in enumerate(items(part.data, "rows")):
        yield str(row.get("id") or place + 1), str(row.get("html") or "")


RULES = (
    Rule("stray-text", _("Stray text"), SECTION, stray),
    Rule("text-breaks-off", _("Text breaks off"), SECTION, breaks_off),
    Rule("word-twice", _("Word twice"), SECTION, twice),
    Rule("garbled-word", _("Garbled word"), DOCUMENT, garbled),
    Rule("empty-bullet", _("Empty items"), SECTION, empty_items),
)
