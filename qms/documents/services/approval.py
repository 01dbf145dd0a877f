"""Signing and returning: the slow bytes are made between two short transactions.

``plan_*`` reads inside a transaction and gives plain data; ``make_*`` makes bytes outside of any;
``sign`` and ``send_back`` store them in a second transaction, which checks that
nothing they relied on has changed.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from qms.content.models import BlobFile, organisation_of
from qms.documents import events, workflow
from qms.documents.assignment import Hand, the_hand
from qms.documents.errors import (
    ContentChanged,
    KeyReplaced,
    NoPosition,
    ReasonNeeded,
    SlotTaken,
)
from qms.documents.models import Version
from qms.documents.services.freezing import (
    in_force_day,
    local_day,
)
from qms.documents.services.keys import NotEnrolled, authority_of, detached
from qms.documents.services.release import is_due, release
from qms.documents.wording import show_date
from qms.kernel.acts import Act
from qms.kernel.canonical import canonical_json
from qms.kernel.errors import Refused
from qms.people.models import people_of
from qms.profiles.api import profile_of
from qms.signing import services as signing
from qms.signing.appearance import Appearance
from qms.signing.errors import WrongPassphrase
from qms.signing.keys import UnlockedKey
from qms.signing.models import CertificateAuthority, SigningIdentity
from qms.signing.pades import seal_pdf, sign_pdf
from qms.signing.preflight import preflight
from qms.signing.records import sign_record

SEAL_FIELD = "seal"
SEAL_WORDS = "Sello de la organización: aprobada por todos los firmantes; vigente desde {day}"
"""What the seal says; the day is the true one, should the last signature come after the printed."""


@dataclass(frozen=True)
class Ticket:
    """All that signing (or a signed return) needs outside of a transaction."""

    hand: Hand
    pdf: bytes
    pdf_sha256: str
    completes: bool
    """Whether this is the last signature, after which the organisation's seal follows."""
    record: dict[str, Any]
    """What the signer puts their name to, as plain data."""
    identity: SigningIdentity
    authority: CertificateAuthority
    appearance: Appearance
    seal_words: str


@dataclass(frozen=True)
class Signature:
    """The bytes of one signature, made and not yet stored."""

    ticket: Ticket
    pdf: bytes
    proof: Mapping[str, str]
    """Detached signature over the record."""


def plan_signature(
    version: Version,
    slot_name: str,
    *,
    act: Act,
    seen_sha256: str,
    on_behalf_of: str | None = None,
    reason: str | None = None,
) -> Ticket:
    """Check that this person may give this signature to exactly these bytes (D4-25).

    With ``reason`` the ticket is for a signed return.
    """
    organisation = organisation_of(version)
    person = people_of(organisation).person(act.person_id)
    workflow.check_signature(version.standing, slot_name, person.id, on_behalf_of)
    hand = the_hand(version, slot_name, person.id, on_behalf_of, local_day(organisation, act))
    if version.file.sha256 != seen_sha256:
        raise ContentChanged
    if person.signing is None:
        raise NotEnrolled
    if hand.position_id is None:
        raise NoPosition(person=person.name)
    if reason is not None and not workflow.is_said(reason):
        raise ReasonNeeded
    waiting = [slot for slot in version.standing.slots if slot.signed_by is None]
    return Ticket(
        hand=hand,
        pdf=version.file.read(),
        pdf_sha256=version.file.sha256,
        completes=reason is None and len(waiting) == 1,
        record=_record(version, hand, person, act, reason),
        identity=detached(person.signing),
        authority=detached(authority_of(organisation)),
        appearance=_appearance(version, hand, person, act),
        seal_words=SEAL_WORDS.format(
            day=show_date(profile_of(organisation), in_force_day(version, act))
        ),
    )


def _record(
    version: Version, hand: Hand, person: Any, act: Act, reason: str | None
) -> dict[str, Any]:
    people = people_of(organisation_of(version))
    return {
        "kind": "signed" if reason is None else "returned",
        "organisation": organisation_of(version).id,
        "document": version.document.uid,
        "code": version.code,
        "version": version.label,
        "order": version.order,
        "slot": hand.slot.name,
        "meaning": hand.slot.meaning,
        "by": person.id,
        "name": person.name,
        "position": people.position_name(hand.position_id or ""),
        "on_behalf_of": hand.on_behalf_of,
        "on_behalf_of_name": people.person(hand.on_behalf_of).name if hand.on_behalf_of else None,
        "delegation": hand.delegation_id,
        "at": act.at.isoformat(),
        "zone": profile_of(organisation_of(version)).timezone,
        "frozen_sha256": version.frozen.sha256 if version.frozen else None,
        "pdf_sha256": version.file.sha256,
        "reason": reason.strip() if reason else None,
    }


def _appearance(version: Version, hand: Hand, person: Any, act: Act) -> Appearance:
    organisation = organisation_of(version)
    people = people_of(organisation)
    profile = profile_of(organisation)
    local = act.at.astimezone(ZoneInfo(profile.timezone))
    extra: tuple[str, ...] = ()
    if hand.on_behalf_of:
        extra = (f"por delegación de {people.person(hand.on_behalf_of).name}",)
    return Appearance(
        name=person.name,
        position=people.position_name(hand.position_id or ""),
        meaning=hand.slot.meaning,
        at=local,
        extra=extra,
    )


