"""Bars from zero, upright or lying, perhaps with those of the period before; and stacked shares."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from itertools import accumulate

from qms.charts.kinds import Bar, BarChart, StackedBar
from qms.charts.lines import grid, plot_of, values_axis
from qms.charts.measuring import cut, width_of, wrap
from qms.charts.plot import Box, Key, Scale, Sheet, nothing
from qms.charts.shapes import Drawing
from qms.charts.signs import TONES

__all__ = ["lay_out_bars", "lay_out_stacked", "part_tone", "share_text", "shares"]

_NARROW = 40.0
_MOST_NAME = 0.36
_LEAST_STEP = 3.2
"""Upright bars closer than so many sizes of text lie down instead."""
_HUNDRED = Decimal(100)
_TONES = ("busy", "quiet", "done", "warn", "good", "bad")
"""What classes without a tone of their own take, one after the other."""


def lay_out_bars(chart: BarChart, width: float, size: float) -> Drawing:
    """Lay bars out; upright ones lie down where their names would not fit."""
    if not chart.bars:
        return nothing(chart, width, size, "bars")
    step = width * 0.88 / len(chart.bars)
    words = [word for bar in chart.bars for word in bar.label.split()]
    longest = max((width_of(word, size) for word in words), default=0.0)
    lying = chart.horizontal or step < max(_LEAST_STEP * size, longest + size * 0.5)
    return _Lying(chart, width, size).drawn() if lying else _Upright(chart, width, size).drawn()


class _Bars:
    """What upright and lying bars share."""

    def __init__(self, chart: BarChart, width: float, size: float) -> None:
        self.chart = chart
        self.sheet = Sheet(width, size)
        self.narrow = width < _NARROW * size
        self.pairs = bool(chart.before_name)

    def values(self) -> Iterator[Decimal]:
        """Give what the axis has to hold: zero, every bar, the target."""
        yield Decimal(0)
        for bar in self.chart.bars:
            if bar.value is not None:
                yield bar.value
            if self.pairs and bar.before is not None:
                yield bar.before
        if self.chart.target is not None:
            yield self.chart.target.value
            if self.chart.target.high is not None:
                yield self.chart.target.high

    def targets(self) -> list[Decimal]:
        """Give the values at which a line shows the target."""
        target = self.chart.target
        if target is None:
            return []
        return [value for value in (target.value, target.high) if value is not None]

    def keys(self) -> Iterator[Key]:
        """Give the legend."""
        chart = self.chart
        if self.pairs:
            yield Key(chart.name or chart.title, "bar")
            yield Key(chart.before_name, "bar-before", pattern="rising")
        if chart.target is not None:
            said = chart.target.describe(chart.style, chart.unit)
            yield Key(f"{chart.words.say('target')} {said}", "target", "line")
        if any(bar.value is None for bar in chart.bars):
            yield Key(chart.words.say("missing"), "missing", pattern="missing")

    def look(self, bar: Bar) -> tuple[str, str]:
        """Give look and pattern of a bar by its tone."""
        return TONES.get(bar.tone, ("bar", ""))

    def short(self, value: Decimal | None, scale: Scale) -> str:
        """Write a value at its bar: per cent with its sign, other units stand at the axis."""
        if value is None:
            return self.chart.words.say("missing")
        return scale.short(value, self.chart.places)


class _Upright(_Bars):
    """Bars that stand side by side."""

    def __init__(self, chart: BarChart, width: float, size: float) -> None:
        super().__init__(chart, width, size)
        self.written: list[tuple[float, float, str]] = []
        """Values at their bars, written over everything else."""

    def drawn(self) -> Drawing:
        """Draw everything from the ground up."""
        chart, sheet = self.chart, self.sheet
        size = sheet.size
        height = size * (13 if self.narrow else 17)
        axis = values_axis(chart, self.values(), int(height / size / 2.6))
        top = sheet.row * 1.2 if Scale(axis, 0, 0, chart).unit() else size * 0.3
        top += size
        plot, scale = plot_of(sheet, chart, axis, top=top, height=height, right=size * 0.5)
        grid(sheet, plot, scale)
        if unit := scale.unit():
            sheet.text(0, size, unit, "axis-text")
        step = plot.width / len(chart.bars)
        for at, bar in enumerate(chart.bars):
            self._bar(bar, plot, scale, plot.x + at * step, step)
        for value in self.targets():
            y = scale.at(value)
            sheet.line("target", (plot.x, y), (plot.right, y))
        for x, y, text in self.written:
            sheet.text(x, y, text, "value", "middle")
        zero = scale.at(Decimal(0))
        sheet.line("axis", (plot.x, zero), (plot.right, zero))
        lines = self._names(plot, step)
        end = sheet.legend(list(self.keys()), 0, plot.bottom + size * (0.9 + 1.2 * lines))
        return sheet.drawing(end + size * 0.2, "bars")

    def _bar(self, bar: Bar, plot: Box, scale: Scale, left: float, step: float) -> None:
        sheet, size = self.sheet, self.sheet.size
        room = min(step * 0.72, size * 7)
        start = left + (step - room) / 2
        columns = [(bar.value, *self.look(bar))]
        if self.pairs:
            columns.insert(0, (bar.before, "bar-before", "rising"))
        wide = room / len(columns)
        zero = scale.at(Decimal(0))
        for at, (value, look, pattern) in enumerate(columns):
            x = start + at * wide
            if value is None:
                box = Box(x, plot.y + size, wide * 0.94, plot.height - size)
                sheet.field(
                    box,
                    "missing",
                    pattern="missing",
                    title=f"{bar.label}: {self.chart.words.say('missing')}",
                )
                continue
            y = scale.at(value)
            box = Box(x, min(y, zero), wide * 0.94, max(abs(zero - y), 0.8))
            title = f"{bar.label}: {self.chart.number(value)}"
            sheet.field(box, look, pattern=pattern, title=title)
            text = self.short(value, scale)
            room = wide if self.pairs else step
            if width_of(text, size) + size * 0.3 <= room:
                base = y - size * 0.4 if value >= 0 else y + size * 1.15
                self.written.append((x + wide * 0.47, base, text))

    def _names(self, plot: Box, step: float) -> int:
        """Write the bars' names below, in up to three lines; give how many there are."""
        sheet, size = self.sheet, self.sheet.size
        most = 0
        for at, bar in enumerate(self.chart.bars):
            lines = wrap(bar.label, step - size * 0.5, size, 3)
            most = max(most, len(lines))
            for number, line in enumerate(lines):
                base = plot.bottom + size * (1.35 + 1.2 * number)
                sheet.text(plot.x + (at + 0.5) * step, base, line, "axis-text", "middle")
        return most


