"""Comprueba un paquete de evidencias sin el sistema que lo hizo y sin confiar en él.

    python3 verificar.py --huella HUELLA_DE_LA_RAIZ [CARPETA o PAQUETE.zip]

La huella es el SHA-256 del certificado raíz de la organización, tomado de una fuente impresa o de
su página, nunca de este paquete. Basta Python 3.9; con pyHanko (pip install pyhanko) comprueba
además las firmas. Termina con 0 si todo está en orden y nada quedó sin comprobar, con 1 si algo
está mal (se dice qué), con 2 si no se le dio un paquete y con 3 si nada está mal pero algo quedó
sin comprobar (se dice qué).
"""

# This file goes into every pack and runs alone: standard library, and pyHanko where it is there.

from __future__ import annotations

import argparse
import base64
import hashlib
import importlib
import io
import json
import logging
import re
import stat
import sys
import unicodedata
import warnings
import zipfile
from collections import Counter
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

MANIFEST, SEAL = "manifiesto.json", "manifiesto.p7s"
ROOT, LISTS = "certificados/raiz.pem", "certificados/revocados.crl"
PREFIX = b"qms approval record 1\n"
HARMLESS = {"affiliationChanged", "superseded", "cessationOfOperation"}
TOLERANCE = timedelta(minutes=10)
BLOCK = 1 << 20
LARGEST = 1 << 30
END = b"%%EOF"
ACTS = {"signed": "firma de", "returned": "devolución de", "reviewed": "revisión de"}


class Place:
    """The files of a pack, in a folder or in its ZIP; nothing outside of it is ever read."""

    def __init__(self, path: Path) -> None:
        """Open the ZIP, or look at the folder."""
        self.path = path
        self.zip = None if path.is_dir() else zipfile.ZipFile(path)
        self.there = set(self.names())

    def names(self) -> list[str]:
        """List every file; links and doubled names are told apart by ``strange``."""
        if self.zip is not None:
            return [one.filename for one in self.zip.infolist() if not one.is_dir()]
        found = sorted(self.path.rglob("*"))
        return [
            one.relative_to(self.path).as_posix()
            for one in found
            if (one.is_symlink() or not one.is_dir()) and "__pycache__" not in one.parts
        ]

    def strange(self) -> list[str]:
        """Name what no pack holds: links, doubled names, names that lead outside."""
        names = self.names()
        found = {name for name, times in Counter(names).items() if times > 1}
        found |= {one for one in names if one.startswith("/") or ".." in re.split(r"[/\\]", one)}
        if self.zip is not None:
            modes = ((one.filename, one.external_attr >> 16) for one in self.zip.infolist())
            return sorted(found | {name for name, mode in modes if stat.S_ISLNK(mode)})
        return sorted(found | {name for name in names if (self.path / name).is_symlink()})

    def open(self, name: str) -> Any:
        """Open one file; KeyError when it is not there or is a link."""
        if name not in self.there or (self.zip is None and (self.path / name).is_symlink()):
            raise KeyError(name)
        return self.zip.open(name) if self.zip is not None else (self.path / name).open("rb")

    def read(self, name: str) -> bytes:
        """Give one file whole, as far as a file of a pack may be."""
        with self.open(name) as stream:
            return stream.read(LARGEST)


class Verdict:
    """What was found, in sentences."""

    def __init__(self) -> None:
        """Start with nothing."""
        self.good: list[str] = []
        self.bad: list[str] = []
        self.open: list[str] = []
        self.notes: list[str] = []

    def status(self) -> int:
        """Give the exit status."""
        return 1 if self.bad else 3 if self.open else 0

    def lines(self) -> list[str]:
        """Give all sentences, the worst last, and the bottom line."""
        ends = {
            0: "TODO EN ORDEN: el paquete es auténtico y está completo e íntegro.",
            1: "NO CONFÍE EN ESTE PAQUETE: hay algo mal.",
            3: "NADA ESTÁ MAL, pero no se comprobó todo.",
        }
        marked = (
            ("bien      ", self.good),
            ("nota      ", self.notes),
            ("sin ver   ", self.open),
            ("MAL       ", self.bad),
        )
        return [mark + one for mark, found in marked for one in found] + [ends[self.status()]]


