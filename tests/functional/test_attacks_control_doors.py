"""D4-1, 2, 4, 20, 35 and 59 at every address of document control's rooms."""

import re

import pytest
from control_siege import (
    REQUESTS,
)
from house import PASSPHRASE
from siege import (
    ADMINISTRATOR,
    AUDITOR,
    AUTHOR,
    EMPLOYEE,
    OPERATIONS,
    ORGANISATION,
    QUALITY,
    SIGNED,
    STRANGERS,
    doors,
    token_of,
)
from webtest import Upload

HOME = f"/{ORGANISATION}"
DOCUMENTS = f"{HOME}/documents"
ROOMS = (
    "requests", "copies", "reviews", "past", "evidence", "imports", "processes", "jobs", "norms",
    "renaming", "setup",
)  # fmt: skip
DAYS = ("content_lint", "content_list", "reading", "reading_report", "publishing")
"""Modules of documents that are as young as the rooms."""
JSON = {"Accept": "application/json"}
REVIEW = f"{DOCUMENTS}/{SIGNED}/review"


@pytest.fixture(scope="module")
def built(seasoned):
    return seasoned


@pytest.fixture(scope="module")
def new_doors(seasoned):
    """Give method, path and view name of every view of the rooms, on all content."""
    with seasoned.site() as site:
        found = []
        for method, path, _one, view in doors(seasoned, site[ORGANISATION], samples=True):
            module = view["callable"].__module__.split(".")
            if module[1] in ROOMS or module[-1] in DAYS:
                found.append((method, path, view["name"]))
    names = {name for _method, _path, name in found}
    assert {
        "decide",
        "sign",
        "withdraw",
        "note",
        "pdf",
        "print-copies",
        "review",
        "evidence",
    } <= names
    assert {"past", "past-pending", "arrange", "lint", "accept-finding", "acknowledge"} <= names
    return found


def send(fort, email, path, *, status="*", **body):
    """Post a form's values with the token of the person's session."""
    browser = fort.browser(email)
    return browser.post(path, {"csrf_token": token_of(browser), **body}, status=status)


def sign(fort, email, path, **body):
    return send(fort, email, path, passphrase=PASSPHRASE, **body)


# D4-1 to D4-3: strangers


@pytest.mark.parametrize("role", ["quality", "reader"])
def test_d4_01_every_new_view_is_nothing_to_strangers(seasoned, new_doors, role):
    browser = seasoned.browser(STRANGERS[role])
    token = token_of(browser)
    nothing = browser.get("/nobody/documents/XX-1/", status=404)
    before = seasoned.transaction()
    for method, path, _name in new_doors:
        if method == "GET":
            answer = browser.get(path, status="*")
        else:
            answer = browser.post(path, {"csrf_token": token}, status="*")
        assert (answer.status_int, answer.text) == (404, nothing.text), (method, path)
    assert seasoned.transaction() == before


def test_d4_01_downloads_and_programs_of_strangers_get_nothing_either(seasoned, new_doors):
    browser = seasoned.browser(STRANGERS["quality"])
    nothing = browser.get("/nobody/documents/XX-1/", headers=JSON, status=404)
    paths = {path for method, path, _name in new_doors if method == "GET"}
    for path in sorted(paths)[::3]:
        answer = browser.get(f"{path}?download=csv", headers=JSON, status="*")
        assert (answer.status_int, answer.body) == (404, nothing.body), path


def test_d4_02_our_ids_in_the_parameters_of_strangers_name_nothing(house):
    browser, home = house.browser(STRANGERS["quality"]), "/carrazos"
    before = house.transaction()
    for page in (
        f"{home}/requests/?document={SIGNED}&process=sc",
        f"{home}/requests/ask-modify?document={SIGNED}",
        f"{home}/documents/reviews?process=sc",
        f"{home}/documents/evidence?kind=document&code={SIGNED}",
        f"{home}/documents/evidence?kind=process&process=sc",
        f"{home}/past?process=sc&person=lucia-mora",
        f"{home}/past-pending?person=lucia-mora",
        f"{home}/copies/?holder=Asesor",
        f"{home}/documents/lint?process=sc",
        f"{home}/processes/macroprocess?name=Misional",
        f"{home}/processes/",
        f"{home}/worker",
    ):
        for headers in (None, JSON):
            answer = browser.get(page, headers=headers, status="*")
            assert answer.status_int < 500
            for ours in ("Lucía Mora", "lucia-mora@", "Servicio al Cliente", "AX-SC-0", "SOL-"):
                if f"document={SIGNED}" in page or f"code={SIGNED}" in page:
                    # What was asked for stays in its own box.
                    answer.text = answer.text.replace(SIGNED, "")
                assert ours not in answer.text, (page, ours)
    bodies = (
        ("requests/ask-modify", {"code": SIGNED, "reason": "x"}),
        ("requests/ask-eliminate", {"code": SIGNED, "reason": "x"}),
        ("requests/ask-copy", {"code": SIGNED, "reason": "x", "count": "1", "place": "x"}),
        (
            "requests/ask-create",
            {"title": "x", "type": "instruction", "process": "sc", "reason": "x"},
        ),
        ("documents/evidence", {"kind": "document", "code": SIGNED}),
        ("documents/evidence", {"kind": "process", "process": "sc"}),
    )
    for path, body in bodies:
        answer = send(house, STRANGERS["quality"], f"{home}/{path}", **body)
        assert answer.status_int in {404, 422}, path
    assert house.transaction() == before


