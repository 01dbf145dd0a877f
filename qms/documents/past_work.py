"""What waited for whom at a past moment: rooms beside documents tell their part.

A room gives what its own acts say, with the people of that time::

    config.add_past_work("requests", title=_("Requests to decide"), items="qms.requests.past.items")
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from pyramid.config import Configurator
from pyramid.registry import Registry

PAST_WORK = "qms.documents.past_work"


@dataclass(frozen=True)
class PastItem:
    """One thing that waited."""

    title: str
    path: str
    """Its page of today, below the organisation."""
    people: frozenset[str]
    """Ids of the persons it waited for."""
    code: str = ""
    why: str = ""
    """What it was, organisation data or a translation string."""
    due: date | None = None


@dataclass(frozen=True)
class PastGroup:
    """A kind of work that a room knows of."""

    name: str
    title: str
    """A translation string."""
    order: int
    items: Callable[[Any, Any, datetime], list[PastItem]]
    """Told the organisation, the house with the people of that time, and the moment."""


def add_past_work(
    config: Configurator, name: str, *, title: str, items: Any, order: int = 50
) -> None:
    """Announce a kind of past work; a second one of that name is a conflict."""
    group = PastGroup(name, title, order, config.maybe_dotted(items))
    config.action(
        ("qms past work", name),
        lambda: config.registry.setdefault(PAST_WORK, {}).__setitem__(name, group),
    )


def past_groups(registry: Registry) -> list[PastGroup]:
    """Give the announced kinds in their order."""
    return sorted(registry.get(PAST_WORK, {}).values(), key=lambda one: one.order)


def holders_then(house: Any, position_ids: Iterable[str]) -> frozenset[str]:
    """Name who held one of these positions in the house of that time."""
    wanted = set(position_ids)
    return frozenset(
        one.id for one in house["people"].persons() if wanted.intersection(one.position_ids)
    )


def with_role_then(house: Any, role: str) -> frozenset[str]:
    """Name who had a role in the house of that time."""
    return frozenset(one.id for one in house["people"].with_role(role))


def includeme(config: Configurator) -> None:
    """Offer the directive."""
    config.add_directive("add_past_work", add_past_work)
