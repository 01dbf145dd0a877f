"""The stored side of reading: who acknowledged which version; what is still to read is derived.

Only acknowledgements and letters already written are kept. Whom a version asks follows from who
holds which position now, so that nothing is made at a release and nothing left over when a person
comes, goes or changes position.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import NamedTuple

from BTrees.OOBTree import OOBTree, OOTreeSet
from persistent import Persistent

IMMEDIATELY, DAILY, NEVER = "immediately", "daily", "none"
WISHES = (DAILY, IMMEDIATELY, NEVER)
"""How a person may want letters about readings; the first is what nobody has to choose."""

Demand = tuple[str, datetime, tuple[str, ...], bool]
"""Reading key, moment of release, positions, and whether the version was taken over."""


class Acknowledgement(NamedTuple):
    """That a person read a version; stored as a plain tuple.

    Two writers of one tree are only merged by the database where its values can be compared, which
    dicts cannot.
    """

    at: datetime
    position: str
    channel: str


def reading_key(uid: str, order: int) -> str:
    """Name one version of one document."""
    return f"{uid}/{order}"


class ReadingRoom(Persistent):
    """What one organisation keeps about reading.

    ``demands``, ``asked`` and ``taken_over`` are derived from the versions in force and can be made
    anew at any time; ``held`` follows the persons; the rest are facts.
    """

    def __init__(self) -> None:
        """Start empty."""
        self.demands = OOBTree()
        """Document uid to the Demand of its version in force."""
        self.asked = OOBTree()
        """Position id to the reading keys of versions that were released here."""
        self.taken_over = OOBTree()
        """Position id to ``(moment, reading key)`` of versions approved elsewhere."""
        self.held = OOBTree()
        """``(person id, position id)`` to the moment since which they hold it, where known."""
        self.read_by = OOBTree()
        """Person id to reading key to Acknowledgement, as a tuple."""
        self.readers = OOBTree()
        """The same acknowledgements, by reading key and then person id."""
        self.told = OOBTree()
        """Person id to reading key to the stages that letters were written about."""
        self.written_on = OOBTree()
        """Person id to the ISO day of the last letter about readings."""
        self.wishes = OOBTree()
        """Person id to one of WISHES, where they chose."""
        self.reminded = OOBTree()
        """What a reminder was about to the stages already written."""

    # Demands: an index of the versions in force

    def demand(self, uid: str, wanted: Demand | None) -> None:
        """Let the document ask for this reading, and for no other; no write where nothing changed.

        A version without positions asks nobody and takes no place.
        """
        wanted = wanted if wanted and wanted[2] else None
        before = self.demands.get(uid)
        if before == wanted:
            return
        if before is not None:
            self._withdraw(before)
            del self.demands[uid]
        if wanted is not None:
            self.demands[uid] = wanted
            key, since, positions, taken_over = wanted
            for position in positions:
                if taken_over:
                    self._set(self.taken_over, position).insert((since, key))
                else:
                    self._set(self.asked, position).insert(key)

    def _withdraw(self, demand: Demand) -> None:
        key, since, positions, taken_over = demand
        for position in positions:
            if taken_over:
                self.taken_over[position].remove((since, key))
            else:
                self.asked[position].remove(key)

    @staticmethod
    def _set(tree: OOBTree, position: str) -> OOTreeSet:
        found = tree.get(position)
        if found is None:
            found = tree[position] = OOTreeSet()
        return found

    # Who holds what since when

    def hold(self, person_id: str, positions: list[str], at: datetime, *, anew: bool) -> None:
        """Note the positions of a person; those held before keep their moment unless ``anew``."""
        own = list(self.held.keys((person_id, ""), (person_id, "\U0010ffff")))
        for pair in own:
            if anew or pair[1] not in positions:
                del self.held[pair]
        for position in positions:
            self.held.setdefault((person_id, position), at)

    # What persons acknowledged

    def acknowledgement(self, key: str, person_id: str) -> Acknowledgement | None:
        """Give the person's acknowledgement of this version, or None."""
        found = self.readers.get(key, {}).get(person_id)
        return None if found is None else Acknowledgement(*found)

    def acknowledge(self, key: str, person_id: str, fact: Acknowledgement) -> None:
        """Keep that the person read this version; the caller has seen that they had not."""
        for tree, outer, inner in (
            (self.read_by, person_id, key),
            (self.readers, key, person_id),
        ):
            found = tree.get(outer)
            if found is None:
                found = tree[outer] = OOBTree()
            found[inner] = tuple(fact)

    # Letters already written

    def stages_told(self, person_id: str, key: str) -> tuple[str, ...]:
        """Give the stages of this reading that the person has had letters about."""
        return self.told.get(person_id, {}).get(key, ())

    def tell(self, person_id: str, stages: Mapping[str, tuple[str, ...]]) -> None:
        """Note what the person has been told, by reading key."""
        found = self.told.get(person_id)
        if found is None:
            found = self.told[person_id] = OOBTree()
        found.update(stages)

    def forget_told(self, person_id: str, still: set[str]) -> None:
        """Forget letters about readings that are not asked of the person any more."""
        found = self.told.get(person_id)
        if found is not None:
            for key in [key for key in found if key not in still]:
                del found[key]
