"""The list of closed records: series, days and phase of each, in an index of its own.

It is compared with the records every night; days are exact at any moment, the phase that a facet
counts is that of the last comparison. Whatever is put on a list is looked at anew, live.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import date, datetime
from functools import cache
from typing import Any, NamedTuple

from qms.documents.records import RecordKind, RecordRow
from qms.kernel.text import sort_key
from qms.people.moments import local_day
from qms.profiles.api import profile_of
from qms.retention import clock
from qms.retention.clock import Moved, Term
from qms.retention.models import Retention, Series
from qms.retention.table import Table
from qms.search.catalogue import Catalogue, Entry
from qms.search.spanish import title_words

ROOM = "retention.catalogue"
ORDERS = ("code", "closed", "transfer", "disposal", "due")
FACETS = ("kind", "series", "phase", "waits")
TRANSFER, SECONDARY, DISPOSAL = "transfer", "secondary", "disposal"
"""What a record waits for, from its day on."""
LATER = "9999"
NO_SERIES = "-"
_AT_ONCE = 200
_STEP = 2000
"""So many changed rows go in one transaction."""
_KEEP_LOADED = 500
"""After so many records the connection lets go of what it holds beyond its size."""


class Row(NamedTuple):
    """One record as the list keeps it."""

    kind: str
    key: str
    code: str
    title: str
    series: str
    closed_on: str
    transfer_on: str
    disposal_on: str
    disposition: str
    phase: str
    transferred: str
    archived: str
    batch: str
    disposed: str
    path: str
    kept: str = ""
    """The elimination in which it was selected to stay."""

    @property
    def uid(self) -> str:
        """Its name in the index and in the ledger."""
        return f"{self.kind}|{self.key}"


def catalogue_of(organisation: Any) -> Catalogue:
    """Give the organisation's list of records, made at its first use."""
    return Catalogue.of(organisation, ROOM, ORDERS, FACETS)


class Reckoning:
    """Computes where records stand on one day, by the table as it is."""

    def __init__(self, organisation: Any, room: Retention, today: date) -> None:
        """Read the table once."""
        self.organisation, self.room, self.today = organisation, room, today
        self.table = Table(room["series"].values())
        calendar = profile_of(organisation).calendar()

        @cache
        def moved(day: date) -> date:
            # Holidays of years far ahead are nobody's to know; weekends are.
            return day if calendar.is_business_day(day) else calendar.next_business_day(day)

        self._moved: Moved = moved
        self._rules: dict[str, list[clock.Rule]] = {}

    def row(self, record: RecordRow) -> Row:
        """Give a record with its series, days and phase."""
        series = self.table.of(record)
        known = self.room.ledger.get(f"{record.kind}|{record.key}") or {}
        record = record._replace(disposed=record.disposed or known.get("disposed", ""))
        own = None if series is None else self._term(series, record)
        return Row(
            kind=record.kind,
            key=record.key,
            code=record.code,
            title=record.title,
            series="" if series is None else series.code,
            closed_on=own.closed_on.isoformat() if own is not None else record.closed_on,
            transfer_on=own.transfer_on.isoformat() if own is not None else "",
            disposal_on=own.disposal_on.isoformat() if own is not None else "",
            disposition=own.disposition if own is not None else "",
            phase=self._phase(series, own, record, known),
            transferred=known.get("transferred", ""),
            archived=known.get("archived", ""),
            batch=known.get("batch", "") or known.get("listed", ""),
            disposed=record.disposed,
            path=record.path,
            kept=known.get("kept", ""),
        )

    def _term(self, series: Series, record: RecordRow) -> Term | None:
        rules = self._rules.get(series.code)
        if rules is None:
            rules = self._rules[series.code] = series.ruled
        if record.open or not record.closed_on:
            return None
        rule = clock.rule_for(rules, date.fromisoformat(record.closed_on), self.today)
        if rule is None:
            return None
        closed = record.whole_on if rule.counted_from == clock.WHOLE else record.closed_on
        return clock.term(date.fromisoformat(closed), rule, self._moved) if closed else None

    def _phase(
        self, series: Series | None, own: Term | None, record: RecordRow, known: Mapping[str, str]
    ) -> str:
        if record.disposed:
            return clock.DISPOSED
        if series is None:
            return clock.UNRULED
        if own is None:
            return clock.UNKNOWN
        found = clock.phase(
            own,
            self.today,
            transferred=bool(known.get("transferred")),
            archived=bool(known.get("archived")),
        )
        return clock.FOR_EVER if found == clock.DUE and known.get("kept") else found


