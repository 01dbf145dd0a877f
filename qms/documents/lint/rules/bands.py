"""Scales that stand as prose, «(9-10)», «(7-8)», «(1-6)», and limits that cut through them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from qms.documents.lint.comparisons import Limit, limits_in, range_in
from qms.documents.lint.data import Paper, Unit
from qms.documents.lint.findings import WARNING, Finding
from qms.documents.lint.rules.base import DOCUMENT, Rule
from qms.documents.lint.words import folded, quoted, sentences
from qms.kernel.bands import BadBands, Band, check_partition
from qms.kernel.i18n import _

_SCALE = re.compile(r"\b(?:calific|puntaj|puntuac|escala|nota\b)")


@dataclass(frozen=True)
class Scale:
    """Bands of whole numbers, as the lines of one place list them."""

    units: tuple[tuple[Unit, Decimal, Decimal], ...]


def scales_of(paper: Paper, world: Any) -> list[Scale]:
    """Find the scales of marks that a version lists in prose or in a table; looked for once."""
    if "scales" not in world.kept:
        world.kept["scales"] = _scales_of(paper)
    return list(world.kept["scales"])


def _scales_of(paper: Paper) -> list[Scale]:
    places: dict[tuple[str, str], list[Unit]] = {}
    for part in paper.of_kind("text", "activities", "table"):
        for unit in part.units:
            row = "" if part.kind == "table" else unit.row
            places.setdefault((unit.section, row), []).append(unit)
    found = []
    for units in places.values():
        if not any(_SCALE.search(folded(unit.text)) for unit in units):
            continue
        ranges = [(unit, *found_range) for unit in units if (found_range := range_in(unit.text))]
        if len(ranges) > 1:
            found.append(Scale(tuple(ranges)))
    return found


def threshold_differs(paper: Paper, world: Any) -> Iterator[Finding]:
    """Find a limit in the text that cuts through one of the bands: «inferior a 6» and (1-6)."""
    scales = scales_of(paper, world)
    if not scales:
        return
    for part in paper.of_kind("text", "activities", "table", "risks"):
        for unit in part.units:
            for sentence in sentences(unit.text):
                for limit in limits_in(sentence):
                    if limit.percent or not _SCALE.search(folded(sentence)):
                        continue
                    yield from _cut(unit, limit, scales)


def _cut(unit: Unit, limit: Limit, scales: list[Scale]) -> Iterator[Finding]:
    for scale in scales:
        for band, low, high in scale.units:
            # «< 6» takes 1 to 5 out of 1 to 6; «≤ 6» takes them all.
            edge = limit.value if limit.direction in ("<", ">=") else limit.value + 1
            if low < edge <= high:
                yield Finding(
                    "threshold-differs",
                    WARNING,
                    _(
                        "«${limit}» cuts through the band «${band}».",
                        {"limit": limit.written, "band": quoted(band.text, 60)},
                    ),
                    _("Use the limit of the band, or say why there are two."),
                    section=unit.section,
                    row=unit.row,
                    subject=limit.written,
                )
                return


def scale_gap(paper: Paper, world: Any) -> Iterator[Finding]:
    """Find marks of a listed scale that belong to no band or to two."""
    for scale in scales_of(paper, world):
        bands = [
            Band(f"{place}", low, high=high, high_inclusive=True)
            for place, (_unit, low, high) in enumerate(scale.units)
        ]
        lowest = min(low for _unit, low, _high in scale.units)
        highest = max(high for _unit, _low, high in scale.units)
        if len({(band.low, band.high) for band in bands}) < len(bands):
            continue
        try:
            check_partition(bands, lowest, highest, whole=True)
        except BadBands as refusal:
            unit = scale.units[0][0]
            if refusal.witness is None:
                continue
            yield Finding(
                "scale-gap",
                WARNING,
                _(
                    "The marks are not divided cleanly: look at ${mark}.",
                    {"mark": f"{refusal.witness.normalize():f}"},
                ),
                _("Let each mark belong to one band."),
                section=unit.section,
                row=unit.row,
                subject="scale",
            )


RULES = (
    Rule("threshold-differs", _("Limit inside a band"), DOCUMENT, threshold_differs),
    Rule("scale-gap", _("Marks without band"), DOCUMENT, scale_gap),
)
