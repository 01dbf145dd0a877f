"""Writes a pack: stored bytes as they are, facts as JSON, a page to read, a sealed manifest.

The same content at the same moment gives the same bytes, but for the signature of the seal, which
no two times is the same.  Stored files are streamed; nothing is held whole but small texts.
"""

from __future__ import annotations

import base64
import hashlib
import json
import zipfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from importlib.resources import files
from typing import IO, Any

from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID

from qms.audit.models import trail_of
from qms.content.models import BlobFile
from qms.documents.models import Document, Version
from qms.documents.reading_models import Acknowledgement, reading_key
from qms.documents.services.keys import AUTHORITY_ROOM
from qms.documents.services.reading import seen_room
from qms.documents.testimony import Collector, Testimony
from qms.evidence import words
from qms.evidence.errors import Damaged, NoAuthority
from qms.evidence.names import Names
from qms.evidence.scopes import Holding, bounds, concerns, may_see_reading
from qms.evidence.sealing import detached
from qms.evidence.segment import entries_of, segment
from qms.kernel.canonical import canonical_json
from qms.people.models import people_of
from qms.people.moments import zone_of
from qms.profiles.api import profile_of
from qms.signing.authority import is_seal, load_certificate, text_of
from qms.signing.keys import UnlockedKey
from qms.signing.models import CertificateAuthority
from qms.signing.preflight import preflight
from qms.signing.services import open_seal

MANIFEST, SEAL = "manifiesto.json", "manifiesto.p7s"
TRAIL = "bitacora/segmento.jsonl"
ROOT, LISTS = "certificados/raiz.pem", "certificados/revocados.crl"
VERIFIER = "verificar.py"
_BLOCK = 1 << 20
_PACKED = frozenset({"application/pdf", "application/zip", "image/png", "image/jpeg"})


def verifier() -> bytes:
    """Give the program that checks a pack."""
    return (files("qms.evidence") / VERIFIER).read_bytes()


def fingerprint_of(authority: CertificateAuthority) -> str:
    """Give the SHA-256 of the organisation's root certificate, which is what one has to trust."""
    return hashlib.sha256(authority.certificate).hexdigest()


@dataclass(frozen=True)
class Taker:
    """Who takes the pack out, and when."""

    person_id: str
    at: datetime
    person: Any = None
    """The Person, by whom it is decided what the pack holds; None for an operator."""


@dataclass
class Archive:
    """A ZIP being written, with the hash of all that went into it."""

    stream: IO[bytes]
    files: dict[str, dict[str, Any]] = field(default_factory=dict)
    names: Names = field(default_factory=Names)

    def __post_init__(self) -> None:
        """Begin the ZIP; Zip64 where it is needed."""
        self.zip = zipfile.ZipFile(self.stream, "w", zipfile.ZIP_DEFLATED, compresslevel=6)

    def add(self, name: str, data: bytes, when: datetime) -> str:
        """Write small bytes under a name of ours."""
        self._write(name, iter((data,)), len(data), when, zipfile.ZIP_DEFLATED)
        return name

    def add_file(self, name: str, blob: BlobFile, when: datetime) -> str:
        """Stream a stored file in as it is; refuse one that is not what was stored (Damaged)."""
        how = zipfile.ZIP_STORED if blob.media_type in _PACKED else zipfile.ZIP_DEFLATED
        with blob.open() as source:
            blocks = iter(lambda: source.read(_BLOCK), b"")
            self._write(name, blocks, blob.size, when, how)
        if self.files[name]["sha256"] != blob.sha256:
            raise Damaged(filename=blob.filename)
        return name

    def _write(
        self, name: str, blocks: Iterator[bytes], size: int, when: datetime, how: int
    ) -> None:
        entry = zipfile.ZipInfo(name, (max(when.year, 1980), *when.timetuple()[1:6]))
        entry.compress_type, entry.create_system = how, 3
        entry.external_attr, entry.file_size = 0o100644 << 16, size
        digest = hashlib.sha256()
        with self.zip.open(entry, "w") as target:
            for block in blocks:
                digest.update(block)
                target.write(block)
        self.files[name] = {"sha256": digest.hexdigest(), "size": size}


def write_pack(
    stream: IO[bytes],
    organisation: Any,
    holding: Holding,
    taker: Taker,
    *,
    secret: bytes,
    tell: Callable[[str], str],
    collectors: Sequence[Collector] = (),
) -> dict[str, Any]:
    """Write the pack into ``stream`` and give its manifest.

    ``collectors`` give what other rooms hold of a document; ``tell`` gives the Spanish of an
    event's sentence. Raises NoAuthority and Damaged, and a SigningRefused where the seal may not
    be used.
    """
    archive = Archive(stream)
    try:
        return _Packing(archive, organisation, holding, taker, tell, collectors).run(secret)
    finally:
        archive.zip.close()


