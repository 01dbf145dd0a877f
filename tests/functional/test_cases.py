"""Cases on screen: from a telephone call to effective closure, worked from the queue."""

from __future__ import annotations

from datetime import datetime

from reading_house import ORGANISATION, mails, run_job
from siege import ADMINISTRATOR, AUDITOR, AUTHOR, EMPLOYEE, QUALITY
from webtest.forms import Radio

BASE = "/aexpress/cases/"
JSON = {"Accept": "application/json"}


def quick_form(browser):
    page = browser.get(BASE)
    return next(form for form in page.forms.values() if form.action.endswith("/quick"))


def call(browser, name="Rosa Peña", text="No ha llegado mi envío", kind="peticion"):
    """Register a telephone call by the line at the top; gives the number."""
    form = quick_form(browser)
    form["name"], form["text"], form["kind"], form["channel"] = name, text, kind, "telefono"
    assert form.submit().status_int == 303
    rows = browser.get(f"{BASE}?sort=number&dir=desc", headers=JSON).json["rows"]
    return rows[0]["number"]


def radio(form):
    """Give the only set of radio buttons of a form."""
    return next(one for fields in form.fields.values() for one in fields if isinstance(one, Radio))


def do(browser, number, view, **values):
    """Fill one of the forms of a case in."""
    form = browser.get(f"{BASE}{number}/{view}").forms["form"]
    for name, value in values.items():
        if name in ("how", "ground"):
            radio(form).value = value
        else:
            form[name] = value
    answer = form.submit()
    assert answer.status_int == 303, answer.text
    return browser.get(f"{BASE}{number}/")


def state(browser, number):
    return browser.get(f"{BASE}{number}/", headers=JSON).json["state"]


def test_from_a_telephone_call_to_effective_closure(house, days):
    clerk = house.browser(EMPLOYEE)
    number = call(clerk)
    assert number.startswith("PQR-")
    page = clerk.get(BASE)
    assert number in page.text
    assert "Rosa Peña" in page.text
    assert number in clerk.get("/aexpress/").text
    case = clerk.get(f"{BASE}{number}/")
    assert "15 días hábiles" in case.text
    assert "Ley 1437" in case.text
    do(clerk, number, "answer", text="Su envío llega hoy.")
    assert state(clerk, number) == "case-answered"
    do(clerk, number, "notify", how="phone", proof="Llamada 8812")
    page = do(clerk, number, "close", ground="confirmed", note="Dijo que ya lo tiene")
    assert "Cierre efectivo" in page.text
    assert state(clerk, number) == "case-closed"
    assert number not in clerk.get("/aexpress/", headers=JSON).text


def test_the_queue_begins_with_what_waits_longest_and_ends_with_what_is_over(house):
    clerk = house.browser(EMPLOYEE)
    over, told, free, due = (
        call(clerk, kind=kind) for kind in ("peticion", "peticion", "cotizacion", "peticion")
    )
    for number in (over, told):
        do(clerk, number, "answer", text="Su envío llega hoy.")
        do(clerk, number, "notify", how="phone", proof="Llamada 8812")
    do(clerk, over, "close", ground="confirmed", note="Dijo que ya lo tiene")
    listed = clerk.get(BASE, headers=JSON).json["rows"]
    assert [one["number"] for one in listed] == [due, free, told, over]


def test_the_line_keeps_the_channel_and_waits_for_the_next_call(house):
    clerk = house.browser(EMPLOYEE)
    form = quick_form(clerk)
    form["name"], form["text"], form["channel"] = "Ana", "Cotizar un envío", "celular"
    answer = form.submit()
    number = answer.location.partition("?again=")[2]
    page = answer.follow()
    assert "autofocus" in page.text
    assert page.click(f"Abrir {number}").request.path == f"{BASE}{number}/"
    assert "quedó registrado" in page.text
    assert quick_form(clerk)["channel"].value == "celular"


def test_a_line_without_words_comes_back_as_typed(house):
    clerk = house.browser(EMPLOYEE)
    form = quick_form(clerk)
    form["name"], form["text"] = "Ana", "  "
    answer = form.submit(status=422)
    assert answer.forms["form"]["name"].value == "Ana"


def test_the_full_form_takes_files_and_what_came_before_an_outage(house, days):
    clerk = house.browser(EMPLOYEE)
    form = clerk.get(f"{BASE}add").forms["form"]
    form["kind"], form["channel"] = "reclamo", "fisico"
    form["text"], form["name"], form["email"] = "Llegó roto", "Ana", "ana@example.org"
    before = days.at(days.calendar.add_business_days(days.first, -3)).astimezone(days.zone)
    form["received"] = f"{before:%d/%m/%Y %H:%M}"
    answer = form.submit()
    assert answer.status_int == 303, answer.text
    page = answer.follow()
    assert "Ley 1480" in page.text
    assert "indicio" in page.text
    assert ("ana@example.org", f"[{number_of(answer)}] Recibimos su caso") in mails(house)


