"""A small site whose subjects are plain texts, and nodes that follow it."""

from __future__ import annotations

from contextlib import contextmanager
from pathlib import Path

from BTrees.OOBTree import OOBTree
from opened import opened
from ZODB.DB import DB
from ZODB.FileStorage import FileStorage

from qms.content.models import Organisation, Site
from qms.content.root import ROOT_KEY
from qms.search.engine import stem
from qms.search.entries import EVERYBODY, Passage, TextEntry
from qms.search.follower import Replica, behind, catch_up
from qms.search.journal import touch
from qms.search.queries import read_query

KIND = "texts"


class Texts:
    """Subjects are entries of an annex: uid to (text, audience)."""

    def keys(self, organisation):
        return list(organisation.annexes[KIND].keys())

    def entries(self, organisation, uid, read):
        stored = organisation.annexes[KIND].get(uid)
        if stored is None:
            return []
        text, audience = stored
        return [TextEntry("0", audience, "", (Passage("TEXTO", text),), {"text": text})]


class Library:
    """A database of texts in a file."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.db = DB(FileStorage(str(path)))
        with self.site():
            pass

    @contextmanager
    def site(self):
        with opened(self.db) as (connection, _manager):
            if ROOT_KEY not in connection.root():
                site = connection.root()[ROOT_KEY] = Site()
                for name in ("ours", "theirs"):
                    site.add(name, Organisation(name, name)).annexes[KIND] = OOBTree()
            yield connection.root()[ROOT_KEY]

    def put(self, uid, text, audience=(EVERYBODY,), organisation="ours"):
        with self.site() as site:
            site[organisation].annexes[KIND][uid] = (text, tuple(audience))
            touch(site, organisation, KIND, uid)

    def remove(self, uid, organisation="ours"):
        with self.site() as site:
            del site[organisation].annexes[KIND][uid]
            touch(site, organisation, KIND, uid)

    def everything(self):
        with self.site() as site:
            return {
                (one.id, uid): text
                for one in site.values()
                for uid, (text, _audience) in one.annexes[KIND].items()
            }


class Node:
    """One node: its own index of a library."""

    def __init__(self, library: Library, folder: Path) -> None:
        self.library, self.replica = library, Replica(folder)
        self.source = Texts()

    def follow(self, **more):
        return catch_up(self.library.db, self.replica, {KIND: self.source}, **more)

    def follow_all(self):
        while (turn := self.follow()) is not None and turn.building:
            pass
        return turn

    def behind(self, organisation):
        with self.library.site() as site:
            return behind(site, self.replica, organisation)

    def find(self, words, audiences=(EVERYBODY,), organisation="ours", limit=1000):
        found = self.replica.search(
            read_query(words, stem), organisation=organisation, audiences=audiences, limit=limit
        )
        return None if found is None else sorted(hit.uid for hit in found.hits)

    def everything(self):
        """Give all texts in the index, by asking for the word that all of them have."""
        found = {}
        for organisation in ("ours", "theirs"):
            answer = self.replica.search(
                read_query("todos texto", stem),
                organisation=organisation,
                audiences=(EVERYBODY,),
                limit=10_000,
            )
            found |= {(organisation, hit.uid): hit.kept["text"] for hit in answer.hits}
            assert len(answer.hits) == len({hit.uid for hit in answer.hits})
        return found
