"""Follows the journal with this node's own index: nothing lost, nothing twice, always rebuildable.

One process of a node does it (the lock elects it, and a dead one holds no lock); any may die at any
moment. What changed is indexed as it is now, so that order and repetition do not matter. A new
index is built beside the old one, in slices, and takes its place when it is whole: meanwhile people
search the old one, which is kept up to date.
"""

from __future__ import annotations

import fcntl
import json
import logging
import os
import secrets
import shutil
import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import transaction

from qms.content.models import Organisation
from qms.content.root import ROOT_KEY
from qms.search.engine import TextIndex
from qms.search.entries import Found, Source, TextEntry
from qms.search.filetexts import FileTexts
from qms.search.journal import Cursor, cursor_of, keys_since
from qms.search.queries import TextQuery

log = logging.getLogger("qms.search")

FORM = 1
"""Grows when what an index holds changes; one of another form is built anew."""
BATCH = 200
"""Subjects per commit."""
MANY = 1000
"""More changes than this are not followed one by one: a new index is built."""
WIDE = "wide"
"""In an index's state: ``organisation/kind/`` whose texts are taken anew, and how far that is."""
_POINTER = "current.json"
_BUILDING = "building.json"


@dataclass(frozen=True)
class Progress:
    """What one turn of the follower did."""

    indexed: int
    """Subjects written."""
    building: bool
    """Whether a new index is being built and not yet whole, or texts are still taken anew."""
    left: int = 0
    """Subjects that are still to be taken."""


class Replica:
    """This node's index: the folder, which index in it is current, and how to search it."""

    def __init__(self, folder: Path) -> None:
        """Use ``folder``, which need not exist."""
        self.folder = folder
        self._open: tuple[str, TextIndex] | None = None

    def search(
        self, wanted: TextQuery, *, organisation: str, audiences: tuple[str, ...], limit: int = 20
    ) -> Found | None:
        """Search the current index; None when there is none that can be read (it will be)."""
        for _attempt in range(2):
            # A merge or a swap may take files away under a reader that was just being opened.
            found = self.current()
            if found is None:
                return None
            try:
                return found.search(
                    wanted, organisation=organisation, audiences=audiences, limit=limit
                )
            except Exception:
                log.exception("the text index does not answer")
                self._open = None
        return None

    def current(self) -> TextIndex | None:
        """Give the index that people search, or None."""
        name = _read_name(self.folder / _POINTER)
        if name is None:
            return None
        if self._open is None or self._open[0] != name:
            before, self._open = self._open, (name, TextIndex(self.folder / name))
            if before is not None:
                before[1].close()
        return self._open[1]

    def building(self) -> TextIndex | None:
        """Give the index that is being built, or None."""
        name = _read_name(self.folder / _BUILDING)
        return None if name is None else TextIndex(self.folder / name)

    def begin(self) -> TextIndex:
        """Begin a new index beside the current one; an unfinished one is thrown away."""
        (self.folder / _BUILDING).unlink(missing_ok=True)
        self._sweep()
        name = f"index-{secrets.token_hex(6)}"
        made = TextIndex.create(self.folder / name)
        _write_name(self.folder / _BUILDING, name)
        return made

    def swap(self) -> None:
        """Let people search the index that was built; the old one goes with the next."""
        name = _read_name(self.folder / _BUILDING)
        if name is not None:
            _write_name(self.folder / _POINTER, name)
            (self.folder / _BUILDING).unlink(missing_ok=True)

    def _sweep(self) -> None:
        keep = _read_name(self.folder / _POINTER)
        for one in self.folder.glob("index-*"):
            if one.name != keep:
                shutil.rmtree(one, ignore_errors=True)

    @contextmanager
    def elected(self) -> Iterator[bool]:
        """Tell whether this process may write now; the lock goes with the process."""
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        with (self.folder / "lock").open("a") as held:
            try:
                fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError:
                yield False
            else:
                yield True


