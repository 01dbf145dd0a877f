"""An organisation is set up on screen: from nothing to its first signed document."""

from __future__ import annotations

import base64
import re
import threading
from pathlib import Path

import pytest
import transaction
from siege import ADMINISTRATOR, EMPLOYEE, QUALITY
from webtest import TestApp, Upload

from qms import main as make_application
from qms.audit.services import in_order, trail_of
from qms.cli.main import main
from qms.cli.place import data_values
from qms.content.root import get_site
from qms.documents.services import drafting
from qms.kernel import clock
from qms.people.acts import make_act
from qms.profiles.exporter import export
from qms.profiles.loader import load_text
from qms.profiles.state import stored_data
from qms.setup.page import STEPS
from qms.signing.verify import verify_pdf

JSON = {"Accept": "application/json"}
PART = {"HX-Request": "true"}
WORDS, PHRASE = "tres gatos azules duermen", "la firma de la casa es larga"
PNG = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)


def edit(browser, page, organisation="aexpress"):
    """Give the form of a page of set-up."""
    return browser.get(f"/{organisation}/{page}").forms["form"]


def save(form, status=303):
    answer = form.submit("save", index=0, expect_errors=True)
    assert answer.status_int == status, answer.html.select_one(".error-summary")
    return answer


def data_of(house, organisation="aexpress"):
    with house.site() as site:
        return stored_data(site[organisation])


def changes(house, organisation="aexpress"):
    with house.site() as site:
        entries = in_order(trail_of(site[organisation]))
        return [one["details"] for one in entries if one["event"] == "SettingsChanged"]


# From nothing


class Town:
    """The application over the database that the command line made."""

    def __init__(self, folder: Path) -> None:
        self.app = make_application(
            None, **data_values(folder, **{"qms.base_url": "http://localhost"})
        )
        self.db = self.app.registry._zodb_databases[""]

    def browser(self):
        return TestApp(self.app, extra_environ={"HTTP_HOST": "localhost:80"})

    def do(self, work):
        manager = transaction.TransactionManager(explicit=True)
        connection = self.db.open(manager)
        manager.begin()
        try:
            answer = work(get_site(connection)["lapalma"])
            manager.commit()
            return answer
        except BaseException:
            manager.abort()
            raise
        finally:
            connection.close()


def enter(town, said):
    """Follow a printed link, set a password and make a signing key."""
    browser = town.browser()
    token = re.search(r"/new-password\?token=([\w-]+)", said)[1]
    form = browser.get(f"/new-password?token={token}").forms["form"]
    form["password"] = form["again"] = WORDS
    assert form.submit().status_int == 303
    form = browser.get("/lapalma/my-signature").forms["form"]
    form["password"], form["passphrase"], form["again"] = WORDS, PHRASE, PHRASE
    assert form.submit().status_int == 303
    return browser


def missing(browser):
    steps = browser.get("/lapalma/setup", headers=JSON).json["steps"]
    return {one["name"] for one in steps if not one["done"]}


def sign(browser, url):
    form = next(
        one for one in browser.get(url + "sign").forms.values() if "passphrase" in one.fields
    )
    form["passphrase"] = PHRASE
    assert form.submit("sign").status_int == 303


def introduce(rosa):
    """Say on screen who and what there is."""
    form = edit(rosa, "setup-facts", "lapalma")
    form["legal_name"], form["colour"] = "Acueducto Comunitario La Palma E.S.P.", "#00695c"
    form["upload"] = Upload("palma.png", PNG, "image/png")
    save(form)
    form = rosa.get("/lapalma/people/add-site").forms["form"]
    form["name"], form["city"] = "Sede principal", "La Palma"
    assert form.submit().status_int == 303
    form = rosa.get("/lapalma/people/add-person").forms["form"]
    form["name"], form["email"] = "Elena Ríos", "elena@lapalma.example"
    form["main"] = "gerente"
    assert form.submit().status_int == 303
    form = rosa.get("/lapalma/processes/add").forms["form"]
    form["name"], form["acronym"], form["leader"] = "Atención al Usuario", "AT", "gerente"
    assert form.submit().status_int == 303


