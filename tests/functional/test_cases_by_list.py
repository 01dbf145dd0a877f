"""Cases that come as a list: seen before they are registered, once however often it is begun."""

from __future__ import annotations

import io
import time

import openpyxl
import pytest
from reading_house import ORGANISATION, mails, run_job, working
from siege import AUDITOR, EMPLOYEE, QUALITY, token_of
from webtest import Upload
from webtest.forms import Radio

from qms.pqr import workflow
from qms.pqr.bulk import services
from qms.pqr.bulk.models import look
from qms.pqr.listing import Row, catalogue_of

BASE, BULK = "/aexpress/cases/", "/aexpress/cases/bulk"
JSON = {"Accept": "application/json"}
HEADS = "Número;Fecha;Hora;Clase;Canal;Cliente;Correo;Descripción"
JOB = "lists of cases"


def upload(browser, text, mode="new", name="planilla.csv", status=303):
    form = browser.get(f"{BASE}bulk-add").forms["form"]
    next(
        one for many in form.fields.values() for one in many if isinstance(one, Radio)
    ).value = mode
    data = text if isinstance(text, bytes) else text.encode()
    form["upload"] = Upload(name, data)
    return form.submit(status=status)


def mapped(browser, answer, **values):
    """Accept the columns as they were guessed and give the preview's address."""
    form = answer.follow().forms["form"]
    for field, value in values.items():
        form[field] = value
    return form.submit(status=303).location


def press(browser, where, view):
    form = next(one for one in browser.get(where).forms.values() if view in one.action)
    return form.submit()


def sheet(*rows, heads=HEADS):
    return "\n".join([heads, *rows]) + "\n"


def day_before(days, n):
    return days.at(days.calendar.add_business_days(days.first, -n)).astimezone(days.zone)


def test_a_day_sheet_becomes_cases_with_their_true_moment_of_receipt(house, days):
    boss, before = house.browser(QUALITY), day_before(days, 3)
    rows = [
        f"P-1;{before:%d/%m/%Y};14:30;Reclamo;Teléfono fijo;Ana Ruiz;ana@example.org;Llegó roto",
        f"P-2;{before:%d/%m/%Y};2:05 p. m.;queja;celular;Luis Paz;;Mal trato",
    ]
    where = mapped(boss, upload(boss, sheet(*rows)))
    page = boss.get(where)
    assert "Todavía no se registró nada" in page.text
    assert boss.get(where, headers=JSON).json["counts"]["cases"] == 2
    with house.site() as site:
        assert len(site[ORGANISATION]["cases"]) == 0
    press(boss, where, "bulk-start")
    run_job(house, JOB)
    report = boss.get(where, headers=JSON).json
    assert report["stage"] == "done"
    number = report["rows"][0]["number"]
    with house.site() as site:
        case = site[ORGANISATION]["cases"][number]
        assert case.received_at.astimezone(days.zone) == before.replace(hour=14, minute=30)
        assert case.clock.received == case.received_at
        assert case.former_number == "P-1"
        assert "fila 2" in case.acts[0]["note"]
    assert ("ana@example.org", f"[{number}] Recibimos su caso") in mails(house)
    # The same list once more: the numbers of the other system are known.
    again = mapped(boss, upload(boss, sheet(*rows)))
    found = boss.get(again, headers=JSON).json
    assert found["counts"]["cases"] == 0
    assert number in found["rows"][0]["said"]


