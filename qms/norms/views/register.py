"""The normogram: the list of norms, entering one, and choosing an edition of a standard."""

from __future__ import annotations

from datetime import date
from typing import Any

from pyramid.request import Request
from pyramid.response import Response
from pyramid.view import view_config

from qms.content.models import organisation_of
from qms.documents.plugs import list_tabs
from qms.documents.services.freezing import local_day
from qms.exports import LIST_PAGE, Action, Column, Facet, Kind, Listing, ListSpec
from qms.kernel.i18n import _
from qms.kernel.text import sort_key
from qms.norms import forms, services
from qms.norms.citations import STANDARD, citations
from qms.norms.listing import Row, all_rows, meant_by
from qms.norms.models import Norms
from qms.norms.tables import tables
from qms.people.models import people_of
from qms.profiles.api import processes_of
from qms.security.permissions import Permission
from qms.web.forms import FormView

LIST = ListSpec(
    columns=(
        Column("name", _("Norm"), sort="name", link=True),
        Column("title", _("Title or subject"), sort="title", wide=True),
        Column("kind_name", _("Kind"), screen=False),
        Column("number", _("Number"), screen=False),
        Column("year", _("Year"), Kind.NUMBER, screen=False),
        Column("issuer", _("Issuer"), screen=False),
        Column("issued_on", _("Issued on"), Kind.DATE, screen=False),
        Column("in_force_from", _("In force from"), Kind.DATE, screen=False),
        Column("in_force_until", _("In force until"), Kind.DATE, screen=False),
        Column("edition", _("Edition"), screen=False),
        Column("checked_on", _("Last checked on"), Kind.DATE, screen=False),
        Column("check_by", _("To check by"), Kind.DATE, sort="check_by"),
        Column("responsible", _("Who checks it"), cut=True, screen=False),
        Column("changed_by", _("Changed or repealed by"), cut=True),
        Column("processes", _("Processes affected"), cut=True, screen=False),
        Column("state", _("State"), Kind.CHIP, sort="state"),
    ),
    facets={
        "state": Facet(_("State")),
        "kind_name": Facet(_("Kind"), lambda value: value),
        "responsible": Facet(_("Who checks it"), lambda value: value),
    },
    order="name",
    search=_("Words of name, title and issuer"),
)


def may_manage(request: Request) -> bool:
    """Tell whether the person keeps the register."""
    return bool(request.has_permission(Permission.NORM_MANAGE, request.context))


def record_of(
    organisation: Any, row: Row, today: date, kinds: dict[str, str], staff: str
) -> dict[str, Any]:
    """Make what the list shows of a norm."""
    known, processes = row.known, organisation["processes"]
    named = (processes.get(one) for one in row.process_ids)
    return {
        "id": row.id,
        "name": row.name,
        "title": row.title,
        "kind": row.kind,
        "kind_name": kinds.get(row.kind, row.kind),
        "number": row.number,
        "year": row.year,
        "issuer": row.issuer,
        "issued_on": row.issued_on,
        "in_force_from": row.in_force_from,
        "in_force_until": row.in_force_until,
        "edition": known.edition,
        "checked_on": known.checked_on,
        "check_by": row.check_by,
        "responsible": row.responsible or staff,
        "changed_by": known.repealed_by or known.amended_by,
        "processes": [one.name for one in named if one is not None],
        "state": row.state_on(today),
    }


@view_config(context=Norms, permission=Permission.VIEW, renderer=LIST_PAGE)
def register(folder: Norms, request: Request) -> dict[str, Any]:
    """List the norms and other documents of external origin."""
    organisation = organisation_of(folder)
    today, kinds = local_day(organisation, request.act), services.kinds_of(organisation)
    staff = request.localizer.translate(_("Quality staff"))
    records = [record_of(organisation, row, today, kinds, staff) for row in all_rows(organisation)]
    url = request.resource_path
    actions = [
        Action(_("Matrix of requirements"), url(folder, "matrix"), "list", primary=False),
        Action(_("Documents affected"), url(folder, "affected"), "alert", primary=False),
    ]
    if may_manage(request):
        actions += [
            Action(_("Cited and not registered"), url(folder, "missing"), "search", primary=False),
            Action(_("Use a standard"), url(folder, "standard"), "import", primary=False),
            Action(_("Register a norm"), url(folder, "add")),
        ]
    return Listing(request, LIST).show(
        _("Norms and other documents of external origin"),
        records,
        url=lambda one: url(folder, one["id"]),
        empty=_("Laws, decrees, technical norms and documents of customers will stand here."),
        actions=actions,
        **list_tabs(request),
    )


def choices(organisation: Any) -> dict[str, Any]:
    """Give the kinds, positions and processes that forms offer."""
    positions = people_of(organisation)["positions"].values()
    pairs = {
        "positions": [(one.id, one.name) for one in positions],
        "processes": [(one.id, one.name) for one in processes_of(organisation)],
    }
    found = {
        name: sorted(values, key=lambda pair: sort_key(pair[1])) for name, values in pairs.items()
    }
    return {**found, "kinds": list(services.kinds_of(organisation).items())}


def iso(day: date | None) -> str:
    """Write a day as it is stored, none as nothing."""
    return day.isoformat() if day is not None else ""


DAYS = ("issued_on", "in_force_from", "in_force_until", "checked_on")


def stored(values: dict[str, Any]) -> dict[str, Any]:
    """Bring the days of a form to their stored form."""
    return {name: iso(one) if name in DAYS else one for name, one in values.items()}


@view_config(context=Norms, name="add", permission=Permission.NORM_MANAGE)
class AddNorm(FormView):
    """Enters a norm in the register."""

    schema = forms.RegisterSchema
    heading = _("Register a norm")
    button = _("Register")

    def bindings(self) -> dict[str, Any]:
        """Offer kinds, positions and processes."""
        return choices(organisation_of(self.context))

    def initial(self) -> dict[str, Any]:
        """Start with the citation from which the person comes."""
        found = citations(self.request.GET.get("cite", "")[:300])
        if not found:
            return {"months": 12}
        first = found[0]
        known = {"kind": first.kind, "number": first.number, "months": 12}
        return known | ({"year": first.year} if first.year else {})

    def save(self, values: dict[str, Any]) -> Response:
        """Keep it and show it."""
        made = services.register(
            organisation_of(self.context), **stored(values), act=self.request.act
        )
        return self.done(_("${norm} is in the register.", {"norm": made.name}), made)


@view_config(context=Norms, name="standard", permission=Permission.NORM_MANAGE)
class UseStandard(FormView):
    """Takes the clauses of an edition of a standard into the register."""

    schema = forms.StandardSchema
    heading = _("Use a standard")
    introduction = _(
        "Numbers of the clauses with short headings; the text of the norm is its publisher's."
    )
    button = _("Use this edition")

    def bindings(self) -> dict[str, Any]:
        """Offer the editions that have a table."""
        return {"tables": [(one.id, f"{one.name} · {one.title}") for one in tables()]}

    def save(self, values: dict[str, Any]) -> Response:
        """Register the edition if it is not there, and add its clauses."""
        organisation, act = organisation_of(self.context), self.request.act
        table = next(one for one in tables() if one.id == values["table"])
        known = [row for row in meant_by(organisation, table.key) if row.year == table.year]
        if known:
            norm = self.context[known[0].id]
        else:
            norm = services.register(
                organisation,
                kind=STANDARD,
                number=table.number,
                year=table.year,
                title=table.title,
                issuer=table.issuer,
                act=act,
            )
        count = services.load_clauses(norm, act=act)
        return self.done(_("Clauses were added: ${n}.", {"n": count}), norm)
