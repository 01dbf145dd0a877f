"""How readings follow what happens: to documents, and to the positions that persons hold."""

from __future__ import annotations

from pyramid.events import subscriber

from qms.documents import events
from qms.documents.models import Document
from qms.documents.services.reading import follow, follow_person
from qms.people.events import PersonAdded, PersonReactivated, PositionsChanged

_NO_MATTER = (
    events.SectionSaved,
    events.DetailsSaved,
    events.ReadingAcknowledged,
)
"""What changes neither the version in force nor its distribution list."""


@subscriber(events.DocumentEvent)
def keep_the_demands(event: events.DocumentEvent) -> None:
    """Let the version that is in force now ask for being read, in the same transaction."""
    if not isinstance(event, _NO_MATTER):
        subject = event.subject
        follow(subject if isinstance(subject, Document) else subject.document)


@subscriber(PersonAdded)
@subscriber(PositionsChanged)
def keep_the_positions(event: PersonAdded | PositionsChanged) -> None:
    """Note the day on which somebody came into a position, from which their terms run."""
    follow_person(event.subject, event.act, anew=False)


@subscriber(PersonReactivated)
def begin_anew(event: PersonReactivated) -> None:
    """Let the terms of somebody who comes back run from that day."""
    follow_person(event.subject, event.act, anew=True)
