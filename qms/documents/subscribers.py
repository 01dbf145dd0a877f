"""Derived data that follows every document event inside its transaction."""

from __future__ import annotations

from pyramid.events import subscriber

from qms.content.models import organisation_of
from qms.documents.events import DocumentEvent, RenditionOpened
from qms.documents.listing import catalogue_of, entry_of, reindex
from qms.documents.models import Document
from qms.profiles.events import ProfileApplied


@subscriber(DocumentEvent)
def keep_the_master_list(event: DocumentEvent) -> None:
    """Index the document anew, so that the master list is never stale."""
    if isinstance(event, RenditionOpened):
        return
    subject = event.subject
    document = subject if isinstance(subject, Document) else subject.document
    catalogue_of(organisation_of(document)).put(document.uid, entry_of(document))


@subscriber(ProfileApplied)
def follow_the_profile(event: ProfileApplied) -> None:
    """Write the rows anew whose names of types, processes or leaders may have changed."""
    if "documents" in event.subject:
        reindex(event.subject)
