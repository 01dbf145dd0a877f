"""ZIP archives from outside, read without harm, and archives of ours, written to be repeatable.

An archive is hostile until proved otherwise: nothing is ever unpacked onto a disk, names are only
names, and no more bytes are read than a bound allows, whatever the archive says of itself (attacks
D4-38 and D4-39).
"""

from __future__ import annotations

import hashlib
import re
import stat
import struct
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

from qms.kernel.errors import Refused
from qms.kernel.i18n import _
from qms.kernel.text import clean_line

ENTRIES = 10_000
"""Most entries of an archive."""
LARGEST = 50 << 20
"""Most bytes of one entry."""
TOTAL = 2 << 30
"""Most bytes of all entries together."""
RATIO = 200
"""An entry that grows by more than this is no document."""
_SMALL = 10 << 20
"""Up to this size a high ratio does no harm: an empty spreadsheet packs very well."""
_DEPTH = 20
_NAME = 400
_DRIVE = re.compile(r"[A-Za-z]:")
_BLOCK = 1 << 16
_STAMP = (1980, 1, 1, 0, 0, 0)
_END = struct.Struct("<4s4H2LH")


class BadArchive(Refused):
    """This file is no ZIP archive that can be read; make it anew and try again."""


class ArchiveTooLarge(BadArchive):
    """The archive holds more than ${most} files, or unpacks to far too much; part it."""


@dataclass(frozen=True)
class Entry:
    """One file of an archive."""

    path: str
    """As the archive names it, cleaned for showing."""
    size: int
    """As the archive says; never believed."""
    index: int
    """Its place in the archive."""

    @property
    def filename(self) -> str:
        """The last part of the path."""
        return self.path.rpartition("/")[2]


@dataclass(frozen=True)
class RefusedEntry:
    """An entry that is left alone, and why."""

    path: str
    why: str
    """A message id."""


class SafeArchive:
    """The entries of an archive that may be read, and those that are left alone."""

    def __init__(
        self,
        stream: BinaryIO,
        *,
        entries: int = ENTRIES,
        total: int = TOTAL,
        largest: int = LARGEST,
    ) -> None:
        """List the archive; raises BadArchive or ArchiveTooLarge.

        At most so many entries, bytes of all of them, and bytes of the largest.
        """
        self._stream, self._largest = stream, largest
        if _announced(stream) > entries:
            raise ArchiveTooLarge(most=entries)
        try:
            self._zip = zipfile.ZipFile(stream)
            infos = self._zip.infolist()
        except (zipfile.BadZipFile, ValueError, NotImplementedError, EOFError, OSError):
            raise BadArchive from None
        if len(infos) > entries:
            raise ArchiveTooLarge(most=entries)
        self.entries: list[Entry] = []
        self.refused: list[RefusedEntry] = []
        self._infos = infos
        self._by_path: dict[str, Entry] = {}
        seen: set[str] = set()
        for index, info in enumerate(infos):
            self._sort(index, info, seen)
        if sum(one.size for one in self.entries) > total:
            raise ArchiveTooLarge(most=entries)

    def _sort(self, index: int, info: zipfile.ZipInfo, seen: set[str]) -> None:
        path = clean_line(info.filename)[:_NAME]
        if info.is_dir():
            return
        why = _objection(info, self._largest)
        folded = path.casefold()
        if why is None and folded in seen:
            why = _("the archive holds this name twice")
        seen.add(folded)
        if why is None:
            entry = self._by_path[path] = Entry(path, info.file_size, index)
            self.entries.append(entry)
        else:
            self.refused.append(RefusedEntry(path, str(why)))

    def chunks(self, entry: Entry, *, most: int = LARGEST) -> Iterator[bytes]:
        """Give the bytes of an entry piece by piece; ArchiveTooLarge as soon as they exceed."""
        given = 0
        try:
            with self._zip.open(self._infos[entry.index]) as stream:
                while block := stream.read(_BLOCK):
                    given += len(block)
                    if given > most:
                        raise ArchiveTooLarge(most=ENTRIES)
                    yield block
        except (zipfile.BadZipFile, zlib.error, ValueError, RuntimeError, EOFError, OSError):
            raise BadArchive from None

    def read(self, entry: Entry, *, most: int = LARGEST) -> bytes:
        """Give all bytes of an entry, at most ``most`` of them."""
        return b"".join(self.chunks(entry, most=most))

    def named(self, path: str) -> Entry | None:
        """Give the entry of exactly this path, or None."""
        return self._by_path.get(path)

    def close(self) -> None:
        """Let the archive and its stream go."""
        self._zip.close()
        self._stream.close()


def _announced(stream: BinaryIO) -> int:
    """Read how many entries the end of the archive announces, before anything is listed."""
    stream.seek(0, 2)
    size = stream.tell()
    stream.seek(max(0, size - (1 << 16) - _END.size))
    tail = stream.read()
    at = tail.rfind(b"PK\x05\x06")
    stream.seek(0)
    if at < 0 or len(tail) - at < _END.size:
        return 0
    fields = _END.unpack_from(tail, at)
    # A ZIP64 archive says 0xFFFF here: more than is taken of a visitor in any case.
    return fields[4]


def _objection(info: zipfile.ZipInfo, largest: int) -> str | None:
    """Say why an entry is left alone, or None."""
    name = info.orig_filename
    parts = re.split(r"[/\\]", name)
    if "\\" in name or "\x00" in name or name.startswith("/") or _DRIVE.match(name):
        return _("its name leads out of the archive")
    if ".." in parts or len(parts) > _DEPTH or len(name) > _NAME:
        return _("its name leads out of the archive")
    mode = info.external_attr >> 16
    if mode and stat.S_IFMT(mode) not in (0, stat.S_IFREG):
        return _("it is a link, not a file")
    if info.flag_bits & 1:
        return _("it is protected by a password")
    if info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        return _("it is packed in a way that is not read here")
    if info.file_size > largest:
        return _("it is too large")
    if info.file_size > _SMALL and info.file_size > RATIO * max(1, info.compress_size):
        return _("it unpacks to far more than a document needs")
    return None


class ArchiveWriter:
    """Writes an archive whose bytes follow from its content alone: no clock, no machine."""

    def __init__(self, stream: BinaryIO) -> None:
        """Write to ``stream``."""
        self._zip = zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED)
        self.hashes: dict[str, dict[str, object]] = {}
        """Path of each file to its SHA-256 and size, for a manifest."""

    def add(self, path: str, data: bytes) -> None:
        """Put a file in; a path that is there already is a mistake (ValueError)."""
        if path in self.hashes:
            raise ValueError(f"{path} is in the archive already")
        info = zipfile.ZipInfo(path, _STAMP)
        info.external_attr = (stat.S_IFREG | 0o644) << 16
        packed = path.rpartition(".")[2].lower() in {"pdf", "zip", "xlsx", "docx", "png", "jpg"}
        info.compress_type = zipfile.ZIP_STORED if packed else zipfile.ZIP_DEFLATED
        self._zip.writestr(info, data)
        self.hashes[path] = {"sha256": hashlib.sha256(data).hexdigest(), "size": len(data)}

    def close(self) -> None:
        """Finish the archive."""
        self._zip.close()