# D4-4: roles


def greedy_body(token):
    """Give every value that any of the new forms could take, all at once."""
    return {
        "csrf_token": token, "reason": "porque sí", "verdict": "accept", "note": "robado",
        "hand": "drafted-1:", "passphrase": PASSPHRASE, "seen": "1", "kind": "recalled",
        "text": "robado", "count": "1", "holder": "Asesor de Servicio al Cliente", "place": "Casa",
        "key": "x", "name": "Robado", "to": "up", "known": "true", "process": "sc",
        "code": SIGNED, "version": "1",
    }  # fmt: skip


EVERYBODYS = {"ask-modify", "ask-create", "ask-copy", "ask-eliminate", "acknowledge"}


@pytest.mark.parametrize(
    ("email", "allowed"),
    [
        (EMPLOYEE, {"withdraw"}),
        (OPERATIONS, {"evidence"}),
        (AUDITOR, {"evidence"}),
        (ADMINISTRATOR, {"move", "edit", "add", "resume", "retire", "import-list", "columns",
                         "table", "words", "give-up", "start", "carry", "macroprocess",
 "rename", "look", "confirm", "carry-on", "flag"}),
    ],
)  # fmt: skip
def test_d4_04_nobody_moves_what_is_not_theirs(house, new_doors, email, allowed):
    browser = house.browser(email)
    body = greedy_body(token_of(browser))
    before, tried = house.transaction(), 0
    for method, path, name in new_doors:
        configures = email == ADMINISTRATOR and name.startswith("setup")
        if method != "POST" or name in EVERYBODYS | allowed or configures:
            continue
        answer = browser.post(path, body, status="*")
        # Pages that only show answer any method alike, and nobody here has a draft to send.
        refused = {200, 403, 404, 405, 409, 422, 303 if name == "send" else 403}
        assert answer.status_int in refused, (path, answer.status_int)
        assert house.transaction() == before, path
        tried += 1
    assert tried > 30


# D4-20, D4-35


@pytest.mark.parametrize("email", [QUALITY, ADMINISTRATOR, AUTHOR])
def test_d4_20_and_d4_35_looking_writes_nothing_and_every_answer_is_protected(
    house, new_doors, email
):
    browser = house.browser(email)
    before = house.transaction()
    for method, path, _name in new_doors:
        if method != "GET":
            continue
        answer = browser.get(path, status="*")
        assert answer.status_int < 500, path
        assert house.transaction() == before, path
        policy = answer.headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy, path
        assert "frame-ancestors 'none'" in policy or "frame-ancestors 'self'" in policy, path
        assert "unsafe-eval" not in policy, path
        assert answer.headers["X-Content-Type-Options"] == "nosniff", path
        assert answer.headers["Referrer-Policy"] == "same-origin", path
        assert answer.headers["Cache-Control"] == "no-store", path
        assert "Server" not in answer.headers, path
        if answer.content_type == "text/html":
            assert not re.search(r"<script(?![^>]*\bsrc=)", answer.text), path
            assert not re.search(r'<[^>]+\sstyle="', answer.text), path


def test_d4_20_no_new_view_takes_a_post_without_the_token(house, new_doors):
    browser = house.browser(QUALITY)
    foreign = token_of(house.browser(STRANGERS["quality"]))
    before = house.transaction()
    for method, path, _name in new_doors:
        if method == "POST":
            for body in ({}, {"csrf_token": foreign}):
                answer = browser.post(path, {**greedy_body(""), **body}, status="*")
                assert answer.status_int in {403, 404}, path
    assert house.transaction() == before


# D4-59: bodies


def test_d4_59_files_in_the_place_of_texts_break_nothing(house, new_doors):
    browser = house.browser(QUALITY)
    body = {name: Upload("x.txt", b"texto") for name in greedy_body("")}
    body["csrf_token"] = token_of(browser)
    for method, path, _name in new_doors:
        if method == "POST":
            with house.copy() as fort:
                answer = fort.browser(QUALITY).post(path, body, status="*")
            assert answer.status_int < 500, path


@pytest.mark.parametrize("path", [f"{REQUESTS}ask-modify", REVIEW, f"{DOCUMENTS}/evidence"])
def test_d4_59_large_bodies_and_many_fields_are_answered_soon(house, path):
    browser = house.browser(QUALITY)
    before = house.transaction()
    for body in (
        {"reason": "x" * 10_000_000, "note": "x" * 10_000_000, "code": "y" * 1_000_000},
        {f"field{number}": "x" for number in range(5_000)},
    ):
        pairs = list(body.items()) if isinstance(body, dict) else body
        answer = browser.post(path, [("csrf_token", token_of(browser)), *pairs], status="*")
        assert answer.status_int in {400, 403, 404, 413, 422}, path
    assert house.transaction() == before
