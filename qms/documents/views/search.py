"""The search box and its page: sloppy codes, words of a title, words of the text."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from pyramid.request import Request
from pyramid.view import view_config, view_defaults

from qms.content.models import Organisation
from qms.documents.finding import Finding, TextHit, find, find_named, find_texts, likely
from qms.documents.listing import Row, as_json
from qms.documents.plugs import Found, FoundGroup, found_groups
from qms.documents.workflow import IN_FORCE
from qms.kernel.i18n import _
from qms.kernel.text import clean_line
from qms.search.queries import LONGEST
from qms.security.permissions import Permission
from qms.web.json import wants_json
from qms.web.redirects import see_other

MOST = 20
"""Hits of each kind on the page."""
SUGGESTED = 5
"""Hits of each kind while somebody types."""


@view_defaults(context=Organisation, permission=Permission.VIEW, request_method="GET")
class SearchView:
    """Answers the search box of the frame."""

    def __init__(self, organisation: Organisation, request: Request) -> None:
        """Look for what ``q`` says, for one request."""
        self.organisation, self.request = organisation, request
        self.query = clean_line(request.GET.get("q", "")[: LONGEST * 4])[:LONGEST]
        self.instead = ""
        """The words that were looked for instead of misspelt ones."""

    @view_config(name="search", renderer="qms.templates:documents/search.pt")
    def search(self) -> Any:
        """Show what was found; a code that means one document leads a person straight to it."""
        request = self.request
        if not wants_json(request):
            named = find_named(self.organisation, self.query, person=request.person, limit=2)
            if named.exact is not None:
                return see_other(request, self._address(named.exact))
        found = self._found(self.query)
        groups = found_groups(request, self.query, MOST)
        if not found and not groups and (instead := self._instead()):
            found = self._found(instead)
        return {
            "heading": _("Search"),
            **self._shown(found),
            "groups": groups,
            "json": lambda: self._json(found, groups),
        }

    @view_config(name="search-suggest", renderer="qms.templates:documents/search_suggest.pt")
    def suggest(self) -> dict[str, Any]:
        """Answer while somebody types: codes, titles, and the text when these say little."""
        person = self.request.person
        found = find_named(self.organisation, self.query, person=person, limit=SUGGESTED)
        if len(found.codes) + len(found.titles) < SUGGESTED and len(self.query) > 2:
            replica = self.request.registry.qms_replica
            find_texts(
                found, self.organisation, self.query, replica, person=person, limit=SUGGESTED
            )
            named = {row.uid for row in (*found.codes, *found.titles)}
            found.texts = [one for one in found.texts if one.row.uid not in named]
        groups = found_groups(self.request, self.query, SUGGESTED)
        if not found and not groups and (instead := self._instead()):
            found = find_named(self.organisation, instead, person=person, limit=SUGGESTED)
        return {
            **self._shown(found),
            "groups": groups,
            "all_address": self.request.resource_path(
                self.organisation, "search", query={"q": self.query}
            ),
            "json": lambda: self._json(found, groups),
        }

    def _shown(self, found: Finding) -> dict[str, Any]:
        return {
            "query": self.query,
            "instead": self.instead,
            "found": found,
            "codes_title": _("Codes"),
            "titles_title": _("Titles"),
            "address": self._address,
            "text_address": self._text_address,
        }

    def _instead(self) -> str:
        """Give what was most likely meant, where nothing was found."""
        self.instead = likely(self.organisation, self.query, person=self.request.person)
        return self.instead

    def _found(self, text: str) -> Finding:
        return find(
            self.organisation,
            text,
            self.request.registry.qms_replica,
            person=self.request.person,
            limit=MOST,
        )

    def _address(self, row: Row) -> str:
        return self.request.resource_path(self.organisation, "documents", row.code) + "/"

    def _text_address(self, one: TextHit) -> str:
        if one.state == IN_FORCE:
            return self._address(one.row)
        return f"{self._address(one.row)}versions/{one.version_order}/"

    def _json(self, found: Finding, groups: list[tuple[FoundGroup, list[Found]]]) -> dict[str, Any]:
        rows = [("code", row) for row in found.codes] + [("title", row) for row in found.titles]
        return {
            "query": self.query,
            "instead": self.instead,
            "rows": [{**as_json(row), "found_by": by} for by, row in rows],
            "texts": [self._text_json(one) for one in found.texts],
            "beside": {group.name: [asdict(one) for one in things] for group, things in groups},
            "text_total": found.text_total,
            "text_complete": found.text_complete,
            "text_ready": found.text_ready,
        }

    def _text_json(self, one: TextHit) -> dict[str, Any]:
        return {
            "code": one.row.code,
            "title": one.row.title,
            "version": one.version_label,
            "state": one.state,
            "heading": one.hit.heading,
            "url": self._text_address(one),
            "fragment": [
                {"text": piece.text, "marked": piece.marked} for piece in one.hit.fragment
            ],
        }
