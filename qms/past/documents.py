"""One document as it stood at a moment, for its page."""

from __future__ import annotations

from datetime import datetime
from functools import cached_property
from typing import Any

from qms.content.models import organisation_of
from qms.documents.assignment import waiting_for
from qms.documents.models import Document, Version
from qms.documents.reading_models import Acknowledgement, reading_key
from qms.documents.services.freezing import assignee_text
from qms.documents.services.reading import seen_room
from qms.past.keeping import seen_chronicle
from qms.past.listing import Names, PastRow, row_of_span
from qms.past.moments import key_of
from qms.past.rebuilding import house_at
from qms.people.moments import local_day


class PastDocument:
    """A document as acts and trail say that it was."""

    def __init__(self, document: Document, at: datetime) -> None:
        """Rebuild it as it was at ``at``, in the house of that moment."""
        self.present, self.at, self.moment = document, at, key_of(at)
        self.organisation = organisation_of(document)
        chronicle = seen_chronicle(self.organisation)
        self.names = Names(chronicle, self.organisation, self.moment)
        span = chronicle.span_at(document.uid, self.moment)
        self.row: PastRow | None = (
            None if span is None else row_of_span(document.uid, span, self.names)
        )
        """Its line of the master list; None where nothing is known of it yet."""
        self.house = house_at(self.organisation, chronicle, self.moment, [document])
        self.document: Document | None = self.house["documents"].get(document.uid)
        """It with all its versions; None before this system had it."""

    @property
    def existed(self) -> bool:
        """Tell whether it is known to have existed."""
        return self.row is not None

    @cached_property
    def versions(self) -> list[Version]:
        """The versions that there were, the newest first."""
        return [] if self.document is None else list(reversed(list(self.document.versions)))

    @property
    def pending(self) -> Version | None:
        """The version that was under way."""
        return None if self.document is None else self.document.pending

    @cached_property
    def slots(self) -> list[dict[str, Any]]:
        """The signatures asked for the version under way, given and awaited."""
        pending = self.pending
        if pending is None:
            return []
        waiting = waiting_for(pending, local_day(self.house, self.at))
        people = self.house["people"]
        names: dict[str, list[str]] = {}
        for person_id, hands in waiting.items():
            for hand in hands:
                names.setdefault(hand.slot.name, []).append(people.person_name(person_id))
        return [
            {
                "label": slot.label,
                "meaning": slot.meaning,
                "signed_by": self._signer(pending, slot.name),
                "signed_at": slot.signed_at,
                "awaited": assignee_text(pending, slot.assignees),
                "could": sorted(set(names.get(slot.name, ()))),
            }
            for slot in pending.standing.slots
        ]

    @staticmethod
    def _signer(version: Version, slot: str) -> str | None:
        acts = (act for act in version.acts if act["kind"] == "signed" and act["slot"] == slot)
        act = next(iter(reversed(list(acts))), None)
        return None if act is None else str(act.get("name") or act["by"])

    @cached_property
    def acts(self) -> list[dict[str, Any]]:
        """What had happened until then, the newest first, each with its version's label."""
        found = [
            {**act, "label": version.label}
            for version in reversed(self.versions)
            for act in version.acts
        ]
        return sorted(found, key=lambda act: key_of(act["at"]))[::-1]

    @cached_property
    def readers(self) -> int:
        """How many persons had confirmed that they read the version that was in force."""
        if self.document is None or self.document.in_force_order is None:
            return 0
        key = reading_key(self.present.uid, self.document.in_force_order)
        facts = seen_room(self.organisation).readers.get(key, {}).values()
        return sum(key_of(Acknowledgement(*fact).at) <= self.moment for fact in facts)

    def as_json(self) -> dict[str, Any]:
        """Give it as plain data."""
        row = self.row
        if row is None:
            return {"existed": False}
        return {
            "existed": True,
            "code": row.code,
            "title": row.title,
            "type": row.type_name,
            "process": row.process_name,
            "responsible": row.responsible,
            "state": row.state,
            "version": row.version,
            "in_force_from": row.in_force_from,
            "registered": row.registered,
            "readers": self.readers,
            "versions": [
                {"version": one.label, "order": one.order, "state": one.state}
                for one in self.versions
            ],
            "signatures": [
                {name: slot[name] for name in ("label", "signed_by", "signed_at", "awaited")}
                for slot in self.slots
            ],
        }
