"""Checks the printed layout of a profile: grids that add up and placeholders that exist."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from qms.kernel.i18n import _
from qms.profiles.book import Book, Path, similar

PLACEHOLDERS = frozenset(
    {
        "system_name",
        "organisation",
        "title",
        "code",
        "type",
        "family",
        "process",
        "owner_process",
        "macroprocess",
        "version",
        "in_force_from",
        "approved_on",
        "review_by",
        "page",
        "pages",
    }
)
"""What a printed text may hold in braces; besides, ``{signers:STEP}`` for a step of a route."""
_BRACES = re.compile(r"\{([^{}]*)\}")


def check_printing(printing: Mapping[str, Any], book: Book) -> None:
    """Note headers that do not add up, unknown placeholders and change columns named twice."""
    header = printing.get("header") or {}
    base: Path = ("printing", "header")
    widths = [one for one in header.get("widths") or [] if one is not None]
    if widths and sum(widths) != 100:
        book.note(
            (*base, "widths"),
            _("the widths add up to ${sum}", mapping={"sum": sum(widths)}),
            _("they are percentages and must make 100"),
        )
    rows = header.get("rows") or []
    check_grid(rows, len(header.get("widths") or []), (*base, "rows"), book)
    for row, cells in enumerate(rows):
        for column, cell in enumerate(cells or []):
            if cell:
                _cell(cell, (*base, "rows", row, column), book)
    legends = printing.get("legends") or {}
    check_text(legends.get("header"), ("printing", "legends", "header"), book)
    for index, text in enumerate(legends.get("footer") or []):
        check_text(text, ("printing", "legends", "footer", index), book)
    check_text(legends.get("end"), ("printing", "legends", "end"), book)
    _steps((printing.get("approvals") or {}).get("steps") or {}, book)
    _columns((printing.get("changes") or {}).get("columns") or [], book)


def _steps(printed: Mapping[str, Any], book: Book) -> None:
    """Note printed step labels of steps that no route has."""
    steps = book.ids.get("step", {})
    for step, text in printed.items():
        path: Path = ("printing", "approvals", "steps", step)
        if step not in steps:
            what = _("no route has a step «${id}»", mapping={"id": step})
            book.note(path, what, similar(step, steps))
        check_text(text, path, book)


def _cell(cell: Mapping[str, Any], path: Path, book: Book) -> None:
    if cell.get("logo") and (cell.get("text") or cell.get("label")):
        book.note(path, _("a header cell holds the logo or a text, not both"))
    check_text(cell.get("text"), (*path, "text"), book)


def check_text(text: str | None, path: Path, book: Book) -> None:
    """Note placeholders that do not exist, and lone braces."""
    if not text:
        return
    for name in _BRACES.findall(text):
        kind, colon, step = name.partition(":")
        if kind == "signers" and colon:
            steps = book.ids.get("step", {})
            if step not in steps:
                what = _("no route has a step «${id}»", mapping={"id": step})
                book.note(path, what, similar(step, steps))
        elif name not in PLACEHOLDERS:
            what = _("there is no placeholder {${name}}", mapping={"name": name})
            book.note(path, what, similar(name, PLACEHOLDERS))
    if set(_BRACES.sub("", text)) & {"{", "}"}:
        book.note(path, _("a brace stands alone here"), _("placeholders are written as {code}"))


def check_grid(rows: list[Any], columns: int, path: Path, book: Book) -> None:
    """Note cells that do not fill the grid of the header exactly, spans included."""
    taken: set[tuple[int, int]] = set()
    for row, cells in enumerate(rows):
        place = 0
        for index, cell in enumerate(cells or []):
            while (row, place) in taken:
                place += 1
            here = (*path, row, index)
            wide, high = (cell or {}).get("cols", 1), (cell or {}).get("rows", 1)
            if row + high > len(rows):
                book.note(
                    here,
                    _("this cell spans ${rows} rows", mapping={"rows": high}),
                    _("the header has only ${left} left", mapping={"left": len(rows) - row}),
                )
            spots = {(row + down, place + right) for down in range(high) for right in range(wide)}
            if spots & taken:
                book.note(here, _("this cell runs into one that spans down from above"))
            taken |= spots
            place += wide
        filled = len([spot for spot in taken if spot[0] == row])
        if filled != columns:
            book.note(
                (*path, row),
                _("this row fills ${filled} columns", mapping={"filled": filled}),
                _("the header has ${columns}, counting spans", mapping={"columns": columns}),
            )


def _columns(columns: list[Any], book: Book) -> None:
    path: Path = ("printing", "changes", "columns")
    fields = [one.get("field") for one in columns if one]
    for index, one in enumerate(columns):
        if one and one.get("field") in fields[:index]:
            book.note(
                (*path, index, "field"),
                _("«${text}» is here twice", mapping={"text": one["field"]}),
            )
    widths = [one.get("width") for one in columns if one]
    if any(widths) and (not all(widths) or sum(width or 0 for width in widths) != 100):
        book.note(
            path,
            _("the widths add up to ${sum}", mapping={"sum": sum(width or 0 for width in widths)}),
            _("give each column a width, together 100, or none of them"),
        )
