"""Findings on screen: from a missed target to a check of effectiveness by another person."""

from __future__ import annotations

import io
import re

import pytest
from house import PASSPHRASE
from improvement_house import (
    ACTIONS_AT,
    FINDINGS_AT,
    JSON,
    accept,
    analyse,
    carry_out,
    do,
    plan,
    press,
    refused,
    report,
    shown,
)
from pypdf import PdfWriter
from reading_house import ORGANISATION, Clock, mails, run_job
from siege import (
    AUDITOR,
    AUTHOR,
    EMPLOYEE,
    OPERATIONS,
    QUALITY,
    STRANGERS,
    enrol,
    token_of,
)
from webtest import Upload

from qms.documents.figures import Span
from qms.improvement import counting
from qms.improvement.listing import FINDINGS, FindingRow, catalogue_of
from qms.improvement.listing import finding_row as row_of
from qms.improvement.services import actions as services

JOB = "letters about improvement"


def small_pdf():
    """Give a file that is what it says."""
    written = io.BytesIO()
    writer = PdfWriter()
    writer.add_blank_page(72, 72)
    writer.write(written)
    return written.getvalue()


@pytest.fixture
def days(house, monkeypatch):
    house.cookies.clear()
    return Clock(house, monkeypatch)


def test_a_missed_target_becomes_a_finding_and_a_failed_check_opens_it_again(house, days):
    reporter = house.browser(EMPLOYEE)
    number = report(reporter, clause="ISO 9001:2015 9.1.2")
    assert number.startswith("HAL-")
    assert (QUALITY, f"[{number}] Se reportó un hallazgo: clasifíquelo") in mails(house)
    assert number in house.browser(QUALITY).get("/aexpress/").text
    accept(number, house)
    boss, page = house.browser(AUTHOR), f"{FINDINGS_AT}{number}/"
    do(boss, f"{page}correct", text="Se llamó a los clientes", record="Planilla 4")
    assert "plan-complete" not in boss.get(page).text
    analyse(boss, number)
    assert "<svg" in boss.get(page).text
    action = plan(boss, number, 10, today=days.first)
    assert press(boss, page, "finish-plan").status_int == 303
    assert shown(boss, page)["state"] == "finding-acting"
    carry_out(house, number, action)
    found = shown(boss, page)
    assert found["state"] == "finding-waiting"
    # Not yet, and never by whoever answers for it.
    quality = house.browser(QUALITY)
    good = {"effective": "yes", "text": "Cierre al 98 %", "record": "Indicador de marzo"}
    assert "se puede verificar desde" in refused(quality, f"{page}check", **good)
    days.go(25)
    assert "Otra persona" in refused(house.browser(AUTHOR), f"{page}check", **good)
    quality = house.browser(QUALITY)
    assert number in quality.get("/aexpress/").text
    missing = {"effective": "no", "text": "Volvió a pasar", "record": ""}
    assert "evidencia" in refused(quality, f"{page}check", **missing)
    do(quality, f"{page}check", effective="no", text="Volvió a pasar", record="PQR-2026-00012")
    found = shown(quality, page)
    assert (found["state"], found["round"]) == ("finding-analysis", 2)
    assert "Otra ronda" in quality.get(page).text
    # The second round has its effect.
    boss = house.browser(AUTHOR)
    analyse(boss, number)
    action = plan(boss, number, 10, today=days.now.date())
    press(boss, page, "finish-plan")
    carry_out(house, number, action)
    days.go(50)
    auditor = house.browser(AUDITOR)
    do(auditor, f"{page}check", **good)
    do(house.browser(AUTHOR), f"{page}risks", needed="no", text="El riesgo ya está declarado")
    do(house.browser(QUALITY), f"{page}close", text="Se mantiene por tres meses")
    found = shown(auditor, page)
    assert found["state"] == "finding-closed"
    assert [one["effective"] for one in found["checks"]] == [False, True]
    assert len(re.findall("ACC-", auditor.get(page).text)) >= 2


def test_the_gates_are_offered_in_their_order_and_close_is_refused_by_address(house, days):
    number = report(house.browser(EMPLOYEE))
    page = f"{FINDINGS_AT}{number}/"
    quality = house.browser(QUALITY)
    assert "/accept" in quality.get(page).text
    assert "/close" not in quality.get(page).text
    text = refused(quality, f"{page}close", text="Así queda")
    assert "Esto no se puede hacer ahora" in text
    accept(number, house)
    browser = house.browser(AUTHOR)
    answer = browser.post(f"{page}finish-plan", {"csrf_token": token_of(browser, page)}, status="*")
    assert answer.status_int == 422
    assert "Analice primero la causa" in answer.text


