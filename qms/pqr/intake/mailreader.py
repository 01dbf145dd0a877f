"""Reads one e-mail on standard input; started by ``qms.pqr.intake.reading`` only.

The limits are set before the first byte is looked at. Nothing of the mail is run, fetched or
trusted: what comes out is JSON of bounded texts and of files that were looked at one by one.
"""

from __future__ import annotations

import base64
import email.utils
import json
import logging
import resource
import sys
import warnings
from collections.abc import Iterator
from dataclasses import dataclass, field
from email.errors import MessageError
from email.header import decode_header
from email.message import Message
from email.parser import BytesParser
from email.policy import compat32
from html.parser import HTMLParser
from typing import Any

MEMORY = 1 << 30
"""Address space in bytes."""
DEEPEST, PARTS = 12, 200
"""Most levels of parts, and parts in all."""
FILES, LARGEST, TOTAL = 10, 10 << 20, 25 << 20
"""Most files, bytes of one of them, and bytes of all together."""
HEADER, TEXT, HTML, NAME = 4000, 60_000, 2 << 20, 120
"""Longest header, text, HTML and name of a file, in characters."""
AUTOMATIC = ("bulk", "junk", "list", "auto_reply", "auto-reply")
"""Values of ``Precedence`` that no person's mail has."""
_MARKS = ("x-autoreply", "x-autorespond", "x-autoresponse", "list-id", "list-unsubscribe")
_BLOCKS = frozenset(
    {"p", "div", "br", "tr", "table", "ul", "ol", "li", "blockquote", "hr", "section", "article"}
    | {f"h{level}" for level in range(1, 7)}
)
_ODD = (ValueError, LookupError, TypeError, AttributeError, AssertionError, MessageError)
"""What the standard library raises at parts that nobody could write by accident."""
_HIDDEN = frozenset({"script", "style", "head", "template", "title", "noscript", "svg", "object"})


def main() -> None:
    """Read standard input for as many seconds as the first argument says."""
    seconds = int(sys.argv[1])
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
    # What looks at files keeps each of them in a temporary one.
    resource.setrlimit(resource.RLIMIT_FSIZE, (2 * LARGEST, 2 * LARGEST))
    logging.disable(logging.CRITICAL)
    warnings.simplefilter("ignore")
    found = facts_of(sys.stdin.buffer.read())
    sys.stdout.write(json.dumps(found, ensure_ascii=True))
    sys.stdout.flush()


def facts_of(data: bytes) -> dict[str, Any]:
    """Give what is in a mail; one that is nested too deeply says so under ``trouble``."""
    try:
        message = BytesParser(policy=compat32).parsebytes(data)
        body = Body()
        body.take(message, 0)
    except RecursionError:
        return {"trouble": "nested"}
    facts = _head(message)
    facts |= {
        "text": body.words(),
        "trouble": body.trouble,
        "report": _report(message),
        **body.looked_at(),
    }
    return facts


# Headers


def _raw(message: Message, name: str) -> Iterator[str]:
    """Give the values of a header, those of 8 bits in what they most likely are."""
    for key, value in message.raw_items():
        if key.lower() == name:
            octets = str(value)[:HEADER].encode("utf-8", "surrogateescape")
            yield _decoded(octets, None)


def _first(message: Message, name: str) -> str:
    return next(_raw(message, name), "")


def _words(raw: str) -> str:
    """Decode the encoded words of a header (RFC 2047); what cannot be decoded stays as it is."""
    try:
        parts = decode_header(" ".join(raw.split()))
    except _ODD:
        return raw
    text = "".join(
        part if isinstance(part, str) else _decoded(part, charset) for part, charset in parts
    )
    return text[:HEADER]


