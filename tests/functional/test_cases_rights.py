"""Rights of the person whose data a case holds, and what an attacker gets from it: nothing."""

from __future__ import annotations

import io
import re

import pytest
from cases_house import BASE, JSON, do, form_to, letters, register, says, see, state, write
from openpyxl import load_workbook
from pypdf import PdfReader
from reading_house import ORGANISATION, mails
from siege import (
    AUDITOR,
    AUTHOR,
    EMPLOYEE,
    OPERATIONS,
    PASSPHRASE,
    QUALITY,
    Fort,
    enrol,
    token_of,
)
from webtest import Upload

from qms.audit.models import trail_of
from qms.notices.services import mails_of
from qms.people.wishes import refuses_contact
from qms.pqr import rights
from qms.pqr.rights import Ground

XSS = "<script>alert(1)</script><img src=x onerror=alert(2)>"
WORDS = ("Rosa", "Peña", "rosa@example.org", "52.000.222", "mensajero", "Vecina", "Florentino")


@pytest.fixture(scope="module")
def built(seeded):
    made = Fort(seeded)
    with made.site() as site:
        enrol(made, site, "lucia-mora")
        site[ORGANISATION].profile["cases"] = {
            **site[ORGANISATION].profile["cases"],
            "keep_years": 0,
        }
        site[ORGANISATION].profile_revision += 1
    yield made
    made.close()


def search(browser, **values):
    form = browser.get(f"{BASE}person").forms["form"]
    for name, value in values.items():
        form[name] = value
    return form.submit(status="*")


def opened(house, number, code, view):
    """Give the form that a customer opens from their page."""
    page = see(house.browser(), number, code)
    return form_to(page, f"/{view}").submit("open").forms["form"]


def closed(house, **values):
    """Give number and code of a case that was answered by a letter, rated and closed."""
    says(house, letters=letters("answer", signed="seal"))
    boss = house.browser(AUTHOR)
    number, code = write(house.browser(), document="52.000.222", **values)
    do(boss, number, "answer", text="Señora Rosa, hablamos con el mensajero.")
    do(boss, number, "notify", how="mail")
    form = form_to(see(house.browser(), number, code), "/case-rate")
    form["score"], form["comment"] = "2", "El mensajero Florentino es grosero"
    form.submit()
    do(boss, number, "close", ground="confirmed", note="Lo dijo Rosa")
    return number, code


def events_of(house, name):
    with house.site() as site:
        return [one for one in trail_of(site[ORGANISATION]).chain() if one["event"] == name]


def test_everything_about_a_person_is_found_and_each_look_is_in_the_trail(house):
    first, _code = write(house.browser(), document="52.000.222", phone="300 123 4567")
    second = register(house.browser(AUTHOR), document="", email="", name="Rosa  PEÑA", phone="")
    third, _code = write(
        house.browser(), name="Luis Díaz", email="l@example.org", proxy="Rosa Peña"
    )
    quality = house.browser(QUALITY)
    assert search(quality).status_int == 422
    for given, numbers in (
        ({"document": "52000222"}, set()),
        ({"document": "52.000.222"}, {first}),
        ({"email": "ROSA@example.org"}, {first}),
        ({"phone": "+57 3001234567"}, {first}),
        ({"name": "rosa peña"}, {first, second, third}),
    ):
        page = search(quality, **given)
        assert {one for one in (first, second, third) if one in page.text} == numbers
    found = events_of(house, "PersonSearched")
    assert len(found) == 5
    assert "Rosa" not in str(found)
    assert "52000222" not in str(found)
    # Who works no case does not look people up; a clerk sees their own cases only.
    house.browser(AUDITOR).get(f"{BASE}person", status="4*")
    page = search(house.browser(OPERATIONS), name="Rosa Peña")
    assert first not in page.text


