"""From the database to the plain data that the checks look at."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from datetime import date
from functools import cache
from typing import Any

from qms.content.models import organisation_of
from qms.documents.lint.data import Edition, Known, Paper, Part, World, title_key
from qms.documents.lint.units import units_of
from qms.documents.lint.words import stems
from qms.documents.listing import Row, catalogue_of
from qms.documents.models import Document, Version
from qms.documents.wording import show_date
from qms.documents.workflow import ABORTED
from qms.people.models import people_of
from qms.profiles.api import Profile, profile_of
from qms.search.spanish import title_words

_VALIDITY = re.compile(r"\{review_by\}")
MOST_VERSIONS = 200
"""So many versions of a document's history are looked at, the newest ones."""


def looked_at(document: Document) -> Version | None:
    """Give the version of a document that the whole-organisation check looks at."""
    return None if document.retired else document.in_force or document.pending or document.latest


def paper_of(version: Version) -> Paper:
    """Give a version as the checks see it; nothing of it belongs to the database any more."""
    document = version.document
    profile = profile_of(organisation_of(version))
    type_ = profile.document_type(document.type_id)
    parts = []
    for spec in type_.sections:
        data = version.data_of(spec.id)
        if isinstance(data, Mapping):
            units = units_of(spec.id, spec.kind, spec.title, data)
            parts.append(Part(spec.id, spec.kind, spec.number or "", spec.title, data, units))
    route = profile.route(type_.route)
    return Paper(
        uid=document.uid,
        code=document.code,
        title=version.title,
        type_id=document.type_id,
        type_name=type_.name,
        process_id=document.process_id,
        order=version.order,
        label=version.label,
        state=version.state,
        parts=tuple(parts),
        history=tuple(_history(document, version)),
        steps=tuple(step.id for step in route.steps),
        printed_validity=_printed_validity(profile),
        file_only=type_.content == "file" or version.main_file is not None,
    )


def _history(document: Document, version: Version) -> Iterator[Edition]:
    found = [
        one
        for one in document.versions
        if one is version or (one.order < version.order and one.state != ABORTED)
    ]
    for one in found[-MOST_VERSIONS:]:
        yield Edition(
            label=one.label,
            order=one.order,
            dates={key: str(value) for key, value in one.dates.items() if value},
            reason=one.reason,
            changes=tuple(dict(change) for change in one.changes),
            approvals=tuple(dict(approval) for approval in one.approvals),
        )


def _printed_validity(profile: Profile) -> str:
    """Give the words before the date of review in the header of the pages; "" without it."""
    header = profile.printing.get("header") or {}
    for row in header.get("rows") or ():
        for cell in row:
            text = str(cell.get("text") or "")
            if _VALIDITY.search(text):
                return f"{cell.get('label') or ''} {_VALIDITY.split(text)[0]}".strip(" :")
    return ""


def world_of(
    organisation: Any,
    today: date,
    *,
    find_document: Callable[[str], Known | None] | None = None,
    find_titles: Callable[[str], tuple[str, ...]] | None = None,
) -> World:
    """Give what the checks may ask of an organisation; documents are looked up in it by default."""
    profile = profile_of(organisation)
    grammar = profile.code_grammar()
    folder = organisation["documents"]

    def known(code: str) -> Known | None:
        document = folder.get(code)
        return None if document is None else known_of(document)

    def titled(key: str) -> tuple[str, ...]:
        catalogue = catalogue_of(organisation)
        words = title_words(key)
        if not words or not catalogue.has_words:
            return ()
        rows = [Row(*row) for row in catalogue.first(words, {}, order="title", limit=20)]
        return tuple(sorted(row.code for row in rows if title_key(row.title) == key))

    return World(
        find_document=find_document or known,
        find_titles=find_titles or titled,
        positions=dict(positions_of(organisation)),
        leaders=dict(leaders_of(organisation)),
        type_words=frozenset(
            words[0] for one in profile.document_types if (words := stems(one.name))
        ),
        reads_code=cache(lambda text: grammar.parse(text) is not None),
        labels=lambda type_id, label: profile.version_scheme(type_id).is_valid(label),
        show=lambda value: show_date(profile, value),
        today=today,
    )


def known_of(document: Document) -> Known:
    """Give what another document's check may know of a document."""
    state = "retired" if document.retired else document.state
    return Known(document.code, document.title, document.type_id, state)


def positions_of(organisation: Any) -> Iterator[tuple[str, str]]:
    """Walk the positions as (id, name)."""
    for one in people_of(organisation)["positions"].values():
        yield one.id, one.name


def leaders_of(organisation: Any) -> Iterator[tuple[str, str]]:
    """Walk the processes that have a leader, as (process id, position id)."""
    for one in organisation["processes"].values():
        if one.leader:
            yield one.id, one.leader
