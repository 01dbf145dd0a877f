"""Answers on screen: drafts, approval, signed letters, proof of delivery, what customers say."""

from __future__ import annotations

import io
import re
import threading

import pytest
from cases_house import (
    BASE,
    JSON,
    choose,
    do,
    form_to,
    letters,
    mark_of,
    press,
    register,
    says,
    see,
    state,
    write,
)
from pypdf import PdfReader, PdfWriter
from reading_house import ORGANISATION, mails, run_job
from siege import AUTHOR, EMPLOYEE, PASSPHRASE, QUALITY, Fort, enrol, token_of
from webtest import Upload

from qms.notices.models import FAILED, SENT
from qms.pqr import answers
from qms.pqr import services as cases
from qms.pqr.errors import NotThatFar

CASES = "letters about cases"
CONDITIONS = ("kinds", "lanes", "processes", "products", "reasons", "channels", "sites")


@pytest.fixture(scope="module")
def built(seeded):
    made = Fort(seeded)
    with made.site() as site:
        enrol(made, site, "paola-rincon", "andres-pineda")
    yield made
    made.close()


def approved_by_the_head(house, **more):
    entry = {"kinds": ["queja"], "lanes": [], "amount_from": None, "role": None}
    says(house, approval=[{**entry, "position": "jefe-sac"}], **more)


def delivered(house, state=SENT, error=""):
    """Settle every waiting mail as the worker would, and let the cases learn of it."""
    with house.site() as site:
        for lane in site.annexes["outbox"].lanes:
            for mail in list(lane.due.values()):
                mail.state, mail.done_at, mail.error = state, mail.queued_at, error
    run_job(house, CASES)


def a_pdf():
    """Give a small sound PDF."""
    made, out = PdfWriter(), io.BytesIO()
    made.add_blank_page(200, 200)
    made.write(out)
    return out.getvalue()


def pdf_of(answer):
    assert answer.content_type == "application/pdf"
    return "\n".join(page.extract_text() for page in PdfReader(io.BytesIO(answer.body)).pages)


def test_from_a_telephone_call_to_closure_with_approval_letter_and_rating(house):
    approved_by_the_head(house, letters=letters("answer"))
    clerk, head = house.browser(EMPLOYEE), house.browser(AUTHOR)
    number, code = write(house.browser())
    do(clerk, number, "answer", text="Primera versión.", button="draft")
    assert state(clerk, number) == "case-open"
    do(clerk, number, "answer", text="Hablamos con el mensajero.")
    assert state(clerk, number) == "case-in-approval"
    assert ("jefe.sac@aexpress.example", f"[{number}] Una respuesta espera su aprobación") in mails(
        house
    )
    assert number in head.get("/aexpress/", headers=JSON).text
    # Who wrote it cannot approve it, and nothing leaves before.
    seen = mark_of(head, number)
    assert press(clerk, number, "approve", 422, seen=seen, approve="1")
    press(head, number, "approve", 422, **{"return": "1"}, reason=" ")
    press(head, number, "approve", **{"return": "1"}, reason="Falta pedir disculpas.")
    assert state(clerk, number) == "case-open"
    page = clerk.get(f"{BASE}{number}/answer")
    assert "Falta pedir disculpas." in page.text
    assert "Primera versión." in page.text
    do(clerk, number, "answer", text="Le pedimos disculpas.\n\nHablamos con el mensajero.")
    seen = mark_of(head, number)
    press(head, number, "approve", 422, seen="0" * 64, approve="1")
    press(head, number, "approve", seen=seen, approve="1")
    assert state(clerk, number) == "case-answered"
    assert "disculpas" not in see(house.browser(), number, code).text
    # The letter is signed by a person, and only then it can be notified.
    answer = do(clerk, number, "notify", 422, how="mail")
    assert "fírmela" in answer.text
    do(clerk, number, "letter", 422, passphrase="no es esta")
    do(clerk, number, "letter", passphrase=PASSPHRASE)
    do(clerk, number, "notify", how="mail")
    page = see(house.browser(), number, code)
    assert "Le pedimos disculpas." in page.text
    letter = form_to(page, "/case-letter").submit()
    text = pdf_of(letter)
    assert "SC-" in text
    assert "Rosa Peña" in text
    form = house.browser().get("/verify").form
    form["file"] = Upload("carta.pdf", letter.body, "application/pdf")
    report = form.submit(headers=JSON).json
    assert report["ok"]
    assert report["signatures"][0]["level"] == "personal certificate PAdES"
    assert "Paola" in report["signatures"][0]["signer"]


