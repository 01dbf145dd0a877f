"""How people here write numbers and dates, read strictly and written back the same way."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal
from typing import Any

import colander
from deform.widget import TextInputWidget

from qms.kernel.i18n import _

_NUMBER = re.compile(r"[+-]?\d{1,18}(?:[.,]\d{1,12})?\Z")
_GROUPED = re.compile(r"[+-]?\d{1,3}(?:\.\d{3})+,\d{1,12}\Z")
_DOUBTFUL = re.compile(r"[+-]?[1-9]\d{0,2}\.\d{3}\Z")
_DAY_MONTH_YEAR = re.compile(r"(\d{1,2})[/.\-](\d{1,2})[/.\-](\d{4})\Z")
_ISO = re.compile(r"(\d{4})-(\d{2})-(\d{2})\Z")


class CommaDecimal(colander.SchemaType):
    """A number with a decimal comma; a point is taken where it cannot be one of thousands."""

    @staticmethod
    def widget_maker(**options: Any) -> TextInputWidget:
        """Give deform the plain input that the phone opens its number pad for."""
        return TextInputWidget(attributes={"inputmode": "decimal"}, **options)

    def serialize(self, node: Any, appstruct: Any) -> Any:
        """Write a Decimal (or its text) with a comma."""
        if appstruct in (colander.null, None, ""):
            return colander.null
        return format(Decimal(str(appstruct)), "f").replace(".", ",")

    def deserialize(self, node: Any, cstruct: Any) -> Any:
        """Read a number; «1.234» is asked back, never guessed."""
        if cstruct in (colander.null, None, ""):
            return colander.null
        text = str(cstruct).replace("\u00a0", "").strip()
        if _DOUBTFUL.match(text):
            raise colander.Invalid(
                node,
                _(
                    "Is ${text} a thousand or a decimal? Write it without points, with a comma"
                    " for decimals.",
                    {"text": text},
                ),
            )
        if _GROUPED.match(text):
            text = text.replace(".", "")
        if not _NUMBER.match(text):
            raise colander.Invalid(node, _("Write a number, such as 12,5."))
        return Decimal(text.replace(",", "."))


class DayMonthYear(colander.SchemaType):
    """A date as it is written here: 22/11/2026, and ISO text as well."""

    @staticmethod
    def widget_maker(**options: Any) -> TextInputWidget:
        """Give deform the date input of ours."""
        return DayWidget(**options)

    def serialize(self, node: Any, appstruct: Any) -> Any:
        """Write a date as dd/mm/yyyy."""
        if appstruct in (colander.null, None, ""):
            return colander.null
        day = date.fromisoformat(appstruct) if isinstance(appstruct, str) else appstruct
        return f"{day.day:02}/{day.month:02}/{day.year:04}"

    def deserialize(self, node: Any, cstruct: Any) -> Any:
        """Read a date that exists, of the years 1900 to 2199."""
        if cstruct in (colander.null, None, ""):
            return colander.null
        text = str(cstruct).strip()
        if match := _DAY_MONTH_YEAR.match(text):
            day, month, year = (int(part) for part in match.groups())
        elif match := _ISO.match(text):
            year, month, day = (int(part) for part in match.groups())
        else:
            raise colander.Invalid(node, _("Write the date as day/month/year: 22/11/2026."))
        try:
            if not 1900 <= year <= 2199:
                raise ValueError
            return date(year, month, day)
        except ValueError:
            raise colander.Invalid(node, _("The calendar has no such date.")) from None


class DayWidget(TextInputWidget):
    """The input of a date: text in our order, which the script lends a calendar."""

    template = "day"
