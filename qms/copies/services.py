"""Printing controlled copies, following them, and calling them back when a version leaves force.

ISO 9001 7.5.3.1 a and 7.5.3.2 c: no obsolete print may be in use without anybody knowing.
"""

from __future__ import annotations

from typing import Any

from BTrees.OOBTree import OOBTree

from qms.content.models import Site, find_site, numbers_of, organisation_of
from qms.copies import events, workflow
from qms.copies.errors import NothingToPrint, TooManyCopies, WordsMissing
from qms.copies.listing import catalogue_of, index
from qms.copies.models import CopyRegister, PrintedCopy
from qms.documents.events import RequestAnswered
from qms.documents.models import Document, Version
from qms.kernel.acts import Act
from qms.kernel.text import clean_line

NAME = "copies"
TOKENS = "copies.tokens"
MOST = 50
"""Copies that are printed at a time."""
EVENTS: dict[str, type[events.CopyEvent]] = {
    "issued": events.CopyIssued,
    "delivered": events.CopyDelivered,
    "recalled": events.CopyRecalled,
    "recovered": events.CopyRecovered,
    "destroyed": events.CopyDestroyed,
    "lost": events.CopyLost,
}


def register_of(organisation: Any) -> CopyRegister:
    """Give the organisation's register of copies, made at the first use."""
    if NAME not in organisation:
        organisation.add(NAME, CopyRegister())
        # Made together, since pages that only look must not write.
        catalogue_of(organisation)
    return organisation[NAME]


def issue(
    document: Document,
    *,
    count: int,
    holder: str,
    place: str,
    act: Act,
    request: str = "",
) -> list[PrintedCopy]:
    """Number so many copies of the version in force; numbers of a document never repeat."""
    version = document.in_force
    if version is None or (version.rendition is None and not version.sections):
        raise NothingToPrint
    if not 1 <= count <= MOST:
        raise TooManyCopies(most=MOST)
    holder, place = clean_line(holder), clean_line(place)
    if not holder or not place:
        raise WordsMissing
    organisation = organisation_of(document)
    register, numbers = register_of(organisation), numbers_of(organisation)
    tokens = _tokens(find_site(document))
    made = []
    for _each in range(count):
        number = numbers.take(f"copies {document.uid}")
        copy = PrintedCopy(version, number, holder=holder, place=place, request=request)
        register.add(f"{document.uid}-{number}", copy)
        tokens[copy.token] = (organisation.id, copy.__name__)
        note(copy, "issued", act=act)
        made.append(copy)
    if request:
        said = ", ".join(f"n.º {copy.number}" for copy in made)
        act.notify(RequestAnswered(document, act, request=request, answer=said))
    return made


def is_valid(copy: PrintedCopy) -> bool:
    """Tell whether one may work by the copy: its version is in force and it was not called back."""
    in_force = copy.document.in_force is copy.version
    return in_force and copy.state in {workflow.ISSUED, workflow.DELIVERED}


def _tokens(site: Site) -> OOBTree:
    found: OOBTree | None = site.annexes.get(TOKENS)
    if found is None:
        found = site.annexes[TOKENS] = OOBTree()
    return found


def know_tokens(organisation: Any) -> None:
    """Index the check tokens of every copy of an organisation, in the site that it is in."""
    tokens = _tokens(find_site(organisation))
    for copy in register_of(organisation).values():
        tokens[copy.token] = (organisation.id, copy.__name__)


def find_copy(site: Site, token: str) -> PrintedCopy | None:
    """Give the copy whose QR bears this token."""
    found = (site.annexes.get(TOKENS) or {}).get(token)
    if found is None:
        return None
    organisation_id, name = found
    copy: PrintedCopy = site[organisation_id][NAME][name]
    return copy


def note(copy: PrintedCopy, kind: str, *, act: Act, text: str = "") -> None:
    """Keep what happened to a copy; ``text`` is who took it, why it comes back, or how it ended."""
    words = clean_line(text)
    copy.take(
        {
            "kind": kind,
            "by": act.person_id,
            "at": act.at.isoformat(),
            "to" if kind == "delivered" else "note": words,
        }
    )
    index(copy)
    act.notify(EVENTS[kind](copy, act, text=words))


def recall_out(version: Version, *, reason: str, act: Act) -> list[PrintedCopy]:
    """Call back exactly the copies of this version that are out."""
    organisation = organisation_of(version)
    register = organisation.get(NAME)
    if register is None:
        return []
    recalled = []
    for copy in register.out_of(version.document.uid):
        if copy.order == version.order and copy.state in {workflow.ISSUED, workflow.DELIVERED}:
            note(copy, "recalled", act=act, text=reason)
            recalled.append(copy)
    return recalled
