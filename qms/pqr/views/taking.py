"""What every form that takes cases has in common."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from pyramid.request import Request

from qms.content.models import BlobFile, Organisation
from qms.documents.views.uploads import taken_files
from qms.kernel.acts import Act
from qms.kernel.i18n import _
from qms.kernel.text import clean_line, sort_key
from qms.people.models import people_of
from qms.pqr.choices import choices_of
from qms.pqr.forms import FILES
from qms.pqr.services import Received
from qms.profiles.api import Profile
from qms.web.forms import FieldRefused

RECEIPT = "case-receipt"
"""Where the browser's session keeps the last receipt: organisation, number and code."""


def offered(organisation: Organisation) -> dict[str, Any]:
    """Give what the forms choose from."""
    choices = choices_of(organisation)
    people = people_of(organisation)
    places = [(one.id, one.name) for one in people["sites"].values()]
    persons = [(one.id, one.name) for one in people.persons() if one.active]
    return {
        "sites": sorted(places, key=lambda pair: sort_key(pair[1])),
        "persons": sorted(persons, key=lambda pair: sort_key(pair[1])),
        **{
            what: choices.pairs(what)
            for what in ("kinds", "channels", "reasons", "products", "queues")
        },
    }


def customer_of(values: Mapping[str, Any]) -> dict[str, str]:
    """Give the customer's data out of a form's values."""
    if values.get("anonymous"):
        return {}
    given = {key: values.get(key) or "" for key in ("name", "email", "phone", "address")}
    return {**given, "id": values.get("document") or ""}


def proxy_of(values: Mapping[str, Any]) -> dict[str, str] | None:
    """Give for whom the customer speaks."""
    name = clean_line(values.get("proxy") or "")
    return {"name": name} if name else None


def files_of(values: Mapping[str, Any]) -> list[BlobFile]:
    """Give the files of a form as stored ones; refuses at the field."""
    return taken_files(values, FILES)


def received_at(values: Mapping[str, Any], zone: ZoneInfo) -> datetime | None:
    """Read when a case came, where that was before now."""
    text = values.get("received") or ""
    if not text:
        return None
    try:
        return datetime.strptime(text, "%d/%m/%Y %H:%M").replace(tzinfo=zone)
    except ValueError:
        raise FieldRefused(
            "received", _("Write day, month, year and hour: 22/11/2026 14:30.")
        ) from None


def act_of(request: Request, *, anonymous: bool) -> Act:
    """Give the act of a customer; of who stays anonymous the network address is kept nowhere."""
    act: Act = request.act
    return replace(act, context={}) if anonymous else act


def received_of(values: Mapping[str, Any], profile: Profile) -> Received:
    """Give what a full form says was received."""
    return Received(
        values["kind"],
        values["channel"],
        values["text"],
        customer_of(values),
        reason=values["reason"],
        product=values["product"],
        site=values["site"],
        anonymous=values["anonymous"],
        proxy=proxy_of(values),
        received_at=received_at(values, profile.zone),
        files=files_of(values),
    )
