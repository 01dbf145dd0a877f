"""What improvement adds to other pages: the work that waits, what the search box finds."""

from __future__ import annotations

from datetime import date
from typing import Any

from pyramid.request import Request

from qms.documents.plugs import Found
from qms.improvement.listing import (
    ACTIONS,
    AUDITS,
    FINDINGS,
    ActionRow,
    AuditRow,
    FindingRow,
    catalogue_of,
    finding_audiences,
    rows,
)
from qms.improvement.words import ACTION_KINDS
from qms.improvement.workflow import actions as action_flow
from qms.improvement.workflow import audits as audit_flow
from qms.improvement.workflow import findings as finding_flow
from qms.kernel.i18n import _
from qms.people.moments import local_day
from qms.profiles.api import profile_of
from qms.search.spanish import beginnings
from qms.security.permissions import Permission
from qms.web.navigation import WorkItem

MOST = 50
MOST_DAYS = 10_000


def _quality(person: Any) -> bool:
    return "quality" in person.roles


def _checks(person: Any) -> bool:
    return bool({"quality", "auditor"} & set(person.roles))


def _open(request: Request) -> bool:
    return request.person is not None and "findings" in (request.organisation or {})


# Findings


def _finding_rows(request: Request) -> list[FindingRow]:
    """Give the findings that wait for the person, each once."""
    organisation, person = request.organisation, request.person
    mine = {"state": [finding_flow.ANALYSIS], "responsible": [person.id]}
    found: dict[str, FindingRow] = {
        one.number: one for one in rows(organisation, FINDINGS, mine, limit=MOST)
    }
    if _quality(person):
        states = [finding_flow.REPORTED, finding_flow.EFFECTIVE]
        more = rows(organisation, FINDINGS, {"state": states}, order="due", limit=MOST)
        found.update({one.number: one for one in more})
    if _checks(person):
        today = local_day(organisation, request.act.at).isoformat()
        waits = rows(
            organisation, FINDINGS, {"state": [finding_flow.WAITING]}, order="due", limit=MOST
        )
        mine_to_check = (one for one in waits if one.due <= today and person.id not in one.barred)
        found.update({one.number: one for one in mine_to_check})
    return list(found.values())


_BUTTONS = {
    finding_flow.REPORTED: _("Classify"),
    finding_flow.ANALYSIS: _("Analyse and plan"),
    finding_flow.WAITING: _("Check the effectiveness"),
    finding_flow.EFFECTIVE: _("Close"),
}


def count_findings(request: Request) -> int:
    """Count what :func:`findings` lists, for the bell."""
    return len(_finding_rows(request)) if _open(request) else 0


def findings(request: Request) -> list[WorkItem]:
    """List the findings that wait for the person."""
    if not _open(request):
        return []
    folder = request.organisation["findings"]
    days = _Days(request)
    items = [
        WorkItem(
            title=row.title,
            url=request.resource_path(folder, row.number),
            button=_BUTTONS[row.state],
            code=row.number,
            days_left=days.left(row.due) if row.state == finding_flow.REPORTED else None,
        )
        for row in _finding_rows(request)
    ]
    return sorted(items, key=_nearest)


class _Days:
    """Counts business days from today."""

    def __init__(self, request: Request) -> None:
        self.calendar = profile_of(request.organisation).calendar()
        self.today = local_day(request.organisation, request.act.at)

    def left(self, due: str) -> int | None:
        """Give the business days that are left, negative when it is over."""
        if not due:
            return None
        return int(self.calendar.business_days_between(self.today, date.fromisoformat(due)))


def _nearest(one: WorkItem) -> int:
    return MOST_DAYS if one.days_left is None else one.days_left


# Actions


def _owned(request: Request) -> list[ActionRow]:
    person = request.person
    keys = [f"person:{person.id}", *(f"position:{one}" for one in person.position_ids)]
    wanted = {"state": [action_flow.OPEN], "owner": keys}
    return rows(request.organisation, ACTIONS, wanted, limit=MOST)


def _to_verify(request: Request) -> list[ActionRow]:
    """Give the actions that are done and not the person's own: those that they planned.

    Quality staff verify every one, since whoever planned an action may own it, too.
    """
    person = request.person
    held = {f"position:{one}" for one in person.position_ids} | {f"person:{person.id}"}
    wanted = {"state": [action_flow.DONE]}
    if not _quality(person):
        wanted["planner"] = [person.id]
    done = rows(request.organisation, ACTIONS, wanted, limit=MOST)
    return [
        one
        for one in done
        if one.done_by != person.id
        and not held & {f"position:{one.position}", f"person:{one.person}"}
    ]


def count_actions(request: Request) -> int:
    """Count what :func:`actions` lists, for the bell."""
    return len(_owned(request)) + len(_to_verify(request)) if _open(request) else 0


def actions(request: Request) -> list[WorkItem]:
    """List the actions that the person owns or verifies, what is due first."""
    if not _open(request):
        return []
    folder, days = request.organisation["actions"], _Days(request)

    def item(row: ActionRow, button: Any) -> WorkItem:
        return WorkItem(
            title=row.title,
            url=request.resource_path(folder, row.number),
            button=button,
            code=row.number,
            why=ACTION_KINDS[row.kind],
            days_left=days.left(row.due) if row.state == action_flow.OPEN else None,
        )

    items = [item(row, _("Carry it out")) for row in _owned(request)]
    items += [item(row, _("Verify it")) for row in _to_verify(request)]
    return sorted(items, key=_nearest)


# Audits


def _audit_rows(request: Request) -> list[AuditRow]:
    states = [audit_flow.PLANNED, audit_flow.RUNNING]
    wanted = {"state": states, "team": [request.person.id]}
    return rows(request.organisation, AUDITS, wanted, limit=MOST)


def count_audits(request: Request) -> int:
    """Count what :func:`audits` lists, for the bell."""
    return len(_audit_rows(request)) if _open(request) else 0


def audits(request: Request) -> list[WorkItem]:
    """List the audits that the person carries out."""
    if not _open(request):
        return []
    folder, days = request.organisation["audits"], _Days(request)
    buttons = {audit_flow.PLANNED: _("Prepare it"), audit_flow.RUNNING: _("Carry it on")}
    items = [
        WorkItem(
            title=row.title,
            url=request.resource_path(folder, row.number),
            button=buttons[row.state],
            code=row.number,
            days_left=days.left(row.last),
        )
        for row in _audit_rows(request)
    ]
    return sorted(items, key=_nearest)


# The search box


def find_findings(request: Request, text: str, limit: int) -> list[Found]:
    """Give the findings of a number or of words of their title, those the person may see."""
    return _found(request, FINDINGS, "findings", text, limit, finding_audiences(request.person))


def find_actions(request: Request, text: str, limit: int) -> list[Found]:
    """Give the actions of a number or of words of their title."""
    return _found(request, ACTIONS, "actions", text, limit, None)


def _found(
    request: Request, name: str, room: str, text: str, limit: int, audiences: Any
) -> list[Found]:
    words, organisation = beginnings(text), request.organisation
    folder = organisation.get(room)
    if not words or folder is None or not request.has_permission(Permission.VIEW, folder):
        return []
    filters = {} if audiences is None else {"audience": audiences}
    made = FindingRow if name == FINDINGS else ActionRow
    found = catalogue_of(organisation, name).first(words, filters, order="number", limit=limit)
    lines = [made(*values) for values in found]
    return [
        Found(one.title, request.resource_path(folder, one.number), code=one.number)
        for one in lines
    ]
