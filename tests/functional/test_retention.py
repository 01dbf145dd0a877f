"""Records to the end of their retention: table, transfer, hold, elimination, and what stays."""

from __future__ import annotations

import io
import zipfile
from datetime import timedelta

import pytest
import retention_house as retention
import transaction
from pypdf import PdfReader
from reading_house import mails
from retention_house import CODE, JSON, ROOM, Years
from rush import Rush
from siege import (
    ADMINISTRATOR,
    APPROVER,
    AUDITOR,
    EMPLOYEE,
    ORGANISATION,
    QUALITY,
    STRANGERS,
    write,
)
from ZODB.DB import DB
from ZODB.DemoStorage import DemoStorage

from qms.content.errors import FileDisposed
from qms.content.models import BlobFile, Site
from qms.documents.records import UnderHold, refuse_held
from qms.documents.services import drafting, release
from qms.documents.services.disposing import dispose_version
from qms.evidence.scopes import DOCUMENT, Scope
from qms.evidence.services import Order, make
from qms.evidence.verificar import Place, verify
from qms.imports.transfer.reading import read_organisation
from qms.imports.transfer.writing import write_organisation
from qms.kernel import clock
from qms.pqr import services as cases
from qms.retention.services import carrying, disposals, holds
from qms.upgrade import health


@pytest.fixture(scope="module")
def built(besieged):
    """Give a house in which one version was superseded today; nobody may write in it."""
    with besieged.copy() as made:
        made.order = retention.supersede(made)
        yield made


@pytest.fixture
def years(house, monkeypatch):
    return Years(house, monkeypatch)


def version_at(site, number, code=CODE):
    return site[ORGANISATION]["documents"][code].versions.at(number)


def announced(house, years):
    """Lead the version to an announced list whose notice is over; gives its address."""
    retention.to_the_end(house, years, house.order)
    url = retention.propose(house)
    retention.press(house, QUALITY, f"{url}announce")
    years.go(years.today + timedelta(days=61))
    return url


def the_disposal(site, url):
    return site[ORGANISATION]["retention"]["disposals"][retention.number_in(url)]


def test_an_eliminated_version_is_gone_everywhere_and_everything_says_so(house, years, tmp_path):
    with house.site() as site:
        old = version_at(site, house.order)
        sha256 = old.rendition.sha256
        frozen = old.frozen.sha256
    url = retention.eliminated(house, years, house.order)
    record = retention.number_in(url)
    browser, base = house.browser(QUALITY), f"/{ORGANISATION}/documents/{CODE}"
    page = browser.get(f"{base}/versions/{house.order}/")
    assert "Eliminado por acta" in page.text
    assert sha256 in page.text
    for address in ("pdf", "pdf?original=1", "file?id=x"):
        assert sha256 in browser.get(f"{base}/versions/{house.order}/{address}", status=410).text
    compared = f"{base}/versions/compare?old={house.order}&new={house.order + 1}"
    assert record in browser.get(compared, status=410).text
    assert browser.get(f"{base}/pdf").content_type == "application/pdf", "the one in force"
    acta = browser.get(f"{url}?download=pdf")
    text = "".join(
        "".join(p.extract_text() for p in PdfReader(io.BytesIO(acta.body)).pages).split()
    )
    assert sha256 in text
    assert frozen in text
    assert "HernánBustosFerro" in text
    with house.site() as site:
        organisation = site[ORGANISATION]
        assert not list(health.check_document(organisation["documents"][CODE]))
        signatures = health.check_signatures(organisation["documents"][CODE], at=clock.now())
        assert not list(signatures)
    asked = Order(ORGANISATION, Scope(DOCUMENT, code=CODE), "system", clock.now(), house.secret)
    with make(house.db, asked, str).stream as stream, zipfile.ZipFile(stream) as archive:
        names = [one for one in archive.namelist() if f"{house.order:02d} version" in one]
        page = archive.read("index.html").decode()
        archive.extractall(tmp_path)
    assert not [one for one in names if one.endswith((".pdf", "congelado.json"))]
    assert sha256 in page
    say = verify(Place(tmp_path), "", "", [])
    assert say.bad == []
    assert any(record in one for one in say.notes)


