"""Which things can be linked: each room announces its own."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from pyramid.config import Configurator
from pyramid.registry import Registry
from pyramid.request import Request

LINKABLES = "qms.links.linkables"
FOLLOW_UP = "qms.links.follow_up"


@dataclass(frozen=True)
class Linkable:
    """One thing as the other end of a link shows it."""

    kind: str
    key: str
    code: str
    title: str
    path: str
    """Its page, below the organisation."""
    state: str = ""
    """Name of a chip, or nothing."""
    content: Any = None
    """What permissions are asked of; None where everybody of the organisation may see it."""


@dataclass(frozen=True)
class LinkableKind:
    """A kind of things that can be linked."""

    name: str
    title: str
    """A translation string."""
    order: int
    find: Callable[[Any, str], Linkable | None]
    """Told the organisation and the key."""
    suggest: Callable[[Request, str, int], list[Linkable]] | None
    """Told the request, what was typed and how many are wanted; gives what the person may see."""
    permission: str
    """Who has it at the thing may link it to others."""


def add_linkable(
    config: Configurator,
    name: str,
    *,
    title: str,
    find: Any,
    suggest: Any = None,
    permission: str = "view",
    order: int = 50,
) -> None:
    """Announce a kind of things that can be linked; a second one of that name is a conflict."""
    kind = LinkableKind(
        name,
        title,
        order,
        config.maybe_dotted(find),
        config.maybe_dotted(suggest),
        str(permission),
    )
    config.action(
        ("qms linkable", name),
        lambda: config.registry.setdefault(LINKABLES, {}).__setitem__(name, kind),
    )


def set_follow_up(config: Configurator, path: str, *, title: str, permission: str) -> None:
    """Announce where something is made of a thing: ``path?from=KIND:KEY`` below the organisation.

    The room of improvement leads from here to a new finding.
    """
    config.action(
        "qms follow up",
        lambda: config.registry.__setitem__(FOLLOW_UP, (path, title, str(permission))),
    )


def linkable_kinds(registry: Registry) -> dict[str, LinkableKind]:
    """Give the announced kinds by name, in their order."""
    known = registry.get(LINKABLES, {})
    return {one.name: one for one in sorted(known.values(), key=lambda one: one.order)}


def parse_ref(text: str) -> tuple[str, str] | None:
    """Read ``KIND:KEY``; None for anything else."""
    kind, sign, key = text.strip().partition(":")
    return (kind, key) if sign and kind and key and len(text) <= 200 else None


def find_ref(registry: Registry, organisation: Any, text: str) -> Linkable | None:
    """Give the thing that ``KIND:KEY`` names, whoever may see it; None for what is not there."""
    ref = parse_ref(text)
    kind = linkable_kinds(registry).get(ref[0]) if ref is not None else None
    return kind.find(organisation, ref[1]) if kind is not None and ref is not None else None


def visible_ref(request: Request, text: str) -> Linkable | None:
    """Give the thing that ``KIND:KEY`` names in the person's organisation, if they may see it."""
    found = find_ref(request.registry, request.organisation, text)
    if found is None or may(request, "view", found):
        return found
    return None


def may(request: Request, permission: str, thing: Linkable) -> bool:
    """Tell whether the person has a permission at a thing."""
    content = thing.content if thing.content is not None else request.organisation
    return bool(request.has_permission(permission, content))


def includeme(config: Configurator) -> None:
    """Offer the directives."""
    config.add_directive("add_linkable", add_linkable)
    config.add_directive("set_follow_up", set_follow_up)
