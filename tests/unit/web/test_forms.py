"""Forms come back as typed, say what is wrong at the field, and hold nothing inline."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from webtest import Upload

ROOT = Path(__file__).resolve().parents[3]
PDF = b"%PDF-1.7 hola" + b" " * 200_000
OF_A_PACK = ROOT / "templates" / "evidence" / "pack.pt"
"""A file that stands alone in a ZIP: it is never served, and has its own policy."""
TEMPLATES = sorted({*(ROOT / "templates").rglob("*.pt")} - {OF_A_PACK})


def filled(browser, **changes):
    form = browser.get("/aexpress/form").forms["form"]
    values = {
        "code": "PRO-1", "kind": "a", "deformField6": "x", "target": "97,5", "starts": "1/2/2026",
        **changes,
    }  # fmt: skip
    for name, value in values.items():
        form[name] = value
    return form


def test_good_values_are_saved_and_answered_with_303(browser, saved):
    answer = filled(browser, body="<h1>Hola</h1><script>x</script>").submit("save")
    assert answer.status_int == 303
    values = saved[0]
    assert values["code"] == "PRO-1"
    assert str(values["target"]) == "97.5"
    assert values["starts"].isoformat() == "2026-02-01"
    assert values["body"] == "<h3>Hola</h3>"
    assert values["steps"] == [{"number": "1", "title": "Recibir"}]
    page = answer.follow()
    assert page.html.find(class_="message-success").text.strip() == "Guardado"
    assert browser.get("/aexpress").html.find(class_="message") is None


def test_bad_values_come_back_as_typed_with_422(browser, saved):
    form = filled(browser, code="nada", target="1.234", starts="31/2/2026", note="  línea\n<b>")
    answer = form.submit("save", status=422)
    again = answer.forms["form"]
    assert not saved
    assert again["code"].value == "nada"
    assert again["target"].value == "1.234"
    assert again["starts"].value == "31/2/2026"
    assert "<b>" in again["note"].value
    assert again["kind"].value == "a"
    assert again["deformField6"].value == "x"


def test_each_error_stands_at_its_field_and_in_the_summary(browser):
    html = filled(browser, code="nada").submit("save", status=422).html
    link = html.select_one(".error-summary a")
    field = html.find(id=link["href"].removeprefix("#"))
    assert field["name"] == "code"
    assert field["aria-invalid"] == "true"
    described = field["aria-describedby"].split()
    assert "No tiene la forma esperada" in html.find(id=described[0]).text
    assert html.find(id=described[1]).text == "PRO-AX-SC-01"


def test_every_described_by_leads_somewhere_and_ids_are_unique(browser):
    html = filled(browser, code="nada", kind="").submit("save", status=422).html
    ids = [element["id"] for element in html.find_all(id=True)]
    assert len(ids) == len(set(ids))
    described = html.find_all(attrs={"aria-describedby": True})
    told = [name for element in described for name in element["aria-describedby"].split()]
    assert told
    assert set(told) <= set(ids)


def test_a_refusal_of_the_domain_keeps_what_was_typed(browser):
    taken = filled(browser, code="BAD-1").submit("save", status=422)
    assert "This code is taken" in taken.html.find(class_="field-error").text
    conflict = filled(browser, code="BAD-2", note="mi texto").submit("save", status=409)
    assert "Otra persona lo cambió" in conflict.html.find(class_="error-summary").text
    assert conflict.forms["form"]["note"].value.strip() == "mi texto"


def test_an_upload_survives_a_failed_try_and_only_for_its_owner(browser, saved, application):
    form = filled(browser, code="nada")
    form["upload"] = Upload("plan.pdf", PDF, "application/pdf")
    again = form.submit("save", status=422)
    assert again.html.find(class_="upload-kept").span.text == "plan.pdf"
    uid = again.forms["form"]["uid"].value

    other = browser.get("/aexpress/form").forms["form"]
    stolen = {**dict(other.submit_fields()), "uid": uid}
    browser.extra_environ["HTTP_X_TEST_PERSON"] = "otra"
    browser.post("/otra/form", stolen, status="*")
    assert all(values["file"] is None for values in saved)

    browser.extra_environ["HTTP_X_TEST_PERSON"] = "aexpress"
    good = again.forms["form"]
    good["code"] = "otra vez no"
    good = good.submit("save", status=422).forms["form"]
    good["code"] = "PRO-2"
    good.submit("save", status=303)
    assert saved[-1]["file"] == ("plan.pdf", PDF)


@pytest.mark.parametrize(("name", "data"), [("virus.html", b"x"), ("empty.pdf", b"")])
def test_an_upload_of_the_wrong_kind_is_refused(browser, name, data):
    form = filled(browser)
    form["upload"] = Upload(name, data, "application/pdf")
    form.submit("save", status=422)


@pytest.mark.parametrize(
    "body",
    [
        "__start__=code:mapping&code=x&__end__=code:mapping",
        "__start__=steps:mapping&a=b&__end__=steps:mapping",
        "__start__=file:sequence&upload=x&__end__=file:sequence",
        "__start__=x:sequence", "__end__=x:mapping", "__start__=nonsense", "code=%00%01",
        "__start__=title:sequence&title=a&__end__=title:sequence&starts=9999999999",
        "target=1e9999&starts=0/0/0000", "target=NaN&kind=zzz&readers=zzz",
    ],
)  # fmt: skip
def test_hostile_bodies_are_sent_back_and_never_fail(browser, saved, body):
    page = browser.get("/aexpress/form")
    token = page.html.find("meta", {"name": "csrf-token"})["content"]
    answer = browser.post("/aexpress/form", f"csrf_token={token}&{body}", status=422)
    assert "pstruct" not in answer.text
    assert not saved


def test_a_body_that_is_no_utf8_is_sent_back(browser):
    page = browser.get("/aexpress/form")
    token = page.html.find("meta", {"name": "csrf-token"})["content"]
    browser.post("/aexpress/form", f"csrf_token={token}&code=%ff%fe", status=422)


def test_d4_08_fields_that_the_form_does_not_have_are_ignored(browser, saved):
    form = filled(browser)
    fields = [*form.submit_fields("save"), ("state", "in-force"), ("is_admin", "1")]
    browser.post("/aexpress/form", fields, status=303)
    assert not {"state", "is_admin"} & set(saved[0])


def test_a_program_gets_the_errors_as_json(browser):
    form = filled(browser, code="nada")
    answer = browser.post(
        "/aexpress/form",
        form.submit_fields("save"),
        headers={"Accept": "application/json"},
        status=422,
    )
    assert list(answer.json["errors"].values()) == [["No tiene la forma esperada."]]


def test_the_prototype_of_a_list_is_a_row_with_ids_of_its_own(browser):
    from urllib.parse import unquote

    html = browser.get("/aexpress/form").html
    prototype = unquote(html.select_one("fieldset.sequence")["data-prototype"])
    assert prototype.startswith("<li")
    ids = set(re.findall(r' id="(deformField\d+)"', prototype))
    assert ids
    assert not ids & {element["id"] for element in html.find_all(id=True)}


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: str(path.relative_to(ROOT)))
def test_no_template_holds_inline_script_style_or_handler(path):
    source = path.read_text(encoding="utf-8")
    assert not re.search(r"<style|\sstyle\s*=|\son[a-z]+\s*=|javascript:", source)
    assert not re.search(r"<script(?![^>]*\ssrc=)", source)
    assert "hx-on" not in source


def test_every_icon_that_templates_and_code_name_is_drawn():
    sheet = (ROOT / "qms" / "web" / "static" / "icons.svg").read_text(encoding="utf-8")
    drawn = set(re.findall(r'<symbol id="([\w-]+)"', sheet))
    named = set()
    for path in TEMPLATES:
        named |= set(re.findall(r"ui\.icon\('([\w-]+)'", path.read_text(encoding="utf-8")))
    from qms.web.chips import CHIPS

    named |= {chip.icon for chip in CHIPS.values()}
    assert named <= drawn
