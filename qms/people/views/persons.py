"""The persons of an organisation: the list, one person's page, and what an administrator does."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pyramid.httpexceptions import HTTPSeeOther
from pyramid.request import Request
from pyramid.response import Response
from pyramid.view import view_config, view_defaults

from qms.exports import LIST_PAGE, Action, Column, Kind, Listing, ListSpec, Switch
from qms.kernel.i18n import _
from qms.kernel.text import sort_key
from qms.people import services
from qms.people.models import People, PeopleFolder, Person
from qms.people.views.account import LANGUAGE_NAMES
from qms.people.views.entering import address_field
from qms.people.views.rows import delegation_rows
from qms.security.permissions import Permission
from qms.web import fields
from qms.web.forms import FormView, Schema
from qms.web.redirects import see_other

ROLE_NAMES = {
    "administrator": _("Administrator"),
    "quality": _("Quality"),
    "auditor": _("Auditor"),
}


def tabs(people: People, request: Request, here: str) -> list[tuple[Any, str, bool]]:
    """Give the tabs over the room's lists."""
    return [
        (_("Persons"), request.resource_path(people), here == "persons"),
        (_("Positions and units"), request.resource_path(people, "structure"), here == "structure"),
        (
            _("Delegations"),
            request.resource_path(people, "delegations-list"),
            here == "delegations",
        ),
    ]


def row_of(people: People, request: Request, person: Person) -> dict[str, Any]:
    """Give what a list shows of a person."""
    return {
        "id": person.id,
        "name": person.name,
        "email": person.email,
        "positions": [people.position_name(one) for one in person.position_ids],
        "roles": [ROLE_NAMES[role] for role in person.roles],
        "active": person.active,
        "state": "active" if person.active else "inactive",
        "url": request.resource_path(person),
    }


PERSONS = ListSpec(
    columns=(
        Column("name", _("Name"), sort="name", link=True),
        Column("positions", _("Positions"), sort="positions"),
        Column("email", _("E-mail address"), sort="email"),
        Column("roles", _("Roles")),
        Column("state", _("State"), Kind.CHIP),
    ),
    switches={"all": Switch(_("Deactivated ones too"))},
    search=_("Name, address or position"),
)


@view_config(context=People, permission=Permission.PEOPLE_VIEW, renderer=LIST_PAGE)
def persons(people: People, request: Request) -> dict[str, Any]:
    """List the persons by name, found by any part of name, address or position."""
    listing = Listing(request, PERSONS)
    rows = [
        row_of(people, request, one) for one in people.persons(active_only=not listing.on("all"))
    ]
    may_manage = request.has_permission(Permission.PEOPLE_MANAGE, people)
    add = Action(_("New person"), request.resource_path(people, "add-person"))
    return listing.show(
        _("People"),
        rows,
        url=lambda row: row["url"],
        tabs=tabs(people, request, "persons"),
        actions=[add] if may_manage else [],
        told_of=people,
        json=lambda: {"persons": [_plain(row, request) for row in listing.found]},
    )


def _plain(row: dict[str, Any], request: Request) -> dict[str, Any]:
    roles = [request.localizer.translate(role) for role in row["roles"]]
    return {name: value for name, value in row.items() if name != "state"} | {"roles": roles}


@view_config(context=PeopleFolder, permission=Permission.VIEW)
def folder(place: PeopleFolder, request: Request) -> HTTPSeeOther:
    """Show the lists of the room in the place of its bare folders."""
    people = place.__parent__
    view = {"persons": "", "delegations": "delegations-list"}.get(str(place.__name__), "structure")
    return see_other(request, request.resource_path(people, *filter(None, [view])))


def position_choices(bindings: Mapping[str, Any]) -> list[tuple[str, str]]:
    """List the organisation's positions by name."""
    positions = bindings["request"].organisation["people"]["positions"].values()
    return sorted(((one.id, one.name) for one in positions), key=lambda pair: sort_key(pair[1]))


class PersonSchema(Schema):
    """What an administrator says of a person."""

    name = fields.text(_("Full name"))
    email = address_field(help=_("The person signs in with it, and mails go there."))
    language = fields.choice(_("Language"), list(LANGUAGE_NAMES.items()), radio=True)
    main = fields.choice(_("Main position"), position_choices, optional=True, prompt=_("None"))
    positions = fields.many(_("Other positions"), position_choices, optional=True, large=True)
    roles = fields.many(
        _("Roles"),
        list(ROLE_NAMES.items()),
        optional=True,
        help=_("Everybody may read what is in force; these are given besides."),
    )