def test_a_nonconforming_output_is_not_closed_before_it_is_verified_again(house, days):
    number = report(house.browser(EMPLOYEE), text="Envío entregado con el sello roto")
    accept(number, house, kind="salida-no-conforme")
    boss, page = house.browser(AUTHOR), f"{FINDINGS_AT}{number}/"
    text = refused(boss, f"{page}dispose", disposition="concession", text="Se entrega así")
    assert "concesión" in text
    do(boss, f"{page}dispose", disposition="correct", text="Se reempaca")
    do(boss, f"{page}correct", text="Se reempacó", record="Guía 881")
    press(boss, page, "finish-plan")
    quality = house.browser(QUALITY)
    do(quality, f"{page}check", effective="yes", text="Llegó bien", record="Guía 881")
    assert "no se verificó de nuevo" in refused(quality, f"{page}close", text="Listo")


def test_an_action_is_extended_so_often_only_and_reminded_of_once_a_threshold(house, days):
    quality = house.browser(QUALITY)
    due = days.calendar.add_business_days(days.first, 6)
    do(
        quality,
        f"{ACTIONS_AT}new",
        kind="improvement",
        title="Probar la encuesta corta",
        owner="position:jefe-sac",
        due=f"{due:%d/%m/%Y}",
    )
    number = shown(quality, ACTIONS_AT)["rows"][0]["number"]
    assert (AUTHOR, f"[{number}] Tiene una acción a su cargo") in mails(house)
    assert number in house.browser(AUTHOR).get("/aexpress/").text
    run_job(house, JOB)
    before = len(mails(house))
    days.go(9)
    run_job(house, JOB)
    run_job(house, JOB)
    told = [one for one in mails(house)[:] if number in one[1] and "vencida" in one[1]]
    assert sorted(address for address, _subject in told) == sorted([AUTHOR, QUALITY])
    assert len(mails(house)) == before + 2
    quality = house.browser(QUALITY)
    assert "Vencido" in quality.get(ACTIONS_AT).text
    for step in (12, 15):
        day = days.calendar.add_business_days(days.first, step)
        do(
            quality,
            f"{ACTIONS_AT}{number}/extend",
            due=f"{day:%d/%m/%Y}",
            reason="Falta el proveedor",
        )
    late = days.calendar.add_business_days(days.first, 30)
    text = refused(
        quality, f"{ACTIONS_AT}{number}/extend", due=f"{late:%d/%m/%Y}", reason="Otra vez"
    )
    assert "2 veces" in text


def test_a_finding_starts_from_what_it_arises_from_and_shows_the_link(house):
    author = house.browser(AUTHOR)
    with house.site() as site:
        uid = site[ORGANISATION]["documents"]["INS-AX-SC-01"].uid
    form = author.get(f"{FINDINGS_AT}new?from=document:{uid}").forms["form"]
    assert form["source"].value == "document"
    assert form["process"].value == "sc"
    form["text"] = "El paso 4 no se cumple"
    page = form.submit().follow()
    assert "INS-AX-SC-01" in page.text
    assert "Surgió de" in page.text or "Surge de" in page.text
    other = author.get("/aexpress/documents/INS-AX-SC-01/related")
    assert "El paso 4 no se cumple" in other.text


def test_rejecting_merging_and_cancelling_say_why(house):
    reporter, quality = house.browser(EMPLOYEE), house.browser(QUALITY)
    first, second, third = (report(reporter, text=f"Hallazgo {n}") for n in range(3))
    do(quality, f"{FINDINGS_AT}{first}/reject", reason="Es una petición del cliente")
    assert (
        "paola.rincon@aexpress.example",
        f"[{first}] Se decidió sobre su hallazgo",
    ) in mails(house)
    accept(third, house)
    do(quality, f"{FINDINGS_AT}{second}/merge", into=third, reason="Es el mismo hecho")
    action = plan(quality, third, 10)
    do(quality, f"{FINDINGS_AT}{third}/cancel", reason="Se cerró la sede")
    rows = {one["number"]: one for one in shown(quality, FINDINGS_AT)["rows"]}
    assert rows[second]["state"] == "finding-merged"
    assert rows[third]["state"] == "finding-cancelled"
    assert shown(quality, f"{ACTIONS_AT}{action}/")["state"] == "action-cancelled"


