"""The surroundings of a section in a frozen version: names as they were when it was frozen."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from qms.documents.sections.base import Reference
from qms.kernel.formats import NAMED_STYLES, BadStyle, DateStyle, NumberStyle

__all__ = ["FrozenScope"]

_ALIASES = {
    "long_capital": "month-first",
    "month_first": "month-first",
    "dmy": "numeric",
    "month_year": "month-only",
    "month_only": "month-only",
    "day_mon_year": "abbreviated",
}
_SIGNS = {",": "comma", ".": "point", "": "none", " ": "thin-space"}
_MONTH = re.compile(r"(\d{4})-(\d{2})")


def _date_style(style: object) -> DateStyle:
    name = _ALIASES.get(style, style) if isinstance(style, str) else style
    try:
        return DateStyle.from_data(name)
    except BadStyle:
        return DateStyle.from_data("iso")


def _number_style(style: object) -> NumberStyle:
    data = dict(style) if isinstance(style, Mapping) else {}
    try:
        return NumberStyle.from_data(
            {key: _SIGNS.get(sign, sign) for key, sign in data.items() if sign is not None}
        )
    except BadStyle:
        return NumberStyle()


class FrozenScope:
    """Names, dates and numbers of a frozen version; nothing is looked up anywhere else."""

    def __init__(self, frozen: Mapping[str, Any]) -> None:
        styles = frozen["organisation"].get("styles") or {}
        dates = styles.get("date") or {}
        printed = dates.get("printed") if isinstance(dates, Mapping) else dates
        self._style = _date_style(printed or "long")
        self._months = DateStyle(NAMED_STYLES["month-only"], self._style.months)
        self._numbers = _number_style(styles.get("number"))
        self._positions = frozen.get("positions") or {}
        self._references = frozen.get("references") or {}
        self._files = {one["id"]: one for one in frozen.get("files") or []}
        self.process = str((frozen["document"].get("process") or {}).get("name") or "")

    def position_name(self, position_id: str) -> str:
        """Name a position; an unknown one by its id."""
        return str(self._positions.get(position_id, position_id))

    def positions(self) -> Sequence[tuple[str, str]]:
        """Give the positions that the version knows."""
        return sorted(self._positions.items(), key=lambda pair: str(pair[1]).casefold())

    def reference(self, code: str) -> Reference | None:
        """Give title and state of a document as they were."""
        known = self._references.get(code)
        if not known:
            return None
        return Reference(code, str(known.get("title") or ""), str(known.get("state") or ""))

    def date(self, value: date | str | None) -> str:
        """Print a date in the organisation's style, a month as month and year, nothing as such."""
        if not value:
            return ""
        if isinstance(value, str):
            month = _MONTH.fullmatch(value)
            try:
                if month:
                    return self._months.format(date(int(month[1]), int(month[2]), 1))
                value = date.fromisoformat(value[:10])
            except ValueError:
                return str(value)
        return self._style.format(value)

    def number(self, value: Any) -> str:
        """Print a number in the organisation's style; what is no number stays as it is."""
        try:
            number = Decimal(str(value))
        except InvalidOperation:
            return str(value)
        return self._numbers.format(number) if number.is_finite() else str(value)

    def file(self, file_id: str) -> Mapping[str, Any] | None:
        """Give name and size of a file of this version."""
        return self._files.get(file_id)

    def files(self) -> Sequence[tuple[str, str]]:
        """Give the files of this version as (id, name)."""
        return [(file_id, str(one["filename"])) for file_id, one in self._files.items()]
