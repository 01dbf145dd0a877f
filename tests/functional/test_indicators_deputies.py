"""Whoever acts for the holder of a position measures and analyses for them, and it says so."""

from __future__ import annotations

from datetime import timedelta

import pytest
from reading_house import Clock, mails, run_job
from siege import AUTHOR, EMPLOYEE, today

from qms.audit.services import in_order, trail_of
from qms.indicators.listing import stale
from qms.indicators.periods import Period
from qms.indicators.services.following import begin
from qms.people import services as people

ORG, BASE = "aexpress", "/aexpress/indicators/"
JSON = {"Accept": "application/json"}


@pytest.fixture
def house(built):
    with built.copy() as made:
        with made.site() as site:
            day = today(made, site[ORG]) - timedelta(days=150)
            for number in ("IND-001", "IND-002"):
                indicator = site[ORG]["indicators"][number]
                begin(indicator, day, reason="Desde antes", act=made.act("andres-pineda"))
        yield made


def delegate(house, scope=()):
    with house.site() as site:
        day = today(house, site[ORG])
        people.delegate(
            site[ORG]["people"],
            from_person="andres-pineda",
            to_person="paola-rincon",
            starts=day,
            ends=day + timedelta(days=9),
            reason="Vacaciones",
            scope=scope,
            act=house.act("andres-pineda"),
        )


def mine(house, email):
    return house.browser(email).get(f"{BASE}my", headers=JSON).json


def bell(house):
    return house.browser(EMPLOYEE).get(f"/{ORG}/").html.select_one(".bell-count")


def test_a_delegate_sees_and_does_what_the_holder_would_and_it_says_for_whom(house):
    assert mine(house, EMPLOYEE) == []
    assert house.browser(EMPLOYEE).get(f"{BASE}IND-002/capture", status=403)
    before = int(bell(house).text) if bell(house) else 0
    delegate(house)
    told = mine(house, EMPLOYEE)
    assert [one["url"] for one in told] == [one["url"] for one in mine(house, AUTHOR)]
    assert all(one["period"].endswith("por delegación de Andrés Pineda Rozo") for one in told)
    assert int(bell(house).text) == before + len(told)
    door = next(one["url"] for one in told if "IND-002/capture" in one["url"])
    form = house.browser(EMPLOYEE).get(door).forms["form"]
    form["v0"], form["v1"] = "95", "100"
    assert form.submit().status_int == 303
    key = door.rstrip("/").rpartition("/")[2]
    with house.site() as site:
        indicator = site[ORG]["indicators"]["IND-002"]
        (given, *_rest) = indicator.captures.values()
        assert given[2][0][3:] == ("paola-rincon", given[2][0][4], "andres-pineda")
        last = list(in_order(trail_of(site[ORG])))[-1]
        assert "andres-pineda" in str(last)
        whole = Period.of("quarterly", Period.parse(key).last)
    form = house.browser(EMPLOYEE).get(f"{BASE}IND-002/analyse/{whole.key}").forms["form"]
    form["text"], form["cause"], form["reason"] = "Se midió poco", "Vacaciones", "Ya volvió"
    assert form.submit().status_int == 303
    page = house.browser(AUTHOR).get(f"{BASE}IND-002/period/{whole.key}")
    assert "Paola Rincón Vega, por delegación de Andrés Pineda Rozo" in page


def test_a_delegation_of_another_process_gives_nothing_here(house):
    delegate(house, scope=("sg",))
    assert mine(house, EMPLOYEE) == []
    assert house.browser(EMPLOYEE).get(f"{BASE}IND-002/capture", status=403)
    assert house.browser(EMPLOYEE).get(f"{BASE}IND-002/")


def test_the_letter_of_what_waits_goes_to_the_delegate_too(house, monkeypatch):
    delegate(house)
    Clock(house, monkeypatch)
    run_job(house, "periods and letters of indicators")
    to = {one for one, subject in mails(house) if subject.startswith("Indicadores")}
    assert {AUTHOR, EMPLOYEE} <= to


def test_a_row_that_was_written_uncounted_is_counted_in_the_next_round(house, monkeypatch):
    days = Clock(house, monkeypatch)
    day = days.now.astimezone(days.zone).date()
    with house.site() as site:
        begin(
            site[ORG]["indicators"]["IND-001"],
            day - timedelta(days=200),
            reason="Más atrás",
            act=house.act("andres-pineda"),
        )
        assert "IND-001" in stale(site[ORG], day), "what it counts is still to be counted"
    run_job(house, "periods and letters of indicators")
    with house.site() as site:
        assert stale(site[ORG], day) == []
