"""What surveys add to «Mi trabajo»: calls to make, messages to send, customers to answer."""

from __future__ import annotations

from typing import Any

from pyramid.request import Request

from qms.documents.plugs import Found
from qms.kernel.i18n import _
from qms.people.moments import local_day
from qms.people.standing_in import deputies_of
from qms.search.catalogue import Filters
from qms.surveys.choices import choices_of
from qms.surveys.deputising import CALLS, process_of, roles_in
from qms.surveys.linking import suggest
from qms.surveys.listing import MESSAGE, Row, catalogue_of, days_left, rows
from qms.surveys.services.campaigns import NAME
from qms.surveys.services.following import PERSON
from qms.surveys.workflow import CALLABLE, OPEN_ROLES
from qms.web.i18n import translate
from qms.web.navigation import WorkItem

MOST = 50
FAR = 10_000


def _mine(request: Request) -> list[tuple[Row, str]]:
    """Give the open follow-ups of the person, then of those for whom they act, with whom."""
    organisation, person = request.organisation, request.person
    if person is None or NAME not in organisation:
        return []
    found = {row.path: (row, "") for row in _owned(organisation, person)}
    surveys = choices_of(organisation).surveys
    for one in deputies_of(organisation, person, local_day(organisation, request.act.at)):
        for row in _owned(organisation, one.person):
            if one.holds(process_of(surveys.get(row.survey))):
                found.setdefault(row.path, (row, one.person.name))
    return list(found.values())


def _owned(organisation: Any, person: Any) -> list[Row]:
    owners = [f"{PERSON}{person.id}", *person.position_ids]
    filters: Filters = {"owner": owners, "follow-role": sorted(OPEN_ROLES)}
    return rows(catalogue_of(organisation).query(filters, order="due", limit=MOST).rows)


def _why(request: Request, why: str, away: str) -> str:
    if not away:
        return why
    facts: dict[str, object] = {"period": why, "name": away}
    return translate(request, _("${period} · by delegation of ${name}", facts))


def count_follow_ups(request: Request) -> int:
    """Count what :func:`follow_ups` lists, for the bell."""
    return len(_mine(request))


def follow_ups(request: Request) -> list[WorkItem]:
    """List the customers who wait for the person's answer, what is due first."""
    found = _mine(request)
    if not found:
        return []
    choices, folder = choices_of(request.organisation), request.organisation[NAME]
    items = [
        WorkItem(
            title=row.said or choices.name("surveys", row.survey),
            url=request.resource_path(folder, *row.path, ""),
            button=_("Answer the customer"),
            code=f"{row.campaign}-{int(row.number)}",
            why=_why(request, choices.name("states", row.follow), away),
            days_left=days_left(row, request.act.at, choices),
        )
        for row, away in found
    ]
    return sorted(items, key=lambda one: FAR if one.days_left is None else one.days_left)


def find_campaigns(request: Request, text: str, limit: int) -> list[Found]:
    """Give the campaigns of a number or a word of the title, those the person may see."""
    home = request.resource_path(request.organisation)
    return [
        Found(one.title, f"{home}{one.path}", code=one.code)
        for one in suggest(request, text, limit)
    ]


def _called(request: Request) -> dict[str, str]:
    """Give the surveys that the person calls for, each with who is away; empty for their own."""
    organisation, person = request.organisation, request.person
    surveys = list(choices_of(organisation).surveys.values())
    found = {one.id: "" for one in surveys if CALLS in roles_in(person, [one])}
    for away in deputies_of(organisation, person, local_day(organisation, request.act.at)):
        for one in surveys:
            if away.holds(process_of(one)) and CALLS in roles_in(away.person, [one]):
                found.setdefault(one.id, away.person.name)
    return found


def _campaigns(request: Request) -> list[tuple[str, int, int, str]]:
    """Give number, calls and messages due of each open campaign, and who is away."""
    organisation, person = request.organisation, request.person
    if person is None or NAME not in organisation:
        return []
    called = _called(request)
    surveys = sorted(called)
    if not surveys:
        return []
    catalogue, folder = catalogue_of(organisation), organisation[NAME]
    calls = catalogue.counts("campaign", {"survey": surveys, "state": sorted(CALLABLE)})
    messages = catalogue.counts("campaign", {"survey": surveys, "flag": [MESSAGE]})
    return [
        (number, calls.get(number, 0), messages.get(number, 0), called[folder[number].survey_id])
        for number in sorted({*calls, *messages})
        if folder[number].open
    ]


def count_calls(request: Request) -> int:
    """Count the campaigns with calls or messages, for the bell."""
    return len(_campaigns(request))


def calls(request: Request) -> list[WorkItem]:
    """List the campaigns in which the person has calls to make or messages to send."""
    found, items = _campaigns(request), []
    if not found:
        return []
    folder = request.organisation[NAME]
    for number, waiting, messages, away in found:
        counts: dict[str, object] = {"calls": waiting, "messages": messages}
        why: Any = _("Calls: ${calls}. Messages: ${messages}.", counts)
        if away:
            why = _why(request, translate(request, why), away)
        items.append(
            WorkItem(
                title=folder[number].title,
                url=request.resource_path(folder, number, ""),
                button=_("Make the call"),
                code=number,
                why=why,
            )
        )
    return items
