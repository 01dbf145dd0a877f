"""Run rules: patterns in a control chart that chance alone makes seldom.

Western Electric, Statistical Quality Control Handbook (1956), and L. S. Nelson, «The Shewhart
control chart: tests for special causes», Journal of Quality Technology 16 (1984), tests 1 to 4.
A missing value ends every run.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from decimal import Decimal
from itertools import pairwise

from qms.charts.limits import Limits

__all__ = ["RULES", "signals"]

Scores = Sequence[Decimal | None]
"""Distances from the central line in standard deviations."""
Rule = Callable[[Sequence[Decimal]], bool]


def _beyond(window: Sequence[Decimal], sigmas: int, least: int) -> bool:
    """Tell whether the last value and ``least`` in all lie beyond the sigmas on its side."""
    side = 1 if window[-1] > 0 else -1
    far = [value * side > sigmas for value in window]
    return far[-1] and sum(far) >= least


def _one_side(window: Sequence[Decimal]) -> bool:
    return all(value > 0 for value in window) or all(value < 0 for value in window)


def _steady(window: Sequence[Decimal]) -> bool:
    steps = [after - before for before, after in pairwise(window)]
    return _one_side(steps)


def _alternating(window: Sequence[Decimal]) -> bool:
    steps = [after - before for before, after in pairwise(window)]
    return all(one * other < 0 for one, other in pairwise(steps))


RULES: dict[str, tuple[tuple[int, int, Rule], ...]] = {
    "western": (
        (1, 1, lambda window: _beyond(window, 3, 1)),
        (3, 2, lambda window: _beyond(window, 2, 2)),
        (5, 4, lambda window: _beyond(window, 1, 4)),
        (8, 8, _one_side),
    ),
    "nelson": (
        (1, 1, lambda window: _beyond(window, 3, 1)),
        (9, 9, _one_side),
        (6, 6, _steady),
        (14, 14, _alternating),
    ),
}
"""Per set the rules 1 to 4: how many points each looks at and needs, and what it asks of them."""


def _score(value: Decimal | None, at: Limits | None) -> Decimal | None:
    """Give how many standard deviations a value is away from the central line."""
    if value is None or at is None or not at.sigma:
        return None
    return (value - at.center) / at.sigma


def _run(scores: Scores, most: int) -> list[Decimal]:
    """Give the last values without a gap between them, at most ``most``."""
    run: list[Decimal] = []
    for score in reversed(scores):
        if score is None or len(run) == most:
            break
        run.append(score)
    return run[::-1]


def signals(
    values: Sequence[Decimal | None], limits: Sequence[Limits | None], rules: str
) -> tuple[tuple[int, ...], ...]:
    """Give for each point the numbers of the rules that it breaks, as the last of its window."""
    scores = [_score(value, at) for value, at in zip(values, limits, strict=True)]
    told: list[tuple[int, ...]] = []
    for end in range(1, len(scores) + 1):
        broken = []
        for number, (length, least, rule) in enumerate(RULES.get(rules, ()), 1):
            run = _run(scores[max(0, end - length) : end], length)
            if len(run) >= least and rule(run):
                broken.append(number)
        told.append(tuple(broken))
    return tuple(told)
