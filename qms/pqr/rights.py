"""Rights of the person whose data a case holds: to know, to correct, to suppress, to say no.

Ley 1581 de 2012, art. 8: everything about one person is found by document number, e-mail address,
telephone or name; a correction is an addendum that keeps both values; a suppression empties the
case for good and is refused while a duty to keep it runs; a consent that is taken back stops what
was optional.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from qms.content.models import find_site, organisation_of
from qms.documents.subject_data import Erasing, asked_erasing
from qms.documents.wording import show_date
from qms.kernel.acts import Act, DomainEvent
from qms.kernel.canonical import canonical_json
from qms.kernel.months import add_months
from qms.kernel.text import clean_line
from qms.notices.errors import BadMail
from qms.notices.services import check_address
from qms.notices.services import withdraw as withdraw_mail
from qms.people.wishes import refuse_contact
from qms.pqr import posting, workflow
from qms.pqr.choices import choices_of, times_of
from qms.pqr.errors import (
    BadAddress,
    NobodyAsked,
    NothingToCorrect,
    NotInProfile,
    NotThatFar,
    StillKept,
    StillOpen,
)
from qms.pqr.intake.models import look as look_at_mails
from qms.pqr.intake.personal import empty
from qms.pqr.listing import catalogue_of, index, person_keys
from qms.pqr.models import CUSTOMER, Case, CaseRegister
from qms.pqr.services import take
from qms.security.tokens import digest, new_token

STAYS = frozenset(
    {
        "kind",
        "by",
        "at",
        "when",
        "case_kind",
        "rule",
        "queue",
        "owner",
        "until",
        "how",
        "ground",
        "calendar",
        "amount",
        "matrix",
        "score",
        "letter",
        "other",
        "same",
        "field",
        "mail",
        "people",
        "approvers",
        "level",
        "record",
        "statement",
    }
)
"""What stays of an act as it was: who, when, and what state, clock and figures follow from."""


@dataclass(frozen=True)
class Ground:
    """Why the data of a case go."""

    record: str
    """Number of the act that says so: ELIM-1, SUP-2026-0001."""
    day: str
    """Its day as the organisation prints it."""
    mark: str
    """What stands in the place of every word that somebody wrote."""


@dataclass(frozen=True)
class PersonSearched(DomainEvent):
    """Everything about one person was looked up among the cases."""

    by: tuple[str, ...] = ()
    """By what: ``id``, ``email``, ``phone``, ``name``; never the value."""
    found: int = 0

    def details(self) -> dict[str, Any]:
        """Say by what was searched, and how many cases were found."""
        return {"by": list(self.by), "found": self.found}


# To know


def keys_of(asked: Mapping[str, str]) -> list[str]:
    """Give what a person is looked up by; NobodyAsked where nothing was asked."""
    found = person_keys({**dict.fromkeys(CUSTOMER, ""), **asked})
    if not found:
        raise NobodyAsked
    return found


def find_person(register: CaseRegister, asked: Mapping[str, str], *, act: Act) -> list[Case]:
    """Give every case of a person, and of whom others spoke for, the newest first; it is told.

    ``asked`` has ``id``, ``email``, ``phone`` or ``name``, any of which is enough.
    """
    keys = keys_of(asked)
    organisation = organisation_of(register)
    page = catalogue_of(organisation).query(
        {"customer": keys}, order="received", reverse=True, limit=None
    )
    found = [register[row[0]] for row in page.rows]
    by = tuple(sorted({one.partition(":")[0] for one in keys}))
    act.notify(PersonSearched(register, act, by=by, found=len(found)))
    return found


# To correct


def rectify(case: Case, name: str, value: str, reason: str, *, act: Act) -> None:
    """Correct one of the customer's data; the act keeps the old and the new value (A11)."""
    if name not in CUSTOMER:
        raise NotInProfile(what="field")
    new, old = clean_line(value), case.customer[name]
    if new == old:
        raise NothingToCorrect
    if name == "email" and new:
        try:
            check_address(new)
        except BadMail:
            raise BadAddress from None
    before = case.customer
    case.customer = {**before, name: new}
    try:
        take(case, "rectified", act, field=name, old=old, new=new, reason=reason.strip())
    except Exception:
        case.customer = before
        raise


# To suppress


def kept_until(case: Case) -> date | None:
    """Give until when the profile says that a closed case must be kept; None without such a duty.

    Raises StillOpen while something is still to be done.
    """
    ended = case.progress.ended_at
    if ended is None:
        raise StillOpen
    organisation = organisation_of(case)
    years = choices_of(organisation).data["keep_years"]
    day = times_of(organisation).day(datetime.fromisoformat(ended))
    return add_months(day, 12 * years) if years else None


def refuse_suppression(case: Case, *, at: datetime) -> None:
    """Refuse while a legal duty to keep the case runs (StillOpen, StillKept)."""
    organisation = organisation_of(case)
    until = kept_until(case)
    if until is not None and times_of(organisation).day(at) <= until:
        choices = choices_of(organisation)
        raise StillKept(
            day=show_date(choices.profile, until), source=choices.data["keep_source"] or "—"
        )


