"""The census of printed copies: what the catalogue keeps of one."""

from __future__ import annotations

from typing import Any, NamedTuple

from qms.content.models import organisation_of
from qms.copies.models import PrintedCopy
from qms.kernel.text import sort_key
from qms.search.catalogue import Catalogue, Entry
from qms.search.spanish import title_words

ROOM = "copies.catalogue"
ORDERS = ("code", "place", "holder", "issued", "state")
FACETS = ("state", "place", "holder", "document")


class Row(NamedTuple):
    """One line of the census."""

    name: str
    """Name of the copy in its register."""
    code: str
    title: str
    version: str
    number: int
    holder: str
    place: str
    issued_on: str
    last_on: str
    """ISO moment of the last act."""
    state: str


def catalogue_of(organisation: Any) -> Catalogue:
    """Give the organisation's catalogue of copies, made at its first use."""
    return Catalogue.of(organisation, ROOM, ORDERS, FACETS)


def index(copy: PrintedCopy) -> None:
    """Index a copy anew."""
    version = copy.version
    row = Row(
        copy.__name__ or "",
        version.code or copy.document.code,
        version.title,
        version.label,
        copy.number,
        copy.holder,
        copy.place,
        copy.acts[0]["at"],
        copy.acts[-1]["at"],
        copy.state,
    )
    by_code = (sort_key(row.code), row.number)
    keys = {
        "code": by_code,
        "place": (sort_key(row.place), *by_code),
        "holder": (sort_key(row.holder), *by_code),
        "issued": row.issued_on,
        "state": (row.state, *by_code),
    }
    facets = {
        "state": [row.state],
        "place": [row.place],
        "holder": [row.holder],
        "document": [copy.document_uid],
    }
    words = title_words(f"{row.code} {row.title} {row.place} {row.holder}")
    catalogue_of(organisation_of(copy)).put(copy.uid, Entry(tuple(row), keys, facets, words))
