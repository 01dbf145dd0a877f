"""The persistent classes of the tree; their paths are a promise to every database."""

from __future__ import annotations

import hashlib
import re
import secrets
from collections.abc import Iterator
from typing import Any, BinaryIO

from BTrees.IOBTree import IOBTree
from BTrees.Length import Length
from BTrees.LOBTree import LOBTree
from BTrees.OOBTree import OOBTree
from persistent import Persistent
from persistent.mapping import PersistentMapping
from ZODB.blob import Blob

from qms.content.annexes import annex_of
from qms.content.errors import BadName, FileDisposed, NameTaken

_NAME = re.compile(r"[^\W_](?:[\w.\-]{0,98}[^\W_])?\Z")


def new_uid() -> str:
    """Make an id that nobody can guess and no two writers share."""
    return secrets.token_hex(8)


class Rows(IOBTree):
    """Large values by number, few of them in a leaf: whoever changes one stores its whole leaf."""

    max_leaf_size = 16


class Entries(LOBTree):
    """Large values by a long number, few of them in a leaf, as in :class:`Rows`."""

    max_leaf_size = 16


class Content(Persistent):
    """Something in the tree with a title, a place and an id that never changes."""

    type_name = "content"
    state: str | None = None
    """The workflow state that the access matrix is asked with; none for plain content."""

    __name__: str | None = None
    __parent__: Content | None = None

    def __init__(self, title: str = "") -> None:
        """Give the content its title and its lasting id."""
        self.title = title
        self.uid = new_uid()

    def local_roles(self, person: Any) -> set[str]:
        """Name the roles that ``person`` has here beyond those of the organisation."""
        return set()


class Numbered:
    """Content that people call by its number; mixed in before ``Content``."""

    number: str

    @property
    def crumb(self) -> str:
        """Its number."""
        return self.number


class Folder(Content):
    """Content that holds other content by name, in the order of the names."""

    type_name = "folder"

    def __init__(self, title: str = "") -> None:
        """Start empty."""
        super().__init__(title)
        self._children = OOBTree()
        self._count = Length()

    def __getitem__(self, name: str) -> Any:
        """Give the child of this name or raise KeyError, as traversal expects."""
        return self._children[name]

    def __contains__(self, name: str) -> bool:
        """Tell whether a child of this name is here."""
        return name in self._children

    def __iter__(self) -> Iterator[str]:
        """Walk the names in their order."""
        return iter(self._children.keys())

    def __len__(self) -> int:
        """Count the children without loading them."""
        return int(self._count())

    def __bool__(self) -> bool:
        """Stay true when empty: an empty folder is still a place."""
        return True

    def get(self, name: str, default: Any = None) -> Any:
        """Give the child of this name or ``default``."""
        return self._children.get(name, default)

    def values(self) -> Iterator[Any]:
        """Walk the children in the order of their names."""
        return iter(self._children.values())

    def add(self, name: str, child: Any) -> Any:
        """Put ``child`` here under ``name`` and give it back; refuse a bad or taken name."""
        if not _NAME.match(name):
            raise BadName
        if name in self._children:
            raise NameTaken
        child.__name__ = name
        child.__parent__ = self
        self._children[name] = child
        self._count.change(1)
        return child

    def remove(self, name: str) -> None:
        """Take the child of this name out of the tree."""
        child = self._children.pop(name)
        child.__parent__ = None
        self._count.change(-1)


class Site(Folder):
    """The root of the tree: every organisation, and what spans them."""

    type_name = "site"

    def __init__(self) -> None:
        """Start without organisations, with empty indexes."""
        super().__init__("qms")
        self.logins = OOBTree()
        """Folded e-mail address to ``(organisation id, person id)``."""
        self.checks = OOBTree()
        """Check token of a printed QR to ``(organisation id, document uid, version order)``."""
        self.migrations = OOBTree()
        """Name of each migration that has run here, and when."""
        self.annexes = PersistentMapping()
        """Site-wide parts of upper rooms (sessions, outbox), by their room's name."""


