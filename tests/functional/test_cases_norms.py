"""Terms and norms on screen, lanes in minutes, and what is decreed while cases wait."""

from __future__ import annotations

import io
from datetime import timedelta

from cases_house import BASE, JSON, do, register, says
from pypdf import PdfReader
from reading_house import ORGANISATION, mails, run_job
from rush import Rush
from siege import ADMINISTRATOR, AUTHOR, EMPLOYEE, QUALITY

from qms.pqr import services as cases
from qms.pqr.services import Received
from qms.profiles.loader import load
from qms.profiles.shipped import shipped_organisations

COLLECTION = "recolecciones@aexpress.example"


def test_every_term_says_its_norm_its_validity_and_whether_it_is_verified(house):
    clerk = house.browser(EMPLOYEE)
    page = clerk.get(f"{BASE}terms?sort=name")
    assert "Por verificar" in page.text
    assert "Ya no rige" in page.text
    rows = clerk.get(f"{BASE}terms?state=norm-unverified", headers=JSON).json["rows"]
    assert {one["source"] for one in rows} >= {"Ley 5 de 1992"}
    assert not any(one["checked"] for one in rows)
    [claim] = clerk.get(f"{BASE}terms?q=Ley+1480", headers=JSON).json["rows"]
    assert claim["used"] == "Reclamo"
    assert "indicio" in claim["says"]
    assert claim["since"] == "2012-04-12"
    assert claim["checked_on"] == "2026-11-22"
    assert "/cases/terms" in clerk.get(f"{BASE}matrix").text


def decree(browser, day, reason):
    """Close the house on a day, by the page of the calendar as an administrator uses it."""
    form = browser.get("/aexpress/setup-calendar").forms["form"]
    start = ("__start__", "closures:mapping")
    fields = [one for one in form.submit_fields("save") if one[0] != "closures-add"]
    at = fields.index(("__end__", "closures:sequence"))
    row = [start, ("from", f"{day:%d/%m/%Y}"), ("to", ""), ("reason", reason), ("known_from", "")]
    fields[at:at] = [*row, ("__end__", "closures:mapping")]
    return browser.post(form.action or "/aexpress/setup-calendar", fields)


def moved(page):
    """Give old and new day of the terms that a page shows as moving."""
    return [(one["number"], one["before"], one["after"]) for one in page.json["changes"]]


def test_a_civic_holiday_decreed_in_between_is_brought_to_open_cases_on_screen(house, days):
    boss, quality = house.browser(AUTHOR), house.browser(QUALITY)
    number, closed = register(boss), register(boss)
    do(boss, closed, "answer", text="Ya está")
    do(boss, closed, "notify", how="phone", proof="Llamada 7")
    kept = {one: boss.get(f"{BASE}{one}/", headers=JSON).json["due"] for one in (number, closed)}
    assert "Términos por volver a calcular" not in quality.get("/aexpress/").text
    civic = days.calendar.add_business_days(days.first, 4)
    admin = house.browser(ADMINISTRATOR)
    assert decree(admin, civic, "Día cívico").status_int == 303
    # Nothing has moved yet; quality is asked to look, a clerk is not.
    assert boss.get(f"{BASE}{number}/", headers=JSON).json["due"] == kept[number]
    assert "Términos por volver a calcular" in quality.get("/aexpress/").text
    assert "Términos por volver a calcular" not in boss.get("/aexpress/").text
    page = quality.get(f"{BASE}recalculate")
    [(moving, before, after)] = moved(quality.get(f"{BASE}recalculate", headers=JSON))
    assert (moving, before) == (number, kept[number])
    assert after > before
    # Another case comes before the button is pressed: what was shown is no longer all.
    other = register(boss)
    assert other not in page.text
    form = page.forms["form"]
    form["reason"] = "Decreto 12 de la Alcaldía"
    assert form.submit().status_int == 303
    case = boss.get(f"{BASE}{number}/")
    assert boss.get(f"{BASE}{number}/", headers=JSON).json["due"] == after
    assert "Decreto 12 de la Alcaldía" in case.text
    assert f"{show(before)} → {show(after)}" in case.text
    assert "Día cívico" in case.text
    assert boss.get(f"{BASE}{closed}/", headers=JSON).json["due"] == kept[closed]
    assert "Decreto 12" not in boss.get(f"{BASE}{closed}/").text
    assert "Términos por volver a calcular" not in quality.get("/aexpress/").text


def show(moment):
    year, month, day = moment[:10].split("-")
    return f"{day}/{month}/{year}"


