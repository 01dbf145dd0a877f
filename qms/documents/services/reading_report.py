"""Who has read and who has not, over all documents: by document, by person, by position.

ISO 9001 7.3 asks that persons are aware of what concerns them; auditors ask for the list.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import date
from typing import Any, NamedTuple

from qms.documents.listing import Row, catalogue_of
from qms.documents.reading_models import ReadingRoom
from qms.documents.services.reading import Terms, pending_readings, seen_room
from qms.kernel.acts import Act
from qms.people.models import People, people_of


class Pair(NamedTuple):
    """One person and one version in force that they have read or still have to."""

    person_id: str
    name: str
    position: str
    """Name of the position because of which it is asked."""
    uid: str
    code: str
    title: str
    process_id: str
    read_at: str | None
    due: date | None
    days_left: int | None
    """Business days until the term ends, negative when it is over; None once it is read."""

    @property
    def is_overdue(self) -> bool:
        """Tell whether the term is over and it was not read."""
        return self.days_left is not None and self.days_left < 0

    @property
    def standing(self) -> str:
        """Name the chip."""
        return "read" if self.read_at else "overdue" if self.is_overdue else "pending"


def pairs(organisation: Any, act: Act, *, processes: set[str] | None = None) -> Iterator[Pair]:
    """Give every pair of active person and version in force; of certain processes only."""
    room, terms = seen_room(organisation), Terms(organisation, act)
    rows = _rows(organisation, room, processes)
    people = people_of(organisation)
    for person in people.persons():
        for reading in pending_readings(organisation, person, act, terms):
            row = rows.get(reading.uid)
            if row is not None:
                yield _pair(
                    person,
                    people.position_name(reading.position_id),
                    row,
                    due=reading.due,
                    days_left=reading.days_left,
                )
        yield from _read(room, people, person, rows)


def _rows(organisation: Any, room: ReadingRoom, processes: set[str] | None) -> dict[str, Row]:
    catalogue = catalogue_of(organisation)
    found = {uid: Row(*(catalogue.row(uid) or ())) for uid in room.demands}
    if processes is None:
        return found
    return {uid: row for uid, row in found.items() if row.process_id in processes}


def _read(room: ReadingRoom, people: People, person: Any, rows: dict[str, Row]) -> Iterator[Pair]:
    """Give what the person has read of what their positions ask for now."""
    held = set(person.position_ids)
    for key, fact in room.read_by.get(person.id, {}).items():
        uid = key.rpartition("/")[0]
        demand, row = room.demands.get(uid), rows.get(uid)
        if demand is None or row is None or demand[0] != key:
            continue
        asking = next((one for one in demand[2] if one in held), None)
        if asking is not None:
            yield _pair(person, people.position_name(asking), row, read_at=fact[0].isoformat())


def _pair(
    person: Any,
    position: str,
    row: Row,
    *,
    read_at: str | None = None,
    due: date | None = None,
    days_left: int | None = None,
) -> Pair:
    return Pair(
        person.id,
        person.name,
        position,
        row.uid,
        row.code,
        row.title,
        row.process_id,
        read_at,
        due,
        days_left,
    )


class Sum(NamedTuple):
    """How far the reading of one document, by one person or in one position is."""

    key: str
    name: str
    code: str
    asked: int
    read: int
    pending: int
    overdue: int
    percent: int
    """Whole percents that are read; 100 only when all is."""
    standing: str


def sums(
    found: Iterable[Pair], key: Callable[[Pair], str], name: Callable[[Pair], tuple[str, str]]
) -> list[Sum]:
    """Sum the pairs up by ``key``; ``name`` gives the words and the code of its line."""
    counts: dict[str, list[int]] = {}
    names: dict[str, tuple[str, str]] = {}
    for pair in found:
        group = key(pair)
        names.setdefault(group, name(pair))
        count = counts.setdefault(group, [0, 0, 0])
        count[0] += 1
        count[1] += pair.read_at is not None
        count[2] += pair.is_overdue
    return [
        Sum(
            group,
            *names[group],
            asked,
            read,
            asked - read,
            overdue,
            100 * read // asked,
            "overdue" if overdue else "pending" if read < asked else "read",
        )
        for group, (asked, read, overdue) in counts.items()
    ]
