"""References between documents: codes, titles, lists of what is used, links."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from qms.documents.lint.data import Paper, Unit, title_key
from qms.documents.lint.findings import HINT, WARNING, Finding
from qms.documents.lint.mentions import Mention, mentions_in, mentions_of
from qms.documents.lint.rules.base import DOCUMENT, SECTION, Rule
from qms.documents.lint.words import folded, joined, quoted, stems
from qms.documents.sections.kind import items
from qms.kernel.i18n import _

_RELATIVE = re.compile(r"\A\.{1,2}[/\\]")
_NUMBERED = re.compile(r"\A\(?([0-9]{1,2}(?:\.[0-9]{1,2}){1,3})[.)]?(?:\s|\Z)")
_POINTER = re.compile(
    r"\b(?:apartado|numeral|literal|capitulo|seccion)s?\s+(?:n[ro.°º]*\s*)?"
    r"([0-9]{1,2}(?:\.[0-9]{1,2}){1,3})(?![\w.]*[0-9])(?=([^.;]{0,12}))"
)
_STEP = re.compile(r"\b(?:actividad|paso)\s+(?:n[ro.°º]*\s*)?([0-9]{1,3})\b")
_HIDDEN = ("obsolete", "retired", "aborted")


def dangling(paper: Paper, world: Any) -> Iterator[Finding]:
    """Find codes that no document has; in prose only where the grammar reads them."""
    seen: set[str] = set()
    for one in mentions_of(paper, world):
        if one.code in seen or one.code == paper.code:
            continue
        seen.add(one.code)
        if world.document(one.code) is None:
            yield Finding(
                "dangling-reference",
                WARNING,
                _("No document here has the code «${code}».", {"code": one.code}),
                _("Correct the code, create the document, or take the reference out."),
                section=one.unit.section,
                row=one.unit.row,
                subject=one.code,
            )


def out_of_use(paper: Paper, world: Any) -> Iterator[Finding]:
    """Find references to documents that are not in force any more."""
    seen: set[str] = set()
    for one in mentions_of(paper, world):
        known = world.document(one.code)
        if known is None or known.state not in _HIDDEN or one.code in seen:
            continue
        seen.add(one.code)
        yield Finding(
            "reference-out-of-use",
            WARNING,
            _("«${code}» is out of use, and still named here.", {"code": one.code}),
            _("Name what replaced it, or take the reference out."),
            section=one.unit.section,
            row=one.unit.row,
            subject=one.code,
        )


def _bare_key(title: str, world: Any) -> str:
    """Give the key of a title without the name of its type in front."""
    words = list(stems(title))
    while len(words) > 1 and words[0] in world.type_words:
        words.pop(0)
    return " ".join(words)


def title_differs(paper: Paper, world: Any) -> Iterator[Finding]:
    """Find a code under another title than its document's, or under two titles."""
    titles: dict[str, list[Mention]] = {}
    for one in mentions_of(paper, world):
        if one.title.strip() and one.code != paper.code:
            titles.setdefault(one.code, []).append(one)
    for code, named in titles.items():
        known = world.document(code)
        base = known.title if known is not None else named[0].title
        other = next(
            (
                one
                for one in named
                if _bare_key(one.title, world) not in ("", _bare_key(base, world))
            ),
            None,
        )
        if other is not None:
            yield Finding(
                "title-differs",
                WARNING,
                _(
                    "«${code}» is called «${title}» here, and «${other}» elsewhere.",
                    {"code": code, "title": quoted(other.title), "other": quoted(base)},
                ),
                _("Write one title everywhere: «${title}».", {"title": quoted(base)}),
                section=other.unit.section,
                row=other.unit.row,
                subject=code,
            )


def _change_units(paper: Paper) -> Iterator[Unit]:
    for edition in paper.history:
        for change in edition.changes:
            yield Unit(str(change.get("text") or ""), "", edition.label)


