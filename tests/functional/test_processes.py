"""The process map and its pages, as readers, quality staff and strangers meet them."""

from __future__ import annotations

import io
from zipfile import ZipFile

import pytest
from siege import ADMINISTRATOR, AUDITOR, EMPLOYEE, QUALITY, STRANGERS

from qms.audit.services import in_order, trail_of
from qms.documents.services import drafting
from qms.profiles.exporter import export
from qms.profiles.loader import load_text

MAP = "/aexpress/processes"
JSON = {"Accept": "application/json"}


def exported(house):
    """Give the processes as the exported profile has them, by id."""
    with house.site() as site:
        data = load_text(export(site["aexpress"])).data
    return {one["id"]: one for one in data["processes"]}


def events(house):
    with house.site() as site:
        names = [one["event"] for one in in_order(trail_of(site["aexpress"]))]
    return [name for name in names if name.startswith("Process")]


def choose(form, value):
    """Choose one of the form's radio buttons; deform names them by their place."""
    name = next(name for name in form.fields if name and name.startswith("deformField"))
    form[name] = value


def test_a_reader_finds_the_map_in_the_menu_and_every_process_on_it(house):
    browser = house.browser(EMPLOYEE)
    page = browser.get("/aexpress/").click(r"Procesos")
    assert page.html.h1.text == "Mapa de procesos"
    drawing = page.html.select_one("svg.map-wide")
    texts = " ".join(one.get_text(" ", strip=True) for one in drawing.select("a"))
    for words in ("Servicio al", "Operaciones", "Sistema de", "Vigentes: "):
        assert words in texts
    assert "En trámite" not in page.text, "what is under way is not a reader's to know (D4-3)"
    assert page.html.select("a[href$='/arrange']") == []
    assert page.html.select("[style], script:not([src])") == []
    listed = browser.get(MAP, headers=JSON).json["kinds"]
    core = next(one for one in listed if one["kind"] == "core")
    assert [one["name"] for one in core["macroprocesses"]] == [
        "Gestión Comercial",
        "Operación Logística",
    ]
    sc = core["macroprocesses"][0]["processes"][0]
    assert (sc["acronym"], sc["leader"]) == ("SC", "Jefe de Servicio al Cliente")
    assert sc["documents_in_force"] == 4
    assert sc["under_way"] is None


def test_who_sees_history_sees_how_much_is_under_way(house):
    with house.site() as site:
        document = site["aexpress"]["documents"]["INS-AX-SC-01"]
        drafting.start_version(document, act=house.act("andres-pineda"))
    listed = house.browser(AUDITOR).get(MAP, headers=JSON).json["kinds"]
    shown = {
        box["id"]: box["under_way"]
        for kind in listed
        for group in kind["macroprocesses"]
        for box in group["processes"]
    }
    assert shown == {"sc": 1, "op": 0, "sg": 0}
    assert "En trámite: 1" in house.browser(AUDITOR).get(MAP).html.select_one("svg.map-wide").text


def test_the_page_of_a_process_shows_leader_documents_and_what_they_say(house):
    page = house.browser(EMPLOYEE).get(f"{MAP}/sc/")
    text = " ".join(page.html.get_text(" ").split())
    for words in ("Servicio al Cliente", "Gestión Comercial", "Andrés Pineda", "PRO-AX-SC-01"):
        assert words in text
    assert "Todavía ningún documento vigente caracteriza este proceso" in text
    assert "Indicadores" in [one.text for one in page.html.select("h2")]
    assert page.html.select_one(".crumbs").get_text(" ", strip=True).endswith("Servicio al Cliente")
    data = house.browser(EMPLOYEE).get(f"{MAP}/sc/", headers=JSON).json
    assert {one["code"] for one in data["documents"]} >= {"PRO-AX-SC-01", "FOR-AX-SC-03"}
    assert all(one["state"] == "in-force" for one in data["documents"])
    assert (data["acronym"], data["findings"]) == ("SC", [])


