"""The pages about approval routes."""

from __future__ import annotations

from typing import Any

from pyramid.httpexceptions import HTTPNotFound
from pyramid.request import Request
from pyramid.response import Response
from pyramid.view import view_config, view_defaults

from qms.content.models import Organisation
from qms.kernel.errors import Refused
from qms.kernel.i18n import _
from qms.people.models import people_of
from qms.profiles.api import Route, profile_of
from qms.profiles.state import stored_data
from qms.setup import lists
from qms.setup.forms.routes import (
    NEW_ROUTE,
    ROLES,
    RouteSchema,
    assignee_word,
    route_start,
    route_wanted,
)
from qms.setup.forms.types import free_id
from qms.setup.page import CONFIGURE, PartForm, tabs
from qms.setup.steps import nobody_signs
from qms.setup.views.types import say
from qms.web.i18n import translate
from qms.web.redirects import see_other


@view_defaults(context=Organisation, permission=CONFIGURE)
class RouteListViews:
    """The list of routes, with who could sign each step today."""

    def __init__(self, organisation: Organisation, request: Request) -> None:
        """Look at the organisation for one request."""
        self.organisation, self.request = organisation, request

    @view_config(name="setup-routes", renderer="qms.templates:setup/routes.pt")
    def show(self) -> dict[str, Any]:
        """List the routes."""
        data = stored_data(self.organisation)
        used = lists.types_by_route(data)
        routes = [
            {
                "id": one.id,
                "name": one.name,
                "separation": one.separation_of_duties,
                "steps": [
                    {
                        "label": step.label,
                        "who": [self._who(assignee) for assignee in step.assignees],
                        "term_days": step.term_days,
                    }
                    for step in one.steps
                ],
                "nobody": self._nobody(one),
                "types": used.get(one.id, []),
                "retires": data["requests"]["retirement_route"] == one.id,
            }
            for one in profile_of(self.organisation).routes
        ]
        return {
            "heading": _("Routes"),
            "tabs": tabs(self.organisation, self.request, "setup-routes"),
            "routes": routes,
            "url": lambda name, **query: self.request.resource_path(
                self.organisation, name, query=query
            ),
            "json": lambda: {"routes": routes},
        }

    def _nobody(self, route: Route) -> list[str]:
        return list(nobody_signs(self.organisation, route, act=self.request.act))

    def _who(self, assignee: Any) -> str:
        people = people_of(self.organisation)
        ((kind, name),) = assignee.items()
        if kind == "role":
            return translate(self.request, ROLES[name])
        if kind == "position":
            return people.position_name(name)
        if kind == "unit":
            return people.unit_name(name)
        return people.person(name).name

    @view_config(name="setup-route-remove", request_method="POST")
    def remove(self) -> Response:
        """Take away a route that nothing uses."""
        try:
            lists.remove_route(
                self.organisation, self.request.GET.get("id", ""), act=self.request.act
            )
        except Refused as refusal:
            say(self.request, refusal)
        return see_other(
            self.request, self.request.resource_path(self.organisation, "setup-routes")
        )


@view_config(name="setup-route")
class RouteView(PartForm):
    """A route with its steps; without an id, a new one."""

    schema = RouteSchema
    tab = "setup-routes"
    wide = True
    introduction = _(
        "Versions that are being signed go on by the route with which they were sent; a change is"
        " for what is sent from now on."
    )

    @property
    def identifier(self) -> str | None:
        """The route that is edited, or None for a new one; 404 for one that does not exist."""
        identifier = self.request.GET.get("id")
        if identifier and identifier not in {one["id"] for one in self.data["routes"]}:
            raise HTTPNotFound
        return identifier or None

    @property
    def heading(self) -> Any:
        """Name the route."""
        return self.present["name"] if self.identifier else _("New route")

    @property
    def present(self) -> dict[str, Any]:
        """The route as it stands; the usual three steps for a new one."""
        if not self.identifier:
            return NEW_ROUTE
        return lists.entry_of(self.data["routes"], self.identifier)

    @property
    def places(self) -> Any:  # type: ignore[override]
        """The form is the entry of the route, new ones behind all others."""
        ids = [one["id"] for one in self.data["routes"]]
        index = ids.index(self.identifier) if self.identifier else len(ids)
        return ((("routes", index), ()),)

    def bindings(self) -> dict[str, Any]:
        """Give the profile, from which choices are made."""
        used = {assignee_word(one) for step in self.present["steps"] for one in step["assignees"]}
        return {"present": self.data, "used": used}

    def part(self) -> Any:
        """The route alone."""
        return self.present

    def start(self) -> dict[str, Any]:
        """Start from the route."""
        return route_start(self.present)

    def wanted(self, values: dict[str, Any]) -> dict[str, Any]:
        """Give the routes with this one."""
        made = route_wanted(values)
        taken = {one["id"] for one in self.data["routes"]}
        identifier = self.identifier or free_id(made["name"], taken, "route")
        return {"routes": lists.put(self.data["routes"], {"id": identifier, **made})}

    def done(self, message: Any, where: Any = None) -> Response:
        """Say also which steps nobody could sign today."""
        for route in profile_of(self.context).routes:
            if route.name != self.present["name"] and route.id != self.identifier:
                continue
            for label in nobody_signs(self.context, route, act=self.request.act):
                text = _("Nobody could sign «${step}» today.", {"step": label})
                self.request.session.flash(translate(self.request, text), "warning")
        return super().done(message, where)
