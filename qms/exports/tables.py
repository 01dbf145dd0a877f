"""A table to take away: as a room describes it, and with everything in it made plain."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import lru_cache, partial
from itertools import islice
from typing import Any

from qms.exports.columns import Column, Kind, Plain, Translate, plain_value
from qms.exports.style import Style
from qms.kernel.i18n import _
from qms.kernel.text import clean_line, slug

__all__ = ["Facts", "Part", "Prepared", "Table", "prepare", "texts"]

Facts = Sequence[tuple[Any, Any]]
"""Pairs of what is said and its text, both perhaps translation strings."""


@dataclass(frozen=True)
class Part:
    """Rows that stand apart in a workbook and on paper, with columns of their own."""

    value: str
    """What such rows hold in the column by which the table is parted."""
    title: Any
    columns: Mapping[str, Any]
    """Names of its columns in their order, each with its title in this part."""


@dataclass(frozen=True)
class Table:
    """What a list shows, described by its room; nothing is read before a file is asked for."""

    title: Any
    columns: Sequence[Column]
    rows: Callable[[], Iterable[Sequence[Any]]]
    """Gives the rows, one value for each column; consumed once, row by row."""
    total: int | None = None
    """How many rows there will be, if that is known; a list that is too long is not read then."""
    facts: Facts = ()
    """What the rows were chosen by: pairs such as (Type, Procedure)."""
    name: str = ""
    """Stem of the file's name; without one it is made of the title."""
    told_of: Any = None
    """The content whose trail tells that this was taken out; None tells nobody.

    A table that is told of is asked for by POST, since looking at things writes nothing.
    """
    parted_by: str = ""
    """Name of the text column whose value says to which of ``parts`` a row belongs."""
    parts: Sequence[Part] = ()
    """A workbook has a sheet and a PDF a section for each that has rows; a CSV stays whole."""


@dataclass(frozen=True)
class Prepared:
    """A table with all its rows, translated and plain: writing it touches no database."""

    title: str
    name: str
    """Stem of the file's name: organisation, what it is, day."""
    columns: tuple[Column, ...]
    heads: tuple[str, ...]
    rows: list[tuple[Plain, ...]]
    facts: tuple[tuple[str, str], ...]
    """About the file: filters, rows, when and by whom it was made."""
    words: dict[str, str]
    """Words of the file itself, by key."""
    style: Style
    parts: tuple[Prepared, ...] = ()
    """Its parts that have rows, each as a table of its own; none for a table of one kind."""

    @property
    def made(self) -> str:
        """Say in one line when and by whom the file was made."""
        return self.words["made"]

    @property
    def filters(self) -> str:
        """Say in one line what the rows were chosen by."""
        return self.words["filters"]


def prepare(
    table: Table,
    *,
    style: Style,
    translate: Translate,
    at: datetime,
    by: str,
    identifier: str = "",
    most: int | None = None,
) -> Prepared:
    """Read the table's rows, up to ``most``, and make everything plain; ``at`` is aware."""
    local = at.astimezone(style.zone)
    kinds = [column.kind for column in table.columns]
    plain = _remembering(partial(plain_value, zone=style.zone, translate=translate))
    rows = [
        tuple(plain(kind, value) for kind, value in zip(kinds, row, strict=True))
        for row in islice(table.rows(), most)
    ]
    title = clean_line(translate(table.title))
    stem = table.name or slug(title)
    facts = [(translate(said), translate(text)) for said, text in table.facts]
    moment = f"{style.dates.format(local)} {local:%H:%M} ({style.zone.key})"
    words = {
        "made": translate(
            _("Made on ${moment} by ${person}", {"moment": moment, "person": clean_line(by)})
        ),
        "filters": "; ".join(f"{said}: {text}" for said, text in facts)
        or translate(_("Without filters")),
        "rows": translate(_("${n} rows", {"n": len(rows)}) if len(rows) != 1 else _("1 row")),
        "about": translate(_("About this file")),
        "sheet": translate(_("List")),
        # The letterhead fills the numbers in when it draws.
        "page": translate(_("Page ${page} of ${pages}", {"page": "{page}", "pages": "{pages}"})),
    }
    about = [
        (translate(_("List")), title),
        (translate(_("Organisation")), style.organisation),
        (translate(_("Made on")), moment),
        (translate(_("Made by")), clean_line(by)),
        *(facts or [(translate(_("Filters")), translate(_("Without filters")))]),
        (translate(_("Rows")), str(len(rows))),
    ]
    prepared = Prepared(
        title=title,
        name="-".join(filter(None, [identifier, stem, f"{local:%Y-%m-%d}"])),
        columns=tuple(table.columns),
        heads=tuple(clean_line(translate(column.title)) for column in table.columns),
        rows=rows,
        facts=tuple(about),
        words=words,
        style=style,
    )
    return replace(prepared, parts=tuple(_parts(prepared, table, translate)))


def _parts(prepared: Prepared, table: Table, translate: Translate) -> Iterator[Prepared]:
    """Part the rows; those of no part stand at the end, with every column."""
    if not table.parts:
        return
    names = [column.name for column in table.columns]
    by, rows = names.index(table.parted_by), defaultdict[Any, list[tuple[Plain, ...]]](list)
    for row in prepared.rows:
        rows[row[by]].append(row)
    for part in table.parts:
        picked = [names.index(name) for name in part.columns]
        if found := rows.pop(part.value or None, []) + rows.pop(part.value, []):
            yield replace(
                prepared,
                title=clean_line(translate(part.title)),
                columns=tuple(prepared.columns[at] for at in picked),
                heads=tuple(clean_line(translate(one)) for one in part.columns.values()),
                rows=[tuple(row[at] for at in picked) for row in found],
            )
    if rest := [row for found in rows.values() for row in found]:
        yield replace(prepared, title=prepared.words["sheet"], rows=rest)


def _remembering(plain: Callable[[Any, Any], Plain]) -> Callable[[Any, Any], Plain]:
    """Read each different date once: the same ones come again and again."""
    kept = lru_cache(maxsize=None, typed=True)(plain)

    def make(kind: Any, value: Any) -> Plain:
        return kept(kind, value) if kind is Kind.DATE else plain(kind, value)

    return make


def texts(prepared: Prepared) -> Iterator[list[str]]:
    """Give the rows as people read them."""
    kinds = [column.kind for column in prepared.columns]
    # Typed, since a month equals its first day.
    kept = lru_cache(maxsize=None, typed=True)(prepared.style.text)
    for row in prepared.rows:
        yield [
            value if isinstance(value, str) else kept(kind, value)
            for kind, value in zip(kinds, row, strict=True)
        ]
