"""The mailboxes that are polled: how they are set up, and the few words of IMAP that are needed."""

from __future__ import annotations

import imaplib
import re
import ssl
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Protocol

from qms.pqr.intake.errors import (
    BadMailbox,
    MailboxClosed,
    ServerWithoutEncryption,
    UntrustedServer,
)

TIMEOUT = 30
"""Seconds that a server may keep us waiting at each step."""
_DATE = re.compile(rb'INTERNALDATE "([^"]{1,40})"')
_SIZE = re.compile(rb"RFC822\.SIZE (\d{1,12})")
_NAME = re.compile(r"[ !#-\[\]-~]{1,200}\Z")
"""Names of folders, in plain letters: every server means the same by them."""
SECURITIES = ("tls", "starttls", "none")
LOCAL = frozenset({"localhost", "127.0.0.1", "::1"})


@dataclass(frozen=True)
class Mailbox:
    """One mailbox of the configuration file."""

    organisation: str
    host: str
    user: str
    password_file: Path
    port: int = 993
    security: str = "tls"
    inbox: str = "INBOX"
    done: str = "Radicados"
    refused: str = "Rechazados"
    address: str = ""
    """The address that customers write to; mails from it are our own."""
    ca_file: str = ""
    """Certificates to trust in the place of the machine's own, for a server of the house."""

    def password(self) -> str:
        """Read the password; refuses a file that others may read."""
        try:
            mode = self.password_file.stat().st_mode
            text = self.password_file.read_text(encoding="utf-8").strip()
        except OSError:
            raise BadMailbox(organisation=self.organisation, what="password_file") from None
        if mode & 0o077 or not text:
            raise BadMailbox(organisation=self.organisation, what="password_file (0600)")
        return text


def mailboxes_of(intake: Mapping[str, str]) -> list[Mailbox]:
    """Read the ``qms.intake.`` keys: ``ORG.host`` and the rest; raises BadMailbox."""
    by_organisation: dict[str, dict[str, str]] = {}
    for key, value in intake.items():
        organisation, _dot, name = key.rpartition(".")
        by_organisation.setdefault(organisation, {})[name] = value.strip()
    # One that only names its address takes mails by pipe and has nothing to poll.
    return [
        _mailbox(organisation, values)
        for organisation, values in sorted(by_organisation.items())
        if set(values) != {"address"}
    ]


def _mailbox(organisation: str, values: Mapping[str, str]) -> Mailbox:
    def refuse(what: str) -> BadMailbox:
        return BadMailbox(organisation=organisation, what=what)

    known = {"port", "security", "inbox", "done", "refused", "address", "ca_file"}
    for name in ("host", "user", "password_file"):
        if not values.get(name):
            raise refuse(name)
    if strange := set(values) - known - {"host", "user", "password_file"}:
        raise refuse(min(strange))
    security = values.get("security") or "tls"
    if security not in SECURITIES or (security == "none" and values["host"] not in LOCAL):
        # A password never travels in clear.
        raise refuse("security")
    port = values.get("port") or ("993" if security == "tls" else "143")
    if not port.isdigit():
        raise refuse("port")
    named = {name: values[name] for name in ("inbox", "done", "refused") if values.get(name)}
    if not all(_NAME.match(name) for name in named.values()):
        raise refuse("inbox, done, refused")
    return Mailbox(
        organisation,
        values["host"],
        values["user"],
        Path(values["password_file"]),
        int(port),
        security,
        address=values.get("address", ""),
        ca_file=values.get("ca_file", ""),
        **named,
    )


def addresses_of(settings: Any, organisation_id: str) -> set[str]:
    """Name the addresses that are our own: mails from them make no cases."""
    found = {settings.mail_from.rpartition("<")[2].strip("<> ")}
    for name in ("address", "user"):
        value = settings.intake.get(f"{organisation_id}.{name}", "")
        if "@" in value:
            found.add(value)
    return {one for one in found if one}


class Waiting(Protocol):
    """An open mailbox: what polling needs of it."""

    def uids(self, most: int) -> list[str]:
        """Name the mails that wait, the oldest first."""

    def arrived(self, uid: str) -> tuple[datetime | None, int]:
        """Give when the server took a mail in, and its bytes."""

    def fetch(self, uid: str, most: int) -> bytes:
        """Give a mail, at most so many bytes of it; nothing is marked as read."""

    def move(self, uid: str, folder: str) -> None:
        """Put a mail into a folder, made where it is missing."""

    def close(self) -> None:
        """Say goodbye."""