def catch_up(
    database: Any,
    replica: Replica,
    sources: Mapping[str, Source],
    *,
    seconds: float = 5.0,
    anew: bool = False,
) -> Progress | None:
    """Bring the index up to the database as it is now, for about so long; None when not elected.

    ``anew`` begins a new index even where the current one is good.
    """
    with replica.elected() as elected:
        if not elected:
            return None
        manager = transaction.TransactionManager(explicit=True)
        connection = database.open(manager)
        manager.begin()
        try:
            site = connection.root().get(ROOT_KEY)
            if site is None:
                return Progress(0, building=False)
            return _Turn(site, replica, sources, time.monotonic() + seconds).run(anew=anew)
        finally:
            manager.abort()
            connection.close()


def behind(site: Any, replica: Replica, organisation_id: str) -> int | None:
    """Count the subjects of an organisation that this node's index has not seen as they are.

    None where that cannot be told: there is no index, or it is being made anew.
    """
    try:
        current = replica.current()
    except OSError:
        return None
    state = None if current is None else current.state()
    if state is None or state.get("form") != FORM:
        return None
    keys = keys_since(site, Cursor.from_data(state["cursor"]))
    if keys is None or any(key.startswith(f"{organisation_id}/") for key in state.get(WIDE, ())):
        return None
    return sum(1 for key in keys if key.startswith(f"{organisation_id}/"))


