"""D4-2 to D4-25 and D4-60 in document control's rooms: who reaches for what is not theirs."""

import re
from datetime import timedelta

import pytest
from control_siege import (
    COPIES,
    REQUESTS,
    accept,
    ask,
    issue_copies,
    signed,
    the_request,
)
from house import PASSPHRASE
from reading_house import release
from siege import (
    ADMINISTRATOR,
    APPROVER,
    AUDITOR,
    AUTHOR,
    DRAFT,
    EMPLOYEE,
    OPERATIONS,
    ORGANISATION,
    QUALITY,
    REVIEWER,
    SECRET,
    SECRET_TITLE,
    SIGNED,
    STRANGERS,
    today,
    token_of,
)

from qms.copies.services import find_copy
from qms.documents.services.release import retire
from qms.kernel.errors import Refused
from qms.people import services as people
from qms.requests import services as requests

HOME = f"/{ORGANISATION}"
DOCUMENTS = f"{HOME}/documents"
ROOMS = ("requests", "copies", "reviews", "past", "evidence", "imports", "processes", "jobs")
DAYS = ("content_lint", "content_list", "reading", "reading_report")
"""Modules of documents that are as young as the rooms."""
JSON = {"Accept": "application/json"}
REVIEW = f"{DOCUMENTS}/{SIGNED}/review"


@pytest.fixture(scope="module")
def built(seasoned):
    return seasoned


def send(fort, email, path, *, status="*", **body):
    """Post a form's values with the token of the person's session."""
    browser = fort.browser(email)
    return browser.post(path, {"csrf_token": token_of(browser), **body}, status=status)


def sign(fort, email, path, **body):
    return send(fort, email, path, passphrase=PASSPHRASE, **body)


def test_d4_02_a_print_of_theirs_answers_no_request_of_ours(house):
    with house.site() as site:
        theirs = next(
            one for one in site["carrazos"]["documents"].values() if one.in_force is not None
        )
        position = next(iter(site["carrazos"]["people"]["positions"].values())).name
        path = f"/carrazos/documents/{theirs.code}/print-copies"
    body = {"count": "1", "holder": position, "place": "x", "request": house.numbers["copy"]}
    send(house, STRANGERS["quality"], path, **body)
    with house.site() as site:
        assert the_request(site, house.numbers["copy"]).state == "accepted"


def test_d4_01_tokens_of_copies_and_versions_are_not_each_others(house):
    with house.site() as site:
        copy = next(iter(site[ORGANISATION]["copies"].values()))
        token, version = copy.token, copy.version.token
    browser = house.browser()
    assert browser.get(f"/c/{token}").status_int == 200
    for path in (f"/c/{version}", f"/v/{token}", f"/c/{token}/x", f"/c/{token[:-1]}", "/c/", "/c"):
        assert browser.get(path, status="*").status_int in {303, 404}, path
    assert len(token) >= 20
    with house.site() as site:
        assert find_copy(site, token.swapcase()) is None


def test_d4_03_counts_and_facets_leave_out_what_one_may_not_see(house):
    hidden = house.numbers["modify"]
    for email, sees in ((OPERATIONS, False), (EMPLOYEE, True), (AUDITOR, True), (AUTHOR, True)):
        browser = house.browser(email)
        told = browser.get(REQUESTS, headers=JSON).json
        assert (hidden in [row["number"] for row in told["rows"]]) is sees, email
        assert told["total"] == len(told["rows"])
        text = browser.get(f"{REQUESTS}?download=csv").body.decode("utf-8-sig")
        assert (hidden in text) is sees, email
        if not sees:
            assert "SOL-" not in browser.get(REQUESTS).text.replace(f"«{hidden}»", "")
            assert browser.get(f"{REQUESTS}{hidden}/", status="*").status_int in {403, 404}


# D4-5, D4-6: order and separation


def test_d4_05_no_request_jumps_over_its_steps(house):
    number = ask(house, "eliminate", code="PRO-AX-SC-01")
    url = f"{REQUESTS}{number}/"
    for email in (AUTHOR, REVIEWER, APPROVER, QUALITY):
        assert sign(house, email, f"{url}sign", hand="drafted-1:").status_int in {
            403,
            404,
            409,
            422,
        }
    create = f"{REQUESTS}{house.numbers['create']}/create"
    assert send(house, QUALITY, create).status_int in {404, 409, 422}, "not accepted yet"
    rejected = f"{REQUESTS}{house.numbers['rejected']}/"
    for name, body in (("decide", {"verdict": "accept"}), ("withdraw", {}), ("create", {})):
        for email in (QUALITY, EMPLOYEE):
            answer = send(house, email, f"{rejected}{name}", **body)
            assert answer.status_int in {403, 404, 409, 422}, name
    with house.site() as site:
        assert the_request(site, number).state == "requested"
        assert the_request(site, house.numbers["rejected"]).state == "rejected"