def canonical(data: Any) -> bytes:
    """Write plain data in the one form that is signed: sorted, compact, NFC."""

    def plain(one: Any) -> Any:
        if isinstance(one, str):
            return unicodedata.normalize("NFC", one)
        if isinstance(one, list):
            return [plain(item) for item in one]
        if isinstance(one, dict):
            return dict(sorted((plain(key), plain(value)) for key, value in one.items()))
        return one

    return json.dumps(plain(data), ensure_ascii=False, separators=(",", ":")).encode()


def check_files(place: Place, files: dict[str, Any], say: Verdict) -> None:
    """Hold every file against the manifest: none altered, missing or put in."""
    wrong = len(say.bad)
    say.bad += [f"nombre que no puede estar en un paquete: {name}" for name in place.strange()]
    for name in sorted(place.there - set(files) - {MANIFEST, SEAL}):
        say.bad.append(f"archivo agregado, el manifiesto no lo nombra: {name}")
    for name, expected in files.items():
        if name not in place.there:
            say.bad.append(f"falta el archivo: {name}")
            continue
        digest, size = hashlib.sha256(), 0
        with place.open(name) as stream:
            while size <= expected["size"] and (block := stream.read(BLOCK)):
                digest.update(block)
                size += len(block)
        if (digest.hexdigest(), size) != (expected["sha256"], expected["size"]):
            say.bad.append(f"archivo alterado, su SHA-256 no es el del manifiesto: {name}")
    if len(say.bad) == wrong:
        say.good.append(f"los {len(files)} archivos tienen el SHA-256 del manifiesto")


# The trail


def sha(data: Any) -> str:
    """Give the SHA-256 of plain data as the trail writes them."""
    text = json.dumps(data, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode("utf-8", "backslashreplace")).hexdigest()


def digest_of(entry: dict[str, Any]) -> str:
    """Give the hash of an entry or anchor; entries with a salt are hashed in two levels."""
    bare = {name: value for name, value in entry.items() if name not in {"hash", "body"}}
    if "salt" not in entry and "body" not in entry:
        return sha(bare)
    link = {name: bare.pop(name) for name in ("lane", "previous", "sequence")}
    return sha({**link, "body": sha(bare) if bare else entry["body"]})