def test_nothing_else_moves_than_what_was_shown_and_a_change_without_effect_can_be_noted(
    house, days
):
    boss, quality, admin = (house.browser(one) for one in (AUTHOR, QUALITY, ADMINISTRATOR))
    number = register(boss)
    decree(admin, days.calendar.add_business_days(days.first, 4), "Día cívico")
    stale = quality.get(f"{BASE}recalculate").forms["form"]
    decree(admin, days.calendar.add_business_days(days.first, 5), "Otro día cívico")
    stale["reason"] = "Decreto 12"
    assert "Ahora se moverían otros términos" in stale.submit(status="4*").text
    assert "Decreto 12" not in boss.get(f"{BASE}{number}/").text
    fresh = quality.get(f"{BASE}recalculate").forms["form"]
    fresh["reason"] = "Decretos 12 y 13"
    fresh.submit(status=303)
    # A closure far away moves nothing; who looked notes it and is asked no more.
    decree(admin, days.calendar.add_business_days(days.first, 200), "Aniversario")
    assert "Términos por volver a calcular" in quality.get("/aexpress/").text
    page = quality.get(f"{BASE}recalculate")
    assert "Anotar que nada se mueve" in page.text
    page.forms["form"]["reason"] = "Aniversario"
    page.forms["form"].submit(status=303)
    assert "Términos por volver a calcular" not in quality.get("/aexpress/").text


def of_profile(name):
    """Give what a shipped profile says of cases."""
    folder = next(one for one in shipped_organisations() if one.name == name)
    return load(folder).data["cases"]


def test_an_emergency_is_counted_in_minutes_and_told_level_by_level(house, days):
    emergency = next(one for one in of_profile("gasandino")["kinds"] if one["urgent"])
    levels = [one for one in of_profile("gasandino")["escalation"] if one["minutes"]]
    with house.site() as site:
        kinds = [dict(one) for one in site[ORGANISATION].profile["cases"]["kinds"]]
    complaint = next(one for one in kinds if one["id"] == "queja")
    complaint |= {"own_term": emergency["own_term"], "term": None, "urgent": True}
    says(house, kinds=kinds, escalation=[{**one, "kind": "queja"} for one in levels])
    desk = house.browser(EMPLOYEE)
    number = register(desk, text="Fuga en la válvula")
    begun = days.now

    def after(minutes):
        days.now = begun + timedelta(minutes=minutes)
        run_job(house, "letters about cases")
        [row] = desk.get(BASE, headers=JSON).json["rows"]
        return row["light"], [to for to, subject in mails(house) if number in subject]

    assert "Faltan 1 h 0 min" in desk.get(f"{BASE}{number}/").text
    light, queue = after(6)
    assert light == "on-time"
    assert EMPLOYEE in queue
    light, superior = after(16)
    assert len(superior) > len(queue)
    assert QUALITY not in superior
    assert QUALITY in after(31)[1]
    assert after(40)[0] == "due-soon"
    assert after(55)[0] == "due-urgent"
    assert "Faltan 0 h 5 min" in desk.get(f"{BASE}{number}/").text
    assert after(70)[0] == "overdue"
    assert "Vencido hace 0 h 10 min" in desk.get(f"{BASE}{number}/").text


def test_the_desk_card_of_the_cooperative_is_printed_with_its_twelve_rules(house):
    says(house, triage=of_profile("comteco")["triage"])
    desk = house.browser(EMPLOYEE)
    page = desk.get(f"{BASE}desk")
    assert len(desk.get(f"{BASE}desk", headers=JSON).json["rules"]) == 12
    answer = page.click("Tarjeta en PDF")
    assert answer.content_type == "application/pdf"
    text = "".join(one.extract_text() for one in PdfReader(io.BytesIO(answer.body)).pages)
    assert "Mesón 19" in " ".join(text.split())


def test_eight_clerks_at_once_get_eight_numbers_without_a_gap(house):
    received = Received("queja", "telefono", "x", {"name": "Ana"})
    made = []

    def take(site):
        act = house.act("paola-rincon")
        made.append(cases.register(site[ORGANISATION], received, act=act).case.number)

    rush = Rush(house, *[take] * 8)
    assert rush.ends == ["done"] * 8
    with house.site() as site:
        numbers = sorted(site[ORGANISATION]["cases"])
    assert [int(one[-5:]) for one in numbers] == list(range(1, 9))


def test_another_term_of_the_organisation_reaches_open_cases_only_and_is_logged(house, days):
    boss, quality = house.browser(COLLECTION), house.browser(QUALITY)
    number, closed = register(boss, kind="recoleccion"), register(boss, kind="recoleccion")
    do(boss, closed, "answer", text="Ya está")
    do(boss, closed, "notify", how="phone", proof="Llamada 7")
    with house.site() as site:
        kinds = [dict(one) for one in site[ORGANISATION].profile["cases"]["kinds"]]
    own = {"amount": 3, "unit": "business_day", "start": "next_day", "source": "Circular 4"}
    for one in kinds:
        if one["id"] == "recoleccion":
            one["own_term"], one["term"] = own, None
    says(house, kinds=kinds)
    assert "Términos por volver a calcular" in quality.get("/aexpress/").text
    [(moving, _before, after)] = moved(quality.get(f"{BASE}recalculate", headers=JSON))
    assert moving == number
    form = quality.get(f"{BASE}recalculate").forms["form"]
    form["reason"] = "Circular 4"
    form.submit(status=303)
    assert boss.get(f"{BASE}{number}/", headers=JSON).json["due"] == after
    assert boss.get(f"{BASE}{number}/", headers=JSON).json["norm"] == "Circular 4"
    assert boss.get(f"{BASE}{closed}/", headers=JSON).json["norm"] is None
