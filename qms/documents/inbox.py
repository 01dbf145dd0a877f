"""What waits for a person, found through the catalogue and never by walking all documents."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from qms.documents.assignment import Hand, hands_for
from qms.documents.listing import catalogue_of
from qms.documents.models import Version
from qms.documents.services.freezing import local_day
from qms.kernel.acts import Act
from qms.people.models import people_of
from qms.profiles.api import profile_of


@dataclass(frozen=True)
class Waiting:
    """One signature that a person may give now."""

    version: Version
    hand: Hand
    days_left: int | None
    """Business days until the step's term ends; negative when it is over, None without a term."""


def waiting_signatures(organisation: Any, person: Any, act: Act) -> list[Waiting]:
    """List what waits for the person's signature, the nearest term first."""
    if person is None or "documents" not in organisation:
        return []
    day = local_day(organisation, act)
    calendar = profile_of(organisation).calendar()
    found = []
    for version in _candidates(organisation, person, day):
        for hand in hands_for(version, person.id, day):
            term = hand.slot.term_days
            left = None
            if term is not None and version.standing.opened_at:
                opened = datetime.fromisoformat(version.standing.opened_at)
                start = opened.astimezone(profile_of(organisation).zone).date()
                due = calendar.add_business_days(start, term)
                left = _distance(calendar, day, due)
            found.append(Waiting(version, hand, left))
    return sorted(found, key=lambda one: (one.days_left is None, one.days_left or 0))


def _distance(calendar: Any, day: Any, due: Any) -> int:
    if due >= day:
        return calendar.business_days_between(day, due)
    return -calendar.business_days_between(due, day)


def _candidates(organisation: Any, person: Any, day: Any) -> Iterator[Version]:
    """Give the versions whose open step may concern the person, delegations included."""
    people = people_of(organisation)
    keys = set(_keys(people, person))
    for delegation in people.delegations_of(person.id):
        # Whether it holds today and for this process is judged per version, in ``hands_for``.
        if delegation.to_person == person.id:
            keys.update(_keys(people, people.person(delegation.from_person)))
    documents = organisation["documents"]
    page = catalogue_of(organisation).query({"waits": sorted(keys)}, order="code", limit=None)
    for row in page.rows:
        pending = documents[row[0]].pending
        if pending is not None:
            yield pending


def _keys(people: Any, person: Any) -> Iterator[str]:
    yield f"person:{person.id}"
    for position_id in person.position_ids:
        yield f"position:{position_id}"
        unit_id = people.position(position_id).unit_id
        if unit_id:
            yield f"unit:{unit_id}"


def authored_by(organisation: Any, person: Any) -> list[Version]:
    """List the versions under way that the person began or wrote in."""
    if person is None or "documents" not in organisation:
        return []
    page = catalogue_of(organisation).query(
        {"audience": (f"person:{person.id}",)}, order="code", limit=None
    )
    documents = organisation["documents"]
    found = (documents[row[0]].pending for row in page.rows)
    return [version for version in found if version is not None]
