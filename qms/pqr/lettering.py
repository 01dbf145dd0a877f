"""Letters about cases: numbered without gaps, made outside of transactions, signed, and kept.

``plan`` reads in the first transaction, ``make`` lays out and signs outside of any, ``keep`` checks
in the second one that nothing changed and stores. The level of a signature is named for what it
is: the person's certificate, the organisation's seal, or none.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass, replace
from typing import Any

from BTrees.OOBTree import OOBTree
from persistent.list import PersistentList
from transaction.interfaces import TransientError

from qms.content.models import BlobFile, Organisation, numbers_of, organisation_of
from qms.documents.errors import KeyReplaced, NoPosition
from qms.documents.services.keys import AUTHORITY_ROOM, NotEnrolled, authority_of, detached
from qms.kernel.acts import Act
from qms.people.models import people_of
from qms.pqr.choices import choices_of, times_of
from qms.pqr.errors import LetterChanged, LetterMissing
from qms.pqr.letter_pdf import FIELD, LetterPage, write_letter
from qms.pqr.models import Case, Letter
from qms.signing import services as signing
from qms.signing.appearance import Appearance
from qms.signing.keys import UnlockedKey
from qms.signing.models import CertificateAuthority, SigningIdentity
from qms.signing.pades import seal_pdf, sign_pdf
from qms.signing.preflight import preflight

ANSWER, ESCALATE = "answer", "escalate"
INTERNAL = frozenset({ESCALATE})
"""Letters that stay in the house: every such act makes one, and the customer sees none."""
PERSON, SEAL, NONE = "person", "seal", "none"
CHECKS = "pqr.letters"
"""Token on a letter to the number of its case and of the letter."""
NOTICES = "{acronym}-E-{year}-{n:05}"
"""Pattern of notices in a profile from before there were any."""
LARGEST_ATTACHED = 8 * 1024 * 1024
"""Bytes of a letter that still go by mail; a larger one waits on the customer's page."""
PDF = "application/pdf"


class NumberTaken(TransientError):
    """Another letter took the number while this one was made; the request is repeated."""


@dataclass(frozen=True)
class Plan:
    """A letter that is ready to be laid out and signed."""

    kind: str
    page: LetterPage
    running: int
    level: str
    token: str
    acts: int
    """How many acts the case had."""
    meaning: str
    position: str
    identity: SigningIdentity | None
    authority: CertificateAuthority | None


def wanted(case: Case, kind: str) -> bool:
    """Tell whether the profile lets such an act leave the house as a letter."""
    return kind in choices_of(organisation_of(case)).data["letters"]["kinds"]


def level_for(organisation: Organisation) -> str:
    """Say how letters are signed; without a seal there is none to put on them."""
    level = str(choices_of(organisation).data["letters"]["signed"])
    if level == SEAL and AUTHORITY_ROOM not in organisation.annexes:
        return NONE
    return level


def level_of(case: Case, kind: str) -> str:
    """Say how such a letter is signed; notices of the house are, where the profile asks."""
    if kind in INTERNAL and not wanted(case, kind):
        return NONE
    return level_for(organisation_of(case))


def next_number(organisation: Organisation, kind: str, act: Act) -> tuple[str, int]:
    """Give the number that the next letter will have, and its running number."""
    pattern, series = _numbering(organisation, kind, act)
    running = numbers_of(organisation).last(series) + 1
    year, acronym = times_of(organisation).day(act.at).year, _acronym(organisation)
    return str(pattern.format(acronym=acronym, year=year, n=running)), running


def _acronym(organisation: Organisation) -> str:
    return str(choices_of(organisation).profile.case_acronym)


def _numbering(organisation: Organisation, kind: str, act: Act) -> tuple[str, str]:
    """Give the pattern of the numbers, and the series that they are taken from."""
    letters = choices_of(organisation).data["letters"]
    inside = kind in INTERNAL
    pattern = str(letters.get("notice_number") or NOTICES) if inside else str(letters["number"])
    series = "case notices" if inside else "case letters"
    year = times_of(organisation).day(act.at).year
    return pattern, f"{series} {year}" if "{year}" in pattern else series


def new_token() -> str:
    """Make what is behind the QR of a letter."""
    return secrets.token_urlsafe(12)


def plan(
    case: Case, kind: str, page: LetterPage, token: str, *, meaning: str, acts: int, act: Act
) -> Plan:
    """Number the letter and say who signs it; NotEnrolled for who has no key.

    ``acts`` is how many the case had before anything was tried out on it.
    """
    organisation = organisation_of(case)
    people, level = people_of(organisation), level_of(case, kind)
    identity: SigningIdentity | None = None
    authority: CertificateAuthority | None = None
    position = ""
    if level == PERSON:
        person = people.person(act.person_id)
        if person.signing is None:
            raise NotEnrolled
        if person.main_position_id is None:
            raise NoPosition(person=person.name)
        person.signing.refuse_locked()
        identity, position = detached(person.signing), people.position_name(person.main_position_id)
    if level != NONE:
        authority = detached(authority_of(organisation))
    number, running = next_number(organisation, kind, act)
    shown = replace(page, number=number, field_label=page.field_label if level != NONE else "")
    return Plan(kind, shown, running, level, token, acts, meaning, position, identity, authority)


