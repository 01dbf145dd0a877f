"""What boards tell out of the rows of the list: counts, trends, scores, months."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qms.indicators import boards
from qms.indicators.listing import Row
from qms.indicators.periods import FREQUENCIES, Period

TODAY = date(2026, 11, 22)


def row(spark=(), target=(">=", "95", ""), **more):
    """Make a row with a series of (period, result, verdict)."""
    last = spark[-1] if spark else ("", None, "no-data")
    facts = {
        "number": "IND-001",
        "name": "Cierre",
        "code": "PRO-1",
        "document_uid": "d",
        "process_id": "sc",
        "process": "Servicio",
        "unit": "%",
        "target": target,
        "frequency": "monthly",
        "state": "indicator-active",
        "key": last[0],
        "result": last[1],
        "verdict": last[2],
        "band": ("", ""),
        "capture_key": "",
        "capture_ends": "9999-12-31",
        "analysis_key": "",
        "analysis_ends": "9999-12-31",
        "captures": (),
        "analyses": (),
        "spark": tuple(spark),
        "is_computed": False,
        "weight": "",
        "as_of": "2026-11-22",
    }
    return Row(**facts | more)


def results(*values, **more):
    """Make a row whose months have these results."""
    verdicts = ["target-met" if value else "no-data" for value in values]
    months = [
        (f"2026-{n:02}", value, verdict)
        for n, (value, verdict) in enumerate(zip(values, verdicts, strict=True), 1)
    ]
    return row(months, **more)


@pytest.mark.parametrize(
    ("target", "before", "now", "better"),
    [
        ((">=", "95", ""), "90", "94", True),
        ((">", "95", ""), "96", "95", False),
        (("<=", "5", ""), "4", "6", False),
        (("<", "5", ""), "6", "4", True),
        (("range", "10", "20"), "25", "21", True),
        (("range", "10", "20"), "12", "19", None),
        (("=", "10", ""), "9", "12", False),
        (None, "1", "2", None),
    ],
)
def test_a_trend_is_better_only_by_its_target(target, before, now, better):
    trend = boards.trend_of(results(before, now, target=target))
    assert trend.better is better
    assert trend.way == ("up" if Decimal(now) > Decimal(before) else "down")
    assert trend.by == abs(Decimal(now) - Decimal(before))


def test_no_trend_leads_to_a_period_without_data():
    assert boards.trend_of(results("90", "95", None)).way == ""
    assert boards.trend_of(results("90", None, "95")).way == "up"
    assert boards.trend_of(results("90")).way == ""
    assert boards.trend_of(row()).way == ""


def test_a_score_weighs_only_what_has_a_result_and_a_target():
    met = results("96", weight="3")
    missed = row([("2026-10", "90", "target-missed")], weight="1")
    silent = row([("2026-10", None, "no-data")], weight="5")
    ended = results("96", weight="9", state="indicator-ended")
    score = boards.score_of([met, missed, silent, ended, results("96")])
    assert score == (Decimal(75), 2, 1)
    assert boards.score_of([silent]) == (None, 0, 1)
    assert boards.score_of([results("96")]) == (None, 0, 0)


def test_months_before_are_the_last_whole_ones():
    months = boards.months_before(TODAY)
    assert (months[0], months[-1]) == (date(2025, 11, 1), date(2026, 10, 1))
    assert len(months) == 12


def test_a_quarter_takes_its_three_months_and_what_is_not_over_stays_open():
    cells = boards.cells_of(
        row([("2026-Q1", "90", "target-missed"), ("2026-Q3", None, "no-data")]),
        boards.months_before(TODAY),
    )
    assert [(cell.months, cell.key, cell.verdict) for cell in cells] == [
        (2, "", ""),
        (3, "2026-Q1", "target-missed"),
        (3, "", ""),
        (3, "2026-Q3", "no-data"),
        (1, "", ""),
    ]


def test_of_weeks_that_end_in_one_month_the_last_counts():
    spark = [("2026-W40", "1", "target-met"), ("2026-W41", "2", "target-met")]
    keys = [cell.key for cell in boards.cells_of(row(spark), boards.months_before(TODAY))]
    assert keys == ["", "2026-W41"]


@given(
    st.lists(
        st.tuples(st.sampled_from(FREQUENCIES), st.dates(date(2023, 1, 1), date(2027, 12, 31))),
        max_size=12,
    )
)
def test_cells_always_fill_the_twelve_months(periods):
    spark = [(Period.of(*one).key, "1", "target-met") for one in periods]
    cells = boards.cells_of(row(spark), boards.months_before(TODAY))
    assert sum(cell.months for cell in cells) == 12