class Chains:
    """The trail's segment: stretches of chains between anchors."""

    def __init__(self, lines: list[dict[str, Any]], say: Verdict) -> None:
        """Part the lines into head, anchors and stretches."""
        self.head, self.say = lines[0], say
        self.organisation = self.head["organisation"]
        self.anchors = [one for one in lines[1:] if "anchor" in one]
        self.stretches: list[tuple[dict[str, Any], list[dict[str, Any]]]] = []
        for one in lines[1:]:
            if "stretch" in one:
                self.stretches.append((one, []))
            elif "anchor" not in one:
                self.stretches[-1][1].append(one)

    def complain(self, sentence: str) -> None:
        """Note what speaks against the trail."""
        self.say.bad.append(f"bitácora: {sentence}")

    def check(self, anchor: str, whole: list[dict[str, Any]]) -> None:
        """Check all; ``anchor`` was kept elsewhere, ``whole`` is the complete trail or nothing."""
        say, wrong = self.say, len(self.say.bad)
        self.check_anchors(anchor)
        for bounds, entries in self.stretches:
            self.check_bounds(bounds)
            self.check_stretch(bounds, entries)
        everything = [one for _bounds, entries in self.stretches for one in entries]
        shown = [one for one in everything if "event" in one]
        if len(shown) != self.head["entries"]:
            self.complain(f"hay {len(shown)} asientos y debe haber {self.head['entries']}")
        unproved = sum("event" not in one and "body" not in one for one in everything)
        if whole:
            self.check_within(whole)
        elif unproved:
            say.notes.append(
                f"bitácora: {unproved} asientos de otros asuntos están solo con su SHA-256; que la "
                "cadena pasa por ellos lo prueba la bitácora completa (--bitacora)"
            )
        if free := self.unanchored(shown):
            say.notes.append(f"bitácora: {free} asientos propios son posteriores a la última ancla")
        if len(say.bad) == wrong:
            say.good.append(
                f"bitácora: {len(shown)} asientos propios encadenados entre {len(self.anchors)} "
                f"anclas; {len(everything) - len(shown)} ajenos, reservados"
            )

    def check_anchors(self, anchor: str) -> None:
        """Follow the anchors' own chain up to the newest, and find the one kept elsewhere."""
        previous = self.head["anchors_from"]
        for one in self.anchors:
            if digest_of(one) != one["hash"]:
                self.complain(f"el ancla del {one['anchor']} fue alterada")
            elif one["previous"] != previous:
                self.complain(f"falta un ancla antes de la del {one['anchor']}")
            previous = one["hash"]
        if previous != self.head["last_anchor"]:
            self.complain("faltan anclas al final")
        if anchor and anchor not in {one["hash"] for one in self.anchors}:
            self.complain(f"el ancla {anchor} no está en este paquete")
        elif anchor:
            self.say.good.append("bitácora: el ancla que usted dio está en la cadena")

    def check_bounds(self, bounds: dict[str, Any]) -> None:
        """Hold the ends of a stretch against what anchors (or the export itself) bound."""
        lane = bounds["stretch"]
        ends = {(own["lanes"][lane]["count"], own["lanes"][lane]["head"]) for own in self.anchors}
        now = self.head["heads"][lane]
        if (bounds["from"], bounds["begin"]) not in ends | {(0, self.first_link(lane))}:
            self.complain(f"el comienzo de la hebra {lane} no es el de ningún ancla")
        if (bounds["to"], bounds["end"]) not in ends | {(now["count"], now["head"])}:
            self.complain(f"el final de la hebra {lane} no es el de ningún ancla")

    def check_stretch(self, bounds: dict[str, Any], entries: list[dict[str, Any]]) -> None:
        """Follow one chain from end to end, over own entries and reserved ones."""
        lane, at, now = bounds["stretch"], bounds["from"], bounds["begin"]
        for one in entries:
            where = f"el asiento {one['sequence']} de la hebra {lane}"
            if one["sequence"] != at:
                self.complain(f"falta o sobra un asiento antes de {where}")
            if "event" in one:
                if one["lane"] != lane or digest_of(one) != one["hash"]:
                    self.complain(f"{where} fue alterado")
                if one["previous"] != now:
                    self.complain(f"{where} no sigue al anterior")
            elif "body" in one:
                one["hash"] = digest_of({**one, "lane": lane, "previous": now})
            at, now = one["sequence"] + 1, one["hash"]
        if (at, now) != (bounds["to"], bounds["end"]):
            self.complain(f"la hebra {lane} está cortada o alterada")

    def check_within(self, whole: list[dict[str, Any]]) -> None:
        """Follow the whole trail, and find every entry of the pack at its place there."""
        chains: dict[int, list[str]] = {}
        for one in whole[1:]:
            if "anchor" in one:
                continue
            chain = chains.setdefault(one["lane"], [self.first_link(one["lane"])])
            if digest_of(one) != one["hash"] or one["previous"] != chain[-1]:
                self.complain(f"la completa está rota en el asiento {one['number']}")
                return
            chain.append(one["hash"])
        for bounds, entries in self.stretches:
            lane = bounds["stretch"]
            for one in entries:
                place = one["sequence"] + 1
                chain = chains.get(lane, [])
                if place >= len(chain) or chain[place] != one["hash"]:
                    where = f"el asiento {one['sequence']} de la hebra {lane}"
                    self.complain(f"{where} no es el de la bitácora completa")
        self.say.good.append(f"bitácora completa: {len(whole) - 1} líneas, todo enlaza con ella")

    def unanchored(self, shown: list[dict[str, Any]]) -> int:
        """Count the entries of this pack that no anchor binds yet."""
        none = [{"count": 0}] * self.head["lanes"]
        bound = self.anchors[-1]["lanes"] if self.anchors else none
        return sum(one["sequence"] >= bound[one["lane"]]["count"] for one in shown)

    def first_link(self, lane: int) -> str:
        """Give the predecessor of a lane's first entry."""
        return hashlib.sha256(f"qms trail {self.organisation} {lane}".encode()).hexdigest()


