"""A day of satisfaction calls: from the list of customers to a detractor answered in time."""

from __future__ import annotations

import io
from datetime import UTC, timedelta
from functools import partial
from types import SimpleNamespace

import pytest
import transaction
from openpyxl import load_workbook
from PIL import Image
from reading_house import Clock, run_job
from survey_house import (
    ADMINISTRATOR,
    ADVISER,
    AGENT,
    AUDITOR,
    BASE,
    COLLEAGUE,
    DIRECTOR,
    JSON,
    ORGANISATION,
    WORKSHOP,
    press,
)
from webtest import Upload
from webtest.forms import Radio
from ZODB.POSException import ConflictError

from qms.content.root import get_site
from qms.documents.figures import FigureQuery, Span, figure_sources
from qms.notices.letters import build
from qms.notices.services import mails_of
from qms.people.wishes import refuse_contact
from qms.profiles.api import profile_of
from qms.surveys.errors import NobodyLeft, OptedOut
from qms.surveys.services import calling, links, loading
from qms.surveys.services.answering import record_answer
from qms.surveys.services.campaigns import add_customer, open_campaign

JOB = "alerts and reports of surveys"
HEADS = "Cliente;Celular;Correo;Placa;Marca;Modelo"


def picture():
    """Make a small photograph, as an adviser attaches one."""
    stream = io.BytesIO()
    Image.new("RGB", (4, 4), "white").save(stream, "PNG")
    return stream.getvalue()


LIST = f"""{HEADS}
Rosa Peña Lara;300 111 2233;rosa@example.org;ABC123;Volkswagen;Gol
Luis Mora;3112223344;;XYZ987;SEAT;Ibiza
Sin Teléfono;123;;;;
Rosa Peña Lara;+57 300 111 2233;;ABC123;Volkswagen;Gol
""".encode()


@pytest.fixture
def days(house, monkeypatch):
    made = Clock(house, monkeypatch)
    with house.site() as site:
        made.calendar = profile_of(site[ORGANISATION]).calendar()
    made.first = made.calendar.next_business_day(made.first)
    made.now = made.at(made.first)
    return made


def open_one(browser, survey="posventa", title="Posventa de hoy", **more):
    """Open a campaign by the form; gives its path."""
    form = browser.get(f"{BASE}add").forms["form"]
    form["survey"], form["title"] = survey, title
    pick(form, more.pop("who", "list"))
    for name, value in more.items():
        form[name] = value
    answer = form.submit()
    assert answer.status_int == 303, answer.text
    return answer.location.removeprefix("http://localhost")


def pick(form, value, place=0):
    """Choose a radio button of the form."""
    radios = [one for fields in form.fields.values() for one in fields if isinstance(one, Radio)]
    radios[place].value = value


def load(browser, path, data=LIST, name="spiga.csv", status=303):
    """Load a list by the form and give the page that follows."""
    form = browser.get(f"{path}load").forms["form"]
    body = [("csrf_token", form["csrf_token"].value), ("__start__", "list:mapping")]
    body += [("upload", Upload(name, data, "text/csv")), ("__end__", "list:mapping")]
    answer = browser.post(f"{path}load", [*body, ("save", "save")], status=status)
    return answer.follow() if status == 303 else answer


def answer_call(page, score, **texts):
    """Fill the questions of a call in, the same score everywhere."""
    form = page.forms["form"]
    for fields in form.fields.values():
        for one in fields:
            if isinstance(one, Radio):
                options = [value for value, _checked, _label in one.options]
                one.value = str(score) if str(score) in options else "no"
    for name, text in texts.items():
        form[name] = text
    return form.submit(status="*")


