"""What follows from documents, profiles and people for indicators, in the same transaction."""

from __future__ import annotations

from pyramid.events import subscriber

from qms.content.models import organisation_of
from qms.documents import events as documents
from qms.indicators.events import IndicatorResumed, IndicatorStarted
from qms.indicators.listing import put
from qms.indicators.objectives import services as objectives
from qms.indicators.services.following import (
    NAME,
    cards_of,
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
    objectives.open_room(event.subject)


@subscriber(OrganisationImported)
def follow_what_was_imported(event: OrganisationImported) -> None:
    """Begin with what the documents declare; measurements stay where they were taken."""
    objectives.open_room(event.subject)
    rebuild(event.subject, local_day(event.subject, event.act.at))
    for document in event.subject["documents"].values():
        if document.in_force is not None:
            objectives.follow(document, act=event.act)


@subscriber(documents.VersionReleased, documents.VersionMigrated, documents.DocumentRetired)
def follow_the_document(event: documents.VersionEvent) -> None:
    """Run what the document in force declares from now on."""
    version = event.subject
    document = version.document
    if isinstance(event, documents.VersionMigrated) and document.in_force is not version:
        return
    if isinstance(event, documents.DocumentRetired):
        objectives.refuse_leaving(document, (), None, local_day(document, event.act.at))
    follow(document, today=local_day(document, event.act.at), act=event.act)
    objectives.follow(document, act=event.act)


@subscriber(documents.VersionSubmitted)
def keep_what_measures_objectives(event: documents.VersionSubmitted) -> None:
    """Refuse a version without the card by which an objective is measured."""
    version = event.subject
    if version.document.in_force is not None:
        today = local_day(version, event.act.at)
        objectives.refuse_leaving(version.document, cards_of(version), version, today)


@subscriber(IndicatorStarted, IndicatorResumed)
def find_what_objectives_name(event: DomainEvent) -> None:
    """Let objectives find an indicator that their document named before there was one."""
    objectives.find_again(organisation_of(event.subject), act=event.act)


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
