"""What must hold before a key is used; the libraries sign with an expired certificate too (C15)."""

from __future__ import annotations

from datetime import datetime

from cryptography import x509

from qms.signing.authority import is_crl_of, is_issued_by, load_crl, revocation_of
from qms.signing.errors import (
    CertificateExpired,
    CertificateNotYetValid,
    CertificateRevoked,
    RevocationUnknown,
    WrongIssuer,
    WrongUsage,
)
from qms.signing.keys import UnlockedKey


def preflight(key: UnlockedKey, *, crl: bytes, at: datetime) -> None:
    """Refuse to sign at ``at`` with a key whose signature would not verify afterwards.

    Checks issuer, usage, validity, the match of key and certificate, and the organisation's
    revocation list, which must be genuine and still fresh. Raises a SigningRefused that says why.
    """
    key.check()
    if not is_issued_by(key.certificate, key.issuer):
        raise WrongIssuer
    check_certificate(key.certificate, at=at)
    try:
        listed = load_crl(crl)
    except ValueError as error:
        raise RevocationUnknown from error
    until = listed.next_update_utc
    if not is_crl_of(listed, key.issuer) or until is None or until < at:
        raise RevocationUnknown
    revocation = revocation_of(key.certificate, [listed])
    if revocation is not None:
        raise CertificateRevoked(date=revocation.at.date().isoformat())


def check_certificate(certificate: x509.Certificate, *, at: datetime) -> None:
    """Refuse a certificate that is not for signing documents, or not valid at ``at``."""
    if not may_sign(certificate):
        raise WrongUsage
    if at < certificate.not_valid_before_utc:
        raise CertificateNotYetValid(date=certificate.not_valid_before_utc.date().isoformat())
    if at > certificate.not_valid_after_utc:
        raise CertificateExpired(date=certificate.not_valid_after_utc.date().isoformat())


def may_sign(certificate: x509.Certificate) -> bool:
    """Tell whether the certificate's usage includes signing with commitment, and no issuing."""
    try:
        usage = certificate.extensions.get_extension_for_class(x509.KeyUsage).value
        constraints = certificate.extensions.get_extension_for_class(x509.BasicConstraints).value
    except (x509.ExtensionNotFound, ValueError):
        return False
    return usage.digital_signature and usage.content_commitment and not constraints.ca
