"""Makes an organisation of its archive: every hash is checked before the first object is made."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from typing import Any, BinaryIO

from BTrees.IOBTree import IOBTree
from BTrees.OOBTree import OOBTree

from qms.audit.models import FOLDER as TRAIL_FOLDER
from qms.content.models import BlobFile, Organisation, Site
from qms.documents.listing import reindex
from qms.documents.models import Document, DocumentFolder, Version, Versions
from qms.documents.search_text import note_all
from qms.imports.transfer import parts
from qms.imports.transfer.codec import Decoder, NotTransferable
from qms.imports.transfer.trails import trail_from
from qms.kernel.acts import Act
from qms.kernel.archives import Entry, SafeArchive
from qms.people.models import fold_email
from qms.profiles.events import OrganisationImported
from qms.signing.keys import lock_with_secret, open_with_passphrase
from qms.signing.models import CertificateAuthority

ENTRIES, LARGEST, TOTAL = 2_000_000, 1 << 31, 1 << 40
"""An operator brings it, not a visitor: bounds are those of the machine's disk."""


class Reader:
    """One import while it is read."""

    def __init__(self, stream: BinaryIO) -> None:
        """List the archive and hold every file against the manifest; raises Altered."""
        self.archive = SafeArchive(stream, entries=ENTRIES, total=TOTAL, largest=LARGEST)
        if self.archive.refused:
            raise parts.Altered(path=self.archive.refused[0].path)
        self.entries: dict[str, Entry] = {one.path: one for one in self.archive.entries}
        if parts.MANIFEST not in self.entries:
            raise parts.NoTransfer
        self.manifest = self._json(self.read(parts.MANIFEST))
        if (
            not isinstance(self.manifest, dict)
            or self.manifest.get("qms_organisation") != parts.FORMAT
        ):
            raise parts.NoTransfer
        self._check()
        self._files: dict[str, BlobFile] = {}
        self.coder = Decoder(self._take_file)

    def read(self, path: str) -> bytes:
        """Give the bytes of a file of the archive."""
        entry = self.entries.get(path)
        if entry is None:
            raise parts.Altered(path=path)
        return self.archive.read(entry, most=LARGEST)

    def _check(self) -> None:
        known = {*self.manifest["files"], parts.MANIFEST}
        for path in {*known, *self.entries}:
            if path not in known or path not in self.entries:
                raise parts.Altered(path=path)
        for path, facts in self.manifest["files"].items():
            digest = hashlib.sha256()
            for block in self.archive.chunks(self.entries[path], most=LARGEST):
                digest.update(block)
            if digest.hexdigest() != facts["sha256"]:
                raise parts.Altered(path=path)

    @staticmethod
    def _json(data: bytes) -> Any:
        try:
            return json.loads(data)
        except (ValueError, RecursionError):
            raise parts.NoTransfer from None

    def json(self, path: str) -> Any:
        """Give the data of a part, and begin it."""
        self.coder.begin(path)
        return self._json(self.read(path))

    def _take_file(self, path: str, uid: str, filename: str, media_type: str) -> BlobFile:
        if uid not in self._files:
            file = BlobFile(self.read(path), filename, media_type)
            file.uid = str(uid)
            self._files[uid] = file
        return self._files[uid]


def read_organisation(
    site: Site,
    stream: BinaryIO,
    *,
    act: Act,
    secret: bytes,
    passphrase: str | None = None,
    watch: Callable[[str], None] = lambda _name: None,
    catch_up: Callable[[Organisation, list[str]], object] = lambda _organisation, _done: None,
) -> Organisation:
    """Make the organisation of an archive in the caller's transaction, as it was.

    Nobody has a password afterwards: everybody gets a link. Without keys in the archive, what was
    signed verifies, and nobody signs anew. Raises Altered, NoTransfer, OrganisationTaken,
    AddressesTaken, PassphraseNeeded, TrailBroken and NotTransferable, each before anything counts.
    ``catch_up`` brings what an older release wrote to the form of this one; it is given the names
    of the migrations that had run there.
    """
    reader = Reader(stream)
    facts = reader.json(parts.ORGANISATION)
    if facts["id"] in site:
        raise parts.OrganisationTaken(name=facts["id"])
    organisation = Organisation(facts["id"], facts["title"])
    organisation.uid = facts["uid"]
    organisation.profile = reader.coder.decode(facts["profile"])
    organisation.profile_revision = int(facts["profile_revision"])
    site.add(facts["id"], organisation)
    reader.coder.know("organisation", organisation)
    listed = list(reader.manifest["parts"])
    for path in listed:
        if "/" not in path and path not in (parts.ORGANISATION, parts.DOCUMENTS):
            organisation.add(path.removesuffix(".json"), reader.coder.decode(reader.json(path)))
    if parts.DOCUMENTS in listed:
        _documents(organisation, reader, listed, site, watch)
    for path in listed:
        if path.startswith("annexes/"):
            data = reader.json(path)
            organisation.annexes[str(data["name"])] = reader.coder.decode(data["value"])
    _people(organisation, site)
    _keys(organisation, reader, secret, passphrase)
    trail = trail_from(organisation.id, reader.read(parts.TRAIL))
    trail.uid = facts["trail_uid"]
    organisation.add(TRAIL_FOLDER, trail)
    reindex(organisation)
    note_all(organisation)
    catch_up(organisation, [str(one) for one in reader.manifest.get("migrations", ())])
    digest = hashlib.sha256(reader.read(parts.MANIFEST)).hexdigest()
    files = len(reader.manifest["files"])
    act.notify(OrganisationImported(organisation, act, manifest_sha256=digest, files=files))
    reader.archive.close()
    return organisation


