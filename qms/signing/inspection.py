"""The verification itself, inside this process; call it through ``qms.signing.verify``.

Nothing is fetched from anywhere. Trust comes only from the roots that the caller names, and it
is the root's key that counts: a look-alike with the same names is a stranger.
"""

from __future__ import annotations

import hashlib
import io
import itertools
import logging
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.misc import PdfReadError
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.diff_analysis import (
    DEFAULT_DIFF_POLICY,
    ModificationLevel,
    SuspiciousModification,
)
from pyhanko.sign.fields import enumerate_sig_fields
from pyhanko.sign.validation import validate_pdf_signature, validate_pdf_timestamp
from pyhanko.sign.validation.dss import DocumentSecurityStore
from pyhanko.sign.validation.errors import ValidationInfoReadingError
from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature
from pyhanko.sign.validation.status import PdfSignatureStatus, SignatureCoverageLevel
from pyhanko_certvalidator import ValidationContext

from qms.signing.authority import (
    HARMLESS,
    is_crl_of,
    is_issued_by,
    is_seal,
    load_certificate,
    load_crl,
    revocation_of,
    text_of,
)
from qms.signing.pades import TITLE
from qms.signing.preflight import may_sign
from qms.signing.report import (
    DOCUMENT_STAMP,
    PERSONAL,
    SEAL,
    SIGNATURE_STAMP,
    Report,
    Sentence,
    SignatureReport,
    StampReport,
)

TOLERANCE = timedelta(minutes=10)
"""How far two honest clocks may differ."""

_WHOLE = SignatureCoverageLevel.ENTIRE_REVISION
_log = logging.getLogger(__name__)


@dataclass
class Evidence:
    """What the caller trusts, and everything about revocation that is genuine."""

    roots: list[x509.Certificate]
    trust_roots: list[asn1_x509.Certificate]
    crls: list[x509.CertificateRevocationList]
    stamp_roots: list[asn1_x509.Certificate]
    at: datetime


def inspect_pdf(
    pdf: bytes,
    trust: Iterable[bytes],
    *,
    crls: Iterable[bytes] = (),
    tsa_trust: Iterable[bytes] = (),
    at: datetime,
) -> Report:
    """Verify every signature of ``pdf`` as seen at ``at``; never raises over what is in the file.

    ``trust`` and ``tsa_trust`` are root certificates, ``crls`` revocation lists (PEM or DER).
    """
    report = Report(sha256=hashlib.sha256(pdf).hexdigest(), size=len(pdf))
    roots = [load_certificate(root) for root in trust]
    stamp_roots = [load_certificate(root) for root in tsa_trust]
    evidence = Evidence(roots, _asn1(roots), [], _asn1(stamp_roots), at)
    evidence.crls = _genuine([load_crl(crl) for crl in crls], roots)
    try:
        _inspect(pdf, evidence, report)
    except Exception:  # noqa: BLE001 - whatever a hostile file provokes is a finding, no crash
        _log.info("unreadable PDF", exc_info=True)
        report.problems.append(Sentence("This file is damaged or is not a sound PDF."))
    whole = not report.problems and bool(report.signatures)
    report.ok = whole and all(signature.ok for signature in report.signatures)
    return report


def _inspect(pdf: bytes, evidence: Evidence, report: Report) -> None:
    reader = PdfFileReader(io.BytesIO(pdf))
    if reader.encrypted:
        report.problems.append(Sentence("This PDF is encrypted, so nobody can check it."))
        return
    found = list(reader.embedded_signatures)
    filled = [name for name, _, _ in enumerate_sig_fields(reader, filled_status=True)]
    report.empty_fields = [name for name, _, _ in enumerate_sig_fields(reader, filled_status=False)]
    if len(found) != len(filled):
        report.problems.append(Sentence("The file has a signature of an unknown kind."))
    regular = [one for one in found if one.sig_object_type == "/Sig"]
    if not regular:
        report.problems.append(Sentence("This PDF has no signature."))
    evidence.crls += _genuine(_stored_crls(reader), evidence.roots)
    checked = [_stamp(one, evidence, report) for one in found if one not in regular]
    stamps = [stamp for stamp in checked if stamp is not None]
    for one in regular:
        _signature(one, stamps, evidence, report, last=one is regular[-1])
    if found and found[-1].evaluate_signature_coverage() != SignatureCoverageLevel.ENTIRE_FILE:
        # The library overlooks bytes that start no revision; other readers may not (D4-52).
        report.problems.append(Sentence("Something was appended after the last signature."))
    _between(reader, found, report)
    _dangers(reader, report)


