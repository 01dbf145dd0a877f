"""The catalogue: small rows with facets and ready-made orders, in the same transaction as content.

A list of 50 reads 50 small rows, never 50 documents. What a filter matches is found by set
operations on facets; a narrow result is sorted, a broad one is walked in its ready-made order. What
a filter found and counted is kept in memory until one of the sets that it was made from changes, so
that the cost of a page does not follow the number of documents (``docs/performance.md``).
"""

from __future__ import annotations

import random
from array import array
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial, reduce
from itertools import islice
from typing import Any, Generic, TypeVar

from BTrees.IIBTree import IISet, intersection, multiunion
from BTrees.Length import Length
from BTrees.OIBTree import OIBTree
from BTrees.OOBTree import OOBTree
from persistent import Persistent
from persistent.mapping import PersistentMapping

from qms.content.annexes import annex_of
from qms.content.models import Rows
from qms.kernel.errors import Refused
from qms.search.among import Among, sign_of
from qms.search.answers import SAID, Filters, KeptAnswers, Words
from qms.search.docids import swap

__all__ = ["Catalogue", "Entry", "Filters", "Page", "UnknownOrder", "Words"]

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


class Catalogue(KeptAnswers, Persistent):
    """Rows, facets and orders of one kind of subject in one organisation."""

    _words: Any = None
    """Word to docids; None in a catalogue that was stored before there were words."""
    _spoken: Any = None
    """Docid to its words."""
    _marked = False
    """Whether rows and keys are stored behind a mark of their own; not so in an older release.

    Where two writers change one bucket, the database compares what they stored before it puts the
    changes together, and None and a text cannot be compared; two marks can, and always differ.
    """

    def __init__(self, orders: Iterable[str], facets: Iterable[str]) -> None:
        """Keep these orders and facets; more can be added later by a rebuild."""
        self._ids = OIBTree()
        self._rows = Rows()
        self._indexed = Rows()
        self._orders = PersistentMapping({name: OOBTree() for name in orders})
        self._facets = PersistentMapping({name: OOBTree() for name in facets})
        self._words = OOBTree()
        self._spoken = Rows()
        self._count = Length()
        self._stamps = self._new_stamps()
        self._marked = True

    @classmethod
    def of(
        cls, organisation: Any, name: str, orders: Iterable[str], facets: Iterable[str]
    ) -> Catalogue:
        """Give the catalogue ``name`` of an organisation, made at its first use."""
        return annex_of(organisation, name, lambda: cls(orders, facets))

    def __len__(self) -> int:
        """Count the subjects."""
        return int(self._count())

    def __bool__(self) -> bool:
        """Stay true when empty."""
        return True

    def row(self, uid: str) -> tuple[Any, ...] | None:
        """Give the row of the subject ``uid``, or None."""
        docid = self._ids.get(uid)
        return None if docid is None else self._row(docid)

    def docid(self, uid: str) -> int:
        """Give the number of the subject ``uid``, by which other indexes may know it."""
        return int(self._ids[uid])

    def _row(self, docid: int) -> tuple[Any, ...]:
        stored = self._rows[docid]
        return stored[1] if self._marked else stored

    def _keys_and_facets(self, docid: int) -> tuple[dict, dict]:
        return self._indexed[docid][-2:]

    def _stored(self, *values: Any) -> tuple[Any, ...]:
        return (_random.getrandbits(30), *values) if self._marked else values

    def put(self, uid: str, entry: Entry, docid: int | None = None) -> None:
        """Index the subject ``uid`` anew; indexes that do not change are not written.

        ``docid`` is for who fills an empty catalogue, see ``docids.spread``; else it is random.
        """
        given, docid = docid, self._ids.get(uid)
        if docid is None:
            docid = self._free_id() if given is None else given
            self._ids[uid] = docid
            self._count.change(1)
        known = docid in self._rows
        if not known or self._row(docid) != entry.row:
            self._rows[docid] = self._stored(entry.row) if self._marked else entry.row
        old = self._keys_and_facets(docid) if known else ({}, {})
        new = (dict(entry.keys), {name: tuple(values) for name, values in entry.facets.items()})
        if old != new:
            self._move(docid, old, new)
            self._indexed[docid] = self._stored(*new)
        self._speak(docid, tuple(dict.fromkeys(entry.words)))

    def remove(self, uid: str) -> None:
        """Forget the subject ``uid``."""
        docid = self._ids.pop(uid)
        self._move(docid, self._indexed.pop(docid)[-2:], ({}, {}))
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
        if self._stamps is None:
            self._stamps = self._new_stamps()
        for name, tree in self._orders.items():
            before, after = old[0].get(name), new[0].get(name)
            if before == after and bool(old[0]) == bool(new[0]):
                continue
            self._changed("order", name)
            if before is not None:
                tree.pop((before, docid), None)
            if after is not None:
                tree[(after, docid)] = docid
        for name, tree in self._facets.items():
            before, after = set(old[1].get(name, ())), set(new[1].get(name, ()))
            if before != after:
                self._changed("facet", name)
                swap(tree, docid, before, after)

    def _speak(self, docid: int, words: tuple[str, ...]) -> None:
        if self._spoken is None or (before := self._spoken.get(docid, ())) == words:
            return
        swap(self._words, docid, set(before), set(words))
        if words:
            self._spoken[docid] = words
        else:
            del self._spoken[docid]
        if self._stamps is not None and SAID in self._stamps:
            self._changed(*SAID)

    @property
    def has_words(self) -> bool:
        """Tell whether :meth:`first` can answer; a catalogue of an older release cannot."""
        return self._words is not None

    def first(
        self,
        beginnings: Sequence[str],
        filters: Filters,
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
                ids = self._walk(order, found)
        else:
            # Every set is large here, so fitting ones come soon.
            ids = filter(fits, islice(self._orders[order].values(), FEW * 4))
        return [self._row(docid) for docid in islice(ids, limit)]

    def vocabulary(self) -> Iterator[str]:
        """Give the words of all subjects, in their order."""
        return iter(self._words.keys() if self._words is not None else ())

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
        return not set(values).isdisjoint(self._keys_and_facets(docid)[1].get(facet, ()))

    def query(
        self,
        filters: Filters,
        *,
        order: str,
        reverse: bool = False,
        start: int = 0,
        limit: int | None = 50,
        words: Words = (),
        among: Among | None = None,
    ) -> Page[tuple[Any, ...]]:
        """Give the rows that have, for every facet of ``filters``, one of its values.

        Where ``words`` are given, each of them must also begin a word of the subject; where
        ``among`` is given, only what it found counts.
        """
        if order not in self._orders:
            raise UnknownOrder(name=order)
        if not self._count():
            return Page([], 0, start)
        stop = None if limit is None else start + limit
        if filters or reverse or words or among is not None:
            found = self._kept(
                ("order", order),
                filters,
                lambda: array("i", self._in_order(order, filters, words, among)),
                among,
                words,
            )
            total = len(found)
            ids = reversed(found) if reverse else found
        else:
            total, ids = len(self), self._orders[order].values()
        rows = [self._row(docid) for docid in islice(ids, start, stop)]
        return Page(rows, total, start)

    def _in_order(
        self,
        order: str,
        filters: Filters,
        words: Words = (),
        among: Among | None = None,
    ) -> Iterable[int]:
        matches = self._matching(filters, words, among)
        if matches is not None and len(matches) <= SORT_LIMIT:
            return sorted(matches, key=lambda docid: self._sort_key(docid, order))
        return self._walk(order, matches, None if among is None else among.bounds.get(order))

    def between(self, order: str, low: Any, high: Any) -> Among:
        """Give the subjects whose key of ``order`` is at least ``low`` and below ``high``."""
        tree = self._orders[order]
        sign = sign_of(self._stamps["order", order]) if self._stamps is not None else object()
        found = partial(tree.values, (low, 0), (high, 0))
        return Among(("between", order, low, high), (sign,), found, {order: (low, high)})

    def counts(
        self,
        facet: str,
        filters: Filters,
        *,
        words: Words = (),
        among: Among | None = None,
    ) -> dict[str, int]:
        """Count the matches per value of ``facet``, its own filter left out."""
        if facet not in self._facets:
            raise UnknownOrder(name=facet)
        rest = {name: values for name, values in filters.items() if name != facet}
        kept = self._kept(
            ("facet", facet), rest, lambda: self._counted(facet, rest, words, among), among, words
        )
        return dict(kept)

    def _counted(
        self, facet: str, rest: Filters, words: Words = (), among: Among | None = None
    ) -> dict[str, int]:
        matches = self._matching(rest, words, among)
        counts = {}
        for value, members in self._facets[facet].items():
            number = len(members if matches is None else intersection(members, matches))
            if number:
                counts[value] = number
        return counts

    def _begun(self, word: str | tuple[str, ...]) -> list[Any]:
        found: list[Any] = []
        for one in (word,) if isinstance(word, str) else word:
            found += self._words.values(one, one if one.isdigit() else one + "\uffff")
        return found

    def _saying(self, words: Words) -> Any:
        """Find the subjects that have all the words, the rarest first."""
        if self._words is None:
            raise UnknownOrder(name=str(words[0]))
        unions = sorted((multiunion(self._begun(word)) for word in words), key=len)
        return reduce(intersection, unions)

    def _matching(self, filters: Filters, words: Words = (), among: Among | None = None) -> Any:
        matches = None if among is None else IISet(among.find())
        if words:
            said = self._kept(SAID, {}, lambda: self._saying(words), None, words)
            matches = said if matches is None else intersection(matches, said)
        for name, values in filters.items():
            if name not in self._facets:
                raise UnknownOrder(name=name)
            tree = self._facets[name]
            sets = [tree[value] for value in values if value in tree]
            union = sets[0] if len(sets) == 1 else multiunion(sets)
            matches = union if matches is None else intersection(matches, union)
        return matches

    def _sort_key(self, docid: int, order: str) -> tuple[Any, int]:
        return (self._keys_and_facets(docid)[0][order], docid)

    def _walk(
        self, order: str, matches: Any, bounds: tuple[Any, Any] | None = None
    ) -> Iterator[int]:
        tree = self._orders[order]
        ids: Iterable[int] = tree.values()
        if bounds is not None:
            # The docid, which is never 0, is the second part of a key.
            ids = tree.values((bounds[0], 0), (bounds[1], 0))
        if matches is None:
            return iter(ids)
        return (docid for docid in ids if docid in matches)
