"""The journal of what changed, kept in the database; its class path is a promise to every one."""

from __future__ import annotations

import random
import secrets
from typing import Any

from BTrees.LOBTree import LOBTree
from persistent import Persistent

LANES = 64
KEPT = 1024
"""So many of its newest entries a lane keeps; who is further behind begins anew."""
TRIM_EVERY = 256

_random = random.SystemRandom()


class Journal(Persistent):
    """In lanes, the keys of everything that changed; each lane counts from 1 without gaps.

    Two writers that append to one lane at once write one place, so the second is repeated: every
    snapshot of the database holds an exact beginning of each lane, and a reader's place in it is
    one number. An entry says only «this changed», so that order and repetition do not matter. Its
    mark tells a lane that went on after a restored backup from the one that was read.
    """

    def __init__(self) -> None:
        """Begin with empty lanes and an epoch of our own."""
        self.epoch = secrets.token_hex(8)
        self.lanes = tuple(LOBTree() for _ in range(LANES))

    def touch(self, key: str) -> None:
        """Note in the present transaction that ``key`` changed; once is enough in each."""
        index, places = self._place()
        lane = self.lanes[index]
        entry = lane.get(places.get(key, 0))
        if entry is not None and entry[0] == key:
            return
        last = lane.maxKey() if lane else 0
        lane[last + 1] = (key, secrets.token_hex(3))
        places[key] = last + 1
        if last % TRIM_EVERY == 0:
            for number in list(lane.keys(None, last - KEPT)):
                del lane[number]

    def _place(self) -> tuple[int, dict[str, int]]:
        """Choose one lane for the whole transaction (the fewer, the fewer meet).

        With it go the places of what the transaction noted there; one that a savepoint took back
        is found missing.
        """
        connection = self._p_jar
        if connection is None:
            return _random.randrange(LANES), {}
        present: Any = connection.transaction_manager.get()
        try:
            return present.data(self)
        except KeyError:
            chosen: tuple[int, dict[str, int]] = (_random.randrange(LANES), {})
            present.set_data(self, chosen)
            return chosen
