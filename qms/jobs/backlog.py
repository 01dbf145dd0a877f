"""What still waits for each job in one organisation, read from where it waits.

A page must tell it also while no worker runs. Nothing is written, and nothing costs a walk over all
documents.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from qms.audit.models import trail_of
from qms.content.models import find_site
from qms.documents.reading_models import DAILY, NEVER
from qms.documents.services import timestamping
from qms.documents.services.keys import AUTHORITY_ROOM
from qms.documents.services.reading import pending_positions, seen_room
from qms.documents.services.release import due_for_release
from qms.jobs import names
from qms.kernel.acts import Act
from qms.notices.services import backlog
from qms.people.models import people_of
from qms.people.moments import local_day
from qms.search.follower import Replica, behind
from qms.signing.services import crl_is_due

MOST_PERSONS = 2000
"""Letters due are counted for so many persons."""


@dataclass(frozen=True)
class Waiting:
    """What waits for one job."""

    count: int
    """Versions, mails, persons to write to, changed subjects."""
    since: datetime | None = None
    """Since when the oldest waits, where that is known."""
    failed: int = 0
    """What was given up lately."""
    unknown: bool = False
    """Whether the count cannot be told: the text index is being made anew."""


@dataclass(frozen=True)
class Place:
    """Where one counts: an organisation, this node's settings and its text index."""

    organisation: Any
    act: Act
    replica: Replica
    timestamp_url: str = ""


def waiting(place: Place) -> dict[str, Waiting]:
    """Count what waits for every job that something can wait for, by the job's name."""
    if "documents" not in place.organisation:
        return {}
    return {name: count(place) for name, count in _COUNTS.items()}


def _releases(place: Place) -> Waiting:
    return Waiting(sum(1 for _due in due_for_release(place.organisation, place.act)))


def _letters(place: Place) -> Waiting:
    return Waiting(sum(1 for _person in _unwritten(place.organisation)))


def _unwritten(organisation: Any) -> Iterator[Any]:
    """Give the persons who have a reading that no letter told them of."""
    room = seen_room(organisation)
    for number, person in enumerate(people_of(organisation).persons()):
        if number >= MOST_PERSONS:
            return
        if not person.email or room.wishes.get(person.id, DAILY) == NEVER:
            continue
        told = room.told.get(person.id, {})
        if any(key not in told for key in pending_positions(organisation, person)):
            yield person


def _mails(place: Place) -> Waiting:
    found = backlog(find_site(place.organisation), place.organisation.id)
    return Waiting(found.waiting, found.oldest, found.failed)


def _texts(place: Place) -> Waiting:
    count = behind(find_site(place.organisation), place.replica, place.organisation.id)
    return Waiting(0, unknown=True) if count is None else Waiting(count)


def _stamps(place: Place) -> Waiting:
    if not place.timestamp_url:
        return Waiting(0)
    count, since = timestamping.waiting(place.organisation)
    return Waiting(count, datetime.fromisoformat(since) if since else None)


def _revocation(place: Place) -> Waiting:
    authority = place.organisation.annexes.get(AUTHORITY_ROOM)
    return Waiting(int(authority is not None and crl_is_due(authority, at=place.act.at)))


def _anchors(place: Place) -> Waiting:
    trail = trail_of(place.organisation)
    today = local_day(place.organisation, place.act.at)
    return Waiting(int(bool(len(trail)) and today.toordinal() not in trail.anchors))


_COUNTS: dict[str, Callable[[Place], Waiting]] = {
    names.RELEASE.name: _releases,
    names.LETTERS.name: _letters,
    names.MAIL.name: _mails,
    names.TEXT.name: _texts,
    names.STAMPS.name: _stamps,
    names.REVOCATION.name: _revocation,
    names.ANCHORS.name: _anchors,
}
