"""What requests add to other pages: the work that waits, and what a document's page offers."""

from __future__ import annotations

from typing import Any

from pyramid.request import Request

from qms.documents.plugs import Notice
from qms.documents.services.freezing import local_day
from qms.kernel.i18n import _
from qms.profiles.api import profile_of
from qms.requests import services, workflow
from qms.requests.listing import QUALITY, Row, catalogue_of
from qms.requests.models import COPY, ELIMINATE, MODIFY
from qms.requests.words import KIND_NAMES
from qms.security.permissions import Permission
from qms.web.navigation import WorkItem

MOST = 50
"""So many are listed; the others come up as these are done."""


def _keys(person: Any) -> tuple[str, ...]:
    return (f"person:{person.id}", *(f"position:{one}" for one in person.position_ids))


def _to_decide(person: Any) -> dict[str, tuple[str, ...]]:
    keys = (*_keys(person), QUALITY) if "quality" in person.roles else _keys(person)
    return {"state": (workflow.REQUESTED,), "decides": keys}


def _to_sign(person: Any) -> dict[str, tuple[str, ...]]:
    return {"state": (workflow.ACCEPTED,), "waits": _keys(person)}


def count(request: Request) -> int:
    """Count what :func:`work` lists, by the index alone: the bell asks on every page."""
    organisation, person = request.organisation, request.person
    if person is None or services.NAME not in organisation:
        return 0
    catalogue = catalogue_of(organisation)
    if not len(catalogue):
        return 0
    decide = _to_decide(person)
    own = {**decide, "by": (f"person:{person.id}",)}
    totals = [
        catalogue.query(filters, order="due", limit=0).total
        for filters in (decide, own, _to_sign(person))
    ]
    return totals[0] - totals[1] + totals[2]


def work(request: Request) -> list[WorkItem]:
    """List the requests that wait for the person's decision or signature, the oldest first."""
    organisation, person = request.organisation, request.person
    folder = organisation.get(services.NAME)
    if person is None or folder is None:
        return []
    catalogue = catalogue_of(organisation)
    profile = profile_of(organisation)
    calendar, today = profile.calendar(), local_day(organisation, request.act)
    decide = catalogue.query(_to_decide(person), order="due", limit=MOST).rows
    sign = catalogue.query(_to_sign(person), order="due", limit=MOST).rows
    items = [
        _item(request, folder, row, "decide", _("Decide"), _days_left(calendar, today, row.due))
        for row in (Row(*values) for values in decide)
        if row.author_id != person.id
    ]
    items += [
        _item(request, folder, row, "sign", _("Sign"), None)
        for row in (Row(*values) for values in sign)
        if services.hands(folder[row.number], request.act)
    ]
    return items


def _item(
    request: Request, folder: Any, row: Row, view: str, button: Any, days_left: int | None
) -> WorkItem:
    return WorkItem(
        title=row.title,
        url=request.resource_path(folder, row.number, view),
        button=button,
        code=row.number,
        why=KIND_NAMES[row.kind],
        days_left=days_left,
    )


def _days_left(calendar: Any, today: Any, due: str) -> int:
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
