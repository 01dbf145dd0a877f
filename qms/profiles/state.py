"""Reads the whole profile of an organisation back out of the database, as plain data."""

from __future__ import annotations

import copy
from collections.abc import Iterable, Mapping
from typing import Any

from qms.content.models import Organisation
from qms.profiles.schema import PROFILE

LISTS = ("sites", "units", "positions", "persons", "processes")
"""The parts of a profile that live in the tree as objects; the rest is kept as plain data."""
ORDER = "order"
"""Where the plain data keeps the order in which the profile names those objects."""


def stored_data(organisation: Organisation) -> dict[str, Any]:
    """Give the normalised profile as it stands now, with everything that a screen changed."""
    kept = organisation.profile
    listed = _listed(organisation)
    order = kept.get(ORDER) or {}
    data = {}
    for key in PROFILE.keys:
        if key in LISTS:
            data[key] = _ordered(listed[key], order.get(key) or ())
        else:
            # A profile stored before the key existed has what stands for it when left out.
            data[key] = copy.deepcopy(kept[key] if key in kept else PROFILE.keys[key].default())
    return data


def _ordered(entries: Iterable[dict[str, Any]], order: Iterable[str]) -> list[dict[str, Any]]:
    """Put the entries into the order of the profile; those it does not name come last."""
    places = {identifier: place for place, identifier in enumerate(order)}
    return sorted(entries, key=lambda one: (places.get(one["id"], len(places)), one["id"]))


def _active(content: Any) -> bool:
    return bool(getattr(content, "active", True))


def _listed(organisation: Organisation) -> Mapping[str, list[dict[str, Any]]]:
    people, processes = organisation["people"], organisation["processes"]
    return {
        "sites": [site_facts(one) for one in people["sites"].values()],
        "units": [unit_facts(one) for one in people["units"].values()],
        "positions": [position_facts(one) for one in people["positions"].values()],
        "persons": [person_facts(one) for one in people["persons"].values()],
        "processes": [process_facts(one) for one in processes.values()],
    }


def site_facts(site: Any) -> dict[str, Any]:
    """Give a site as the profile writes it."""
    return {
        "id": site.id,
        "name": site.name,
        "city": site.city,
        "subdivision": site.subdivision,
        "active": _active(site),
    }


def unit_facts(unit: Any) -> dict[str, Any]:
    """Give a unit as the profile writes it."""
    return {
        "id": unit.id,
        "name": unit.name,
        "parent": unit.parent_id,
        "active": _active(unit),
    }


def position_facts(position: Any) -> dict[str, Any]:
    """Give a position as the profile writes it."""
    return {
        "id": position.id,
        "name": position.name,
        "superior": position.superior_id,
        "unit": position.unit_id,
        "site": position.site_id,
        "active": _active(position),
    }


def person_facts(person: Any) -> dict[str, Any]:
    """Give a person as the profile writes it; nothing secret is in it."""
    return {
        "id": person.id,
        "name": person.name,
        "email": person.email.lower() or None,
        "positions": list(person.position_ids),
        "roles": sorted(person.roles),
        "active": person.active,
    }


def process_facts(process: Any) -> dict[str, Any]:
    """Give a process as the profile writes it."""
    return {
        "id": process.id,
        "acronym": process.acronym,
        "name": process.name,
        "macroprocess": process.macroprocess,
        "kind": process.kind,
        "leader": process.leader,
        "active": process.active,
    }
