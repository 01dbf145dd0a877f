"""The persistent classes of renamings; their paths are a promise to every database."""

from __future__ import annotations

from datetime import date
from typing import Any

from BTrees.OOBTree import OOBTree

from qms.content.acted import Acted, Folding
from qms.content.models import Folder, Numbered, organisation_of
from qms.documents.assignment import is_signer
from qms.documents.models import Document, Version
from qms.kernel import clock
from qms.kernel.i18n import _
from qms.people.moments import local_day
from qms.renaming import workflow

POSITION, UNIT, PROCESS = "position", "unit", "process"
KINDS = (POSITION, UNIT, PROCESS)


class RenameFolder(Folder):
    """Every renaming of an organisation, by its number."""

    type_name = "rename-packages"
    crumb = _("Renamings")

    def __init__(self) -> None:
        """Start without renamings."""
        super().__init__("Renamings")
        self.open = OOBTree()
        """``(kind, id)`` of what is being renamed to the number: two at once meet here."""
        self.drafts = OOBTree()
        """Uid of a version that a renaming wrote to the renaming's number."""
        self.flags = OOBTree()
        """Uid of a document that is only flagged to (number, order up to which it is)."""

    def package_of(self, version: Version) -> RenamePackage | None:
        """Give the renaming that wrote this version, if one did."""
        number = self.drafts.get(version.uid)
        return None if number is None else self[number]


class RenamePackage(Numbered, Acted[workflow.Progress]):
    """One renaming: the places found, what is done with each document, and how far it is.

    Its state is a pure function of its acts, as a version's is.
    """

    type_name = "rename-package"
    folding = Folding(workflow.progress, workflow.after)
    files_searched = False
    """Whether the words inside of attached files were looked through too."""

    def __init__(
        self,
        number: str,
        kind: str,
        thing_id: str,
        *,
        old: str,
        new: str,
        reason: str,
        from_on: date | None,
        author_id: str,
    ) -> None:
        """Keep what is wanted; it never changes afterwards."""
        super().__init__(f"{old} → {new}")
        self.number = number
        self.kind = kind
        self.thing_id = thing_id
        self.old = old
        self.new = new
        self.reason = reason
        self.from_on = from_on
        """The day from which the new versions are in force; None for the day of approval."""
        self.author_id = author_id
        self.minor = True
        """Whether nobody has to read anew."""
        self.found = OOBTree()
        """Uid of a document to what was found in it, as plain data."""
        self.cursor = ""
        """Uid of the document that was looked at last."""
        self.looked = 0
        self.complete = False
        """Whether every document was looked at."""

    def document(self, uid: str) -> Document | None:
        """Give a document by its uid."""
        found: Document | None = organisation_of(self)["documents"].get(uid)
        return found

    def version(self, uid: str) -> Version | None:
        """Give the version of a document that this renaming wrote, if it did."""
        order, document = self.progress.orders.get(uid), self.document(uid)
        return None if order is None or document is None else document.versions.at(order)

    def versions(self) -> list[Version]:
        """Give the versions that this renaming wrote, by their codes."""
        found = [self.version(uid) for uid in self.progress.orders]
        return sorted((one for one in found if one is not None), key=lambda one: one.document.code)

    def local_roles(self, person: Any) -> set[str]:
        """Name ``signer`` who signed one of its versions or may sign one today."""
        if self.state in {workflow.PLANNED, workflow.DRAFTING}:
            return set()
        day = local_day(self, clock.now())
        sent = (one for one in self.versions() if one.standing.slots)
        return {"signer"} if any(is_signer(one, person, day) for one in sent) else set()
