"""Whoever looks at a list filters it, and takes away exactly what it shows."""

from __future__ import annotations

import csv
import io
from dataclasses import replace
from datetime import datetime

import openpyxl
import pytest
from pypdf import PdfReader
from siege import (
    ADMINISTRATOR,
    AUDITOR,
    AUTHOR,
    EMPLOYEE,
    ORGANISATION,
    QUALITY,
    SECRET,
    SECRET_TITLE,
    STRANGERS,
)

from qms.audit.services import in_order, trail_of
from qms.documents.services import drafting
from qms.documents.views import master_list
from qms.exports import answers

LIST = f"/{ORGANISATION}/documents/"
HEADS = [
    "Código",
    "Título",
    "Tipo",
    "Proceso",
    "Versión",
    "Fecha de aprobación",
    "Vigente desde",
    "Próxima revisión",
    "Responsable",
    "Estado",
]
IN_FORCE = {"FOR-AX-OP-03", "FOR-AX-SC-02", "FOR-AX-SC-03", "INS-AX-SC-01", "PRO-AX-SC-01"}


def press(browser, page, text):
    """Press a button that posts to an address of its own, as a browser does."""
    button = next(one for one in page.html.select("button") if one.get_text(strip=True) == text)
    token = button.find_parent("form").select_one("input[name=csrf_token]")["value"]
    return browser.post(page.request.path + button["formaction"], {"csrf_token": token})


def sheets(answer):
    return openpyxl.load_workbook(io.BytesIO(answer.body)).worksheets


def rows_of(answer):
    """Give the rows of a file, whichever kind it is."""
    if answer.content_type == "text/csv":
        text = answer.body.decode("utf-8-sig")
        return list(csv.reader(io.StringIO(text, newline=""), delimiter=";"))[1:]
    return [list(row) for row in sheets(answer)[0].iter_rows(min_row=2, values_only=True)]


def codes(answer):
    return [row[0] for row in rows_of(answer)]


def test_quality_filters_the_master_list_and_takes_it_away_as_a_workbook(besieged):
    browser = besieged.browser(QUALITY)
    page = browser.get(LIST)
    assert page.html.select_one(".list-count").get_text(strip=True) == "5 resultados"
    form = next(one for one in page.forms.values() if "list-q" in str(one.text))
    form["q"] = "servicio"
    page = form.submit()
    page = page.click("Procedimiento")
    answer = page.click("Excel")
    assert answer.headers["Content-Disposition"].startswith(
        'attachment; filename="aexpress-listado-maestro-20'
    )
    sheet, about = sheets(answer)
    assert sheet.freeze_panes == "A2"
    assert sheet.auto_filter.ref == "A1:J2"
    assert [cell.value for cell in sheet[1]] == HEADS
    (row,) = rows_of(answer)
    assert row[:5] == ["PRO-AX-SC-01", "Servicio al Cliente", "Procedimiento", *row[3:4], "3"]
    assert row[6] == datetime(2017, 11, 1)  # noqa: DTZ001 - a workbook knows no zones
    assert sheet["G2"].number_format == "dd/mm/yyyy"
    assert row[9] == "Vigente · Borrador"
    said = {line[0].value: line[1].value for line in about.iter_rows()}
    assert (said["Palabras"], said["Tipo"]) == ("«servicio»", "Procedimiento")
    assert (said["Generado por"], said["Filas"]) == ("Lucía Mora Ardila", "1")
    assert said["Generado el"].endswith("(America/Bogota)")


@pytest.mark.parametrize("kind", ["xlsx", "csv"])
def test_a_file_holds_all_pages_in_the_order_of_the_screen(besieged, monkeypatch, kind):
    monkeypatch.setattr(master_list, "LIST", replace(master_list.LIST, size=2))
    browser = besieged.browser(QUALITY)
    query = "rest=1&sort=title&dir=desc"
    seen = []
    for number in (1, 2, 3):
        page = browser.get(f"{LIST}?{query}&page={number}")
        seen += [one.get_text() for one in page.html.select("td.code a")]
    assert codes(browser.get(f"{LIST}?{query}&page=2&download={kind}")) == seen
    assert set(seen) == IN_FORCE | {SECRET}


