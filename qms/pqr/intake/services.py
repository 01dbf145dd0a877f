"""Taking a mail in, once: a case of its own, an answer to one, or a place before a clerk."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Collection
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from qms.content.models import BlobFile, Organisation, find_site
from qms.kernel.acts import Act
from qms.kernel.i18n import _
from qms.kernel.text import fold
from qms.notices.models import outbox_of
from qms.pqr import services as cases
from qms.pqr import workflow
from qms.pqr.choices import Choices, choices_of
from qms.pqr.intake import events, sorting
from qms.pqr.intake.errors import FarTooMany
from qms.pqr.intake.models import AUTOMATIC, WAITING, KeptMail, MailRoom, room_of
from qms.pqr.intake.reading import Mail
from qms.pqr.models import Case
from qms.pqr.services import Received

CHANNEL = "mail"
LONGEST = 8000
"""Characters of a case's text; all of a longer mail is kept as a file of the case."""
PER_HOUR, PER_DAY, MOST_KEPT = 10, 30, 60
"""Mails of one address that count in an hour and in a day, and those that are kept beyond that."""
ALL_PER_HOUR = 200
"""Mails of all addresses together that count in an hour."""
MOST_WAITING = 2000
MOST_ABOUT = 5
"""Notes a day on one case about mails of strangers, and about mails that came back."""
LONGEST_RAW = 1 << 20
"""Bytes of a program's mail that are kept."""
REMEMBERED, PROGRAMS = timedelta(days=180), timedelta(days=60)
"""How long a mail is known again, and how long one of a program is kept."""
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
EVERYBODY = "*"

Say = Callable[[Any], str]
"""Puts a sentence into the organisation's language."""
DUPLICATE, CASE, COMPLETED, NOTED = "duplicate", "case", "completed", "noted"
BOUNCED, KEPT, IGNORED = "bounced", "kept", "ignored"


@dataclass(frozen=True)
class Outcome:
    """What became of a mail."""

    kind: str
    """``duplicate``, ``case``, ``completed``, ``noted``, ``bounced``, ``kept`` or ``ignored``."""
    number: str = ""
    why: str = ""


@dataclass(frozen=True)
class Counter:
    """Where one takes mails in: an organisation, its own addresses, its language, the act."""

    organisation: Organisation
    ours: Collection[str]
    say: Say
    act: Act

    @property
    def room(self) -> MailRoom:
        """What the intake remembers."""
        return room_of(self.organisation)


def take_in(counter: Counter, mail: Mail) -> Outcome:
    """Take a mail in, in the caller's transaction; the same one again changes nothing.

    Raises FarTooMany where neither a case nor a place before a clerk is left for its sender.
    """
    room = counter.room
    before = room.seen.get(mail.key)
    if before is not None:
        return Outcome(DUPLICATE, before[2])
    outcome = _sorted_out(counter, mail)
    moment = counter.act.at.isoformat()
    room.seen[mail.key] = (moment, outcome.kind, outcome.number)
    room.order[f"{moment} {mail.key}"] = mail.key
    _forget(room, counter.act.at)
    return outcome


def _forget(room: MailRoom, at: datetime) -> None:
    """Forget a few of the oldest mails; mail servers do not deliver half a year later."""
    for order, tree, life in (
        (room.order, room.seen, REMEMBERED),
        (room.programs, room.kept, PROGRAMS),
    ):
        before = (at - life).isoformat()
        for _turn in range(5):
            oldest = order.minKey() if order else before
            if oldest >= before:
                break
            tree.pop(order.pop(oldest), None)


def _sorted_out(counter: Counter, mail: Mail) -> Outcome:
    if sorting.has_failed(mail.report) and (bounced := _bounced_case(counter, mail)):
        return _bounce(counter, mail, bounced)
    if sorting.is_program(mail, counter.ours):
        return keep(counter, mail, "", state=AUTOMATIC)
    if mail.trouble:
        return keep(counter, mail, mail.trouble)
    return _from_a_person(counter, mail)


def _from_a_person(counter: Counter, mail: Mail) -> Outcome:
    number, is_here = _spoken_of(counter, mail)
    doubt = sorting.doubt(mail)
    case = cases.register_of(counter.organisation)[number] if is_here else None
    if case is not None:
        own = sorting.same_address(mail.address, case.customer["email"])
        if not own or doubt in {"sender", "unproven"}:
            return _stranger(counter, mail, case)
    if doubt:
        return keep(counter, mail, doubt, number)
    if number and case is None:
        # Like a number of somebody else's: neither answers, so neither tells which ones there are.
        return keep(counter, mail, "unknown-number", number)
    if not _may_write(counter, mail.address):
        return keep(counter, mail, "too-many", number)
    return _new(counter, mail) if case is None else _reply(counter, mail, case)


# Which case


