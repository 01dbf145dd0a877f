"""The normogram: norms are registered, checked, repealed; documents that cite them say so."""

from __future__ import annotations

import io
import re

import openpyxl
import pytest
from pypdf import PdfWriter
from reading_house import Clock, mails, run_job
from siege import ADMINISTRATOR, AUDITOR, AUTHOR, EMPLOYEE, QUALITY, STRANGERS
from webtest import Upload

from qms.audit.services import in_order, trail_of
from qms.documents.services.release import retire
from qms.norms import services
from qms.norms.citing import cited_by, citing, citing_of, rebuild
from qms.norms.errors import BadNorms
from qms.norms.listing import all_rows, due_rows
from qms.norms.loading import checked, load_norms
from qms.norms.matrix import affected, unregistered
from qms.notices.services import mails_of
from qms.upgrade.health import check_norms

BASE = "/carrazos/norms/"
CODE = "GSC-PRO-03"
CARS = STRANGERS["quality"]
JOB = "letters about norms"
JSON = {"Accept": "application/json"}
NOTE = "Consultada en el sitio del emisor; sin cambios."
RADIOS = {"what", "table"}
SAFE = "https://www.funcionpublica.gov.co/eva/gestornormativo/norma.php?i=44306"


def fill(browser, url, status=303, form="form", **values):
    page = browser.get(url)
    form = page.forms[form]
    for name, value in values.items():
        # The name of a group of radio buttons is made anew in every form.
        radios = [one for one in form.fields if one.startswith("deformField")]
        form[radios[0] if name in RADIOS else name] = value
    return form.submit("save", status=status)


def register(house, **values):
    """Register the law that the document of the house of cars cites."""
    given = {"kind": "law", "number": "1480", "year": "2011", "title": "Estatuto del consumidor"}
    answer = fill(house.browser(CARS), f"{BASE}add", **{**given, **values})
    return answer.location.removeprefix("http://localhost")


def rows(house, url, email=CARS):
    return house.browser(email).get(url, headers=JSON).json["rows"]


def test_what_documents_cite_is_found_and_registered_from_there(house):
    found = {one["norm"]: one for one in rows(house, f"{BASE}missing")}
    assert set(found) == {"Ley 1480 del 2011", "ISO 9001:2015"}
    assert found["Ley 1480 del 2011"]["documents"] == CODE
    browser = house.browser(CARS)
    page = browser.get(f"{BASE}missing").click("Ley 1480 del 2011")
    form = page.forms["form"]
    assert (form["kind"].value, form["number"].value, form["year"].value) == ("law", "1480", "2011")
    form["title"] = "Estatuto del consumidor"
    norm = form.submit("save", status=303).follow()
    assert CODE in norm.text
    assert "«Ley 1480 del 2011»" in norm.text
    assert [one["norm"] for one in rows(house, f"{BASE}missing")] == ["ISO 9001:2015"]
    again = fill(browser, f"{BASE}add", 422, kind="law", number="01480", year="2011")
    assert "ya está en el normograma" in again.text


def test_a_repealed_norm_flags_its_documents_and_tells_the_leader(house):
    url = register(house)
    page = f"/carrazos/documents/{CODE}/"
    assert "no están vigentes" not in house.browser(STRANGERS["reader"]).get(page).text
    answer = fill(
        house.browser(CARS),
        f"{url}changed",
        what="repealed",
        by="Ley 2439 de 2024",
        on="01/02/2026",
        note="Nuevo estatuto.",
    ).follow()
    assert "Derogada" in answer.text
    shown = house.browser(STRANGERS["reader"]).get(page)
    assert "Sigue normas que ya no están vigentes: Ley 1480 de 2011." in shown.text
    (line,) = rows(house, f"{BASE}affected", STRANGERS["reader"])
    assert (line["code"], line["norm"]) == (CODE, "Ley 1480 de 2011")
    assert line["by"] == "Ley 2439 de 2024"
    listed = house.browser(CARS).get(f"{BASE}affected")
    asked = listed.click("Solicitar un cambio")
    assert asked.forms["form"]["code"].value == CODE
    with house.site() as site:
        process = site["carrazos"]["documents"][CODE].process_id
        leader = site["carrazos"]["processes"][process].leader
        leaders = {one.email for one in site["carrazos"]["people"].holders(leader)}
        told = [
            (mail.to, mail.subject, mail.text)
            for mail in mails_of(site, "carrazos", most=50)
            if "Ley 1480" in mail.subject
        ]
    assert {to for to, _subject, _text in told} == leaders
    assert all(CODE in text and "Ley 2439 de 2024" in text for _to, _subject, text in told)
    # Taken back, nothing says so any more.
    fill(house.browser(CARS), f"{url}restore", note="Solo se modificó.")
    assert "ya no están vigentes" not in house.browser(CARS).get(page).text
    assert rows(house, f"{BASE}affected") == []
    with house.site() as site:
        kinds = [one["event"] for one in _entries(site["carrazos"])][-3:]
        assert kinds == ["NormRegistered", "NormRepealed", "NormRestored"]