def check_trail(place: Place, name: str, anchor: str, whole: list[Any], say: Verdict) -> None:
    """Check the segment in the file ``name``."""
    lines = [json.loads(one) for one in place.read(name).decode("utf-8").split("\n") if one]
    Chains(lines, say).check(anchor, whole)


# Versions: content, acts, records and file belong together (21 CFR 11.70)


def check_version(place: Place, document: Any, version: Any, say: Verdict) -> list[Any]:
    """Hold a version's files against its acts; gives the signed records for their check."""
    here, wrong = name_of(document, version), len(say.bad)
    own = {"document": document["uid"], "order": version["order"]}
    records, frozen, hashes = [], None, []
    for act in json.loads(place.read(version["acts"])):
        if act["kind"] == "submitted":
            frozen, hashes = act["frozen_sha256"], [act["pdf_sha256"]]
        if "proof" not in act:
            continue
        apart = ("proof", "file_sha256")
        record = {name: value for name, value in act.items() if name not in apart}
        who = f"{ACTS.get(act['kind'], act['kind'])} {act.get('name') or act['by']}"
        records.append((f"{here}, {who}", record, act))
        if act["kind"] in ACTS:
            about = {**own, "frozen_sha256": frozen}
            say.bad += [f"{here}: {one}" for one in strangers(record, about, hashes)]
        if act["kind"] == "signed":
            hashes.append(act["file_sha256"])
    check_content(place, version, frozen, hashes, say)
    if gone := version.get("disposed"):
        check_disposed(here, gone, frozen, hashes, say)
    elif len(say.bad) == wrong and hashes:
        say.good.append(
            f"{here}: contenido, actos y PDF se corresponden ({len(records)} registros)"
        )
    return records


def check_disposed(
    here: str, gone: dict[str, Any], frozen: str | None, hashes: list[str], say: Verdict
) -> None:
    """Hold the hashes that an elimination kept against those that the signed acts name."""
    kept = {one["what"]: one["sha256"] for one in gone["files"]}
    if frozen and kept.get("frozen") != frozen:
        say.bad.append(f"{here}: la huella que conserva la eliminación no es la de lo firmado")
    say.notes.append(
        f"{here}: contenido y archivos se eliminaron por el acta {gone['record']} el "
        f"{gone['day']}; quedan los actos y las huellas SHA-256 de {len(gone['files'])} archivos"
    )


def check_record_file(
    place: Place, document: Any, told: Any, pdfs: dict[int, str], say: Verdict
) -> list[Any]:
    """Hold what is told beside the versions against its document; gives its signed records."""
    data, wrong = json.loads(place.read(told["file"])), len(say.bad)
    here, records = f"{document['code']}, {told['title']}", []
    for name in ("uid", "document", "order", "title"):
        if data[name] != told[name]:
            say.bad.append(f"{told['file']}: no dice lo mismo que el manifiesto ({name})")
    if data["document"] != document["uid"]:
        say.bad.append(f"{told['file']}: es de otro documento")
    for act in data["acts"]:
        if "proof" not in act:
            continue
        record = {name: value for name, value in act.items() if name != "proof"}
        if (record["document"], record["request"]) != (document["uid"], data["uid"]):
            say.bad.append(f"{told['file']}: una firma es de otro asunto")
        elif (pdf := pdfs.get(record["order"])) and record["pdf_sha256"] not in revisions(
            place.read(pdf)
        ):
            say.bad.append(f"{told['file']}: una firma es sobre otro PDF")
        who = f"{ACTS.get(act['kind'], act['kind'])} {act.get('name') or act['by']}"
        records.append((f"{here}, {who}", record, act))
    if len(say.bad) == wrong and records:
        say.good.append(f"{here}: {len(records)} firmas sobre este documento y no otro")
    return records


def strangers(record: Any, about: dict[str, Any], hashes: list[str]) -> list[str]:
    """Say where a record is about something else; a review adds the file that it looked at."""
    pdf, kind = record["pdf_sha256"], record["kind"]
    if kind == "reviewed":
        hashes += [pdf] if pdf else []
    expected = about if kind == "reviewed" else {**about, "pdf_sha256": (hashes or [""])[-1]}
    other = {name for name, value in expected.items() if record.get(name) != value}
    found = []
    if other & {"document", "order"}:
        found.append(f"el registro de {record.get('slot') or kind} es de otro documento")
    if other & {"frozen_sha256", "pdf_sha256"}:
        found.append(f"el registro de {record.get('slot') or kind} es de otro contenido")
    return found


