"""Beginning a renaming from a position, unit or process, and the list of all of them."""

from __future__ import annotations

from functools import partial
from typing import Any

from pyramid.request import Request
from pyramid.response import Response
from pyramid.view import view_config

from qms.content.models import organisation_of
from qms.documents.plugs import list_tabs
from qms.exports import LIST_PAGE, Action, Column, Facet, Kind, Listing, ListSpec
from qms.kernel.i18n import _
from qms.people.models import Position, Unit
from qms.profiles.models import Process
from qms.renaming.in_files import look_in_files
from qms.renaming.listing import Row, catalogue_of
from qms.renaming.models import POSITION, PROCESS, UNIT, RenameFolder
from qms.renaming.services import planning
from qms.renaming.words import KIND_NAMES
from qms.search.lists import Listed
from qms.security.permissions import Permission
from qms.web import fields
from qms.web.forms import FormView

LIST = ListSpec(
    columns=(
        Column("number", _("Number"), Kind.CODE, link=True),
        Column("what", _("What"), wide=True),
        Column("old", _("Former name"), sort="old", link=True),
        Column("new", _("New name"), sort="new"),
        Column("documents", _("Documents"), Kind.NUMBER),
        Column("open", _("Still open"), Kind.NUMBER),
        Column("planned_by", _("Planned by"), cut=True),
        Column("planned_on", _("Planned on"), Kind.MOMENT, sort="planned"),
        Column("last_on", _("Last change"), Kind.MOMENT, screen=False),
        Column("state", _("State"), Kind.CHIP, sort="state"),
    ),
    facets={"kind": Facet(_("What"), KIND_NAMES), "state": Facet(_("State"))},
    order="planned",
    reverse=True,
    search=_("Words of number, former and new name"),
)


class RenameSchema(fields.Schema):
    """Another name, why, and from when."""

    name = fields.text(_("New name"), longest=200)
    reason = fields.long_text(
        _("Reason"), rows=3, help=_("It becomes the reason of every version that is drafted.")
    )
    from_on = fields.day(
        _("In force from"),
        missing=None,
        description=_(
            "The day from which the new versions are in force together; empty for the day of the"
            " last signature."
        ),
    )


@view_config(context=Position, name="rename", permission=Permission.RENAMING_RUN)
@view_config(context=Unit, name="rename", permission=Permission.RENAMING_RUN)
@view_config(context=Process, name="rename", permission=Permission.RENAMING_RUN)
class RenameForm(FormView):
    """Plans a renaming; nothing is renamed before its places were shown."""

    schema = RenameSchema
    button = _("See what it concerns")
    introduction = _(
        "You see every document that depends on it or names it before anything is renamed."
    )

    @property
    def heading(self) -> Any:
        """Name what is renamed."""
        return _("Rename «${name}» everywhere", {"name": self.context.name})

    def initial(self) -> dict[str, Any]:
        """Start with the present name."""
        return {"name": self.context.name}

    def save(self, values: dict[str, Any]) -> Response:
        """Keep the plan, look as far as time allows, and show what was found."""
        kinds = {Position: POSITION, Unit: UNIT, Process: PROCESS}
        package = planning.plan(
            organisation_of(self.context),
            kinds[type(self.context)],
            self.context.id,
            new=values["name"],
            reason=values["reason"],
            from_on=values["from_on"],
            act=self.request.act,
        )
        planning.look(package, act=self.request.act)
        look_in_files(
            package, self.request.registry.qms_replica, self.request.person, act=self.request.act
        )
        return self.done(_("Nothing is renamed yet: decide what is done with each one."), package)


@view_config(context=RenameFolder, permission=Permission.VIEW, renderer=LIST_PAGE)
def show_list(folder: RenameFolder, request: Request) -> dict[str, Any]:
    """List the renamings."""
    organisation = organisation_of(folder)
    found = Listed(Listing(request, LIST), catalogue_of(organisation))
    actions = [
        Action(_("Processes"), request.resource_path(organisation["processes"]), "list"),
    ]
    if request.has_permission(Permission.PEOPLE_VIEW, organisation):
        structure = request.resource_path(organisation["people"], "structure")
        actions.insert(0, Action(_("Positions and units"), structure, "users"))
    return found.page(
        _("Renamings"),
        partial(_record, request),
        url=lambda one: request.resource_path(folder, one["number"]),
        empty=_("A position, unit or process is renamed from its own page; it is followed here."),
        actions=actions,
        **list_tabs(request),
    )


def _record(request: Request, values: tuple[Any, ...]) -> dict[str, Any]:
    row = Row(*values)
    return {**row._asdict(), "what": request.localizer.translate(KIND_NAMES[row.kind])}