def with_evidence(browser, address, to, note, status=303):
    """Move a follow-up with a file as its evidence."""
    form = browser.get(address).forms["form"]
    name = next(
        name for name, fields in form.fields.items() if name and isinstance(fields[0], Radio)
    )
    body = [("csrf_token", form["csrf_token"].value), ("__start__", "to:rename"), (name, to)]
    body += [("__end__", "to:rename"), ("note", note)]
    if note:
        body += [
            ("__start__", "file1:mapping"),
            ("upload", Upload("a.png", picture(), "image/png")),
        ]
        body += [("__end__", "file1:mapping")]
    return browser.post(address, [*body, ("save", "save")], status=status)


def test_a_day_of_calls_from_the_import_to_a_detractor_answered_in_time(house, days):
    agent = house.browser(AGENT)
    path = open_one(agent)
    preview = load(agent, path)
    for said in ("Rosa Peña Lara", "Dos veces en esta lista", "Ni el teléfono ni el correo sirven"):
        assert said in preview.text
    press(agent, f"{path}carry-out")
    page = agent.get(path)
    assert "Siguiente llamada" in page.text
    assert agent.get(path, headers=JSON).json["total"] == 2

    call = press(agent, f"{path}next").follow()
    assert "Buenos días, Rosa Peña Lara" in call.text
    assert "Gol" in call.text
    assert "CARD ADVISOR" in call.text
    answer = answer_call(call, 4, voice="Llevo tres días esperando el carro")
    assert answer.status_int == 303, answer.text

    adviser = house.browser(ADVISER)
    assert "Llevo tres días" in adviser.get("/carrazos/").text
    board = adviser.get(f"{BASE}board")
    assert "Sin gestión" in board.text
    line = adviser.get(f"{BASE}board", headers=JSON).json
    assert line["total"] == 1
    customer = f"{path}000001/"
    facts = adviser.get(customer, headers=JSON).json
    assert facts["class"] == "detractor"
    assert facts["follow"] == "rojo"
    days.go(1, hour=16)
    adviser = house.browser(ADVISER)
    refused = with_evidence(adviser, f"{customer}follow-up", "verde", "", status=422)
    assert "qué se hizo" in refused.text
    assert (
        with_evidence(adviser, f"{customer}follow-up", "verde", "Se le entregó hoy").status_int
        == 303
    )
    facts = adviser.get(customer, headers=JSON).json
    assert facts["follow"] == "verde"
    assert facts["in_time"] is True
    assert adviser.get(f"{BASE}board", headers=JSON).json["total"] == 0


def test_two_agents_never_call_the_same_customer(house):
    first, second = house.browser(AGENT), house.browser(COLLEAGUE)
    path = open_one(first)
    load(first, path)
    press(first, f"{path}carry-out")
    one = press(first, f"{path}next").location
    other = press(second, f"{path}next").location
    assert one != other
    assert press(first, f"{path}next").location == one
    assert "Jessica Tovar" in second.get(one).text
    assert answer_call(second.get(one), 9).status_int == 409
    assert press(second, one.replace("/call", "/take"), status=409).status_int == 409


def test_of_two_who_ask_at_the_same_moment_the_database_lets_one_through(house):
    with house.site() as site:
        campaign = open_campaign(site[ORGANISATION], "posventa", "A", act=house.act())
        for name in ("Ana", "Eva"):
            known = {"name": name, "phone": "300111223" + str(len(name)), "email": f"{name}@b.co"}
            add_customer(campaign, known, act=house.act())
        number = campaign.number
    taken, connections = [], []
    for agent in ("jessica-tovar", "brayan-cifuentes"):
        manager = transaction.TransactionManager(explicit=True)
        connection = house.db.open(manager)
        manager.begin()
        campaign = get_site(connection)[ORGANISATION]["surveys"][number]
        taken.append(calling.take_next(campaign, act=house.act(agent)).number)
        connections.append((manager, connection, campaign))
    assert taken[0] == taken[1]
    connections[0][0].commit()
    manager, connection, campaign = connections[1]
    with pytest.raises(ConflictError):
        manager.commit()
    manager.abort()
    manager.begin()
    again = calling.take_next(campaign, act=house.act("brayan-cifuentes")).number
    assert again != taken[0]
    manager.commit()
    for _manager, connection, _campaign in connections:
        connection.close()


