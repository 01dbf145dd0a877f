"""Acting for somebody who is away: for whom a person acts on a day, and within which processes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from typing import Any, NamedTuple

from qms.people.models import people_of


class Deputy(NamedTuple):
    """For whom somebody acts today, and where."""

    person: Any
    """Who is away."""
    processes: tuple[str, ...]
    """Ids of the processes that it is limited to; empty for everything."""

    def holds(self, process_id: str) -> bool:
        """Tell whether it counts for a process."""
        return not self.processes or process_id in self.processes


def deputies_of(organisation: Any, person: Any, on: date) -> Iterator[Deputy]:
    """Give everybody for whom a person acts on a day."""
    people = people_of(organisation)
    for one in people.delegations_of(person.id):
        if one.to_person != person.id or not person.active:
            continue
        if one.holds(on, next(iter(one.scope), None)):
            yield Deputy(people.person(one.from_person), tuple(one.scope))


def held_today(organisation: Any, person: Any, on: date) -> set[str]:
    """Name the positions that a person holds, and those of whom they act for in everything."""
    away = (one.person for one in deputies_of(organisation, person, on) if not one.processes)
    return set(person.position_ids).union(*(one.position_ids for one in away))


def and_delegates(
    organisation: Any, person_ids: Iterable[str], on: date, process_id: str = ""
) -> list[str]:
    """Give these persons and, behind each, who acts for them on a day in a process."""
    people, found = people_of(organisation), dict[str, None]()
    for person_id in person_ids:
        found[person_id] = None
        for one in people.delegates_for(person_id, on, process_id or None):
            found[one.to_person] = None
    return list(found)
