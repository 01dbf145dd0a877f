"""Refusals are sentences; strangers cannot tell a closed door from no door."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qms.web.redirects import safe_path

JSON = {"Accept": "application/json"}


def test_d4_01_another_organisation_looks_exactly_like_nothing(browser):
    theirs = browser.get("/otra", status=404)
    assert theirs.text == browser.get("/nobody", status=404).text
    assert theirs.text == browser.get("/otra/documents/PRO-AX-SC-01", status=404).text
    assert theirs.text == browser.get("/aexpress/documents/NOPE", status=404).text


def test_who_is_not_signed_in_gets_the_login_page_for_anything(stranger):
    for path in ("/otra", "/nobody", "/aexpress/documents/PRO-AX-SC-01"):
        answer = stranger.get(path, status=303)
        assert answer.location == f"http://localhost/login?came_from={path}"


def test_a_program_that_is_not_signed_in_gets_401(stranger):
    answer = stranger.get("/aexpress", headers=JSON, status=401)
    assert answer.content_type == "application/problem+json"
    assert answer.json["title"] == "Ingrese primero"


@pytest.mark.parametrize(
    ("path", "status", "words"),
    [
        ("refused", 422, "Do <b>this</b> first"),
        ("conflict", 409, "Otra persona lo cambió mientras tanto"),
        ("gone", 404, "Aquí no existe lo que busca"),
    ],
)
def test_a_refusal_is_a_page_with_its_sentence(browser, path, status, words):
    answer = browser.get(f"/aexpress/{path}", status=status)
    assert words in answer.html.main.text
    assert answer.html.main.find("b") is None


def test_a_refusal_is_a_problem_for_a_program(browser):
    answer = browser.get("/aexpress/conflict", headers=JSON, status=409)
    assert answer.json["status"] == 409
    assert answer.json["detail"].startswith("Otra persona")


def test_a_refusal_is_a_fragment_for_a_part_of_a_page(browser):
    answer = browser.get("/aexpress/conflict", headers={"HX-Request": "true"}, status=409)
    assert answer.headers["HX-Retarget"] == "#messages"
    assert answer.text.startswith("<div")


def test_d4_20_a_change_without_token_is_refused_in_a_sentence(browser):
    answer = browser.post("/aexpress/change", status=403)
    assert "demasiado tiempo" in answer.html.h1.text


def test_a_closed_door_at_home_says_so(browser):
    page = browser.get("/aexpress/form")
    token = page.html.find("meta", {"name": "csrf-token"})["content"]
    browser.post("/aexpress/change", {"csrf_token": token}, status=303)
    browser.post("/aexpress/change", headers={"X-CSRF-Token": token}, status=303)


@pytest.mark.parametrize(
    "hostile",
    [
        "//h.example", "///h.example", "/\\h.example", "\\\\h.example", "https://h.example",
        "https:h.example", "javascript:alert(1)", "/\t/h.example", "/ok\r\nSet-Cookie: a=b", "",
        "/\u2028", "h.example", "@h.example", "/" + "a" * 3000, "/\x00",
    ],
)  # fmt: skip
def test_d4_34_only_plain_paths_of_this_site_are_gone_back_to(hostile):
    assert safe_path(hostile) == "/"


def test_a_plain_path_is_kept():
    assert safe_path("/aexpress/documents?sort=code&page=2") == (
        "/aexpress/documents?sort=code&page=2"
    )


@given(st.text(max_size=60))
def test_d4_34_whatever_is_kept_starts_with_one_slash(text):
    kept = safe_path(text)
    assert kept.startswith("/")
    assert not kept.startswith(("//", "/\\"))
    assert "\n" not in kept
    assert "\t" not in kept


def test_d4_32_came_from_and_the_search_are_escaped(browser, stranger):
    payload = '"><script>alert(1)</script>'
    for page in (
        stranger.get("/login", params={"came_from": payload}),
        browser.get("/aexpress", params={"q": payload}),
        browser.get("/aexpress/nada/" + "%3Cscript%3E", status=404),
    ):
        scripts = page.html.find_all("script")
        assert all(script.get("src") for script in scripts)


def test_d4_33_templates_in_data_stay_literal(browser):
    page = browser.get("/aexpress/search", params={"q": "${7*7}{{7*7}}"})
    assert page.html.find(id="search")["value"] == "${7*7}{{7*7}}"