def letter():
    """Give a small whole PDF."""
    stream = io.BytesIO()
    writer = PdfWriter()
    writer.add_blank_page(100, 100)
    writer.write(stream)
    return stream.getvalue()


def _entries(organisation):
    return [
        {"event": entry["event"]}
        for entry in in_order(trail_of(organisation))
        if entry["event"].startswith(("Norm", "Edition", "Requirement"))
    ]


def test_a_check_comes_up_waits_is_reminded_of_once_and_moves_on(house, monkeypatch):
    days = Clock(house, monkeypatch)
    with house.site() as site:
        organisation = site["aexpress"]
        for norm in organisation["norms"].values():
            services.change(norm, {"months": None}, act=house.act())
        norm = organisation["norms"]["law-1480-2011"]
        services.change(norm, {"months": 12, "responsible_id": "jefe-sac"}, act=house.act())
        (row,) = due_rows(organisation, days.first.replace(year=days.first.year + 5))
        due = type(days.first).fromisoformat(row.check_by)

    def letters():
        return [one for one in mails(house) if "Normas por verificar" in one[1]]

    days.now = days.at(days.calendar.add_business_days(due, -40))
    run_job(house, JOB)
    assert letters() == []
    # Thirty days before and the day itself both passed without a worker: one letter.
    days.now = days.at(days.calendar.add_business_days(due, 3))
    for _twice in range(2):
        run_job(house, JOB)
    assert letters() == [(AUTHOR, "Normas por verificar: 1")]
    answer = house.browser(AUTHOR).get("/aexpress/", headers=JSON)
    assert [one["code"] for one in answer.json["norms"]] == ["Ley 1480 de 2011"]
    assert house.browser(EMPLOYEE).get("/aexpress/", headers=JSON).json.get("norms", []) == []
    url = "/aexpress/norms/law-1480-2011/verify"
    house.browser(EMPLOYEE).get(url, status=403)
    fill(house.browser(AUTHOR), url, 422, note=" ")
    fill(house.browser(AUTHOR), url, note=NOTE)
    assert house.browser(AUTHOR).get("/aexpress/", headers=JSON).json.get("norms", []) == []
    run_job(house, JOB)
    assert len(letters()) == 1
    with house.site() as site:
        norm = site["aexpress"]["norms"]["law-1480-2011"]
        assert norm.facts.checked_on == days.now.astimezone(days.zone).date().isoformat()
        assert norm.acts[-1]["note"] == NOTE
        assert norm.acts[-1]["by"] == "andres-pineda"


