"""Answers of a catalogue that are kept in memory until what they were made from changes."""

from __future__ import annotations

import operator
from collections.abc import Callable, Hashable, Mapping, Sequence
from typing import Any, TypeVar

from BTrees.Length import Length
from persistent.mapping import PersistentMapping

from qms.search.among import Among, sign_of

__all__ = ["SAID", "Filters", "KeptAnswers", "Words"]

KEPT = 50
"""So many answers are kept per database connection; what was asked longest ago goes first."""

SAID = ("words", "")
"""The counter of changes of words; catalogues of an older release have none."""

Words = Sequence[str | tuple[str, ...]]
"""Beginnings of words, of each of which a subject must have one; of a tuple, one of its own."""

Filters = Mapping[str, Sequence[str]]
"""Facet to the values of which a subject must have one."""

R = TypeVar("R")


class KeptAnswers:
    """What a catalogue knows of the changes of its sets, and the answers that it keeps by them."""

    _orders: PersistentMapping
    _facets: PersistentMapping
    _stamps: Any = None
    """Facet or order to a counter of its changes; None in a catalogue of an older release."""

    def _new_stamps(self) -> PersistentMapping:
        # Two writers that count up at once are added up by the database.
        names = [("order", name) for name in self._orders]
        names += [("facet", name) for name in self._facets]
        names.append(SAID)
        return PersistentMapping({name: Length() for name in names})

    def _changed(self, kind: str, name: str) -> None:
        stamp = self._stamps[kind, name]
        stamp.change(1)
        stamp._v_sign = None  # noqa: SLF001 - the database forgets _v_ names with the object

    def counters(self, *names: tuple[str, str]) -> Hashable:
        """Give what tells apart the states of ``("order" or "facet", name)``, for all processes.

        A catalogue of an older release cannot tell, and gives what is equal to nothing else.
        """
        if self._stamps is None:
            return object()
        return tuple(int(self._stamps[name]()) for name in names)

    def _kept(
        self,
        what: tuple[Any, ...],
        filters: Filters,
        make: Callable[[], R],
        among: Among | None = None,
        words: Words = (),
    ) -> R:
        """Give what ``make`` gives, kept until ``what[:2]`` or a facet of ``filters`` changes.

        Where there are words, also until those of any subject change.

        A stamp carries its sign in memory only: the database drops it when another transaction
        changed the stamp, and when this one is undone, so that a kept answer is never stale.
        """
        if self._stamps is None or (words and SAID not in self._stamps):
            return make()
        names = [what[:2], *(("facet", name) for name in filters)]
        if words:
            names.append(SAID)
            what = (*what, tuple(words))
        signs = [sign_of(self._stamps[name]) for name in names]
        if among is not None:
            signs += among.signs
            what = (*what, among.name)
        key = (what, tuple(sorted((name, tuple(values)) for name, values in filters.items())))
        kept = self.__dict__.setdefault("_v_kept", {})
        known = kept.pop(key, None)
        alike = known is not None and len(known[0]) == len(signs)
        if known is None or not (alike and all(map(operator.is_, known[0], signs))):
            known = (signs, make())
        kept[key] = known
        if len(kept) > KEPT:
            del kept[next(iter(kept))]
        return known[1]