class _Lying(_Bars):
    """Bars that lie one below the other; their names stand at the left, or above on telephones."""

    def drawn(self) -> Drawing:
        """Draw everything from top to bottom."""
        chart, sheet = self.chart, self.sheet
        size = sheet.size
        axis = values_axis(chart, self.values(), 4 if self.narrow else 6)
        left = 0.0 if self.narrow else self._names_width()
        scale = Scale(axis, 0, 1, chart)
        room = max(
            width_of(self.short(value, scale), size)
            for bar in chart.bars
            for value in (bar.value, bar.before)
        )
        negative = room if axis.low < 0 else 0.0
        plot = Box(left + negative, 0, sheet.width - left - room - size - negative, 0)
        scale = Scale(axis, plot.x, plot.right, chart)
        y = size * 0.3
        for bar in chart.bars:
            y = self._row(bar, y, left, scale)
        self._rules(y, scale)
        if unit := scale.unit():
            sheet.text(plot.x, y + size * 1.1, unit, "axis-text")
            y += sheet.row
        end = sheet.legend(list(self.keys()), 0, y + size * 0.6)
        return sheet.drawing(end + size * 0.2, "bars")

    def _names_width(self) -> float:
        widest = max(width_of(bar.label, self.sheet.size) for bar in self.chart.bars)
        return min(widest, self.sheet.width * _MOST_NAME) + self.sheet.size * 0.8

    def _row(self, bar: Bar, y: float, left: float, scale: Scale) -> float:
        """Draw one row; give where the next one begins."""
        sheet, size = self.sheet, self.sheet.size
        columns = [(bar.value, *self.look(bar), 1.5 if self.pairs else 1.6)]
        if self.pairs:
            columns.append((bar.before, "bar-before", "rising", 0.9))
        tall = sum(height for *_rest, height in columns) * size
        if self.narrow:
            sheet.text(0, y + size, cut(bar.label, sheet.width, size))
            y += size * 1.35
        else:
            lines = wrap(bar.label, left - size * 0.8, size, 2)
            base = y + tall / 2 + size * (0.36 - 0.6 * (len(lines) - 1))
            for number, line in enumerate(lines):
                at = base + number * size * 1.2
                sheet.text(left - size * 0.6, at, line, "text", "end")
            tall = max(tall, size * 1.2 * len(lines))
        zero = scale.at(Decimal(0))
        sheet.line("axis", (zero, y - size * 0.2), (zero, y + tall + size * 0.2))
        top = y
        for value, look, pattern, height in columns:
            if value is None:
                box = Box(zero, top, size * 4, height * size * 0.92)
                sheet.field(box, "missing", pattern="missing")
                x, anchor = box.right + size * 0.4, "start"
            else:
                x = scale.at(value)
                box = Box(min(x, zero), top, max(abs(x - zero), 0.8), height * size * 0.92)
                title = f"{bar.label}: {self.chart.number(value)}"
                sheet.field(box, look, pattern=pattern, title=title)
                anchor = "start" if value >= 0 else "end"
                x += size * (0.4 if value >= 0 else -0.4)
            base = top + height * size * 0.46 + size * 0.34
            sheet.text(x, base, self.short(value, scale), "text", anchor)
            top += height * size
        return y + tall + size * 0.75

    def _rules(self, bottom: float, scale: Scale) -> None:
        for value in self.targets():
            x = scale.at(value)
            self.sheet.line("target", (x, 0), (x, bottom - self.sheet.size * 0.4))


