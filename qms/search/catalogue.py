"""The catalogue: small rows with facets and ready-made orders, in the same transaction as content.

A list of 50 reads 50 small rows, never 50 documents. What a filter matches is found by set
operations on facets; a narrow result is sorted, a broad one is walked in its ready-made order, so
that the cost of a page does not follow the number of documents (``docs/performance.md``).
"""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any, Generic, TypeVar

from BTrees.IIBTree import IITreeSet, intersection, multiunion
from BTrees.IOBTree import IOBTree
from BTrees.Length import Length
from BTrees.OIBTree import OIBTree
from BTrees.OOBTree import OOBTree
from persistent import Persistent
from persistent.mapping import PersistentMapping

from qms.kernel.errors import Refused

SORT_LIMIT = 400
"""Up to so many matches are sorted; more are walked in the ready-made order."""

FEW = 5000
"""Up to so many that begin with a word are looked at one by one."""
WORDS = 50
"""So many words with one beginning are looked at."""

_random = random.SystemRandom()


class UnknownOrder(Refused):
    """This list cannot be sorted or filtered by ${name}."""


@dataclass(frozen=True)
class Entry:
    """What the catalogue keeps of one subject."""

    row: tuple[Any, ...]
    """Plain values for the list; the feature knows what each place means."""
    keys: Mapping[str, Any]
    """Sort key per order; comparable within an order, never None."""
    facets: Mapping[str, Sequence[str]]
    """Values per facet."""
    words: Sequence[str] = ()
    """Folded words that the subject is looked up by while somebody types."""


R = TypeVar("R")


@dataclass(frozen=True)
class Page(Generic[R]):
    """One page of a query's answer."""

    rows: list[R]
    """The rows of this page, in order."""
    total: int
    """How many subjects match in all."""
    start: int
    """Place of the first row, from 0."""


