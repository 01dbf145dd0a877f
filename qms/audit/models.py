"""The trail: append-only, in lanes that each are one hash chain, anchored daily.

One chain would make every writer of an organisation wait for every other.  So there are several
lanes; an act writes into one of them, and two acts meet in one lane only now and then (then one of
them is repeated).  An anchor binds the heads of all lanes: who cuts the end off a lane, or takes a
lane away, contradicts the anchor that was kept elsewhere (case C7).

Nothing here deletes or changes an entry, and nothing elsewhere may.
"""

from __future__ import annotations

import hashlib
import json
import secrets
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from BTrees.Length import Length
from BTrees.LLBTree import LLTreeSet
from BTrees.LOBTree import LOBTree
from BTrees.OOBTree import OOBTree
from persistent import Persistent

from qms.content.models import Content, Entries
from qms.kernel.i18n import _

LANES = 16
"""Number of chains; part of every entry's number, hence never changed."""
FOLDER = "trail"
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def digest(entry: dict[str, Any]) -> str:
    """Give the hash of an entry or anchor without its own ``hash``.

    An entry with a ``salt`` is hashed in two levels: what it tells, then that hash with its place
    in the chain.  So a part of the trail can be given away in which the others' entries stand only
    as the hash of what they tell: the chain is proved through them, and nobody can guess them.
    Anchors, and entries from before, are hashed in one level.
    """
    bare = {name: value for name, value in entry.items() if name != "hash"}
    if "salt" in bare:
        link = {name: bare.pop(name) for name in ("lane", "previous", "sequence")}
        bare = {**link, "body": _sha256(bare)}
    return _sha256(bare)


def _sha256(data: dict[str, Any]) -> str:
    """Give the SHA-256 of sorted compact JSON."""
    text = json.dumps(data, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode("utf-8", "backslashreplace")).hexdigest()


def first_link(organisation_id: str, lane: int | str) -> str:
    """Give what the first entry of a lane (or the first anchor) names as its predecessor."""
    return hashlib.sha256(f"qms trail {organisation_id} {lane}".encode()).hexdigest()


def number_at(at: datetime) -> int:
    """Give the smallest entry number at or after ``at``."""
    return (at - _EPOCH) // timedelta(microseconds=1) * LANES


class Lane(Persistent):
    """One chain: its entries by number, and its head."""

    def __init__(self, organisation_id: str, index: int) -> None:
        """Start empty."""
        self.index = index
        self.head = first_link(organisation_id, index)
        self.count = 0
        self.last = 0
        """Number of the newest entry."""
        self.entries = Entries()

    def append(self, at: datetime, facts: dict[str, Any]) -> dict[str, Any]:
        """Chain an entry on; its number grows even where the clock went back (fault F17)."""
        number = number_at(at) + self.index
        if number <= self.last:
            number = self.last + LANES
        entry = {
            **facts,
            "number": number,
            "lane": self.index,
            "sequence": self.count,
            "previous": self.head,
            "salt": secrets.token_hex(16),
        }
        entry["hash"] = digest(entry)
        self.entries[number] = entry
        self.count, self.last, self.head = self.count + 1, number, entry["hash"]
        return entry


class Trail(Content):
    """What happened in one organisation, for good."""

    type_name = "trail"
    crumb = _("Trail")
    rooms: OOBTree | None = None
    """Room to how many of its entries were added since these are counted; None before the first."""

    def __init__(self, organisation_id: str) -> None:
        """Make the empty lanes."""
        super().__init__("Trail")
        self.organisation_id = organisation_id
        self.lanes = tuple(Lane(organisation_id, index) for index in range(LANES))
        self.by_subject = OOBTree()
        """Subject's uid to the numbers of its entries."""
        self.by_person = OOBTree()
        """Person's id to the numbers of their entries."""
        self.anchors = LOBTree()
        """Day's ordinal to the anchor made at its end."""

    def append(
        self, at: datetime, lane: int, facts: dict[str, Any], room: str = ""
    ) -> dict[str, Any]:
        """Add an entry of plain values to a lane and give it back with its hash.

        ``room`` names what of the organisation changed.
        """
        entry = self.lanes[lane % LANES].append(at, facts)
        self.note(entry)
        if self.rooms is None:
            self.rooms = OOBTree()
        if room not in self.rooms:
            self.rooms[room] = Length()
        # Two writers that count up at once are added up by the database.
        self.rooms[room].change(1)
        return entry

    def counts(self) -> dict[str, int]:
        """Give how often each room changed something; what was not counted by room is under ""."""
        if self.rooms is None:
            return {"": len(self)}
        return {room: int(count()) for room, count in self.rooms.items()}

    def note(self, entry: Mapping[str, Any]) -> None:
        """Find an entry of a lane by its subject and its person from now on."""
        for index, key in (
            (self.by_subject, entry.get("uid")),
            (self.by_person, entry.get("person_id")),
        ):
            if key:
                numbers = index.get(key)
                if numbers is None:
                    numbers = index[key] = LLTreeSet()
                numbers.add(entry["number"])

    def entry(self, number: int) -> dict[str, Any]:
        """Give the entry of this number."""
        return self.lanes[number % LANES].entries[number]

    def __len__(self) -> int:
        """Count the entries."""
        return sum(lane.count for lane in self.lanes)

    def __bool__(self) -> bool:
        """Stay true when empty."""
        return True

    def heads(self) -> list[dict[str, Any]]:
        """Give count and head of every lane."""
        return [{"count": lane.count, "head": lane.head} for lane in self.lanes]

    def last_anchor(self) -> dict[str, Any] | None:
        """Give the newest anchor, or None."""
        return self.anchors[self.anchors.maxKey()] if self.anchors else None

    def chain(self) -> Iterator[dict[str, Any]]:
        """Walk every lane from its first entry on."""
        for lane in self.lanes:
            yield from lane.entries.values()


def trail_of(organisation: Any) -> Trail:
    """Give the trail of an organisation, made at its first entry."""
    trail = organisation.get(FOLDER)
    if trail is None:
        trail = organisation.add(FOLDER, Trail(organisation.__name__ or ""))
    return trail
