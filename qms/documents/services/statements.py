"""Signed statements: acts that a person puts their name to without a PDF of their own.

A review without changes, the decision on a retirement, the destruction of a copy: each is a
record as plain data, signed with the person's key under their passphrase, like the return of a
version (21 CFR 11.50 and 11.70; C1, C2, C20). ``plan`` reads, ``make`` works outside of any
transaction, ``accept`` checks that nothing changed and gives what to store.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from qms.documents import events
from qms.documents.errors import KeyReplaced, NoPosition
from qms.documents.services.keys import NotEnrolled, authority_of, detached
from qms.kernel.acts import Act
from qms.kernel.canonical import canonical_json
from qms.kernel.errors import Refused
from qms.people.models import people_of
from qms.profiles.api import profile_of
from qms.signing import services as signing
from qms.signing.errors import WrongPassphrase
from qms.signing.models import CertificateAuthority, SigningIdentity
from qms.signing.preflight import preflight
from qms.signing.records import sign_record


@dataclass(frozen=True)
class StatementPlan:
    """What the person is about to sign, and with which key."""

    record: dict[str, Any]
    identity: SigningIdentity
    authority: CertificateAuthority


@dataclass(frozen=True)
class SignedStatement:
    """The record with its detached signature, made and not yet stored."""

    plan: StatementPlan
    proof: Mapping[str, str]


def plan(organisation: Any, values: Mapping[str, Any], *, act: Act) -> StatementPlan:
    """Write the record: ``values`` (with ``kind`` and ``meaning``) and who, as what, when.

    Raises NotEnrolled for who has no key, NoPosition for who holds no position.
    """
    people = people_of(organisation)
    person = people.person(act.person_id)
    if person.signing is None:
        raise NotEnrolled
    person.signing.refuse_locked()
    if not person.active or person.main_position_id is None:
        raise NoPosition(person=person.name)
    record = {
        **values,
        "organisation": organisation.id,
        "by": person.id,
        "name": person.name,
        "position": people.position_name(person.main_position_id),
        "at": act.at.isoformat(),
        "zone": profile_of(organisation).timezone,
    }
    return StatementPlan(record, detached(person.signing), detached(authority_of(organisation)))


def make(planned: StatementPlan, passphrase: str) -> SignedStatement | None:
    """Sign the record, outside of any transaction; None for a wrong passphrase."""
    key = signing.unlock(planned.identity, planned.authority, passphrase)
    if key is None:
        return None
    preflight(key, crl=planned.authority.crl, at=datetime.fromisoformat(planned.record["at"]))
    return SignedStatement(planned, sign_record(canonical_json(planned.record), key))


def accept(organisation: Any, signed: SignedStatement, *, act: Act) -> dict[str, Any]:
    """Give the record with its proof, to be stored in this transaction.

    Raises KeyReplaced when the person's key is another one by now.
    """
    person = people_of(organisation).person(act.person_id)
    if person.signing is None or person.signing.serial != signed.plan.identity.serial:
        raise KeyReplaced
    person.signing.refuse_locked()
    person.signing.count_success()
    return {**signed.plan.record, "proof": dict(signed.proof)}


def count_wrong_passphrase(organisation: Any, subject: Any, *, act: Act) -> Refused:
    """Count a wrong passphrase where it survives, and give the refusal to show (C5, D4-24)."""
    person = people_of(organisation).person(act.person_id)
    attempt = signing.settle(person.signing, None, at=act.at)
    act.notify(events.StatementRefused(subject, act))
    if attempt.locked_now:
        act.notify(events.SigningLocked(person, act))
    return attempt.refusal or WrongPassphrase(left=0)