def test_the_customer_rates_the_answer_once_from_the_page(house):
    clerk = house.browser(EMPLOYEE)
    number, code = write(house.browser())
    do(clerk, number, "answer", text="Hablamos con el mensajero.")
    do(clerk, number, "notify", how="mail")
    page = see(house.browser(), number, code)
    form = form_to(page, "/case-rate")
    form["score"], form["comment"] = "4", "Tardaron poco"
    page = form.submit()
    assert "Gracias" in page.text
    assert "Tardaron poco" in page.text
    assert not [one for one in page.forms.values() if one.action.endswith("/case-rate")]
    again = house.browser()
    values = {"number": number, "code": code, "score": "1", "csrf_token": token_of(again)}
    assert "ya calificó" in again.post("/aexpress/case-rate", values, status=422).text
    assert "4 · Buena" in clerk.get(f"{BASE}{number}/").text
    do(clerk, number, "close", ground="confirmed", note="Lo dijo por teléfono")
    assert state(clerk, number) == "case-closed"


def test_the_mail_of_the_answer_bears_the_letter_and_a_link_to_rate_that_works_once(house):
    says(house, letters=letters("answer", signed="seal"))
    boss = house.browser(AUTHOR)
    number, code = write(house.browser())
    do(boss, number, "answer", text="Una respuesta que nadie recibe.")
    do(boss, number, "letter")
    do(boss, number, "answer", text="Hablamos con el mensajero.")
    do(boss, number, "notify", how="mail")
    page = see(house.browser(), number, code)
    given = [one for one in page.forms.values() if one.action.endswith("/case-letter")]
    assert [pdf_of(one.submit()).count("nadie recibe") for one in given] == [0]
    with house.site() as site:
        case = site[ORGANISATION]["cases"][number]
        _place, mail = case.mails[-1]
        assert [one.media_type for one in mail.attachments] == ["application/pdf"]
        link = re.search(r"/aexpress/case-rate\?\S+", mail.text).group()
        assert case.letters[0].level == "seal"
    customer = house.browser()
    form = customer.get(link).forms["form"]
    choose(form, "5")
    assert "Gracias" in form.submit().text
    form = house.browser().get(link).forms["form"]
    choose(form, "1")
    assert "ya calificó" in form.submit(status=422).text
    wrong = house.browser().get(re.sub(r"token=\S+", "token=otro", link)).forms["form"]
    choose(wrong, "1")
    assert "mensajero" not in wrong.submit(status=422).text


def test_letters_of_each_act_say_what_will_be_true_and_are_numbered_without_gaps(house):
    kinds = ("ask", "extend", "suspend", "transfer")
    says(house, letters=letters(*kinds, signed="seal"))
    boss = house.browser(AUTHOR)
    number, code = write(house.browser())
    do(boss, number, "extend", amount="5", reason="Se esperan pruebas")
    do(boss, number, "extend", 422, amount="500", reason="Se esperan pruebas")
    do(boss, number, "suspend", reason="Concepto jurídico")
    press(boss, number, "resume")
    do(boss, number, "ask-for-more", text="El número de la guía")
    do(boss, number, "transfer", to="Superintendencia", reason="No es nuestro")
    with house.site() as site:
        case = site[ORGANISATION]["cases"][number]
        numbers = [one.number for one in case.letters]
        assert [one[-5:] for one in numbers] == ["00001", "00002", "00003", "00004"]
        due = case.acts[1]
        assert due["kind"] == "extended"
    page = see(house.browser(), number, code)
    forms = [one for one in page.forms.values() if one.action.endswith("/case-letter")]
    texts = [pdf_of(form.submit()) for form in forms]
    assert "Se esperan pruebas" in texts[0]
    assert "a más tardar" in texts[0]
    assert "interrupción de términos" in texts[1]
    assert "número de la guía" in texts[2]
    assert "Superintendencia" in texts[3]
    assert numbers[1] in boss.get(f"{BASE}{number}/").text


def test_the_qr_of_a_letter_says_that_it_is_ours_without_its_content(house):
    says(house, letters=letters("ask", signed="seal"))
    number, _code = write(house.browser())
    do(house.browser(AUTHOR), number, "ask-for-more", text="El número de la guía")
    with house.site() as site:
        letter = site[ORGANISATION]["cases"][number].letters[0]
        token, sha256 = letter.token, letter.file.sha256
    page = house.browser().get(f"/aexpress/case-letter-check/{token}")
    assert sha256 in page.text
    assert "Sello" in page.text
    assert "guía" not in page.text
    assert "Rosa" not in page.text
    house.browser().get("/aexpress/case-letter-check/otro", status=303)


