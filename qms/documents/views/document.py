"""The page of a document: its content in force, and everything that is known about it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from operator import itemgetter
from typing import Any

from pyramid.httpexceptions import HTTPNotFound
from pyramid.request import Request
from pyramid.view import view_config, view_defaults

from qms.content.models import organisation_of
from qms.documents import plugs, workflow
from qms.documents.assignment import hands_for
from qms.documents.models import Document, Version, Versions
from qms.documents.relations import relations_of
from qms.documents.scope import LiveScope
from qms.documents.sections import kind_of
from qms.documents.services import drafting
from qms.documents.services.freezing import assignee_text, local_day, process_data
from qms.documents.services.reading import reading_of
from qms.documents.views.kept_sections import sections_shown
from qms.documents.views.version_parts import VersionParts
from qms.documents.wording import SYSTEM, show_date, show_moment
from qms.kernel.i18n import _
from qms.people.models import people_of
from qms.profiles.api import profile_of
from qms.security.permissions import Permission
from qms.web.i18n import translate
from qms.web.redirects import see_other
from qms.web.unchanged import CASES, unchanged


def shown_sections(version: Version, scope: LiveScope) -> list[dict[str, Any]]:
    """Give the sections of a version as the page shows them."""
    profile = profile_of(organisation_of(version))
    type_ = profile.document_type(version.document.type_id)
    sections = []
    for spec in type_.sections:
        data = version.data_of(spec.id)
        kind = kind_of(spec.kind)
        if data is None or not kind.has_content(data, scope):
            continue
        sections.append(
            {
                "id": spec.id,
                "kind": kind,
                "number": spec.number or "",
                "title": spec.title,
                "data": data,
            }
        )
    return sections


class VersionPage:
    """What every page about a version has in common: head, tabs, rights."""

    def __init__(self, version: Version, request: Request) -> None:
        """Look at ``version`` for one request."""
        self.version, self.request = version, request
        self.document = version.document
        self.organisation = organisation_of(version)
        self.profile = profile_of(self.organisation)
        self.people = people_of(self.organisation)
        self.sees_all = bool(request.has_permission(Permission.DOCUMENT_SEE_HISTORY, self.document))
        self.scope = LiveScope(version, request.resource_url, see_all=self.sees_all)

    def page(self, tab: str, **values: Any) -> dict[str, Any]:
        """Give what the templates of all tabs need, and ``values``."""
        version, document = self.version, self.document
        found = {
            "heading": version.title,
            "version": version,
            "document": document,
            "organisation": self.organisation,
            "profile": self.profile,
            "type": self.profile.document_type(document.type_id),
            "process": process_data(self.organisation, document.process_id),
            "owner_process": process_data(self.organisation, document.owner_process_id),
            "in_force": document.in_force,
            "is_in_force": document.in_force_order == version.order,
            "pending": self._pending(),
            "tabs": self._tabs(tab),
            "notices": plugs.notices(self),
            "further": self._further(),
            "tabs_label": _("Parts of the document"),
            "date": partial(show_date, self.profile),
            "moment": partial(show_moment, self.profile),
            "person_name": self._person_name,
            "may": self._may(),
            "scope": self.scope,
            **values,
        }
        return {**found, "version_page": VersionParts(self, found)}

    def _further(self) -> tuple[tuple[str, str], ...]:
        """Ask the rooms once for each state what else this person may do here."""
        what = ("further", self.version.uid)
        return unchanged(self.request, what, lambda: tuple(plugs.actions(self)), apart=CASES)

    def _person_name(self, person_id: str | None) -> str:
        if not person_id or person_id == "system":
            return translate(self.request, SYSTEM)
        return self.people.person_name(person_id)

    def _pending(self) -> Version | None:
        pending = self.document.pending
        if pending is None or not self.request.has_permission(Permission.VIEW, pending):
            return None
        return pending

    def _may(self) -> dict[str, bool]:
        """Ask once for each state which of the usual steps this person may take."""
        return unchanged(self.request, ("may", self.version.uid), self._permitted, apart=CASES)

    def _permitted(self) -> dict[str, bool]:
        allowed = self.request.has_permission
        return {
            "revise": self.document.pending is None
            and bool(allowed(Permission.DOCUMENT_REVISE, self.document)),
            "edit": bool(allowed(Permission.DOCUMENT_EDIT, self.version)),
            "submit": bool(allowed(Permission.DOCUMENT_SUBMIT, self.version)),
            "sign": bool(allowed(Permission.DOCUMENT_SIGN, self.version)) and self._has_a_hand(),
            "release": bool(allowed(Permission.DOCUMENT_RELEASE, self.version)),
            "abort": bool(allowed(Permission.DOCUMENT_ABORT, self.version)),
            "reassign": bool(allowed(Permission.DOCUMENT_REASSIGN, self.version)),
            "history": self.sees_all,
        }

    def _has_a_hand(self) -> bool:
        """Tell whether a signature of this version waits for the person now."""
        day = local_day(self.organisation, self.request.act)
        return bool(hands_for(self.version, self.request.person.id, day))

    def _tabs(self, here: str) -> list[tuple[Any, str, bool]]:
        place = self.document if self.document.in_force is self.version else self.version
        document = self.request.resource_path(self.document)
        base = document if place is self.document else self.request.resource_path(place)
        tabs = [
            (10, _("Content"), base, here == ""),
            (20, _("Versions"), f"{document}versions/", here == "versions"),
            (30, _("Approval"), f"{base}approval", here == "approval"),
            (40, _("Distribution"), f"{base}distribution", here == "distribution"),
            (50, _("Related"), f"{base}related", here == "related"),
        ]
        if self.sees_all:
            tabs.append((60, _("History"), f"{base}history", here == "history"))
        tabs += [
            (order, title, f"{document}{name}", here == name)
            for order, title, name in unchanged(
                self.request, ("tabs", self.version.uid), self._announced_tabs, apart=CASES
            )
        ]
        return [tab[1:] for tab in sorted(tabs, key=itemgetter(0))]

    def _announced_tabs(self) -> list[tuple[int, str, str]]:
        announced = plugs.tabs(self.request)
        return [(one.order, one.title, one.name) for one in announced if one.shown(self)]


def shown_version(document: Document, request: Request) -> Version:
    """Give the version that the document's own address shows: in force, or what may be seen."""
    for version in (document.in_force, document.pending, document.latest):
        if version is not None and request.has_permission(Permission.VIEW, version):
            return version
    raise HTTPNotFound


