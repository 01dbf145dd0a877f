"""Writes a whole organisation as one archive: JSON, YAML, PDF, certificates, the trail, hashes.

Private keys stay behind unless they are asked for with a passphrase; passwords, second factors,
sessions and mails always do (decision 0007).
"""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime
from functools import partial
from typing import Any, BinaryIO

from qms.audit.export import to_json_lines
from qms.audit.models import trail_of
from qms.content.models import BlobFile, Organisation, find_site
from qms.documents.models import Document
from qms.imports.transfer import parts
from qms.imports.transfer.codec import Encoder
from qms.kernel.archives import ArchiveWriter
from qms.kernel.errors import Refused
from qms.people.models import Person
from qms.profiles.exporter import export as profile_yaml
from qms.signing.keys import lock_with_passphrase, open_with_secret
from qms.signing.models import CertificateAuthority
from qms.web.responses import safe_filename


class Writer:
    """One export while it is written."""

    def __init__(self, organisation: Organisation, stream: BinaryIO, *, with_keys: bool) -> None:
        """Write ``organisation`` to ``stream``."""
        self.organisation = organisation
        self.archive = ArchiveWriter(stream)
        self.parts: list[str] = []
        self.not_included: list[str] = []
        self._paths: dict[str, str] = {}
        self.coder = Encoder(self._keep_file)
        self.coder.know(organisation, "organisation")
        self.coder.changes = {
            Person: _bare_person if with_keys else _keyless_person,
            CertificateAuthority: _keyless,
        }

    def _keep_file(self, file: BlobFile, hint: str) -> str:
        """Put a stored file into the archive once, under a name that people know it by."""
        path = self._paths.get(file.uid)
        if path is None:
            path = f"{hint}{file.uid}-{safe_filename(file.filename)}"
            self._paths[file.uid] = path
            self.archive.add(path, file.read())
        return path

    def part(self, path: str, make: Callable[[], Any], hint: str = "files/") -> None:
        """Write one part of JSON."""
        self.coder.begin(path, hint)
        self.write_json(path, make())
        self.parts.append(path)

    def part_if_possible(self, path: str, make: Callable[[], Any]) -> None:
        """Write a part, or name it among what is not included, with the reason."""
        try:
            self.part(path, make)
        except TypeError as refusal:
            self.coder.forget(path)
            self.not_included.append(f"{path}: {refusal}")

    def write_json(self, path: str, data: Any) -> None:
        """Write JSON that is the same for the same data."""
        text = json.dumps(data, ensure_ascii=False, indent=1)
        self.archive.add(path, text.encode("utf-8", "backslashreplace"))


def write_organisation(
    organisation: Organisation,
    stream: BinaryIO,
    *,
    at: datetime,
    secret: bytes | None = None,
    passphrase: str | None = None,
    watch: Callable[[str], None] = lambda _name: None,
) -> dict[str, Any]:
    """Write the organisation's archive and give its manifest; nothing in the database changes.

    With ``passphrase`` (and the server's ``secret``) the private keys go along, locked under it.
    ``watch`` hears the name of every document. Raises WeakPassphrase, WrongSecret.
    """
    writer = Writer(organisation, stream, with_keys=passphrase is not None)
    writer.archive.add(parts.PROFILE, profile_yaml(organisation).encode())
    writer.part(parts.ORGANISATION, partial(_organisation, organisation, writer.coder))
    for name in sorted(organisation):
        if name not in ("documents", "trail"):
            writer.part_if_possible(
                f"{name}.json", partial(writer.coder.encode, organisation[name])
            )
    if "documents" in organisation:
        _documents(organisation["documents"], writer, watch)
    writer.archive.add(parts.TRAIL, to_json_lines(trail_of(organisation), at=at))
    _annexes(writer)
    authority = organisation.annexes.get(parts.AUTHORITY)
    if authority is not None:
        _certificates(authority, writer)
        if passphrase is not None and secret is not None:
            _keys(organisation, authority, writer, secret, passphrase)
    manifest = {
        "qms_organisation": parts.FORMAT,
        "organisation": organisation.id,
        "name": organisation.title,
        "exported_at": at.isoformat(timespec="microseconds"),
        "migrations": sorted(find_site(organisation).migrations),
        "keys": passphrase is not None,
        "parts": writer.parts,
        "not_included": writer.not_included,
        "stays_behind": list(parts.STAYS_BEHIND),
        "files": dict(sorted(writer.archive.hashes.items())),
    }
    writer.write_json(parts.MANIFEST, manifest)
    writer.archive.close()
    return manifest


