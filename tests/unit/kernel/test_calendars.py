"""Business days of Colombia and Bolivia, own closures, and what was known when."""

from __future__ import annotations

from datetime import date, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qms.kernel.calendars import BadCalendar, Calendar

LEY_2578 = date(2026, 6, 1)
CHIQUINQUIRA = date(2026, 7, 13)
COLOMBIA = Calendar("CO", late_holidays={CHIQUINQUIRA: LEY_2578})
COCHABAMBA = Calendar("BO", "C")


def test_a_holiday_is_named_in_spanish():
    assert COLOMBIA.why_not(date(2026, 12, 8)) == "La Inmaculada Concepción"
    assert COLOMBIA.why_not(date(2026, 12, 7)) is None
    assert COLOMBIA.why_not(date(2026, 12, 5)) == "Saturday"
    assert COLOMBIA.why_not(date(2026, 12, 6)) == "Sunday"
    assert not COLOMBIA.is_business_day(date(2026, 4, 2))


def test_a_department_has_its_own_day():
    day = date(2026, 9, 14)
    assert Calendar("BO").is_business_day(day)
    assert COCHABAMBA.why_not(day) == "Día del departamento de Cochabamba"


def test_a_holiday_of_the_library_does_not_count_before_it_was_known():
    assert not COLOMBIA.is_business_day(CHIQUINQUIRA)
    assert not COLOMBIA.as_known(LEY_2578).is_business_day(CHIQUINQUIRA)
    assert COLOMBIA.as_known(date(2026, 5, 31)).is_business_day(CHIQUINQUIRA)
    assert COLOMBIA.as_known(date(2026, 5, 31)).as_known(None).why_not(CHIQUINQUIRA)


def test_an_added_holiday_and_a_removed_one_count_from_the_day_they_were_known():
    calendar = Calendar.from_data(
        {
            "country": "CO",
            "extra_holidays": [
                {"date": "2026-03-16", "name": "Día cívico", "known_from": "2026-03-01"}
            ],
            "removed": [{"date": date(2026, 7, 20), "known_from": "2026-07-01"}],
        }
    )
    assert calendar.why_not(date(2026, 3, 16)) == "Día cívico"
    assert calendar.as_known(date(2026, 2, 28)).is_business_day(date(2026, 3, 16))
    assert calendar.is_business_day(date(2026, 7, 20))
    assert not calendar.as_known(date(2026, 6, 30)).is_business_day(date(2026, 7, 20))


def test_an_organisation_closes_and_opens_on_its_own_days():
    calendar = Calendar(
        "CO",
        closures={date(2026, 12, 24): "Cierre de fin de año", date(2026, 12, 25): "Cierre"},
        open_saturdays=[date(2026, 12, 19)],
    )
    assert calendar.why_not(date(2026, 12, 24)) == "Cierre de fin de año"
    assert calendar.is_business_day(date(2026, 12, 19))
    assert not calendar.is_business_day(date(2026, 12, 12))
    always = Calendar("BO", open_saturdays=True)
    assert always.is_business_day(date(2026, 10, 10))
    assert always.why_not(date(2026, 10, 17)) == "Día de la Dignidad Nacional"
    assert not always.is_business_day(date(2026, 10, 18))


def test_a_closure_may_be_a_range_and_a_mapping():
    vacation = {"from": "2026-12-21", "to": "2027-01-08", "reason": "Vacaciones colectivas"}
    ranged = Calendar.from_data({"country": "CO", "closures": [vacation]})
    assert ranged.add_business_days(date(2026, 12, 18), 1) == date(2027, 1, 12)
    assert ranged.why_not(date(2026, 12, 30)) == "Vacaciones colectivas"
    mapped = Calendar.from_data({"closures": {date(2026, 12, 24): "Cierre"}})
    assert mapped.why_not(date(2026, 12, 24)) == "Cierre"
    assert mapped.is_business_day(date(2026, 12, 25))


def test_the_explanation_says_of_each_day_whether_it_counted():
    days = COLOMBIA.explain(date(2026, 12, 4), 3)
    assert [(day.day.day, day.counted, day.reason) for day in days] == [
        (5, False, "Saturday"),
        (6, False, "Sunday"),
        (7, True, ""),
        (8, False, "La Inmaculada Concepción"),
        (9, True, ""),
        (10, True, ""),
    ]