def suppress(case: Case, statement: Mapping[str, Any], *, act: Act) -> Erasing:
    """Empty a case at its customer's wish by a signed statement; gives the act's number and day."""
    refuse_suppression(case, at=act.at)
    how = asked_erasing(organisation_of(case), act=act)
    take(case, "suppressed", act, ground="asked", record=how.record, statement=dict(statement))
    pseudonymise(case, ground=Ground(how.record, how.day, how.mark), act=act)
    return how


def pseudonymise(case: Case, *, ground: Ground, act: Act) -> list[dict[str, Any]]:
    """Take person, words, files, letters and mails out of a closed case, for good.

    What stays: number, kind, channel, dates, the kinds of all acts with who of the staff did them,
    the clock's rules, scores, and the SHA-256 of everything that went. Repeating it changes
    nothing. Whether a case may go is decided by who calls. Gives what is kept of each file.
    """
    if case.disposed is not None:
        return list(case.disposed["files"])
    if case.state not in workflow.ENDED:
        raise NotThatFar(state=case.state)
    content, size = _content_digest(case)
    kept = [_kept("content", f"{case.number}.json", size, content)]
    stored = [*case.files, *(one.file for one in case.letters or ())]
    for number, file in enumerate(stored, 1):
        kept.append(_kept("file", f"{case.number}-{number}", file.size, file.sha256))
        file.dispose(ground.record, ground.day)
        # A file's name is often its owner's.
        file.filename = kept[-1]["filename"]
    for _place, mail in case.mails or ():
        withdraw_mail(find_site(case), mail)
    _empty(case, ground)
    case.disposed = {
        "record": ground.record,
        "day": ground.day,
        "content_sha256": content,
        "files": kept,
    }
    index(case)
    return kept


def _kept(what: str, name: str, size: int, sha256: str) -> dict[str, Any]:
    return {"what": what, "filename": name, "size": size, "sha256": sha256, "kept": ""}


def _empty(case: Case, ground: Ground) -> None:
    """Write over everything that somebody said, in the case and beside it."""
    organisation = organisation_of(case)
    case.text = ground.mark
    case.customer = dict.fromkeys(CUSTOMER, "")
    case.proxy = None
    # No code opens it any more.
    case.code_digest, case.rating_digest = digest(new_token()), ""
    case.rewrite(
        lambda act: {
            name: value if name in STAYS else without_words(value, ground.mark)
            for name, value in act.items()
        }
    )
    posted: Any = organisation.annexes.get(posting.ROOM)
    if posted is not None and case.number in posted:
        del posted[case.number]
    room = look_at_mails(organisation)
    for mail in room.kept.values() if room is not None else ():
        if mail.number == case.number:
            empty(mail, ground.record, ground.day, case.number)


def without_words(value: Any, mark: str) -> Any:
    """Give a value with a mark for every word that somebody wrote."""
    if isinstance(value, str):
        return mark if value else value
    if isinstance(value, dict):
        return {name: without_words(one, mark) for name, one in value.items()}
    if isinstance(value, list | tuple):
        return type(value)(without_words(one, mark) for one in value)
    return value


def _content_digest(case: Case) -> tuple[str, int]:
    """Give hash and size of what is said in a case, as it was before."""
    plain = {
        "number": case.number,
        "text": case.text,
        "customer": dict(case.customer),
        "proxy": dict(case.proxy) if case.proxy else None,
        "acts": [dict(act) for act in case.acts],
        "organisation": organisation_of(case).id,
    }
    data = canonical_json(plain)
    return hashlib.sha256(data).hexdigest(), len(data)


# To say no


def end_consent(case: Case, reason: str, *, act: Act) -> None:
    """Note that the consent to optional uses is taken back; the case itself goes on.

    Rooms that write of their own accord ask ``people.wishes.refuses_contact`` before they do.
    """
    refuse_contact(organisation_of(case), case.customer, act.at)
    take(case, "consent-ended", act, reason=reason.strip())


@dataclass(frozen=True)
class Held:
    """What is held of a person in one case, for the report to them."""

    case: Case
    matched: tuple[str, ...] = field(default_factory=tuple)
    """By what it was found: ``id``, ``email``, ``phone``, ``name``."""


def held_of(cases: list[Case], asked: Mapping[str, str]) -> list[Held]:
    """Say of each case by what the person was found in it."""
    keys, found = set(keys_of(asked)), []
    for case in cases:
        own = {*person_keys(case.customer), *person_keys(case.proxy or dict.fromkeys(CUSTOMER, ""))}
        matched = sorted({one.partition(":")[0] for one in own & keys})
        found.append(Held(case, tuple(matched)))
    return found


__all__ = [
    "Ground",
    "Held",
    "PersonSearched",
    "end_consent",
    "find_person",
    "held_of",
    "kept_until",
    "keys_of",
    "pseudonymise",
    "rectify",
    "refuse_suppression",
    "suppress",
    "without_words",
]
