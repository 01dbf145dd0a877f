"""Unusual values are asked about, usual ones are not; tables ask what could mean two numbers."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qms.indicators.errors import BadTable, Unusual
from qms.indicators.listing import row_for
from qms.indicators.periods import Period
from qms.indicators.series import capture_at
from qms.indicators.services.measuring import capture, confirm
from qms.indicators.tables import read_lines
from qms.indicators.unusual import is_far
from qms.kernel.formats import NumberStyle

TODAY = date(2026, 3, 1)
COMMA = NumberStyle(",", ".")


@given(st.lists(st.decimals(90, 110, places=1), min_size=8, max_size=24))
def test_a_value_among_the_others_is_usual_and_one_ten_times_as_large_is_not(before):
    assert not is_far(sorted(before)[len(before) // 2], before)
    assert is_far(Decimal(1000), before)
    assert not is_far(Decimal(1000), before[:7]), "seven values say nothing"


def test_an_unusual_value_waits_for_somebody_who_confirms_it(room):
    made = room()
    for offset in range(10):
        period = Period.of("daily", date(2026, 1, 5) + timedelta(days=offset))
        values = {"atendidas": Decimal(90 + offset), "recibidas": Decimal(100 + offset)}
        capture(made.indicator, period, values, act=made.act(TODAY))
    period = Period.parse("2026-02-02")
    values = {"atendidas": Decimal(95), "recibidas": Decimal(1050)}
    with pytest.raises(Unusual) as refusal:
        capture(made.indicator, period, values, act=made.act(TODAY))
    assert "recibidas" in str(refusal.value)
    more = {"atendidas": Decimal(101), "recibidas": Decimal(100)}
    with pytest.raises(Unusual):
        capture(made.indicator, period, more, act=made.act(TODAY))
    assert capture_at(made.indicator, period, TODAY).result is None
    act = made.act(TODAY, "leo")
    capture(made.indicator, period, values, act=act, how="pushed", by="central")
    assert capture_at(made.indicator, period, TODAY).doubts == 1
    confirm(made.indicator, period, act=act)
    assert capture_at(made.indicator, period, TODAY).doubts == 0


def table(made, *rows):
    return read_lines(
        [["Período", "atendidas", "recibidas"], *rows],
        lambda _number: None,
        made.indicator,
        style=COMMA,
        today=TODAY,
    )


def test_a_line_says_what_it_would_enter_or_what_is_wrong_with_it(room):
    made = room()
    lines = table(
        made,
        ["2026-02-02", "95,5", {"n": "100"}],
        [{"d": "2026-02-03"}, "1.234", "2"],
        ["03/02/2026", "", "7"],
        ["2026-Q1", "1", "2"],
        ["2026-03-05", "1", "2"],
        ["ayer", "1", "2"],
        ["", "", ""],
        ["2026-02-04", "", ""],
    )
    assert [one.key for one in lines] == [
        *("2026-02-02", "2026-02-03", "2026-02-03", "", "", "", "2026-02-04")
    ]
    assert lines[0].values == {"atendidas": "95.5", "recibidas": "100"}
    assert [one.is_good for one in lines] == [True, False, True, False, False, False, False]
    assert "1.234" in lines[1].errors[0].interpolate()


def test_a_table_without_the_columns_that_it_needs_is_refused(room):
    made = room()
    for rows in ([["Período", "x"]], [["Mes", "x"], ["2026-01", "1"]]):
        with pytest.raises(BadTable):
            read_lines(rows, lambda _n: None, made.indicator, style=COMMA, today=TODAY)
    rows = [["Período", "x"], ["2026-01", "1"]]
    with pytest.raises(BadTable):
        read_lines(rows, lambda _n: None, None, style=COMMA, today=TODAY)


def test_long_tables_name_their_indicators(room):
    made = room()
    lines = read_lines(
        [
            ["Indicador", "Período", "Variable", "Valor"],
            ["IND-001", "2026-02-02", "recibidas", "12"],
            ["IND-009", "2026-02-02", "recibidas", "12"],
            ["IND-001", "2026-02-02", "otra", "12"],
        ],
        lambda number: made.indicator if number == "IND-001" else None,
        None,
        style=COMMA,
        today=TODAY,
    )
    assert [one.is_good for one in lines] == [True, False, False]


def test_the_row_says_what_waits_next(room):
    made = room()
    capture(
        made.indicator,
        Period.parse("2026-01-05"),
        {"atendidas": Decimal(9), "recibidas": Decimal(10)},
        act=made.act(TODAY),
    )
    row = row_for(made.indicator)
    assert row.capture_key == "2026-01-02", "the first of January is a holiday"
    assert (row.analysis_key, row.analyses) == ("2026-Q1", ("quality",))
