"""The register of risks: what the documents in force declare, and nothing else (6.1, 10.2.1 e)."""

from __future__ import annotations

from typing import Any, NamedTuple

from qms.content.models import organisation_of
from qms.documents.models import Document
from qms.improvement.independence import section_data
from qms.kernel.text import clean_line, sort_key
from qms.search.catalogue import Catalogue, Entry
from qms.search.spanish import title_words

RISKS = "improvement.risks"
ORDERS = ("risk", "code", "level", "process")
FACETS = ("process", "level", "document")
MOST = 500
"""Risks of one document that are kept."""


class RiskRow(NamedTuple):
    """One declared risk; plain values, since it is stored."""

    risk: str
    control: str
    level: str
    process: str
    uid: str
    """Uid of the document that declares it."""
    code: str
    title: str
    version: str


def risks_of(organisation: Any) -> Catalogue:
    """Give the register of risks, made at its first use."""
    return Catalogue.of(organisation, RISKS, ORDERS, FACETS)


def declared(document: Document) -> list[RiskRow]:
    """Read the risks that the version in force declares; none where there is no such version."""
    version = document.in_force
    if version is None:
        return []
    rows = [
        RiskRow(
            clean_line(str(row.get("risk") or "")),
            clean_line(str(row.get("control") or "")),
            clean_line(str(row.get("level") or "")),
            document.process_id,
            document.uid,
            document.code,
            document.title,
            version.label,
        )
        for data in section_data(version, "risks")
        for row in data.get("rows") or ()
    ]
    return [row for row in rows if row.risk][:MOST]


def follow(document: Document) -> None:
    """Write the risks of a document anew, as its version in force declares them."""
    catalogue = risks_of(organisation_of(document))
    found = declared(document)
    for place, row in enumerate(found):
        keys = {
            "risk": (sort_key(row.risk), row.code),
            "code": (sort_key(row.code), place),
            "level": (sort_key(row.level), row.code, place),
            "process": (row.process, row.code, place),
        }
        facets = {
            "process": [row.process] if row.process else [],
            "level": [row.level] if row.level else [],
            "document": [row.uid],
        }
        words = title_words(f"{row.risk} {row.control} {row.code}")
        catalogue.put(f"{document.uid}:{place}", Entry(tuple(row), keys, facets, words))
    place = len(found)
    while catalogue.row(f"{document.uid}:{place}") is not None:
        catalogue.remove(f"{document.uid}:{place}")
        place += 1


def reindex(organisation: Any) -> None:
    """Make the register anew from every document in force."""
    organisation.annexes[RISKS] = Catalogue(ORDERS, FACETS)
    for document in organisation["documents"].values():
        follow(document)