def attempt(browser, contact, reason, **values):
    form = browser.get(f"{contact}attempt").forms["form"]
    pick(form, reason)
    for name, value in values.items():
        form[name] = value
    return form.submit(status="*")


def test_after_the_second_failed_attempt_a_message_waits_and_after_the_third_nobody_calls(
    house, days
):
    agent = house.browser(AGENT)
    path = open_one(agent)
    load(agent, path)
    press(agent, f"{path}carry-out")
    contact = f"{path}000001/"
    attempt(agent, contact, "no-contesta")
    assert agent.get(contact, headers=JSON).json["state"] == "call-retry"
    answer = attempt(agent, contact, "buzon")
    assert answer.location.endswith("/message")
    page = press(agent, f"{contact}message-link").follow()
    assert "/carrazos/survey?token=" in page.text
    assert "Rosa Peña Lara" in page.text
    assert "Mensajes: 1" in agent.get("/carrazos/").text
    press(agent, f"{contact}message-done", channel="whatsapp")
    assert "Mensajes: 0" in agent.get("/carrazos/").text
    attempt(agent, contact, "no-contesta")
    assert agent.get(contact, headers=JSON).json["state"] == "call-exhausted"
    other = f"{path}000002/"
    wrong = attempt(agent, other, "llamar-luego", hour="25:10")
    assert wrong.status_int == 422
    later = days.now.astimezone(days.zone) + timedelta(days=1)
    attempt(agent, other, "llamar-luego", day=f"{later:%d/%m/%Y}", hour="14:30")
    assert agent.get(other, headers=JSON).json["state"] == "call-later"
    assert "Siguiente llamada" not in agent.get(path).text
    days.now = later.replace(hour=15).astimezone(UTC)
    house.cookies.clear()
    assert "Siguiente llamada" in house.browser(AGENT).get(path).text


def test_a_call_with_a_missing_answer_comes_back_as_typed(house):
    agent = house.browser(AGENT)
    path = open_one(agent)
    load(agent, path)
    press(agent, f"{path}carry-out")
    form = press(agent, f"{path}next").follow().forms["form"]
    form["voice"] = "Todo bien, gracias"
    answer = form.submit(status=422)
    assert answer.forms["form"]["voice"].value == "Todo bien, gracias"


def test_the_same_list_twice_adds_nothing_and_the_columns_are_remembered(house, days):
    agent = house.browser(AGENT)
    path = open_one(agent)
    odd = LIST.replace(b"Cliente;Celular", b"Quien compra;Numero raro")
    page = load(agent, path, odd)
    assert page.request.path.endswith("/columns")
    form = page.forms["form"]
    form["field-name"], form["field-phone"] = "0", "1"
    preview = form.submit().follow()
    assert "Rosa Peña Lara" in preview.text
    press(agent, f"{path}carry-out")
    refused = load(agent, path, odd, status=422)
    assert "no se añadió nada" in refused.text
    again = load(agent, path, odd + b"Nueva Clienta;3105556677;;QQQ111;;")
    assert again.request.path.endswith("/preview")
    assert agent.get(f"{path}preview", headers=JSON).json["counts"]["list-good"] == 1


def test_who_wants_no_surveys_is_loaded_into_none(house):
    agent = house.browser(AGENT)
    path = open_one(agent)
    load(agent, path)
    press(agent, f"{path}carry-out")
    press(agent, f"{path}000001/opt-out")
    assert agent.get(f"{path}000001/", headers=JSON).json["state"] == "call-opted-out"
    other = open_one(agent, survey="comercial", title="Ventas")
    load(agent, other, LIST + b"\n")
    assert agent.get(f"{other}preview", headers=JSON).json["counts"]["list-opted-out"] == 2
    listed = agent.get(f"{BASE}opt-outs")
    assert "3001112233" not in listed.text.replace("phone:3001112233", "")
    director = house.browser(DIRECTOR)
    press(director, f"{BASE}lift", key="phone:3001112233")
    assert director.get(f"{BASE}opt-outs", headers=JSON).json["total"] == 2


