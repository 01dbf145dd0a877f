"""The section kinds, the heart of documents: each knows everything about its own content."""

from __future__ import annotations

from qms.documents.sections import (
    activities,
    annexes,
    glossary,
    indicators,
    objectives,
    process_documents,
    references,
    requirements,
    resources,
    risks,
    sipoc,
    table,
    text,
)
from qms.documents.sections.base import SectionKind
from qms.kernel.errors import Refused

KINDS: tuple[SectionKind, ...] = (
    text.KIND,
    glossary.KIND,
    references.KIND,
    activities.KIND,
    indicators.KIND,
    sipoc.KIND,
    risks.KIND,
    objectives.KIND,
    requirements.KIND,
    resources.KIND,
    table.KIND,
    annexes.KIND,
    process_documents.KIND,
)
"""The kinds that come with the house, in the order in which they are offered."""

_KINDS: dict[str, SectionKind] = {kind.name: kind for kind in KINDS}


class NoSuchKind(Refused):
    """There is no section kind ${kind}."""


def register(kind: SectionKind) -> None:
    """Make one more kind known by its name; a feature above does it in its ``includeme``."""
    _KINDS[kind.name] = kind


def kind_of(name: str) -> SectionKind:
    """Give the kind of this name."""
    try:
        return _KINDS[name]
    except KeyError:
        raise NoSuchKind(kind=name) from None


def kinds() -> dict[str, SectionKind]:
    """Give all kinds by name."""
    return dict(_KINDS)
