"""Countries are data: calendars as they were known, and terms with source and validity."""

from __future__ import annotations

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from qms.kernel.calendars import Calendar
from qms.profiles.countries import country, plain_country, read_country
from qms.profiles.errors import ProfileMistakes, UnknownCountry
from qms.profiles.reader import read

BOGOTA = ZoneInfo("America/Bogota")


def received(year: int, month: int, day: int) -> datetime:
    return datetime(year, month, day, 15, tzinfo=UTC)


def due(kind: str, at: datetime, known: date | None = None) -> date:
    profile = country("CO")
    term = profile.term(kind, at.date())
    calendar = Calendar.from_data(profile.calendar_data(), known)
    return term.term.due(at, calendar, BOGOTA).date()


@pytest.mark.parametrize(
    ("kind", "at", "ends"),
    [
        ("documents", received(2026, 12, 4), date(2026, 12, 21)),
        ("petition", received(2026, 12, 4), date(2026, 12, 29)),
        ("consultation", received(2026, 12, 4), date(2027, 1, 21)),
        ("petition", received(2026, 3, 27), date(2026, 4, 21)),
        ("petition", received(2026, 6, 30), date(2026, 7, 23)),
    ],
)
def test_terms_of_colombia_end_where_the_test_vectors_say(
    kind: str, at: datetime, ends: date
) -> None:
    assert due(kind, at) == ends


def test_the_holiday_of_ley_2578_counts_only_since_it_was_known() -> None:
    at = received(2026, 6, 30)
    assert due("petition", at, date(2026, 5, 31)) == date(2026, 7, 22)
    assert due("petition", at, date(2026, 6, 1)) == date(2026, 7, 23)
    calendar = Calendar.from_data(country("CO").calendar_data(), date(2026, 5, 31))
    for year in range(2026, 2032):
        nine = date(year, 7, 9)
        monday = date(year, 7, 9 + (-nine.weekday()) % 7)
        assert calendar.is_business_day(monday)
        assert not calendar.as_known(None).is_business_day(monday)


def test_a_term_holds_between_its_dates() -> None:
    colombia = country("CO")
    assert colombia.term("petition", date(2021, 6, 1)).term.amount == 30
    assert colombia.term("petition", date(2022, 5, 17)).term.amount == 30
    assert colombia.term("petition", date(2022, 5, 18)).term.amount == 15
    assert colombia.term("petition", date(2026, 6, 1), "utilities").silence == "positive"
    assert colombia.term("petition", date(2026, 6, 1), "unknown") is None


@pytest.mark.parametrize("code", ["CO", "BO"])
def test_whatever_nobody_verified_is_switched_off_and_everything_has_a_source(code: str) -> None:
    terms = country(code).terms
    assert terms
    for term in terms:
        assert term.source
        assert term.verified or not term.enabled
        assert term.verified or not term.holds(date(2026, 11, 22))
    assert any(not term.verified for term in terms)


def test_bolivia_writes_a_comma_unless_its_organisation_says_otherwise() -> None:
    assert country("BO").styles["number"]["decimal"] == "comma"


@pytest.mark.parametrize("code", ["XX", "../co", "", "CÓ", "CO/../CO"])
def test_a_country_without_profile_is_refused_whatever_it_is_called(code: str) -> None:
    with pytest.raises(UnknownCountry):
        country(code)


def test_a_country_without_profile_has_its_holidays_and_no_terms() -> None:
    peru = plain_country("PE", "es-PE", "America/Lima")
    assert Calendar.from_data(peru.calendar_data()).why_not(date(2026, 7, 28))
    assert peru.terms == ()


SOUND = """
country: {code: PE, name: Perú, timezone: America/Lima}
terms:
  - {id: claim, kind: claim, name: Reclamo, amount: 15, unit: business_day, source: Ley 31435,
     verified: true, enabled: true, from: 2022-01-01, to: 2025-12-31}
  - {id: claim-new, kind: claim, name: Reclamo, amount: 15, unit: business_day, source: Ley 31435,
     verified: true, enabled: true, from: 2026-01-01}
"""


@pytest.mark.parametrize(
    ("good", "bad", "said"),
    [
        ("unit: business_day", "unit: week", "terms[0].unit: «week» is none of"),
        ("amount: 15", "amount: 0", "terms[0].amount: a number from 1 to 5000"),
        (
            "verified: true",
            "verified: false",
            "terms[0].enabled: this term is switched on although",
        ),
        ("source: Ley 31435,", "", "terms[0]: the key «source» is missing"),
        ("to: 2025-12-31", "to: 2026-01-01", "«claim-new» and «claim» hold at the same time"),
        ("to: 2025-12-31", "to: 2021-12-31", "this is before the day from which the term holds"),
        ("id: claim-new", "id: claim", "terms[1].id: the id «claim» is here twice"),
        ("source:", "extension: {kind: plus}, source:", "an extension has an amount when"),
        ("source:", "silence: maybe, source:", "«maybe» is none of none, positive"),
        ("America/Lima", "America/Limbo", "there is no time zone «America/Limbo»"),
        ("code: PE", "code: XQ", "country.code: There is no holiday calendar for XQ"),
        ("terms:", "calendar: {late_holidays: [2026-07-13]}\nterms:", "calendar.late_holidays[0]:"),
    ],
)
def test_a_mistake_in_a_country_profile_is_named(good: str, bad: str, said: str) -> None:
    assert read_country(read(SOUND, "pe.yaml"))["terms"]
    with pytest.raises(ProfileMistakes) as found:
        read_country(read(SOUND.replace(good, bad, 1), "pe.yaml"))
    assert any(line.startswith("pe.yaml:") and said in line for line in found.value.lines()), str(
        found.value
    )
