"""The list of indicators, and what waits for the person who looks."""

from __future__ import annotations

from datetime import date
from functools import partial
from typing import Any

from chameleon.utils import Markup
from pyramid.request import Request
from pyramid.view import view_config

from qms.content.models import organisation_of
from qms.documents.sections.indicators import FREQUENCIES
from qms.documents.services.freezing import local_day
from qms.exports import LIST_PAGE, Action, Column, Facet, Kind, Listing, ListSpec
from qms.exports.lists import LINE, Cell
from qms.indicators import shown as work
from qms.indicators import words
from qms.indicators.boards import target_of
from qms.indicators.duties import due_day
from qms.indicators.hooks import ACTIONS, SPARK
from qms.indicators.listing import Row, catalogue_of
from qms.indicators.models import Indicators
from qms.indicators.periods import Period
from qms.indicators.series import VERDICTS
from qms.indicators.workflow import ACTIVE
from qms.kernel.i18n import _
from qms.profiles.api import Profile, processes_of, profile_of
from qms.search.lists import Listed
from qms.security.permissions import Permission
from qms.web.frame import Frame
from qms.web.i18n import translate
from qms.web.json import wants_json
from qms.web.parts import kept_of, rendered

LIST = ListSpec(
    columns=(
        Column("number", _("Number"), Kind.CODE, sort="number", link=True),
        Column("name", _("Indicator"), sort="name", link=True),
        Column("process", _("Process"), sort="process", cut=True),
        Column("code", _("Document"), Kind.CODE, screen=False),
        Column("target", _("Target")),
        Column("last", _("Last result")),
        Column("states", _("State"), Kind.CHIP, sort="result"),
        Column("trend", _("Trend")),
        Column("due", _("To do by"), Kind.DATE),
        Column("period", _("Last period"), screen=False),
        Column("band", _("Band"), screen=False),
        Column("result", _("Result as a number"), Kind.NUMBER, screen=False),
        Column("unit", _("Unit"), screen=False),
        Column("frequency_name", _("Analysed"), screen=False),
    ),
    facets={
        "verdict": Facet(_("Target")),
        "state": Facet(_("State")),
        "process": Facet(_("Process")),
        "frequency": Facet(_("Analysed"), dict(FREQUENCIES)),
    },
    order="number",
    search=_("Words of number, name, document and process"),
)
_FREQUENCIES = dict(FREQUENCIES)
MARKS = dict(zip(VERDICTS, ("●", "▽", "·", "○"), strict=True))
"""How a trend of words alone shows a period: target met, missed, no data, no target."""


@view_config(
    context=Indicators, request_method="GET", permission=Permission.VIEW, renderer=LIST_PAGE
)
def show_list(folder: Indicators, request: Request) -> dict[str, Any]:
    """List the indicators of the organisation."""
    organisation = organisation_of(folder)
    listing = Listing(request, LIST)
    listing.names["process"] = {one.id: one.name for one in processes_of(organisation)}
    found = Listed(listing, catalogue_of(organisation))
    records = partial(_records, request)

    def address(one: Any) -> str:
        return str(request.resource_path(folder, one["number"]))

    listing.draw = partial(_drawn, request, listing, found.rows, address)
    return listing.page(
        _("Indicators"),
        records(found.rows) if wants_json(request) else (),
        total=found.total,
        counts=lambda: found.counts,
        every=lambda: records(found.every()),
        url=address,
        lines=lambda: found.rows,
        empty=_("Indicators begin by themselves when a document with their cards is in force."),
        actions=_actions(folder, request),
    )


def _drawn(
    request: Request, listing: Listing, rows: list[tuple[Any, ...]], address: Any, ui: Frame
) -> Markup:
    """Draw the lines; one is drawn once for the same row, day, language and profile."""
    organisation = request.organisation
    base, today = request.resource_path(organisation), local_day(organisation, request.act)
    profile = (organisation.uid, organisation.profile_revision, today.isoformat())

    def make(things: list[Any]) -> list[str]:
        lines = _lines(request, listing, _records(request, things), address)
        return [rendered(ui, LINE, {"line": one}) for one in lines]

    kind = ("indicators.line", base, ui.language, ui.drawings, *profile)
    return Markup("".join(kept_of(request).texts(kind, rows, make)))


