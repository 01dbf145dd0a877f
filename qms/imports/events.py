"""What happens to imports; each lands in the trail through the one subscriber."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from qms.kernel.acts import DomainEvent


class ImportEvent(DomainEvent):
    """Something happened to an import."""

    def details(self) -> dict[str, Any]:
        """Name the list and its hash."""
        return {"filename": self.subject.title, "sha256": self.subject.source.sha256}


class ListReceived(ImportEvent):
    """A list of documents was uploaded to be taken over; nothing was written yet."""

    def details(self) -> dict[str, Any]:
        """Name the files and their hashes."""
        archive = self.subject.archive
        found = {} if archive is None else {"archive_sha256": archive.sha256}
        return super().details() | found


@dataclass(frozen=True)
class ImportPrepared(ImportEvent):
    """Somebody chose how a list is read, or what its words mean."""

    chosen: dict[str, Any] | None = None

    def details(self) -> dict[str, Any]:
        """Give what was chosen: the sheet, the columns, or what becomes of words and codes."""
        return super().details() | {"chosen": dict(self.chosen or {})}


@dataclass(frozen=True)
class ImportStarted(ImportEvent):
    """The import of a list began to write documents."""

    counts: dict[str, Any] | None = None

    def details(self) -> dict[str, Any]:
        """Give what is to be written."""
        return super().details() | {"counts": dict(self.counts or {})}


class ImportFinished(ImportStarted):
    """The import of a list came to its end."""


class ImportGivenUp(ImportEvent):
    """An import was given up before it wrote anything."""


@dataclass(frozen=True)
class OrganisationExported(DomainEvent):
    """The whole organisation was taken out as an archive."""

    manifest_sha256: str = ""
    files: int = 0
    keys: bool = False

    def details(self) -> dict[str, Any]:
        """Give the manifest's hash, how many files it names, and whether keys went along."""
        return {
            "manifest_sha256": self.manifest_sha256,
            "files": self.files,
            "keys": self.keys,
        }
