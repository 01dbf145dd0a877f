"""What customers see without an account, and what an attacker gets there: nothing."""

from __future__ import annotations

import re
import threading
from datetime import timedelta

import pytest
from cases_house import fill_in
from pypdf import PdfReader
from reading_house import ORGANISATION, mails
from siege import AUDITOR, AUTHOR, EMPLOYEE, token_of
from webtest import Upload

from qms.kernel import clock
from qms.notices.services import mails_of

NEW, STATUS, RECEIPT = "/aexpress/new-case", "/aexpress/case-status", "/aexpress/case-receipt"
BASE = "/aexpress/cases/"
JSON = {"Accept": "application/json"}
XSS = "<script>alert(1)</script><img src=x onerror=alert(2)>"


def receipt(browser):
    """Give number and code of the last receipt."""
    page = browser.get(RECEIPT).text
    number = re.search(r"PQR-\d{4}-\d{5}", page).group()
    code = re.search(r"[A-Z2-9]{5}-[A-Z2-9]{5}(?=</)", page).group()
    return number, code


def ask(browser, number, code, status=200):
    form = browser.get(STATUS).forms["form"]
    form["number"], form["code"] = number, code
    return form.submit(status=status)


def test_a_customer_gets_number_code_term_and_norm_at_once(house):
    customer = house.browser()
    answer = fill_in(customer)
    page = answer.follow()
    number, code = receipt(customer)
    assert "Ley 1437" in page.text
    assert "Respondemos a más tardar" in page.text
    assert ("rosa@example.org", f"[{number}] Recibimos su caso") in mails(house)
    with house.site() as site:
        sent = next(one for one in mails_of(site, ORGANISATION) if number in one.subject)
        assert code in sent.text
        case = site[ORGANISATION]["cases"][number]
        assert case.consent["version"] == "2026-11"
        assert "Ley 1581" in case.consent["text"]
        assert case.registered_by == "anonymous"
    pdf = customer.get("/aexpress/case-receipt-pdf")
    assert pdf.content_type == "application/pdf"


def test_a_public_page_bears_the_logo_which_only_its_key_opens(house):
    customer = house.browser()
    page = customer.get(NEW)
    address = page.html.find(class_="brand-logo")["src"]
    assert customer.get(address).content_type == "image/png"
    bare, guessed = "/aexpress/logo", "/aexpress/logo?v=0123456789ab0123456789ab"
    assert {customer.get(one, status=303).location.split("?")[0] for one in (bare, guessed)} == {
        customer.get("/aexpress/nothing", status=303).location.split("?")[0]
    }
    house.browser(AUTHOR).get(bare, status=200)


def test_the_receipt_on_paper_says_the_same(house, tmp_path):
    customer = house.browser()
    fill_in(customer)
    number, code = receipt(customer)
    path = tmp_path / "receipt.pdf"
    path.write_bytes(customer.get("/aexpress/case-receipt-pdf").body)
    text = PdfReader(path).pages[0].extract_text()
    for said in (number, code, "Ley 1437", "Queja"):
        assert said in text
    other = house.browser()
    assert other.get(RECEIPT).status_int == 303
    assert other.get("/aexpress/case-receipt-pdf").status_int == 303


def test_the_customer_follows_the_case_to_its_answer(house):
    customer = house.browser()
    fill_in(customer)
    number, code = receipt(customer)
    page = ask(house.browser(), number.lower(), code.lower().replace("-", ""))
    assert "En trámite" in page.text
    boss = house.browser(AUTHOR)
    token = token_of(boss)
    note = {"csrf_token": token, "text": "Cliente difícil"}
    assert boss.post(f"{BASE}{number}/note", note).status_int == 303
    form = boss.get(f"{BASE}{number}/answer").forms["form"]
    form["text"] = "Hablamos con el mensajero."
    form.submit()
    page = ask(house.browser(), number, code)
    assert "mensajero." not in page.text
    form = boss.get(f"{BASE}{number}/notify").forms["form"]
    form.submit()
    page = ask(house.browser(), number, code)
    assert "Hablamos con el mensajero." in page.text
    assert "difícil" not in page.text
    assert "Pineda" not in page.text


def test_nothing_is_ticked_for_the_customer_and_consent_is_asked_for(house):
    customer = house.browser()
    form = customer.get(NEW).forms["form"]
    assert not form["consent"].checked
    assert not form["anonymous"].checked
    answer = fill_in(customer, consent=False, status=422)
    assert "autoriza" in answer.text or "anónimo" in answer.text
    assert answer.forms["form"]["name"].value == "Rosa Peña"


