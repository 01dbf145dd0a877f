"""The axis of periods: each one's slot, true to scale where the days are known, and its labels."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

from qms.charts.kinds import Point
from qms.charts.measuring import cut, width_of
from qms.charts.plot import Box, Sheet
from qms.charts.words import Words
from qms.kernel.months import add_months

__all__ = ["Slot", "labels", "slots"]

_MANY = 40
"""With more periods the axis names months instead of periods."""
_MONTHS = (1, 2, 3, 6, 12, 24, 60, 120)
_YEAR = 12
_SEASON = 100
"""On shorter stretches, in days, the periods themselves are named."""


@dataclass(frozen=True)
class Slot:
    """Where a period stands on the axis."""

    left: float
    right: float

    @property
    def middle(self) -> float:
        """The x of its middle, where its value is drawn."""
        return (self.left + self.right) / 2


def _days(points: Sequence[Point]) -> list[tuple[date, date]] | None:
    """Give first and last days when every period has them and they go on rising."""
    days = [(point.start, point.end) for point in points if point.start and point.end]
    known = [(start, end) for start, end in days if start and end and start <= end]
    rising = all(one[0] < other[0] for one, other in pairwise(known))
    return known if len(known) == len(points) and rising else None


def slots(points: Sequence[Point], x: float, width: float) -> list[Slot]:
    """Divide the axis among the periods."""
    days = _days(points)
    if days is None:
        step = width / max(len(points), 1)
        return [Slot(x + at * step, x + (at + 1) * step) for at in range(len(points))]
    first, last = days[0][0].toordinal(), max(end for _start, end in days).toordinal() + 1
    per_day = width / (last - first)
    return [
        Slot(x + (start.toordinal() - first) * per_day, x + (end.toordinal() + 1 - first) * per_day)
        for start, end in days
    ]


def labels(
    sheet: Sheet, points: Sequence[Point], places: Sequence[Slot], plot: Box, words: Words
) -> None:
    """Write as many names of periods as there is room for, the last one always."""
    days = _days(points)
    if days is not None and len(points) > _MANY and (days[-1][1] - days[0][0]).days > _SEASON:
        _months(sheet, days, places, plot, words)
        return
    size = sheet.size
    most = max(size * 8, plot.width / min(len(points), 3) - size * 2)
    texts = [cut(point.label, most, size) for point in points]
    widest = max(width_of(text, size) for text in texts) + size * 0.8
    narrowest = min(slot.right - slot.left for slot in places)
    alike = narrowest * 2 > plot.width / len(points)
    every = max(1, math.ceil(widest / narrowest)) if alike else 1
    free = sheet.width
    for at in reversed(range(len(points))):
        middle, half = places[at].middle, width_of(texts[at], size) / 2
        centre = min(max(middle, half), sheet.width - half)
        if (len(points) - 1 - at) % every or centre + half > free:
            continue
        sheet.line("tick", (middle, plot.bottom), (middle, plot.bottom + size * 0.3))
        sheet.text(centre, plot.bottom + size * 1.35, texts[at], "axis-text", "middle")
        free = centre - half - size * 0.8


def _months(
    sheet: Sheet,
    days: Sequence[tuple[date, date]],
    places: Sequence[Slot],
    plot: Box,
    words: Words,
) -> None:
    """Mark the first days of months, as many as have room for their names."""
    first, last = days[0][0], max(end for _start, end in days)
    per_day = (places[-1].right - places[0].left) / ((last - first).days + 1)
    room = width_of(words.month(first), sheet.size) + sheet.size
    step = next((step for step in _MONTHS if step * 30 * per_day >= room), _MONTHS[-1])
    day = date(first.year, 1, 1)
    base = plot.bottom + sheet.size * 1.35
    while day <= last:
        if day >= first:
            x = places[0].left + (day - first).days * per_day
            sheet.line("tick", (x, plot.bottom), (x, plot.bottom + sheet.size * 0.3))
            yearly = step % _YEAR == 0
            text = f"{day.year:04}" if yearly else words.month(day)
            half = width_of(text, sheet.size) / 2
            sheet.text(min(max(x, half), sheet.width - half), base, text, "axis-text", "middle")
        day = add_months(day, step)
