"""Which cases waited for an answer or a closure at a past moment, by their own acts."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from qms.content.models import organisation_of
from qms.documents.past_work import PastItem, holders_then
from qms.pqr import workflow
from qms.pqr.choices import choices_of, times_of
from qms.pqr.clock import fold
from qms.pqr.listing import Row, catalogue_of
from qms.pqr.models import Case
from qms.pqr.privacy import words_for
from qms.pqr.services import NAME

WAITED = frozenset({workflow.OPEN, workflow.ANSWERED, workflow.NOTIFIED})
"""States in which a case waits for us, not for the customer or for a day."""


def items(organisation: Any, house: Any, at: datetime) -> list[PastItem]:
    """List the cases that waited for somebody then, the nearest term first."""
    if NAME not in organisation:
        return []
    register, found = organisation[NAME], []
    for values in catalogue_of(organisation).query({}, order="received", limit=None).rows:
        row = Row(*values)
        if datetime.fromisoformat(row.received) > at:
            break
        if row.ended is None or datetime.fromisoformat(row.ended) > at:
            item = _item(register[row.number], house, at)
            found += [item] if item is not None else []
    return sorted(found, key=lambda one: (str(one.due or "9999"), one.code))


def _item(case: Case, house: Any, at: datetime) -> PastItem | None:
    now, organisation = case.as_of(at), organisation_of(case)
    if now is None or now.state not in WAITED:
        return None
    choices, times = choices_of(organisation), times_of(organisation, case.site_id)
    acts = [act for act in case.acts if datetime.fromisoformat(act["at"]) <= at]
    due = fold(acts, times).due if now.state in workflow.PENDING else None
    people = {now.owner} if now.owner else holders_then(house, choices.queue_positions(now.queue))
    return PastItem(
        # Whoever looks back may have no need of names.
        title=" ".join(words_for(case, case.text, personal=False).split())[:160],
        path=f"{NAME}/{case.number}/",
        people=frozenset(people),
        code=case.number,
        why=choices.name("kinds", now.kind),
        due=None if due is None else due.astimezone(times.zone).date(),
    )
