"""Changes the processes of an organisation one by one, so that its exported profile has them.

Set-up, renaming and the process map all write through here. Everything is checked as a whole
profile would be, before anything is written; nothing is ever removed, only taken out of use.
"""

from __future__ import annotations

import copy
from collections.abc import Mapping, Sequence
from typing import Any

from persistent.mapping import PersistentMapping

from qms.content.models import Organisation
from qms.kernel.acts import Act
from qms.kernel.text import clean_line, fold, slug
from qms.profiles import state
from qms.profiles.api import process_of
from qms.profiles.apply import PROCESSES
from qms.profiles.errors import (
    AcronymTaken,
    LastProcess,
    ProcessNameTaken,
    ProcessNeedsName,
    ProfileMistakes,
)
from qms.profiles.events import ProcessAdded, ProcessChanged, ProcessesOrdered
from qms.profiles.loader import check_plain
from qms.profiles.models import Process

KINDS = ("strategic", "core", "support")
"""Kinds of processes, from the top of the map down."""
RESERVED = frozenset({"add", "arrange", "macroprocess", "matrix"})
"""Addresses below the map that are pages of their own."""
_FACTS = ("name", "acronym", "macroprocess", "kind", "leader", "active")


def ordered_processes(organisation: Organisation, *, active_only: bool = True) -> list[Process]:
    """List the processes in the order of the profile, which is that of the map."""
    order = (organisation.profile.get(state.ORDER) or {}).get(PROCESSES) or ()
    places = {identifier: place for place, identifier in enumerate(order)}
    found = [one for one in organisation[PROCESSES].values() if one.active or not active_only]
    return sorted(found, key=lambda one: (places.get(one.id, len(places)), one.id))


def macroprocesses(organisation: Organisation) -> list[str]:
    """List the macroprocesses that processes in use belong to, in the order of the map."""
    names = [one.macroprocess for one in ordered_processes(organisation)]
    return list(dict.fromkeys(name for name in names if name))


def add_process(
    organisation: Organisation,
    *,
    name: str,
    acronym: str | None = None,
    kind: str = "core",
    macroprocess: str | None = None,
    leader: str | None = None,
    identifier: str | None = None,
    act: Act,
) -> Process:
    """Add a process at the end of the map; its id is made of acronym or name unless given.

    Raises ProcessNeedsName, ProcessNameTaken, AcronymTaken, or ProfileMistakes for anything that
    a profile could not say either.
    """
    facts = _clean(
        {
            "name": name,
            "acronym": acronym,
            "macroprocess": macroprocess,
            "kind": kind,
            "leader": leader,
            "active": True,
        }
    )
    known = state.stored_data(organisation)["processes"]
    new = {"id": identifier or _free_id(organisation, facts), **facts}
    _check_names(organisation, known, new)
    codes = _with_acronym(organisation.profile["codes"], known, None, new)
    _check(organisation, [*known, new], codes)
    process = Process(
        new["id"],
        new["acronym"],
        new["name"],
        new["macroprocess"],
        new["kind"],
        new["leader"],
    )
    organisation[PROCESSES].add(process.id, process)
    _keep(organisation, codes, [*(one["id"] for one in known), process.id])
    act.notify(ProcessAdded(process, act, new=state.process_facts(process)))
    return process


def change_process(organisation: Organisation, identifier: str, *, act: Act, **facts: Any) -> bool:
    """Change name, acronym, macroprocess, kind, leader or active; tell whether anything changed.

    A new acronym is for new codes: the former one stays in the code grammar, since the codes that
    bear it stay as they are. Raises as ``add_process`` does, and LastProcess.
    """
    process = process_of(organisation, identifier)
    old = state.process_facts(process)
    new = {**old, **_clean({key: facts[key] for key in _FACTS if key in facts})}
    if new == old:
        return False
    known = state.stored_data(organisation)["processes"]
    _check_names(organisation, known, new)
    if old["active"] and not new["active"] and sum(one["active"] for one in known) == 1:
        raise LastProcess
    codes = organisation.profile["codes"]
    if new["acronym"] != old["acronym"]:
        codes = _with_acronym(codes, known, old, new)
    wanted = [new if one["id"] == identifier else one for one in known]
    _check(organisation, wanted, codes)
    process.title = new["name"]
    for key in ("acronym", "macroprocess", "kind", "leader", "active"):
        if getattr(process, key) != new[key]:
            setattr(process, key, new[key])
    _keep(organisation, codes, [one["id"] for one in known])
    act.notify(ProcessChanged(process, act, old=old, new=new))
    return True


def deactivate_process(organisation: Organisation, identifier: str, *, act: Act) -> bool:
    """Take a process out of use; its documents and history stay. Raises LastProcess."""
    return change_process(organisation, identifier, act=act, active=False)


def reactivate_process(organisation: Organisation, identifier: str, *, act: Act) -> bool:
    """Put a process back into use."""
    return change_process(organisation, identifier, act=act, active=True)


def rename_macroprocess(organisation: Organisation, old: str, new: str, *, act: Act) -> int:
    """Give a macroprocess another name in all of its processes; give their number."""
    mine = [
        one for one in ordered_processes(organisation, active_only=False) if one.macroprocess == old
    ]
    return sum(change_process(organisation, one.id, act=act, macroprocess=new) for one in mine)


