"""Control charts: the process's own limits around the values, and the signals that stand out."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from qms.charts.kinds import ControlChart, Point
from qms.charts.limits import (
    Limits,
    individuals,
    moving_ranges,
    proportions,
    range_limits,
)
from qms.charts.lines import (
    Aside,
    asides_width,
    gap_words,
    gaps,
    grid,
    plot_of,
    trace,
    values_axis,
    write_asides,
)
from qms.charts.plot import Box, Key, Scale, Sheet, nothing
from qms.charts.rules import signals
from qms.charts.shapes import Drawing, Marker
from qms.charts.times import labels, slots

__all__ = ["Judged", "judge", "lay_out_control", "phases"]

_NARROW = 40.0
_HUNDRED = Decimal(100)


@dataclass(frozen=True)
class Judged:
    """What a control chart says of one point."""

    limits: Limits | None
    broken: tuple[int, ...]
    """Numbers of the rules that speak at it."""
    range: Decimal | None
    """How far it is from the point before."""


def phases(points: Sequence[Point]) -> list[tuple[int, int]]:
    """Divide the points where the definition changed: each stretch has limits of its own."""
    starts = [0, *(at for at, point in enumerate(points) if point.change and at)]
    return list(zip(starts, [*starts[1:], len(points)], strict=True))


def judge(chart: ControlChart) -> tuple[Judged, ...]:
    """Give limits and signals of every point."""
    judged: list[Judged] = []
    for start, end in phases(chart.points):
        points = chart.points[start:end]
        values = [point.value for point in points]
        limits = _limits(chart, points)
        broken = signals(values, limits, chart.rules)
        ranges = moving_ranges(values)
        judged += [
            Judged(at, rules, step) for at, rules, step in zip(limits, broken, ranges, strict=True)
        ]
    return tuple(judged)


def _limits(chart: ControlChart, points: Sequence[Point]) -> Sequence[Limits | None]:
    values = [point.value for point in points]
    if chart.method != "p":
        return [individuals(values)] * len(points)
    parts = [None if value is None else value / _HUNDRED for value in values]
    return [
        at and Limits(*(one * _HUNDRED for one in (at.center, at.sigma, at.low, at.high)))
        for at in proportions(parts, [point.size for point in points])
    ]


def lay_out_control(chart: ControlChart, width: float, size: float) -> Drawing:
    """Lay the chart out, with its moving ranges below where it asks for them."""
    if not chart.points:
        return nothing(chart, width, size, "control")
    return _Control(chart, width, size).drawn()


class _Control:
    """One layout."""

    def __init__(self, chart: ControlChart, width: float, size: float) -> None:
        self.chart, self.sheet = chart, Sheet(width, size)
        self.judged = judge(chart)
        self.narrow = width < _NARROW * size
        self.height = size * (14 if self.narrow else 18)
        axis = values_axis(chart, self._values(), int(self.height / size / 2.6))
        self.axis = axis
        say = chart.words.say
        self.names = (say("higher"), say("center"), say("lower"))
        last = self._last()
        texts = [text for _value, text, _look in self._named(last)] if last else []
        right = size * 0.8 if self.narrow else asides_width(self.sheet, texts) or size * 0.8
        top = self.sheet.row * 1.2 if Scale(axis, 0, 0, chart).unit() else size * 0.3
        self.plot, self.scale = plot_of(
            self.sheet, chart, axis, top=top, height=self.height, right=right
        )
        self.places = slots(chart.points, self.plot.x, self.plot.width)

    def _last(self) -> Limits | None:
        return next((one.limits for one in reversed(self.judged) if one.limits), None)

    def _named(self, at: Limits) -> Iterator[tuple[Decimal, str, str]]:
        chart, scale = self.chart, Scale(self.axis, 0, 0, self.chart)
        places = 1 if chart.places is None else chart.places
        many = scale.factor[0] != 1
        for value, name, look in zip(
            (at.high, at.center, at.low), self.names, ("limit", "center", "limit"), strict=True
        ):
            text = scale.short(value) if many else chart.number(value, places=places)
            yield value, f"{name} {text}", look

    def _values(self) -> Iterator[Decimal]:
        yield from (point.value for point in self.chart.points if point.value is not None)
        for one in self.judged:
            if one.limits:
                yield one.limits.low
                yield one.limits.high
        if self.chart.target is not None:
            yield self.chart.target.value

    def drawn(self) -> Drawing:
        """Draw everything from the ground up."""
        chart, sheet, plot = self.chart, self.sheet, self.plot
        missing = gaps(sheet, chart.points, self.places, plot)
        grid(sheet, plot, self.scale)
        if unit := self.scale.unit():
            sheet.text(0, sheet.size, unit, "axis-text")
        if chart.target is not None:
            y = self.scale.at(chart.target.value)
            sheet.line("target", (plot.x, y), (plot.right, y))
        for start, end in phases(chart.points):
            self._phase(start, end)
        at = trace(sheet, [point.value for point in chart.points], self.places, self.scale)
        for index, place in enumerate(at):
            if place is not None:
                self._mark(index, place)
        self._named_signals(at)
        if missing:
            gap_words(sheet, chart.points, self.places, plot, chart.words.say("missing"))
        last = self._last()
        if last and not self.narrow:
            asides = [Aside(self.scale.at(value), text) for value, text, _look in self._named(last)]
            write_asides(sheet, plot, asides)
        labels(sheet, chart.points, self.places, plot, chart.words)
        bottom = plot.bottom + sheet.size * 2.1
        if chart.ranges and chart.method != "p":
            bottom = self._ranges(bottom)
        height = sheet.legend(list(self._keys(last, missing=missing)), 0, bottom)
        return sheet.drawing(height + sheet.size * 0.2, "control")

    def _phase(self, start: int, end: int) -> None:
        """Draw the limits of one stretch as steps, and where it begins."""
        stretch = self.judged[start:end]
        if start and self.chart.points[start].change:
            x = self.places[start].left
            self.sheet.line("change", (x, self.plot.bottom), (x, self.plot.y))
            spots = [(x + self.sheet.size * 0.35, self.plot.y + self.sheet.size, "start")]
            self.sheet.offer(spots, self.chart.points[start].change, self.plot, "quiet")
        for look, name in (("limit", "high"), ("center", "center"), ("limit", "low")):
            steps: list[tuple[float, float]] = []
            for slot, one in zip(self.places[start:end], stretch, strict=True):
                if one.limits is not None:
                    y = self.scale.at(getattr(one.limits, name))
                    left = steps[-1][0] if steps else slot.left
                    steps += [(left, y), (slot.right, y)]
            if steps:
                self.sheet.line(look, *_simple(steps))

    def _mark(self, index: int, place: tuple[float, float]) -> None:
        point, broken = self.chart.points[index], self.judged[index].broken
        size = self.sheet.size
        title = f"{point.label}: {self.chart.number(point.value)}"
        if broken:
            named = "; ".join(self.chart.words.say(f"{self.chart.rules}-{n}") for n in broken)
            self.sheet.add(Marker(*place, "square", "signal", size * 0.95, f"{title}. {named}"))
            half = size * 0.5
            self.sheet.taken.append(Box(place[0] - half, place[1] - half, 2 * half, 2 * half))
        elif self.plot.width / len(self.places) >= size * 0.75:
            self.sheet.add(Marker(*place, "circle", "mark", size * 0.55, title))

    def _named_signals(self, at: Sequence[tuple[float, float] | None]) -> None:
        """Write the numbers of the rules beside the signals; the legend says them in words."""
        size, plot = self.sheet.size, self.plot
        room = Box(plot.x, plot.y - size, plot.width + size, plot.height + size)
        for place, one in zip(at, self.judged, strict=True):
            if place is None or not one.broken:
                continue
            x, y = place
            spots = [
                (x, y - size * 0.75, "middle"),
                (x, y + size * 1.5, "middle"),
                (x + size * 0.8, y + size * 0.35, "start"),
                (x - size * 0.8, y + size * 0.35, "end"),
                (x + size * 0.6, y - size * 0.6, "start"),
                (x - size * 0.6, y - size * 0.6, "end"),
            ]
            self.sheet.offer(spots, ", ".join(map(str, one.broken)), room, "signal-text")

    def _ranges(self, top: float) -> float:
        """Draw the moving ranges with their upper limit; give where they end."""
        chart, sheet, size = self.chart, self.sheet, self.sheet.size
        steps = [one.range for one in self.judged]
        known = [step for step in steps if step is not None]
        if not known:
            return top
        limits = range_limits([point.value for point in chart.points])
        highest = [limits.high] if limits else []
        sheet.text(0, top + size, chart.words.say("cycle"), "axis-text")
        axis = values_axis(chart, [Decimal(0), *known, *highest], 3)
        scale = Scale(axis, top + size * 8.5, top + size * 2.2, chart)
        plot = Box(self.plot.x, top + size * 1.6, self.plot.width, size * 6.9)
        grid(sheet, plot, scale)
        if limits:
            for value, look in ((limits.high, "limit"), (limits.center, "center")):
                sheet.line(look, (plot.x, scale.at(value)), (plot.right, scale.at(value)))
        trace(sheet, steps, self.places, scale)
        return plot.bottom + size * 0.8

    def _keys(self, last: Limits | None, *, missing: bool) -> Iterator[Key]:
        say = self.chart.words.say
        if self.narrow and last:
            for _value, text, look in self._named(last):
                yield Key(text, look, "line")
        if self.chart.target is not None:
            said = self.chart.target.describe(self.chart.style, self.chart.unit)
            yield Key(f"{say('target')} {said}", "target", "line")
        broken = sorted({rule for one in self.judged for rule in one.broken})
        for rule in broken:
            yield Key(f"{rule}: {say(f'{self.chart.rules}-{rule}')}", "signal", "square")
        if any(point.change for point in self.chart.points):
            yield Key(say("changes"), "change", "line")
        if missing:
            yield Key(say("missing"), "missing", "", "missing")


def _simple(points: Sequence[tuple[float, float]]) -> list[tuple[float, float]]:
    """Leave the points out that lie on a level stretch."""
    kept: list[tuple[float, float]] = []
    for at, point in enumerate(points):
        level = 0 < at < len(points) - 1 and points[at - 1][1] == point[1] == points[at + 1][1]
        if not level:
            kept.append(point)
    return kept
