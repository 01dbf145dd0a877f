"""The follow-up board, and the list of answers behind every figure."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from pyramid.request import Request
from pyramid.view import view_config

from qms.exports import Column, Facet, Listing, ListSpec, Narrowing, Switch
from qms.exports.columns import NO, YES
from qms.kernel.i18n import _
from qms.security.permissions import Permission
from qms.surveys.listing import catalogue_of, rows
from qms.surveys.models import SurveyFolder
from qms.surveys.scales import ROLES
from qms.surveys.services.campaigns import moment
from qms.surveys.views.lines import COLUMNS, FACETS, Lines
from qms.surveys.words import ICONS, follow_chip
from qms.surveys.workflow import OPEN_ROLES

BOARD = ListSpec(
    columns=COLUMNS,
    facets={
        "survey": Facet(_("Survey")),
        "follow": Facet(_("Follow-up")),
        "owner": Facet(_("Given to")),
        "line": Facet(_("Line")),
        "brand": Facet(_("Brand")),
        "flag": Facet(_("Remarks")),
        "agent": Facet(_("Agent")),
    },
    switches={"all": Switch(_("Also those that are done"))},
    order="due",
    search=_("Name of the customer"),
)
ANSWERS = ListSpec(
    columns=(
        COLUMNS[0],
        Column("answered_day", _("Answered on"), sort="answered"),
        *(one for one in COLUMNS[1:] if one.name != "due_name"),
    ),
    facets={
        "answered": Facet(_("Answered on"), lambda value: value, is_time=True),
        "survey": Facet(_("Survey")),
        **FACETS,
        "satisfied": Facet(_("Satisfied customer"), {"yes": YES, "no": NO}),
        "agent": Facet(_("Agent")),
    },
    order="answered",
    reverse=True,
    search=_("Name of the customer"),
)

CALLED = ("called", "contacted")
NARROWED = {
    "called": _("Called on"),
    "contacted": _("Reached on"),
    "timely": _("Answered in time"),
    "scored": _("Answer to a question"),
}
"""What figures narrow the list of answers by, beside what people filter it by."""
MOST, LONGEST = 400, 100
"""Of values of one kind that are read of an address, and their characters (D4-56)."""


@view_config(
    context=SurveyFolder,
    name="board",
    request_method="GET",
    permission=Permission.VIEW,
    renderer="qms.templates:surveys/board.pt",
)
def board(folder: SurveyFolder, request: Request) -> dict[str, Any]:
    """List the follow-ups in the organisation's own colours, what is due first."""
    lines, listing = Lines(request), Listing(request, BOARD)
    choices = lines.choices
    base: dict[str, Sequence[str]] = {"follow": list(choices.states)}
    if not listing.on("all") and "follow" not in listing.filters:
        base["follow-role"] = sorted(OPEN_ROLES)
    if "follow" in listing.filters:
        base["follow"] = [one for one in listing.filters["follow"] if one in choices.states]
    counts = catalogue_of(lines.organisation).counts("follow", {})
    legend = [
        {
            "chip": follow_chip(choices, key),
            "count": counts.get(key, 0),
            "url": listing.toggled("follow", key),
            "on": key in listing.chosen["follow"],
            "icon": ICONS[str(state["colour"])],
        }
        for key, state in choices.states.items()
    ]
    return lines.page(
        listing,
        _("Follow-up board"),
        base,
        legend=legend,
        folder=folder,
        overdue=_overdue(lines),
        empty=_("Nobody waits for an answer. Customers who are not satisfied will stand here."),
    )


def _overdue(lines: Lines) -> int:
    """Count the follow-ups whose term is over."""
    now = moment(lines.at)
    filters = {"follow-role": sorted(OPEN_ROLES)}
    page = catalogue_of(lines.organisation).query(filters, order="due", limit=500)
    return sum(1 for row in rows(page.rows) if row.due and row.due < now)


@view_config(
    context=SurveyFolder,
    name="answers",
    request_method="GET",
    permission=Permission.VIEW,
    renderer="qms.templates:surveys/answers.pt",
)
def answers(folder: SurveyFolder, request: Request) -> dict[str, Any]:
    """List the very answers of a span of days: where every figure leads."""
    lines, listing = Lines(request), Listing(request, ANSWERS)
    base: dict[str, Sequence[str]] = {}
    for name, title in NARROWED.items():
        values = tuple(dict.fromkeys(one[:LONGEST] for one in request.GET.getall(name)[:MOST]))
        if values:
            base[name] = values
            text = lines.narrowed(name, values)
            listing.narrowings.append(Narrowing(tuple((name, one) for one in values), title, text))
    if not {"role", *CALLED} & {*listing.filters, *base}:
        base["role"] = list(ROLES)
    return lines.page(
        listing,
        _("Customers called") if set(CALLED) & set(base) else _("Answers of customers"),
        base,
        folder=folder,
        empty=_("Nobody has answered yet."),
    )
