"""Facts of the organisation, styles, and the terms of reading, reminders and requests."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from functools import lru_cache
from typing import Any
from zoneinfo import available_timezones

import colander

from qms.kernel.formats import NAMED_STYLES
from qms.kernel.i18n import _
from qms.setup.rows import base
from qms.web import fields
from qms.web.forms import Schema

MEGABYTE_PART = 256_000
KEPT = "as-it-is"
"""Stands for a style of a file that no choice of the form says."""
ZONES = ("America/", "Europe/Madrid", "Atlantic/", "Etc/UTC", "UTC")

DATES = {
    "long": _("22 de noviembre de 2026"),
    "month-first": _("Noviembre 22 de 2026"),
    "numeric": _("22/11/2026"),
    "iso": _("2026-11-22"),
    "month-only": _("Noviembre 2026"),
    "abbreviated": _("22-nov–2026"),
}
SIGNS = {
    "comma": _("comma"),
    "point": _("point"),
    "thin-space": _("narrow space"),
    "none": _("nothing"),
}


@lru_cache(maxsize=1)
def zones() -> tuple[str, ...]:
    """List the time zones that are offered."""
    return tuple(sorted(one for one in available_timezones() if one.startswith(ZONES)))


def _zone_choices(bindings: Mapping[str, Any]) -> list[tuple[str, Any]]:
    present = bindings["present"]["organisation"]["timezone"]
    return [(one, one) for one in sorted({*zones(), present})]


def _date_choices(name: str) -> Any:
    def choices(bindings: Mapping[str, Any]) -> list[tuple[str, Any]]:
        listed: list[tuple[str, Any]] = list(DATES.items())
        present = bindings["present"]["styles"]["date"].get(name)
        if present is not None and present not in NAMED_STYLES:
            listed.append((KEPT, _("as it is now: ${style}", {"style": str(present)[:60]})))
        return listed

    return choices


def _signs(*names: str) -> Any:
    return lambda _bindings: [(name, SIGNS[name]) for name in names]


class FactsSchema(Schema):
    """The organisation itself, and how it writes dates and numbers."""

    base = base()
    organisation = fields.group(
        _("Organisation"),
        fields.text(_("Name"), longest=80, name="name"),
        fields.text(_("Legal name"), longest=200, optional=True, name="legal_name"),
        fields.text(_("Tax number"), longest=60, optional=True, name="tax_id"),
        fields.text(
            _("Name of the management system"),
            longest=120,
            name="system_name",
            help=_("It stands in the header of the documents."),
        ),
        fields.text(
            _("Word for complaints"),
            longest=12,
            name="case_acronym",
            help=_("Such as PQR, PQRS or RECLAMO."),
        ),
        fields.text(
            _("Country"), longest=2, name="country", help=_("Two capitals, such as CO or BO.")
        ),
        fields.text(_("Language"), longest=5, name="language", help=_("Such as es-CO.")),
        fields.choice(_("Time zone"), _zone_choices, name="timezone"),
        fields.text(
            _("Colour"),
            longest=7,
            name="colour",
            help=_("Written as #0b5fa5; it needs enough contrast to white, 4.5 at least."),
        ),
    )
    styles = fields.group(
        _("Dates and numbers"),
        fields.choice(_("Dates in documents"), _date_choices("printed"), name="printed"),
        fields.choice(_("Dates on screen"), _date_choices("screen"), name="screen"),
        fields.choice(_("Decimal sign"), _signs("comma", "point"), name="decimal"),
        fields.choice(
            _("Thousands"), _signs("point", "comma", "thin-space", "none"), name="thousands"
        ),
        row=True,
    )
    logo = fields.upload(
        _("Logo"),
        extensions=(".png", ".jpg", ".jpeg"),
        largest=MEGABYTE_PART,
        optional=True,
        help=_("PNG or JPEG, at most 250 KB. Leave it empty to keep the present one."),
    )
    no_logo = fields.yes_no(_("Take the present logo away"))


def facts_start(data: Mapping[str, Any], country_number: Mapping[str, Any]) -> dict[str, Any]:
    """Give what the form of the facts begins with."""
    number = data["styles"]["number"] or country_number
    dates = data["styles"]["date"]
    return {
        "organisation": {
            key: value for key, value in data["organisation"].items() if key not in {"id", "logo"}
        },
        "styles": {
            "printed": _date_name(dates.get("printed", "long")),
            "screen": _date_name(dates.get("screen", "numeric")),
            "decimal": number.get("decimal", "comma"),
            "thousands": number.get("thousands", "point"),
        },
    }


def _date_name(style: Any) -> str:
    return style if isinstance(style, str) and style in NAMED_STYLES else KEPT


def facts_wanted(
    data: Mapping[str, Any], values: Mapping[str, Any], country_number: Mapping[str, Any]
) -> dict[str, Any]:
    """Give the parts of the profile that the form of the facts says."""
    told = {key: value or None for key, value in values["organisation"].items()}
    styles = copy.deepcopy(data["styles"])
    for name in ("printed", "screen"):
        if values["styles"][name] != KEPT:
            styles["date"][name] = values["styles"][name]
    number = {name: values["styles"][name] for name in ("decimal", "thousands")}
    present = styles["number"] or dict(country_number)
    if {name: present.get(name) for name in number} != number:
        styles["number"] = {**present, **number}
    return {"organisation": {**data["organisation"], **told}, "styles": styles}


class Stages(colander.SchemaType):
    """Days before and after a term, written as ``3, 0, -3``."""

    def serialize(self, node: Any, appstruct: Any) -> Any:
        """Write them with commas."""
        if appstruct in (colander.null, None):
            return colander.null
        return ", ".join(map(str, appstruct))

    def deserialize(self, node: Any, cstruct: Any) -> Any:
        """Read whole numbers."""
        if cstruct is colander.null or not str(cstruct).strip():
            return []
        try:
            return [int(part) for part in str(cstruct).replace(";", ",").split(",") if part.strip()]
        except ValueError:
            raise colander.Invalid(
                node, _("Write whole numbers with commas, such as 3, 0, -3.")
            ) from None


def _stages(title: Any, name: str) -> Any:
    return colander.SchemaNode(Stages(), title=title, name=name, missing=[], description="")


def _routes(bindings: Mapping[str, Any]) -> list[tuple[str, Any]]:
    return [(one["id"], one["name"]) for one in bindings["present"]["routes"]]


class TermsSchema(Schema):
    """Reading, reminders and change requests."""

    base = base()
    reading = fields.group(
        _("Reading"),
        fields.integer(_("Business days to read a new version"), name="term_days"),
        fields.yes_no(
            _("Versions taken over from elsewhere have to be read, too"), name="migrated"
        ),
    )
    reminders = fields.group(
        _("Reminders"),
        _stages(_("Of reading, business days before the term"), "reading"),
        _stages(_("Of signing, business days before the term"), "signing"),
        _stages(_("Of review, days before the day"), "review"),
        help=_("Numbers with commas; 0 is the day itself, negative ones come after it."),
    )
    requests = fields.group(
        _("Change requests"),
        fields.choice(
            _("Who may ask"),
            [("everybody", _("Everybody")), ("leaders", _("Leaders of processes"))],
            name="asked_by",
        ),
        fields.many(
            _("Who decides"),
            [("process-leader", _("The leader of the process")), ("quality", _("Quality"))],
            name="decided_by",
        ),
        fields.integer(_("Business days to decide"), name="term_days"),
        fields.choice(
            _("Route by which a document is retired"),
            _routes,
            optional=True,
            prompt=_("That of its type"),
            name="retirement_route",
        ),
    )


def terms_wanted(data: Mapping[str, Any], values: Mapping[str, Any]) -> dict[str, Any]:
    """Give the parts of the profile that the form of the terms says."""
    requests = dict(values["requests"])
    # The order means nothing, so the present one is kept where the choice is the same.
    if set(requests["decided_by"]) == set(data["requests"]["decided_by"]):
        requests["decided_by"] = data["requests"]["decided_by"]
    requests["retirement_route"] = requests["retirement_route"] or None
    return {"reading": values["reading"], "reminders": values["reminders"], "requests": requests}
