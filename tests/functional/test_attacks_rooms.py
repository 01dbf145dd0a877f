"""D4-1 to D4-51 in the rooms of cases, records, figures, surveys, improvement and links."""

from __future__ import annotations

import csv
import io
import json
import re
from contextlib import contextmanager

import pytest
from hostile import FORMULA, MARK, PAYLOAD, inert, inert_pdf, inert_sheet, sealed_download
from rooms_siege import season_rooms
from siege import (
    ADMINISTRATOR,
    APPROVER,
    AUDITOR,
    EMPLOYEE,
    ORGANISATION,
    QUALITY,
    STRANGERS,
    doors,
    token_of,
)

from qms.notices.services import mails_of

HOME = f"/{ORGANISATION}"
ROOMS = ("pqr", "retention", "indicators", "surveys", "improvement", "links")
JSON = {"Accept": "application/json"}
LISTS = (
    "cases/", "cases/mail", "cases/bulk", "cases/bulk/1", "cases/bulk/2", "cases/contingency",
    "cases/matrix", "cases/log", "cases/terms",
    "retention/records", "retention/series/", "retention/holds/",
    "retention/transfers/", "retention/disposals/", "indicators/", "surveys/", "surveys/answers",
    "surveys/ENC-2026-001/", "findings/", "actions/", "audits/", "management-reviews/", "risks",
    "trail/",
)  # fmt: skip
WHO = {
    "name": "Zulema Quintanar",
    "email": "zulema.q@example.org",
    "phone": "3109998877",
    "id": "52999111",
    "address": "Calle Zulema 77",
}
KNOWN_BY = ("zulema", "quintanar", "3109998877", "52999111")


@pytest.fixture(scope="module")
def poisoned_once(besieged):
    """Make a house with hostile text in every field of the rooms."""
    with besieged.copy() as fort:
        fort.made = season_rooms(fort, PAYLOAD)
        yield fort


@pytest.fixture(scope="module")
def plain_once(besieged):
    """Make a house with plain text, and a customer whose data nobody else has."""
    with besieged.copy() as fort:
        fort.made = season_rooms(fort, "Un texto cualquiera.", WHO)
        yield fort


@pytest.fixture
def poisoned(poisoned_once):
    """Let the application serve the house with hostile text."""
    with served(poisoned_once):
        yield poisoned_once


@pytest.fixture
def plain(plain_once):
    """Let the application serve the house with plain text."""
    with served(plain_once):
        yield plain_once


@contextmanager
def served(fort):
    """Serve one of the houses that stand beside each other."""
    before = fort.registry._zodb_databases[""]
    fort.registry._zodb_databases[""] = fort.db
    yield
    fort.registry._zodb_databases[""] = before


def of_the_rooms(fort):
    """Give method and path of every view of the rooms, on one thing of each kind and state."""
    with fort.site() as site:
        found = [
            (method, path)
            for method, path, _one, view in doors(fort, site[ORGANISATION], samples=True)
            if view["callable"].__module__.split(".")[1] in ROOMS
        ]
    return list(dict.fromkeys(found))


def pages_of(fort):
    """Give the pages of the rooms and those beside them that show what is in them."""
    more = ("", "trail/", "outbox", "past-pending", "search?q=PQR", "indicators/IND-002/")
    found = [path for method, path in of_the_rooms(fort) if method == "GET"]
    return [*found, *(f"{HOME}/{one}" for one in (*LISTS, *more))]


# D4-26 to D4-51: hostile text


def test_d4_26_hostile_text_is_inert_in_every_page_of_the_rooms(poisoned):
    browser, shown = poisoned.browser(QUALITY), set()
    before = poisoned.transaction()
    for path in pages_of(poisoned):
        answer = browser.get(path, status="*")
        assert answer.status_int < 500, path
        if answer.content_type == "text/html":
            inert(answer.text, path)
            shown |= {path} if MARK in answer.text else set()
        elif answer.content_type == "application/pdf":
            inert_pdf(answer.body, path)
    assert poisoned.transaction() == before
    for room in ("cases/", "retention/", "indicators/", "surveys/", "findings/", "actions/"):
        assert any(path.startswith(f"{HOME}/{room}") for path in shown), room
    for path in ("audits/", "management-reviews/", "case-figures", "case-notices", "trail/"):
        assert any(path in one for one in shown), path
    assert len(shown) >= 60


def test_d4_26_programs_get_hostile_text_of_the_rooms_as_json(poisoned):
    browser = poisoned.browser(QUALITY)
    for path in LISTS:
        answer = browser.get(f"{HOME}/{path}", headers=JSON, status="*")
        assert answer.content_type in {"application/json", "application/problem+json"}, path
        json.loads(answer.body)


