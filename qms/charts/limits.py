"""Control limits of individuals and of proportions.

Constants for moving ranges of two (ASTM MNL 7, Manual on Presentation of Data and Control Chart
Analysis, table of factors; NIST/SEMATECH e-Handbook of Statistical Methods, 6.3.2.2): d2 = 1.128,
D4 = 3.267, D3 = 0.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise

__all__ = ["D2", "D4", "Limits", "individuals", "moving_ranges", "proportions", "range_limits"]

D2 = Decimal("1.128")
"""The mean range of two observations in standard deviations."""
D4 = Decimal("3.267")
"""How many mean ranges the upper limit of ranges of two is away from zero."""
SIGMAS = 3
_NONE = Decimal(0)
_WHOLE = Decimal(1)


@dataclass(frozen=True)
class Limits:
    """The central line, one standard deviation, and the limits at one point."""

    center: Decimal
    sigma: Decimal
    low: Decimal
    high: Decimal


def moving_ranges(values: Sequence[Decimal | None]) -> tuple[Decimal | None, ...]:
    """Give each value's distance from the one before; None where either is missing."""
    steps = (
        None if one is None or other is None else abs(other - one)
        for one, other in pairwise(values)
    )
    return (None, *steps) if values else ()


def individuals(values: Sequence[Decimal | None]) -> Limits | None:
    """Give the natural limits, mean ± 3 · mean range / d2; None with fewer than two neighbours."""
    given = [value for value in values if value is not None]
    ranges = [one for one in moving_ranges(values) if one is not None]
    if not ranges:
        return None
    center = sum(given, _NONE) / len(given)
    sigma = sum(ranges, _NONE) / len(ranges) / D2
    return Limits(center, sigma, center - SIGMAS * sigma, center + SIGMAS * sigma)


def range_limits(values: Sequence[Decimal | None]) -> Limits | None:
    """Give the limits of the moving ranges, from 0 to D4 · mean range."""
    ranges = [one for one in moving_ranges(values) if one is not None]
    if not ranges:
        return None
    center = sum(ranges, _NONE) / len(ranges)
    return Limits(center, (D4 - 1) * center / SIGMAS, _NONE, D4 * center)


def proportions(
    values: Sequence[Decimal | None], sizes: Sequence[Decimal | None]
) -> tuple[Limits | None, ...]:
    """Give the limits of each share (0 to 1) of ``sizes``: mean ± 3 √(mean (1 - mean) / size).

    Limits beyond 0 and 1 are clipped; a point without value or size has none (NIST 6.3.3.2).
    """
    known = [
        (value, size)
        for value, size in zip(values, sizes, strict=True)
        if value is not None and size
    ]
    total = sum((size for _value, size in known), _NONE)
    if not total:
        return (None,) * len(values)
    center = sum((value * size for value, size in known), _NONE) / total
    center = min(max(center, _NONE), _WHOLE)
    spread = center * (1 - center)
    made: list[Limits | None] = []
    for value, size in zip(values, sizes, strict=True):
        if value is None or not size:
            made.append(None)
            continue
        sigma = (spread / size).sqrt()
        low, high = center - SIGMAS * sigma, center + SIGMAS * sigma
        made.append(Limits(center, sigma, max(low, _NONE), min(high, _WHOLE)))
    return tuple(made)
