"""How a message leaves: by SMTP, or into a folder where no mail server is set up."""

from __future__ import annotations

import os
import smtplib
import ssl
from email.message import EmailMessage
from pathlib import Path
from typing import Any, Protocol

TIMEOUT = 20
"""Seconds that a mail server may keep us waiting at each step."""


class Rejected(Exception):
    """The server will never take this recipient."""


class Mailer(Protocol):
    """Whatever carries one message."""

    keeps: bool
    """True when the message stays here, for somebody to look at."""

    def send(self, message: EmailMessage) -> None:
        """Carry it; raises Rejected when it is no use to try again, OSError when it may be."""


class SmtpMailer:
    """Hands messages to a mail server, encrypted wherever the server offers it."""

    keeps = False

    def __init__(
        self,
        host: str,
        port: int = 25,
        *,
        user: str = "",
        password: str = "",
        security: str = "auto",
    ) -> None:
        """Name the server; a password is never sent unencrypted.

        ``security`` is ``auto`` (STARTTLS when offered), ``starttls``, ``tls`` or ``none``.
        """
        self.host, self.port = host, port
        self.user, self.password = user, password
        self.security = security

    def send(self, message: EmailMessage) -> None:
        """Carry one message over a connection of its own."""
        try:
            with self._connect() as server:
                self._secure(server)
                server.send_message(message)
        except smtplib.SMTPRecipientsRefused as refusal:
            codes = [code for code, _text in refusal.recipients.values()]
            if all(code >= 500 for code in codes):
                raise Rejected(str(refusal.recipients)) from refusal
            raise

    def _connect(self) -> smtplib.SMTP:
        if self.security == "tls":
            context = ssl.create_default_context()
            return smtplib.SMTP_SSL(self.host, self.port, timeout=TIMEOUT, context=context)
        return smtplib.SMTP(self.host, self.port, timeout=TIMEOUT)

    def _secure(self, server: smtplib.SMTP) -> None:
        server.ehlo()
        wanted = self.security == "starttls"
        if wanted or (self.security == "auto" and server.has_extn("starttls")):
            context = ssl.create_default_context()
            if not wanted and not self.user:
                # Encryption that nobody asked for: better than none, even with a home-made
                # certificate.  Where it is asked for, the certificate must be good.
                context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
            server.starttls(context=context)
            server.ehlo()
        elif self.user and self.security != "tls":
            raise smtplib.SMTPException("the server offers no encryption; no password is sent")
        if self.user:
            server.login(self.user, self.password)


class FolderMailer:
    """Keeps messages as ``.eml`` files, readable by their owner only."""

    keeps = True

    def __init__(self, folder: Path) -> None:
        """Name the folder, made at the first message."""
        self.folder = folder

    def send(self, message: EmailMessage) -> None:
        """Write the message under its own id, so that a second copy replaces the first."""
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        name = "".join(char for char in message["Message-ID"] if char.isalnum())[:80]
        target = self.folder / f"{name}.eml"
        part = target.with_suffix(".part")
        handle = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(handle, "wb") as stream:
            stream.write(message.as_bytes())
        part.replace(target)


def mailer_of(settings: Any) -> Mailer:
    """Give the mailer that the settings ask for."""
    if not settings.mail_host:
        return FolderMailer(settings.data_dir / "mail")
    return SmtpMailer(
        settings.mail_host,
        settings.mail_port,
        user=getattr(settings, "mail_user", ""),
        password=getattr(settings, "mail_password", ""),
        security=getattr(settings, "mail_security", "auto"),
    )
