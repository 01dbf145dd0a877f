"""No small number can be worked out from everything that is published of a year."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qms.pqr.disclosure import TOTAL, TellsSmallNumbers, hide
from qms.pqr.periods import MONTH, QUARTER, YEAR, Period

THRESHOLD = 5
ROWS = ("Petición", "Queja", "Reclamo")
MONTHS = [Period(MONTH, date(2026, n, 1)) for n in range(1, 13)]
FIRST = Period(QUARTER, date(2026, 1, 1))
YEAR_2026 = Period(YEAR, date(2026, 1, 1))


def months_of(period):
    return [one for one in MONTHS if period.span.first <= one.first <= period.span.last]


def column_of(counts, period):
    """Give the true figures of a period, the total with them."""
    rows = {
        row: Decimal(sum(counts.get((row, one), 0) for one in months_of(period))) for row in ROWS
    }
    return {**rows, TOTAL: sum(rows.values(), Decimal(0))}


def published_in(counts, order):
    """Publish periods one after the other; give what readers see, leaving out what is refused."""
    seen = {}
    for period in order:
        column = column_of(counts, period)
        try:
            gone = hide(period, column, THRESHOLD, seen)
        except TellsSmallNumbers:
            continue
        seen[period] = {row: None if row in gone else value for row, value in column.items()}
    return seen


class Reader:
    """Knows every visible figure, and what follows from all of them by linear algebra."""

    def __init__(self, seen):
        self.cells = [(row, one) for row in ROWS for one in MONTHS]
        self.basis = {}
        for period, column in seen.items():
            for row, value in column.items():
                if value is not None:
                    self.learn(self.vector(row, period))

    def vector(self, row, period):
        rows, within = ROWS if row is TOTAL else (row,), months_of(period)
        return {
            place: Fraction(1)
            for place, (one, month) in enumerate(self.cells)
            if one in rows and month in within
        }

    def reduced(self, vector):
        """Take everything known out of a sum; nothing is left of what is known."""
        left = dict(vector)
        for pivot in sorted(self.basis):
            if left.get(pivot):
                by = left[pivot]
                for place, value in self.basis[pivot].items():
                    left[place] = left.get(place, 0) - by * value
        return {place: value for place, value in left.items() if value}

    def learn(self, vector):
        left = self.reduced(vector)
        if left:
            pivot = min(left)
            row = {place: value / left[pivot] for place, value in left.items()}
            for other, known in list(self.basis.items()):
                if known.get(pivot):
                    by = known[pivot]
                    mixed = {
                        place: known.get(place, 0) - by * row.get(place, 0)
                        for place in known.keys() | row.keys()
                    }
                    self.basis[other] = {place: value for place, value in mixed.items() if value}
            self.basis[pivot] = row

    def knows(self, row, period):
        return not self.reduced(self.vector(row, period))


def told(counts, seen):
    """Give every small number that a reader can work out exactly."""
    reader = Reader(seen)
    quarters = [Period(QUARTER, date(2026, n, 1)) for n in (1, 4, 7, 10)]
    return [
        (row, str(period))
        for period in (*MONTHS, *quarters, YEAR_2026)
        for row, value in column_of(counts, period).items()
        if 0 < value < THRESHOLD and reader.knows(row, period)
    ]


numbers = st.sampled_from([0, 0, 1, 2, 4, 5, 6, 9, 30])


@settings(max_examples=50, deadline=None)
@given(
    counts=st.dictionaries(
        st.tuples(st.sampled_from(ROWS), st.sampled_from(MONTHS[:6])), numbers, max_size=18
    ),
    order=st.permutations([*MONTHS[:6], FIRST, FIRST.after, YEAR_2026]),
    many=st.integers(1, 9),
)
def test_d4_60_no_small_number_follows_from_months_quarters_and_years_together(counts, order, many):
    seen = published_in(counts, order[:many])
    assert told(counts, seen) == []


def test_d4_60_a_hidden_month_does_not_follow_from_its_quarter():
    counts = {("Queja", MONTHS[0]): 10, ("Queja", MONTHS[1]): 10, ("Queja", MONTHS[2]): 2}
    counts |= {("Petición", one): 20 for one in MONTHS[:3]}
    for order in ([*MONTHS[:3], FIRST], [FIRST, *MONTHS[:3]], [MONTHS[0], FIRST, *MONTHS[1:3]]):
        seen = published_in(counts, order)
        assert ("Queja", "2026-03") not in told(counts, seen)
        assert len(seen) == 4, "more is hidden; nothing is refused"
        assert any(value for column in seen.values() for value in column.values())


def test_figures_of_one_period_hide_no_more_than_needed():
    counts = {("Queja", MONTHS[0]): 2, ("Petición", MONTHS[0]): 20, ("Reclamo", MONTHS[0]): 30}
    assert hide(MONTHS[0], column_of(counts, MONTHS[0]), THRESHOLD) == {"Queja", "Petición"}
    assert hide(MONTHS[0], column_of({}, MONTHS[0]), THRESHOLD) == set()


def test_another_year_changes_nothing():
    counts = {("Queja", MONTHS[0]): 2, ("Petición", MONTHS[0]): 20, ("Reclamo", MONTHS[0]): 30}
    column = column_of(counts, MONTHS[0])
    past = {Period(MONTH, date(2025, 1, 1)): dict(column)}
    assert hide(MONTHS[0], column, THRESHOLD, past) == hide(MONTHS[0], column, THRESHOLD)


@pytest.mark.parametrize(
    ("numbers", "hidden"),
    [
        ((1, 1, 10, 20), {0, 1, 2}),
        ((3, 10, 20), {0, 1}),
        ((3, 4, 20), {0, 1}),
        ((1, 1), {0, 1, TOTAL}),
        ((6, 7), set()),
    ],
)
def test_d4_60_small_numbers_cannot_be_had_from_the_total(numbers, hidden):
    column = {str(place): Decimal(one) for place, one in enumerate(numbers)}
    column[TOTAL] = Decimal(sum(numbers))
    expected = {one if one is TOTAL else str(one) for one in hidden}
    assert hide(MONTHS[0], column, 5) == expected