@pytest.mark.parametrize("query", ["", "rest=1", "state=draft&rest=1", "q=borrador&rest=1"])
@pytest.mark.parametrize("kind", ["xlsx", "csv", "pdf"])
def test_d4_3_a_reader_takes_away_only_what_is_in_force(besieged, kind, query):
    answer = besieged.browser(EMPLOYEE).get(f"{LIST}?{query}&download={kind}")
    if kind == "pdf":
        text = "".join(page.extract_text() for page in PdfReader(io.BytesIO(answer.body)).pages)
        assert SECRET not in text
        assert SECRET_TITLE not in text
        return
    rows = rows_of(answer)
    assert {row[0] for row in rows} == (
        set() if "borrador" in query or "draft" in query else IN_FORCE
    )
    assert {row[9] for row in rows} <= {"Vigente"}


def test_the_switch_shows_the_rest_to_those_who_may(besieged):
    word = "Mostrar también borradores y obsoletos"
    reader = besieged.browser(EMPLOYEE).get(LIST)
    assert word not in reader.text
    assert "Estado" not in [one.get_text() for one in reader.html.select(".facets h2")]
    for email in (QUALITY, AUDITOR):
        page = besieged.browser(email).get(LIST)
        assert SECRET not in page.text
        page = page.click(word)
        assert SECRET in page.text
        assert "Borrador" in page.html.select_one(".facets").get_text()
        page = page.click(href="state=draft")
        assert [one.get_text() for one in page.html.select("td.code a")] == [SECRET]
        assert SECRET not in page.click(word).text
    # The leader of the process sees what is drafted there.
    assert SECRET in besieged.browser(AUTHOR).get(LIST).click(word).text


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("for sc", {"FOR-AX-SC-02", "FOR-AX-SC-03"}),
        ("SC 3", {"FOR-AX-SC-03"}),
        ("bitacora", {"FOR-AX-SC-03"}),
        ("servic client", {"INS-AX-SC-01", "PRO-AX-SC-01"}),
        ("no existe", set()),
        ("de la", IN_FORCE),
    ],
)
def test_the_free_filter_takes_beginnings_of_words_without_accents(besieged, words, found):
    browser = besieged.browser(EMPLOYEE)
    answer = browser.get(LIST, {"q": words}, headers={"Accept": "application/json"})
    assert {row["code"] for row in answer.json["rows"]} == found
    page = browser.get(LIST, {"q": words})
    counted = sum(int(one.text) for one in page.html.select(".facets section:first-of-type .count"))
    assert counted == len(found)


def test_a_pdf_has_every_row_and_counts_its_pages(fort, monkeypatch):
    with fort.site() as site:
        for number in range(40):
            drafting.create_document(
                site[ORGANISATION]["documents"],
                type_id="instruction",
                process_id="sc",
                title=f"Instructivo número {number}",
                act=fort.act("lucia-mora"),
            )
    browser = fort.browser(QUALITY)
    listed = codes(browser.get(f"{LIST}?rest=1&download=csv"))
    assert len(listed) == 46
    reader = PdfReader(io.BytesIO(browser.get(f"{LIST}?rest=1&download=pdf").body))
    pages = [page.extract_text() for page in reader.pages]
    assert len(pages) >= 2
    assert all(code in "".join(pages) for code in listed)
    for number, text in enumerate(pages, 1):
        assert f"Página {number} de {len(pages)}" in text
        assert "por Lucía Mora Ardila" in text
        assert "Próxima" in text


def test_taking_the_master_list_away_writes_nothing(fort):
    browser = fort.browser(QUALITY)
    browser.get(LIST)
    before = fort.transaction()
    for kind in ("xlsx", "csv", "pdf"):
        browser.get(f"{LIST}?download={kind}")
    assert fort.transaction() == before


@pytest.mark.parametrize(
    "query",
    [
        "download=exe",
        "download=",
        "download=../../etc/passwd",
        "download=XLSX",
        "download=xlsx%00",
        "download=" + "x" * 5000,
        "download=xlsx&sort=__class__&page=-1&state=" + "x" * 5000,
        "download=csv&page=99999999999999999999&q=" + "%27%22=" * 300,
        "download=csv&download=exe",
        "download=xlsx&" + "&".join(f"type={n}" for n in range(500)),
        "rest=2&dir=sideways&q=%F0%9F%98%80",
    ],
)
def test_d4_56_no_address_breaks_a_download(besieged, query):
    answer = besieged.browser(EMPLOYEE).get(f"{LIST}?{query}", status="*")
    assert answer.status_int in {200, 400, 422}
    if answer.status_int == 422:
        assert "No existe esa clase de archivo" in answer.text


