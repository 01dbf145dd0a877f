"""The findings of a whole organisation, kept in memory and brought up to date step by step.

A document is checked anew when its version, its place in the catalogue, the names of positions or
leaders, or what it asked of other documents has changed; nothing else is. What a reader of the page
waits for is therefore a look at the catalogue's rows, not at the documents.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import partial
from time import monotonic
from typing import Any

from qms.documents.interfaces import interfaces_of
from qms.documents.lint.data import Known, Paper, World, title_key
from qms.documents.lint.engine import check
from qms.documents.lint.findings import Finding, weight
from qms.documents.lint.organisation import Digest, between, digest_of
from qms.documents.lint.reading import leaders_of, looked_at, paper_of, positions_of, world_of
from qms.documents.listing import Row, catalogue_of
from qms.documents.models import Document, Version
from qms.documents.workflow import IN_FORCE

BOARDS = "qms.documents.lint.boards"
"""Where the registry of the application keeps the boards, by organisation."""

BATCH = 1000
"""So many documents are held in memory at a time."""

Stamp = tuple[Any, ...]


@dataclass(frozen=True)
class Entry:
    """What the check of one document found, and on what it rests."""

    stamp: Stamp
    findings: tuple[Finding, ...]
    documents: Mapping[str, Known | None]
    titles: Mapping[str, tuple[str, ...]]
    digest: Digest


@dataclass(frozen=True)
class Report:
    """The findings of an organisation as far as they are known."""

    findings: tuple[Finding, ...]
    checked: int
    total: int
    rows: Mapping[str, Row]
    """Uid to the document's line of the master list."""

    @property
    def is_complete(self) -> bool:
        """Tell whether every document was checked as it is now."""
        return self.checked == self.total


class Board:
    """The findings of one organisation in this process."""

    def __init__(self) -> None:
        """Start without knowing anything."""
        self._lock = threading.Lock()
        self._rows: dict[str, tuple[Any, ...]] = {}
        self._keys: dict[str, str] = {}
        self._stamps: dict[str, Stamp] = {}
        self._entries: dict[str, Entry] = {}
        self._known: dict[str, Known] = {}
        self._titles: dict[str, tuple[str, ...]] = {}
        self._frame: Stamp = ()
        self._world = World()
        self._between: tuple[Finding, ...] = ()
        self._interfaces: tuple[Any, ...] = ()
        self._seen: Stamp = ()

    def look(self, organisation: Any, today: date) -> list[str]:
        """Look at the catalogue; give the uids of the documents that have to be checked anew."""
        rows = dict(_rows(organisation))
        stamps = {uid: _stamp(organisation, row, today) for uid, row in rows.items()}
        frame = (
            organisation.profile_revision,
            tuple(positions_of(organisation)),
            tuple(leaders_of(organisation)),
            today,
        )
        with self._lock:
            if rows != self._rows:
                self._index(organisation, rows)
            self._rows, self._stamps = rows, stamps
            if frame[:3] != self._frame[:3]:
                self._entries.clear()
            if frame != self._frame:
                self._frame = frame
            self._world = world_of(
                organisation, today, find_document=self._known.get, find_titles=self._titled
            )
            for uid in self._entries.keys() - stamps.keys():
                del self._entries[uid]
            stale = [uid for uid in stamps if not self._holds(uid)]
            if stale or self._seen != frame:
                self._interfaces = tuple(interfaces_of(organisation).findings)
                self._seen = ()
        return stale

    @property
    def rows(self) -> dict[str, Row]:
        """The documents in use, as of the last look."""
        with self._lock:
            return {uid: Row(*row) for uid, row in self._rows.items()}

    def known_of(self, version: Version) -> tuple[Finding, ...] | None:
        """Give what the last check found in a version, or None when it was not looked at."""
        entry = self._entries.get(version.document.uid)
        if entry is None or entry.digest.order != version.order or version.state != IN_FORCE:
            return None
        return entry.findings

    def across(self, uid: str) -> tuple[Finding, ...]:
        """Give what the last look found between a document and others."""
        return tuple(one for one in self._between if one.uid == uid)

    def _titled(self, key: str) -> tuple[str, ...]:
        return self._titles.get(key, ())

    def _index(self, organisation: Any, rows: Mapping[str, tuple[Any, ...]]) -> None:
        """Make the ways from code and from title to the documents anew."""
        titles: dict[str, list[str]] = {}
        known = {}
        for uid, row in rows.items():
            old = self._rows.get(uid)
            if old is None or old[2] != row[2] or uid not in self._keys:
                self._keys[uid] = title_key(row[2])
            line = Row(*row)
            known[uid] = Known(line.code, line.title, line.type_id, line.state)
            if self._keys[uid]:
                titles.setdefault(self._keys[uid], []).append(line.code)
        self._titles = {key: tuple(sorted(found)) for key, found in titles.items()}
        by_code = organisation["documents"].codes.items()
        self._known = {code: known[uid] for code, uid in by_code if uid in known}

    def _holds(self, uid: str) -> bool:
        """Tell whether what was found of a document is still true."""
        entry = self._entries.get(uid)
        if entry is None or entry.stamp != self._stamps[uid]:
            return False
        known, titles = self._known, self._titles
        return all(known.get(code) == was for code, was in entry.documents.items()) and all(
            titles.get(key, ()) == was for key, was in entry.titles.items()
        )

    def read(
        self, organisation: Any, uids: Iterable[str], *, seconds: float | None = None
    ) -> list[tuple[Paper, Stamp]]:
        """Read documents for checking, for so many seconds at most."""
        folder = organisation["documents"]
        ends = None if seconds is None else monotonic() + seconds
        found = []
        for uid in uids:
            document = folder.get(uid)
            version = None if document is None else looked_at(document)
            if version is None:
                nothing = Digest(uid, "", -1, "", "")
                self._entries[uid] = Entry(self._stamps[uid], (), {}, {}, nothing)
            else:
                found.append((paper_of(version), self._stamps[uid]))
            if ends is not None and monotonic() > ends:
                break
        return found

    def check(self, papers: Iterable[tuple[Paper, Stamp]], *, seconds: float | None = None) -> None:
        """Check what was read, for so many seconds at most; what is left is stale still.

        It touches no database, so do it outside of any transaction.
        """
        world = self._world
        ends = None if seconds is None else monotonic() + seconds
        for paper, stamp in papers:
            found = check(paper, world)
            entry = Entry(stamp, found.findings, found.documents, found.titles, digest_of(paper))
            with self._lock:
                self._entries[paper.uid] = entry
            if ends is not None and monotonic() > ends:
                break

    def report(self) -> Report:
        """Give what is known now, by document and weight."""
        with self._lock:
            entries = dict(self._entries)
            rows = {uid: Row(*row) for uid, row in self._rows.items()}
            current = sum(self._holds(uid) for uid in self._stamps)
            if self._seen != self._frame or current < len(self._stamps):
                digests = sorted((one.digest for one in entries.values()), key=lambda one: one.code)
                self._between = tuple(between(digests, self._interfaces))
                self._seen = self._frame if current == len(self._stamps) else ()
            across = self._between
        found = [one for entry in entries.values() for one in entry.findings] + list(across)
        found = [one for one in found if one.uid in rows]
        found.sort(key=lambda one: (one.code, weight(one)))
        return Report(tuple(found), current, len(self._stamps), rows)


