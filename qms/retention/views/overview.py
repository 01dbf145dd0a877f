"""The first page of retention, the records by phase, and the master list of records."""

from __future__ import annotations

from typing import Any

from pyramid.request import Request
from pyramid.view import view_config

from qms.content.models import Organisation, organisation_of
from qms.documents.plugs import list_tabs
from qms.documents.records import record_kinds
from qms.exports import LIST_PAGE, Column, Facet, Kind, Listing, ListSpec
from qms.kernel.i18n import _
from qms.people.moments import local_day
from qms.profiles.api import profile_of
from qms.retention import clock
from qms.retention.listing import (
    DISPOSAL,
    NO_SERIES,
    SECONDARY,
    TRANSFER,
    Row,
    catalogue_of,
    waiting,
)
from qms.retention.models import Retention
from qms.retention.services import holds
from qms.retention.services.lines import MOST
from qms.retention.views.common import room_tabs, series_names, wording
from qms.retention.views.table import master_record, staff_words
from qms.search.lists import Listed
from qms.security.permissions import Permission
from qms.web.navigation import url_of

RECORDS = ListSpec(
    columns=(
        Column("code", _("Record"), Kind.CODE, sort="code", link=True),
        Column("title", _("Title"), wide=True),
        Column("phase", _("Phase"), Kind.CHIP),
        Column("series", _("Series"), Kind.CODE),
        Column("series_name", _("Name of the series"), screen=False),
        Column("closed_on", _("Record closed on"), Kind.DATE, sort="closed"),
        Column("transfer_on", _("Transfer from"), Kind.DATE, sort="transfer"),
        Column("disposal_on", _("Disposition on"), Kind.DATE, sort="disposal"),
        Column("disposition", _("Disposition")),
        Column("lists", _("Lists"), screen=False),
    ),
    facets={"phase": Facet(_("Phase")), "series": Facet(_("Series")), "kind": Facet(_("Records"))},
    order="disposal",
    search=_("Words of code and title"),
)
MASTER = ListSpec(
    columns=(
        Column("code", _("Series"), Kind.CODE, sort="code", link=True),
        Column("name", _("Records"), sort="name", link=True),
        Column("belongs", _("What belongs to it"), cut=True),
        Column("medium", _("Medium"), screen=False),
        Column("storage", _("Storage")),
        Column("protection", _("Protection")),
        Column("retrieval", _("Retrieval")),
        Column("retention", _("Retention")),
        Column("disposition_text", _("Disposition")),
    ),
    order="code",
    search=_("Words of code and name"),
)


@view_config(
    context=Retention,
    request_method="GET",
    permission=Permission.VIEW,
    renderer="qms.templates:retention/overview.pt",
)
def overview(room: Retention, request: Request) -> dict[str, Any]:
    """Show what waits, and how many records of each series are where."""
    organisation = organisation_of(room)
    today = local_day(organisation, request.act.at)
    due = {
        what: len(waiting(organisation, what, today, most=MOST))
        for what in (TRANSFER, SECONDARY, DISPOSAL)
    }
    catalogue = catalogue_of(organisation)
    phases = {phase: catalogue.counts("series", {"phase": (phase,)}) for phase in clock.PHASES}
    names = series_names(room)
    rows = [
        {
            "code": code,
            "name": names.get(code, ""),
            "counts": {phase: found[code] for phase, found in phases.items() if found.get(code)},
        }
        for code in sorted({one for found in phases.values() for one in found})
    ]
    lists = [room["transfers"].get(one) or room["disposals"].get(one) for one in room.pending]
    return {
        "heading": _("Retention of records"),
        "room": room,
        "due": due,
        "most": MOST,
        "rows": rows,
        "no_series": NO_SERIES,
        "phases": clock.PHASES,
        "held": len(set(holds.active(room).values())),
        "lists": [one for one in lists if request.has_permission(Permission.VIEW, one)],
        "counted_on": room.counted_on,
        "may": bool(request.has_permission(Permission.RETENTION_MANAGE, room)),
        "json": {
            "due": due,
            "series": rows,
            "counted_on": room.counted_on or None,
        },
        **wording(room),
        **room_tabs(request, ""),
    }


@view_config(
    context=Retention,
    name="records",
    request_method="GET",
    permission=Permission.VIEW,
    renderer=LIST_PAGE,
)
def records(room: Retention, request: Request) -> dict[str, Any]:
    """List the closed records by phase; a record's days are exact, its phase that of last night."""
    organisation = organisation_of(room)
    listing = Listing(request, RECORDS)
    names = series_names(room)
    listing.names = {
        "series": {**names, NO_SERIES: _("Without a series")},
        "kind": {one.name: one.title for one in record_kinds(request.registry).values()},
    }
    return Listed(listing, catalogue_of(organisation)).page(
        _("Records by phase"),
        lambda values: _record(Row(*values), names),
        url=lambda one: url_of(request, organisation, one["path"]),
        empty=_("Closed records will stand here from the next night on."),
        **room_tabs(request, "records"),
    )


def _record(row: Row, names: dict[str, str]) -> dict[str, Any]:
    lists = (row.transferred, row.archived, row.batch, row.kept, row.disposed)
    return {
        **row._asdict(),
        "series_name": f"{row.series} {names.get(row.series, '')}".strip(),
        "closed_on": row.closed_on or None,
        "transfer_on": row.transfer_on or None,
        "disposal_on": row.disposal_on or None,
        "lists": ", ".join(dict.fromkeys(filter(None, lists))),
    }


@view_config(
    context=Organisation,
    name="record-series",
    request_method="GET",
    permission=Permission.VIEW,
    renderer=LIST_PAGE,
)
def master_list(organisation: Organisation, request: Request) -> dict[str, Any]:
    """List the series of records: where they are kept, how protected, how long (ISO 9001 7.5.3)."""
    room = organisation.get("retention")
    day = local_day(organisation, request.act.at).isoformat()
    translate = request.localizer.translate
    words = staff_words(profile_of(organisation), organisation)
    found = [
        master_record(one, day, words, translate)
        for one in (room["series"].values() if room is not None else ())
        if one.active
    ]
    return Listing(request, MASTER).show(
        _("Master list of records"),
        found,
        url=lambda one: request.resource_path(one["series"]),
        empty=_("The series of the table of retention will stand here."),
        **list_tabs(request, here="record-series"),
    )
