"""What a clerk does with a mail that made no case; nothing leaves the list without a word."""

from __future__ import annotations

from dataclasses import replace

from qms.content.models import BlobFile, Organisation
from qms.kernel.acts import Act
from qms.kernel.i18n import _
from qms.kernel.text import clean_line
from qms.pqr import services as cases
from qms.pqr.choices import choices_of
from qms.pqr.errors import WordsMissing
from qms.pqr.intake import events
from qms.pqr.intake.errors import MailSettled, NoCaseOfThisNumber, NoSuchMail
from qms.pqr.intake.models import (
    ADDED,
    AUTOMATIC,
    DISCARDED,
    REGISTERED,
    WAITING,
    KeptMail,
    look,
    room_of,
)
from qms.pqr.intake.services import LONGEST, Say, received_of, whole_text
from qms.pqr.models import Case
from qms.pqr.services import Registered


def kept_mail(organisation: Organisation, uid: str) -> KeptMail:
    """Give a mail that made no case, or refuse."""
    room = look(organisation)
    found: KeptMail | None = room.kept.get(uid) if room is not None else None
    if found is None:
        raise NoSuchMail
    return found


def register_mail(organisation: Organisation, mail: KeptMail, *, say: Say, act: Act) -> Registered:
    """Make a case of a mail; it counts from when the mail came."""
    _check_open(mail)
    choices = choices_of(organisation)
    received = received_of(
        choices, facts=mail.facts, received_at=mail.received_at, say=say, act=act
    )
    customer = dict(received.customer)
    if not customer["name"]:
        customer["name"] = say(_("Unknown sender"))
    made = cases.register(
        organisation,
        replace(
            received,
            customer=customer,
            files=_files_of(mail),
            refused=tuple(name[:60] for name in mail.refused)[:10],
        ),
        act=act,
    )
    _settle(organisation, mail, REGISTERED, act, number=made.case.number)
    register = cases.register_of(organisation)
    act.notify(events.MailTurnedIntoCase(register, act, facts={"number": made.case.number}))
    return made


def add_to_case(
    organisation: Organisation, mail: KeptMail, number: str, *, say: Say, act: Act
) -> Case:
    """Add words and files of a mail to a case, as a note that its customer does not see."""
    _check_open(mail)
    register = cases.register_of(organisation)
    wanted = clean_line(number).upper()
    case: Case | None = register.get(wanted)
    if case is None:
        raise NoCaseOfThisNumber(number=wanted)
    files = _files_of(mail)
    case.files.extend(files)
    head = say(_("Added from an e-mail of ${address}:", {"address": mail.facts["address"] or "—"}))
    text = mail.facts["text"][:LONGEST] or mail.facts["subject"]
    names = ", ".join(one.filename for one in files)
    tail = [f"{say(_('Files:'))} {names}"] if names else []
    cases.add_note(case, "\n\n".join([head, text, *tail]), act=act)
    _settle(organisation, mail, ADDED, act, number=case.number)
    act.notify(events.MailAdded(register, act, facts={"number": case.number}))
    return case


def discard(organisation: Organisation, mail: KeptMail, reason: str, *, act: Act) -> None:
    """Turn a mail down, with the reason; mail and reason stay."""
    _check_open(mail)
    reason = clean_line(reason)
    if not reason:
        raise WordsMissing
    mail.reason = reason
    _settle(organisation, mail, DISCARDED, act)
    register = cases.register_of(organisation)
    act.notify(events.MailDiscarded(register, act, facts={"why": mail.why, "reason": reason}))


def see(organisation: Organisation, case: Case, *, act: Act) -> None:
    """Note that what came by mail for a case was looked at."""
    room = look(organisation)
    if room is not None and case.number in room.unread:
        del room.unread[case.number]
        act.notify(events.MailSeen(case, act))


def _check_open(mail: KeptMail) -> None:
    if mail.state not in {WAITING, AUTOMATIC}:
        raise MailSettled


def _files_of(mail: KeptMail) -> list[BlobFile]:
    """Give the mail's files; the mail itself where it could not be read."""
    files = whole_text(mail.facts, list(mail.files))
    if mail.original is not None and not mail.facts["text"]:
        files.append(mail.original)
    return files


def _settle(
    organisation: Organisation, mail: KeptMail, state: str, act: Act, *, number: str = ""
) -> None:
    room = room_of(organisation)
    room.waiting.pop(mail.uid, None)
    for key in [key for key, uid in room.programs.items() if uid == mail.uid]:
        # What a person decided about is not forgotten with the mails of programs.
        del room.programs[key]
    mail.state, mail.settled_by, mail.settled_at = state, act.person_id, act.at
    mail.number = number or mail.number