def test_everything_doubtful_is_said_before_anything_is_written(house, days):
    boss = house.browser(QUALITY)
    before, later = day_before(days, 2), days.at(days.calendar.add_business_days(days.first, 2))
    good = f"{before:%d/%m/%Y}"
    rows = {
        f"1;{good};;Inventada;celular;Ana;;x": "La clase «Inventada» no existe aquí.",
        f"2;{good};;Queja;paloma;Ana;;x": "El canal «paloma» no existe aquí.",
        "3;31/02/2026;;Queja;celular;Ana;;x": "«31/02/2026» no es un día",
        f"4;{later:%d/%m/%Y};;Queja;celular;Ana;;x": "está en el futuro",
        f"5;{good};25:99;Queja;celular;Ana;;x": "«25:99» no es una hora",
        f"6;{good};;Queja;celular;Ana;;": "No hay texto",
        f"7;{good};;Queja;celular;;;x": "No se nombra a nadie",
        f"8;{good};;Queja;celular;Ana;a b@c;Uno": "no se le puede escribir; se omite",
        f"8;{good};;Queja;celular;Eva;;Dos": "está también en la fila 9",
        f"9;{good};;Queja;celular;Ana;;Uno": "dijo lo mismo ese día en la fila 9",
        f";{good};;Queja;celular;anónimo;;Sin nombre": "",
        "10;;;Queja;celular;Ana;;x": "Falta el día de recibo.",
    }
    where = mapped(boss, upload(boss, sheet(*rows)))
    found = boss.get(where, headers=JSON).json
    for said, one in zip(rows.values(), found["rows"], strict=True):
        assert said in (one["said"] or ""), one
        assert bool(one["said"]) == bool(said)
    assert found["counts"] == {"rows": 12, "cases": 2, "care": 1, "out": 10}
    page = boss.post(
        f"{where}?download=xlsx", {"csrf_token": token_of(boss, where)}, expect_errors=True
    )
    book = openpyxl.load_workbook(io.BytesIO(page.body))
    assert book.worksheets[0].max_row == 13


def test_a_list_over_the_same_words_of_a_case_that_is_here_is_left_out(house, days):
    boss, before = house.browser(QUALITY), day_before(days, 2)
    row = f";{before:%d/%m/%Y};;Queja;celular;Ana Ruiz;;El mensajero llegó tarde"
    for _turn in range(2):
        where = mapped(boss, upload(boss, sheet(row)))
        counts = boss.get(where, headers=JSON).json["counts"]
        if counts["cases"]:
            press(boss, where, "bulk-start")
            press(boss, where, "bulk-carry")
    assert counts == {"rows": 1, "cases": 0, "care": 0, "out": 1}
    said = boss.get(where, headers=JSON).json["rows"][0]["said"]
    assert "El mismo cliente dijo lo mismo ese día: PQR-" in said
    assert "bulk-start" not in boss.get(where).text


def test_what_the_columns_hold_is_remembered_for_the_next_list(house, days):
    boss, before = house.browser(QUALITY), f"{day_before(days, 2):%d/%m/%Y}"
    heads = "Qué día;De quién;Cosa rara"
    answer = upload(boss, sheet(f"{before};Ana;Uno", heads=heads))
    form = answer.follow().forms["form"]
    assert form["c0"].value == form["c1"].value == form["c2"].value == ""
    assert form.submit(status=422)
    form["c0"], form["c1"], form["c2"] = "received", "name", "name"
    assert "no pueden traer lo mismo" in form.submit(status=422).text
    form["c0"], form["c1"], form["c2"] = "received", "name", "text"
    form["kind"], form["channel"] = "queja", "fisico"
    where = form.submit(status=303).location
    assert boss.get(where, headers=JSON).json["counts"]["cases"] == 1
    again = upload(boss, sheet(f"{before};Eva;Dos", heads=heads)).follow().forms["form"]
    assert [again[name].value for name in ("c0", "c1", "c2")] == ["received", "name", "text"]