def test_the_report_to_the_person_is_a_file_and_taking_it_is_told(house):
    number, _code = closed(house)
    quality = house.browser(QUALITY)
    page = search(quality, document="52.000.222")
    form = next(one for one in page.forms.values() if "formaction" in one.text)
    values = dict(form.submit_fields())
    answer = quality.post(f"{BASE}person?download=xlsx", values)
    sheet = load_workbook(io.BytesIO(answer.body)).active
    cells = " ".join(str(cell.value) for row in sheet.iter_rows() for cell in row if cell.value)
    for said in (number, "Rosa Peña", "rosa@example.org", "mensajero"):
        assert said in cells
    answer = quality.post(f"{BASE}person?download=pdf", values)
    assert "Rosa" in PdfReader(io.BytesIO(answer.body)).pages[0].extract_text()
    assert len(events_of(house, "TableTaken")) == 2


def test_a_correction_is_an_addendum_that_shows_both_values_also_on_a_closed_case(house):
    number, _code = closed(house)
    boss = house.browser(AUTHOR)
    do(boss, number, "rectify", 422, field="email", value="no es correo", reason="Lo pidió")
    do(boss, number, "rectify", 422, field="name", value="Rosa Peña", reason="Lo pidió")
    do(boss, number, "rectify", field="name", value="Rosa Inés Peña", reason="Mostró su cédula")
    page = boss.get(f"{BASE}{number}/")
    assert "Rosa Peña → Rosa Inés Peña" in page.text
    assert re.search(r"antes:.{0,40}Rosa Peña", page.text, re.DOTALL)
    assert "Rosa Inés Peña" in boss.get(BASE).text
    assert number in search(house.browser(QUALITY), name="Rosa Inés Peña").text
    assert "Rosa" not in str(events_of(house, "CaseRectified"))
    with house.site() as site:
        act = site[ORGANISATION]["cases"][number].acts[-1]
        assert (act["old"], act["new"]) == ("Rosa Peña", "Rosa Inés Peña")


def test_a_suppression_is_signed_leaves_no_word_anywhere_and_keeps_the_figures(house):
    number, code = closed(house, text="La Vecina y el mensajero llegaron tarde")
    quality = house.browser(QUALITY)
    do(quality, number, "suppress", 422, reason="Lo pidió", passphrase="no es esta")
    with house.site() as site:
        case = site[ORGANISATION]["cases"][number]
        letter, mail_count, ended = case.letters[0], len(case.mails), case.progress.ended_at
        sha256 = letter.file.sha256
    do(quality, number, "suppress", reason="Lo pidió por escrito", passphrase=PASSPHRASE)
    with house.site() as site:
        organisation = site[ORGANISATION]
        case = organisation["cases"][number]
        kept = [case.text, case.customer, list(case.acts), case.proxy, case.letters[0].number]
        for word in WORDS:
            assert word not in str(kept), word
            left = [
                one for one in mails_of(site, ORGANISATION, most=10_000) if number in one.subject
            ]
            assert not [one for one in left if word in one.to + one.text + one.html]
        assert mail_count == len(case.mails)
        assert case.progress.rating == 2
        assert case.progress.ended_at == ended
        assert case.state == "case-closed"
        assert sha256 in {one["sha256"] for one in case.disposed["files"]}
        assert case.letters[0].file.is_intact()
        assert case.clock.due.isoformat() == case.due
        signed = case.acts[-1]["statement"]
        assert signed["name"]
        assert signed["proof"]
    for word in WORDS:
        assert word not in str(events_of(house, "CaseSuppressed"))
    page = quality.get(f"{BASE}{number}/")
    for word in WORDS:
        assert word not in page.text.replace("Lucía", "")
    assert "SUP-" in page.text
    assert see(house.browser(), number, code, status=404)
    assert number not in search(quality, document="52.000.222").text
    # There is no way back, and nothing more is done with it.
    do(quality, number, "rectify", "4*", field="name", value="Otra", reason="x")


def test_a_suppression_waits_for_the_end_of_the_case_and_of_the_duty_to_keep_it(house):
    open_case, _code = write(house.browser())
    quality = house.browser(QUALITY)
    page = quality.get(f"{BASE}{open_case}/suppress")
    assert "ciérrelo primero" in page.text
    number, _code = closed(house)
    says(house, keep_years=5, keep_source="TRD, serie 12")
    answer = do(quality, number, "suppress", 422, reason="Lo pidió", passphrase=PASSPHRASE)
    assert "TRD, serie 12" in answer.text
    assert "Rosa" in quality.get(f"{BASE}{number}/").text


