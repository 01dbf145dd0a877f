"""Which requests waited for whose decision at a past moment, by their own acts."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from qms.documents.past_work import PastItem, holders_then, with_role_then
from qms.profiles.api import profile_of
from qms.requests.models import ChangeRequest
from qms.requests.services import NAME
from qms.requests.words import KIND_NAMES
from qms.requests.workflow import REQUESTED


def items(organisation: Any, house: Any, at: datetime) -> list[PastItem]:
    """List the requests that were not decided then, the oldest term first."""
    found = []
    for request in organisation.get(NAME, {}).values():
        progress = request.as_of(at)
        if progress is not None and progress.state == REQUESTED:
            found.append(_item(request, house))
    return sorted(found, key=lambda one: (one.due or date.max, one.code))


def _item(request: ChangeRequest, house: Any) -> PastItem:
    people: frozenset[str] = frozenset()
    process = house["processes"].get(request.process_id or "")
    for who in profile_of(house).requests["decided_by"]:
        if who == "quality":
            people |= with_role_then(house, "quality")
        elif process is not None and process.leader:
            people |= holders_then(house, [process.leader])
    return PastItem(
        title=request.title,
        path=f"{NAME}/{request.number}/",
        people=people - {request.author_id},
        code=request.number,
        why=KIND_NAMES[request.kind],
        due=date.fromisoformat(request.due),
    )
