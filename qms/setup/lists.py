"""Changes a list of the settings whose entries have ids: document types and routes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from qms.content.models import Organisation
from qms.documents.listing import catalogue_of
from qms.kernel.acts import Act
from qms.profiles.errors import UnknownEntry
from qms.profiles.state import stored_data
from qms.setup.errors import InUse, LastOne
from qms.setup.services import change_settings

Entries = list[dict[str, Any]]


def entry_of(entries: Sequence[Mapping[str, Any]], identifier: str) -> dict[str, Any]:
    """Give the entry of this id; UnknownEntry otherwise."""
    for one in entries:
        if one["id"] == identifier:
            return dict(one)
    raise UnknownEntry


def put(entries: Entries, entry: dict[str, Any]) -> Entries:
    """Give the list with ``entry`` in the place of that of its id, or at the end."""
    if any(one["id"] == entry["id"] for one in entries):
        return [entry if one["id"] == entry["id"] else one for one in entries]
    return [*entries, entry]


def move(organisation: Organisation, part: str, identifier: str, steps: int, *, act: Act) -> bool:
    """Move an entry up (negative) or down; tell whether that changed anything."""
    entries: Entries = stored_data(organisation)[part]
    here = [one["id"] for one in entries].index(entry_of(entries, identifier)["id"])
    there = min(max(here + steps, 0), len(entries) - 1)
    if there == here:
        return False
    entries.insert(there, entries.pop(here))
    return change_settings(organisation, {part: entries}, act=act)


def documents_of_type(organisation: Organisation) -> dict[str, int]:
    """Count the documents of each type."""
    if "documents" not in organisation:
        return {}
    return dict(catalogue_of(organisation).counts("type", {}))


def use_type(organisation: Organisation, identifier: str, *, active: bool, act: Act) -> bool:
    """Take a type out of use or back into it; its documents stay what they are."""
    entries: Entries = stored_data(organisation)["document_types"]
    entry = {**entry_of(entries, identifier), "active": active}
    others = [one for one in entries if one["id"] != identifier and one.get("active", True)]
    if not active and not others:
        raise LastOne
    return change_settings(organisation, {"document_types": put(entries, entry)}, act=act)


def remove_type(organisation: Organisation, identifier: str, *, act: Act) -> bool:
    """Take away a type that no document ever had, with its acronyms in the code grammar.

    Raises InUse where a document has it, and LastOne.
    """
    data = stored_data(organisation)
    entry = entry_of(data["document_types"], identifier)
    if documents_of_type(organisation).get(identifier):
        raise InUse(name=entry["name"])
    left = [one for one in data["document_types"] if one["id"] != identifier]
    if not any(one.get("active", True) for one in left):
        raise LastOne
    codes = data["codes"]
    listed = codes.get("types") if isinstance(codes, Mapping) else None
    if isinstance(listed, Mapping) and identifier in listed.values():
        rest = {short: long for short, long in listed.items() if long != identifier}
        codes = {**codes, "types": rest}
        if not rest:
            raise InUse(name=entry["name"])
    return change_settings(organisation, {"document_types": left, "codes": codes}, act=act)


def remove_route(organisation: Organisation, identifier: str, *, act: Act) -> bool:
    """Take away a route that no type uses; InUse or LastOne otherwise."""
    data = stored_data(organisation)
    entry = entry_of(data["routes"], identifier)
    if types_by_route(data).get(identifier) or (data["requests"]["retirement_route"] == identifier):
        raise InUse(name=entry["name"])
    left = [one for one in data["routes"] if one["id"] != identifier]
    if not left:
        raise LastOne
    return change_settings(organisation, {"routes": left}, act=act)


def types_by_route(data: Mapping[str, Any]) -> dict[str, list[str]]:
    """Give the names of the types that use each route."""
    found: dict[str, list[str]] = {}
    for one in data["document_types"]:
        found.setdefault(one["route"], []).append(one["name"])
    return found


def with_acronym(codes: Any, identifier: str, acronym: str | None) -> Any:
    """Give the code grammar in which ``acronym`` stands for this type, before its former ones.

    Grammars that name no types, or not this one by its acronym, stay as they are.
    """
    listed = codes.get("types") if isinstance(codes, Mapping) else None
    if not acronym or not isinstance(listed, Mapping) or listed.get(acronym) == identifier:
        return codes
    if acronym in listed:
        return codes  # another type has it; the check of the whole profile says so
    mine = {short: long for short, long in listed.items() if long == identifier}
    rest = {short: long for short, long in listed.items() if long != identifier}
    return {**codes, "types": {**rest, acronym: identifier, **mine}}