def test_a_sample_is_drawn_by_a_recorded_seed_and_says_what_it_reached(house):
    with house.site() as site:
        act = house.act()
        sample = {"confidence": 95, "error": 5, "expected": 100, "by": ""}
        campaign = open_campaign(site[ORGANISATION], "comercial", "Muestra", sample=sample, act=act)
        rows = [["Cliente", "Celular"], *([f"C {n}", f"300{n:07}"] for n in range(1, 301))]
        file = loading.BlobFile(b"x", "a.csv", "text/csv")
        loading.receive(campaign, file, rows, act=act)
        loading.carry_out(campaign, act=act)
        assert campaign.sample["population"] == 300
        assert campaign.sample["needed"] == 169
        assert len(campaign) == 169
        examined = rows[1:]
        keys = [f"phone:{row[1]}|{row[0].lower()}" for row in examined]
        again = loading.draw(keys, [""] * 300, 169, campaign.sample["seed"])
        drawn = {examined[at][0] for at in again.chosen}
        assert drawn == {one.customer["name"] for one in campaign.values()}
        path = f"{BASE}{campaign.number}/"
    page = house.browser(AGENT).get(path)
    assert "Muestra insuficiente" in page.text
    assert "169" in page.text


def numbers(house, name, span, **filters):
    with house.site() as site:
        source = figure_sources(house.registry)[name]
        query = FigureQuery(name, {key: (value,) for key, value in filters.items()})
        return source.count(site[ORGANISATION], span, query.filters, house.act().at)


def year_of_answers(house, days, scores=(10, 9, 8, 4), survey="posventa", month_back=1):
    """Record answers in the month before; gives the campaign's path and the span."""
    with house.site() as site:
        organisation = site[ORGANISATION]
        act = house.act("jessica-tovar")
        campaign = open_campaign(organisation, survey, "Historia", act=act)
        local = days.now.astimezone(days.zone)
        then = (local.replace(day=1) - timedelta(days=1)).replace(day=10, hour=10)
        for number, score in enumerate(scores):
            values = {"atencion": score, "trabajo": score, "tiempos": score, "lavado": "yes"}
            values |= {"recomendacion": score, "voice": f"Voz {number}"}
            customer = {"name": f"C {number}", "phone": f"30011122{number:02}", "brand": "seat"}
            record_answer(campaign, customer, values, at=then, act=act)
        span = Span(then.date().replace(day=1), then.date().replace(day=28))
        return f"{BASE}{campaign.number}/", span


def test_figures_count_by_the_sets_and_tell_zero_from_no_data(house, days):
    _path, span = year_of_answers(house, days)
    assert numbers(house, "surveys.answers", span) == 4
    assert numbers(house, "surveys.promoters", span, survey="posventa") == 2
    assert numbers(house, "surveys.satisfied", span, line="posventa") == 3
    assert numbers(house, "surveys.detractors", span, question="tiempos") == 1
    assert numbers(house, "surveys.average", span, brand="seat") == 31 / 4
    assert numbers(house, "surveys.answers", span, survey="comercial") == 0
    assert numbers(house, "surveys.average", span, survey="comercial") is None
    assert numbers(house, "surveys.called", span) == 4
    assert numbers(house, "surveys.contacted", span, survey="comercial") == 0
    assert numbers(house, "surveys.detractors-answered-on-time", span) == 0