def test_emptying_a_case_twice_changes_nothing_and_never_touches_an_open_one(house):
    number, _code = closed(house)
    with house.site() as site:
        case = site[ORGANISATION]["cases"][number]
        act = house.act("lucia-mora")
        ground = Ground("ELIM-1", "22/11/2026", "Eliminado por acta ELIM-1")
        first = rights.pseudonymise(case, ground=ground, act=act)
        assert rights.pseudonymise(case, ground=ground, act=act) == first
        assert case.disposed["record"] == "ELIM-1"
        assert "Rosa" not in str(list(case.acts))


def test_a_consent_that_is_taken_back_stops_what_is_optional_and_nothing_else(house):
    number, code = write(house.browser(), phone="300 123 4567")
    do(house.browser(AUTHOR), number, "end-consent", reason="Llamó y lo pidió")
    with house.site() as site:
        organisation = site[ORGANISATION]
        assert refuses_contact(organisation, {"email": "Rosa@Example.org"})
        assert refuses_contact(organisation, {"phone": "3001234567"})
        assert not refuses_contact(organisation, {"name": "Rosa Peña"})
        assert not refuses_contact(organisation, {"email": "otra@example.org"})
        assert "rosa" not in str(list(organisation.annexes["people.no-contact"]))
    assert "En trámite" in see(house.browser(), number, code).text


def test_who_stays_anonymous_leaves_no_network_address_in_the_trail(house):
    write(house.browser(), anonymous=True, consent=False)
    write(house.browser())
    addresses = [one["address"] for one in events_of(house, "CaseRegistered")]
    assert "" in addresses


# Attacks


def test_d4_11_every_door_of_the_customer_refuses_wrong_codes_alike_and_then_makes_wait(house):
    number, code = write(house.browser())
    stranger = house.browser()
    for view, values in (
        ("case-complete", {"text": "x"}),
        ("case-object", {"text": "x"}),
        ("case-rate", {"score": "1"}),
        ("case-letter", {"letter": "SC-2026-00001"}),
    ):
        token = token_of(stranger)
        said = []
        for given in ({"number": number, "code": "AAAAA-AAAAA"}, {"number": "PQR-1", "code": code}):
            posted = {**values, **given, "csrf_token": token}
            answer = stranger.post(f"/aexpress/{view}", posted, status="4*")
            said.append(re.sub(r'value="[^"]*"|content="[^"]*"', "", answer.text))
            assert "mensajero" not in answer.text
        assert said[0] == said[1]
    posted = {
        "number": number,
        "code": "AAAAA-AAAAA",
        "text": "x",
        "csrf_token": token_of(stranger),
    }
    answers = [
        stranger.post("/aexpress/case-complete", posted, status="*").status_int
        for _each in range(9)
    ]
    assert 429 in answers
    assert state(house.browser(AUTHOR), number) == "case-open"


def test_a_customer_cannot_complete_or_rate_somebody_elses_case(house):
    boss = house.browser(AUTHOR)
    own, code = write(house.browser())
    other, _code = write(house.browser(), name="Luis Díaz", email="luis@example.org")
    do(boss, other, "ask-for-more", text="La guía")
    customer = house.browser()
    posted = {"number": other, "code": code, "text": "Soy otro", "csrf_token": token_of(customer)}
    customer.post("/aexpress/case-complete", posted, status=404)
    assert state(boss, other) == "case-waiting"
    page = house.browser("calidad@carrazos.example")
    page.get(f"/aexpress/case-rate?number={own}&token=x", status=404)