def _organisation(organisation: Organisation, coder: Encoder) -> dict[str, Any]:
    return {
        "id": organisation.id,
        "title": organisation.title,
        "uid": organisation.uid,
        "profile": coder.encode(organisation.profile),
        "profile_revision": organisation.profile_revision,
        "trail_uid": trail_of(organisation).uid,
    }


def _documents(folder: Any, writer: Writer, watch: Callable[[str], None]) -> None:
    """Write the folder's codes, then each document and each version as parts of their own."""
    coder = writer.coder
    coder.know(folder, "documents")
    documents = list(folder.values())
    for document in documents:
        _know_document(document, coder)
    writer.part(parts.DOCUMENTS, partial(coder.values, folder, without=("_documents",)))
    for document in documents:
        watch(document.code)
        hint = f"{parts.folder_of(document)}/"
        writer.part(f"{hint}document.json", partial(_document, document, coder), hint)
        for version in document.versions:
            path = parts.version_part(document, version.order)
            make = partial(coder.values, version, without=("__parent__",))
            writer.part(path, make, path.removesuffix("version.json"))


def _document(document: Document, coder: Encoder) -> dict[str, Any]:
    """Give what is kept of a document beside its versions."""
    beside = ("_by_order", "__parent__", "__name__")
    return {
        "uid": document.uid,
        "orders": [version.order for version in document.versions],
        "values": coder.values(document, without=("versions", "__parent__", "uid")),
        "versions": coder.values(document.versions, without=beside),
    }


def _know_document(document: Document, coder: Encoder) -> None:
    coder.know(document, f"document {document.uid}")
    coder.know(document.versions, f"versions {document.uid}")
    for version in document.versions:
        coder.know(version, f"version {document.uid} {version.order}")


def _annexes(writer: Writer) -> None:
    """Write what the rooms keep; what cannot be written is named, never dropped in silence."""
    annexes = writer.organisation.annexes
    for name in sorted(annexes):
        if name not in parts.DERIVED:
            make = partial(_annex, name, annexes[name], writer.coder)
            writer.part_if_possible(f"annexes/{safe_filename(name)}.json", make)


def _annex(name: str, value: Any, coder: Encoder) -> dict[str, Any]:
    return {"name": name, "value": coder.encode(value)}


def _certificates(authority: CertificateAuthority, writer: Writer) -> None:
    """Write the public side of the authority in DER, for whoever checks signatures elsewhere."""
    writer.archive.add("certificates/root.cer", authority.certificate)
    writer.archive.add("certificates/seal.cer", authority.seal_certificate)
    for serial, certificate in authority.issued.items():
        writer.archive.add(f"certificates/issued/{serial}.cer", certificate)
    if authority.crl:
        writer.archive.add("certificates/revocations.crl", authority.crl)


def _keys(
    organisation: Organisation,
    authority: CertificateAuthority,
    writer: Writer,
    secret: bytes,
    passphrase: str,
) -> None:
    """Write the authority's keys under the passphrase; a keyless authority has none to give."""
    for name, encrypted in (
        ("ca", authority.encrypted_key),
        ("seal", authority.encrypted_seal_key),
    ):
        if not encrypted:
            raise NoKeys
        key = open_with_secret(encrypted, secret, f"{name}:{authority.label}")
        writer.archive.add(f"{parts.KEYS}{name}.p8", lock_with_passphrase(key, passphrase))


class NoKeys(Refused):
    """This organisation came here without its keys: there are none to export."""


def _bare_person(_person: Person, state: dict[str, Any]) -> dict[str, Any]:
    """Take out what lets a person in."""
    return {key: one for key, one in state.items() if key not in parts.SECRETS}


def _keyless_person(person: Person, state: dict[str, Any]) -> dict[str, Any]:
    """Take out the signing key too; the certificate stands among those of the authority."""
    return {key: one for key, one in _bare_person(person, state).items() if key != "signing"}


def _keyless(_obj: Any, state: dict[str, Any]) -> dict[str, Any]:
    return {
        key: b"" if key in ("encrypted_key", "encrypted_seal_key") else one
        for key, one in state.items()
    }