def _head(message: Message) -> dict[str, Any]:
    senders = [pair for pair in email.utils.getaddresses([_first(message, "from")]) if pair[1]]
    name, address = senders[0] if senders else ("", "")
    replies = f"{_first(message, 'in-reply-to')} {_first(message, 'references')}"
    return {
        "name": _words(name),
        "address": address,
        "senders": len(senders),
        "subject": _words(_first(message, "subject")),
        "message_id": _first(message, "message-id").strip(),
        "date": _first(message, "date").strip(),
        "replies_to": [one for one in replies.split() if one.startswith("<")][:20],
        "automatic": _automatic(message),
        "spam": _first(message, "x-spam-flag").strip().lower() == "yes",
        "failed_proof": any(
            "dmarc=fail" in one.lower() for one in _raw(message, "authentication-results")
        ),
    }


def _automatic(message: Message) -> str:
    """Say by what a program's mail is known (RFC 3834); empty for a person's."""
    submitted = _first(message, "auto-submitted").partition(";")[0].strip().lower()
    if submitted not in {"", "no"}:
        return f"Auto-Submitted: {submitted[:40]}"
    precedence = _first(message, "precedence").strip().lower()
    if precedence in AUTOMATIC:
        return f"Precedence: {precedence}"
    if _first(message, "return-path").strip() == "<>":
        return "Return-Path: <>"
    if message.get_content_type() == "multipart/report":
        return "multipart/report"
    return next((mark for mark in _MARKS if _first(message, mark)), "")


def _report(message: Message) -> dict[str, str] | None:
    """Give what a mail server says of a mail of ours that did not arrive (RFC 3464)."""
    if message.get_content_type() != "multipart/report" or not message.is_multipart():
        return None
    found: dict[str, str] = {}
    parts: list[Any] = list(message.get_payload())
    for part in parts[:10]:
        kind = part.get_content_type()
        if kind == "message/delivery-status" and part.is_multipart():
            for block in list(part.get_payload())[:10]:
                for name in ("action", "status", "final-recipient", "diagnostic-code"):
                    if value := _first(block, name):
                        found.setdefault(name, value.strip()[:300])
        original = _original(part, kind)
        if original is not None:
            found["subject"] = _words(_first(original, "subject"))
            found["message_id"] = _first(original, "message-id").strip()
    return found


def _original(part: Message, kind: str) -> Message | None:
    if kind == "message/rfc822" and part.is_multipart():
        inner: Any = part.get_payload(0)
        return inner if isinstance(inner, Message) else None
    if kind == "text/rfc822-headers":
        return BytesParser(policy=compat32).parsebytes(_payload(part), headersonly=True)
    return None


# The body


@dataclass
class Body:
    """What was found in the parts so far."""

    texts: list[str] = field(default_factory=list)
    files: list[tuple[bool, str, Message]] = field(default_factory=list)
    """Whether it stands in the text, its name, and the part."""
    parts: int = 0
    trouble: str = ""

    def take(self, part: Message, depth: int) -> None:
        """Take one part and those in it."""
        self.parts += 1
        if depth > DEEPEST or self.parts > PARTS:
            self.trouble = "nested"
            return
        kind = part.get_content_type()
        if kind in {"multipart/encrypted", "application/pkcs7-mime"}:
            self.trouble = self.trouble or "encrypted"
        elif kind == "multipart/alternative" and part.is_multipart():
            self._choose(part, depth)
        elif kind == "message/rfc822" and part.is_multipart():
            self._forwarded(part, depth)
        elif part.is_multipart():
            for inner in list(part.get_payload()):
                if isinstance(inner, Message):
                    self.take(inner, depth + 1)
        elif kind in {"text/plain", "text/html"} and not _is_file(part):
            self.texts.append(_text(part, kind))
        elif kind not in {"message/delivery-status", "text/rfc822-headers"}:
            disposition = str(part.get_content_disposition() or "")
            inline = disposition != "attachment" and bool(part.get("Content-ID"))
            self.files.append((inline, _filename(part), part))

    def _choose(self, part: Message, depth: int) -> None:
        """Take the plain words of an alternative, or what else has words."""
        tried: list[Body] = []
        inners: list[Any] = list(part.get_payload())
        for inner in inners[:10]:
            other = Body(parts=self.parts)
            other.take(inner, depth + 1)
            self.parts, self.trouble = other.parts, self.trouble or other.trouble
            self.files += other.files
            tried.append(other)
            if inner.get_content_type() == "text/plain" and other.words():
                break
        else:
            self.texts += next((one.texts for one in reversed(tried) if one.words()), [])
            return
        self.texts += tried[-1].texts
        for inner in inners[len(tried) : 10]:
            # Files that stand beside the other wording belong to the mail as well.
            rest = Body(parts=self.parts)
            rest.take(inner, depth + 1)
            self.parts = rest.parts
            self.files += rest.files

    def _forwarded(self, part: Message, depth: int) -> None:
        inner: Any = part.get_payload(0)
        if not isinstance(inner, Message):
            return
        sender, subject = _words(_first(inner, "from")), _words(_first(inner, "subject"))
        self.texts.append(f"— {sender} · {subject} —")
        self.take(inner, depth + 1)

    def words(self) -> str:
        """Give the text, a blank line between its parts."""
        kept = (text.strip() for text in self.texts)
        return "\n\n".join(text for text in kept if text)[:TEXT]

    def looked_at(self) -> dict[str, Any]:
        """Give the files that are taken, and those that are refused with the reason."""
        if not self.files:
            return {"files": [], "refused": []}
        # Only mails with files wait for what looks at files.
        from qms.pqr.intake.filecheck import look_at  # noqa: PLC0415

        taken: list[dict[str, str]] = []
        refused: list[dict[str, Any]] = []
        size = 0
        for _inline, name, part in sorted(self.files, key=lambda one: one[0]):
            data = _payload(part)
            full = len(taken) >= FILES or size + len(data) > TOTAL
            found = look_at(data, name, full=full, largest=LARGEST)
            if "why" in found:
                refused.append(found)
                continue
            size += len(data)
            taken.append({**found, "data": base64.b64encode(data).decode("ascii")})
        return {"files": taken, "refused": refused[:PARTS]}


