"""Change requests: asked by anybody, decided in time, answered by a draft; retirement signed."""

from __future__ import annotations

from datetime import datetime

from reading_house import ORGANISATION, mails
from siege import (
    APPROVER,
    AUDITOR,
    AUTHOR,
    EMPLOYEE,
    OPERATIONS,
    PASSPHRASE,
    QUALITY,
    REVIEWER,
    submit,
    write,
)
from webtest.forms import Radio

from qms.audit.services import in_order, trail_of
from qms.documents.services import drafting
from qms.documents.services.approval import abort
from qms.kernel.canonical import canonical_json
from qms.requests.services import response_days
from qms.signing.records import verify_record

CODE = "INS-AX-SC-01"
BASE = "/aexpress/requests/"
LEADER = "andres-pineda"
WHY = "El paso 4 nombra un formato que ya no existe."


def ask(house, kind="modify", email=EMPLOYEE, **values):
    """Fill the form in; gives the address of the request."""
    form = house.browser(email).get(f"{BASE}ask-{kind}?document={CODE}").forms["form"]
    form["reason"] = WHY
    for name, value in values.items():
        form[name] = value
    answer = form.submit()
    assert answer.status_int == 303, answer.text
    return answer.location.removeprefix("http://localhost")


def radio(form):
    """Give the only set of radio buttons of a form."""
    return next(one for fields in form.fields.values() for one in fields if isinstance(one, Radio))


def decide(house, url, verdict="accept", email=AUTHOR, note="", status=303):
    form = house.browser(email).get(f"{url}decide").forms["form"]
    radio(form).value = verdict
    form["note"] = note
    return form.submit(status=status)


def work(house, email):
    answer = house.browser(email).get("/aexpress/", headers={"Accept": "application/json"})
    return [one["code"] for one in answer.json.get("requests", [])]


def rows(house, email, query=""):
    answer = house.browser(email).get(f"{BASE}{query}", headers={"Accept": "application/json"})
    return {one["number"]: one for one in answer.json["rows"]}


def the_request(site):
    return next(iter(site[ORGANISATION]["requests"].values()))


def test_an_employee_asks_from_the_document_and_the_next_version_answers(house, days):
    page = house.browser(EMPLOYEE).get(f"/aexpress/documents/{CODE}/")
    assert f"ask-modify?document={CODE}" in page.text
    url = ask(house)
    number = url.strip("/").rpartition("/")[2]
    assert number == f"SOL-{days.first.year}-0001"
    assert work(house, AUTHOR) == [number]
    assert work(house, QUALITY) == [number]
    assert work(house, OPERATIONS) == []
    assert (AUTHOR, f"[{number}] ") in [(to, text[: len(number) + 3]) for to, text in mails(house)]
    days.go(2)
    decide(house, url, note="De acuerdo.")
    assert work(house, AUTHOR) == []
    page = house.browser(AUTHOR).get(f"/aexpress/documents/{CODE}/")
    assert "Se piden cambios de este documento: 1." in page.text
    with house.site() as site:
        version = drafting.start_version(
            site[ORGANISATION]["documents"][CODE], act=house.act(LEADER)
        )
        write(version, act=house.act(LEADER))
        assert the_request(site).progress.answer == version.uid
    submit(house, CODE, LEADER)
    with house.site() as site:
        house.sign_all(site, ORGANISATION, CODE)
        change = the_request(site)
        assert change.state == "done"
        assert change.progress.answer == f"{CODE} 2"
        assert response_days(change, days.first) == 2
    shown = house.browser(EMPLOYEE).get(url)
    assert "De acuerdo." in shown.text
    assert [one for one in mails(house) if one[0] == EMPLOYEE and number in one[1]]


