"""Controlled copies: numbered with a QR each, followed, and called back by the next version."""

from __future__ import annotations

import io
import re

import pytest
from pypdf import PdfReader
from reading_house import CODE, ORGANISATION, release
from siege import AUDITOR, AUTHOR, EMPLOYEE, QUALITY

from qms.copies import workflow
from qms.copies.errors import NotPossible, WordsMissing
from qms.documents.services.release import retire

BASE = "/aexpress/copies/"


def issue(house, count=1, place="Ventanilla 2", query=""):
    form = (
        house.browser(QUALITY).get(f"/aexpress/documents/{CODE}/print-copies{query}").forms["form"]
    )
    form["count"], form["place"] = str(count), place
    form["holder"] = "Asesor de Servicio al Cliente"
    answer = form.submit(status=303)
    return answer.location.removeprefix("http://localhost")


def note(house, url, kind, text=""):
    page = house.browser(QUALITY).get(url)
    forms = [one for one in page.forms.values() if "kind" in one.fields]
    form = next(one for one in forms if one["kind"].value == kind)
    form["text"] = text
    return form.submit(status="*")


def copies(site):
    return list(site[ORGANISATION]["copies"].values())


def states(house):
    with house.site() as site:
        return {copy.number: copy.state for copy in copies(site)}


def work(house, email=QUALITY):
    answer = house.browser(email).get("/aexpress/", headers={"Accept": "application/json"})
    return [one["title"] for one in answer.json.get("copies", [])]


def scan(house, number):
    with house.site() as site:
        token = next(one.token for one in copies(site) if one.number == number)
    return house.browser().get(f"/c/{token}", headers={"Accept": "application/json"}).json


def test_each_print_has_its_own_number_and_qr_on_every_page(house):
    url = issue(house, 2)
    with house.site() as site:
        first, second = sorted(copies(site), key=lambda one: one.number)
        assert (first.number, second.number) == (1, 2)
        assert first.token != second.token
        pages = len(PdfReader(io.BytesIO(first.version.file.read())).pages)
        original = first.version.file.sha256
    answer = house.browser(QUALITY).get(f"{url}pdf?to=2")
    found = PdfReader(io.BytesIO(answer.body))
    assert len(found.pages) == 2 * pages
    for place, page in enumerate(found.pages):
        number = 1 + place // pages
        assert f"COPIA CONTROLADA N.º {number}" in page.extract_text()
    with house.site() as site:
        assert copies(site)[0].version.file.sha256 == original


def test_a_new_version_calls_back_exactly_the_copies_that_are_out(house):
    one, two, three = issue(house), issue(house), issue(house)
    note(house, one, "delivered", "Paola Rincón")
    note(house, three, "delivered", "Julián Cárdenas")
    note(house, three, "recovered")
    note(house, three, "destroyed", "Triturada ante auditoría.")
    assert scan(house, 1)["in_force"]
    release(house)
    assert states(house) == {
        1: workflow.RECALLED,
        2: workflow.RECALLED,
        3: workflow.DESTROYED,
    }
    four = issue(house)
    assert states(house)[4] == workflow.ISSUED
    assert len(work(house)) == 3
    assert scan(house, 1) == {
        "code": CODE,
        "version": "1",
        "copy": 1,
        "in_force": False,
        "current_version": "2",
    }
    assert scan(house, 4)["in_force"]
    note(house, one, "recovered")
    note(house, two, "lost", "Se buscó en la ventanilla y en archivo.")
    assert len(work(house)) == 1
    assert four.endswith("-4/")


def test_retiring_the_document_calls_its_copies_back(house):
    issue(house)
    with house.site() as site:
        document = site[ORGANISATION]["documents"][CODE]
        retire(document, reason="Ya no se usa.", act=house.act("lucia-mora"))
    assert states(house) == {1: workflow.RECALLED}
    assert scan(house, 1)["in_force"] is False


def test_a_delivery_names_who_took_it_and_an_end_how_it_ended(house):
    url = issue(house)
    assert note(house, url, "delivered", " ").status_int == 422
    note(house, url, "delivered", "Paola Rincón")
    note(house, url, "recovered")
    assert note(house, url, "destroyed", "").status_int == 422
    assert states(house) == {1: workflow.RECOVERED}


def test_an_accepted_request_for_copies_is_fulfilled_by_printing_them(house):
    form = house.browser(EMPLOYEE).get(f"/aexpress/requests/ask-copy?document={CODE}").forms["form"]
    form["count"], form["place"], form["reason"] = "2", "Recepción", "Se perdió la anterior."
    url = form.submit(status=303).location
    number = re.search(r"SOL-\d+-\d+", url).group()
    with house.site() as site:
        site[ORGANISATION]["requests"][number].take(
            {"kind": "accepted", "by": "lucia-mora", "at": house.act().at.isoformat()}
        )
    page = house.browser(QUALITY).get(url)
    printing = page.click("Atender la solicitud").forms["form"]
    assert (printing["count"].value, printing["place"].value) == ("2", "Recepción")
    printing["holder"] = "Asesor de Servicio al Cliente"
    printing.submit(status=303)
    with house.site() as site:
        request = site[ORGANISATION]["requests"][number]
        assert (request.state, request.progress.answer) == ("done", "n.º 1, n.º 2")


def test_the_census_is_filtered_by_place_and_taken_away(house):
    issue(house, 2, "Ventanilla 2")
    issue(house, 1, "Bodega")
    browser = house.browser(AUDITOR)
    answer = browser.get(f"{BASE}?place=Bodega", headers={"Accept": "application/json"})
    assert [one["number"] for one in answer.json["rows"]] == [3]
    assert "Bodega" in browser.get(f"{BASE}?download=csv").text


def test_only_quality_staff_prints_and_notes_auditors_look_employees_see_nothing(house):
    url = issue(house)
    for email in (EMPLOYEE, AUTHOR, AUDITOR):
        browser = house.browser(email)
        assert browser.get(f"/aexpress/documents/{CODE}/print-copies", status="*").status_int == 403
        assert browser.get(f"{url}pdf", status="*").status_int in (403, 404)
    assert house.browser(AUDITOR).get(url).status_int == 200
    assert house.browser(EMPLOYEE).get(url, status="*").status_int in (403, 404)
    assert house.browser(EMPLOYEE).get(BASE, status="*").status_int in (403, 404)
    assert house.browser().get("/c/unknown", status="*").status_int in (303, 404)


@pytest.mark.parametrize(
    ("kinds", "refusal"),
    [
        (["delivered"], NotPossible),
        (["issued", "destroyed"], NotPossible),
        (["issued", "recovered", "delivered"], NotPossible),
        (["issued", "issued"], NotPossible),
        (["issued", "lost"], WordsMissing),
        (["issued", "stolen"], NotPossible),
    ],
)
def test_a_history_that_could_not_have_happened_is_refused(kinds, refusal):
    with pytest.raises(refusal):
        workflow.state_of([{"kind": kind} for kind in kinds])
