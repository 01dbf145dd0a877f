"""Which documents in force cite which norms: found in their sections, kept in an index."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

from qms.content.models import organisation_of
from qms.documents.models import Document, Version
from qms.documents.sections.kind import items
from qms.kernel.text import sort_key
from qms.norms.citations import Citation, cited_in, key_of
from qms.profiles.api import profile_of
from qms.search.catalogue import Catalogue, Entry

ROOM = "norms.citations"
ORDERS = ("code",)
FACETS = ("norm", "process")
MOST = 2000
"""Citations of one document that are kept."""


class Cite(NamedTuple):
    """One citation in a document in force; plain values, since it is stored."""

    kind: str
    number: str
    year: int | None
    clause: str
    text: str
    section: str
    """Title of the section."""
    section_id: str

    @property
    def key(self) -> str:
        """The norm that it names."""
        return key_of(self.kind, self.number, self.year)


class CitingRow(NamedTuple):
    """A document in force and what it cites."""

    uid: str
    code: str
    title: str
    process_id: str
    order: int
    """Order of the version in force."""
    cites: tuple[tuple[Any, ...], ...]

    @property
    def found(self) -> list[Cite]:
        """What it cites."""
        return [Cite(*one) for one in self.cites]


def citing_of(organisation: Any) -> Catalogue:
    """Give the index of citations, made at its first use."""
    return Catalogue.of(organisation, ROOM, ORDERS, FACETS)


def cites_of(version: Version) -> list[Cite]:
    """Read what a version cites in its sections of requirements and of references."""
    type_ = profile_of(organisation_of(version)).document_type(version.document.type_id)
    found: list[Cite] = []
    for spec in type_.sections:
        if spec.kind not in _READERS:
            continue
        data = version.data_of(spec.id)
        found += [
            Cite(one.kind, one.number, one.year, one.clause, one.text, spec.title, spec.id)
            for one in (_READERS[spec.kind](data) if data is not None else ())
        ]
    return list(dict.fromkeys(found))[:MOST]


def _requirements(data: Any) -> Iterator[Citation]:
    for group in items(data, "groups"):
        name = str(group.get("name") or "")
        for one in items(group, "items"):
            found = cited_in(str(one.get("reference") or ""), name)
            yield from found or cited_in(str(one.get("text") or ""))


def _references(data: Any) -> Iterator[Citation]:
    for one in items(data, "items"):
        yield from cited_in(f"{one.get('code') or ''} {one.get('title') or ''}".strip())


_READERS = {"requirements": _requirements, "references": _references}


def keys_for(kind: str, number: str, year: int | None) -> list[str]:
    """Give what a norm is found by: its key, and that of who cites it without its year."""
    return list(dict.fromkeys((key_of(kind, number, year), key_of(kind, number, None))))


def entry_of(document: Document, version: Version) -> Entry:
    """Make the index entry of a document in force."""
    cites = cites_of(version)
    row = CitingRow(
        document.uid,
        document.code,
        document.title,
        document.process_id,
        version.order,
        tuple(tuple(one) for one in cites),
    )
    facets = {
        "norm": sorted({one.key for one in cites}),
        "process": [document.process_id] if document.process_id else [],
    }
    return Entry(tuple(row), {"code": sort_key(document.code)}, facets)


def follow(document: Document) -> bool:
    """Bring the index up to what is in force of a document; tell whether anything was written."""
    index, version = citing_of(organisation_of(document)), document.in_force
    known = index.row(document.uid)
    if version is None:
        if known is not None:
            index.remove(document.uid)
        return known is not None
    now = (document.uid, document.code, document.title, document.process_id, version.order)
    if known is not None and tuple(known[:-1]) == now:
        return False
    index.put(document.uid, entry_of(document, version))
    return True


def rebuild(organisation: Any) -> None:
    """Make the index anew."""
    organisation.annexes[ROOM] = Catalogue(ORDERS, FACETS)
    for document in organisation["documents"].values() if "documents" in organisation else ():
        follow(document)


def citing(organisation: Any, keys: Iterable[str]) -> list[CitingRow]:
    """List the documents in force that cite one of the norms with these keys, by code."""
    page = citing_of(organisation).query({"norm": list(keys)}, order="code", limit=None)
    return [CitingRow(*one) for one in page.rows]


def all_citing(organisation: Any) -> list[CitingRow]:
    """List the documents in force that cite anything, by code."""
    page = citing_of(organisation).query({}, order="code", limit=None)
    return [row for row in (CitingRow(*one) for one in page.rows) if row.cites]


def cited_by(organisation: Any, uid: str) -> list[Cite]:
    """List what a document in force cites."""
    row = citing_of(organisation).row(uid)
    return [] if row is None else CitingRow(*row).found
