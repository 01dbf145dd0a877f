"""What follows from documents, profiles and people for indicators, in the same transaction."""

from __future__ import annotations

from pyramid.events import subscriber

from qms.content.models import organisation_of
from qms.documents import events as documents
from qms.indicators.listing import put
from qms.indicators.services.following import (
    NAME,
    follow,
    follow_profile,
    indicators_of,
    rebuild,
)
from qms.kernel.acts import DomainEvent
from qms.people import events as people
from qms.people.moments import local_day
from qms.profiles.events import OrganisationImported, ProcessChanged, ProfileApplied


@subscriber(ProfileApplied)
def open_the_room(event: ProfileApplied) -> None:
    """Give a new organisation its place for indicators, and the systems of its profile."""
    indicators_of(event.subject)
    follow_profile(event.subject)


@subscriber(OrganisationImported)
def follow_what_was_imported(event: OrganisationImported) -> None:
    """Begin with what the documents declare; measurements stay where they were taken."""
    rebuild(event.subject, local_day(event.subject, event.act.at))


@subscriber(documents.VersionReleased, documents.VersionMigrated, documents.DocumentRetired)
def follow_the_document(event: documents.VersionEvent) -> None:
    """Run what the document in force declares from now on."""
    version = event.subject
    document = version.document
    if isinstance(event, documents.VersionMigrated) and document.in_force is not version:
        return
    follow(document, today=local_day(document, event.act.at), act=event.act)


@subscriber(ProcessChanged)
def follow_the_process(event: ProcessChanged) -> None:
    """Write its rows anew: they hold its name and whose business they are."""
    _again(event, event.subject.id)


@subscriber(people.PositionsChanged, people.PersonDeactivated, people.PersonReactivated)
def follow_the_holders(event: DomainEvent) -> None:
    """Write rows anew where somebody took or left a position: tasks go to who holds it now."""
    _again(event, None)


def _again(event: DomainEvent, process_id: str | None) -> None:
    organisation = organisation_of(event.subject)
    if NAME not in organisation:
        return
    today = local_day(organisation, event.act.at)
    for indicator in organisation[NAME].values():
        if process_id in (None, indicator.process_id):
            put(indicator, today)
