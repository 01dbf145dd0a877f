"""The verbs of the authority: found it, enrol a signer, unlock, open the seal, revoke, publish."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from qms.signing.authority import (
    CRL_LIFE,
    PERSON_LIFE,
    SEAL_LIFE,
    Issuer,
    Revocation,
    issue_crl,
    issue_person,
    issue_seal,
    load_certificate,
    self_signed_root,
)
from qms.signing.errors import SigningLocked, SigningRefused, WrongPassphrase
from qms.signing.keys import (
    PrivateKey,
    UnlockedKey,
    lock_with_passphrase,
    lock_with_secret,
    new_key,
    open_with_passphrase,
    open_with_secret,
)
from qms.signing.models import CertificateAuthority, SigningIdentity

CRL_DUE = timedelta(days=10)
"""A revocation list with less life than this is published anew."""


@dataclass(frozen=True)
class Attempt:
    """How an unlocking went: the open key, or the refusal to show."""

    key: UnlockedKey | None
    refusal: SigningRefused | None
    locked_now: bool = False
    """True for the very attempt that locked the identity: report it to the security role (C5)."""


def found_authority(
    *,
    label: str,
    organisation: str,
    organisation_id: str,
    country: str,
    secret: bytes,
    at: datetime,
) -> CertificateAuthority:
    """Make the authority of an organisation with its seal and its first, empty revocation list.

    ``label`` is the organisation's id in the system, ``organisation_id`` the identifier that law
    gives it (such as its NIT), ``country`` two letters, ``secret`` at least 32 random bytes that
    live outside the database.
    """
    key = new_key()
    certificate = self_signed_root(
        key,
        organisation=organisation,
        organisation_id=organisation_id,
        country=country,
        at=at,
    )
    locked = lock_with_secret(key, secret, f"ca:{label}")
    authority = CertificateAuthority(label, certificate, locked)
    renew_seal(authority, secret=secret, at=at)
    publish_crl(authority, secret=secret, at=at)
    return authority


def open_issuer(authority: CertificateAuthority, secret: bytes) -> Issuer:
    """Open the authority's own key; raises WrongSecret."""
    key = open_with_secret(authority.encrypted_key, secret, f"ca:{authority.label}")
    return Issuer(load_certificate(authority.certificate), key)


def renew_seal(
    authority: CertificateAuthority,
    *,
    secret: bytes,
    at: datetime,
    life: timedelta = SEAL_LIFE,
) -> int:
    """Give the organisation a new seal and return its serial number; raises WrongSecret."""
    issuer, key = open_issuer(authority, secret), new_key()
    serial = authority.take_serial()
    certificate = issue_seal(issuer, key.public_key(), serial=serial, at=at, life=life)
    authority.record(serial, certificate)
    authority.set_seal(certificate, lock_with_secret(key, secret, f"seal:{authority.label}"))
    return serial


def open_seal(authority: CertificateAuthority, secret: bytes) -> UnlockedKey:
    """Open the organisation's seal; raises WrongSecret."""
    key = open_with_secret(authority.encrypted_seal_key, secret, f"seal:{authority.label}")
    return _unlocked(key, authority.seal_certificate, authority)


def enrol(
    authority: CertificateAuthority,
    *,
    name: str,
    person_id: str,
    passphrase: str,
    secret: bytes,
    at: datetime,
    life: timedelta = PERSON_LIFE,
) -> SigningIdentity:
    """Give a person a key under their own passphrase, and the certificate to it.

    The caller has checked who the person is and recorded it (C4). Raises WeakPassphrase and
    WrongSecret. An earlier certificate of the person is not revoked by this: see ``revoke``.
    """
    key = new_key()
    locked = lock_with_passphrase(key, passphrase)
    serial = authority.take_serial()
    certificate = issue_person(
        open_issuer(authority, secret),
        key.public_key(),
        serial=serial,
        name=name,
        person_id=person_id,
        at=at,
        life=life,
    )
    authority.record(serial, certificate)
    expires = load_certificate(certificate).not_valid_after_utc
    return SigningIdentity(serial, certificate, locked, at, expires)


def unlock(
    identity: SigningIdentity, authority: CertificateAuthority, passphrase: str
) -> UnlockedKey | None:
    """Open a person's key, or None for a wrong passphrase; changes nothing, takes about 0.2 s.

    Meant for the slow part outside a transaction; ``settle`` then counts inside one. Raises
    SigningLocked.
    """
    identity.refuse_locked()
    key = open_with_passphrase(identity.encrypted_key, passphrase)
    return None if key is None else _unlocked(key, identity.certificate, authority)


def settle(identity: SigningIdentity, key: UnlockedKey | None, *, at: datetime) -> Attempt:
    """Count the outcome of ``unlock``; gives the refusal instead of raising it.

    An exception would undo the transaction and with it the count, so the caller commits first
    and shows the refusal after (C5).
    """
    if identity.locked:
        return Attempt(None, SigningLocked())
    if key is not None:
        identity.count_success()
        return Attempt(key, None)
    left = identity.count_failure(at)
    if left == 0:
        return Attempt(None, SigningLocked(), locked_now=True)
    return Attempt(None, WrongPassphrase(left=left))


def revoke(
    authority: CertificateAuthority, serial: int, *, reason: str, secret: bytes, at: datetime
) -> None:
    """Revoke a certificate and publish the list; raises KeyError for a serial never issued.

    ``reason`` is one of ``keyCompromise``, ``affiliationChanged``, ``superseded``,
    ``cessationOfOperation``, ``unspecified``; the first and the last also discredit earlier
    signatures that no trusted time stamp protects.
    """
    authority.mark_revoked(serial, at, reason)
    publish_crl(authority, secret=secret, at=at)


def publish_crl(authority: CertificateAuthority, *, secret: bytes, at: datetime) -> None:
    """Issue the next revocation list; raises WrongSecret."""
    lines = [
        Revocation(serial, when, reason) for serial, (when, reason) in authority.revoked.items()
    ]
    crl = issue_crl(open_issuer(authority, secret), lines, number=authority.crl_number + 1, at=at)
    authority.publish(crl, at + CRL_LIFE)


def crl_is_due(authority: CertificateAuthority, *, at: datetime) -> bool:
    """Tell the worker whether the revocation list should be published anew."""
    return authority.crl_until is None or authority.crl_until - at < CRL_DUE


def _unlocked(key: PrivateKey, certificate: bytes, authority: CertificateAuthority) -> UnlockedKey:
    return UnlockedKey(key, load_certificate(certificate), load_certificate(authority.certificate))