def _spoken_of(counter: Counter, mail: Mail) -> tuple[str, bool]:
    """Give the number that a mail speaks of, and whether there is such a case."""
    choices = choices_of(counter.organisation)
    folder = cases.register_of(counter.organisation)
    pattern = sorting.number_pattern(choices.data["number"], choices.profile.case_acronym)
    found = sorting.number_in(mail.subject, folder.__contains__, pattern)
    if found[0] or not mail.replies_to:
        return found
    for sent in _sent(counter.organisation, mail.replies_to):
        number, is_here = sorting.number_in(sent.subject, folder.__contains__, pattern)
        if is_here:
            return number, True
    return "", False


def _sent(organisation: Organisation, message_ids: Collection[str], most: int = 1000) -> list[Any]:
    """Give the mails of ours that have one of these identifiers."""
    wanted = {one.strip("<>").partition("@")[0] for one in message_ids}
    outbox = outbox_of(find_site(organisation))
    mails = (*outbox.waiting(), *outbox.newest_done(most))
    return [
        one for one in mails if one.organisation_id == organisation.id and one.message_id in wanted
    ]


def _bounced_case(counter: Counter, mail: Mail) -> Case | None:
    """Give the case of a mail of ours that came back; one must know address and number."""
    report = mail.report or {}
    folder = cases.register_of(counter.organisation)
    pattern = sorting.number_pattern("{n}", "")
    subjects = [report.get("subject", "")]
    if report.get("message_id"):
        subjects += [one.subject for one in _sent(counter.organisation, [report["message_id"]])]
    for subject in subjects:
        number, is_here = sorting.number_in(subject, folder.__contains__, pattern)
        case = folder[number] if is_here else None
        address = fold(case.customer["email"]) if case is not None else ""
        if address and address in fold(report.get("final-recipient", "")):
            return case
    return None


# What follows


def received_of(
    choices: Choices, *, facts: Any, received_at: datetime, say: Say, act: Act
) -> Received:
    """Say what a mail asks for, as any other door of the register would."""
    text = "\n\n".join(one for one in (facts["subject"], facts["text"]) if one)
    chosen, kind = choices.data["mail"], mail_kind(choices)
    said = {"date": facts["date"] or "—", "id": facts["message_id"] or "—"}
    return Received(
        kind,
        chosen.get("channel") or mail_channel(choices),
        text[:LONGEST] or say(_("An e-mail without words; look at its files.")),
        {"name": facts["name"] or facts["address"], "email": facts["address"]},
        received_at=min(received_at, act.at),
        note=say(_("By e-mail; its own date is ${date}, its identifier ${id}.", said)),
        origin={"by": CHANNEL},
    )


def mail_kind(choices: Choices) -> str:
    """Give the kind of case that a mail becomes."""
    named = str(choices.data["mail"].get("kind") or "")
    return named or next(iter(choices.public_kinds() or choices.pairs("kinds")))[0]


def mail_channel(choices: Choices) -> str:
    """Give the organisation's channel for mails."""
    pairs = choices.pairs("channels")
    named = (one for one, name in pairs if "correo" in fold(f"{one} {name}"))
    return next(named, choices.web_channel)


def whole_text(facts: Any, files: list[BlobFile]) -> list[BlobFile]:
    """Give the files, and before them all words of a mail that are too many for a case's text."""
    text = "\n\n".join(one for one in (facts["subject"], facts["text"]) if one)
    if len(text) <= LONGEST:
        return files
    return [BlobFile(text.encode(), "correo.txt", "text/plain"), *files]


def facts_of(mail: Mail) -> dict[str, str]:
    """Give what is kept of a mail beside its files."""
    names = ("name", "address", "subject", "text", "message_id", "date")
    return {name: getattr(mail, name) for name in names}


def _new(counter: Counter, mail: Mail) -> Outcome:
    choices, facts = choices_of(counter.organisation), facts_of(mail)
    received = received_of(
        choices, facts=facts, received_at=mail.received_at, say=counter.say, act=counter.act
    )
    refused = tuple(one["name"][:60] for one in mail.refused)[:10]
    files = whole_text(facts, mail.blobs())
    received = replace(received, files=files, refused=refused)
    made = cases.register(counter.organisation, received, act=counter.act)
    _note_refused(counter, mail, made.case)
    return Outcome(CASE, made.case.number)


def _note_refused(counter: Counter, mail: Mail, case: Case) -> None:
    if mail.refused:
        lines = [
            f"{one['name']}: {counter.say(_(one['why'], one['mapping']))}"
            for one in mail.refused[:20]
        ]
        head = counter.say(_("Files of the e-mail that were not taken:"))
        cases.add_note(case, "\n".join([head, *lines]), act=counter.act)


def _reply(counter: Counter, mail: Mail, case: Case) -> Outcome:
    """Add what the customer wrote: it completes the case, or stands beside it as a note."""
    say, act = counter.say, counter.act
    files = whole_text({"subject": "", "text": mail.text}, mail.blobs())
    text = mail.text[:LONGEST] or mail.subject
    completes = case.state == workflow.WAITING
    case.files.extend(files)
    names = ", ".join(one.filename for one in files)
    if completes:
        # It counts from when it came, as long as that was after we asked.
        when = max(min(mail.received_at, act.at).astimezone(UTC).isoformat(), case.acts[-1]["at"])
        cases.take(case, "completed", act, text=text, files=names.split(", "), when=when)
    else:
        head = say(_("The customer wrote by e-mail:"))
        # Before the words, whose end may be a quotation that is folded away.
        brought = [f"{say(_('Files:'))} {names}"] if names else []
        cases.add_note(case, "\n\n".join([head, *brought, text]), act=act)
    _note_refused(counter, mail, case)
    tell(counter, case, "reply")
    return Outcome(COMPLETED if completes else NOTED, case.number)


