"""Series: totals are those of their captures, definitions hold in time, closed stays closed."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from qms.indicators import health, series, totals
from qms.indicators.cards import Definition, differences
from qms.indicators.entries import Entry
from qms.indicators.errors import (
    CountedHere,
    NotCaptured,
    NotYetOver,
    PeriodClosed,
    PeriodOpen,
    ReasonNeeded,
    SameValue,
    UnknownVariable,
)
from qms.indicators.listing import row_of
from qms.indicators.periods import FREQUENCIES, Period
from qms.indicators.services.closing import close_due, close_period
from qms.indicators.services.measuring import capture, capture_many, restate

Q1 = Period.parse("2026-Q1")
END = date(2026, 4, 1)
NUMBERS = st.decimals(0, 1000, places=2)
GIVEN = st.dictionaries(st.integers(0, 89), st.tuples(NUMBERS, NUMBERS), max_size=20)
cheap = settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])


def day(offset):
    return date(2026, 1, 1) + timedelta(days=offset)


def fill(room, values, at=END):
    """Capture pairs of (atendidas, recibidas) by day."""
    wanted = {
        Period.of("daily", day(offset)): {"atendidas": one, "recibidas": other}
        for offset, (one, other) in values.items()
    }
    capture_many(room.indicator, wanted, act=room.act(at), confirmed=True)


@cheap
@given(values=GIVEN)
def test_the_percentage_of_a_quarter_is_that_of_its_sums(room, values):
    made = room()
    fill(made, values)
    point = series.point_at(made.indicator, Q1, END)
    done = sum((one for one, _other in values.values()), Decimal(0))
    whole = sum((other for _one, other in values.values()), Decimal(0))
    if not values:
        assert point.result is None
        assert not len(made.indicator.totals)
        return
    assert point.values == {"atendidas": done, "recibidas": whole}
    assert series.recomputed(made.indicator, Q1) == point.values
    if whole:
        assert abs(point.result - done / whole * 100) < Decimal("1e-20")
    else:
        assert point.result is None, "no data is never zero"


@cheap
@given(values=GIVEN, again=GIVEN, turns=st.integers(0, 2))
def test_a_closed_period_never_changes_but_by_restating(room, values, again, turns):
    made = room()
    fill(made, values)
    figures = made.figures(END)
    close_period(made.indicator, Q1, figures, act=made.act(END))
    kept = (list(made.indicator.captures.items()), list(made.indicator.totals.items()))
    for _turn in range(turns):
        close_period(made.indicator, Q1, figures, act=made.act(END))
        close_due(made.indicator, figures, act=made.act(END))
    for offset, (one, other) in again.items():
        period = Period.of("daily", day(offset))
        with pytest.raises(PeriodClosed):
            capture(
                made.indicator,
                period,
                {"atendidas": one, "recibidas": other},
                act=made.act(END),
                confirmed=True,
            )
    assert kept == (list(made.indicator.captures.items()), list(made.indicator.totals.items()))


def test_a_restated_value_tells_what_stood_there_who_when_and_why(room):
    made = room()
    fill(made, {0: (Decimal(8), Decimal(10)), 1: (Decimal(9), Decimal(10))})
    first = Period.parse("2026-01-01")
    with pytest.raises(PeriodOpen):
        restate(made.indicator, first, {"atendidas": Decimal(9)}, reason="x", act=made.act(END))
    close_period(made.indicator, Q1, made.figures(END), act=made.act(END))
    with pytest.raises(ReasonNeeded):
        restate(made.indicator, first, {"atendidas": Decimal(9)}, reason=" ", act=made.act(END))
    with pytest.raises(SameValue):
        restate(made.indicator, first, {"atendidas": Decimal(8)}, reason="x", act=made.act(END))
    with pytest.raises(UnknownVariable):
        restate(made.indicator, first, {"otra": Decimal(8)}, reason="x", act=made.act(END))
    why = "Una llamada se registró dos veces"
    restate(made.indicator, first, {"atendidas": Decimal(7)}, reason=why, act=made.act(END, "leo"))
    (line,) = made.indicator.restated["2026-01-01"]
    assert (line["variable"], line["old"], line["new"]) == ("atendidas", "8", "7")
    assert (line["by"], line["reason"]) == ("leo", why)
    point = series.point_at(made.indicator, Q1, END)
    assert (point.state, point.result, point.restated) == (series.CLOSED, Decimal(80), 1)
    assert made.events[-1].details()["values"] == {"atendidas": ["8", "7"]}


def test_what_is_counted_is_frozen_with_the_count_of_the_day(room, make_definition):
    counted = make_definition(
        variables=[
            {"name": "atendidas", "figure": "calls.answered"},
            {"name": "recibidas", "figure": "calls.received"},
        ]
    )
    made = room(counted)
    figures = made.figures(
        END,
        **{
            "calls.answered": lambda first, last: 3 * ((last - first).days + 1),
            "calls.received": lambda first, last: 4 * ((last - first).days + 1),
        },
    )
    running = series.point_at(made.indicator, Q1, END, figures)
    assert (running.values["recibidas"], running.result) == (Decimal(360), Decimal(75))
    with pytest.raises(CountedHere):
        capture(made.indicator, Period.parse("2026-01-05"), {"atendidas": 1}, act=made.act(END))
    close_period(made.indicator, Q1, figures, act=made.act(END))
    later = made.figures(END, **{"calls.answered": lambda *_: 0, "calls.received": lambda *_: 1})
    frozen = series.point_at(made.indicator, Q1, END, later)
    assert (frozen.result, frozen.state) == (Decimal(75), series.CLOSED)
    days = series.captures(made.indicator, Q1, END, figures=later)
    assert len(days) == 90
    assert {one.result for one in days} == {Decimal(75)}
    assert days[0].given["recibidas"].how == "computed"


def test_a_figure_of_the_period_before_is_taken_for_the_whole_period(room, make_definition):
    fewer = make_definition(
        expression="(antes - ahora) / antes * 100",
        variables=[
            {"name": "antes", "figure": "claims@previous"},
            {"name": "ahora", "figure": "claims"},
        ],
        capture_frequency="monthly",
    )
    made = room(fewer)
    figures = made.figures(END, claims=lambda first, _last: 10 if first.year == 2025 else 4)
    point = series.point_at(made.indicator, Q1, END, figures)
    assert point.values == {"antes": Decimal(10), "ahora": Decimal(4)}
    assert point.result == Decimal(60)
    close_period(made.indicator, Q1, figures, act=made.act(END))
    kept = totals.total_of(made.indicator, Q1)
    assert kept.whole == ("antes",)
    assert kept.numbers["ahora"] == Decimal(12), "what adds up is the sum of its months"
    restate(made.indicator, Q1, {"antes": Decimal(24)}, reason="Contados de más", act=made.act(END))
    assert series.point_at(made.indicator, Q1, END).result == Decimal(50)


CHANGES = st.lists(
    st.tuples(st.integers(1, 364), st.sampled_from(FREQUENCIES[:4])),
    max_size=4,
    unique_by=lambda o: o[0],
)


@cheap
@given(changes=CHANGES, offsets=st.lists(st.integers(0, 364), max_size=15, unique=True))
def test_each_period_is_measured_by_the_definition_of_its_last_day(
    room, make_definition, changes, offsets
):
    starts = [(0, "daily"), *sorted(changes)]
    defined = []
    for place, (offset, frequency) in enumerate(starts):
        ends = day(starts[place + 1][0]).isoformat() if place + 1 < len(starts) else ""
        wanted = make_definition(
            day(offset).isoformat(), ends, capture_frequency=frequency, analysis_frequency="annual"
        )
        defined.append(wanted)
    made, today = room(*defined), date(2027, 1, 1)
    held = [Definition.from_data(at, one) for at, one in enumerate(defined)]
    for offset in offsets:
        (right,) = [one for one in held if one.holds_on(day(offset))]
        period = Period.of(right.capture_frequency, day(offset))
        last = [one for one in held if one.holds_on(min(period.last, today))]
        try:
            capture(
                made.indicator,
                period,
                {"atendidas": Decimal(1), "recibidas": Decimal(2)},
                act=made.act(today),
                confirmed=True,
            )
        except (NotCaptured, NotYetOver):
            assert last[0].capture_frequency != right.capture_frequency or period.last > today
            continue
        entry = Entry.of(made.indicator.captures[period.place])
        assert entry.definition == last[0].index
    year = Period.parse("2026")
    kept = totals.entries_in(made.indicator, year.first, year.last)
    parts = totals.chosen(held[-1], year, kept)
    counted = [
        one
        for part in map(Period.parse, (each.key for each in parts))
        for one in range(part.first.toordinal(), part.last.toordinal() + 1)
    ]
    assert len(counted) == len(set(counted)), "no day counts twice"
    if kept:
        point = series.point_at(made.indicator, year, today)
        assert point.values["recibidas"] == (Decimal(2) * len(parts) if parts else None)


def test_a_series_stays_readable_when_its_frequency_changes(room, make_definition):
    made = room(
        make_definition("2026-01-01", "2026-04-01", analysis_frequency="quarterly"),
        make_definition("2026-04-01", capture_frequency="monthly", analysis_frequency="semiannual"),
    )
    fill(made, {0: (Decimal(9), Decimal(10))})
    today = date(2027, 1, 5)
    for month in range(4, 13):
        values = {"atendidas": Decimal(8), "recibidas": Decimal(10)}
        capture(made.indicator, Period.parse(f"2026-{month:02}"), values, act=made.act(today))
    found = series.points(made.indicator, today)
    assert [one.key for one in found] == ["2026-Q1", "2026-S1", "2026-S2", "2027-S1"]
    results = [one.result and round(one.result, 1) for one in found]
    assert results == [Decimal(90), Decimal("82.5"), Decimal(80), None]
    assert [one.definition.index for one in found] == [0, 1, 1, 1]
    half = series.point_at(made.indicator, Period.parse("2026-S1"), today)
    assert half.values["recibidas"] == Decimal(40), "days of January and three months"


def test_what_matters_of_a_card_makes_another_definition(make_card):
    assert differences(make_card(), make_card(note="Otra nota", objective="Otro")) == []
    assert differences(make_card(), make_card(unit="días")) == ["unit"]
    other = [{"name": "atendidas", "figure": "calls"}, {"name": "recibidas"}]
    assert differences(make_card(), make_card(variables=other)) == ["variables"]
    assert differences(make_card(), make_card(target=None)) == ["target"]


def test_percentages_of_a_lone_variable_are_averaged_and_nothing_is_made_of_no_data(
    room, make_definition
):
    lone = make_definition(expression="", variables=[], capture_frequency="monthly")
    made = room(lone)
    for month, value in ((1, "90"), (3, "96")):
        period = Period.parse(f"2026-{month:02}")
        capture(made.indicator, period, {"valor": Decimal(value)}, act=made.act(END))
    point = series.point_at(made.indicator, Q1, END)
    assert (point.result, point.captured, point.expected) == (Decimal(93), 2, 3)
    assert point.is_partial


def test_a_year_of_days_is_not_walked_for_a_row(room, monkeypatch):
    made = room()
    today = date(2026, 12, 28)
    numbers = {"atendidas": Decimal(9), "recibidas": Decimal(10)}
    whole = {Period.of("daily", day(offset)): numbers for offset in range(360)}
    capture_many(made.indicator, whole, act=made.act(today), confirmed=True)
    close_due(made.indicator, made.figures(today), act=made.act(today))
    read = []
    plain = Entry.of
    monkeypatch.setattr(Entry, "of", lambda stored: read.append(1) or plain(stored))
    row = row_of(made.indicator, today)
    assert (row.key, row.result) == ("2026-Q3", "90")
    assert len(row.spark) == 3
    assert len(read) < 100, "only the open quarter's days"


def test_a_total_that_does_not_add_up_is_found_and_made_anew(room):
    made = room()
    fill(made, {0: (Decimal(9), Decimal(10)), 5: (Decimal(7), Decimal(10))})
    assert list(health.differences(made.organisation)) == []
    kept = totals.total_of(made.indicator, Q1)
    wrong = kept._replace(values=(("atendidas", "17"), ("recibidas", "20")), result="85")
    made.indicator.totals[Q1.place] = wrong.plain()
    made.organisation.annexes.pop("indicators.catalogue")
    found = list(health.differences(made.organisation))
    assert [what for what, _why in found] == ["IND-001", "IND-001 2026-Q1"]
    assert health.mend(made.organisation, END) == 1
    assert totals.total_of(made.indicator, Q1) == kept
    assert list(health.differences(made.organisation)) == []
