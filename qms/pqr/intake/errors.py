"""What the intake by mail refuses."""

from __future__ import annotations

from qms.kernel.errors import NotFound, Refused


class MailSettled(Refused):
    """Somebody has decided about this e-mail already."""


class NoSuchMail(NotFound):
    """This e-mail is not here."""


class NoCaseOfThisNumber(Refused):
    """There is no case ${number} here; look at the number again."""


class FarTooMany(Refused):
    """Far too many e-mails came from one place; this one stays in the mailbox."""


class BadMailbox(Refused):
    """The mailbox of ${organisation} is not set up well: ${what}."""


class UntrustedServer(Refused):
    """The certificate of the mail server ${host} is not trusted (${why}); no password was sent."""


class ServerWithoutEncryption(Refused):
    """The mail server ${host} offers no encryption; no password was sent."""


class MailboxClosed(Refused):
    """The mail server ${host} did not open the mailbox of ${user}: ${why}."""


class MailboxTrouble(Refused):
    """The mailbox of ${organisation} could not be read: ${why}."""


class MailWaits(Refused):
    """This e-mail was not decided about yet; register or discard it first."""


class MailOfCase(Refused):
    """This e-mail belongs to case ${number} and goes with it."""