def _stranger(counter: Counter, mail: Mail, case: Case) -> Outcome:
    """Note that somebody else wrote about the case; the mail itself waits for a clerk."""
    outcome = keep(counter, mail, "other-address", case.number)
    if _count(counter, f"about {case.number}")[1] > MOST_ABOUT:
        return outcome
    head = counter.say(
        _("DIFFERENT ADDRESS: somebody who is not the customer wrote about this case.")
    )
    where = counter.say(_("Look at it under E-mails without a case before anything is done."))
    words = f"{mail.address or '—'}: {mail.subject}"
    cases.add_note(case, f"{head}\n\n{words}\n\n{where}", act=counter.act)
    tell(counter, case, "other-address")
    return outcome


def _bounce(counter: Counter, mail: Mail, case: Case) -> Outcome:
    """Note that a mail of ours did not arrive; opening the case again is its owner's to decide."""
    if _count(counter, f"bounced {case.number}")[1] > MOST_ABOUT:
        return keep(counter, mail, "", state=AUTOMATIC)
    report = mail.report or {}
    after_answer = case.state in (workflow.NOTIFIED, workflow.CLOSED)
    by_mail = next(
        (one.get("how") == cases.MAIL for one in reversed(case.acts) if one["kind"] == "notified"),
        False,
    )
    head = (
        _(
            "NOTIFICATION FAILED: the answer did not reach the customer by e-mail. Open the "
            "case again with the ground that it was not notified, or notify it another way."
        )
        if after_answer and by_mail
        else _("An e-mail of ours did not reach the customer.")
    )
    said = " · ".join(report[name] for name in ("status", "diagnostic-code") if report.get(name))
    cases.add_note(case, "\n\n".join(filter(None, [counter.say(head), said])), act=counter.act)
    tell(counter, case, BOUNCED)
    return Outcome(BOUNCED, case.number)


def tell(counter: Counter, case: Case, why: str) -> None:
    """Make it the owner's task to look at the case, and tell them."""
    counter.room.unread[case.number] = (counter.act.at.isoformat(), why)
    counter.act.notify(events.CustomerWrote(case, counter.act, facts={"why": why}, why=why))


def keep(
    counter: Counter, mail: Mail, why: str, number: str = "", *, state: str = WAITING
) -> Outcome:
    """Keep a mail that makes no case: before a clerk, or among those of programs."""
    room, is_program = counter.room, state == AUTOMATIC
    if len(room.waiting) >= MOST_WAITING or not _may_be_kept(counter, mail.address):
        raise FarTooMany
    data = mail.data[:LONGEST_RAW] if is_program else mail.data
    kept = KeptMail(
        why,
        state=state,
        received_at=min(mail.received_at, counter.act.at).astimezone(UTC),
        facts=facts_of(mail),
        original=BlobFile(data, "correo.eml", "message/rfc822"),
        files=() if is_program else mail.blobs(),
        refused=[one["name"] for one in mail.refused],
        number=number,
    )
    room.kept[kept.uid] = kept
    if is_program:
        room.programs[f"{counter.act.at.isoformat()} {kept.uid}"] = kept.uid
    else:
        room.waiting[kept.uid] = kept.received_at.isoformat()
    subject, act = cases.register_of(counter.organisation), counter.act
    act.notify(events.MailKept(subject, act, facts={"why": why or "automatic"}))
    return Outcome(IGNORED if is_program else KEPT, number, why)


# How much one address may write


def _digest(address: str) -> str:
    return hashlib.sha256(fold(address).encode()).hexdigest()[:32]


def _may_write(counter: Counter, address: str) -> bool:
    """Count one mail of an address, and tell whether it may still make cases (D4-45)."""
    own = _count(counter, _digest(address))
    everybody = _count(counter, EVERYBODY)
    return own[0] <= PER_HOUR and own[1] <= PER_DAY and everybody[0] <= ALL_PER_HOUR


def _may_be_kept(counter: Counter, address: str) -> bool:
    return _count(counter, f"kept {_digest(address)}")[1] <= MOST_KEPT


def _count(counter: Counter, key: str) -> tuple[int, int]:
    """Count one more under ``key``; gives how many came within an hour and within a day."""
    at, senders = counter.act.at, counter.room.senders
    since = (at - DAY).isoformat()
    moments = (*(one for one in senders.get(key, ()) if one > since), at.isoformat())
    most = ALL_PER_HOUR + MOST_KEPT
    senders[key] = moments[-most:]
    hour = (at - HOUR).isoformat()
    return sum(one > hour for one in moments), len(moments)
