"""Where findings, actions, audits and management reviews are kept, and what every act bears."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from qms.content.models import BlobFile, Organisation, numbers_of
from qms.improvement.errors import NobodyThere
from qms.improvement.listing import ACTIONS, AUDITS, FINDINGS, catalogue_of
from qms.improvement.models import (
    ActionRegister,
    AuditRegister,
    FindingRegister,
    ManagementReviews,
    Recorded,
)
from qms.kernel.acts import Act
from qms.people.models import Person, people_of
from qms.people.moments import local_day

FOLDERS = {
    "findings": FindingRegister,
    "actions": ActionRegister,
    "audits": AuditRegister,
    "management-reviews": ManagementReviews,
}


def open_rooms(organisation: Organisation) -> None:
    """Give an organisation the places of this room; repeating it changes nothing."""
    for name, kind in FOLDERS.items():
        if name not in organisation:
            organisation.add(name, kind())
    # Made together, since pages that only look must not write.
    for name in (FINDINGS, ACTIONS, AUDITS):
        catalogue_of(organisation, name)
    numbers_of(organisation)


def act_data(content: Any, kind: str, act: Act) -> dict[str, Any]:
    """Give what every act keeps: its kind, who, when, and the day at the organisation's place."""
    day = local_day(content, act.at).isoformat()
    return {"kind": kind, "by": act.person_id, "at": act.at.isoformat(), "day": day}


def evidence_of(content: Recorded, files: Iterable[BlobFile], record: str) -> dict[str, Any]:
    """Keep files at the content and give the part of an act that shows them."""
    shown = {"files": content.keep(files), "record": record.strip()}
    return {key: value for key, value in shown.items() if value}


def active_person(organisation: Organisation, person_id: str) -> Person:
    """Give an active person of this organisation; refuse any other (NobodyThere)."""
    person: Person | None = people_of(organisation)["persons"].get(person_id)
    if person is None or not person.active:
        raise NobodyThere
    return person


def check_process(organisation: Organisation, process_id: str) -> str:
    """Give the id of a process of this organisation, or nothing; refuse any other."""
    if process_id and organisation["processes"].get(process_id) is None:
        raise NobodyThere
    return process_id


def quality_staff(organisation: Organisation) -> list[Person]:
    """List the active quality staff."""
    return people_of(organisation).with_role("quality")
