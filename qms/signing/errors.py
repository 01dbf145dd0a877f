"""What signing refuses, each as a sentence that the signer can act on."""

from __future__ import annotations

from qms.kernel.errors import Refused


class SigningRefused(Refused):
    """This cannot be signed now."""


class WeakPassphrase(SigningRefused):
    """The signing passphrase needs at least ${least} characters."""


class WrongPassphrase(SigningRefused):
    """That is not your signing passphrase; ${left} attempts are left."""


class SigningLocked(SigningRefused):
    """Your signing is locked after too many wrong passphrases; ask for a new certificate."""


class WrongSecret(SigningRefused):
    """The server secret does not open this key; check the secret file of the installation."""


class CertificateExpired(SigningRefused):
    """Your signing certificate expired on ${date}; ask for a new one before signing."""


class CertificateNotYetValid(SigningRefused):
    """Your signing certificate is valid only from ${date}; check the clock of the server."""


class CertificateRevoked(SigningRefused):
    """Your signing certificate was revoked on ${date}; ask for a new one before signing."""


class KeyMismatch(SigningRefused):
    """The signing key does not belong to the certificate; ask for a new certificate."""


class WrongUsage(SigningRefused):
    """This certificate is not meant for signing documents; ask for a signing certificate."""


class WrongIssuer(SigningRefused):
    """This certificate was not issued by your organisation; ask for one of your organisation."""


class RevocationUnknown(SigningRefused):
    """The revocation list of the organisation is missing or out of date; tell the administrator."""


class FieldNotFound(SigningRefused):
    """The document has no signature field named ${field}."""


class FieldTaken(SigningRefused):
    """The signature field ${field} already bears a signature."""


class NotSignable(SigningRefused):
    """This file cannot be signed: it is not a sound PDF, or it forbids further signatures."""


class TimestampUnavailable(SigningRefused):
    """The time stamp authority does not answer; the signature stands and its stamp is pending."""
