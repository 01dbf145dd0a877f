"""A firm's master list is uploaded, looked at, decided about and taken over, on screen."""

from __future__ import annotations

import io

import openpyxl
import pytest
from import_lists import real_files, real_list
from siege import AUDITOR, EMPLOYEE, QUALITY, STRANGERS
from webtest import Upload

from qms.documents.services.drafting import create_document
from qms.imports.forms import key
from qms.imports.models import imports_of

ORGANISATION = "aexpress"
BASE = f"/{ORGANISATION}/imports/"


def upload(browser, data, name="Listado maestro 2026.xlsx", files=None):
    page = browser.get(f"/{ORGANISATION}/import-list")
    form = page.forms["form"]
    form.fields["upload"][0].value = Upload(name, data)
    if files is not None:
        form.fields["upload"][1].value = Upload("documentos.zip", files)
    return form.submit("save", expect_errors=True)


def tiles(page):
    return {
        one.dt.text.strip(): int(one.dd.text) for one in page.html.select(".import-tiles > div")
    }


def preview(browser):
    """Bring the hand-made list as far as its preview."""
    page = upload(browser, real_list(), files=real_files()).follow()
    assert "Fecha de aprobación" in page.text
    return page.forms["form"].submit("save").follow()


def test_a_list_is_mapped_looked_at_decided_and_taken_over(house):
    browser = house.browser(QUALITY)
    with house.site() as site:
        before = len(site[ORGANISATION]["documents"])
    page = preview(browser)
    assert tiles(page)["documentos nuevos"] == 5
    assert "Manual" in page.text
    page = page.click("Decisiones", href="words")
    form = page.forms["form"]
    form[key("w", "Manual")] = "create"
    form[key("w", "Gestión Humana")] = "create"
    form[key("w", "Coordinadora de Bienestar")] = "create"
    page = form.submit("save").follow()
    assert tiles(page)["documentos nuevos"] == 6
    with house.site() as site:
        assert len(site[ORGANISATION]["documents"]) == before
    page = (
        next(
            one for one in browser.get(BASE + "1/").forms.values() if one.action.endswith("/start")
        )
        .submit()
        .follow()
    )
    assert page.html.select_one("progress") is not None
    shown = browser.get(BASE + "1/progress", headers={"Accept": "application/json"}).json
    assert shown["stage"] == "running"
    page = next(one for one in page.forms.values() if one.action.endswith("/carry"))
    page = page.submit().follow()
    assert "La importación terminó" in page.text
    check_report(house, browser)


def check_report(house, browser):
    answer = browser.get(BASE + "1/", headers={"Accept": "application/json"}).json
    assert answer["stage"] == "done"
    assert answer["counts"]["taken"] == 7
    sheet = openpyxl.load_workbook(
        io.BytesIO(browser.get(BASE + "1/?download=xlsx").body)
    ).worksheets[0]
    cells = [[str(cell.value or "") for cell in row] for row in sheet.iter_rows()]
    (row,) = [one for one in cells if "PRO-AX-OP-10" in one]
    assert "Se tomó" in " ".join(row)
    with house.site() as site:
        organisation = site[ORGANISATION]
        manual = organisation["documents"]["MAN-001"]
        assert manual.type_id == "manual"
        assert manual.state == "in-force"
        assert organisation["people"]["positions"][manual.responsible_id].name == (
            "Coordinadora de Bienestar"
        )
        dispatch = organisation["documents"]["PRO-AX-OP-11"]
        assert [one.label for one in dispatch.versions] == ["0", "1"]
        assert [one.state for one in dispatch.versions] == ["obsolete", "in-force"]
        assert all(one.main_file for one in dispatch.versions)
        assert imports_of(organisation).remembered["type"]
    assert (
        "La importación de un listado llegó a su fin."
        in browser.get(f"/{ORGANISATION}/trail/").text
    )
    page = browser.get(f"/{ORGANISATION}/documents/PRO-AX-OP-11/")
    assert "Migrado" in page.text
    assert "pro_ax_op_11 v1.pdf" in page.text
    assert "PRO-AX-OP-11" in browser.get(f"/{ORGANISATION}/documents/?q=despacho").text


def test_the_same_list_again_takes_nothing_and_changes_nothing(house):
    browser = house.browser(QUALITY)
    for number in ("1", "2"):
        page = preview(browser)
        if number == "1":
            forms = [one for one in page.forms.values() if one.action.endswith("/start")]
            forms[0].submit()
            browser.post(BASE + "1/carry", {"csrf_token": token(browser)})
    counts = tiles(page)
    assert counts["versiones"] == 0
    assert counts["ya estaban aquí"] == 6
    with house.site() as site:
        documents = [
            (one.code, [(v.label, v.state) for v in one.versions])
            for one in site[ORGANISATION]["documents"].values()
        ]
    answer = browser.post(BASE + "2/start", {"csrf_token": token(browser)}, expect_errors=True)
    assert answer.status_int in (303, 409, 422)
    with house.site() as site:
        assert documents == [
            (one.code, [(v.label, v.state) for v in one.versions])
            for one in site[ORGANISATION]["documents"].values()
        ]


def token(browser):
    return browser.get(f"/{ORGANISATION}/imports").html.select_one('meta[name="csrf-token"]')[
        "content"
    ]


