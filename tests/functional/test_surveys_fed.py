"""The list of the day without a person: by HTTP with a token, by the command, and under attack."""

from __future__ import annotations

import io
import json
import shlex
import zipfile
from datetime import timedelta
from itertools import pairwise
from urllib.parse import urlsplit

import pytest
from openpyxl import Workbook
from reading_house import Clock
from rush import Rush
from siege import QUALITY
from survey_house import AGENT, BASE, DIRECTOR, ORGANISATION, press

from qms.cli.customers import SYSTEM
from qms.cli.main import main
from qms.cli.place import Place
from qms.content.models import BlobFile
from qms.surveys.services import feeding
from qms.surveys.services.campaigns import open_campaign, opt_out, surveys_of
from qms.surveys.views.feeding import LARGEST

URL = f"{BASE}customers"
HEADS = "Cliente;Celular;Correo;Placa;Marca;Modelo"
ROSA = "Rosa Peña Lara;300 111 2233;rosa@example.org;ABC123;Volkswagen;Gol"
LUIS = "Luis Mora;3112223344;;XYZ987;SEAT;Ibiza"
LIST = f"Lista del día\n\n{HEADS}\n{ROSA}\nSin Teléfono;123;;;;\n;3001;;;;\n{LUIS}\n{ROSA}"
PERSON = "mauro-escandon"


@pytest.fixture
def days(house, monkeypatch):
    return Clock(house, monkeypatch)


def opened(house, survey="posventa", **more):
    with house.site() as site:
        organisation = site[ORGANISATION]
        return open_campaign(
            organisation, survey, "Noviembre", act=house.act(PERSON), **more
        ).number


def token_for(house, name="SPIGA", organisation=ORGANISATION):
    with house.site() as site:
        folder = surveys_of(site[organisation])
        known = {one.name: one for one in feeding.feeders_of(folder)}
        feeder = known.get(name) or feeding.declare(folder, name, act=house.act(PERSON))
        return feeding.new_token(folder, feeder, act=house.act(PERSON))


def send(house, data, token, to="posventa", url=URL, kind="text/csv", name="spiga.csv"):
    body = data if isinstance(data, bytes) else data.encode()
    given = {"Authorization": f"Bearer {token}"} if token else {}
    where = f"{url}?to={to}&file={name}"
    return house.browser().post(where, body, given, content_type=kind, status="*")


def customers(house, number):
    with house.site() as site:
        return [one.customer["name"] for one in site[ORGANISATION]["surveys"][number].values()]


def test_a_list_of_the_day_comes_in_once_and_every_refused_row_is_told(house, days):
    number, token = opened(house), token_for(house)
    answer = send(house, LIST, token)
    assert answer.status_int == 200, answer.text
    told = answer.json
    assert told["campaign"] == number
    assert (told["added"], told["known"], told["refused"]) == (2, 1, 2)
    assert told["rows"] == [
        {"row": 5, "why": "Ni el teléfono ni el correo sirven"},
        {"row": 6, "why": "Sin nombre"},
    ]
    assert told["message"] == "Clientes nuevos: 2. Ya estaban: 1. Rechazados: 2."
    before = house.transaction()
    again = send(house, LIST, token).json
    assert (again["added"], again["known"]) == (0, 3)
    assert "se cargó el" in again["message"]
    assert house.transaction() == before, "the very file again writes nothing"
    grown = send(house, LIST + "\nEva Ruiz;3125556677;;QWE456;SEAT;León", token).json
    assert (grown["added"], grown["known"]) == (1, 3)
    assert customers(house, number) == ["Rosa Peña Lara", "Luis Mora", "Eva Ruiz"]
    page = house.browser(DIRECTOR).get(f"{BASE}{number}/")
    table = page.html.select_one(".survey-loads").text
    assert table.count("SPIGA") == 2
    assert "5" in table
    assert "rosa@" not in table
    assert token not in page
    days.now += timedelta(days=1)
    assert send(house, LIST + "\n", token).json["added"] == 0, "nobody is asked again so soon"


