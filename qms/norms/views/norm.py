"""The page of one norm, and what can be noted of it."""

from __future__ import annotations

from functools import partial
from typing import Any

from pyramid.httpexceptions import HTTPNotFound, HTTPSeeOther
from pyramid.request import Request
from pyramid.response import Response
from pyramid.view import view_config, view_defaults

from qms.content.models import organisation_of
from qms.documents.services.freezing import local_day
from qms.documents.views.page import PageView
from qms.documents.views.uploads import taken_files
from qms.documents.wording import show_date, show_moment
from qms.exports import Column, Kind, Table
from qms.kernel.i18n import _
from qms.norms import forms, services
from qms.norms.listing import row_of
from qms.norms.matrix import Line, Norming, change_of, leaning_on, line_of, ordered
from qms.norms.models import Norm
from qms.norms.tables import table_of
from qms.norms.views.register import choices, may_manage, stored
from qms.norms.words import ACT_NAMES, TIES
from qms.people.models import people_of
from qms.profiles.api import processes_of, profile_of
from qms.security.permissions import Permission
from qms.web.forms import FormView
from qms.web.navigation import place_of
from qms.web.responses import file_response

MOST_SHOWN = 200
"""So many documents stand on the page of a norm."""


def ask_url(request: Request, code: str) -> str | None:
    """Give where a change of a document is asked for, if the house has such a place."""
    place = place_of(request.organisation, "requests/ask-modify")
    if place is None or not place[1]:
        return None
    return str(request.resource_path(place[0], place[1], query={"document": code}))


@view_defaults(context=Norm)
class NormView(PageView):
    """One norm: what is known of it, its requirements, the documents that lean on it."""

    context: Norm

    def __init__(self, context: Norm, request: Request) -> None:
        """Look at the norm for one request."""
        super().__init__(context, request)
        self.today = local_day(self.organisation, request.act)

    @view_config(permission=Permission.VIEW, renderer="qms.templates:norms/norm.pt")
    def show(self) -> dict[str, Any]:
        """Show it."""
        norm, organisation = self.context, self.organisation
        people, profile = people_of(organisation), profile_of(organisation)
        row = row_of(norm)
        norming = Norming.of(organisation, row)
        lines = [(one, line_of(norming, one, self.today)) for one in ordered(norm)]
        links = leaning_on(norming)
        processes = organisation["processes"]
        table = table_of(norm.key)
        return {
            "heading": norm.name,
            "norm": norm,
            "row": row,
            "state": norm.state_on(self.today),
            "kind": services.kinds_of(organisation).get(norm.kind, norm.kind),
            "known": norm.facts,
            "change": change_of(row, self.today),
            "lines": lines,
            "links": [(one, ask_url(self.request, one.code)) for one in links[:MOST_SHOWN]],
            "count": len(links),
            "ties": TIES,
            "processes": {one.id: one.name for one in processes.values()},
            "positions": [people.position_name(one) for one in norm.position_ids],
            "acts": [{**one, "what": ACT_NAMES[one["kind"]]} for one in reversed(norm.acts)],
            "editions": list(reversed(norm.editions)),
            "documents": organisation["documents"],
            "may": may_manage(self.request),
            "may_verify": bool(self.request.has_permission(Permission.NORM_CHECK, norm)),
            "loadable": table is not None and any(one not in norm for one in table.clauses),
            "is_open": not norm.facts.repealed_on,
            "is_changed": bool(norm.facts.repealed_on or norm.facts.amended_on),
            "person_name": people.person_name,
            "date": partial(show_date, profile),
            "moment": partial(show_moment, profile),
            "json": lambda: self._json(row, lines, links),
        }

    def _json(self, row: Any, lines: Any, links: Any) -> dict[str, Any]:
        return {
            "name": row.name,
            "title": row.title,
            "kind": row.kind,
            "number": row.number,
            "year": row.year,
            "state": self.context.state_on(self.today),
            "check_by": row.check_by or None,
            "requirements": [
                {
                    "number": one.number,
                    "text": one.title,
                    "coverage": line.coverage,
                    "documents": [link.code for link in line.links],
                }
                for one, line in lines
                if not one.heading
            ],
            "documents": [one.code for one in links],
        }

    @view_config(name="load-clauses", request_method="POST", permission=Permission.NORM_MANAGE)
    def load_clauses(self) -> HTTPSeeOther:
        """Add the clauses of its table."""
        count = services.load_clauses(self.context, act=self.request.act)
        return self.back(_("Clauses were added: ${n}.", {"n": count}))

    @view_config(name="copy", request_method="GET", permission=Permission.VIEW)
    def copy(self) -> Response:
        """Give the copy held of an edition, named by its uid behind the view's name."""
        uid = self.request.tail
        edition = next((one for one in self.context.editions if one.uid == uid), None)
        if edition is None or edition.file is None:
            raise HTTPNotFound
        return file_response(self.request, edition.file, inline=True)


