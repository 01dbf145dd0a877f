"""The master list: filter, sort, page through, take away; its address holds the whole state."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import cache, partial
from typing import Any, NamedTuple
from urllib.parse import quote

from chameleon.utils import Markup
from pyramid.request import Request
from pyramid.view import view_config, view_defaults

from qms.content.models import organisation_of
from qms.documents.listing import Row, Wanted, as_json, facet_counts, master_list, sees_more
from qms.documents.models import DocumentFolder
from qms.documents.plugs import list_tabs
from qms.documents.wording import show_date
from qms.exports import Column, Facet, Kind, Listing, ListSpec, Switch
from qms.kernel.i18n import _
from qms.profiles.api import profile_of
from qms.search.catalogue import Page
from qms.search.spanish import title_words
from qms.security.permissions import Permission
from qms.web.frame import Frame

LIST = ListSpec(
    columns=(
        Column("code", _("Code"), Kind.CODE, sort="code"),
        Column("title", _("Title"), sort="title"),
        Column("type_name", _("Type"), sort="type"),
        Column("process_name", _("Process"), sort="process"),
        Column("version", _("Version")),
        Column("approved_on", _("Approved on"), Kind.DATE, screen=False),
        Column("in_force_from", _("In force from"), Kind.DATE, sort="in_force_from"),
        Column("review_by", _("Next review"), Kind.DATE, sort="review_by"),
        Column("responsible", _("Responsible")),
        Column("states", _("State"), Kind.CHIP, sort="state"),
    ),
    facets={
        "type": Facet(_("Type")),
        "process": Facet(_("Process")),
        "state": Facet(_("State")),
        "pending": Facet(_("Under way")),
    },
    switches={"rest": Switch(_("Show drafts and obsolete ones too"), clears=("state",))},
    search=_("Words of code and title"),
)
"""What the list offers, on screen and in the files that are taken of it."""
MOST_WORDS = 12
"""Words of the free filter that count."""


class Line(NamedTuple):
    """One line of the page, ready to be printed."""

    url: str
    code: str
    title: str
    chips: Markup
    type: str
    process: str
    version: str
    in_force_from: str
    review_by: str
    responsible: str


def wanted_of(listing: Listing) -> Wanted:
    """Put what the address asks for as the catalogue takes it.

    Without the switch, only what is in force is listed; a state that is asked for turns it on.
    """
    if listing.chosen["state"]:
        listing.switched.add("rest")
    return Wanted(
        types=listing.chosen["type"],
        processes=listing.chosen["process"],
        states=listing.chosen["state"],
        pending=listing.chosen["pending"],
        order=listing.order,
        reverse=listing.reverse,
        start=listing.start,
        limit=listing.limit,
        words=tuple(title_words(listing.q)[:MOST_WORDS]),
        in_force_only=not listing.on("rest"),
    )


@view_defaults(context=DocumentFolder, permission=Permission.VIEW)
class MasterListView:
    """The list of an organisation's controlled documents."""

    def __init__(self, folder: DocumentFolder, request: Request) -> None:
        """Look at ``folder`` for one request."""
        self.folder, self.request = folder, request
        self.organisation = organisation_of(folder)
        self.profile = profile_of(self.organisation)
        self.sees_all = bool(request.has_permission(Permission.DOCUMENT_SEE_HISTORY, folder))

    @view_config(renderer="qms.templates:documents/master_list.pt")
    def show(self) -> dict[str, Any]:
        """Show one page of rows with the filters and their counts."""
        request, organisation = self.request, self.organisation
        listing = Listing(request, LIST)
        wanted = wanted_of(listing)
        page = self._page(wanted)
        if not listing.within(page.total):
            page = self._page(replace(wanted, start=listing.start))
        if wanted.in_force_only and not sees_more(organisation, request.person):
            listing.offered.clear()
        listing.names = self._names()
        return listing.page(
            _("Master list"),
            page.rows,
            total=page.total,
            counts=partial(self._counts, wanted),
            every=lambda: self._records(replace(wanted, start=0, limit=None)),
            lines=partial(self._lines, page.rows),
            **list_tabs(request),
            may_add=request.has_permission(Permission.DOCUMENT_ADD, self.folder),
            json=lambda: {
                "total": page.total,
                "page": listing.number,
                "pages": listing.pages,
                "rows": [as_json(row) for row in page.rows],
            },
        )

    def _page(self, wanted: Wanted) -> Page[Row]:
        return master_list(self.organisation, wanted, person=self.request.person)

    def _names(self) -> dict[str, Mapping[str, str]]:
        return {
            "type": {one.id: one.name for one in self.profile.document_types},
            "process": {one.id: one.name for one in self.organisation["processes"].values()},
        }

    def _counts(self, wanted: Wanted) -> dict[str, dict[str, int]]:
        counts = facet_counts(
            self.organisation, replace(wanted, start=0), person=self.request.person
        )
        # One state to choose from is no choice.
        return {**counts, "state": {}} if wanted.in_force_only else counts

    def _records(self, wanted: Wanted) -> Iterator[dict[str, Any]]:
        """Give every row as the files take it: what the screen shows, on all pages."""
        for row in self._page(wanted).rows:
            yield {**row._asdict(), "states": self._states(row)}

    def _lines(self, rows: list[Row]) -> list[Line]:
        """Write the rows out: half of a list's time is its template, so it gets ready-made text."""
        base = self.request.resource_path(self.folder)
        date = cache(partial(show_date, self.profile))
        chips = cache(Frame(self.request).chip)
        return [
            Line(
                url=f"{base}{quote(row.code, safe='')}/",
                code=row.code,
                title=row.title,
                chips=Markup(" ".join(chips(one) for one in self._states(row))),
                type=row.type_name,
                process=row.process_name,
                version=row.version or "",
                in_force_from=date(row.in_force_from),
                review_by=date(row.review_by),
                responsible=row.responsible,
            )
            for row in rows
        ]

    def _states(self, row: Row) -> list[str]:
        """Name the states to show: of the document, and of what is under way for who may know."""
        if row.pending and row.pending != row.state and self.sees_all:
            return [row.state, row.pending]
        return [row.state]
