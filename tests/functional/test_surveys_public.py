"""The customer's own link, and what an attacker gets there: nothing."""

from __future__ import annotations

import io
import re
from datetime import timedelta

import pytest
from openpyxl import load_workbook
from siege import token_of
from survey_house import AGENT, BASE, COLLEAGUE, DIRECTOR, JSON, ORGANISATION, press
from webtest.forms import Radio

from qms.kernel import clock
from qms.notices.services import mails_of
from qms.surveys.services import links
from qms.surveys.services.answering import record_answer
from qms.surveys.services.campaigns import add_customer, open_campaign

ASK, STOP = "/carrazos/survey", "/carrazos/survey-stop"
XSS = "<script>alert(1)</script>"
PERSONAL = ("Peña", "3001112233", "rosa@example.org", "ABC123")


@pytest.fixture
def link(house):
    """Give the token of one customer's link, and the customer's path."""
    with house.site() as site:
        act = house.act("jessica-tovar")
        campaign = open_campaign(site[ORGANISATION], "comercial", "Ventas", act=act)
        known = {"name": "Rosa Peña", "phone": "3001112233", "email": "rosa@example.org"}
        contact = add_customer(campaign, {**known, "plate": "ABC123", "brand": "vw"}, act=act)
        return links.issue(contact, act=act), f"{BASE}{campaign.number}/000001/"


def state(house, path):
    return house.browser(AGENT).get(path, headers=JSON).json["state"]


def fill(form, score="9", **texts):
    for fields in form.fields.values():
        for one in fields:
            if isinstance(one, Radio):
                one.value = score
    form["consent"] = True
    for name, text in texts.items():
        form[name] = text
    return form


def test_a_customer_answers_on_the_telephone_without_an_account(house, link):
    token, path = link
    customer = house.browser()
    page = customer.get(f"{ASK}?token={token}")
    assert "Rosa, ¿cómo lo atendimos?" in page.text
    for one in PERSONAL:
        assert one not in page.text
    form = page.forms["form"]
    assert not form["consent"].checked
    answer = fill(form, "3", voice="Se demoraron").submit()
    assert answer.status_int == 303
    assert "Gerente Comercial" in answer.follow().text
    facts = house.browser(AGENT).get(path, headers=JSON).json
    assert facts["class"] == "detractor"
    with house.site() as site:
        contact = site[ORGANISATION]["surveys"][path.split("/")[3]]["000001"]
        assert contact.answer["consent"]["version"] == "2026-11"
        assert contact.answer["channel"] == "link"


def test_without_the_consent_nothing_is_kept_and_what_was_typed_comes_back(house, link):
    token, path = link
    form = house.browser().get(f"{ASK}?token={token}").forms["form"]
    form = fill(form, voice="Todo bien")
    form["consent"] = False
    answer = form.submit(status=422)
    assert answer.forms["form"]["voice"].value == "Todo bien"
    assert state(house, path) == "call-waiting"


def test_d4_12_a_link_is_good_once_and_an_older_one_no_more(house, link):
    token, path = link
    form = house.browser().get(f"{ASK}?token={token}").forms["form"]
    assert fill(form).submit().status_int == 303
    assert house.browser().get(f"{ASK}?token={token}", status=404)
    again = fill(form).submit(status="*")
    assert again.status_int in (403, 404)
    with house.site() as site:
        contact = site[ORGANISATION]["surveys"][path.split("/")[3]]["000001"]
        assert len([act for act in contact.acts if act["kind"] == "answered"]) == 1


def test_d4_12_a_link_ends_with_its_day(house, link, monkeypatch):
    token, _path = link
    later = clock.now() + timedelta(days=16)
    monkeypatch.setattr(clock, "now", lambda: later)
    assert house.browser().get(f"{ASK}?token={token}", status=404)


def test_d4_1_the_link_of_another_organisation_answers_like_one_that_never_was(house, link):
    token, _path = link

    def said(answer):
        own = r'value="[^"]*"|content="[^"]*"|token=[\w-]*|[0-9A-F]{8}'
        return re.sub(own, "", answer.text)

    other = house.browser().get(f"/aexpress/survey?token={token}", status=404)
    never = house.browser().get("/aexpress/survey?token=AAAA", status=404)
    assert said(other) == said(never)
    assert house.browser().get(f"{ASK}?token={token}").status_int == 200


def test_d4_11_links_cannot_be_guessed(house, link):
    token, _path = link
    stranger = house.browser()
    seen = [stranger.get(f"{ASK}?token=A{n}", status="*").status_int for n in range(17)]
    assert seen[0] == 404
    assert seen[-1] == 429
    waiting = stranger.get(f"{ASK}?token={token}", status=429)
    assert int(waiting.headers["Retry-After"]) > 0


def test_d4_59_a_huge_text_is_refused_and_nothing_is_kept(house, link):
    token, path = link
    form = house.browser().get(f"{ASK}?token={token}").forms["form"]
    answer = fill(form, voice="x" * 5000).submit(status="*")
    assert answer.status_int == 422
    assert state(house, path) == "call-waiting"
    assert house.browser().get(f"{ASK}?token={'A' * 5000}", status="*").status_int in (404, 414)


