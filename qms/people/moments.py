"""Shows moments on screen in the zone of the organisation: 22/11/2026 14:30."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from qms.content.models import find_organisation


def zone_of(content: Any) -> ZoneInfo:
    """Give the zone of the content's organisation, UTC where its profile names none."""
    organisation = find_organisation(content)
    profile = organisation.profile if organisation is not None else {}
    return ZoneInfo((profile.get("organisation") or {}).get("timezone") or "UTC")


def local_day(content: Any, at: datetime) -> date:
    """Give the day that ``at`` falls on in the zone of the content's organisation."""
    return at.astimezone(zone_of(content)).date()


def shown(content: Any, at: datetime, *, seconds: bool = False) -> str:
    """Give ``at`` as the screen shows it."""
    pattern = "%d/%m/%Y %H:%M:%S" if seconds else "%d/%m/%Y %H:%M"
    return at.astimezone(zone_of(content)).strftime(pattern)


def shown_day(day: date) -> str:
    """Give a day as the screen shows it."""
    return f"{day:%d/%m/%Y}"
