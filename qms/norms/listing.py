"""The list of norms: what the catalogue keeps; a state follows from the row and the day."""

from __future__ import annotations

from datetime import date
from typing import Any, NamedTuple

from qms.content.models import organisation_of
from qms.kernel.text import sort_key
from qms.norms import workflow
from qms.norms.citing import keys_for
from qms.norms.models import Norm
from qms.people.models import people_of
from qms.search.catalogue import Catalogue, Entry
from qms.search.spanish import title_words

ROOM = "norms.catalogue"
ORDERS = ("name", "title", "check_by")
FACETS = ("citation", "keeper", "document", "changed")
QUALITY = "quality"
"""The keeper of a norm that no position is responsible for."""
NEVER = "9999"
"""Sorts behind every day."""


class Row(NamedTuple):
    """One line of the list."""

    uid: str
    id: str
    """Its address part."""
    name: str
    kind: str
    number: str
    year: int | None
    title: str
    issuer: str
    issued_on: str
    in_force_from: str
    in_force_until: str
    months: int | None
    responsible_id: str
    responsible: str
    process_ids: tuple[str, ...]
    editions: int
    requirements: int
    facts: tuple[str, ...]

    @property
    def known(self) -> workflow.Facts:
        """What the acts say."""
        return workflow.Facts(*self.facts)

    @property
    def check_by(self) -> str:
        """ISO date of the next check, empty for none."""
        day = workflow.check_day(self.known, self.months)
        return day.isoformat() if day is not None else ""

    def state_on(self, day: date) -> str:
        """Give the norm's state on a day."""
        return workflow.state_on(
            day,
            self.known,
            months=self.months,
            in_force_from=self.in_force_from,
            in_force_until=self.in_force_until,
        )

    @property
    def keys(self) -> list[str]:
        """The keys of citations that mean this norm."""
        return keys_for(self.kind, self.number, self.year)


def catalogue_of(organisation: Any) -> Catalogue:
    """Give the organisation's catalogue of norms, made at its first use."""
    return Catalogue.of(organisation, ROOM, ORDERS, FACETS)


def row_of(norm: Norm) -> Row:
    """Make the line of a norm."""
    facts = norm.facts
    return Row(
        norm.uid,
        str(norm.__name__),
        norm.name,
        norm.kind,
        norm.number,
        norm.year,
        norm.title,
        norm.issuer,
        norm.issued_on,
        norm.in_force_from,
        norm.in_force_until,
        norm.months,
        norm.responsible_id,
        _position(norm),
        norm.process_ids,
        len(norm.editions),
        sum(not one.heading for one in norm.values()),
        (
            facts.registered_on,
            facts.checked_on,
            facts.amended_by,
            facts.amended_on,
            facts.repealed_by,
            facts.repealed_on,
            facts.edition,
        ),
    )


def _position(norm: Norm) -> str:
    if not norm.responsible_id:
        return ""
    return people_of(organisation_of(norm)).position_name(norm.responsible_id)


def entry_of(norm: Norm) -> Entry:
    """Make the catalogue entry of a norm."""
    row = row_of(norm)
    linked = {uid for one in norm.values() for uid in one.document_uids}
    ends = norm.facts.amended_on or norm.facts.repealed_on or norm.in_force_until
    facets = {
        "citation": row.keys if norm.number or norm.kind == "constitution" else [],
        "keeper": [norm.responsible_id or QUALITY],
        "document": sorted(linked),
        "changed": ["yes"] if ends else [],
    }
    keys = {
        "name": sort_key(row.name),
        "title": sort_key(row.title),
        "check_by": row.check_by or NEVER,
    }
    words = title_words(f"{row.name} {row.number} {row.title} {row.issuer}")
    return Entry(tuple(row), keys, facets, words)


def put(norm: Norm) -> None:
    """Bring the catalogue up to a norm."""
    catalogue_of(organisation_of(norm)).put(norm.uid, entry_of(norm))


def all_rows(organisation: Any) -> list[Row]:
    """List every norm, by name."""
    page = catalogue_of(organisation).query({}, order="name", limit=None)
    return [Row(*one) for one in page.rows]


def due_rows(organisation: Any, until: date, keepers: list[str] | None = None) -> list[Row]:
    """List the norms to be checked up to a day, the oldest first, perhaps of certain keepers."""
    filters = {} if keepers is None else {"keeper": keepers}
    found: list[Row] = []
    start, horizon = 0, until.isoformat()
    while True:
        page = catalogue_of(organisation).query(filters, order="check_by", start=start, limit=20)
        for one in page.rows:
            row = Row(*one)
            if not row.check_by or row.check_by > horizon:
                return found
            found.append(row)
        start += 20
        if start >= page.total:
            return found


def meant_by(organisation: Any, key: str) -> list[Row]:
    """List the norms that a citation with this key means; several where it leaves the year out."""
    page = catalogue_of(organisation).query({"citation": [key]}, order="name", limit=None)
    return [Row(*one) for one in page.rows]
