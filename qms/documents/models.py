"""The persistent classes of controlled documents; their paths are a promise to every database."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from datetime import date
from typing import Any

from BTrees.IOBTree import IOBTree
from BTrees.Length import Length
from BTrees.OOBTree import OOBTree, OOTreeSet
from persistent import Persistent
from persistent.list import PersistentList
from persistent.mapping import PersistentMapping

from qms.content.acted import Folded, Folding
from qms.content.errors import FileDisposed
from qms.content.models import BlobFile, Content, find_organisation, find_site, organisation_of
from qms.documents import workflow
from qms.documents.assignment import is_signer
from qms.documents.codebook import CodeBook
from qms.documents.drafts import Draft
from qms.documents.errors import LabelTaken, NotInReview
from qms.kernel import clock
from qms.kernel.i18n import _
from qms.people.moments import local_day
from qms.profiles.api import profile_of
from qms.profiles.leading import leader_of, processes_led

_NEVER_READ = frozenset({workflow.ABORTED, *workflow.PENDING})


class DocumentFolder(CodeBook, Content):
    """All controlled documents of one organisation, found by present or former code, or by uid."""

    type_name = "document-folder"
    crumb = _("Documents")
    roles_go_down = False

    def __init__(self) -> None:
        """Start without documents."""
        super().__init__("Documents")
        self._documents = OOBTree()
        self.begin_codes()

    def local_roles(self, person: Any) -> set[str]:
        """Name ``leader`` whoever leads a process: they may begin documents."""
        return {"leader"} if processes_led(find_organisation(self), person) else set()

    def __getitem__(self, name: str) -> Document:
        """Give the document with this code (present or former) or uid, or raise KeyError."""
        return self._documents[self.uid_of(name)]

    def __len__(self) -> int:
        """Count the documents."""
        return len(self._documents)

    def __bool__(self) -> bool:
        """Stay true when empty."""
        return True

    def values(self) -> Iterator[Document]:
        """Walk the documents in the order of their uids."""
        return iter(self._documents.values())

    def get(self, name: str) -> Document | None:
        """Give the document with this code or uid, or None."""
        try:
            return self[name]
        except KeyError:
            return None

    def find_loosely(self, text: str) -> list[Document]:
        """Give the documents whose code is meant by a sloppily typed ``text``."""
        return [self._documents[uid] for uid in self.loosely(text)]

    def add(self, document: Document) -> Document:
        """Take ``document`` in under its code, which must never have been used here."""
        self.claim(document.code, document.uid)
        document.__parent__ = self
        self._documents[document.uid] = document
        return document


class Document(Content):
    """A controlled document: one code, and at most one version in force.

    ``in_force_order`` is the guard of that rule: every release and retirement writes this object,
    so two of them at the same moment cannot both be committed.
    """

    type_name = "document"
    medium = ""
    """Where or on what it is kept, as a list taken over said."""  # since 0.2
    responsible_id: str | None = None
    """The position that answers for it, where that is not the process's leader."""  # since 0.2
    public = False
    """Whether anybody with its link reads the version in force."""  # since 0.2

    @property
    def crumb(self) -> str:
        """Its code, which is shorter than its title and unique."""
        return self.code

    def __init__(
        self, code: str, title: str, *, type_id: str, process_id: str, owner_process_id: str | None
    ) -> None:
        """Name the document; its versions come later."""
        super().__init__(title)
        self.code = code
        self.type_id = type_id
        self.process_id = process_id
        self.owner_process_id = owner_process_id
        self.former_codes: PersistentList = PersistentList()
        self.tags: PersistentList = PersistentList()
        self.versions = Versions(self)
        self.in_force_order: int | None = None
        self.pending_order: int | None = None
        self.retired = False

    @property
    def __name__(self) -> str:
        """The document's address is its present code."""
        return self.code

    @__name__.setter
    def __name__(self, name: str) -> None:
        raise AttributeError("a document's name is its code")

    def __getitem__(self, name: str) -> Versions:
        """Traverse to the versions."""
        if name == "versions":
            return self.versions
        raise KeyError(name)

    @property
    def folder(self) -> DocumentFolder:
        """The folder of all documents of the organisation."""
        if not isinstance(self.__parent__, DocumentFolder):
            raise LookupError("this document is in no folder")
        return self.__parent__

    @property
    def in_force(self) -> Version | None:
        """The version that everybody works by, if there is one."""
        return None if self.in_force_order is None else self.versions.at(self.in_force_order)

    @property
    def pending(self) -> Version | None:
        """The version under way: draft, in review or waiting for its date."""
        return None if self.pending_order is None else self.versions.at(self.pending_order)

    @property
    def latest(self) -> Version | None:
        """The newest version, whatever its state."""
        return self.versions.latest()

    @property
    def state(self) -> str:  # type: ignore[override]
        """In force, or else the state of the newest version."""
        if self.in_force_order is not None:
            return workflow.IN_FORCE
        latest = self.latest
        return workflow.DRAFT if latest is None else latest.state

    def local_roles(self, person: Any) -> set[str]:
        """Name ``leader`` who leads the process, and the hands at the version under way."""
        leader = self.leader_position()
        roles = {"leader"} if leader and leader in person.position_ids else set()
        pending = self.pending
        return roles if pending is None else roles | pending.local_roles(person)

    def leader_position(self) -> str | None:
        """Give the position that leads the document's process."""
        return leader_of(find_organisation(self), self.process_id)