def _documents(
    organisation: Organisation,
    reader: Reader,
    listed: list[str],
    site: Site,
    watch: Callable[[str], None],
) -> None:
    """Make the folder and empty documents first, since anything may refer to them."""
    coder = reader.coder
    folder = DocumentFolder.__new__(DocumentFolder)
    coder.know("documents", folder)
    found: list[tuple[str, Document, dict[str, Any]]] = []
    for path in listed:
        if path.endswith("/document.json"):
            data = reader.json(path)
            document = Document.__new__(Document)
            versions = Versions.__new__(Versions)
            coder.know(f"document {data['uid']}", document)
            coder.know(f"versions {data['uid']}", versions)
            for order in data["orders"]:
                version = Version.__new__(Version)
                coder.know(f"version {data['uid']} {order}", version)
            found.append((path, document, data))
    coder.fill(folder, reader.json(parts.DOCUMENTS))
    folder._documents = OOBTree()  # noqa: SLF001 - an object of ours, made here
    for path, document, data in found:
        watch(path)
        coder.begin(path)
        _document(folder, path, document, data, reader, site)
    organisation.add("documents", folder)


def _document(
    folder: DocumentFolder,
    path: str,
    document: Document,
    data: dict[str, Any],
    reader: Reader,
    site: Site,
) -> None:
    coder = reader.coder
    coder.fill(document, data["values"])
    document.__dict__.update({"uid": data["uid"], "__parent__": folder})
    versions = coder.decode({"$ref": f"versions {data['uid']}"})
    coder.fill(versions, data["versions"])
    versions.__dict__.update({"__parent__": document, "_by_order": IOBTree()})
    document.__dict__["versions"] = versions
    for order in data["orders"]:
        version = coder.decode({"$ref": f"version {data['uid']} {order}"})
        values = reader.json(f"{path.removesuffix('document.json')}v{order}/version.json")
        coder.fill(version, values)
        version.__dict__["__parent__"] = versions
        if version.order != order:
            raise NotTransferable(what=f"version {order}")
        versions._by_order[order] = version  # noqa: SLF001 - an object of ours, made here
        organisation_id = reader.manifest["organisation"]
        site.checks[version.token] = (organisation_id, document.uid, order)
    folder._documents[document.uid] = document  # noqa: SLF001 - an object of ours, made here


def _people(organisation: Organisation, site: Site) -> None:
    """Bind the addresses, let nobody in by anything that the archive says."""
    people = organisation["people"]
    taken = []
    for person in people.persons(active_only=False):
        for name, nothing in parts.SECRETS.items():
            setattr(person, name, nothing)
        folded = fold_email(person.email)
        if not folded:
            continue
        if folded in site.logins:
            taken.append(person.email)
        else:
            site.logins[folded] = (organisation.id, person.id)
    if taken:
        raise parts.AddressesTaken(addresses=", ".join(sorted(taken)[:20]))


def _keys(
    organisation: Organisation, reader: Reader, secret: bytes, passphrase: str | None
) -> None:
    """Lock the authority's keys under this installation's secret, where the archive has them."""
    authority = organisation.annexes.get(parts.AUTHORITY)
    if not isinstance(authority, CertificateAuthority):
        return
    authority.encrypted_key = authority.encrypted_seal_key = b""
    if f"{parts.KEYS}ca.p8" not in reader.entries or passphrase == "":
        return
    if passphrase is None:
        raise parts.PassphraseNeeded
    locked = {}
    for name in ("ca", "seal"):
        key = open_with_passphrase(reader.read(f"{parts.KEYS}{name}.p8"), passphrase)
        if key is None:
            raise parts.PassphraseNeeded
        locked[name] = lock_with_secret(key, secret, f"{name}:{authority.label}")
    authority.encrypted_key, authority.encrypted_seal_key = locked["ca"], locked["seal"]
