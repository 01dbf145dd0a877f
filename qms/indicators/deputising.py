"""Acting for somebody who is away: a delegate sees and does what the holder of a position would.

A delegation that is limited to processes counts for their indicators only. What a delegate does
keeps for whom it was done; who may do it in their own right does it in their own name.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any, NamedTuple

from qms.content.models import organisation_of
from qms.kernel.acts import Act
from qms.people.models import people_of
from qms.people.moments import local_day

ANALYST = "author"
CAPTURERS = ("author", "signer", "leader")
"""Roles at an indicator that analyse, and that capture."""


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


def acted_for(indicator: Any, act: Act, *roles: str) -> str:
    """Give the id of the person for whom this is done; empty for who may do it themselves.

    ``roles`` are those at the indicator that allow it.
    """
    organisation = organisation_of(indicator)
    person = people_of(organisation)["persons"].get(act.person_id)
    if person is None or "quality" in person.roles or indicator.own_roles(person) & set(roles):
        return ""
    for one in deputies_of(organisation, person, local_day(indicator, act.at)):
        if one.holds(indicator.process_id) and indicator.own_roles(one.person) & set(roles):
            return str(one.person.id)
    return ""