def _rows(organisation: Any) -> Iterable[tuple[str, tuple[Any, ...]]]:
    """Walk the catalogue's rows of the documents that are in use, by uid."""
    page = catalogue_of(organisation).query({}, order="code", limit=None)
    return ((row[0], row) for row in page.rows if row[9] != "retired")


def _stamp(organisation: Any, row: tuple[Any, ...], today: date) -> Stamp:
    """Give what tells whether a document is as it was when it was checked.

    The content of a version in force never changes; that of a draft is counted.
    """
    line = Row(*row)
    overdue = bool(line.review_by and line.review_by < today.isoformat())
    if line.state == IN_FORCE:
        return (*row, overdue)
    document: Document | None = organisation["documents"].get(line.uid)
    version = None if document is None else looked_at(document)
    writings = 0 if version is None or version.writings is None else int(version.writings())
    return (*row, overdue, writings)


def board_of(registry: Any, organisation: Any) -> Board:
    """Give the board of an organisation, made at the first use in this process."""
    boards = registry.setdefault(BOARDS, {})
    return boards.setdefault(organisation.uid, Board())


def bring_up_to_date(
    board: Board,
    organisation: Any,
    today: date,
    *,
    outside: Callable[[Callable[[], None]], None],
    seconds: float | None = None,
) -> Report:
    """Check what changed and give what is known then.

    Reading takes so many seconds at most and checking three times as many; no limit does it all.
    """
    stale = board.look(organisation, today)
    patience = None if seconds is None else 3 * seconds
    for start in range(0, len(stale), BATCH):
        papers = board.read(organisation, stale[start : start + BATCH], seconds=seconds)
        if papers:
            outside(partial(board.check, papers, seconds=patience))
        if seconds is not None:
            break
    return board.report()
