"""Tables that say where something goes: one case with two destinations."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from qms.documents.lint.data import Paper, same_words
from qms.documents.lint.findings import WARNING, Finding
from qms.documents.lint.rules.base import SECTION, Rule
from qms.documents.lint.words import folded, quoted, stem, stems
from qms.documents.sections.kind import texts
from qms.kernel.i18n import _

_CASES = (
    "si es",
    "si",
    "caso",
    "condicion",
    "motivo",
    "solicitud",
    "tramite",
    "situacion",
    "asunto",
)
_GOALS = ("direcciona", "destino", "remite", "remitir", "dirige", "deriva", "enviar a", "pasa a")
_PARTS = re.compile(r"[,;/]|\by/o\b|\b[yoeu]\b", re.IGNORECASE)
_SAYS_LITTLE = "gestion tramite solicitud consulta atencion cliente usuario servicio etc"
_GENERIC = frozenset(stem(word) for word in _SAYS_LITTLE.split())
"""Words that any case may begin with."""
MOST_ROWS = 500


def _column(heads: list[str], wanted: tuple[str, ...]) -> int | None:
    for place, head in enumerate(heads):
        plain = folded(head).strip(" :.")
        if plain in wanted or any(plain.startswith(f"{one} ") for one in wanted):
            return place
    return None


def two_destinations(paper: Paper, world: Any) -> Iterator[Finding]:
    """Find two rows of a routing table that hold the same case and send it to two places."""
    for part in paper.of_kind("table"):
        heads = texts(part.data, "columns")
        case, goal = _column(heads, _CASES), _column(heads, _GOALS)
        if case is None or goal is None:
            continue
        rows = _rows(part.data, max(case, goal))
        heads_of = [(_head(row[case]), row[case], row[goal], place) for place, row in rows]
        for number, one in enumerate(heads_of):
            for other in heads_of[:number]:
                if _same_case(one, other) and not same_words(one[2], other[2]):
                    yield _told(part.id, one, other)
                    break


def _rows(data: Mapping[str, Any], width: int) -> list[tuple[int, list[str]]]:
    return [
        (place + 1, [str(cell) for cell in row])
        for place, row in enumerate(data.get("rows") or [])
        if isinstance(row, list | tuple) and len(row) > width
    ][:MOST_ROWS]


def _head(text: str) -> frozenset[str]:
    """Give the stems of the first thing that a case names, without words that say nothing."""
    return frozenset(stems(_PARTS.split(text, maxsplit=1)[0])) - _GENERIC


def _same_case(one: tuple, other: tuple) -> bool:
    small, large = sorted((one[0], other[0]), key=len)
    return len(small) > 1 and small <= large


def _told(section: str, one: tuple, other: tuple) -> Finding:
    values = {
        "case": quoted(one[1], 60),
        "one": quoted(other[2], 60),
        "two": quoted(one[2], 60),
        "row": other[3],
    }
    return Finding(
        "route-two-destinations",
        WARNING,
        _("«${case}» goes to «${two}», and row ${row} sends it to «${one}».", values),
        _("Say what tells the two cases apart, or keep one destination."),
        section=section,
        row=str(one[3]),
        subject=f"{other[3]}-{one[3]}",
    )


RULES = (
    Rule("route-two-destinations", _("One case, two destinations"), SECTION, two_destinations),
)
