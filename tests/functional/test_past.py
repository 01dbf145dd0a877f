"""An auditor asks how it was: master list, document, process and pending list of a past moment."""

from __future__ import annotations

import csv
import io
from datetime import timedelta

import pytest
import siege
from control_siege import accept, ask
from reading_house import CODE, ORGANISATION, OTHER, PAOLA, confirm, release, to_read
from siege import ADMINISTRATOR, AUDITOR, AUTHOR, EMPLOYEE, QUALITY, STRANGERS

from qms.documents.services import drafting
from qms.past.health import differences, mend
from qms.past.keeping import ROOM
from qms.people import services as people
from qms.pqr import services as cases
from qms.pqr.services import Received
from qms.profiles import processes

JSON = {"Accept": "application/json"}
PAST = f"/{ORGANISATION}/past"
OWN = f"/{ORGANISATION}/documents/{CODE}/past"
SAME = ("code", "title", "version", "in_force_from", "review_by", "responsible")


def master_list(house):
    page = house.browser(QUALITY).get(f"/{ORGANISATION}/documents/?rest=1", headers=JSON)
    return [{name: row[name] for name in SAME} for row in page.json["rows"]]


def as_of(house, moment, path=PAST, **more):
    local = moment.astimezone(house.zone)
    values = {"on": f"{local:%Y-%m-%d}", "at": f"{local:%H:%M}", **more}
    return house.browser(AUDITOR).get(path, values, headers=JSON).json


def list_as_of(house, moment):
    return [{name: row[name] for name in SAME} for row in as_of(house, moment, rest="1")["rows"]]


def start_and_submit(house):
    """Leave a form waiting for its first signature."""
    with house.site() as site:
        act = house.act("andres-pineda")
        version = drafting.start_version(site[ORGANISATION]["documents"][OTHER], act=act)
        siege.write(version, act=act)
    siege.submit(house, OTHER, "andres-pineda")


def test_what_the_pages_showed_on_a_day_is_what_they_show_of_that_day_later(house, days):
    house.zone = days.zone
    seen = []

    def look():
        house.cookies.clear()
        work = house.browser(AUTHOR).get(f"/{ORGANISATION}/", headers=JSON).json
        seen.append((days.now, master_list(house), to_read(house, PAOLA), work["to_sign"]))
        days.now += timedelta(minutes=5)

    look()
    assert confirm(house.browser(PAOLA)).status_int == 303
    days.go(3)
    look()
    start_and_submit(house)
    days.go(4)
    look()
    release(house)
    days.go(9)
    look()
    with house.site() as site:
        organisation, act = site[ORGANISATION], house.act("tomas-uribe")
        folder = organisation["people"]
        paola = folder.person("paola-rincon")
        people.change_positions(folder, paola, ["auditor-interno"], act=act)
        processes.change_process(
            organisation,
            "sc",
            name="Experiencia del Cliente",
            leader="directora-comercial",
            act=act,
        )
    days.go(15)
    look()
    assert len({str(one[1:]) for one in seen}) == 5
    for moment, rows, reading, signing in seen:
        assert list_as_of(house, moment) == rows
        paola = as_of(house, moment, f"{PAST}-pending", person="paola-rincon")
        assert [(one["code"], one["version"], one["days_left"]) for one in paola["to_read"]] == [
            (one["code"], one["version"], one["days_left"]) for one in reading
        ]
        andres = as_of(house, moment, f"{PAST}-pending", person="andres-pineda")
        assert [(one["code"], one["step"], one["days_left"]) for one in andres["to_sign"]] == [
            (one["code"], one["step"], one["days_left"]) for one in signing
        ]
    with house.site() as site:
        assert list(differences(site[ORGANISATION])) == []


def test_a_document_shows_who_had_signed_and_who_was_awaited(house, days):
    house.zone = days.zone
    start_and_submit(house)
    submitted = days.now
    days.go(2)
    with house.site() as site:
        house.sign_next(site[ORGANISATION]["documents"][OTHER].pending)
    signed = days.now
    days.go(5)
    with house.site() as site:
        house.sign_all(site, ORGANISATION, OTHER)
    path = f"/{ORGANISATION}/documents/{OTHER}/past"
    before = as_of(house, submitted, path)
    assert [one["signed_by"] for one in before["signatures"]] == [None, None, None]
    assert [one["state"] for one in before["versions"]] == ["in-review", "in-force"]
    between = as_of(house, signed, path)
    assert [bool(one["signed_by"]) for one in between["signatures"]] == [True, False, False]
    assert between["version"] == "0"
    after = as_of(house, days.now, path)
    assert (after["version"], after["signatures"]) == ("1", [])
    page = house.browser(AUDITOR).get(path, {"on": f"{signed.astimezone(days.zone):%d/%m/%Y}"})
    text = " ".join(page.html.select_one("#main").text.split())
    assert "Así estaba al final del día" in text
    assert "Andrés Pineda Rozo" in text
    assert "Firmas de la versión en trámite" in text
    assert "A una fecha" in page.html.select_one(".tabs [aria-current]").text