def test_d4_48_lists_with_hostile_text_leave_as_harmless_files(poisoned):
    lists_are_harmless(poisoned)


def test_d4_51_formulas_typed_into_the_rooms_stay_text(fort):
    season_rooms(fort, FORMULA)
    lists_are_harmless(fort)


def lists_are_harmless(house):
    """Take every list of the rooms away and look at every cell."""
    browser, found = house.browser(QUALITY), 0
    for path in LISTS:
        files = {form: taken(browser, path, form) for form in ("csv", "xlsx")}
        if None in files.values():
            continue
        for answer in files.values():
            sealed_download(answer, path)
        said = files["csv"].body.decode("utf-8-sig")
        rows = list(csv.reader(io.StringIO(said), delimiter=";"))
        assert not [one for row in rows for one in row if one and one[0] in "=+-@\t"], path
        found += MARK in "".join(inert_sheet(files["xlsx"].body, path))
    assert found >= 10


def taken(browser, path, form):
    """Give a list as a file, by whichever way it is taken away; None where it is no list."""
    answer = browser.get(f"{HOME}/{path}?download={form}", status="*")
    if "Content-Disposition" not in answer.headers:
        body = {"csrf_token": token_of(browser)}
        answer = browser.post(f"{HOME}/{path}?download={form}", body, status="*")
    return answer if "Content-Disposition" in answer.headers else None


def test_d4_37_letters_of_the_rooms_have_one_recipient_and_one_line_of_subject(poisoned):
    with poisoned.site() as site:
        letters = list(mails_of(site, ORGANISATION, most=10_000))
    assert any(MARK in one.text for one in letters)
    for one in letters:
        assert not set(one.subject) & set("\r\n\x00"), one.subject
        assert re.fullmatch(r"[^@\s,;<>]+@[^@\s,;<>]+", one.to), one.to


# D4-1 to D4-4: who sees and does what


@pytest.mark.parametrize("role", ["quality", "reader"])
def test_d4_01_every_view_of_the_rooms_is_nothing_to_strangers(plain, role):
    browser = plain.browser(STRANGERS[role])
    token, before = token_of(browser), plain.transaction()
    nothing = browser.get("/nobody/documents/XX-1/", status=404)
    for method, path in of_the_rooms(plain):
        if path.endswith("/push"):
            continue
        body = {"csrf_token": token}
        is_read = method == "GET"
        answer = browser.get(path, status="*") if is_read else browser.post(path, body, status="*")
        assert (answer.status_int, answer.text) == (404, nothing.text), (method, path)
    assert plain.transaction() == before


def test_d4_02_our_things_as_values_of_strangers_forms_name_nothing(plain):
    browser, home = plain.browser(STRANGERS["quality"]), "/carrazos"
    token, case = token_of(browser), plain.made.cases["open"]
    with plain.site() as site:
        document = site[ORGANISATION]["documents"]["PRO-AX-SC-01"].uid
        own = next(iter(site["carrazos"]["documents"].values())).uid
    before = plain.transaction()
    for ref in (f"case:{case}", f"document:{document}", "finding:HAL-2026-001", "campaign:x@1"):
        for one, other in ((ref, f"document:{own}"), (f"document:{own}", ref)):
            body = {"csrf_token": token, "from": one, "to": other}
            answer = browser.post(f"{home}/link", body, status="*")
            assert answer.status_int in (200, 404), (one, other)
            assert browser.post(f"{home}/unlink", body, status="*").status_int == 404
        page = browser.get(f"{home}/findings/new?from={ref}", status="*").text
        assert "Un texto cualquiera" not in page
        assert "PRO-AX" not in page
    for page in (
        f"ask?token={plain.made.token}",
        f"survey?token={plain.made.token}",
        f"cases/{case}/",
        "surveys/report-sent?survey=percepcion&month=2026-10",
        "case-figures",
        "case-notices",
        "case-letter-check/x",
    ):
        answer = browser.get(f"{home}/{page}", status="*")
        assert "Un texto cualquiera" not in answer.text, page
    assert plain.transaction() == before