class _Turn:
    """One turn of the follower over one snapshot of the database."""

    def __init__(
        self, site: Any, replica: Replica, sources: Mapping[str, Source], until: float
    ) -> None:
        self.site, self.replica, self.sources, self.until = site, replica, sources, until
        self.files = FileTexts(replica.folder / "texts")

    def run(self, *, anew: bool) -> Progress:
        """Follow with the current index, then build on the new one where there is one."""
        current = self.replica.current()
        behind = None if current is None else self._behind(current)
        many = behind is None or len(_single(behind)) > MANY
        if anew or (many and self._unfinished() is None):
            self._begin()
        indexed = left = 0
        if current is not None and behind is not None and not many:
            indexed = self._follow(current, behind)
            more, left = self._take_anew(current)
            indexed += more
        built = self._build(indexed)
        return replace(built, building=True, left=built.left + left) if left else built

    def _behind(self, index: TextIndex) -> set[str] | None:
        """Give the keys that an index has not seen; None when it cannot be brought up to date."""
        state = index.state()
        if state is None or state.get("form") != FORM:
            return None
        return keys_since(self.site, Cursor.from_data(state["cursor"]))

    def _follow(self, index: TextIndex, keys: set[str]) -> int:
        """Take what changed; what changed as a whole is remembered, to be taken in slices."""
        state = index.state() or {}
        now = cursor_of(self.site).to_data()
        if state.get("cursor") == now:
            return 0
        small = _single(keys)
        wide = {**state.get(WIDE, {}), **dict.fromkeys(keys - small, "")}
        return index.write(self._changes(sorted(small)), self._state(None, now, wide))

    def _take_anew(self, index: TextIndex) -> tuple[int, int]:
        """Go on with one organisation's texts where a change of all of them stopped.

        Gives how many were taken and how many are left. All other organisations' stay untouched.
        """
        state = index.state() or {}
        wide, cursor, taken = dict(state.get(WIDE, {})), state.get("cursor"), 0
        while wide:
            subject, done = min(wide.items())
            todo = [key for key in self._keys_below(index, subject) if key > done]
            while todo and (time.monotonic() < self.until or taken == 0):
                batch, todo = todo[:BATCH], todo[BATCH:]
                wide[subject] = batch[-1]
                taken += index.write(self._changes(batch), self._state(None, cursor, wide))
                self.site._p_jar.cacheMinimize()
            if todo:
                return taken, len(todo)
            del wide[subject]
            index.write([], self._state(None, cursor, wide))
        return taken, 0

    def _keys_below(self, index: TextIndex, subject: str) -> list[str]:
        """Give every subject of one kind: those there are, and those only the index still has."""
        organisation_id, kind, _empty = subject.split("/", 2)
        organisation, source = self.site.get(organisation_id), self.sources.get(kind)
        there: Iterable[str] = ()
        if isinstance(organisation, Organisation) and source is not None:
            there = source.keys(organisation)
        return sorted({f"{subject}{uid}" for uid in there} | index.subjects(subject))

    def _unfinished(self) -> TextIndex | None:
        """Give the index that was begun and can be gone on with."""
        index = self.replica.building()
        if index is None or self._behind(index) is None:
            return None
        return index

    def _begin(self) -> None:
        index = self.replica.begin()
        index.write([], self._state("", cursor_of(self.site).to_data()))

    def _state(
        self, done: str | None, cursor: dict[str, Any] | None, wide: Mapping[str, str] | None = None
    ) -> dict[str, Any]:
        return {"form": FORM, "cursor": cursor, "done": done, WIDE: dict(wide or {})}

    def _build(self, indexed: int) -> Progress:
        """Go on with the new index where it stopped; it follows the journal from where it began."""
        index = self._unfinished()
        if index is None:
            return Progress(indexed, building=False)
        state = index.state() or {}
        done, cursor = state["done"], state["cursor"]
        todo = [] if done is None else [key for key in self._all_keys() if key > done]
        while todo and (time.monotonic() < self.until or indexed == 0):
            batch, todo = todo[:BATCH], todo[BATCH:]
            later = self._state(batch[-1] if todo else None, cursor)
            indexed += index.write(self._changes(batch), later, replace=False)
            self.site._p_jar.cacheMinimize()
        if todo:
            return Progress(indexed, building=True, left=len(todo))
        index.optimise()
        # What changed while it was being built, and what that may have put in twice.
        missed = self._behind(index) or set()
        again = _single(missed)
        if len(again) == len(missed):
            # A change of everything stays ahead of the cursor, so that the next turn sees it.
            cursor = cursor_of(self.site).to_data()
        index.write(self._changes(sorted(again)), self._state(None, cursor))
        self.replica.swap()
        self.files.sweep()
        return Progress(indexed, building=False)

    def _all_keys(self) -> list[str]:
        return sorted(
            f"{organisation.id}/{kind}/{uid}"
            for organisation in self.site.values()
            if isinstance(organisation, Organisation)
            for kind, source in self.sources.items()
            for uid in source.keys(organisation)
        )

    def _changes(self, keys: Iterable[str]) -> Iterator[tuple[str, str, str, list[TextEntry]]]:
        for key in keys:
            organisation_id, kind, uid = key.split("/", 2)
            yield organisation_id, kind, uid, self._entries(organisation_id, kind, uid)

    def _entries(self, organisation_id: str, kind: str, uid: str) -> list[TextEntry]:
        organisation, source = self.site.get(organisation_id), self.sources.get(kind)
        if organisation is None or source is None:
            return []
        try:
            return source.entries(organisation, uid, self.files.read)
        except Exception:
            # One subject that cannot be read must not keep all others from being found.
            log.exception("%s/%s/%s cannot be indexed", organisation_id, kind, uid)
            return []


def _single(keys: Iterable[str]) -> set[str]:
    """Leave out the keys that mean all subjects of a kind."""
    return {key for key in keys if not key.endswith("/")}


def _read_name(path: Path) -> str | None:
    try:
        return str(json.loads(path.read_text(encoding="utf-8"))["index"])
    except (OSError, ValueError, KeyError):
        return None


def _write_name(path: Path, name: str) -> None:
    part = path.with_suffix(".part")
    with part.open("w", encoding="utf-8") as stream:
        json.dump({"index": name}, stream)
        stream.flush()
        os.fsync(stream.fileno())
    part.replace(path)
