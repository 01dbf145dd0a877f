"""What charts over time have in common: grid, strips without data, the line, words at the right."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise

from qms.charts.kinds import Chart, Point
from qms.charts.measuring import cut, width_of
from qms.charts.plot import Box, Scale, Sheet
from qms.charts.ticks import Axis, nice_axis
from qms.charts.times import Slot

__all__ = [
    "Aside",
    "asides_width",
    "gap_words",
    "gaps",
    "grid",
    "plot_of",
    "runs",
    "trace",
    "values_axis",
    "write_asides",
]

XY = tuple[float, float]
_HUNDRED = Decimal(100)
_LEAST_STRIP = 1.5
_PAD = Decimal("0.06")
"""Room above and below the values, as a part of their spread."""
_MOST_ASIDE = 0.26
"""Most of the width that the words at the right may take."""


@dataclass(frozen=True)
class Aside:
    """Words at the right of the plot, at the height of what they name."""

    y: float
    text: str
    look: str = "axis-text"


def values_axis(
    chart: Chart,
    values: Iterable[Decimal],
    most: int,
    floor: Decimal | None = None,
    ceiling: Decimal | None = None,
) -> Axis:
    """Give the axis of values: not below zero without need, per cent not above a hundred."""
    if ceiling is None and chart.unit == "%":
        ceiling = _HUNDRED
    floor = Decimal(0) if floor is None else floor
    given = list(values)
    if given:
        low, high = min(given), max(given)
        spare = (high - low) * _PAD
        given += [low - spare if low - spare >= floor or low < floor else floor]
        roomy = ceiling is None or high + spare <= ceiling or high > ceiling
        given += [high + spare if roomy else ceiling or high]
    return nice_axis(given, most=most, floor=floor, ceiling=ceiling)


def plot_of(
    sheet: Sheet, chart: Chart, axis: Axis, *, top: float, height: float, right: float
) -> tuple[Box, Scale]:
    """Find the plot's place: marks at its left, ``right`` points for words at its right."""
    scale = Scale(axis, top + height, top + sheet.size * 0.7, chart)
    left = max(width_of(text, sheet.size) for _tick, text in scale.marks()) + sheet.size * 0.6
    return Box(left, top, sheet.width - left - right, height), scale


def grid(sheet: Sheet, plot: Box, scale: Scale) -> None:
    """Draw the marks of the values with their lines."""
    for tick, text in scale.marks():
        y = scale.at(tick)
        sheet.line("grid", (plot.x, y), (plot.right, y))
        sheet.text(plot.x - sheet.size * 0.45, y + sheet.size * 0.34, text, "axis-text", "end")
    sheet.line("axis", (plot.x, plot.bottom), (plot.right, plot.bottom))


def runs(values: Sequence[Decimal | None]) -> list[list[int]]:
    """Give the places of the values that stand side by side, gap by gap."""
    found: list[list[int]] = []
    for at, value in enumerate(values):
        if value is None:
            continue
        if found and found[-1][-1] == at - 1:
            found[-1].append(at)
        else:
            found.append([at])
    return found


def gaps(sheet: Sheet, points: Sequence[Point], places: Sequence[Slot], plot: Box) -> bool:
    """Hatch the periods without data; tell whether there are any."""
    found = runs([Decimal(0) if point.value is None else None for point in points])
    for run in found:
        left, right = places[run[0]].left, places[run[-1]].right
        if right - left >= _LEAST_STRIP:
            sheet.field(Box(left, plot.y, right - left, plot.height), "missing", pattern="missing")
    return bool(found)


def gap_words(
    sheet: Sheet, points: Sequence[Point], places: Sequence[Slot], plot: Box, word: str
) -> None:
    """Write «no data» into the hatched periods that have room for it."""
    for run in runs([Decimal(0) if point.value is None else None for point in points]):
        left, right = places[run[0]].left, places[run[-1]].right
        if right - left >= width_of(word, sheet.size) + sheet.size * 0.6:
            middle = plot.y + plot.height / 2
            heights = (middle, middle + sheet.row, middle - sheet.row)
            spots = [((left + right) / 2, y, "middle") for y in heights]
            sheet.offer(spots, word, plot, "value")


def trace(
    sheet: Sheet,
    values: Sequence[Decimal | None],
    places: Sequence[Slot],
    scale: Scale,
    look: str = "line",
) -> list[XY | None]:
    """Draw the line, broken where there are no data; give where each value stands."""
    at = [
        None if value is None else (slot.middle, scale.at(value))
        for value, slot in zip(values, places, strict=True)
    ]
    for run in runs(values):
        points = [place for place in (at[index] for index in run) if place is not None]
        if len(points) > 1:
            thin = _thinned(points)
            sheet.line(look, *thin)
            sheet.ways.extend(pairwise(thin))
    return at


def _thinned(points: Sequence[XY]) -> list[XY]:
    """Keep of each point of width the first, the lowest, the highest and the last value."""
    columns: dict[int, list[XY]] = {}
    for place in points:
        columns.setdefault(int(place[0]), []).append(place)
    kept: list[XY] = []
    for column in columns.values():
        ends = {
            0,
            len(column) - 1,
            min(range(len(column)), key=lambda at: column[at][1]),
            max(range(len(column)), key=lambda at: column[at][1]),
        }
        kept.extend(column[at] for at in sorted(ends))
    return kept


def asides_width(sheet: Sheet, texts: Iterable[str]) -> float:
    """Give how much room the words at the right take."""
    widest = max((width_of(text, sheet.size) for text in texts), default=0.0)
    return min(widest, sheet.width * _MOST_ASIDE) + sheet.size * 0.6 if widest else 0.0


def write_asides(sheet: Sheet, plot: Box, words: Sequence[Aside]) -> None:
    """Write the words at the right, moved apart where they would stand on each other."""
    room = sheet.width - plot.right - sheet.size * 0.6
    rising = sorted(words, key=lambda one: one.y)
    heights = [one.y for one in rising]
    for at in range(1, len(heights)):
        heights[at] = max(heights[at], heights[at - 1] + sheet.row)
    lowest = plot.bottom
    for at in reversed(range(len(heights))):
        heights[at] = min(heights[at], lowest)
        lowest = heights[at] - sheet.row
    for one, y in zip(rising, heights, strict=True):
        text = cut(one.text, room, sheet.size)
        sheet.text(plot.right + sheet.size * 0.5, y + sheet.size * 0.34, text, one.look)
