"""Mails that follow from what people do, through the real pages."""

from __future__ import annotations

from datetime import timedelta
from types import SimpleNamespace

import pytest
from opened import opened
from people_house import House, furnish, sign_in, token_in

from qms.audit.services import anchor_due
from qms.cli.place import Work
from qms.content.root import get_site
from qms.notices.delivery import deliver_due
from qms.notices.models import outbox_of
from qms.notices.services import mails_of
from qms.people import services


def make(tmp_path, monkeypatch, **settings):
    includes = ["qms.audit", "qms.audit.testing", "qms.notices"]
    return furnish(House(tmp_path, includes, monkeypatch, **settings))


@pytest.fixture
def house(tmp_path, monkeypatch):
    house = make(tmp_path, monkeypatch)
    yield house
    house.db.close()


def mails(house, name="aexpress"):
    with house.site() as site:
        return [
            SimpleNamespace(to=mail.to, subject=mail.subject, text=mail.text, html=mail.html)
            for mail in mails_of(site, name)
        ]


def ask(app, email):
    form = app.get("/reset").forms["form"]
    form["email"] = email
    return form.submit("save", status=303)


def test_d4_19_the_link_starts_with_the_configured_address_whatever_host_was_sent(house):
    ask(house.browser(HTTP_HOST="evil.example"), "ana@aexpress.example")
    (mail,) = mails(house)
    assert mail.to == "ana@aexpress.example"
    assert "https://qms.example/new-password?token=" in mail.text
    assert "evil" not in mail.text + mail.html
    house.browser().get(f"/new-password?token={token_in(mail.text)}", status=200)


def test_d4_16_nobody_is_mailed_where_there_is_no_account(house):
    ask(house.browser(), "nobody@x.example")
    assert mails(house) == []


def test_an_invited_person_sets_their_own_password(house):
    app = house.browser("ana@aexpress.example")
    form = app.get("/aexpress/people/add-person").forms["form"]
    form["name"], form["email"] = "Iris Mar", "iris@aexpress.example"
    form.submit("save", status=303)
    (mail,) = mails(house)
    assert mail.to == "iris@aexpress.example"
    iris = house.browser()
    form = iris.get(f"/new-password?token={token_in(mail.text)}").forms["form"]
    form["password"] = form["again"] = "cuatro gatos verdes"
    form.submit("save", status=303)
    assert iris.get("/account").status_int == 200
    assert (
        sign_in(house.browser(), "iris@aexpress.example", "cuatro gatos verdes").status_int == 303
    )


def test_d4_14_a_guessed_account_is_warned_once_a_day(house):
    for _ in range(3):
        for _ in range(6):
            sign_in(house.browser(), "ana@aexpress.example", "wrong password")
        house.now += timedelta(minutes=31)
    assert [mail.to for mail in mails(house)] == ["ana@aexpress.example"]


def test_the_mail_speaks_the_readers_language(house):
    with house.site() as site:
        ana = site["aexpress"]["people"].person("ana-ruiz")
        services.choose_language(ana, "en", act=house.act())
    ask(house.browser(), "ana@aexpress.example")
    assert "Somebody asked" in mails(house)[0].text


def test_d4_26_a_name_is_text_in_the_mail(house):
    with house.site() as site:
        people = site["aexpress"]["people"]
        ana = people.person("ana-ruiz")
        services.change_person(
            people, ana, name="<img src=x> ${7*7}", email=ana.email, act=house.act()
        )
    ask(house.browser(), "ana@aexpress.example")
    (mail,) = mails(house)
    assert "<img" not in mail.html
    assert "&lt;img src=x&gt; ${7*7}" in mail.html


def test_both_persons_hear_of_a_delegation_and_auditors_of_an_anchor(house):
    with house.site() as site:
        people = site["aexpress"]["people"]
        services.delegate(
            people,
            from_person="ana-ruiz",
            to_person="eva-soto",
            starts=house.now.date(),
            ends=house.now.date(),
            reason="Viaje",
            act=house.act(),
        )
        services.grant_role(people, people.person("luis-gil"), "auditor", act=house.act())
        made = anchor_due(site["aexpress"], act=house.act(channel="worker"))
    by_address = {mail.to: mail for mail in mails(house)}
    assert set(by_address) == {
        "ana@aexpress.example",
        "eva@aexpress.example",
        "luis@aexpress.example",
    }
    assert made["hash"] in by_address["luis@aexpress.example"].text


def test_c4_in_production_nobody_reads_a_link_on_the_page_of_mails(house):
    ask(house.browser(), "eva@aexpress.example")
    page = house.browser("ana@aexpress.example").get("/aexpress/outbox")
    assert "eva@aexpress.example" in page.text
    assert "token=" not in page.text
    eva = house.browser("eva@aexpress.example")
    eva.get("/aexpress/outbox", status=[403, 404])


def test_in_development_without_a_server_the_mails_are_read_on_the_page(tmp_path, monkeypatch):
    house = make(tmp_path, monkeypatch, **{"qms.environment": "development"})
    ask(house.browser(), "eva@aexpress.example")
    ask(house.browser(), "zoe@boreal.example")
    with house.site() as site:
        assert len(list(outbox_of(site).waiting())) == 2
    deliver(house)
    page = house.browser("ana@aexpress.example").get("/aexpress/outbox")
    assert "token=" in page.text
    assert "zoe@boreal.example" not in page.text
    eva = house.browser()
    form = eva.get(f"/new-password?token={token_in(page.text)}").forms["form"]
    form["password"] = form["again"] = "cuatro gatos verdes"
    form.submit("save", status=303)
    house.db.close()


def deliver(house):
    with opened(house.db) as (connection, manager):
        work = Work(SimpleNamespace(settings=house.registry.qms), get_site(connection), manager)
        assert deliver_due(work, ask=lambda: house.now).sent == 2
