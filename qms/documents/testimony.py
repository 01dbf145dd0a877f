"""What upper rooms hold of a document, for evidence packs: requests, printed copies and the like.

A pack is made by a room that knows none of its neighbours, so each neighbour announces a collector
here and tells plain values.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from pyramid.config import Configurator
from pyramid.registry import Registry

from qms.documents.models import Document

COLLECTORS = "qms.documents.testimonies"


@dataclass(frozen=True)
class Testimony:
    """One record of another room about a document, as plain JSON."""

    folder: str
    """Spanish name of its folder in the pack: ``solicitudes``, ``copias``."""
    name: str
    """What it is called, unique in its folder."""
    uid: str
    """By which the trail knows it."""
    title: str
    """What it is, in a few words of Spanish; a pack has no language of the screen."""
    order: int | None
    """The version that it is about; None for the document as a whole."""
    facts: Mapping[str, Any]
    acts: Sequence[Mapping[str, Any]]
    """What happened to it; an act with ``proof`` is a signed record, kept as it was signed."""


@dataclass
class Heard:
    """What one room tells a certain person of a document."""

    testimonies: list[Testimony] = field(default_factory=list)
    hidden: bool = False
    """Whether there is more that this person may not view."""


Collector = Callable[[Any, Document, Any], Heard]
"""Told the organisation, the document and the person (None is an operator, who sees all)."""


def add_evidence(config: Configurator, name: str, collect: Collector) -> None:
    """Announce what a room adds to the evidence pack of a document; it only reads."""
    collector = config.maybe_dotted(collect)
    config.action(
        ("qms evidence", name),
        lambda: config.registry.setdefault(COLLECTORS, {}).__setitem__(name, collector),
    )


def collectors_of(registry: Registry) -> list[Collector]:
    """Give the announced collectors, by their names."""
    return [one for _name, one in sorted(registry.get(COLLECTORS, {}).items())]


def includeme(config: Configurator) -> None:
    """Offer the directive."""
    config.add_directive("add_evidence", add_evidence)