def choose(rosa):
    """Say on screen how documents are to be."""
    form = edit(rosa, "setup-type?template=instruction", "lapalma")
    assert form["name"].value == "Instructivo"
    save(form)
    form = edit(rosa, "setup-codes", "lapalma")
    form["company"], form["pattern"] = "LP", "{type}-{company}-{process}-{number:2}"
    save(form)
    form = edit(rosa, "setup-versions", "lapalma")
    form[radio(form)] = "dotted"
    form["start"] = "1.0"
    save(form)
    form = edit(rosa, "setup-looks?look=plain", "lapalma")
    save(form)
    form = edit(rosa, "setup-calendar", "lapalma")
    form = form.submit("setup-op", index=1).forms["form"]
    form["reason"] = "Fiesta del acueducto"
    form["from"] = "24/12/2026"
    save(form)


def test_from_one_command_to_the_first_signed_document_without_a_file(tmp_path, capsys):
    where = ["--data", str(tmp_path / "d")]
    command = ["new", "lapalma", "--name", "Acueducto La Palma", "--admin", "rosa@lapalma.example"]
    assert main([*where, *command, "--admin-name", "Rosa Lima"]) == 0
    rosa_link = capsys.readouterr().out
    town = Town(tmp_path / "d")
    rosa = enter(town, rosa_link)
    assert missing(rosa) == {"facts", "people", "processes", "routes", "first"}
    page = rosa.get("/lapalma/").click("Ajustes")
    assert "Hoy nadie podría firmar" in page.text

    introduce(rosa)
    assert missing(rosa) == {"first"}

    choose(rosa)

    form = rosa.get("/lapalma/documents/add").forms["form"]
    form["type"], form["process"], form["title"] = "instruction", "at", "Lectura de medidores"
    answer = form.submit()
    assert answer.status_int == 303, answer.html.select_one(".error-summary")
    url = answer.headers["Location"].removeprefix("http://localhost").removesuffix("edit")
    assert "/INS-LP-AT-01/" in url
    town.do(lambda organisation: write(town, organisation["documents"]["INS-LP-AT-01"]))
    form = next(
        one for one in rosa.get(url + "submit").forms.values() if one.action.endswith("/submit")
    )
    assert form.submit().status_int == 303
    sign(rosa, url)
    assert main([*where, "user", "link", "lapalma", "elena@lapalma.example"]) == 0
    sign(enter(town, capsys.readouterr().out), url)

    pdf = rosa.get("/lapalma/documents/INS-LP-AT-01/pdf").body
    authority = town.do(
        lambda one: (
            one.annexes["signing.authority"].certificate,
            one.annexes["signing.authority"].crl,
        )
    )
    report = verify_pdf(pdf, [authority[0]], crls=[authority[1]], at=clock.now())
    assert report.ok
    assert [one.field for one in report.signatures] == ["drafted-1", "approved-1", "seal"]
    (row,) = rosa.get("/lapalma/documents/", headers=JSON).json["rows"]
    assert (row["version"], row["state"]) == ("1.0", "in-force")
    assert missing(rosa) == set()
    text = rosa.get("/lapalma/setup-profile.yaml").text
    assert load_text(text).data == town.do(stored_data)
    town.db.close()


def radio(form):
    return next(name for name in form.fields if name and name.startswith("deformField"))


def write(town, document):
    """Fill what the type asks for."""
    version = document.pending
    act = make_act(town.app.registry, version.author_id)
    drafting.save_details(version, act=act, reason="Primera versión.", distribution=["gerente"])
    for name, data in {
        "objective": {"html": "<p>Leer los medidores cada mes.</p>"},
        "activities": {
            "rows": [
                {
                    "id": "a1",
                    "number": "1",
                    "title": "Leer",
                    "html": "<p>Se lee el medidor.</p>",
                    "kind": "step",
                    "responsible": ["gerente"],
                    "responsible_text": "",
                    "records": [],
                    "branches": [],
                    "stops": True,
                }
            ]
        },
    }.items():
        drafting.save_section(version, name, data, base_revision=0, act=act)


# Every page


@pytest.mark.parametrize("name", [name for name, _title in STEPS])
def test_nobody_else_sees_the_pages_of_set_up(house, name):
    assert house.browser(EMPLOYEE).get(f"/aexpress/{name}", status="*").status_int == 403
    assert house.browser(QUALITY).get(f"/aexpress/{name}").status_int == 200