@view_config(
    context=Norm,
    name="processes",
    permission=Permission.VIEW,
    renderer="qms.templates:norms/processes.pt",
)
def by_process(norm: Norm, request: Request) -> dict[str, Any]:
    """Cross the requirements of a norm with the processes: which documents meet which where."""
    organisation = organisation_of(norm)
    today = local_day(organisation, request.act)
    norming = Norming.of(organisation, row_of(norm))
    lines = [line_of(norming, one, today) for one in ordered(norm) if not one.heading]
    named = {one for line in lines for one in line.process_ids}
    processes = [one for one in processes_of(organisation) if one.id in named]
    rows = [(line, [_codes_in(line, one.id) for one in processes]) for line in lines]
    columns = (
        Column("number", _("Clause")),
        Column("text", _("What it demands")),
        *(Column(one.id, one.name) for one in processes),
        Column("coverage", _("Coverage"), Kind.CHIP),
    )
    heading = _("${norm}: clauses by process", {"norm": norm.name})
    return {
        "heading": heading,
        "norm": norm,
        "processes": processes,
        "rows": rows,
        "documents": organisation["documents"],
        "wide": True,
        "table": lambda: Table(
            heading,
            columns,
            lambda: (
                (line.number, line.text, *(codes or "" for codes in cells), line.coverage)
                for line, cells in rows
            ),
            total=len(rows),
        ),
        "json": lambda: [
            {
                "number": line.number,
                "coverage": line.coverage,
                "processes": dict(zip((one.id for one in processes), cells, strict=True)),
            }
            for line, cells in rows
        ],
    }


def _codes_in(line: Line, process_id: str) -> list[str]:
    """Give the codes of a line's documents in a process; a dot where it was only noted."""
    codes = [one.code for one in line.links if one.process_id == process_id]
    return codes or (["•"] if process_id in line.process_ids else [])


class NormForm(FormView):
    """A form about one norm."""

    context: Norm

    def bindings(self) -> dict[str, Any]:
        """Offer kinds, positions and processes."""
        return choices(organisation_of(self.context))


@view_config(context=Norm, name="edit", permission=Permission.NORM_MANAGE)
class EditNorm(NormForm):
    """Changes what the register says of a norm."""

    schema = forms.DetailsSchema
    heading = _("Change what the register says")

    def initial(self) -> dict[str, Any]:
        """Start with what it says."""
        norm = self.context
        return {
            "title": norm.title,
            "issuer": norm.issuer,
            **{
                name: services.day_of(getattr(norm, name))
                for name in ("issued_on", "in_force_from", "in_force_until")
            },
            "link": norm.link,
            "months": norm.months,
            "responsible_id": norm.responsible_id,
            "process_ids": set(norm.process_ids),
            "position_ids": set(norm.position_ids),
            "notes": norm.notes,
        }

    def save(self, values: dict[str, Any]) -> Response:
        """Keep what changed."""
        services.change(self.context, stored(values), act=self.request.act)
        return self.done(_("Saved."))


@view_config(context=Norm, name="verify", permission=Permission.NORM_CHECK)
class VerifyNorm(NormForm):
    """Notes a check, by the quality staff or whoever is responsible."""

    schema = forms.VerifySchema
    heading = _("Checked without changes")
    introduction = _("If it was changed or repealed, note that on its page instead.")
    button = _("Checked: nothing changed")

    def save(self, values: dict[str, Any]) -> Response:
        """Keep it."""
        services.verify(self.context, note=values["note"], act=self.request.act)
        return self.done(_("The check was noted; the next one is in ${n} months.", self._months()))

    def _months(self) -> dict[str, Any]:
        return {"n": self.context.months or "—"}


@view_config(context=Norm, name="changed", permission=Permission.NORM_MANAGE)
class ChangedNorm(NormForm):
    """Notes that another norm changed or repealed this one."""

    schema = forms.ChangedSchema
    heading = _("It was changed or repealed")
    introduction = _(
        "Who leads a process that follows it gets a mail; each document that cites it says so."
    )
    button = _("Note it")

    def save(self, values: dict[str, Any]) -> Response:
        """Keep it."""
        note = services.repeal if values["what"] == "repealed" else services.amend
        note(
            self.context,
            by=values["by"],
            on=values["on"].isoformat(),
            note=values["note"],
            act=self.request.act,
        )
        return self.done(_("It was noted; the documents that cite it say so now."))


@view_config(context=Norm, name="restore", permission=Permission.NORM_MANAGE)
class RestoreNorm(NormForm):
    """Takes back what was noted by mistake."""

    schema = forms.RestoreSchema
    heading = _("Noted by mistake")
    button = _("Take it back")

    def save(self, values: dict[str, Any]) -> Response:
        """Keep it."""
        services.restore(self.context, note=values["note"], act=self.request.act)
        return self.done(_("Saved."))


@view_config(context=Norm, name="add-edition", permission=Permission.NORM_MANAGE)
class AddEdition(NormForm):
    """Keeps an edition, with its file where a copy is held."""

    schema = forms.EditionSchema
    heading = _("New edition held")

    def save(self, values: dict[str, Any]) -> Response:
        """Look at the file before it is taken, and keep the edition."""
        file = next(iter(taken_files(values, ["file"])), None)
        services.add_edition(
            self.context,
            label=values["label"],
            on=values["on"].isoformat(),
            link=values["link"],
            file=file,
            note=values["note"],
            act=self.request.act,
        )
        return self.done(_("The edition was added."))


@view_config(context=Norm, name="add-requirement", permission=Permission.NORM_MANAGE)
class AddRequirement(NormForm):
    """Adds an article, clause or other demand."""

    schema = forms.NewRequirementSchema
    heading = _("Add a requirement")

    def save(self, values: dict[str, Any]) -> Response:
        """Keep it and show it."""
        made = services.add_requirement(
            self.context, number=values["number"], text=values["text"], act=self.request.act
        )
        return self.done(_("Saved."), made)
