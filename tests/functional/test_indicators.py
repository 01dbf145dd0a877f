"""Indicators: the card in force is measured, late values are asked for, missed targets answered."""

from __future__ import annotations

import json
from datetime import timedelta
from decimal import Decimal

import pytest
from reading_house import mails, run_job
from siege import ADMINISTRATOR, AUDITOR, AUTHOR, EMPLOYEE, QUALITY, STRANGERS, token_of

from qms.audit.services import in_order, trail_of
from qms.documents.figures import FIGURES, FigureSource
from qms.documents.services.drafting import start_version
from qms.documents.services.release import retire
from qms.indicators import series
from qms.indicators.periods import Period
from qms.indicators.services.following import begin, follow, indicators_of
from qms.indicators.services.measuring import capture_many
from qms.links.services import link, linked_to

BASE = "/aexpress/indicators/"
CALLS = f"{BASE}IND-002/"
LEADER = "andres-pineda"
JOB = "periods and letters of indicators"
JSON = {"Accept": "application/json"}
HANDLED, RECEIVED = "llamadas_atendidas", "llamadas_recibidas"


@pytest.fixture
def quarter(house, days):
    """Give the quarter that the story is about: the next one that is whole; measured from then."""
    period = Period.of("quarterly", days.first).next()
    with house.site() as site:
        indicator = indicators_of(site["aexpress"])["IND-002"]
        begin(indicator, period.first, reason="Empieza la consola nueva", act=house.act(LEADER))
    return period


def one(site, number="IND-002"):
    return indicators_of(site["aexpress"])[number]


def workdays(days, period):
    return [part for part in period.parts("daily") if days.calendar.is_business_day(part.first)]


def fill(house, days, period, handled, received=100, *, without=()):
    """Type every working day of a period but some."""
    values = {
        part: {HANDLED: Decimal(handled), RECEIVED: Decimal(received)}
        for part in workdays(days, period)
        if part not in without
    }
    with house.site() as site:
        capture_many(one(site), values, act=house.act(LEADER), confirmed=True)


def at(days, day, hour=10):
    days.now = days.at(day, hour)
    days.house.cookies.clear()


def about(house, words):
    return [to for to, subject in mails(house) if words in subject]


def waiting(house, email):
    return house.browser(email).get(f"{BASE}my", headers=JSON).json


def test_quarter_end_with_a_late_measurement(house, days, quarter):
    late = workdays(days, quarter)[-3]
    at(days, quarter.last)
    fill(house, days, quarter, 96, without=[late, *workdays(days, quarter)[-2:]])
    at(days, quarter.last + timedelta(days=1), 8)
    fill(house, days, quarter, 96, without=[late])
    assert "IND-002" in [row["number"] for row in waiting(house, AUTHOR)]
    told = []
    due = days.calendar.add_business_days(late.last, 5)
    ends = days.calendar.add_business_days(quarter.last, 10)
    for day in range(45):
        # The worker has days off: every seventh round only, on working days and others alike.
        days.now = days.at(quarter.last + timedelta(days=1 + day), 9)
        if day % 2 == 0:
            run_job(house, JOB)
            run_job(house, JOB)
            told.append(len(about(house, "Indicadores que lo esperan")))
        if days.now.date() > ends + timedelta(days=1):
            break
    assert sorted(told) == told
    # Two tasks with three thresholds each at most; several that passed meanwhile are one letter.
    assert 2 <= told[-1] <= 6
    assert set(about(house, "Indicadores que lo esperan")) == {AUTHOR}
    with house.site() as site:
        stages = dict(one(site).told)[f"capture {late.key}"]
    assert list(stages) == ["2", "0", "-5"], f"each once, in order, from {due} on"
    days.house.cookies.clear()

    browser = house.browser(AUTHOR)
    page = browser.get(f"{CALLS}period/{quarter.key}")
    assert "Falta" in page
    form = browser.get(f"{CALLS}capture").forms["form"]
    form["v0"], form["v1"] = "97", "100"
    page = form.submit().follow()
    assert "Los valores se guardaron" in page
    data = browser.get(f"{CALLS}period/{quarter.key}", headers=JSON).json
    count = len(workdays(days, quarter))
    assert (data["captured"], data["expected"]) == (count, count)
    wanted = Decimal(96 * (count - 1) + 97) / (100 * count) * 100
    assert abs(Decimal(data["result"]) - wanted) < Decimal("0.0001")
    waits = [row for row in waiting(house, AUTHOR) if row["number"] == "IND-002"]
    assert all(Period.parse(quarter.key).last.isoformat() for row in waits)


