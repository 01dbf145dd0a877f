"""What documents in force say about one process: its content, gathered for its page."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from qms.content.models import Organisation
from qms.documents import workflow
from qms.documents.interfaces import SECTION_KIND
from qms.documents.listing import Row, Wanted, master_list
from qms.documents.models import Version
from qms.documents.scope import LiveScope
from qms.documents.sections import kind_of
from qms.profiles.api import DocumentType, Profile, profile_of
from qms.profiles.models import Process

MOST = 500
"""So many documents are listed on the page; the master list has all of them."""
LOOKED_INTO = 200
"""So many documents are opened for what they say about the process."""
GATHERED = ("sipoc", "indicators", "risks", "requirements")
"""Kinds of sections that speak of the process, whatever document they stand in."""
CARDED = ("objective", "scope", "resources")
"""Ids of sections of a characterisation that describe the process."""


@dataclass(frozen=True)
class Part:
    """One section that says something about the process."""

    title: str
    kind: Any
    """The section kind, whose template shows the data."""
    data: dict[str, Any]
    version: Version
    scope: LiveScope

    @property
    def code(self) -> str:
        """Code of the document that says it."""
        return self.version.document.code


@dataclass
class Portrait:
    """What is said about a process, by whom."""

    characterisations: list[Version] = field(default_factory=list)
    parts: dict[str, list[Part]] = field(default_factory=dict)
    """By what they are about: objective, scope, resources, sipoc, indicators, …"""

    def of(self, name: str) -> list[Part]:
        """Give the parts about one thing."""
        return self.parts.get(name, [])


@dataclass(frozen=True)
class TypeGroup:
    """The documents of a process that are of one type."""

    title: str
    type_id: str
    rows: tuple[Row, ...]


def rows_of(organisation: Organisation, process: Process, *, person: Any) -> list[Row]:
    """Give the rows of the process's documents that ``person`` may see, by code."""
    if "documents" not in organisation:
        return []
    wanted = Wanted(processes=(process.id,), limit=MOST)
    return list(master_list(organisation, wanted, person=person).rows)


def by_type(profile: Profile, rows: list[Row]) -> list[TypeGroup]:
    """Group rows by type, in the order of the profile."""
    groups: dict[str, list[Row]] = {}
    for row in rows:
        groups.setdefault(row.type_id, []).append(row)
    return [
        TypeGroup(one.plural, one.id, tuple(groups[one.id]))
        for one in profile.document_types
        if one.id in groups
    ]


def portrait_of(organisation: Organisation, process: Process, *, url: Any = None) -> Portrait:
    """Gather what the documents in force say; every reader may read those."""
    profile = profile_of(organisation)
    wanted_types = {one.id: one for one in profile.document_types if _speaks(one)}
    wanted = Wanted(
        types=tuple(wanted_types),
        processes=(process.id,),
        states=(workflow.IN_FORCE,),
        limit=LOOKED_INTO,
    )
    portrait = Portrait()
    if not wanted_types or "documents" not in organisation:
        return portrait
    for row in master_list(organisation, wanted, person=None).rows:
        document = organisation["documents"].get(row.uid)
        version = None if document is None else document.in_force
        if version is not None:
            _take(portrait, version, wanted_types[row.type_id], url)
    return portrait


def _speaks(type_: DocumentType) -> bool:
    return any(section.kind in GATHERED for section in type_.sections)


def _take(portrait: Portrait, version: Version, type_: DocumentType, url: Any) -> None:
    scope = LiveScope(version, url, see_all=False)
    characterises = any(section.kind == SECTION_KIND for section in type_.sections)
    if characterises:
        portrait.characterisations.append(version)
    for name, part in _parts(version, type_, scope, characterises=characterises):
        portrait.parts.setdefault(name, []).append(part)


def _parts(
    version: Version, type_: DocumentType, scope: LiveScope, *, characterises: bool
) -> Iterator[tuple[str, Part]]:
    for section in type_.sections:
        name = section.kind
        if name not in GATHERED:
            name = section.id if characterises else ""
        if name not in (*GATHERED, *CARDED):
            continue
        data = version.data_of(section.id)
        kind = kind_of(section.kind)
        if data is not None and kind.lines(data, scope):
            yield name, Part(section.title, kind, data, version, scope)
