"""Every rule of the regulation notes B1–B3 ships as it is marked; every vector of B4 comes out."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from qms.kernel.calendars import Calendar
from qms.pqr.choices import rule_of
from qms.pqr.clock import Times, after, fold
from qms.profiles.countries import country, shipped_countries

TABLE = Path(__file__).parents[3] / "docs" / "legal-rules.md"
ZONES = {"CO": ZoneInfo("America/Bogota"), "BO": ZoneInfo("America/La_Paz")}
ROW = re.compile(
    r"^\| (?P<what>[^|]+) \| (?P<ids>(?:`[A-Z]{2} [a-z0-9-]+`,? ?)+) \| (?P<on>on|off) "
)


def shipped():
    """Give every term and duty by country and id."""
    return {
        f"{code} {one.id}": one
        for code in shipped_countries()
        for one in (*country(code).terms, *country(code).rules)
    }


def listed():
    """Give the rows of the table of the check: id, and whether it is to be on."""
    found = {}
    for line in TABLE.read_text("utf-8").splitlines():
        row = ROW.match(line)
        if row:
            found.update(dict.fromkeys(re.findall(r"`([^`]+)`", row["ids"]), row["on"] == "on"))
    return found


def test_what_ships_is_row_by_row_what_the_table_of_the_check_says():
    ships = {name: one.verified and one.enabled for name, one in shipped().items()}
    assert listed() == ships
    assert len(ships) > 50


def test_everything_has_a_source_and_what_is_on_says_who_verified_it_and_when():
    for name, one in shipped().items():
        assert one.source, name
        assert one.verified == one.enabled, name
        assert bool(one.verified_by and one.verified_on) == one.verified, name
        assert one.since is None or one.until is None or one.since <= one.until, name


TODAY = date(2026, 11, 22)


@pytest.mark.parametrize(
    ("code", "kind", "regime", "amount", "unit", "silence"),
    [
        ("CO", "petition", "general", 15, "business_day", "none"),
        ("CO", "documents", "general", 10, "business_day", "accepted"),
        ("CO", "documents-copies", "general", 3, "business_day", "none"),
        ("CO", "consultation", "general", 30, "business_day", "none"),
        ("CO", "transfer", "general", 5, "business_day", "none"),
        ("CO", "anonymous-notice", "general", 5, "business_day", "none"),
        ("CO", "claim", "consumer", 15, "business_day", "serious_indication"),
        ("CO", "refund", "e-commerce", 15, "calendar_day", "none"),
        ("CO", "petition", "utilities", 15, "business_day", "positive"),
        ("CO", "recognition", "utilities", 72, "running_hour", "none"),
        ("CO", "vital-risk", "health", 24, "running_hour", "none"),
        ("CO", "priority", "health", 48, "running_hour", "none"),
        ("CO", "claim", "health", 72, "running_hour", "none"),
        ("CO", "claim", "personal-data", 15, "business_day", "none"),
        ("CO", "transfer", "personal-data", 2, "business_day", "none"),
        ("CO", "mark", "personal-data", 2, "business_day", "none"),
        ("BO", "claim", "telecom", 15, "business_day", "none"),
        ("BO", "appeal", "telecom", 15, "business_day", "none"),
        ("BO", "conciliation", "telecom", 10, "business_day", "none"),
        ("BO", "claim", "finance", 5, "business_day", "none"),
        ("PE", "claim", "general", 15, "business_day", "none"),
        ("CL", "claim", "sernac-seal", 10, "business_day", "none"),
        ("CL", "compliance", "sernac-seal", 5, "business_day", "none"),
        ("CL", "mediation", "sernac", 18, "business_day", "none"),
        ("MX", "documents", "general", 20, "business_day", "none"),
        ("MX", "petition", "general", 3, "month", "none"),
        ("UY", "documents", "general", 20, "business_day", "positive"),
    ],
)
def test_a_confirmed_term_holds_today_with_its_figure(code, kind, regime, amount, unit, silence):
    found = country(code).term(kind, TODAY, regime)
    assert (found.term.amount, found.term.unit, found.silence) == (amount, unit, silence)


@pytest.mark.parametrize(
    ("day", "figures"),
    [
        (date(2019, 6, 1), (15, 10, 30)),
        (date(2021, 6, 1), (30, 20, 35)),
        (date(2022, 5, 17), (30, 20, 35)),
        (date(2022, 5, 18), (15, 10, 30)),
    ],
)
def test_the_emergency_of_2020_changed_the_general_terms_for_its_time_only(day, figures):
    terms = (country("CO").term(kind, day) for kind in ("petition", "documents", "consultation"))
    assert tuple(one.term.amount for one in terms) == figures


@pytest.mark.parametrize(
    ("name", "most"),
    [
        ("CO petition", 15),
        ("CO documents", 10),
        ("CO consultation", 30),
        ("CO data-claim", 8),
        ("CO consumer-claim", 0),
        ("BO finance-claim", 5),
        ("PE claim", 0),
        ("MX access", 10),
        ("UY access", 20),
    ],
)
def test_a_norm_bounds_the_extension(name, most):
    assert rule_of(shipped()[name]).most_extra == most


# B4.3: the vectors, by the clock of a case and the shipped profiles


def times(code, subdivision=None, known=None):
    data = country(code).calendar_data()
    calendar = Calendar.from_data({**data, **({"subdivision": subdivision} if subdivision else {})})
    return Times(
        calendar.as_known if known is None else (lambda _on: calendar.as_known(known)), ZONES[code]
    )


def at(code, text):
    moment = datetime.fromisoformat(text if "T" in text else f"{text}T10:00:00")
    return moment.replace(tzinfo=ZONES[code])


def act(kind, when, code="CO", **more):
    return {"kind": kind, "by": "x", "at": at(code, when).astimezone(UTC).isoformat(), **more}


def received(when, term="CO petition", **more):
    code = term[:2]
    rule = {**rule_of(shipped()[term]).to_data(), **more}
    return act("received", when, code, rule=rule, case_kind="x")


def ends(*acts, using=None):
    return fold(acts, using or times("CO")).due.date().isoformat()


@pytest.mark.parametrize(
    ("when", "amount", "due"),
    [
        ("2026-12-04", 5, "2026-12-14"),
        ("2026-12-04", 10, "2026-12-21"),
        ("2026-12-04", 15, "2026-12-29"),
        ("2026-12-04", 30, "2027-01-21"),
        ("2026-03-27", 15, "2026-04-21"),
        ("2026-06-30", 15, "2026-07-23"),
        ("2026-12-05", 15, "2026-12-30"),  # a Saturday: as if on Monday the 7th
        ("2026-12-04T23:59:59", 15, "2026-12-29"),
    ],
)
def test_b4_vectors_of_colombia(when, amount, due):
    assert ends(received(when, amount=amount)) == due


def test_b4_vector_without_the_holiday_of_ley_2578():
    assert ends(received("2026-06-30"), using=times("CO", known=date(2026, 5, 31))) == "2026-07-22"


@pytest.mark.parametrize(("subdivision", "due"), [(None, "2026-09-22"), ("C", "2026-09-23")])
def test_b4_vectors_of_bolivia(subdivision, due):
    first = received("2026-09-01", "BO telecom-answer")
    assert ends(first, using=times("BO", subdivision)) == due


def test_b4_vector_a_month_from_the_last_of_january():
    month = {"amount": 1, "unit": "month", "start": "next_day"}
    assert ends(received("2028-01-31", **month)) == "2028-02-29"
    assert ends(received("2026-01-31", **month)) == "2026-03-02"  # 28 February is a Saturday


def test_b4_vector_an_extension_on_the_last_day_and_on_the_day_after():
    first = received("2026-12-04")
    on_time = fold([first], times("CO"))
    assert not on_time.late(at("CO", "2026-12-29T23:59:59"))
    assert on_time.late(at("CO", "2026-12-30T00:00:00"))  # the service refuses it from here on
    longer = after(on_time, act("extended", "2026-12-29", amount=15, reason="x"))
    assert longer.due.date().isoformat() == "2027-01-21"


def test_b4_vector_a_transfer_on_the_fifth_day():
    transfer = country("CO").term("transfer", TODAY).term
    last = transfer.due(at("CO", "2026-12-04"), times("CO").calendar(TODAY), ZONES["CO"])
    assert last.date().isoformat() == "2026-12-14"
    moved = fold(
        [received("2026-12-04"), act("transferred", "2026-12-14", to="y", reason="x")], times("CO")
    )
    assert moved.stopped <= last
    # Whoever receives it counts from the day after their own receipt.
    assert ends(received("2026-12-15")) == "2027-01-07"


def test_b4_vector_suspended_across_the_end_of_the_year():
    letter = act("suspended", "2026-12-23", reason="x", until="2027-01-08")
    assert ends(received("2026-12-18"), letter) == "2027-01-27"
