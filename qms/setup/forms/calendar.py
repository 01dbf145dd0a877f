"""The form of the calendar."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

import colander

from qms.kernel.i18n import _
from qms.setup.rows import base, row, rows
from qms.web import fields
from qms.web.forms import Schema

SATURDAYS = {
    "none": _("No business days"),
    "all": _("Business days"),
    "some": _("Business days only on the dates below"),
}


def _moment(node: Any, value: str) -> None:
    hours, colon, minutes = value.partition(":")
    right = colon and hours.isdecimal() and minutes.isdecimal() and len(minutes) == 2
    if not right or not value.isascii() or len(hours) > 2 or int(hours) > 23 or int(minutes) > 59:
        raise colander.Invalid(node, _("Write a time such as 08:00."))


class CalendarSchema(Schema):
    """Business days and office hours."""

    base = base()
    subdivision = fields.text(
        _("Subdivision of the country"),
        longest=8,
        optional=True,
        help=_("Where departments have holidays of their own, such as C for Cochabamba."),
    )
    saturdays = fields.choice(_("Saturdays"), list(SATURDAYS.items()), radio=True)
    open_saturdays = rows(
        _("Saturdays that are open"),
        row(fields.day(_("Day"), name="day")),
        most=60,
        add=_("Add a Saturday"),
    )
    closures = rows(
        _("Own closures"),
        row(
            fields.day(_("First day"), name="from"),
            fields.day(_("Last day"), optional=True, name="to"),
            fields.text(_("Reason"), longest=120, optional=True, name="reason"),
            fields.day(_("Known since"), optional=True, name="known_from"),
        ),
        most=200,
        add=_("Add a closure"),
        help=_("Days on which the organisation does not work, besides the holidays."),
    )
    hours = rows(
        _("Office hours"),
        row(
            fields.text(_("Opens"), _moment, longest=5, name="opens"),
            fields.text(_("Closes"), _moment, longest=5, name="closes"),
        ),
        most=6,
        add=_("Add hours"),
        help=_("Empty for the usual ones."),
    )
    month = fields.day(_("Month to look at"), optional=True, help=_("Any day of it; not saved."))
    term = fields.integer(_("Term to try, in business days"), optional=True, help=_("Not saved."))


def _day(value: Any) -> date:
    return value if type(value) is date else date.fromisoformat(str(value))


def calendar_start(data: Mapping[str, Any]) -> dict[str, Any]:
    """Give what the form begins with."""
    saturdays = data["open_saturdays"]
    closures = data["closures"] or []
    if isinstance(closures, Mapping):
        closures = [{"date": day, "reason": why} for day, why in closures.items()]
    rows_ = []
    for one in closures:
        entry = one if isinstance(one, Mapping) else {"date": one}
        first = _day(entry.get("date", entry.get("from")))
        last = _day(entry["to"]) if entry.get("to") else None
        since = _day(entry["known_from"]) if entry.get("known_from") else None
        reason = entry.get("reason") or entry.get("name") or ""
        rows_.append({"from": first, "to": last, "reason": reason, "known_from": since})
    return {
        "subdivision": data["subdivision"],
        "saturdays": "some" if isinstance(saturdays, list) else "all" if saturdays else "none",
        "open_saturdays": [
            {"day": _day(day)} for day in (saturdays if isinstance(saturdays, list) else [])
        ],
        "closures": rows_,
        "hours": [
            {"opens": str(pair[0])[:5], "closes": str(pair[1])[:5]} for pair in data["hours"] or []
        ],
        "term": 5,
    }


def calendar_wanted(values: Mapping[str, Any], present: Mapping[str, Any]) -> dict[str, Any]:
    """Give the calendar that the form says, days as they are written in files."""
    made = {
        "subdivision": values["subdivision"] or None,
        "closures": [_closure(one) for one in values["closures"]],
        "open_saturdays": {
            "none": False,
            "all": True,
            "some": [one["day"].isoformat() for one in values["open_saturdays"]],
        }[values["saturdays"]],
        "hours": [[_long(one["opens"]), _long(one["closes"])] for one in values["hours"]] or None,
    }
    return dict(present) if calendar_start(made) == calendar_start(present) else made


def _closure(values: Mapping[str, Any]) -> dict[str, str]:
    days: dict[str, str] = {"date": values["from"].isoformat()}
    if values["to"] is not None and values["to"] != values["from"]:
        days = {"from": values["from"].isoformat(), "to": values["to"].isoformat()}
    if values["reason"]:
        days["reason"] = values["reason"]
    if values["known_from"] is not None:
        days["known_from"] = values["known_from"].isoformat()
    return days


def _long(moment: str) -> str:
    return moment.zfill(5)