def two_codes(paper: Paper, world: Any) -> Iterator[Finding]:
    """Find one title under two codes, in the text and in the history of changes."""
    found: dict[str, dict[str, Mention]] = {}
    named = mentions_of(paper, world)
    for unit in _change_units(paper):
        named += mentions_in(unit, world)
    for one in named:
        key = title_key(one.title)
        if len(key.split()) > 1:
            found.setdefault(key, {}).setdefault(one.code, one)
    for by_code in found.values():
        if len(by_code) < 2:
            continue
        here = next((one for one in by_code.values() if one.unit.section), None)
        if here is None:
            continue
        others = [code for code in by_code if code != here.code]
        yield Finding(
            "title-with-two-codes",
            WARNING,
            _(
                "«${title}» bears the code ${code} here, and ${other} in another place.",
                {"title": quoted(here.title), "code": here.code, "other": joined(others)},
            ),
            _("Find out which code is right and write it in both places."),
            section=here.unit.section,
            row=here.unit.row,
            subject="/".join(sorted(by_code)),
        )


def not_listed(paper: Paper, world: Any) -> Iterator[Finding]:
    """Find documents that are used in the text and missing in the list of documents."""
    lists = [
        part
        for part in paper.of_kind("references", "annexes")
        if any(one.get("code") for one in items(part.data, "items"))
    ]
    if not lists:
        return
    ids = {part.id for part in lists}
    named = mentions_of(paper, world)
    listed = {one.code for one in named if one.unit.section in ids}
    tables = [unit.stems for part in paper.of_kind("table") for unit in part.units]
    seen: set[str] = {paper.code}
    for one in named:
        if one.code in listed | seen:
            continue
        seen.add(one.code)
        title = one.title or getattr(world.document(one.code), "title", "")
        wanted = frozenset(stems(title))
        # Some organisations list names without codes, in a table.
        if wanted and any(wanted <= words for words in tables):
            continue
        yield Finding(
            "record-not-listed",
            WARNING,
            _(
                "«${code}» is used here and is not in «${list}».",
                {"code": joined([one.code]), "list": quoted(lists[-1].name, 60)},
            ),
            _("Add it to the list, or take it out of the text."),
            section=one.unit.section,
            row=one.unit.row,
            subject=one.code,
        )


def code_missing(paper: Paper, world: Any) -> Iterator[Finding]:
    """Find documents of the organisation that are named by their title alone."""
    for part in paper.of_kind("references", "annexes", "activities"):
        found: list[tuple[str, str, str]] = []
        for row, title in _uncoded(part):
            code = next(iter(world.with_title(title)), paper.code)
            if code != paper.code and len(stems(title)) > 1:
                found.append((row, title, code))
        if found:
            told = [f"{title} ({code})" for _row, title, code in found]
            yield Finding(
                "code-missing",
                HINT,
                _("Named without its code: ${documents}.", {"documents": joined(told, 8)}),
                _("Write the code beside the title, so that the reference can be followed."),
                section=part.id,
                row=found[0][0] if len(found) == 1 else "",
                subject=" ".join(sorted(code for _row, _title, code in found)),
            )


def _uncoded(part: Any) -> Iterator[tuple[str, str]]:
    if part.kind == "activities":
        for place, row in enumerate(items(part.data, "rows")):
            for record in items(row, "records"):
                if not record.get("code"):
                    yield str(row.get("id") or place + 1), str(record.get("text") or "")
        return
    for place, one in enumerate(items(part.data, "items")):
        if not one.get("code"):
            yield str(place + 1), str(one.get("title") or "")


