"""Registering cases and everything that is done with them; each is one act, told as one event."""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from qms.content.models import BlobFile, Organisation, numbers_of, organisation_of
from qms.kernel.acts import Act
from qms.kernel.text import clean_line
from qms.notices.errors import BadMail
from qms.notices.services import check_address
from qms.people.models import people_of
from qms.pqr import formats, workflow
from qms.pqr.choices import Choices, choices_of, times_of
from qms.pqr.codes import code_digest, new_code
from qms.pqr.errors import (
    BadAddress,
    NameMissing,
    NeedsApproval,
    NoAddress,
    NoExtension,
    NoSuchCase,
    NotAnonymous,
    NotInProfile,
    ReceivedLater,
    TextMissing,
    TooLate,
    TooLong,
    TooSoon,
)
from qms.pqr.events import EVENTS, CaseRegistered
from qms.pqr.ledger import open_ledger
from qms.pqr.lettering import refuse_unsigned
from qms.pqr.listing import catalogue_of, index
from qms.pqr.matrix import Looked, approval_for, place_by
from qms.pqr.models import CUSTOMER, Case, CaseRegister
from qms.security.tokens import digest

NAME = "cases"
MAIL = "mail"
HOWS = (MAIL, "by-hand", "post", "phone", "notice")
"""How an answer reaches its customer."""


def register_of(organisation: Organisation) -> CaseRegister:
    """Give the organisation's register, made at the first use."""
    if NAME not in organisation:
        organisation.add(NAME, CaseRegister())
        # Made together, since pages that only look must not write.
        catalogue_of(organisation)
        open_ledger(organisation)
        numbers_of(organisation)
    found: CaseRegister = organisation[NAME]
    return found


# Registering


@dataclass(frozen=True)
class Received:
    """What was received, as a form, a mail or a list brought it."""

    kind: str
    channel: str
    text: str
    customer: Mapping[str, str]
    reason: str = ""
    product: str = ""
    site: str = ""
    anonymous: bool = False
    proxy: Mapping[str, str] | None = None
    consented: bool = False
    received_at: datetime | None = None
    """When, if that was before it is registered (a letter, an outage)."""
    files: Iterable[BlobFile] = ()
    number: str = ""
    code: str = ""
    """Number and secret code that were given out on paper before; empty for new ones."""
    amount: str = ""
    """The money that it is about, as a plain decimal."""
    note: str = ""
    """How it came, for the time line that the staff sees."""
    refused: tuple[str, ...] = ()
    """Names of the files that came with it and could not be taken; the receipt names them."""
    origin: Mapping[str, Any] | None = None
    """How it came, as plain values that are nobody's personal data: ``by`` and more."""


@dataclass(frozen=True)
class Registered:
    """The new case, and the secret code that only its customer gets."""

    case: Case
    code: str


def register(organisation: Organisation, received: Received, *, act: Act) -> Registered:
    """Number and keep a case, and start its clock."""
    choices = choices_of(organisation)
    _check(choices, received, act)
    # Kept in UTC: a zone is no plain value for the database.
    at = (received.received_at or act.at).astimezone(UTC)
    kind = choices.kinds[received.kind]
    code, folder = received.code or new_code(), register_of(organisation)
    number = received.number or next_number(organisation, act)
    case = Case(
        number,
        text=received.text.strip(),
        customer=_customer(received.customer),
        channel_id=received.channel,
        received_at=at,
        registered_by=act.person_id,
        code_digest=code_digest(number, code),
        reason_id=received.reason,
        product_id=received.product,
        site_id=received.site,
        process_id=str(kind.get("process") or ""),
        anonymous=received.anonymous,
        proxy=_customer(received.proxy) if received.proxy else None,
        consent=_consent(choices, act) if received.consented else None,
        form=format_of(organisation, choices.data["form_code"]),
        files=received.files,
    )
    procedure = kind.get("procedure") or choices.data["procedure_code"]
    case.procedure = format_of(organisation, procedure)
    formats.note(organisation, case.form, choices)
    folder.add(number, case)
    rule = choices.rule(received.kind, at)
    case.take(
        {
            **act_data("received", act),
            "when": at.isoformat(),
            "case_kind": received.kind,
            "rule": rule.to_data() if rule is not None else None,
            "queue": str(kind.get("queue") or ""),
            **_placed(organisation, choices, received),
            **({"note": received.note} if received.note else {}),
            **({"refused": received.refused} if received.refused else {}),
            **({"origin": dict(received.origin)} if received.origin else {}),
        }
    )
    index(case)
    facts = {"channel": received.channel, **(received.origin or {})}
    act.notify(CaseRegistered(case, act, facts=facts, code=code))
    return Registered(case, code)


