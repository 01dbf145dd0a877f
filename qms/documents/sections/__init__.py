"""The section kinds, the heart of documents: each knows everything about its own content."""

from __future__ import annotations

from qms.documents.sections.base import SectionKind
from qms.kernel.errors import Refused

_KINDS: dict[str, SectionKind] = {}


class NoSuchKind(Refused):
    """There is no section kind ${kind}."""


def register(kind: SectionKind) -> None:
    """Make a kind known by its name; its module's place is the feature's ``includeme``."""
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