def test_d4_51_a_title_that_looks_like_a_formula_stays_text(fort):
    attack = "=HYPERLINK(A1)"
    with fort.site() as site:
        drafting.create_document(
            site[ORGANISATION]["documents"],
            type_id="instruction",
            process_id="sc",
            title=attack,
            act=fort.act("lucia-mora"),
        )
    browser = fort.browser(QUALITY)
    sheet = sheets(browser.get(f"{LIST}?rest=1&q=hyperlink&download=xlsx"))[0]
    assert (sheet["B2"].value, sheet["B2"].data_type) == (attack, "s")
    (row,) = rows_of(browser.get(f"{LIST}?rest=1&q=hyperlink&download=csv"))
    assert row[1] == f"'{attack}"


def test_a_list_that_is_too_long_is_refused_with_a_way_out(besieged, monkeypatch):
    for name, most in (("pdf", 4), ("csv", 5)):
        monkeypatch.setitem(answers.FORMS, name, replace(answers.FORMS[name], most=most))
    browser = besieged.browser(QUALITY)
    refusal = browser.get(f"{LIST}?download=pdf", status=422)
    assert "Un archivo PDF lleva hasta 4 filas y esta lista tiene más." in refusal.text
    assert browser.get(f"{LIST}?q=servicio&download=pdf").status_int == 200
    assert browser.get(f"{LIST}?download=csv").status_int == 200
    assert "más de 5 filas" in browser.get(f"{LIST}?rest=1&download=csv", status=422).text


def test_d4_59_few_files_are_made_at_a_time(besieged, monkeypatch):
    monkeypatch.setattr(answers, "PATIENCE", 0.01)
    browser = besieged.browser(QUALITY)
    for _turn in range(answers.AT_A_TIME):
        assert answers._turns.acquire(blocking=False)
    try:
        answer = browser.get(f"{LIST}?download=xlsx", status=503)
        assert answer.headers["Retry-After"]
        assert browser.get(LIST).status_int == 200
    finally:
        for _turn in range(answers.AT_A_TIME):
            answers._turns.release()
    assert browser.get(f"{LIST}?download=xlsx").status_int == 200


def test_persons_are_listed_filtered_and_taken_away_and_the_trail_tells_it(fort):
    browser = fort.browser(ADMINISTRATOR)
    page = browser.get(f"/{ORGANISATION}/people/?q=rincon")
    assert [one.get_text() for one in page.html.select("tbody a")] == ["Paola Rincón Vega"]
    answer = press(browser, page, "CSV")
    ((name, position, email, _roles, state),) = rows_of(answer)
    assert (name, email, state) == ("Paola Rincón Vega", EMPLOYEE, "Activo")
    assert position
    before = fort.transaction()
    refusal = browser.get(f"/{ORGANISATION}/people/?download=csv", status=405)
    assert "El archivo no se generó" in refusal.text
    assert fort.transaction() == before
    with fort.site() as site:
        entry = list(in_order(trail_of(site[ORGANISATION])))[-1]
    assert entry["event"] == "TableTaken"
    assert entry["details"] == {"title": "Personas", "format": "csv", "rows": 1}


def test_the_trail_is_taken_away_as_it_is_filtered_by_whoever_may(fort):
    path = f"/{ORGANISATION}/trail/"
    browser = fort.browser(AUDITOR)
    page = browser.get(f"{path}?event=DocumentCreated&person=lucia-mora")
    rows = rows_of(press(browser, page, "Excel"))
    assert len(rows) == len(page.html.select("tbody tr"))
    assert all(isinstance(row[0], datetime) for row in rows)
    assert SECRET_TITLE in {row[4] for row in rows}
    assert fort.browser(EMPLOYEE).get(f"{path}?download=csv", status="*").status_int in {403, 404}


def test_d4_1_a_stranger_takes_nothing_away(besieged):
    for email in STRANGERS.values():
        for kind in ("xlsx", "csv", "pdf"):
            answer = besieged.browser(email).get(f"{LIST}?download={kind}", status=404)
            assert "Listado" not in answer.text
