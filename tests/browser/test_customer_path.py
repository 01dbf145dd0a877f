"""A customer's path on a phone: from the web form to the rating, approved and signed in between."""

import re

from cases_house import letters, says
from live import PHONE


def fits(page):
    return page.evaluate("document.documentElement.scrollWidth") <= PHONE[0]


def write(customer, accessible):
    """Write a case by the web form; gives number and code."""
    page = customer.go("/aexpress/new-case")
    accessible(page)
    page.select_option("select[name=kind]", "queja")
    page.fill("textarea[name=text]", "El mensajero llegó tarde y dejó el paquete con la portera.")
    page.fill("input[name=name]", "Rosa Peña")
    page.fill("input[name=email]", "rosa@example.org")
    page.check("input[name=consent]")
    page.click("form#form button[type=submit]")
    page.wait_for_url("**/case-receipt")
    accessible(page)
    said = page.content()
    number = re.search(r"PQR-\d{4}-\d{5}", said).group()
    return number, re.search(r"[A-Z2-9]{5}-[A-Z2-9]{5}(?=</)", said).group()


def answer(visit, accessible, number):
    """Let a clerk answer, the head approve and the clerk notify."""
    clerk = visit("paola.rincon@aexpress.example").go(f"/aexpress/cases/{number}/answer")
    accessible(clerk)
    clerk.fill("textarea[name=text]", "Hablamos con el mensajero y con su jefe.")
    clerk.click("#form-save")
    clerk.wait_for_url(f"**/cases/{number}/")
    head = visit("jefe.sac@aexpress.example").go(f"/aexpress/cases/{number}/approve")
    accessible(head)
    head.click("button[name=approve]")
    head.wait_for_url(f"**/cases/{number}/")
    accessible(head)
    clerk.goto(clerk.url + "notify")
    accessible(clerk)
    clerk.click("#form-save")
    clerk.wait_for_url(f"**/cases/{number}/")
    accessible(clerk)


def test_from_the_web_form_on_a_phone_to_the_rating(visit, accessible, live):
    approval = {"kinds": ["queja"], "lanes": [], "amount_from": None, "role": None}
    says(
        live.house,
        letters=letters("answer", "ask", signed="seal"),
        approval=[{**approval, "position": "jefe-sac"}],
    )
    customer = visit(size=PHONE)
    number, code = write(customer, accessible)
    answer(visit, accessible, number)
    page = customer.go(f"/aexpress/case-status?number={number}")
    page.fill("input[name=code]", code.lower())
    page.click("form#form button[type=submit]")
    page.wait_for_load_state()
    accessible(page)
    assert fits(page)
    assert "Hablamos con el mensajero" in page.content()
    with page.expect_download() as letter:
        page.click("text=Respuesta (PDF)")
    assert letter.value.suggested_filename.endswith(".pdf")
    page.check("#score-5")
    page.fill("#comment", "Muy amables")
    page.click("text=Enviar mi calificación")
    page.wait_for_load_state()
    accessible(page)
    assert "5 · Muy buena" in page.content()
    page.click("text=No estoy conforme")
    page.wait_for_load_state()
    accessible(page)
    assert fits(page)
    page.goto(f"{live.url}/aexpress/case-notices")
    accessible(page)
    page = visit("calidad@aexpress.example", size=PHONE).go("/aexpress/cases/person")
    page.fill("input[name=email]", "rosa@example.org")
    page.click("form#form button[type=submit]")
    page.wait_for_load_state()
    accessible(page)
    assert number in page.content()
    assert fits(page)
    page.goto(f"{live.url}/aexpress/cases/matrix")
    accessible(page)
