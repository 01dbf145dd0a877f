"""What kept mails hold of one person: told to them, and emptied when they ask for it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from pyramid.config import Configurator

from qms.documents.subject_data import Erasing, SubjectItem
from qms.kernel.i18n import _
from qms.kernel.text import fold
from qms.pqr.intake.errors import MailOfCase, MailWaits
from qms.pqr.intake.events import MailSuppressed
from qms.pqr.intake.models import WAITING, KeptMail, look
from qms.pqr.services import NAME
from qms.security.permissions import Permission


def find(organisation: Any, asked: Mapping[str, str]) -> Iterator[SubjectItem]:
    """Give every kept mail that this person wrote, by address or by name."""
    room = look(organisation)
    email = fold(asked.get("email") or "").strip()
    name = _plain(asked.get("name") or "")
    if room is None or not (email or name):
        return
    for mail in room.kept.values():
        matched = []
        if email and fold(mail.facts["address"]) == email:
            matched.append("email")
        if name and _plain(mail.facts["name"]) == name:
            matched.append("name")
        if matched:
            yield _item(organisation, mail, tuple(matched))


def _plain(name: str) -> str:
    return " ".join(fold(name).split())


def _item(organisation: Any, mail: KeptMail, matched: tuple[str, ...]) -> SubjectItem:
    facts = mail.facts
    return SubjectItem(
        mail.uid,
        mail.number or "—",
        matched,
        at=mail.received_at.isoformat(),
        state=mail.state,
        text="\n".join(one for one in (facts["subject"], facts["text"]) if one),
        person=tuple(one for one in (facts["name"], facts["address"]) if one),
        files=tuple(one.filename for one in mail.files),
        path=f"{NAME}/mail/{mail.uid}",
        content=organisation.get(NAME),
        permission=Permission.CASE_WORK,
    )


def erase(organisation: Any, key: str, how: Erasing) -> None:
    """Empty a kept mail; MailWaits before it is settled, MailOfCase while its case has words."""
    room = look(organisation)
    mail: KeptMail | None = room.kept.get(key) if room is not None else None
    if mail is None:
        return
    if mail.state == WAITING:
        raise MailWaits
    case = organisation[NAME].get(mail.number) if mail.number else None
    if case is not None and case.disposed is None:
        raise MailOfCase(number=mail.number)
    empty(mail, how.record, how.day, how.mark)
    how.act.notify(MailSuppressed(organisation[NAME], how.act, facts={"record": how.record}))


def empty(mail: KeptMail, record: str, day: str, name: str) -> None:
    """Take words, sender and files out of a mail, for good."""
    mail.facts = dict.fromkeys(mail.facts, "")
    mail.reason = ""
    for file in [*mail.files, *([mail.original] if mail.original is not None else [])]:
        file.dispose(record, day)
        file.filename = name


def includeme(config: Configurator) -> None:
    """Announce what kept mails hold of people."""
    config.add_subject_data(
        "mails", title=_("E-mails that made no case"), find=find, erase=erase, order=20
    )
