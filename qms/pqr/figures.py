"""Figures of the register that indicators and reports are computed from.

Everything is told by the day of receipt, but ``cases.due``, which goes by the day on which a term
ends. A figure and the list that it leads to are found by the same test of the same records
(:mod:`qms.pqr.ledger`).
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from functools import partial
from typing import Any
from urllib.parse import urlencode

from pyramid.config import Configurator
from pyramid.request import Request

from qms.content.models import Organisation
from qms.documents.figures import Filters, Span
from qms.kernel.i18n import _
from qms.kernel.text import sort_key
from qms.people.models import people_of
from qms.pqr.choices import choices_of
from qms.pqr.ledger import FILTERS, Question, Tally, ledger_of
from qms.pqr.listing import audiences_of

NAME = "cases"
"""The register, below the organisation."""
COUNTS = {
    "cases.received": ("received", _("Cases received")),
    "cases.closed": ("closed", _("Cases received that were closed effectively")),
    "cases.answered": ("answered", _("Cases received that were answered")),
    "cases.answered-on-time": ("on-time", _("Cases received that were answered on time")),
    "cases.reopened": ("reopened", _("Cases received that were opened again")),
    "cases.transferred": ("transferred", _("Cases received that were transferred")),
}
"""Figures that count: the outcome that they ask for, and their title."""
AVERAGES = {
    "cases.average-days": ("days", _("Business days to the answer, on average")),
    "cases.rating": ("rating", _("Rating of the service, on average")),
}
DUE = "cases.due"
LISTED_BY = (*FILTERS, "state")
"""What the list can be narrowed by."""
LISTED = {"days": "answered", "rating": "rated"}
"""The outcome of the cases that an average is made of."""


def count(
    outcome: str,
    organisation: Organisation,
    span: Span,
    filters: Filters,
    _at: datetime | None = None,
    *,
    by_due: bool = False,
) -> Decimal:
    """Count the cases of a span with an outcome; none are zero."""
    ledger = ledger_of(organisation)
    if ledger is None:
        return Decimal(0)
    return Decimal(ledger.count(Question(span, filters, outcome, by_due)))


def average(
    of: str,
    organisation: Organisation,
    span: Span,
    filters: Filters,
    _at: datetime | None = None,
) -> Decimal | None:
    """Give the average of days or of ratings; None where no case has any."""
    ledger = ledger_of(organisation)
    if ledger is None:
        return None
    return mean(ledger.tallies(Question(span, filters)).get((), Tally()), of)


def mean(tally: Tally, of: str) -> Decimal | None:
    """Give the average of a tally's sum; None where it is of nothing."""
    number = tally[f"{of}-of"]
    return Decimal(tally[of]) / number if number else None


def share(part: Decimal | int | None, whole: Decimal | int | None) -> Decimal | None:
    """Give a part in per cent of the whole; None where there is nothing to be a part of."""
    return Decimal(part) * 100 / Decimal(whole) if whole and part is not None else None


# Filters and lists


def choices(what: str, organisation: Organisation) -> list[tuple[str, str]]:
    """Give the entries of the profile that a figure can be narrowed by, as (id, name)."""
    if what == "site":
        places = people_of(organisation)["sites"].values()
        return sorted(((one.id, one.name) for one in places), key=lambda pair: sort_key(pair[1]))
    if what == "process":
        found = [(one.id, one.name) for one in organisation["processes"].values()]
        return sorted(found, key=lambda pair: sort_key(pair[1]))
    entries = getattr(choices_of(organisation), f"{what}s").values()
    return [(one["id"], str(one["name"])) for one in entries]


def address(
    request: Request,
    span: Span | None,
    filters: Mapping[str, Any],
    outcome: str = "received",
    *,
    by_due: bool = False,
) -> str | None:
    """Give the address of the list of the very cases, or None for who does not see all of them."""
    register = request.organisation.get(NAME)
    if register is None or request.person is None or audiences_of(request.person) is not None:
        return None
    pairs: list[tuple[str, str]] = []
    if span is not None:
        pairs = [("from", span.first.isoformat()), ("to", span.last.isoformat())]
    if by_due:
        pairs.append(("by", "due"))
    if outcome != "received":
        pairs.append(("outcome", outcome))
    pairs += [(name, one) for name in LISTED_BY for one in filters.get(name) or ()]
    return f"{request.resource_path(register)}?{urlencode(pairs)}"


def list_of(
    outcome: str, request: Request, span: Span, filters: Filters, *, by_due: bool = False
) -> str | None:
    """Give the address of the list that a figure leads to."""
    return address(request, span, filters, outcome, by_due=by_due)


def includeme(config: Configurator) -> None:
    """Announce the figures."""
    filters = {name: partial(choices, name) for name in FILTERS}
    for name, (outcome, title) in COUNTS.items():
        config.add_figure_source(
            name,
            title=title,
            count=partial(count, outcome),
            filters=filters,
            drill=partial(list_of, outcome),
        )
    for name, (of, title) in AVERAGES.items():
        config.add_figure_source(
            name,
            title=title,
            count=partial(average, of),
            filters=filters,
            drill=partial(list_of, LISTED[of]),
            sums=False,
        )
    config.add_figure_source(
        DUE,
        title=_("Cases whose term ended"),
        count=partial(count, "received", by_due=True),
        filters=filters,
        drill=partial(list_of, "received", by_due=True),
    )