def check_content(
    place: Place, version: Any, frozen: str | None, hashes: list[str], say: Verdict
) -> None:
    """Hold the frozen content and the PDF against what the acts say was signed."""
    name = version["frozen"]
    if name and hashlib.sha256(place.read(name)).hexdigest() != frozen:
        say.bad.append(f"{name}: no es el contenido que se sometió a firma")
    name = version["pdf"]
    if name and set(hashes) - revisions(place.read(name)):
        say.bad.append(f"{name}: no es el PDF que se firmó")


def name_of(document: Any, version: Any) -> str:
    """Name a version in a sentence."""
    return f"{document['code']} versión {version['label']}"


def revisions(pdf: bytes) -> set[str]:
    """Give the SHA-256 of the file as it was after each of its saves: signing only appends."""
    digest, start, found = hashlib.sha256(), 0, {hashlib.sha256(pdf).hexdigest()}
    for match in re.finditer(rb"%%EOF(\r\n|\n|\r)?", pdf):
        for end in sorted({match.start() + len(END), match.end()}):
            digest.update(pdf[start:end])
            start = end
            found.add(digest.hexdigest())
    return found


# Signatures: only with the libraries


class Authority:
    """The organisation's root as the pack gives it, with its genuine revocation list."""

    def __init__(self, place: Place) -> None:
        """Load the root; whether to trust it is for its printed fingerprint to say."""
        self.x509 = importlib.import_module("cryptography.x509")
        self.root = self.x509.load_pem_x509_certificate(place.read(ROOT))
        listed = self.x509.load_der_x509_crl(place.read(LISTS))
        self.crl = listed if listed.is_signature_valid(self.root.public_key()) else None

    def complaint(self, certificate: Any, at: datetime) -> str:
        """Say what speaks against a signature made with ``certificate`` at ``at``, or nothing."""
        try:
            certificate.verify_directly_issued_by(self.root)
        except Exception:  # noqa: BLE001 - hostile certificates raise many kinds; all mean no
            return "su certificado no es de la organización"
        if not certificate.not_valid_before_utc <= at <= certificate.not_valid_after_utc:
            return "su certificado no era válido en ese momento"
        if self.crl is None:
            return "la lista de revocados no es de la organización"
        found = self.crl.get_revoked_certificate_by_serial_number(certificate.serial_number)
        if found is not None:
            try:
                kind = found.extensions.get_extension_for_class(self.x509.CRLReason)
                reason = kind.value.reason.value
            except self.x509.ExtensionNotFound:
                reason = "unspecified"
            if reason not in HARMLESS or at >= found.revocation_date_utc:
                return "su certificado fue revocado"
        return ""

    def signed(self, certificate: Any, signature: bytes, data: bytes) -> bool:
        """Tell whether the key of ``certificate`` signed ``data``."""
        primitives = "cryptography.hazmat.primitives."
        hashes = importlib.import_module(primitives + "hashes")
        asymmetric = importlib.import_module(primitives + "asymmetric")
        key = certificate.public_key()
        try:
            if hasattr(key, "curve"):
                kind = importlib.import_module(f"{asymmetric.__name__}.ec").ECDSA(hashes.SHA256())
                key.verify(signature, data, kind)
            else:
                padding = importlib.import_module(f"{asymmetric.__name__}.padding").PKCS1v15()
                key.verify(signature, data, padding, hashes.SHA256())
        except importlib.import_module("cryptography.exceptions").InvalidSignature:
            return False
        return True

    def person_of(self, certificate: Any) -> str:
        """Give the person's id that the certificate bears."""
        values = certificate.subject.get_attributes_for_oid(self.x509.NameOID.SERIAL_NUMBER)
        return str(values[0].value) if values else ""


