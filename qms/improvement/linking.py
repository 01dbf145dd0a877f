"""Findings, actions and audits as ends of links."""

from __future__ import annotations

from typing import Any

from pyramid.request import Request

from qms.improvement.listing import (
    ACTIONS,
    FINDINGS,
    ActionRow,
    FindingRow,
    catalogue_of,
    finding_audiences,
)
from qms.links.plugs import Linkable
from qms.search.spanish import beginnings


def _one(organisation: Any, kind: str, folder: str, key: str) -> Linkable | None:
    register = organisation.get(folder)
    found = register.get(key) if register is not None else None
    if found is None or found.type_name != kind:
        return None
    return Linkable(kind, key, key, found.title, f"{folder}/{key}", found.state or "", found)


def finding(organisation: Any, key: str) -> Linkable | None:
    """Give the finding of this number."""
    return _one(organisation, "finding", "findings", key)


def action(organisation: Any, key: str) -> Linkable | None:
    """Give the action of this number."""
    return _one(organisation, "action", "actions", key)


def audit(organisation: Any, key: str) -> Linkable | None:
    """Give the audit of this number."""
    return _one(organisation, "audit", "audits", key)


def review(organisation: Any, key: str) -> Linkable | None:
    """Give the management review of this number."""
    return _one(organisation, "management-review", "management-reviews", key)


def findings(request: Request, words: str, limit: int) -> list[Linkable]:
    """Find findings that the person may see, by number and words."""
    begun, organisation = beginnings(words), request.organisation
    if not begun or "findings" not in organisation:
        return []
    audiences = finding_audiences(request.person)
    filters = {} if audiences is None else {"audience": audiences}
    rows = catalogue_of(organisation, FINDINGS).first(begun, filters, order="number", limit=limit)
    found = (finding(organisation, FindingRow(*row).number) for row in rows)
    return [one for one in found if one is not None]


def actions(request: Request, words: str, limit: int) -> list[Linkable]:
    """Find actions by number and words."""
    begun, organisation = beginnings(words), request.organisation
    if not begun or "actions" not in organisation:
        return []
    rows = catalogue_of(organisation, ACTIONS).first(begun, {}, order="number", limit=limit)
    found = (action(organisation, ActionRow(*row).number) for row in rows)
    return [one for one in found if one is not None]
