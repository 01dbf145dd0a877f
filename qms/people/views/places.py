"""Positions, units and sites: the tree, and the forms that change it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from pyramid.request import Request
from pyramid.response import Response
from pyramid.view import view_config

from qms.kernel.i18n import _
from qms.kernel.text import sort_key
from qms.people import services
from qms.people.models import People, Position, SitePlace, Unit
from qms.people.views.persons import position_choices, tabs
from qms.security.permissions import Permission
from qms.web import fields
from qms.web.forms import FormView, Schema


def tree(places: list[Any], parent_of: Callable[[Any], str | None]) -> Iterator[tuple[int, Any]]:
    """Walk places from the top down, each with its depth; siblings by name."""
    below: dict[str | None, list[Any]] = {}
    known = {one.id for one in places}
    for one in sorted(places, key=lambda one: sort_key(one.name)):
        parent = parent_of(one)
        below.setdefault(parent if parent in known else None, []).append(one)
    stack = [(0, one) for one in reversed(below.get(None, []))]
    while stack:
        depth, one = stack.pop()
        yield depth, one
        stack += [(depth + 1, child) for child in reversed(below.get(one.id, []))]


def position_row(people: People, request: Request, depth: int, one: Position) -> dict[str, Any]:
    """Give what the tree shows of a position."""
    site = people["sites"].get(one.site_id) if one.site_id else None
    return {
        "depth": min(depth, 6),
        "name": one.name,
        "unit": people.unit_name(one.unit_id) if one.unit_id else "",
        "site": site.name if site is not None else "",
        "holders": [person.name for person in people.holders(one.id)],
        "url": request.resource_path(one, "edit"),
    }


@view_config(
    context=People,
    name="structure",
    permission=Permission.PEOPLE_VIEW,
    renderer="qms.templates:people/structure.pt",
)
def structure(people: People, request: Request) -> dict[str, Any]:
    """Show who stands under whom, the units, and the sites."""
    positions, units = list(people["positions"].values()), list(people["units"].values())
    return {
        "heading": _("Positions and units"),
        "tabs": tabs(people, request, "structure"),
        "positions": [
            position_row(people, request, depth, one)
            for depth, one in tree(positions, lambda one: one.superior_id)
        ],
        "units": [
            {"depth": min(depth, 6), "name": one.name, "url": request.resource_path(one, "edit")}
            for depth, one in tree(units, lambda one: one.parent_id)
        ],
        "sites": [
            {"name": one.name, "city": one.city, "url": request.resource_path(one, "edit")}
            for one in sorted(people["sites"].values(), key=lambda one: sort_key(one.name))
        ],
        "may_manage": request.has_permission(Permission.PEOPLE_MANAGE, people),
    }


def _choices(folder: str) -> Callable[[Mapping[str, Any]], list[tuple[str, str]]]:
    def pairs(bindings: Mapping[str, Any]) -> list[tuple[str, str]]:
        places = bindings["request"].organisation["people"][folder].values()
        return sorted(((one.id, one.name) for one in places), key=lambda pair: sort_key(pair[1]))

    return pairs


class PositionSchema(Schema):
    """A position and where it belongs."""

    name = fields.text(_("Name"))
    superior_id = fields.choice(_("Superior"), position_choices, optional=True, prompt=_("None"))
    unit_id = fields.choice(_("Unit"), _choices("units"), optional=True, prompt=_("None"))
    site_id = fields.choice(_("Site"), _choices("sites"), optional=True, prompt=_("None"))


class UnitSchema(Schema):
    """A unit and the one above it."""

    name = fields.text(_("Name"))
    parent_id = fields.choice(_("Part of"), _choices("units"), optional=True, prompt=_("None"))


class SiteSchema(Schema):
    """A site and where it is."""

    name = fields.text(_("Name"))
    city = fields.text(_("City"), optional=True)
    subdivision = fields.text(
        _("Department or province"),
        longest=3,
        optional=True,
        help=_("Its letters in ISO 3166-2, such as C for Cochabamba; for regional holidays."),
    )


class _PlaceForm(FormView):
    """What the six forms share: they end on the tree."""

    def _names(self) -> list[str]:
        return [node.name for node in self.make_schema().children]

    def initial(self) -> dict[str, Any]:
        """Start from what is stored, when something is."""
        if isinstance(self.context, People):
            return {}
        return {name: getattr(self.context, name) or "" for name in self._names()}

    def _people(self) -> People:
        people: People = self.request.organisation["people"]
        return people

    def _end(self) -> Response:
        people = self._people()
        return self.done(_("Saved."), self.request.resource_path(people, "structure"))


def _plain(values: dict[str, Any]) -> dict[str, Any]:
    """Store nothing where nothing was said."""
    kept = {name: values[name] or None for name in values if name not in {"name", "city"}}
    return {**values, **kept}


@view_config(context=People, name="add-position", permission=Permission.PEOPLE_MANAGE)
class AddPosition(_PlaceForm):
    """Adds a position, with its superior, its unit and its site."""

    schema, heading = PositionSchema, _("New position")

    def save(self, values: dict[str, Any]) -> Response:
        """Add it."""
        services.add_position(self.context, act=self.request.act, **_plain(values))
        return self._end()


@view_config(context=Position, name="edit", permission=Permission.PEOPLE_MANAGE)
class EditPosition(_PlaceForm):
    """Changes a position."""

    schema, heading = PositionSchema, _("Edit the position")

    def save(self, values: dict[str, Any]) -> Response:
        """Change it."""
        services.change_position(
            self._people(), self.context, act=self.request.act, **_plain(values)
        )
        return self._end()


@view_config(context=People, name="add-unit", permission=Permission.PEOPLE_MANAGE)
class AddUnit(_PlaceForm):
    """Adds a unit, below another one or on top."""

    schema, heading = UnitSchema, _("New unit")

    def save(self, values: dict[str, Any]) -> Response:
        """Add it."""
        services.add_unit(self.context, act=self.request.act, **_plain(values))
        return self._end()


@view_config(context=Unit, name="edit", permission=Permission.PEOPLE_MANAGE)
class EditUnit(_PlaceForm):
    """Changes a unit."""

    schema, heading = UnitSchema, _("Edit the unit")

    def save(self, values: dict[str, Any]) -> Response:
        """Change it."""
        services.change_unit(self._people(), self.context, act=self.request.act, **_plain(values))
        return self._end()


@view_config(context=People, name="add-site", permission=Permission.PEOPLE_MANAGE)
class AddSite(_PlaceForm):
    """Adds a site, whose place says which holidays hold there."""

    schema, heading = SiteSchema, _("New site")

    def save(self, values: dict[str, Any]) -> Response:
        """Add it."""
        services.add_site_place(self.context, act=self.request.act, **_plain(values))
        return self._end()


@view_config(context=SitePlace, name="edit", permission=Permission.PEOPLE_MANAGE)
class EditSite(_PlaceForm):
    """Changes a site."""

    schema, heading = SiteSchema, _("Edit the site")

    def save(self, values: dict[str, Any]) -> Response:
        """Change it."""
        services.change_site_place(self.context, act=self.request.act, **_plain(values))
        return self._end()