def test_every_number_of_the_report_leads_to_the_answers_behind_it(house, days):
    _path, span = year_of_answers(house, days)
    director = house.browser(DIRECTOR)
    month = f"{span.first:%Y-%m}"
    address = f"{BASE}report?survey=posventa&month={month}"
    page = director.get(address)
    assert "75\u00a0%" in page.text
    assert "No se cumplió la meta." in page.text
    counted = {
        (one["href"], int(one.text))
        for one in page.html.select("main a[href*='/answers?']")
        if one.text.strip().isdigit()
    }
    assert len(counted) > 5
    for where, number in counted:
        assert director.get(where, headers=JSON).json["total"] == number, where


def test_what_an_indicator_counts_of_answers_leads_to_exactly_those(house, days):
    _path, span = year_of_answers(house, days)
    director = house.browser(DIRECTOR)
    for name, filters in (
        ("answers", {}),
        ("satisfied", {"survey": "posventa"}),
        ("promoters", {"brand": "seat"}),
        ("detractors", {}),
        ("detractors", {"question": "tiempos"}),
        ("satisfied", {"question": "tiempos"}),
        ("detractors-answered-on-time", {}),
        ("called", {}),
    ):
        where = drilled(house, f"surveys.{name}", span, **filters)
        counted = numbers(house, f"surveys.{name}", span, **filters)
        assert director.get(where, headers=JSON).json["total"] == counted, where


def drilled(house, name, span, **filters):
    """Give the address behind a figure, as somebody who may see everything gets it."""
    with house.site() as site:
        request = SimpleNamespace(
            organisation=site[ORGANISATION],
            has_permission=lambda *_asked: True,
            resource_path=lambda _folder, view: f"{BASE}{view}",
        )
        chosen = {key: (value,) for key, value in filters.items()}
        return figure_sources(house.registry)[name].drill(request, span, chosen)


def test_the_report_of_a_month_is_taken_away_too(house, days):
    _path, span = year_of_answers(house, days)
    director = house.browser(DIRECTOR)
    month = f"{span.first:%Y-%m}"
    address = f"{BASE}report?survey=posventa&month={month}"
    assert director.get(address, headers=JSON).json["nps"] == "25.00"
    book = load_workbook(io.BytesIO(director.get(f"{address}&download=xlsx").body))
    cells = [cell.value for row in book.worksheets[0].iter_rows() for cell in row]
    assert 0.75 in cells or 75 in cells
    assert director.get(f"{BASE}report-pdf?survey=posventa&month={month}").body[:5] == b"%PDF-"


def test_the_monthly_report_is_mailed_on_time_by_the_worker_after_two_days_off(house, days):
    year_of_answers(house, days)
    year_of_answers(house, days, survey="comercial", scores=())
    local = days.now.astimezone(days.zone)
    first = (local.replace(day=1) + timedelta(days=32)).replace(day=1).date()
    with house.site() as site:
        record = site[ORGANISATION]["surveys"]
        campaign = next(iter(record.values()))
        customer = {"name": "Ana", "phone": "3009998877", "brand": "skoda"}
        values = {"atencion": 9, "trabajo": 9, "tiempos": 9, "explicacion": "yes"}
        record_answer(campaign, customer, {**values, "recomendacion": 9}, act=house.act())
    days.now = days.at(first - timedelta(days=1))
    run_job(house, JOB)
    before = reports(house)
    # The worker is off on the first two business days of the month.
    days.now = days.at(days.calendar.add_business_days(first - timedelta(days=1), 3), hour=9)
    run_job(house, JOB)
    run_job(house, JOB)
    sent = [one for one in reports(house) if one not in before]
    month = f"{(first - timedelta(days=1)):%Y-%m}"
    to = {"comercial", "director.posventa", "taller", "colision"}
    assert sorted(address for address, _subject in sent) == sorted(
        f"{one}@carrazos.example" for one in to
    )
    with house.site() as site:
        kept = site[ORGANISATION]["surveys"].reports[f"posventa {month}"]
        assert kept.facts["late"] is False
        assert kept.facts["answers"] == 1
        mails = [
            mail
            for mail in mails_of(site, ORGANISATION, most=10_000)
            if mail.attachments and mail.attachments[0].uid == kept.file.uid
        ]
        assert len(mails) == len(to)
        message = build(mails[0], "qms@example.org")
        enclosed = next(message.iter_attachments())
        assert enclosed.get_filename() == f"posventa-{month}.pdf"
        assert enclosed.get_content().startswith(b"%PDF-")
    workshop = house.browser(WORKSHOP)
    pdf = workshop.get(f"{BASE}report-sent?survey=posventa&month={month}")
    assert pdf.content_type == "application/pdf"
    assert pdf.body.startswith(b"%PDF-")