def test_a_mail_that_was_accepted_is_proof_and_one_that_came_back_starts_the_clock_again(house):
    boss = house.browser(AUTHOR)
    first, _code = write(house.browser())
    second, _code = write(house.browser(), email="luis@example.org")
    for number, how in ((first, SENT), (second, FAILED)):
        do(boss, number, "answer", text="Hablamos con el mensajero.")
        do(boss, number, "notify", how="mail")
        delivered(house, how, "550 no such user")
    assert state(boss, first) == "case-notified"
    page = boss.get(f"{BASE}{first}/")
    assert "Message-ID" in page.text
    assert state(boss, second) == "case-answered"
    page = boss.get(f"{BASE}{second}/")
    assert "fue devuelto" in page.text
    assert second in boss.get("/aexpress/", headers=JSON).text
    with house.site() as site:
        clock = site[ORGANISATION]["cases"][second].clock
        assert clock.stopped is None
    do(boss, second, "notify", how="post", proof="Guía 8812")
    assert "fue devuelto" not in boss.get(f"{BASE}{second}/").text


def test_an_answer_handed_over_keeps_the_signed_copy(house):
    boss = house.browser(AUTHOR)
    number, _code = write(house.browser(), email="")
    do(boss, number, "answer", text="Hablamos con el mensajero.")
    do(boss, number, "notify", 422, how="by-hand", proof="")
    form = boss.get(f"{BASE}{number}/notify").forms["form"]
    form["upload"] = Upload("firmada.pdf", a_pdf(), "application/pdf")
    form["proof"] = "La recibió Rosa Peña"
    choose(form, "by-hand")
    page = form.submit(status=303).follow()
    assert "firmada.pdf" in page.text
    assert "La recibió Rosa Peña" in page.text


def test_an_anonymous_answer_is_put_on_notice_for_some_days_without_personal_data(house, days):
    boss = house.browser(AUTHOR)
    number, code = write(house.browser(), anonymous=True, consent=False)
    do(boss, number, "answer", text="Hablamos con el mensajero.")
    do(boss, number, "notify", how="notice", notice="Se habló con el mensajero.")
    page = house.browser().get("/aexpress/case-notices")
    assert number in page.text
    assert "Se habló con el mensajero." in page.text
    assert "Hablamos con el mensajero." in see(house.browser(), number, code).text
    days.go(6)
    assert number not in house.browser().get("/aexpress/case-notices").text
    run_job(house, CASES)
    assert "En la web del" in house.browser(AUTHOR).get(f"{BASE}{number}/").text
    named, _code = write(house.browser(), email="")
    boss = house.browser(AUTHOR)
    do(boss, named, "answer", text="Doña Rosa, hablamos con el mensajero.")
    answer = do(boss, named, "notify", 422, how="notice", notice="Señora Peña: ya hablamos.")
    assert "Peña" in answer.text


def test_the_customer_completes_objects_within_the_days_and_the_clerk_decides(house, days):
    boss, customer = house.browser(AUTHOR), house.browser()
    number, code = write(customer)
    do(boss, number, "ask-for-more", text="El número de la guía")
    page = see(customer, number, code)
    assert "El número de la guía" in page.text
    form = form_to(page, "/case-complete").submit("open").forms["form"]
    form["text"] = "Es la guía 123"
    assert "Es la guía 123" in form.submit().text
    assert state(boss, number) == "case-open"
    form["text"] = "Otra vez"
    assert "siguió adelante" in form.submit(status=409).text
    do(boss, number, "answer", text="Llega hoy.")
    do(boss, number, "notify", how="phone", proof="Llamada")
    form = form_to(see(customer, number, code), "/case-object").submit("open").forms["form"]
    form["text"] = "No llegó"
    assert "otra vez" in form.submit().text
    assert state(boss, number) == "case-objected"
    assert number in boss.get("/aexpress/", headers=JSON).text
    do(boss, number, "uphold", reason="La guía dice que se entregó")
    assert "La guía dice" in see(customer, number, code).text
    days.go(12)
    page = see(house.browser(), number, code)
    assert not [one for one in page.forms.values() if one.action.endswith("/case-object")]
    values = {"number": number, "code": code, "text": "x", "csrf_token": token_of(customer)}
    assert "terminó" in customer.post("/aexpress/case-object", values, status=422).text
    boss = house.browser(AUTHOR)
    do(boss, number, "reopen", ground="not-satisfied", reason="Tenía razón")
    assert "respuesta anterior" in boss.get(f"{BASE}{number}/").text


