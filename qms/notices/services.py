"""Verbs on the outbox: queue a mail inside the transaction, count what waits."""

from __future__ import annotations

import secrets
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from qms.content.models import BlobFile, find_organisation, find_site
from qms.notices.errors import BadMail
from qms.notices.models import FAILED, LANES, WAITING, Mail, outbox_of

LONGEST_SUBJECT = 300
ENCODED = "=?"
KEY_LIFE = timedelta(days=90)
"""How long a cause is remembered as mailed, and a done mail as done."""


def check_line(text: str, longest: int) -> str:
    """Give ``text`` if it may stand in a header, else raise BadMail (D4-37)."""
    control = any(unicodedata.category(char) in {"Cc", "Zl", "Zp", "Cs"} for char in text)
    if not text or len(text) > longest or control:
        raise BadMail
    return text


def check_address(address: str) -> str:
    """Give ``address`` if it is exactly one recipient, else raise BadMail (D4-37)."""
    check_line(address, 254)
    local, at, domain = address.partition("@")
    if not (local and at and domain) or any(char in address for char in ' ,;:<>()[]"\\'):
        raise BadMail
    if "@" in domain or ENCODED in address:
        raise BadMail
    return address


def queue_mail(
    content: Any,
    *,
    key: str,
    to: str,
    subject: str,
    text: str,
    html: str = "",
    at: datetime,
) -> bool:
    """Queue a mail as :func:`post` does; False says that it had been queued before."""
    return post(content, key=key, to=to, subject=subject, text=text, html=html, at=at) is not None


def post(
    content: Any,
    *,
    key: str,
    to: str,
    subject: str,
    text: str,
    html: str = "",
    attachments: Iterable[BlobFile] = (),
    at: datetime,
) -> Mail | None:
    """Queue a mail about ``content``, committed or aborted together with its cause.

    The same ``key`` queues once; None says that it had been queued before.  Raises BadMail for a
    subject or address that could smuggle headers or further recipients in.
    """
    # An encoded word (RFC 2047) would be decoded on its way out, line ends and all.
    subject = check_line(subject, LONGEST_SUBJECT).replace(ENCODED, "= ?")
    check_address(to)
    outbox, organisation = outbox_of(find_site(content)), find_organisation(content)
    if key in outbox.keys:
        return None
    outbox.keys[key] = at
    name = organisation.__name__ or "" if organisation is not None else ""
    mail = Mail(name, to, subject, text, html, at)
    mail.attachments = tuple(attachments)
    lane = outbox.lanes[secrets.randbelow(LANES)]
    lane.put(lane.due, mail, at)
    return mail


def withdraw(site: Any, mail: Mail) -> None:
    """Take a mail back for good: its words, its recipient, and, if it waits, the sending."""
    outbox = site.annexes.get("outbox")
    lanes = outbox.lanes if outbox is not None and mail.state == WAITING else ()
    for lane in lanes:
        for key in [key for key, waiting in lane.due.items() if waiting is mail]:
            del lane.due[key]
    mail.scrub()
    mail.to, mail.subject, mail.error = "", "", ""


@dataclass(frozen=True)
class Backlog:
    """What has not gone out."""

    waiting: int
    oldest: datetime | None
    failed: int


def backlog(site: Any, organisation_id: str | None = None) -> Backlog:
    """Count what waits and what was given up lately, for one organisation or for all."""
    outbox = site.annexes.get("outbox")
    if outbox is None:
        return Backlog(0, None, 0)

    def ours(mail: Mail) -> bool:
        return organisation_id is None or mail.organisation_id == organisation_id

    waiting = [mail.queued_at for mail in outbox.waiting() if ours(mail)]
    failed = sum(1 for mail in outbox.newest_done(200) if mail.state == FAILED and ours(mail))
    return Backlog(len(waiting), min(waiting, default=None), failed)


def backlogs(site: Any) -> dict[str, Backlog]:
    """Count what waits and what was given up lately, for every organisation that has any."""
    outbox = site.annexes.get("outbox")
    found: dict[str, Backlog] = {}
    if outbox is None:
        return found
    for mail in outbox.waiting():
        one = found.get(mail.organisation_id, Backlog(0, None, 0))
        oldest = min(one.oldest or mail.queued_at, mail.queued_at)
        found[mail.organisation_id] = replace(one, waiting=one.waiting + 1, oldest=oldest)
    for mail in outbox.newest_done(200):
        if mail.state == FAILED:
            one = found.get(mail.organisation_id, Backlog(0, None, 0))
            found[mail.organisation_id] = replace(one, failed=one.failed + 1)
    return found


def mails_of(site: Any, organisation_id: str, *, most: int = 100) -> list[Mail]:
    """List the waiting and the newest done mails of an organisation, the newest first."""
    outbox = site.annexes.get("outbox")
    if outbox is None:
        return []
    found = [mail for mail in outbox.waiting() if mail.organisation_id == organisation_id]
    found += [
        mail for mail in outbox.newest_done(most * 2) if mail.organisation_id == organisation_id
    ]
    return sorted(found, key=lambda mail: mail.queued_at, reverse=True)[:most]


def forget_old(site: Any, *, at: datetime) -> int:
    """Forget causes and done mails of long ago; the worker calls it now and then."""
    outbox, gone = site.annexes.get("outbox"), 0
    if outbox is None:
        return 0
    for key in [key for key, queued in outbox.keys.items() if at - queued > KEY_LIFE]:
        del outbox.keys[key]
        gone += 1
    for lane in outbox.lanes:
        for key in [key for key, mail in lane.done.items() if at - mail.queued_at > KEY_LIFE]:
            del lane.done[key]
    return gone
