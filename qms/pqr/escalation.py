"""Who is told of a case that nears its end: levels as data, each told once.

The worker calls :func:`escalate` now and then. A level says after how many business days, hours or
minutes, or from which share of the term on, whom it tells; of several levels that were passed
meanwhile, all are told. A rule of the matrix can have levels of its own; they stand for the
general ones. What was told is an act of the case: the notice of escalation.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, datetime, timedelta
from typing import Any

from qms.content.models import Organisation, organisation_of
from qms.kernel.acts import Act
from qms.people.models import Person, people_of
from qms.pqr import workflow
from qms.pqr.choices import POSITION, Choices, choices_of, times_of
from qms.pqr.clock import Times
from qms.pqr.counting import HOURS
from qms.pqr.events import CaseEscalated, CaseNearsEnd
from qms.pqr.listing import Row, catalogue_of, days_between, index, share
from qms.pqr.matrix import rule_by_id
from qms.pqr.models import Case
from qms.pqr.services import NAME, act_data, register_of

Level = Mapping[str, Any]
_QUIET: dict[str, tuple[Any, set[tuple[Any, ...]]]] = {}
"""By organisation: the day and the profile, and the lines of which nothing is left to be told."""


def escalate(organisation: Organisation, *, act: Act) -> int:
    """Tell of every level that a pending case has passed and that was not told yet; count them."""
    if NAME not in organisation:
        return 0
    register, choices = register_of(organisation), choices_of(organisation)
    if not choices.data["escalation"] and not choices.data["matrix"]:
        return 0
    times, told = times_of(organisation), 0
    calendar = times.calendar(times.day(act.at))
    filters = {"state": sorted(workflow.PENDING)}
    today, quiet = times.day(act.at).isoformat(), _quiet(organisation, times.day(act.at))
    for values in catalogue_of(organisation).query(filters, order="due", limit=None).rows:
        if values in quiet:
            continue
        row = Row(*values)
        gone = share(row, act.at, calendar, times.zone)
        levels, of_rule = levels_of(choices, row)
        now = sum(
            _tell(register[row.number], f"{of_rule}{place}", level, choices, act)
            for place, level in passed(levels, row, gone, act.at, times)
        )
        if not now and _goes_by_days(row, levels, today):
            quiet.add(values)
        told += now
    return told


def _quiet(organisation: Organisation, today: date) -> set[tuple[Any, ...]]:
    """Give the lines of which nothing more is told today, as this process has seen.

    The day, the profile and the line decide what a level of days or of per cent has reached, so
    that of thousands of pending cases only those are looked at whose line has changed.
    """
    key = (today, organisation.profile_revision)
    known = _QUIET.get(organisation.uid)
    if known is None or known[0] != key:
        known = _QUIET[organisation.uid] = (key, set())
    return known[1]


def _goes_by_days(row: Row, levels: Any, today: str) -> bool:
    """Tell whether nothing can change for a case before midnight."""
    if row.unit in HOURS or (row.due or "")[:10] == today:
        return False
    return all(one.get("minutes") is None and one.get("unit") != "hour" for one in levels)


def levels_of(choices: Choices, row: Row) -> tuple[list[Level], str]:
    """Give the levels of a case and what their names begin with: those of its rule, or of all."""
    found = rule_by_id(choices, row.rule) if row.rule else None
    if found is not None and found[1]["levels"]:
        return found[1]["levels"], f"{row.rule}/"
    return choices.data["escalation"], ""


def passed(
    levels: Any, row: Row, gone: int | None, at: datetime, times: Times
) -> Iterator[tuple[int, Level]]:
    """Give the levels that the case has passed, with their places."""
    received = datetime.fromisoformat(row.received)
    for place, level in enumerate(levels):
        if level.get("kind") is not None and level["kind"] != row.kind:
            continue
        if _reached(level, received, gone, at, times):
            yield place, level


def _reached(level: Level, since: datetime, gone: int | None, at: datetime, times: Times) -> bool:
    unit, after = level.get("unit"), level.get("after")
    if level.get("minutes") is not None:
        waited = timedelta(minutes=level["minutes"])
        return level["kind"] is not None and at >= since + waited
    if unit == "hour":
        return at >= since + timedelta(hours=int(after or 0))
    if unit == "business_day":
        today = times.day(at)
        return days_between(times.calendar(today), times.day(since), today) >= int(after or 0)
    return gone is not None and gone >= (level["percent"] if after is None else after)


def _tell(case: Case, place: str, level: Level, choices: Choices, act: Act) -> int:
    clock = case.clock
    key = f"{case.progress.kind} {len(clock.rounds)} {place}"
    if key in case.told:
        return 0
    since = clock.received
    fresh = bool(clock.rounds) and since is not None and _counts_from_receipt(level)
    # The levels of a new round count from its own beginning.
    if fresh and since is not None and not _reached(level, since, None, act.at, clock.times):
        return 0
    case.told = (*case.told, key)
    people = {person.id: person for person in told_by(case, level, choices)}
    if people:
        names = sorted(people)
        case.take({**act_data("alerted", act), "people": names, "level": words_of(level)})
        index(case)
        act.notify(CaseNearsEnd(case, act, facts={"told": names}, people=tuple(names)))
    return 1


def _counts_from_receipt(level: Level) -> bool:
    return level.get("minutes") is not None or level.get("unit") in ("hour", "business_day")


def words_of(level: Level) -> list[Any]:
    """Give amount and unit of a level as plain values: ``[2, "business_day"]``."""
    for name, unit in (("minutes", "minute"), ("percent", "percent")):
        if level.get(name) is not None:
            return [level[name], unit]
    return [level["after"], level["unit"]]


def told_by(case: Case, level: Level, choices: Choices) -> list[Person]:
    """Give the persons whom a level tells of a case."""
    people = people_of(organisation_of(case))
    found = [person for to in level.get("to") or () for person in _whom(case, to, choices)]
    for position in level.get("positions") or ():
        found += people.holders(position)
    return found


def _whom(case: Case, to: str, choices: Choices) -> list[Person]:
    """Give who is meant; a case that is nobody's is that of its queue."""
    people, now = people_of(organisation_of(case)), case.progress
    queue = [one for held in choices.queue_positions(now.queue) for one in people.holders(held)]
    owner = people.person(now.owner) if now.owner else None
    if to == "quality":
        return people.with_role("quality")
    if to == "superior":
        above = [people.superior_of(one) for one in ([owner] if owner else queue)]
        return [one for held in above if held is not None for one in people.holders(held.id)]
    return [owner] if to == "owner" and owner is not None else queue


def hand_over(case: Case, queue: str, reason: str, *, act: Act) -> None:
    """Escalate a case by hand to another queue, or to ``position:ID``; who works it is told."""
    organisation = organisation_of(case)
    choices, people = choices_of(organisation), people_of(organisation)
    if queue.startswith(POSITION):
        people.position(queue.removeprefix(POSITION))
    else:
        choices.check("queues", queue, needed=True)
    case.take({**act_data("escalated", act), "queue": queue, "reason": reason.strip()})
    index(case)
    held = choices.queue_positions(queue)
    told = tuple(sorted({one.id for each in held for one in people.holders(each) if one.active}))
    facts = {"queue": queue, "told": list(told)}
    act.notify(CaseEscalated(case, act, facts=facts, people=told))