def check_record(authority: Authority, name: str, record: Any, act: Any, say: Verdict) -> bool:
    """Check one detached signature over one act."""
    proof, at = act["proof"], datetime.fromisoformat(act["at"])
    certificate = authority.x509.load_der_x509_certificate(base64.b64decode(proof["certificate"]))
    data = PREFIX + canonical(record)
    if not authority.signed(certificate, base64.b64decode(proof["signature"]), data):
        say.bad.append(f"{name}: la firma no es de este registro; fue alterado o cambiado")
    elif problem := authority.complaint(certificate, at):
        say.bad.append(f"{name}: {problem}")
    elif authority.person_of(certificate) != act["by"]:
        say.bad.append(f"{name}: lo firmó otra persona")
    else:
        return True
    return False


def check_seal(place: Place, authority: Authority, at: datetime, say: Verdict) -> None:
    """Check the organisation's detached CMS signature over the manifest."""
    cms = importlib.import_module("asn1crypto.cms")
    content = cms.ContentInfo.load(place.read(SEAL))["content"]
    (signer,) = content["signer_infos"]
    serial = signer["sid"].chosen["serial_number"].native
    (own,) = (one for one in content["certificates"] if one.chosen.serial_number == serial)
    certificate = authority.x509.load_der_x509_certificate(own.chosen.dump())
    manifest = place.read(MANIFEST)
    oid = authority.x509.ObjectIdentifier("2.5.4.97")
    if not authority.signed(certificate, signer["signature"].native, manifest):
        say.bad.append("el manifiesto fue alterado: su sello no es de él")
    elif problem := authority.complaint(certificate, at):
        say.bad.append(f"el sello del manifiesto: {problem}")
    elif not certificate.subject.get_attributes_for_oid(oid):
        say.bad.append("el manifiesto no lleva el sello de la organización")
    else:
        say.good.append("el manifiesto lleva el sello de la organización y no se alteró")


def check_pdf(place: Place, authority: Authority, here: str, name: str, say: Verdict) -> None:
    """Check every signature of one PDF with pyHanko; nothing is fetched from anywhere."""
    reader = importlib.import_module("pyhanko.pdf_utils.reader")
    validation = importlib.import_module("pyhanko.sign.validation")
    diff = importlib.import_module("pyhanko.sign.diff_analysis").ModificationLevel
    cover = importlib.import_module("pyhanko.sign.validation.status").SignatureCoverageLevel
    context = importlib.import_module("pyhanko_certvalidator").ValidationContext
    x509 = importlib.import_module("asn1crypto.x509")
    encoding = importlib.import_module("cryptography.hazmat.primitives.serialization").Encoding
    root = x509.Certificate.load(authority.root.public_bytes(encoding.DER))
    wrong, signed = len(say.bad), 0
    found = list(reader.PdfFileReader(io.BytesIO(place.read(name))).embedded_signatures)
    for one in found:
        if one.sig_object_type != "/Sig":
            say.notes.append(f"{here}: lleva un sello de tiempo ajeno, que aquí no se comprobó")
            continue
        signed += 1
        at = one.self_reported_timestamp
        trust = context(trust_roots=[root], moment=at, allow_fetching=False)
        status = validation.validate_pdf_signature(one, trust)
        certificate = authority.x509.load_der_x509_certificate(one.signer_cert.dump())
        allowed = diff.LTA_UPDATES if one is found[-1] else diff.FORM_FILLING
        level = status.modification_level
        if not (status.intact and status.valid) or status.coverage < cover.ENTIRE_REVISION:
            say.bad.append(f"{here}: el PDF fue alterado después de la firma {one.fq_name}")
        elif level is None or level > allowed or status.docmdp_ok is False:
            say.bad.append(f"{here}: algo se agregó al PDF después de la firma {one.fq_name}")
        elif problem := authority.complaint(certificate, at):
            say.bad.append(f"{here}, firma {one.fq_name}: {problem}")
        elif not status.trusted:
            say.bad.append(f"{here}: la firma {one.fq_name} no es de confianza")
    if len(say.bad) == wrong:
        say.good.append(f"{here}: las {signed} firmas del PDF son válidas")