@pytest.mark.parametrize(
    "page",
    [
        "setup-facts",
        "setup-terms",
        "setup-type?id=procedure",
        "setup-codes",
        "setup-versions",
        "setup-route?id=standard",
        "setup-calendar",
        "setup-looks",
    ],
)
def test_saving_a_page_as_it_is_changes_nothing(house, page):
    before = data_of(house)
    save(edit(house.browser(ADMINISTRATOR), page))
    assert data_of(house) == before
    assert changes(house) == []


def test_a_change_is_told_with_before_and_after_and_counts_the_revision_up(house):
    with house.site() as site:
        before = site["aexpress"].profile_revision
    browser = house.browser(ADMINISTRATOR)
    form = edit(browser, "setup-facts")
    form["tax_id"] = "NIT 900.000.000-0"
    save(form)
    with house.site() as site:
        assert site["aexpress"].profile_revision == before + 1
    (told,) = changes(house)
    assert told["parts"] == ["organisation"]
    assert told["values"]["organisation.tax_id"][1] == "NIT 900.000.000-0"
    history = browser.get("/aexpress/setup-history")
    assert "NIT 900.000.000-0" in history.html.select_one(".setup-history").text


def test_two_administrators_do_not_overwrite_each_other(house):
    one, other = house.browser(ADMINISTRATOR), house.browser(QUALITY)
    first, second = edit(one, "setup-versions"), edit(other, "setup-versions")
    elsewhere = edit(other, "setup-terms")
    first["width"] = "2"
    save(first)
    second["width"] = "3"
    answer = second.submit("save", index=0, expect_errors=True)
    assert answer.status_int in (409, 422)
    assert "Otra persona cambió esto" in answer.text
    assert answer.forms["form"]["width"].value == "3", "nothing typed is lost"
    assert data_of(house)["versions"] == {"kind": "integer", "start": 0, "width": 2}
    elsewhere.fields["term_days"][0].value = "7"
    save(elsewhere)


def test_two_administrators_at_the_same_moment_leave_one_change(house):
    forms = [edit(house.browser(name), "setup-versions") for name in (ADMINISTRATOR, QUALITY)]
    for number, form in enumerate(forms):
        form["width"] = str(number + 2)
    found = []
    threads = [
        threading.Thread(
            target=lambda form=form: found.append(
                form.submit("save", index=0, expect_errors=True).status_int
            )
        )
        for form in forms
    ]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert min(found) == 303
    assert max(found) in (409, 422)
    assert len(changes(house)) == 1


# Parts


def test_a_light_colour_is_refused_at_its_field(house):
    form = edit(house.browser(ADMINISTRATOR), "setup-facts")
    form["colour"] = "#ffff00"
    page = save(form, 422)
    field = page.html.select_one(".field-invalid")
    assert "demasiado claro" in field.text
    assert changes(house) == []


def test_d4_28_a_logo_is_a_picture_whatever_its_name(house):
    for hostile in (b"<svg onload=alert(1)>", b"%PDF-1.7", PNG * 5000):
        form = edit(house.browser(ADMINISTRATOR), "setup-facts")
        form["upload"] = Upload("logo.png", hostile, "image/png")
        page = save(form, 422)
        assert "field-invalid" in page.text
    assert changes(house) == []


def test_rows_are_added_moved_and_taken_away_without_any_script(house):
    browser = house.browser(ADMINISTRATOR)
    form = edit(browser, "setup-type?id=procedure")
    titles = [one.value for one in form.fields["title"]]
    ops = form.fields["setup-op"]
    down = next(index for index, one in enumerate(ops) if one._value == "down")
    form = form.submit("setup-op", index=down).forms["form"]
    assert [one.value for one in form.fields["title"]] == [titles[1], titles[0], *titles[2:]]
    gone = [i for i, one in enumerate(form.fields["setup-op"]) if one._value == "remove"][2]
    form = form.submit("setup-op", index=gone).forms["form"]
    add = [i for i, one in enumerate(form.fields["setup-op"]) if one._value == "add"][-1]
    form = form.submit("setup-op", index=add).forms["form"]
    assert data_of(house)["document_types"][0]["sections"][0]["title"] == titles[0]
    form.fields["title"][-1].value = "CONTROL DE REGISTROS"
    form.fields["kind"][-1].value = "text"
    form.fields["mode"][-1].value = "heading"
    save(form)
    (kind,) = [one for one in data_of(house)["document_types"] if one["id"] == "procedure"]
    found = [one["title"] for one in kind["sections"]]
    assert found == [titles[1], titles[0], *titles[3:], "CONTROL DE REGISTROS"]
    assert kind["sections"][-1]["id"] == "control-de-registros"
    with house.site() as site:
        drafts = [one.code for one in site["aexpress"]["documents"].values()]
    for code in drafts:
        assert browser.get(f"/aexpress/documents/{code}/").status_int == 200


