"""Terms: defined twice, and abbreviations that do not fit what they stand for."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from qms.documents.lint.data import Paper
from qms.documents.lint.findings import ERROR, WARNING, Finding
from qms.documents.lint.rules.base import SECTION, Rule
from qms.documents.lint.words import LITTLE, folded, quoted
from qms.documents.sections.kind import items
from qms.kernel.i18n import _

_ACRONYM = re.compile(r"\A[A-ZÑ]{2,6}\Z")


def _definition_key(text: str) -> str:
    return " ".join(folded(text).split()).rstrip(".")


def defined_twice(paper: Paper, world: Any) -> Iterator[Finding]:
    """Find terms with two definitions; the initials may tell which one is wrong."""
    for part in paper.of_kind("glossary"):
        seen: dict[str, str] = {}
        for place, one in enumerate(items(part.data, "terms")):
            term, text = str(one.get("term") or "").strip(), str(one.get("definition") or "")
            key = folded(term)
            if not key:
                continue
            if key in seen:
                initials = initials_of(text)
                fits = initials and initials != term.upper() and _ACRONYM.match(term)
                advice = (
                    _("The second one may mean «${term}».", {"term": initials})
                    if fits
                    else _("Keep one definition, or give the second thing its own name.")
                )
                yield Finding(
                    "term-defined-twice",
                    ERROR,
                    _("The term «${term}» is defined twice.", {"term": term}),
                    advice,
                    section=part.id,
                    row=str(place + 1),
                    subject=key,
                )
            seen.setdefault(key, _definition_key(text))


def initials_of(definition: str) -> str:
    """Give the initials of the name that a definition begins with: «Back Office Incidencias, …»."""
    head = re.split(r"[,.;:(]", definition, maxsplit=1)[0]
    words = [word for word in head.split() if folded(word) not in LITTLE]
    if not 2 <= len(words) <= 6 or not all(word[:1].isupper() for word in words):
        return ""
    return "".join(word[0] for word in words).upper()


def acronym_differs(paper: Paper, world: Any) -> Iterator[Finding]:
    """Find abbreviations whose definition has other initials of the same number."""
    for part in paper.of_kind("glossary"):
        seen: set[str] = set()
        for place, one in enumerate(items(part.data, "terms")):
            term = str(one.get("term") or "").strip()
            again = folded(term) in seen
            seen.add(folded(term))
            initials = initials_of(str(one.get("definition") or ""))
            close = len(initials) == len(term) and initials[:1] == term[:1] and len(term) > 2
            if again or not _ACRONYM.match(term) or not close or initials == term:
                continue
            yield Finding(
                "acronym-differs",
                WARNING,
                _(
                    "«${term}» is explained as «${definition}», whose initials are ${initials}.",
                    {
                        "term": term,
                        "definition": quoted(str(one.get("definition") or ""), 60),
                        "initials": initials,
                    },
                ),
                _("Correct the abbreviation or its definition."),
                section=part.id,
                row=str(place + 1),
                subject=folded(term),
            )


RULES = (
    Rule("term-defined-twice", _("Term defined twice"), SECTION, defined_twice, told_by_gaps=True),
    Rule("acronym-differs", _("Abbreviation that does not fit"), SECTION, acronym_differs),
)
