"""What dashboards tell of many indicators, out of the rows of their list and nothing else."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from functools import lru_cache
from itertools import groupby
from typing import NamedTuple

from qms.indicators.listing import Row
from qms.indicators.periods import MONTHS, Period
from qms.indicators.series import MEETS, MISSES
from qms.indicators.workflow import ACTIVE
from qms.kernel.bands import Target
from qms.kernel.months import add_months

UP, DOWN, SAME = "up", "down", "same"
SHOWN_MONTHS = 12
_HUNDRED = Decimal(100)


class Trend(NamedTuple):
    """How the last result compares with the one before it."""

    way: str
    """up, down, same, or empty where there are not two results."""
    better: bool | None
    """Whether that is nearer to what is wanted; None where nothing says so."""
    by: Decimal
    """How much, without sign."""


class Score(NamedTuple):
    """Which part of what was weighed meets its target."""

    share: Decimal | None
    """Per cent of the weights; None where no weight has a result and a target."""
    counted: int
    """Indicators with a weight, a result and a target."""
    silent: int
    """Indicators with a weight of which nothing can be said."""


class Cell(NamedTuple):
    """Some neighbouring months of one indicator."""

    months: int
    key: str
    """Key of the period that ends there; empty for none."""
    result: str | None
    verdict: str
    """Empty where no finished period is."""


@lru_cache(maxsize=4096)
def target_of(row: Row) -> Target | None:
    """Give the target that a row keeps."""
    if row.target is None:
        return None
    direction, value, high = row.target
    return Target(direction, Decimal(value), Decimal(high) if high else None)  # type: ignore[arg-type]


def is_shown(row: Row) -> bool:
    """Tell whether an indicator belongs on a board: whether it is measured."""
    return row.state == ACTIVE


def counted(rows: Iterable[Row]) -> dict[str, int]:
    """Count the indicators that are measured, by verdict."""
    found: dict[str, int] = {}
    for row in filter(is_shown, rows):
        found[row.verdict] = found.get(row.verdict, 0) + 1
    return found


def _distance(target: Target, value: Decimal) -> Decimal:
    """Give how far a value is from a target that is one value or a range."""
    low, high = target.value, target.high if target.high is not None else target.value
    return max(low - value, value - high, Decimal(0))


@lru_cache(maxsize=4096)
def trend_of(row: Row) -> Trend:
    """Compare the last period's result with the latest one before it."""
    if not row.spark or row.spark[-1][1] is None:
        return Trend("", None, Decimal(0))
    results = [Decimal(result) for _key, result, _verdict in row.spark if result is not None]
    if len(results) < 2:
        return Trend("", None, Decimal(0))
    before, now = results[-2:]
    way = UP if now > before else DOWN if now < before else SAME
    target, better = target_of(row), None
    if target is not None and way != SAME:
        if target.direction in (">=", ">"):
            better = way == UP
        elif target.direction in ("<=", "<"):
            better = way == DOWN
        elif _distance(target, now) != _distance(target, before):
            better = _distance(target, now) < _distance(target, before)
    return Trend(way, better, abs(now - before))


def score_of(rows: Iterable[Row]) -> Score:
    """Weigh the indicators of a process: the part of the weights whose last result is on target."""
    met = total = Decimal(0)
    judged = silent = 0
    for row in filter(is_shown, rows):
        weight = Decimal(row.weight) if row.weight else Decimal(0)
        if not weight:
            continue
        if row.verdict not in (MEETS, MISSES):
            silent += 1
            continue
        judged += 1
        total += weight
        met += weight if row.verdict == MEETS else 0
    return Score(met * _HUNDRED / total if total else None, judged, silent)


def months_before(today: date, count: int = SHOWN_MONTHS) -> list[date]:
    """Give the first days of the last whole months, the oldest first."""
    this = today.replace(day=1)
    return [add_months(this, back - count) for back in range(count)]


@lru_cache(maxsize=4096)
def _ends(key: str) -> tuple[tuple[int, int], tuple[int, int]]:
    """Give year and month of the first and of the last month that a period stands for.

    One that is shorter than a month stands for the month in which it ends.
    """
    period = Period.parse(key)
    last = (period.last.year, period.last.month)
    return (period.first.year, period.first.month) if period.frequency in MONTHS else last, last


def cells_of(row: Row, months: Sequence[date]) -> list[Cell]:
    """Lay a row's finished periods over months; of several that end in one month the last counts.

    A period longer than a month takes all of its months that are shown.
    """
    owner: list[tuple[str, str | None, str] | None] = [None] * len(months)
    places = {(month.year, month.month): at for at, month in enumerate(months)}
    for key, result, verdict in row.spark:
        first, last = _ends(key)
        end = places.get(last)
        if end is None:
            continue
        start = places.get(first, 0)
        for at in range(start, end + 1):
            owner[at] = (key, result, verdict)
    cells = []
    for one, group in groupby(owner):
        span = len(list(group))
        cells.append(Cell(span, *(one or ("", None, ""))))
    return cells
