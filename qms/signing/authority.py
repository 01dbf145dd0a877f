"""The certificate authority of one organisation: its root, its certificates, its revocations.

Everything takes and gives bytes (certificates and revocation lists in DER); the caller brings the
moment and the key. Profile after RFC 5280; subjects after ETSI EN 319 412-2 and -3.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID

from qms.signing.keys import PrivateKey

ROOT_LIFE = timedelta(days=30 * 365)
PERSON_LIFE = timedelta(days=2 * 365)
SEAL_LIFE = timedelta(days=10 * 365)
CRL_LIFE = timedelta(days=30)
"""How long a revocation list says of itself that it is fresh; publish the next one well before."""
BACKDATE = timedelta(minutes=5)
"""Certificates begin this much earlier, for verifiers whose clock is a little slow."""

REASONS = {reason.value: reason for reason in x509.ReasonFlags}
HARMLESS = frozenset({"affiliationChanged", "superseded", "cessationOfOperation"})
"""Reasons that say nothing against signatures made before the revocation."""

_SIGNING = x509.KeyUsage(
    digital_signature=True,
    content_commitment=True,
    key_encipherment=False,
    data_encipherment=False,
    key_agreement=False,
    key_cert_sign=False,
    crl_sign=False,
    encipher_only=False,
    decipher_only=False,
)
_ISSUING = x509.KeyUsage(
    digital_signature=False,
    content_commitment=False,
    key_encipherment=False,
    data_encipherment=False,
    key_agreement=False,
    key_cert_sign=True,
    crl_sign=True,
    encipher_only=False,
    decipher_only=False,
)


@dataclass(frozen=True)
class Issuer:
    """An opened authority: its root certificate and the key to it."""

    certificate: x509.Certificate
    private_key: PrivateKey


@dataclass(frozen=True)
class Revocation:
    """One line of a revocation list."""

    serial: int
    at: datetime
    reason: str
    """An RFC 5280 reason such as ``keyCompromise``, ``affiliationChanged`` or ``superseded``."""


def self_signed_root(
    key: PrivateKey, *, organisation: str, organisation_id: str, country: str, at: datetime
) -> bytes:
    """Make the root certificate of an organisation, which may issue end certificates only."""
    subject = _name(
        country, organisation, organisation_id, common_name=f"{organisation} - Autoridad de firma"
    )
    builder = _builder(subject, subject, key.public_key(), 1, at, at + ROOT_LIFE)
    builder = builder.add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
    builder = builder.add_extension(_ISSUING, critical=True)
    return builder.sign(key, hashes.SHA256()).public_bytes(Encoding.DER)


def issue_person(
    issuer: Issuer,
    public_key: ec.EllipticCurvePublicKey | rsa.RSAPublicKey,
    *,
    serial: int,
    name: str,
    person_id: str,
    at: datetime,
    life: timedelta = PERSON_LIFE,
) -> bytes:
    """Issue the signing certificate of a person; its subject bears name and person id."""
    subject = x509.Name(
        [
            *_organisation_part(issuer.certificate.subject),
            x509.NameAttribute(NameOID.COMMON_NAME, _short(name)),
            x509.NameAttribute(NameOID.SERIAL_NUMBER, person_id),
        ]
    )
    return _issue(issuer, subject, public_key, serial, at, life)


def issue_seal(
    issuer: Issuer,
    public_key: ec.EllipticCurvePublicKey | rsa.RSAPublicKey,
    *,
    serial: int,
    at: datetime,
    life: timedelta = SEAL_LIFE,
) -> bytes:
    """Issue the seal certificate of the organisation; an organisation identifier marks it."""
    root = issuer.certificate.subject
    organisation = text_of(root, NameOID.ORGANIZATION_NAME)
    subject = x509.Name(
        [
            *_organisation_part(root),
            *root.get_attributes_for_oid(NameOID.ORGANIZATION_IDENTIFIER),
            x509.NameAttribute(NameOID.COMMON_NAME, _short(f"Sello de {organisation}")),
        ]
    )
    return _issue(issuer, subject, public_key, serial, at, life)


def issue_crl(
    issuer: Issuer,
    revocations: Iterable[Revocation],
    *,
    number: int,
    at: datetime,
    life: timedelta = CRL_LIFE,
) -> bytes:
    """Publish the revocation list (DER), good until ``at`` plus ``life``."""
    builder = (
        x509.CertificateRevocationListBuilder()
        .issuer_name(issuer.certificate.subject)
        .last_update(at.astimezone(UTC))
        .next_update(at.astimezone(UTC) + life)
        .add_extension(x509.CRLNumber(number), critical=False)
        .add_extension(_authority_key(issuer.certificate), critical=False)
    )
    for line in revocations:
        entry = (
            x509.RevokedCertificateBuilder()
            .serial_number(line.serial)
            .revocation_date(line.at.astimezone(UTC))
            .add_extension(x509.CRLReason(REASONS[line.reason]), critical=False)
        )
        builder = builder.add_revoked_certificate(entry.build())
    return builder.sign(issuer.private_key, hashes.SHA256()).public_bytes(Encoding.DER)


def load_certificate(data: bytes) -> x509.Certificate:
    """Read one certificate in PEM or DER; raises ValueError."""
    if data.lstrip().startswith(b"-----BEGIN"):
        return x509.load_pem_x509_certificate(data)
    return x509.load_der_x509_certificate(data)


def load_crl(data: bytes) -> x509.CertificateRevocationList:
    """Read one revocation list in PEM or DER; raises ValueError."""
    if data.lstrip().startswith(b"-----BEGIN"):
        return x509.load_pem_x509_crl(data)
    return x509.load_der_x509_crl(data)


def is_issued_by(certificate: x509.Certificate, root: x509.Certificate) -> bool:
    """Tell whether ``root`` truly signed ``certificate``; equal names prove nothing."""
    try:
        certificate.verify_directly_issued_by(root)
    except Exception:  # noqa: BLE001 - hostile certificates raise many kinds; all mean no
        return False
    return True


def is_crl_of(crl: x509.CertificateRevocationList, root: x509.Certificate) -> bool:
    """Tell whether ``root`` truly signed ``crl``."""
    try:
        key = root.public_key()
        return crl.issuer == root.subject and crl.is_signature_valid(key)  # type: ignore[arg-type]
    except Exception:  # noqa: BLE001 - hostile lists raise many kinds; all mean no
        return False


def revocation_of(
    certificate: x509.Certificate, crls: Iterable[x509.CertificateRevocationList]
) -> Revocation | None:
    """Find the earliest revocation of ``certificate`` in lists already known to be genuine."""
    found = []
    for crl in crls:
        entry = crl.get_revoked_certificate_by_serial_number(certificate.serial_number)
        if entry is not None and crl.issuer == certificate.issuer:
            found.append(_revocation(entry))
    return min(found, key=lambda line: line.at, default=None)


def is_seal(certificate: x509.Certificate) -> bool:
    """Tell a seal certificate (organisation identifier) from a person's (serial number)."""
    subject = certificate.subject
    return bool(subject.get_attributes_for_oid(NameOID.ORGANIZATION_IDENTIFIER)) and not (
        subject.get_attributes_for_oid(NameOID.SERIAL_NUMBER)
    )


