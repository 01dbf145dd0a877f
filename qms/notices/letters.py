"""Letters: a subject, a few paragraphs and at most one button, as plain text and as simple HTML."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, formataddr, parseaddr
from html import escape
from typing import Any
from urllib.parse import urlencode

from pyramid.config import Configurator
from pyramid.registry import Registry
from pyramid.traversal import resource_path

from qms.kernel.acts import Act, DomainEvent
from qms.notices.models import Mail
from qms.web.i18n import localizer_of
from qms.web.responses import safe_filename

DEMONSTRATION = "demo"
"""What the demonstration plays through is not mailed to anybody."""

Answer = Callable[[Any], Any]


def add_letters(config: Configurator, heard: Mapping[type[DomainEvent], Answer]) -> None:
    """Let letters be written of these events, each by its method."""
    for kind, answer in heard.items():
        config.add_subscriber(_unless_played(answer), kind)


def _unless_played(answer: Answer) -> Answer:
    def write_of(event: DomainEvent) -> None:
        if event.act.channel != DEMONSTRATION:
            answer(event)

    return write_of


@dataclass(frozen=True)
class Letter:
    """What is said, still as message ids; it holds no personal data of petitioners."""

    subject: Any
    paragraphs: tuple[Any, ...]
    button: tuple[Any, str] | None = None
    """Words and address of the one thing to do."""


class Letters:
    """Writes what a room has to tell; the letters of each room derive from it."""

    def __init__(self, registry: Registry) -> None:
        """Take address, postman and catalogues from the application's registry."""
        self.registry = registry

    def address(self, content: Any, *names: str, **query: str) -> str:
        """Give the address of content as configured, whatever a browser said (D4-19)."""
        asked = f"?{urlencode(query)}" if query else ""
        return f"{self.registry.qms.base_url}{resource_path(content, *names)}{asked}"

    def send(self, person: Any, letter: Letter, key: str, act: Act) -> bool:
        """Write to a person, once for each ``key``; tells whether there is a mail."""
        return bool(self.registry.qms_postman.write_to(person, letter, key=key, act=act))


@dataclass(frozen=True)
class Written:
    """A letter in its reader's language."""

    subject: str
    text: str
    html: str


def write(letter: Letter, registry: Registry, language: str, signature: str) -> Written:
    """Put a letter into words of ``language``; ``signature`` is the organisation's name.

    Names and titles come from users: they are escaped in the HTML and stay text in the text.
    """
    translate = localizer_of(registry, language).translate
    paragraphs = [translate(paragraph) for paragraph in letter.paragraphs]
    text, html = list(paragraphs), [f"<p>{escape(paragraph)}</p>" for paragraph in paragraphs]
    if letter.button is not None:
        words, address = translate(letter.button[0]), letter.button[1]
        text.append(f"{words}:\n{address}")
        html.append(f'<p><a href="{escape(address)}">{escape(words)}</a></p>')
        html.append(f"<p>{escape(address)}</p>")
    text.append(f"-- \n{signature}")
    html.append(f"<p>{escape(signature)}</p>")
    page = f'<!DOCTYPE html>\n<html lang="{escape(language)}"><body>{"".join(html)}</body></html>'
    return Written(translate(letter.subject), "\n\n".join(text) + "\n", page)


def build(mail: Mail, sender: str, reply_to: str = "") -> EmailMessage:
    """Make the message of a mail; the same mail always gives the same Message-ID.

    ``reply_to`` is where an answer should go, if not to the sender.
    """
    name, address = parseaddr(sender)
    message = EmailMessage(policy=SMTP)
    message["From"] = formataddr((name, address))
    message["To"] = mail.to
    if reply_to:
        message["Reply-To"] = reply_to
    message["Subject"] = mail.subject
    message["Date"] = format_datetime(mail.queued_at)
    message["Message-ID"] = f"<{mail.message_id}@{address.partition('@')[2] or 'localhost'}>"
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(mail.text)
    if mail.html:
        message.add_alternative(mail.html, subtype="html")
    for file in mail.attachments:
        main, _slash, sub = file.media_type.partition("/")
        message.add_attachment(
            file.read(), maintype=main, subtype=sub, filename=safe_filename(file.filename)
        )
    return message