class Catalogue(Persistent):
    """Rows, facets and orders of one kind of subject in one organisation."""

    _words: Any = None
    """Word to docids; None in a catalogue that was stored before there were words."""
    _spoken: Any = None
    """Docid to its words."""

    def __init__(self, orders: Iterable[str], facets: Iterable[str]) -> None:
        """Keep these orders and facets; more can be added later by a rebuild."""
        self._ids = OIBTree()
        self._rows = IOBTree()
        self._indexed = IOBTree()
        self._orders = PersistentMapping({name: OOBTree() for name in orders})
        self._facets = PersistentMapping({name: OOBTree() for name in facets})
        self._words = OOBTree()
        self._spoken = IOBTree()
        self._count = Length()

    def __len__(self) -> int:
        """Count the subjects."""
        return int(self._count())

    def __bool__(self) -> bool:
        """Stay true when empty."""
        return True

    def row(self, uid: str) -> tuple[Any, ...] | None:
        """Give the row of the subject ``uid``, or None."""
        docid = self._ids.get(uid)
        return None if docid is None else self._rows[docid]

    def put(self, uid: str, entry: Entry) -> None:
        """Index the subject ``uid`` anew; indexes that do not change are not written."""
        docid = self._ids.get(uid)
        if docid is None:
            docid = self._free_id()
            self._ids[uid] = docid
            self._count.change(1)
        if self._rows.get(docid) != entry.row:
            self._rows[docid] = entry.row
        old = self._indexed.get(docid, ({}, {}))
        new = (dict(entry.keys), {name: tuple(values) for name, values in entry.facets.items()})
        if old != new:
            self._move(docid, old, new)
            self._indexed[docid] = new
        self._speak(docid, tuple(dict.fromkeys(entry.words)))

    def remove(self, uid: str) -> None:
        """Forget the subject ``uid``."""
        docid = self._ids.pop(uid)
        self._move(docid, self._indexed.pop(docid), ({}, {}))
        self._speak(docid, ())
        del self._rows[docid]
        self._count.change(-1)

    def _free_id(self) -> int:
        # Random ids keep two writers in different buckets, so that they do not conflict.
        while True:
            docid = _random.randrange(1, 2**31 - 1)
            if docid not in self._rows:
                return docid

    def _move(self, docid: int, old: tuple[dict, dict], new: tuple[dict, dict]) -> None:
        for name, tree in self._orders.items():
            before, after = old[0].get(name), new[0].get(name)
            if before == after and bool(old[0]) == bool(new[0]):
                continue
            if before is not None:
                tree.pop((before, docid), None)
            if after is not None:
                tree[(after, docid)] = docid
        for name, tree in self._facets.items():
            before, after = set(old[1].get(name, ())), set(new[1].get(name, ()))
            for value in before - after:
                members = tree.get(value)
                if members is not None:
                    members.remove(docid)
            for value in after - before:
                members = tree.get(value)
                if members is None:
                    members = tree[value] = IITreeSet()
                members.insert(docid)

    def _speak(self, docid: int, words: tuple[str, ...]) -> None:
        if self._spoken is None or (before := self._spoken.get(docid, ())) == words:
            return
        for word in set(before) - set(words):
            self._words[word].remove(docid)
        for word in set(words) - set(before):
            members = self._words.get(word)
            if members is None:
                members = self._words[word] = IITreeSet()
            members.insert(docid)
        if words:
            self._spoken[docid] = words
        else:
            del self._spoken[docid]

    @property
    def has_words(self) -> bool:
        """Tell whether :meth:`first` can answer; a catalogue of an older release cannot."""
        return self._words is not None

    def first(
        self,
        beginnings: Sequence[str],
        filters: Mapping[str, Sequence[str]],
        *,
        order: str,
        limit: int,
    ) -> list[tuple[Any, ...]]:
        """Give the first rows that have, for each of ``beginnings``, a word that begins so.

        A beginning of digits must be the whole word; of any other, the first ``WORDS`` words that
        begin so count. Nothing is counted and no large set is made, so that this is quick enough
        to answer while somebody types.
        """
        if order not in self._orders or self._words is None:
            raise UnknownOrder(name=order)
        groups = [self._beginning(one) for one in beginnings]
        for name, values in filters.items():
            tree = self._facets[name]
            groups.append([tree[value] for value in values if value in tree])
        groups.sort(key=lambda sets: sum(map(len, sets)))

        def fits(docid: int) -> bool:
            return all(any(docid in one for one in sets) for sets in groups)

        ids: Iterable[int]
        if sum(map(len, groups[0])) <= FEW:
            found = {docid for one in groups[0] for docid in one if fits(docid)}
            if len(found) <= SORT_LIMIT:
                ids = sorted(found, key=lambda docid: self._sort_key(docid, order))
            else:
                ids = self._walk(order, found, reverse=False)
        else:
            # Every set is large here, so fitting ones come soon.
            ids = filter(fits, islice(self._orders[order].values(), FEW * 4))
        return [self._rows[docid] for docid in islice(ids, limit)]

    def _beginning(self, beginning: str) -> list[Any]:
        if beginning.isdigit():
            return [self._words[beginning]] if beginning in self._words else []
        keys = self._words.keys(beginning, beginning + "\uffff")
        return [self._words[word] for word in islice(keys, WORDS)]

    def carries(self, uid: str, facet: str, values: Sequence[str]) -> bool:
        """Tell whether the subject ``uid`` is here with one of ``values`` in ``facet``."""
        docid = self._ids.get(uid)
        if docid is None:
            return False
        return not set(values).isdisjoint(self._indexed[docid][1].get(facet, ()))

    def query(
        self,
        filters: Mapping[str, Sequence[str]],
        *,
        order: str,
        reverse: bool = False,
        start: int = 0,
        limit: int | None = 50,
        words: Sequence[str] = (),
    ) -> Page[tuple[Any, ...]]:
        """Give the rows that have, for every facet of ``filters``, one of its values.

        Where ``words`` are given, each of them must also begin a word of the subject.
        """
        if order not in self._orders:
            raise UnknownOrder(name=order)
        matches = self._matching(filters, words)
        total = len(self) if matches is None else len(matches)
        ids: Iterable[int]
        if matches is not None and total <= SORT_LIMIT:
            ids = sorted(matches, key=lambda docid: self._sort_key(docid, order), reverse=reverse)
        else:
            ids = self._walk(order, matches, reverse=reverse)
        stop = None if limit is None else start + limit
        rows = [self._rows[docid] for docid in islice(ids, start, stop)]
        return Page(rows, total, start)

    def counts(
        self, facet: str, filters: Mapping[str, Sequence[str]], *, words: Sequence[str] = ()
    ) -> dict[str, int]:
        """Count the matches per value of ``facet``, its own filter left out."""
        if facet not in self._facets:
            raise UnknownOrder(name=facet)
        rest = {name: values for name, values in filters.items() if name != facet}
        matches = self._matching(rest, words)
        counts = {}
        for value, members in self._facets[facet].items():
            number = len(members if matches is None else intersection(members, matches))
            if number:
                counts[value] = number
        return counts

    def _matching(self, filters: Mapping[str, Sequence[str]], words: Sequence[str] = ()) -> Any:
        matches = None
        for word in words:
            if self._words is None:
                raise UnknownOrder(name=word)
            number = word.isdigit()
            sets = list(self._words.values(word, word if number else word + "￿"))
            union = multiunion(sets)
            matches = union if matches is None else intersection(matches, union)
        for name, values in filters.items():
            if name not in self._facets:
                raise UnknownOrder(name=name)
            tree = self._facets[name]
            sets = [tree[value] for value in values if value in tree]
            union = sets[0] if len(sets) == 1 else multiunion(sets)
            matches = union if matches is None else intersection(matches, union)
        return matches

    def _sort_key(self, docid: int, order: str) -> tuple[Any, int]:
        return (self._indexed[docid][0][order], docid)

    def _walk(self, order: str, matches: Any, *, reverse: bool) -> Iterator[int]:
        tree = self._orders[order]
        # BTrees walk forward only; a backward walk takes the keys once, without loading content.
        ids: Iterable[int] = reversed(tree.values()) if reverse else tree.values()
        if matches is None:
            return iter(ids)
        return (docid for docid in ids if docid in matches)
