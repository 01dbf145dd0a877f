"""What cases add to other pages: the work that waits, and what the search box finds."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from pyramid.request import Request

from qms.documents.plugs import Found
from qms.kernel.i18n import _
from qms.pqr import services, workflow
from qms.pqr.choices import POSITION, choices_of, times_of
from qms.pqr.listing import NOBODY, Row, audiences_of, catalogue_of, days_between
from qms.pqr.privacy import veiled
from qms.search.catalogue import Filters
from qms.search.spanish import beginnings
from qms.security.permissions import Permission
from qms.web.navigation import WorkItem

MOST = 50
MOST_DAYS = 10_000
"""Sorts what has no term behind everything else."""
BUTTONS = {
    workflow.OPEN: _("Attend to it"),
    workflow.ANSWERED: _("Notify the answer"),
    workflow.NOTIFIED: _("Close effectively"),
    workflow.OBJECTED: _("Decide on the objection"),
}
WAITS = tuple(BUTTONS)
"""States in which a case waits for us; in the others it waits for the customer or for a day."""


def _filters(request: Request) -> list[Filters]:
    """Say which cases wait for the person: one's own, then those of one's queues that are nobody's.

    No case is in both.
    """
    person, choices = request.person, choices_of(request.organisation)
    held = set(person.position_ids)
    queues = [one for one in choices.queues if held & set(choices.queue_positions(one))]
    queues += [f"{POSITION}{one}" for one in sorted(held)]
    mine: Filters = {"state": WAITS, "owner": [person.id]}
    return [mine, {"state": WAITS, "queue": queues, "owner": [NOBODY]}]


def _waits(request: Request) -> bool:
    return request.person is not None and services.NAME in request.organisation


def _waiting(request: Request) -> list[Row]:
    """Give the rows of the cases that wait for the person, at most ``MOST`` of each kind."""
    catalogue = catalogue_of(request.organisation)
    pages = [catalogue.query(one, order="due", limit=MOST) for one in _filters(request)]
    return [Row(*values) for page in pages for values in page.rows]


def count(request: Request) -> int:
    """Count what waits, by the index alone: the bell asks on every page."""
    if not _waits(request):
        return 0
    catalogue = catalogue_of(request.organisation)
    pages = [catalogue.query(one, order="due", limit=0) for one in _filters(request)]
    return sum(page.total for page in pages)


def work(request: Request) -> list[WorkItem]:
    """List the cases that wait for the person, what is due first."""
    rows = _waiting(request) if _waits(request) else []
    if not rows:
        return []
    organisation = request.organisation
    register, choices, times = (
        organisation[services.NAME],
        choices_of(organisation),
        times_of(organisation),
    )
    today = times.day(request.act.at)
    calendar = times.calendar(today)
    items = [
        WorkItem(
            title=row.text,
            url=request.resource_path(register, row.number),
            button=BUTTONS[row.state],
            code=row.number,
            why=choices.name("kinds", row.kind),
            days_left=_days_left(row, calendar, today, times.zone),
        )
        for row in rows
    ]
    # What is one's own and what is the queue's, together: the nearest end first.
    return sorted(items, key=lambda one: MOST_DAYS if one.days_left is None else one.days_left)


def _days_left(row: Row, calendar: Any, today: Any, zone: Any) -> int | None:
    if row.due is None or row.state not in workflow.PENDING:
        return None
    due = datetime.fromisoformat(row.due).astimezone(zone).date()
    return days_between(calendar, today, due)


def days_left(row: Row, request: Request) -> int | None:
    """Count the business days until a case is due, negative when it is over."""
    times = times_of(request.organisation)
    today = times.day(request.act.at)
    return _days_left(row, times.calendar(today), today, times.zone)


def find_cases(request: Request, text: str, limit: int) -> list[Found]:
    """Give the cases of a number or of words in what was asked, those the person may see."""
    register = request.organisation.get(services.NAME)
    rows = found_rows(request, text, limit)
    if (
        rows
        and audiences_of(request.person) is None
        and not request.has_permission(Permission.CASE_SEE_PERSONAL, register)
    ):
        rows = [
            one._replace(text=veiled(one.text, {"name": one.customer}, numbers=True))
            for one in rows
        ]
    return [
        Found(row.text, request.resource_path(register, row.number), code=row.number)
        for row in rows
    ]


def found_rows(request: Request, text: str, limit: int) -> list[Row]:
    """Give the rows of the cases that the search box finds."""
    # Names are left out: what is found must not tell that somebody has written.
    words = beginnings(text)
    register = request.organisation.get(services.NAME)
    if not words or register is None or not len(register):
        return []
    audiences = audiences_of(request.person)
    filters: Filters = {} if audiences is None else {"audience": audiences}
    found = catalogue_of(request.organisation).first(words, filters, order="number", limit=limit)
    return [Row(*values) for values in found]