def test_a_type_in_use_goes_out_of_use_and_is_offered_no_more(house):
    browser = house.browser(ADMINISTRATOR)
    page = browser.get("/aexpress/setup-types")
    assert not [one for one in page.forms.values() if "setup-type-remove" in one.action]
    form = next(one for one in page.forms.values() if "setup-type-use?id=form" in one.action)
    form.submit("to")
    added = house.browser(QUALITY).get("/aexpress/documents/add").forms["form"]
    assert "form" not in [value for value, *_rest in added["type"].options]
    assert house.browser(EMPLOYEE).get("/aexpress/documents/FOR-AX-SC-02/").status_int == 200


def test_another_name_of_a_type_is_in_the_master_list_at_once(house):
    browser = house.browser(ADMINISTRATOR)
    form = edit(browser, "setup-type?id=form")
    form["name"] = "Planilla"
    save(form)
    rows = browser.get("/aexpress/documents/", headers=JSON).json["rows"]
    assert {one["type"] for one in rows if one["code"].startswith("FOR")} == {"Planilla"}


def test_codes_show_what_comes_next_and_what_does_not_fit_before_saving(house):
    browser = house.browser(ADMINISTRATOR)
    form = edit(browser, "setup-codes")
    form["pattern"] = "{type}-{process}-{number:3}"
    form.action = "/aexpress/setup-codes-preview"
    part = form.submit("save", index=0, headers=PART)
    assert "FOR-SC-001" in part.text
    assert "Encajan: 0 de 5" in part.html.get_text(" ", strip=True)
    form.action = "/aexpress/setup-codes"
    page = save(form, 422)
    assert "PRO-AX-SC-01" in page.html.select_one(".error-summary").text
    form = page.forms["form"]
    form["known"] = True
    save(form)
    assert house.browser(EMPLOYEE).get("/aexpress/documents/PRO-AX-SC-01/").status_int == 200
    rows = browser.get("/aexpress/documents/", headers=JSON).json["rows"]
    assert "PRO-AX-SC-01" in {one["code"] for one in rows}


def test_a_bad_pattern_is_told_at_the_patterns(house):
    form = edit(house.browser(ADMINISTRATOR), "setup-codes")
    form["pattern"] = "{type}{company}{nada}"
    page = save(form, 422)
    assert "nada" in page.html.select_one(".setup-rows .field-error").text


def test_versions_show_their_first_labels_and_what_follows_those_in_use(house):
    form = edit(house.browser(ADMINISTRATOR), "setup-versions")
    form[radio(form)] = "issue-revision"
    form["start"] = ""
    form.action = "/aexpress/setup-versions-preview"
    words = form.submit("save", index=0, headers=PART).html.get_text(" ", strip=True)
    assert "1/0 1/1 1/2" in words
    assert "1/0 2/0 3/0" in words
    assert "se escribe a mano" in words


def test_labels_with_a_date_chosen_on_screen_serve_the_next_new_document(house):
    form = edit(house.browser(ADMINISTRATOR), "setup-versions")
    form[radio(form)] = "dotted"
    form["start"], form["dated"], form["date_style"] = "1.0", "–({date})", "iso"
    save(form)
    browser = house.browser(QUALITY)
    form = browser.get("/aexpress/documents/add").forms["form"]
    form["type"], form["process"], form["title"] = "form", "sc", "Planilla de turnos"
    answer = form.submit(expect_errors=True)
    assert answer.status_int == 303, answer.html.select_one(".error-summary")
    draft = browser.get(answer.headers["Location"])
    assert re.search(r"1\.0–\(20\d\d-\d\d-\d\d\)", draft.text)


