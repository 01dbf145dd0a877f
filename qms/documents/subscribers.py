"""Derived data that follows every document event inside its transaction."""

from __future__ import annotations

from pyramid.events import subscriber

from qms.content.models import organisation_of
from qms.documents.events import (
    DocumentEvent,
    ReadingAcknowledged,
    SignatureRefused,
    VersionEvent,
    VersionTimestamped,
)
from qms.documents.listing import catalogue_of, entry_of, reindex, rows_of_responsible
from qms.documents.models import Document
from qms.documents.search_text import note_all, note_change
from qms.documents.services import timestamping
from qms.people.events import PlaceChanged
from qms.people.models import Position
from qms.profiles.events import ProfileApplied

_SAYS_NOTHING_NEW = (VersionTimestamped, SignatureRefused, ReadingAcknowledged)
"""What changes neither a document's words nor who may find them."""


@subscriber(DocumentEvent)
def keep_the_master_list(event: DocumentEvent) -> None:
    """Index the document anew, so that the master list is never stale."""
    subject = event.subject
    document = subject if isinstance(subject, Document) else subject.document
    catalogue_of(organisation_of(document)).put(document.uid, entry_of(document))
    if not isinstance(event, _SAYS_NOTHING_NEW):
        note_change(document)


@subscriber(VersionEvent)
def keep_the_queue_of_time_stamps(event: VersionEvent) -> None:
    """Let a fully signed version wait for trusted time, and no other one."""
    timestamping.note(event.subject)


@subscriber(ProfileApplied)
def follow_the_profile(event: ProfileApplied) -> None:
    """Write the rows anew whose names of types, processes or leaders may have changed."""
    # Made now, since a page that is only looked at writes nothing.
    catalogue_of(event.subject)
    if "documents" in event.subject:
        reindex(event.subject)
        note_all(event.subject)


@subscriber(PlaceChanged)
def follow_the_position(event: PlaceChanged) -> None:
    """Write the rows anew that name a position which has another name now."""
    former = event.old.get("name", "")
    if not isinstance(event.subject, Position) or former == event.new.get("name"):
        return
    organisation = organisation_of(event.subject)
    if "documents" in organisation:
        catalogue, documents = catalogue_of(organisation), organisation["documents"]
        for row in rows_of_responsible(organisation, former):
            catalogue.put(row.uid, entry_of(documents[row.uid]))