def test_what_was_eliminated_stays_so_in_another_installation(house, years):
    retention.eliminated(house, years, house.order)
    with house.site() as site:
        before = version_at(site, house.order)
        facts = (before.rendition.sha256, before.rendition.disposed, before.disposed)
        stream = io.BytesIO()
        write_organisation(site[ORGANISATION], stream, at=clock.now())
    manager, database = transaction.TransactionManager(explicit=True), DB(DemoStorage())
    connection = database.open(manager)
    manager.begin()
    connection.root()["site"] = there = Site()
    taken = read_organisation(there, stream, act=house.act(), secret=b"another")
    manager.commit()
    manager.begin()
    after = taken["documents"][CODE].versions.at(house.order)
    assert (after.rendition.sha256, after.rendition.disposed, after.disposed) == facts
    with pytest.raises(FileDisposed):
        after.rendition.read()
    assert taken["retention"]["disposals"]["ELIM-1"].state == "disposal-done"
    assert not list(health.check_document(taken["documents"][CODE]))
    manager.abort()
    connection.close()
    database.close()


# Legal hold


def test_fault_15_a_hold_and_an_elimination_in_one_instant_see_each_other(house, years):
    url = announced(house, years)
    retention.approve(house, url)
    kinds = retention.kinds_of(house)

    def hold(site):
        organisation = site[ORGANISATION]
        scope = holds.scope_of(organisation, kinds, "document", CODE)
        act = house.act("lucia-mora")
        holds.place(organisation, [scope], title="Demanda", reason="Ya.", act=act)

    def eliminate(site):
        carrying.step(the_disposal(site, url), kinds, act=house.act())

    rush = Rush(house, hold, eliminate)
    assert rush.ends == ["done", "done"], "the later one was repeated"
    with house.site() as site:
        results = dict(the_disposal(site, url).results)
        gone = version_at(site, house.order).disposed is not None
        lines = the_disposal(site, url).lines
        ours = [n for n, one in lines.items() if one["code"].startswith(CODE)]
        outcomes = {results[n]["outcome"] for n in ours}
        room = site[ORGANISATION]["retention"]
        placed = room["holds"]["RL-1"].acts[0]["at"]
    # Whichever was first: either all of the document stayed, or it went before the hold.
    assert outcomes in ({"held"}, {"eliminated"})
    assert gone == (outcomes == {"eliminated"})
    assert placed


# Whose hands


def test_nobody_approves_too_early_nor_their_own_list_nor_over_an_open_objection(house, years):
    retention.to_the_end(house, years, house.order)
    url = retention.propose(house)
    assert house.browser(EMPLOYEE).get(url, status="*").status_int in {403, 404}
    retention.press(house, QUALITY, f"{url}announce")
    assert "en un proceso" not in house.browser(EMPLOYEE).get(url).text
    asked = {"text": "Se cita en un proceso abierto.", "lines": "1"}
    retention.fill(house, EMPLOYEE, f"{url}object", **asked)
    told = mails(house)
    number = retention.number_in(url)
    assert (APPROVER, f"[{number}] Registros por eliminar") in {
        (to, subject.partition(" – ")[0]) for to, subject in told
    }
    assert (QUALITY, f"[{number}] Responda una objeción") in told
    early = retention.approve(house, url, status=422)
    assert "objeciones hasta el" in early.text
    years.go(years.today + timedelta(days=61))
    waiting = retention.approve(house, url, status=422)
    assert "esperan respuesta" in waiting.text
    answer = {"objection": "0", "verdict": "upheld", "text": "Se conserva."}
    retention.fill(house, QUALITY, f"{url}answer", **answer)
    own = retention.approve(house, url, QUALITY, "lucia-mora", status=422)
    assert "nunca la aprueba" in own.text
    for email in (EMPLOYEE, AUDITOR, ADMINISTRATOR):
        assert house.browser(email).get(f"{url}approve", status="*").status_int in {403, 404}
    retention.approve(house, url)
    retention.work(house)
    lines = house.browser(QUALITY).get(url, headers=JSON).json["lines"]
    assert lines[0]["outcome"] == "kept", "the objection was right"
    with house.site() as site:
        approval = next(one for one in the_disposal(site, url).acts if one["kind"] == "approved")
    assert approval["name"] == "Hernán Bustos Ferro"
    assert approval["proof"]


def test_a_closed_version_is_listed_at_the_worker_s_next_turn(house):
    retention.work(house)
    with house.site() as site:
        order = site[ORGANISATION]["documents"][CODE].in_force.order
    retention.release(house, CODE)
    assert retention.row(house, order) is None
    retention.work(house)
    assert retention.row(house, order)["code"].startswith(CODE)
    with house.site() as site:
        assert not site[ORGANISATION]["retention"].closed