def analyse(house, quarter, email=AUTHOR, status=303, **values):
    form = house.browser(email).get(f"{CALLS}analyse/{quarter.key}").forms["form"]
    for name, value in values.items():
        form[name] = value
    return form.submit(status=status)


def test_a26_a_missed_target_is_not_analysed_without_action_or_reason(house, days, quarter):
    at(days, quarter.last)
    fill(house, days, quarter, 80, without=workdays(days, quarter)[-1:])
    at(days, quarter.last + timedelta(days=6))
    fill(house, days, quarter, 80)
    text = "La línea estuvo caída dos semanas."
    answer = analyse(house, quarter, status=422, text=text)
    assert answer.html.select_one("textarea[name=cause]")["aria-invalid"] == "true"
    answer = analyse(house, quarter, status=422, text=text, cause="Falla del operador")
    assert "abra una acción" in answer
    assert answer.forms["form"]["text"].value == text, "nothing typed is lost"
    with house.site() as site:
        assert not len(one(site).analyses)
        ref = ("indicator", f"IND-002@{quarter.key}")
        found = ("finding", "HAL-2026-0001")
        link(site["aexpress"], found, ref, "origin", act=house.act(LEADER))
    analyse(house, quarter, text=text, cause="Falla del operador")
    browser = house.browser(AUTHOR)
    page = browser.get(f"{CALLS}period/{quarter.key}")
    form = next(one for one in page.forms.values() if one.action.endswith(f"approve/{quarter.key}"))
    page = form.submit().follow()
    assert "quedó cerrado" in page
    data = browser.get(f"{CALLS}period/{quarter.key}", headers=JSON).json
    assert (data["state"], data["analysis"]["state"]) == ("measure-closed", "analysis-closed")
    assert (data["result"], data["meets"]) == ("80", False)
    with house.site() as site:
        kinds = [entry["event"] for entry in in_order(trail_of(site["aexpress"]))]
    assert kinds[-3:].count("AnalysisApproved") == 1
    assert "PeriodFrozen" in kinds

    closed = workdays(days, quarter)[0].key
    answer = browser.get(f"{CALLS}capture/{closed}").forms["form"]
    answer["v0"] = "90"
    assert answer.submit(status=409)
    form = browser.get(f"{CALLS}restate/{closed}").forms["form"]
    form["v0"], form["reason"] = "81", "Una llamada quedó sin contar"
    page = form.submit().follow()
    assert "Una llamada quedó sin contar" in page
    assert "Andrés Pineda" in page
    form = browser.get(f"{CALLS}note/{quarter.key}").forms["form"]
    form["text"] = "El operador confirmó la falla."
    assert "El operador confirmó la falla." in form.submit().follow()


def test_a_reason_is_enough_and_what_meets_the_target_needs_neither(house, days, quarter):
    at(days, quarter.last)
    fill(house, days, quarter, 80)
    at(days, quarter.last + timedelta(days=6))
    with house.site() as site:
        point = series.point_at(one(site), quarter, quarter.last + timedelta(days=6))
        assert point.meets is False
    analyse(house, quarter, text="Bajo", cause="Paro", reason="El paro terminó")
    at(days, quarter.next().last)
    fill(house, days, quarter.next(), 95)
    at(days, quarter.next().last + timedelta(days=6))
    analyse(house, quarter.next(), text="Se cumple.")