def waits_of(row: Row) -> list[str]:
    """Name what a record waits for next, whatever the day."""
    if row.disposed or row.batch or not row.disposal_on or row.archived:
        return []
    through = row.transfer_on != row.disposal_on
    if through and not row.transferred:
        return [TRANSFER]
    return [SECONDARY if row.disposition == clock.KEEP or row.kept else DISPOSAL]


def entry_of(row: Row) -> Entry:
    """Make the index entry of a record."""
    waits = waits_of(row)
    due = (row.transfer_on if TRANSFER in waits else row.disposal_on) if waits else LATER
    keys = {
        # What waits for nothing stands behind, so that nobody walks over what is done.
        "due": (due, row.code),
        "code": (sort_key(row.code), row.key),
        "closed": (row.closed_on or LATER, row.code),
        "transfer": (row.transfer_on or LATER, row.code),
        "disposal": (row.disposal_on or LATER, row.code),
    }
    facets = {
        "kind": [row.kind],
        "series": [row.series or NO_SERIES],
        "phase": [row.phase],
        "waits": waits,
    }
    return Entry(tuple(row), keys, facets, title_words(f"{row.code} {row.title}"))


def put(organisation: Any, row: Row) -> None:
    """Index a record anew."""
    catalogue_of(organisation).put(row.uid, entry_of(row))


def sync(
    organisation: Any,
    room: Retention,
    kinds: Mapping[str, RecordKind],
    *,
    at: datetime,
    tidy: Callable[[], object] = lambda: None,
    commit: Callable[[], object] = lambda: None,
) -> int:
    """Compare the list with all records; gives how many there are, and writes what differs.

    ``commit`` is called every now and then while it writes: half a list is no harm, since the next
    comparison goes on, and whatever is put on a list of transfer or elimination is looked at anew.
    """
    catalogue = catalogue_of(organisation)
    reckoning = Reckoning(organisation, room, local_day(organisation, at))
    seen: set[str] = set()
    written = 0
    for kind in kinds.values():
        for record in kind.records(organisation):
            row = reckoning.row(record)
            seen.add(row.uid)
            if catalogue.row(row.uid) != tuple(row):
                catalogue.put(row.uid, entry_of(row))
                written += 1
                if written % _STEP == 0:
                    commit()
            if len(seen) % _KEEP_LOADED == 0:
                tidy()
    for values in list(_walk(catalogue, {})):
        if (uid := Row(*values).uid) not in seen:
            catalogue.remove(uid)
    room.counted_on = at.isoformat()
    return len(seen)


def _walk(
    catalogue: Catalogue, filters: Mapping[str, Any], order: str = "code", at_once: int = _AT_ONCE
) -> Iterator[Any]:
    start = 0
    while True:
        page = catalogue.query(filters, order=order, start=start, limit=at_once)
        yield from page.rows
        start += at_once
        if start >= page.total:
            return


def waiting(
    organisation: Any, what: str, today: date, *, series: str = "", most: int | None = None
) -> list[Row]:
    """List the records whose day has come, the longest due first; from the index alone."""
    filters: dict[str, Any] = {"waits": (what,)}
    if series:
        filters["series"] = (series,)
    found: list[Row] = []
    at_once = min(_AT_ONCE, most or _AT_ONCE)
    for values in _walk(catalogue_of(organisation), filters, "due", at_once):
        row = Row(*values)
        day = row.transfer_on if what == TRANSFER else row.disposal_on
        if day > today.isoformat() or (most is not None and len(found) >= most):
            break
        found.append(row)
    return found