def test_d4_26_markup_in_what_customers_and_clerks_write_stays_text_in_pages_and_letters(house):
    says(house, letters=letters("answer", signed="seal"))
    boss = house.browser(AUTHOR)
    number, code = write(house.browser(), name="Rosa <b>", text=XSS)
    do(boss, number, "ask-for-more", text=XSS)
    form = (
        form_to(see(house.browser(), number, code), "/case-complete").submit("open").forms["form"]
    )
    form["text"] = XSS
    pages = [form.submit()]
    do(boss, number, "answer", text=XSS, button="draft")
    pages.append(boss.get(f"{BASE}{number}/answer"))
    do(boss, number, "answer", text=XSS)
    assert boss.get(f"{BASE}{number}/letter-preview").content_type == "application/pdf"
    do(boss, number, "notify", how="notice", notice=XSS)
    form = opened(house, number, code, "case-object")
    form["text"] = XSS
    pages += [form.submit(), house.browser().get("/aexpress/case-notices")]
    do(boss, number, "rectify", field="name", value=XSS[:60], reason=XSS)
    pages += [boss.get(f"{BASE}{number}/"), boss.get(BASE), search(boss, name=XSS[:60])]
    for page in pages:
        assert "alert(1)</script>" not in page.text
        assert "onerror=alert" not in re.sub(r"&lt;.*?&gt;", "", page.text)


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("malo.html", b"<script>alert(1)</script>"),
        ("malo.svg", b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>"),
        ("doble.pdf.html", b"%PDF-1.4"),
        ("falso.pdf", b"GIF89a<script>"),
    ],
)
def test_d4_27_d4_28_d4_29_files_of_customers_are_looked_at_when_a_case_is_completed(
    house, name, data
):
    number, code = write(house.browser())
    do(house.browser(AUTHOR), number, "ask-for-more", text="La guía")
    form = (
        form_to(see(house.browser(), number, code), "/case-complete").submit("open").forms["form"]
    )
    form["text"] = "Va el archivo"
    form.fields["upload"][0].value = Upload(name, data, "application/pdf")
    form.submit(status=422)
    assert state(house.browser(AUTHOR), number) == "case-waiting"


def test_d4_36_d4_37_names_of_files_and_customers_smuggle_no_header(house):
    says(house, letters=letters("answer", signed="seal"))
    boss = house.browser(AUTHOR)
    number, code = write(house.browser(), name="Rosa\r\nBcc: otro@example.org")
    do(boss, number, "answer", text="Sí.")
    do(boss, number, "notify", how="mail")
    page = see(house.browser(), number, code)
    answer = form_to(page, "/case-letter").submit()
    assert answer.headers["Content-Disposition"].startswith("attachment; filename=")
    assert "\n" not in answer.headers["Content-Disposition"]
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert {to for to, subject in mails(house) if number in subject} == {"rosa@example.org"}


def test_d4_45_completing_again_and_again_makes_wait(house):
    boss = house.browser(AUTHOR)
    number, code = write(house.browser())
    customer, answers = house.browser(), []
    token = token_of(customer)
    for _each in range(11):
        do(boss, number, "ask-for-more", "*", text="Más")
        posted = {"number": number, "code": code, "text": "x", "csrf_token": token}
        answers.append(customer.post("/aexpress/case-complete", posted, status="*").status_int)
    assert answers[0] == 200
    assert 429 in answers


def test_d4_1_another_organisation_and_another_queue_reach_no_letter_no_draft_no_person(house):
    says(house, letters=letters("answer", signed="seal"))
    boss = house.browser(AUTHOR)
    number, _code = write(house.browser())
    do(boss, number, "answer", text="Hablamos con el mensajero.")
    do(boss, number, "notify", how="mail")
    with house.site() as site:
        letter = site[ORGANISATION]["cases"][number].letters[0].number
    doors = ("letter-preview", f"letter-file/{letter}", "answer", "rectify", "suppress", "approve")
    for stranger in ("calidad@carrazos.example", OPERATIONS):
        browser = house.browser(stranger)
        for door in doors:
            browser.get(f"{BASE}{number}/{door}", status="4*")
    auditor = house.browser(AUDITOR)
    auditor.get(f"{BASE}{number}/letter-file/{letter}", status="4*")
    assert boss.get(f"{BASE}{number}/letter-file/{letter}").content_type == "application/pdf"
    assert "Rosa" not in house.browser(AUDITOR).get(f"{BASE}{number}/", headers=JSON).text
    assert house.browser(EMPLOYEE).get(f"{BASE}{number}/").status_int == 200