def test_who_is_not_responsible_may_look_and_no_more(house, days, quarter):
    day = workdays(days, quarter)[0]
    at(days, day.last + timedelta(days=1))
    for email in (EMPLOYEE, AUDITOR, ADMINISTRATOR):
        browser = house.browser(email)
        assert browser.get(CALLS)
        for view in (f"capture/{day.key}", f"restate/{day.key}", "upload"):
            assert browser.get(f"{CALLS}{view}", status=403)
    for email in STRANGERS.values():
        for view in ("", "IND-002/", "IND-002/capture", "externals", "my", "upload"):
            house.browser(email).get(f"{BASE}{view}", status=404)
    bind = house.browser(ADMINISTRATOR).get(f"{CALLS}bind").html
    groups = bind.select(".choice-group[data-fits]")
    assert {"Clase", "Canal", "Fuente"} <= {one.legend.text for one in groups}
    assert not bind.find(string="Somebody of the organisation")
    assert house.browser(AUTHOR).get(f"{CALLS}bind", status=403)


def test_a_number_that_could_mean_two_is_asked_and_an_unusual_one_confirmed(house, days, quarter):
    first, *rest = workdays(days, quarter)
    at(days, rest[20].last)
    with house.site() as site:
        values = {
            part: {HANDLED: Decimal(950 + place), RECEIVED: Decimal(1000 + place)}
            for place, part in enumerate(rest[:12])
        }
        capture_many(one(site), values, act=house.act(LEADER))
    browser = house.browser(AUTHOR)
    form = browser.get(f"{CALLS}capture/{rest[15].key}").forms["form"]
    form["v0"], form["v1"] = "950,5", "1.001"
    answer = form.submit(status=422)
    assert "1001" in answer
    assert "1,0010" in answer
    assert answer.forms["form"]["v0"].value == "950,5"
    form["v1"] = "10010"
    answer = form.submit(status=422)
    assert "inusuales" in answer
    again = answer.forms["form"]
    assert again["v1"].value == "10010"
    again["confirmed"] = True
    assert again.submit().status_int == 303
    form = browser.get(f"{CALLS}capture/{first.key}").forms["form"]
    form["v0"], form["v1"] = "1.000,0", "1 001"
    assert form.submit().status_int == 303
    data = browser.get(f"{CALLS}period/{quarter.key}", headers=JSON).json
    captures = {one["period"]: one["values"] for one in data["captures"]}
    assert captures[first.key] == {HANDLED: "1000", RECEIVED: "1001"}


def test_a_table_is_looked_at_before_it_is_kept(house, days, quarter):
    first, second, *rest = workdays(days, quarter)
    at(days, rest[3].last)
    browser = house.browser(AUTHOR)
    page = browser.get(f"{CALLS}upload")
    rows = ["Período;llamadas_atendidas;llamadas_recibidas"]
    rows += [f"{first.key};90;100", f"{second.first:%d/%m/%Y};95,5;100", f"{rest[0].key};1.234;9"]
    form = page.forms["form"]
    form["upload"] = ("tabla.csv", "\n".join(rows).encode(), "text/csv")
    before = house.transaction()
    page = form.submit()
    assert house.transaction() == before, "looking keeps nothing"
    assert "1.234" in page
    form = next(one for one in page.forms.values() if one.action.endswith("upload-keep"))
    assert json.loads(form["kept"].value)[1][2] == {HANDLED: "95.5", RECEIVED: "100"}
    assert "Períodos cuyos valores se guardaron: 2" in form.submit().follow()
    data = browser.get(f"{CALLS}period/{quarter.key}", headers=JSON).json
    assert [one["values"][HANDLED] for one in data["captures"] if one["result"]] == ["90", "95.5"]
    token = token_of(browser)
    for bad in (
        "",
        "[]x",
        "[[1]]",
        '[["IND-002","2026-01",{"x":1}]]',
        '[["IND-001","2026-01",{}]]',
    ):
        values = {"kept": bad, "csrf_token": token}
        answer = browser.post(f"{CALLS}upload-keep", values, status="*")
        assert answer.status_int in (400, 422), bad


