"""Figures of change requests, told by the day on which they were asked.

A request is answered when it is decided, and on time when that is not later than its term.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from functools import partial
from typing import Any
from urllib.parse import urlencode

from pyramid.config import Configurator
from pyramid.request import Request

from qms.content.models import Organisation
from qms.documents.figures import Filters, Span
from qms.documents.wording import show_date
from qms.exports import Narrowing
from qms.kernel.i18n import _
from qms.kernel.text import sort_key
from qms.profiles.api import Profile, profile_of
from qms.requests.listing import ROOM, Row, audiences_of, catalogue_of
from qms.requests.models import KINDS
from qms.requests.words import KIND_NAMES
from qms.search.among import Among

NAME = "requests"
FILTERS = ("kind", "process")
OUTCOMES: dict[str, Callable[[Row, Profile], bool]] = {
    "answered": lambda row, _profile: row.decided_on is not None,
    "on-time": lambda row, profile: _decided(row, profile) <= row.due,
}
"""What is asked of a request beyond having been received."""


def _decided(row: Row, profile: Profile) -> str:
    """Give the local ISO day of the decision; one that sorts last where there is none."""
    if row.decided_on is None:
        return "9999"
    return datetime.fromisoformat(row.decided_on).astimezone(profile.zone).date().isoformat()


def _bounds(profile: Profile, span: Span) -> tuple[str, str]:
    """Give the moments, as the catalogue keeps them, between which the span lies."""
    first = datetime.combine(span.first, time.min, profile.zone)
    end = datetime.combine(span.last + timedelta(days=1), time.min, profile.zone)
    return first.astimezone(UTC).isoformat(), end.astimezone(UTC).isoformat()


def _rows(organisation: Organisation, span: Span, filters: Filters) -> list[Row]:
    if ROOM not in organisation.annexes:
        return []
    catalogue, profile = catalogue_of(organisation), profile_of(organisation)
    among = catalogue.between("asked", *_bounds(profile, span))
    chosen = {name: values for name, values in filters.items() if name in FILTERS and values}
    page = catalogue.query(chosen, order="asked", limit=None, among=among)
    return [Row(*values) for values in page.rows]


def received(
    organisation: Organisation, span: Span, filters: Filters, _at: datetime | None = None
) -> Decimal:
    """Count the requests that were asked."""
    return Decimal(len(_rows(organisation, span, filters)))


def decided(
    outcome: str,
    organisation: Organisation,
    span: Span,
    filters: Filters,
    _at: datetime | None = None,
) -> Decimal:
    """Count those of them that were decided, or decided on time."""
    profile, test = profile_of(organisation), OUTCOMES[outcome]
    return Decimal(sum(test(row, profile) for row in _rows(organisation, span, filters)))


def average_days(
    organisation: Organisation, span: Span, filters: Filters, _at: datetime | None = None
) -> Decimal | None:
    """Give the business days from request to decision, on average; None without a decision."""
    profile = profile_of(organisation)
    calendar = profile.calendar()
    days = [
        calendar.business_days_between(
            datetime.fromisoformat(row.asked_on).astimezone(profile.zone).date(),
            date.fromisoformat(_decided(row, profile)),
        )
        for row in _rows(organisation, span, filters)
        if row.decided_on is not None
    ]
    return Decimal(sum(days)) / len(days) if days else None


# Filters and lists


def kinds(_organisation: Organisation) -> list[tuple[str, Any]]:
    """Give the kinds of request."""
    return [(one, KIND_NAMES[one]) for one in KINDS]


def processes(organisation: Organisation) -> list[tuple[str, str]]:
    """Give the processes that requests can be narrowed to, by name."""
    found = [(one.id, one.name) for one in organisation["processes"].values()]
    return sorted(found, key=lambda pair: sort_key(pair[1]))


def asked_between(request: Request) -> tuple[list[Narrowing], Among | None]:
    """Read ``from`` and ``to`` of an address of the list; nonsense counts as not said."""
    profile = profile_of(request.organisation)
    try:
        first, last = (date.fromisoformat(request.GET.get(one, "")) for one in ("from", "to"))
        bounds = _bounds(profile, Span(first, last))
    except (ValueError, OverflowError):
        return [], None
    pairs = (("from", first.isoformat()), ("to", last.isoformat()))
    text = " – ".join(show_date(profile, day) for day in (first, last))
    among = catalogue_of(request.organisation).between("asked", *bounds)
    return [Narrowing(pairs, _("Asked on"), text)], among


def list_of(request: Request, span: Span, filters: Filters) -> str | None:
    """Give the address of the list of the requests; None for who does not see all of them."""
    folder = request.organisation.get(NAME)
    if folder is None or request.person is None or audiences_of(request.person) is not None:
        return None
    pairs = [("from", span.first.isoformat()), ("to", span.last.isoformat())]
    pairs += [(name, one) for name in FILTERS for one in filters.get(name) or ()]
    return f"{request.resource_path(folder)}?{urlencode(pairs)}"


def includeme(config: Configurator) -> None:
    """Announce the figures."""
    filters = {"kind": kinds, "process": processes}
    counts = {
        "requests.received": (received, _("Change requests received")),
        "requests.answered": (
            partial(decided, "answered"),
            _("Change requests received that were decided"),
        ),
        "requests.answered-on-time": (
            partial(decided, "on-time"),
            _("Change requests received that were decided on time"),
        ),
    }
    for name, (count, title) in counts.items():
        config.add_figure_source(name, title=title, count=count, filters=filters, drill=list_of)
    config.add_figure_source(
        "requests.average-days",
        title=_("Business days to the decision of a change request, on average"),
        count=average_days,
        filters=filters,
        drill=list_of,
        sums=False,
    )
