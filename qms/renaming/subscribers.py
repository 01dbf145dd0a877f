"""What follows from documents for the renamings that wrote them, in the same transaction."""

from __future__ import annotations

from pyramid.events import subscriber

from qms.content.models import organisation_of
from qms.documents import events as documents
from qms.documents.workflow import APPROVED
from qms.profiles.events import ProfileApplied
from qms.renaming import workflow
from qms.renaming.listing import index
from qms.renaming.services.planning import NAME, note, packages_of

_FOLLOWS: dict[type, str] = {
    documents.VersionSubmitted: "submitted",
    documents.VersionReturned: "returned",
    documents.VersionReleased: "released",
    documents.VersionAborted: "let-go",
}


@subscriber(ProfileApplied)
def open_the_room(event: ProfileApplied) -> None:
    """Give a new organisation its place for renamings."""
    packages_of(event.subject)


@subscriber(documents.VersionEvent)
def follow_the_version(event: documents.VersionEvent) -> None:
    """Move the document of a renaming on when its version moves on."""
    version = event.subject
    folder = organisation_of(version).get(NAME)
    package = None if folder is None else folder.package_of(version)
    if package is None:
        return
    kind, uid = _FOLLOWS.get(type(event)), version.document.uid
    if type(event) is documents.VersionSigned and version.state == APPROVED:
        kind = "approved"
    if kind is not None and workflow.may_move(package.progress, kind, uid):
        note(package, kind, act=event.act, document=uid)
    elif isinstance(event, documents.SlotEvent):
        # Who is waited for may be somebody else now.
        index(package)


@subscriber(documents.VersionReleased)
def take_the_flag_down(event: documents.VersionReleased) -> None:
    """Forget that a document was only flagged, now that it has a newer version."""
    version = event.subject
    folder = organisation_of(version).get(NAME)
    flag = None if folder is None else folder.flags.get(version.document.uid)
    if flag is not None and version.order > flag[1]:
        del folder.flags[version.document.uid]
