"""The worker's round: rows of a new day, periods whose time is over, and reminders.

A threshold is told once: what was told is remembered at the indicator in the transaction of the
letter. So a round may run twice, or after days without any; what passed meanwhile is told then.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from pyramid.registry import Registry

from qms.documents.reminders import Round
from qms.indicators.duties import QUALITY, due_day
from qms.indicators.figuring import Figures
from qms.indicators.letters import IndicatorLetters, Line
from qms.indicators.listing import Row, put, stale, waiting
from qms.indicators.models import Indicator
from qms.indicators.services.closing import close_due
from qms.indicators.services.following import NAME
from qms.people.models import Person, people_of
from qms.profiles.api import profile_of

AT_ONCE = 20
"""So many indicators are looked at in one transaction."""
CAPTURE, ANALYSIS = "capture", "analysis"


def keep_up(one: Round, registry: Registry) -> int:
    """Close what is due and write the rows of the day; give the number of indicators."""
    folder = one.organisation.get(NAME)
    if folder is None:
        return 0
    numbers = stale(one.organisation, one.today)
    figures = Figures.of(registry, one.organisation, one.act.at)
    for place, number in enumerate(numbers, 1):
        indicator: Indicator = folder[number]
        close_due(indicator, figures, act=one.act)
        put(indicator, one.today, figures)
        if not place % AT_ONCE:
            one.commit()
    if numbers:
        one.commit()
    return len(numbers)


def remind(one: Round, letters: IndicatorLetters) -> int:
    """Remind of values and analyses; give the number of letters."""
    folder = one.organisation.get(NAME)
    if folder is None or not one.is_time():
        return 0
    wanted: dict[str, tuple[list[Line], list[Line]]] = {}
    for place, what in enumerate((CAPTURE, ANALYSIS)):
        # A period that ends within the first threshold's days cannot be due before it is over.
        for row in waiting(one.organisation, what, one.today):
            line = _fresh(one, folder[row.number], row, what)
            if line is None:
                continue
            keepers = row.captures if what == CAPTURE else row.analyses
            for person in _whom(one, keepers, row.process_id):
                wanted.setdefault(person.id, ([], []))[place].append(line)
    people = people_of(one.organisation)
    written = sum(
        letters.waiting(folder, people.person(person_id), *lines, act=one.act)
        for person_id, lines in sorted(wanted.items())
    )
    one.commit()
    return written


def _fresh(one: Round, indicator: Indicator, row: Row, what: str) -> Line | None:
    """Give the line of what waits where a threshold has come that was not told yet."""
    terms = profile_of(one.organisation).indicators
    key, ends = (
        (row.capture_key, row.capture_ends)
        if what == CAPTURE
        else (row.analysis_key, row.analysis_ends)
    )
    due = due_day(ends, one.calendar, terms[f"{what}_days"])
    told = dict(indicator.told)
    name = f"{what} {key}"
    known = told.get(name, ())
    fresh = tuple(stage for stage in one.passed(due, terms["reminders"]) if stage not in known)
    if not fresh:
        return None
    # Only what still waits is remembered; a period that is done does not come back.
    others = {one: stages for one, stages in told.items() if not one.startswith(f"{what} ")}
    indicator.told = tuple({**others, name: (*known, *fresh)}.items())
    last = fresh[-1]
    return Line(row.number, row.name, key, due.isoformat(), _overdue(due, one.today), last)


def _overdue(due: date, today: date) -> bool:
    return due < today


def _whom(one: Round, keepers: Iterable[str], process_id: str) -> list[Person]:
    """Give whose business it is, and who acts for them today."""
    people, found = people_of(one.organisation), {}
    for keeper in keepers:
        if keeper == QUALITY:
            holders = [each for each in people.persons() if "quality" in each.roles]
        else:
            holders = people.holders(keeper.partition(":")[2])
        found.update({each.id: each for each in holders})
        for each in holders if keeper != QUALITY else ():
            for deputy in people.delegates_for(each.id, one.today, process_id or None):
                found[deputy.to_person] = people.person(deputy.to_person)
    return [found[key] for key in sorted(found)]