def test_the_matrix_assigns_tells_its_own_levels_and_can_be_printed(house, days):
    rule = {
        "id": "grandes",
        "name": "Reclamos grandes",
        **{name: [] for name in CONDITIONS},
        "amount_from": "1000000",
        "amount_to": None,
        "urgent": False,
        "queue": None,
        "position": "jefe-operaciones",
        "person": None,
        "levels": [{"after": 2, "unit": "business_day", "to": ["quality"], "positions": []}],
    }
    says(house, matrix=[rule], amount=True)
    boss = house.browser(AUTHOR)
    number = register(boss)
    assert "asignado por la regla" not in boss.get(f"{BASE}{number}/").text
    do(boss, number, "amount", 422, amount="muchos")
    do(boss, number, "amount", amount="2500000,50")
    page = boss.get(f"{BASE}{number}/")
    assert "asignado por la regla 1: Reclamos grandes" in page.text
    assert "2.500.000,5" in page.text
    owner = house.browser("operaciones@aexpress.example")
    assert number in owner.get("/aexpress/", headers=JSON).text
    assert "Reclamos grandes" in boss.get(f"{BASE}matrix").text
    assert boss.get(f"{BASE}matrix", headers=JSON).json["rules"][0]["id"] == "grandes"
    days.go(3)
    run_job(house, CASES)
    run_job(house, CASES)
    told = [to for to, subject in mails(house) if number in subject and to == QUALITY]
    assert told == [QUALITY]
    page = house.browser(QUALITY).get(f"{BASE}{number}/")
    assert "Alerta de escalonamiento" in page.text
    boss = house.browser(QUALITY)
    do(boss, number, "escalate", queue="recolectores", reason="Es de operaciones")
    assert (
        "recolecciones@aexpress.example",
        f"[{number}] Notificación de escalonamiento",
    ) in mails(house)


def test_a_likely_repetition_is_offered_linked_and_answered_by_reference(house):
    boss = house.browser(AUTHOR)
    first = register(boss, text="El paquete con los libros no ha llegado a la oficina")
    do(boss, first, "answer", text="Su paquete llega mañana.")
    do(boss, first, "notify", how="mail")
    second = register(boss, text="El paquete con los libros no ha llegado todavía a la oficina")
    other = register(boss, text="Quiero una cotización de cajas", document="", email="", name="Luz")
    assert "repetido" not in boss.get(f"{BASE}{other}/").text
    page = boss.get(f"{BASE}{second}/")
    assert "Parece un caso repetido" in page.text
    form = form_to(page, "/repeats")
    page = form.submit("same").follow()
    assert "Parece un caso repetido" not in page.text
    assert first in page.text
    answer = boss.get(f"{BASE}{second}/answer?refer={first}")
    assert "Su paquete llega mañana." in answer.forms["form"]["text"].value


def test_two_approvers_at_once_decide_once(house):
    approved_by_the_head(house)
    number = register(house.browser(EMPLOYEE))
    do(house.browser(EMPLOYEE), number, "answer", text="Una respuesta.")
    with house.site() as site:
        organisation = site[ORGANISATION]
        people = organisation["people"]
        people.place(people.person("oscar-beltran"), ["jefe-sac"])
    heads = [house.browser(AUTHOR), house.browser("operaciones@aexpress.example")]
    seen = mark_of(heads[0], number)
    calls = [(one, {"csrf_token": token_of(one), "seen": seen, "approve": "1"}) for one in heads]
    barrier, found = threading.Barrier(2), []

    def decide(browser, values):
        barrier.wait()
        found.append(browser.post(f"{BASE}{number}/approve", values, status="*").status_int)

    threads = [threading.Thread(target=decide, args=call) for call in calls]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(found) in ([303, 422], [303, 409])
    with house.site() as site:
        acts = [one["kind"] for one in site[ORGANISATION]["cases"][number].acts]
    assert acts.count("approved") == 1


def test_an_answer_and_a_withdrawal_at_once_leave_one_of_them(house):
    number = register(house.browser(AUTHOR))
    with house.site() as site:
        case = site[ORGANISATION]["cases"][number]
        cases.withdraw(case, "Ya no", act=house.act("andres-pineda"))
        with pytest.raises(NotThatFar):
            cases.answer(case, "Tarde", act=house.act("andres-pineda"))
        with pytest.raises(NotThatFar):
            answers.draft(case, "Tarde", act=house.act("andres-pineda"))
    answer = do(house.browser(AUTHOR), number, "answer", 422, text="Tarde")
    assert "Tarde" in answer.text


def test_after_the_quick_line_a_likely_repetition_is_offered_without_blocking(house):
    clerk, page = house.browser(EMPLOYEE), None
    for text in ("No ha llegado el paquete de libros", "No ha llegado el paquete de los libros"):
        form = form_to(clerk.get(BASE), "/quick")
        form["name"], form["text"], form["channel"] = "Rosa Peña", text, "telefono"
        page = form.submit().follow()
    assert "Parece un caso repetido" in page.text
    assert "el mismo nombre" in page.text
    page = form_to(page, "/repeats").submit("other-one").follow()
    assert "Parece un caso repetido" not in page.text
    assert "Anotado: no es el mismo." in page.text
