"""The line over time: target, bands as soft zones, gaps, unusual values, changes of definition."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal

from qms.charts.kinds import SeriesChart
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
from qms.charts.measuring import width_of
from qms.charts.plot import Box, Key, Scale, Sheet, nothing
from qms.charts.shapes import PATTERNS, Drawing, Marker
from qms.charts.times import labels, slots
from qms.kernel.bands import Band, Target

__all__ = ["NARROW", "band_text", "lay_out_series", "target_text"]

NARROW = 40.0
"""Drawings of fewer than so many sizes of their text are laid out for a telephone."""
_SIGNS = ("circle", "square", "triangle", "drop")
_FEW = 14
"""Up to so many periods every value is written, of more only those that matter."""
XY = tuple[float, float]


def target_text(chart: SeriesChart, *, name: bool = True) -> str:
    """Write the target in words, such as «Meta ≥ 95 %»."""
    if chart.target is None:
        return ""
    said = chart.target.describe(chart.style, chart.unit)
    return f"{chart.words.say('target')} {said}" if name else said


def band_text(chart: SeriesChart, band: Band) -> str:
    """Write a band with its limits, such as «Bueno: ≥ 90 %, < 95 %»."""
    limits = []
    if band.low is not None:
        limits.append(f"{'≥' if band.low_inclusive else '>'}\u00a0{_given(chart, band.low)}")
    if band.high is not None:
        limits.append(f"{'≤' if band.high_inclusive else '<'}\u00a0{_given(chart, band.high)}")
    return f"{band.name}: {', '.join(limits)}" if limits else band.name


def _given(chart: SeriesChart, limit: Decimal) -> str:
    """Write a limit as it was given, without rounding."""
    written = chart.style.format(limit)
    return f"{written}\u00a0{chart.unit}" if chart.unit else written


def _says_nothing(chart: SeriesChart) -> bool:
    """Tell whether neither a value nor a target would stand on the scale."""
    lines = (chart.points, *(one.points for one in chart.more))
    return chart.target is None and all(one.value is None for line in lines for one in line)


def lay_out_series(chart: SeriesChart, width: float, size: float) -> Drawing:
    """Lay the line out, ``width`` points wide, its text ``size`` points high."""
    if not chart.points or _says_nothing(chart):
        return nothing(chart, width, size, "series")
    return _Series(chart, width, size).drawn()


class _Series:
    """One layout."""

    def __init__(self, chart: SeriesChart, width: float, size: float) -> None:
        self.chart = chart
        self.sheet = Sheet(width, size)
        self.narrow = width < NARROW * size
        height = size * (14 if self.narrow else 19)
        axis = values_axis(
            chart, self._values(), int(height / size / 2.6), chart.floor, chart.ceiling
        )
        self.rising = sorted(
            chart.bands, key=lambda band: (band.low is not None, band.low or Decimal(0))
        )
        shown = [band for band in self.rising if _part(band, axis.low, axis.high)]
        texts = [] if self.narrow else [band.name for band in shown]
        aside = target_text(chart)
        if aside and not self.narrow:
            texts.append(aside)
        self.shown = shown
        scale = Scale(axis, 0, 0, chart)
        top = self.sheet.row * 1.2 if scale.unit() else size * 0.3
        self.plot, self.scale = plot_of(
            self.sheet,
            chart,
            axis,
            top=top,
            height=height,
            right=asides_width(self.sheet, texts) or size * 0.8,
        )
        self.places = slots(chart.points, self.plot.x, self.plot.width)

    def _values(self) -> Iterator[Decimal]:
        """Give what the axis has to hold."""
        chart = self.chart
        for points in (chart.points, *(one.points for one in chart.more)):
            yield from (point.value for point in points if point.value is not None)
        for target in {chart.target, *(point.target for point in chart.points)} - {None}:
            yield from _ends(target)
        if chart.baseline is not None:
            yield chart.baseline

    def drawn(self) -> Drawing:
        """Draw everything from the ground up."""
        chart, sheet, plot = self.chart, self.sheet, self.plot
        self._bands()
        missing = gaps(sheet, chart.points, self.places, plot)
        grid(sheet, plot, self.scale)
        if unit := self.scale.unit():
            sheet.text(0, sheet.size, unit, "axis-text")
        self._target()
        self._changes()
        at = self._lines()
        self._values_written(at)
        self._changes_named()
        if missing:
            gap_words(sheet, chart.points, self.places, plot, chart.words.say("missing"))
        if not self.narrow:
            write_asides(sheet, plot, list(self._asides()))
        labels(sheet, chart.points, self.places, plot, chart.words)
        end = sheet.legend(list(self._keys(missing=missing)), 0, plot.bottom + sheet.size * 2.1)
        return sheet.drawing(end + sheet.size * 0.2, "series")

    def _bands(self) -> None:
        axis = self.scale.axis
        for band in self.shown:
            low, high = _part(band, axis.low, axis.high) or (axis.low, axis.low)
            top = self.plot.y if high == axis.high else self.scale.at(high)
            bottom = self.scale.at(low)
            box = Box(self.plot.x, top, self.plot.width, bottom - top)
            self.sheet.field(box, "zone", pattern=self._pattern(band), colour=band.colour)

    def _pattern(self, band: Band) -> str:
        return PATTERNS[self.rising.index(band) % len(PATTERNS)]

    def _target(self) -> None:
        target, plot = self.chart.target, self.plot
        if self.chart.baseline is not None:
            y = self.scale.at(self.chart.baseline)
            self.sheet.line("baseline", (plot.x, y), (plot.right, y))
            self.sheet.ways.append(((plot.x, y), (plot.right, y)))
        if target is None:
            return
        # Each stretch of periods has the target that it was measured by.
        starts = [
            at
            for at, point in enumerate(self.chart.points)
            if not at
            or self.chart.target_of(point) != self.chart.target_of(self.chart.points[at - 1])
        ]
        for start, end in zip(starts, [*starts[1:], len(self.places)], strict=True):
            left = self.places[start].left if start else plot.x
            right = self.places[end].left if end < len(self.places) else plot.right
            for value in _ends(self.chart.target_of(self.chart.points[start])):
                y = self.scale.at(value)
                self.sheet.line("target", (left, y), (right, y))
                self.sheet.ways.append(((left, y), (right, y)))

    def _changes(self) -> None:
        """Mark where a new definition begins."""
        for point, slot in zip(self.chart.points, self.places, strict=True):
            if not point.change:
                continue
            top, bottom = (slot.left, self.plot.y), (slot.left, self.plot.bottom)
            self.sheet.line("change", bottom, top)
            self.sheet.ways.append((bottom, top))

    def _changes_named(self) -> None:
        """Name what begins, above or below beside its line, where there is room."""
        size, near = self.sheet.size, self.sheet.size * 0.35
        for point, slot in zip(self.chart.points, self.places, strict=True):
            spots = [
                (slot.left + aside, y, anchor)
                for y in (self.plot.y + size, self.plot.bottom - size * 0.5)
                for aside, anchor in ((near, "start"), (-near, "end"))
            ]
            if point.change:
                self.sheet.offer(spots, point.change, self.plot, "value")

    def _lines(self) -> list[XY | None]:
        chart = self.chart
        for number, series in enumerate(chart.more[:3], 2):
            values = [point.value for point in series.points]
            places = self.places[: len(values)]
            at = trace(self.sheet, values[: len(places)], places, self.scale, f"line-{number}")
            for place in at:
                if place is not None and self._marks_fit():
                    self.sheet.add(
                        Marker(*place, _SIGNS[number - 1], f"mark-{number}", self.sheet.size * 0.5)
                    )
        at = trace(self.sheet, [point.value for point in chart.points], self.places, self.scale)
        for index, place in enumerate(at):
            if place is not None:
                self._mark(index, place, alone=_alone(at, index))
        return at

    def _marks_fit(self) -> bool:
        return self.plot.width / len(self.places) >= self.sheet.size * 0.75

    def _mark(self, index: int, place: XY, *, alone: bool) -> None:
        """Draw the sign of one value: round on target, a diamond off it, a ring for the unusual."""
        point = self.chart.points[index]
        size = self.sheet.size
        title = f"{point.label}: {self.chart.number(point.value)}"
        if point.outlier:
            self.sheet.add(Marker(*place, "ring", "outlier", size * 1.15, title))
        last = index == len(self.places) - 1
        if not (self._marks_fit() or point.outlier or alone or last):
            return
        off = self.chart.met(point) is False
        sign, look = ("diamond", "mark-off") if off else ("circle", "mark")
        self.sheet.add(Marker(*place, sign, look, size * (0.78 if off else 0.6), title))
        half = size * 0.4
        self.sheet.taken.append(Box(place[0] - half, place[1] - half, 2 * half, 2 * half))

    def _values_written(self, at: Sequence[XY | None]) -> None:
        """Write values above or below their marks, the most important first, never overlapping."""
        points = self.chart.points
        known = [index for index, place in enumerate(at) if place is not None]
        if not known:
            return
        numbers = {index: points[index].value or Decimal(0) for index in known}
        wanted = [
            known[-1],
            min(known, key=numbers.__getitem__),
            max(known, key=numbers.__getitem__),
        ]
        wanted += [index for index in known if points[index].outlier]
        if len(points) <= _FEW and not self.chart.more:
            wanted += known
        size = self.sheet.size
        within = Box(
            self.plot.x, self.plot.y - size, self.plot.width + size, self.plot.height + size
        )
        for index in dict.fromkeys(wanted):
            place = at[index]
            if place is None:
                continue
            x, y = place
            spots = [
                (x, y - size * 0.6, "middle"),
                (x, y + size * 1.35, "middle"),
                (x - size * 0.7, y - size * 0.5, "end"),
                (x - size * 0.7, y + size * 1.1, "end"),
                (x + size * 0.7, y - size * 0.5, "start"),
                (x + size * 0.7, y + size * 1.1, "start"),
            ]
            written = self.sheet.offer(spots, self._short(numbers[index]), within, "value")
            if not written and index == known[-1]:
                # The last value is what people look for: its ground shows through the lines.
                right = min(x + size, self.sheet.width)
                self.sheet.text(right, y - size * 0.6, self._short(numbers[index]), "value", "end")

    def _short(self, value: Decimal) -> str:
        """Write a value near its mark: per cent with its sign, other units stand at the axis."""
        return self.scale.short(value, self.chart.places)

    def _asides(self) -> Iterator[Aside]:
        axis = self.scale.axis
        for band in self.shown:
            low, high = _part(band, axis.low, axis.high) or (axis.low, axis.low)
            top = self.plot.y if high == axis.high else self.scale.at(high)
            yield Aside((top + self.scale.at(low)) / 2, band.name, "zone-text")
        target = self.chart.target
        if target is not None:
            middle = target.value if target.high is None else (target.value + target.high) / 2
            yield Aside(self.scale.at(middle), target_text(self.chart), "target-text")

    def _keys(self, *, missing: bool) -> Iterator[Key]:
        chart, say = self.chart, self.chart.words.say
        if chart.more:
            yield Key(chart.name, "mark", "circle")
            for number, series in enumerate(chart.more[:3], 2):
                yield Key(series.name, f"mark-{number}", _SIGNS[number - 1])
        yield from self._target_keys()
        known = [point for point in chart.points if point.value is not None]
        if chart.baseline is not None:
            yield Key(f"{say('baseline')} {chart.number(chart.baseline)}", "baseline", "line")
        for band in chart.bands if self.narrow else self._cut():
            yield Key(band_text(chart, band), "zone", "", self._pattern(band), band.colour)
        if any(point.outlier for point in known):
            yield Key(say("outlier"), "outlier", "ring")
        if any(point.change for point in chart.points):
            yield Key(say("changes"), "change", "line")
        if missing:
            yield Key(say("missing"), "missing", "", "missing")

    def _cut(self) -> Iterator[Band]:
        """Give the bands whose names are too long for the margin: they are named in full below."""
        room = self.sheet.width - self.plot.right - self.sheet.size * 0.6
        for band in self.shown:
            if width_of(band.name, self.sheet.size) > room:
                yield band

    def _target_keys(self) -> Iterator[Key]:
        chart, say = self.chart, self.chart.words.say
        if chart.target is None:
            return
        if self.narrow:
            yield Key(target_text(chart), "target", "line")
        met = {chart.met(point) for point in chart.points}
        if True in met:
            yield Key(say("meets"), "mark", "circle")
        if False in met:
            yield Key(say("misses"), "mark-off", "diamond")


def _ends(target: Target | None) -> Iterator[Decimal]:
    """Give the values that a target is drawn at."""
    if target is not None:
        yield target.value
        if target.high is not None:
            yield target.high


def _part(band: Band, low: Decimal, high: Decimal) -> tuple[Decimal, Decimal] | None:
    """Give the part of a band that the axis shows, or None."""
    start = low if band.low is None else max(low, band.low)
    end = high if band.high is None else min(high, band.high)
    return (start, end) if start < end else None


def _alone(at: Sequence[XY | None], index: int) -> bool:
    """Tell whether a value has no neighbour, so that no line leads to it."""
    before = index > 0 and at[index - 1] is not None
    after = index + 1 < len(at) and at[index + 1] is not None
    return not before and not after