def test_d4_8_answers_that_are_on_no_scale_and_fields_of_others_are_not_taken(house, link):
    token, path = link
    customer = house.browser()
    page = customer.get(f"{ASK}?token={token}")
    body = [(name, value) for name, value in fill(page.forms["form"]).submit_fields()]
    wild = [(name, "99" if value == "9" else value) for name, value in body]
    answer = customer.post(f"{ASK}?token={token}", [*wild, ("save", "save")], status=422)
    assert "form" in answer.forms
    more = [("follow", "verde"), ("role", "promoter"), ("owners", "x"), ("score", "10")]
    assert customer.post(f"{ASK}?token={token}", [*body, *more, ("save", "save")]).status_int == 303
    with house.site() as site:
        contact = site[ORGANISATION]["surveys"][path.split("/")[3]]["000001"]
        assert contact.progress.score == 9
        assert contact.progress.follow == ""


def test_d4_20_opening_the_link_to_stop_changes_nothing_and_its_button_does(house, link):
    token, path = link
    customer = house.browser()
    page = customer.get(f"{STOP}?token={token}")
    assert state(house, path) == "call-waiting"
    before = house.transaction()
    house.browser().get(f"{ASK}?token={token}")
    assert house.transaction() == before
    assert page.forms["form"].submit().status_int == 303
    assert state(house, path) == "call-opted-out"
    assert customer.get(f"{ASK}?token={token}", status=404)


def test_d4_26_what_a_customer_writes_is_inert_on_every_page(house, link):
    token, path = link
    form = house.browser().get(f"{ASK}?token={token}").forms["form"]
    fill(form, "2", voice=f"{XSS} {{customer}}").submit()
    director = house.browser("comercial@carrazos.example")
    for page in (path, f"{BASE}board", f"{BASE}answers", f"{BASE}report?survey=comercial"):
        text = director.get(page).text
        assert XSS not in text
        assert "&lt;script&gt;" in text
    assert director.get(f"{BASE}report-pdf?survey=comercial").body.startswith(b"%PDF-")


def test_d4_37_a_name_with_line_ends_smuggles_no_header_into_the_mail(house):
    with house.site() as site:
        act = house.act("jessica-tovar")
        campaign = open_campaign(site[ORGANISATION], "comercial", "Ventas", act=act)
        known = {"name": "Rosa\r\nBcc: x@y.co", "email": "rosa@example.org"}
        add_customer(campaign, known, act=act)
        path = f"{BASE}{campaign.number}/"
    boss = house.browser("comercial@carrazos.example")
    press(boss, f"{path}send-links")
    press(boss, f"{path}send-links")
    with house.site() as site:
        sent = [one for one in mails_of(site, ORGANISATION, most=999) if "token=" in one.text]
        assert [one.to for one in sent] == ["rosa@example.org"]
        assert "\n" not in sent[0].subject
        assert "survey-stop?token=" in sent[0].text


def test_d4_51_formulas_of_customers_stay_text_in_files_and_the_trail_tells_who_took_them(house):
    formula = '=HYPERLINK("http://x","y")'
    with house.site() as site:
        act = house.act("jessica-tovar")
        campaign = open_campaign(site[ORGANISATION], "comercial", "Ventas", act=act)
        values = {"atencion": 9, "instalaciones": 9, "tiempos": 9, "recomendacion": 9}
        known = {"name": formula, "phone": "3001112233"}
        record_answer(campaign, known, {**values, "voice": "=1+1"}, act=act)
        path = f"{BASE}{campaign.number}/"
    agent = house.browser(AGENT)
    agent.get(f"{path}?download=xlsx", status=405)
    token = {"csrf_token": token_of(agent)}
    book = load_workbook(io.BytesIO(agent.post(f"{path}?download=xlsx", token).body))
    cells = [cell for row in book.worksheets[0].iter_rows() for cell in row]
    assert any(cell.value == formula and cell.data_type != "f" for cell in cells)
    assert all(cell.data_type != "f" for cell in cells)
    csv = agent.post(f"{path}?download=csv", token).text
    assert not re.search(r"(?m)(?:^|;)\"?=", csv)
    trail = house.browser("calidad@carrazos.example").get("/carrazos/trail/").text
    assert "Jessica Tovar" in trail


def test_d4_4_who_only_follows_up_neither_calls_nor_opens_campaigns(house, link):
    _token, path = link
    adviser = house.browser("natalia.berrio@carrazos.example")
    campaign = path.removesuffix("000001/")
    for address in (f"{campaign}next", f"{campaign}send-links", f"{path}take", f"{path}opt-out"):
        answer = adviser.post(address, {"csrf_token": token_of(adviser)}, status="*")
        assert answer.status_int in (403, 404), address
    assert adviser.get(f"{BASE}add", status="*").status_int in (403, 404)
    agent = house.browser(COLLEAGUE)
    assert agent.get(f"{path}follow-up", status="*").status_int in (403, 404)
    director = house.browser(DIRECTOR)
    assert director.get(f"{BASE}open").status_int == 200
