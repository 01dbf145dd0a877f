"""The persistent classes of the intake by mail; their paths are a promise to every database."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from BTrees.OOBTree import OOBTree
from persistent import Persistent
from persistent.list import PersistentList

from qms.content.models import BlobFile, Organisation, new_uid

ROOM = "pqr.intake"
WAITING, AUTOMATIC = "mail-waiting", "mail-automatic"
REGISTERED, DISCARDED, ADDED = "mail-registered", "mail-discarded", "mail-added"
STATES = (WAITING, AUTOMATIC, REGISTERED, DISCARDED, ADDED)
"""Waits for a clerk; a program's; made a case; turned down with a reason; added to a case."""


class MailRoom(Persistent):
    """What the intake of one organisation has to remember."""

    def __init__(self) -> None:
        """Start empty."""
        self.seen = OOBTree()
        """Key of a mail to ``(ISO moment, outcome, number)``: the same mail counts once."""
        self.order = OOBTree()
        """ISO moment and key to the key, so that the oldest can be forgotten."""
        self.kept = OOBTree()
        """Uid to the mails that made no case."""
        self.waiting = OOBTree()
        """Uids of those that wait for a clerk."""
        self.programs = OOBTree()
        """ISO moment and uid to the uid of the mails of programs, which are forgotten one day."""
        self.unread = OOBTree()
        """Number of a case to ``(ISO moment, why)``: somebody has to look at what came by mail."""
        self.senders = OOBTree()
        """Digest of an address to the ISO moments at which it wrote, those of a day."""
        self.left_out = 0
        """So many mails were left in the mailbox, since far too many came."""


class KeptMail(Persistent):
    """A mail that made no case: what was read of it, its bytes, and what became of it."""

    def __init__(
        self,
        why: str,
        *,
        state: str,
        received_at: datetime,
        facts: Mapping[str, str],
        original: BlobFile | None,
        files: Iterable[BlobFile] = (),
        refused: Iterable[str] = (),
        number: str = "",
    ) -> None:
        """Keep it; ``facts`` are name, address, subject, text, message_id and date."""
        self.uid = new_uid()
        self.why = why
        self.state = state
        self.received_at = received_at
        self.facts = dict(facts)
        self.original = original
        """The bytes as they came."""
        self.files: PersistentList = PersistentList(files)
        self.refused = tuple(refused)
        self.number = number
        """The case that it speaks of, or that was made of it."""
        self.reason = ""
        self.settled_by = ""
        self.settled_at: datetime | None = None

    @property
    def title(self) -> str:
        """Its subject, else its sender."""
        return self.facts["subject"] or self.facts["address"] or "—"


def room_of(organisation: Organisation) -> MailRoom:
    """Give the organisation's intake, made at its first mail."""
    found: MailRoom | None = look(organisation)
    if found is None:
        found = organisation.annexes[ROOM] = MailRoom()
    return found


def look(organisation: Any) -> MailRoom | None:
    """Give the organisation's intake where a mail has come, for pages that only look."""
    found: MailRoom | None = organisation.annexes.get(ROOM)
    return found