def test_whoever_planned_an_action_finds_it_to_verify_and_its_owner_does_not(house, days):
    boss = house.browser(AUTHOR)
    do(
        boss,
        f"{ACTIONS_AT}new",
        kind="preventive",
        title="Revisar el respaldo de la consola",
        owner="person:paola-rincon",
        due=f"{days.first:%d/%m/%Y}",
    )
    number = shown(boss, ACTIONS_AT)["rows"][0]["number"]
    owner = house.browser(EMPLOYEE)
    do(owner, f"{ACTIONS_AT}{number}/finish", text="Hecho", record="Ticket 9")
    assert number in house.browser(AUTHOR).get("/aexpress/").text
    assert number not in house.browser(EMPLOYEE).get("/aexpress/").text
    assert owner.get(f"{ACTIONS_AT}{number}/verify", status=403)
    do(house.browser(AUTHOR), f"{ACTIONS_AT}{number}/verify", verdict="return", text="Falta")
    assert shown(owner, f"{ACTIONS_AT}{number}/")["state"] == "action-open"


def test_numbers_have_no_gaps_after_refusals(house):
    browser = house.browser(EMPLOYEE)
    first = report(browser)
    refused(browser, f"{FINDINGS_AT}new", text="   ", source="person")
    second = report(browser)
    assert int(second[-4:]) == int(first[-4:]) + 1


def test_the_list_says_what_the_findings_say(house):
    number = report(house.browser(EMPLOYEE))
    accept(number, house)
    with house.site() as site:
        organisation = site[ORGANISATION]
        for finding in organisation["findings"].values():
            stored = catalogue_of(organisation, FINDINGS).row(finding.uid)
            assert FindingRow(*stored) == row_of(finding)


def test_the_record_is_a_pdf_with_the_cause_drawn(house, days):
    number = report(house.browser(EMPLOYEE))
    accept(number, house)
    boss = house.browser(AUTHOR)
    analyse(boss, number)
    answer = boss.get(f"{FINDINGS_AT}{number}/pdf")
    assert answer.content_type == "application/pdf"
    assert answer.body.startswith(b"%PDF-")


def test_closing_is_signed_where_the_profile_asks_for_it(house, days):
    number = report(house.browser(EMPLOYEE), text="Falta un sello")
    accept(number, house, kind="observacion")
    page = f"{FINDINGS_AT}{number}/"
    boss = house.browser(AUTHOR)
    do(boss, f"{page}correct", text="Se puso", record="Acta 3")
    press(boss, page, "finish-plan")
    days.go(30)
    do(
        house.browser(AUDITOR),
        f"{page}check",
        effective="yes",
        text="Están todos",
        record="Muestra de 20",
    )
    with house.site() as site:
        organisation = site[ORGANISATION]
        organisation.profile["improvement"] = {"signed_closing": True}
        organisation.profile_revision += 1
        enrol(house, site, "lucia-mora")
    run_job(house, "revocation lists")
    quality = house.browser(QUALITY)
    assert "frase" in refused(quality, f"{page}close", text="Listo", passphrase="otra").lower()
    assert shown(quality, page)["state"] == "finding-effective"
    do(quality, f"{page}close", text="Listo", passphrase=PASSPHRASE)
    with house.site() as site:
        kept = site[ORGANISATION]["findings"][number].acts[-1]["statement"]
    assert kept["number"] == number
    assert kept["proof"]
    assert "Firmado" in quality.get(page).text


def test_risks_that_have_to_change_name_the_document_in_force_in_which_they_did(house, days):
    number = report(house.browser(EMPLOYEE))
    accept(number, house)
    page, boss = f"{FINDINGS_AT}{number}/", house.browser(AUTHOR)
    do(boss, f"{page}risks", needed="yes", text="El riesgo no estaba")
    assert "Elija" in refused(boss, f"{page}risk-document", code="NO-EXISTE")
    do(boss, f"{page}risk-document", code="INS-AX-SC-01")
    assert "INS-AX-SC-01" in boss.get(page).text
    with house.site() as site:
        now = site[ORGANISATION]["findings"][number].progress
    assert now.risk_documents == ("INS-AX-SC-01",)


def test_figures_count_what_was_due_and_done_in_time(house, days):
    with house.site() as site:
        organisation = site[ORGANISATION]
        first = days.first
        for number, (due, done) in enumerate(((3, 1), (4, 6), (30, None))):
            action = services.plan(
                organisation,
                services.Planned(
                    "improvement",
                    f"Acción {number}",
                    "position:jefe-sac",
                    days.calendar.add_business_days(first, due),
                    process="sc",
                ),
                act=house.act("lucia-mora", at=days.now),
            )
            if done is not None:
                at = days.at(days.calendar.add_business_days(first, done))
                act = house.act("andres-pineda", at=at)
                services.finish(action, "Hecha", record="Acta", act=act)
        span = Span(first, days.calendar.add_business_days(first, 10))
        filters = {"process": ("sc",)}
        assert counting.actions_due(organisation, span, filters, days.now) == 2
        assert counting.actions_on_time(organisation, span, filters, days.now) == 1
        assert counting.actions_due(organisation, span, {"process": ("op",)}, days.now) == 0


