"""Private keys: made here, kept only encrypted, held open no longer than one act."""

from __future__ import annotations

import os
import unicodedata
from dataclasses import dataclass, field
from typing import ClassVar

from asn1crypto import core
from cryptography import x509
from cryptography.hazmat.primitives import hashes, padding, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt
from cryptography.x509.oid import NameOID

from qms.signing.errors import KeyMismatch, WeakPassphrase, WrongSecret

PrivateKey = ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey

PASSPHRASE_LEAST = 8
"""Shortest signing passphrase in characters (ASVS 5.0 6.2.1)."""
SECRET_LEAST = 32
"""Shortest server secret in bytes."""

SCRYPT_N, SCRYPT_R = 2**14, 8
SCRYPT_P_PERSON = 5
"""Work per guess of a passphrase: 16 MiB and about 0.2 s, the most that openssl opens unasked."""
SCRYPT_P_SECRET = 1
"""A server secret is 32 random bytes; nobody guesses it, so opening it may be quick."""

_PBES2, _SCRYPT, _AES256_CBC = (
    "1.2.840.113549.1.5.13",
    "1.3.6.1.4.1.11591.4.11",
    "2.16.840.1.101.3.4.1.42",
)


class _Algorithm(core.Sequence):
    _fields: ClassVar = [("algorithm", core.ObjectIdentifier), ("parameters", core.Any)]


class _ScryptParameters(core.Sequence):
    _fields: ClassVar = [
        ("salt", core.OctetString),
        ("n", core.Integer),
        ("r", core.Integer),
        ("p", core.Integer),
    ]


class _Pbes2Parameters(core.Sequence):
    _fields: ClassVar = [("kdf", _Algorithm), ("cipher", _Algorithm)]


class _EncryptedKey(core.Sequence):
    _fields: ClassVar = [("algorithm", _Algorithm), ("data", core.OctetString)]


@dataclass(frozen=True)
class UnlockedKey:
    """A private key in the open with its certificate; let go of it when the act is done."""

    private_key: PrivateKey = field(repr=False)
    """The loaded key object; never pickled, never logged."""
    certificate: x509.Certificate
    """The certificate of the signer."""
    issuer: x509.Certificate
    """The root of the organisation that issued it."""

    @property
    def name(self) -> str:
        """The signer's name as the certificate has it."""
        return _text(self.certificate, NameOID.COMMON_NAME)

    @property
    def organisation(self) -> str:
        """The organisation's name as the certificate has it."""
        return _text(self.certificate, NameOID.ORGANIZATION_NAME)

    def sign(self, data: bytes) -> bytes:
        """Sign ``data`` with SHA-256: ECDSA in DER, or RSA PKCS#1 v1.5."""
        if isinstance(self.private_key, ec.EllipticCurvePrivateKey):
            return self.private_key.sign(data, ec.ECDSA(hashes.SHA256()))
        return self.private_key.sign(data, PKCS1v15(), hashes.SHA256())

    def check(self) -> None:
        """Raise KeyMismatch unless the key belongs to the certificate."""
        if self.private_key.public_key() != self.certificate.public_key():
            raise KeyMismatch


def new_key() -> PrivateKey:
    """Make a signing key on the curve P-256 (docs/decisions/0003)."""
    return ec.generate_private_key(ec.SECP256R1())


def lock_with_passphrase(key: PrivateKey, passphrase: str) -> bytes:
    """Encrypt ``key`` as PKCS#8 (DER) under a person's passphrase, which is kept nowhere.

    Raises WeakPassphrase. Regulation: 21 CFR 11.300, Decreto 2364/2012 art. 4 (exclusive control).
    """
    if len(_normal(passphrase)) < PASSPHRASE_LEAST:
        raise WeakPassphrase(least=PASSPHRASE_LEAST)
    return _encrypt(key, _normal(passphrase).encode(), SCRYPT_P_PERSON)


def open_with_passphrase(encrypted: bytes, passphrase: str) -> PrivateKey | None:
    """Decrypt a person's key; None when the passphrase is not the right one."""
    return _decrypt(encrypted, _normal(passphrase).encode())


def lock_with_secret(key: PrivateKey, secret: bytes, purpose: str) -> bytes:
    """Encrypt ``key`` as PKCS#8 (DER) under the server secret, which lives outside the database.

    ``purpose`` (such as ``ca:aexpress``) separates the keys: one opened for another purpose fails.
    Raises ValueError for a secret shorter than 32 bytes.
    """
    return _encrypt(key, _derived(secret, purpose), SCRYPT_P_SECRET)


def open_with_secret(encrypted: bytes, secret: bytes, purpose: str) -> PrivateKey:
    """Decrypt a key that the server holds; raises WrongSecret."""
    key = _decrypt(encrypted, _derived(secret, purpose))
    if key is None:
        raise WrongSecret
    return key


def _text(certificate: x509.Certificate, oid: x509.ObjectIdentifier) -> str:
    values = certificate.subject.get_attributes_for_oid(oid)
    return str(values[0].value) if values else ""


def _normal(passphrase: str) -> str:
    return unicodedata.normalize("NFC", passphrase)


def _derived(secret: bytes, purpose: str) -> bytes:
    if len(secret) < SECRET_LEAST:
        raise ValueError(f"the server secret needs {SECRET_LEAST} random bytes")
    kdf = HKDF(hashes.SHA256(), length=32, salt=None, info=b"qms signing " + purpose.encode())
    return kdf.derive(secret).hex().encode()


def _encrypt(key: PrivateKey, password: bytes, work: int) -> bytes:
    """Write PBES2 (RFC 8018) with scrypt (RFC 7914) and AES-256.

    By hand, because the library writes PKCS#8 with 2 048 rounds of PBKDF2 only; it reads this.
    """
    plain = key.private_bytes(
        serialization.Encoding.DER,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    salt, iv = os.urandom(16), os.urandom(16)
    derived = Scrypt(salt, 32, SCRYPT_N, SCRYPT_R, work).derive(password)
    padder = padding.PKCS7(128).padder()
    cipher = Cipher(algorithms.AES(derived), modes.CBC(iv)).encryptor()
    data = cipher.update(padder.update(plain) + padder.finalize()) + cipher.finalize()
    kdf = _ScryptParameters({"salt": salt, "n": SCRYPT_N, "r": SCRYPT_R, "p": work})
    scheme = _Pbes2Parameters(
        {"kdf": _algorithm(_SCRYPT, kdf), "cipher": _algorithm(_AES256_CBC, core.OctetString(iv))}
    )
    return _EncryptedKey({"algorithm": _algorithm(_PBES2, scheme), "data": data}).dump()


def _algorithm(oid: str, parameters: core.Asn1Value) -> _Algorithm:
    return _Algorithm({"algorithm": oid, "parameters": core.Any(parameters)})


def _decrypt(encrypted: bytes, password: bytes) -> PrivateKey | None:
    try:
        key = serialization.load_der_private_key(encrypted, password or b"\0")
    except ValueError:
        return None
    if not isinstance(key, ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey):
        return None
    return key
