"""The persistent classes of lists of cases; their paths are a promise to every database."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from BTrees.IOBTree import IOBTree
from BTrees.OOBTree import OOBTree
from persistent import Persistent
from persistent.mapping import PersistentMapping

from qms.content.models import BlobFile, Organisation, new_uid
from qms.sheets.runs import packed

ROOM = "pqr.bulk"
NEW, PAST = "new", "past"
MODES = (NEW, PAST)
"""Cases that get a number and a clock now; closed ones of another system."""
COLUMNS, PREVIEW, RUNNING, DONE, GIVEN_UP = "columns", "preview", "running", "done", "given-up"


class BulkRoom(Persistent):
    """What the lists of one organisation have in common."""

    def __init__(self) -> None:
        """Start empty."""
        self.runs = IOBTree()
        """The lists by their number."""
        self.remembered: PersistentMapping = PersistentMapping()
        """Head of a column, as letters only, to what it held the last time."""
        self.externals = OOBTree()
        """Number that a case had elsewhere to the number that it has here."""


class BulkRun(Persistent):
    """One list: its cells, what its columns hold, and what became of every row."""

    def __init__(
        self, number: int, source: BlobFile, tables: Any, *, person_id: str, at: datetime
    ) -> None:
        """Keep an uploaded list whose cells were read."""
        self.uid = new_uid()
        self.number = number
        self.source = source
        self.tables = packed(tables, "cells.json")
        self.sheet = ""
        self.header = 0
        self.mapping: PersistentMapping = PersistentMapping()
        """What a column holds to the index of the column."""
        self.defaults: PersistentMapping = PersistentMapping()
        """Kind and channel of rows that name none."""
        self.mode = NEW
        self.stage = COLUMNS
        self.plan: BlobFile | None = None
        """The rows that will be cases, fixed when the writing began."""
        self.account: BlobFile | None = None
        """Every row with what was found, as it was then."""
        self.results = IOBTree()
        """Row to ``(taken or left, number or sentence, values)``."""
        self.counts: dict[str, int] = {}
        self.cursor = 0
        self.total = 0
        self.person_id = person_id
        self.created_at = at
        self.started_at: datetime | None = None
        self.finished_at: datetime | None = None

    @property
    def title(self) -> str:
        """The name of its file."""
        return self.source.filename

    @property
    def is_open(self) -> bool:
        """Whether nothing of it was written yet."""
        return self.stage in {COLUMNS, PREVIEW}

    @property
    def percent(self) -> int:
        """How much of it is written."""
        return 100 if not self.total else self.cursor * 100 // self.total


def room_of(organisation: Organisation) -> BulkRoom:
    """Give the organisation's lists, made at the first one."""
    found: BulkRoom | None = look(organisation)
    if found is None:
        found = organisation.annexes[ROOM] = BulkRoom()
    return found


def look(organisation: Any) -> BulkRoom | None:
    """Give the organisation's lists where there are any, for pages that only look."""
    found: BulkRoom | None = organisation.annexes.get(ROOM)
    return found