def relative_links(paper: Paper, world: Any) -> Iterator[Finding]:
    """Find references that can be followed only as a path from where the file lies."""
    for part in paper.of_kind("references", "annexes"):
        rows = [
            (str(place + 1), one)
            for place, one in enumerate(items(part.data, "items"))
            if any(_RELATIVE.match(str(one.get(key) or "")) for key in ("note", "title"))
        ]
        bare = [row for row, one in rows if not one.get("code")]
        if not bare:
            continue
        yield Finding(
            "relative-link",
            WARNING,
            _(
                "${n} documents are named by a relative path («./», «../») and no code.",
                {"n": len(bare)},
            ),
            _("Name them by their code: a path breaks when a file is moved."),
            section=part.id,
            row=bare[0] if len(bare) == 1 else "",
            subject="links",
        )


def oddly_written(paper: Paper, world: Any) -> Iterator[Finding]:
    """Find codes that are not written as codes are, such as with a blank inside."""
    seen: set[str] = set()
    units = [unit for part in paper.parts for unit in part.units]
    units += [
        Unit(str(change.get("text") or ""), "", paper.label) for change in paper.edition.changes
    ]
    for unit in units:
        for one in mentions_in(unit, world):
            if one.written == one.code or one.written in seen:
                continue
            seen.add(one.written)
            yield Finding(
                "code-oddly-written",
                HINT,
                _("«${written}» is the code ${code}.", {"written": one.written, "code": one.code}),
                _("Write ${code}, without blanks.", {"code": one.code}),
                section=unit.section,
                row=unit.row,
                subject=one.written,
            )


def missing_heading(paper: Paper, world: Any) -> Iterator[Finding]:
    """Find «apartado 5.1» where nothing here is numbered so."""
    numbers = {part.number.strip(" .)") for part in paper.parts}
    for unit in paper.units:
        match = _NUMBERED.match(unit.text)
        if match:
            numbers.add(match.group(1))
    if not any("." in one for one in numbers):
        return
    for unit in paper.units:
        for match in _POINTER.finditer(folded(unit.text)):
            number, rest = match.groups()
            # «… 5.1 de PRO-AX-SC-01» speaks of another document.
            elsewhere = re.match(r"\s+(?:de|del)\s", rest)
            if number not in numbers and not elsewhere:
                yield Finding(
                    "heading-missing",
                    WARNING,
                    _("The text points to «${number}», which is not here.", {"number": number}),
                    _("Correct the number, or say in which document it is."),
                    section=unit.section,
                    row=unit.row,
                    subject=number,
                )


def missing_step(paper: Paper, world: Any) -> Iterator[Finding]:
    """Find «actividad 9» where there is no activity with this number."""
    parts = paper.of_kind("activities")
    numbers = {
        str(row.get("number") or "").strip(" .)")
        for part in parts
        for row in items(part.data, "rows")
    } - {""}
    if not numbers:
        return
    for unit in paper.units:
        for match in _STEP.finditer(folded(unit.text)):
            if match.group(1) not in numbers:
                yield Finding(
                    "activity-missing",
                    WARNING,
                    _(
                        "The text points to the activity ${number}, which is not here.",
                        {"number": match.group(1)},
                    ),
                    _("Correct the number of the activity."),
                    section=unit.section,
                    row=unit.row,
                    subject=match.group(1),
                )


RULES = (
    Rule("dangling-reference", _("Code without document"), DOCUMENT, dangling, told_by_gaps=True),
    Rule("reference-out-of-use", _("Reference out of use"), DOCUMENT, out_of_use),
    Rule("title-differs", _("Two titles for one code"), DOCUMENT, title_differs),
    Rule("title-with-two-codes", _("Two codes for one title"), DOCUMENT, two_codes),
    Rule("record-not-listed", _("Used and not listed"), DOCUMENT, not_listed),
    Rule("code-missing", _("Named without code"), DOCUMENT, code_missing),
    Rule("relative-link", _("Relative link"), SECTION, relative_links),
    Rule("code-oddly-written", _("Code oddly written"), DOCUMENT, oddly_written),
    Rule("heading-missing", _("Points to a number that is not here"), DOCUMENT, missing_heading),
    Rule("activity-missing", _("Points to an activity that is not here"), DOCUMENT, missing_step),
)
