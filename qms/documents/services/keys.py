"""Signing keys of an organisation and of its persons; and how bytes are signed without a lock."""

from __future__ import annotations

from typing import Any

from qms.documents import events
from qms.kernel.acts import Act
from qms.kernel.errors import Refused
from qms.signing import services as signing
from qms.signing.models import CertificateAuthority, SigningIdentity

AUTHORITY_ROOM = "signing.authority"


class NotEnrolled(Refused):
    """You have no signing key yet; create it under «My signature» first."""


def authority_of(organisation: Any) -> CertificateAuthority:
    """Give the organisation's certificate authority."""
    return organisation.annexes[AUTHORITY_ROOM]


def found_authority(organisation: Any, *, secret: bytes, act: Act) -> CertificateAuthority:
    """Give the organisation its certificate authority and its seal, once."""
    if AUTHORITY_ROOM not in organisation.annexes:
        data = organisation.profile["organisation"]
        organisation.annexes[AUTHORITY_ROOM] = signing.found_authority(
            label=organisation.id,
            organisation=data.get("legal_name") or data["name"],
            organisation_id=data.get("tax_id") or organisation.id,
            country=data["country"],
            secret=secret,
            at=act.at,
        )
        act.notify(events.AuthorityFounded(organisation, act))
    return organisation.annexes[AUTHORITY_ROOM]


def enrol(
    organisation: Any, person: Any, *, passphrase: str, secret: bytes, act: Act
) -> SigningIdentity:
    """Give a person a new signing key under their passphrase; an earlier one is revoked."""
    authority = authority_of(organisation)
    earlier = person.signing
    person.signing = signing.enrol(
        authority,
        name=person.name,
        person_id=person.id,
        passphrase=passphrase,
        secret=secret,
        at=act.at,
    )
    if earlier is not None:
        signing.revoke(authority, earlier.serial, reason="superseded", secret=secret, at=act.at)
    act.notify(events.SignerEnrolled(person, act, serial=person.signing.serial))
    return person.signing


def detached(stored: Any) -> Any:
    """Copy a persistent object's state out of its connection, for use outside a transaction."""
    copied = stored.__class__.__new__(stored.__class__)
    stored._p_activate()
    copied.__setstate__(dict(stored.__getstate__()))
    return copied
