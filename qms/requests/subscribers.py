"""What follows from documents for the requests that ask for them, in the same transaction."""

from __future__ import annotations

from pyramid.events import subscriber

from qms.content.models import organisation_of
from qms.documents import events as documents
from qms.people.events import PersonChanged
from qms.profiles.events import ProcessChanged, ProfileApplied
from qms.requests.listing import catalogue_of, entry_of, reindex_where
from qms.requests.models import COPY, MODIFY
from qms.requests.services import (
    NAME,
    answer,
    let_go,
    open_about,
    requests_of,
    take_up,
    taken_up_by,
)
from qms.requests.workflow import ACCEPTED


@subscriber(ProfileApplied)
def open_the_room(event: ProfileApplied) -> None:
    """Give a new organisation its place for requests; who decides may be another by now."""
    folder = requests_of(event.subject)
    for request in folder.values():
        catalogue_of(event.subject).put(request.uid, entry_of(request))


@subscriber(documents.VersionStarted)
def take_accepted_ones_up(event: documents.VersionStarted) -> None:
    """Let the new draft answer every accepted request to change the document."""
    version = event.subject
    organisation = organisation_of(version)
    for request in open_about(organisation, version.document, MODIFY):
        if request.state == ACCEPTED and not request.progress.answer:
            take_up(request, version, act=event.act)


@subscriber(documents.VersionReleased)
def answer_them(event: documents.VersionReleased) -> None:
    """Close the requests that the version answers, now that it is in force."""
    version = event.subject
    for request in list(taken_up_by(organisation_of(version), version)):
        answer(request, f"{version.document.code} {version.label}", act=event.act)


@subscriber(documents.VersionAborted)
def let_them_go(event: documents.VersionAborted) -> None:
    """Let the requests wait again, since the draft was given up."""
    version = event.subject
    for request in list(taken_up_by(organisation_of(version), version)):
        let_go(request, act=event.act)


@subscriber(documents.RequestAnswered)
def answer_it(event: documents.RequestAnswered) -> None:
    """Close a request that another room has fulfilled, such as one for printed copies.

    The number comes from a form: it must be a request of this kind about this very document.
    """
    folder = organisation_of(event.subject).get(NAME)
    request = folder.get(event.request) if folder is not None else None
    if request is None or (request.kind, request.document_uid) != (COPY, event.subject.uid):
        return
    if request.state == ACCEPTED:
        answer(request, event.answer, act=event.act)


@subscriber(ProcessChanged)
def follow_the_process(event: ProcessChanged) -> None:
    """Write the rows of its requests anew: they hold its name, and its leader sees them."""
    if any(event.old.get(key) != event.new.get(key) for key in ("name", "leader")):
        reindex_where(organisation_of(event.subject), "process", event.subject.id)


@subscriber(PersonChanged)
def follow_the_person(event: PersonChanged) -> None:
    """Write the rows of a person's requests anew: they hold the person's name."""
    if event.old.get("name") != event.new.get("name"):
        reindex_where(organisation_of(event.subject), "audience", f"person:{event.subject.id}")