def _check(choices: Choices, received: Received, act: Act) -> None:
    choices.check("kinds", received.kind, needed=True)
    choices.check("channels", received.channel, needed=True)
    choices.check("reasons", received.reason)
    choices.check("products", received.product)
    if not clean_line(received.text):
        raise TextMissing
    if received.anonymous and not choices.data["anonymous"]:
        raise NotAnonymous
    if not received.anonymous and not clean_line(received.customer.get("name", "")):
        raise NameMissing
    if received.received_at is not None and received.received_at > act.at:
        raise ReceivedLater
    address = clean_line(received.customer.get("email", ""))
    if address:
        try:
            check_address(address)
        except BadMail:
            raise BadAddress from None


def _customer(given: Mapping[str, str]) -> dict[str, str]:
    return {key: clean_line(str(given.get(key) or "")) for key in CUSTOMER}


def _consent(choices: Choices, act: Act) -> dict[str, str]:
    text, version = choices.data["consent"] or "", choices.data["consent_version"]
    return {"version": version, "text": text, "at": act.at.isoformat()}


def _placed(organisation: Organisation, choices: Choices, received: Received) -> dict[str, str]:
    """Say to whom the matrix gives it, and how much money it is about."""
    looked = Looked.at(
        choices,
        received.kind,
        product=received.product,
        reason=received.reason,
        channel=received.channel,
        site=received.site,
        amount=received.amount,
    )
    amount = {"amount": received.amount} if received.amount else {}
    return {**amount, **place_by(organisation, choices, looked)}


def format_of(organisation: Organisation, code: str | None) -> dict[str, str] | None:
    """Name the version in force of a document by which cases are worked (A21)."""
    document = organisation["documents"].get(code) if code and "documents" in organisation else None
    if document is None or document.in_force is None:
        return None
    return {"code": document.code, "version": document.in_force.label}


def next_number(organisation: Organisation, act: Act) -> str:
    """Take the next number by the profile's pattern, without gaps; each year has its own series."""
    choices = choices_of(organisation)
    year, pattern = times_of(organisation).day(act.at).year, choices.data["number"]
    series = f"cases {year}" if "{year}" in pattern else "cases"
    running = numbers_of(organisation).take(series)
    return str(pattern.format(acronym=choices.profile.case_acronym, year=year, n=running))


def find_by_code(organisation: Organisation, number: str, code: str) -> Case:
    """Give the case of this number and code; refuses a wrong one of either alike (D4-11)."""
    folder = organisation.get(NAME)
    wanted = clean_line(number).upper()
    case = folder.get(wanted) if folder is not None else None
    kept = case.code_digest if case is not None else digest("")
    # Computed and compared in both cases, so that neither answer comes sooner.
    if not secrets.compare_digest(kept, code_digest(wanted, code)) or case is None:
        raise NoSuchCase
    found: Case = case
    return found


def renew_code(case: Case, *, act: Act) -> str:
    """Give the customer another secret code; the former one is worth nothing any more."""
    code = new_code()
    case.code_digest = code_digest(case.number, code)
    take(case, "noted", act, note="Código de consulta nuevo")
    return code


# Working


def act_data(kind: str, act: Act) -> dict[str, Any]:
    """Give what every act keeps: its kind, who and when."""
    return {"kind": kind, "by": act.person_id, "at": act.at.isoformat()}


def take(case: Case, kind: str, act: Act, /, **values: Any) -> None:
    """Append one act, index the case, and tell; what people wrote stays in the case."""
    before = case.due
    case.take({**act_data(kind, act), **values})
    index(case)
    told = ("owner", "queue", "amount", "until", "to", "address", "how", "ground", "case_kind")
    facts = {name: values[name] for name in told if values.get(name)}
    act.notify(EVENTS[kind](case, act, facts=facts, due_before=before))


def assign(case: Case, *, owner: str = "", queue: str = "", act: Act) -> None:
    """Give the case to a person, or to a queue."""
    organisation = organisation_of(case)
    if owner:
        person = people_of(organisation)["persons"].get(owner)
        if person is None or not person.active:
            raise NotInProfile(what="person")
    queue = choices_of(organisation).check("queues", queue) or case.progress.queue
    take(case, "assigned", act, owner=owner, queue=queue)


def add_note(case: Case, text: str, *, act: Act) -> None:
    """Keep a note that the customer never sees."""
    take(case, "noted", act, note=text.strip())


def ask_for_more(case: Case, text: str, *, act: Act) -> None:
    """Ask the customer for what is missing; where the norm says so, the term stands still."""
    take(case, "asked", act, text=text.strip())


def complete(case: Case, text: str, *, files: Iterable[BlobFile] = (), act: Act) -> None:
    """Keep what the customer brought; the term goes on the day after."""
    given = list(files)
    case.files.extend(given)
    take(case, "completed", act, text=text.strip(), files=[one.filename for one in given])


