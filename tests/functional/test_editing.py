"""The editor on screen: saving section by section, two hands at once, files, codes, comparing."""

from __future__ import annotations

import copy
import io

import pytest
from pypdf import PdfWriter

CODE = "PRO-AX-SC-01"
QUALITY = "calidad@aexpress.example"
EMPLOYEE = "paola.rincon@aexpress.example"
LEADER = "jefe.sac@aexpress.example"
FOLDER = "/aexpress/documents"
JSON = {"Accept": "application/json"}


def path_of(answer) -> str:
    return answer.headers["Location"].removeprefix("http://localhost")


def open_draft(browser, code=CODE) -> str:
    """Begin the next version and give the address of its editor."""
    page = browser.get(f"{FOLDER}/{code}/")
    form = next(one for one in page.forms.values() if one.action.endswith("/revise"))
    return path_of(form.submit())


@pytest.fixture
def editor(house):
    browser = house.browser(QUALITY)
    url = open_draft(browser)
    return browser, url


def section(browser, url, name):
    return browser.get(url).forms[f"f-{name}"]


def stored(house, name, code=CODE):
    with house.site() as site:
        found = site["aexpress"]["documents"][code].pending.sections.get(name)
        return None if found is None else (found.data, found.revision)


def test_the_editor_has_a_form_for_each_section_and_says_what_is_missing(editor):
    browser, url = editor
    page = browser.get(url)
    assert {"f-details", "f-objective", "f-scope"} <= set(map(str, page.forms))
    assert "Falta 1 cosa para enviar" in page.text
    assert 'lang="es"' in page.text
    assert page.html.find(id="known-codes").find("option", value="FOR-AX-SC-03")


def test_ids_are_unique_although_many_forms_share_the_page(editor):
    browser, url = editor
    ids = [one["id"] for one in browser.get(url).html.find_all(id=True)]
    assert len(ids) == len(set(ids))


def test_saving_without_script_comes_back_to_the_section_and_keeps_the_others(house, editor):
    browser, url = editor
    before = stored(house, "scope")
    form = section(browser, url, "objective")
    form["html"] = "<p>Nuevo objetivo</p><script>alert(1)</script>"
    answer = form.submit("save")
    assert answer.status_int == 303
    assert path_of(answer) == f"{url}#s-objective"
    assert stored(house, "objective")[0] == {"html": "<p>Nuevo objetivo</p>"}
    assert stored(house, "scope") == before


def test_saving_by_script_says_when_and_on_which_revision(house, editor):
    browser, url = editor
    form = section(browser, url, "objective")
    form["html"] = "<p>Uno</p>"
    answer = browser.post(form.action, form.submit_fields("save"), headers=JSON)
    assert answer.json["errors"] == {}
    assert answer.json["revision"] == stored(house, "objective")[1]
    assert len(answer.json["saved"]) == 5


def test_saving_the_same_again_changes_nothing(house, editor):
    browser, url = editor
    form = section(browser, url, "objective")
    form["html"] = "<p>Uno</p>"
    first = browser.post(form.action, form.submit_fields("save"), headers=JSON).json
    again = browser.post(form.action, form.submit_fields("save"), headers=JSON)
    assert again.status_int == 200
    assert again.json["revision"] == first["revision"]


def test_two_people_in_one_section_never_lose_text(house, editor):
    browser, url = editor
    mine = section(browser, url, "objective")
    theirs = section(house.browser(QUALITY), url, "objective")
    theirs["html"] = "<p>Texto de Ana</p>"
    assert theirs.submit("save").status_int == 303

    mine["html"] = "<p>Texto de Beto</p>"
    conflict = mine.submit("save", expect_errors=True)
    assert conflict.status_int == 409
    assert stored(house, "objective")[0]["html"] == "<p>Texto de Ana</p>"
    assert "Ana" in conflict.html.find("del").text
    assert "Beto" in conflict.html.find("ins").text
    again = conflict.forms["f-objective"]
    assert again["html"].value == "<p>Texto de Beto</p>"

    again["html"] = "<p>Texto de Ana y de Beto</p>"
    assert again.submit("save").status_int == 303
    assert stored(house, "objective")[0]["html"] == "<p>Texto de Ana y de Beto</p>"


def test_a_conflict_tells_the_script_both_texts(house, editor):
    browser, url = editor
    mine = section(browser, url, "objective")
    theirs = section(browser, url, "objective")
    theirs["html"] = "<p>Texto de Ana</p>"
    theirs.submit("save")
    mine["html"] = "<p>Texto de Beto</p>"
    fields = mine.submit_fields("save")
    answer = browser.post(mine.action, fields, headers=JSON, expect_errors=True)
    assert answer.status_int == 409
    assert ["removed", "Ana"] in answer.json["lines"][0]
    assert ["added", "Beto"] in answer.json["lines"][0]
    assert "Lucía" in answer.json["detail"]


