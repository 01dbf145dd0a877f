"""Which series a record belongs to: the most specific one that names what it is."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from qms.documents.records import RecordRow
from qms.retention.models import BELONGS, Series

CASES = "cases:all"
_KINDS = (
    ("document_types", "type", 40),
    ("case_kinds", "case-kind", 30),
    ("surveys", "survey", 30),
    ("case_lanes", "case-lane", 20),
)


def claims_of(series: Series) -> Iterator[tuple[str, int]]:
    """Give each trait that a series names, with how specific that is."""
    for attribute, kind, weight in _KINDS:
        for one in getattr(series, attribute):
            yield f"{kind}:{one}", weight
    if series.all_cases:
        yield CASES, 10


class Table:
    """The series of an organisation by what belongs to them; made anew for each use."""

    def __init__(self, series: Iterable[Series]) -> None:
        """Look at every series that is in use."""
        self._by_trait: dict[str, list[tuple[int, Series]]] = {}
        for one in series:
            if one.active:
                for trait, weight in claims_of(one):
                    self._by_trait.setdefault(trait, []).append((weight, one))

    def of(self, row: RecordRow) -> Series | None:
        """Give the series of a record, or None for one that no series names."""
        best: tuple[int, str, Series] | None = None
        for trait in row.traits:
            for weight, one in self._by_trait.get(trait, ()):
                narrowed = bool(one.processes)
                if narrowed and not any(f"process:{each}" in row.traits for each in one.processes):
                    continue
                found = (weight + narrowed, one.code, one)
                if best is None or found[:2] > best[:2]:
                    best = found
        return None if best is None else best[2]


def rivals(table: Iterable[Series], wanted: Series) -> Series | None:
    """Give another series that names the very same records, or None."""
    own, narrow = dict(claims_of(wanted)), set(wanted.processes)
    for other in table:
        if (
            other is wanted
            or not other.active
            or not set(own) & {one for one, _ in claims_of(other)}
        ):
            continue
        if (not narrow and not other.processes) or narrow & set(other.processes):
            return other
    return None


def traits_shown(series: Series, names: dict[str, dict[str, str]]) -> dict[str, list[str]]:
    """Name what belongs to a series in the organisation's own words, by kind."""
    found: dict[str, Any] = {}
    for attribute in BELONGS:
        ids = getattr(series, attribute)
        if ids:
            found[attribute] = [names.get(attribute, {}).get(one, one) for one in ids]
    return found