def lapse(case: Case, reason: str, *, act: Act) -> None:
    """Archive a case that nobody completed in time (Ley 1437 de 2011, art. 17)."""
    until = case.clock.lapses_at()
    if until is not None and act.at <= until:
        raise TooSoon(day=f"{times_of(organisation_of(case)).day(until):%d/%m/%Y}")
    take(case, "lapsed", act, reason=reason.strip())


def extend(case: Case, amount: int, reason: str, *, act: Act) -> None:
    """Extend the term, before it ends only, and within what the norm allows."""
    clock = case.clock
    source = clock.rule.source if clock.rule is not None else "—"
    if clock.rule is None or clock.rule.most_extra == 0:
        raise NoExtension(source=source)
    if clock.late(act.at):
        raise TooLate(due=f"{clock.times.day(clock.due or act.at):%d/%m/%Y}")
    if not 1 <= amount <= clock.extendable:
        raise TooLong(most=clock.extendable, source=source)
    take(case, "extended", act, amount=amount, reason=reason.strip())


def suspend(case: Case, reason: str, *, until: date | None = None, act: Act) -> None:
    """Interrupt the term by letter, until a day or until it is resumed."""
    clock = case.clock
    if clock.late(act.at):
        raise TooLate(due=f"{clock.times.day(clock.due or act.at):%d/%m/%Y}")
    values = {"until": until.isoformat()} if until else {}
    take(case, "suspended", act, reason=reason.strip(), **values)


def resume(case: Case, *, act: Act) -> None:
    """Let the term go on the day after."""
    take(case, "resumed", act)


def change_kind(case: Case, kind: str, reason: str, *, act: Act) -> None:
    """Type the case anew; the first receipt stays, and what is overdue stays overdue."""
    choices = choices_of(organisation_of(case))
    choices.check("kinds", kind, needed=True)
    rule = choices.rule(kind, case.received_at)
    data = rule.to_data() if rule is not None else None
    take(case, "kind-changed", act, case_kind=kind, rule=data, reason=reason.strip())
    place_anew(case, act=act)


def place_anew(case: Case, *, act: Act) -> None:
    """Let the matrix say whose it is now, where another rule fits than the one that placed it."""
    organisation = organisation_of(case)
    choices = choices_of(organisation)
    found = place_by(organisation, choices, Looked.of(choices, case))
    if found and found["matrix"] != case.progress.rule:
        take(case, "assigned", act, **found)


def set_amount(case: Case, amount: str, *, act: Act) -> None:
    """Note how much money it is about (a plain decimal); the matrix looks at it again."""
    take(case, "valued", act, amount=amount)
    place_anew(case, act=act)


def transfer(case: Case, to: str, reason: str, *, address: str = "", act: Act) -> None:
    """Hand the case to whoever is competent, by mail where an address is given."""
    take(case, "transferred", act, to=clean_line(to), reason=reason.strip(), address=address)


def withdraw(case: Case, reason: str, *, act: Act) -> None:
    """Note that the customer takes the case back."""
    take(case, "withdrawn", act, reason=reason.strip())


def answer(case: Case, text: str, *, act: Act) -> None:
    """Keep the answer; the clock runs until it has reached the customer."""
    choices = choices_of(organisation_of(case))
    if approval_for(choices, Looked.of(choices, case)) is not None:
        raise NeedsApproval
    take(case, "answered", act, text=text.strip())


def notify(
    case: Case,
    how: str,
    *,
    proof: str = "",
    when: datetime | None = None,
    files: Iterable[BlobFile] = (),
    act: Act,
) -> None:
    """Note that the answer reached the customer, by mail of ours or by another proof.

    ``files`` prove it: the copy that the customer signed, the guide of the post.
    """
    refuse_unsigned(case)
    if how not in HOWS:
        raise NotInProfile(what="how")
    if when is not None and when > act.at:
        raise ReceivedLater
    if how == MAIL:
        if not case.customer["email"]:
            raise NoAddress
        proof = f"{case.customer['email']} · {len(case.acts)}"
    values = {"when": when.astimezone(UTC).isoformat()} if when is not None else {}
    given = list(files)
    names = {"files": [one.filename for one in given]} if given else {}
    take(case, "notified", act, how=how, proof=clean_line(proof), **values, **names)
    case.files.extend(given)


def close(case: Case, ground: str, note: str, *, act: Act) -> None:
    """Close it effectively: the customer agrees, or every alternative was tried (ISO 10002)."""
    if ground not in workflow.GROUNDS:
        raise NotInProfile(what="ground")
    take(case, "closed", act, ground=ground, note=note.strip())


def reopen(case: Case, ground: str, reason: str, *, act: Act) -> None:
    """Open it again: the customer is not satisfied, or the answer never arrived."""
    if ground not in workflow.AGAIN:
        raise NotInProfile(what="ground")
    take(case, "reopened", act, ground=ground, reason=reason.strip())
