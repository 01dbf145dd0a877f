"""What published figures tell beyond what they show, and what else is hidden for that.

Months, quarters and years of the same cases are published, and all of them with totals: whoever
subtracts can know a number that stands nowhere. A column is looked at as its readers see it: every
published period, what is visible in it, and the sums that hold in any case. What follows from them
is worked out as a reader would: from one sum at a time, then from all of them together.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction

from qms.kernel.errors import Refused
from qms.pqr.periods import LENGTHS, QUARTER, YEAR, Period

TOTAL = None
"""Stands for the row of the total; every other row is its label."""
Key = tuple[str | None, Period]
"""Row and period."""
Column = Mapping[str | None, Decimal | None]
"""Row to its figure, None where it is hidden; a row that is not there is zero."""
Sum = dict[Key, Fraction]
"""Figures of one month each, and how often each is in a sum."""
Leaks = set[frozenset[Key]]
"""Each is a set of figures whose sum is known and small."""


class TellsSmallNumbers(Refused):
    """With these figures and those published of ${periods}, small numbers could be worked out.

    Withdraw those first.
    """


def _sums(rows: list[str], year: Period) -> list[tuple[Key, list[Key]]]:
    """Give every sum that holds: of rows in each period, and of periods in each longer one."""
    months = year.months
    quarters = [Period.of(QUARTER, one.first) for one in months[:: LENGTHS[QUARTER]]]
    found: list[tuple[Key, list[Key]]] = [
        ((TOTAL, one), [(row, one) for row in rows]) for one in (year, *quarters, *months)
    ]
    for row in (TOTAL, *rows):
        found.append(((row, year), [(row, one) for one in quarters]))
        found += [((row, one), [(row, part) for part in one.months]) for one in quarters]
    return found


def leaks(published: Mapping[Period, Column], threshold: int) -> Leaks:
    """Give the small numbers of one year that its published periods tell."""
    rows = sorted({row for column in published.values() for row in column if row is not TOTAL})
    year = Period.of(YEAR, next(iter(published)).first) if published else None
    if year is None:
        return set()
    known: dict[Key, Decimal] = {}
    for period, column in published.items():
        for row in (TOTAL, *rows):
            value = column.get(row, Decimal(0))
            if value is not None:
                known[row, period] = value
    found: Leaks = set()
    sums = _sums(rows, year)
    news = True
    while news:
        news = False
        for one in sums:
            news |= _worked_out(one, known, found, threshold)
        news = news or _solved(rows, year, known, found, threshold)
    return found


def _solved(
    rows: list[str], year: Period, known: dict[Key, Decimal], found: Leaks, threshold: int
) -> bool:
    """Work out what several sums tell together; says whether that was anything new."""
    reader = Sums()
    keys = [key for whole, parts in _sums(rows, year) for key in (whole, *parts)]
    for key, told in known.items():
        reader.learn(_months_of(key, rows), Fraction(told))
    news = {
        key: value
        for key in dict.fromkeys(keys)
        if key not in known and (value := reader.value(_months_of(key, rows))) is not None
    }
    for key, value in news.items():
        known[key] = Decimal(value.numerator) / value.denominator
        if 0 < value < threshold:
            found.add(frozenset([key]))
    return bool(news)


def _months_of(key: Key, rows: list[str]) -> Sum:
    """Give a figure as the sum of the months of rows that it is made of."""
    row, period = key
    return {
        (one, month): Fraction(1)
        for one in (rows if row is TOTAL else [row])
        for month in period.months
    }


class Sums:
    """Known sums, each solved for one of its figures (Gauss and Jordan, exact)."""

    def __init__(self) -> None:
        """Start with nothing known."""
        self._solved: dict[Key, tuple[Sum, Fraction]] = {}

    def _rest(self, one: Sum, value: Fraction) -> tuple[Sum, Fraction]:
        left = dict(one)
        for pivot in [key for key in one if key in self._solved]:
            by = left[pivot]
            solved, worth = self._solved[pivot]
            for key, factor in solved.items():
                left[key] = left.get(key, Fraction(0)) - by * factor
            value -= by * worth
        return {key: factor for key, factor in left.items() if factor}, value

    def learn(self, one: Sum, value: Fraction) -> None:
        """Take in that these figures come to a value."""
        left, value = self._rest(one, value)
        if not left:
            return
        pivot, by = next(iter(left.items()))
        self._solved[pivot] = ({key: factor / by for key, factor in left.items()}, value / by)
        for other, (solved, worth) in list(self._solved.items()):
            if other != pivot and pivot in solved:
                by = solved[pivot]
                more, rest = self._solved[pivot]
                mixed = {
                    key: solved.get(key, Fraction(0)) - by * more.get(key, Fraction(0))
                    for key in solved.keys() | more.keys()
                }
                self._solved[other] = (
                    {key: factor for key, factor in mixed.items() if factor},
                    worth - by * rest,
                )

    def value(self, one: Sum) -> Fraction | None:
        """Give what a sum comes to; None where that does not follow."""
        left, value = self._rest(one, Fraction(0))
        return None if left else -value


def _worked_out(
    one: tuple[Key, list[Key]], known: dict[Key, Decimal], found: Leaks, threshold: int
) -> bool:
    """Work out what one sum tells; says whether that was anything new."""
    whole, parts = one
    unknown = [part for part in parts if part not in known]
    told = sum((known[part] for part in parts if part in known), Decimal(0))
    if whole not in known:
        if unknown:
            return False
        unknown, rest = [whole], told
    elif not unknown:
        return False
    else:
        rest = known[whole] - told
    if 0 < rest < threshold:
        leak = frozenset(unknown)
        is_new = leak not in found
        found.add(leak)
    else:
        is_new = False
    if len(unknown) == 1 or rest == 0:
        known.update(dict.fromkeys(unknown, rest if len(unknown) == 1 else Decimal(0)))
        return True
    return is_new


def hide(
    period: Period,
    column: Mapping[str | None, Decimal],
    threshold: int,
    beside: Mapping[Period, Column] | None = None,
) -> set[str | None]:
    """Give the rows of a column that are hidden: what is small, and what would tell it.

    ``beside`` is the same column of what is published of other periods. What they tell by
    themselves is past help; raises TellsSmallNumbers where nothing that could be hidden here helps.
    """
    near = {
        one: told
        for one, told in (beside or {}).items()
        if one != period and one.first.year == period.first.year
    }
    hidden = {row for row, value in column.items() if 0 < value < threshold}
    before = leaks(near, threshold)
    while new := leaks({**near, period: _shown(column, hidden)}, threshold) - before:
        told = {row for leak in new for row, _period in leak}
        left = [row for row in column if row not in hidden]
        if not left:
            raise TellsSmallNumbers(periods=", ".join(sorted(map(str, near))))
        # What is told itself comes first, then the smallest number; total and zeros come last.
        hidden.add(
            min(
                left,
                key=lambda row: (
                    not column[row],
                    row is TOTAL,
                    bool(near) and row not in told,
                    column[row],
                ),
            )
        )
    return hidden


def _shown(column: Mapping[str | None, Decimal], hidden: set[str | None]) -> Column:
    return {row: None if row in hidden else value for row, value in column.items()}
