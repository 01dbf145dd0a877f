"""Periodic review: it comes up, is signed without changes or becomes a new version."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from reading_house import AUTHOR as LEADER
from reading_house import CODE, ORGANISATION, REVIEWS, mails, run_job
from siege import AUDITOR, AUTHOR, EMPLOYEE, PASSPHRASE, QUALITY

from qms.audit.services import in_order, trail_of
from qms.documents.listing import catalogue_of, entry_of
from qms.documents.services import drafting
from qms.kernel.canonical import canonical_json
from qms.signing.records import verify_record

PAGE = f"/aexpress/documents/{CODE}/review"
NOTE = "Se comparó con la práctica de dos turnos; los formatos se usan."


def due_on(house, day):
    """Let the review of the document fall due on ``day``."""
    with house.site() as site:
        version = site[ORGANISATION]["documents"][CODE].in_force
        version.dates["review_by"] = day.isoformat()
        catalogue_of(site[ORGANISATION]).put(version.document.uid, entry_of(version.document))


def in_force(site):
    return site[ORGANISATION]["documents"][CODE].in_force


def work(browser):
    answer = browser.get("/aexpress/", headers={"Accept": "application/json"})
    return [one["code"] for one in answer.json.get("reviews", [])]


def fill(browser, **values):
    form = browser.get(PAGE).forms["form"]
    for name, value in {"note": NOTE, "passphrase": PASSPHRASE, **values}.items():
        form[name] = value
    return form


def test_a_leader_confirms_without_changes_and_the_signature_verifies(house, days):
    due_on(house, days.first + timedelta(days=20))
    leader = house.browser(AUTHOR)
    assert CODE in work(leader)
    answer = fill(leader).submit()
    assert answer.status_int == 303
    assert "La versión sigue vigente" in answer.follow().text
    assert CODE not in work(leader)
    with house.site() as site:
        version = in_force(site)
        assert version.state == "in-force"
        assert version.dates["review_by"] == f"{days.first.year + 2}{days.first.isoformat()[4:]}"
        record = dict(version.acts[-1])
        proof = record.pop("proof")
        root = site[ORGANISATION].annexes["signing.authority"].certificate
        report = verify_record(
            canonical_json(record),
            proof,
            trust=[root],
            signed_at=datetime.fromisoformat(record["at"]),
        )
        assert (report.intact, report.trusted, report.person_id) == (True, True, LEADER)
        assert record["pdf_sha256"] == version.rendition.sha256
        (entry,) = [
            one
            for one in in_order(trail_of(site[ORGANISATION]))
            if one["event"] == "DocumentReviewed" and one["person_id"] == LEADER
        ]
        assert entry["details"]["note"] == NOTE
    again = house.browser(QUALITY).get(PAGE)
    assert NOTE in again.text


def test_the_master_list_has_the_new_day(house, days):
    due_on(house, days.first)
    fill(house.browser(QUALITY), next_day="31/12/2027").submit()
    answer = house.browser(EMPLOYEE).get(
        "/aexpress/documents/", headers={"Accept": "application/json"}
    )
    (row,) = [one for one in answer.json["rows"] if one["code"] == CODE]
    assert row["review_by"] == "2027-12-31"


def test_a_wrong_passphrase_signs_nothing_is_counted_and_keeps_what_was_typed(house):
    browser = house.browser(AUTHOR)
    answer = fill(browser, passphrase="otra-clave-larga").submit(expect_errors=True)
    assert answer.status_int == 422
    assert NOTE in answer.text
    assert "otra-clave-larga" not in answer.text
    with house.site() as site:
        assert in_force(site).acts[-1]["kind"] != "reviewed"
        assert site[ORGANISATION]["people"].person(LEADER).signing.failed_attempts == 1


@pytest.mark.parametrize(
    ("field", "value"),
    [("note", " \u200b "), ("next_day", "01/01/2020"), ("next_day", "01/01/2099"), ("seen", "7")],
)
def test_a_review_that_says_nothing_or_a_day_out_of_reach_is_refused(house, field, value):
    answer = fill(house.browser(AUTHOR), **{field: value}).submit(expect_errors=True)
    assert answer.status_int in (409, 422)
    with house.site() as site:
        assert in_force(site).acts[-1]["kind"] != "reviewed"


def test_a_new_version_takes_the_place_of_the_review(house, days):
    due_on(house, days.first)
    with house.site() as site:
        drafting.start_version(site[ORGANISATION]["documents"][CODE], act=house.act(LEADER))
    leader = house.browser(AUTHOR)
    assert CODE not in work(leader)
    page = leader.get(PAGE)
    assert "form" not in page.forms
    assert "ocupa el lugar de esta revisión" in page.text


def test_only_the_leader_and_quality_staff_review(house):
    for email in (EMPLOYEE, AUDITOR):
        assert house.browser(email).get(PAGE, expect_errors=True).status_int == 403


def test_an_overdue_review_is_told_on_the_page_and_mailed_once_after_days_without_worker(
    house, days
):
    due_on(house, days.first - timedelta(days=3))
    page = house.browser(EMPLOYEE).get(f"/aexpress/documents/{CODE}/")
    assert "debía revisarse" in page.text
    assert PAGE not in page.text
    assert PAGE in house.browser(AUTHOR).get(f"/aexpress/documents/{CODE}/").text
    run_job(house, REVIEWS)
    run_job(house, REVIEWS)
    assert [to for to, subject in mails(house) if "Revisi" in subject or CODE in subject].count(
        AUTHOR
    ) == 1


def test_the_list_shows_what_is_overdue_and_what_comes_and_is_taken_away(house, days):
    due_on(house, days.first - timedelta(days=3))
    browser = house.browser(EMPLOYEE)
    page = browser.get("/aexpress/documents/reviews")
    assert CODE in page.text
    assert "Vencid" in page.text
    answer = browser.get(
        "/aexpress/documents/reviews?standing=overdue", headers={"Accept": "application/json"}
    )
    (row,) = [one for one in answer.json["rows"] if one["code"] == CODE]
    assert row["days"] < 0
    text = browser.get("/aexpress/documents/reviews?standing=overdue&download=csv").text
    assert CODE in text
    due_on(house, days.first + timedelta(days=400))
    assert CODE not in browser.get("/aexpress/documents/reviews").text
