"""The trail on screen, and the watch over writes that leave no line."""

from __future__ import annotations

from datetime import timedelta

import pytest
from people_house import House, furnish, press
from pyramid.security import NO_PERMISSION_REQUIRED

from qms.audit.models import trail_of
from qms.audit.testing import SilentWrite
from qms.audit.verify_trail import verify
from qms.content.models import Site
from qms.people import services


def write_silently(site, request):
    site["aexpress"]["people"].person("eva-soto").title = "Nobody noticed"
    return request.response


def add_silently(site, request):
    from qms.content.models import Folder

    site["aexpress"].add("quiet", Folder("Quiet"))
    return request.response


@pytest.fixture
def house(tmp_path, monkeypatch):
    house = House(tmp_path, ["qms.audit", "qms.audit.testing"], monkeypatch)
    for name, view in (("write-silently", write_silently), ("add-silently", add_silently)):
        house.config.add_view(view, context=Site, name=name, permission=NO_PERMISSION_REQUIRED)
    house.config.commit()
    furnish(house)
    yield house
    house.db.close()


@pytest.mark.parametrize("name", ["write-silently", "add-silently"])
def test_a_request_that_writes_and_leaves_no_line_fails_its_test(house, name, caplog):
    answer = house.browser().get(f"/{name}", status=500)
    assert answer.status_int == 500
    assert any(record.exc_info and record.exc_info[0] is SilentWrite for record in caplog.records)


def test_every_button_of_the_people_pages_leaves_its_line(house):
    app = house.browser("ana@aexpress.example")
    form = app.get("/aexpress/people/add-person").forms["form"]
    form["name"], form["email"] = "Iris Mar", "iris@aexpress.example"
    app = form.submit("save", status=303).test_app
    page = app.get("/aexpress/people/persons/iris-mar")
    press(app, page, "/deactivate")
    press(app, app.get("/aexpress/people/persons/iris-mar"), "/reactivate")
    press(app, app.get("/aexpress/people/persons/iris-mar"), "/invite")
    form = app.get("/aexpress/people/persons/iris-mar/edit").forms["form"]
    form["name"], form["main"] = "Iris del Mar", "jefe"
    form.submit("save", status=303)
    for view, name in (("add-position", "Asesor"), ("add-unit", "Ventas"), ("add-site", "Sede")):
        form = app.get(f"/aexpress/people/{view}").forms["form"]
        form["name"] = name
        form.submit("save", status=303)
    for path in ("positions/asesor", "units/ventas", "sites/sede"):
        form = app.get(f"/aexpress/people/{path}/edit").forms["form"]
        form["name"] = form["name"].value + " Norte"
        form.submit("save", status=303)
    form = app.get("/aexpress/people/delegate").forms["form"]
    form["to_person"], form["reason"] = "eva-soto", "Vacaciones"
    form["starts"] = form["ends"] = "23/11/2026"
    form.submit("save", status=303)
    press(app, app.get("/account"), "/end")
    form = app.get("/account-language").forms["form"]
    form["deformField1"] = "en"
    form.submit("save", status=303)
    press(app, app.get("/account"), "/logout")
    with house.site() as site:
        trail = trail_of(site["aexpress"])
        events = {entry["event"] for entry in trail.chain()}
    assert events >= {
        "SignedIn",
        "PersonAdded",
        "LinkSent",
        "PersonDeactivated",
        "PersonReactivated",
        "PersonChanged",
        "PositionsChanged",
        "PlaceAdded",
        "PlaceChanged",
        "DelegationMade",
        "DelegationEnded",
        "LanguageChosen",
        "SignedOut",
        "PasswordSet",
    }


def test_the_trail_shows_who_did_what_and_links_a_contents_history(house):
    app = house.browser("ana@aexpress.example")
    house.now += timedelta(minutes=1)
    app = house.browser("ana@aexpress.example")
    page = app.get("/aexpress/trail")
    assert "Ana Ruiz" in page.text
    assert "SignedIn" in page.text
    only = app.get("/aexpress/trail", {"event": "SignedIn"})
    assert {one["title"] for one in only.html.select("tbody span[title]")} == {"SignedIn"}
    assert "Una persona inició sesión." in only.html.tbody.get_text()
    for odd in ({"page": "-1"}, {"page": "99999999"}, {"since": "x"}, {"uid": "nothing"}):
        app.get("/aexpress/trail", odd, status=200)
    data = app.get("/aexpress/trail", headers={"Accept": "application/json"}).json
    assert data["entries"][0]["event"] == "SignedIn"


def test_the_check_says_that_the_trail_is_whole_and_names_what_is_not(house):
    app = house.browser("ana@aexpress.example")
    assert app.get("/aexpress/trail/check").html.find(class_="message-success")
    with house.site() as site:
        lane = next(lane for lane in trail_of(site["aexpress"]).lanes if lane.count)
        first = lane.entries.minKey()
        lane.entries[first] = {**lane.entries[first], "person": "Otra"}
    page = app.get("/aexpress/trail/check")
    assert str(first) in page.html.find(class_="message-danger").get_text()