@pytest.mark.parametrize("email", [AUDITOR, APPROVER, ADMINISTRATOR, STRANGERS["quality"], None])
def test_d4_03_who_has_no_business_with_customers_finds_no_name_of_one_anywhere(plain, email):
    browser = plain.browser(email)
    numbers = [f"cases/{one}/" for one in plain.made.cases.values()]
    more = [*numbers, *(f"findings/new?from=case:{one}" for one in plain.made.cases.values())]
    asked = ("search?q={}", "search-suggest?q={}", "cases/?q={}", "surveys/answers?q={}")
    asked += ("retention/records?q={}", "findings/?q={}", "cases/person?name={}")
    paths = [*pages_of(plain), *(f"{HOME}/{one}" for one in more)]
    # The outbox is the administrator's: it names who was written to.
    paths = [one for one in paths if not one.endswith("/outbox")]
    for path in paths:
        answers = [browser.get(path, status="*")]
        if path.startswith(HOME) and path.removeprefix(f"{HOME}/") in (*LISTS, *numbers):
            answers.append(browser.get(path, headers=JSON, status="*"))
        if email and path.removeprefix(f"{HOME}/") in LISTS:
            answers.append(taken(browser, path.removeprefix(f"{HOME}/"), "csv"))
        for answer in filter(None, answers):
            assert answer.status_int < 500, path
            said = answer.body.decode("utf-8", "replace").lower()
            assert not [one for one in KNOWN_BY if one in said], path
    for word in ("quintanar", "52999111"):
        for path in asked:
            answer = browser.get(f"{HOME}/{path.format(word)}", status="*")
            said = answer.text.lower()
            others = [one for one in KNOWN_BY if one != word]
            assert not [one for one in others if one in said], path


def test_d4_04_a_link_to_what_one_may_not_see_cannot_be_taken_away(plain):
    with plain.copy() as fort:
        made = plain.made
        case, other = made.cases["mine"], made.cases["approval"]
        quality = fort.browser(QUALITY)
        body = {"csrf_token": token_of(quality), "from": f"case:{case}", "to": "finding:HAL-0"}
        assert quality.post(f"{HOME}/unlink", body, status="*").status_int == 404
        body["to"] = f"case:{other}"
        assert quality.post(f"{HOME}/link", body, status=303)
        assert quality.post(f"{HOME}/unlink", body, status=303)
        assert quality.post(f"{HOME}/unlink", body, status="*").status_int == 422


def test_d4_04_a_board_offers_nobody_what_they_may_not_do(plain):
    browser = plain.browser(AUDITOR)
    page = browser.get(f"{HOME}/indicators/dashboard").text
    assert f"{HOME}/indicators/IND-002/" in page
    assert not re.search(r"/(capture|analyse)/", page)
    assert re.search(
        r"/IND-002/capture/", plain.browser(QUALITY).get(f"{HOME}/indicators/dashboard").text
    )


def test_d4_05_d4_23_buttons_of_the_rooms_pressed_twice_change_nothing(poisoned):
    with poisoned.copy() as fort:
        for email in (QUALITY, EMPLOYEE):
            browser = fort.browser(email)
            for path in (
                f"cases/{fort.made.cases['suppressed']}/note",
                f"cases/{fort.made.cases['suppressed']}/resume",
                f"cases/{fort.made.cases['notice']}/resume",
                "cases/bulk-start/2",
                "cases/bulk-give-up/2",
                "retention/disposals/ELIM-1/carry-out",
                "retention/disposals/ELIM-1/announce",
                "indicators/IND-002/approve",
            ):
                before = fort.transaction()
                body = {"csrf_token": token_of(browser), "period": "2020-Q1", "note": "x"}
                answer = browser.post(f"{HOME}/{path}", body, status="*")
                assert 400 <= answer.status_int < 500, (email, path, answer.status_int)
                assert fort.transaction() == before, path


# D4-11 and D4-13: what the public sees


def test_d4_11_wrong_codes_at_one_organisation_close_no_door_of_another(plain):
    with plain.copy() as fort:
        number = plain.made.cases["open"]
        with fort.site() as site:
            carrazos = site["carrazos"]
            carrazos.profile["cases"] = {**carrazos.profile["cases"], "public": True}
            carrazos.profile_revision += 1
        for place in range(8):
            there = fort.browser()
            there.extra_environ["REMOTE_ADDR"] = f"198.51.100.{place}"
            form = there.get("/carrazos/case-status").forms["form"]
            form["number"], form["code"] = number, "AAAAA-AAAAA"
            assert form.submit(status="*").status_int in (404, 422, 429)
        here = fort.browser()
        here.extra_environ["REMOTE_ADDR"] = "203.0.113.7"
        form = here.get(f"{HOME}/case-status").forms["form"]
        form["number"], form["code"] = number, "AAAAA-AAAAA"
        assert form.submit(status="*").status_int != 429


def test_d4_13_a_paper_number_written_in_another_way_is_not_there(plain):
    browser = plain.browser(QUALITY)
    shown = browser.get(f"{HOME}/cases/contingency").text
    number = re.search(r"contingency-enter/([A-Z0-9-]+)", shown)[1]
    assert browser.get(f"{HOME}/cases/contingency-enter/{number}").status_int == 200
    for written in (number.lower(), f"%20{number}", f"{number}%20", "x" * 500):
        for view in ("contingency-enter", "contingency-annul"):
            browser.get(f"{HOME}/cases/{view}/{written}", status=404)
