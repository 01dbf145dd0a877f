"""The text of a section, piece by piece with its place, whatever its kind."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from qms.documents.lint.data import Unit
from qms.documents.sections.kind import items, texts
from qms.pdf.markup import html_lines

Data = Mapping[str, Any]
SIPOC = ("suppliers", "inputs", "activities", "outputs", "customers")
MOST = 5000
"""So many pieces of a section are looked at."""


def row_name(row: Data, place: int) -> str:
    """Give the id of a row, or its number from 1."""
    return str(row.get("id") or place + 1)


def units_of(section_id: str, kind: str, title: str, data: Data) -> tuple[Unit, ...]:
    """Give the pieces of a section's content; those of an unknown kind are its texts."""
    walk = _WALKS.get(kind, _anything)
    found = [Unit(title, section_id)] if title else []
    for unit in walk(section_id, data):
        if unit.text.strip():
            found.append(unit)
        if len(found) >= MOST:
            break
    return tuple(found)


def _html(html: Any, section: str, row: str = "", column: str = "") -> Iterator[Unit]:
    for line in html_lines(str(html or "")):
        yield Unit(line, section, row, column, is_block=True)


def _text(section: str, data: Data) -> Iterator[Unit]:
    yield from _html(data.get("html"), section)


def _glossary(section: str, data: Data) -> Iterator[Unit]:
    for place, one in enumerate(items(data, "terms")):
        yield Unit(
            f"{one.get('term') or ''}: {one.get('definition') or ''}", section, str(place + 1)
        )


def _references(section: str, data: Data) -> Iterator[Unit]:
    for place, one in enumerate(items(data, "items")):
        row = str(place + 1)
        parts = (one.get("code"), one.get("title"), one.get("note"))
        yield Unit(" ".join(str(part) for part in parts if part), section, row, "items")
        yield from _html(one.get("html"), section, row)


def _activities(section: str, data: Data) -> Iterator[Unit]:
    for place, row in enumerate(items(data, "rows")):
        name = row_name(row, place)
        yield Unit(str(row.get("title") or ""), section, name, "title")
        yield from _html(row.get("html"), section, name)
        yield Unit(str(row.get("responsible_text") or ""), section, name, "responsible")
        for record in items(row, "records"):
            text = " ".join(
                filter(None, (str(record.get("code") or ""), str(record.get("text") or "")))
            )
            yield Unit(text, section, name, "records")
        for branch in items(row, "branches"):
            yield Unit(str(branch.get("condition") or ""), section, name, "branches")


def _indicators(section: str, data: Data) -> Iterator[Unit]:
    keys = ("name", "objective", "formula_text", "source", "note")
    for place, card in enumerate(items(data, "cards")):
        row = row_name(card, place)
        for key in keys:
            yield Unit(str(card.get(key) or ""), section, row, key)
        for variable in items(card, "variables"):
            for key in ("description", "source"):
                yield Unit(str(variable.get(key) or ""), section, row, key)


def _sipoc(section: str, data: Data) -> Iterator[Unit]:
    for place, row in enumerate(items(data, "rows")):
        for column in SIPOC:
            for text in texts(row, column):
                yield Unit(text, section, str(place + 1), column)


def _risks(section: str, data: Data) -> Iterator[Unit]:
    for place, row in enumerate(items(data, "rows")):
        for key in ("risk", "control"):
            yield Unit(str(row.get(key) or ""), section, str(place + 1), key)


def _requirements(section: str, data: Data) -> Iterator[Unit]:
    for group in items(data, "groups"):
        yield Unit(str(group.get("name") or ""), section, "", "groups")
        for place, one in enumerate(items(group, "items")):
            text = " ".join(str(one.get(key) or "") for key in ("reference", "text"))
            yield Unit(text, section, str(place + 1), "items")


def _resources(section: str, data: Data) -> Iterator[Unit]:
    for group in items(data, "groups"):
        yield Unit(str(group.get("name") or ""), section, "", "groups")
        for place, text in enumerate(texts(group, "items")):
            yield Unit(text, section, str(place + 1), "items")


def _table(section: str, data: Data) -> Iterator[Unit]:
    heads = texts(data, "columns")
    yield Unit(str(data.get("note") or ""), section, "", "note")
    rows = data.get("rows")
    for place, row in enumerate(rows if isinstance(rows, list | tuple) else ()):
        if not isinstance(row, list | tuple):
            continue
        cells = [str(cell) for cell in row]
        # «Azul» below «Color» says «color azul».
        told = [
            f"{heads[at]}: {cell}" if at < len(heads) else cell for at, cell in enumerate(cells)
        ]
        yield Unit(" | ".join(told) if any(cells) else "", section, str(place + 1), "rows")


def _anything(section: str, data: Any) -> Iterator[Unit]:
    if isinstance(data, str):
        yield Unit(data, section)
    elif isinstance(data, Mapping):
        for one in data.values():
            yield from _anything(section, one)
    elif isinstance(data, list | tuple):
        for one in data:
            yield from _anything(section, one)


_WALKS: dict[str, Callable[[str, Data], Iterator[Unit]]] = {
    "text": _text,
    "glossary": _glossary,
    "references": _references,
    "annexes": _references,
    "activities": _activities,
    "indicators": _indicators,
    "sipoc": _sipoc,
    "risks": _risks,
    "requirements": _requirements,
    "resources": _resources,
    "table": _table,
}