def verify(place: Place, fingerprint: str, anchor: str, whole: list[Any]) -> Verdict:
    """Check all that can be checked here."""
    say = Verdict()
    manifest = json.loads(place.read(MANIFEST))
    check_files(place, manifest["files"], say)
    root = place.read(ROOT).decode("ascii")
    der = base64.b64decode("".join(root.split("-----")[2].split()))
    seen = hashlib.sha256(der).hexdigest()
    if not fingerprint:
        say.open.append(f"compare con la huella impresa la de la raíz, que es {seen}")
    elif seen == fingerprint:
        say.good.append("el certificado raíz tiene la huella que usted dio")
    else:
        say.bad.append(f"el certificado raíz es otro: su huella es {seen}")
    if manifest["trail"]:
        guarded(say, "bitácora", check_trail, place, manifest["trail"], anchor, whole, say)
    versions = [
        (document, one) for document in manifest["documents"] for one in document["versions"]
    ]
    records: list[Any] = []
    for document, one in versions:
        name = name_of(document, one)
        records += guarded(say, name, check_version, place, document, one, say) or []
    for document in manifest["documents"]:
        pdfs = {one["order"]: one["pdf"] for one in document["versions"] if one["pdf"]}
        for told in document.get("records", ()):
            check, name = check_record_file, told["file"]
            records += guarded(say, name, check, place, document, told, pdfs, say) or []
    check_signatures(place, manifest, versions, records, say)
    return say


def check_signatures(
    place: Place, manifest: Any, versions: list[Any], records: list[Any], say: Verdict
) -> None:
    """Check seal, records and PDFs, or say that they were not."""
    try:
        importlib.import_module("pyhanko.sign.validation")
    except ImportError:
        pdfs = sum(bool(one["pdf"]) for _document, one in versions)
        say.open.append(
            f"sin pyHanko no se comprobaron el sello del manifiesto, {len(records)} registros "
            f"firmados ni las firmas de {pdfs} PDF (pip install pyhanko)"
        )
        return
    authority = guarded(say, "los certificados", Authority, place)
    if authority is None:
        return
    written = manifest["made"]["at"]
    at = datetime.fromisoformat(f"{written[:-1]}+00:00")  # Python 3.9 reads no Z
    guarded(say, "el sello del manifiesto", check_seal, place, authority, at, say)
    done = [guarded(say, one[0], check_record, authority, *one, say) for one in records]
    if records and all(done):
        say.good.append(
            f"los {len(records)} registros firmados son de quien dicen y de lo que dicen"
        )
    for document, one in versions:
        if one["pdf"]:
            here = name_of(document, one)
            guarded(say, here, check_pdf, place, authority, here, one["pdf"], say)


def guarded(say: Verdict, name: str, check: Any, *arguments: Any) -> Any:
    """Run one check; what cannot be read speaks against the pack and stops nothing else."""
    try:
        return check(*arguments)
    except Exception as error:  # noqa: BLE001 - a hostile pack may provoke anything
        say.bad.append(f"{name}: no se puede leer ({type(error).__name__})")
        return None


def main(arguments: list[str] | None = None) -> int:
    """Run from the command line and give the exit status."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    here = Path(__file__).resolve().parent
    parser.add_argument("paquete", nargs="?", type=Path, default=here, help="carpeta o ZIP")
    parser.add_argument("--huella", default="", help="SHA-256 impreso del certificado raíz")
    parser.add_argument("--ancla", default="", help="ancla impresa o enviada en su día")
    parser.add_argument("--bitacora", type=Path, help="bitácora completa exportada (.jsonl)")
    options = parser.parse_args(arguments)
    for stream in (sys.stdout, sys.stderr):
        getattr(stream, "reconfigure")(encoding="utf-8", errors="replace")  # noqa: B009
    warnings.simplefilter("ignore")
    logging.disable(logging.CRITICAL)
    fingerprint = re.sub(r"[\s:]", "", options.huella).lower()
    try:
        text = options.bitacora.read_text(encoding="utf-8") if options.bitacora else ""
        whole = [json.loads(one) for one in text.split("\n") if one]
        say = verify(Place(options.paquete), fingerprint, options.ancla.strip().lower(), whole)
    except Exception as error:  # noqa: BLE001 - whatever was given, it is no pack
        sys.stdout.write(f"Esto no es un paquete de evidencias legible ({error!r}).\n")
        return 2
    sys.stdout.write("\n".join(say.lines()) + "\n")
    return say.status()


if __name__ == "__main__":
    sys.exit(main())