def chosen_positions(values: Mapping[str, Any]) -> list[str]:
    """Put the main position first."""
    main = [values["main"]] if values["main"] else []
    return [*main, *(one for one in values["positions"] if one not in main)]


@view_config(context=People, name="add-person", permission=Permission.PEOPLE_MANAGE)
class AddPerson(FormView):
    """Adds a person, who is mailed a link with which they set their own password."""

    schema = PersonSchema
    heading = _("New person")
    introduction = _("We mail the person a link with which they set their own password.")

    def initial(self) -> dict[str, Any]:
        """Start in Spanish."""
        return {"language": "es"}

    def save(self, values: dict[str, Any]) -> Response:
        """Add and invite."""
        person = services.add_person(
            self.context,
            name=values["name"],
            email=values["email"],
            position_ids=chosen_positions(values),
            roles=values["roles"],
            language=values["language"],
            act=self.request.act,
        )
        services.invite(person, act=self.request.act)
        return self.done(_("${name} was added and invited.", {"name": person.name}), person)


@view_config(context=Person, name="edit", permission=Permission.PEOPLE_MANAGE)
class EditPerson(FormView):
    """Changes a person; what they signed keeps the name and position of its time."""

    schema = PersonSchema
    heading = _("Edit the person")

    def initial(self) -> dict[str, Any]:
        """Start from what is stored."""
        person = self.context
        return {
            "name": person.name,
            "email": person.email,
            "language": person.language,
            "main": person.main_position_id or "",
            "positions": set(person.position_ids[1:]),
            "roles": set(person.roles),
        }

    def save(self, values: dict[str, Any]) -> Response:
        """Change what differs; each kind of change has its own line in the trail."""
        people, person, act = self.context.__parent__.__parent__, self.context, self.request.act
        services.change_person(people, person, name=values["name"], email=values["email"], act=act)
        services.choose_language(person, values["language"], act=act)
        services.change_positions(people, person, chosen_positions(values), act=act)
        services.set_roles(people, person, values["roles"], act=act)
        return self.done(_("Saved."))


@view_defaults(context=Person)
class PersonViews:
    """One person's page and the buttons on it."""

    def __init__(self, person: Person, request: Request) -> None:
        """Remember whom it is about."""
        self.person, self.request = person, request
        self.people: People = person.__parent__.__parent__  # type: ignore[union-attr,assignment]

    def _back(self, message: Any) -> HTTPSeeOther:
        return see_other(self.request, self.person, message)

    @view_config(permission=Permission.PEOPLE_VIEW, renderer="qms.templates:people/person.pt")
    def show(self) -> dict[str, Any]:
        """Show who it is, with positions, roles and delegations."""
        superior = self.people.superior_of(self.person)
        return {
            "heading": self.person.name,
            "person": self.person,
            "people": self.people,
            "row": row_of(self.people, self.request, self.person),
            "superior": superior.name if superior else "",
            "language": LANGUAGE_NAMES.get(self.person.language, self.person.language),
            "delegations": delegation_rows(self.people, self.request, self.person),
            "may_manage": self.request.has_permission(Permission.PEOPLE_MANAGE, self.person),
        }

    @view_config(name="deactivate", request_method="POST", permission=Permission.PEOPLE_MANAGE)
    def deactivate(self) -> HTTPSeeOther:
        """Keep the person out from now on."""
        services.deactivate(self.people, self.person, act=self.request.act)
        return self._back(_("${name} can no longer sign in.", {"name": self.person.name}))

    @view_config(name="reactivate", request_method="POST", permission=Permission.PEOPLE_MANAGE)
    def reactivate(self) -> HTTPSeeOther:
        """Let the person in again, with a new password of their own."""
        services.reactivate(self.people, self.person, act=self.request.act)
        services.invite(self.person, act=self.request.act)
        return self._back(_("${name} was invited again.", {"name": self.person.name}))

    @view_config(name="invite", request_method="POST", permission=Permission.PEOPLE_MANAGE)
    def invite(self) -> HTTPSeeOther:
        """Mail a new link; nobody but the person learns the password (case C4)."""
        services.invite(self.person, act=self.request.act)
        return self._back(_("A link was mailed to ${email}.", {"email": self.person.email}))

    @view_config(
        name="second-factor-off", request_method="POST", permission=Permission.PEOPLE_MANAGE
    )
    def second_factor_off(self) -> HTTPSeeOther:
        """Take the second factor away after the loss of a telephone."""
        services.disable_totp(self.person, act=self.request.act)
        return self._back(_("The second factor is off."))