def counting(house, numbers, monkeypatch):
    """Announce a figure whose records are a list of days that the test changes."""

    def count(_organisation, span, filters, _at):
        kinds = filters.get("kind") or ("queja", "reclamo")
        return Decimal(
            sum(span.first <= day <= span.last and kind in kinds for day, kind in numbers)
        )

    def drill(_request, span, filters):
        return f"/aexpress/cases/?from={span.first}&to={span.last}&kind={','.join(filters['kind'])}"

    def kinds_of(_organisation):
        return [("queja", "Queja"), ("reclamo", "Reclamo")]

    source = FigureSource("prueba.recibidas", "Recibidas", count, {"kind": kinds_of}, drill)
    known = {**house.registry[FIGURES], "prueba.recibidas": source}
    monkeypatch.setitem(house.registry, FIGURES, known)


def test_a_bound_variable_is_counted_shows_its_records_and_is_frozen(
    house, days, quarter, monkeypatch
):
    numbers = [(quarter.first + timedelta(days=place), "queja") for place in range(10)]
    counting(house, numbers, monkeypatch)
    at(days, quarter.first, 8)
    browser = house.browser(QUALITY)
    for variable, kinds in ((HANDLED, "queja"), (RECEIVED, "queja,reclamo")):
        form = browser.get(f"{CALLS}bind?variable={variable}").forms["form"]
        form["figure"] = "prueba.recibidas"
        wanted = {f"kind:{kind}" for kind in kinds.split(",")}
        for box in form.fields["checkbox"]:
            box.checked = box._value in wanted
        form["reason"] = "La consola ya no está"
        assert form.submit().status_int == 303
    numbers += [(quarter.first, "reclamo"), (quarter.last, "reclamo")]
    at(days, quarter.last + timedelta(days=3))
    browser = house.browser(QUALITY)
    page = browser.get(f"{CALLS}period/{quarter.key}")
    assert f"from={quarter.first}&amp;to={quarter.last}&amp;kind=queja,reclamo" in page
    data = browser.get(f"{CALLS}period/{quarter.key}", headers=JSON).json
    assert data["values"] == {HANDLED: "10", RECEIVED: "12"}
    assert browser.get(f"{CALLS}capture/{quarter.first}", status=404)
    closes = days.calendar.add_business_days(quarter.last, 21)
    at(days, closes)
    run_job(house, JOB)
    numbers.append((quarter.last, "reclamo"))
    data = house.browser(QUALITY).get(f"{CALLS}period/{quarter.key}", headers=JSON).json
    assert (data["state"], data["values"][RECEIVED]) == ("measure-closed", "12")
    rows = house.browser(QUALITY).get(BASE, headers=JSON).json["rows"]
    assert rows[1]["number"] == "IND-002"
    assert rows[1]["states"] == ["target-missed", "overdue"], "its analysis is still to come"
    before = house.transaction()
    run_job(house, JOB)
    with house.site() as site:
        assert "bound" in [act["kind"] for act in one(site).acts]
    assert house.transaction() >= before


def test_an_indicator_ends_with_its_document_and_goes_on_when_it_is_taken_up_again(house, days):
    with house.site() as site:
        document = site["aexpress"]["documents"]["PRO-AX-SC-01"]
        version = document.in_force
        retire(document, reason="Se reemplaza por otro", act=house.act("lucia-mora"))
        indicator = one(site)
        assert indicator.is_ended
    assert all(row["number"] != "IND-002" for row in waiting(house, AUTHOR))
    assert "Ya no se declara" in house.browser(AUTHOR).get(CALLS)
    assert house.browser(AUTHOR).get(f"{CALLS}capture", status=404)
    days.go(10)
    with house.site() as site:
        document = site["aexpress"]["documents"]["PRO-AX-SC-01"]
        document.in_force_order = version.order
        today = days.now.astimezone(days.zone).date()
        (changed, *_rest) = follow(document, today=today, act=house.act("lucia-mora"))
        assert not changed.is_ended
        assert [bool(each.ends) for each in one(site).definitions] == [True, False]
        assert one(site).number == "IND-002"
    assert "En medición" in house.browser(AUTHOR).get(CALLS)


