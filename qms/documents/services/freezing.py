"""The frozen form of a version: everything that its PDF says, as plain data."""

from __future__ import annotations

import copy
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from qms.content.models import organisation_of
from qms.documents.models import Document, Version
from qms.documents.sections import kind_of
from qms.documents.workflow import ABORTED, Slot, slots_of_route
from qms.kernel.acts import Act
from qms.kernel.months import add_months
from qms.people.models import people_of
from qms.profiles.api import Profile, logo_data, profile_of

FROZEN_SCHEMA = 1
"""Grows when the frozen form changes, so that an old one can still be read."""


def local_day(organisation: Any, act: Act) -> date:
    """Give the day that it is at the organisation's place at the moment of the act."""
    return act.at.astimezone(profile_of(organisation).zone).date()


def in_force_day(version: Version, act: Act) -> date:
    """Give the day from which the version is to be in force: the planned one, if still to come."""
    today = local_day(organisation_of(version), act)
    return max(today, version.release_on) if version.release_on else today


def review_day(version: Version, start: date) -> str | None:
    """Give the ISO day by which the version is to be reviewed: the author's, or the type's."""
    if version.dates.get("review_by"):
        return version.dates["review_by"]
    organisation = organisation_of(version)
    months = profile_of(organisation).document_type(version.document.type_id).review_months
    if not months:
        return None
    return add_months(start, months).isoformat()


def freeze(version: Version, *, act: Act, check_url: str) -> dict[str, Any]:
    """Give the version's frozen form, as it would be submitted by ``act``."""
    organisation = organisation_of(version)
    profile = profile_of(organisation)
    document = version.document
    start = in_force_day(version, act)
    dates = {
        "approved_on": version.dates.get("approved_on"),
        "in_force_from": version.dates.get("in_force_from") or start.isoformat(),
        "review_by": version.dates.get("review_by") or review_day(version, start),
    }
    if version.migrated:
        dates = {name: version.dates.get(name) for name in dates}
    sections = _sections(version, profile)
    return {
        "schema": FROZEN_SCHEMA,
        "organisation": _plain(profile.organisation_facts()) | {"logo": logo_data(organisation)},
        "document": _document(document, profile, version),
        "version": {
            "label": version.label,
            "order": version.order,
            "reason": version.reason,
            "changes": [dict(one) for one in version.changes],
            "migrated": version.migrated,
            "author": _author(version),
            **dates,
            **_reading(version),
        },
        "history": _history(document, version, dates),
        "approvals": _approvals(version, profile),
        "distribution": _distribution(version),
        "sections": sections,
        "positions": _positions(organisation),
        "references": _references(version, sections),
        "files": _files(version),
        "check_url": check_url,
        "printing": _plain(profile.printing),
    }


def _reading(version: Version) -> dict[str, Any]:
    """Freeze what the signers decide about reading, where they decide anything."""
    reading: dict[str, Any] = {}
    if version.minor_reason:
        reading["minor_reason"] = version.minor_reason
    if version.questions:
        reading["questions"] = [_plain(one) for one in version.questions]
    return reading


def _plain(value: Any) -> Any:
    """Turn persistent mappings and lists into plain ones, as JSON wants them."""
    if isinstance(value, Mapping):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    return str(value) if isinstance(value, float) else value


def _document(document: Document, profile: Profile, version: Version) -> dict[str, Any]:
    type_ = profile.document_type(document.type_id)
    organisation = organisation_of(document)
    return {
        "id": document.uid,
        "code": version.code or document.code,
        "title": version.title,
        "type": {"id": type_.id, "name": type_.name, "family": type_.family or ""},
        "process": process_data(organisation, document.process_id),
        "owner_process": process_data(organisation, document.owner_process_id),
    }


def process_data(organisation: Any, process_id: str | None) -> dict[str, str] | None:
    """Give a process as the frozen form keeps it, or None."""
    process = organisation["processes"].get(process_id) if process_id else None
    if process is None:
        return None
    return {
        "id": process.id,
        "acronym": process.acronym,
        "name": process.name,
        "macroprocess": process.macroprocess or "",
    }


