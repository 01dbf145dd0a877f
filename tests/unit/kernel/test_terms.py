"""Terms counted as the law counts them; the vectors are those of regulation notes B4.3."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qms.kernel.calendars import Calendar
from qms.kernel.terms import BadTerm, Term

BOGOTA = ZoneInfo("America/Bogota")
LA_PAZ = ZoneInfo("America/La_Paz")
CO = Calendar("CO", late_holidays={date(2026, 7, 13): date(2026, 6, 1)})
BEFORE_LEY_2578 = CO.as_known(date(2026, 5, 31))


def at(year, month, day, hour=10, minute=0, second=0, zone=BOGOTA):
    return datetime(year, month, day, hour, minute, second, tzinfo=zone)


@pytest.mark.parametrize(
    ("calendar", "received", "amount", "due"),
    [
        (CO, date(2026, 12, 4), 5, date(2026, 12, 14)),
        (CO, date(2026, 12, 4), 10, date(2026, 12, 21)),
        (CO, date(2026, 12, 4), 15, date(2026, 12, 29)),
        (CO, date(2026, 12, 4), 30, date(2027, 1, 21)),
        (CO, date(2026, 3, 27), 15, date(2026, 4, 21)),
        (CO, date(2026, 6, 30), 15, date(2026, 7, 23)),
        (BEFORE_LEY_2578, date(2026, 6, 30), 15, date(2026, 7, 22)),
        (Calendar("BO"), date(2026, 9, 1), 15, date(2026, 9, 22)),
        (Calendar("BO", "C"), date(2026, 9, 1), 15, date(2026, 9, 23)),
    ],
)
def test_business_day_terms_end_when_the_law_says(calendar, received, amount, due):
    end = Term(amount).due(at(received.year, received.month, received.day), calendar, BOGOTA)
    assert end.date() == due
    assert (end.hour, end.minute, end.second) == (23, 59, 59)
    assert end.tzinfo is BOGOTA


def test_what_is_filed_in_the_last_second_counts_as_of_that_day():
    friday_late = at(2026, 12, 4, 23, 59, 59)
    assert Term(5).due(friday_late, CO, BOGOTA).date() == date(2026, 12, 14)
    assert Term(5).due(friday_late.astimezone(UTC), CO, BOGOTA).date() == date(2026, 12, 14)
    assert Term(5).due(at(2026, 12, 7, 0, 0, 0), CO, BOGOTA).date() == date(2026, 12, 15)


def test_the_day_of_receipt_is_that_of_the_organisations_zone():
    moment = datetime(2026, 9, 2, 3, 30, tzinfo=UTC)
    assert Term(1).due(moment, Calendar("BO"), LA_PAZ).date() == date(2026, 9, 2)
    assert Term(1).due(moment, Calendar("BO"), UTC).date() == date(2026, 9, 3)


def test_what_is_filed_on_a_saturday_may_count_as_of_monday():
    saturday = at(2026, 12, 5)
    assert Term(5, start="next_day").due(saturday, CO, BOGOTA).date() == date(2026, 12, 14)
    term = Term(5, start="next_business_day")
    assert term.due(saturday, CO, BOGOTA).date() == date(2026, 12, 15)
    assert term.due(at(2026, 12, 4), CO, BOGOTA).date() == date(2026, 12, 14)
    sunday, monday, holiday = term.explain(saturday, CO, BOGOTA)[:3]
    assert sunday == (date(2026, 12, 6), False, "Sunday")
    assert monday == (date(2026, 12, 7), False, "Counts as the day of receipt")
    assert holiday == (date(2026, 12, 8), False, "La Inmaculada Concepción")


@pytest.mark.parametrize(
    ("received", "months", "due"),
    [
        (date(2025, 1, 31), 1, date(2025, 2, 28)),
        (date(2028, 1, 31), 1, date(2028, 2, 29)),
        (date(2026, 1, 31), 1, date(2026, 3, 2)),
        (date(2026, 11, 30), 3, date(2027, 3, 1)),
        (date(2026, 6, 13), 1, date(2026, 7, 14)),
    ],
)
def test_months_go_by_the_calendar_and_move_to_a_business_day(received, months, due):
    start = at(received.year, received.month, received.day)
    assert Term(months, "month").due(start, CO, BOGOTA).date() == due


def test_calendar_days_count_every_day_and_stay_unless_told_to_move():
    start = at(2026, 12, 4)
    assert Term(15, "calendar_day").due(start, CO, BOGOTA).date() == date(2026, 12, 19)
    moved = Term(15, "calendar_day", roll=True)
    assert moved.due(start, CO, BOGOTA).date() == date(2026, 12, 21)
    days = moved.explain(start, CO, BOGOTA)
    assert sum(day.counted for day in days) == 15
    assert days[-1] == (date(2026, 12, 21), False, "The term moved to this business day")


def test_running_hours_run_at_night_and_on_sundays():
    start = at(2026, 12, 5, 22, 15)
    term = Term(72, "running_hour", "same_instant")
    assert term.due(start, CO, BOGOTA) == at(2026, 12, 8, 22, 15)
    assert Term(24, "running_hour", "next_day").due(start, CO, BOGOTA) == at(2026, 12, 7, 0, 0)


def test_running_hours_are_real_hours_when_the_clocks_change():
    santiago = ZoneInfo("America/Santiago")
    start = datetime(2026, 9, 5, 12, tzinfo=santiago)
    due = Term(24, "running_hour", "same_instant").due(start, Calendar("CL"), santiago)
    assert due.astimezone(UTC) - start.astimezone(UTC) == timedelta(hours=24)
    assert (due.day, due.hour) == (6, 13)


def test_business_hours_run_only_while_the_office_is_open():
    calendar = Calendar.from_data(
        {"country": "CO", "hours": [["08:00", "12:00"], ["14:00", "18:00"]]}
    )
    term = Term(6, "business_hour", "same_instant")
    assert term.due(at(2026, 12, 4, 11, 30), calendar, BOGOTA) == at(2026, 12, 7, 9, 30)
    assert term.due(at(2026, 12, 5, 11, 30), calendar, BOGOTA) == at(2026, 12, 7, 16, 0)
    assert term.due(at(2026, 12, 4, 7, 0), calendar, BOGOTA) == at(2026, 12, 4, 16, 0)
    assert term.due(at(2026, 12, 4, 13, 0), calendar, BOGOTA) == at(2026, 12, 7, 10, 0)
    following = Term(8, "business_hour", "next_business_day")
    assert following.due(at(2026, 12, 5, 9), calendar, BOGOTA) == at(2026, 12, 7, 18)
    assert following.due(at(2026, 12, 4, 9), calendar, BOGOTA) == at(2026, 12, 7, 18)


def test_a_term_of_days_from_the_same_instant_ends_at_its_hour():
    term = Term(2, "business_day", "same_instant")
    assert term.due(at(2026, 12, 4, 9, 30), CO, BOGOTA) == at(2026, 12, 9, 9, 30)


def test_a_term_is_plain_data():
    term = Term.from_data({"amount": 15, "unit": "calendar_day", "roll": True})
    assert term == Term(15, "calendar_day", "next_day", roll=True)
    assert Term.from_data(term.to_data()) == term
    assert Term.from_data({"amount": 15}).to_data() == {
        "amount": 15,
        "unit": "business_day",
        "start": "next_day",
    }


@pytest.mark.parametrize(
    "data",
    [
        {},
        {"amount": 0},
        {"amount": "15"},
        {"amount": True},
        {"amount": 15, "unit": "week"},
        {"amount": 15, "start": "tomorrow"},
        {"amount": 15, "units": "month"},
    ],
)
def test_a_term_with_a_mistake_is_refused(data):
    with pytest.raises(BadTerm):
        Term.from_data(data)


def test_a_moment_without_zone_is_no_start():
    with pytest.raises(ValueError, match="zone"):
        Term(1).due(datetime(2026, 1, 1), CO, BOGOTA)  # noqa: DTZ001 - that is the point


def test_a_term_beyond_the_calendar_is_refused():
    for unit in ("month", "calendar_day"):
        with pytest.raises(BadTerm, match="last year"):
            Term(5000, unit).due(at(9990, 1, 1), Calendar(""), BOGOTA)


MOMENTS = st.datetimes(datetime(2024, 1, 1), datetime(2028, 12, 31), timezones=st.just(UTC))  # noqa: DTZ001
TERMS = st.builds(
    Term,
    st.integers(1, 60),
    st.sampled_from(["business_day", "calendar_day", "running_hour", "business_hour", "month"]),
    st.sampled_from(["next_day", "same_instant", "next_business_day"]),
    st.sampled_from([None, True, False]),
)


@given(TERMS, MOMENTS, st.timedeltas(timedelta(0), timedelta(days=20)))
def test_what_comes_later_is_never_due_earlier(term, moment, wait):
    early, late = (term.due(start, CO, BOGOTA) for start in (moment, moment + wait))
    assert early.date() <= late.date()
    if "hour" in term.unit or term.start != "same_instant":
        assert early <= late


@given(TERMS, MOMENTS)
def test_a_due_date_lies_ahead_and_its_explanation_leads_to_it(term, moment):
    due = term.due(moment, CO, BOGOTA)
    assert due > moment
    days = term.explain(moment, CO, BOGOTA)
    if days:
        assert days[-1].day == due.date()
    if term.unit == "business_day":
        assert sum(day.counted for day in days) == term.amount