def reports(house):
    with house.site() as site:
        mails = mails_of(site, ORGANISATION, most=10_000)
        return [(one.to, one.subject) for one in mails if "Informe de" in one.subject]


def test_alerts_come_once_per_threshold_in_order_also_after_days_off(house, days):
    with house.site() as site:
        act = house.act()
        campaign = open_campaign(site[ORGANISATION], "posventa", "A", act=act)
        customer = {"name": "Ana", "phone": "3009998877", "brand": "skoda"}
        values = {"atencion": 2, "trabajo": 2, "tiempos": 2, "explicacion": "no"}
        record_answer(campaign, customer, {**values, "recomendacion": 2}, act=act)
        number = campaign.number
    run_job(house, JOB)
    assert told(house, number) == ()
    days.go(6)
    run_job(house, JOB)
    run_job(house, JOB)
    assert told(house, number) == ("0", "-1")
    with house.site() as site:
        late = [one for one in mails_of(site, ORGANISATION, most=1000) if "a tiempo" in one.subject]
        assert {one.to for one in late} >= {DIRECTOR}


def told(house, number):
    with house.site() as site:
        return site[ORGANISATION]["surveys"][number]["000001"].told


def test_who_complains_again_goes_to_the_director_and_a_warranty_too(house, days):
    with house.site() as site:
        act = house.act()
        campaign = open_campaign(site[ORGANISATION], "posventa", "A", act=act)
        customer = {"name": "Ana", "phone": "3009998877", "brand": "skoda"}
        values = {"atencion": 2, "trabajo": 2, "tiempos": 2, "explicacion": "no"}
        values |= {"recomendacion": 2}
        first = record_answer(campaign, customer, values, act=act)
        again = record_answer(campaign, customer, values, act=act)
        other = {"name": "Eva", "phone": "3009998866", "brand": "skoda"}
        claim = record_answer(campaign, other, {**values, "garantia": "yes"}, act=act)
        assert first.progress.owners == ("asesor-servicio",)
        assert again.progress.owners == ("director-posventa", "gerente-posventa")
        assert again.answer["repeated"]
        assert again.answer["improve"]
        assert claim.progress.owners == ("director-posventa",)
        assert first.answer["forms"][0]["code"] == "GSC-FOR-01"
        label = site[ORGANISATION]["documents"]["GSC-INS-03"].in_force.label
        assert first.answer["forms"][1] == {"code": "GSC-INS-03", "version": label}


def test_states_of_a_brand_are_offered_to_that_brand_only(house):
    with house.site() as site:
        act = house.act()
        campaign = open_campaign(site[ORGANISATION], "comercial", "A", act=act)
        values = {"atencion": 2, "instalaciones": 2, "tiempos": 2, "recomendacion": 2}
        for number, brand in enumerate(("vw", "skoda")):
            customer = {"name": brand, "phone": f"300999887{number}", "brand": brand}
            record_answer(campaign, customer, values, act=act)
        path = f"{BASE}{campaign.number}/"
    boss = house.browser("comercial@carrazos.example")
    assert "CARD ADVISOR" in boss.get(f"{path}000001/follow-up").text
    assert "CARD ADVISOR" not in boss.get(f"{path}000002/follow-up").text


