"""What follows for retention from profiles and documents, in the same transaction."""

from __future__ import annotations

from pyramid.events import subscriber

from qms.content.models import organisation_of
from qms.documents import events as documents
from qms.profiles.events import ProfileApplied
from qms.retention.services.keeping import take_from_profile
from qms.retention.services.rooms import NAME, retention_of

CLOSING = (
    documents.VersionSuperseded,
    documents.DocumentRetired,
    documents.VersionAborted,
    documents.VersionMigrated,
    documents.VersionDisposed,
)
"""What closes a version, or says more of when one was closed."""


@subscriber(ProfileApplied)
def open_the_room(event: ProfileApplied) -> None:
    """Give a new organisation its room; what its profile's table has more is taken over."""
    retention_of(event.subject)
    take_from_profile(event.subject, act=event.act)


@subscriber(documents.DocumentEvent)
def note_what_closed(event: documents.DocumentEvent) -> None:
    """Note the document of which a version was closed: its records are listed by the worker.

    Listing is for a day that is years away, and would cost as much as an approval itself.
    """
    if not isinstance(event, CLOSING):
        return
    room = organisation_of(event.subject).get(NAME)
    if room is not None:
        room.note_closed(event.subject.document.uid)
