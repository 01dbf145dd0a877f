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
from qms.documents.listing import (
    Row,
    Wanted,
    as_json,
    as_rows,
    facet_counts,
    hides_pending,
    master_list,
    sees_more,
    stored_rows,
)
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
from qms.web.json import Written, wants_json, written
from qms.web.parts import kept_of
from qms.web.rows import filled

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
LINE = "qms.templates:documents/master_list_row.pt"
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
        page = self._stored(wanted)
        if not listing.within(page.total):
            page = self._stored(replace(wanted, start=listing.start))
        if wants_json(request) and not listing.wants_file:
            return {"json": partial(self._json, page, listing)}
        if wanted.in_force_only and not sees_more(organisation, request.person):
            listing.offered.clear()
        listing.names = self._names()
        return listing.page(
            _("Master list"),
            page.rows,
            total=page.total,
            counts=partial(self._counts, wanted),
            every=lambda: self._records(replace(wanted, start=0, limit=None)),
            lines=lambda: page.rows,
            markup=partial(self._markup, page.rows, listing),
            **list_tabs(request),
            may_add=request.has_permission(Permission.DOCUMENT_ADD, self.folder),
        )

    def _stored(self, wanted: Wanted) -> Page[tuple[Any, ...]]:
        return stored_rows(self.organisation, wanted, person=self.request.person)

    def _json(self, page: Page[tuple[Any, ...]], listing: Listing) -> Written:
        """Write the page for programs; a row that was written before is not written again."""
        person = self.request.person

        def write(stored: list[tuple[Any, ...]]) -> list[str]:
            return [written(as_json(row)) for row in as_rows(stored, person)]

        kind = ("documents.json", hides_pending(person))
        rows = ",".join(kept_of(self.request).texts(kind, page.rows, write))
        head = written({"total": page.total, "page": listing.number, "pages": listing.pages})
        return Written(f'{head[:-1]},"rows":[{rows}]}}')

    def _markup(self, rows: list[tuple[Any, ...]], listing: Listing, ui: Frame) -> Markup:
        """Draw the rows; one that was drawn before of the same values is not drawn again."""
        request, base = self.request, self.request.resource_path(self.folder)
        kind = (
            LINE,
            base,
            ui.language,
            ui.drawings,
            self.organisation.uid,
            self.organisation.profile_revision,
            self.sees_all,
            hides_pending(request.person),
        )

        def draw(stored: list[tuple[Any, ...]]) -> list[str]:
            return filled(LINE, self._lines(as_rows(stored, request.person)), labels=listing.labels)

        return Markup("".join(kept_of(request).texts(kind, rows, draw)))

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
