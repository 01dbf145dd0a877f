"""The list of change requests: what the catalogue keeps of one, and who sees which row."""

from __future__ import annotations

from typing import Any, NamedTuple

from qms.content.models import organisation_of
from qms.documents.assignment import waiting_keys
from qms.kernel.text import sort_key
from qms.people.models import people_of
from qms.profiles.api import profile_of
from qms.requests.models import ChangeRequest
from qms.search.catalogue import Catalogue, Entry
from qms.search.spanish import title_words

ROOM = "requests.catalogue"
ORDERS = ("asked", "number", "code", "title", "due", "state")
FACETS = ("kind", "state", "process", "document", "answer", "audience", "waits", "decides", "by")
STAFF = "staff"
QUALITY = "role:quality"


class Row(NamedTuple):
    """One line of the list."""

    number: str
    kind: str
    code: str
    title: str
    process: str
    asked_by: str
    asked_on: str
    """ISO moment."""
    due: str
    decided_on: str | None
    answered_on: str | None
    state: str
    author_id: str


def catalogue_of(organisation: Any) -> Catalogue:
    """Give the organisation's catalogue of requests, made at its first use."""
    return Catalogue.of(organisation, ROOM, ORDERS, FACETS)


def row_of(request: ChangeRequest) -> Row:
    """Make the line of a request."""
    organisation = organisation_of(request)
    document, now = request.document, request.progress
    process = organisation["processes"].get(request.process_id)
    return Row(
        request.number,
        request.kind,
        document.code if document is not None else "",
        request.title,
        process.name if process is not None else "",
        people_of(organisation).person_name(request.author_id),
        request.asked_at.isoformat(),
        request.due,
        now.decided_at,
        now.answered_at,
        now.state,
        request.author_id,
    )


def decider_keys(request: ChangeRequest) -> list[str]:
    """Name whose business the decision is by the profile, as an index keeps it."""
    keys = []
    leader = request.leader_position()
    for who in profile_of(organisation_of(request)).requests["decided_by"]:
        if who == "quality":
            keys.append(QUALITY)
        elif leader:
            keys.append(f"position:{leader}")
    return keys


def entry_of(request: ChangeRequest) -> Entry:
    """Make the catalogue entry of a request."""
    row, now = row_of(request), request.progress
    leader = request.leader_position()
    audience = [STAFF, f"person:{request.author_id}"]
    waits = waiting_keys(request) if request.standing.open_slots else []
    if leader:
        audience.append(f"position:{leader}")
    facets = {
        "kind": [row.kind],
        "state": [row.state],
        "process": [request.process_id] if request.process_id else [],
        "document": [request.document_uid] if request.document_uid else [],
        "answer": [now.answer] if now.answer and now.answered_at is None else [],
        "audience": [*audience, *waits],
        "waits": waits,
        "decides": decider_keys(request),
        "by": [f"person:{request.author_id}"],
    }
    keys = {
        "asked": row.asked_on,
        "number": row.number,
        "code": sort_key(row.code),
        "title": sort_key(row.title),
        "due": row.due,
        "state": (row.state, row.number),
    }
    words = title_words(f"{row.number} {row.code} {row.title}")
    return Entry(tuple(row), keys, facets, words)


def reindex_where(organisation: Any, facet: str, value: str) -> None:
    """Index those requests anew of which a facet has this value."""
    folder = organisation.get("requests")
    if folder is None:
        return
    catalogue = catalogue_of(organisation)
    for row in catalogue.query({facet: [value]}, order="asked", limit=None).rows:
        request = folder[row[0]]
        catalogue.put(request.uid, entry_of(request))


def audiences_of(person: Any) -> tuple[str, ...] | None:
    """Name the audiences that a person belongs to; None for who sees every request."""
    if {"quality", "auditor"} & set(person.roles):
        return None
    return (f"person:{person.id}", *(f"position:{one}" for one in person.position_ids))