def test_the_annex_of_documents_can_be_taken_away_and_holds_what_the_reader_may_see(house):
    browser = house.browser(EMPLOYEE)
    page = browser.get(f"{MAP}/sc/documents")
    assert "Listado de documentos del proceso Servicio al Cliente" in page.html.h1.text
    book = browser.get(f"{MAP}/sc/documents?download=xlsx")
    with ZipFile(io.BytesIO(book.body)) as files:
        told = b"".join(files.read(name) for name in files.namelist())
    assert b"PRO-AX-SC-01" in told
    assert browser.get(f"{MAP}/sc/documents?download=pdf").body.startswith(b"%PDF")


def test_the_map_is_one_sheet_of_paper_with_its_day(house):
    answer = house.browser(EMPLOYEE).get(f"{MAP}/map.pdf")
    assert answer.content_type == "application/pdf"
    assert answer.body.startswith(b"%PDF")
    assert "Mapa" in answer.headers["Content-Disposition"]


def test_quality_builds_a_process_moves_it_and_the_exported_profile_has_it(house):
    browser = house.browser(QUALITY)
    form = browser.get(f"{MAP}/add").forms["form"]
    form["name"], form["acronym"] = "Gestión Humana", "GH"
    form["macroprocess"] = "Apoyo"
    choose(form, "support")
    form["leader"] = "coordinador-calidad"
    page = form.submit().follow()
    assert page.html.h1.text.strip() == "Gestión Humana"
    assert exported(house)["gh"]["macroprocess"] == "Apoyo"
    with house.site() as site:
        assert load_text(export(site["aexpress"])).data["codes"]["processes"]["GH"] == "gh"
    add = browser.get("/aexpress/documents/add")
    assert "Gestión Humana" in add.text
    form = browser.get(f"{MAP}/gh/edit").forms["form"]
    form["macroprocess"] = "Gestión Comercial"
    choose(form, "core")
    form.submit().follow()
    assert (exported(house)["gh"]["kind"]) == "core"
    page = browser.get(f"{MAP}/arrange")
    move = next(one for one in page.forms.values() if one.action.endswith("/gh/move"))
    move.submit("to", value="up").follow()
    assert list(exported(house)).index("gh") < list(exported(house)).index("sc")
    assert events(house) == ["ProcessAdded", "ProcessChanged", "ProcessesOrdered"]


def test_a_new_acronym_is_explained_and_codes_stay(house):
    browser = house.browser(QUALITY)
    page = browser.get(f"{MAP}/sc/edit")
    assert "Conservan su código" in page.text
    form = page.forms["form"]
    form["acronym"] = "SAC"
    form.submit().follow()
    assert browser.get("/aexpress/documents/PRO-AX-SC-01/").status_int == 200
    page = browser.get(f"{MAP}/sc/")
    assert "Siglas anteriores en códigos" in page.text
    form = browser.get(f"{MAP}/op/edit").forms["form"]
    form["acronym"] = "SC"
    answer = form.submit(status=422)
    assert "hay códigos que la llevan" in answer.html.select_one(".field-error").text
    assert exported(house)["op"]["acronym"] == "OP"


def test_a_renamed_process_has_its_new_name_in_the_master_list_and_the_search(house):
    browser = house.browser(ADMINISTRATOR)
    form = browser.get(f"{MAP}/sc/edit").forms["form"]
    form["name"] = "Experiencia del Cliente"
    form.submit().follow()
    rows = browser.get("/aexpress/documents?process=sc", headers=JSON).json["rows"]
    assert {one["process"] for one in rows} == {"Experiencia del Cliente"}
    found = browser.get("/aexpress/search?q=experiencia", headers=JSON).json["beside"]
    assert [one["title"] for one in found["processes"]] == ["Experiencia del Cliente"]
    assert "Experiencia" in browser.get("/aexpress/search-suggest?q=exper").text
    assert browser.get("/aexpress/search?q=", headers=JSON).json["beside"] == {}


