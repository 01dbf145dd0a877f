"""Verbs on what persons belong to: positions, units and sites."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from qms.content.models import Content, Organisation
from qms.kernel.acts import Act
from qms.kernel.text import clean_line, slug
from qms.people.errors import IdTaken, NoCircles
from qms.people.events import PlaceAdded, PlaceChanged
from qms.people.models import FOLDER, People, Position, SitePlace, Unit

_FIELDS = {
    Position: ("name", "superior_id", "unit_id", "site_id"),
    Unit: ("name", "parent_id"),
    SitePlace: ("name", "city", "subdivision"),
}


def make_people(organisation: Organisation) -> People:
    """Give the organisation its people folder, or the one that it has."""
    existing = organisation.get(FOLDER)
    return existing if existing is not None else organisation.add(FOLDER, People())


def free_id(taken: Callable[[str], bool], wanted: str | None, name: str, fallback: str) -> str:
    """Give ``wanted``, which must be free, or a free id made from ``name``."""
    if wanted is not None:
        if taken(wanted):
            raise IdTaken
        return wanted
    stem = slug(name, 60) or fallback
    number, identifier = 1, stem
    while taken(identifier):
        number += 1
        identifier = f"{stem}-{number}"
    return identifier


def facts(place: Content) -> dict[str, Any]:
    """Give a place's plain values as the trail keeps them."""
    return {name: getattr(place, name) for name in _FIELDS[type(place)]}


def _add(people: People, folder: str, place: Any, act: Act) -> Any:
    people[folder].add(place.id, place)
    act.notify(PlaceAdded(place, act, new=facts(place)))
    return place


def _change(place: Any, values: dict[str, Any], act: Act) -> None:
    old = facts(place)
    for name, value in values.items():
        if value == old[name]:
            continue
        setattr(place, "title" if name == "name" else name, value)
    new = facts(place)
    if new != old:
        act.notify(PlaceChanged(place, act, old=old, new=new))


def _refuse_circle(find: Callable[[str], Any], start: str, above: str | None, link: str) -> None:
    """Refuse when walking up from ``above`` comes back to ``start``."""
    seen: set[str] = set()
    while above is not None and above not in seen:
        if above == start:
            raise NoCircles
        seen.add(above)
        above = getattr(find(above), link)


def add_position(
    people: People,
    *,
    name: str,
    superior_id: str | None = None,
    unit_id: str | None = None,
    site_id: str | None = None,
    identifier: str | None = None,
    act: Act,
) -> Position:
    """Add a position; its superior, unit and site must exist."""
    name = clean_line(name)
    identifier = free_id(people["positions"].__contains__, identifier, name, "position")
    _check_position(people, superior_id, unit_id, site_id)
    position = Position(identifier, name, superior_id, unit_id, site_id)
    return _add(people, "positions", position, act)


def _check_position(
    people: People, superior_id: str | None, unit_id: str | None, site_id: str | None
) -> None:
    if superior_id is not None:
        people.position(superior_id)
    if unit_id is not None:
        people.unit(unit_id)
    if site_id is not None:
        people.site_place(site_id)


def change_position(
    people: People,
    position: Position,
    *,
    name: str,
    superior_id: str | None,
    unit_id: str | None,
    site_id: str | None,
    act: Act,
) -> None:
    """Change a position; nobody may come to stand above themselves."""
    _check_position(people, superior_id, unit_id, site_id)
    _refuse_circle(people.position, position.id, superior_id, "superior_id")
    values = {"superior_id": superior_id, "unit_id": unit_id, "site_id": site_id}
    _change(position, {"name": clean_line(name), **values}, act)


def add_unit(
    people: People,
    *,
    name: str,
    parent_id: str | None = None,
    identifier: str | None = None,
    act: Act,
) -> Unit:
    """Add a unit under its parent, which must exist."""
    name = clean_line(name)
    identifier = free_id(people["units"].__contains__, identifier, name, "unit")
    if parent_id is not None:
        people.unit(parent_id)
    return _add(people, "units", Unit(identifier, name, parent_id), act)


def change_unit(people: People, unit: Unit, *, name: str, parent_id: str | None, act: Act) -> None:
    """Change a unit; it may not come to lie inside itself."""
    if parent_id is not None:
        people.unit(parent_id)
    _refuse_circle(people.unit, unit.id, parent_id, "parent_id")
    _change(unit, {"name": clean_line(name), "parent_id": parent_id}, act)


def add_site_place(
    people: People,
    *,
    name: str,
    city: str = "",
    subdivision: str | None = None,
    identifier: str | None = None,
    act: Act,
) -> SitePlace:
    """Add a site in a city."""
    name = clean_line(name)
    identifier = free_id(people["sites"].__contains__, identifier, name, "site")
    place = SitePlace(identifier, name, clean_line(city), subdivision)
    return _add(people, "sites", place, act)


def change_site_place(
    place: SitePlace, *, name: str, city: str, subdivision: str | None, act: Act
) -> None:
    """Change a site's name, city or subdivision."""
    values = {"name": clean_line(name), "city": clean_line(city), "subdivision": subdivision}
    _change(place, values, act)
