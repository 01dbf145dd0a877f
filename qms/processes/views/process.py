"""The page of one process: leader, characterisation, interfaces, documents."""

from __future__ import annotations

from typing import Any

from pyramid.request import Request
from pyramid.view import view_config, view_defaults

from qms.content.models import organisation_of
from qms.documents.interfaces import interfaces_of
from qms.documents.listing import Row, as_json
from qms.documents.wording import show_date
from qms.exports import LIST_PAGE, Column, Facet, Kind, Listing, ListSpec
from qms.kernel.i18n import _
from qms.links.shown import panel
from qms.people.models import people_of
from qms.processes.overview import KIND_TITLES, leader_name, leaders
from qms.processes.portrait import MOST, by_type, portrait_of, rows_of
from qms.processes.words import Teller, plain_interfaces
from qms.profiles.api import profile_of
from qms.profiles.models import Process
from qms.profiles.processes import former_acronyms
from qms.security.permissions import Permission
from qms.web.i18n import translate

ANNEX = ListSpec(
    columns=(
        Column("code", _("Code"), Kind.CODE, sort="code", link=True),
        Column("title", _("Title"), sort="title", link=True),
        Column("type_name", _("Type"), sort="type_name", cut=True),
        Column("version", _("Version")),
        Column("state", _("State"), Kind.CHIP),
        Column("in_force_from", _("In force from"), Kind.DATE, sort="in_force_from"),
        Column("review_by", _("Next review"), Kind.DATE, sort="review_by"),
        Column("responsible", _("Responsible"), cut=True),
    ),
    facets={"type_name": Facet(_("Type"), names=str), "state": Facet(_("State"))},
    search=_("Words of code and title"),
    order="code",
)


@view_defaults(context=Process, permission=Permission.VIEW)
class ProcessView:
    """The page of a process: documents, interfaces, and what other rooms say of it."""

    def __init__(self, process: Process, request: Request) -> None:
        """Look at ``process`` for one request."""
        self.process, self.request = process, request
        self.organisation = organisation_of(process)
        self.profile = profile_of(self.organisation)
        self.sees_all = bool(
            request.has_permission(Permission.DOCUMENT_SEE_HISTORY, self.organisation)
        )

    @view_config(renderer="qms.templates:processes/process.pt")
    def show(self) -> dict[str, Any]:
        """Show everything that is known of the process."""
        request, process = self.request, self.process
        rows = rows_of(self.organisation, process, person=request.person)
        portrait = portrait_of(self.organisation, process, url=request.resource_url)
        found = interfaces_of(self.organisation)
        teller = Teller(request, self.organisation, found)
        interfaces = teller.interfaces(process.id)
        findings = teller.findings(process.id)
        return {
            "heading": process.name,
            "process": process,
            "kind_title": KIND_TITLES.get(process.kind, process.kind),
            "leader": self._leader(),
            "former": former_acronyms(self.organisation, process.id),
            "portrait": portrait,
            "interfaces": interfaces,
            "described": process.id in found.described,
            "findings": findings,
            "links": panel(request, "process", process.id),
            "agreed": translate(request, _("Both sides say so")),
            "groups": by_type(self.profile, rows),
            "documents_url": self._document_url,
            "total": len(rows),
            "most": MOST,
            "in_force": sum(row.state == "in-force" for row in rows),
            "under_way": sum(row.pending is not None for row in rows) if self.sees_all else None,
            "date": self._date,
            "states": self._states,
            "outline": self._outline(portrait, interfaces, findings),
            "may_configure": request.has_permission(Permission.ORGANISATION_CONFIGURE, process),
            "may_add": "documents" in self.organisation
            and request.has_permission(Permission.DOCUMENT_ADD, self.organisation["documents"]),
            "json": lambda: self._json(rows, interfaces, findings),
        }

    def _leader(self) -> dict[str, Any]:
        people = people_of(self.organisation)
        position = people.position(self.process.leader) if self.process.leader else None
        sees = position is not None and self.request.has_permission(
            Permission.PEOPLE_VIEW, self.organisation
        )
        return {
            "position": leader_name(self.organisation, self.process),
            "persons": leaders(self.organisation, self.process),
            "url": self.request.resource_path(people, "structure") if sees else None,
        }

    def _document_url(self, row: Row) -> str:
        return self.request.resource_path(self.organisation, "documents", row.code) + "/"

    def _date(self, value: str | None) -> str:
        return show_date(self.profile, value)

    def _states(self, row: Row) -> list[str]:
        if self.sees_all and row.pending and row.pending != row.state:
            return [row.state, row.pending]
        return [row.state]

    def _outline(self, portrait: Any, interfaces: Any, findings: Any) -> list[tuple[str, Any]]:
        """List the parts of the page that have something in them."""
        wanted = [
            ("characterisation", _("Characterisation"), any(map(portrait.of, _DESCRIBING))),
            ("flow", _("Flow"), portrait.of("sipoc")),
            ("interfaces", _("Interfaces"), interfaces["in"] or interfaces["out"] or findings),
            ("indicators", _("Indicators"), portrait.of("indicators")),
            ("risks", _("Risks"), portrait.of("risks")),
            ("requirements", _("Requirements"), portrait.of("requirements")),
            ("documents", _("Documents"), True),
        ]
        return [(name, title) for name, title, filled in wanted if filled]

    def _json(self, rows: list[Row], interfaces: Any, findings: Any) -> dict[str, Any]:
        process = self.process
        return {
            "id": process.id,
            "name": process.name,
            "acronym": process.acronym,
            "kind": process.kind,
            "macroprocess": process.macroprocess,
            "active": process.active,
            "leader": self._leader()["position"] or None,
            "leaders": self._leader()["persons"],
            "documents": [as_json(row) for row in rows],
            "interfaces": plain_interfaces(interfaces),
            "findings": [
                {key: value for key, value in one.items() if key != "chip"} for one in findings
            ],
        }

    @view_config(name="documents", renderer=LIST_PAGE)
    def documents(self) -> dict[str, Any]:
        """List the documents of the process: the annex that no one writes by hand."""
        rows = rows_of(self.organisation, self.process, person=self.request.person)
        heading = _("Documents of the process ${process}", {"process": self.process.name})
        return Listing(self.request, ANNEX).show(
            heading,
            rows,
            url=self._document_url,
            empty=_("This process has no documents yet."),
        )


_DESCRIBING = ("objective", "scope", "resources")