def number_of(answer):
    return answer.location.rstrip("/").rpartition("/")[2]


def test_the_clock_is_explained_and_can_be_extended_before_its_end_only(house, days):
    boss = house.browser(AUTHOR)
    number = call(boss)
    due = boss.get(f"{BASE}{number}/", headers=JSON).json["due"]
    do(boss, number, "extend", amount="5", reason="Se esperan pruebas")
    later = boss.get(f"{BASE}{number}/", headers=JSON).json["due"]
    assert later > due
    days.go(40)
    boss = house.browser(AUTHOR)
    form = boss.get(f"{BASE}{number}/extend").forms["form"]
    form["amount"], form["reason"] = "1", "x"
    answer = form.submit(status=422)
    assert "venció" in answer.text
    assert "Vencido" in boss.get(BASE).text


def test_what_is_missing_is_asked_for_and_the_term_stands_still(house, days):
    boss = house.browser(AUTHOR)
    number = call(boss)
    page = do(boss, number, "ask-for-more", text="El número de la guía")
    assert "detenido" in page.text
    days.go(3)
    boss = house.browser(AUTHOR)
    do(boss, number, "complete", text="Guía 123")
    days.go(4)
    boss = house.browser(AUTHOR)
    do(boss, number, "suspend", reason="Concepto jurídico")
    page = boss.get(f"{BASE}{number}/")
    answer = page.forms[next(i for i, f in page.forms.items() if f.action.endswith("resume"))]
    assert answer.submit().status_int == 303
    assert state(boss, number) == "case-open"


def test_a_case_is_transferred_with_word_to_the_customer(house):
    boss = house.browser(AUTHOR)
    number = call(boss)
    do(boss, number, "transfer", to="Superintendencia", reason="No es nuestro")
    assert state(boss, number) == "case-transferred"


def test_typing_anew_keeps_an_overdue_case_overdue(house, days):
    boss = house.browser(AUTHOR)
    number = call(boss)
    days.go(30)
    boss = house.browser(AUTHOR)
    page = do(boss, number, "change-kind", kind="informe", reason="Era un informe")
    rows = boss.get(BASE, headers=JSON).json["rows"]
    assert next(one for one in rows if one["number"] == number)["light"] == "overdue"
    assert number in page.text


def test_reopening_keeps_the_earlier_answer_in_sight(house):
    boss = house.browser(AUTHOR)
    number = call(boss)
    do(boss, number, "answer", text="No procede")
    do(boss, number, "notify", how="phone", proof="Llamada")
    page = do(boss, number, "reopen", ground="not-satisfied", reason="No está de acuerdo")
    assert "respuesta anterior" in page.text
    assert state(boss, number) == "case-open"


def test_the_answer_begins_with_a_letter_of_the_organisation_and_goes_by_mail(house):
    boss = house.browser(AUTHOR)
    form = boss.get(f"{BASE}add").forms["form"]
    form["kind"], form["channel"], form["text"] = "queja", "correo", "Me trataron mal"
    form["name"], form["email"] = "Ana {number}", "ana@example.org"
    number = number_of(form.submit())
    page = boss.get(f"{BASE}{number}/answer?letter=favorable")
    text = page.forms["form"]["text"].value
    assert "Ana {number}" in text
    assert number in text
    do(boss, number, "answer", text=text)
    do(boss, number, "notify", how="mail")
    assert ("ana@example.org", f"[{number}] Respuesta a su caso") in mails(house)


def test_who_has_no_need_sees_no_names_and_strangers_see_nothing(house):
    boss = house.browser(AUTHOR)
    number = call(boss, name="Rosalinda Peñaranda")
    auditor = house.browser(AUDITOR)
    page = auditor.get(f"{BASE}{number}/")
    listed = auditor.get(BASE)
    assert number in listed.text
    for text in (
        page.text,
        listed.text,
        auditor.get(f"{BASE}?q=rosalinda").text.split("<table")[-1],
    ):
        assert "Rosalinda" not in text
    assert number not in auditor.get(f"{BASE}?q=rosalinda", headers=JSON).text
    assert number in auditor.get(f"{BASE}?q=envio", headers=JSON).text
    auditor.get(f"{BASE}{number}/answer", status="4*")
    house.browser(ADMINISTRATOR).get(f"{BASE}{number}/", status=404)
    assert number not in house.browser(ADMINISTRATOR).get(BASE).text
    house.browser("calidad@carrazos.example").get(f"{BASE}{number}/", status=404)
    assert number in house.browser(QUALITY).get(BASE).text


