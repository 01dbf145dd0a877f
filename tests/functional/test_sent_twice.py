"""A form that is sent twice makes one thing: on a slow network, and when a browser repeats it."""

from __future__ import annotations

import threading

import pytest
from cases_house import ANA, BASE, NEW, write
from reading_house import ORGANISATION, mails
from siege import AUTHOR, QUALITY, token_of
from webtest import TestApp

from qms.content.once import made_with
from qms.web.once import ONCE

CALL = {"name": "Ana Rojas", "text": "Se perdió la guía 77", "channel": "telefono"}


def count(house, folder="cases"):
    with house.site() as site:
        return len(site[ORGANISATION][folder])


def again(browser, form, **more):
    """Send a form as it stands, as if its first answer had never come."""
    fields = [*form.submit_fields("save"), *more.items()]
    return browser.post(form.action or "", fields, status="*")


def full(browser):
    form = browser.get(f"{BASE}add").forms["form"]
    form.action = f"{BASE}add"
    for name, value in {"kind": "queja", "channel": "correo", "text": "Llegó tarde", **ANA}.items():
        form[name] = value
    return form


def test_registering_twice_at_the_desk_makes_one_case(house):
    clerk = house.browser(AUTHOR)
    form = clerk.get(BASE).forms["case-quick"]
    for name, value in CALL.items():
        form[name] = value
    first, sent = again(clerk, form), len(mails(house))
    with house.site() as site:
        lines = len(site[ORGANISATION]["trail"])
    second = again(clerk, form)
    assert (first.status_int, second.status_int) == (303, 303)
    assert second.location == first.location
    assert count(house) == 1
    assert len(mails(house)) == sent
    with house.site() as site:
        assert len(site[ORGANISATION]["trail"]) == lines
    page = second.follow().text
    assert "cuenta una sola" in page
    assert page.count("Código:") == 1, "who pressed twice reads number and code once"
    assert again(clerk, form).follow().text.count("Código:") == 1, "and later again"
    fresh = clerk.get(BASE).forms["case-quick"]
    for name, value in CALL.items():
        fresh[name] = value
    fresh.submit()
    assert count(house) == 2, "the same words in a new form are another case"


def test_the_key_stays_with_a_form_that_was_sent_back(house):
    clerk = house.browser(AUTHOR)
    form = full(clerk)
    key, form["text"] = form[ONCE].value, ""
    form = form.submit(status=422).forms["form"]
    assert form[ONCE].value == key
    form["text"], form.action = "Llegó tarde", f"{BASE}add"
    places = [again(clerk, form).location for _time in range(3)]
    assert len(set(places)) == 1
    assert count(house) == 1


def test_who_goes_back_and_writes_something_else_is_asked_and_gets_another_case(house):
    clerk = house.browser(AUTHOR)
    form = full(clerk)
    number = again(clerk, form).location.rstrip("/").rpartition("/")[2]
    form["text"] = "Y además llegó roto"
    asked = again(clerk, form)
    assert asked.status_int == 422
    assert number in asked.text
    assert count(house) == 1
    form = asked.forms["form"]
    assert form["text"].value == "Y además llegó roto"
    assert form.submit().status_int == 303
    assert count(house) == 2


def test_a_customer_who_presses_twice_gets_one_number_one_code_and_one_mail(house):
    customer = house.browser()
    form = customer.get(NEW).forms["form"]
    given = {"kind": "queja", "text": "Llegó tarde", "name": "Rosa", "email": "r@example.org"}
    for name, value in {**given, "consent": True}.items():
        form[name] = value
    form.action = NEW
    pages = [again(customer, form).follow().text for _time in range(2)]
    assert count(house) == 1
    assert sum("Recibimos su caso" in subject for _to, subject in mails(house)) == 1
    with house.site() as site:
        number = next(iter(site[ORGANISATION]["cases"]))
    assert all(number in page and "case-receipt-pdf" in page for page in pages)
    write(customer, text="Otra cosa")
    assert f"number={number}" in again(customer, form).location
    stranger = house.browser()
    other = stranger.get(NEW).forms["form"]
    stolen = [
        (name, other["csrf_token"].value if name == "csrf_token" else value)
        for name, value in form.submit_fields("save")
    ]
    stranger.post(NEW, stolen, status=303)
    assert number not in stranger.get("/aexpress/case-receipt").text
    assert count(house) == 3


