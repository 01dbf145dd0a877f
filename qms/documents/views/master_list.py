"""The master list: filter, sort, page through; its address holds the whole state."""

from __future__ import annotations

from dataclasses import replace
from functools import cache, partial
from typing import Any, NamedTuple
from urllib.parse import quote

from chameleon.utils import Markup
from pyramid.request import Request
from pyramid.view import view_config, view_defaults

from qms.content.models import organisation_of
from qms.documents.listing import ORDERS, Row, Wanted, as_json, facet_counts, master_list
from qms.documents.models import DocumentFolder
from qms.documents.wording import show_date
from qms.kernel.i18n import _
from qms.kernel.text import sort_key
from qms.profiles.api import profile_of
from qms.security.permissions import Permission
from qms.web.chips import chip_of
from qms.web.frame import Frame
from qms.web.i18n import translate

PAGE_SIZE = 50
COLUMNS = (
    ("code", _("Code")),
    ("title", _("Title")),
    ("state", _("State")),
    ("type", _("Type")),
    ("process", _("Process")),
    (None, _("Version")),
    ("in_force_from", _("In force from")),
    ("review_by", _("Next review")),
    (None, _("Responsible")),
)
"""Columns of the list: the order that a click sorts by (None cannot be sorted), and the head."""
FACET_TITLES = {
    "type": _("Type"),
    "process": _("Process"),
    "state": _("State"),
    "pending": _("Under way"),
}
_PARAMETERS = {"type": "types", "process": "processes", "state": "states", "pending": "pending"}


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


def wanted_of(request: Request) -> Wanted:
    """Read what the address asks for; anything unknown or out of range falls back to the usual."""
    chosen = {field: tuple(request.GET.getall(name))[:50] for name, field in _PARAMETERS.items()}
    order = request.GET.get("sort", "code")
    page = request.GET.get("page", "1")
    number = int(page) if page.isascii() and page.isdigit() and len(page) < 7 else 1
    return Wanted(
        **chosen,
        order=order if order in ORDERS else "code",
        reverse=request.GET.get("dir") == "desc",
        start=(max(number, 1) - 1) * PAGE_SIZE,
        limit=PAGE_SIZE,
    )


def _sort_name(names: dict[str, str], value: str) -> str:
    return sort_key(names.get(value, value))


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
        request = self.request
        wanted = wanted_of(request)
        page = master_list(self.organisation, wanted, person=request.person)
        pages = max(1, -(-page.total // PAGE_SIZE))
        number = wanted.start // PAGE_SIZE + 1
        return {
            "heading": _("Master list"),
            "lines": self._lines(page.rows),
            "labels": [translate(request, title) for _order, title in COLUMNS],
            "total": page.total,
            "page": number,
            "page_count": pages,
            "columns": [self._column(order, title, wanted) for order, title in COLUMNS],
            "facets": self._facets(wanted),
            "filtered": bool(wanted.filters()),
            "base": request.resource_path(self.folder),
            "may_add": request.has_permission(Permission.DOCUMENT_ADD, self.folder),
            "wide": True,
            "json": lambda: {
                "total": page.total,
                "page": number,
                "pages": pages,
                "rows": [as_json(row) for row in page.rows],
            },
        }

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

    def _column(self, order: str | None, title: Any, wanted: Wanted) -> dict[str, Any]:
        here = order is not None and wanted.order == order
        return {
            "title": title,
            "sort": order,
            "here": here,
            "direction": "desc" if here and not wanted.reverse else "asc",
            "aria": ("descending" if wanted.reverse else "ascending") if here else None,
        }

    def _facets(self, wanted: Wanted) -> list[dict[str, Any]]:
        counts = facet_counts(
            self.organisation, replace(wanted, start=0), person=self.request.person
        )
        names = {
            "type": {one.id: one.name for one in self.profile.document_types},
            "process": {one.id: one.name for one in self.organisation["processes"].values()},
        }
        facets = []
        for facet, field in _PARAMETERS.items():
            chosen = getattr(wanted, field)
            values = [
                {
                    "value": value,
                    "name": names.get(facet, {}).get(value) or chip_of(value).word,
                    "url": self._toggled(facet, value, value in chosen),
                    "count": counts[facet].get(value, 0),
                    "chosen": value in chosen,
                }
                for value in sorted(
                    {*counts[facet], *chosen},
                    key=partial(_sort_name, names.get(facet, {})),
                )
            ]
            if values:
                facets.append({"name": facet, "title": FACET_TITLES[facet], "values": values})
        return facets

    def _toggled(self, facet: str, value: str, chosen: bool) -> str:  # noqa: FBT001 - private
        pairs = [pair for pair in self.request.GET.items() if pair[0] != "page"]
        if chosen:
            pairs = [pair for pair in pairs if pair != (facet, value)]
        else:
            pairs.append((facet, value))
        return self.request.resource_path(self.folder, query=pairs)