def _signature(
    embedded: EmbeddedPdfSignature,
    stamps: list[tuple[int, datetime]],
    evidence: Evidence,
    report: Report,
    *,
    last: bool,
) -> None:
    result = SignatureReport(field=str(embedded.fq_name))
    report.signatures.append(result)
    try:
        declared = _aware(embedded.self_reported_timestamp)
        status = _status(embedded, declared or evidence.at, evidence)
        certificate = load_certificate(embedded.signer_cert.dump())
    except Exception:  # noqa: BLE001 - see inspect_pdf
        _log.info("unreadable signature", exc_info=True)
        result.problems.append(Sentence("The signature cannot be read."))
        return
    _describe(result, embedded, status, certificate)
    result.signed_at = declared
    _time(result, embedded, status, stamps, evidence)
    _integrity(result, status, last=last)
    _trust(result, status, certificate, evidence)
    result.ok = result.intact and result.trusted and not result.problems
    if result.trusted:
        result.level = SEAL if is_seal(certificate) else PERSONAL


def _status(
    embedded: EmbeddedPdfSignature, moment: datetime, evidence: Evidence
) -> PdfSignatureStatus:
    return validate_pdf_signature(
        embedded,
        ValidationContext(trust_roots=evidence.trust_roots, moment=moment, allow_fetching=False),
        ts_validation_context=_stamp_context(evidence),
    )


def _stamp_context(evidence: Evidence) -> ValidationContext:
    return ValidationContext(
        trust_roots=evidence.stamp_roots, moment=evidence.at, allow_fetching=False
    )


def _describe(
    result: SignatureReport,
    embedded: EmbeddedPdfSignature,
    status: PdfSignatureStatus,
    certificate: x509.Certificate,
) -> None:
    result.signer = text_of(certificate.subject, NameOID.COMMON_NAME)
    result.person_id = text_of(certificate.subject, NameOID.SERIAL_NUMBER)
    result.organisation = text_of(certificate.subject, NameOID.ORGANIZATION_NAME)
    result.meaning = str(embedded.sig_object.get("/Reason", ""))
    attributes = status.cades_signer_attrs
    if attributes is not None and TITLE in attributes.claimed_attrs:
        values = list(attributes.claimed_attrs[TITLE].attr_values)
        result.position = str(values[0].native) if values else ""


def _time(
    result: SignatureReport,
    embedded: EmbeddedPdfSignature,
    status: PdfSignatureStatus,
    stamps: list[tuple[int, datetime]],
    evidence: Evidence,
) -> None:
    later = [at for revision, at in stamps if revision > embedded.signed_revision]
    if later:
        result.proved_before, result.time_source = min(later), DOCUMENT_STAMP
    token = status.timestamp_validity
    if token is not None and token.valid and token.intact and token.trusted:
        result.proved_before, result.time_source = token.timestamp, SIGNATURE_STAMP
    elif token is not None:
        result.notes.append(Sentence("The time stamp comes from an authority not trusted here."))
    declared = result.signed_at
    if result.time_source == SIGNATURE_STAMP:
        result.signed_at = result.proved_before
    latest = result.proved_before or evidence.at
    if declared is None:
        result.problems.append(Sentence("The signature does not say when it was made."))
    elif declared > latest + TOLERANCE:
        result.problems.append(Sentence("The declared signing time lies in the future."))


def _integrity(result: SignatureReport, status: PdfSignatureStatus, *, last: bool) -> None:
    result.intact = bool(status.intact and status.valid)
    coverage = status.coverage or SignatureCoverageLevel.UNCLEAR
    result.coverage = coverage.name.lower()
    level = status.modification_level
    result.modification = level.name.lower() if level is not None else "other"
    if not result.intact:
        result.problems.append(Sentence("The document was altered after this signature."))
    if coverage < _WHOLE:
        result.problems.append(
            Sentence("The signature does not cover the document as its signer saw it.")
        )
    allowed = ModificationLevel.LTA_UPDATES if last else ModificationLevel.FORM_FILLING
    if level is None or level > allowed or status.docmdp_ok is False or not status.seed_value_ok:
        result.problems.append(Sentence("Something was added or changed after this signature."))


def _trust(
    result: SignatureReport,
    status: PdfSignatureStatus,
    certificate: x509.Certificate,
    evidence: Evidence,
) -> None:
    issued = any(is_issued_by(certificate, root) for root in evidence.roots)
    result.trusted = bool(status.trusted and issued and may_sign(certificate))
    if not result.trusted and result.intact:
        result.problems.append(
            Sentence("The certificate was not issued by the organisation, or was not valid then.")
        )
    result.revocation_checked = any(crl.issuer == certificate.issuer for crl in evidence.crls)
    if issued:
        _revocation(result, certificate, evidence)
    if evidence.at > certificate.not_valid_after_utc and result.trusted:
        result.notes.append(
            Sentence("The certificate was valid when the signature was made; it has expired since.")
        )
    if not result.revocation_checked:
        result.notes.append(Sentence("No revocation list was at hand."))