def _is_file(part: Message) -> bool:
    return part.get_content_disposition() == "attachment" or bool(part.get_filename())


def _filename(part: Message) -> str:
    try:
        name = part.get_filename() or ""
    except _ODD:
        name = ""
    extension = part.get_content_subtype().rpartition("+")[2]
    return (_words(name) or f"adjunto.{extension}")[-NAME:]


def _payload(part: Message) -> bytes:
    """Give the bytes of a part, decoded as far as they can be."""
    try:
        data = part.get_payload(decode=True)
    except _ODD:
        data = None
    return data if isinstance(data, bytes) else b""


def _text(part: Message, kind: str) -> str:
    charset = None
    try:
        charset = part.get_content_charset()
    except _ODD:
        charset = None
    text = _decoded(_payload(part)[: HTML * 2], charset)
    return words_of_html(text[:HTML]) if kind == "text/html" else text[: TEXT * 2]


def _decoded(data: bytes, charset: str | None) -> str:
    """Decode by what is said, or by what it most likely is; nothing is refused."""
    for name in (charset, "utf-8"):
        try:
            if name and name != "unknown-8bit":
                return data.decode(name)
        except (LookupError, ValueError, TypeError, AssertionError):
            continue
    return data.decode("cp1252", "replace")


class _Words(HTMLParser):
    """Keeps the words of HTML and the ends of its blocks, and nothing else."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[str] = []
        self.hidden: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _HIDDEN:
            self.hidden.append(tag)
        elif tag in _BLOCKS:
            self.found.append("\n")

    def handle_endtag(self, tag: str) -> None:
        if self.hidden and tag == self.hidden[-1]:
            self.hidden.pop()
        elif tag == "body":
            self.hidden.clear()
        elif tag in _BLOCKS:
            self.found.append("\n")

    def handle_data(self, data: str) -> None:
        if not self.hidden:
            self.found.append(data.replace("\n", " "))


def words_of_html(html: str) -> str:
    """Give the words of HTML, a line for each block."""
    reader = _Words()
    reader.feed(html)
    reader.close()
    lines = (" ".join(line.split()) for line in "".join(reader.found).split("\n"))
    kept: list[str] = []
    for line in lines:
        if line or (kept and kept[-1]):
            kept.append(line)
    return "\n".join(kept).strip()


if __name__ == "__main__":
    main()
