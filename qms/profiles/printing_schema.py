"""How the printed layout of a profile must look: header, cover, closing, legends and words."""

from __future__ import annotations

from typing import Any

from qms.profiles.printed_words import NAMES
from qms.profiles.shapes import Choice, Flag, Many, Nothing, Record, Table, Text, Whole, may, need

BLOCKS = ("title", "index", "approvals", "changes", "distribution")
ORDERS = ("ascending", "descending")
CHANGE_FIELDS = ("version", "date", "description", "author", "state")

CELL = Record(
    {
        "text": may(Text(300, lines=True, empty=True)),
        "logo": may(Flag(), default=False),
        "label": may(Text(60)),
        "rows": may(Whole(1, 12), 1),
        "cols": may(Whole(1, 12), 1),
        "bold": may(Flag(), default=False),
        "upper": may(Flag(), default=False),
        "align": may(Choice(("left", "center", "right")), "left"),
        "size": may(Whole(5, 30)),
    }
)
HEADER = Record(
    {
        "widths": need(Many(Whole(1, 100), least=1, most=12)),
        "rows": need(Many(Many(CELL, most=12), least=1, most=12)),
    }
)


def _cell(text: str | None = None, **more: Any) -> dict[str, Any]:
    return {**CELL.defaults(), "text": text, **more}


DEFAULT_HEADER = {
    "widths": [20, 55, 25],
    "rows": [
        [
            _cell(logo=True, rows=3),
            _cell("{system_name}", bold=True, align="center"),
            _cell("Código: {code}"),
        ],
        [_cell("{title}", bold=True, align="center", rows=2), _cell("Versión: {version}")],
        [_cell("Página {page} de {pages}")],
    ],
}
COVER = Record(
    {
        "enabled": may(Flag(), default=True),
        "own_page": may(Flag(), default=True),
        "heading": may(Text(120)),
        "blocks": may(
            Many(Choice(BLOCKS)), ["title", "index", "approvals", "changes", "distribution"]
        ),
    }
)
CLOSING = Record({"blocks": may(Many(Choice(BLOCKS[2:])), [])})
APPROVAL_LABELS = frozenset(["name", "position", "date", "signature", "action", "by", "step"])
APPROVALS = Record(
    {
        "layout": may(Choice(("columns", "rows", "positions")), "columns"),
        "heading": may(Text(120)),
        "order": may(Choice(ORDERS), "ascending"),
        "labels": may(Table(Text(80, empty=True), APPROVAL_LABELS), {}),
        "steps": may(Table(Text(80)), {}),
    }
)
CHANGES = Record(
    {
        "heading": may(Nothing(Text(120)), "CONTROL DE CAMBIOS"),
        "order": may(Choice(ORDERS), "ascending"),
        "columns": may(
            Many(
                Record(
                    {
                        "field": need(Choice(CHANGE_FIELDS)),
                        "title": need(Text(80)),
                        "width": may(Whole(1, 100)),
                    }
                ),
                least=1,
                most=5,
            ),
            [
                {"field": "version", "title": "VERSIÓN", "width": None},
                {"field": "date", "title": "FECHA", "width": None},
                {"field": "description", "title": "DESCRIPCIÓN", "width": None},
            ],
        ),
    }
)
DISTRIBUTION_LABELS = frozenset({"number", "position"})
DISTRIBUTION = Record(
    {
        "heading": may(Nothing(Text(120)), "LISTA DE DISTRIBUCIÓN"),
        "columns": may(Whole(1, 4), 1),
        "labels": may(Table(Text(80), DISTRIBUTION_LABELS), {}),
    }
)
LEGENDS = Record(
    {
        "header": may(Text(300)),
        "footer": may(Many(Text(300)), []),
        "end": may(Text(300)),
    }
)
PRINTING = Record(
    {
        "paper": may(Choice(("letter", "a4")), "letter"),
        "header": may(HEADER, DEFAULT_HEADER),
        "cover": may(COVER, COVER.defaults()),
        "closing": may(CLOSING, CLOSING.defaults()),
        "approvals": may(APPROVALS, APPROVALS.defaults()),
        "changes": may(CHANGES, CHANGES.defaults()),
        "distribution": may(DISTRIBUTION, DISTRIBUTION.defaults()),
        "legends": may(LEGENDS, LEGENDS.defaults()),
        "labels": may(Table(Text(200), NAMES), {}),
    }
)
"""The part ``printing`` of an organisation profile."""