def test_a_draft_that_is_given_up_lets_the_request_wait_again(house):
    url = ask(house)
    decide(house, url)
    with house.site() as site:
        document = site[ORGANISATION]["documents"][CODE]
        drafting.start_version(document, act=house.act(LEADER))
        abort(document.pending, reason="Se pospone.", act=house.act(LEADER))
        assert the_request(site).state == "accepted"
        assert the_request(site).progress.answer == ""
        drafting.start_version(document, act=house.act(LEADER))
        assert the_request(site).progress.answer == document.pending.uid


def test_accepting_while_a_draft_is_under_way_lets_that_draft_answer(house):
    with house.site() as site:
        drafting.start_version(site[ORGANISATION]["documents"][CODE], act=house.act(LEADER))
    decide(house, ask(house))
    with house.site() as site:
        pending = site[ORGANISATION]["documents"][CODE].pending
        assert the_request(site).progress.answer == pending.uid


def test_a_rejection_needs_its_reason_and_whoever_asked_reads_it(house):
    url = ask(house)
    assert "Diga por qué" in decide(house, url, "reject", note=" \u200b", status="*").text
    decide(house, url, "reject", note="Ya está en la versión 2.")
    page = house.browser(EMPLOYEE).get(url)
    assert "Rechazada" in page.text
    assert "Ya está en la versión 2." in page.text
    again = house.browser(AUTHOR).get(f"{url}decide", expect_errors=True)
    assert again.status_int == 403


def test_nobody_decides_a_request_of_their_own(house):
    url = ask(house, email=AUTHOR)
    answer = decide(house, url, email=AUTHOR, status="*")
    assert answer.status_int in (409, 422)
    assert "Otra persona" in answer.text
    with house.site() as site:
        assert the_request(site).state == "requested"
    decide(house, url, email=QUALITY)


def test_whoever_asked_may_take_it_back_and_nobody_else(house):
    url = ask(house)
    token = house.browser(QUALITY).get(url)
    assert "withdraw" not in token.forms
    page = house.browser(EMPLOYEE).get(url)
    form = next(one for one in page.forms.values() if one.action.endswith("/withdraw"))
    assert form.submit().status_int == 303
    with house.site() as site:
        assert the_request(site).state == "withdrawn"


def test_a_new_document_is_asked_for_accepted_and_created_with_its_reason(house):
    url = ask(house, "create", title="Manejo de objetos hallados", type="instruction", process="sc")
    decide(house, url, email=QUALITY)
    page = house.browser(QUALITY).get(url)
    form = next(one for one in page.forms.values() if one.action.endswith("/create"))
    answer = form.submit()
    assert "/edit" in answer.location
    with house.site() as site:
        document = site[ORGANISATION]["documents"]["INS-AX-SC-02"]
        assert document.title == "Manejo de objetos hallados"
        assert document.pending.reason == WHY
        assert the_request(site).progress.answer == document.pending.uid


def sign(house, url, email, passphrase=PASSPHRASE, status=303):
    form = house.browser(email).get(f"{url}sign").forms["form"]
    form["passphrase"] = passphrase
    return form.submit(status=status)


def test_a_document_is_retired_when_its_route_has_signed(house):
    url = ask(house, "eliminate", email=QUALITY)
    decide(house, url, email=AUTHOR)
    before = house.browser(EMPLOYEE).get(f"/aexpress/documents/{CODE}/").status_int
    assert before == 200
    wrong = sign(house, url, AUTHOR, passphrase="equivocada-del-todo", status="*")
    assert wrong.status_int == 422
    for email in (AUTHOR, REVIEWER, APPROVER):
        assert work(house, email), email
        sign(house, url, email)
    with house.site() as site:
        document = site[ORGANISATION]["documents"][CODE]
        assert (document.in_force_order, document.retired, document.state) == (
            None,
            True,
            "obsolete",
        )
        assert the_request(site).state == "done"
        events = [one["event"] for one in in_order(trail_of(site[ORGANISATION]))]
        assert events.count("RetirementSigned") == 3
        assert events.count("DocumentRetired") == 1
        token = document.versions.at(1).token
    assert CODE not in house.browser(EMPLOYEE).get("/aexpress/documents/").text
    gone = house.browser(EMPLOYEE).get(f"/aexpress/documents/{CODE}/", expect_errors=True)
    assert gone.status_int in (403, 404)
    answer = house.browser().get(f"/v/{token}", headers={"Accept": "application/json"})
    assert answer.json["state"] == "obsolete"


