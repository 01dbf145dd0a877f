"""«Mi trabajo»: what waits for the person, and where what they began stands."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from pyramid.request import Request
from pyramid.view import view_config

from qms.content.models import Organisation
from qms.documents.inbox import Waiting, authored_by, waiting_signatures
from qms.documents.listing import Row, catalogue_of
from qms.documents.services.reading import Reading, pending_positions, pending_readings
from qms.kernel.i18n import _
from qms.people.models import people_of
from qms.security.permissions import Permission
from qms.web.navigation import count_work, total_of, work_groups
from qms.web.unchanged import CASES, MEASURED, unchanged

MOST_READINGS = 50
"""So many readings are listed, the oldest terms; the rest come up as these are done."""


@dataclass(frozen=True)
class ToRead:
    """One line of what is to be read."""

    reading: Reading
    row: Row
    position: str
    """Name of the position because of which the person has to."""


@view_config(
    context=Organisation,
    permission=Permission.VIEW,
    renderer="qms.templates:documents/home.pt",
)
def show(organisation: Organisation, request: Request) -> dict[str, Any]:
    """Show what to sign and to read, what came back, and the person's own drafts."""
    waiting = _signatures(request)
    pending = pending_readings(organisation, request.person, request.act)
    # The bell of this page counts the same.
    request.__dict__["waiting_readings"] = len(pending)
    own = authored_by(organisation, request.person)
    returned = [one for one in own if one.standing.returned is not None]
    to_read = _lines(organisation, pending[:MOST_READINGS])
    return {
        "heading": _("My work"),
        "confirm_words": _("I read and understood it"),
        "waiting": waiting,
        "to_read": to_read,
        "readings": len(pending),
        "documents": organisation.get("documents"),
        "groups": [
            (group, items, total_of(request, group, items)) for group, items in work_groups(request)
        ],
        "returned": returned,
        "own": [one for one in own if one not in returned],
        "json": lambda: {
            "to_sign": [
                {
                    "code": one.version.document.code,
                    "title": one.version.title,
                    "version": one.version.label,
                    "step": one.hand.slot.label,
                    "days_left": one.days_left,
                    "url": request.resource_url(one.version, "sign"),
                }
                for one in waiting
            ],
            "to_read": [
                {
                    "code": one.row.code,
                    "title": one.row.title,
                    "version": one.row.version,
                    "position": one.position,
                    "due": one.reading.due,
                    "days_left": one.reading.days_left,
                    "url": request.resource_url(organisation["documents"], one.row.code),
                }
                for one in _lines(organisation, pending)
            ],
            **{
                group.name: [
                    {
                        "code": one.code,
                        "title": one.title,
                        "days_left": one.days_left,
                        "url": one.url,
                    }
                    for one in items
                ]
                for group, items in work_groups(request)
            },
        },
    }


def _lines(organisation: Organisation, pending: list[Reading]) -> list[ToRead]:
    """Fill in what the master list knows, without loading a document."""
    catalogue, people = catalogue_of(organisation), people_of(organisation)
    return [
        ToRead(one, Row(*(catalogue.row(one.uid) or ())), people.position_name(one.position_id))
        for one in pending
    ]


def _signatures(request: Request) -> list[Waiting]:
    """Look once per request what waits for the person's signature: the bell asks again."""
    kept = request.__dict__.get("waiting_signatures")
    if kept is None:
        kept = waiting_signatures(request.organisation, request.person, request.act)
        request.__dict__["waiting_signatures"] = kept
    return kept


def count_waiting(request: Request) -> int:
    """Count what waits for the signed-in person; the bell shows it on every page."""
    readings = request.__dict__.get("waiting_readings")
    if readings is not None:
        return len(_signatures(request)) + readings + count_work(request)
    return count_work(request) + unchanged(
        request,
        "to sign and read",
        lambda: (
            len(_signatures(request)) + len(pending_positions(request.organisation, request.person))
        ),
        apart=CASES | MEASURED,
    )
