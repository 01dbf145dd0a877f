"""From the journal to what a follower has to do: keys, and its own place in every lane."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from qms.search.models import Journal

ROOM = "search.journal"


def touch(site: Any, organisation_id: str, kind: str, uid: str = "") -> None:
    """Note that a subject changed, or without ``uid`` that all subjects of its kind did."""
    journal = site.annexes.get(ROOM)
    if journal is None:
        journal = site.annexes[ROOM] = Journal()
        if site._p_jar is not None:
            # At once, so that what follows in this transaction keeps to one lane.
            site._p_jar.add(journal)
    journal.touch(f"{organisation_id}/{kind}/{uid}")


@dataclass(frozen=True)
class Cursor:
    """How far a follower has read: per lane the number and the mark of the last entry."""

    epoch: str
    places: tuple[tuple[int, str], ...]

    def to_data(self) -> dict[str, Any]:
        """Give it as plain JSON data."""
        return {"epoch": self.epoch, "places": [list(place) for place in self.places]}

    @classmethod
    def from_data(cls, data: dict[str, Any]) -> Cursor:
        """Read what :meth:`to_data` gave."""
        return cls(data["epoch"], tuple((int(n), str(mark)) for n, mark in data["places"]))


def cursor_of(site: Any) -> Cursor:
    """Give the place of a follower that has read everything there is now."""
    journal = site.annexes.get(ROOM)
    if journal is None:
        return Cursor("", ())
    places = []
    for lane in journal.lanes:
        last = lane.maxKey() if lane else 0
        places.append((last, lane[last][1] if last else ""))
    return Cursor(journal.epoch, tuple(places))


def keys_since(site: Any, cursor: Cursor) -> set[str] | None:
    """Give what changed since ``cursor``; None when that cannot be told, so one begins anew.

    That is: another database, a restored backup, or a follower so far behind that the entries it
    missed are gone.
    """
    journal = site.annexes.get(ROOM)
    if journal is None:
        return set() if not cursor.epoch else None
    if cursor.epoch != journal.epoch or len(cursor.places) != len(journal.lanes):
        return None
    found: set[str] = set()
    for (number, mark), lane in zip(cursor.places, journal.lanes, strict=True):
        if number and (number not in lane or lane[number][1] != mark):
            return None
        if not number and lane and lane.minKey() > 1:
            return None
        found.update(entry[0] for entry in lane.values(number + 1))
    return found