def _revocation(result: SignatureReport, certificate: x509.Certificate, evidence: Evidence) -> None:
    revocation = revocation_of(certificate, evidence.crls)
    if revocation is None or revocation.at > evidence.at:
        return
    result.revoked = True
    date = {"date": revocation.at.date().isoformat()}
    proved = result.proved_before is not None and result.proved_before < revocation.at
    harmless = revocation.reason in HARMLESS and result.signed_at is not None
    if proved or (harmless and result.signed_at < revocation.at):  # type: ignore[operator]
        result.notes.append(
            Sentence("The certificate was revoked on ${date}, after this signature.", date)
        )
        return
    result.trusted = False
    result.problems.append(Sentence("The certificate was revoked on ${date}.", date))


def _stamp(
    embedded: EmbeddedPdfSignature, evidence: Evidence, report: Report
) -> tuple[int, datetime] | None:
    """Check one document time stamp; gives its revision and time only when it proves something."""
    result = StampReport(field=str(embedded.fq_name))
    report.stamps.append(result)
    try:
        status = validate_pdf_timestamp(embedded, _stamp_context(evidence))
    except Exception:  # noqa: BLE001 - see inspect_pdf
        _log.info("unreadable time stamp", exc_info=True)
        report.problems.append(Sentence("A time stamp of the file cannot be read."))
        return None
    result.authority = str(status.signing_cert.subject.native.get("common_name", ""))
    result.at = status.timestamp
    covers = status.coverage is not None and status.coverage >= _WHOLE
    level = status.modification_level
    result.intact = bool(status.intact and status.valid and covers)
    result.trusted = bool(result.intact and status.trusted)
    if not result.intact or level is None or level > ModificationLevel.FORM_FILLING:
        report.problems.append(Sentence("The file was altered after its time stamp."))
        return None
    if not result.trusted:
        report.notes.append(Sentence("The time stamp comes from an authority not trusted here."))
        return None
    return embedded.signed_revision, status.timestamp


def _between(reader: PdfFileReader, found: list[EmbeddedPdfSignature], report: Report) -> None:
    """Refuse revisions between two signatures that did more than add validation data."""
    for before, after in itertools.pairwise(found):
        for revision in range(before.signed_revision + 1, after.signed_revision):
            try:
                level = DEFAULT_DIFF_POLICY.apply(
                    old=reader.get_historical_resolver(before.signed_revision),
                    new=reader.get_historical_resolver(revision),
                ).modification_level
            except SuspiciousModification:
                level = ModificationLevel.OTHER
            if level > ModificationLevel.LTA_UPDATES:
                report.problems.append(
                    Sentence("Something was added or changed between two signatures.")
                )
                return


def _dangers(reader: PdfFileReader, report: Report) -> None:
    """Name what can make a page show something else than what was signed."""
    root = reader.root
    if "/XFA" in _entry(root, "/AcroForm"):
        report.problems.append(
            Sentence("The file holds a dynamic form (XFA), which can hide what was signed.")
        )
    names, action = _entry(root, "/Names"), _entry(root, "/OpenAction")
    starts = isinstance(action, dict) and action.get("/S", "/GoTo") != "/GoTo"
    if "/JavaScript" in names or "/AA" in root or starts:
        report.notes.append(Sentence("The file holds a program that starts on opening."))
    if "/EmbeddedFiles" in names:
        report.notes.append(Sentence("The file holds attachments, which were not checked."))


def _stored_crls(reader: PdfFileReader) -> list[x509.CertificateRevocationList]:
    """Read the revocation lists that the file itself carries (B-LT)."""
    try:
        store = DocumentSecurityStore.read_dss(reader)
        return [load_crl(reference.get_object().data) for reference in store.crls]
    except (ValidationInfoReadingError, PdfReadError, ValueError, AttributeError):
        return []


def _genuine(
    crls: list[x509.CertificateRevocationList], roots: list[x509.Certificate]
) -> list[x509.CertificateRevocationList]:
    return [crl for crl in crls if any(is_crl_of(crl, root) for root in roots)]


def _asn1(certificates: list[x509.Certificate]) -> list[asn1_x509.Certificate]:
    return [asn1_x509.Certificate.load(one.public_bytes(Encoding.DER)) for one in certificates]


def _entry(dictionary: generic.DictionaryObject, key: str) -> Any:
    """Give the value itself, not a reference to it; an empty dictionary when it is missing."""
    try:
        return dictionary[key]
    except KeyError:
        return generic.DictionaryObject()


def _aware(moment: Any) -> datetime | None:
    if not isinstance(moment, datetime):
        return None
    return moment if moment.tzinfo is not None else moment.replace(tzinfo=UTC)
