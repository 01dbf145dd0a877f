"""What lists show of delegations and sessions, already in words."""

from __future__ import annotations

from datetime import date
from typing import Any

from pyramid.request import Request

from qms.content.models import Site
from qms.kernel.i18n import _
from qms.people.models import Delegation, People, Person, doors_of
from qms.people.moments import local_day, shown, shown_day
from qms.security.permissions import Permission
from qms.web.chips import DONE, GOOD, QUIET, Chip


def delegation_row(
    people: People, request: Request, one: Delegation, today: date
) -> dict[str, Any]:
    """Give what a list shows of a delegation, with what it is today."""
    processes = request.organisation.get("processes") or {}
    if one.ended_at is not None or one.ends < today:
        state = Chip(_("Ended"), "dot", QUIET)
    elif one.starts > today:
        state = Chip(_("To come"), "calendar", DONE)
    else:
        state = Chip(_("In effect"), "check", GOOD)
    names = [processes[key].title if key in processes else key for key in one.scope]
    open_still = one.ended_at is None and one.ends >= today
    return {
        "from": people.person_name(one.from_person),
        "to": people.person_name(one.to_person),
        "starts": shown_day(one.starts),
        "ends": shown_day(one.ends),
        "reason": one.reason,
        "scope": ", ".join(names),
        "state": state,
        "end_url": request.resource_path(one, "end")
        if open_still and request.has_permission(Permission.DELEGATION_END, one)
        else None,
    }


def delegation_rows(people: People, request: Request, person: Person) -> list[dict[str, Any]]:
    """Give the delegations by and to a person, the newest first."""
    today = local_day(people, request.act.at)
    return [delegation_row(people, request, one, today) for one in people.delegations_of(person.id)]


def session_rows(site: Site, request: Request) -> list[dict[str, Any]]:
    """Give the open sessions of the signed-in person, the one used last first."""
    doors, here = doors_of(site), request.organisation
    keys = doors.by_person.get((here.__name__, request.person.id), ())
    found = [(key, doors.sessions[key]) for key in keys if key in doors.sessions]
    found.sort(key=lambda pair: pair[1].seen, reverse=True)
    return [
        {
            "began": shown(here, one.began),
            "seen": shown(here, one.seen),
            "address": one.address,
            "agent": one.agent,
            "is_this": key == request.session.key,
        }
        for key, one in found
    ]
