"""What requests add to other pages: the work that waits, and what a document's page offers."""

from __future__ import annotations

from typing import Any

from pyramid.request import Request

from qms.documents.plugs import Notice
from qms.documents.services.freezing import local_day
from qms.kernel.i18n import _
from qms.profiles.api import profile_of
from qms.requests import services, workflow
from qms.requests.listing import Row, catalogue_of
from qms.requests.models import COPY, ELIMINATE, MODIFY
from qms.requests.words import KIND_NAMES
from qms.security.permissions import Permission
from qms.web.navigation import WorkItem


def work(request: Request) -> list[WorkItem]:
    """List the requests that wait for the person's decision or signature, the oldest first."""
    organisation, person = request.organisation, request.person
    folder = organisation.get(services.NAME)
    if person is None or folder is None:
        return []
    catalogue = catalogue_of(organisation)
    profile = profile_of(organisation)
    calendar, today = profile.calendar(), local_day(organisation, request.act)
    keys = [f"person:{person.id}", *(f"position:{one}" for one in person.position_ids)]
    wanted = [({"state": [workflow.REQUESTED]}, "decide", _("Decide"))]
    if "quality" not in person.roles:
        wanted[0][0]["audience"] = keys
    wanted.append(({"state": [workflow.ACCEPTED], "waits": keys}, "sign", _("Sign")))
    items = []
    for filters, view, button in wanted:
        for values in catalogue.query(filters, order="due", limit=50).rows:
            row = Row(*values)
            change = folder[row.number]
            if view == "decide" and person.id not in {one.id for one in services.deciders(change)}:
                continue
            if view == "sign" and not services.hands(change, request.act):
                continue
            due = change.due if view == "decide" else None
            items.append(
                WorkItem(
                    title=row.title,
                    url=request.resource_path(change, view),
                    button=button,
                    code=row.number,
                    why=KIND_NAMES[row.kind],
                    days_left=_days_left(calendar, today, due),
                )
            )
    return items


def _days_left(calendar: Any, today: Any, due: str | None) -> int | None:
    if due is None:
        return None
    day = type(today).fromisoformat(due)
    if day >= today:
        return int(calendar.business_days_between(today, day))
    return -int(calendar.business_days_between(day, today))


def _address(kind: str, page: Any) -> str | None:
    request, document = page.request, page.document
    folder = page.organisation.get(services.NAME)
    if folder is None or document.in_force is None:
        return None
    if not services.may_ask(page.organisation, request.person):
        return None
    return str(request.resource_path(folder, f"ask-{kind}", query={"document": document.code}))


def modify_url(page: Any) -> str | None:
    """Give the address at which to ask for a change of the document on this page."""
    return _address(MODIFY, page)


def eliminate_url(page: Any) -> str | None:
    """Give the address at which to ask for its retirement."""
    return _address(ELIMINATE, page)


def copy_url(page: Any) -> str | None:
    """Give the address at which to ask for printed copies of it."""
    return _address(COPY, page)


def notice(page: Any) -> Notice | None:
    """Say on a document's page that changes of it are asked for, to who may make them."""
    if not page.request.has_permission(Permission.DOCUMENT_REVISE, page.document):
        return None
    found = services.open_about(page.organisation, page.document, MODIFY)
    if not found:
        return None
    text = _("Changes of this document are asked for: ${n}.", {"n": len(found)})
    url = page.request.resource_path(found[0]) if len(found) == 1 else None
    folder = page.organisation.get(services.NAME)
    listed = page.request.resource_path(folder, query={"q": page.document.code})
    return Notice(text, url or listed, _("See them"), "send")
