"""Detached signatures over the bytes of an approval act: returns, and proof beside a PDF.

What is signed is a prefix that names this purpose, then the data, so that such a signature can
never be passed off as one over anything else. The data name the document by its hash; a record
moved to another document does not verify there (21 CFR 11.70, C2).
"""

from __future__ import annotations

import base64
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID

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
from qms.signing.keys import UnlockedKey
from qms.signing.preflight import may_sign
from qms.signing.report import APPROVAL, SEAL, UNKNOWN, Sentence

PREFIX = b"qms approval record 1\n"
ECDSA, RSA = "ECDSA-SHA256", "RSA-PKCS1-SHA256"


@dataclass
class RecordReport:
    """What the verification of one signed record found."""

    ok: bool = False
    intact: bool = False
    trusted: bool = False
    revoked: bool = False
    signer: str = ""
    person_id: str = ""
    organisation: str = ""
    level: str = UNKNOWN
    problems: list[Sentence] = field(default_factory=list)
    notes: list[Sentence] = field(default_factory=list)

    def to_dict(self) -> dict[str, Any]:
        """Give JSON data."""
        return asdict(self)


def sign_record(data: bytes, key: UnlockedKey) -> dict[str, str]:
    """Sign canonical bytes; gives ``signature`` and ``certificate`` in base64 and ``algorithm``.

    Call ``preflight`` before. Raises KeyMismatch.
    """
    key.check()
    elliptic = isinstance(key.private_key, ec.EllipticCurvePrivateKey)
    return {
        "signature": _text(key.sign(PREFIX + data)),
        "certificate": _text(key.certificate.public_bytes(Encoding.DER)),
        "algorithm": ECDSA if elliptic else RSA,
    }


def verify_record(
    data: bytes,
    record: Mapping[str, str],
    *,
    trust: Iterable[bytes],
    signed_at: datetime,
    crls: Iterable[bytes] = (),
) -> RecordReport:
    """Check a signed record; raises over nothing in it.

    ``signed_at`` is the moment that the signed data name; the caller has read it from ``data``.
    """
    report = RecordReport()
    try:
        certificate = load_certificate(base64.b64decode(record["certificate"], validate=True))
        signature = base64.b64decode(record["signature"], validate=True)
        report.signer = text_of(certificate.subject, NameOID.COMMON_NAME)
        report.person_id = text_of(certificate.subject, NameOID.SERIAL_NUMBER)
        report.organisation = text_of(certificate.subject, NameOID.ORGANIZATION_NAME)
        report.intact = _fits(certificate, record["algorithm"], signature, PREFIX + data)
    except (KeyError, ValueError, TypeError):
        report.problems.append(Sentence("The signature cannot be read."))
        return report
    if not report.intact:
        report.problems.append(Sentence("The record was altered, or belongs to something else."))
    roots = [load_certificate(root) for root in trust]
    lists = [load_crl(crl) for crl in crls]
    genuine = [crl for crl in lists if any(is_crl_of(crl, root) for root in roots)]
    _trust(report, certificate, roots, signed_at)
    _revocation(report, certificate, genuine, signed_at)
    report.ok = report.intact and report.trusted and not report.problems
    if report.ok:
        report.level = SEAL if is_seal(certificate) else APPROVAL
    return report


def _fits(certificate: x509.Certificate, algorithm: str, signature: bytes, data: bytes) -> bool:
    key = certificate.public_key()
    try:
        if isinstance(key, ec.EllipticCurvePublicKey) and algorithm == ECDSA:
            key.verify(signature, data, ec.ECDSA(hashes.SHA256()))
        elif isinstance(key, rsa.RSAPublicKey) and algorithm == RSA:
            key.verify(signature, data, PKCS1v15(), hashes.SHA256())
        else:
            return False
    except InvalidSignature:
        return False
    return True


def _trust(
    report: RecordReport,
    certificate: x509.Certificate,
    roots: list[x509.Certificate],
    signed_at: datetime,
) -> None:
    valid = certificate.not_valid_before_utc <= signed_at <= certificate.not_valid_after_utc
    issued = any(is_issued_by(certificate, root) for root in roots)
    report.trusted = issued and valid and may_sign(certificate)
    if not report.trusted:
        report.problems.append(
            Sentence("The certificate was not issued by the organisation, or was not valid then.")
        )


def _revocation(
    report: RecordReport,
    certificate: x509.Certificate,
    crls: list[x509.CertificateRevocationList],
    signed_at: datetime,
) -> None:
    revocation = revocation_of(certificate, crls)
    if revocation is None:
        return
    report.revoked = True
    date = {"date": revocation.at.date().isoformat()}
    if revocation.reason in HARMLESS and signed_at < revocation.at:
        report.notes.append(
            Sentence("The certificate was revoked on ${date}, after this signature.", date)
        )
        return
    report.trusted = False
    report.problems.append(Sentence("The certificate was revoked on ${date}.", date))


def _text(data: bytes) -> str:
    return base64.b64encode(data).decode("ascii")
