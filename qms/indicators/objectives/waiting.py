"""Objectives whose last day has passed wait to be judged by whoever answers for them."""

from __future__ import annotations

from typing import Any

from pyramid.request import Request

from qms.indicators.objectives import services
from qms.indicators.objectives.models import Objective
from qms.kernel.i18n import _
from qms.links.plugs import Linkable
from qms.people.models import people_of
from qms.people.moments import local_day
from qms.people.standing_in import held_today
from qms.search.spanish import title_words
from qms.web.navigation import WorkItem


def _mine(request: Request) -> list[Objective]:
    organisation, person = request.organisation, request.person
    if person is None or services.NAME not in organisation:
        return []
    day = local_day(organisation, request.act.at)
    today, held = day.isoformat(), held_today(organisation, person, day)
    quality, people = "quality" in person.roles, people_of(organisation)
    found = []
    for one in services.pursued(organisation):
        facts = one.progress.facts
        owned = facts["owner"] in held or (quality and not people.holders(facts["owner"]))
        if owned and facts["last"] < today:
            found.append(one)
    return found


def count(request: Request) -> int:
    """Count them; there are few objectives."""
    return len(_mine(request))


def items(request: Request) -> list[WorkItem]:
    """List them."""
    return [
        WorkItem(
            title=one.title,
            url=request.resource_path(one, "judge"),
            button=_("Judge it"),
            code=one.number,
            why=_("Its period is over"),
        )
        for one in _mine(request)
    ]


def find(organisation: Any, key: str) -> Linkable | None:
    """Give the objective that a key of a link names."""
    found = organisation[services.NAME].get(key) if services.NAME in organisation else None
    if found is None:
        return None
    path = f"{services.NAME}/{key}/"
    return Linkable("objective", key, key, found.title, path, found.state, found)


def suggest(request: Request, words: str, limit: int) -> list[Linkable]:
    """Find objectives by number and words."""
    begun, organisation = set(title_words(words)), request.organisation
    if not begun or services.NAME not in organisation:
        return []
    found = []
    for one in organisation[services.NAME].values():
        known = title_words(f"{one.number} {one.title}")
        if all(any(word.startswith(start) for word in known) for start in begun):
            found.append(find(organisation, one.number))
    return [one for one in found if one is not None][:limit]