def test_an_export_verifies_and_is_itself_an_entry(house):
    app = house.browser("ana@aexpress.example")
    page = app.get("/aexpress/trail")
    form = next(one for one in page.forms.values() if one.action.endswith("/export"))
    answer = form.submit("format", value="jsonl", status=200)
    entries, _anchors = verify(answer.body.decode().splitlines())
    assert entries > 5
    assert "attachment" in answer.headers["Content-Disposition"]
    assert form.submit("format", value="csv").body.startswith(b"\xef\xbb\xbf")
    assert "TrailExported" in app.get("/aexpress/trail").text


def test_d4_01_the_trail_of_another_organisation_does_not_exist(house):
    ana = house.browser("ana@aexpress.example")
    missing = ana.get("/nowhere", status=404).html.main.get_text()
    for path in (
        "/boreal/trail",
        "/boreal/trail/check",
        "/boreal/trail/export",
        "/boreal",
        "/boreal/people",
        "/boreal/people/persons/zoe-paz",
        "/boreal/nothing",
    ):
        assert ana.get(path, status=404).html.main.get_text() == missing


def test_d4_04_a_reader_sees_no_trail_and_manages_nobody(house):
    eva = house.browser("eva@aexpress.example")
    token = eva.get("/account").forms[0]["csrf_token"].value
    for path in (
        "/aexpress/trail",
        "/aexpress/trail/check",
        "/aexpress/people",
        "/aexpress/people/persons/ana-ruiz",
        "/aexpress/people/add-person",
    ):
        eva.get(path, status=[403, 404])
    before = house.last_transaction()
    for path in (
        "/aexpress/trail/export",
        "/aexpress/people/persons/ana-ruiz/deactivate",
        "/aexpress/people/persons/eva-soto/edit",
        "/aexpress/people/add-person",
    ):
        eva.post(path, {"csrf_token": token, "roles": "administrator"}, status=[403, 404])
    assert house.last_transaction() == before


def test_d4_08_a_form_takes_only_its_own_fields(house):
    app = house.browser("ana@aexpress.example")
    form = app.get("/aexpress/people/persons/eva-soto/edit").forms["form"]
    fields = form.submit_fields("save")
    extra = [
        ("active", ""),
        ("password_hash", "x"),
        ("id", "other"),
        ("session_epoch", "9"),
        ("totp_secret", "x"),
        ("__start__", "x:mapping"),
        ("__end__", "x:mapping"),
    ]
    app.post("/aexpress/people/persons/eva-soto/edit", fields + extra, status=[303, 422])
    with house.site() as site:
        eva = site["aexpress"]["people"].person("eva-soto")
        assert (eva.id, eva.active, eva.totp_secret) == ("eva-soto", True, None)
        assert eva.password_hash.startswith("$argon2id$")


def test_c4_an_administrator_can_neither_read_nor_set_a_password(house):
    with house.site() as site, pytest.raises(PermissionError):
        services.set_password(
            site["aexpress"]["people"].person("eva-soto"),
            "otra frase larga",
            act=house.act("ana-ruiz", channel="web"),
        )
    page = house.browser("ana@aexpress.example").get("/aexpress/people/persons/eva-soto/edit")
    assert not page.html.find("input", {"type": "password"})
    assert "argon2" not in page.text


@pytest.mark.parametrize("payload", ["<script>x</script>", '"><img src=x onerror=y>', "${7*7}"])
def test_d4_26_names_are_shown_and_never_run(house, payload):
    with house.site() as site:
        people = site["aexpress"]["people"]
        eva = people.person("eva-soto")
        services.change_person(people, eva, name=payload, email=eva.email, act=house.act())
        people.position("jefe").title = payload
    app = house.browser("ana@aexpress.example")
    eva = house.browser("eva@aexpress.example")
    for page in (
        app.get("/aexpress/people"),
        app.get("/aexpress/people/structure"),
        app.get("/aexpress/people/persons/eva-soto"),
        app.get("/aexpress/trail"),
        app.get("/aexpress/people/persons/eva-soto/edit"),
        eva.get("/account"),
    ):
        assert not page.html.find("img", {"src": "x"})
        assert "<script>x" not in page.text
        assert payload in page.html.get_text() or payload in str(
            [tag.get("value") for tag in page.html.find_all("input")]
        )


def test_the_way_back_speaks_spanish_and_the_bare_folders_lead_to_the_lists(house):
    app = house.browser("ana@aexpress.example")
    for path, words in (
        ("/aexpress/trail", ["Inicio", "Bitácora"]),
        ("/aexpress/people/persons/eva-soto", ["Inicio", "Personas", "Personas", "Eva Soto"]),
    ):
        crumbs = app.get(path).html.find(class_="crumbs")
        assert [one.get_text(strip=True) for one in crumbs.find_all("li")] == words
    for name in ("persons", "positions", "units", "sites", "delegations"):
        answer = app.get(f"/aexpress/people/{name}", status=303)
        assert answer.follow().status_int == 200