def test_a_signer_who_says_no_signs_the_refusal_and_the_document_stays(house):
    url = ask(house, "eliminate", email=QUALITY)
    decide(house, url, email=AUTHOR)
    sign(house, url, AUTHOR)
    form = house.browser(REVIEWER).get(f"{url}sign").forms["form"]
    buttons = [one for fields in form.fields.values() for one in fields if isinstance(one, Radio)]
    buttons[1].value, form["passphrase"] = "refuse", PASSPHRASE
    assert "Diga por qué" in form.submit(status="*").text
    form["reason"], form["passphrase"] = "Dos sedes lo usan a diario.", PASSPHRASE
    form.submit(status=303)
    with house.site() as site:
        change = the_request(site)
        record = dict(change.acts[-1])
        assert (change.state, record["kind"]) == ("rejected", "rejected")
        proof = record.pop("proof")
        root = site[ORGANISATION].annexes["signing.authority"].certificate
        at = datetime.fromisoformat(record["at"])
        report = verify_record(canonical_json(record), proof, trust=[root], signed_at=at)
        assert (report.intact, report.trusted) == (True, True)
        assert site[ORGANISATION]["documents"][CODE].in_force is not None
    assert work(house, APPROVER) == []


def test_an_accepted_request_can_still_be_turned_down_but_not_accepted_twice(house):
    url = ask(house)
    decide(house, url)
    form = house.browser(QUALITY).get(f"{url}decide").forms["form"]
    assert [value for value, _checked, _text in radio(form).options] == ["reject"]
    decide(house, url, "reject", email=QUALITY, note="Ya no hace falta.")
    with house.site() as site:
        assert the_request(site).state == "rejected"


def test_a_retirement_is_asked_for_once_and_only_of_what_is_in_force(house):
    ask(house, "eliminate", email=QUALITY)
    form = house.browser(EMPLOYEE).get(f"{BASE}ask-eliminate?document={CODE}").forms["form"]
    form["reason"] = WHY
    assert "SOL-" in form.submit(status="*").text


def test_a_stranger_employee_sees_only_their_own_requests(house):
    url = ask(house)
    other = "julian.cardenas@aexpress.example"
    assert rows(house, other) == {}
    assert house.browser(other).get(url, expect_errors=True).status_int in (403, 404)
    assert len(rows(house, EMPLOYEE)) == len(rows(house, AUDITOR)) == 1


def test_the_list_is_filtered_and_taken_away(house):
    ask(house)
    ask(house, "copy", place="Ventanilla 2", count="2")
    assert len(rows(house, QUALITY, "?kind=copy")) == 1
    assert len(rows(house, QUALITY, f"?q={CODE}")) == 2
    text = house.browser(QUALITY).get(f"{BASE}?kind=copy&download=csv").text
    assert "SOL-" in text
    assert text.count("SOL-") == 1


def test_an_unknown_code_is_told_at_its_field_and_nothing_typed_is_lost(house):
    form = house.browser(EMPLOYEE).get(f"{BASE}ask-modify").forms["form"]
    form["code"], form["reason"] = "XX-99", WHY
    answer = form.submit(status=422)
    assert "No hay un documento con este código." in answer.text
    assert WHY in answer.text


def test_the_menu_says_that_requests_are_part_of_documents(house):
    for path in (BASE, "/aexpress/copies/", "/aexpress/past"):
        page = house.browser(QUALITY).get(path)
        (here,) = page.html.select(".menu-line[aria-current=page]")
        assert here["href"] == "/aexpress/documents/", path