def test_closed_cases_of_another_system_keep_number_and_dates_and_wake_nobody(house, days):
    boss = house.browser(QUALITY)
    heads = f"{HEADS};Fecha de respuesta;Respuesta;Fecha de cierre"
    rows = [
        "R-77;02/03/2026;;Queja;celular;Ana;ana@example.org;Tarde;09/03/2026;Perdón;10/03/2026",
        "R-78;02/03/2026;;Queja;celular;Luis;;Tarde;29/04/2026;;30/04/2026",
        "R-79;02/03/2026;;Queja;celular;Eva;;Tarde;01/03/2026;;30/04/2026",
        "R-80;02/03/2026;;Queja;celular;Eva;;Tarde;;;",
    ]
    where = mapped(boss, upload(boss, sheet(*rows, heads=heads), mode="past"))
    found = boss.get(where, headers=JSON).json
    assert found["counts"] == {"rows": 4, "cases": 2, "care": 0, "out": 2}
    assert "no están en ese orden" in found["rows"][2]["said"]
    assert "Falta el día del cierre" in found["rows"][3]["said"]
    press(boss, where, "bulk-start")
    run_job(house, JOB)
    run_job(house, "letters about cases")
    assert [one for one in mails(house) if "ana@" in one[0] or "PQR" in one[1]] == []
    with house.site() as site:
        organisation = site[ORGANISATION]
        number, late = (one["number"] for one in boss.get(where, headers=JSON).json["rows"][:2])
        assert number == "PQR-M-00001"
        case = organisation["cases"][number]
        assert (case.state, case.former_number) == (workflow.CLOSED, "R-77")
        row = Row(*catalogue_of(organisation).row(case.uid))
        assert (row.notified[:10], row.ended[:10], row.late) == ("2026-03-09", "2026-03-10", False)
        assert Row(*catalogue_of(organisation).row(organisation["cases"][late].uid)).late
    assert "R-77" in boss.get(f"{BASE}?q=R-77").text
    assert number in boss.get(f"{BASE}?q=R-77").text
    # Numbers of our own go on without a gap.
    with house.site() as site:
        from_now = services.cases.next_number(site[ORGANISATION], house.act())
        assert from_now.endswith("00001")


def test_a_killed_worker_goes_on_where_it_was_and_repeats_nothing(house, days, monkeypatch):
    boss, before = house.browser(QUALITY), f"{day_before(days, 2):%d/%m/%Y}"
    rows = [f"N-{n};{before};;Queja;celular;Persona {n};;Caso {n}" for n in range(7)]
    where = mapped(boss, upload(boss, sheet(*rows)))
    press(boss, where, "bulk-start")
    monkeypatch.setattr(services, "BATCH", 3)
    with house.site() as site:
        run = look(site[ORGANISATION]).runs[1]
        assert services.step(site[ORGANISATION], run, act=house.act(), most=3)

    def killed():
        with house.site() as site:
            run = look(site[ORGANISATION]).runs[1]
            services.step(site[ORGANISATION], run, act=house.act(), most=3)
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        killed()
    with house.site() as site:
        assert look(site[ORGANISATION]).runs[1].cursor == 3
        assert len(site[ORGANISATION]["cases"]) == 3
    run_job(house, JOB)
    with house.site() as site:
        texts = sorted(one.text for one in site[ORGANISATION]["cases"].values())
        numbers = sorted(site[ORGANISATION]["cases"])
    assert texts == [f"Caso {n}" for n in range(7)]
    assert [int(one[-5:]) for one in numbers] == list(range(1, 8))


def test_five_hundred_rows_take_a_few_seconds(house, days):
    boss, before = house.browser(QUALITY), f"{day_before(days, 2):%d/%m/%Y}"
    rows = [f"N-{n};{before};;Queja;celular;Persona {n};;Caso {n}" for n in range(500)]
    began = time.process_time()
    where = mapped(boss, upload(boss, sheet(*rows)))
    boss.get(where)
    press(boss, where, "bulk-start")
    with working(house) as work:
        run = look(work.site[ORGANISATION]).runs[1]
        services.carry_on(
            work.site[ORGANISATION],
            run,
            make_act=lambda: work.act("system"),
            commit=work.commit,
            abort=lambda: None,
        )
        assert run.counts["taken"] == 500
    assert time.process_time() - began < 12