def text_of(name: x509.Name, oid: x509.ObjectIdentifier) -> str:
    """Give the first value of an attribute of ``name``, or an empty text."""
    values = name.get_attributes_for_oid(oid)
    return str(values[0].value) if values else ""


def _short(text: str) -> str:
    """Cut a name to the 64 bytes that X.520 leaves it, never inside a character."""
    return text.encode()[:64].decode(errors="ignore").rstrip()


def _revocation(entry: x509.RevokedCertificate) -> Revocation:
    try:
        reason = entry.extensions.get_extension_for_class(x509.CRLReason).value.reason.value
    except x509.ExtensionNotFound:
        reason = x509.ReasonFlags.unspecified.value
    return Revocation(entry.serial_number, entry.revocation_date_utc, reason)


def _issue(
    issuer: Issuer,
    subject: x509.Name,
    public_key: ec.EllipticCurvePublicKey | rsa.RSAPublicKey,
    serial: int,
    at: datetime,
    life: timedelta,
) -> bytes:
    root = issuer.certificate
    until = min(at + life, root.not_valid_after_utc)
    builder = _builder(subject, root.subject, public_key, serial, at, until)
    builder = builder.add_extension(x509.BasicConstraints(ca=False, path_length=None), True)
    builder = builder.add_extension(_SIGNING, critical=True)
    builder = builder.add_extension(_authority_key(root), critical=False)
    return builder.sign(issuer.private_key, hashes.SHA256()).public_bytes(Encoding.DER)


def _builder(
    subject: x509.Name,
    issuer: x509.Name,
    public_key: ec.EllipticCurvePublicKey | rsa.RSAPublicKey,
    serial: int,
    at: datetime,
    until: datetime,
) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(public_key)
        .serial_number(serial)
        .not_valid_before(at.astimezone(UTC) - BACKDATE)
        .not_valid_after(until.astimezone(UTC))
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(public_key), critical=False)
    )


def _authority_key(root: x509.Certificate) -> x509.AuthorityKeyIdentifier:
    identifier = root.extensions.get_extension_for_class(x509.SubjectKeyIdentifier).value
    return x509.AuthorityKeyIdentifier.from_issuer_subject_key_identifier(identifier)


def _name(country: str, organisation: str, organisation_id: str, *, common_name: str) -> x509.Name:
    return x509.Name(
        [
            x509.NameAttribute(NameOID.COUNTRY_NAME, country),
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, _short(organisation)),
            x509.NameAttribute(NameOID.ORGANIZATION_IDENTIFIER, organisation_id),
            x509.NameAttribute(NameOID.COMMON_NAME, _short(common_name)),
        ]
    )


def _organisation_part(root: x509.Name) -> list[x509.NameAttribute]:
    return [
        *root.get_attributes_for_oid(NameOID.COUNTRY_NAME),
        *root.get_attributes_for_oid(NameOID.ORGANIZATION_NAME),
    ]