def test_two_people_in_two_sections_do_not_meet(house, editor):
    browser, url = editor
    one, two = section(browser, url, "objective"), section(browser, url, "scope")
    one["html"], two["html"] = "<p>A</p>", "<p>B</p>"
    assert one.submit("save").status_int == 303
    assert two.submit("save").status_int == 303
    assert stored(house, "objective")[0]["html"] == "<p>A</p>"
    assert stored(house, "scope")[0]["html"] == "<p>B</p>"


def test_bad_values_come_back_as_typed_with_the_error_at_the_field(house, editor):
    browser, url = editor
    form = section(browser, url, "indicators")
    before = stored(house, "indicators")
    form.set("expression", "cerradas / (recibidas", index=0)
    form.set("name", "Otro nombre", index=0)
    answer = form.submit("save", expect_errors=True)
    assert answer.status_int == 422
    field = answer.html.find("input", attrs={"name": "expression"})
    assert field["value"] == "cerradas / (recibidas"
    assert field["aria-invalid"] == "true"
    assert answer.forms["f-indicators"].get("name", index=0).value == "Otro nombre"
    assert stored(house, "indicators") == before


def test_the_script_gets_errors_by_the_path_of_their_field(editor):
    browser, url = editor
    form = section(browser, url, "indicators")
    form.set("expression", "1 +", index=0)
    fields = form.submit_fields("save")
    answer = browser.post(form.action, fields, headers=JSON, expect_errors=True)
    assert answer.status_int == 422
    assert list(answer.json["errors"]) == ["cards.0.expression"]


def test_details_take_a_jump_of_the_label_only_with_a_reason(house, editor):
    browser, url = editor
    form = section(browser, url, "details")
    form["reason"], form["label"] = "Ajuste", "9"
    refused = form.submit("save", expect_errors=True)
    assert refused.status_int == 422
    assert refused.html.find("input", attrs={"name": "label_reason"})["aria-invalid"] == "true"
    again = refused.forms["f-details"]
    assert again["reason"].value == "Ajuste"
    again["label_reason"] = "Se alinea con el listado anterior"
    assert again.submit("save").status_int == 303
    with house.site() as site:
        version = site["aexpress"]["documents"][CODE].pending
        assert (version.label, version.reason) == ("9", "Ajuste")


def test_details_of_two_people_conflict_and_show_both(house, editor):
    browser, url = editor
    mine, theirs = section(browser, url, "details"), section(browser, url, "details")
    theirs["reason"] = "Motivo de Ana"
    assert theirs.submit("save").status_int == 303
    mine["reason"] = "Motivo de Beto"
    conflict = mine.submit("save", expect_errors=True)
    assert conflict.status_int == 409
    assert "Ana" in conflict.html.find("del").text
    assert conflict.forms["f-details"]["reason"].value == "Motivo de Beto"
    assert conflict.forms["f-details"].submit("save").status_int == 303


def test_the_list_of_what_is_missing_follows_the_saving(editor):
    browser, url = editor
    gaps = url.replace("/edit", "/edit-gaps")
    assert "Falta 1 cosa" in browser.get(gaps).text
    form = section(browser, url, "details")
    form["reason"] = "Ajuste"
    form.submit("save")
    assert "Listo para enviar" in browser.get(gaps).text


@pytest.mark.parametrize("what", ["edit", "edit-gaps", "formula-preview", "withdraw"])
def test_readers_cannot_open_what_belongs_to_the_editor(house, editor, what):
    _browser, url = editor
    address = url.replace("/edit", f"/{what}")
    assert house.browser(EMPLOYEE).get(address, expect_errors=True).status_int in {403, 404}


def test_what_is_not_there_cannot_be_saved(editor):
    browser, url = editor
    form = section(browser, url, "objective")
    address = url.replace("/edit", "/edit-section?id=nothing")
    answer = browser.post(address, form.submit_fields("save"), expect_errors=True)
    assert answer.status_int == 404


def test_a_form_out_of_step_saves_nothing_and_is_no_fault(house, editor):
    browser, url = editor
    form = section(browser, url, "activities")
    before = stored(house, "activities")
    fields = [("csrf_token", form["csrf_token"].value), ("__start__", "rows:sequence")]
    answer = browser.post(form.action, fields, expect_errors=True)
    assert answer.status_int in {409, 422}
    assert stored(house, "activities") == before


