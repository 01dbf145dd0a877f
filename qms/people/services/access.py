"""Verbs on how a person gets in: passwords, links in mails, second factors."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pyotp

from qms.content.models import find_organisation, find_site
from qms.kernel.acts import Act
from qms.people.addresses import fold_email
from qms.people.errors import BadLink, NotActive, WrongCode, WrongPassword
from qms.people.events import LinkSent, PasswordSet, TotpDisabled, TotpEnabled
from qms.people.models import People, Person, doors_of
from qms.people.services.persons import end_sessions
from qms.security.passwords import check_password, hash_password, needs_new_hash, refuse_weak
from qms.security.secrets import Vault
from qms.security.tokens import digest, new_token

RESET_LIFE = timedelta(hours=1)
"""How long a link for a forgotten password is good."""
INVITATION_LIFE = timedelta(days=7)
"""How long a new person's first link is good."""
_STEP = 30
"""Seconds that a code is shown for (RFC 6238)."""


def _key(person: Person) -> tuple[str, str]:
    organisation = find_organisation(person)
    return (organisation.__name__ or "" if organisation else "", person.id)


def find_login(site: Any, email: str) -> Person | None:
    """Give whoever signs in with this address, active or not, or None."""
    place = site.logins.get(fold_email(email))
    organisation = site.get(place[0]) if place else None
    if organisation is None:
        return None
    people: People = organisation["people"]
    return people["persons"].get(place[1])


def authenticate(site: Any, email: str, password: str) -> Person | None:
    """Give the active person whose address and password these are, or None.

    Every call costs one argon2id check, whether the account exists or not (D4-16).
    """
    person = find_login(site, email)
    may = person is not None and person.may_sign_in
    stored = person.password_hash if may and person is not None else None
    if not check_password(stored, password) or person is None or stored is None:
        return None
    if needs_new_hash(stored):
        person.password_hash = hash_password(password)
    return person


def set_password(
    person: Person, password: str, *, act: Act, keep_session: str | None = None
) -> None:
    """Set the password and end every session but ``keep_session``, and every link.

    On the screen only the person does this: administrators never learn or set a lasting password
    (21 CFR 11.100, case C4); the command line is for the one who runs the server.
    """
    if not person.active:
        raise NotActive
    if act.channel == "web" and act.person_id != person.id:
        raise PermissionError("only the person sets their own password")
    organisation = find_organisation(person)
    house = organisation.title if organisation is not None else ""
    refuse_weak(password, personal=(person.name, person.email, house))
    person.password_hash = hash_password(password)
    end_sessions(person, keep=keep_session)
    act.notify(PasswordSet(person, act))


def change_password(
    person: Person, present: str, new: str, *, act: Act, keep_session: str | None = None
) -> None:
    """Replace the password by a new one; the present one must be known."""
    if not check_password(person.password_hash, present):
        raise WrongPassword
    set_password(person, new, act=act, keep_session=keep_session)


def _send_link(person: Person, purpose: str, life: timedelta, act: Act) -> None:
    """Make the person's one good link and tell whoever mails it."""
    doors = doors_of(find_site(person))
    if person.link_digest is not None:
        doors.tokens.pop(person.link_digest, None)
    token = new_token()
    person.link_digest = digest(token)
    doors.tokens[person.link_digest] = {
        "owner": _key(person),
        "purpose": purpose,
        "until": act.at + life,
        "epoch": person.session_epoch,
    }
    act.notify(LinkSent(person, act, purpose=purpose, token=token))


def invite(person: Person, *, act: Act) -> None:
    """Mail the person a link with which they set their own password; it is good for a week."""
    if not person.active or not person.email:
        raise NotActive
    _send_link(person, "invitation", INVITATION_LIFE, act)


def request_reset(site: Any, email: str, *, act: Act) -> None:
    """Mail a link to whoever has this address and is active; otherwise do nothing, and say nothing.

    The link is good once, for an hour, and dies with the next link or password (D4-19).
    """
    person = find_login(site, email)
    if person is not None and person.active:
        _send_link(person, "reset", RESET_LIFE, act)


def person_of_link(site: Any, token: str, *, at: datetime) -> Person:
    """Give the active person whose good link has this token, or raise BadLink."""
    kept = doors_of(site).tokens.get(digest(token))
    if kept is None or at >= kept["until"]:
        raise BadLink
    organisation = site.get(kept["owner"][0])
    person = organisation["people"]["persons"].get(kept["owner"][1]) if organisation else None
    if person is None or not person.active:
        raise BadLink
    if person.session_epoch != kept["epoch"] or person.link_digest != digest(token):
        raise BadLink
    return person


def reset_password(site: Any, token: str, password: str, *, act: Act) -> Person:
    """Set the password of the link's person; the link is used up with it."""
    person = person_of_link(site, token, at=act.at)
    set_password(person, password, act=replace(act, person_id=person.id))
    return person


def new_totp_secret() -> str:
    """Make the secret of a second factor, which the person's telephone learns from a QR."""
    return pyotp.random_base32()


def totp_address(person: Person, secret: str, issuer: str) -> str:
    """Give the address that the QR holds."""
    return pyotp.TOTP(secret).provisioning_uri(name=person.email, issuer_name=issuer)


def _matching_step(secret: str, code: str, at: datetime) -> int | None:
    """Give the time step whose code this is, one step early or late allowed, or None."""
    digits = re.sub(r"\s", "", code)
    if not re.fullmatch(r"[0-9]{6}", digits):
        return None
    totp, now = pyotp.TOTP(secret), int(at.timestamp()) // _STEP
    return next(
        (
            step
            for step in (now, now - 1, now + 1)
            if pyotp.utils.strings_equal(totp.generate_otp(step), digits)
        ),
        None,
    )


def enable_totp(person: Person, secret: str, code: str, *, vault: Vault, act: Act) -> None:
    """Give the person a second factor once their telephone has shown a right code."""
    step = _matching_step(secret, code, act.at)
    if step is None:
        raise WrongCode
    person.totp_secret = vault.seal(secret.encode(), "/".join(_key(person)))
    person.totp_last = step
    act.notify(TotpEnabled(person, act))


def check_code(person: Person, code: str, *, vault: Vault, at: datetime) -> bool:
    """Tell whether this is the person's code now; a code is taken once only (D4-22)."""
    if person.totp_secret is None:
        return False
    secret = vault.open(person.totp_secret, "/".join(_key(person))).decode()
    step = _matching_step(secret, code, at)
    if step is None or step <= person.totp_last:
        return False
    person.totp_last = step
    return True


def disable_totp(person: Person, *, act: Act, keep_session: str | None = None) -> None:
    """Take the second factor away, as after the loss of a telephone; links and sessions end."""
    if person.totp_secret is None:
        return
    person.totp_secret = None
    end_sessions(person, keep=keep_session)
    act.notify(TotpDisabled(person, act))


def purge(site: Any, *, at: datetime, idle: timedelta, batch: int = 500) -> int:
    """Forget sessions, links and waits that ended; the worker calls it now and then."""
    doors, gone = doors_of(site), 0
    for key, session in list(doors.sessions.items()):
        if at - session.seen > idle and gone < batch:
            del doors.sessions[key]
            keys = doors.by_person.get(session.owner) if session.owner else None
            if keys is not None:
                keys.discard(key)
            gone += 1
    for key in [key for key, kept in doors.tokens.items() if at >= kept["until"]]:
        del doors.tokens[key]
        gone += 1
    for key in [key for key, until in doors.waits.items() if at >= until]:
        del doors.waits[key]
        gone += 1
    return gone