def test_the_look_is_shown_as_pages_of_the_real_pdf_and_mistakes_are_told(house):
    browser = house.browser(ADMINISTRATOR)
    form = edit(browser, "setup-looks?look=public")
    form["sample"] = "PRO-AX-SC-01"
    form.action = "/aexpress/setup-looks-preview"
    part = form.submit("save", index=0, headers=PART)
    pictures = part.html.select("img")
    assert pictures
    assert all(one["src"].startswith("data:image/png;base64,") for one in pictures)
    form.action = "/aexpress/setup-looks.pdf"
    assert form.submit("save", index=0).body.startswith(b"%PDF")
    form["widths"] = "50 60"
    form.action = "/aexpress/setup-looks-preview"
    assert "suman 110" in form.submit("save", index=0, headers=PART).text
    form.action = "/aexpress/setup-looks"
    save(form, 422)
    assert changes(house) == []


def test_documents_in_force_keep_the_look_with_which_they_were_frozen(house):
    code = "INS-AX-SC-01"
    with house.site() as site:
        version = site["aexpress"]["documents"][code].in_force
        before = version.rendition.sha256 if version.rendition is not None else None
    save(edit(house.browser(ADMINISTRATOR), "setup-looks?look=plain"))
    with house.site() as site:
        version = site["aexpress"]["documents"][code].in_force
        assert (version.rendition.sha256 if version.rendition is not None else None) == before
    assert data_of(house)["printing"]["cover"]["enabled"] is False


def test_a_route_whose_steps_one_person_would_sign_alone_is_refused(house):
    form = edit(house.browser(ADMINISTRATOR), "setup-route?id=standard")
    for one in form.fields["who"]:
        one.value = "position:vicepresidente-ejecutivo"
    page = save(form, 422)
    assert "field-invalid" in page.text or "error-summary" in page.text
    assert changes(house) == []


def test_a_route_that_types_use_cannot_be_taken_away(house):
    browser = house.browser(ADMINISTRATOR)
    token = browser.get("/aexpress/setup-routes").html.select_one("meta[name=csrf-token]")
    browser.post(
        "/aexpress/setup-route-remove?id=standard", {"csrf_token": token["content"]}, status=303
    )
    assert "standard" in {one["id"] for one in data_of(house)["routes"]}
    assert "lo usan" in browser.get("/aexpress/setup-routes").text


def test_a_closure_is_crossed_out_in_its_month_and_lengthens_the_term(house):
    form = edit(house.browser(ADMINISTRATOR), "setup-calendar")
    add = [i for i, one in enumerate(form.fields["setup-op"]) if one._value == "add"][1]
    form = form.submit("setup-op", index=add).forms["form"]
    form["from"], form["reason"], form["month"] = "10/12/2026", "Inventario", "09/12/2026"
    form["term"] = "1"
    form.action = "/aexpress/setup-calendar-preview"
    words = form.submit("save", index=0, headers=PART).html.get_text(" ", strip=True)
    assert "10/12/2026: Inventario" in words
    assert "termina el 11/12/2026" in words


HOSTILE = ("<script>alert(1)</script>", "=cmd()", "{{7*7}}", "a\u202eb", "\ud800", "x" * 5000)


@pytest.mark.parametrize("text", HOSTILE)
def test_d4_36_hostile_texts_are_shown_as_text_or_refused(house, text):
    browser = house.browser(ADMINISTRATOR)
    form = edit(browser, "setup-facts")
    form["system_name"] = text.encode("utf-8", "replace").decode()
    answer = form.submit("save", index=0, expect_errors=True)
    assert answer.status_int in (303, 422)
    page = browser.get("/aexpress/setup-facts")
    assert "<script>alert(1)" not in page.text
    with house.site() as site:
        data = stored_data(site["aexpress"])
        assert load_text(export(site["aexpress"])).data == data


def test_d4_a_form_in_another_shape_is_refused_and_changes_nothing(house):
    browser = house.browser(ADMINISTRATOR)
    token = browser.get("/aexpress/setup").html.select_one("meta[name=csrf-token]")["content"]
    for fields in (
        [("__start__", "patterns:mapping"), ("x", "y"), ("__end__", "patterns:mapping")],
        [("setup-op", "up"), ("patterns", "add")],
        [("__start__", "patterns:sequence")] + [("setup-op", "add")] * 3,
        [("base", "0" * 10_000)],
    ):
        answer = browser.post(
            "/aexpress/setup-codes", [("csrf_token", token), *fields], expect_errors=True
        )
        assert answer.status_int in (200, 400, 409, 422)
    assert changes(house) == []