def test_the_room_is_closed_to_who_has_no_business_there(house):
    for email in (EMPLOYEE, ADMINISTRATOR):
        browser = house.browser(email)
        for name in ("", "records", "holds/", "transfers/", "holds/add", "disposals/add"):
            assert browser.get(f"{ROOM}/{name}", status="*").status_int in {403, 404}
        assert browser.get(f"{ROOM}/series/").status_int == 200, "the table is everybody's"
        assert "Almacenamiento" in browser.get(f"/{ORGANISATION}/record-series").text
    for email in STRANGERS.values():
        assert house.browser(email).get(f"{ROOM}/series/", status="*").status_int == 404


def test_whoever_hands_records_over_does_not_receive_them(house, years):
    years.go(retention.day_of(retention.row(house, house.order)["transfer_on"]))
    url = retention.fill(house, QUALITY, f"{ROOM}/transfers/add", series="SC-01")
    refused = retention.fill(house, QUALITY, f"{url}receive", status=422, place="Bodega")
    assert "la recibe otra persona" in refused.text
    assert retention.row(house, house.order)["phase"] == "retention-transfer"
    offered = house.browser(QUALITY).get(f"{ROOM}/transfers/add").forms["form"]["series"].options
    assert "SC-01" not in [value for value, *_ in offered], "what is listed is not listed again"
    retention.fill(house, AUDITOR, f"{url}receive", place="Bodega 2")
    retention.listed(house)
    assert retention.row(house, house.order)["phase"] == "retention-central"
    assert house.browser(QUALITY).get(f"{url}?download=pdf").body.startswith(b"%PDF")


# The table


def test_a_changed_rule_holds_from_its_day_on_and_the_former_one_stays(house, years):
    before = retention.row(house, house.order)["disposal_on"]
    values = {"valid_from": f"{years.today + timedelta(days=30):%d/%m/%Y}", "office_years": "5"}
    values |= {"central_years": "15", "disposition": "CT", "reason": "Lo decidió el comité."}
    retention.fill(house, QUALITY, f"{ROOM}/series/SC-01/rule", **values)
    refused = retention.fill(house, QUALITY, f"{ROOM}/series/SC-01/rule", status=422, **values)
    assert "una nueva empieza después" in refused.text
    years.go(years.today + timedelta(days=60))
    assert retention.row(house, house.order)["disposal_on"] == before, "closed under the former"
    page = house.browser(QUALITY).get(f"{ROOM}/series/SC-01/")
    assert "5 años" in page.text
    assert "Lo decidió el comité." in page.text
    rules = house.browser(QUALITY).get(f"{ROOM}/series/SC-01/", headers=JSON).json["rules"]
    assert [one["disposition"] for one in rules] == ["E", "CT"]
    for form in ("pdf", "xlsx", "csv"):
        assert house.browser(EMPLOYEE).get(f"{ROOM}/series/?download={form}").body


# Steps and files


def test_repeating_steps_eliminates_each_record_once_and_selected_ones_stay(house, years):
    url = announced(house, years)
    retention.fill(
        house, QUALITY, f"{url}keep", lines="1", how="for-ever", reason="Tiene valor histórico."
    )
    retention.approve(house, url)
    kinds = retention.kinds_of(house)
    done = False
    while not done:
        with house.site() as site:
            done = carrying.step(the_disposal(site, url), kinds, act=house.act(), most=1)
    with house.site() as site:
        disposal = the_disposal(site, url)
        results = [disposal.results[n]["outcome"] for n in disposal.lines]
        assert results[0] == "kept"
        assert set(results[1:]) == {"eliminated"}
        organisation = site[ORGANISATION]
        assert not disposals.due(organisation, kinds, years.today, series="SC-01")
        code = disposal.lines[1]["code"]
    line = next(one for one in retention.rows(house) if one["code"] == code)
    assert (line["phase"], line["lists"].split(", ")[-1]) == ("retention-for-ever", "ELIM-1")