# Attacks


def test_d4_1_findings_of_others_answer_as_if_there_were_none(house):
    report(house.browser(EMPLOYEE))
    number = report(house.browser(EMPLOYEE))
    stranger = house.browser(STRANGERS["quality"])
    for path in (f"{FINDINGS_AT}{number}/", f"{FINDINGS_AT}HAL-1900-0001/", f"{ACTIONS_AT}x/"):
        assert stranger.get(path, status=404).status_int == 404
    listed = stranger.get("/carrazos/findings/", headers=JSON).json
    assert listed["total"] == 0
    found = stranger.get(f"/carrazos/search?q={number}")
    assert f"/findings/{number}" not in found.text
    form = stranger.get("/carrazos/findings/new?from=finding:" + number).forms["form"]
    assert form["origin"].value == ""
    form["text"], form["source"], form["origin"] = "x", "person", f"finding:{number}"
    page = form.submit().follow()
    assert number not in page.text


def test_d4_4_who_only_reads_cannot_classify_check_or_close(house):
    number = report(house.browser(EMPLOYEE))
    accept(number, house)
    reader = house.browser(OPERATIONS)
    token = token_of(reader, FINDINGS_AT)
    for view in ("accept", "reject", "correct", "check", "close", "cancel", "finish-plan"):
        answer = reader.post(
            f"{FINDINGS_AT}{number}/{view}", {"csrf_token": token}, expect_errors=True
        )
        assert answer.status_int in (403, 404), view


def test_d4_2_who_only_reads_links_nothing_to_a_finding(house):
    number = report(house.browser(EMPLOYEE))
    accept(number, house)
    with house.site() as site:
        uid = site[ORGANISATION]["documents"]["INS-AX-SC-01"].uid
    body = {"from": f"finding:{number}", "to": f"document:{uid}", "role": "about"}
    for email, status in ((OPERATIONS, (403, 404)), (AUTHOR, (303,))):
        browser = house.browser(email)
        body["csrf_token"] = token_of(browser, FINDINGS_AT)
        answer = browser.post("/aexpress/link", body, expect_errors=True)
        assert answer.status_int in status, email
    shown_links = shown(house.browser(QUALITY), f"{FINDINGS_AT}{number}/")["links"]
    assert [one["key"] for one in shown_links] == [uid]


def test_d4_7_what_is_not_classified_yet_is_not_everybodys(house):
    number = report(house.browser(EMPLOYEE))
    reader = house.browser(OPERATIONS)
    assert reader.get(f"{FINDINGS_AT}{number}/", status=404)
    assert number not in reader.get(FINDINGS_AT).text
    assert number in house.browser(AUTHOR).get(FINDINGS_AT).text
    accept(number, house)
    assert number in reader.get(FINDINGS_AT).text


def test_d4_26_texts_of_findings_are_inert_on_page_and_in_files(house):
    number = report(house.browser(EMPLOYEE), text='=HYPERLINK("http://x")<script>alert(1)</script>')
    quality = house.browser(QUALITY)
    page = quality.get(f"{FINDINGS_AT}{number}/")
    assert "<script>alert" not in page.text
    sheet = quality.get(f"{FINDINGS_AT}?download=csv").body.decode("utf-8-sig")
    line = next(one for one in sheet.splitlines() if number in one)
    assert '"=HYPERLINK' not in line
    assert ";=HYPERLINK" not in line


def test_d4_27_evidence_is_looked_at_and_leaves_as_a_download(house):
    data = small_pdf()
    number = report(house.browser(EMPLOYEE))
    accept(number, house)
    boss, path = house.browser(AUTHOR), f"{FINDINGS_AT}{number}/correct"
    form = boss.get(path).forms["form"]
    form["text"] = "Se corrigió"
    form["upload"] = Upload("prueba.html", b"<script>alert(1)</script>", "text/html")
    assert form.submit(status=422)
    form = boss.get(path).forms["form"]
    form["text"] = "Se corrigió"
    form["upload"] = Upload("prueba.pdf", data, "application/pdf")
    page = form.submit().follow()
    address = re.search(r'href="([^"]*/file/[0-9a-f]+/?)"', page.text).group(1)
    answer = boss.get(address)
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert answer.body == data