def test_before_the_system_the_recorded_dates_speak_and_say_so(house):
    page = house.browser(QUALITY).get(PAST, {"on": "2014-12-31"})
    text = " ".join(page.html.select_one("#main").text.split())
    assert "FOR-AX-OP-03" in text
    assert CODE not in text
    assert "Según registro" in text
    assert "aparecen según lo registrado al migrarlos" in text
    (row,) = house.browser(QUALITY).get(PAST, {"on": "31/12/2014"}, headers=JSON).json["rows"]
    assert (row["version"], row["registered"]) == ("0", True)
    page = house.browser(QUALITY).get(PAST, {"on": "1990-01-01"})
    assert "No se conoce ningún documento de ese momento." in page.text
    old = f"/{ORGANISATION}/documents/{CODE}/past"
    page = house.browser(QUALITY).get(old, {"on": "1990-01-01"})
    assert "no se sabe nada en ese momento" in page.text


def test_filters_order_and_files_work_on_the_past(house):
    browser = house.browser(AUDITOR)
    page = browser.get(PAST, {"on": "2018-06-01", "type": "form", "sort": "title", "dir": "desc"})
    titles = [one.text for one in page.html.select("tbody tr td:nth-child(2)")]
    assert titles == sorted(titles, reverse=True)
    assert len(titles) == 3
    links = {one["href"] for one in page.html.select(".facets a, thead a, .list-downloads a")}
    assert links
    assert all("on=2018-06-01" in link for link in links)
    answer = browser.get(PAST, {"on": "2018-06-01", "type": "form", "download": "csv"})
    rows = list(csv.DictReader(io.StringIO(answer.body.decode("utf-8-sig")), delimiter=";"))
    assert [row["Código"] for row in rows] == ["FOR-AX-OP-03", "FOR-AX-SC-02", "FOR-AX-SC-03"]
    assert {row["Solo según lo registrado al migrar"] for row in rows} == {"Sí"}
    words = browser.get(PAST, {"on": "2018-06-01", "q": "bitacora"}, headers=JSON).json
    assert [row["code"] for row in words["rows"]] == ["FOR-AX-SC-03"]


def test_a_process_keeps_its_former_name_leader_and_documents(house, days):
    house.zone = days.zone
    with house.site() as site:
        processes.change_process(
            site[ORGANISATION],
            "sc",
            name="Experiencia del Cliente",
            leader="directora-comercial",
            act=house.act("lucia-mora"),
        )
    before = days.at(days.first, 8)
    path = f"/{ORGANISATION}/processes/sc/past"
    was = as_of(house, before, path)
    assert (was["name"], was["leader_name"]) == (
        "Servicio al Cliente",
        "Jefe de Servicio al Cliente",
    )
    assert was["holders"] == ["Andrés Pineda Rozo"]
    now = as_of(house, days.now, path)
    assert (now["name"], now["leader_name"]) == ("Experiencia del Cliente", "Directora Comercial")
    assert [row["code"] for row in was["documents"]] == [row["code"] for row in now["documents"]]
    listed = as_of(house, before, process="sc")["rows"]
    assert {row["process_name"] for row in listed} == {"Servicio al Cliente"}
    before_all = house.browser(AUDITOR).get(path, {"on": "2010-01-01"})
    assert "no estaba en el mapa de procesos" in before_all.text
    page = house.browser(AUDITOR).get(path.removesuffix("past"))
    assert page.click("A una fecha", href="past").request.path == path
    page = house.browser(EMPLOYEE).get(path.removesuffix("past"))
    assert not [one for one in page.html.select("a") if one["href"].endswith("/past")]


def test_everybodys_pending_work_is_counted(house):
    page = house.browser(AUDITOR).get(f"{PAST}-pending")
    rows = [[cell.text for cell in row.select("td")] for row in page.html.select("tbody tr")]
    assert ["Paola Rincón Vega", "0", "1"] in rows
    gone = house.browser(AUDITOR).get(f"{PAST}-pending", {"on": "2020-01-01", "person": "x"})
    assert "no estaba en la organización" in gone.text