def test_an_anonymous_customer_leaves_no_name_and_follows_by_the_code(house):
    customer = house.browser()
    fill_in(customer, anonymous=True, consent=False)
    number, code = receipt(customer)
    with house.site() as site:
        case = site[ORGANISATION]["cases"][number]
        assert case.anonymous
        assert not any(case.customer.values())
        assert case.consent is None
    assert "mensajero" in ask(house.browser(), number, code).text


def test_what_fills_in_the_unseen_field_registers_nothing_and_is_not_told(house):
    customer = house.browser()
    page = customer.get(NEW)
    form = page.forms["form"]
    form["kind"], form["text"], form["name"], form["consent"] = "queja", "x", "y", True
    values = [*form.submit_fields(), ("website", "http://spam.example"), ("save", "save")]
    answer = customer.post(NEW, values)
    assert answer.status_int == 303
    assert answer.location.endswith("case-receipt")
    with house.site() as site:
        assert len(site[ORGANISATION]["cases"]) == 0


def test_d4_11_number_and_code_cannot_be_guessed_and_both_failures_look_alike(house):
    customer = house.browser()
    fill_in(customer)
    number, code = receipt(customer)
    stranger = house.browser()
    wrong_code = ask(stranger, number, "AAAAA-AAAAA", status=404)
    wrong_number = ask(stranger, "PQR-2026-99999", code, status=404)

    def said(answer):
        return re.sub(r'value="[^"]*"|content="[^"]*"', "", answer.text)

    assert said(wrong_code) == said(wrong_number)
    assert "mensajero" not in wrong_code.text
    for _each in range(6):
        ask(stranger, number, "AAAAA-AAAAA", status="*")
    waiting = ask(stranger, number, code, status=429)
    assert int(waiting.headers["Retry-After"]) > 0
    assert "mensajero" not in waiting.text


def test_d4_45_a_flood_of_cases_has_to_wait_and_the_case_of_another_does_not(house, monkeypatch):
    customer = house.browser()
    seen = [fill_in(customer, status="*").status_int for _each in range(12)]
    assert seen[:10] == [303] * 10
    assert seen[-1] == 429
    with house.site() as site:
        assert len(site[ORGANISATION]["cases"]) <= 11
    later = clock.now() + timedelta(hours=2)
    monkeypatch.setattr(clock, "now", lambda: later)
    assert fill_in(house.browser(), status="*").status_int == 303


def with_file(browser, name, data, kind="application/pdf", status="*"):
    form = browser.get(NEW).forms["form"]
    body = [("csrf_token", form["csrf_token"].value), ("kind", "queja"), ("text", "x")]
    body += [("name", "y"), ("consent", "true"), ("__start__", "file1:mapping")]
    body += [("upload", Upload(name, data, kind)), ("__end__", "file1:mapping"), ("save", "save")]
    return browser.post(NEW, body, status=status)


def test_d4_45_a_file_beyond_ten_megabytes_is_not_taken(house):
    answer = with_file(house.browser(), "a.pdf", b"%PDF-1.4" + bytes(10 << 20))
    assert answer.status_int == 422
    assert "10 MB" in answer.text
    with house.site() as site:
        assert len(site[ORGANISATION]["cases"]) == 0


@pytest.mark.parametrize("name", ["a.html", "a.xhtml", "a.xml", "a.svg", "a.mht", "a.pdf.html"])
def test_d4_27_pages_and_drawings_are_not_taken(house, name):
    assert with_file(house.browser(), name, b"<html><script>alert(1)</script>").status_int == 422


def test_d4_29_a_page_that_calls_itself_a_picture_is_not_taken(house):
    assert with_file(house.browser(), "a.png", b"<html>", "image/png").status_int == 422


PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c489"
    "0000000d49444154789c6360000002000001e221bc330000000049454e44ae426082"
)


