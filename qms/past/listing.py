"""The master list as of a moment: one pass over the spans, names as they were then."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, NamedTuple

from qms.documents.workflow import IN_FORCE
from qms.kernel.text import fold, sort_key
from qms.past.keeping import seen_chronicle
from qms.past.models import Chronicle, Span
from qms.past.spans import REGISTERED, Pending, Shown

_MOST_KEPT = 4
"""So many moments are kept worked out beside the chronicle in memory."""


class PastRow(NamedTuple):
    """One line of the master list as it was; the names are those of the present list's rows."""

    uid: str
    code: str
    title: str
    type_id: str
    type_name: str
    process_id: str
    process_name: str
    version: str | None
    order: int | None
    state: str
    approved_on: str | None
    in_force_from: str | None
    review_by: str | None
    responsible: str
    signed: bool
    migrated: bool
    pending: str | None
    pending_order: int | None
    pending_label: str | None
    registered: bool
    """Known only from the dates that were written down when the document was taken over."""

    @property
    def type(self) -> str:
        """The type, as the list is filtered by it."""
        return self.type_id

    @property
    def process(self) -> str:
        """The process, as the list is filtered by it."""
        return self.process_id

    @property
    def states(self) -> tuple[str, ...]:
        """The states to show: of the document, of what was under way, and how it is known."""
        found = [self.state]
        if self.pending and self.pending != self.state:
            found.append(self.pending)
        return (*found, REGISTERED) if self.registered else tuple(found)


@dataclass
class Names:
    """The names of types, processes and their leaders at one moment."""

    chronicle: Chronicle
    organisation: Any
    moment: str
    known_since: str = ""
    """The latest moment from which a name used here is known, where that is after ``moment``."""
    _kept: dict[str, Any] = field(default_factory=dict)

    def _known(self, name: str, default: Any) -> Any:
        if name not in self._kept:
            known = self.chronicle.known(name, self.moment, earliest=True)
            if known is not None and not known.sure:
                self.known_since = max(self.known_since, known.since)
            self._kept[name] = default() if known is None else json.loads(known.text)
        return self._kept[name]

    def type_name(self, type_id: str) -> str:
        """Give the name that a type of document had."""
        types = self._known(
            "profile/document_types",
            lambda: list(self.organisation.profile.get("document_types") or ()),
        )
        return next((one["name"] for one in types if one["id"] == type_id), type_id)

    def process(self, process_id: str) -> dict[str, Any]:
        """Give the facts of a process; a bare name where it did not exist."""
        return self._known(
            f"process/{process_id}",
            lambda: {"name": process_id, "leader": None, "kind": "", "active": True},
        )

    def position_name(self, position_id: str | None) -> str:
        """Give the name that a position had; empty for none."""
        if not position_id:
            return ""
        return self._known(f"position/{position_id}", lambda: {"name": position_id})["name"]


@dataclass(frozen=True)
class PastList:
    """All lines of one moment, before any filter."""

    rows: tuple[PastRow, ...]
    """In the order of their codes."""
    known_since: str
    """The moment from which names of processes or types are known, if that came later."""
    undated: int
    """Documents taken over later of which no date says whether they existed."""


def rows_at(organisation: Any, moment: str) -> PastList:
    """Give every line of the master list as of ``moment``; kept in memory while nothing changes."""
    chronicle = seen_chronicle(organisation)
    changes = chronicle.changes()
    kept = getattr(chronicle, "_v_lists", None)
    if kept is None or kept[0] != changes:
        kept = chronicle._v_lists = (changes, {})  # noqa: SLF001 - the database forgets _v_ names
    lists: dict[str, PastList] = kept[1]
    if moment not in lists:
        if len(lists) >= _MOST_KEPT:
            lists.pop(next(iter(lists)))
        lists[moment] = _work_out(organisation, chronicle, moment)
    return lists[moment]


def _work_out(organisation: Any, chronicle: Chronicle, moment: str) -> PastList:
    names = Names(chronicle, organisation, moment)
    rows = [row_of_span(uid, span, names) for uid, span in chronicle.documents_at(moment)]
    undated = sum(
        bool(span[7]) and Shown(*span[7]).migrated and not span[1]
        for span in chronicle.begun_after(moment)
    )
    rows.sort(key=lambda row: _sort_key(row.code))
    return PastList(tuple(rows), names.known_since, undated)


def row_of_span(uid: str, span: Span, names: Names) -> PastRow:
    """Write a span out as a line of the list."""
    _moment, basis, code, title, type_id, process_id, state, version, way = span
    shown = Shown(*version) if version else None
    pending = Pending(*way) if way else None
    process = names.process(process_id)
    return PastRow(
        uid,
        code,
        title,
        type_id,
        names.type_name(type_id),
        process_id,
        process["name"],
        shown.label if shown else None,
        shown.order if shown else None,
        state,
        (shown.approved_on or None) if shown else None,
        (shown.in_force_from or None) if shown else None,
        (shown.review_by or None) if shown else None,
        names.position_name(process["leader"]),
        shown.signed if shown else False,
        shown.migrated if shown else False,
        pending.state if pending else None,
        pending.order if pending else None,
        pending.label if pending else None,
        basis == REGISTERED,
    )


_sort_key = lru_cache(maxsize=50_000)(sort_key)
_fold = lru_cache(maxsize=50_000)(fold)
_KEYS: dict[str, Callable[[PastRow], Any]] = {
    "title": lambda row: _sort_key(row.title),
    "state": lambda row: row.state,
    "type": lambda row: _sort_key(row.type_name),
    "process": lambda row: _sort_key(row.process_name),
    "in_force_from": lambda row: row.in_force_from or "",
    "review_by": lambda row: row.review_by or "9999",
}
"""Sort keys per order beside that of the codes, in which the rows stand already."""
FACETS = ("type", "process", "state", "pending")


@dataclass(frozen=True)
class Choice:
    """The rows that a reader wants, and how many each value of a filter would give."""

    rows: list[PastRow]
    counts: dict[str, dict[str, int]]


def choose(
    found: PastList,
    *,
    q: str,
    filters: Mapping[str, Sequence[str]],
    order: str,
    reverse: bool,
    in_force_only: bool = False,
) -> Choice:
    """Filter, count and sort the lines of a moment; a filter's counts leave its own choice out."""
    rows: Sequence[PastRow] = found.rows
    if in_force_only:
        rows = [row for row in rows if row.state == IN_FORCE]
    words = fold(q).split()
    if words:
        rows = [row for row in rows if _has(row, words)]
    counts, chosen = {}, {name: frozenset(values) for name, values in filters.items()}
    for facet in FACETS:
        counted = Counter(getattr(row, facet) for row in _fitting(rows, chosen, but=facet))
        counts[facet] = {value: number for value, number in counted.items() if value}
    fitting = list(_fitting(rows, chosen))
    if order in _KEYS:
        fitting.sort(key=_KEYS[order], reverse=reverse)
    elif reverse:
        fitting.reverse()
    return Choice(fitting, counts)


def _has(row: PastRow, words: Sequence[str]) -> bool:
    text = _fold(f"{row.code} {row.title}")
    return all(word in text for word in words)


def _fitting(
    rows: Sequence[PastRow], chosen: Mapping[str, frozenset[str]], *, but: str = ""
) -> Sequence[PastRow]:
    for name, values in chosen.items():
        if name != but:
            rows = [row for row in rows if getattr(row, name) in values]
    return rows