class ImapMailbox:
    """A mailbox by IMAP, encrypted unless it is on this machine."""

    def __init__(self, mailbox: Mailbox) -> None:
        """Connect, sign in and open the folder in which mails arrive.

        Raises UntrustedServer or ServerWithoutEncryption before any password is sent, MailboxClosed
        where the server refuses, BadMailbox for what is missing here, and OSError.
        """
        self.server = _connect(mailbox)
        try:
            self.server.login(_quoted(mailbox.user), mailbox.password())
            self._check(self.server.select(_quoted(mailbox.inbox)))
        except imaplib.IMAP4.error as error:
            self.close()
            raise MailboxClosed(host=mailbox.host, user=mailbox.user, why=said_in(error)) from error
        except BaseException:
            self.close()
            raise

    def _check(self, answer: tuple[str, Any]) -> Any:
        if answer[0] != "OK":
            raise imaplib.IMAP4.error(f"the server said {answer[0]}")
        return answer[1]

    def uids(self, most: int) -> list[str]:
        """Name the mails that are not deleted."""
        found = self._check(self.server.uid("SEARCH", "UNDELETED"))
        words = (found[0] or b"").split()
        return [word.decode("ascii") for word in words[:most] if word.isdigit()]

    def _parts(self, uid: str, what: str) -> list[Any]:
        return list(self._check(self.server.uid("FETCH", uid, what)))

    def arrived(self, uid: str) -> tuple[datetime | None, int]:
        """Ask for date and size as the server has them."""
        said = b" ".join(
            part if isinstance(part, bytes) else part[0]
            for part in self._parts(uid, "(INTERNALDATE RFC822.SIZE)")
            if part
        )
        size, day = _SIZE.search(said), _DATE.search(said)
        return (moment_of(day[1]) if day else None), int(size[1]) if size else 0

    def fetch(self, uid: str, most: int) -> bytes:
        """Ask for the first bytes of a mail, all of it where it is small enough."""
        for part in self._parts(uid, f"(BODY.PEEK[]<0.{most}>)"):
            if isinstance(part, tuple):
                return bytes(part[1])[:most]
        raise imaplib.IMAP4.error("the server gave no mail")

    def move(self, uid: str, folder: str) -> None:
        """Copy, mark as deleted and expunge, which every server can do."""
        name = _quoted(folder)
        if self.server.uid("COPY", uid, name)[0] != "OK":
            self.server.create(name)
            self._check(self.server.uid("COPY", uid, name))
        self._check(self.server.uid("STORE", uid, "+FLAGS", r"(\Deleted)"))
        if "UIDPLUS" in self.server.capabilities:
            self.server.uid("EXPUNGE", uid)
        else:
            self.server.expunge()

    def close(self) -> None:
        """Sign out; a server that is gone is no trouble any more."""
        try:
            self.server.logout()
        except (imaplib.IMAP4.error, OSError):
            _hang_up(self.server)


def _connect(mailbox: Mailbox) -> imaplib.IMAP4:
    try:
        if mailbox.security == "tls":
            trust = _trust(mailbox)
            return imaplib.IMAP4_SSL(mailbox.host, mailbox.port, ssl_context=trust, timeout=TIMEOUT)
        server = imaplib.IMAP4(mailbox.host, mailbox.port, timeout=TIMEOUT)
        if mailbox.security == "starttls":
            _encrypt(server, mailbox)
    except ssl.SSLCertVerificationError as error:
        raise UntrustedServer(host=mailbox.host, why=error.verify_message) from error
    except ssl.SSLError as error:
        # An answer that is no TLS at all, as of a server that expects STARTTLS.
        raise ServerWithoutEncryption(host=mailbox.host) from error
    return server


def _trust(mailbox: Mailbox) -> ssl.SSLContext:
    """Trust what the machine trusts, or what the settings name in its place."""
    try:
        return ssl.create_default_context(cafile=mailbox.ca_file or None)
    except OSError:
        raise BadMailbox(organisation=mailbox.organisation, what="ca_file") from None


def _encrypt(server: imaplib.IMAP4, mailbox: Mailbox) -> None:
    """Ask for encryption and close the connection where it is not to be had."""
    try:
        server.starttls(_trust(mailbox))
    except imaplib.IMAP4.error as error:
        _hang_up(server)
        raise ServerWithoutEncryption(host=mailbox.host) from error
    except BaseException:
        _hang_up(server)
        raise


def _hang_up(server: imaplib.IMAP4) -> None:
    """Close a connection that may be closed already."""
    with suppress(OSError):
        server.shutdown()


def said_in(error: Exception) -> str:
    """Give a failure's own words as text; imaplib hands the server's on as bytes."""
    words = error.args[0] if error.args else ""
    if isinstance(words, bytes):
        return words.decode("utf-8", "replace")
    return str(error) or type(error).__name__


def _quoted(name: str) -> str:
    text = name.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{text}"'


def moment_of(said: bytes) -> datetime | None:
    """Read the server's date of arrival; None for one that is none."""
    try:
        return datetime.strptime(said.decode("ascii").strip(), "%d-%b-%Y %H:%M:%S %z").astimezone(
            UTC
        )
    except ValueError:
        return None