def test_d4_05_retirement_is_signed_in_the_order_of_its_route(house):
    url = f"{REQUESTS}{house.numbers['eliminate']}/"
    with house.site() as site:
        slots = [one.name for one in the_request(site, house.numbers["eliminate"]).standing.slots]
    assert len(slots) == 3
    for email in (APPROVER, REVIEWER):
        for slot in slots:
            answer = sign(house, email, f"{url}sign", hand=f"{slot}:")
            assert answer.status_int in {403, 404, 409, 422}, (email, slot)
    with house.site() as site:
        request = the_request(site, house.numbers["eliminate"])
        assert [one["kind"] for one in request.acts] == ["asked", "accepted"]


def test_d4_05_a_copy_that_ended_stays_ended(house):
    with house.site() as site:
        ended = [
            one.__name__
            for one in site[ORGANISATION]["copies"].values()
            if one.state == "copy-destroyed"
        ]
    for kind in ("delivered", "recalled", "recovered", "destroyed", "lost", "issued", "<b>", ""):
        answer = send(house, QUALITY, f"{COPIES}{ended[0]}/note", kind=kind, text="x")
        assert answer.status_int in {404, 422}, kind


def test_d4_06_who_asks_neither_decides_nor_may_a_second_account_of_theirs(house):
    number = ask(house, "modify", "lucia-mora")
    answer = send(house, QUALITY, f"{REQUESTS}{number}/decide", verdict="accept", note="")
    assert answer.status_int in {409, 422}
    with house.site() as site:
        assert the_request(site, number).state == "requested"
        assert "lucia-mora" not in {one.id for one in requests.deciders(the_request(site, number))}


# D4-9, D4-10: gone people and ended delegations


def refused_signature(fort, record, person_id):
    """Try to store a signature of the retirement and see it refused."""
    with fort.site() as site:
        request = the_request(site, fort.numbers["eliminate"])
        with pytest.raises(Refused):
            requests.sign_retirement(request, record, act=fort.act(person_id))


def deactivate(fort, person_id):
    with fort.site() as site:
        room = site[ORGANISATION]["people"]
        people.deactivate(room, room.person(person_id), act=fort.act("tomas-uribe"))


def test_d4_09_who_was_deactivated_decides_signs_and_reviews_nothing(house):
    with house.site() as site:
        request = the_request(site, house.numbers["eliminate"])
        before = len(request.acts)
        assert requests.hands(request, house.act("andres-pineda"))
    browser = house.browser(AUTHOR)
    token = token_of(browser)
    deactivate(house, "andres-pineda")
    for path, body in (
        (f"{REQUESTS}{house.numbers['modify']}/decide", {"verdict": "accept", "note": ""}),
        (f"{REQUESTS}{house.numbers['eliminate']}/sign", {"hand": "drafted-1:"}),
        (REVIEW, {"note": "x", "seen": "1"}),
    ):
        body |= {"csrf_token": token, "passphrase": PASSPHRASE}
        assert browser.post(path, body, status="*").status_int in {303, 403, 404}, path
    with house.site() as site:
        request = the_request(site, house.numbers["eliminate"])
        assert len(request.acts) == before
        assert not requests.hands(request, house.act("andres-pineda"))
        deciders = requests.deciders(the_request(site, house.numbers["modify"]))
        assert "andres-pineda" not in {one.id for one in deciders}


def test_d4_10_a_delegation_that_ended_signs_no_retirement(house):
    with house.site() as site:
        organisation = site[ORGANISATION]
        day = today(house, organisation)
        delegation = people.delegate(
            organisation["people"],
            from_person="andres-pineda",
            to_person="oscar-beltran",
            starts=day,
            ends=day + timedelta(days=9),
            reason="Viaje",
            act=house.act("andres-pineda"),
        )
        request = the_request(site, house.numbers["eliminate"])
        (hand,) = requests.hands(request, house.act("oscar-beltran"))
        record = requests.retirement_record(request, hand)
        made = signed(house, organisation, record, "oscar-beltran")
    with house.site() as site:
        room = site[ORGANISATION]["people"]
        people.end_delegation(
            room["delegations"][delegation.__name__], act=house.act("andres-pineda")
        )
    refused_signature(house, made, "oscar-beltran")


