"""Lists of transfer on screen."""

from __future__ import annotations

from typing import Any

from pyramid.request import Request
from pyramid.response import Response
from pyramid.view import view_config

from qms.content.models import organisation_of
from qms.documents.records import record_kinds
from qms.exports import LIST_PAGE, Action, Column, Facet, Kind, Listing, ListSpec, Table
from qms.kernel.i18n import _
from qms.people.models import people_of
from qms.people.moments import local_day
from qms.retention import forms
from qms.retention.listing import SECONDARY, TRANSFER, waiting
from qms.retention.models import Transfer, Transfers
from qms.retention.services import transfers
from qms.retention.services.lines import MOST
from qms.retention.views.common import room_of, room_tabs, series_names, told, wording
from qms.security.permissions import Permission
from qms.web.forms import FormView
from qms.web.once import OnceForm

LIST = ListSpec(
    columns=(
        Column("number", _("Number"), Kind.CODE, sort="number", link=True),
        Column("way", _("Way")),
        Column("title", _("Series"), wide=True),
        Column("records", _("Records"), Kind.NUMBER),
        Column("sent_on", _("Made on"), Kind.MOMENT, sort="sent_on"),
        Column("sent_by", _("Handed over by")),
        Column("received_on", _("Received on"), Kind.MOMENT),
        Column("received_by", _("Received by")),
        Column("place", _("Place in the archive"), cut=True),
        Column("state", _("State"), Kind.CHIP),
    ),
    facets={"state": Facet(_("State"))},
    order="sent_on",
    reverse=True,
)
LINES = (
    Column("line", _("Line"), Kind.NUMBER),
    Column("series", _("Series"), Kind.CODE),
    Column("code", _("Record"), Kind.CODE),
    Column("title", _("Title")),
    Column("closed_on", _("Record closed on"), Kind.DATE),
    Column("transfer_on", _("Transfer from"), Kind.DATE),
    Column("disposal_on", _("Disposition on"), Kind.DATE),
    Column("disposition", _("Disposition")),
)
PRIMARY_WORD = _("Primary: office to central archive")
SECONDARY_WORD = _("Secondary: central to historical archive")


def record_of(transfer: Transfer) -> dict[str, Any]:
    """Give a list of transfer as the list of them shows it."""
    people = people_of(organisation_of(transfer))
    sent, received = transfer.acts[0], transfer.acts[-1] if len(transfer.acts) > 1 else None
    return {
        "transfer": transfer,
        "number": transfer.number,
        "way": SECONDARY_WORD if transfer.secondary else PRIMARY_WORD,
        "title": transfer.title,
        "records": len(transfer.lines),
        "sent_on": sent["at"],
        "sent_by": people.person_name(sent["by"]),
        "received_on": received["at"] if received else None,
        "received_by": people.person_name(received["by"]) if received else "",
        "place": received["place"] if received else "",
        "state": transfer.state,
    }


@view_config(
    context=Transfers, request_method="GET", permission=Permission.VIEW, renderer=LIST_PAGE
)
def show_list(folder: Transfers, request: Request) -> dict[str, Any]:
    """Show the transfers to the archive, each with its state."""
    may = request.has_permission(Permission.RETENTION_MANAGE, folder)
    path = request.resource_path
    actions = [
        Action(_("Make a list of transfer"), path(folder, "add")),
        Action(_("List for the historical archive"), path(folder, "add-secondary"), primary=False),
    ]
    return Listing(request, LIST).show(
        _("Transfers between archives"),
        [record_of(one) for one in folder.values()],
        url=lambda one: path(one["transfer"]),
        actions=actions if may else [],
        empty=_("When records have spent their years in the office, they are listed here."),
        **room_tabs(request, "transfers"),
    )


@view_config(
    context=Transfer,
    request_method="GET",
    permission=Permission.VIEW,
    renderer="qms.templates:retention/transfer.pt",
)
def show(transfer: Transfer, request: Request) -> dict[str, Any]:
    """Show one list; it prints and downloads."""
    found = record_of(transfer)
    lines = [{"line": number, **line} for number, line in transfer.lines.items()]
    names = [column.name for column in LINES]
    facts = [
        (_("Handed over by"), found["sent_by"]),
        (_("Received by"), found["received_by"] or _("Nobody yet")),
        (_("Place in the archive"), found["place"]),
    ]
    may = bool(request.has_permission(Permission.RETENTION_RECEIVE, transfer))
    own = request.person is not None and transfer.acts[0]["by"] == request.person.id
    return {
        "heading": f"{transfer.number} · {request.localizer.translate(found['way'])}",
        "transfer": transfer,
        "found": found,
        "lines": lines,
        "acts": told(transfer, transfer.acts),
        "may": may and not own,
        "own": own and transfer.state == "transfer-sent",
        **wording(transfer),
        "table": Table(
            _("List of transfer ${number}", {"number": transfer.number}),
            LINES,
            lambda: ([line[name] for name in names] for line in lines),
            total=len(lines),
            facts=[(said, text) for said, text in facts if text],
            name=transfer.number,
        ),
        "json": {"number": transfer.number, "state": transfer.state, "lines": lines},
    }


class MakeList(OnceForm):
    """Makes a list of what is due today, once."""

    schema = forms.TransferSchema
    button = _("Make the list")
    secondary = False

    def bindings(self) -> dict[str, Any]:
        """Offer the series of which something is due."""
        organisation = organisation_of(self.context)
        what = SECONDARY if self.secondary else TRANSFER
        today = local_day(organisation, self.request.act.at)
        names, count = series_names(room_of(self.context)), dict[str, int]()
        for row in waiting(organisation, what, today, most=MOST * 10):
            count[row.series] = count.get(row.series, 0) + 1
        return {"series": [(one, f"{one} {names.get(one, '')} ({n})") for one, n in count.items()]}

    def save(self, values: dict[str, Any]) -> Response:
        """Make it."""
        made = transfers.send(
            organisation_of(self.context),
            record_kinds(self.request.registry),
            series=values["series"] or "",
            secondary=self.secondary,
            note=values["note"],
            act=self.request.act,
        )
        return self.done(_("The list ${number} was made.", {"number": made.number}), made)


@view_config(context=Transfers, name="add", permission=Permission.RETENTION_MANAGE)
class MakePrimary(MakeList):
    """Lists what goes from the office's archive to the central one."""

    heading = _("Make a list of transfer")
    introduction = _("What has spent its years in the office's archive goes to the central one.")


@view_config(context=Transfers, name="add-secondary", permission=Permission.RETENTION_MANAGE)
class MakeSecondary(MakeList):
    """Lists what is kept for ever and goes to the historical archive."""

    heading = _("List for the historical archive")
    introduction = _("What is kept for ever goes from the central archive to the historical one.")
    secondary = True


@view_config(context=Transfer, name="receive", permission=Permission.RETENTION_RECEIVE)
class Receive(FormView):
    """Receives the records of a list."""

    schema = forms.ReceiveSchema
    heading = _("Receive the records")
    introduction = _("You confirm that every record of the list is there.")
    button = _("Receive")

    def save(self, values: dict[str, Any]) -> Response:
        """Note it."""
        transfers.receive(
            self.context,
            record_kinds(self.request.registry),
            place=values["place"],
            note=values["note"],
            act=self.request.act,
        )
        return self.done(_("Received."))
