"""The pages about types of document."""

from __future__ import annotations

from typing import Any

from pyramid.httpexceptions import HTTPNotFound
from pyramid.request import Request
from pyramid.response import Response
from pyramid.view import view_config, view_defaults

from qms.content.models import Organisation
from qms.kernel.errors import Refused
from qms.kernel.i18n import _
from qms.profiles.errors import ProfileMistakes
from qms.profiles.state import stored_data
from qms.setup import lists
from qms.setup.forms.types import TypeSchema, free_id, type_start, type_wanted
from qms.setup.page import CONFIGURE, PartForm, tabs, told
from qms.setup.presets import type_presets
from qms.web.errors import sentence
from qms.web.i18n import translate
from qms.web.redirects import see_other

STEPS = {"up": -1, "down": 1}


def say(request: Request, refusal: Refused) -> None:
    """Keep a refusal for the page to which the person goes back."""
    if isinstance(refusal, ProfileMistakes):
        text = " ".join(told(request, one) for one in refusal.mistakes[:3])
    else:
        text = sentence(request, refusal)
    request.session.flash(text, "danger")


@view_defaults(context=Organisation, permission=CONFIGURE)
class TypeListViews:
    """The list of types, and what can be done to each from there."""

    def __init__(self, organisation: Organisation, request: Request) -> None:
        """Look at the organisation for one request."""
        self.organisation, self.request = organisation, request

    @view_config(name="setup-types", renderer="qms.templates:setup/types.pt")
    def show(self) -> dict[str, Any]:
        """List the types with their number of documents and sections."""
        data = stored_data(self.organisation)
        counts = lists.documents_of_type(self.organisation)
        routes = {one["id"]: one["name"] for one in data["routes"]}
        types = [
            {
                "id": one["id"],
                "name": one["name"],
                "acronym": one["acronym"],
                "content": one["content"],
                "sections": len(one["sections"]),
                "route": routes.get(one["route"], one["route"]),
                "review_months": one["review_months"],
                "active": one.get("active", True),
                "documents": counts.get(one["id"], 0),
            }
            for one in data["document_types"]
        ]
        return {
            "heading": _("Document types"),
            "tabs": tabs(self.organisation, self.request, "setup-types"),
            "types": types,
            "url": lambda name, **query: self.request.resource_path(
                self.organisation, name, query=query
            ),
            "presets": type_presets(),
            "json": lambda: {"types": types},
        }

    @view_config(name="setup-type-move", request_method="POST")
    def move(self) -> Response:
        """Move a type up or down."""
        steps = STEPS.get(self.request.POST.get("to", ""), 0)
        return self._do(lists.move, "document_types", self._id, steps)

    @view_config(name="setup-type-use", request_method="POST")
    def use(self) -> Response:
        """Take a type out of use, or back into it."""
        active = self.request.POST.get("to") == "in"
        return self._do(lambda *args, act: lists.use_type(*args, active=active, act=act), self._id)

    @view_config(name="setup-type-remove", request_method="POST")
    def remove(self) -> Response:
        """Take away a type that no document has."""
        return self._do(lists.remove_type, self._id)

    @property
    def _id(self) -> str:
        return str(self.request.GET.get("id", ""))

    def _do(self, verb: Any, *args: Any) -> Response:
        try:
            verb(self.organisation, *args, act=self.request.act)
        except Refused as refusal:
            say(self.request, refusal)
        return see_other(self.request, self.request.resource_path(self.organisation, "setup-types"))


@view_config(name="setup-type")
class TypeView(PartForm):
    """A type of document with its sections; without an id, a new one."""

    schema = TypeSchema
    tab = "setup-types"
    wide = True

    @property
    def identifier(self) -> str | None:
        """The type that is edited, or None for a new one; 404 for one that does not exist."""
        identifier = self.request.GET.get("id")
        if identifier and identifier not in {one["id"] for one in self.data["document_types"]}:
            raise HTTPNotFound
        return identifier or None

    @property
    def heading(self) -> Any:
        """Name the type."""
        return self.present["name"] if self.identifier else _("New document type")

    @property
    def present(self) -> dict[str, Any]:
        """The type as it stands; empty for a new one."""
        if not self.identifier:
            return {}
        return lists.entry_of(self.data["document_types"], self.identifier)

    @property
    def places(self) -> Any:  # type: ignore[override]
        """The form is the entry of the type, new ones behind all others."""
        ids = [one["id"] for one in self.data["document_types"]]
        index = ids.index(self.identifier) if self.identifier else len(ids)
        return (
            (("document_types", index), ()),
            (("codes",), ("acronym",)),
        )

    def bindings(self) -> dict[str, Any]:
        """Give the profile, from which choices are made."""
        return {"present": self.data}

    def part(self) -> Any:
        """The type alone, so that others may be changed meanwhile."""
        return self.present

    def start(self) -> dict[str, Any]:
        """Start from the type, or from a template for a new one."""
        if self.identifier:
            return type_start(self.present)
        wanted = self.request.GET.get("template", "")
        found = next((one for one in type_presets() if one["id"] == wanted), {})
        route = self.data["routes"][0]["id"]
        return type_start({"route": route, **found})

    def wanted(self, values: dict[str, Any]) -> dict[str, Any]:
        """Give the types with this one, and the codes with its acronym."""
        entry = type_wanted(values, self.present)
        identifier = self.identifier
        if identifier is None:
            taken = {one["id"] for one in self.data["document_types"]}
            wanted = self.request.GET.get("template", "")
            known = {one["id"] for one in type_presets()} - taken
            identifier = wanted if wanted in known else free_id(values["name"], taken, "type")
        entry = {"id": identifier, **{k: v for k, v in entry.items() if k != "id"}}
        codes = lists.with_acronym(self.data["codes"], identifier, entry["acronym"])
        types = lists.put(self.data["document_types"], entry)
        return {"document_types": types, "codes": codes}

    def extra(self) -> dict[str, Any]:
        """Offer templates for a new type."""
        found = super().extra()
        if not self.identifier:
            address = self.request.resource_path
            found["starts_title"] = translate(self.request, _("Begin with"))
            found["starts"] = [
                (
                    one["name"],
                    address(self.context, "setup-type", query={"template": one["id"]}),
                    ", ".join(section["title"].capitalize() for section in one["sections"]),
                )
                for one in type_presets()
            ]
        return found