@view_defaults(permission=Permission.VIEW)
class ContentView:
    """Content and tabs, of a document (its version in force) or of one version."""

    def __init__(self, context: Document | Version, request: Request) -> None:
        """Find the version that the address means."""
        version = context if isinstance(context, Version) else shown_version(context, request)
        self.context, self.request = context, request
        self.base = VersionPage(version, request)
        self.version = version

    @view_config(context=Document, renderer="qms.templates:documents/content.pt")
    @view_config(context=Version, renderer="qms.templates:documents/content.pt")
    def show(self) -> dict[str, Any]:
        """Show the content with its outline."""
        sections = shown_sections(self.version, self.base.scope)
        return self.base.page(
            "",
            sections=sections,
            shown=partial(sections_shown, self.version, sections, self.base.scope),
            main_file=self.version.files.get(self.version.main_file or ""),
            reading=reading_of(self.version, self.request.person, self.request.act),
            missing=not sections and self.version.migrated,
            json=lambda: version_json(self.version, sections),
        )

    @view_config(context=Document, name="approval", renderer="qms.templates:documents/approval.pt")
    @view_config(context=Version, name="approval", renderer="qms.templates:documents/approval.pt")
    def approval(self) -> dict[str, Any]:
        """Show the chain of signatures with names, moments and hashes."""
        acts = [act for act in self.version.acts if act["kind"] in {"signed", "returned"}]
        return self.base.page(
            "approval",
            slots=self.version.standing.slots,
            open_slots=self.version.standing.open_slots,
            acts={act["slot"]: act for act in acts if act["kind"] == "signed"},
            returned=[act for act in acts if act["kind"] == "returned"],
            printed=list(self.version.approvals),
            awaited={
                slot.name: assignee_text(self.version, slot.assignees)
                for slot in self.version.standing.slots
            },
            has_authority=bool(self.request.registry.qms.timestamp_url),
            check_url=self.request.registry.qms.check_url(self.version.token),
            persons=[(one.id, one.name) for one in self.base.people.persons()],
        )

    @view_config(context=Document, name="related", renderer="qms.templates:documents/related.pt")
    @view_config(context=Version, name="related", renderer="qms.templates:documents/related.pt")
    def related(self) -> dict[str, Any]:
        """Show what the version refers to, what refers to the document, and what dangles."""
        relations = relations_of(self.version, see_all=self.base.sees_all)
        links = plugs.related_panel(self.request, self.version.document)
        return self.base.page("related", relations=relations, links=links)

    @view_config(
        context=Document,
        name="history",
        permission=Permission.DOCUMENT_SEE_HISTORY,
        renderer="qms.templates:documents/history.pt",
    )
    @view_config(
        context=Version,
        name="history",
        permission=Permission.DOCUMENT_SEE_HISTORY,
        renderer="qms.templates:documents/history.pt",
    )
    def history(self) -> dict[str, Any]:
        """Show every act on this version, newest last."""
        return self.base.page("history", acts=list(self.version.acts))

    @view_config(
        context=Document,
        name="revise",
        request_method="POST",
        permission=Permission.DOCUMENT_REVISE,
    )
    def revise(self) -> Any:
        """Begin the next version and open its editor."""
        version = drafting.start_version(self.context, act=self.request.act)
        return see_other(self.request, self.request.resource_path(version, "edit"))


@view_config(
    context=Versions,
    permission=Permission.VIEW,
    renderer="qms.templates:documents/versions.pt",
)
def versions(context: Versions, request: Request) -> dict[str, Any]:
    """Show the table of versions; readers see only the one in force."""
    document = context.document
    page = VersionPage(shown_version(document, request), request)
    rows = [one for one in context if request.has_permission(Permission.VIEW, one)]
    return page.page("versions", rows=list(reversed(rows)))


def version_json(version: Version, sections: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Give a version as plain data for programs."""
    return {
        "code": version.code or version.document.code,
        "title": version.title,
        "version": version.label,
        "order": version.order,
        "state": version.state,
        "migrated": version.migrated,
        "signed": version.is_signed,
        "dates": dict(version.dates),
        "reason": version.reason,
        "changes": [dict(one) for one in version.changes],
        "distribution": list(version.distribution),
        "is_in_force": version.document.in_force_order == version.order,
        "superseded": version.state == workflow.OBSOLETE,
        "sections": [
            {
                "id": one["id"],
                "kind": one["kind"].name,
                "number": one["number"],
                "title": one["title"],
                "data": one["data"],
            }
            for one in sections
        ],
    }
