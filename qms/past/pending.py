"""What waited for whom at a moment: signatures and readings, by the rules of the present.

The house is rebuilt as it was (``rebuilding.house_at``) with the documents that were in review,
and the same functions are asked that answer «My work» today.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from pyramid.registry import Registry

from qms.content.models import Organisation
from qms.documents import workflow
from qms.documents.assignment import waiting_for
from qms.documents.inbox import Waiting, waiting_signatures
from qms.documents.listing import catalogue_of, entry_of
from qms.documents.past_work import PastGroup, PastItem, holders_then, past_groups
from qms.documents.reading_models import Acknowledgement, ReadingRoom, reading_key
from qms.documents.services.reading import (
    ROOM,
    Reading,
    pending_positions,
    pending_readings,
    seen_room,
)
from qms.kernel.acts import Act, DomainEvent
from qms.kernel.i18n import _
from qms.kernel.months import last_day
from qms.past.keeping import seen_chronicle
from qms.past.listing import PastRow, rows_at
from qms.past.models import Chronicle
from qms.past.moments import key_of, moment_of
from qms.past.rebuilding import house_at
from qms.past.spans import EXACT, Shown
from qms.people.moments import local_day

SOON = timedelta(days=30)
"""A review waits for its leader from so long before its day on, as it does today."""
REVIEWS = PastGroup("reviews", _("To review"), 0, lambda *_told: [])


def _to_nobody(_event: DomainEvent) -> None:
    """Tell nobody: looking at the past is no event."""


class PastWork:
    """The work of an organisation at one moment."""

    def __init__(self, organisation: Any, at: datetime) -> None:
        """Rebuild the house as it was at ``at``."""
        self.organisation, self.at, self.moment = organisation, at, key_of(at)
        chronicle = seen_chronicle(organisation)
        self.rows = {row.uid: row for row in rows_at(organisation, self.moment).rows}
        documents = organisation.get("documents", {})
        in_review = (
            documents.get(row.uid)
            for row in self.rows.values()
            if row.pending == workflow.IN_REVIEW
        )
        self.house: Organisation = house_at(
            organisation, chronicle, self.moment, filter(None, in_review)
        )
        self._index_documents()
        self.house.annexes[ROOM] = self._reading_room(chronicle)

    def _index_documents(self) -> None:
        catalogue = catalogue_of(self.house)
        for document in self.house["documents"].values():
            catalogue.put(document.uid, entry_of(document))

    def _reading_room(self, chronicle: Chronicle) -> ReadingRoom:
        """Make the reading room as it was: demands, and who held which position since when."""
        room = ReadingRoom()
        for uid, span in chronicle.documents_at(self.moment):
            if span[1] != EXACT or span[6] != workflow.IN_FORCE:
                continue
            shown = Shown(*span[7])
            key = reading_key(uid, shown.order)
            room.demand(uid, (key, moment_of(shown.since), shown.positions, shown.migrated))
        for person_id in self.house["people"]["persons"]:
            self._hold(room, person_id, chronicle.lines.get(f"person/{person_id}", ()))
        return room

    def _hold(self, room: ReadingRoom, person_id: str, line: tuple[Any, ...]) -> None:
        active = True
        for moment, text, born in line:
            if moment > self.moment:
                return
            facts = json.loads(text)
            anew = facts["active"] and not active
            active = facts["active"]
            if moment and (born or moment != line[0][0]):
                room.hold(person_id, facts["positions"], moment_of(moment), anew=anew)

    def _act(self, person_id: str = "system") -> Act:
        return Act(person_id, self.at, _to_nobody, channel="web")

    def person(self, person_id: str) -> Any:
        """Give the person as they were, or None who had not come yet."""
        return self.house["people"]["persons"].get(person_id)

    def signatures(self, person: Any) -> list[Waiting]:
        """List what waited for the person's signature, the nearest term first."""
        if person is None or not person.active:
            return []
        return waiting_signatures(self.house, person, self._act(person.id))

    def readings(self, person: Any) -> list[Reading]:
        """List what the person had to read, the oldest term first."""
        if person is None:
            return []
        self._recall(person.id)
        return pending_readings(self.house, person, self._act(person.id))

    def _recall(self, person_id: str) -> None:
        """Put what the person had acknowledged by then into the room."""
        room = self.house.annexes[ROOM]
        facts = seen_room(self.organisation).read_by.get(person_id, {})
        if person_id in room.read_by:
            return
        for key, fact in facts.items():
            known = Acknowledgement(*fact)
            if key_of(known.at) <= self.moment:
                room.acknowledge(key, person_id, known)

    def row(self, uid: str) -> PastRow:
        """Give the document's line of the master list as it was."""
        return self.rows[uid]

    def groups(self, registry: Registry) -> list[tuple[PastGroup, list[PastItem]]]:
        """Give what other rooms and the days of review say that waited, by kind."""
        known = [
            (one, one.items(self.organisation, self.house, self.at))
            for one in past_groups(registry)
        ]
        return [(REVIEWS, self.reviews()), *known]

    def reviews(self) -> list[PastItem]:
        """List the documents whose review was due within two months, the oldest first."""
        until = local_day(self.house, self.at) + SOON
        found = []
        for row in self.rows.values():
            day = last_day(row.review_by) if row.state == workflow.IN_FORCE else None
            if day is None or day > until or row.pending is not None:
                continue
            process = self.house["processes"].get(row.process_id or "")
            leader = process.leader if process is not None else None
            people = holders_then(self.house, [leader]) if leader else frozenset()
            path = f"documents/{row.code}/past"
            found.append(PastItem(row.title, path, people, row.code, row.process_name, day))
        return sorted(found, key=lambda one: (one.due or until, one.code))

    def everybody(self) -> list[Burden]:
        """Count what waited for each person who was active, who had most of all first."""
        day = local_day(self.house, self.at)
        to_sign: dict[str, int] = {}
        for document in self.house["documents"].values():
            if document.pending is not None:
                for person_id, hands in waiting_for(document.pending, day).items():
                    to_sign[person_id] = to_sign.get(person_id, 0) + len(hands)
        burdens = []
        for person in self.house["people"].persons():
            self._recall(person.id)
            readings = len(pending_positions(self.house, person))
            signatures = to_sign.get(person.id, 0)
            if readings or signatures:
                burdens.append(Burden(person.id, person.name, signatures, readings))
        return sorted(burdens, key=lambda one: (-one.signatures, -one.readings, one.name))


@dataclass(frozen=True)
class Burden:
    """How much waited for one person."""

    person_id: str
    name: str
    signatures: int
    readings: int
