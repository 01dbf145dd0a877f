"""The lines of lists: what is kept of each record on the day on which a list is made."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any

from qms.content.models import Organisation
from qms.documents.records import RecordKind
from qms.kernel.canonical import canonical_json
from qms.retention.listing import Reckoning, Row, put
from qms.retention.models import Retention

MOST = 1000
"""So many records stand on one list; the others come up when it is done."""


def line_of(row: Row) -> dict[str, Any]:
    """Give a record as a list keeps it, in plain data."""
    names = ("kind", "key", "code", "title", "series", "closed_on", "transfer_on", "disposal_on")
    return {**{name: getattr(row, name) for name in names}, "disposition": row.disposition}


def uid_of(line: Mapping[str, Any]) -> str:
    """Give the name of a line's record in index and ledger."""
    return f"{line['kind']}|{line['key']}"


def mark(room: Retention, uid: str, **facts: str) -> None:
    """Write into the ledger what retention did with a record; an empty text takes a fact out."""
    known = {**(room.ledger.get(uid) or {}), **facts}
    room.ledger[uid] = {name: value for name, value in known.items() if value}


class Live:
    """Records as they are now, for one list on one day."""

    def __init__(
        self, organisation: Organisation, kinds: Mapping[str, RecordKind], reckoning: Reckoning
    ) -> None:
        """Take the kinds of records and who computes their days."""
        self._organisation, self._kinds, self._reckoning = organisation, kinds, reckoning

    def row(self, uid: str) -> Row | None:
        """Look a record up; None for one that is not there, or of a kind nobody knows."""
        name, _bar, key = uid.partition("|")
        kind = self._kinds.get(name)
        record = kind.find(self._organisation, key) if kind is not None else None
        return None if record is None else self._reckoning.row(record)

    def index(self, uid: str) -> None:
        """Index a record anew after something was done with it."""
        row = self.row(uid)
        if row is not None:
            put(self._organisation, row)


def digest_of(lines: Mapping[int, Mapping[str, Any]], kept: Mapping[int, Any]) -> str:
    """Give the SHA-256 of a list as it is to be approved: its lines, and what is taken out."""
    plain = [[number, dict(line), number in kept] for number, line in sorted(lines.items())]
    return hashlib.sha256(canonical_json(plain)).hexdigest()