def test_going_out_of_use_tells_first_what_depends_on_it(house):
    browser = house.browser(QUALITY)
    page = browser.get(f"{MAP}/sc/retire")
    assert "PRO-AX-SC-01" in page.text
    answer = page.forms["form"].submit(status=422)
    assert "Confirme que conoce" in answer.text
    form = answer.forms["form"]
    form["known"] = True
    assert "El proceso quedó fuera de uso." in form.submit().follow().text
    assert exported(house)["sc"]["active"] is False
    assert "está fuera de uso" in house.browser(EMPLOYEE).get(f"{MAP}/sc/").text
    listed = house.browser(EMPLOYEE).get(MAP, headers=JSON).text
    assert '"id":"sc"' not in listed
    assert browser.get("/aexpress/documents/PRO-AX-SC-01/").status_int == 200
    page = browser.get(f"{MAP}/arrange")
    resume = next(one for one in page.forms.values() if one.action.endswith("/sc/resume"))
    resume.submit().follow()
    assert exported(house)["sc"]["active"] is True


def test_a_macroprocess_is_renamed_and_an_unknown_one_does_not_exist(house):
    browser = house.browser(QUALITY)
    form = browser.get(f"{MAP}/macroprocess", {"name": "Gestión Comercial"}).forms["form"]
    form["name"] = "Clientes"
    form.submit().follow()
    assert exported(house)["sc"]["macroprocess"] == "Clientes"
    browser.get(f"{MAP}/macroprocess?name=Nada", status=404)


def test_what_a_profile_could_not_say_is_refused_in_a_sentence(house):
    browser = house.browser(QUALITY)
    form = browser.get(f"{MAP}/sc/edit").forms["form"]
    form["name"] = "OPERACIONES"
    answer = form.submit(status=422)
    assert "Ya existe un proceso «Operaciones»" in answer.html.select_one(".field-error").text
    form = answer.forms["form"]
    form["name"], form["acronym"] = "Servicio", "S C"
    answer = form.submit(status=422)
    assert answer.html.select_one(".error-summary").text.strip()
    assert events(house) == []


PAGES = ("add", "arrange", "macroprocess?name=Direcci%C3%B3n", "sc/edit", "sc/retire")


@pytest.mark.parametrize("path", PAGES)
def test_d4_only_who_configures_changes_the_tree(house, path):
    for email in (EMPLOYEE, AUDITOR):
        house.browser(email).get(f"{MAP}/{path}", status=403)
    house.browser().get(f"{MAP}/{path}", status=303)


@pytest.mark.parametrize(
    "path", ["", "/sc/", "/matrix", "/map.pdf", "/sc/documents", *map("/{}".format, PAGES)]
)
def test_d4_strangers_meet_a_page_that_does_not_exist(house, path):
    for email in (STRANGERS["quality"], STRANGERS["administrator"]):
        house.browser(email).get(f"{MAP}{path}", status=404)


@pytest.mark.parametrize("verb", ["move", "resume"])
def test_d4_moving_needs_the_token_and_a_post(house, verb):
    browser = house.browser(QUALITY)
    browser.get(f"{MAP}/sc/{verb}", status=404)
    browser.post(f"{MAP}/sc/{verb}", {"to": "down"}, status=403)
    assert events(house) == []


def test_a16_every_document_hangs_from_a_process_that_has_a_page(house):
    browser = house.browser(QUALITY)
    rows = browser.get("/aexpress/documents", headers=JSON).json["rows"]
    assert rows
    for identifier in {one["process_id"] for one in rows}:
        shown = browser.get(f"{MAP}/{identifier}/", headers=JSON).json["documents"]
        wanted = {one["code"] for one in rows if one["process_id"] == identifier}
        assert {one["code"] for one in shown} == wanted


def test_without_characterisations_the_matrix_says_so(house):
    page = house.browser(EMPLOYEE).get(f"{MAP}/matrix")
    assert "Todavía ninguna caracterización vigente" in page.text
    data = house.browser(EMPLOYEE).get(f"{MAP}/matrix", headers=JSON).json
    assert (data["passing"], data["findings"]) == ([], [])
    assert set(data["without_characterisation"]) == {"sc", "op", "sg"}
