"""What can happen to documents; each lands in the trail through the one subscriber."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from qms.kernel.acts import DomainEvent


class DocumentEvent(DomainEvent):
    """Something happened to a document or to one of its versions."""


class DocumentCreated(DocumentEvent):
    """A document got its code; it has no version in force yet."""

    def details(self) -> dict[str, Any]:
        """Name the code and the title."""
        return {"code": self.subject.code, "title": self.subject.title}


class VersionEvent(DocumentEvent):
    """Something happened to one version."""

    def details(self) -> dict[str, Any]:
        """Name the code and the label."""
        return {"code": self.subject.document.code, "version": self.subject.label}


class VersionStarted(VersionEvent):
    """A new draft was begun."""


class VersionMigrated(VersionEvent):
    """A version approved elsewhere was taken over, unsigned here."""


@dataclass(frozen=True)
class SectionSaved(VersionEvent):
    """A section of a draft was saved."""

    section: str = ""
    sha256: str = ""

    def details(self) -> dict[str, Any]:
        """Name the section and the hash of what was saved."""
        return super().details() | {"section": self.section, "sha256": self.sha256}


@dataclass(frozen=True)
class DetailsSaved(VersionEvent):
    """The reason, the changes, the dates or the distribution of a draft were saved."""

    values: dict[str, Any] | None = None

    def details(self) -> dict[str, Any]:
        """Give old and new value of everything that changed."""
        return super().details() | {"values": self.values or {}}


@dataclass(frozen=True)
class FileAttached(VersionEvent):
    """A file was put into a draft."""

    filename: str = ""
    sha256: str = ""

    def details(self) -> dict[str, Any]:
        """Name the file and its hash."""
        return super().details() | {"filename": self.filename, "sha256": self.sha256}


class FileRemoved(FileAttached):
    """A file was taken out of a draft."""


@dataclass(frozen=True)
class VersionSubmitted(VersionEvent):
    """A draft was frozen, its PDF made and its signatures asked for."""

    frozen_sha256: str = ""
    pdf_sha256: str = ""

    def details(self) -> dict[str, Any]:
        """Give both hashes."""
        return super().details() | {
            "frozen_sha256": self.frozen_sha256,
            "pdf_sha256": self.pdf_sha256,
        }


@dataclass(frozen=True)
class SlotEvent(VersionEvent):
    """Something happened to one signature of the route."""

    slot: str = ""
    on_behalf_of: str | None = None
    reason: str = ""
    pdf_sha256: str = ""

    def details(self) -> dict[str, Any]:
        """Name the slot, the delegation, the reason and the hash, where there are any."""
        found = {
            "slot": self.slot,
            "on_behalf_of": self.on_behalf_of,
            "reason": self.reason,
            "pdf_sha256": self.pdf_sha256,
        }
        return super().details() | {name: value for name, value in found.items() if value}


class VersionSigned(SlotEvent):
    """A signer gave their signature."""


class VersionReturned(SlotEvent):
    """A signer sent the version back with a reason."""


@dataclass(frozen=True)
class SignerSwapped(SlotEvent):
    """Another person was named for a signature not yet given."""

    to: str = ""

    def details(self) -> dict[str, Any]:
        """Name the new signer too."""
        return super().details() | {"to": self.to}


class SignatureRefused(SlotEvent):
    """A wrong signing passphrase was given."""


class VersionAborted(SlotEvent):
    """A version under way was given up."""


@dataclass(frozen=True)
class VersionReleased(VersionEvent):
    """A version came into force."""

    in_force_from: str = ""

    def details(self) -> dict[str, Any]:
        """Give the day."""
        return super().details() | {"in_force_from": self.in_force_from}


class VersionSuperseded(VersionEvent):
    """A version left force because another came into force."""


@dataclass(frozen=True)
class DocumentRetired(VersionEvent):
    """A document left service without a successor."""

    reason: str = ""

    def details(self) -> dict[str, Any]:
        """Give the reason."""
        return super().details() | {"reason": self.reason}


class DocumentOpened(DocumentEvent):
    """Anybody with the link may read the version in force."""

    def details(self) -> dict[str, Any]:
        """Name the document."""
        return {"code": self.subject.code}


class DocumentClosed(DocumentOpened):
    """A document is no longer public by its link."""


@dataclass(frozen=True)
class RequestAnswered(DocumentEvent):
    """What somebody had asked for was done."""

    request: str = ""
    """Number of the request."""
    answer: str = ""
    """What was done, in words of the organisation (a version's label, numbers of copies)."""

    def details(self) -> dict[str, Any]:
        """Name the document, the request and the answer."""
        return {"code": self.subject.code, "request": self.request, "answer": self.answer}


@dataclass(frozen=True)
class VersionTimestamped(VersionEvent):
    """A trusted time stamp was added to the signed file after the commit."""

    pdf_sha256: str = ""

    def details(self) -> dict[str, Any]:
        """Give the hash of the file with the stamp."""
        return super().details() | {"pdf_sha256": self.pdf_sha256}


class AuthorityFounded(DomainEvent):
    """An organisation got its certificate authority and its seal."""


@dataclass(frozen=True)
class SignerEnrolled(DomainEvent):
    """A person made a signing key under a passphrase of their own."""

    serial: int = 0

    def details(self) -> dict[str, Any]:
        """Give the certificate's serial number."""
        return {"serial": str(self.serial)}


class StatementRefused(DomainEvent):
    """A wrong signing passphrase was given for a statement."""


class SigningLocked(DomainEvent):
    """Too many wrong passphrases locked a signing key."""


@dataclass(frozen=True)
class ReadingAcknowledged(VersionEvent):
    """A person confirmed that they read and understood a version in force."""

    position: str = ""

    def details(self) -> dict[str, Any]:
        """Name the position because of which it was to be read, too."""
        return super().details() | {"position": self.position}


@dataclass(frozen=True)
class VersionDisposed(VersionEvent):
    """Content and files of a version were eliminated at the end of its retention."""

    record: str = ""
    files: list[dict[str, Any]] = field(default_factory=list)
    content_sha256: str = ""

    def details(self) -> dict[str, Any]:
        """Name the record of elimination, and the hash of everything that is gone."""
        hashes = {one["what"]: one["sha256"] for one in self.files}
        kept = {"record": self.record, "files": hashes, "content_sha256": self.content_sha256}
        return super().details() | kept


@dataclass(frozen=True)
class LettersChosen(DomainEvent):
    """A person wants mails about readings in another way."""

    old: str = ""
    new: str = ""

    def details(self) -> dict[str, Any]:
        """Give both ways."""
        return {"old": {"letters": self.old}, "new": {"letters": self.new}}
