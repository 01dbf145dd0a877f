"""What evidence packs hold of change requests: each with its acts, and signed retirements whole."""

from __future__ import annotations

from typing import Any

from qms.content.models import organisation_of
from qms.documents.models import Document
from qms.documents.testimony import Heard, Testimony
from qms.people.models import people_of
from qms.requests.listing import catalogue_of
from qms.requests.models import COPY, CREATE, ELIMINATE, MODIFY, ChangeRequest
from qms.requests.services import NAME
from qms.security.permissions import Permission
from qms.security.policy import permits

TITLES = {
    CREATE: "solicitud de creación",
    MODIFY: "solicitud de modificación",
    ELIMINATE: "solicitud de retiro",
    COPY: "solicitud de copias impresas",
}


def collect(organisation: Any, document: Document, person: Any) -> Heard:
    """Tell the requests about a document, the oldest first, and the one that asked for it."""
    heard = Heard()
    for request in _about(organisation, document):
        if person is None or permits(person, request, Permission.VIEW):
            heard.testimonies.append(_told(request, document))
        else:
            heard.hidden = True
    return heard


def _about(organisation: Any, document: Document) -> list[ChangeRequest]:
    folder = organisation.get(NAME)
    if folder is None:
        return []
    ask = catalogue_of(organisation).query
    about = ask({"document": [document.uid]}, order="asked", limit=None).rows
    made = ask({"kind": [CREATE], "process": [document.process_id]}, order="asked", limit=None).rows
    orders = _orders(document)
    asked_for = (folder[row[0]] for row in made)
    return [
        *(one for one in asked_for if _order(one, orders) is not None),
        *(folder[row[0]] for row in about),
    ]


def _orders(document: Document) -> dict[str, int]:
    return {version.uid: version.order for version in document.versions}


def _order(request: ChangeRequest, orders: dict[str, int]) -> int | None:
    """Give the version that the request retired, or the last one that took it up."""
    found = None
    for act in request.acts:
        if act["kind"] == "signed":
            return int(act["order"])
        found = orders.get(act.get("answer", ""), found)
    return found


def _told(request: ChangeRequest, document: Document) -> Testimony:
    people = people_of(organisation_of(request))
    return Testimony(
        folder="solicitudes",
        name=request.number,
        uid=request.uid,
        title=TITLES[request.kind],
        order=_order(request, _orders(document)),
        facts={
            "number": request.number,
            "kind": request.kind,
            "title": request.title,
            "reason": request.reason,
            "asked_by": request.author_id,
            "asked_by_name": people.person_name(request.author_id),
            "asked_at": request.asked_at.isoformat(),
            "due": request.due,
            "copies": request.copies,
            "state": request.state,
        },
        acts=[dict(act) for act in request.acts],
    )
