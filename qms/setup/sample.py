"""A version that does not exist, to see what a printed look makes of it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from qms.content.models import Organisation
from qms.documents.sections import kind_of
from qms.documents.services.freezing import FROZEN_SCHEMA, freeze, process_data
from qms.documents.workflow import slots_of_route
from qms.kernel.acts import Act
from qms.kernel.codes import BadCode
from qms.people.models import people_of
from qms.people.moments import local_day
from qms.profiles.api import DocumentType, Profile, logo_data, profile_of
from qms.profiles.processes import ordered_processes

_TEXT = (
    "<p>Este es un texto de ejemplo para ver cómo queda el documento impreso. Cada sección ocupa"
    " el lugar que le da el tipo de documento, con su número y su título.</p><ul><li>Primer punto"
    " de una lista.</li><li>Segundo punto, un poco más largo que el primero, para que se vea cómo"
    " continúa en el renglón siguiente.</li></ul>"
)
_ROWS = [
    ("a1", "Recibir la solicitud", "step", "Se recibe y se registra el mismo día."),
    ("a2", "Revisar la información", "step", "Se revisa que la información esté completa."),
    ("a3", "Responder", "end", "Se responde y se archiva."),
]


def sample_type(profile: Profile) -> DocumentType:
    """Give the type of the example: the first structured one, else the first."""
    active = [one for one in profile.document_types if one.active] or list(profile.document_types)
    return next((one for one in active if one.content == "structured"), active[0])


def sample_of(organisation: Organisation, *, act: Act) -> dict[str, Any]:
    """Give the frozen form of an example, made of the organisation's own profile."""
    profile = profile_of(organisation)
    kind = sample_type(profile)
    process = next(iter(ordered_processes(organisation)), None)
    today = local_day(organisation, act.at)
    before = today - timedelta(days=365)
    scheme = profile.version_scheme(kind.id)
    first = scheme.first(on=before)
    label = scheme.next(first, "minor", today)
    people = people_of(organisation)
    positions = [(one.id, one.title) for one in people["positions"].values()][:4]
    told = process_data(organisation, process.id) if process is not None else None
    return {
        "schema": FROZEN_SCHEMA,
        "organisation": profile.organisation_facts() | {"logo": logo_data(organisation)},
        "document": {
            "id": "sample",
            "code": _code(profile, kind, process.id if process is not None else None),
            "title": f"{kind.name} de ejemplo",
            "type": {"id": kind.id, "name": kind.name, "family": kind.family or ""},
            "process": told,
            "owner_process": told,
        },
        "version": {
            "label": label,
            "order": 1,
            "reason": "Se aclara el plazo de respuesta.",
            "changes": [
                {"kind": "changed", "subject": "Actividades", "text": "Nuevo plazo de respuesta."}
            ],
            "migrated": False,
            "author": {"name": "Nombre de quien elabora", "position": _first(positions)},
            "approved_on": today.isoformat(),
            "in_force_from": today.isoformat(),
            "review_by": (today + timedelta(days=730)).isoformat(),
        },
        "history": [
            _line(first, before.isoformat(), "Primera versión.", "obsolete"),
            _line(label, today.isoformat(), "Se aclara el plazo de respuesta.", "in-force"),
        ],
        "approvals": _approvals(profile, kind, people),
        "distribution": [{"position": identifier, "name": name} for identifier, name in positions],
        "sections": _sections(kind, positions),
        "positions": dict(positions),
        "references": {},
        "files": [],
        "check_url": "https://example.org/v/ejemplo",
        "printing": profile.printing,
    }


def _first(positions: list[tuple[str, str]]) -> str:
    return positions[0][1] if positions else ""


def _line(label: str, day: str, reason: str, state: str) -> dict[str, Any]:
    return {
        "label": label,
        "date": day,
        "approved_on": day,
        "reason": reason,
        "changes": [],
        "state": state,
        "author": "Nombre de quien elabora",
    }


def _code(profile: Profile, kind: DocumentType, process: str | None) -> str:
    try:
        return profile.code_grammar().next((), type=kind.id, process=process)
    except BadCode:
        return "CÓDIGO-01"


def _approvals(profile: Profile, kind: DocumentType, people: Any) -> list[dict[str, Any]]:
    found = []
    for slot in slots_of_route(profile.route(kind.route).steps):
        named = [
            people.position_name(one["position"]) for one in slot.assignees if "position" in one
        ]
        found.append(
            {
                "slot": slot.name,
                "step": slot.step,
                "label": slot.label,
                "meaning": slot.meaning,
                "assignee": ", ".join(named),
                "name": None,
                "position": None,
                "date": None,
            }
        )
    return found


def _sections(kind: DocumentType, positions: list[tuple[str, str]]) -> list[dict[str, Any]]:
    who = [positions[0][0]] if positions else []
    return [
        {
            "id": section.id,
            "kind": section.kind,
            "number": section.number,
            "title": section.title,
            "print": section.printed,
            "data": _data(section.kind, who),
        }
        for section in kind.sections
    ]


def _data(kind: str, who: list[str]) -> dict[str, Any]:
    if kind == "text":
        return {"html": _TEXT}
    if kind == "glossary":
        return {"terms": [{"term": "Documento", "definition": "Información y su medio."}]}
    if kind == "activities":
        rows = [
            {
                "id": identifier,
                "number": str(number),
                "title": title,
                "html": f"<p>{text}</p>",
                "kind": place,
                "responsible": who,
                "responsible_text": "",
                "records": [],
                "branches": [],
                "stops": place == "end",
            }
            for number, (identifier, title, place, text) in enumerate(_ROWS, 1)
        ]
        return {"rows": rows}
    return kind_of(kind).empty()


def frozen_of(
    organisation: Organisation, code: str, *, act: Act, request: Any
) -> tuple[dict[str, Any], dict[str, bytes]] | None:
    """Give the frozen form and the files of a document, as far as the person may see it."""
    document = organisation["documents"].get(code) if "documents" in organisation else None
    if document is None or not request.has_permission("view", document):
        return None
    version = document.in_force or document.latest
    if version is None or not request.has_permission("view", version):
        return None
    check_url = request.registry.qms.check_url(version.token)
    frozen = freeze(version, act=act, check_url=check_url)
    return frozen, {name: file.read() for name, file in version.files.items()}


def dressed(frozen: Mapping[str, Any], printing: Mapping[str, Any]) -> dict[str, Any]:
    """Give the frozen form with another printed look."""
    return {**frozen, "printing": dict(printing)}
