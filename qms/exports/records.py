"""Filters, counts and sorts records that are all at hand: short lists without a catalogue."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

from qms.exports.columns import Column, Kind, value_of
from qms.kernel.text import fold, sort_key

__all__ = ["Chosen", "choose"]

_SEARCHED = (Kind.TEXT, Kind.CODE)


@dataclass(frozen=True)
class Chosen:
    """What fits, in order, and how many fit per value of each facet."""

    records: list[Any]
    counts: dict[str, dict[str, int]]


def choose(
    records: Iterable[Any],
    columns: Sequence[Column],
    *,
    q: str,
    searched: Sequence[str],
    facets: Sequence[str],
    chosen: Mapping[str, Sequence[str]],
    order: str,
    reverse: bool,
) -> Chosen:
    """Give the records that hold every word of ``q`` and, per facet, one of its chosen values.

    A facet's own choice is left out of its counts, so that they say what a click would add.
    """
    words = fold(q).split()
    names = [column.name for column in columns if column.kind in _SEARCHED] + list(searched)
    found, counts = [], {facet: Counter[str]() for facet in facets}
    for record in records:
        if words and not _has_words(record, names, words):
            continue
        values = {facet: _values(record, facet) for facet in facets}
        missed = [facet for facet, wanted in chosen.items() if not set(wanted) & set(values[facet])]
        for facet in facets:
            if not missed or missed == [facet]:
                counts[facet].update(values[facet])
        if not missed:
            found.append(record)
    sorting = next((column for column in columns if column.sort == order), None)
    if sorting is not None:
        found.sort(key=lambda record: sort_key(str(value_of(record, columns[0].name) or "")))
        found.sort(key=lambda record: _key(record, sorting), reverse=reverse)
        # What has no value stands at the end, whichever way the list runs.
        found.sort(key=lambda record: value_of(record, sorting.name) in (None, "", (), []))
    return Chosen(found, {facet: dict(counted) for facet, counted in counts.items()})


def _has_words(record: Any, names: Sequence[str], words: Sequence[str]) -> bool:
    text = fold(" ".join(_text(value_of(record, name)) for name in names))
    return all(word in text for word in words)


def _text(value: Any) -> str:
    if isinstance(value, list | tuple | set | frozenset):
        return " ".join(map(str, value))
    return "" if value is None else str(value)


def _values(record: Any, facet: str) -> tuple[str, ...]:
    value = value_of(record, facet)
    if value is None or value == "":
        return ()
    if isinstance(value, bool):
        return ("yes",) if value else ("no",)
    if isinstance(value, str):
        return (value,)
    return tuple(map(str, value)) if isinstance(value, Iterable) else (str(value),)


def _key(record: Any, column: Column) -> Any:
    value = value_of(record, column.name)
    if column.kind in (Kind.NUMBER, Kind.PERCENT):
        try:
            return Decimal(str(value if value is not None else 0))
        except InvalidOperation:
            return Decimal(0)
    if column.kind in (Kind.DATE, Kind.MOMENT):
        return "" if value is None else str(value)
    return sort_key(_text(value))