def test_d4_27_d4_36_a_file_leaves_as_a_sealed_download_under_a_safe_name(house):
    customer = house.browser()
    answer = with_file(customer, "fo%0d%0ato\u202egnp%22.png", PNG, "image/png")
    assert answer.status_int == 303, answer.text
    number, _code = receipt(customer)
    boss = house.browser(AUTHOR)
    page = boss.get(f"{BASE}{number}/")
    link = re.search(rf"{BASE}{number}/file/[0-9a-f]+", page.text).group()
    got = boss.get(link)
    assert got.headers["Content-Disposition"].startswith("attachment")
    assert "\r" not in got.headers["Content-Disposition"]
    assert "\u202e" not in got.headers["Content-Disposition"]
    assert "sandbox" in got.headers["Content-Security-Policy"]
    assert got.headers["X-Content-Type-Options"] == "nosniff"
    house.browser(AUDITOR).get(link, status="4*")
    house.browser("calidad@carrazos.example").get(link, status=404)


def test_d4_26_what_a_customer_writes_is_text_in_every_page_mail_and_file(house):
    customer = house.browser()
    fill_in(customer, text=f"{XSS} {{number}}", name=f"Rosa {XSS}"[:160], proxy=XSS)
    number, code = receipt(customer)
    boss = house.browser(AUTHOR)
    pages = [
        boss.get(f"{BASE}{number}/"),
        boss.get(BASE),
        boss.get("/aexpress/"),
        boss.get(f"/aexpress/search?q={number}"),
        boss.get(f"{BASE}{number}/answer?letter=favorable"),
        ask(house.browser(), number, code),
        customer.get(RECEIPT),
    ]
    for page in pages:
        assert "<script>alert" not in page.text
        assert "<img src=x" not in page.text
    with house.site() as site:
        for mail in mails_of(site, ORGANISATION):
            assert "<script>" not in mail.html
    token = token_of(boss)
    csv = boss.post(f"{BASE}?download=csv", {"csrf_token": token})
    assert csv.headers["Content-Disposition"].startswith("attachment")


@pytest.mark.parametrize(
    "address",
    ["a@b.co\r\nBcc: c@d.co", "a@b.co,c@d.co", "=?utf-8?q?a=40b=2Eco=0D?=@b.co", "a b@c.co"],
)
def test_d4_37_an_address_is_one_recipient_or_none(house, address):
    customer = house.browser()
    form = customer.get(NEW).forms["form"]
    values = dict(form.submit_fields())
    values |= {"kind": "queja", "text": "x", "name": "y", "consent": "true", "email": address}
    answer = customer.post(NEW, values, status="*")
    with house.site() as site:
        found = [one.to for one in mails_of(site, ORGANISATION) if "PQR-" in one.subject]
    assert answer.status_int == 422 or found == []
    assert not any("d.co" in one for one in found)


def test_d4_37_a_name_with_a_line_end_reaches_no_header(house):
    customer = house.browser()
    fill_in(customer, name="Rosa\r\nBcc: c@d.co")
    with house.site() as site:
        for mail in mails_of(site, ORGANISATION):
            assert "\n" not in mail.subject
            assert "Bcc" not in mail.subject


def test_the_public_pages_of_another_organisation_do_not_exist_for_who_is_signed_in(house):
    clerk = house.browser(EMPLOYEE)
    missing = clerk.get("/nobody/new-case", status=404)
    other = clerk.get("/carrazos/new-case", status=404)
    assert missing.text == other.text
    assert house.browser().get("/carrazos/new-case").status_int == 200


def test_an_organisation_may_keep_its_public_pages_closed(house):
    with house.site() as site:
        aexpress = site[ORGANISATION]
        aexpress.profile["cases"] = {**aexpress.profile["cases"], "public": False}
        aexpress.profile_revision += 1
    for path in (NEW, STATUS, RECEIPT):
        assert house.browser().get(path, status="*").status_int in (303, 404)


def test_eight_clerks_register_at_once_and_every_number_is_there_once(house):
    browsers = [house.browser(EMPLOYEE) for _each in range(8)]
    tokens = [token_of(one) for one in browsers]
    seen, lock = [], threading.Lock()

    def register(place):
        for turn in range(3):
            answer = browsers[place].post(
                f"{BASE}quick",
                {
                    "csrf_token": tokens[place],
                    "name": f"Cliente {place}-{turn}",
                    "text": "Llamada",
                    "channel": "telefono",
                    "kind": "peticion",
                },
                status="*",
            )
            with lock:
                seen.append(answer.status_int)

    threads = [threading.Thread(target=register, args=(place,)) for place in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert seen == [303] * 24
    with house.site() as site:
        numbers = sorted(site[ORGANISATION]["cases"])
        assert [int(one[-5:]) for one in numbers] == list(range(1, 25))
        names = {one.customer["name"] for one in site[ORGANISATION]["cases"].values()}
        assert len(names) == 24
