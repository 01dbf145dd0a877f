"""The persistent classes of numbers for paper; their paths are a promise to every database."""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from BTrees.IOBTree import IOBTree
from BTrees.OOBTree import OOBTree
from persistent import Persistent

from qms.content.models import Organisation, new_uid

ROOM = "pqr.contingency"
OPEN, USED, ANNULLED = "number-open", "number-used", "number-annulled"


class ContingencyRoom(Persistent):
    """The blocks of one organisation."""

    def __init__(self) -> None:
        """Start without blocks."""
        self.blocks = IOBTree()
        """Blocks by their number."""
        self.places = OOBTree()
        """Every reserved number to the number of its block."""


class Block(Persistent):
    """Numbers that were set aside together; each ends up used or annulled."""

    def __init__(
        self, number: int, numbers: Iterable[str], *, reason: str, person_id: str, at: datetime
    ) -> None:
        """Set them aside."""
        self.uid = new_uid()
        self.number = number
        self.reason = reason
        self.reserved_by = person_id
        self.reserved_at = at
        self.salt = secrets.token_hex(16)
        """With the server's secret it gives the codes, which are kept nowhere."""
        self.states = OOBTree(dict.fromkeys(numbers, (OPEN, "", "", "")))
        """Number to ``(state, ISO moment, person, reason)``."""

    def state(self, number: str) -> str:
        """Give the state of one of its numbers."""
        return str(self.states[number][0])

    def count(self, state: str) -> int:
        """Count its numbers in a state."""
        return sum(one[0] == state for one in self.states.values())


def room_of(organisation: Organisation) -> ContingencyRoom:
    """Give the organisation's blocks, made at the first one."""
    found: ContingencyRoom | None = look(organisation)
    if found is None:
        found = organisation.annexes[ROOM] = ContingencyRoom()
    return found


def look(organisation: Any) -> ContingencyRoom | None:
    """Give the organisation's blocks where there are any, for pages that only look."""
    found: ContingencyRoom | None = organisation.annexes.get(ROOM)
    return found