def make(planned: Plan, passphrase: str, *, secret: bytes) -> bytes | None:
    """Lay the letter out and sign it, outside of any transaction; None for a wrong passphrase."""
    if planned.level == NONE or planned.authority is None:
        return write_letter(planned.page)
    authority, at = planned.authority, planned.page.at
    crls = [authority.crl] if authority.crl else []
    key: UnlockedKey | None
    if planned.identity is not None:
        key = signing.unlock(planned.identity, authority, passphrase)
        if key is None:
            return None
    else:
        key = signing.open_seal(authority, secret)
    preflight(key, crl=authority.crl, at=at)
    pdf = write_letter(planned.page)
    if planned.identity is None:
        return seal_pdf(pdf, key, meaning=planned.meaning, at=at, field_name=FIELD, crls=crls)
    appearance = Appearance(name="", position=planned.position, meaning=planned.meaning, at=at)
    return sign_pdf(pdf, FIELD, key, appearance=appearance, crls=crls)


def keep(case: Case, planned: Plan, pdf: bytes, *, act: Act) -> Letter:
    """Store the letter as belonging to the next act of the case, which follows at once."""
    organisation = organisation_of(case)
    if len(case.acts) != planned.acts:
        raise LetterChanged
    if planned.identity is not None:
        person = people_of(organisation).person(act.person_id)
        if person.signing is None or person.signing.serial != planned.identity.serial:
            raise KeyReplaced
        person.signing.refuse_locked()
        person.signing.count_success()
    series = _numbering(organisation, planned.kind, act)[1]
    if numbers_of(organisation).take(series) != planned.running:
        raise NumberTaken
    letter = Letter(
        planned.page.number,
        planned.kind,
        BlobFile(pdf, f"{planned.page.number}.pdf", PDF),
        level=planned.level,
        token=planned.token,
        place=len(case.acts),
        at=act.at.isoformat(),
    )
    if case.letters is None:
        case.letters = PersistentList()
    case.letters.append(letter)
    organisation.annexes.setdefault(CHECKS, OOBTree())[planned.token] = (
        case.number,
        letter.number,
    )
    return letter


def letter_at(case: Case, place: int) -> Letter | None:
    """Give the letter of an act, by the act's place."""
    return next((one for one in case.letters or () if one.place == place), None)


def letter_of(case: Case, number: str) -> Letter | None:
    """Give a letter by its number."""
    return next((one for one in case.letters or () if one.number == number), None)


def answer_letter(case: Case) -> Letter | None:
    """Give the signed letter of the present answer."""
    return letter_of(case, case.progress.letter) if case.progress.letter else None


def given_out(case: Case) -> list[Letter]:
    """List the letters that the customer has: no notices, of an answer only the notified one."""
    present, sent = "", set()
    for act in case.acts:
        if act["kind"] == "lettered":
            present = act["letter"]
        elif act["kind"] in ("answered", "approved", "reopened"):
            present = ""
        elif act["kind"] == "notified":
            sent.add(present)
    outside = (one for one in case.letters or () if one.kind not in INTERNAL)
    return [one for one in outside if one.kind != ANSWER or one.number in sent]


def for_mail(letter: Letter | None) -> tuple[BlobFile, ...]:
    """Give what goes with the mail: the letter, unless it is too large or gone."""
    if letter is None or letter.file.size > LARGEST_ATTACHED or letter.file.disposed is not None:
        return ()
    return (letter.file,)


def for_transfer(case: Case) -> tuple[tuple[BlobFile, ...], list[str]]:
    """Give what goes with a case to whoever is competent, and the names of what is too large."""
    letter = letter_at(case, len(case.acts) - 1)
    given = [*for_mail(letter), *(one for one in case.files if one.disposed is None)]
    goes: list[BlobFile] = []
    left_out: list[str] = []
    for one in given:
        if sum(each.size for each in goes) + one.size <= LARGEST_ATTACHED:
            goes.append(one)
        else:
            left_out.append(one.filename)
    return tuple(goes), left_out


def refuse_unsigned(case: Case) -> None:
    """Refuse to notify an answer whose letter a person has still to sign (LetterMissing)."""
    by_hand = level_for(organisation_of(case)) == PERSON
    if wanted(case, ANSWER) and by_hand and answer_letter(case) is None:
        raise LetterMissing


def checked(organisation: Organisation, token: str) -> tuple[Case, Letter] | None:
    """Give case and letter of the token on a letter; None for one that nobody gave out."""
    found: Any = organisation.annexes.get(CHECKS, {}).get(token)
    if found is None:
        return None
    case: Case = organisation["cases"][found[0]]
    letter = letter_of(case, found[1])
    return (case, letter) if letter is not None else None