def test_what_a_person_looks_at_stays_and_the_campaign_can_be_named(house, days):
    first, token = opened(house), token_for(house)
    second = opened(house)
    with house.site() as site:
        campaign = site[ORGANISATION]["surveys"][first]
        file = BlobFile(b"x", "a.csv", "text/csv")
        loading = feeding.loading
        loading.receive(
            campaign, file, [["Cliente", "Celular"], ["Leo", "3009998877"]], act=house.act()
        )
    assert send(house, LIST, token, to=first).json["campaign"] == first
    assert send(house, f"{HEADS}\nIda Paz;3017776655;;JKL1;SEAT;", token).json["campaign"] == second
    with house.site() as site:
        assert site[ORGANISATION]["surveys"][first].pending.rows[1][0] == "Leo"


def test_rows_in_json_and_a_workbook_come_in_alike(house, days):
    number, token = opened(house), token_for(house)
    rows = {"rows": [{"Cliente": "Rosa Peña", "Celular": 3001112233, "Marca": None}]}
    answer = send(house, json.dumps(rows), token, kind="application/json", name="../%0Aa%3Cb")
    assert answer.json["added"] == 1
    with house.site() as site:
        kept = site[ORGANISATION]["surveys"][number].loads[-1]["file"]
        assert not set(kept) & set("/\\\n<>")
    book, stream = Workbook(), io.BytesIO()
    for row in (["Cliente", "Celular"], ["Rosa Peña", 3001112233], ["Luis Mora", 3112223344]):
        book.active.append(row)
    book.save(stream)
    answer = send(house, stream.getvalue(), token, kind="application/octet-stream").json
    assert (answer["added"], answer["known"]) == (1, 1)
    assert customers(house, number) == ["Rosa Peña", "Luis Mora"]


def test_one_service_of_a_day_is_known_where_each_service_is_asked_about(house, days):
    with house.site() as site:
        organisation = site[ORGANISATION]
        said = organisation.profile["surveys"]
        kinds = [{**one, "again_days": 0} for one in said["kinds"]]
        organisation.profile["surveys"] = {**said, "kinds": kinds}
        organisation.profile_revision += 1
    number, token = opened(house), token_for(house)
    assert send(house, f"{HEADS}\n{ROSA}", token).json["added"] == 1
    assert send(house, f"{HEADS}\n{ROSA}\n", token).json["added"] == 0, "the same service"
    other = ROSA.replace("Gol", "Jetta").replace("ABC123", "DEF456")
    assert send(house, f"{HEADS}\n{other}", token).json["added"] == 1, "another car"
    days.now += timedelta(days=1)
    assert send(house, f"{HEADS}\n{ROSA}\n\n", token).json["added"] == 1, "another day"
    assert len(customers(house, number)) == 3


def test_who_wants_no_surveys_is_refused_from_outside_too(house, days):
    number, token = opened(house), token_for(house)
    with house.site() as site:
        customer = {"name": "Rosa", "phone": "3001112233"}
        opt_out(site[ORGANISATION], customer, channel="call", act=house.act(PERSON))
    told = send(house, LIST, token).json
    assert {"row": 4, "why": "No quiere más encuestas"} in told["rows"]
    assert customers(house, number) == ["Luis Mora"]


def test_two_sendings_at_once_load_each_customer_once(house, days):
    number = opened(house)
    rows = [line.split(";") for line in (HEADS, ROSA, LUIS)]

    def doing(place):
        def load(site):
            file = BlobFile(b"%d" % place, "a.csv", "text/csv")
            campaign = site[ORGANISATION]["surveys"][number]
            feeding.feed(campaign, file, rows, system="SPIGA", act=house.act())

        return load

    assert Rush(house, doing(0), doing(1)).ends == ["done", "done"]
    assert customers(house, number) == ["Rosa Peña Lara", "Luis Mora"]


