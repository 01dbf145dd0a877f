"""The organisation's seal under a pack: a detached CMS signature that openssl checks, too."""

from __future__ import annotations

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.hazmat.primitives.serialization.pkcs7 import (
    PKCS7Options,
    PKCS7SignatureBuilder,
)

from qms.signing.keys import UnlockedKey

_OPTIONS = [PKCS7Options.DetachedSignature, PKCS7Options.Binary, PKCS7Options.NoAttributes]


def detached(data: bytes, key: UnlockedKey) -> bytes:
    """Sign ``data`` as CMS (RFC 5652) in DER, detached; raises KeyMismatch.

    There are no signed attributes: their time would come from this machine's clock unasked, and
    the sealed manifest names its moment itself.
    """
    key.check()
    builder = PKCS7SignatureBuilder().set_data(data)
    builder = builder.add_signer(key.certificate, key.private_key, hashes.SHA256())
    return builder.sign(Encoding.DER, _OPTIONS)
