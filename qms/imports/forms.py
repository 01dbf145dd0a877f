"""The forms of an import: what is uploaded, which column holds what, what words mean."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from typing import Any

import colander

from qms.imports.columns import FIELDS, Column, letters
from qms.imports.situation import ADD, ASSIGN, CREATE, KEEP, LEAVE, SKIP, Situation
from qms.kernel.i18n import _
from qms.sheets.tablereader import ENCODINGS, SEPARATORS
from qms.web.fields import Schema, choice, group, integer, text, upload

LARGEST_ARCHIVE = 150 << 20
MOST_WORDS = 300
"""So many words, codes or labels are asked about on one page."""
SEPARATOR_WORDS = {
    ";": _("semicolon (;)"),
    ",": _("comma (,)"),
    "\t": _("tabulator"),
    "|": _("bar (|)"),
}


def upload_schema() -> Any:
    """Ask for the list and, perhaps, the archive of its files."""
    schema = Schema()
    schema.add(
        upload(
            _("Master list (XLSX or CSV)"),
            name="list",
            extensions=(".xlsx", ".csv", ".txt"),
            help=_("One row for each version of each document, in whatever columns you have."),
        )
    )
    schema.add(
        upload(
            _("Files (ZIP)"),
            name="archive",
            extensions=(".zip",),
            largest=LARGEST_ARCHIVE,
            missing=None,
            help=_("Optional. Files are matched by the name in the list, or by code and version."),
        )
    )
    return schema


def table_schema(sheets: Sequence[str], *, is_csv: bool) -> Any:
    """Ask which sheet, which row has the heads and, of a CSV, how it was written."""
    schema = Schema()
    if is_csv:
        encodings = [(one, one.upper()) for one in ENCODINGS]
        schema.add(choice(_("Encoding"), encodings, name="encoding", prompt=_("Guess"), missing=""))
        separators = [(one, SEPARATOR_WORDS[one]) for one in SEPARATORS]
        schema.add(
            choice(_("Separator"), separators, name="separator", prompt=_("Guess"), missing="")
        )
    else:
        pairs = [(str(at), name or str(at + 1)) for at, name in enumerate(sheets)]
        schema.add(choice(_("Sheet"), pairs, name="sheet"))
    schema.add(
        integer(
            _("Row with the heads"),
            colander.Range(min=1, max=20_000),
            name="header",
            help=_("What stands above it, such as titles, is not read."),
        )
    )
    return schema


def columns_schema(columns: Sequence[Column]) -> Any:
    """Ask of each column what it holds, with some of its cells beside it."""
    schema = Schema(validator=_each_once)
    fields = list(FIELDS.items())
    for column in columns:
        shown = " · ".join(column.samples)
        head = column.head or _("Column ${letter}", {"letter": column.letter})
        schema.add(
            choice(
                head,
                fields,
                name=f"column{column.index}",
                prompt=_("Not taken over"),
                missing="",
                help=_("${letter}: ${samples}", {"letter": column.letter, "samples": shown}),
            )
        )
    return schema


def _each_once(node: Any, values: Mapping[str, str]) -> None:
    seen: dict[str, str] = {}
    for name, field in values.items():
        if field and field in seen:
            error = colander.Invalid(node)
            error[name] = _(
                "Column ${letter} holds this already.",
                {"letter": letters(int(seen[field].removeprefix("column")))},
            )
            raise error
        seen[field] = name


def key(prefix: str, word: str) -> str:
    """Name the field of a word, the same whatever else is asked about."""
    return prefix + hashlib.sha256(word.encode("utf-8", "replace")).hexdigest()[:12]


def _word_choices(kind: str, situation: Situation) -> list[tuple[str, Any]]:
    pairs: list[tuple[str, Any]] = []
    if kind == "position":
        pairs.append((KEEP, _("Keep as text only")))
    else:
        pairs.append((LEAVE, _("Leave its rows out")))
    pairs.append((CREATE, _("Create it")))
    pairs += [
        (f"{ASSIGN}:{one.id}", _("Assign to ${name}", {"name": one.name}))
        for one in sorted(situation.named[kind], key=lambda one: one.name.casefold())
    ]
    return pairs


TITLES = {
    "type": _("Types that are unknown here"),
    "process": _("Processes that are unknown here"),
    "position": _("Positions that are unknown here"),
}


def words_schema(
    unknown: Mapping[str, Mapping[str, Sequence[int]]],
    here: Sequence[str],
    twins: Mapping[str, str],
    labels: Sequence[str],
    situation: Situation,
) -> Any:
    """Ask what to do with everything that the list alone does not settle."""
    schema = Schema()
    for kind, words in unknown.items():
        if not words:
            continue
        nodes = []
        offered = _word_choices(kind, situation)
        for word, rows in list(words.items())[:MOST_WORDS]:
            told: dict[str, object] = {"n": len(rows), "row": rows[0]}
            nodes.append(
                choice(
                    word,
                    offered,
                    name=key("w", word),
                    missing="",
                    help=_("In ${n} rows, first in row ${row}.", told),
                )
            )
        schema.add(group(TITLES[kind], *nodes, name=kind))
    if here:
        schema.add(_existing_group(here))
    if twins:
        nodes = [
            choice(
                code,
                [(other, _("It is ${code}", {"code": other}))],
                name=key("t", code),
                prompt=_("Leave its rows out"),
                missing="",
            )
            for code, other in list(twins.items())[:MOST_WORDS]
        ]
        schema.add(group(_("Codes written with odd signs"), *nodes, name="twins"))
    if labels:
        nodes = [
            text(label, name=key("l", label), optional=True, longest=40)
            for label in labels[:MOST_WORDS]
        ]
        schema.add(group(_("Versions to be written otherwise"), *nodes, name="labels"))
    return schema


def _existing_group(here: Sequence[str]) -> Any:
    pairs = [
        (SKIP, _("Leave as it is")),
        (ADD, _("Add versions that are missing")),
    ]
    nodes = [
        choice(
            _("Every code that is here already"),
            pairs,
            name="all",
            help=_("What is here is never changed: versions are only added before or after it."),
        )
    ]
    nodes += [
        choice(code, pairs, name=key("c", code), prompt=_("Like every code"), missing="")
        for code in here[:MOST_WORDS]
    ]
    return group(_("Codes that are here already"), *nodes, name="existing")
