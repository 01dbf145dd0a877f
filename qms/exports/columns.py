"""What a column of a list holds, and how its values become plain ones that any file can take."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from typing import Any
from zoneinfo import ZoneInfo

from translationstring import TranslationString

from qms.kernel.i18n import _
from qms.web.chips import chip_of

__all__ = ["Column", "Kind", "Month", "Plain", "plain_value"]

Plain = str | date | datetime | Decimal | None
"""What a cell holds once it is plain; a datetime is local and without zone."""
Translate = Callable[[Any], str]

YES, NO = _("Yes"), _("No")
JOINED = " · "
"""Between the words of several chips in one cell."""
_MONTH = 7
"""Length of a date of which only the month is known: ``2018-05``."""


class Kind(StrEnum):
    """What the values of a column are."""

    TEXT = "text"
    CODE = "code"
    DATE = "date"
    """A date, its ISO text, or the ISO text of a month (``2018-05``)."""
    MOMENT = "moment"
    """An aware datetime or its ISO text; shown at the organisation's place."""
    NUMBER = "number"
    """An int, a Decimal, or the text of one."""
    PERCENT = "percent"
    """As a number; 95.5 is ``95,5 %``."""
    YES_NO = "yes-no"
    CHIP = "chip"
    """The name of a state, or several; files hold their words."""


class Month(date):
    """A month of which no day is known; the first of it stands for it in files."""


@dataclass(frozen=True)
class Column:
    """One column of a list, on screen and in every file."""

    name: str
    """The attribute or key of a record that it shows."""
    title: Any
    """A translation string."""
    kind: Kind = Kind.TEXT
    sort: str | None = None
    """Name of the order that a click on the head sorts by; None cannot be sorted."""
    link: bool = False
    """Whether the cell leads to the record's page."""
    cut: bool = False
    """Whether the screen may shorten it to one line."""
    wide: bool = False
    """Whether the screen gives it place for many words."""
    share: float | None = None
    """Relative width in the PDF; None follows from the contents."""
    screen: bool = True
    """False for a column that only files have."""


def value_of(record: Any, name: str) -> Any:
    """Give what a record holds under a column's name: a key of a mapping, or an attribute."""
    if isinstance(record, Mapping):
        return record.get(name)
    return getattr(record, name)


def plain_value(kind: Kind, value: Any, *, zone: ZoneInfo, translate: Translate) -> Plain:
    """Make a value plain; one that is not of its kind stays text, so that nothing is lost."""
    if value is None or value == "":
        return None
    if kind is Kind.DATE:
        return _date(value)
    if kind is Kind.MOMENT:
        return _moment(value, zone)
    if kind in (Kind.NUMBER, Kind.PERCENT):
        return _number(value)
    if kind is Kind.YES_NO:
        return translate(YES if value else NO)
    if kind is Kind.CHIP:
        states = [value] if isinstance(value, str) else list(value)
        return JOINED.join(translate(chip_of(state).word) for state in states)
    if isinstance(value, list | tuple | set | frozenset):
        return ", ".join(_said(one, translate) for one in value)
    return _said(value, translate)


def _said(value: Any, translate: Translate) -> str:
    # Only what is marked is ours; what somebody typed is nobody's to translate.
    return translate(value) if isinstance(value, TranslationString) else str(value)


def _date(value: Any) -> Plain:
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    text = str(value)
    try:
        if len(text) == _MONTH:
            return Month.fromisoformat(f"{text}-01")
        return date.fromisoformat(text)
    except ValueError:
        return text


def _moment(value: Any, zone: ZoneInfo) -> Plain:
    if not isinstance(value, datetime):
        try:
            value = datetime.fromisoformat(str(value))
        except ValueError:
            return str(value)
    if value.tzinfo is not None:
        value = value.astimezone(zone).replace(tzinfo=None)
    return value.replace(microsecond=0)


def _number(value: Any) -> Plain:
    try:
        number = value if isinstance(value, Decimal) else Decimal(str(value))
    except InvalidOperation:
        return str(value)
    return number if number.is_finite() else str(value)
