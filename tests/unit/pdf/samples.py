"""Frozen versions of the five organisations' own documents, in their own printed layouts."""

from __future__ import annotations

import copy
import functools
from datetime import date
from importlib import resources
from typing import Any

import yaml

ORGANISATIONS = {
    "aexpress": "PRO-AX-SC-01",
    "gasandino": "MGPSG-035",
    "icetex": "M5-1",
    "comteco": "COM-DSC-P01",
    "carrazos": "GSC-PRO-03",
}
CHECK_URL = "https://qms.example/v/7kQ2-xN4p-w9Zr"


@functools.cache
def _yaml(organisation: str, name: str) -> Any:
    folder = resources.files("qms.profiles") / "data" / "organisations" / organisation
    return yaml.safe_load((folder / name).read_text("utf-8"))


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {str(key): _plain(one) for key, one in value.items()}
    if isinstance(value, list):
        return [_plain(one) for one in value]
    return value.isoformat() if isinstance(value, date) else value


def _named(rows: list[dict[str, Any]], ident: str | None) -> dict[str, Any] | None:
    return next((row for row in rows if row["id"] == ident), None)


def frozen(organisation: str, *, code: str | None = None, migrated: bool = False) -> dict[str, Any]:
    """Freeze the last version of a shipped document, as submitting it would."""
    profile = _plain(_yaml(organisation, "profile.yaml"))
    name = f"documents/{code or ORGANISATIONS[organisation]}.yaml"
    data = copy.deepcopy(_plain(_yaml(organisation, name)))
    document, versions = data["document"], data["versions"]
    kind = _named(profile["document_types"], document["type"])
    route = _named(profile["routes"], kind["route"])
    positions = {one["id"]: one["name"] for one in profile.get("positions") or []}
    units = {one["id"]: one["name"] for one in profile.get("units") or []}
    last = versions[-1]
    history = [
        {
            "label": one["label"],
            "date": one.get("in_force_from"),
            "reason": one.get("reason") or "",
            "changes": one.get("changes") or [],
            "state": "in-force" if one is last else "obsolete",
            "author": one.get("author") or "",
        }
        for one in versions
    ]
    return {
        "schema": 1,
        "organisation": profile["organisation"] | {"styles": profile.get("styles") or {}},
        "document": {
            "id": "d1",
            "code": document["code"],
            "title": document["title"],
            "type": {"id": kind["id"], "name": kind["name"], "family": kind.get("family") or ""},
            "process": _named(profile["processes"], document["process"]),
            "owner_process": _named(profile["processes"], document.get("owner_process")),
        },
        "version": {
            "label": last["label"],
            "order": len(versions) - 1,
            "reason": last.get("reason") or "",
            "changes": last.get("changes") or [],
            "migrated": migrated,
            "approved_on": last.get("approved_on"),
            "in_force_from": last.get("in_force_from"),
            "review_by": last.get("review_by"),
            "author": {"name": last.get("author") or "", "position": ""},
        },
        "history": history,
        "approvals": _approvals(route, last, positions | units, migrated=migrated),
        "distribution": [
            {"position": one, "name": positions.get(one, one)}
            for one in document.get("distribution") or []
        ],
        "sections": [
            section | {"data": data["sections"][section["id"]]}
            for section in kind["sections"]
            if section["id"] in (data.get("sections") or {})
        ],
        "positions": positions,
        "references": {},
        "files": [],
        "check_url": CHECK_URL,
        "printing": profile["printing"],
    }


def _approvals(
    route: dict[str, Any], last: dict[str, Any], names: dict[str, str], *, migrated: bool
) -> list[dict[str, Any]]:
    labels = {step["id"]: step["label"] for step in route["steps"]}
    if migrated:
        return [
            {"label": labels.get(one["step"], one["step"]), **one}
            for one in last.get("approvals") or []
        ]
    slots = []
    for step in route["steps"]:
        for number, assignee in enumerate(step["assignees"], 1):
            ident = next(iter(assignee.values()))
            slots.append(
                {
                    "slot": f"{step['id']}-{number}",
                    "step": step["id"],
                    "label": step["label"],
                    "meaning": step.get("meaning") or "",
                    "assignee": names.get(ident, ident),
                    "name": None,
                    "position": None,
                    "date": None,
                }
            )
    return slots
