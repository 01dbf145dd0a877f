"""What the rooms hold of one person outside: found, told to that person, and erased.

Ley 1581 de 2012, art. 8: whose data these are may know them and have them suppressed, unless a
duty to keep them runs. A room that keeps such data says it once::

    config.add_subject_data(
        "surveys",
        title=_("Surveys"),
        find="qms.surveys.personal.find",
        erase="qms.surveys.personal.erase",
    )

``find(organisation, asked)`` is told ``id``, ``email``, ``phone`` and ``name``, any of which may
be empty; ``erase(organisation, key, how)`` takes the person out of one thing and raises Refused
while a duty to keep it runs.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from pyramid.config import Configurator
from pyramid.registry import Registry

from qms.content.models import numbers_of
from qms.documents.records import refuse_held_scopes
from qms.documents.wording import show_date
from qms.kernel.acts import Act
from qms.kernel.errors import Refused
from qms.kernel.text import fold
from qms.people.moments import local_day
from qms.profiles.api import profile_of

SOURCES = "qms.documents.subject_data"

Asked = Mapping[str, str]


@dataclass(frozen=True)
class SubjectItem:
    """One thing in which a room holds data of a person."""

    key: str
    """Its lasting name among those of its source."""
    code: str
    """What people call it."""
    matched: tuple[str, ...]
    """By what it was found: ``id``, ``email``, ``phone``, ``name``."""
    at: str = ""
    """ISO moment at which it came in."""
    state: str = ""
    """Name of a chip, or nothing."""
    text: str = ""
    """What the person said, or what is noted of them."""
    person: tuple[str, ...] = ()
    """What is known of the person."""
    files: tuple[str, ...] = ()
    path: str = ""
    """Its page below the organisation, or nothing."""
    content: Any = None
    """What ``permission`` is asked of; None where whoever may look people up sees it."""
    permission: str = "view"


@dataclass(frozen=True)
class Erasing:
    """Why data go."""

    record: str
    """Number of the act that says so: SUP-2026-0001."""
    day: str
    """Its day as the organisation prints it."""
    mark: str
    """What stands in the place of every word."""
    act: Act


def asked_erasing(organisation: Any, *, act: Act) -> Erasing:
    """Begin an erasing at the person's own wish, with the next number of such acts.

    The numbers have no gaps and are one series for all rooms.
    """
    day = local_day(organisation, act.at)
    running = numbers_of(organisation).take(f"case suppressions {day.year}")
    record = f"SUP-{day.year}-{running:04}"
    mark = f"Suprimido a petición del titular ({record})"
    return Erasing(record, show_date(profile_of(organisation), day), mark, act)


@dataclass(frozen=True)
class SubjectSource:
    """A room that holds data of people outside."""

    name: str
    title: Any
    order: int
    find: Callable[[Any, Asked], Iterable[SubjectItem]]
    erase: Callable[[Any, str, Erasing], None]


Erased = tuple[SubjectSource, SubjectItem, Refused | None]
"""One thing of a person, and why its room keeps it; None where it went."""


def add_subject_data(
    config: Configurator, name: str, *, title: Any, find: Any, erase: Any, order: int = 50
) -> None:
    """Announce a source; a second one of the same name is a conflict."""
    dotted = config.maybe_dotted
    source = SubjectSource(name, title, order, dotted(find), dotted(erase))
    config.action(
        ("qms subject data", name),
        lambda: config.registry.setdefault(SOURCES, {}).__setitem__(name, source),
    )


def subject_sources(registry: Registry) -> list[SubjectSource]:
    """Give every announced source in its order."""
    return sorted(registry.get(SOURCES, {}).values(), key=lambda one: (one.order, one.name))


def find_subject(
    registry: Registry, organisation: Any, asked: Asked
) -> list[tuple[SubjectSource, SubjectItem]]:
    """Give everything that the rooms hold of a person."""
    return [
        (source, item)
        for source in subject_sources(registry)
        for item in source.find(organisation, asked)
    ]


def erase_subject(
    registry: Registry, organisation: Any, asked: Asked, how: Erasing
) -> list[Erased]:
    """Take a person out of everything that the rooms hold, but what must be kept.

    Whoever has no more than the same name is somebody else: nothing is erased by a name. Gives each
    thing with the refusal of the room, or None where it went. Raises UnderHold where the person is
    under a legal hold, before anything goes.
    """
    sure = {name: asked.get(name, "") for name in ("id", "email", "phone")}
    found = find_subject(registry, organisation, sure) if any(sure.values()) else []
    if found:
        refuse_held_scopes(registry, organisation, scopes_of(asked), settling=True)
    outcome: list[Erased] = []
    for source, item in found:
        try:
            source.erase(organisation, item.key, how)
        except Refused as refusal:
            outcome.append((source, item, refusal))
        else:
            outcome.append((source, item, None))
    return outcome


def scopes_of(asked: Asked) -> frozenset[str]:
    """Name a person as legal holds do."""
    known = (fold(value).replace(" ", "") for value in asked.values() if value)
    return frozenset(f"customer:{one}" for one in known if one)


def includeme(config: Configurator) -> None:
    """Offer the directive."""
    config.add_directive("add_subject_data", add_subject_data)
