"""What evidence packs hold of printed copies: each number, its holder, and where it ended."""

from __future__ import annotations

from typing import Any

from qms.copies.listing import catalogue_of
from qms.copies.models import PrintedCopy
from qms.copies.services import NAME
from qms.documents.models import Document
from qms.documents.testimony import Heard, Testimony
from qms.security.permissions import Permission
from qms.security.policy import permits


def collect(organisation: Any, document: Document, person: Any) -> Heard:
    """Tell the copies of a document that were ever numbered, by their numbers."""
    register = organisation.get(NAME)
    if register is None:
        return Heard()
    found = catalogue_of(organisation).query({"document": [document.uid]}, order="code", limit=None)
    copies = [register[row[0]] for row in found.rows]
    if person is not None and not permits(person, register, Permission.COPY_VIEW):
        return Heard(hidden=bool(copies))
    return Heard([_told(one) for one in copies])


def _told(copy: PrintedCopy) -> Testimony:
    return Testimony(
        folder="copias",
        name=f"copia {copy.number}",
        uid=copy.uid,
        title=f"copia controlada n.º {copy.number}",
        order=copy.order,
        facts={
            "number": copy.number,
            "holder": copy.holder,
            "place": copy.place,
            "request": copy.request,
            "state": copy.state,
        },
        acts=[dict(act) for act in copy.acts],
    )
