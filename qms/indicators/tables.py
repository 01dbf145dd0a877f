"""Values out of an uploaded table: what each line would enter, or why it cannot.

Either a line has period, variable and value, or each variable has a column of its own. A column
«Indicador» with numbers (IND-001) lets one table fill several indicators.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from qms.indicators import unusual
from qms.indicators.cards import Definition
from qms.indicators.entries import text_of
from qms.indicators.errors import BadTable
from qms.indicators.models import Indicator
from qms.indicators.periods import DAILY, NotAPeriod, Period
from qms.indicators.services.measuring import may_capture
from qms.kernel.errors import Refused
from qms.kernel.formats import BadDate, BadNumber, NumberStyle, parse_date
from qms.kernel.i18n import _
from qms.kernel.text import fold
from qms.sheets.tables import text_of as cell_text

MOST_LINES = 5000
INDICATOR = ("indicador", "indicator")
PERIOD = ("periodo", "período", "fecha", "period")
VARIABLE = ("variable",)
VALUE = ("valor", "value")
Find = Callable[[str], Indicator | None]


@dataclass
class Line:
    """One line of the table as it was understood."""

    place: int
    """Its number in the table, from 1."""
    number: str = ""
    """Of the indicator."""
    key: str = ""
    """Of the period."""
    values: dict[str, str] = field(default_factory=dict)
    """Numbers as texts by variable."""
    errors: list[Any] = field(default_factory=list)
    warnings: list[Any] = field(default_factory=list)

    @property
    def is_good(self) -> bool:
        """Tell whether it can be entered."""
        return not self.errors and bool(self.values)


def _named(heads: Sequence[str], names: Sequence[str]) -> int | None:
    return next((at for at, head in enumerate(heads) if head in map(fold, names)), None)


def read_lines(
    rows: Sequence[Sequence[Any]],
    find: Find,
    own: Indicator | None,
    *,
    style: NumberStyle,
    today: date,
) -> list[Line]:
    """Read a sheet; BadTable where it lacks a column, and each line says what is wrong with it."""
    full = [(at, list(row)) for at, row in enumerate(rows, 1) if any(map(cell_text, row))]
    if len(full) < 2:
        raise BadTable(_("The table has no lines below its head."))
    if len(full) > MOST_LINES + 1:
        raise BadTable(_("A table has at most ${most} lines."), most=MOST_LINES)
    heads = [fold(cell_text(cell)) for cell in full[0][1]]
    period, value = _named(heads, PERIOD), _named(heads, VALUE)
    columns = {
        "indicator": _named(heads, INDICATOR),
        "variable": _named(heads, VARIABLE),
    }
    if period is None:
        raise BadTable(_("The table has no column «Período»."))
    if columns["indicator"] is None and own is None:
        raise BadTable(_("The table has no column «Indicador»."))
    lines = []
    for at, row in full[1:]:
        line = Line(at)
        cell = _cell(row, columns["indicator"])
        indicator = find(cell_text(cell)) if cell_text(cell) else own
        if indicator is None or (own is not None and indicator is not own):
            line.number = cell_text(cell)[:20]
            line.errors.append(_("There is no such indicator, or it is not yours."))
        else:
            line.number = indicator.number
            named = cell_text(_cell(row, columns["variable"]))
            if columns["variable"] is not None and value is not None:
                cells = {named: _cell(row, value)}
            else:
                cells = {head: _cell(row, at) for at, head in enumerate(heads)}
                cells.pop(heads[period], None)
            _understand(line, indicator, _cell(row, period), cells, style, today)
        lines.append(line)
    return lines


def _cell(row: Sequence[Any], place: int | None) -> Any:
    return row[place] if place is not None and place < len(row) else None


def _understand(
    line: Line,
    indicator: Indicator,
    when: Any,
    cells: Mapping[str, Any],
    style: NumberStyle,
    today: date,
) -> None:
    try:
        period = _period(indicator, when, today)
        definition = may_capture(indicator, period, {}, today)
        line.key = period.key
        known = {fold(one.name): one.name for one in definition.typed}
        known |= {fold(one.description): one.name for one in definition.typed if one.description}
        for head, cell in cells.items():
            name = known.get(fold(head))
            if name is None or not cell_text(cell):
                continue
            line.values[name] = text_of(_number(cell, style)) or ""
        if not line.values:
            line.errors.append(_("There is no value of one of its variables."))
    except Refused as refusal:
        line.errors.append(_(refusal.msgid, dict(refusal.mapping)))
        return
    line.warnings += _warnings(indicator, definition, period, line.values)


def _warnings(
    indicator: Indicator, definition: Definition, period: Period, values: Mapping[str, str]
) -> list[Any]:
    numbers = {name: Decimal(one) for name, one in values.items()}
    return list(unusual.found_in(definition, numbers, unusual.history(indicator, period)))


def _period(indicator: Indicator, when: Any, today: date) -> Period:
    """Read a period: its key, or a day within it."""
    text = cell_text(when)
    try:
        period = Period.parse(text)
    except NotAPeriod:
        try:
            period = Period.of(DAILY, parse_date(text))
        except BadDate:
            raise NotAPeriod(period=text[:20]) from None
    definition = indicator.definition_on(min(period.last, today))
    is_day = period.frequency == DAILY
    if is_day and definition is not None and definition.capture_frequency:
        return definition.capture(period.first)
    return period


def _number(cell: Any, style: NumberStyle) -> Decimal:
    if isinstance(cell, Mapping) and "n" in cell:
        # A number cell of a workbook says what it is; only texts can mean two numbers.
        try:
            found = Decimal(str(cell["n"]))
        except InvalidOperation:
            raise BadNumber(_("«${number}» is not a number; write it like 97 or 2,5.")) from None
        if found.is_finite():
            return found
    return style.parse(cell_text(cell))
