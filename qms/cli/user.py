"""People of an organisation: add, list, deactivate, reactivate, roles, password links.

Nobody but the person ever knows a password: ``add`` and ``link`` print a link that is good once,
for seven days, with which the person sets their own (``--mail`` sends it instead). PERSON is an
id or an e-mail address. ``deactivate`` keeps somebody out at once and leaves history untouched.

  qms user add aexpress "Ana Ruiz" ana.ruiz@aexpress.example --position asesor-sac
  qms user roles aexpress ana-ruiz quality auditor
  qms user link aexpress ana-ruiz
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import quote

from qms.cli.place import NoDatabase, Place, Work, organisation_in
from qms.kernel.acts import Act, DomainEvent
from qms.kernel.errors import NotFound
from qms.people import services
from qms.people.events import LinkSent, PeopleEvent
from qms.people.models import People, Person, people_of
from qms.security.matrix import ORGANISATION_ROLES


@dataclass(frozen=True)
class LinkPrinted(PeopleEvent):
    """Whoever runs the server got a person's password link on the terminal."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Take what to do with whom."""
    deeds = parser.add_subparsers(dest="deed", required=True, metavar="DEED")
    listing = _deed(deeds, "list", "list the people of an organisation", person=False)
    listing.add_argument("--json", action="store_true", help="print a JSON array")
    adding = _deed(deeds, "add", "add a person and give their password link", person=False)
    adding.add_argument("name", help="full name, as it is to be printed")
    adding.add_argument("email", help="address with which they sign in")
    adding.add_argument("--id", help="id inside the organisation (default: made from the name)")
    adding.add_argument("--position", action="append", default=[], help="id of a position held")
    adding.add_argument("--role", action="append", default=[], choices=ORGANISATION_ROLES)
    adding.add_argument("--mail", action="store_true", help="mail the link, do not print it")
    _deed(deeds, "deactivate", "keep a person out from now on")
    _deed(deeds, "reactivate", "let a person in again; a link gives a new password")
    roles = _deed(deeds, "roles", "give a person exactly these roles")
    roles.add_argument("role", nargs="*", help=f"any of: {', '.join(ORGANISATION_ROLES)}; or none")
    link = _deed(deeds, "link", "give a person a new password link")
    link.add_argument("--mail", action="store_true", help="mail the link, do not print it")


def _deed(deeds: Any, name: str, text: str, *, person: bool = True) -> argparse.ArgumentParser:
    parser = deeds.add_parser(name, help=text, description=text)
    parser.add_argument("organisation", help="id of the organisation")
    if person:
        parser.add_argument("person", help="id or e-mail address")
    return parser


def run(place: Place, arguments: argparse.Namespace) -> int:
    """Do what was asked for, in one transaction."""
    if not place.exists():
        raise NoDatabase(place=place.settings.data_dir)
    if arguments.deed == "list":
        return _list(place, arguments)
    with place.writing() as work:
        people = people_of(organisation_in(work.site, arguments.organisation))
        said = _DEEDS[arguments.deed](work, people, arguments)
    # Said only now: what was not committed must not be promised.
    sys.stdout.write(f"{said}\n")
    return 0


def _list(place: Place, arguments: argparse.Namespace) -> int:
    with place.reading() as site:
        people = people_of(organisation_in(site, arguments.organisation))
        rows: list[dict[str, Any]] = [
            {
                "id": one.id,
                "name": one.name,
                "email": one.email,
                "positions": one.position_ids,
                "roles": one.roles,
                "active": one.active,
                "password": one.password_hash is not None,
                "second_factor": one.totp_secret is not None,
                "signing": one.signing is not None,
            }
            for one in people.persons(active_only=False)
        ]
    if arguments.json:
        json.dump(rows, sys.stdout, ensure_ascii=False, indent=2)
        sys.stdout.write("\n")
        return 0
    for row in rows:
        state = "" if row["active"] else "  (deactivated)"
        roles = f"  [{', '.join(row['roles'])}]" if row["roles"] else ""
        sys.stdout.write(f"{row['id']:<26} {row['email']:<40} {row['name']}{roles}{state}\n")
    return 0


def person_in(people: People, who: str) -> Person:
    """Give the person with this id or address, or refuse."""
    person = people.by_email(who) if "@" in who else people["persons"].get(who)
    if person is None:
        raise NotFound("There is no person «${who}» here; «qms user list» shows them.", who=who)
    return person


def _add(work: Work, people: People, arguments: argparse.Namespace) -> str:
    person = services.add_person(
        people,
        name=arguments.name,
        email=arguments.email,
        position_ids=arguments.position,
        roles=arguments.role,
        identifier=arguments.id,
        act=work.act(),
    )
    return f"{person.id}: added\n{give_link(work, person, mail=arguments.mail)}"


def _deactivate(work: Work, people: People, arguments: argparse.Namespace) -> str:
    person = person_in(people, arguments.person)
    services.deactivate(people, person, act=work.act())
    return f"{person.id}: deactivated, sessions ended"


def _reactivate(work: Work, people: People, arguments: argparse.Namespace) -> str:
    person = person_in(people, arguments.person)
    services.reactivate(people, person, act=work.act())
    return f"{person.id}: active again, without a password; next: qms user link"


def _roles(work: Work, people: People, arguments: argparse.Namespace) -> str:
    person = person_in(people, arguments.person)
    services.set_roles(people, person, arguments.role, act=work.act())
    return f"{person.id}: {', '.join(person.roles) or 'no roles beyond reading'}"


def _link(work: Work, people: People, arguments: argparse.Namespace) -> str:
    return give_link(work, person_in(people, arguments.person), mail=arguments.mail)


def give_link(work: Work, person: Person, *, mail: bool) -> str:
    """Make a link and give what to say: its address, or that it was mailed."""
    act = work.act()
    if mail:
        services.invite(person, act=act)
        return f"{person.id}: the link goes to {person.email}"
    tokens: list[str] = []
    services.invite(person, act=_with_ear(act, tokens))
    act.notify(LinkPrinted(person, act))
    base = work.place.settings.base_url
    return f"{base}/new-password?token={quote(tokens[0], safe='')}"


def _with_ear(act: Act, tokens: list[str]) -> Act:
    """Keep the link's token back from the mail; everything else is heard as ever."""

    def hear(event: DomainEvent) -> None:
        if isinstance(event, LinkSent):
            tokens.append(event.token)
        else:
            act.notify(event)

    return replace(act, notify=hear)


_DEEDS: dict[str, Callable[[Work, People, argparse.Namespace], str]] = {
    "add": _add,
    "deactivate": _deactivate,
    "reactivate": _reactivate,
    "roles": _roles,
    "link": _link,
}
