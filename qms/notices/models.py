"""The outbox: mails are written in the transaction of their cause and carried out afterwards."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

from BTrees.LOBTree import LOBTree
from BTrees.OOBTree import OOBTree
from persistent import Persistent

LANES = 8
"""Writers take a lane by chance, so that they seldom meet."""
WAITING, SENT, KEPT, FAILED = "waiting", "sent", "kept", "failed"
_SECOND = 1_000_000
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def _micros(at: datetime) -> int:
    return (at - _EPOCH) // timedelta(microseconds=1)


class Mail(Persistent):
    """One mail to one person, with everything that sending it again must not change."""

    attachments: tuple[Any, ...] = ()
    """Stored files that go with it."""

    def __init__(
        self, organisation_id: str, to: str, subject: str, text: str, html: str, at: datetime
    ) -> None:
        """Write it; its Message-ID is fixed now, so that a second copy is known as one."""
        self.organisation_id = organisation_id
        self.to = to
        self.subject = subject
        self.text = text
        self.html = html
        self.queued_at = at
        self.message_id = secrets.token_hex(16)
        """Local part of the Message-ID."""
        self.state = WAITING
        self.attempts = 0
        self.leased_until: datetime | None = None
        """Until when one worker has it in its hands; after that another may take it."""
        self.error = ""
        self.done_at: datetime | None = None

    def scrub(self) -> None:
        """Forget the words, which may hold a link, once they are on their way."""
        self.text = self.html = ""
        self.attachments = ()


class MailLane(Persistent):
    """Mails by the time of their next try, and those that are done."""

    def __init__(self) -> None:
        """Start empty."""
        self.due = LOBTree()
        self.done = LOBTree()

    def put(self, tree: Any, mail: Mail, at: datetime) -> int:
        """Put ``mail`` into ``tree`` at the first free microsecond from ``at`` on; give its key."""
        key = _micros(at)
        while key in tree:
            key += 1
        tree[key] = mail
        return key

    def next_due(self, now: datetime) -> tuple[int, Mail] | None:
        """Give the first mail whose time has come within a second, with its key.

        Mails of one moment stand some microseconds behind each other; they are all due together.
        """
        if not self.due:
            return None
        key = self.due.minKey()
        return (key, self.due[key]) if key <= _micros(now) + _SECOND else None


class Outbox(Persistent):
    """All mails of the site."""

    def __init__(self) -> None:
        """Make the empty lanes."""
        self.lanes = tuple(MailLane() for _ in range(LANES))
        self.keys = OOBTree()
        """Idempotency key to the moment of queueing: the same cause never mails twice."""

    def waiting(self) -> Iterator[Mail]:
        """Walk what waits, lane by lane."""
        return (mail for lane in self.lanes for mail in lane.due.values())

    def newest_done(self, most: int) -> Iterator[Mail]:
        """Walk the newest done mails of every lane, at most ``most`` of each."""
        for lane in self.lanes:
            tree, high = lane.done, None
            for _ in range(most):
                try:
                    high = tree.maxKey() if high is None else tree.maxKey(high - 1)
                except ValueError:
                    break
                yield tree[high]


def outbox_of(site: Any) -> Outbox:
    """Give the site's outbox, made at its first mail."""
    outbox = site.annexes.get("outbox")
    if outbox is None:
        outbox = site.annexes["outbox"] = Outbox()
    return outbox
