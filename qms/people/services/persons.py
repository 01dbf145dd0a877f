"""Verbs on persons: they come, change, go and come back; nothing of it removes anybody."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from qms.content.models import find_organisation, find_site
from qms.kernel.acts import Act
from qms.kernel.text import clean_line
from qms.people.errors import ActiveAlready, LastAdministrator, NotActive, UnknownRole
from qms.people.events import (
    LanguageChosen,
    PersonAdded,
    PersonChanged,
    PersonDeactivated,
    PersonReactivated,
    PositionsChanged,
    RolesChanged,
)
from qms.people.models import People, Person, doors_of
from qms.people.services.places import free_id
from qms.security.matrix import ORGANISATION_ROLES

ADMINISTRATOR = "administrator"


def facts(person: Person) -> dict[str, Any]:
    """Give a person's plain values as the trail keeps them."""
    return {
        "name": person.name,
        "email": person.email,
        "language": person.language,
        "positions": person.position_ids,
        "roles": person.roles,
    }


def end_sessions(person: Person, *, keep: str | None = None) -> None:
    """End every session of the person but the one whose key is ``keep``, and every link."""
    doors = doors_of(find_site(person))
    organisation = find_organisation(person)
    owner = (organisation.__name__ if organisation else "", person.id)
    keys = doors.by_person.get(owner)
    for key in list(keys or ()):
        if key == keep:
            continue
        doors.sessions.pop(key, None)
        keys.discard(key)
    if person.link_digest is not None:
        doors.tokens.pop(person.link_digest, None)
        person.link_digest = None
    person.session_epoch += 1
    if keep is not None and keep in doors.sessions:
        doors.sessions[keep].epoch = person.session_epoch


def _check_roles(roles: Iterable[str]) -> list[str]:
    wanted = sorted(set(roles))
    if set(wanted) - set(ORGANISATION_ROLES):
        raise UnknownRole
    return wanted


def _keep_an_administrator(people: People, leaving: Person) -> None:
    """Refuse when ``leaving`` is the only active administrator."""
    if ADMINISTRATOR not in leaving.roles or not leaving.active:
        return
    others = (one for one in people.persons() if one.id != leaving.id)
    if not any(ADMINISTRATOR in one.roles for one in others):
        raise LastAdministrator


def add_person(
    people: People,
    *,
    name: str,
    email: str = "",
    position_ids: Iterable[str] = (),
    roles: Iterable[str] = (),
    language: str = "es",
    identifier: str | None = None,
    act: Act,
) -> Person:
    """Add an active person without a password; ``identifier`` is made from the name by default."""
    name = clean_line(name)
    wanted = _check_roles(roles)
    identifier = free_id(people["persons"].__contains__, identifier, name, "person")
    person = Person(identifier, name)
    person.language = language
    people["persons"].add(identifier, person)
    if email:
        people.claim_login(person, email)
    people.place(person, position_ids)
    people.set_roles(person, wanted)
    act.notify(PersonAdded(person, act, new=facts(person)))
    return person


def change_person(people: People, person: Person, *, name: str, email: str, act: Act) -> None:
    """Change a person's name and address; what they signed keeps the name of its time."""
    old = facts(person)
    if clean_line(name) != person.name:
        person.title = clean_line(name)
    if email != person.email:
        people.claim_login(person, email)
    if (new := facts(person)) != old:
        act.notify(PersonChanged(person, act, old=old, new=new))


def choose_language(person: Person, language: str, *, act: Act) -> None:
    """Show the screen in another language to this person."""
    if language != person.language:
        old, person.language = person.language, language
        act.notify(LanguageChosen(person, act, old={"language": old}, new={"language": language}))


def change_positions(
    people: People, person: Person, position_ids: Iterable[str], *, act: Act
) -> None:
    """Put the person into other positions, the main one first."""
    old, wanted = person.position_ids, list(dict.fromkeys(position_ids))
    if wanted != old:
        people.place(person, wanted)
        act.notify(PositionsChanged(person, act, old={"positions": old}, new={"positions": wanted}))


def set_roles(people: People, person: Person, roles: Iterable[str], *, act: Act) -> None:
    """Give the person exactly these roles; the last administrator stays one."""
    wanted = _check_roles(roles)
    old = person.roles
    if wanted == old:
        return
    if ADMINISTRATOR not in wanted:
        _keep_an_administrator(people, person)
    people.set_roles(person, wanted)
    act.notify(RolesChanged(person, act, old={"roles": old}, new={"roles": wanted}))


def grant_role(people: People, person: Person, role: str, *, act: Act) -> None:
    """Give the person one more role."""
    set_roles(people, person, {*person.roles, role}, act=act)


def revoke_role(people: People, person: Person, role: str, *, act: Act) -> None:
    """Take one role away from the person."""
    set_roles(people, person, set(person.roles) - {role}, act=act)


def deactivate(people: People, person: Person, *, act: Act) -> None:
    """Keep the person out from this moment on; what they did, signed and held stays as it was."""
    if not person.active:
        raise NotActive
    _keep_an_administrator(people, person)
    end_sessions(person)
    people.set_active(person, active=False, at=act.at)
    act.notify(PersonDeactivated(person, act))


def reactivate(people: People, person: Person, *, act: Act) -> None:
    """Let the person in again, with the same id; a new password comes by a link."""
    if person.active:
        raise ActiveAlready
    people.set_active(person, active=True, at=act.at)
    person.password_hash = None
    act.notify(PersonReactivated(person, act))