def test_who_has_no_part_sees_nothing_and_the_auditor_sees_initials(house, days):
    path, _span = year_of_answers(house, days)
    assert house.browser(ADMINISTRATOR).get(BASE, status=404)
    assert house.browser(ADMINISTRATOR).get(path, status=404)
    stranger = house.browser("jefe.sac@aexpress.example")
    assert stranger.get(path, status=404)
    auditor = house.browser(AUDITOR)
    page = auditor.get(path)
    assert "C•••" in page.text
    assert "C 0" not in page.text
    assert auditor.get(f"{path}000001/call", status="*").status_int in (403, 404)
    assert auditor.get(f"{BASE}opt-outs", status="*").status_int in (403, 404)
    page = auditor.get(f"{path}000001/")
    assert "3001112200" not in page.text


def test_answers_typed_wrongly_are_annulled_with_a_reason_and_counted_no_more(house, days):
    path, span = year_of_answers(house, days)
    director = house.browser(DIRECTOR)
    form = director.get(f"{path}000004/annul").forms["form"]
    assert form.submit(status="*").status_int == 422
    form["reason"] = "Contestó otra persona"
    assert form.submit().status_int == 303
    page = director.get(f"{path}000004/")
    assert "Contestó otra persona" in page.text
    assert "Respuestas anuladas" in page.text
    assert numbers(house, "surveys.answers", span) == 3
    assert numbers(house, "surveys.detractors", span) == 0
    assert director.get(f"{BASE}board", headers=JSON).json["total"] == 0
    agent = house.browser(AGENT)
    assert agent.get(f"{path}000004/annul", status="*").status_int in (403, 404)
    assert answer_call(agent.get(f"{path}000004/call"), 9).status_int == 303
    assert "Historia" in agent.get("/carrazos/search?q=historia").text


# Consent that was taken back in another room


def takes_back(house, **person):
    """Take the consent back as the register of cases does."""
    with house.site() as site:
        refuse_contact(site[ORGANISATION], person, house.act().at)


def test_who_took_the_consent_back_in_a_case_is_not_loaded(house, days):
    takes_back(house, phone="+57 (300) 111-2233")
    agent = house.browser(AGENT)
    path = open_one(agent)
    load(agent, path)
    with house.site() as site:
        campaign = site[ORGANISATION]["surveys"][path.rstrip("/").rpartition("/")[2]]
        counts = loading.examine(campaign, house.act().at).counts
        assert counts[loading.OPTED_OUT] == 2
        rosa = {"name": "Rosa", "phone": "3001112233"}
        with pytest.raises(OptedOut):
            add_customer(campaign, rosa, act=house.act())


def test_who_takes_it_back_later_is_neither_called_nor_written_to(house, days):
    with house.site() as site:
        organisation, act = site[ORGANISATION], house.act("jessica-tovar")
        campaign = open_campaign(organisation, "posventa", "Hoy", act=act)
        rosa = {"name": "Rosa", "phone": "3001112233", "email": "rosa@example.org"}
        add_customer(campaign, {**rosa, "document": "52.000.222"}, act=act)
        luis = add_customer(campaign, {"name": "Luis", "email": "luis@example.org"}, act=act)
    takes_back(house, id="52000222")
    with house.site() as site:
        campaign = site[ORGANISATION]["surveys"][campaign.number]
        first, act = campaign["000001"], house.act("jessica-tovar")
        assert calling.next_in(campaign, act) == luis.number
        for refused in (calling.take_up, partial(links.issue, mail=True)):
            with pytest.raises(OptedOut):
                refused(first, act=act)
        assert links.send_links(campaign, act=act) == 1
        assert [one["kind"] for one in first.acts] == ["loaded"]
    takes_back(house, email="luis@example.org")
    with house.site() as site:
        campaign = site[ORGANISATION]["surveys"][campaign.number]
        with pytest.raises(NobodyLeft):
            calling.take_next(campaign, act=house.act("jessica-tovar"))
