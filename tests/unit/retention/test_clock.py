"""The days of a record: pure functions of closing date, rules and calendar."""

from __future__ import annotations

from datetime import date, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from qms.kernel.calendars import Calendar
from qms.retention import clock
from qms.retention.clock import Rule, phase, rule_for, term, years_later

CALENDAR = Calendar(country="CO")
DAYS = st.dates(date(1990, 1, 1), date(2060, 12, 31))


def moved(day):
    return day if CALENDAR.is_business_day(day) else CALENDAR.next_business_day(day)


RULES = st.builds(
    Rule,
    valid_from=DAYS,
    office_years=st.integers(0, 20),
    central_years=st.integers(0, 30),
    disposition=st.sampled_from(clock.DISPOSITIONS),
    earlier=st.booleans(),
    count_from=st.sampled_from((clock.CLOSING, clock.NEXT_YEAR)),
)


@settings(max_examples=60, deadline=None)
@given(DAYS, RULES)
def test_no_record_is_due_before_its_years_are_over(closed, rule):
    own = term(closed, rule, moved)
    assert own.transfer_on >= years_later(closed, rule.office_years)
    assert own.disposal_on >= years_later(closed, rule.office_years + rule.central_years)
    assert closed <= own.transfer_on <= own.disposal_on
    assert CALENDAR.is_business_day(own.disposal_on)
    # Nor much later than it has to be.
    latest = years_later(closed, rule.office_years + rule.central_years + 1)
    assert own.disposal_on <= latest + timedelta(days=15)


@settings(max_examples=60, deadline=None)
@given(DAYS, RULES, DAYS, st.booleans(), st.booleans())
def test_a_record_never_goes_back_and_is_due_only_after_its_transfer(
    closed, rule, today, transferred, archived
):
    own = term(closed, rule, moved)
    now = phase(own, today, transferred=transferred, archived=archived)
    order = [clock.OFFICE, clock.TRANSFER, clock.CENTRAL, clock.DUE, clock.FOR_EVER]
    later = phase(own, today + timedelta(days=400), transferred=transferred, archived=archived)
    if archived:
        assert (now, later) == (clock.HISTORICAL, clock.HISTORICAL)
        return
    assert order.index(later) >= order.index(now)
    if now == clock.DUE:
        assert today >= own.disposal_on
        assert transferred or not own.through_central
        assert rule.disposition != clock.KEEP
    if rule.disposition == clock.KEEP:
        assert clock.DUE not in (now, later)


@settings(max_examples=80, deadline=None)
@given(st.lists(RULES, max_size=5), DAYS, DAYS)
def test_the_rule_of_the_closing_day_rules_unless_a_later_one_says_otherwise(rules, closed, today):
    found = rule_for(rules, closed, today)
    known = [one for one in rules if one.valid_from <= today]
    assert (found is None) == (not known)
    if found is None:
        return
    assert found.valid_from <= today, "a rule to come counts for nothing yet"
    if not found.earlier and found.valid_from > closed:
        assert not [one for one in known if one.valid_from <= closed or one.earlier]
        assert found.valid_from == min(one.valid_from for one in known)


def test_a_new_rule_leaves_what_was_closed_before_as_it_was():
    old = Rule(date(2010, 1, 1), 1, 4, clock.ELIMINATE)
    new = Rule(date(2024, 1, 1), 2, 8, clock.KEEP)
    today = date(2026, 11, 22)
    assert rule_for([new, old], date(2020, 5, 5), today) is old
    assert rule_for([new, old], date(2024, 1, 1), today) is new
    assert rule_for([new, old], date(1999, 1, 1), today) is old, "from before the first rule"
    everywhere = Rule(date(2024, 1, 1), 2, 8, clock.KEEP, earlier=True)
    assert rule_for([everywhere, old], date(2020, 5, 5), today) is everywhere
    assert rule_for([new], date(2020, 5, 5), date(2023, 12, 31)) is None


def test_days_that_do_not_exist_or_do_not_count_move_on():
    rule = Rule(date(2000, 1, 1), 1, 0, clock.ELIMINATE)
    assert years_later(date(2024, 2, 29), 1) == date(2025, 3, 1)
    # 1 January is a holiday, 2 January 2027 a Saturday.
    assert term(date(2026, 1, 1), rule, moved).disposal_on == date(2027, 1, 4)
    next_year = Rule(date(2000, 1, 1), 1, 0, clock.ELIMINATE, count_from=clock.NEXT_YEAR)
    assert term(date(2025, 3, 1), next_year, moved).disposal_on == date(2027, 1, 4)