def test_the_formula_preview_counts_in_the_organisations_numbers(editor):
    browser, url = editor
    address = url.replace("/edit", "/formula-preview")
    query = {"expression": "a / b * 100", "v-a": "97", "v-b": "120"}
    assert browser.get(address, query).json == {"variables": ["a", "b"], "result": "80,8333"}
    assert browser.get(address, {"expression": "a / b", "v-a": "1"}).json["result"] is None
    told = browser.get(address, {"expression": "a / (b"}).json
    assert told["column"] == 7
    assert told["error"]


# --- Reading what was written -----------------------------------------------------------------


def test_d4_26_an_attack_in_a_section_is_inert_in_editor_reading_and_comparison(house, editor):
    browser, url = editor
    attack = '"><img src=x onerror=alert(1)>'
    form = section(browser, url, "details")
    form["reason"] = attack
    form.submit("save")
    with house.site() as site:
        version = site["aexpress"]["documents"][CODE].pending
        content = version.sections["terms"]
        content.data = {"terms": [{"term": attack, "definition": attack}]}
    compare = url.replace("/versions/4/edit", "/versions/compare?old=3&new=4")
    pages = (url, url.replace("/edit", "/"), compare, url.replace("/edit", "/submit"))
    for page in map(browser.get, pages):
        assert page.html.find("img", src="x") is None
        assert page.html.find(onerror=True) is None
    assert attack in browser.get(compare).html.text


def test_versions_are_compared_section_by_section(editor):
    browser, url = editor
    form = section(browser, url, "objective")
    form["html"] = "<p>Otro objetivo</p>"
    form.submit("save")
    page = browser.get(url.replace("/versions/4/edit", "/versions/compare?old=3&new=4"))
    assert "OBJETIVO" in page.html.find("section", class_="difference").text
    assert "ALCANCE" not in page.html.find(class_="differences").text


@pytest.mark.parametrize("query", ["old=3&new=99", "old=x&new=3", "", "old=3"])
def test_comparing_what_is_not_there_finds_nothing(editor, query):
    browser, _url = editor
    address = f"{FOLDER}/{CODE}/versions/compare?{query}"
    assert browser.get(address, expect_errors=True).status_int == 404


def test_a_reader_cannot_compare_with_a_draft(house, editor):
    address = f"{FOLDER}/{CODE}/versions/compare?old=3&new=4"
    assert house.browser(EMPLOYEE).get(address, expect_errors=True).status_int == 404


# --- Files ------------------------------------------------------------------------------------


def a_pdf() -> bytes:
    writer = PdfWriter()
    writer.add_blank_page(200, 200)
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def test_d4_29_a_disguised_file_is_refused_at_its_input(house, editor):
    browser, url = editor
    form = section(browser, url, "objective")
    fields = [("csrf_token", form["csrf_token"].value), ("main", "1")]
    address = url.replace("/edit", "/edit-file")
    answer = browser.post(
        address,
        fields,
        upload_files=[("upload", "x.pdf", b"<script>alert(1)</script>")],
        expect_errors=True,
    )
    assert answer.status_int == 422
    with house.site() as site:
        assert not site["aexpress"]["documents"][CODE].pending.files


def test_a_file_goes_in_and_out_of_a_draft(house, editor):
    browser, url = editor
    form = section(browser, url, "objective")
    token = ("csrf_token", form["csrf_token"].value)
    address = url.replace("/edit", "/edit-file")
    for name in ("uno.pdf", "dos.pdf"):
        answer = browser.post(
            address, [token, ("main", "1")], upload_files=[("upload", name, a_pdf())]
        )
        assert answer.status_int == 303
    with house.site() as site:
        version = site["aexpress"]["documents"][CODE].pending
        assert [one.filename for one in version.files.values()] == ["dos.pdf"]
        file_id = version.main_file
    download = browser.get(url.replace("/edit", f"/file?id={file_id}"))
    assert download.headers["Content-Disposition"].startswith("attachment")
    removal = url.replace("/edit", "/remove-file")
    assert browser.post(removal, [token, ("id", file_id)]).status_int == 303
    with house.site() as site:
        assert not site["aexpress"]["documents"][CODE].pending.files


# --- A new document ---------------------------------------------------------------------------


def test_a_new_document_gets_the_offered_code_and_opens_its_editor(house):
    browser = house.browser(QUALITY)
    form = browser.get(f"{FOLDER}/add").forms["form"]
    form["type"], form["process"], form["title"] = "form", "sc", "Control de llamadas"
    answer = form.submit("save")
    assert answer.status_int == 303
    assert path_of(answer).endswith("/versions/0/edit")
    page = browser.get(path_of(answer))
    assert "FOR-AX-SC-" in page.text