def test_d4_51_a_formula_in_a_cell_stays_text_on_its_way_out(house, days):
    boss, before = house.browser(QUALITY), f"{day_before(days, 2):%d/%m/%Y}"
    row = f'1;{before};;Queja;celular;"=HYPERLINK(""http://x"")";;"@SUM(1+1)"'
    where = mapped(boss, upload(boss, sheet(row)))
    page = boss.post(f"{where}?download=xlsx", {"csrf_token": token_of(boss, where)})
    cells = [
        cell
        for line in openpyxl.load_workbook(io.BytesIO(page.body)).worksheets[0].iter_rows()
        for cell in line
    ]
    assert any(str(cell.value).startswith("=HYPERLINK") for cell in cells)
    assert all(cell.data_type != "f" for cell in cells)


def test_d4_26_29_hostile_cells_are_inert_and_disguised_files_refused(house, days):
    boss, before = house.browser(QUALITY), f"{day_before(days, 2):%d/%m/%Y}"
    row = f"1;{before};;<script>alert(1)</script>;celular;<img src=x onerror=alert(2)>;;<b>x</b>"
    where = mapped(boss, upload(boss, sheet(row)))
    page = boss.get(where)
    for payload in ("<script>alert", "<img src=x", "<b>x</b>"):
        assert payload not in page.text
    upload(boss, b"MZ\x90\x00", name="lista.xlsx", status=422)
    upload(boss, b"<html>", name="lista.html", status=422)


def test_d4_04_who_works_no_queue_imports_nothing_and_a_clerk_no_past(house):
    for email in (AUDITOR, "operaciones@aexpress.example"):
        browser = house.browser(email)
        if email == AUDITOR:
            browser.get(BULK, status=403)
            browser.get(f"{BASE}bulk-add", status=403)
    clerk = house.browser(EMPLOYEE)
    assert clerk.get(BULK).status_int == 200
    answer = upload(clerk, sheet("1;01/03/2026;;Queja;celular;Ana;;x"), mode="past", status="*")
    assert answer.status_int in (409, 422)
    assert "solo los pasa calidad" in answer.text
    house.browser("calidad@carrazos.example").get(f"{BULK}/1", status=404)
    clerk.get(f"{BULK}/99", status=404)
    clerk.get(f"{BULK}/x", status=404)


def test_the_template_is_read_as_it_is(house):
    boss = house.browser(QUALITY)
    page = boss.get(f"{BASE}bulk-template?download=xlsx")
    answer = upload(boss, page.body, name="plantilla.xlsx", mode="past")
    form = answer.follow().forms["form"]
    chosen = [form[name].value for name in form.fields if name and name.startswith("c")]
    assert {"external", "received", "hour", "kind", "name", "text", "closed"} <= set(chosen)
    where = form.submit(status=303).location
    assert boss.get(where, headers=JSON).json["counts"]["rows"] == 1


def test_a_list_that_is_given_up_wrote_nothing(house, days):
    boss = house.browser(QUALITY)
    where = mapped(boss, upload(boss, sheet("1;01/03/2026;;Queja;celular;Ana;;x")))
    press(boss, where, "bulk-give-up")
    assert "bandon" in boss.get(where).text
    with house.site() as site:
        assert len(site[ORGANISATION]["cases"]) == 0
    assert "bulk-start" not in boss.get(where).text


def test_a_date_with_its_hour_in_one_cell_is_the_moment_of_receipt(house, days):
    boss, before = house.browser(QUALITY), day_before(days, 3)
    book, stream = openpyxl.Workbook(), io.BytesIO()
    book.active.append(["Número", "Fecha", "Clase", "Canal", "Cliente", "Correo", "Descripción"])
    together = before.replace(hour=16, minute=45, second=0, microsecond=0, tzinfo=None)
    book.active.append(["J-1", together, "Queja", "Celular", "Ana", "", "Llegó roto"])
    book.save(stream)
    where = mapped(boss, upload(boss, stream.getvalue(), name="planilla.xlsx"))
    press(boss, where, "bulk-start")
    run_job(house, JOB)
    with house.site() as site:
        case = next(iter(site[ORGANISATION]["cases"].values()))
        received = case.received_at.astimezone(days.zone)
    assert received.replace(tzinfo=None) == together
