"""Terms that follow from another one: until when a case can be sent on, and what silence brings."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from qms.content.models import organisation_of
from qms.pqr import workflow
from qms.pqr.choices import choices_of
from qms.pqr.models import Case
from qms.profiles.countries import CountryTerm

GENERAL = "general"
FOLLOWS = {"positive": "recognition", "accepted": "documents-copies"}
"""What kind of term begins when the answer is silence."""


class Until(NamedTuple):
    """The end of a term, and the norm that sets it."""

    at: datetime
    source: str


def _beside(case: Case, kind: str) -> CountryTerm | None:
    """Give the term of this kind in the case's own regime, or else in the general one."""
    choices, rule = choices_of(organisation_of(case)), case.clock.rule
    like = choices.like(rule.id) if rule is not None else None
    day = case.clock.times.day(case.received_at)
    country = choices.profile.country
    regimes = dict.fromkeys((like.regime if like is not None else GENERAL, GENERAL))
    found = (country.term(kind, day, regime) for regime in regimes)
    return next((one for one in found if one is not None), None)


def _end(case: Case, term: CountryTerm, start: datetime) -> Until:
    clock = case.clock
    return Until(term.term.due(start, clock.calendar, clock.times.zone), term.source)


def transfer_by(case: Case) -> Until | None:
    """Give until when a case is sent on to whoever is competent (Ley 1437 de 2011, art. 21)."""
    if case.clock.rule is None:
        return None
    term = _beside(case, "transfer")
    return _end(case, term, case.received_at) if term is not None else None


def after_silence(case: Case, at: datetime) -> Until | None:
    """Give until when the effect of silence is recognised, once the term has passed unanswered."""
    clock = case.clock
    due, rule = clock.due, clock.rule
    kind = FOLLOWS.get(rule.silence) if rule is not None else None
    if kind is None or due is None or case.state not in workflow.PENDING or not clock.late(at):
        return None
    term = _beside(case, kind)
    return _end(case, term, due) if term is not None else None