def _author(version: Version) -> dict[str, str]:
    position = ""
    if version.author_id:
        people = people_of(organisation_of(version))
        author = people.person(version.author_id)
        position = people.position_name(author.position_ids[0]) if author.position_ids else ""
    return {"name": version.author, "position": position}


def _history(document: Document, version: Version, dates: Mapping[str, Any]) -> list[dict]:
    rows = []
    for one in document.versions:
        if one.order > version.order or (one.state == ABORTED and one is not version):
            continue
        current = one is version
        state = one.state
        if current and not version.migrated:
            # The table is printed before the signatures, for the day on which it will be true.
            state = "in-force"
        elif state == "in-force" and not version.migrated:
            state = "obsolete"
        rows.append(
            {
                "label": one.label,
                "date": (dates if current else one.dates).get("in_force_from"),
                "approved_on": (dates if current else one.dates).get("approved_on"),
                "reason": one.reason,
                "changes": [dict(item) for item in one.changes],
                "state": state,
                "author": one.author,
            }
        )
    return rows


def _approvals(version: Version, profile: Profile) -> list[dict[str, Any]]:
    if version.migrated:
        return [dict(one) for one in version.approvals]
    return [
        {
            "slot": slot.name,
            "step": slot.step,
            "label": slot.label,
            "meaning": slot.meaning,
            "assignee": assignee_text(version, slot.assignees),
            "name": None,
            "position": None,
            "date": None,
        }
        for slot in route_slots(version, profile)
    ]


def route_slots(version: Version, profile: Profile) -> list[Slot]:
    """Lay out the signatures that the document type's route asks of this version."""
    type_ = profile.document_type(version.document.type_id)
    return slots_of_route(profile.route(type_.route).steps)


def assignee_text(version: Version, assignees: Iterable[Mapping[str, str]]) -> str:
    """Name who is to sign, by position as far as possible, as the approvals block prints it."""
    organisation = organisation_of(version)
    people = people_of(organisation)
    names = []
    for one in assignees:
        if "position" in one:
            names.append(people.position_name(one["position"]))
        elif "unit" in one:
            names.append(people.unit_name(one["unit"]))
        elif "person" in one:
            names.append(people.person(one["person"]).name)
        else:
            names.append(_role_text(version, one["role"]))
    return " / ".join(name for name in names if name)


def _role_text(version: Version, role: str) -> str:
    people = people_of(organisation_of(version))
    author = people.person(version.author_id) if version.author_id else None
    if role == "process-leader":
        leader = version.document.leader_position()
        return people.position_name(leader) if leader else ""
    if author is None:
        return ""
    if role == "author":
        return people.position_name(author.position_ids[0]) if author.position_ids else author.name
    superior = people.superior_of(author)
    return superior.name if superior else ""


def _distribution(version: Version) -> list[dict[str, str]]:
    people = people_of(organisation_of(version))
    return [
        {"position": position_id, "name": people.position_name(position_id)}
        for position_id in version.distribution
    ]


def _sections(version: Version, profile: Profile) -> list[dict[str, Any]]:
    type_ = profile.document_type(version.document.type_id)
    sections = []
    for spec in type_.sections:
        data = version.data_of(spec.id)
        if data is None:
            continue
        sections.append(
            {
                "id": spec.id,
                "kind": spec.kind,
                "number": spec.number or "",
                "title": spec.title,
                "print": spec.printed,
                "data": copy.deepcopy(data),
            }
        )
    return sections


def _positions(organisation: Any) -> dict[str, str]:
    return {one.id: one.name for one in people_of(organisation)["positions"].values()}


def _references(version: Version, sections: list[dict[str, Any]]) -> dict[str, dict[str, str]]:
    folder = version.document.folder
    found = {}
    for section in sections:
        for code in kind_of(section["kind"]).declares(section["data"]).references:
            target = folder.get(code)
            if target is not None:
                found[code] = {"title": target.title, "state": target.state}
    return found


def _files(version: Version) -> list[dict[str, Any]]:
    return [
        {
            "id": file_id,
            "filename": file.filename,
            "media_type": file.media_type,
            "size": file.size,
            "sha256": file.sha256,
            "main": file_id == version.main_file,
        }
        for file_id, file in version.files.items()
    ]
