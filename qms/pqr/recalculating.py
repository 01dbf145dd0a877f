"""What a new holiday or another norm does to open cases: shown first, then logged case by case.

Closed cases keep the term that they had. A mark of calendar and norms is kept from the last time
that somebody looked, so that who may do it is told of the next change.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from qms.content.models import Organisation, organisation_of
from qms.kernel.acts import Act
from qms.pqr import workflow
from qms.pqr.choices import Choices, choices_of, times_of
from qms.pqr.clock import after, fold
from qms.pqr.errors import ChangesMoved
from qms.pqr.events import TermsCompared
from qms.pqr.listing import catalogue_of
from qms.pqr.models import Case
from qms.pqr.services import NAME, act_data, take

KNOWN = "pqr.terms-known"
"""Mark of the calendar and the norms by which open cases were last held against."""


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


def sign_of(changes: Iterable[Change]) -> str:
    """Give the mark of what was shown: which case would move, from when to when."""
    told = repr([(one.case.number, one.before, one.after) for one in changes])
    return hashlib.sha256(told.encode()).hexdigest()[:24]


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


def recalculate(
    organisation: Organisation, reason: str, *, seen: str | None = None, act: Act
) -> list[Change]:
    """Compute open cases anew, each with its old and its new term; never closed ones (B4.2).

    Refuses with ChangesMoved where other terms would move than those of the mark ``seen``.
    """
    changes = changes_to_come(organisation, act=act)
    if seen is not None and seen != sign_of(changes):
        raise ChangesMoved
    for one in changes:
        told = {"before": one.before, "after": one.after}
        take(one.case, "recalculated", act, reason=reason.strip(), **told, **_rule_now(one.case))
    organisation.annexes[KNOWN] = mark_of(organisation)
    if NAME in organisation:
        act.notify(TermsCompared(organisation[NAME], act, moved=len(changes)))
    return changes


# Telling who may do it


def mark_of(organisation: Organisation) -> str:
    """Give a mark of all that open terms rest upon, kept beside the profile in memory."""
    choices = choices_of(organisation)
    kept = choices.profile.__dict__.get("_terms_mark")
    if kept is None:
        kept = choices.profile.__dict__["_terms_mark"] = _mark(choices)
    return str(kept)


def _mark(choices: Choices) -> str:
    calendar = choices.profile.calendar(None, None).version
    terms = choices.profile.country.terms
    own = [(one["id"], one.get("term"), one.get("own_term")) for one in choices.kinds.values()]
    return hashlib.sha256(repr((calendar, terms, own)).encode()).hexdigest()[:24]


def looked_at(organisation: Organisation) -> None:
    """Note that open terms are those of today's calendar and norms."""
    organisation.annexes[KNOWN] = mark_of(organisation)


def waits(organisation: Organisation) -> bool:
    """Tell whether calendar or norms changed since somebody looked, and cases are open."""
    known = organisation.annexes.get(KNOWN)
    if known is None or known == mark_of(organisation):
        return False
    filters = {"state": sorted(workflow.PENDING)}
    return bool(catalogue_of(organisation).query(filters, order="due", limit=0).total)
