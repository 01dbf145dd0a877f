"""What the database keeps of signing: bytes and dates, and never an open key or a passphrase."""

from __future__ import annotations

from datetime import datetime

from BTrees.LOBTree import LOBTree
from persistent import Persistent

from qms.signing.errors import SigningLocked

ATTEMPTS = 5
"""Wrong passphrases in a row that lock an identity (21 CFR 11.300(d), case C5)."""


class CertificateAuthority(Persistent):
    """The authority of one organisation: root, seal, issued certificates, revocations.

    Both private keys are encrypted under the server secret, which is a file outside the database:
    a copy of the database alone cannot sign (C11).
    """

    def __init__(self, label: str, certificate: bytes, encrypted_key: bytes) -> None:
        """Keep the root certificate (DER) and its encrypted key; ``label`` names the keys."""
        self.label = label
        self.certificate = certificate
        self.encrypted_key = encrypted_key
        self.seal_certificate = b""
        self.encrypted_seal_key = b""
        self.next_serial = 2  # the root itself is number 1
        self.issued = LOBTree()
        self.revoked = LOBTree()
        self.crl = b""
        self.crl_number = 0
        self.crl_until: datetime | None = None

    def take_serial(self) -> int:
        """Give the next serial number; two takers at once conflict, so none is given twice."""
        serial = self.next_serial
        self.next_serial = serial + 1
        return serial

    def record(self, serial: int, certificate: bytes) -> None:
        """Keep an issued certificate (DER) for ever, to revoke it and to prove it."""
        if serial in self.issued:
            raise ValueError(f"certificate {serial} exists")
        self.issued[serial] = certificate

    def set_seal(self, certificate: bytes, encrypted_key: bytes) -> None:
        """Replace the organisation's seal; older seals stay recorded among the issued."""
        self.seal_certificate = certificate
        self.encrypted_seal_key = encrypted_key

    def mark_revoked(self, serial: int, at: datetime, reason: str) -> None:
        """Put a certificate on the list; the first revocation stands for ever."""
        if serial not in self.issued:
            raise KeyError(serial)
        if serial not in self.revoked:
            self.revoked[serial] = (at, reason)

    def publish(self, crl: bytes, until: datetime) -> None:
        """Keep the newest revocation list (DER) and how long it is good."""
        self.crl = crl
        self.crl_number += 1
        self.crl_until = until


class SigningIdentity(Persistent):
    """The certificate and encrypted key of one person; only their passphrase opens it."""

    def __init__(
        self,
        serial: int,
        certificate: bytes,
        encrypted_key: bytes,
        created: datetime,
        expires: datetime,
    ) -> None:
        """Keep certificate (DER) and key (PKCS#8, PBES2 with scrypt and AES-256)."""
        self.serial = serial
        self.certificate = certificate
        self.encrypted_key = encrypted_key
        self.created = created
        self.expires = expires
        self.failed_attempts = 0
        self.locked_at: datetime | None = None

    @property
    def locked(self) -> bool:
        """Tell whether too many wrong passphrases closed it; only a new enrolment helps."""
        return self.locked_at is not None

    @property
    def attempts_left(self) -> int:
        """How many wrong passphrases are still allowed."""
        return 0 if self.locked else ATTEMPTS - self.failed_attempts

    def refuse_locked(self) -> None:
        """Raise SigningLocked when it is locked."""
        if self.locked:
            raise SigningLocked

    def count_failure(self, at: datetime) -> int:
        """Count one wrong passphrase, lock at the fifth in a row; gives the attempts left."""
        if not self.locked:
            self.failed_attempts += 1
            if self.failed_attempts >= ATTEMPTS:
                self.locked_at = at
        return self.attempts_left

    def count_success(self) -> None:
        """Forget earlier wrong passphrases; a locked identity stays locked."""
        self.refuse_locked()
        if self.failed_attempts:
            self.failed_attempts = 0
