"""Calls and follow-ups of who is away: their delegate sees and does them, and it says for whom.

What supervisors do beside that, such as closing a campaign, is no work of a day and stays theirs.
A delegation that is limited to processes counts for the surveys of those only.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from qms.content.models import organisation_of
from qms.kernel.acts import Act
from qms.people.models import people_of
from qms.people.moments import local_day
from qms.people.standing_in import Deputy, deputies_of

CALLS, FOLLOWS = "signer", "author"
"""Roles at a survey that call, and that answer customers; only these are delegated."""
SUPERVISES = "leader"
DELEGATED = frozenset({CALLS, FOLLOWS})


def process_of(survey: Any) -> str:
    """Give the process that a survey belongs to; empty for none and for a survey that is gone."""
    return str(survey.data.get("process") or "") if survey is not None else ""


def roles_in(person: Any, surveys: Iterable[Any]) -> set[str]:
    """Name the parts that a person has in surveys by the positions that they hold."""
    held, found = set(person.position_ids), set()
    for survey in surveys:
        found |= {role for role, positions in survey.positions().items() if held & positions}
    return found


def by_delegation(place: Any, person: Any, at: Any, surveys: Iterable[Any]) -> set[str]:
    """Name the roles that a person has in surveys because somebody is away."""
    found, known = set(), list(surveys)
    for one in deputies_of(organisation_of(place), person, local_day(place, at)):
        own = [survey for survey in known if one.holds(process_of(survey))]
        found |= roles_in(one.person, own) & DELEGATED
    return found


def deputies_at(contact: Any, person: Any, at: Any) -> Iterator[Deputy]:
    """Give everybody for whom a person acts at the survey of a customer."""
    process = process_of(contact.survey)
    for one in deputies_of(organisation_of(contact), person, local_day(contact, at)):
        if one.holds(process):
            yield one


def on_behalf(contact: Any, act: Act, role: str) -> dict[str, str]:
    """Give for whom something is done, to be kept with it; nothing for who may do it themselves."""
    person = people_of(organisation_of(contact))["persons"].get(act.person_id)
    if person is None or "quality" in person.roles:
        return {}
    may = {role, SUPERVISES} if role == FOLLOWS else {role}
    if contact.own_roles(person) & may:
        return {}
    for one in deputies_at(contact, person, act.at):
        if role in contact.own_roles(one.person):
            return {"on_behalf_of": str(one.person.id)}
    return {}
