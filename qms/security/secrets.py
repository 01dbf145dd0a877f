"""The secret of the server: one file beside the database, from which every key is derived.

It signs cookies and seals what the database must not give away alone (second factors, the keys of
the organisations' authorities).  A backup needs it too; a dump of the database does not hold it.
"""

from __future__ import annotations

import base64
import hmac
import os
import secrets
import stat
from functools import lru_cache
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from qms.kernel.i18n import _
from qms.security.errors import BadSecretFile

FILE_NAME = "secret"
"""Name of the file in the data folder."""
_SIZE = 32
KNOWN = 1024
"""Digests that are remembered, of texts that were asked for last."""
SHORT = 200
"""Characters of the longest text whose digest is remembered."""


def server_secret(data_dir: str | Path) -> bytes:
    """Read the server's secret from its usual place in the data folder; see ``secret_at``."""
    return secret_at(Path(data_dir) / FILE_NAME)


def secret_at(path: Path) -> bytes:
    """Read the 32 bytes of the server's secret, made at the first call with mode 0600.

    Raises BadSecretFile when the file is short or anybody else may read it (boot refuses loose
    permissions, D4-54).
    """
    if not path.exists():
        _make(path)
    mode = path.stat().st_mode
    if mode & (stat.S_IRWXG | stat.S_IRWXO):
        raise BadSecretFile(
            _("The file ${path} can be read by others; give it the mode 0600."), path=path
        )
    data = path.read_bytes()
    if len(data) != _SIZE:
        raise BadSecretFile(_("The file ${path} is damaged; restore it from a backup."), path=path)
    return data


def _make(path: Path) -> None:
    """Write a new secret whole or not at all; who comes second keeps the first one's."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    part = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    handle = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as stream:
        stream.write(secrets.token_bytes(_SIZE))
        stream.flush()
        os.fsync(stream.fileno())
    try:
        os.link(part, path)
    except FileExistsError:
        pass
    finally:
        part.unlink()


def derive_key(secret: bytes, purpose: str) -> bytes:
    """Derive the 32-byte key of one purpose; it tells nothing of the keys of other purposes."""
    kdf = HKDF(algorithm=SHA256(), length=_SIZE, salt=b"qms", info=purpose.encode())
    return kdf.derive(secret)


class Vault:
    """Seals and opens small secrets with a key that lives outside the database."""

    def __init__(self, secret: bytes, purpose: str) -> None:
        """Take the key for ``purpose``; what one purpose seals, another cannot open."""
        self._box = AESGCM(derive_key(secret, purpose))

    def seal(self, plain: bytes, place: str) -> str:
        """Encrypt ``plain`` for ``place``, such as a person's id; it opens nowhere else."""
        nonce = secrets.token_bytes(12)
        sealed = nonce + self._box.encrypt(nonce, plain, place.encode())
        return base64.b64encode(sealed).decode("ascii")

    def open(self, sealed: str, place: str) -> bytes:
        """Decrypt; raises BadSecretFile when the secret, the place or the text is another one."""
        data = base64.b64decode(sealed)
        try:
            return self._box.decrypt(data[:12], data[12:], place.encode())
        except InvalidTag:
            raise BadSecretFile(
                _("A sealed value does not fit the secret file of this server.")
            ) from None


class Signer:
    """Signs short texts that travel through a browser."""

    def __init__(self, secret: bytes, purpose: str) -> None:
        """Take the key for ``purpose``."""
        self._key = derive_key(secret, purpose)
        self._known_mac = lru_cache(maxsize=KNOWN)(self._mac)

    def mac(self, text: str) -> str:
        """Give the keyed digest of ``text`` as 43 characters fit for cookies and addresses.

        Each page of a session asks for the same two; strangers' long texts are not remembered.
        """
        return self._known_mac(text) if len(text) <= SHORT else self._mac(text)

    def _mac(self, text: str) -> str:
        mac = hmac.digest(self._key, text.encode(), "sha256")
        return base64.urlsafe_b64encode(mac).decode("ascii").rstrip("=")

    def sign(self, text: str) -> str:
        """Give ``text`` with its signature behind a dot."""
        return f"{text}.{self.mac(text)}"

    def unsign(self, signed: str) -> str | None:
        """Give the text back when the signature is ours, otherwise None."""
        text, _dot, mac = signed.rpartition(".")
        if not mac.isascii() or not hmac.compare_digest(mac, self.mac(text)):
            return None
        return text