class Versions(Content):
    """The versions of one document, by their order (0 is the first)."""

    type_name = "versions"
    crumb = _("Versions")
    __name__ = "versions"

    def __init__(self, document: Document) -> None:
        """Start without versions."""
        super().__init__("Versions")
        self.__parent__ = document
        self._by_order = IOBTree()

    @property
    def document(self) -> Document:
        """The document whose versions these are."""
        if not isinstance(self.__parent__, Document):
            raise LookupError("these versions belong to no document")
        return self.__parent__

    def __getitem__(self, name: str) -> Version:
        """Traverse to the version whose order is ``name``, or raise KeyError."""
        digits = name.removeprefix("-")
        if not digits.isascii() or not digits.isdigit() or len(digits) > 6:
            raise KeyError(name)
        return self._by_order[int(name)]

    def __len__(self) -> int:
        """Count the versions."""
        return len(self._by_order)

    def __bool__(self) -> bool:
        """Stay true when empty."""
        return True

    def __iter__(self) -> Iterator[Version]:
        """Walk the versions, oldest first."""
        return iter(self._by_order.values())

    def at(self, order: int) -> Version:
        """Give the version of this order."""
        return self._by_order[order]

    def latest(self) -> Version | None:
        """Give the newest version, or None."""
        return self._by_order[self._by_order.maxKey()] if self._by_order else None

    def add(self, version: Version, *, older: bool = False) -> Version:
        """Append ``version``; its label must be new unless its namesake was given up.

        ``older`` puts a version from before this system in front of all others: orders count down
        from 0 then, since the order of what is here is printed and never changes.
        """
        for other in self:
            if other.label == version.label and other.state != workflow.ABORTED:
                raise LabelTaken(label=version.label)
        if older and self._by_order:
            version.order = self._by_order.minKey() - 1
        else:
            version.order = self._by_order.maxKey() + 1 if self._by_order else 0
        version.__parent__ = self
        self._by_order[version.order] = version
        organisation = find_organisation(self)
        if organisation is not None:
            # The printed QR names no organisation and no code, only this token.
            place = (organisation.id, self.document.uid, version.order)
            find_site(organisation).checks[version.token] = place
        return version


