"""The kinds of charts as plain data: numbers in Decimal, texts already in the reader's language.

None as a value means «no data»: it is drawn as a gap with its own hatching, never as zero.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from qms.charts.words import Words
from qms.kernel.bands import Band, Target
from qms.kernel.formats import NO_BREAK_SPACE, NumberStyle

__all__ = [
    "Bar",
    "BarChart",
    "Category",
    "Cause",
    "Chart",
    "ControlChart",
    "Fishbone",
    "Part",
    "Point",
    "Series",
    "SeriesChart",
    "Sparkline",
    "Stack",
    "StackedBar",
]


@dataclass(frozen=True)
class Point:
    """What was measured in one period."""

    label: str
    """The period in few letters, such as «ene 2026»."""
    value: Decimal | None
    start: date | None = None
    """First day; when every point has both, the time axis is true to scale."""
    end: date | None = None
    """Last day, itself included."""
    size: Decimal | None = None
    """How many there were in all, for control charts of proportions."""
    outlier: bool = False
    change: str = ""
    """What begins here, such as «Versión 4», when the definition changed."""
    target: Target | None = None
    """Its own target, where that differs from the chart's."""
    note: str = ""
    """More words for the table."""


@dataclass(frozen=True)
class Series:
    """One line of several."""

    name: str
    points: tuple[Point, ...]


@dataclass(frozen=True, kw_only=True)
class _Chart:
    """What every chart knows of numbers and words."""

    title: str = ""
    unit: str = ""
    places: int | None = None
    style: NumberStyle = field(default_factory=NumberStyle)
    words: Words = field(default_factory=Words)

    def number(self, value: Decimal | None, *, places: int | None = None) -> str:
        """Write a value with its unit, a missing one as «no data»."""
        if value is None:
            return self.words.say("missing")
        if self.unit == "%":
            return self.per_cent(value)
        written = self.style.format(value, self.places if places is None else places)
        return f"{written}{NO_BREAK_SPACE}{self.unit}" if self.unit else written

    def per_cent(self, value: Decimal) -> str:
        """Write a percentage, which never reads as the target without being it."""
        target: Target | None = getattr(self, "target", None)
        ends = (target.value, target.high) if target is not None else ()
        return self.style.percent(value, *(one for one in ends if one is not None))


@dataclass(frozen=True, kw_only=True)
class SeriesChart(_Chart):
    """A line over time with its target, the bands behind it, and what was not measured."""

    points: tuple[Point, ...]
    name: str = ""
    """Name of the line, needed when there is more than one."""
    more: tuple[Series, ...] = ()
    """Up to three further lines."""
    target: Target | None = None
    bands: tuple[Band, ...] = ()
    baseline: Decimal | None = None
    floor: Decimal | None = None
    ceiling: Decimal | None = None
    """Ends of the scale; for per cent 0 and 100 are taken when no value passes them."""

    def target_of(self, point: Point) -> Target | None:
        """Give the target that a period was measured by."""
        return point.target or self.target

    def met(self, point: Point) -> bool | None:
        """Tell whether a period met its target; None without data or target."""
        target = self.target_of(point)
        return None if target is None else target.met(point.value)


@dataclass(frozen=True, kw_only=True)
class ControlChart(_Chart):
    """Individuals with limits from their moving ranges, or proportions (p) with varying limits."""

    points: tuple[Point, ...]
    method: str = "individuals"
    """individuals or p; for p a value is in per cent and every point has its size."""
    rules: str = "western"
    """Run rules: western, nelson or nothing."""
    target: Target | None = None
    ranges: bool = False
    """Whether the moving ranges are drawn below (individuals only)."""


@dataclass(frozen=True)
class Bar:
    """One bar, perhaps with the one of the period before beside it."""

    label: str
    value: Decimal | None
    before: Decimal | None = None
    tone: str = ""
    """good, warn, bad, busy, done or quiet; a bar with a tone also needs its word in ``note``."""
    note: str = ""


@dataclass(frozen=True, kw_only=True)
class BarChart(_Chart):
    """Bars from zero, upright or lying."""

    bars: tuple[Bar, ...]
    horizontal: bool = False
    name: str = ""
    """What the bars show, such as «Este período»."""
    before_name: str = ""
    """What the bars beside them show; without it there are none."""
    target: Target | None = None


@dataclass(frozen=True)
class Part:
    """One class of a stacked bar, in the order from left to right."""

    name: str
    tone: str = ""
    """good, warn, bad, busy, done, quiet; without one they follow each other."""


@dataclass(frozen=True)
class Stack:
    """One bar of classes; values are counts in the order of the classes."""

    label: str
    values: tuple[Decimal | None, ...]
    note: str = ""


@dataclass(frozen=True, kw_only=True)
class StackedBar(_Chart):
    """Shares of classes, one bar a row, such as promoters, neutrals and detractors."""

    parts: tuple[Part, ...]
    rows: tuple[Stack, ...]


@dataclass(frozen=True, kw_only=True)
class Sparkline(_Chart):
    """A small line for a cell of a list."""

    values: tuple[Decimal | None, ...]
    target: Target | None = None


@dataclass(frozen=True)
class Cause:
    """A cause, and why it came about: each further text answers «why?» of the one before."""

    text: str
    whys: tuple[str, ...] = ()
    root: bool = False


@dataclass(frozen=True)
class Category:
    """A bone: method, people, machines, material, measurement, surroundings, or any other."""

    name: str
    causes: tuple[Cause, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Fishbone(_Chart):
    """An Ishikawa diagram: what happened at the head, why at the bones."""

    effect: str
    categories: tuple[Category, ...]


Chart = SeriesChart | BarChart | StackedBar | Sparkline | ControlChart | Fishbone
