"""From the bytes of a mail to what it says, read by a process that may do nothing else."""

from __future__ import annotations

import base64
import hashlib
import json
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from qms.content.models import BlobFile
from qms.kernel.text import clean_line
from qms.notices.errors import BadMail
from qms.notices.services import check_address
from qms.security.children import answer_of

READER = [sys.executable, "-I", "-W", "ignore", str(Path(__file__).with_name("mailreader.py"))]
"""By its file: most mails need nothing of the house to be read, and start in half the time."""
SECONDS = 20
"""So long one mail may take."""
LARGEST = 36 << 20
"""Bytes of a mail that is read; a larger one is kept unread."""
HEAD = 1 << 16
"""Bytes that are kept of a larger one."""
LARGEST_ANSWER = 64 << 20
SUBJECT = 200


@dataclass(frozen=True)
class Mail:
    """One mail as it came; everything in it is what a stranger wrote."""

    data: bytes
    received_at: datetime
    """When our side received it, whatever the mail itself says."""
    trouble: str = ""
    """Why it could not be read: ``unreadable``, ``too-large``, ``nested`` or ``encrypted``."""
    name: str = ""
    address: str = ""
    senders: int = 0
    subject: str = ""
    message_id: str = ""
    date: str = ""
    """What the mail itself says of its date."""
    replies_to: tuple[str, ...] = ()
    automatic: str = ""
    """By what a program's mail is known; empty for a person's."""
    spam: bool = False
    failed_proof: bool = False
    """Whether our mail server says that it does not come from where it says."""
    text: str = ""
    files: tuple[Mapping[str, str], ...] = ()
    """``name``, ``media_type`` and ``data`` of each file that is taken."""
    refused: tuple[Mapping[str, Any], ...] = ()
    """``name``, ``why`` and ``mapping`` of each file that is not."""
    report: Mapping[str, str] | None = field(default=None)
    """What a mail server says of a mail of ours."""

    @property
    def sha256(self) -> str:
        """The digest of its bytes."""
        return hashlib.sha256(self.data).hexdigest()

    @property
    def key(self) -> str:
        """What two deliveries of the same mail have in common.

        The words count as well as the identifier, so that nobody can hide a mail by sending
        another one with its identifier first.
        """
        if not self.message_id and not self.text:
            return self.sha256
        said = [self.message_id, self.address, self.date, self.subject, self.text]
        said += [hashlib.sha256(one["data"].encode()).hexdigest() for one in self.files]
        return hashlib.sha256("\0".join(said).encode("utf-8", "replace")).hexdigest()

    def blobs(self) -> list[BlobFile]:
        """Make stored files of those that are taken."""
        return [
            BlobFile(base64.b64decode(one["data"]), one["name"], one["media_type"])
            for one in self.files
        ]


def read_mail(data: bytes, received_at: datetime, *, seconds: int = SECONDS) -> Mail:
    """Read a mail; one that cannot be read within the limits comes back with its trouble.

    It takes a while, so call it outside of transactions.
    """
    if len(data) > LARGEST:
        # Its head says who wrote about what.
        head = read_mail(data[:HEAD], received_at, seconds=seconds)
        return replace(head, trouble="too-large", files=(), refused=())
    found = _facts(data, seconds)
    if found is None:
        return Mail(data, received_at, "unreadable")
    if "address" not in found:
        return Mail(data, received_at, str(found.get("trouble") or "unreadable"))
    address = good_address(found["address"])
    return Mail(
        data,
        received_at,
        trouble=found["trouble"],
        name=clean_line(found["name"])[:160],
        address=address,
        senders=int(found["senders"]),
        subject=clean_line(found["subject"])[:SUBJECT],
        message_id=clean_line(found["message_id"])[:300],
        date=clean_line(found["date"])[:100],
        replies_to=tuple(found["replies_to"]),
        automatic=clean_line(found["automatic"]),
        spam=bool(found["spam"]),
        failed_proof=bool(found["failed_proof"]),
        text=clean_lines(found["text"]),
        files=tuple(found["files"]),
        refused=tuple(found["refused"]),
        report=found["report"],
    )


def good_address(address: str) -> str:
    """Give an address that one person can be written to by, else an empty text (D4-37)."""
    try:
        return check_address(clean_line(address))
    except BadMail:
        return ""


def clean_lines(text: str) -> str:
    """Clean every line, and leave at most one blank line between two."""
    kept: list[str] = []
    for line in text.replace("\r\n", "\n").replace("\r", "\n").split("\n"):
        clean = clean_line(line)
        if clean or (kept and kept[-1]):
            kept.append(clean)
    return "\n".join(kept).strip()


def _facts(data: bytes, seconds: int) -> dict[str, Any] | None:
    command = [*READER, str(seconds)]
    found = answer_of(command, data, seconds=seconds, most=LARGEST_ANSWER)
    if found is None:
        return None
    try:
        facts: dict[str, Any] = json.loads(found)
    except ValueError:
        return None
    return facts
