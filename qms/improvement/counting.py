"""What is counted of findings, actions and audits: figures, the board, management reviews."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from qms.documents.figures import Filters, Span
from qms.improvement.listing import ACTIONS, FINDINGS, ActionRow, FindingRow, rows
from qms.improvement.models import Finding, ImprovementAction
from qms.improvement.words import SOURCE_NAMES
from qms.improvement.workflow import actions as action_flow
from qms.improvement.workflow import findings as finding_flow
from qms.people.moments import local_day
from qms.profiles.api import processes_of


def acts_until(acts: Iterable[Mapping[str, Any]], last: date) -> list[Mapping[str, Any]]:
    """Give the acts of the days up to ``last``: what was known at the end of that day."""
    day = last.isoformat()
    return [one for one in acts if one["day"] <= day]


def finding_at(finding: Finding, last: date) -> finding_flow.Progress:
    """Give how far a finding was at the end of a day; its state is empty before it was reported."""
    return finding_flow.progress(acts_until(finding.acts, last))


def action_at(action: ImprovementAction, last: date) -> action_flow.Progress:
    """Give how far an action was at the end of a day."""
    return action_flow.progress(acts_until(action.acts, last))


def states_at(organisation: Any, last: date) -> Counter[str]:
    """Count the findings by their state at the end of a day."""
    found = Counter(finding_at(one, last).state for one in organisation["findings"].values())
    found.pop("", None)
    return found


# Figures of indicators


def _wanted(filters: Filters) -> dict[str, tuple[str, ...]]:
    return {name: tuple(values) for name, values in filters.items() if values}


def _months(span: Span) -> list[str]:
    found, year, month = [], span.first.year, span.first.month
    while (year, month) <= (span.last.year, span.last.month):
        found.append(f"{year:04}-{month:02}")
        year, month = (year + 1, 1) if month == 12 else (year, month + 1)
    return found


def _due(organisation: Any, span: Span, filters: Filters) -> list[ActionRow]:
    """Give the actions whose day lies in the span; cancelled ones do not count."""
    if "actions" not in organisation:
        return []
    wanted = {**_wanted(filters), "due-month": _months(span)}
    first, last = span.first.isoformat(), span.last.isoformat()
    found: list[ActionRow] = rows(organisation, ACTIONS, wanted)
    return [one for one in found if first <= one.due <= last and one.state != action_flow.CANCELLED]


def actions_due(organisation: Any, span: Span, filters: Filters, at: datetime) -> Decimal | None:
    """Count the actions that were due in the span."""
    return Decimal(len(_due(organisation, span, filters)))


def actions_on_time(
    organisation: Any, span: Span, filters: Filters, at: datetime
) -> Decimal | None:
    """Count those of them that were done by their day."""
    found = _due(organisation, span, filters)
    return Decimal(sum(one.done_day is not None and one.done_day <= one.due for one in found))


def findings_open(organisation: Any, span: Span, filters: Filters, at: datetime) -> Decimal | None:
    """Count the findings that were open at the end of the span; rejected ones never count."""
    if "findings" not in organisation:
        return Decimal(0)
    last, found = span.last, 0
    out = (finding_flow.REJECTED, finding_flow.MERGED)
    every: list[FindingRow] = rows(organisation, FINDINGS, _wanted(filters))
    for row in every:
        begun = local_day(organisation, datetime.fromisoformat(row.reported)) <= last
        over = row.ended is not None and (
            local_day(organisation, datetime.fromisoformat(row.ended)) <= last
        )
        found += begun and not over and row.state not in out
    return Decimal(found)


def process_choices(organisation: Any) -> list[tuple[str, str]]:
    """Give the processes that a figure can be narrowed by."""
    return [(one.id, one.name) for one in processes_of(organisation)]


def source_choices(organisation: Any) -> list[tuple[str, str]]:
    """Give the sources that a figure can be narrowed by."""
    return list(SOURCE_NAMES.items())


def _address(request: Any, room: str, filters: Filters) -> str | None:
    folder = request.organisation.get(room)
    if folder is None or not request.has_permission("view", folder):
        return None
    return str(request.resource_path(folder, query=_wanted(filters)))


def list_of_actions(request: Any, span: Span, filters: Filters) -> str | None:
    """Give the address of the list of actions."""
    return _address(request, "actions", filters)


def list_of_findings(request: Any, span: Span, filters: Filters) -> str | None:
    """Give the address of the list of findings."""
    return _address(request, "findings", filters)
