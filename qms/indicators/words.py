"""What indicators are called on screen, in mails and on paper: periods, sources, thresholds."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from qms.documents.figures import PREVIOUS, YEAR_BEFORE
from qms.documents.wording import show_date
from qms.indicators.entries import COMPUTED, PUSHED, RESTATED, TYPED, UPLOADED
from qms.indicators.periods import DAILY, MONTHS, WEEKLY, Period
from qms.kernel.formats import MONTHS as MONTH_NAMES
from qms.kernel.i18n import _
from qms.profiles.api import Profile

HOW_NAMES = {
    COMPUTED: _("counted by the system"),
    TYPED: _("typed"),
    UPLOADED: _("from a table"),
    PUSHED: _("from a system outside"),
    RESTATED: _("restated"),
}
SHIFT_NAMES = {
    "": _("of the period itself"),
    PREVIOUS: _("of the period before"),
    YEAR_BEFORE: _("of the same period of the year before"),
}
_NUMBERED = {
    "bimonthly": _("Two months ${n} of ${year}"),
    "quarterly": _("Quarter ${n} of ${year}"),
    "four-monthly": _("Four months ${n} of ${year}"),
    "semiannual": _("Half-year ${n} of ${year}"),
}
_ROMAN = ("", "I", "II", "III", "IV", "V", "VI")


def period_name(profile: Profile, period: Period) -> Any:
    """Name a period as people say it: a date, «Semana 11 de 2026», «Marzo 2026», «Trimestre I»."""
    if period.frequency == DAILY:
        return show_date(profile, period.first)
    if period.frequency == WEEKLY:
        year, week, _day = period.first.isocalendar()
        return _("Week ${n} of ${year}", {"n": str(week), "year": str(year)})
    if period.frequency == "monthly":
        return f"{MONTH_NAMES[period.first.month - 1].capitalize()} {period.first.year}"
    if period.frequency in _NUMBERED:
        number = (period.first.month - 1) // MONTHS[period.frequency] + 1
        facts: dict[str, object] = {"n": _ROMAN[number], "year": str(period.first.year)}
        return _(_NUMBERED[period.frequency], facts)
    return str(period.first.year)


def period_text(profile: Profile, period: Period, translate: Callable[[Any], str]) -> str:
    """Name a period in the language of ``translate``."""
    return translate(period_name(profile, period))
