"""The worker's part: claim a mail, send it outside of any transaction, settle it.

At least once: who dies between sending and settling leaves a lease that runs out, and the mail goes
again with the same Message-ID.  Two workers never have the same mail at once, since the claim is a
write that only one of them can commit.
"""

from __future__ import annotations

import logging
import secrets
import smtplib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Protocol

from ZODB.POSException import ConflictError

from qms.kernel import clock
from qms.notices.letters import build
from qms.notices.mailers import Mailer, Rejected, mailer_of
from qms.notices.models import (
    FAILED,
    KEPT,
    LANES,
    SENT,
    WAITING,
    Mail,
    MailLane,
    outbox_of,
)
from qms.people.addresses import fold_email

log = logging.getLogger(__name__)

LEASE = timedelta(minutes=5)
"""How long a worker may hold a mail; longer than all time-outs of one sending together."""
PAUSES = tuple(timedelta(minutes=n) for n in (1, 5, 15, 30, 60))
"""Waits between tries; the last one repeats."""
GIVE_UP = timedelta(days=5)
"""When a mail is not tried any more, as mail servers do (RFC 5321, 4.5.4.1)."""
BATCH = 100


Clock = Callable[[], datetime]


class Work(Protocol):
    """An open site: what the command line's ``Work`` gives."""

    place: Any
    site: Any
    manager: Any

    def outside(self, make: Callable[[], Any]) -> Any:
        """Commit, run ``make`` outside of any transaction, begin again, give its result."""


@dataclass
class Delivered:
    """What one round did."""

    sent: int = 0
    failed: int = 0
    postponed: int = 0

    def count(self, state: str) -> None:
        """Count one mail by the state that it has now."""
        if state == WAITING:
            self.postponed += 1
        elif state == FAILED:
            self.failed += 1
        else:
            self.sent += 1


@dataclass(frozen=True)
class Claim:
    """A mail in one worker's hands."""

    lane: MailLane
    key: int
    mail: Mail


@dataclass(frozen=True)
class Outcome:
    """What became of one sending."""

    error: Exception | None
    at: datetime
    kept: bool
    """True when the message stays here."""
    keeps_words: bool
    """True when the database may keep the mail's words, too."""


def deliver_due(
    work: Work, mailer: Mailer | None = None, *, most: int = BATCH, ask: Clock | None = None
) -> Delivered:
    """Send what is due, at most ``most`` mails, and say what became of them."""
    settings = work.place.settings
    carrier = mailer if mailer is not None else mailer_of(settings)
    keeps_words = carrier.keeps and settings.environment == "development"
    ask = ask or clock.now
    done, first = Delivered(), secrets.randbelow(LANES)
    for turn in range(LANES):
        place = (first + turn) % LANES
        while done.sent + done.failed + done.postponed < most:
            claim = _claim(work, place, ask())
            if claim is None:
                break
            message = build(claim.mail, settings.mail_from, _reply_to(work, claim.mail))
            error = _send(work, carrier, message)
            outcome = Outcome(error, ask(), carrier.keeps, keeps_words)
            done.count(_settle(work, claim, outcome))
    return done


def _reply_to(work: Work, mail: Mail) -> str:
    """Give the mailbox in which an organisation takes cases in, for mails to its customers."""
    if fold_email(mail.to) in work.site.logins:
        return ""
    intake: Mapping[str, str] = getattr(work.place.settings, "intake", {})
    return intake.get(f"{mail.organisation_id}.address", "")


def _again(work: Work) -> None:
    work.manager.abort()
    work.manager.begin()


def _claim(work: Work, place: int, now: datetime) -> Claim | None:
    """Take the lane's next due mail for ``LEASE``, or None when there is none (or a race lost)."""
    if "outbox" not in work.site.annexes:
        return None
    lane: MailLane = outbox_of(work.site).lanes[place]
    found = lane.next_due(now)
    if found is None:
        return None
    key, mail = found
    del lane.due[key]
    mail.attempts += 1
    mail.leased_until = now + LEASE
    claim = Claim(lane, lane.put(lane.due, mail, mail.leased_until), mail)
    try:
        work.manager.commit()
    except ConflictError:
        _again(work)
        return None
    work.manager.begin()
    return claim


def _send(work: Work, carrier: Mailer, message: Any) -> Exception | None:
    """Carry the message outside of any transaction and give what went wrong, if anything."""

    def carry() -> Exception | None:
        try:
            carrier.send(message)
        except (Rejected, smtplib.SMTPException, OSError) as error:
            return error
        return None

    error: Exception | None = work.outside(carry)
    return error


def _settle(work: Work, claim: Claim, outcome: Outcome) -> str:
    """Note what became of the mail; repeated when somebody queued into the lane meanwhile."""
    if outcome.error is not None:
        log.warning("mail %s: %s", claim.mail.message_id, type(outcome.error).__name__)
    for _attempt in range(10):
        state = _note(claim, outcome)
        try:
            work.manager.commit()
        except ConflictError:
            _again(work)
            continue
        work.manager.begin()
        return state
    return WAITING


def _note(claim: Claim, outcome: Outcome) -> str:
    """Write down the outcome, unless the lease ran out and another worker has the mail now."""
    lane, mail = claim.lane, claim.mail
    if lane.due.get(claim.key) is not mail:
        return mail.state
    del lane.due[claim.key]
    error, now = outcome.error, outcome.at
    mail.leased_until = None
    mail.error = "" if error is None else f"{type(error).__name__}: {error}"[:500]
    hopeless = isinstance(error, Rejected) or now - mail.queued_at > GIVE_UP
    if error is not None and not hopeless:
        lane.put(lane.due, mail, now + PAUSES[min(mail.attempts, len(PAUSES)) - 1])
        return mail.state
    mail.state = FAILED if error is not None else KEPT if outcome.kept else SENT
    mail.done_at = now
    if not outcome.keeps_words:
        mail.scrub()
    lane.put(lane.done, mail, now)
    return mail.state
