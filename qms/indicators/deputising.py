"""Acting for somebody who is away: a delegate sees and does what the holder of a position would.

A delegation that is limited to processes counts for their indicators only. What a delegate does
keeps for whom it was done; who may do it in their own right does it in their own name.
"""

from __future__ import annotations

from typing import Any

from qms.content.models import organisation_of
from qms.kernel.acts import Act
from qms.people.models import people_of
from qms.people.moments import local_day
from qms.people.standing_in import deputies_of

ANALYST = "author"
CAPTURERS = ("author", "signer", "leader")
"""Roles at an indicator that analyse, and that capture."""


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