def test_another_card_is_another_definition_and_a_new_word_is_not(house, days):
    with house.site() as site:
        document = site["aexpress"]["documents"]["PRO-AX-SC-01"]
        version = start_version(document, act=house.act(LEADER))
        (section,) = [
            each for each in version.sections.values() if isinstance(each.data.get("cards"), list)
        ]
        cards = [dict(card) for card in section.data["cards"]]
        cards[0]["note"] = "Otra nota"
        cards[1]["target"] = {"direction": ">=", "value": "92", "high": None}
        section.put({"cards": cards[:2]}, by=LEADER, at=days.now)
        document.in_force_order = version.order
        version.dates["in_force_from"] = days.first.isoformat()
        follow(document, today=days.first, act=house.act(LEADER))
        calls = one(site)
        assert [len(one(site, f"IND-00{n}").definitions) for n in (1, 2)] == [1, 2]
        assert calls.definition.target.value == Decimal(92)
        assert calls.definitions[0].ends == calls.definition.starts == days.first.isoformat()
        assert one(site, "IND-001").definition.note == "Otra nota"
        assert one(site, "IND-003").is_ended, "its card is gone"


def test_an_indicator_is_linked_and_found_by_its_number(house):
    browser = house.browser(AUTHOR)
    values = {
        "from": "indicator:IND-002@2026-Q1",
        "to": "PRO-AX-SC-01",
        "csrf_token": token_of(browser),
    }
    assert browser.post("/aexpress/link", values).status_int == 303
    with house.site() as site:
        document = site["aexpress"]["documents"]["PRO-AX-SC-01"]
        (found,) = linked_to(site["aexpress"], ("document", document.uid))
        assert found.other == ("indicator", "IND-002@2026-Q1")
    assert "IND-002" in browser.get("/aexpress/documents/PRO-AX-SC-01/related")
    assert "IND-002" in browser.get("/aexpress/search?q=atencion+oportuna")
    values["from"] = "indicator:IND-002@mañana"
    assert browser.post("/aexpress/link", values, status=404)
    reader = house.browser(EMPLOYEE)
    values = {**values, "from": "indicator:IND-002", "csrf_token": token_of(reader)}
    assert reader.post("/aexpress/link", values, status=404), "who only reads links nothing"


def test_the_editor_keeps_what_only_the_system_reads_and_tries_the_formula(house):
    with house.site() as site:
        document = site["aexpress"]["documents"]["PRO-AX-SC-01"]
        version = start_version(document, act=house.act(LEADER))
        (section,) = [
            name
            for name, each in version.sections.items()
            if isinstance(each.data.get("cards"), list)
        ]
        before, order = dict(version.sections[section].data), version.order
    url = f"/aexpress/documents/PRO-AX-SC-01/versions/{order}/"
    browser = house.browser(AUTHOR)
    form = browser.get(f"{url}edit").forms[f"f-{section}"]
    assert form.submit("save").status_int == 303
    with house.site() as site:
        document = site["aexpress"]["documents"]["PRO-AX-SC-01"]
        assert document.pending.sections[section].data == before
    form = browser.get(f"{url}edit").forms[f"f-{section}"]
    form.fields["sample"][0].value, form.fields["sample"][1].value = "0", "0"
    form.fields["figure"][2].value = "cases.received?kind"
    assert "no es algo que este sistema cuente" in form.submit("save", status=422)
    form.fields["figure"][2].value = "external:3cphone"
    assert form.submit("save").status_int == 303
    page = browser.get(url)
    assert "cierres_efectivos = 0; recibidas = 0" in page
    assert "Sin datos" in page, "nothing is divided by zero"
