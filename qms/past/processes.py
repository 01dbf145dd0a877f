"""One process as it stood at a moment, for its page."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

from qms.content.models import organisation_of
from qms.kernel.text import sort_key
from qms.past.keeping import seen_chronicle
from qms.past.listing import PastRow, rows_at
from qms.past.moments import key_of
from qms.past.rebuilding import house_at
from qms.profiles.models import Process


class PastProcess:
    """A process with its leader and its documents as they were."""

    def __init__(self, process: Process, at: datetime) -> None:
        """Rebuild it as it was at ``at``."""
        organisation = organisation_of(process)
        self.moment = key_of(at)
        chronicle = seen_chronicle(organisation)
        known = chronicle.known(f"process/{process.id}", self.moment)
        self.known_since = known.since if known is not None and not known.sure else ""
        """The moment from which its facts are known, where that came later."""
        self.facts: dict[str, Any] | None = None if known is None else json.loads(known.text)
        """None where it did not exist yet."""
        house = house_at(organisation, chronicle, self.moment)
        people = house["people"]
        leader = self.facts["leader"] if self.facts else None
        self.leader = people.position_name(leader) if leader else ""
        self.holders = [one.name for one in people.holders(leader)] if leader else []
        """The persons who held the leader's position."""
        found = [
            row for row in rows_at(organisation, self.moment).rows if row.process_id == process.id
        ]
        self.documents: list[PastRow] = sorted(found, key=lambda row: sort_key(row.code))

    @property
    def name(self) -> str:
        """The name that it had; empty where it did not exist."""
        return self.facts["name"] if self.facts else ""

    def as_json(self) -> dict[str, Any]:
        """Give it as plain data."""
        if self.facts is None:
            return {"existed": False}
        return {
            "existed": True,
            **self.facts,
            "leader_name": self.leader,
            "holders": self.holders,
            "documents": [
                {"code": row.code, "title": row.title, "version": row.version, "state": row.state}
                for row in self.documents
            ],
        }
