"""The imports of an organisation, and the form that begins one."""

from __future__ import annotations

from functools import partial
from typing import Any

from pyramid.request import Request
from pyramid.response import Response
from pyramid.view import view_config

from qms.content.models import Organisation
from qms.exports import LIST_PAGE, Action, Column, Facet, Kind, Listing, ListSpec
from qms.imports.forms import upload_schema
from qms.imports.models import COLUMNS, DONE, GIVEN_UP, PREVIEW, RUNNING, ImportRun, Imports
from qms.imports.services import runs
from qms.kernel.i18n import _
from qms.people.models import people_of
from qms.security.permissions import Permission
from qms.sheets.tables import checked_table, read_tables
from qms.web.forms import FormView, at_field
from qms.web.transactions import outside

STAGES = {
    COLUMNS: _("Being mapped"),
    PREVIEW: _("To be decided"),
    RUNNING: _("Under way"),
    DONE: _("Finished"),
    GIVEN_UP: _("Given up"),
}
LIST = ListSpec(
    columns=(
        Column("title", _("List"), link=True, sort="title"),
        Column("created_at", _("Received"), Kind.MOMENT, sort="created_at"),
        Column("person", _("By")),
        Column("stage_word", _("Stage")),
        Column("rows", _("Rows"), Kind.NUMBER),
        Column("taken", _("Taken over"), Kind.NUMBER),
    ),
    facets={"stage": Facet(_("Stage"), STAGES)},
    order="created_at",
    reverse=True,
)


@view_config(
    context=Organisation, name="imports", permission=Permission.IMPORT_RUN, renderer=LIST_PAGE
)
@view_config(context=Imports, permission=Permission.VIEW, renderer=LIST_PAGE)
def imports(context: Organisation | Imports, request: Request) -> dict[str, Any]:
    """List what was taken over, and what waits to be."""
    organisation = request.organisation
    people = people_of(organisation)
    found = list(context.values()) if isinstance(context, Imports) else []

    def record(run: ImportRun) -> dict[str, Any]:
        return {
            "name": run.__name__,
            "title": run.title,
            "created_at": run.created_at,
            "person": people.person_name(run.person_id),
            "stage": run.stage,
            "stage_word": STAGES[run.stage],
            "rows": run.counts.get("rows"),
            "taken": run.counts.get("taken"),
        }

    actions: tuple[Action, ...] = ()
    if request.has_permission(Permission.IMPORT_RUN, organisation):
        url = request.resource_path(organisation, "import-list")
        actions = (Action(_("Import a list"), url),)
    return Listing(request, LIST).show(
        _("Imports"),
        [record(run) for run in found],
        url=lambda one: request.resource_path(organisation, "imports", one["name"], ""),
        actions=actions,
        empty=_(
            "Master lists from spreadsheets are taken over here, with their files and versions."
        ),
    )


@view_config(context=Organisation, name="import-list", permission=Permission.IMPORT_RUN)
class ImportListView(FormView):
    """Upload a list and its files; nothing is written before the preview was seen."""

    heading = _("Import a list")
    button = _("Read the list")
    introduction = _(
        "Your list is read and shown to you first, with everything that is doubtful in it. "
        "Nothing is written before you say so, and nothing that is here already is ever changed."
    )

    def make_schema(self) -> Any:
        """Ask for the files."""
        return upload_schema()

    def save(self, values: dict[str, Any]) -> Response:
        """Read the list outside of the transaction, then keep it."""
        data, filename = _bytes(values["list"])
        with at_field("list"):
            source = checked_table(data, filename)
        archive = listed = None
        if values["archive"]:
            packed, name = _bytes(values["archive"])
            with at_field("archive"):
                archive, listed = runs.checked_archive(packed, name)
        media_type = source.media_type
        with at_field("list"):
            tables = outside(self.request, partial(read_tables, data, media_type))
        run = runs.receive(
            self.request.organisation,
            source,
            tables,
            archive=archive,
            files=listed,
            act=self.request.act,
        )
        path = self.request.resource_path(run, "columns")
        return self.done(_("The list was read; say what its columns hold."), where=path)


def _bytes(value: dict[str, Any]) -> tuple[bytes, str]:
    value["fp"].seek(0)
    return value["fp"].read(), value["filename"]