class _Packing:
    """The writing of one pack."""

    def __init__(
        self,
        archive: Archive,
        organisation: Any,
        holding: Holding,
        taker: Taker,
        tell: Callable[[str], str],
        collectors: Sequence[Collector],
    ) -> None:
        self.archive, self.organisation, self.holding = archive, organisation, holding
        self.taker, self.tell, self.collectors = taker, tell, collectors
        self.people, self.profile = people_of(organisation), profile_of(organisation)
        self.zone = zone_of(organisation)
        self.now = self._local(taker.at)
        self.authority = organisation.annexes.get(AUTHORITY_ROOM)
        self.signers: set[int] = set()
        """Serial numbers of the certificates that the records name."""
        self.told: list[str] = []
        """By which the trail knows what other rooms told."""
        self.hidden = False
        """Whether other rooms hold more than the taker may view."""

    def _local(self, at: datetime | str) -> datetime:
        moment = datetime.fromisoformat(at) if isinstance(at, str) else at
        return moment.astimezone(self.zone)

    def run(self, secret: bytes) -> dict[str, Any]:
        """Write everything, the manifest and its seal last."""
        if self.authority is None:
            raise NoAuthority
        key = open_seal(self.authority, secret)
        preflight(key, crl=self.authority.crl, at=self.taker.at)
        documents = [self._document(*pair) for pair in self.holding.documents]
        entries = self._trail() if self.holding.with_trail else []
        self._certificates()
        manifest = self._manifest(documents)
        page = words.page(manifest, entries, self.archive.files, self._local, self.tell)
        self.archive.add("index.html", page.encode(), self.now)
        self.archive.add("LEEME.txt", words.readme(manifest).encode("utf-8-sig"), self.now)
        self.archive.add(VERIFIER, verifier(), self.now)
        manifest["files"] = dict(sorted(self.archive.files.items()))
        self._seal(manifest, key)
        return manifest

    def _seal(self, manifest: dict[str, Any], key: UnlockedKey) -> None:
        data = canonical_json(manifest)
        self.archive.add(MANIFEST, data, self.now)
        self.archive.add(SEAL, detached(data, key), self.now)

    def _json(self, name: str, data: Any, when: datetime) -> str:
        text = json.dumps(data, ensure_ascii=False, sort_keys=True, indent=1)
        return self.archive.add(name, (text + "\n").encode("utf-8", "backslashreplace"), when)

    # Documents

    def _document(self, document: Document, versions: list[Version]) -> dict[str, Any]:
        folder = self.archive.names.take("documentos", document.code)
        process = self.organisation["processes"].get(document.process_id)
        facts = {
            "uid": document.uid,
            "code": document.code,
            "former_codes": list(document.former_codes),
            "title": document.title,
            "type": self.profile.document_type(document.type_id).name,
            "process": process.name if process is not None else document.process_id,
        }
        self._json(f"{folder}/documento.json", facts, self.now)
        told = [self._version(document, version, folder) for version in versions]
        records = self._records(document, folder)
        return {**facts, "folder": folder, "versions": told, "records": records}

    def _version(self, document: Document, version: Version, above: str) -> dict[str, Any]:
        take = self.archive.names.take
        folder = take(above, f"{version.order:02d} version {version.label}")
        when = self._local(version.acts[-1]["at"])
        facts: dict[str, Any] = {
            "order": version.order,
            "label": version.label,
            "code": version.code or document.code,
            "title": version.title,
            "state": version.state,
            "migrated": bool(version.migrated),
            "timestamped": bool(version.timestamped),
            "dates": dict(version.dates),
            "reason": version.reason,
            "changes": [dict(one) for one in version.changes],
            "printed_approvals": [dict(one) for one in version.approvals],
            "folder": folder,
            "pdf": None,
            "frozen": None,
            "readings": None,
        }
        if version.disposed is not None:
            facts["disposed"] = dict(version.disposed)
        if version.rendition is not None and version.rendition.disposed is None:
            name = take(folder, f"{version.code or document.code}.pdf")
            facts["pdf"] = self.archive.add_file(name, version.rendition, when)
        if version.frozen is not None and version.frozen.disposed is None:
            name = f"{folder}/congelado.json"
            facts["frozen"] = self.archive.add_file(name, version.frozen, when)
        acts = [dict(act) for act in version.acts]
        self.signers |= {_serial(act) for act in acts if "proof" in act}
        facts["acts"] = self._json(f"{folder}/actos.json", acts, when)
        facts["signatures"] = [_told(act) for act in acts if act["kind"] in _SIGNING]
        facts["attached"] = [
            self.archive.add_file(take(f"{folder}/adjuntos", one.filename), one, when)
            for _id, one in sorted(version.files.items())
            if version.disposed is None and one.disposed is None
        ]
        if version.frozen is None and version.sections:
            sections = {name: stored.data for name, stored in version.sections.items()}
            facts["content"] = self._json(f"{folder}/contenido.json", sections, when)
        # None: not for these eyes; empty: nobody confirmed it.
        if may_see_reading(self.taker.person, document):
            facts["readings"] = self._readings(document, version, folder)
        return facts

    def _records(self, document: Document, above: str) -> list[dict[str, Any]]:
        """Write what other rooms hold of the document: one file each, with its acts."""
        found: list[Testimony] = []
        for collect in self.collectors:
            heard = collect(self.organisation, document, self.taker.person)
            self.hidden = self.hidden or heard.hidden
            found += heard.testimonies
        scope = self.holding.scope
        wanted = [one for one in found if concerns(document, one.order, one.acts, scope)]
        return [self._record(document, one, above) for one in wanted]

    def _record(self, document: Document, one: Testimony, above: str) -> dict[str, Any]:
        take = self.archive.names.take
        name = take(f"{above}/{one.folder}", f"{one.name}.json")
        acts = [dict(act) for act in one.acts]
        self.signers |= {_serial(act) for act in acts if "proof" in act}
        self.told.append(one.uid)
        about = {"uid": one.uid, "document": document.uid, "order": one.order}
        data = {**about, "title": one.title, "facts": dict(one.facts), "acts": acts}
        self._json(name, data, self._local(acts[-1]["at"]))
        signatures = [_told(act) for act in acts if "proof" in act]
        return {**about, "title": one.title, "file": name, "signatures": signatures}

    def _readings(self, document: Document, version: Version, folder: str) -> str:
        room = seen_room(self.organisation)
        found = room.readers.get(reading_key(document.uid, version.order), {})
        facts = [(person, Acknowledgement(*fact)) for person, fact in found.items()]
        rows = [
            {
                "person": person,
                "name": self.people.person_name(person),
                "position": self.people.position_name(fact.position),
                "at": fact.at.isoformat(),
                "channel": fact.channel,
            }
            for person, fact in sorted(facts, key=lambda pair: (pair[1].at, pair[0]))
        ]
        return self._json(f"{folder}/lecturas.json", rows, self.now) if rows else ""

    # Around them

    def _trail(self) -> list[dict[str, Any]]:
        trail = trail_of(self.organisation)
        uids = [document.uid for document, _versions in self.holding.documents]
        versions = self.holding.versions
        if self.holding.scope.order is None:
            # Also the versions that hold no file yet: whoever is here may read the trail.
            versions = [one for pair in self.holding.documents for one in pair[0].versions]
        uids += [version.uid for version in versions] + self.told
        low, high = bounds(self.organisation, self.holding.scope)
        entries = entries_of(trail, uids, low=low, high=high)
        lines = segment(trail, entries, at=self.taker.at)
        text = "\n".join(
            json.dumps(line, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
            for line in lines
        )
        self.archive.add(TRAIL, (text + "\n").encode("utf-8", "backslashreplace"), self.now)
        return entries

    def _certificates(self) -> None:
        self.archive.add(ROOT, _pem(self.authority.certificate), self.now)
        self.archive.add(LISTS, self.authority.crl, self.now)
        for serial, data in self.authority.issued.items():
            certificate = load_certificate(data)
            name = text_of(certificate.subject, NameOID.COMMON_NAME)
            if is_seal(certificate):
                self.archive.add(f"certificados/sello-{serial}.pem", _pem(data), self.now)
            elif serial in self.signers:
                path = self.archive.names.take("certificados", f"firmante-{serial} {name}.pem")
                self.archive.add(path, _pem(data), self.now)

    def _manifest(self, documents: list[dict[str, Any]]) -> dict[str, Any]:
        data = self.organisation.profile["organisation"]
        versions = [one for document in documents for one in document["versions"]]
        told = all(one["readings"] is not None for one in versions)
        return {
            "qms_evidence": 1,
            "organisation": {
                "id": self.organisation.id,
                "name": data.get("legal_name") or data["name"],
                "tax_id": data.get("tax_id") or "",
            },
            "scope": self.holding.scope.to_data(),
            "made": {
                "at": self.taker.at,
                "by": self.taker.person_id,
                "name": self.people.person_name(self.taker.person_id),
            },
            "root_sha256": fingerprint_of(self.authority),
            "trail": TRAIL if self.holding.with_trail else None,
            "reserved": [
                name
                for name, is_in in (
                    ("trail", self.holding.with_trail),
                    ("readings", told),
                    ("records", not self.hidden),
                )
                if not is_in
            ],
            "documents": documents,
        }


_SIGNING = frozenset(words.ACTS)


def _told(act: dict[str, Any]) -> dict[str, Any]:
    """Give what the page says of a signature or a return."""
    names = ("kind", "meaning", "name", "position", "on_behalf_of_name", "at")
    return {name: act.get(name) for name in names} | {
        "reason": act.get("reason") or act.get("note") or ""
    }


def _serial(act: dict[str, Any]) -> int:
    return load_certificate(base64.b64decode(act["proof"]["certificate"])).serial_number


def _pem(certificate: bytes) -> bytes:
    return load_certificate(certificate).public_bytes(Encoding.PEM)
