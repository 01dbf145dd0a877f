"""What the pages of retention share: their tabs, the words of their acts, who did what."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from pyramid.request import Request

from qms.content.models import organisation_of
from qms.documents.wording import SYSTEM, show_count, show_date, show_moment
from qms.kernel.i18n import _
from qms.people.models import people_of
from qms.profiles.api import profile_of
from qms.retention.errors import LineUnknown
from qms.retention.models import Retention
from qms.retention.services.rooms import NAME, retention_of
from qms.retention.words import ACTS
from qms.security.permissions import Permission
from qms.web.json import wants_json

_TABS = (
    (_("Overview"), ""),
    (_("Table of retention"), "series"),
    (_("Records"), "records"),
    (_("Transfers"), "transfers"),
    (_("Eliminations"), "disposals"),
    (_("Legal holds"), "holds"),
)


def room_tabs(request: Request, here: str) -> dict[str, Any]:
    """Give the tabs over the pages of the room, as far as the person may see them."""
    if wants_json(request):
        return {"tabs": []}
    room, tabs = request.organisation.get(NAME), []
    for title, name in _TABS if room is not None else ():
        place = room.get(name) or room
        if request.has_permission(Permission.VIEW, place):
            names = () if name in room or not name else (name,)
            tabs.append((title, request.resource_path(place, *names), name == here))
    return {"tabs": tabs, "tabs_label": _("Retention")}


def told(content: Any, acts: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Give acts with their words, the newest first."""
    people = people_of(organisation_of(content))
    found = []
    for act in acts:
        by = act["by"]
        name = SYSTEM if by == "system" else people.person_name(by)
        found.append({**act, "what": ACTS[act["kind"]], "who": name})
    return found[::-1]


def wording(content: Any) -> dict[str, Any]:
    """Give how a page writes dates and moments."""
    profile = profile_of(organisation_of(content))
    return {
        "date": lambda value: show_date(profile, value),
        "moment": lambda value: show_moment(profile, value),
        "count": lambda value: show_count(profile, value),
    }


def series_names(room: Retention) -> dict[str, str]:
    """Give the names of all series by code."""
    return {one.code: one.title for one in room["series"].values()}


def room_of(content: Any) -> Retention:
    """Give the room that a page belongs to."""
    return retention_of(organisation_of(content))


def numbers_in(text: str) -> list[int]:
    """Read «1, 4-6» as the numbers of lines; LineUnknown names what is none."""
    found: list[int] = []
    for part in filter(None, re.split(r"[\s,;]+", text)):
        match = re.fullmatch(r"(\d{1,6})(?:-(\d{1,6}))?", part)
        if match is None:
            raise LineUnknown(line=part[:20])
        first, last = int(match[1]), int(match[2] or match[1])
        if not first <= last <= first + 5000:
            raise LineUnknown(line=part)
        found += range(first, last + 1)
    return found
