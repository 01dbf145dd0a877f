"""Finds documents whose attached files name a thing, by the full text: those cannot be rewritten.

The words inside of files are known to the index alone. It may be behind or missing, which the page
says; what it finds is held against the database and against whole words.
"""

from __future__ import annotations

from typing import Any, Protocol

from qms.content.models import organisation_of
from qms.documents.models import Document
from qms.documents.search_text import KIND, audiences_of_reader
from qms.kernel.acts import Act
from qms.renaming import events
from qms.renaming.finding import FILE, Finder, place_of, renaming_of
from qms.renaming.models import RenamePackage
from qms.renaming.names import Renaming
from qms.renaming.workflow import FLAG, NOTHING, PLANNED
from qms.search.engine import stem
from qms.search.entries import Found, Hit
from qms.search.queries import TextQuery, read_query

MOST = 200
"""So many texts are asked of the index."""


class Searches(Protocol):
    """A node's replica of the full text."""

    def search(
        self, wanted: TextQuery, *, organisation: str, audiences: tuple[str, ...], limit: int = 20
    ) -> Found | None:
        """Give the best texts, or None when there is no index."""


def look_in_files(package: RenamePackage, replica: Searches, person: Any, *, act: Act) -> None:
    """Add the documents whose files name the thing to what was found, once all were looked at."""
    if package.state != PLANNED or not package.complete or package.files_searched:
        return
    organisation = organisation_of(package)
    wanted = read_query(f'"{package.old}"', stem)
    answer = replica.search(
        wanted,
        organisation=organisation.id,
        audiences=audiences_of_reader(person),
        limit=MOST,
    )
    if answer is None:
        return
    words = renaming_of(organisation, package.old, package.new)
    finder = Finder(organisation, package.kind, package.thing_id, words)
    for hit in answer.hits:
        document = finder.folder.get(hit.uid) if hit.kind == KIND else None
        place = None if document is None else _place(document, hit, words)
        if document is not None and place is not None:
            _add(package, finder, document, place)
    package.files_searched = True
    act.notify(events.RenamingLooked(package, act, text=str(len(package.found))))


def _place(document: Document, hit: Hit, words: Renaming) -> dict[str, Any] | None:
    """Give the place in a file, where the hit is one of a file of what people hold."""
    version = document.in_force
    if version is None or hit.kept.get("order") != version.order:
        return None
    if hit.heading not in {one.filename for one in version.files.values()}:
        return None
    excerpts = words.excerpts("".join(piece.text for piece in hit.fragment))
    return place_of(FILE, row=hit.heading, excerpt=excerpts[0]) if excerpts else None


def _add(package: RenamePackage, finder: Finder, document: Document, place: dict[str, Any]) -> None:
    found = package.found.get(document.uid) or finder.outline(document)
    places = [*found["places"], place]
    choice = FLAG if found["choice"] == NOTHING else found["choice"]
    package.found[document.uid] = {
        **found,
        "places": places,
        "total": found["total"] + 1,
        "choice": choice,
    }
