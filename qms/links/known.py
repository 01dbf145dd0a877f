"""Documents and processes as ends of links."""

from __future__ import annotations

from typing import Any

from pyramid.request import Request

from qms.documents.finding import find_named
from qms.kernel.text import fold
from qms.links.plugs import Linkable
from qms.profiles.api import processes_of


def document(organisation: Any, key: str) -> Linkable | None:
    """Give the document of this uid."""
    folder = organisation.get("documents")
    found = folder.get(key) if folder is not None else None
    if found is None or found.uid != key:
        return None
    path = f"documents/{found.code}/"
    return Linkable("document", key, found.code, found.title, path, found.state or "", found)


def documents(request: Request, words: str, limit: int) -> list[Linkable]:
    """Find documents by code and title."""
    found = find_named(request.organisation, words, person=request.person, limit=limit)
    rows = [found.exact] if found.exact is not None else [*found.codes, *found.titles][:limit]
    things = (document(request.organisation, row.uid) for row in rows)
    return [one for one in things if one is not None]


def process(organisation: Any, key: str) -> Linkable | None:
    """Give the process of this id."""
    found = next((one for one in processes_of(organisation) if one.id == key), None)
    if found is None:
        return None
    return Linkable("process", key, found.acronym or "", found.name, f"processes/{key}/", "", found)


def processes(request: Request, words: str, limit: int) -> list[Linkable]:
    """Find processes by acronym and name."""
    wanted = fold(words)
    found = []
    for one in processes_of(request.organisation):
        if wanted and (fold(one.acronym or "") == wanted or wanted in fold(one.name)):
            thing = process(request.organisation, one.id)
            if thing is not None and request.has_permission("view", one):
                found.append(thing)
    return found[:limit]
