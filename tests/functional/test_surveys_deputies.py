"""Whoever acts for somebody who is away makes their calls and answers their customers."""

from __future__ import annotations

import io
from datetime import timedelta

import pytest
from PIL import Image
from reading_house import Clock
from siege import today
from survey_house import ADMINISTRATOR, BASE, JSON, ORGANISATION, press
from webtest import Upload
from webtest.forms import Radio

from qms.audit.services import in_order, trail_of
from qms.notices.services import mails_of
from qms.people import services as people
from qms.surveys.services.answering import record_answer
from qms.surveys.services.campaigns import add_customer, open_campaign

DELEGATE, CALLER, ADVISER = "sergio-amaya", "jessica-tovar", "natalia-berrio"
HOME = "/carrazos/"


@pytest.fixture
def days(house, monkeypatch):
    return Clock(house, monkeypatch)


def delegate(house, who, scope=(), days=9):
    with house.site() as site:
        day = today(house, site[ORGANISATION])
        people.delegate(
            site[ORGANISATION]["people"],
            from_person=who,
            to_person=DELEGATE,
            starts=day,
            ends=day + timedelta(days=days),
            reason="Vacaciones",
            scope=scope,
            act=house.act(who),
        )


def opened(house, *, survey="posventa"):
    with house.site() as site:
        act = house.act(CALLER)
        campaign = open_campaign(site[ORGANISATION], survey, "Noviembre", act=act)
        add_customer(campaign, {"name": "Rosa Peña", "phone": "3001112233"}, act=act)
        return campaign.number


def dissatisfied(house, number):
    """Let a customer be dissatisfied; gives the path."""
    with house.site() as site:
        campaign = site[ORGANISATION]["surveys"][number]
        questions = ("atencion", "trabajo", "tiempos", "recomendacion")
        customer = {"name": "Luis Mora", "phone": "3112223344"}
        values = dict.fromkeys(questions, 3)
        contact = record_answer(campaign, customer, values, act=house.act(CALLER))
        return f"{BASE}{number}/{contact.number}/"


def picture():
    stream = io.BytesIO()
    Image.new("RGB", (4, 4), "white").save(stream, "PNG")
    return stream.getvalue()


def waiting(browser):
    return browser.get(HOME).text


def test_the_delegate_of_a_caller_calls_and_it_says_for_whom(house, days):
    number = opened(house)
    heir = house.browser(ADMINISTRATOR)
    assert heir.get(f"{BASE}{number}/", status=404)
    assert number not in waiting(heir)
    delegate(house, CALLER)
    assert "por delegación de Jessica Tovar Anaya" in waiting(heir)
    page = press(heir, f"{BASE}{number}/next").follow()
    form = page.forms["form"]
    for field in (one for ones in form.fields.values() for one in ones if isinstance(one, Radio)):
        options = [value for value, _checked, _label in field.options]
        field.value = "9" if "9" in options else "no"
    assert form.submit().status_int == 303
    with house.site() as site:
        contact = site[ORGANISATION]["surveys"][number]["000001"]
        assert contact.answer["by"] == DELEGATE
        assert contact.answer["on_behalf_of"] == CALLER
        assert CALLER in str(list(in_order(trail_of(site[ORGANISATION])))[-1])
    shown = heir.get(f"{BASE}{number}/000001/")
    assert "Sergio Amaya Tinjacá, por delegación de Jessica Tovar Anaya" in shown
    # What supervisors do beside that is not handed over.
    for view in ("shut", "send-links"):
        assert press(heir, f"{BASE}{number}/{view}", status=403)
    assert heir.get(f"{BASE}systems", status=403)


def test_the_delegate_of_an_adviser_answers_the_customer_with_evidence(house, days):
    delegate(house, ADVISER)
    address = dissatisfied(house, opened(house))
    heir = house.browser(ADMINISTRATOR)
    assert "por delegación de Natalia Berrío Cano" in waiting(heir)
    with house.site() as site:
        sent = {mail.to for mail in mails_of(site, ORGANISATION)}
    assert ADMINISTRATOR in sent, "the letter goes to who acts for the adviser too"
    form = heir.get(f"{address}follow-up").forms["form"]
    name = next(n for n, ones in form.fields.items() if n and isinstance(ones[0], Radio))
    body = [("csrf_token", form["csrf_token"].value), ("seen", form["seen"].value)]
    body += [("__start__", "to:rename"), (name, "verde"), ("__end__", "to:rename")]
    body += [("note", "Se reparó"), ("__start__", "file1:mapping")]
    body += [("upload", Upload("a.png", picture(), "image/png"))]
    body += [("__end__", "file1:mapping"), ("save", "save")]
    answer = heir.post(f"{address}follow-up", body, status="*")
    assert answer.status_int == 303, answer.text
    assert "Sergio Amaya Tinjacá, por delegación de Natalia Berrío Cano" in heir.get(address)
    assert "por delegación de Natalia" not in waiting(heir), "it is done"


def test_a_delegation_gives_nothing_of_another_process_or_after_its_last_day(house, days):
    number = opened(house)
    delegate(house, CALLER, scope=("gco",), days=2)
    heir = house.browser(ADMINISTRATOR)
    assert heir.get(f"{BASE}{number}/", status=404)
    delegate(house, CALLER, scope=("gpv",), days=2)
    assert heir.get(f"{BASE}{number}/", headers=JSON).json
    days.now += timedelta(days=3)
    with house.site() as site:
        organisation = site[ORGANISATION]
        person = organisation["people"].person(DELEGATE)
        for place in (organisation["surveys"], organisation["surveys"][number]):
            assert not place.local_roles(person)


def test_who_calls_anyway_does_so_in_their_own_name(house, days):
    number = opened(house)
    with house.site() as site:
        day = today(house, site[ORGANISATION])
        people.delegate(
            site[ORGANISATION]["people"],
            from_person=CALLER,
            to_person="brayan-cifuentes",
            starts=day,
            ends=day,
            reason="Cita",
            act=house.act(CALLER),
        )
    colleague = house.browser("brayan.cifuentes@carrazos.example")
    form = press(colleague, f"{BASE}{number}/next").follow()
    assert "por delegación" not in waiting(colleague)
    address = f"{BASE}{number}/000001/attempt"
    form = colleague.get(address).forms["form"]
    radio = next(one for ones in form.fields.values() for one in ones if isinstance(one, Radio))
    radio.value = "no-contesta"
    form.submit()
    with house.site() as site:
        last = site[ORGANISATION]["surveys"][number]["000001"].acts[-1]
    assert last["kind"] == "attempted"
    assert "on_behalf_of" not in last