# By hand on the server, and on screen


class Placed(Place):
    """The command's place over the house, which stays open afterwards."""

    def close(self):
        """Leave the house open."""


def test_cron_loads_a_file_by_the_command(house, days, tmp_path, capsys, monkeypatch):
    number = opened(house)
    path = tmp_path / "clientes.csv"
    path.write_text(LIST, encoding="cp1252")
    place = Placed({})
    place.__dict__["registry"] = house.registry
    monkeypatch.setattr("qms.cli.place.Place.from_arguments", lambda _arguments: place)
    assert main(["import-customers", ORGANISATION, "posventa", str(path)]) == 0
    said = capsys.readouterr().out
    assert f"{number}: Clientes nuevos: 2." in said
    assert "Fila 5: Ni el teléfono ni el correo sirven" in said
    assert main(["import-customers", ORGANISATION, number, str(path)]) == 0
    assert "se cargó el" in capsys.readouterr().out
    assert main(["import-customers", ORGANISATION, "nada", str(path)]) == 1
    assert "no hay una campaña abierta" in capsys.readouterr().err
    assert main(["import-customers", ORGANISATION, number, str(tmp_path / "no.csv")]) == 1
    with house.site() as site:
        assert site[ORGANISATION]["surveys"][number].loads[-1]["system"] == SYSTEM
    assert customers(house, number) == ["Rosa Peña Lara", "Luis Mora"]


def test_the_command_on_screen_works_as_it_is_printed(house, days):
    number, browser = opened(house), house.browser(DIRECTOR)
    form = browser.get(f"{BASE}systems-new").forms["form"]
    form["name"] = "SPIGA"
    page = form.submit().follow()
    token_form = next(one for one in page.forms.values() if one.action.endswith("systems-token"))
    page = token_form.submit()
    words = shlex.split(page.html.select_one("pre").text.replace("\\\n", " "))
    headers = {
        name: value
        for flag, one in pairwise(words)
        for name, _colon, value in [one.partition(": ")]
        if flag == "-H"
    }
    address = urlsplit(words[3])
    answer = house.browser().post(f"{address.path}?{address.query}", LIST.encode(), headers=headers)
    assert answer.json["campaign"] == number
    assert answer.json["added"] == 2
    shown = browser.get(f"{BASE}{number}/")
    assert f"to={number}" in shown.html.select_one("pre").text
    assert "SU-CLAVE" in shown
    assert "import-customers carrazos" in browser.get(f"{BASE}systems")
    revoke = browser.get(f"{BASE}systems").forms.values()
    next(one for one in revoke if one.action.endswith("systems-revoke")).submit()
    late = house.browser().post(address.path, b"x", headers=headers, status="*")
    assert late.status_int == 401


def test_only_who_supervises_declares_systems(house, days):
    agent = house.browser(AGENT)
    assert agent.get(f"{BASE}systems", status="*").status_int == 403
    answer = agent.post(f"{BASE}systems-new", {"name": "Mía"}, status="*")
    assert answer.status_int in (400, 403)


# Attacks


@pytest.mark.parametrize("token", ["", "x", "A" * 43, "' OR 1=1 --", "A" * 5000])
def test_a_wrong_token_is_told_nothing_and_loads_nobody(house, days, token):
    number = opened(house)
    token_for(house)
    for to in ("posventa", number, "nada"):
        answer = send(house, LIST, token, to=to)
        assert answer.status_int == 401
        assert "ENC" not in answer
    assert customers(house, number) == []


def test_guessing_here_waits_with_every_address_of_systems(house, days):
    opened(house)
    token = token_for(house)
    found = [send(house, LIST, "B" * 43).status_int for _turn in range(12)]
    assert (found[0], found[-1]) == (401, 429)
    assert send(house, LIST, token).status_int == 429
    push = house.browser().post("/carrazos/indicators/push", b"{}", status="*")
    assert push.status_int == 429