def _lines(
    request: Request, listing: Listing, records: list[dict[str, Any]], address: Any
) -> list[list[Cell]]:
    """Print the lines with a drawn trend, where the house draws one."""
    draw = request.registry.get(SPARK)
    place = [one.name for one in listing.columns].index("trend")
    lines = [listing.cells(one, address(one)) for one in records]
    if draw is not None:
        for line, record in zip(lines, records, strict=True):
            line[place] = line[place]._replace(content=draw(request, record["row"]), css="trend")
    return lines


def _actions(folder: Indicators, request: Request) -> list[Action]:
    found = [
        Action(_("What waits for me"), request.resource_path(folder, "my"), "clock", primary=False),
        Action(
            _("Upload a table"), request.resource_path(folder, "upload"), "import", primary=False
        ),
    ]
    more = request.registry.get(ACTIONS, ())
    found = [
        Action(title, request.resource_path(folder, name), icon, primary=False)
        for title, name, icon in more
    ] + found
    if request.has_permission(Permission.INDICATOR_MANAGE, folder):
        url = request.resource_path(folder, "externals")
        found.append(Action(_("Systems outside"), url, "external", primary=False))
    return found


def _records(request: Request, rows: Any) -> list[dict[str, Any]]:
    profile = profile_of(request.organisation)
    today = local_day(request.organisation, request.act)
    return [_record(request, profile, Row(*one), today) for one in rows]


def _record(request: Request, profile: Profile, row: Row, today: date) -> dict[str, Any]:
    target = target_of(row)
    due = due_of(profile, row, today)
    period = ""
    if row.key:
        period = words.period_text(profile, Period.parse(row.key), request.localizer.translate)
    states = [row.verdict] if row.key and row.state == ACTIVE else []
    if row.state != ACTIVE:
        states = [row.state]
    if due is not None and due < today:
        states.append("overdue")
    return {
        **row._asdict(),
        "row": row,
        "target": target.describe(profile.number_style(), row.unit) if target else "",
        "period": period,
        "last": f"{_result(request, profile, row)} · {period}" if row.key else "",
        "band": row.band[0],
        "states": states,
        "due": due,
        "trend": "".join(MARKS[one[2]] for one in row.spark),
        "frequency_name": translate(request, _FREQUENCIES.get(row.frequency, "")),
    }


def _result(request: Request, profile: Profile, row: Row) -> str:
    """Write the last result with its band."""
    if row.result is None:
        return translate(request, _("No data"))
    shown = words.number_text(profile, row.result, row.unit, target_of(row))
    return f"{shown} · {row.band[0]}" if row.band[0] else shown


def due_of(profile: Profile, row: Row, today: date) -> date | None:
    """Give the day by which the first thing that waits is to be done; None where nothing waits."""
    calendar, terms = profile.calendar(), profile.indicators
    found = [
        due_day(ends, calendar, terms[days])
        for ends, days in (
            (row.capture_ends, "capture_days"),
            (row.analysis_ends, "analysis_days"),
        )
        if ends < today.isoformat()
    ]
    return min(found, default=None)


@view_config(
    context=Indicators,
    name="my",
    request_method="GET",
    permission=Permission.VIEW,
    renderer="qms.templates:indicators/my.pt",
)
def my(folder: Indicators, request: Request) -> dict[str, Any]:
    """List the values and analyses that wait for the person."""
    groups = [
        (_("Values to enter"), work.captures(request)),
        (_("To analyse"), work.analyses(request)),
    ]
    return {
        "heading": _("Indicators that wait for me"),
        "groups": groups,
        "json": lambda: [
            {
                "number": item.code,
                "name": item.title,
                "period": item.why,
                "days_left": item.days_left,
                "url": item.url,
            }
            for _title, items in groups
            for item in items
        ],
    }