# D4-23 to D4-25: statements


def test_d4_23_a_captured_form_of_a_retirement_is_good_once(house):
    url = f"{REQUESTS}{house.numbers['eliminate']}/sign"
    form = house.browser(AUTHOR).get(url).forms["form"]
    form["passphrase"] = PASSPHRASE
    assert form.submit().status_int == 303
    assert form.submit(status="*").status_int in {403, 404, 409, 422}
    with house.site() as site:
        kinds = [one["kind"] for one in the_request(site, house.numbers["eliminate"]).acts]
        assert kinds == ["asked", "accepted", "signed"]


def test_d4_23_a_captured_form_of_a_review_is_good_once(house):
    form = house.browser(AUTHOR).get(REVIEW).forms["form"]
    form["note"], form["passphrase"] = "Se miró todo.", PASSPHRASE
    with house.site() as site:
        before = len(site[ORGANISATION]["documents"][SIGNED].in_force.acts)
    assert form.submit().status_int == 303
    assert form.submit(status="*").status_int in {403, 409, 422}
    with house.site() as site:
        assert len(site[ORGANISATION]["documents"][SIGNED].in_force.acts) == before + 1


def test_d4_25_a_retirement_signed_for_another_version_is_not_stored(house):
    with house.site() as site:
        request = the_request(site, house.numbers["eliminate"])
        (hand,) = requests.hands(request, house.act("andres-pineda"))
        record = requests.retirement_record(request, hand)
        made = signed(house, site[ORGANISATION], record, "andres-pineda")
    release(house)
    refused_signature(house, made, "andres-pineda")


def test_d4_25_signatures_for_one_version_do_not_retire_the_next_one(house):
    number = house.numbers["eliminate"]
    for email in (AUTHOR, REVIEWER):
        form = house.browser(email).get(f"{REQUESTS}{number}/sign").forms["form"]
        form["passphrase"] = PASSPHRASE
        assert form.submit().status_int == 303
    release(house)
    answer = house.browser(APPROVER).get(f"{REQUESTS}{number}/sign", status="*")
    if answer.status_int == 200:
        form = answer.forms["form"]
        form["passphrase"] = PASSPHRASE
        answer = form.submit(status="*")
    assert answer.status_int in {403, 409, 422}
    with house.site() as site:
        assert site[ORGANISATION]["documents"][SIGNED].in_force is not None


# D4-7, D4-60: what leaks


def test_d4_07_a_copy_of_what_left_force_is_printed_no_more(house):
    (url,) = issue_copies(house)
    assert house.browser(QUALITY).get(f"{url}pdf").content_type == "application/pdf"
    release(house)
    answer = house.browser(QUALITY).get(f"{url}pdf", status="*")
    assert answer.status_int in {404, 409, 422}, "an obsolete version leaves as a controlled copy"
    (kept,) = issue_copies(house)
    for kind in ("recalled", "recovered", "destroyed"):
        send(house, QUALITY, f"{kept}note", kind=kind, text="x", status=303)
    assert house.browser(QUALITY).get(f"{kept}pdf", status="*").status_int in {404, 409, 422}


CLOSED_TO_READERS = (
    f"{HOME}/past", f"{HOME}/past-pending", f"{DOCUMENTS}/{SIGNED}/past", f"{HOME}/worker",
    f"{HOME}/processes/sc/past", f"{DOCUMENTS}/evidence", f"{DOCUMENTS}/lint", COPIES,
    f"{DOCUMENTS}/readings", f"{HOME}/imports/",
)  # fmt: skip