def test_what_a_customer_adds_counts_once(house):
    number, code = write(customer := house.browser())
    clerk = house.browser(AUTHOR)
    token = token_of(clerk)
    clerk.post(
        f"{BASE}{number}/ask-for-more", {"csrf_token": token, "text": "¿Qué guía?"}, status=303
    )
    known = {"csrf_token": token_of(customer, NEW), "number": number, "code": code, "open": "1"}
    form = customer.post("/aexpress/case-complete", known).forms["form"]
    form["text"], form.action = "La 77", "/aexpress/case-complete"
    first, second = again(customer, form), again(customer, form)
    assert "el término sigue" in first.text
    assert "el término sigue" in second.text
    with house.site() as site:
        kinds = [one["kind"] for one in site[ORGANISATION]["cases"][number].acts]
    assert kinds.count("completed") == 1


def test_a_program_sends_its_key_in_the_header(house):
    clerk = house.browser(AUTHOR)
    sent = {"csrf_token": token_of(clerk), "kind": "peticion", **CALL}
    key = {"Idempotency-Key": '"8e03978e-40d5-43dd-bc93-6894a57f9324"'}
    answers = [clerk.post(f"{BASE}quick", sent, headers=key) for _time in range(2)]
    assert [one.status_int for one in answers] == [303, 303]
    assert count(house) == 1
    clerk.post(f"{BASE}quick", {**sent, "text": "Otro asunto"}, headers=key, status=422)
    house.browser(QUALITY)
    clerk.post(f"{BASE}quick", sent, status=303)
    assert count(house) == 2


def test_two_that_come_at_once_make_one_case(house):
    clerk = house.browser(AUTHOR)
    form = full(clerk)
    fields, places, lock = form.submit_fields("save"), [], threading.Lock()
    barrier = threading.Barrier(3, timeout=30)

    def send():
        twin = TestApp(house.app, extra_environ={"HTTP_HOST": "localhost:80"})
        twin.cookiejar = clerk.cookiejar
        barrier.wait()
        answer = twin.post(f"{BASE}add", fields, status="*")
        with lock:
            places.append((answer.status_int, answer.location))

    threads = [threading.Thread(target=send) for _each in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(places) == 3
    assert len(set(places)) == 1, places
    assert count(house) == 1


def test_a_form_that_was_overtaken_between_its_transactions_drops_what_it_wrote(house, monkeypatch):
    clerk = house.browser(AUTHOR)
    form = full(clerk)
    first, looks = again(clerk, form), []

    def late(organisation, key, *, at):
        looks.append(key)
        return made_with(organisation, key, at=at) if len(looks) > 1 else None

    monkeypatch.setattr("qms.web.once.made_with", late)
    assert again(clerk, form).location == first.location
    assert len(looks) == 2
    assert count(house) == 1


OTHERS = {
    "request": (
        "requests/ask-create",
        "requests",
        {"reason": "Falta", "title": "Embalaje"},
    ),
    "finding": ("findings/new", "findings", {"text": "Sin rotular", "source": "person"}),
    "campaign": ("surveys/open", "surveys", {"title": "Noviembre"}),
    "document": ("documents/add", "documents", {"title": "Guía de embalaje"}),
    "objective": ("objectives/new", "objectives", {"text": "Crecer", "target": "10 %"}),
}


@pytest.mark.parametrize("what", OTHERS)
def test_other_numbered_things_are_made_once_too(house, what):
    path, folder, values = OTHERS[what]
    boss = house.browser(QUALITY)
    form = boss.get(f"/aexpress/{path}").forms["form"]
    form.action = f"/aexpress/{path}"
    for name, value in values.items():
        form[name] = value
    for field in (one for ones in form.fields.values() for one in ones if one.tag == "select"):
        if not field.value and not field.attrs.get("multiple"):
            field.value = next((one for one, *_more in field.options if one), "")
    before = count(house, folder)
    places = [again(boss, form).location for _time in range(2)]
    assert places[0]
    assert places[0] == places[1]
    assert count(house, folder) == before + 1