def test_an_edition_of_a_standard_shows_its_gaps_and_a_link_closes_one(house):
    url = fill(house.browser(CARS), f"{BASE}standard", table="iso-9001-2015").location
    url = url.removeprefix("http://localhost")
    assert url == f"{BASE}standard-iso-9001-2015/"
    lines = rows(house, f"{BASE}matrix")
    assert {one["coverage"] for one in lines} == {"requirement-uncovered"}
    assert [one["number"] for one in lines[:3]] == ["4.1", "4.2", "4.3"]
    assert [one["number"] for one in lines[-3:]] == ["10.1", "10.2", "10.3"]
    browser = house.browser(CARS)
    form = browser.get(f"{url}9.1.2/edit").forms["form"]
    # The browser adds inputs; here they are sent as it would.
    fields = [*form.submit_fields("save")]
    at = next(i for i, (name, value) in enumerate(fields) if value == "codes:sequence")
    fields[at + 1 : at + 1] = [("code", "gsc pro 03")]
    browser.post(form.action or f"{url}9.1.2/edit", fields, status=303)
    linked = [one for one in rows(house, f"{BASE}matrix") if one["number"] == "9.1.2"]
    assert linked[0]["documents"] == CODE
    assert linked[0]["coverage"] == "requirement-covered"
    assert linked[0]["processes"] == "Gestión clientes"
    grid = browser.get(f"{url}processes", headers=JSON).json
    crossed = {one["number"]: one["processes"] for one in grid}
    assert crossed["9.1.2"] == {"gsc": [CODE]}
    assert crossed["4.1"] == {"gsc": []}
    assert CODE in browser.get(f"{url}processes?download=csv").body.decode("utf-8-sig")
    gaps = rows(house, f"{BASE}matrix?coverage=requirement-uncovered")
    assert len(gaps) == len(lines) - 1 or len(gaps) == 100
    fields[at + 1] = ("code", "XYZ-99")
    answer = browser.post(f"{url}9.1.2/edit", fields, status=422)
    assert "No hay un documento con el código «XYZ-99»" in answer.text
    form = browser.get(f"{url}8.3.1/edit").forms["form"]
    form[next(one for one in form.fields if one.startswith("deformField"))] = "no"
    assert "Diga por qué no aplica" in form.submit("save", status=422).text
    form["applicability"] = "No se diseña nada."
    form.submit("save", status=303)
    (line,) = [one for one in rows(house, f"{BASE}matrix") if one["number"] == "8.3.1"]
    assert line["coverage"] == "requirement-not-applicable"
    # When the document leaves service, the requirement is open again.
    with house.site() as site:
        retire(site["carrazos"]["documents"][CODE], reason="Sobra.", act=house.act())
    (line,) = [one for one in rows(house, f"{BASE}matrix") if one["number"] == "9.1.2"]
    assert (line["documents"], line["coverage"]) == ("", "requirement-uncovered")


def test_the_register_and_the_matrix_leave_as_tables(house):
    register(house, issuer="=Congreso")
    browser = house.browser(CARS)
    for page in ("", "matrix", "affected", "missing"):
        for form in ("xlsx", "csv", "pdf"):
            answer = browser.get(f"{BASE}{page}?download={form}")
            assert answer.headers["Content-Disposition"].startswith("attachment")
    book = openpyxl.load_workbook(io.BytesIO(browser.get(f"{BASE}?download=xlsx").body))
    cells = [cell for row in book.active.iter_rows() for cell in row if cell.value]
    assert "Ley 1480 de 2011" in {cell.value for cell in cells}
    assert all(cell.data_type != "f" for cell in cells)
    text = browser.get(f"{BASE}?download=csv").body.decode("utf-8-sig")
    assert not re.search(r'(^|[;,"])=', text, re.MULTILINE)


def test_editions_keep_their_copies_and_what_is_held_is_the_present_text(house):
    url = register(house)
    browser = house.browser(CARS)
    fill(browser, f"{url}changed", what="amended", by="Ley 2439 de 2024", on="01/02/2026")
    assert "Modificada" in browser.get(url).text
    pdf = letter()
    form = browser.get(f"{url}add-edition").forms["form"]
    form["label"], form["on"], form["link"] = "Compilada 2026", "01/03/2026", SAFE
    upload = next(name for name in form.fields if name == "upload")
    form[upload] = Upload("ley.pdf", pdf, "application/pdf")
    form.submit("save", status=303)
    page = browser.get(url)
    assert "Compilada 2026" in page.text
    copy = page.click("ley.pdf")
    assert copy.body == pdf
    assert copy.content_type == "application/pdf"
    with house.site() as site:
        norm = site["carrazos"]["norms"]["law-1480-2011"]
        assert norm.editions[0].file.sha256 in page.text
        assert norm.state_on(house.act().at.date()) == "norm-in-force"
    browser.get(f"{url}copy/nothing", status=404)
    house.browser(QUALITY).get(f"{url}copy/{copy.request.path.rpartition('/')[2]}", status=404)


