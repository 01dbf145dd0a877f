"""Nobody audits their own work (ISO 9001:2015, 9.2.2 c): what ties a person to a process."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

from qms.content.models import Organisation, organisation_of
from qms.documents import workflow
from qms.documents.listing import Wanted, master_list
from qms.documents.models import Version
from qms.improvement.errors import LeadsIt, OwnProcess, WorksThere, WroteIt
from qms.people.models import Person, people_of
from qms.profiles.api import profile_of

MOST = 2000
"""So many documents of one process are looked at."""


class Tie(NamedTuple):
    """What ties a person to an audited process."""

    refusal: type[OwnProcess]
    thing: str
    """The process or the document."""


def documents_of(organisation: Organisation, process_id: str) -> Iterator[Version]:
    """Give the version in force of every document of a process."""
    if "documents" not in organisation:
        return
    wanted = Wanted(processes=(process_id,), states=(workflow.IN_FORCE,), limit=MOST)
    for row in master_list(organisation, wanted, person=None).rows:
        document = organisation["documents"].get(row.uid)
        if document is not None and document.in_force is not None:
            yield document.in_force


def positions_in(version: Version) -> set[str]:
    """Name the positions that a version makes responsible of its activities."""
    found = {version.document.responsible_id} if version.document.responsible_id else set()
    for data in section_data(version, "activities"):
        for row in data.get("rows") or ():
            found.update(row.get("responsible") or ())
    return found


def section_data(version: Version, kind: str) -> Iterator[dict[str, Any]]:
    """Give the data of a version's sections of one kind."""
    for section in sections_of(version, kind):
        data = version.data_of(section.id)
        if data is not None:
            yield data


def sections_of(version: Version, kind: str) -> list[Any]:
    """List the sections of one kind that the type of a version's document has."""
    profile = profile_of(organisation_of(version))
    type_ = profile.document_type(version.document.type_id)
    return [one for one in type_.sections if one.kind == kind]


def tie_of(organisation: Organisation, process_id: str, person: Person) -> Tie | None:
    """Say what ties a person to a process: leading it, working in it, writing for it."""
    process = organisation["processes"].get(process_id)
    if process is None:
        return None
    held = set(person.position_ids)
    if process.leader and process.leader in held:
        return Tie(LeadsIt, process.name)
    for version in documents_of(organisation, process_id):
        writers = {version.author_id, *version.editor_ids}
        if person.id in writers:
            return Tie(WroteIt, version.document.code)
        if held & positions_in(version):
            return Tie(WorksThere, process.name)
    return None


def check_independent(
    organisation: Organisation, processes: Iterable[str], persons: Iterable[Person]
) -> None:
    """Refuse a team of which somebody is tied to an audited process (OwnProcess)."""
    audited = list(processes)
    for person in persons:
        for process_id in audited:
            tie = tie_of(organisation, process_id, person)
            if tie is not None:
                raise tie.refusal(person=person.name, thing=tie.thing)


def independent(organisation: Organisation, processes: Iterable[str]) -> list[Person]:
    """List the active persons who are tied to none of these processes."""
    audited = list(processes)
    return [
        one
        for one in people_of(organisation).persons()
        if all(tie_of(organisation, process_id, one) is None for process_id in audited)
    ]
