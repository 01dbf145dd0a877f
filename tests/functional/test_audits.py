"""Audits and management reviews on screen: nobody audits their own work, numbers freeze."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from house import PASSPHRASE
from improvement_house import JSON, accept, do, fill, press, refused, report, shown
from reading_house import ORGANISATION, Clock, mails, run_job
from siege import (
    APPROVER,
    AUDITOR,
    AUTHOR,
    EMPLOYEE,
    OPERATIONS,
    QUALITY,
    STRANGERS,
    enrol,
    token_of,
)

from qms.improvement.counting import states_at
from qms.improvement.services import audits
from qms.improvement.workflow import findings as flow

AUDITS, REVIEWS = "/aexpress/audits/", "/aexpress/management-reviews/"


@pytest.fixture
def days(house, monkeypatch):
    house.cookies.clear()
    return Clock(house, monkeypatch)


def programme(house, year):
    quality = house.browser(QUALITY)
    do(
        quality,
        f"{AUDITS}new-programme",
        year=str(year),
        objective="Saber si el sistema se cumple",
        criteria="ISO 9001:2015 y los procedimientos vigentes",
        scope="Todos los procesos",
    )
    return f"{AUDITS}programme-{year}/"


def audit(house, days, process="sc"):
    path = programme(house, days.first.year)
    quality = house.browser(QUALITY)
    assert press(quality, path, "approve").status_int == 303
    form = quality.get(f"{path}plan").forms["form"]
    form["title"] = "Auditoría al proceso"
    for box in form.fields["checkbox"]:
        box.checked = box._value == process
    form["first"] = form["last"] = f"{days.first:%d/%m/%Y}"
    answer = form.submit()
    assert answer.status_int == 303, answer.text
    number = answer.location.rstrip("/").rpartition("/")[2]
    return number, f"{AUDITS}{number}/"


def name_team(browser, page, lead):
    form = browser.get(f"{page}team").forms["form"]
    form["lead"] = lead
    return form


def questions(browser, page):
    return shown(browser, page)["questions"]


def test_from_the_programme_to_a_finding_and_its_report(house, days):
    number, page = audit(house, days)
    quality = house.browser(QUALITY)
    # Who leads the process, works in it or wrote for it is refused.
    for person, said in (
        ("andres-pineda", "lidera el proceso"),
        ("paola-rincon", "trabaja en el proceso"),
    ):
        answer = name_team(quality, page, person).submit(status=422)
        assert said in answer.text
        assert "nadie audita su propio trabajo" in answer.text
    assert name_team(quality, page, "sonia-medrano").submit().status_int == 303
    assert (AUDITOR, f"[{number}] Usted es del equipo de una auditoría") in mails(house)
    auditor = house.browser(AUDITOR)
    assert number in auditor.get("/aexpress/").text
    press(auditor, page, "prepare")
    found = questions(auditor, page)
    with house.site() as site:
        version = site[ORGANISATION]["documents"]["INS-AX-SC-01"].in_force.label
    own = [one for one in found if one["code"] == "INS-AX-SC-01"]
    assert own
    assert {one["version"] for one in own} == {version}
    assert any("Registrar la PQR" in one["text"] for one in own)
    do(auditor, f"{page}ask", text="¿Se conserva la evidencia?", code="ISO 9001:2015 7.5.3")
    do(auditor, f"{page}open", text="Estuvieron el jefe y dos asesores")
    assert shown(auditor, page)["state"] == "audit-running"
    asked = questions(auditor, page)
    first, second = asked[0]["id"], asked[1]["id"]
    assert "un texto vacío" in refused(
        auditor, f"{page}answer/{first}", verdict="nonconformity", text=""
    )
    do(auditor, f"{page}answer/{first}", verdict="nonconformity", text="No se confirma el cierre")
    do(auditor, f"{page}answer/{second}", verdict="observation", text="Falta una firma")
    for one in asked[2:]:
        with_act(house, number, one["id"])
    assert "Levante primero un hallazgo" in refused(auditor, f"{page}conclude", text="Listo")
    raised = auditor.post(
        f"{page}raise", {"csrf_token": token_of(auditor, page), "question": first}
    )
    assert raised.status_int == 303
    finding = shown(auditor, page)["questions"][0]["finding"]
    assert finding.startswith("HAL-")
    told = auditor.get(f"/aexpress/findings/{finding}/")
    assert number in told.text
    assert asked[0]["code"] in told.text
    do(auditor, f"{page}conclude", text="El proceso cumple con una excepción")
    answer = auditor.get(f"{page}pdf")
    assert answer.body.startswith(b"%PDF-")
    # It is followed up until its findings are closed.
    quality = house.browser(QUALITY)
    token = token_of(quality, page)
    answer = quality.post(f"{page}close", {"csrf_token": token}, status=422)
    assert finding in answer.text
    do(quality, f"/aexpress/findings/{finding}/reject", reason="Ya estaba corregido")
    assert quality.post(f"{page}close", {"csrf_token": token}).status_int == 303
    assert shown(quality, page)["state"] == "audit-closed"
    progress = shown(quality, f"{AUDITS}programme-{days.first.year}/")
    assert (progress["audits"], progress["done"], progress["closed"]) == (1, 1, 1)


def with_act(house, number, question):
    """Answer a question by the service, since a long checklist takes long by forms."""
    with house.site() as site:
        one = site[ORGANISATION]["audits"][number]
        audits.answer(one, question, "conforms", act=house.act("sonia-medrano"))


def test_the_team_is_looked_at_again_when_the_audit_begins(house, days):
    _number, page = audit(house, days, process="op")
    quality = house.browser(QUALITY)
    name_team(quality, page, "lucia-mora").submit()
    lead = house.browser(QUALITY)
    press(lead, page, "prepare")
    with house.site() as site:
        people = site[ORGANISATION]["people"]
        people.place(people.person("lucia-mora"), ["coordinador-calidad", "jefe-operaciones"])
    text = refused(lead, f"{page}open", text="Empezamos")
    assert "lidera el proceso" in text


def test_the_team_is_reminded_of_its_days_once_each(house, days):
    number, page = audit(house, days)
    name_team(house.browser(QUALITY), page, "sonia-medrano").submit()
    for _turn in range(2):
        run_job(house, "letters about improvement")
    said = [one for one in mails(house) if f"[{number}] La auditoría empieza" in one[1]]
    assert [address for address, _subject in said] == [AUDITOR]


def test_an_audit_does_not_begin_before_its_programme_is_approved(house, days):
    path = programme(house, days.first.year)
    quality = house.browser(QUALITY)
    form = quality.get(f"{path}plan").forms["form"]
    form["title"], form["criteria"] = "A", "ISO 9001"
    for box in form.fields["checkbox"]:
        box.checked = box._value == "sc"
    form["first"] = form["last"] = f"{days.first:%d/%m/%Y}"
    page = form.submit().location
    name_team(quality, page, "sonia-medrano").submit()
    auditor = house.browser(AUDITOR)
    press(auditor, page, "prepare")
    assert "aprobar el programa" in refused(auditor, f"{page}open", text="Empezamos")


def test_d4_1_audits_of_others_answer_as_if_there_were_none(house, days):
    _number, page = audit(house, days)
    for email in (STRANGERS["quality"], STRANGERS["auditor"]):
        assert house.browser(email).get(page, status=404)


def test_d4_4_only_the_team_conducts_an_audit_and_only_the_audited_see_it(house, days):
    number, page = audit(house, days)
    quality = house.browser(QUALITY)
    name_team(quality, page, "sonia-medrano").submit()
    # Quality staff manage it, but they are not of its team.
    token = token_of(quality, page)
    for view in ("prepare", "open", "conclude", "ask", "raise"):
        answer = quality.post(f"{page}{view}", {"csrf_token": token}, expect_errors=True)
        assert answer.status_int == 403, view
    assert house.browser(OPERATIONS).get(page, status=404)
    assert number not in house.browser(OPERATIONS).get(AUDITS).text
    assert house.browser(AUTHOR).get(page).status_int == 200


# The management review


def called(house, days):
    quality = house.browser(QUALITY)
    form = quality.get(f"{REVIEWS}new").forms["form"]
    form["title"] = "Revisión del semestre"
    form["first"] = f"{days.first - timedelta(days=90):%d/%m/%Y}"
    form["last"] = f"{days.first:%d/%m/%Y}"
    for box in form.fields["checkbox"]:
        box.checked = box._value == "vicepresidente-ejecutivo"
    answer = form.submit()
    assert answer.status_int == 303, answer.text
    return f"{REVIEWS}{answer.location.rstrip('/').rpartition('/')[2]}/"


def number_of(pack, name, label):
    """Give a number of a pack by its input and the words of its line."""
    blocks = {one["name"]: one for part in pack["parts"] for one in part["blocks"]}
    return next(one["value"] for one in blocks[name]["rows"] if one["label"] == label)


def test_a_review_counts_what_is_live_at_its_cut_date_and_freezes_it(house, days):
    for text in ("Uno", "Dos", "Tres"):
        report(house.browser(EMPLOYEE), text=text)
    first = shown(house.browser(QUALITY), "/aexpress/findings/")["rows"][0]["number"]
    accept(first, house)
    page = called(house, days)
    days.go(2)
    # What comes after the cut date does not count.
    report(house.browser(EMPLOYEE), text="Después del corte")
    quality = house.browser(QUALITY)
    pack = shown(quality, page)
    with house.site() as site:
        live = states_at(site[ORGANISATION], days.first)
    name, label = "improvement.findings", "Hallazgos abiertos a la fecha de corte"
    assert int(number_of(pack, name, label)) == sum(live[one] for one in flow.OPEN) == 3
    documents = number_of(pack, "documents", "Documentos vigentes a la fecha de corte")
    assert int(documents) == shown(quality, "/aexpress/documents/?state=in-force")["total"]
    for part in [one["part"] for one in pack["parts"] if not one["blocks"]]:
        do(quality, f"{page}note/{part}", text="Sin novedad en el período")
    do(quality, f"{page}minutes", attendees="Gerencia y líderes", text="Se revisó todo.")
    do(
        quality,
        f"{page}decide",
        kind="improvement",
        title="Contratar un asesor más",
        owner="position:jefe-sac",
        due=f"{days.first + timedelta(days=40):%d/%m/%Y}",
    )
    assert house.browser(APPROVER).get(f"{page}pdf").body.startswith(b"%PDF-")
    with house.site() as site:
        enrol(house, site, "hernan-bustos")
    boss = house.browser(APPROVER)
    text = refused(boss, f"{page}approve", passphrase="no es esta")
    assert "frase" in text.lower()
    do(boss, f"{page}approve", passphrase=PASSPHRASE)
    frozen = shown(quality, page)
    assert frozen["state"] == "management-approved"
    report(house.browser(EMPLOYEE), text="Otro más")
    again = shown(quality, page)
    assert again["parts"] == frozen["parts"]
    assert number_of(frozen, name, label) == "3"
    assert re.search(r"[0-9a-f]{64}", boss.get(page).text)
    assert boss.get(f"{page}pdf").body == quality.get(f"{page}pdf").body
    action = shown(quality, "/aexpress/actions/")["rows"][0]
    assert action["review"] == frozen["number"]
    assert quality.get(f"{page}minutes", status="*").status_int in (200, 403)
    assert "Esto no se puede hacer ahora" in refused(
        quality, f"{page}minutes", attendees="x", text="Otra acta"
    )


def test_a_review_is_not_approved_before_its_cut_date_nor_with_silent_inputs(house, days):
    page = called(house, days)
    quality = house.browser(QUALITY)
    do(quality, f"{page}minutes", attendees="x", text="Acta")
    with house.site() as site:
        enrol(house, site, "hernan-bustos")
    boss = house.browser(APPROVER)
    assert "fecha de corte no ha pasado" in refused(boss, f"{page}approve", passphrase=PASSPHRASE)
    days.go(1)
    text = refused(house.browser(APPROVER), f"{page}approve", passphrase=PASSPHRASE)
    assert "todavía no dicen nada" in text


def test_numbers_that_changed_since_they_were_seen_are_not_signed(house, days):
    page = called(house, days)
    quality = house.browser(QUALITY)
    do(quality, f"{page}minutes", attendees="x", text="Acta")
    days.go(1)
    quality = house.browser(QUALITY)
    for part in [one["part"] for one in shown(quality, page)["parts"] if not one["blocks"]]:
        do(quality, f"{page}note/{part}", text="Nada")
    with house.site() as site:
        enrol(house, site, "hernan-bustos")
    form = house.browser(APPROVER).get(f"{page}approve").forms["form"]
    do(quality, f"{page}minutes", attendees="x", text="Otra acta")
    assert "Las cifras cambiaron" in fill(form, passphrase=PASSPHRASE).submit(status=422).text


def test_who_only_reads_sees_no_review(house, days):
    page = called(house, days)
    reader = house.browser(EMPLOYEE)
    assert reader.get(page, status=404)
    assert house.browser(STRANGERS["quality"]).get(page, status=404)
    assert house.browser(APPROVER).get(page).status_int == 200


# Risks and the board


def test_risks_are_those_that_documents_in_force_declare(house):
    browser = house.browser(STRANGERS["quality"])
    rows = browser.get("/carrazos/risks", headers=JSON).json
    assert any("inoportunidad" in one["risk"].lower() for one in rows["rows"])
    with house.site() as site:
        declared = sum(
            len((version.data_of(section) or {}).get("rows") or ())
            for document in site["carrazos"]["documents"].values()
            if (version := document.in_force) is not None
            for section in version.sections
            if section == "risks"
        )
    assert rows["total"] == declared


def test_the_board_counts_what_the_lists_count(house):
    for text in ("Uno", "Dos"):
        report(house.browser(EMPLOYEE), text=text)
    quality = house.browser(QUALITY)
    board = shown(quality, "/aexpress/improvement-board")
    assert board["findings"]["finding-reported"] == 2
    assert board["processes"]["sc"]["finding-reported"] == 2
    assert "Servicio al Cliente" in quality.get("/aexpress/improvement-board").text
    assert shown(house.browser(OPERATIONS), "/aexpress/improvement-board")["findings"] == {}
