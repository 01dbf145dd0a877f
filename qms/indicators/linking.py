"""Indicators, and their single periods, as ends of links: ``IND-001`` and ``IND-001@2026-Q1``."""

from __future__ import annotations

from typing import Any

from pyramid.request import Request

from qms.indicators.listing import Row, catalogue_of
from qms.indicators.periods import NotAPeriod, Period
from qms.indicators.services.following import NAME
from qms.links.plugs import Linkable
from qms.search.spanish import beginnings

AT = "@"


def find(organisation: Any, key: str) -> Linkable | None:
    """Give the indicator, or its period, that a key names."""
    number, at, period_key = key.partition(AT)
    folder = organisation.get(NAME)
    indicator = folder.get(number) if folder is not None else None
    if indicator is None:
        return None
    path, title = f"{NAME}/{number}/", indicator.title
    if at:
        try:
            period = Period.parse(period_key)
        except NotAPeriod:
            return None
        path, title = f"{path}period/{period.key}", f"{title} · {period.key}"
    return Linkable("indicator", key, number, title, path, indicator.state, indicator)


def suggest(request: Request, words: str, limit: int) -> list[Linkable]:
    """Find indicators by number, name, document and process."""
    organisation, begun = request.organisation, beginnings(words)
    if NAME not in organisation or not begun:
        return []
    rows = catalogue_of(organisation).first(begun, {}, order="number", limit=limit)
    found = (find(organisation, Row(*one).number) for one in rows)
    return [one for one in found if one is not None]
