"""What indicators add to other pages: the work that waits, the search box, documents."""

from __future__ import annotations

from collections.abc import Hashable, Iterator
from dataclasses import replace
from datetime import date
from itertools import islice
from typing import Any

from pyramid.request import Request

from qms.documents.plugs import Found
from qms.documents.services.freezing import local_day
from qms.indicators.duties import due_day, keys_of, positions_of
from qms.indicators.listing import Row, catalogue_of, count_waiting, waiting
from qms.indicators.periods import Period
from qms.indicators.services.following import NAME
from qms.indicators.words import period_text
from qms.kernel.i18n import _
from qms.people.standing_in import deputies_of
from qms.profiles.api import Profile, profile_of
from qms.search.spanish import beginnings
from qms.web.navigation import WorkItem

MOST = 50
"""So many are listed; the others come up as these are done."""
CAPTURE, ANALYSIS = "capture", "analysis"
VIEWS = {CAPTURE: "capture", ANALYSIS: "analyse"}


def _waiting(request: Request, order: str) -> Iterator[tuple[Row, str]]:
    """Give what waits for the person, then what waits for those for whom they act, with whom."""
    organisation, person = request.organisation, request.person
    if person is None or NAME not in organisation or not len(catalogue_of(organisation)):
        return
    today, seen = local_day(organisation, request.act), set()
    own = keys_of(person)
    for row in waiting(organisation, order, today, own) if own else ():
        seen.add(row.number)
        yield row, ""
    for one in deputies_of(organisation, person, today):
        held = positions_of(one.person)
        for row in waiting(organisation, order, today, held) if held else ():
            if row.number not in seen and one.holds(row.process_id):
                seen.add(row.number)
                yield row, one.person.name


def _count(request: Request, order: str) -> int:
    organisation, person = request.organisation, request.person
    if person is None or NAME not in organisation or not len(catalogue_of(organisation)):
        return 0
    today = local_day(organisation, request.act)
    if any(deputies_of(organisation, person, today)):
        return sum(1 for _one in _waiting(request, order))
    own = keys_of(person)
    return count_waiting(organisation, order, today, own) if own else 0


def count_captures(request: Request) -> int:
    """Count the indicators that wait for the person's values, by the index alone."""
    return _count(request, CAPTURE)


def count_analyses(request: Request) -> int:
    """Count the indicators that wait for the person's analysis, by the index alone."""
    return _count(request, ANALYSIS)


def state_of_captures(request: Request) -> Hashable:
    """Tell apart the states of the index that :func:`count_captures` reads."""
    return _state(request, CAPTURE, "captures")


def state_of_analyses(request: Request) -> Hashable:
    """Tell apart the states of the index that :func:`count_analyses` reads."""
    return _state(request, ANALYSIS, "analyses")


def _state(request: Request, order: str, facet: str) -> Hashable:
    if NAME not in request.organisation:
        return None
    return catalogue_of(request.organisation).counters(("order", order), ("facet", facet))


def captures(request: Request) -> list[WorkItem]:
    """List the indicators of which the person has to enter values, the oldest period first."""
    return _items(request, CAPTURE, _("Enter values"))


def analyses(request: Request) -> list[WorkItem]:
    """List the indicators that the person has to analyse, the oldest period first."""
    return _items(request, ANALYSIS, _("Analyse"))


def _items(request: Request, what: str, button: Any) -> list[WorkItem]:
    profile = profile_of(request.organisation)
    calendar, days = profile.calendar(), profile.indicators[f"{what}_days"]
    today = local_day(request.organisation, request.act)
    left: dict[str, int] = {}
    items = []
    for row, away in islice(_waiting(request, what), MOST):
        key, ends = (
            (row.capture_key, row.capture_ends)
            if what == CAPTURE
            else (row.analysis_key, row.analysis_ends)
        )
        if ends not in left:
            left[ends] = days_left(calendar, today, due_day(ends, calendar, days))
        made = _item(request, profile, row, VIEWS[what], key, button, left[ends])
        items.append(made if not away else replace(made, why=_by_delegation(request, made, away)))
    return items


def _by_delegation(request: Request, item: WorkItem, away: str) -> str:
    facts: dict[str, object] = {"period": item.why, "name": away}
    return str(request.localizer.translate(_("${period} · by delegation of ${name}", facts)))


def _item(
    request: Request, profile: Profile, row: Row, view: str, key: str, button: Any, left: int
) -> WorkItem:
    return WorkItem(
        title=row.name,
        url=request.resource_path(request.organisation[NAME], row.number, view, key),
        button=button,
        code=row.number,
        why=period_text(profile, Period.parse(key), request.localizer.translate),
        days_left=left,
    )


def days_left(calendar: Any, today: date, due: date) -> int:
    """Count the business days that are left; negative once the day has passed."""
    if due >= today:
        return int(calendar.business_days_between(today, due))
    return -max(int(calendar.business_days_between(due, today)), 1)


def find_indicators(request: Request, text: str, limit: int) -> list[Found]:
    """Give the indicators in whose name, number or document every word of ``text`` begins one."""
    folder, words = request.organisation.get(NAME), beginnings(text)
    if folder is None or not words:
        return []
    found = catalogue_of(request.organisation).first(words, {}, order="number", limit=limit)
    rows = [Row(*one) for one in found]
    return [
        Found(row.name, request.resource_path(folder, row.number), row.number, row.process)
        for row in rows
    ]