class Organisation(Folder):
    """One organisation: a stranger to all the others."""

    type_name = "organisation"

    def __init__(self, identifier: str, title: str) -> None:
        """Name it by its address part ``identifier`` and its title."""
        super().__init__(title)
        self.id = identifier
        self.profile: PersistentMapping = PersistentMapping()
        """The loaded profile as plain data; see ``qms.profiles``."""
        self.profile_revision = 0
        """Grows by one with each change of the profile, so that views of it can be cached."""
        self.annexes = PersistentMapping()
        """Parts that upper rooms keep per organisation (catalogue, authority), by room name."""


class Numbers(Persistent):
    """Series of numbers without gaps: who takes one and fails to commit gives it back.

    Two that take from one series at the same moment write the same key, so that the database
    lets one through and the other is repeated with the next number.
    """

    def __init__(self) -> None:
        """Start every series at 1."""
        self._last = OOBTree()

    def take(self, series: str) -> int:
        """Give the next number of ``series``."""
        number = self._last[series] = self._last.get(series, 0) + 1
        return number

    def last(self, series: str) -> int:
        """Give the number taken last, 0 before the first."""
        return self._last.get(series, 0)


class BlobFile(Persistent):
    """Stored bytes with their name, media type, size and SHA-256; never changed once made.

    Its bytes can be eliminated at the end of their retention; name, size and SHA-256 stay.
    """

    type_name = "file"
    disposed: dict[str, str] | None = None
    """``record`` and ``day`` (as printed) of the elimination of its bytes."""  # since 0.2

    def __init__(self, data: bytes, filename: str, media_type: str) -> None:
        """Store ``data`` and remember what it was."""
        self.uid = new_uid()
        self.filename = filename
        self.media_type = media_type
        self.size = len(data)
        self.sha256 = hashlib.sha256(data).hexdigest()
        self.blob = Blob(data)

    def dispose(self, record: str, day: str) -> None:
        """Eliminate the bytes for good by the act ``record``; repeating it changes nothing."""
        if self.disposed is not None:
            return
        # Written over, not let go of: a database that keeps no history holds them no longer.
        with self.blob.open("w") as stream:
            stream.truncate()
        self.disposed = {"record": record, "day": day}

    def refuse_disposed(self) -> None:
        """Refuse where the bytes were eliminated, with the act that did it (FileDisposed)."""
        if self.disposed is not None:
            raise FileDisposed(**self.disposed, sha256=self.sha256)

    def open(self) -> BinaryIO:
        """Open the committed bytes for reading; FileDisposed where they were eliminated."""
        self.refuse_disposed()
        return self.blob.open("r")

    def read(self) -> bytes:
        """Give all the bytes."""
        with self.open() as stream:
            return stream.read()

    def is_intact(self) -> bool:
        """Tell whether the stored bytes still have the SHA-256 that they were stored with.

        Of an eliminated file, whether nothing is left.
        """
        if self.disposed is not None:
            with self.blob.open("r") as stream:
                return not stream.read(1)
        digest = hashlib.sha256()
        with self.open() as stream:
            for block in iter(lambda: stream.read(1 << 20), b""):
                digest.update(block)
        return digest.hexdigest() == self.sha256


def numbers_of(organisation: Organisation) -> Numbers:
    """Give the organisation's series of numbers, made at their first use."""
    return annex_of(organisation, "content.numbers", Numbers)


def lineage(content: Any) -> Iterator[Any]:
    """Walk from ``content`` up to the root."""
    while content is not None:
        yield content
        content = getattr(content, "__parent__", None)


def find_organisation(content: Any) -> Organisation | None:
    """Give the organisation that ``content`` lives in, or None above all of them."""
    for place in lineage(content):
        if isinstance(place, Organisation):
            return place
    return None


def organisation_of(content: Any) -> Organisation:
    """Give the organisation that ``content`` lives in; LookupError for what hangs from none."""
    organisation = find_organisation(content)
    if organisation is None:
        raise LookupError("this content hangs from no organisation")
    return organisation


def find_site(content: Any) -> Site:
    """Give the site at the top of ``content``'s lineage."""
    for place in lineage(content):
        if isinstance(place, Site):
            return place
    raise LookupError("this content hangs from no site")
