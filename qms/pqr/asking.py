"""What the address of the register narrows it by beside its facets: where figures lead to."""

from __future__ import annotations

from datetime import date
from typing import Any

from pyramid.request import Request

from qms.documents.figures import Span
from qms.documents.wording import show_date
from qms.exports import Narrowing
from qms.kernel.i18n import _
from qms.pqr.choices import choices_of
from qms.pqr.figures import choices
from qms.pqr.ledger import OUTCOMES, Question, ledger_of
from qms.search.among import Among

MOST, LONGEST = 50, 200
"""Values of a filter that are read, and characters of one of them."""
NARROWED = {
    "lane": _("Kind of request"),
    "site": _("Site"),
    "process": _("Process"),
    "reason": _("Reason"),
    "product": _("Product or service"),
}
"""Filters that are no facets of the page, with their titles."""
OUTCOME_NAMES = {
    "received": _("Cases received"),
    "answered": _("Answered"),
    "on-time": _("Answered on time"),
    "late": _("Answered late"),
    "unanswered": _("Waiting for an answer"),
    "closed": _("Closed effectively"),
    "reopened": _("Cases opened again"),
    "rated": _("Rated by the customer"),
    "transferred": _("Cases transferred"),
    "denied": _("Access to information denied"),
}
NONE = _("Not noted")


def asked_of(request: Request) -> tuple[list[Narrowing], Question | None]:
    """Read the address; what is nonsense in it counts as not said (D4-56)."""
    found, filters = [], {}
    span, by_due = _span(request), request.GET.get("by") == "due"
    if span is not None:
        found.append(_days(request, span, by_due=by_due))
    outcome = request.GET.get("outcome", "")
    if outcome in OUTCOMES and outcome != "received":
        word = request.localizer.translate(OUTCOME_NAMES[outcome])
        found.append(Narrowing((("outcome", outcome),), _("Outcome"), word))
    else:
        outcome = "received"
    for name, title in NARROWED.items():
        values = tuple(dict.fromkeys(one[:LONGEST] for one in request.GET.getall(name)[:MOST]))
        if values:
            filters[name] = values
            found.append(_chosen(request, name, title, values))
    question = Question(span, filters, outcome, by_due and span is not None)
    return found, question if found else None


def _span(request: Request) -> Span | None:
    try:
        first, last = (date.fromisoformat(request.GET.get(one, "")) for one in ("from", "to"))
    except ValueError:
        return None
    # A day on either side must still be a day.
    return Span(first, last) if first.year > 1 and last.year < date.max.year else None


def _days(request: Request, span: Span, *, by_due: bool) -> Narrowing:
    profile = choices_of(request.organisation).profile
    text = " – ".join(show_date(profile, day) for day in (span.first, span.last))
    pairs = [("from", span.first.isoformat()), ("to", span.last.isoformat())]
    if by_due:
        return Narrowing((*pairs, ("by", "due")), _("Term ended between"), text)
    return Narrowing(tuple(pairs), _("Received between"), text)


def _chosen(request: Request, name: str, title: Any, values: tuple[str, ...]) -> Narrowing:
    names = dict(choices(name, request.organisation))
    nothing = request.localizer.translate(NONE)
    text = ", ".join(names.get(one, one) or nothing for one in values)
    return Narrowing(tuple((name, one) for one in values), title, text)


def among(organisation: Any, question: Question | None) -> Among | None:
    """Give the cases that are meant, for the catalogue; None for all of them."""
    ledger = ledger_of(organisation)
    if question is None or ledger is None:
        return None
    return ledger.among(question, choices_of(organisation).profile.zone)