def test_a_file_that_another_version_still_needs_stays_until_that_one_goes(house):
    with house.site() as site:
        document = site[ORGANISATION]["documents"]["FOR-AX-SC-02"]
        author = house.act("andres-pineda")
        first = drafting.start_version(document, act=author)
        write(first, act=author)
        shared = BlobFile(b"%PDF-1.7 shared", "anexo.pdf", "application/pdf")
        drafting.attach_file(first, shared, main=False, act=author)
        in_force = document.in_force
        in_force.files[shared.uid] = shared
        moment = {"by": "andres-pineda", "at": author.at.isoformat(), "reason": "No va."}
        first.take({"kind": "aborted", **moment})
        document.pending_order = None
        kept = dispose_version(first, record="ELIM-9", day="22/11/2026", act=house.act())
        own = next(one for one in kept if one["filename"] == "anexo.pdf")
        assert own["kept"] == in_force.label
        assert shared.read() == b"%PDF-1.7 shared"
        release.retire(document, reason="Se retira.", act=house.act("lucia-mora"))
        dispose_version(in_force, record="ELIM-10", day="22/11/2026", act=house.act())
        with pytest.raises(FileDisposed):
            shared.read()
        assert first.disposed["record"] == "ELIM-9"


# Cases


def closed_case(house, years):
    """Register, answer and close a complaint; gives its number."""
    with house.site() as site:
        organisation, act = site[ORGANISATION], house.act("paola-rincon")
        file = BlobFile(b"%PDF-1.7 cedula", "cedula-rosa-pena.pdf", "application/pdf")
        who = {"name": "Rosa Peña", "email": "rosa@example.org", "id": "52123456"}
        heard = cases.Received("queja", "telefono", "Mi envío llegó roto.", who, files=(file,))
        case = cases.register(organisation, heard, act=act).case
        cases.assign(case, owner="paola-rincon", act=act)
        cases.withdraw(case, reason="Rosa Peña ya lo resolvió.", act=act)
        return case.number


def test_a_case_loses_who_and_what_and_keeps_its_number_and_dates(house, years):
    number = closed_case(house, years)
    retention.listed(house)
    line = next(one for one in retention.rows(house) if one["code"] == number)
    assert line["series_name"].startswith("SC-03")
    years.go(retention.day_of(line["transfer_on"]))
    retention.transfer(house, "SC-03")
    years.go(retention.day_of(line["disposal_on"]))
    hold = retention.held(house, "customer", "Rosa@Example.org")
    none = retention.fill(
        house, QUALITY, f"{ROOM}/disposals/add", status=422, series="", reason="Cumplió."
    )
    assert number not in none.text, "a customer's hold reaches her cases"
    with house.site() as site, pytest.raises(UnderHold):
        refuse_held(house.registry, site[ORGANISATION], "case", number)
    retention.fill(house, QUALITY, f"{hold}release", reason="Terminó.")
    with house.site() as site:
        refuse_held(house.registry, site[ORGANISATION], "case", number)
    url = retention.propose(house, "SC-03")
    retention.press(house, QUALITY, f"{url}announce")
    years.go(years.today + timedelta(days=61))
    retention.approve(house, url)
    with house.site() as site:
        case = site[ORGANISATION]["cases"][number]
        kinds = [act["kind"] for act in case.acts]
        before = (case.state, case.due, case.received_at, case.progress.ended_at)
    retention.work(house)
    with house.site() as site:
        case = site[ORGANISATION]["cases"][number]
        told = repr(
            (case.text, case.customer, list(case.acts), [one.filename for one in case.files])
        )
        assert not [word for word in ("Rosa", "roto", "52123456", "cedula") if word in told]
        assert [act["kind"] for act in case.acts] == kinds
        assert (case.state, case.due, case.received_at, case.progress.ended_at) == before
        with pytest.raises(FileDisposed):
            case.files[0].read()
        with pytest.raises(Exception, match="eliminated by the record"):
            cases.add_note(case, "Otra vez.", act=house.act("paola-rincon"))
        hashes = [one["sha256"] for one in case.disposed["files"]]
    page = house.browser(QUALITY).get(f"/{ORGANISATION}/cases/{number}/")
    assert "Eliminado por acta ELIM-1" in page.text
    found = house.browser(QUALITY).get(f"/{ORGANISATION}/cases/?q=Rosa", headers=JSON).json["rows"]
    assert not [one for one in found if one["number"] == number]
    lines = house.browser(QUALITY).get(url, headers=JSON).json["lines"]
    mine = next(one for one in lines if one["code"] == number)
    assert [one["sha256"] for one in mine["files"]] == hashes


def test_whoever_sees_the_tab_may_open_the_room_and_nobody_else(house):
    for email in (QUALITY, AUDITOR, APPROVER, EMPLOYEE, ADMINISTRATOR):
        browser = house.browser(email)
        shown = f'href="{ROOM}/"' in browser.get(f"/{ORGANISATION}/record-series").text
        assert shown == (browser.get(f"{ROOM}/", status="*").status_int == 200), email
