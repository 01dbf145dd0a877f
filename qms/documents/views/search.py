"""The search box: a code typed as sloppily as you like, or words of a title.

Full text is the search room's; this finds by code and title, straight from the catalogue's rows.
"""

from __future__ import annotations

from typing import Any

from pyramid.request import Request
from pyramid.view import view_config

from qms.content.models import Organisation
from qms.documents.listing import Row, Wanted, as_json, master_list
from qms.documents.workflow import IN_FORCE
from qms.kernel.i18n import _
from qms.kernel.text import clean_line, fold
from qms.security.permissions import Permission
from qms.web.redirects import see_other

LONGEST = 100
MOST = 50


def find(organisation: Organisation, query: str, *, person: Any) -> list[Row]:
    """Give the rows that a person may see, by code first, then by all words in the title."""
    if "documents" not in organisation or not query:
        return []
    folder = organisation["documents"]
    by_code = {document.uid for document in folder.find_loosely(query)}
    words = fold(query).split()
    found: list[Row] = []
    for row in master_list(organisation, Wanted(limit=None), person=person).rows:
        if row.uid in by_code:
            found.insert(0, row)
        else:
            text = fold(f"{row.code} {row.title}")
            if all(word in text for word in words):
                found.append(row)
    found.sort(key=lambda row: (row.uid not in by_code, row.state != IN_FORCE))
    return found[:MOST]


@view_config(
    context=Organisation,
    name="search",
    permission=Permission.VIEW,
    request_method="GET",
    renderer="qms.templates:documents/search.pt",
)
def search(organisation: Organisation, request: Request) -> Any:
    """Show what was found; a code that means one document leads straight to it."""
    query = clean_line(request.GET.get("q", ""))[:LONGEST]
    rows = find(organisation, query, person=request.person)
    if len(rows) == 1 and rows[0].uid in {
        one.uid for one in organisation["documents"].find_loosely(query)
    }:
        return see_other(request, request.resource_path(organisation["documents"], rows[0].code))
    return {
        "heading": _("Search"),
        "query": query,
        "rows": rows,
        "base": request.resource_path(organisation["documents"]),
        "json": lambda: {"query": query, "rows": [as_json(row) for row in rows]},
    }