def test_d4_1_the_token_of_another_organisation_opens_nothing(house, days):
    number = opened(house)
    stranger = token_for(house, "Otra", "aexpress")
    assert send(house, LIST, stranger).status_int == 401
    own = token_for(house)
    assert send(house, LIST, own, url="/aexpress/surveys/customers").status_int == 401
    assert customers(house, number) == []
    browser = house.browser(QUALITY)
    browser.post(f"{URL}?to=posventa", LIST.encode(), content_type="text/csv", status=404)


def test_a_signed_in_browser_cannot_be_made_to_load(house, days):
    number = opened(house)
    browser = house.browser(DIRECTOR)
    answer = browser.post(
        f"{URL}?to={number}", LIST.encode(), content_type="text/plain", status="*"
    )
    assert answer.status_int == 401
    assert browser.get(URL, status="*").status_int in (404, 405)


def bomb():
    """Make a workbook of a few kilobytes whose sheet unpacks to far more than is read."""
    book, stream, made = Workbook(), io.BytesIO(), io.BytesIO()
    book.active.append(["Cliente", "Celular"])
    book.save(stream)
    with (
        zipfile.ZipFile(stream) as old,
        zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as new,
    ):
        for name in old.namelist():
            new.writestr(name, old.read(name))
        with new.open("xl/media/image1.png", "w", force_zip64=True) as part:
            for _each in range(510):
                part.write(b"\0" * (1 << 20))
    return made.getvalue()


def test_d4_39_a_workbook_that_unpacks_to_too_much_is_refused(house, days):
    number, token = opened(house), token_for(house)
    data = bomb()
    assert len(data) < LARGEST
    answer = send(house, data, token)
    assert answer.status_int == 422
    assert customers(house, number) == []


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (b"", "text/csv"),
        (b"PK\x03\x04 no workbook", "text/csv"),
        (b"hola", "text/csv"),
        (b"\0\1\2" * 50, "text/csv"),
        (b"--x\r\n", "multipart/form-data; boundary=x"),
        (b"null", "application/json"),
        (b"[1]", "application/json"),
        (b'{"rows": []}', "application/json"),
        (b'{"rows": [{}]}', "application/json"),
        (b'{"rows": [{"Cliente": {"a": 1}}]}', "application/json"),
        (b'{"rows": [{"Cliente": true}]}', "application/json"),
        (b'{"rows": [{"Cliente": NaN}]}', "application/json"),
        (b"[" * 10_000, "application/json"),
        (json.dumps({"rows": [{f"c{n}": "x" for n in range(90)}]}).encode(), "application/json"),
    ],
)
def test_a_strange_body_is_refused_in_a_sentence(house, days, data, kind):
    number, token = opened(house), token_for(house)
    answer = send(house, data, token, kind=kind)
    assert answer.status_int == 422
    assert answer.content_type == "application/problem+json"
    assert answer.json["title"]
    assert customers(house, number) == []


def test_a_huge_body_is_not_read_and_a_long_list_not_loaded(house, days):
    number, token = opened(house), token_for(house)
    assert send(house, b" " * (LARGEST + 1), token).status_int == 413
    rows = [{"Cliente": f"N{n}", "Celular": f"30{n:08}"} for n in range(5001)]
    answer = send(house, json.dumps(rows), token, kind="application/json")
    assert answer.status_int == 422
    assert customers(house, number) == []


def test_a_closed_campaign_and_a_sample_take_nothing_from_outside(house, days):
    closed, token = opened(house), token_for(house)
    press(house.browser(DIRECTOR), f"{BASE}{closed}/shut")
    assert send(house, LIST, token, to=closed).status_int == 422
    assert send(house, LIST, token).status_int == 404, "no open one of this survey"
    sample = opened(house, sample={"confidence": 95, "error": 5, "expected": 100, "by": ""})
    assert send(house, LIST, token, to=sample).status_int == 422
    assert send(house, LIST, token).status_int == 404