def make_signature(ticket: Ticket, passphrase: str, *, secret: bytes) -> Signature | None:
    """Unlock the key and make the bytes; None for a wrong passphrase. No transaction is open."""
    key = signing.unlock(ticket.identity, ticket.authority, passphrase)
    if key is None:
        return None
    at = ticket.appearance.at
    crls = [ticket.authority.crl] if ticket.authority.crl else []
    preflight(key, crl=ticket.authority.crl, at=at)
    proof = sign_record(canonical_json(ticket.record), key)
    if ticket.record["kind"] == "returned":
        return Signature(ticket, ticket.pdf, proof)
    pdf = sign_pdf(ticket.pdf, ticket.hand.slot.name, key, appearance=ticket.appearance, crls=crls)
    if ticket.completes:
        pdf = _sealed(pdf, signing.open_seal(ticket.authority, secret), ticket, crls)
    return Signature(ticket, pdf, proof)


def _sealed(pdf: bytes, seal: UnlockedKey, ticket: Ticket, crls: list[bytes]) -> bytes:
    preflight(seal, crl=ticket.authority.crl, at=ticket.appearance.at)
    return seal_pdf(
        pdf,
        seal,
        meaning=ticket.seal_words,
        at=ticket.appearance.at,
        field_name=SEAL_FIELD,
        crls=crls,
    )


def count_wrong_passphrase(version: Version, slot_name: str, *, act: Act) -> Refused:
    """Count a wrong passphrase where it survives, and give the refusal to show (C5, D4-24)."""
    person = people_of(organisation_of(version)).person(act.person_id)
    attempt = signing.settle(person.signing, None, at=act.at)
    act.notify(events.SignatureRefused(version, act, slot=slot_name))
    if attempt.locked_now:
        act.notify(events.SigningLocked(person, act))
    return attempt.refusal or WrongPassphrase(left=0)


def sign(version: Version, signature: Signature, *, act: Act, nonce: str | None = None) -> None:
    """Store a signature, if the file is still the one that was signed; release when complete."""
    ticket = signature.ticket
    _check_unchanged(version, ticket, nonce, act)
    version.rendition = BlobFile(signature.pdf, version.file.filename, "application/pdf")
    now = version.take(_act_record(signature, version.file.sha256))
    if now.state == workflow.APPROVED:
        # Before anybody is told, so that the master list has it even where the release comes later.
        version.dates["approved_on"] = local_day(organisation_of(version), act).isoformat()
    act.notify(
        events.VersionSigned(
            version,
            act,
            slot=ticket.hand.slot.name,
            on_behalf_of=ticket.hand.on_behalf_of,
            pdf_sha256=version.file.sha256,
        )
    )
    if now.state == workflow.APPROVED and is_due(version, act):
        release(version, act=act)


def send_back(
    version: Version, signature: Signature, *, act: Act, nonce: str | None = None
) -> None:
    """Return the version to its author with the signed reason; earlier signatures fall."""
    _check_unchanged(version, signature.ticket, nonce, act)
    version.take(_act_record(signature, None))
    act.notify(
        events.VersionReturned(
            version,
            act,
            slot=signature.ticket.hand.slot.name,
            on_behalf_of=signature.ticket.hand.on_behalf_of,
            reason=signature.ticket.record["reason"],
        )
    )


def _check_unchanged(version: Version, ticket: Ticket, nonce: str | None, act: Act) -> None:
    if version.file.sha256 != ticket.pdf_sha256:
        raise ContentChanged
    if nonce is not None:
        if nonce in version.seen_nonces:
            raise SlotTaken
        version.seen_nonces.add(nonce)
    hand = ticket.hand
    organisation = organisation_of(version)
    the_hand(
        version, hand.slot.name, hand.person_id, hand.on_behalf_of, local_day(organisation, act)
    )
    person = people_of(organisation).person(act.person_id)
    if person.signing is None or person.signing.serial != ticket.identity.serial:
        raise KeyReplaced
    person.signing.refuse_locked()
    person.signing.count_success()


def _act_record(signature: Signature, pdf_sha256: str | None) -> dict[str, Any]:
    record = dict(signature.ticket.record)
    record["file_sha256"] = pdf_sha256
    record["proof"] = dict(signature.proof)
    return record


def abort(version: Version, *, reason: str, act: Act) -> None:
    """Give up a version under way; its label becomes free again and its acts stay readable."""
    version.take(
        {"kind": "aborted", "by": act.person_id, "at": act.at.isoformat(), "reason": reason}
    )
    version.document.pending_order = None
    act.notify(events.VersionAborted(version, act, reason=reason.strip()))


def swap_signer(version: Version, slot_name: str, *, to: str, reason: str, act: Act) -> None:
    """Name another person for a signature that nobody has given yet."""
    person = people_of(organisation_of(version)).person(to)
    if not person.active or not person.position_ids:
        raise NoPosition(person=person.name)
    version.take(
        {
            "kind": "swapped",
            "by": act.person_id,
            "at": act.at.isoformat(),
            "slot": slot_name,
            "to": to,
            "reason": reason,
        }
    )
    act.notify(events.SignerSwapped(version, act, slot=slot_name, to=to, reason=reason.strip()))
