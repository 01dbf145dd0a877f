"""Taking mails out of mailboxes and pipes: read outside of transactions, stored in one each.

A mail is moved away only after what became of it was stored. Whoever dies in between finds the
same mail again, knows it, and moves it then.
"""

from __future__ import annotations

import imaplib
import logging
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import partial
from typing import Any

from pyramid.registry import Registry
from ZODB.POSException import ConflictError, POSError

from qms.content.models import Organisation
from qms.kernel import clock
from qms.kernel.errors import Refused
from qms.pqr.intake.errors import FarTooMany, MailboxTrouble
from qms.pqr.intake.mailboxes import (
    ImapMailbox,
    Mailbox,
    Waiting,
    addresses_of,
    mailboxes_of,
    said_in,
)
from qms.pqr.intake.models import room_of
from qms.pqr.intake.reading import HEAD, LARGEST, Mail, read_mail
from qms.pqr.intake.services import KEPT, Counter, Outcome, Say, take_in
from qms.profiles.api import profile_of
from qms.web.i18n import localizer_of

log = logging.getLogger("qms.intake")
BATCH = 100
"""Mails of one mailbox in one turn."""
TRIES = 6
Open = Callable[[Mailbox], Waiting]


@dataclass
class Polled:
    """What one turn did, by outcome."""

    outcomes: list[Outcome] = field(default_factory=list)
    left: int = 0
    """Mails that could not be stored and stay on the server."""
    trouble: Exception | None = None


def say_in(registry: Registry, organisation: Organisation) -> Say:
    """Give what puts sentences into the organisation's language."""
    language = profile_of(organisation).language[:2]
    translate: Say = localizer_of(registry, language).translate
    return translate


def counter_of(work: Any, organisation_id: str) -> Counter:
    """Give where mails of an organisation are taken in, with an act of this moment."""
    organisation = work.site[organisation_id]
    return Counter(
        organisation,
        addresses_of(work.place.settings, organisation_id),
        say_in(work.place.registry, organisation),
        work.act("system", channel="mail"),
    )


def store(work: Any, organisation_id: str, mail: Mail) -> Outcome:
    """Store one mail in a transaction of its own, again where somebody else was faster."""
    for attempt in range(TRIES):
        try:
            outcome = take_in(counter_of(work, organisation_id), mail)
            work.commit()
        except ConflictError:
            work.manager.abort()
            work.manager.begin()
            if attempt == TRIES - 1:
                raise
        except BaseException:
            work.manager.abort()
            work.manager.begin()
            raise
        else:
            return outcome
    raise AssertionError


def store_somehow(work: Any, organisation_id: str, mail: Mail) -> Outcome:
    """Store a mail; one at which our own rules break down waits for a clerk as it came."""
    try:
        return store(work, organisation_id, mail)
    except (ConflictError, POSError, FarTooMany, OSError):
        raise
    except Exception:
        log.exception("a mail for %s could not be sorted", organisation_id)
        bare = Mail(mail.data, mail.received_at, "unreadable")
        return store(work, organisation_id, bare)


def poll_all(work: Any, open_mailbox: Open = ImapMailbox) -> list[Polled]:
    """Poll every mailbox that is set up; trouble with one holds up no other, and is raised last.

    It is a Refused whose sentence says what is wrong: MailboxTrouble, or one of the mailbox's own.
    """
    trouble: tuple[str, Refused] | None = None
    done: list[Polled] = []
    for mailbox in mailboxes_of(work.place.settings.intake):
        if mailbox.organisation not in work.site:
            log.warning("a mailbox is set up for %s, which is not here", mailbox.organisation)
            continue
        try:
            done.append(poll(work, mailbox, open_mailbox))
        except (imaplib.IMAP4.error, OSError, ValueError, Refused) as error:
            log.warning("mailbox of %s: %s", mailbox.organisation, error)
            trouble = trouble or (mailbox.organisation, _told(mailbox, error))
    if trouble is not None:
        work.at_organisation(trouble[0])
        raise trouble[1]
    work.at_organisation("")
    return done


def _told(mailbox: Mailbox, error: Exception) -> Refused:
    if isinstance(error, Refused):
        return error
    told = MailboxTrouble(organisation=mailbox.organisation, why=said_in(error))
    told.__cause__ = error
    return told


def poll(work: Any, mailbox: Mailbox, open_mailbox: Open = ImapMailbox) -> Polled:
    """Take every mail of a mailbox in and move it away, one by one."""
    polled = Polled()
    place: Waiting = work.outside(lambda: open_mailbox(mailbox))
    try:
        for uid in work.outside(lambda: place.uids(BATCH)):
            _one(work, mailbox, place, uid, polled)
    finally:
        place.close()
    if polled.trouble is not None:
        raise polled.trouble
    return polled


def _one(work: Any, mailbox: Mailbox, place: Waiting, uid: str, polled: Polled) -> None:
    folder = mailbox.done
    try:
        mail = work.outside(partial(fetched, place, uid))
        outcome = store_somehow(work, mailbox.organisation, mail)
        polled.outcomes.append(outcome)
        if outcome.kind == KEPT:
            folder = mailbox.refused
    except FarTooMany:
        # It stays on the server, where a person can find it.
        folder, polled.left = mailbox.refused, polled.left + 1
        room_of(work.site[mailbox.organisation]).left_out += 1
    except imaplib.IMAP4.abort:
        raise
    except (ConflictError, imaplib.IMAP4.error) as error:
        # The others have their turn all the same.
        polled.left, polled.trouble = polled.left + 1, error
        return
    work.outside(partial(place.move, uid, folder))


def fetched(place: Waiting, uid: str) -> Mail:
    """Fetch and read one mail; it was received when the server took it in, not when it says."""
    arrived, size = place.arrived(uid)
    now = clock.now()
    received_at = min(arrived or now, now)
    if size > LARGEST:
        head = read_mail(place.fetch(uid, HEAD), received_at)
        return replace(head, trouble="too-large", files=(), refused=())
    return read_mail(place.fetch(uid, LARGEST + 1), received_at)


def piped(work: Any, organisation_id: str, data: bytes, at: datetime | None = None) -> Outcome:
    """Take in one mail that a mail server handed over; received is now."""
    received_at = (at or clock.now()).astimezone(UTC)
    mail = work.outside(lambda: read_mail(data, received_at))
    return store_somehow(work, organisation_id, mail)
