"""Samples: how many answers a stated confidence and error need, and a draw that can be repeated.

The proportion is taken as one half, the worst case; the finite population correction applies
(ISO 10004:2018, annex C). Confidence and error are per cent.
"""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_CEILING, ROUND_HALF_UP, Decimal
from typing import Any

from qms.kernel.errors import Refused

__all__ = ["BadSample", "Drawn", "Z", "achieved_error", "allot", "draw", "sample_size"]

Z = {90: Decimal("1.645"), 95: Decimal("1.96"), 99: Decimal("2.576")}
"""Two-sided quantiles of the normal distribution by the confidence in per cent."""
_QUARTER = Decimal("0.25")


class BadSample(Refused):
    """A sample has a confidence of 90, 95 or 99 % and an error of 1 to 20 %."""


def _z(confidence: int) -> Decimal:
    if confidence not in Z:
        raise BadSample
    return Z[confidence]


def sample_size(population: int, confidence: int, error: int) -> int:
    """Give how many answers are needed of a population; 384 for a large one at 95 % and 5 %."""
    if not 1 <= error <= 20 or population < 0:
        raise BadSample
    if not population:
        return 0
    span = Decimal(error) / 100
    endless = _z(confidence) ** 2 * _QUARTER / span**2
    needed = endless / (1 + (endless - 1) / population)
    rounded = int(needed.quantize(Decimal(1), rounding=ROUND_HALF_UP))
    return min(population, max(1, rounded))


def achieved_error(population: int, answers: int, confidence: int) -> Decimal | None:
    """Give the error in per cent that so many answers really have; None without answers."""
    if answers <= 0 or population <= 0:
        return None
    if answers >= population:
        return Decimal(0)
    correction = Decimal(population - answers) / (population - 1)
    return 100 * _z(confidence) * (_QUARTER / answers * correction).sqrt()


def to_draw(needed: int, expected: int, population: int) -> int:
    """Give how many are asked so that ``needed`` answer, if ``expected`` per cent do."""
    wanted = (Decimal(needed) * 100 / expected).to_integral_value(ROUND_CEILING)
    return min(population, int(wanted))


def allot(sizes: Mapping[str, int], total: int) -> dict[str, int]:
    """Share a sample among strata in proportion to their sizes, by largest remainders."""
    whole = sum(sizes.values())
    if not whole:
        return dict.fromkeys(sizes, 0)
    total = min(total, whole)
    exact = {name: Decimal(size) * total / whole for name, size in sizes.items()}
    given = {name: int(value) for name, value in exact.items()}
    rest = total - sum(given.values())
    by_remainder = sorted(sizes, key=lambda name: (given[name] - exact[name], name))
    for name in by_remainder[:rest]:
        given[name] += 1
    return given


@dataclass(frozen=True)
class Drawn:
    """Who was drawn: indexes into the population, and how many of each stratum."""

    chosen: tuple[int, ...]
    strata: dict[str, int]

    def to_data(self) -> dict[str, Any]:
        """Give what a campaign keeps of it."""
        return {"drawn": len(self.chosen), "strata": dict(self.strata)}


def draw(keys: Sequence[str], strata: Sequence[str], size: int, seed: str) -> Drawn:
    """Draw ``size`` of the population by ``seed``; same keys and seed give the same draw.

    ``keys`` name the customers in a lasting way: the order of the list does not matter.
    """
    groups: dict[str, list[int]] = {}
    for place in sorted(range(len(keys)), key=lambda one: (keys[one], one)):
        groups.setdefault(strata[place], []).append(place)
    shares = allot({name: len(members) for name, members in groups.items()}, size)
    chosen: list[int] = []
    for name in sorted(groups):
        # Not for secrets: the seed is recorded so that anybody can repeat the draw.
        dice = random.Random(f"{seed}\n{name}")  # noqa: S311
        chosen += dice.sample(groups[name], shares[name])
    return Drawn(tuple(sorted(chosen)), shares)
