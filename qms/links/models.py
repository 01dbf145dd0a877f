"""The persistent class of links; its path is a promise to every database."""

from __future__ import annotations

from collections.abc import Iterator

from BTrees.OOBTree import OOBTree
from persistent import Persistent

Ref = tuple[str, str]
"""Kind and key of a thing."""
FORWARD, BACKWARD = "to", "from"


class LinkBook(Persistent):
    """Every link of an organisation, found from both of its ends."""

    def __init__(self) -> None:
        """Start without links."""
        self._ends = OOBTree()
        """(kind, key, role, direction, kind, key) to (person id, ISO moment)."""

    def put(self, one: Ref, other: Ref, role: str, *, by: str, at: str) -> bool:
        """Link ``one`` to ``other``; False where that link is here already."""
        key = (*one, role, FORWARD, *other)
        if key in self._ends:
            return False
        self._ends[key] = (by, at)
        self._ends[(*other, role, BACKWARD, *one)] = (by, at)
        return True

    def drop(self, one: Ref, other: Ref, role: str) -> bool:
        """Forget a link; False where there is none."""
        key = (*one, role, FORWARD, *other)
        if key not in self._ends:
            return False
        del self._ends[key]
        del self._ends[(*other, role, BACKWARD, *one)]
        return True

    def of(self, one: Ref) -> Iterator[tuple[str, str, Ref, str, str]]:
        """Give role, direction, the other end, by whom and when, for every link of ``one``."""
        for key, (by, at) in self._ends.items(one, (*one, "\uffff")):
            yield key[2], key[3], (key[4], key[5]), by, at

    def __len__(self) -> int:
        """Count the links."""
        return len(self._ends) // 2
