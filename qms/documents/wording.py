"""Dates and moments as an organisation reads them on screen."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal

from qms.content.models import Organisation
from qms.kernel.formats import MONTHS, NAMED_STYLES, DateStyle, NumberStyle
from qms.kernel.i18n import _
from qms.profiles.api import Profile, profile_of

SYSTEM = _("System")
"""Who did what nobody did: the worker, or the loading of a profile."""
_MONTH = 7
"""Length of a date of which only the month is known: ``2018-05``."""


def show_date(profile: Profile, value: date | str | None, style: str = "screen") -> str:
    """Write a stored date (a day, or only a month) in the organisation's style; none is empty."""
    if not value:
        return ""
    if isinstance(value, str):
        if len(value) == _MONTH:
            year, month = value.split("-")
            return f"{MONTHS[int(month) - 1].capitalize()} {year}"
        value = date.fromisoformat(value)
    return profile.date_style(style).format(value)


def show_day_in_words(profile: Profile, day: date) -> str:
    """Write a day as a sentence has it, whatever the style of heads: 22 de noviembre de 2026."""
    return replace(profile.date_style(), template=NAMED_STYLES["long"]).format(day)


def show_moment(profile: Profile, at: datetime | str) -> str:
    """Write a moment at the organisation's place; the foot of every page names the zone."""
    moment = datetime.fromisoformat(at) if isinstance(at, str) else at
    local = moment.astimezone(profile.zone)
    return f"{show_date(profile, local.date())} {local:%H:%M}"


def show_moment_and_zone(profile: Profile, at: datetime | str) -> str:
    """Write a moment with its zone, for paper, mails and whoever does not work here."""
    return f"{show_moment(profile, at)} ({profile.timezone})"


def show_count(profile: Profile, count: int) -> str:
    """Write how many there are as the organisation writes numbers."""
    return profile.number_style().format(Decimal(count))


def table_style(organisation: Organisation) -> tuple[DateStyle, NumberStyle]:
    """Give how an organisation writes dates and numbers, for the tables that are taken away."""
    profile = profile_of(organisation)
    return profile.date_style("screen"), profile.number_style()
