"""A version that leaves force calls its printed copies back, in the same transaction."""

from __future__ import annotations

from pyramid.events import subscriber

from qms.copies.services import know_tokens, recall_out, register_of
from qms.documents.events import DocumentRetired, VersionSuperseded
from qms.profiles.events import OrganisationImported, ProfileApplied


@subscriber(ProfileApplied)
def open_the_register(event: ProfileApplied) -> None:
    """Give a new organisation its register."""
    register_of(event.subject)


@subscriber(OrganisationImported)
def find_them_here(event: OrganisationImported) -> None:
    """Let the QR of every copy lead to the organisation's new home."""
    know_tokens(event.subject)


@subscriber(VersionSuperseded)
def call_back_what_is_replaced(event: VersionSuperseded) -> None:
    """Open the withdrawal of exactly the copies of the former version that are out."""
    current = event.subject.document.in_force
    label = current.label if current is not None else ""
    recall_out(event.subject, reason=f"→ {label}", act=event.act)


@subscriber(DocumentRetired)
def call_back_what_is_retired(event: DocumentRetired) -> None:
    """Open the withdrawal of the copies of a document that left service."""
    recall_out(event.subject, reason=event.reason, act=event.act)
