"""The process map as data: kinds, macroprocesses, processes, with their leaders and numbers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from qms.content.models import Organisation
from qms.documents import workflow
from qms.documents.listing import Wanted, facet_counts
from qms.kernel.i18n import _
from qms.people.models import people_of
from qms.profiles.models import Process
from qms.profiles.processes import KINDS, ordered_processes

KIND_TITLES = {
    "strategic": _("Strategic processes"),
    "core": _("Core processes"),
    "support": _("Support processes"),
}
UNDER_WAY = (workflow.DRAFT, workflow.IN_REVIEW, workflow.APPROVED)


@dataclass(frozen=True)
class Box:
    """One process of the map."""

    id: str
    name: str
    acronym: str
    leader: str
    """Name of the position that leads it; empty where nobody does."""
    in_force: int
    """Documents in force."""
    under_way: int | None
    """Versions under way; None for who may not know of them."""


@dataclass(frozen=True)
class Group:
    """The processes of one macroprocess."""

    name: str
    """Empty for processes of no macroprocess."""
    boxes: tuple[Box, ...]


@dataclass(frozen=True)
class Band:
    """The processes of one kind."""

    kind: str
    title: Any
    groups: tuple[Group, ...]


def bands_of(organisation: Organisation, *, person: Any) -> tuple[Band, ...]:
    """Give the map as ``person`` may see it; kinds without processes are left out."""
    in_force = _counts(organisation, Wanted(states=(workflow.IN_FORCE,)), person)
    under_way = _under_way(organisation, person)
    bands = []
    for kind in KINDS:
        groups: dict[str, list[Box]] = {}
        for process in ordered_processes(organisation):
            if process.kind == kind:
                box = _box(organisation, process, in_force, under_way)
                groups.setdefault(process.macroprocess or "", []).append(box)
        if groups:
            made = tuple(Group(name, tuple(boxes)) for name, boxes in groups.items())
            bands.append(Band(kind, KIND_TITLES[kind], made))
    return tuple(bands)


def _counts(organisation: Organisation, wanted: Wanted, person: Any) -> Mapping[str, int]:
    if "documents" not in organisation:
        return {}
    return facet_counts(organisation, wanted, person=person)["process"]


def _under_way(organisation: Organisation, person: Any) -> Mapping[str, int] | None:
    # What is under way is told to who sees every row, as in the master list (D4-3).
    if person is not None and not {"quality", "auditor"} & set(person.roles):
        return None
    return _counts(organisation, Wanted(pending=UNDER_WAY), person)


def _box(
    organisation: Organisation,
    process: Process,
    in_force: Mapping[str, int],
    under_way: Mapping[str, int] | None,
) -> Box:
    return Box(
        id=process.id,
        name=process.name,
        acronym=process.acronym or "",
        leader=leader_name(organisation, process),
        in_force=in_force.get(process.id, 0),
        under_way=None if under_way is None else under_way.get(process.id, 0),
    )


def leader_name(organisation: Organisation, process: Process) -> str:
    """Name the position that leads the process; empty where nobody does."""
    return people_of(organisation).position_name(process.leader) if process.leader else ""


def leaders(organisation: Organisation, process: Process) -> list[str]:
    """Name the persons who hold the leading position now."""
    if not process.leader:
        return []
    return [person.name for person in people_of(organisation).holders(process.leader)]
