"""The page about the calendar, with a month of business days beside."""

from __future__ import annotations

from datetime import date
from typing import Any

from pyramid.request import Request
from pyramid.response import Response
from pyramid.view import view_config

from qms.content.models import Organisation
from qms.documents.wording import show_date
from qms.kernel.calendars import Calendar
from qms.kernel.errors import Refused
from qms.kernel.i18n import _
from qms.people.moments import local_day
from qms.profiles.api import profile_of
from qms.setup.examples import month_of
from qms.setup.forms.calendar import CalendarSchema, calendar_start, calendar_wanted
from qms.setup.page import CONFIGURE, PartForm
from qms.setup.previews import Peek, preview_page
from qms.web.errors import sentence
from qms.web.i18n import translate

LONGEST_TERM = 250
_MONTHS = (
    _("January"),
    _("February"),
    _("March"),
    _("April"),
    _("May"),
    _("June"),
    _("July"),
    _("August"),
    _("September"),
    _("October"),
    _("November"),
    _("December"),
)


@view_config(name="setup-calendar")
class CalendarView(PartForm):
    """Holidays, closures, Saturdays, office hours."""

    schema = CalendarSchema
    heading = _("Calendar")
    introduction = _(
        "The holidays are those of the country; here is what differs. Terms that run already keep"
        " the day that they were given."
    )
    tab = "setup-calendar"
    preview = "setup-calendar-preview"
    wide = True
    places = (
        (("calendar", "closures"), ("closures",)),
        (("calendar", "hours"), ("hours",)),
        (("calendar", "open_saturdays"), ("saturdays",)),
        (("calendar",), ("subdivision",)),
    )

    def part(self) -> Any:
        """The calendar."""
        return self.data["calendar"]

    def start(self) -> dict[str, Any]:
        """Start from what is stored, looking at this month."""
        today = local_day(self.context, self.request.act.at)
        return {**calendar_start(self.part()), "month": today}

    def wanted(self, values: dict[str, Any]) -> dict[str, Any]:
        """Give the calendar."""
        return {"calendar": calendar_wanted(values, self.part())}


@view_config(
    name="setup-calendar-preview",
    context=Organisation,
    permission=CONFIGURE,
    request_method="POST",
)
def calendar_preview(organisation: Organisation, request: Request) -> Response:
    """Show a month and count a term, with what was typed."""
    peek = Peek(CalendarView(organisation, request))
    values: dict[str, Any] = {"mistakes": list(peek.mistakes), "weeks": None, "counted": None}
    if peek.loaded is not None and peek.values is not None:
        today = local_day(organisation, request.act.at)
        first = peek.values["month"] or today
        try:
            values |= _month(organisation, request, peek, first)
        except Refused as refusal:
            values["mistakes"].append(sentence(request, refusal))
    return preview_page(request, "calendar_preview.pt", values)


def _month(organisation: Organisation, request: Request, peek: Peek, first: date) -> dict[str, Any]:
    profile = profile_of(organisation)
    data = peek.loaded.data if peek.loaded is not None else {}
    own = {key: one for key, one in data["calendar"].items() if one not in (None, [], False)}
    calendar = Calendar.from_data({**profile.country.calendar_data(), **own})
    weeks = month_of(calendar, first)
    term = min(abs((peek.values or {}).get("term") or 0), LONGEST_TERM)
    counted = calendar.explain(first, term) if term else []
    return {
        "weeks": weeks,
        "title": f"{translate(request, _MONTHS[first.month - 1])} {first.year}",
        "closed": [
            (show_date(profile, one.day), one.why)
            for week in weeks
            for one in week
            if one is not None and not one.open and one.day.weekday() < 5
        ],
        "term": term,
        "begins": show_date(profile, first),
        "counted": show_date(profile, counted[-1].day) if counted else None,
    }