def test_the_pending_work_of_other_rooms_stands_as_it_was(house, days):
    """A request that was decided since, a case that was closed since, a copy handed over since."""
    number = ask(house, "modify")
    said = Received("queja", "correo", "Llegó tarde.", {"name": "Rosa Mejía"})
    with house.site() as site:
        act = house.act("lucia-mora")
        case = cases.register(site[ORGANISATION], said, act=act).case.number
    first = days.first
    asked = house.browser(AUDITOR).get(f"{PAST}-pending", headers=JSON).json["others"]
    assert [one["code"] for one in asked["requests"]] == [number]
    assert [one["code"] for one in asked["cases"]] == [case]
    leader = asked["requests"][0]["people"]
    assert leader == ["andres-pineda", "lucia-mora"]
    days.go(1)
    accept(house, number)
    with house.site() as site:
        found = site[ORGANISATION]["cases"][case]
        cases.withdraw(found, "Ya llegó.", act=house.act("lucia-mora"))
    now = house.browser(AUDITOR).get(f"{PAST}-pending", headers=JSON).json["others"]
    assert (now["requests"], now["cases"]) == ([], [])
    then = (
        house.browser(AUDITOR)
        .get(f"{PAST}-pending", {"on": first.isoformat()}, headers=JSON)
        .json["others"]
    )
    assert (then["requests"], then["cases"]) == (asked["requests"], asked["cases"])
    page = house.browser(AUDITOR).get(
        f"{PAST}-pending", {"on": first.isoformat(), "person": "andres-pineda"}
    )
    assert number in page
    page = house.browser(AUDITOR).get(
        f"{PAST}-pending", {"on": first.isoformat(), "person": "paola-rincon"}
    )
    assert number not in page


@pytest.mark.parametrize("email", [EMPLOYEE, ADMINISTRATOR, AUTHOR])
@pytest.mark.parametrize("path", [PAST, f"{PAST}-pending", f"/{ORGANISATION}/processes/op/past"])
def test_d4_03_the_past_is_for_who_may_see_history(house, email, path):
    assert house.browser(email).get(path, status="*").status_int == 403


def test_d4_03_a_leader_sees_the_past_of_what_they_lead_and_a_stranger_nothing(house):
    own = f"/{ORGANISATION}/documents/{CODE}/past"
    assert house.browser(AUTHOR).get(own).status_int == 200
    assert house.browser(AUTHOR).get(f"/{ORGANISATION}/processes/sc/past").status_int == 200
    assert house.browser(EMPLOYEE).get(own, status="*").status_int == 403
    assert house.browser().get(PAST, status="*").status_int in {303, 401}
    for path in (PAST, own, f"{PAST}-pending"):
        assert house.browser(STRANGERS["quality"]).get(path, status="*").status_int == 404


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({"on": "2999-01-01"}, "Ese momento aún no llega"),
        ({"on": "31/02/2020"}, "Esto no es un día: 31/02/2020"),
        ({"on": "2020-01-01", "at": "25:00"}, "Esto no es una hora del día: 25:00"),
        ({"on": "<script>alert(1)</script>"}, "Esto no es un día"),
        ({"on": "0000-00-00"}, "Esto no es un día"),
    ],
)
@pytest.mark.parametrize(
    "path", [PAST, f"{PAST}-pending", f"/{ORGANISATION}/documents/{CODE}/past"]
)
def test_d4_56_a_moment_that_is_none_is_said_and_nothing_breaks(house, path, values, sentence):
    page = house.browser(AUDITOR).get(path, values, status=422)
    assert sentence in page.html.select_one("[role=alert]").text
    assert "<script>alert" not in page.text
    assert list(house.browser(AUDITOR).get(path, values, status=422, headers=JSON).json) == [
        "error"
    ]


def test_d4_56_the_first_and_the_last_days_of_the_calendar_are_days(house):
    for on in ("0001-01-01", "01/01/0001"):
        assert house.browser(AUDITOR).get(PAST, {"on": on}, status="*").status_int in {200, 422}
    assert house.browser(AUDITOR).get(PAST, {"on": "9999-12-31"}, status="*").status_int == 422


def test_a_database_from_before_is_read_without_writing_and_says_the_same(house):
    moment = {"on": "2018-06-01"}
    wanted = house.browser(AUDITOR).get(PAST, moment, headers=JSON).json
    with house.site() as site:
        del site[ORGANISATION].annexes[ROOM]
    browser = house.browser(AUDITOR)
    before = house.transaction()
    assert browser.get(PAST, moment, headers=JSON).json == wanted
    assert house.transaction() == before


def test_a_chronicle_that_says_something_else_is_found_and_mended(house):
    with house.site() as site:
        organisation = site[ORGANISATION]
        chronicle = organisation.annexes[ROOM]
        document = organisation["documents"][CODE]
        chronicle.put_spans(document.uid, chronicle.spans_of(document.uid)[:-1])
        chronicle.note("position/jefe-sac", "2999-01-01T00:00:00.000000", "{}")
        organisation["processes"]["sc"].leader = "auditor-interno"
        found = [what for what, _sentence in differences(organisation)]
        assert found == [CODE, "position/jefe-sac", "process/sc"]
        mend(organisation, house.act().at)
        assert list(differences(organisation)) == []