def part_tone(chart: StackedBar, number: int) -> tuple[str, str]:
    """Give look and pattern of a class."""
    return TONES[chart.parts[number].tone or _TONES[number % len(_TONES)]]


def shares(values: tuple[Decimal | None, ...]) -> tuple[Decimal, ...] | None:
    """Give each class's share in per cent; None where nothing was counted."""
    known = [value or Decimal(0) for value in values]
    total = sum(known, Decimal(0))
    return tuple(value * _HUNDRED / total for value in known) if total else None


def share_text(chart: StackedBar, share: Decimal) -> str:
    """Write a share in per cent; what is not all of it never reads as a hundred."""
    return chart.style.percent(share)


def lay_out_stacked(chart: StackedBar, width: float, size: float) -> Drawing:
    """Lay rows of shares out, each a hundred per cent wide."""
    if not chart.rows or not chart.parts:
        return nothing(chart, width, size, "stacked")
    sheet = Sheet(width, size)
    narrow = width < _NARROW * size
    widest = max(width_of(row.label, size) for row in chart.rows)
    left = 0.0 if narrow else min(widest, width * _MOST_NAME) + size * 0.8
    y = size * 0.2
    for row in chart.rows:
        y = _stack(sheet, chart, row.label, row.values, (left, y), narrow=narrow)
    keys = [
        Key(part.name, *_key(part_tone(chart, number))) for number, part in enumerate(chart.parts)
    ]
    end = sheet.legend(keys, 0, y + size * 0.3)
    return sheet.drawing(end + size * 0.2, "stacked")


def _key(tone: tuple[str, str]) -> tuple[str, str, str]:
    look, pattern = tone
    return (look, "", pattern)


def _stack(
    sheet: Sheet,
    chart: StackedBar,
    label: str,
    values: tuple[Decimal | None, ...],
    corner: tuple[float, float],
    *,
    narrow: bool,
) -> float:
    """Draw one row of classes; give where the next one begins."""
    size = sheet.size
    left, y = corner
    if narrow:
        sheet.text(0, y + size, cut(label, sheet.width, size))
        y += size * 1.35
    else:
        lines = wrap(label, left - size * 0.8, size, 2)
        base = y + size * (1.28 - 0.58 * (len(lines) - 1))
        for number, line in enumerate(lines):
            sheet.text(left - size * 0.6, base + number * size * 1.16, line, "text", "end")
    room = sheet.width - left - 0.5
    parts = shares(values)
    box = Box(left, y, room, size * 1.9)
    if parts is None:
        sheet.field(box, "missing", pattern="missing")
        sheet.text(left + room / 2, y + size * 1.3, chart.words.say("missing"), "text", "middle")
        return y + size * 2.6
    ends = list(accumulate(parts))
    for number, (share, end) in enumerate(zip(parts, ends, strict=True)):
        if not share:
            continue
        x = left + float((end - share) / _HUNDRED) * room
        wide = float(share / _HUNDRED) * room
        look, pattern = part_tone(chart, number)
        percent = share_text(chart, share)
        count = chart.style.format(values[number] or Decimal(0))
        title = f"{chart.parts[number].name}: {percent} ({count})"
        place = Box(x, y, wide, box.height)
        sheet.field(place, look, pattern=pattern, title=title)
        if width_of(percent, size, bold=True) + size * 0.6 <= wide:
            _plate(sheet, percent, x + wide / 2, y + size * 1.3)
    return y + size * 2.6


def _plate(sheet: Sheet, text: str, x: float, y: float) -> None:
    """Write text on a small plate, so that a hatching does not run through it."""
    wide = width_of(text, sheet.size, bold=True)
    box = Box(
        x - wide / 2 - sheet.size * 0.2,
        y - sheet.size * 0.95,
        wide + sheet.size * 0.4,
        sheet.size * 1.3,
    )
    sheet.field(box, "plate")
    sheet.text(x, y, text, "text", "middle", bold=True)
