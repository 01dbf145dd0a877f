"""The matrix of requirements, the documents that a changed norm affects, what is not registered."""

from __future__ import annotations

from typing import Any

from pyramid.request import Request
from pyramid.view import view_config

from qms.content.models import organisation_of
from qms.documents.plugs import list_tabs
from qms.documents.services.freezing import local_day
from qms.exports import LIST_PAGE, Column, Facet, Kind, Listing, ListSpec, Switch
from qms.kernel.i18n import _
from qms.norms import matrix
from qms.norms.listing import all_rows
from qms.norms.models import Norms
from qms.norms.services import kinds_of
from qms.norms.views.norm import ask_url
from qms.norms.words import TIES
from qms.norms.workflow import REPEALED
from qms.security.permissions import Permission

MATRIX = ListSpec(
    columns=(
        Column("norm", _("Norm"), sort="norm"),
        Column("number", _("Clause"), link=True),
        Column("text", _("What it demands"), cut=True),
        Column("processes", _("Processes"), cut=True),
        Column("documents", _("Documents")),
        Column("ties", _("Why"), screen=False),
        Column("applicability", _("Where or why"), screen=False),
        Column("norm_state", _("State of the norm"), Kind.CHIP, screen=False),
        Column("coverage", _("Coverage"), Kind.CHIP, sort="coverage"),
    ),
    facets={
        "coverage": Facet(_("Coverage")),
        "norm": Facet(_("Norm"), lambda value: value),
        "processes": Facet(_("Process"), lambda value: value),
        "norm_state": Facet(_("State of the norm")),
    },
    switches={"former": Switch(_("Also norms out of force"))},
    order="given",
    search=_("Words of norm, clause, documents and processes"),
    size=100,
)
AFFECTED = ListSpec(
    columns=(
        Column("code", _("Code"), Kind.CODE, sort="code", link=True),
        Column("title", _("Title"), wide=True),
        Column("process", _("Process"), cut=True, screen=False),
        Column("norm", _("Norm"), sort="norm"),
        Column("said", _("What the document says"), screen=False),
        Column("by", _("Changed or repealed by"), cut=True),
        Column("since", _("Since"), Kind.DATE, sort="since"),
        Column("state", _("State of the norm"), Kind.CHIP, sort="state"),
    ),
    facets={
        "state": Facet(_("State of the norm")),
        "norm": Facet(_("Norm"), lambda value: value),
        "process": Facet(_("Process"), lambda value: value),
    },
    order="code",
    search=_("Words of code, title and norm"),
)
MISSING = ListSpec(
    columns=(
        Column("norm", _("Norm"), sort="norm", link=True),
        Column("kind", _("Kind")),
        Column("documents", _("Documents that cite it")),
        Column("count", _("Number of documents"), Kind.NUMBER, sort="count"),
    ),
    facets={"kind": Facet(_("Kind"), lambda value: value)},
    search=_("Words of the norm"),
)


def _names(organisation: Any, process_ids: Any) -> list[str]:
    found = (organisation["processes"].get(one) for one in process_ids)
    return [one.name for one in found if one is not None]


@view_config(context=Norms, name="matrix", permission=Permission.VIEW, renderer=LIST_PAGE)
def requirements(folder: Norms, request: Request) -> dict[str, Any]:
    """List requirement, process, document and clause, with how far each is covered."""
    organisation = organisation_of(folder)
    today = local_day(organisation, request.act)
    translate = request.localizer.translate
    listing = Listing(request, MATRIX)
    rows = [
        row
        for row in all_rows(organisation)
        if listing.on("former") or row.state_on(today) != REPEALED
    ]
    records = []
    for line in matrix.lines(organisation, today, rows):
        ways = (f"{one.code}: {translate(TIES[one.why])}" for one in line.links)
        names = (line.norm.id, *((line.requirement.__name__,) if line.requirement else ()))
        records.append(
            {
                "address": names,
                "norm": line.norm.name,
                "number": line.number or "—",
                "text": line.text,
                "processes": _names(organisation, line.process_ids),
                "documents": [one.code for one in line.links],
                "ties": list(ways),
                "applicability": line.requirement.applicability if line.requirement else "",
                "norm_state": line.norm_state,
                "coverage": line.coverage,
            }
        )
    return listing.show(
        _("Matrix of requirements"),
        records,
        url=lambda one: request.resource_path(folder, *one["address"]),
        empty=_("Register norms and their requirements; here is which documents meet them."),
        **list_tabs(request, "norms"),
    )


@view_config(
    context=Norms,
    name="affected",
    permission=Permission.VIEW,
    renderer="qms.templates:norms/affected.pt",
)
def affected(folder: Norms, request: Request) -> dict[str, Any]:
    """List the documents in force that lean on norms which were repealed or changed."""
    organisation = organisation_of(folder)
    today = local_day(organisation, request.act)
    documents = organisation["documents"]
    records = [
        {
            "code": one.link.code,
            "title": one.link.title,
            "process": ", ".join(_names(organisation, [one.link.process_id])),
            "norm": one.norm.name,
            "norm_url": request.resource_path(folder, one.norm.id),
            "said": one.link.said,
            "by": one.by,
            "since": one.since,
            "state": one.state,
            "ask": ask_url(request, one.link.code),
        }
        for one in matrix.affected(organisation, today)
    ]
    listing = Listing(request, AFFECTED)
    shown = listing.show(
        _("Documents affected"),
        records,
        url=lambda one: request.resource_path(documents, one["code"]) + "/",
        empty=_("No document in force follows a norm that was repealed or changed."),
        **list_tabs(request, "norms"),
    )
    page = listing.found[listing.start : listing.start + listing.limit]
    return {**shown, "asks": [one["ask"] for one in page]}


@view_config(context=Norms, name="missing", permission=Permission.NORM_MANAGE, renderer=LIST_PAGE)
def missing(folder: Norms, request: Request) -> dict[str, Any]:
    """List the norms that documents in force cite and the register does not have."""
    organisation = organisation_of(folder)
    kinds = kinds_of(organisation)
    records = [
        {
            "norm": cite.text,
            "kind": kinds[cite.kind],
            "documents": [row.code for row in rows],
            "count": len(rows),
        }
        for cite, rows in matrix.unregistered(organisation)
    ]
    return Listing(request, MISSING).show(
        _("Cited and not registered"),
        records,
        url=lambda one: request.resource_path(folder, "add", query={"cite": one["norm"]}),
        empty=_("Every norm that documents in force cite is in the register."),
        **list_tabs(request, "norms"),
    )
