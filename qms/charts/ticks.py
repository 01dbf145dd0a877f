"""Axes whose marks are round numbers: 1, 2, 2.5 or 5 times a power of ten.

After Paul S. Heckbert, «Nice numbers for graph labels», Graphics Gems (1990), in Decimal so that
0.1 stays 0.1; of the steps that give few enough marks the smallest is taken.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal

__all__ = ["Axis", "nice_axis"]

_STEPS = (Decimal(1), Decimal(2), Decimal("2.5"), Decimal(5), Decimal(10))
_FLAT = Decimal("0.05")
"""How much room a flat line gets on each side, as a part of its value."""


@dataclass(frozen=True)
class Axis:
    """A stretch of numbers with its marks, both from low to high."""

    low: Decimal
    high: Decimal
    ticks: tuple[Decimal, ...]
    step: Decimal

    @property
    def places(self) -> int:
        """How many decimals the marks need."""
        exponent = self.step.normalize().as_tuple().exponent
        return max(0, -exponent) if isinstance(exponent, int) else 0

    def share(self, value: Decimal) -> float:
        """Give where a value lies, 0 at the low end and 1 at the high one."""
        return float((value - self.low) / (self.high - self.low))


_LEAST = 3
"""Values on both sides of zero need a mark on each side of it."""


def _down(value: Decimal, step: Decimal) -> Decimal:
    return (value / step).to_integral_value(ROUND_FLOOR) * step


def _up(value: Decimal, step: Decimal) -> Decimal:
    return (value / step).to_integral_value(ROUND_CEILING) * step


def nice_axis(
    values: Iterable[Decimal],
    *,
    most: int = 6,
    floor: Decimal | None = None,
    ceiling: Decimal | None = None,
) -> Axis:
    """Give an axis that holds every value with at most ``most`` marks, but three at least.

    ``floor`` and ``ceiling`` are ends of the scale; the axis passes them only if a value does.
    """
    given = sorted(values) or [Decimal(0), Decimal(1)]
    low, high = given[0], given[-1]
    if low == high:
        spare = abs(low) * _FLAT or Decimal(1)
        low, high = low - spare, high + spare
        if floor is not None and floor <= given[0]:
            low = max(low, floor)
        if ceiling is not None and given[-1] <= ceiling:
            high = min(high, ceiling)
    most = max(_LEAST, most)
    step, first, last = _stepped(low, high, most)
    if floor is not None and first < floor <= given[0]:
        first = floor
    if ceiling is not None and given[-1] <= ceiling < last:
        last = ceiling
    ticks = []
    mark = _up(first, step)
    while mark <= last:
        ticks.append(mark)
        mark += step
    return Axis(first, last, tuple(ticks), step)


def _stepped(low: Decimal, high: Decimal, most: int) -> tuple[Decimal, Decimal, Decimal]:
    """Give the smallest round step that needs at most ``most`` marks, and the outer marks."""
    raw = (high - low) / (most - 1)
    power = Decimal(1).scaleb(raw.adjusted())
    while True:
        for times in _STEPS:
            step = times * power
            first, last = _down(low, step), _up(high, step)
            if step >= raw and (last - first) / step <= most - 1:
                return step, first, last
        power *= 10