def order_processes(organisation: Organisation, identifiers: Sequence[str], *, act: Act) -> bool:
    """Put these processes first, in this order, and the others behind as they stood.

    UnknownEntry when one does not exist; tells whether the order changed.
    """
    for identifier in identifiers:
        process_of(organisation, identifier)
    before = [one.id for one in ordered_processes(organisation, active_only=False)]
    order = list(dict.fromkeys([*identifiers, *before]))
    if order == before:
        return False
    _keep(organisation, organisation.profile["codes"], order)
    act.notify(ProcessesOrdered(organisation[PROCESSES], act, order=order))
    return True


def move_process(organisation: Organisation, identifier: str, steps: int, *, act: Act) -> bool:
    """Move a process up (negative) or down among those of its kind and macroprocess."""
    process = process_of(organisation, identifier)
    everything = ordered_processes(organisation, active_only=False)
    beside = [
        one
        for one in everything
        if one.active and (one.kind, one.macroprocess) == (process.kind, process.macroprocess)
    ]
    if process not in beside:
        return False
    here = beside.index(process)
    there = min(max(here + steps, 0), len(beside) - 1)
    if here == there:
        return False
    order = [one.id for one in everything]
    order.remove(identifier)
    order.insert(order.index(beside[there].id) + (there > here), identifier)
    return order_processes(organisation, order, act=act)


def former_acronyms(organisation: Organisation, identifier: str) -> list[str]:
    """List the acronyms by which codes name the process, besides the present one."""
    codes = organisation.profile["codes"]
    listed = codes.get("processes") if isinstance(codes, Mapping) else None
    present = process_of(organisation, identifier).acronym
    return [
        acronym
        for acronym, meaning in (listed.items() if isinstance(listed, Mapping) else ())
        if meaning == identifier and acronym != present
    ]


def _clean(facts: dict[str, Any]) -> dict[str, Any]:
    """Give texts as lines, and nothing where nothing was said."""
    cleaned: dict[str, Any] = {}
    for key, value in facts.items():
        line = clean_line(value) if isinstance(value, str) else value
        cleaned[key] = line if key in {"name", "active"} else line or None
    if "name" in cleaned and not cleaned["name"]:
        raise ProcessNeedsName
    return cleaned


def _free_id(organisation: Organisation, facts: Mapping[str, Any]) -> str:
    base = slug(facts["acronym"] or "", 40) or slug(facts["name"], 40) or "proceso"
    if not base[0].isalpha() or base in RESERVED:
        base = f"p-{base}"
    found, number = base, 2
    while found in organisation[PROCESSES]:
        found, number = f"{base}-{number}", number + 1
    return found


def _check_names(
    organisation: Organisation, known: Sequence[Mapping[str, Any]], new: Mapping[str, Any]
) -> None:
    """Refuse a name or acronym that another process has or had."""
    for one in known:
        if one["id"] == new["id"]:
            continue
        if one["active"] and new["active"] and fold(one["name"]) == fold(new["name"]):
            raise ProcessNameTaken(name=one["name"])
        if new["acronym"] and (one["acronym"] or "").lower() == new["acronym"].lower():
            raise AcronymTaken(acronym=new["acronym"], process=one["name"])
    names = {one["id"]: one["name"] for one in known}
    for acronym, meaning in _listed(organisation.profile["codes"]).items():
        taken = new["acronym"] and str(acronym).lower() == new["acronym"].lower()
        if taken and meaning != new["id"]:
            raise AcronymTaken(acronym=new["acronym"], process=names.get(meaning, meaning))


def _listed(codes: Any) -> Mapping[str, Any]:
    listed = codes.get("processes") if isinstance(codes, Mapping) else None
    return listed if isinstance(listed, Mapping) else {}


def _with_acronym(
    codes: Any,
    known: Sequence[Mapping[str, Any]],
    old: Mapping[str, Any] | None,
    new: Mapping[str, Any],
) -> Any:
    """Give the code grammar with a new acronym in it, where codes bear acronyms at all.

    Some grammars write something else for a process, such as a number; those stay as they are.
    """
    listed = _listed(codes)
    by_acronym = all(
        listed.get(one["acronym"]) == one["id"]
        for one in known
        if one["id"] in set(listed.values())
    )
    named = old is None or listed.get(old["acronym"]) == old["id"]
    if not listed or not by_acronym or not named or not new["acronym"]:
        return codes
    # The present acronym stands before former ones: it is the one that new codes are offered.
    mine = {key: value for key, value in listed.items() if value == new["id"]}
    mine.pop(new["acronym"], None)
    rest = {key: value for key, value in listed.items() if value != new["id"]}
    return {**codes, "processes": {**rest, new["acronym"]: new["id"], **mine}}


def _check(organisation: Organisation, processes: Sequence[dict[str, Any]], codes: Any) -> None:
    """Refuse what a profile file could not say; nothing was written yet."""
    data = {**state.stored_data(organisation), "processes": processes, "codes": codes}
    try:
        check_plain(copy.deepcopy(data))
    except ProfileMistakes as found:
        raise found.followed_by(*(one.what for one in found.mistakes[:3])) from None


def _keep(organisation: Organisation, codes: Any, order: Sequence[str]) -> None:
    """Write the plain part of the profile where it differs, and count the revision up."""
    settings = dict(organisation.profile)
    orders = {**(settings.get(state.ORDER) or {}), PROCESSES: list(order)}
    if settings["codes"] != codes or list(_listed(settings["codes"])) != list(_listed(codes)):
        settings["codes"] = copy.deepcopy(codes)
    settings[state.ORDER] = orders
    organisation.profile = PersistentMapping(settings)
    organisation.profile_revision += 1
