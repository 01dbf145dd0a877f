"""A line small enough for the cell of a list: last value and target, no texts."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from qms.charts.kinds import Sparkline
from qms.charts.lines import runs
from qms.charts.plot import Box, Sheet
from qms.charts.shapes import Drawing, Marker

__all__ = ["HEIGHT", "WIDTH", "lay_out_sparkline"]

WIDTH, HEIGHT = 120.0, 28.0
_PAD = 4.0
_ROOM = HEIGHT - 2 * _PAD


def lay_out_sparkline(chart: Sparkline, width: float, size: float) -> Drawing:
    """Lay the small line out; ``size`` is not used, for there is no text."""
    return _Spark(chart, Sheet(width, size)).drawn()


class _Spark:
    """One layout."""

    def __init__(self, chart: Sparkline, sheet: Sheet) -> None:
        self.chart, self.sheet = chart, sheet
        known = [*self._targets(), *(value for value in chart.values if value is not None)]
        self.low, self.high = min(known, default=Decimal(0)), max(known, default=Decimal(0))
        self.step = (sheet.width - 2 * _PAD) / max(len(chart.values) - 1, 1)

    def _targets(self) -> Iterator[Decimal]:
        target = self.chart.target
        if target is not None:
            yield target.value
            if target.high is not None:
                yield target.high

    def _height(self, value: Decimal) -> float:
        if self.high == self.low:
            return HEIGHT / 2
        return _PAD + _ROOM * (1 - float((value - self.low) / (self.high - self.low)))

    def drawn(self) -> Drawing:
        """Draw target, gaps, line and last value."""
        sheet, values = self.sheet, self.chart.values
        for value in self._targets():
            y = self._height(value)
            sheet.line("spark-target", (0.0, y), (sheet.width, y))
        for run in runs([None if value is not None else Decimal(0) for value in values]):
            left = max(_PAD + (run[0] - 0.5) * self.step, 0)
            right = min(_PAD + (run[-1] + 0.5) * self.step, sheet.width)
            sheet.field(Box(left, HEIGHT - 2.5, right - left, 2.5), "spark-missing")
        last = max((at for at, value in enumerate(values) if value is not None), default=-1)
        for run in runs(values):
            points = [self._place(at) for at in run]
            if len(points) > 1:
                sheet.line("spark", *points)
            elif run[0] != last:
                sheet.add(Marker(*points[0], "circle", "mark", 3))
        if last >= 0:
            self._last(last, now=last == len(values) - 1)
        return sheet.drawing(HEIGHT, "spark")

    def _place(self, at: int) -> tuple[float, float]:
        return (_PAD + at * self.step, self._height(self.chart.values[at] or Decimal(0)))

    def _last(self, at: int, *, now: bool) -> None:
        """Mark the last value, smaller when the last period has none."""
        target = self.chart.target
        met = target is None or target.met(self.chart.values[at])
        sign, look = ("circle", "mark") if met else ("diamond", "mark-off")
        self.sheet.add(Marker(*self._place(at), sign, look, 6.5 if now else 4.5))