def test_another_sheet_row_of_heads_or_column_is_chosen_by_hand(house):
    browser = house.browser(QUALITY)
    page = upload(browser, real_list()).follow()
    form = page.click("Hoja y encabezados").forms["form"]
    form["header"] = "3"
    page = form.submit("save").follow()
    assert "Nothing" not in page.text
    form = page.click("Hoja y encabezados").forms["form"]
    form["header"] = "6"
    form = form.submit("save").follow().forms["form"]
    form["column12"] = ""
    page = form.submit("save").follow()
    assert tiles(page)["filas leídas"] == 11
    again = browser.get(BASE + "1/columns").forms["form"]
    assert again["column12"].value == ""


def test_of_a_csv_encoding_and_separator_are_guessed_and_can_be_told(house):
    browser = house.browser(QUALITY)
    text = "Código;Nombre;Tipo;Versión\nFOR-AX-SC-60;Diseño, señal;Formato;0\n"
    page = upload(browser, text.encode("cp1252"), "listado.csv").follow()
    assert "Diseño, señal" in page.text
    form = browser.get(BASE + "1/table").forms["form"]
    assert (form["encoding"].value, form["separator"].value) == ("cp1252", ";")
    form["separator"] = ","
    assert "Diseño, señal" not in form.submit("save").follow().text
    form = browser.get(BASE + "1/table").forms["form"]
    form["encoding"], form["separator"] = "", ""
    page = form.submit("save").follow().forms["form"].submit("save").follow()
    assert tiles(page)["documentos nuevos"] == 1
    assert "No hay nada que decidir" in browser.get(BASE + "1/words").text


def test_a_code_that_was_taken_meanwhile_is_left_alone_and_told(house):
    browser = house.browser(QUALITY)
    rows = "Código;Nombre;Tipo;Versión\nFOR-AX-SC-61;Uno;Formato;0\nFOR-AX-SC-62;Dos;Formato;0\n"
    upload(browser, rows.encode(), "listado.csv").follow().forms["form"].submit("save")
    browser.post(BASE + "1/start", {"csrf_token": token(browser)})
    with house.site() as site:
        create_document(
            site[ORGANISATION]["documents"],
            type_id="form",
            process_id="sc",
            title="De aquí",
            code="FOR-AX-SC-61",
            act=house.act("lucia-mora"),
        )
    browser.post(BASE + "1/carry", {"csrf_token": token(browser)})
    answer = browser.get(BASE + "1/", headers={"Accept": "application/json"}).json
    assert (answer["counts"]["taken"], answer["counts"]["left"]) == (1, 1)
    assert "Otra persona tomó este código" in answer["rows"][0]["found"]
    with house.site() as site:
        assert site[ORGANISATION]["documents"]["FOR-AX-SC-61"].title == "De aquí"


def test_a_column_cannot_hold_what_another_one_holds(house):
    browser = house.browser(QUALITY)
    form = upload(browser, real_list()).follow().forms["form"]
    form["column2"] = "code"
    answer = form.submit("save", expect_errors=True)
    assert answer.status_int == 422
    form = answer.forms["form"]
    form["column1"], form["column2"] = "", ""
    assert form.submit("save", expect_errors=True).status_int == 422


@pytest.mark.parametrize(
    ("data", "name"),
    [
        (b"<html><script>alert(1)</script></html>", "listado.html"),
        (b"PK\x03\x04 no sheet", "listado.xlsx"),
        (b"", "listado.csv"),
    ],
)
def test_d4_29_what_is_no_list_is_refused_at_its_field(house, data, name):
    browser = house.browser(QUALITY)
    assert upload(browser, data, name).status_int == 422


def test_d4_4_only_who_may_import_sees_and_moves_imports(house):
    browser = house.browser(QUALITY)
    preview(browser)
    csrf = {"csrf_token": "x"}
    auditor = house.browser(AUDITOR)
    assert auditor.get(BASE + "1/").status_int == 200
    assert auditor.post(BASE + "1/start", csrf, expect_errors=True).status_int in (400, 403)
    for email in (EMPLOYEE, next(iter(STRANGERS.values()))):
        other = house.browser(email)
        assert other.get(BASE + "1/", expect_errors=True).status_int in (403, 404)
        assert other.get(f"/{ORGANISATION}/import-list", expect_errors=True).status_int in (
            403,
            404,
        )
    assert browser.get(BASE + "1/", headers={"Accept": "application/json"}).json["stage"] == (
        "preview"
    )


def test_d4_26_and_d4_51_what_a_cell_says_stays_text(house):
    rows = "Código;Nombre;Tipo;Proceso;Versión\n"
    rows += '"FOR-AX-SC-50";"=HYPERLINK(""http://x"")<script>alert(1)</script>";Formato;SC;0\n'
    browser = house.browser(QUALITY)
    page = upload(browser, rows.encode(), "listado.csv").follow().forms["form"].submit("save")
    page = page.follow()
    assert "<script>alert(1)" not in page.text
    assert "&lt;script&gt;alert(1)" in page.text
    book = openpyxl.load_workbook(io.BytesIO(browser.get(BASE + "1/?download=xlsx").body))
    assert not [cell for row in book.worksheets[0].iter_rows() for cell in row
                if cell.data_type == "f"]  # fmt: skip
