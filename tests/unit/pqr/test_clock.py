"""The legal clock: the vectors of the law, every event, and that the log gives the stored date."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qms.kernel.calendars import Calendar
from qms.kernel.terms import Term
from qms.pqr import workflow
from qms.pqr.clock import Rule, Times, after, fold
from qms.profiles.countries import country

BOGOTA, LA_PAZ = ZoneInfo("America/Bogota"), ZoneInfo("America/La_Paz")
CO = Calendar.from_data(country("CO").calendar_data())


def times(calendar=CO, zone=BOGOTA):
    return Times(calendar.as_known, zone)


def rule(identifier="petition", code="CO"):
    found = next(one for one in country(code).terms if one.id == identifier)
    return Rule(
        found.id,
        found.name,
        found.term,
        found.source,
        found.extension,
        found.incomplete,
        found.silence,
    ).to_data()


def plain(amount, unit="business_day", start="next_day", **more):
    return {"id": "own", "amount": amount, "unit": unit, "start": start, **more}


def at(text, zone=BOGOTA):
    moment = datetime.fromisoformat(text)
    return (
        datetime.combine(moment, time(10), zone) if len(text) == 10 else moment.replace(tzinfo=zone)
    )


def act(kind, when, zone=BOGOTA, **more):
    return {"kind": kind, "by": "x", "at": at(when, zone).astimezone(UTC).isoformat(), **more}


def due(*acts, using=None):
    return fold(acts, using or times()).due


def day(*acts, using=None):
    found = due(*acts, using=using)
    return None if found is None else found.date().isoformat()


def got(when, given=None, **more):
    return act("received", when, rule=rule() if given is None else given, case_kind="x", **more)


@pytest.mark.parametrize(
    ("received", "amount", "expected"),
    [
        ("2026-12-04", 5, "2026-12-14"),
        ("2026-12-04", 10, "2026-12-21"),
        ("2026-12-04", 15, "2026-12-29"),
        ("2026-12-04", 30, "2027-01-21"),
        ("2026-03-27", 15, "2026-04-21"),
        ("2026-06-30", 15, "2026-07-23"),
        ("2026-12-05", 5, "2026-12-15"),  # a Saturday counts as the next business day
        ("2026-12-04T23:59:59", 5, "2026-12-14"),
    ],
)
def test_colombian_terms_end_when_the_law_says(received, amount, expected):
    given = {**rule(), "amount": amount}
    assert day(got(received, given)) == expected


def test_a_holiday_that_nobody_knew_yet_counts_until_the_case_is_counted_anew():
    received = got("2026-05-29", {**rule(), "amount": 30})
    assert day(received) == "2026-07-15"
    new = act("recalculated", "2026-06-02", reason="Ley 2578 de 2026")
    assert day(received, new) == "2026-07-16"
    assert day(got("2026-06-30")) == "2026-07-23"
    without = Times(lambda _on: CO.as_known(date(2026, 5, 31)), BOGOTA)
    assert day(got("2026-06-30"), using=without) == "2026-07-22"


def test_bolivian_terms_follow_the_calendar_of_the_department():
    for subdivision, expected in ((None, "2026-09-22"), ("C", "2026-09-23")):
        using = times(Calendar("BO", subdivision), LA_PAZ)
        received = act(
            "received", "2026-09-01", LA_PAZ, rule=rule("telecom-answer", "BO"), case_kind="x"
        )
        assert day(received, using=using) == expected


def test_a_month_from_the_last_of_january_ends_on_the_last_of_february_or_moves_on():
    assert day(got("2026-01-31", plain(1, "month"))) == "2026-03-02"  # the 28th is a Saturday
    assert day(got("2028-01-31", plain(1, "month"))) == "2028-02-29"


def test_an_extension_is_counted_from_the_same_receipt_and_never_beyond_twice_the_term():
    received = got("2026-12-04")
    last_day = act("extended", "2026-12-29", amount=15, reason="Pruebas")
    clock = fold([received, last_day], times())
    assert clock.due.date().isoformat() == "2027-01-21"
    assert clock.extendable == 0
    more = after(clock, act("extended", "2026-12-30", amount=9, reason="Más"))
    assert more.due == clock.due
    assert not fold([received], times()).late(at("2026-12-29T23:59:59"))
    assert fold([received], times()).late(at("2026-12-30"))


def test_a_norm_without_extension_gives_none_and_one_with_a_number_gives_that_number():
    assert fold([got("2026-12-04", rule("consumer-claim"))], times()).extendable == 0
    assert fold([got("2026-12-04", rule("data-claim"))], times()).extendable == 8


def test_an_incomplete_petition_stands_still_and_goes_on_the_day_after_completion():
    received, asked = got("2026-12-04"), act("asked", "2026-12-11", text="La guía")
    clock = fold([received, asked], times())
    assert clock.ask_by().date().isoformat() == "2026-12-21"
    assert clock.due is None
    assert clock.is_paused
    assert clock.lapses_at().date().isoformat() == "2027-01-12"  # the 11th is a holiday
    done = fold([received, asked, act("completed", "2026-12-16", text="Aquí")], times())
    # Four days are used (7, 9, 10, 11), since the 8th is a holiday; eleven are left from the 17th.
    assert done.due.date().isoformat() == "2027-01-04"


def test_what_is_asked_for_too_late_does_not_stop_the_term():
    received, asked = got("2026-12-04"), act("asked", "2026-12-22", text="La guía")
    assert day(received, asked) == "2026-12-29"


def test_a_claim_about_personal_data_begins_anew_when_it_is_completed():
    given = {**rule("data-claim")}
    given["incomplete"] = {**given["incomplete"], "verified": True}
    received = got("2026-12-04", given)
    acts = [
        received,
        act("asked", "2026-12-10", text="x"),
        act("completed", "2026-12-16", text="y"),
    ]
    # Counted like a claim that came on the 16th.
    assert day(*acts) == day(got("2026-12-16", given))


def test_a_rule_that_nobody_verified_stops_nothing():
    received = got("2026-12-04", rule("data-claim"))
    assert fold([received], times()).ask_by() is None
    assert day(received, act("asked", "2026-12-09", text="x")) == day(received)


def test_a_term_interrupted_by_letter_over_the_end_of_the_year_goes_on_afterwards():
    received = got("2026-12-18")
    letter = act("suspended", "2026-12-23", reason="Concepto", until="2027-01-08")
    # Three days are used (21 to 23); the other twelve begin on the 12th, the 11th is a holiday.
    assert day(received, letter) == "2027-01-27"
    sooner = act("resumed", "2027-01-05")
    assert day(received, letter, sooner) == "2027-01-22"
    open_letter = act("suspended", "2026-12-23", reason="Concepto")
    assert day(received, open_letter) is None
    assert day(received, open_letter, sooner) == "2027-01-22"


def test_a_term_that_is_stopped_on_its_last_day_leaves_one_day():
    received = got("2026-12-04", plain(3))
    letter = act("suspended", "2026-12-10", reason="x", until="2026-12-15")
    assert day(received, letter) == "2026-12-16"


def test_what_is_overdue_cannot_be_suspended():
    received = got("2026-12-04", plain(3))
    assert day(received, act("suspended", "2026-12-11", reason="x")) == "2026-12-10"


def test_the_recipient_of_a_transfer_counts_from_its_own_receipt():
    moved = act("transferred", "2026-12-14", to="Otra", reason="x")
    clock = fold([got("2026-12-04"), moved], times())
    transfer = next(one for one in country("CO").terms if one.id == "transfer")
    within = transfer.term.due(at("2026-12-04"), CO, BOGOTA)
    assert clock.stopped <= within  # the fifth business day
    assert day(got("2026-12-15")) == "2027-01-07"


def test_another_kind_counts_from_the_first_receipt_and_never_hides_what_is_overdue():
    received = got("2026-12-04", plain(3))
    longer = act("kind-changed", "2026-12-09", rule=plain(15), case_kind="y", reason="x")
    assert day(received, longer) == day(got("2026-12-04", plain(15)))
    late = act("kind-changed", "2026-12-11", rule=plain(15), case_kind="y", reason="x")
    clock = fold([received, late], times())
    assert clock.due.date().isoformat() == "2026-12-10"
    assert clock.late(at("2026-12-11"))
    assert clock.first_received == at("2026-12-04")


def test_only_a_notified_answer_stops_the_clock():
    received = got("2026-12-04", plain(3))
    written = act("answered", "2026-12-09", text="Sí")
    assert fold([received, written], times()).late(at("2026-12-11"))
    reached = act("notified", "2026-12-10", how="mail", proof="id")
    clock = fold([received, written, reached], times())
    assert not clock.late(at("2027-01-01"))


def test_reopening_keeps_the_history_of_the_clock():
    received = got("2026-12-04", plain(3))
    reached = act("notified", "2026-12-11", how="mail", proof="id")
    again = act("reopened", "2026-12-15", ground="not-satisfied", reason="No")
    clock = fold([received, reached, again], times())
    assert [one.late for one in clock.rounds] == [True]
    assert clock.first_received == at("2026-12-04")
    assert clock.due.date().isoformat() == "2026-12-18"
    failed = act("reopened", "2026-12-15", ground="not-notified", reason="Rebotó")
    assert day(received, reached, failed) == "2026-12-10"


def test_hours_run_at_night_and_stand_still_in_a_pause():
    vital = rule("health-vital")
    assert due(got("2026-12-05T22:15", vital)) == at("2026-12-06T22:15")
    paused = [
        got("2026-12-05T22:15", vital),
        act("suspended", "2026-12-06T00:15", reason="x"),
        act("resumed", "2026-12-06T03:15"),
    ]
    assert due(*paused) == at("2026-12-07T01:15")
    assert due(*paused[:2]) is None


def test_office_hours_run_while_the_organisation_is_open():
    three = plain(3, "business_hour", "same_instant")
    assert due(got("2026-12-04T15:00", three)) == at("2026-12-07T09:00")
    letter = act("suspended", "2026-12-04T16:00", reason="x", until="2026-12-07")
    assert due(got("2026-12-04T15:00", three), letter) == at("2026-12-09T10:00")


def test_the_explanation_names_every_day_and_why_it_did_not_count():
    days, end = fold([got("2026-12-04", plain(5))], times()).walk()
    assert [one.day.day for one in days if one.counted] == [7, 9, 10, 11, 14]
    assert [one.number for one in days if one.counted] == [1, 2, 3, 4, 5]
    assert {one.day.day for one in days if not one.counted} == {5, 6, 8, 12, 13}
    assert all(one.reason for one in days if not one.counted)
    assert end.date() == days[-1].day


def test_a_case_without_a_norm_has_no_term():
    assert due(act("received", "2026-12-04", rule=None, case_kind="x")) is None


RULES = st.sampled_from(
    [
        rule(),
        rule("consultation"),
        rule("health-vital"),
        rule("data-claim"),
        plain(3),
        plain(2, "month"),
        plain(15, "calendar_day"),
        plain(9, "business_hour", "same_instant"),
        plain(30, "running_hour", "next_business_day"),
    ]
)
MOMENTS = st.integers(0, 880 * 1440).map(
    lambda minutes: at("2025-01-01") + timedelta(minutes=minutes)
)


@settings(max_examples=60, deadline=None)
@given(RULES, MOMENTS)
def test_without_events_the_clock_says_what_the_plain_term_says(given, moment):
    received = {"kind": "received", "at": moment.isoformat(), "rule": given, "case_kind": "x"}
    clock = fold([received], times())
    term = Rule.from_data(given).term
    assert clock.due == term.due(moment, clock.calendar, BOGOTA)
    assert [one.day for one in clock.walk()[0]][-1:] in ([clock.due.date()], [])


@st.composite
def histories(draw):
    """Draw acts that can follow one another, each some time after the one before."""
    now = draw(MOMENTS)
    acts = [{"kind": "received", "at": now.isoformat(), "rule": draw(RULES), "case_kind": "a"}]
    state = workflow.progress(acts)
    for _each in range(draw(st.integers(0, 7))):
        now += timedelta(minutes=draw(st.integers(0, 20_000)))
        once = {"rated", "suppressed"}
        kind = draw(st.sampled_from(sorted(workflow.possible(state.state) - once)))
        made = {
            "kind": kind,
            "by": "a",
            "queue": "q",
            "letter": "C-1",
            "at": now.isoformat(),
            "case_kind": "b",
            "amount": draw(st.integers(1, 40)),
            "ground": draw(st.sampled_from(workflow.AGAIN)),
            "how": "mail",
            "proof": "id",
            **dict.fromkeys(("text", "reason", "note"), "x"),
        }
        if kind == "kind-changed":
            made["rule"] = draw(RULES)
        if kind == "suspended" and draw(st.booleans()):
            made["until"] = (now.date() + timedelta(days=draw(st.integers(0, 40)))).isoformat()
        state = workflow.after(state, made)
        acts.append(made)
    return acts


@settings(max_examples=80, deadline=None)
@given(histories())
def test_the_log_computed_again_gives_the_stored_date_at_every_step(acts):
    stored = fold([], times())
    for place, one in enumerate(acts, 1):
        stored = after(stored, one)
        again = fold(acts[:place], times())
        assert again.due == stored.due
        days, end = again.walk()
        assert end is None or not days or days[-1].day == end.date()
        numbers = [each.number for each in days if each.number is not None]
        assert all(later == before + 1 or later == 1 for before, later in pairwise(numbers))


@settings(max_examples=60, deadline=None)
@given(histories())
def test_no_event_but_those_of_the_norm_brings_a_term_that_has_passed_back(acts):
    clock = fold([acts[0]], times())
    for one in acts[1:]:
        moment = datetime.fromisoformat(one["at"])
        was_late = clock.stopped is None and clock.late(moment)
        clock = after(clock, one)
        if was_late and one["kind"] in (
            "asked",
            "completed",
            "suspended",
            "resumed",
            "kind-changed",
        ):
            assert clock.late(moment), one["kind"]


def test_a_rule_survives_its_own_data():
    given = Rule.from_data(rule("data-claim"))
    assert given.to_data() == rule("data-claim")
    assert given.term == Term(15)
