"""Legal holds on screen."""

from __future__ import annotations

from typing import Any

from pyramid.httpexceptions import HTTPNotFound
from pyramid.request import Request
from pyramid.response import Response
from pyramid.view import view_config

from qms.content.models import organisation_of
from qms.documents.records import record_kinds
from qms.exports import LIST_PAGE, Action, Column, Facet, Kind, Listing, ListSpec
from qms.kernel.i18n import _
from qms.kernel.privacy import mask_typed
from qms.people.models import people_of
from qms.retention import forms
from qms.retention.models import Hold, Holds, Retention
from qms.retention.services import holds
from qms.retention.views.common import room_tabs, told, wording
from qms.security.permissions import Permission
from qms.web.forms import FormView
from qms.web.once import OnceForm

LIST = ListSpec(
    columns=(
        Column("number", _("Number"), Kind.CODE, sort="number", link=True),
        Column("title", _("Matter"), sort="title", link=True),
        Column("what", _("What is held"), wide=True),
        Column("placed_on", _("Since"), Kind.MOMENT, sort="placed_on"),
        Column("by", _("Placed by")),
        Column("released_on", _("Released on"), Kind.MOMENT),
        Column("state", _("State"), Kind.CHIP),
    ),
    facets={"state": Facet(_("State"))},
    order="placed_on",
    reverse=True,
    search=_("Words of matter and scope"),
)


def scopes_shown(hold: Hold, *, may: bool) -> list[tuple[str, str]]:
    """Give the scopes of a hold; who places none sees of a customer only initials."""
    return [
        (holds.CUSTOMER, mask_typed(name))
        if scope.startswith(f"{holds.CUSTOMER}:") and not may
        else (scope, name)
        for scope, name in hold.scopes
    ]


@view_config(context=Holds, request_method="GET", permission=Permission.VIEW, renderer=LIST_PAGE)
def show_list(folder: Holds, request: Request) -> dict[str, Any]:
    """List the holds."""
    people = people_of(organisation_of(folder))
    may = request.has_permission(Permission.RETENTION_HOLD, folder)
    add = Action(_("Place a legal hold"), request.resource_path(folder, "add"))
    records = [
        {
            "hold": one,
            "number": one.number,
            "title": one.title,
            "what": ", ".join(name for _scope, name in scopes_shown(one, may=bool(may))),
            "placed_on": one.acts[0]["at"],
            "by": people.person_name(one.acts[0]["by"]),
            "released_on": one.acts[-1]["at"] if one.state == "hold-released" else None,
            "state": one.state,
        }
        for one in folder.values()
    ]
    return Listing(request, LIST).show(
        _("Legal holds"),
        records,
        url=lambda one: request.resource_path(one["hold"]),
        actions=[add] if may else [],
        empty=_("What is under legal hold is never listed for elimination."),
        **room_tabs(request, "holds"),
    )


@view_config(
    context=Hold,
    request_method="GET",
    permission=Permission.VIEW,
    renderer="qms.templates:retention/hold.pt",
)
def show(hold: Hold, request: Request) -> dict[str, Any]:
    """Show one hold with its reasons."""
    may = bool(request.has_permission(Permission.RETENTION_HOLD, hold))
    return {
        "heading": f"{hold.number} · {hold.title}",
        "hold": hold,
        "scopes": scopes_shown(hold, may=may),
        "acts": told(hold, hold.acts),
        "may": may and hold.state == "hold-active",
        **wording(hold),
        "json": {
            "number": hold.number,
            "state": hold.state,
            "scopes": [scope for scope, _name in scopes_shown(hold, may=may)],
        },
    }


@view_config(context=Holds, name="add", permission=Permission.RETENTION_HOLD)
class PlaceHold(OnceForm):
    """Puts records under hold, once."""

    schema = forms.HoldSchema
    heading = _("Place a legal hold")
    introduction = _("From this moment on nothing of it is listed for elimination or eliminated.")
    button = _("Place the hold")

    def initial(self) -> dict[str, Any]:
        """Start with one line."""
        return {"scopes": [{"what": "document", "text": self.request.GET.get("document", "")}]}

    def save(self, values: dict[str, Any]) -> Response:
        """Find each and hold it."""
        organisation = organisation_of(self.context)
        kinds = record_kinds(self.request.registry)
        scopes = [
            holds.scope_of(organisation, kinds, one["what"], one["text"])
            for one in values["scopes"]
        ]
        hold = holds.place(
            organisation,
            scopes,
            title=values["title"],
            reason=values["reason"],
            act=self.request.act,
        )
        return self.done(_("The hold ${number} is in force.", {"number": hold.number}), hold)


@view_config(context=Retention, name="hold-record", permission=Permission.RETENTION_HOLD)
class HoldRecord(FormView):
    """Puts one record under hold, from its line of a list."""

    schema = forms.RecordHoldSchema
    heading = _("Hold this record")
    button = _("Place the hold")

    def _scope(self) -> tuple[str, str]:
        named = self.request.GET.get("record", "")[:200]
        kinds = record_kinds(self.request.registry)
        found = holds.FIND[holds.RECORD](organisation_of(self.context), kinds, named)
        if found is None:
            raise HTTPNotFound
        return found

    def extra(self) -> dict[str, Any]:
        """Say which record it is."""
        return {"introduction": self._scope()[1]}

    def save(self, values: dict[str, Any]) -> Response:
        """Hold it."""
        hold = holds.place(
            organisation_of(self.context),
            [self._scope()],
            title=values["title"],
            reason=values["reason"],
            act=self.request.act,
        )
        return self.done(_("The hold ${number} is in force.", {"number": hold.number}), hold)


@view_config(context=Hold, name="release", permission=Permission.RETENTION_HOLD)
class ReleaseHold(FormView):
    """Ends a hold, with the reason; what it kept follows its series again."""

    schema = forms.ReasonSchema
    heading = _("Release the hold")
    introduction = _("What it held can be listed for elimination again when its days are over.")
    button = _("Release the hold")

    def save(self, values: dict[str, Any]) -> Response:
        """Release it."""
        holds.release(self.context, reason=values["reason"], act=self.request.act)
        return self.done(_("The hold was released."))
