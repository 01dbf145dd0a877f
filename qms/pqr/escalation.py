"""Who is told of a case that nears its end: levels as data, each told once.

The worker calls :func:`escalate` now and then. A level says after how many minutes, or from which
share of the term on, whom it tells; of several levels that were passed meanwhile, all are told.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any

from qms.content.models import Organisation, organisation_of
from qms.kernel.acts import Act
from qms.people.models import Person, people_of
from qms.pqr import workflow
from qms.pqr.choices import Choices, choices_of, times_of
from qms.pqr.events import CaseNearsEnd
from qms.pqr.listing import Row, catalogue_of, share
from qms.pqr.models import Case
from qms.pqr.services import NAME, register_of


def escalate(organisation: Organisation, *, act: Act) -> int:
    """Tell of every level that a pending case has passed and that was not told yet; count them."""
    if NAME not in organisation:
        return 0
    register, choices = register_of(organisation), choices_of(organisation)
    levels = choices.data["escalation"]
    if not levels:
        return 0
    times, told = times_of(organisation), 0
    calendar = times.calendar(times.day(act.at))
    filters = {"state": sorted(workflow.PENDING)}
    for values in catalogue_of(organisation).query(filters, order="due", limit=None).rows:
        row = Row(*values)
        gone = share(row, act.at, calendar, times.zone)
        for place, level in passed(levels, row, gone, act.at):
            case = register[row.number]
            told += _tell(case, place, level, choices, act)
    return told


def passed(
    levels: Any, row: Row, gone: int | None, at: datetime
) -> Iterator[tuple[int, Mapping[str, Any]]]:
    """Give the levels that the case has passed, with their places."""
    for place, level in enumerate(levels):
        if level["kind"] is not None and level["kind"] != row.kind:
            continue
        minutes, percent = level["minutes"], level["percent"]
        if minutes is not None:
            since = datetime.fromisoformat(row.received) + timedelta(minutes=minutes)
            if level["kind"] is not None and at >= since:
                yield place, level
        elif gone is not None and gone >= percent:
            yield place, level


def _tell(case: Case, place: int, level: Mapping[str, Any], choices: Choices, act: Act) -> int:
    key = f"{case.progress.kind} {len(case.clock.rounds)} {place}"
    if key in case.told:
        return 0
    people = {person.id: person for to in level["to"] for person in _whom(case, to, choices)}
    case.told = (*case.told, key)
    if people:
        names = sorted(people)
        act.notify(CaseNearsEnd(case, act, facts={"told": names}, people=tuple(names)))
    return 1


def _whom(case: Case, to: str, choices: Choices) -> list[Person]:
    """Give who is meant; a case that is nobody's is that of its queue."""
    people, now = people_of(organisation_of(case)), case.progress
    queue = [one for held in choices.queue_positions(now.queue) for one in people.holders(held)]
    owner = people.person(now.owner) if now.owner else None
    if to == "quality":
        return [one for one in people.persons() if one.active and "quality" in one.roles]
    if to == "superior":
        above = [people.superior_of(one) for one in ([owner] if owner else queue)]
        return [one for held in above if held is not None for one in people.holders(held.id)]
    return [owner] if to == "owner" and owner is not None else queue
