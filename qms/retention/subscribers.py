"""What follows for retention from profiles and documents, in the same transaction."""

from __future__ import annotations

from pyramid.events import subscriber

from qms.content.models import organisation_of
from qms.documents import events as documents
from qms.documents.records import rows_of
from qms.people.moments import local_day
from qms.profiles.events import ProfileApplied
from qms.retention.listing import Reckoning, put
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
def list_what_closed(event: documents.DocumentEvent) -> None:
    """List the versions of a document of which one was closed."""
    if not isinstance(event, CLOSING):
        return
    organisation = organisation_of(event.subject)
    room = organisation.get(NAME)
    if room is not None:
        reckoning = Reckoning(organisation, room, local_day(organisation, event.act.at))
        for record in rows_of(event.subject.document):
            put(organisation, reckoning.row(record))
