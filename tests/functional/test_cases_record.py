"""What is filed with a case: the notice of escalation, its record in the house's own format."""

from __future__ import annotations

import io

import pytest
from cases_house import BASE, do, letters, register, says, see, write
from pypdf import PdfReader
from reading_house import ORGANISATION, Clock, mails
from siege import AUTHOR, Fort

COLLECTION = "recolecciones@aexpress.example"


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


def pdf_of(answer):
    assert answer.content_type == "application/pdf"
    return "\n".join(page.extract_text() for page in PdfReader(io.BytesIO(answer.body)).pages)


def test_an_escalation_files_its_notice_as_a_pdf_that_the_customer_never_sees(house, days):
    number, code = write(house.browser())
    clerk = house.browser(AUTHOR)
    do(clerk, number, "escalate", queue="recolectores", reason="Lo sabe quien recogió")
    with house.site() as site:
        notice = site[ORGANISATION]["cases"][number].letters[-1]
        name = notice.number
        assert (notice.kind, notice.level) == ("escalate", "none")
    text = pdf_of(clerk.get(f"{BASE}{number}/letter-file/{name}"))
    assert "Notificación de escalonamiento" in text
    assert name in text
    assert "Lo sabe quien recogió" in text
    assert "Ley 1437 de 2011" in text
    assert "Recolectores" in text
    assert "Andrés Pineda" in text
    page = clerk.get(f"{BASE}{number}/")
    assert name in page.text
    heir = house.browser(COLLECTION)
    assert name in heir.get(f"{BASE}{number}/").text
    assert (COLLECTION, f"[{number}] Notificación de escalonamiento") in mails(house)
    # The customer has it neither on the page nor by its address.
    customer = house.browser()
    assert name not in see(customer, number, code).text
    # Notices are numbered without gaps, in a series of their own.
    again = register(clerk)
    do(clerk, again, "escalate", queue="recolectores", reason="x")
    with house.site() as site:
        second = site[ORGANISATION]["cases"][again].letters[-1].number
    assert (name[-5:], second[-5:]) == ("00001", "00002")
    assert name.rpartition("-")[0] == second.rpartition("-")[0] == f"PQR-E-{days.now.year}"


def test_a_notice_is_signed_where_the_profile_says_so(house, days):
    says(
        house,
        letters={**letters("answer", "escalate", signed="seal"), "notice_form": "FOR-AX-SC-03"},
    )
    clerk = house.browser(AUTHOR)
    number = register(clerk)
    do(clerk, number, "escalate", queue="recolectores", reason="x")
    with house.site() as site:
        notice = site[ORGANISATION]["cases"][number].letters[-1]
        assert notice.level == "seal"
        text = "\n".join(
            page.extract_text() for page in PdfReader(io.BytesIO(notice.file.read())).pages
        )
    assert "FOR-AX-SC-03 · versión 0" in text