def test_codes_are_offered_and_checked_while_one_types(house):
    browser = house.browser(QUALITY)
    offer = browser.get(f"{FOLDER}/offer-code?type=instruction&process=sc")
    assert offer.html.find("input", attrs={"name": "code"})["value"].startswith("INS-AX-SC-")
    own = browser.get(f"{FOLDER}/offer-code?type=instruction&process=sc&code=INS-AX-SC-50")
    assert own.html.find("input", attrs={"name": "code"})["value"] == "INS-AX-SC-50"

    def check(code):
        return browser.get(f"{FOLDER}/check-code", {"type": "form", "process": "sc", "code": code})

    assert "libre" in check("FOR-AX-SC-77").text
    assert "FOR-AX-SC-77" in check("for-ax- sc-77").html.find("strong").text
    assert check("FOR-AX-SC-03").html.find(class_="field-error")
    assert check("INS-AX-SC-77").html.find(class_="field-error")


@pytest.mark.parametrize("code", ["FOR-AX-SC-03", "FOR-AX-SC- 03", "ZZZ", "<b>x</b>"])
def test_a_code_in_use_or_out_of_the_grammar_is_refused_at_its_field(house, code):
    form = house.browser(QUALITY).get(f"{FOLDER}/add").forms["form"]
    form["type"], form["process"], form["title"] = "form", "sc", "Otro"
    form["code"] = code
    answer = form.submit("save", expect_errors=True)
    assert answer.status_int == 422
    assert answer.html.find("input", attrs={"name": "code"})["value"] == code
    assert answer.html.find(id="code-box").find(class_="field-error")


def test_where_another_process_owns_the_document_its_acronym_stands_in_the_code(house):
    browser = house.browser(QUALITY)
    assert "owner_process" not in browser.get(f"{FOLDER}/add").forms["form"].fields
    with house.site() as site:
        organisation = site["aexpress"]
        types = copy.deepcopy(organisation.profile["document_types"])
        for one in types:
            one["code_process"] = "owner"
        organisation.profile["document_types"] = types
        organisation.profile_revision += 1
    query = "?type=form&process=sc"
    offered = browser.get(f"{FOLDER}/offer-code{query}&owner_process=op").html
    assert offered.find("input", attrs={"name": "code"})["value"] == "FOR-AX-OP-04"
    form = browser.get(f"{FOLDER}/add").forms["form"]
    form["type"], form["process"], form["owner_process"] = "form", "sc", "op"
    form["title"] = "Planilla de devoluciones"
    assert form.submit("save").status_int == 303
    with house.site() as site:
        document = site["aexpress"]["documents"]["FOR-AX-OP-04"]
        assert (document.process_id, document.owner_process_id) == ("sc", "op")


def test_employees_cannot_start_documents(house):
    browser = house.browser(EMPLOYEE)
    for name in ("add", "offer-code", "check-code"):
        assert browser.get(f"{FOLDER}/{name}", expect_errors=True).status_int == 403


def test_the_page_before_withdrawing_asks_for_the_reason(editor):
    browser, url = editor
    page = browser.get(url.replace("/edit", "/withdraw"))
    form = next(one for one in page.forms.values() if one.action.endswith("/abort"))
    form["reason"] = "Ya no hace falta"
    assert form.submit().status_int == 303


def test_a_free_table_is_saved_as_the_grid_sends_it(house):
    browser = house.browser("calidad@carrazos.example")
    page = browser.get("/carrazos/documents/GSC-FOR-01/")
    form = next(one for one in page.forms.values() if one.action.endswith("/revise"))
    url = path_of(form.submit())
    page = browser.get(url)
    name = page.html.find("section", attrs={"data-kind": "table"})["data-part"]
    with house.site() as site:
        pending = site["carrazos"]["documents"]["GSC-FOR-01"].pending
        before = pending.data_of(name)
    form = page.forms[f"f-{name}"]
    cells = len(form.fields["cell"])
    form.set("cell", "nuevo", index=cells - len(before["columns"]))
    form.set("column", "Otro título", index=0)
    assert form.submit("save").status_int == 303
    with house.site() as site:
        after = site["carrazos"]["documents"]["GSC-FOR-01"].pending.data_of(name)
    assert after["columns"] == ["Otro título", *before["columns"][1:]]
    assert after["rows"] == [*before["rows"], ["nuevo"]]
