"""Coming into force and leaving it: one act, so that never two versions are in force."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from qms.content.models import organisation_of
from qms.documents import events, workflow
from qms.documents.errors import NotInForceAnyMore
from qms.documents.listing import catalogue_of
from qms.documents.models import Document, Version
from qms.documents.services.freezing import local_day, review_day
from qms.kernel.acts import Act


def release(version: Version, *, act: Act) -> None:
    """Put an approved version in force and its predecessor out of it, in this transaction."""
    document = version.document
    day = local_day(organisation_of(document), act).isoformat()
    moment = act.at.isoformat()
    version.take({"kind": "released", "by": act.person_id, "at": moment, "in_force_from": day})
    version.dates["in_force_from"] = day
    if not version.dates.get("review_by"):
        review = review_day(version, local_day(organisation_of(document), act))
        if review:
            version.dates["review_by"] = review
    previous = document.in_force
    if previous is not None:
        previous.take({"kind": "superseded", "by": act.person_id, "at": moment})
    document.in_force_order = version.order
    document.pending_order = None
    document.retired = False
    document.title = version.title
    # Told last, when everything is true: subscribers see one version in force and no other.
    if previous is not None:
        act.notify(events.VersionSuperseded(previous, act))
    act.notify(events.VersionReleased(version, act, in_force_from=day))


def retire(document: Document, *, reason: str, act: Act) -> None:
    """Take the document out of service without a successor; a draft under way is given up."""
    version = document.in_force
    if version is None:
        raise NotInForceAnyMore
    moment = act.at.isoformat()
    pending = document.pending
    if pending is not None:
        pending.take({"kind": "aborted", "by": act.person_id, "at": moment, "reason": reason})
        document.pending_order = None
    version.take({"kind": "retired", "by": act.person_id, "at": moment, "reason": reason})
    document.in_force_order = None
    document.retired = True
    if pending is not None:
        act.notify(events.VersionAborted(pending, act, reason=reason))
    act.notify(events.DocumentRetired(version, act, reason=reason))


def is_due(version: Version, act: Act) -> bool:
    """Tell whether an approved version's day has come at the organisation's place."""
    if version.state != workflow.APPROVED:
        return False
    today = local_day(organisation_of(version), act)
    return version.release_on is None or version.release_on <= today


def due_for_release(organisation: Any, act: Act) -> Iterator[Version]:
    """Give the approved versions whose day has come; found by the catalogue, not by walking."""
    documents = organisation["documents"]
    page = catalogue_of(organisation).query(
        {"pending": (workflow.APPROVED,)}, order="code", limit=None
    )
    for row in page.rows:
        pending = documents[row[0]].pending
        if pending is not None and is_due(pending, act):
            yield pending


def release_due(organisation: Any, *, act: Act) -> list[Document]:
    """Put every version in force whose day has come; repeating it changes nothing more."""
    released = []
    for version in list(due_for_release(organisation, act)):
        release(version, act=act)
        released.append(version.document)
    return released
