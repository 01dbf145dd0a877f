"""Verbs on delegations: one person acts for another between two days."""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from datetime import date, timedelta

from qms.kernel.acts import Act
from qms.kernel.i18n import _
from qms.kernel.text import clean_line
from qms.people.errors import BadDelegation, DelegationOver, NotActive
from qms.people.events import DelegationEnded, DelegationMade
from qms.people.models import Delegation, People
from qms.people.moments import local_day

LONGEST = timedelta(days=366)
"""A longer absence is a change of position, not a delegation."""


def delegate(
    people: People,
    *,
    from_person: str,
    to_person: str,
    starts: date,
    ends: date,
    reason: str,
    scope: Iterable[str] = (),
    act: Act,
) -> Delegation:
    """Let ``to_person`` act for ``from_person`` from ``starts`` to ``ends``, both days included.

    It never reaches into the past of the organisation's zone.
    ``scope`` limits it to processes by id.  What was delegated cannot be delegated on: only a
    person's own positions and roles count for their delegates.
    """
    if from_person == to_person:
        raise BadDelegation(_("Nobody can delegate to themselves."))
    if not people.person(from_person).active or not people.person(to_person).active:
        raise NotActive
    if starts < local_day(people, act.at):
        raise BadDelegation(_("A delegation cannot begin in the past."))
    if ends < starts:
        raise BadDelegation(_("The last day lies before the first one."))
    if ends - starts > LONGEST:
        raise BadDelegation(_("A delegation lasts one year at most."))
    reason = clean_line(reason)
    if not reason:
        raise BadDelegation(_("Say why: the reason is printed with what is signed."))
    identifier = f"{starts:%Y%m%d}-{secrets.token_hex(4)}"
    delegation = Delegation(identifier, from_person, to_person, starts, ends, reason, scope)
    people.keep_delegation(delegation)
    new = {
        "from": from_person,
        "to": to_person,
        "starts": starts.isoformat(),
        "ends": ends.isoformat(),
        "reason": reason,
        "scope": list(delegation.scope),
    }
    act.notify(DelegationMade(delegation, act, new=new))
    return delegation


def end_delegation(delegation: Delegation, *, act: Act) -> None:
    """End a delegation now, before its last day; what was signed under it stays signed."""
    if delegation.ended_at is not None or delegation.ends < local_day(delegation, act.at):
        raise DelegationOver
    delegation.ended_at = act.at
    act.notify(DelegationEnded(delegation, act))