def test_the_version_changes_with_whatever_changes_the_count():
    versions = {
        Calendar("CO").version,
        COLOMBIA.version,
        COLOMBIA.as_known(LEY_2578).version,
        Calendar("BO").version,
        COCHABAMBA.version,
        Calendar("CO", closures={date(2026, 12, 24): "Cierre"}).version,
        Calendar("CO", open_saturdays=True).version,
        Calendar("CO", open_saturdays=[date(2026, 12, 19)]).version,
        Calendar("CO", hours=[(time(9), time(17))]).version,
        Calendar("").version,
    }
    assert len(versions) == 10
    assert Calendar("CO", late_holidays={CHIQUINQUIRA: LEY_2578}).version == COLOMBIA.version
    assert COLOMBIA.version.startswith("CO holidays-")


@pytest.mark.parametrize(
    ("data", "complaint"),
    [
        ({"country": "XX"}, "no holiday calendar for XX"),
        ({"country": "BO", "subdivision": "ZZ"}, "no holiday calendar for BO ZZ"),
        ({"pais": "CO"}, "pais is not a part"),
        ({"closures": [{"date": "24/12/2026"}]}, "not a date"),
        ({"closures": [{"day": "2026-12-24"}]}, "has a date"),
        ({"closures": [{"from": "2026-12-24", "to": "2026-12-01"}]}, "no closure"),
        ({"closures": 7}, "is a list"),
        ({"late_holidays": ["2026-07-13"]}, "known_from"),
        ({"open_saturdays": ["x"]}, "not a date"),
        ({"hours": [["08:00"]]}, "not opening hours"),
        ({"hours": [["14:00", "12:00"]]}, "follow one another"),
        ({"hours": [["08:00", "12:00"], ["11:00", "17:00"]]}, "follow one another"),
    ],
)
def test_a_calendar_with_a_mistake_is_refused_with_the_mistake(data, complaint):
    with pytest.raises(BadCalendar, match=complaint):
        Calendar.from_data(data)


def test_a_calendar_without_business_days_is_refused_instead_of_searched_for_ever():
    shut = Calendar("", closures={date(2026, 1, 1) + timedelta(days=at): "x" for at in range(500)})
    with pytest.raises(BadCalendar, match="No business day comes after"):
        shut.add_business_days(date(2026, 1, 1), 1)
    with pytest.raises(BadCalendar, match="No business day"):
        Calendar("").add_business_days(date.max, 1)
    with pytest.raises(BadCalendar, match="not counted"):
        Calendar("").add_business_days(date(2026, 1, 1), 10**9)


DAYS = st.dates(date(2020, 1, 1), date(2030, 12, 31))
CALENDARS = st.sampled_from(
    [COLOMBIA, COLOMBIA.as_known(date(2026, 1, 1)), COCHABAMBA, Calendar("", open_saturdays=True)]
)


@given(CALENDARS, DAYS, st.integers(-80, 80).filter(bool))
def test_adding_days_and_counting_them_undo_each_other(calendar, start, n):
    end = calendar.add_business_days(start, n)
    assert calendar.is_business_day(end)
    assert calendar.business_days_between(start, end) == n
    if calendar.is_business_day(start):
        assert calendar.add_business_days(end, -n) == start


@given(CALENDARS, DAYS, st.integers(1, 60))
def test_the_explanation_counts_to_the_same_day(calendar, start, n):
    days = calendar.explain(start, n)
    assert sum(day.counted for day in days) == n
    assert days[-1].day == calendar.add_business_days(start, n)
    assert [day.day for day in days] == [start + timedelta(days=at + 1) for at in range(len(days))]
    assert all(day.counted == (not day.reason) for day in days)


@given(CALENDARS, DAYS, DAYS)
def test_more_days_are_never_due_earlier(calendar, one, other):
    early, late = sorted((one, other))
    assert calendar.add_business_days(early, 5) <= calendar.add_business_days(late, 5)
    assert calendar.next_business_day(early) >= early
