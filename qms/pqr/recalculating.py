"""What a new holiday or another norm does to open cases: shown first, then logged case by case.

Closed cases keep the term that they had.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from qms.content.models import Organisation, organisation_of
from qms.kernel.acts import Act
from qms.pqr import workflow
from qms.pqr.choices import choices_of, times_of
from qms.pqr.clock import after, fold
from qms.pqr.listing import catalogue_of
from qms.pqr.models import Case
from qms.pqr.services import NAME, act_data, take


@dataclass(frozen=True)
class Change:
    """How the term of an open case would move."""

    case: Case
    before: str | None
    after: str | None


def changes_to_come(organisation: Organisation, *, act: Act) -> list[Change]:
    """List the open cases whose term would move if it were computed by what is known now."""
    found: list[Change] = []
    folder = organisation.get(NAME)
    if folder is None:
        return found
    filters = {"state": sorted(workflow.PENDING)}
    for row in catalogue_of(organisation).query(filters, order="due", limit=None).rows:
        case = folder[row[0]]
        new = _recalculated(case, act)
        if new != case.due:
            found.append(Change(case, case.due, new))
    return found


def _recalculated(case: Case, act: Act) -> str | None:
    clock = fold(case.acts, times_of(organisation_of(case), case.site_id))
    due = after(clock, {**act_data("recalculated", act), **_rule_now(case)}).due
    return None if due is None else due.isoformat()


def _rule_now(case: Case) -> dict[str, Any]:
    """Give the rule as the norm has it now, where it is not what the case keeps."""
    rule = choices_of(organisation_of(case)).rule(case.progress.kind, case.received_at)
    data = rule.to_data() if rule is not None else None
    kept = case.clock.rule
    return {} if data == (kept.to_data() if kept is not None else None) else {"rule": data}


def recalculate(organisation: Organisation, reason: str, *, act: Act) -> list[Change]:
    """Compute open cases anew, each with its old and its new term; never closed ones (B4.2)."""
    changes = changes_to_come(organisation, act=act)
    for one in changes:
        take(one.case, "recalculated", act, reason=reason.strip(), **_rule_now(one.case))
    return changes
