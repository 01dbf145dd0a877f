"""Who has read and who has not, over all documents, for those who answer for it."""

from __future__ import annotations

import io

import openpyxl
import pytest
from reading_house import CODE, OTHER, confirm, release
from siege import ADMINISTRATOR, AUDITOR, AUTHOR, EMPLOYEE, OPERATIONS, QUALITY, Fort

BASE = "/aexpress/documents/"


@pytest.fixture(scope="module")
def house(seeded):
    made = Fort(seeded)
    with made.copy() as copy:
        release(copy, OTHER)
        confirm(copy.browser(EMPLOYEE))
        yield copy
    made.close()


def rows(house, email, view, **query):
    answer = house.browser(email).get(
        f"{BASE}{view}", query, headers={"Accept": "application/json"}
    )
    return answer.json["rows"]


def test_quality_staff_sees_per_document_how_many_have_read(house):
    found = {one["code"]: one for one in rows(house, QUALITY, "readings")}
    mine, other = found[CODE], found[OTHER]
    assert (mine["asked"], mine["read"]) == (mine["read"] + mine["pending"], 1)
    assert (other["read"], other["percent"], other["standing"]) == (0, 0, "pending")


def test_the_sums_by_document_person_and_position_agree_with_the_single_lines(house):
    single = rows(house, QUALITY, "readings-one-by-one")
    for view in ("readings", "readings-by-person", "readings-by-position"):
        summed = rows(house, QUALITY, view)
        assert sum(one["asked"] for one in summed) == len(single)
        assert sum(one["read"] for one in summed) == 1
        assert all(one["asked"] == one["read"] + one["pending"] for one in summed)
    (read,) = [one for one in single if one["standing"] == "read"]
    assert (read["name"], read["code"]) == ("Paola Rincón Vega", CODE)


def test_a_line_of_a_person_leads_to_what_that_person_has_read(house):
    page = house.browser(QUALITY).get(f"{BASE}readings-by-person")
    detail = page.click("Paola Rincón Vega")
    assert CODE in detail.text
    assert OTHER in detail.text
    assert "Leíd" in detail.text


def test_the_report_is_taken_away_as_a_workbook_with_the_same_numbers(house):
    browser = house.browser(QUALITY)
    page = browser.get(f"{BASE}readings")
    # Names of persons leave the house: the trail tells of it, so that it is a POST.
    token = page.html.find("meta", attrs={"name": "csrf-token"})["content"]
    answer = browser.post(f"{BASE}readings?download=xlsx", {"csrf_token": token})
    sheet = openpyxl.load_workbook(io.BytesIO(answer.body)).worksheets[0]
    codes = [row[0].value for row in sheet.iter_rows()]
    assert CODE in codes
    assert OTHER in codes


def test_auditors_and_administrators_see_it_leaders_their_own_processes_employees_nothing(house):
    for email in (AUDITOR, ADMINISTRATOR):
        assert rows(house, email, "readings")
    assert {one["code"] for one in rows(house, AUTHOR, "readings")} == {CODE, OTHER}
    assert rows(house, OPERATIONS, "readings") == []
    browser = house.browser(EMPLOYEE)
    for view in ("readings", "readings-by-person", "readings-by-position", "readings-one-by-one"):
        assert browser.get(f"{BASE}{view}", expect_errors=True).status_int == 403
    assert "readings" not in browser.get(BASE).text