class Version(Folded[workflow.Standing], Draft, Content):
    """One version of a document: its content, its reason, its acts and its signed file."""

    type_name = "version"
    folding = Folding(workflow.standing, workflow.after)

    @property
    def crumb(self) -> str:
        """Its label; the document's title stands before it in the path."""
        return self.label

    order = -1
    migrated = False
    writings: Length | None = None
    """Counts the changes of the draft; two at once add up, and freezing looks at it."""
    timestamped = False
    """Whether the signed file bears a trusted time stamp."""
    minor_reason = ""
    """Why nobody who read the version before has to read this one; empty for a real change."""
    disposed: dict[str, Any] | None = None
    """Of its elimination: ``record``, ``day`` as printed, ``on``, ``content_sha256``, ``files``.

    Its content and files are gone then; acts, dates and hashes stay."""  # since 0.2
    questions: tuple[dict[str, Any], ...] = ()
    """What a reader has to answer: ``{"text", "options": [text], "right": index}`` each."""

    def __init__(self, title: str, label: str, *, author_id: str | None, author: str = "") -> None:
        """Start a draft with nothing in it."""
        super().__init__(title)
        self.label = label
        self.label_reason = ""
        self.author_id = author_id
        self.author = author
        """Printed name of whoever wrote it, kept as it was at the time."""
        self.editor_ids: OOTreeSet = OOTreeSet()
        self.reason = ""
        self.changes: PersistentList = PersistentList()
        self.distribution: PersistentList = PersistentList()
        self.sections = OOBTree()
        self.files = OOBTree()
        self.main_file: str | None = None
        self.acts: PersistentList = PersistentList()
        self.approvals: PersistentList = PersistentList()
        """Printed approvals of a migrated version; nobody signed them here."""
        self.dates = PersistentMapping()
        """``approved_on``, ``in_force_from``, ``review_by``: ISO dates, or months (``2018-05``)."""
        self.release_on: date | None = None
        """The day from which the version is to be in force; None for the day of approval."""
        self.token = secrets.token_urlsafe(15)
        """Public address part of the check page behind the printed QR."""
        self.details_revision = 0
        self.code = ""
        """The document's code when this version was frozen."""
        self.frozen: BlobFile | None = None
        self.rendition: BlobFile | None = None
        self.seen_nonces: OOTreeSet = OOTreeSet()

    @property
    def __name__(self) -> str:
        """The version's address is its order."""
        return str(self.order)

    @__name__.setter
    def __name__(self, name: str) -> None:
        raise AttributeError("a version's name is its order")

    @property
    def document(self) -> Document:
        """The document that this is a version of."""
        if not isinstance(self.__parent__, Versions):
            raise LookupError("this version belongs to no document")
        return self.__parent__.document

    @property
    def file(self) -> BlobFile:
        """The frozen PDF with the signatures given so far; NotInReview before the submission."""
        if self.rendition is None:
            raise NotInReview
        return self.rendition

    def refuse_disposed(self) -> None:
        """Refuse where content and files were eliminated, with the act that did it."""
        gone = self.disposed
        if gone is not None:
            sha256 = self.rendition.sha256 if self.rendition is not None else gone["content_sha256"]
            raise FileDisposed(record=gone["record"], day=gone["day"], sha256=sha256)

    @property
    def standing(self) -> workflow.Standing:
        """Where the version stands, computed from its acts."""
        return self.progress

    @property
    def state(self) -> str:  # type: ignore[override]
        """The workflow state, computed from the acts."""
        return self.standing.state

    @property
    def route_id(self) -> str:
        """The route of signatures that documents of its type take."""
        profile = profile_of(organisation_of(self))
        return str(profile.document_type(self.document.type_id).route)

    @property
    def is_signed(self) -> bool:
        """Tell whether every signature that the route asked for was given here."""
        return bool(self.standing.slots) and all(slot.signed_by for slot in self.standing.slots)

    def local_roles(self, person: Any) -> set[str]:
        """Name ``author`` who wrote it, ``signer`` who signed it or may sign it today."""
        roles = set()
        if person.id == self.author_id or person.id in self.editor_ids:
            roles.add("author")
        if is_signer(self, person, local_day(self, clock.now())):
            roles.add("signer")
        return roles

    @property
    def read_as(self) -> int:
        """Order of the version whose reading counts for this one: its own, or an earlier one.

        A chain of minor changes leads back to the last version that had to be read.
        """
        if self.minor_reason:
            for one in reversed([*self.document.versions]):
                if one.order < self.order and one.state not in _NEVER_READ:
                    return one.read_as
        return self.order

    def empty_section(self) -> SectionContent:
        """Make the place of a section that was never saved."""
        return SectionContent()


class SectionContent(Persistent):
    """The content of one section of one version, with who saved it last."""

    data: dict[str, Any]

    def __init__(self) -> None:
        """Start before the first save."""
        self.data = {}
        self.revision = 0
        self.saved_by: str | None = None
        self.saved_at: Any = None

    def put(self, data: dict[str, Any], *, by: str, at: Any) -> None:
        """Replace the data and count the revision up."""
        self.data = data
        self.revision += 1
        self.saved_by = by
        self.saved_at = at
