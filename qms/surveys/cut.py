"""Figures of a survey as they were at the end of a past day, for management reviews.

The catalogue counts customers as they are. Whoever changed afterwards (answers that were annulled,
follow-ups that were answered later or are open) is folded again from the acts of before.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from qms.surveys import workflow
from qms.surveys.choices import Choices, Survey, choices_of
from qms.surveys.listing import Row, catalogue_of
from qms.surveys.models import Contact, answer_in
from qms.surveys.numbers import Numbers, Promise, Sums, selection
from qms.surveys.services.campaigns import NAME

_ROLES = {"promoter": "promoters", "neutral": "neutrals", "detractor": "detractors"}


@dataclass(frozen=True)
class Told:
    """What one customer adds to the figures of a span."""

    role: str
    satisfied: bool
    score: int
    timely: str
    """yes, no or open; empty without a follow-up."""


def figures_at(
    organisation: Any, survey: Survey, first: date, last: date
) -> tuple[Numbers, Promise]:
    """Count the answers from first to last day, and how detractors were answered, on the last."""
    sums, chosen = Sums(organisation), selection(survey, first, last)
    numbers, promise = sums.numbers(chosen), sums.promise(chosen)
    total = (numbers.average or Decimal(0)) * numbers.answers
    choices = choices_of(organisation)
    for contact in _changed(organisation, survey, chosen, choices, last):
        now = _told(contact.acts, choices, first, last)
        then = _told(_until(contact.acts, choices, last), choices, first, last)
        for told, sign in ((now, -1), (then, 1)):
            if told is not None:
                numbers, promise = _with(numbers, told, sign), _promised(promise, told, sign)
                total += sign * told.score
    average = total / numbers.answers if numbers.answers else None
    return replace(numbers, average=average), promise


def _until(
    acts: Iterable[Mapping[str, Any]], choices: Choices, last: date
) -> list[Mapping[str, Any]]:
    return [act for act in acts if choices.day(datetime.fromisoformat(act["at"])) <= last]


def _changed(
    organisation: Any,
    survey: Survey,
    chosen: Mapping[str, Sequence[str]],
    choices: Choices,
    last: date,
) -> Iterator[Contact]:
    """Give the customers who may have counted otherwise at the end of the day."""
    folder = organisation[NAME]
    paths = {path for path in folder.annulled or () if folder[path[0]].survey_id == survey.id}
    rows = catalogue_of(organisation).query(
        {**chosen, "role": ["detractor"]}, order="number", limit=None
    )
    for values in rows.rows:
        row = Row(*values)
        managed = choices.day(datetime.fromisoformat(row.managed)) if row.managed else None
        # What was answered by then and is answered still was so at the end of the day.
        if row.due and (managed is None or managed > last):
            paths.add(row.path)
    for campaign, number in sorted(paths):
        yield folder[campaign][number]


def _told(
    acts: Sequence[Mapping[str, Any]], choices: Choices, first: date, last: date
) -> Told | None:
    answer, now = answer_in(acts), workflow.progress(acts)
    if answer is None or now.score is None:
        return None
    if not first <= choices.day(datetime.fromisoformat(answer["at"])) <= last:
        return None
    timely = ""
    if now.due is not None:
        timely = "open" if now.in_time is None else "yes" if now.in_time else "no"
    return Told(now.role, bool(answer["satisfied"]), now.score, timely)


def _with(numbers: Numbers, told: Told, sign: int) -> Numbers:
    role = _ROLES[told.role]
    return replace(
        numbers,
        answers=numbers.answers + sign,
        satisfied=numbers.satisfied + sign * told.satisfied,
        **{role: getattr(numbers, role) + sign},
    )


def _promised(promise: Promise, told: Told, sign: int) -> Promise:
    if told.role != "detractor" or not told.timely:
        return promise
    name = {"yes": "in_time", "no": "late", "open": "open"}[told.timely]
    return replace(
        promise,
        detractors=promise.detractors + sign,
        **{name: getattr(promise, name) + sign},
    )
