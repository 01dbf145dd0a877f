"""What follows from other rooms' events for improvement, in the same transaction."""

from __future__ import annotations

from pyramid.events import subscriber

from qms.content.models import organisation_of
from qms.documents.events import DocumentEvent, DocumentRetired, VersionMigrated, VersionReleased
from qms.documents.models import Document
from qms.improvement.listing import FINDINGS, catalogue_of, index_finding
from qms.improvement.risks import RISKS, follow, risks_of
from qms.improvement.services.places import open_rooms
from qms.profiles.events import ProcessChanged, ProfileApplied


@subscriber(ProfileApplied)
def open_the_rooms(event: ProfileApplied) -> None:
    """Give a new organisation its places for findings, actions, audits and reviews."""
    open_rooms(event.subject)
    risks_of(event.subject)


@subscriber(VersionReleased)
@subscriber(VersionMigrated)
@subscriber(DocumentRetired)
def keep_the_risks(event: DocumentEvent) -> None:
    """Read anew which risks a document in force declares."""
    subject = event.subject
    document = subject if isinstance(subject, Document) else subject.document
    if RISKS in organisation_of(document).annexes:
        follow(document)


@subscriber(ProcessChanged)
def follow_the_process(event: ProcessChanged) -> None:
    """Let another leader of a process see what was reported there."""
    organisation = organisation_of(event.subject)
    if event.old.get("leader") == event.new.get("leader") or "findings" not in organisation:
        return
    wanted = {"process": [event.subject.id]}
    found = catalogue_of(organisation, FINDINGS).query(wanted, order="number", limit=None)
    for row in found.rows:
        index_finding(organisation["findings"][row[0]])
