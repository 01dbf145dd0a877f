"""The register of risks, and the board: what is open, by state and process."""

from __future__ import annotations

from functools import partial
from typing import Any

from pyramid.request import Request
from pyramid.view import view_config

from qms.content.models import Organisation
from qms.exports import LIST_PAGE, Column, Facet, Kind, Listing, ListSpec
from qms.improvement.choices import choices_of
from qms.improvement.listing import (
    ACTIONS,
    FINDINGS,
    ActionRow,
    catalogue_of,
    finding_audiences,
    rows,
)
from qms.improvement.risks import RiskRow, risks_of
from qms.improvement.views.tabs import tabs
from qms.improvement.words import SOURCE_NAMES
from qms.improvement.workflow import actions as action_flow
from qms.improvement.workflow import findings as flow
from qms.kernel.i18n import _
from qms.people.moments import local_day
from qms.profiles.api import processes_of
from qms.search.lists import Listed
from qms.security.permissions import Permission

RISKS = ListSpec(
    columns=(
        Column("risk", _("Risk"), sort="risk"),
        Column("control", _("Control")),
        Column("level", _("Level"), sort="level"),
        Column("process_name", _("Process"), sort="process", cut=True),
        Column("code", _("Document"), Kind.CODE, sort="code", link=True),
        Column("version", _("Version"), screen=False),
        Column("title", _("Title"), screen=False),
    ),
    facets={
        "process": Facet(_("Process"), lambda value: value),
        "level": Facet(_("Level"), lambda value: value),
    },
    order="process",
    search=_("Words of risk and control"),
)
OPEN_STATES = (flow.REPORTED, flow.ANALYSIS, flow.ACTING, flow.WAITING, flow.EFFECTIVE)


@view_config(
    context=Organisation,
    name="risks",
    request_method="GET",
    permission=Permission.VIEW,
    renderer=LIST_PAGE,
)
def show_risks(organisation: Organisation, request: Request) -> dict[str, Any]:
    """List the risks that documents in force declare."""
    listing = Listing(request, RISKS)
    processes = {one.id: one.name for one in processes_of(organisation, active_only=False)}
    listing.names["process"] = processes

    def line(values: Any) -> dict[str, Any]:
        row = RiskRow(*values)
        return {**row._asdict(), "process_name": processes.get(row.process, row.process)}

    documents = organisation["documents"]
    return Listed(listing, risks_of(organisation)).page(
        _("Risks"),
        line,
        url=lambda one: f"{request.resource_path(documents, one['code'])}/",
        empty=_("Documents declare their risks in a section of their own; none in force does yet."),
        **tabs(request, "risks"),
    )


@view_config(
    context=Organisation,
    name="improvement-board",
    request_method="GET",
    permission=Permission.VIEW,
    renderer="qms.templates:improvement/board.pt",
)
def show_board(organisation: Organisation, request: Request) -> dict[str, Any]:
    """Count what is open by process and state, all from the catalogues."""
    catalogue = catalogue_of(organisation, FINDINGS)
    audiences = finding_audiences(request.person)
    seen = {} if audiences is None else {"audience": audiences}
    processes = [(one.id, one.name) for one in processes_of(organisation)]
    table: list[dict[str, Any]] = []
    for identifier, name in processes:
        counts = catalogue.counts("state", {**seen, "process": [identifier]})
        cells = [counts.get(state, 0) for state in OPEN_STATES]
        table.append({"id": identifier, "name": name, "cells": cells, "total": sum(cells)})
    totals = catalogue.counts("state", seen)
    today = local_day(organisation, request.act.at).isoformat()
    pending: list[ActionRow] = rows(
        organisation, ACTIONS, {"state": [action_flow.OPEN]}, order="due"
    )
    late = [one for one in pending if one.due < today]
    opened = {**seen, "state": OPEN_STATES}
    choices, translate = choices_of(organisation), request.localizer.translate
    kinds = catalogue.counts("kind", opened)
    sources = catalogue.counts("source", opened)
    return {
        "heading": _("Board"),
        "states": OPEN_STATES,
        "lines": table,
        "totals": [totals.get(state, 0) for state in OPEN_STATES],
        "closed": totals.get(flow.CLOSED, 0),
        "actions": catalogue_of(organisation, ACTIONS).counts("state", {}),
        "action_states": action_flow.STATES,
        "late": late[:20],
        "late_count": len(late),
        "kinds": [(choices.name("kinds", one), count) for one, count in sorted(kinds.items())],
        "sources": [
            (translate(SOURCE_NAMES[one]), count) for one, count in sorted(sources.items())
        ],
        "findings_url": partial(_list_url, request, "findings"),
        "actions_url": partial(_list_url, request, "actions"),
        "organisation": organisation,
        **tabs(request, "improvement-board"),
        "json": lambda: {
            "findings": dict(totals),
            "processes": {
                one["id"]: dict(zip(OPEN_STATES, one["cells"], strict=True)) for one in table
            },
            "actions": dict(catalogue_of(organisation, ACTIONS).counts("state", {})),
            "overdue": [one.number for one in late],
        },
    }


def _list_url(request: Request, room: str, **query: str) -> str:
    given = {key.replace("_", "-"): value for key, value in query.items()}
    return str(request.resource_path(request.organisation[room], query=given))
