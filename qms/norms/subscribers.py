"""What follows from documents for the index of citations, in the same transaction."""

from __future__ import annotations

from pyramid.events import subscriber

from qms.content.models import organisation_of
from qms.documents.events import DocumentEvent
from qms.documents.models import Document
from qms.norms.citing import follow
from qms.norms.listing import all_rows, put
from qms.norms.services import NAME, norms_of
from qms.people.events import PlaceChanged
from qms.people.models import Position
from qms.profiles.events import ProfileApplied


@subscriber(ProfileApplied)
def open_the_room(event: ProfileApplied) -> None:
    """Give a new organisation its normogram; names of positions may have changed in an old one."""
    norms = norms_of(event.subject)
    for norm in norms.values():
        put(norm)


@subscriber(PlaceChanged)
def follow_a_position(event: PlaceChanged) -> None:
    """Write anew the rows of the norms that a renamed position is responsible for."""
    if not isinstance(event.subject, Position):
        return
    organisation = organisation_of(event.subject)
    if NAME in organisation:
        for row in all_rows(organisation):
            if row.responsible_id == event.subject.id:
                put(organisation[NAME][row.id])


@subscriber(DocumentEvent)
def keep_what_is_cited(event: DocumentEvent) -> None:
    """Read anew what a document cites when another version of it is in force."""
    subject = event.subject
    document = subject if isinstance(subject, Document) else subject.document
    if NAME in organisation_of(document):
        follow(document)