def test_d4_60_readers_learn_nothing_of_drafts_from_the_rooms(house):
    number = ask(house, "modify", code=DRAFT)
    accept(house, number)
    with house.site() as site:
        answer = the_request(site, number).progress.answer
        assert answer == site[ORGANISATION]["documents"][DRAFT].pending.uid
        label = site[ORGANISATION]["documents"][DRAFT].pending.label
    browser = house.browser(EMPLOYEE)
    for path in (f"{REQUESTS}{number}/", REQUESTS, f"{HOME}/processes/", f"{HOME}/processes/sc/",
                 f"{HOME}/processes/sc/documents", f"{HOME}/processes/matrix",
                 f"{DOCUMENTS}/reviews", f"{HOME}/norms/affected", f"{HOME}/norms/matrix",
                 f"{HOME}/renaming/", f"{HOME}/"):  # fmt: skip
        for headers in (None, JSON):
            text = browser.get(path, headers=headers, status="*").text
            assert answer not in text, path
            assert SECRET_TITLE not in text, path
            assert SECRET not in text, path
            assert f"{DRAFT} {label}" not in text, path
    for path in CLOSED_TO_READERS:
        assert browser.get(path, status="*").status_int in {403, 404}, path
        assert browser.get(f"{path}?download=csv", status="*").status_int in {403, 404}, path
    assert send(house, EMPLOYEE, f"{REQUESTS}ask-modify", code=SECRET, reason="x").status_int == 422


def test_d4_60_asking_about_a_hidden_document_is_answered_as_about_none(house):
    hidden = send(house, EMPLOYEE, f"{REQUESTS}ask-modify", code=SECRET, reason="x")
    none = send(house, EMPLOYEE, f"{REQUESTS}ask-modify", code="INS-AX-SC-99", reason="x")
    same = [re.sub(r"INS-AX-SC-\d\d|value=\"[^\"]*\"", "", one.text) for one in (hidden, none)]
    assert (hidden.status_int, same[0]) == (422, same[1])


# D4-8, D4-2: a print answers only its own request


def test_d4_08_a_print_answers_no_request_of_another_kind_or_document(house):
    accept(house, house.numbers["create"])
    copies = ask(house, "copy", code=DRAFT, copies={"count": 1, "place": "x", "holder": "x"})
    accept(house, copies)
    for number in (house.numbers["create"], house.numbers["eliminate"], copies):
        answer = send(
            house, QUALITY, f"{DOCUMENTS}/{SIGNED}/print-copies", count="1",
            holder="Asesor de Servicio al Cliente", place="x", request=number,
        )  # fmt: skip
        assert answer.status_int in {303, 404, 422}
        with house.site() as site:
            assert the_request(site, number).state == "accepted", number


# D4-7, D4-11: the door to what is public by its link


def test_d4_07_a_public_document_shows_the_version_in_force_and_nothing_else(house):
    with house.site() as site:
        documents = site[ORGANISATION]["documents"]
        tokens = {
            "in force": documents[SIGNED].in_force.token,
            "draft": documents[DRAFT].pending.token,
            "secret": documents[SECRET].pending.token,
        }
    browser = house.browser()
    for token in tokens.values():
        assert browser.get(f"/p/{token}", status="*").status_int in {303, 404}, "none is public"
    for email in (AUDITOR, AUTHOR, EMPLOYEE, ADMINISTRATOR):
        answer = send(house, email, f"{DOCUMENTS}/{SIGNED}/publish", public="true")
        assert answer.status_int in {403, 404}, email
    for code in (DRAFT, SIGNED):
        send(house, QUALITY, f"{DOCUMENTS}/{code}/publish", public="true", status=303)
    answer = send(house, QUALITY, f"{DOCUMENTS}/{SECRET}/publish", public="true")
    assert answer.status_int in {403, 404}, "it has no version in force"
    assert browser.get(f"/p/{tokens['secret']}", status="*").status_int in {303, 404}
    answer = browser.get(f"/p/{tokens['in force']}")
    assert answer.content_type == "application/pdf"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Cache-Control"] == "no-store"
    with house.site() as site:
        document = site[ORGANISATION]["documents"][DRAFT]
        assert document.in_force.order != document.pending.order
        wanted = f"v{document.in_force.label}.pdf"
    shown = browser.get(f"/p/{tokens['draft']}").headers["Content-Disposition"]
    assert wanted in shown, "the link of a draft leads to what is in force"
    with house.site() as site:
        retire(site[ORGANISATION]["documents"][SIGNED], reason="x", act=house.act("lucia-mora"))
    assert browser.get(f"/p/{tokens['in force']}", status="*").status_int in {303, 404}
    for path in ("/p/", "/p/x", f"/p/{tokens['draft']}/edit", f"/p/{tokens['draft']}x"):
        assert browser.get(path, status="*").status_int in {303, 404}, path