def test_another_queue_sees_its_own_cases(house):
    number = call(house.browser(AUTHOR), kind="recoleccion", text="Recoger mañana")
    owner = house.browser("recolecciones@aexpress.example")
    assert number in owner.get(BASE, headers=JSON).text
    assert number in owner.get("/aexpress/", headers=JSON).text


def test_a_case_is_given_to_somebody_who_is_told(house):
    boss = house.browser(AUTHOR)
    number = call(boss)
    do(boss, number, "assign", owner="paola-rincon")
    assert (EMPLOYEE, f"[{number}] Le asignaron un caso") in mails(house)
    assert number in house.browser(EMPLOYEE).get("/aexpress/", headers=JSON).text


def test_the_list_is_taken_away_as_a_file_and_the_trail_tells_of_it(house):
    boss = house.browser(AUTHOR)
    number = call(boss)
    page = boss.get(BASE)
    form = next(one for one in page.forms.values() if "download" in str(one.text))
    assert form.method.upper() == "POST"
    token = form["csrf_token"].value
    answer = boss.post(f"{BASE}?download=csv", {"csrf_token": token})
    assert number in answer.body.decode("utf-8-sig")


def test_the_search_box_finds_a_case_by_its_number(house):
    boss = house.browser(AUTHOR)
    number = call(boss)
    assert number in boss.get(f"/aexpress/search?q={number}").text


def test_the_desk_card_has_every_rule_with_its_place(house):
    rule = {"group": "A. Venta", "if": "Crédito", "to": "Crédito al Socio", "place": "Mesón 19"}
    with house.site() as site:
        aexpress = site[ORGANISATION]
        aexpress.profile["cases"] = {**aexpress.profile["cases"], "triage": [rule]}
        aexpress.profile_revision += 1
    clerk = house.browser(EMPLOYEE)
    assert "/cases/desk" in clerk.get(BASE).text
    assert clerk.get(f"{BASE}desk", headers=JSON).json["rules"] == [rule]
    assert "Mesón 19" in clerk.get(f"{BASE}desk").text


def test_the_stored_term_of_every_case_is_what_its_log_gives(house):
    boss = house.browser(AUTHOR)
    number = call(boss)
    do(boss, number, "ask-for-more", text="x")
    with house.site() as site:
        case = site[ORGANISATION]["cases"][number]
        due = case.clock.due
        assert case.due == (due.isoformat() if due else None)
        assert datetime.fromisoformat(case.first_due)


def close_the_house(house, day):
    """Decree a closure on a day, as the administration would."""
    with house.site() as site:
        aexpress = site[ORGANISATION]
        calendar = dict(aexpress.profile["calendar"])
        calendar["closures"] = [{"date": day.isoformat(), "reason": "Día cívico"}]
        aexpress.profile["calendar"] = calendar
        aexpress.profile_revision += 1


def test_a_civic_holiday_decreed_in_between_moves_open_cases_after_it_was_shown(house, days):
    boss, quality = house.browser(AUTHOR), house.browser(QUALITY)
    number = call(boss)
    before = boss.get(f"{BASE}{number}/", headers=JSON).json["due"]
    close_the_house(house, days.calendar.add_business_days(days.first, 3))
    shown = quality.get(f"{BASE}recalculate", headers=JSON).json["changes"]
    assert [one["number"] for one in shown] == [number]
    assert boss.get(f"{BASE}{number}/", headers=JSON).json["due"] == before
    form = quality.get(f"{BASE}recalculate").forms["form"]
    form["reason"] = "Decreto 12"
    assert form.submit().status_int == 303
    page = boss.get(f"{BASE}{number}/")
    assert boss.get(f"{BASE}{number}/", headers=JSON).json["due"] == shown[0]["after"] > before
    assert "Decreto 12" in page.text
    assert quality.get(f"{BASE}recalculate", headers=JSON).json["changes"] == []
    boss.get(f"{BASE}recalculate", status="4*")


def test_what_nears_its_end_is_told_once_to_owner_superior_and_quality(house, days):
    boss = house.browser(AUTHOR)
    number = call(boss)
    do(boss, number, "assign", owner="paola-rincon")

    def told():
        run_job(house, "letters about cases")
        return sorted(
            to for to, subject in mails(house) if number in subject and "asign" not in subject
        )

    assert told() == []
    days.go(10)
    assert told() == [EMPLOYEE]
    assert told() == [EMPLOYEE]
    days.go(14)
    assert told() == sorted([EMPLOYEE, EMPLOYEE, AUTHOR])
    days.go(16)
    assert told() == sorted([EMPLOYEE] * 3 + [AUTHOR] * 2 + [QUALITY])
