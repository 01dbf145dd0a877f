"""What follows from a profile, and from a new case."""

from __future__ import annotations

from pyramid.events import subscriber

from qms.content.models import organisation_of
from qms.documents.events import VersionReleased
from qms.pqr import formats
from qms.pqr.choices import choices_of
from qms.pqr.events import CaseRegistered
from qms.pqr.likeness import look_for
from qms.pqr.recalculating import KNOWN, looked_at
from qms.pqr.services import format_of, register_of
from qms.profiles.events import ProfileApplied


@subscriber(ProfileApplied)
def open_the_register(event: ProfileApplied) -> None:
    """Give a new organisation its register, and note the calendar with which it begins."""
    register_of(event.subject)
    if KNOWN not in event.subject.annexes:
        looked_at(event.subject)
    choices = choices_of(event.subject)
    formats.note(event.subject, format_of(event.subject, choices.data["form_code"]), choices)


@subscriber(VersionReleased)
def keep_columns_of_the_format(event: VersionReleased) -> None:
    """Keep what columns the log had under the former versions of its format."""
    document = event.subject.document
    organisation = organisation_of(document)
    choices = choices_of(organisation)
    code = choices.data["form_code"]
    if not code or organisation["documents"].get(code) is not document:
        return
    former = [one.label for one in document.versions if one is not document.in_force]
    formats.note_former(organisation, document.code, former, choices)
    formats.note(organisation, format_of(organisation, code), choices)


@subscriber(CaseRegistered)
def look_for_repeated(event: CaseRegistered) -> None:
    """Look once, when a case comes, which ones it may repeat."""
    look_for(event.subject, at=event.act.at)