@pytest.mark.parametrize(
    "link",
    [
        "javascript:alert(1)",
        "data:text/html,x",
        "//evil.example/x",
        "https://",
        "https://a b.example/",
        'https://x.example/"onclick=',
        "https://user@evil.example/",
        "http://[::1",
        "ftp://x.example/",
    ],
)
def test_d4_30_a_hostile_link_is_refused_where_it_is_typed(house, link):
    answer = fill(
        house.browser(CARS), f"{BASE}add", 422, kind="law", number="9", year="2020", link=link
    )
    assert "Un enlace empieza por http:// o https://" in answer.text


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("ley.pdf", b"<html><script>alert(1)</script>"),
        ("ley.exe", b"MZ"),
        ("ley.svg", b"<svg onload='alert(1)'/>"),
    ],
)
def test_d4_28_a_file_that_is_not_what_it_says_is_refused(house, name, data):
    url = register(house)
    form = house.browser(CARS).get(f"{url}add-edition").forms["form"]
    form["label"], form["on"] = "Copia", "01/03/2026"
    form["upload"] = Upload(name, data)
    form.submit("save", status=422)
    with house.site() as site:
        assert len(site["carrazos"]["norms"]["law-1480-2011"].editions) == 0


def test_everybody_reads_and_only_the_quality_staff_writes(house):
    for email in (EMPLOYEE, AUDITOR, ADMINISTRATOR):
        browser = house.browser(email)
        for page in ("", "matrix", "affected", "law-1480-2011/", "standard-iso-9001-2015/8.2.1/"):
            browser.get(f"/aexpress/norms/{page}")
        for page in ("add", "missing", "standard", "law-1480-2011/edit", "law-1480-2011/changed"):
            browser.get(f"/aexpress/norms/{page}", status=403)
    house.browser(CARS).get("/aexpress/norms/", status=404)
    shown = house.browser(QUALITY).get("/aexpress/search?q=protecc datos")
    assert "Ley 1581 de 2012" in shown.text


def test_the_index_of_citations_follows_what_is_in_force(house):
    with house.site() as site:
        organisation = site["carrazos"]
        document = organisation["documents"][CODE]
        keys = ["law 1480 2011"]
        assert [row.code for row in citing(organisation, keys)] == [CODE]
        before = cited_by(organisation, document.uid)
        rebuild(organisation)
        assert cited_by(organisation, document.uid) == before
        retire(document, reason="Sobra.", act=house.act())
        assert citing(organisation, keys) == []
        assert unregistered(organisation) == []
        assert affected(organisation, house.act().at.date()) == []


def test_the_doctor_finds_lists_of_norms_that_are_behind_and_makes_them_anew(house):
    with house.site() as site:
        organisation = site["aexpress"]
        assert list(check_norms(organisation, repair=False)) == []
        organisation["norms"]["law-1480-2011"].title = "Otro título"
        document = site["carrazos"]["documents"][CODE]
        citing_of(site["carrazos"]).remove(document.uid)
        for one, what in ((organisation, "Ley 1480 de 2011"), (site["carrazos"], CODE)):
            (found,) = check_norms(one, repair=True)
            assert found.where == f"{one.id}/{what}"
            assert list(check_norms(one, repair=False)) == []


def test_a_file_of_norms_is_taken_over_once_and_only_whole(house):
    data = {
        "kinds": {"contract": "Contrato"},
        "norms": [
            {"cite": "Ley 1480 de 2011", "title": "Estatuto", "checked_on": "2026-01-10"},
            {"kind": "contract", "title": "Contrato de concesión", "months": None},
            {"cite": "ISO 9001:2015", "clauses": True, "links": {"8.2.1": [CODE]}},
        ],
    }
    with house.site() as site:
        organisation = site["carrazos"]
        made = load_norms(organisation, checked(data), act=house.act())
        names = ["Ley 1480 de 2011", "Contrato de concesión", "ISO 9001:2015"]
        assert [one.name for one in made] == names
        assert load_norms(organisation, checked(data), act=house.act()) == []
        assert services.kinds_of(organisation)["contract"] == "Contrato"
        assert len(all_rows(organisation)) == 3
        for wrong in (
            {"cite": "Una ley"},
            {"cite": "Ley 9 de 2020", "on": "2020-01-01"},
            {"cite": "Ley 9 de 2020", "link": "javascript:x"},
            {"cite": "Ley 9 de 2020", "issued_on": "ayer"},
            {"cite": "Ley 9 de 2020", "responsible": "nadie"},
            {"cite": "Ley 9 de 2020", "links": {"1": ["NADA-1"]}},
            {"kind": "unheard", "title": "Nada"},
        ):
            with pytest.raises(BadNorms):
                load_norms(organisation, checked({"norms": [wrong]}), act=house.act())
        assert len(all_rows(organisation)) == 3
