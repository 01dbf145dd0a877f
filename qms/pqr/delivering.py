"""What became of the mails to customers: proof that a server took the answer, or that it did not.

The outbox knows for each mail whether a server accepted it (SMTP). That is the proof of the
notification, with Message-ID and moment. Where the server refuses, or the mail comes back later,
the answer has not arrived after all: it waits to be notified another way, and the term goes on.
"""

from __future__ import annotations

from typing import Any

from BTrees.OOBTree import OOBTree
from persistent.list import PersistentList

from qms.content.models import Organisation, organisation_of
from qms.kernel.acts import Act
from qms.notices.models import FAILED, KEPT, WAITING, Mail
from qms.pqr import workflow
from qms.pqr.models import Case
from qms.pqr.services import MAIL, NAME, take

ROOM = "pqr.deliveries"
"""Numbers of the cases of which a mail is still on its way."""


def remember(case: Case, mail: Mail) -> None:
    """Keep a mail beside its case; the worker looks later what became of it."""
    if case.mails is None:
        case.mails = PersistentList()
    case.mails.append((len(case.acts) - 1, mail))
    waiting = organisation_of(case).annexes.setdefault(ROOM, OOBTree())
    waiting[case.number] = len(case.acts) - 1


def follow(organisation: Organisation, *, act: Act) -> int:
    """Note on each case what became of its mails since the last look; count the notes."""
    waiting: Any = organisation.annexes.get(ROOM)
    noted = 0
    for number in list(waiting or ()):
        case = organisation[NAME].get(number)
        open_mails = False
        for place, mail in list(case.mails or ()) if case is not None else ():
            if mail.state == WAITING:
                open_mails = True
            elif not _is_noted(case, place):
                noted += _settle(case, place, mail, act)
        if not open_mails:
            del waiting[number]
    return noted


def _is_noted(case: Case, place: int) -> bool:
    return any(one.get("mail") == place for one in case.acts[place + 1 :])


def _settle(case: Case, place: int, mail: Mail, act: Act) -> int:
    told = case.acts[place]
    answers = told["kind"] == "notified" and told.get("how") == MAIL
    if getattr(case, "disposed", None) is not None:
        return 0
    if mail.state == FAILED:
        not_arrived(case, place, mail.error, answers=answers, act=act)
        return 1
    if not answers:
        return 0
    at = (mail.done_at or act.at).isoformat()
    kept = {"kept": True} if mail.state == KEPT else {}
    take(case, "delivered", act, mail=place, message_id=mail.message_id, when=at, **kept)
    return 1


def not_arrived(case: Case, place: int, why: str, *, answers: bool, act: Act) -> None:
    """Note that a mail did not arrive; where it was the answer, it is to be notified again."""
    reason = why.strip() or "—"
    now = case.progress
    if answers and now.state == workflow.NOTIFIED and _is_last_notification(case, place):
        take(case, "undelivered", act, mail=place, reason=reason)
    else:
        take(case, "noted", act, mail=place, note=reason, failed=True)


def _is_last_notification(case: Case, place: int) -> bool:
    last = max(at for at, one in enumerate(case.acts) if one["kind"] == "notified")
    return last == place


def undelivered(case: Case) -> bool:
    """Tell whether the last answer came back and was not notified another way since."""
    for one in reversed(case.acts):
        if one["kind"] in ("notified", "undelivered"):
            return bool(one["kind"] == "undelivered")
    return False
