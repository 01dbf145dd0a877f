"""Terms and norms on screen, and a civic holiday that is decreed while cases wait."""

from __future__ import annotations

import pytest
from cases_house import BASE, JSON
from reading_house import Clock
from siege import EMPLOYEE, Fort


@pytest.fixture(scope="module")
def built(seeded):
    made = Fort(seeded)
    yield made
    made.close()


@pytest.fixture
def house(built):
    with built.copy() as made:
        yield made


@pytest.fixture
def days(house, monkeypatch):
    return Clock(house, monkeypatch)


def test_every_term_says_its_norm_its_validity_and_whether_it_is_verified(house):
    clerk = house.browser(EMPLOYEE)
    page = clerk.get(f"{BASE}terms?sort=name")
    assert "Por verificar: apagado" in page.text
    assert "Ya no rige" in page.text
    rows = clerk.get(f"{BASE}terms?state=norm-unverified", headers=JSON).json["rows"]
    assert {one["source"] for one in rows} >= {"Ley 5 de 1992"}
    assert not any(one["checked"] for one in rows)
    [claim] = clerk.get(f"{BASE}terms?q=Ley+1480", headers=JSON).json["rows"]
    assert claim["used"] == "Reclamo"
    assert "indicio" in claim["more"]
    assert claim["since"] == "2012-04-12"
    assert claim["checked_on"] == "2026-11-22"
    assert "/cases/terms" in clerk.get(f"{BASE}matrix").text
