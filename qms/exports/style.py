"""How an organisation writes in files that are taken away: dates, numbers, zone, name and logo.

Which date and number style it has is a matter of profiles, which stand above this room; they
announce it by ``config.set_table_style``.
"""

from __future__ import annotations

import string
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from pyramid.config import Configurator

from qms.content.models import BlobFile
from qms.exports.columns import Kind, Month, Plain
from qms.kernel.formats import MONTHS, DateStyle, NumberStyle

_KEY = "qms.exports.style"
_EXCEL = {
    "d": "d",
    "dd": "dd",
    "mm": "mm",
    "month": "mmmm",
    "Month": "mmmm",
    "mon": "mmm",
    "Mon": "mmm",
    "yyyy": "yyyy",
}
_NUMERIC, _COMMA, _UTC = DateStyle.from_data("numeric"), NumberStyle(), ZoneInfo("UTC")
_SPANISH = "[$-C0A]"
"""Makes a spreadsheet name the months in Spanish, whatever the language of its user."""


@dataclass(frozen=True)
class Style:
    """What a file needs to know of the organisation, all of it plain."""

    dates: DateStyle = _NUMERIC
    numbers: NumberStyle = _COMMA
    zone: ZoneInfo = _UTC
    language: str = "es"
    organisation: str = ""
    colour: str = ""
    paper: str = "letter"
    logo: bytes | None = None

    @property
    def separator(self) -> str:
        """What stands between the values of a CSV line: not the decimal sign."""
        return ";" if self.numbers.decimal == "," else ","

    @property
    def excel_date(self) -> str:
        """The date style as a spreadsheet's number format."""
        parts = []
        named = False
        for fixed, field, _spec, _conversion in string.Formatter().parse(self.dates.template):
            parts.append(f'"{fixed}"' if fixed.strip(" /-.") else fixed)
            if field:
                parts.append(_EXCEL[field])
                named = named or field not in ("d", "dd", "mm", "yyyy")
        return (_SPANISH if named else "") + "".join(parts)

    @property
    def excel_month(self) -> str:
        """The number format of a month."""
        return f"{_SPANISH}mmmm yyyy"

    @property
    def excel_moment(self) -> str:
        """The number format of a moment."""
        return f"{self.excel_date} hh:mm"

    def text(self, kind: Kind, value: Plain) -> str:
        """Write a plain value as people of the organisation read it."""
        if value is None:
            return ""
        if isinstance(value, Month):
            return f"{MONTHS[value.month - 1].capitalize()} {value.year}"
        if isinstance(value, datetime):
            return f"{self.dates.format(value)} {value:%H:%M}"
        if isinstance(value, date):
            return self.dates.format(value)
        if isinstance(value, Decimal):
            return (
                self.numbers.percent(value) if kind is Kind.PERCENT else self.numbers.format(value)
            )
        return value


Styling = Callable[[Any], tuple[DateStyle, NumberStyle]]


def set_table_style(config: Configurator, styling: Styling) -> None:
    """Announce who gives an organisation's date and number style."""
    config.action("qms table style", lambda: config.registry.__setitem__(_KEY, styling))


def style_of(registry: Any, organisation: Any, *, logo: bool = False) -> Style:
    """Give the style of an organisation, with its ``logo`` if asked; without one, the usual."""
    if organisation is None:
        return Style()
    profile = getattr(organisation, "profile", None) or {}
    facts = profile.get("organisation") or {}
    styling: Styling | None = registry.get(_KEY)
    usual = Style()
    dates, numbers = styling(organisation) if styling else (usual.dates, usual.numbers)
    file = (getattr(organisation, "annexes", None) or {}).get("logo") if logo else None
    return Style(
        dates=dates,
        numbers=numbers,
        zone=ZoneInfo(facts.get("timezone") or "UTC"),
        language=str(facts.get("language") or "es"),
        organisation=str(facts.get("name") or organisation.title),
        colour=str(facts.get("colour") or ""),
        paper=str((profile.get("printing") or {}).get("paper") or "letter"),
        logo=file.read() if isinstance(file, BlobFile) else None,
    )
