"""Every answer carries the security headers; garbage and failures say nothing."""

from __future__ import annotations

import logging

import pytest
from pyramid.request import Request

from qms.web.headers import policy_of, relax

REQUIRED = {
    "Content-Security-Policy",
    "X-Content-Type-Options",
    "Referrer-Policy",
    "Permissions-Policy",
    "Cross-Origin-Opener-Policy",
}
PATHS = [
    "/aexpress", "/aexpress/form", "/aexpress/refused", "/aexpress/conflict", "/aexpress/gone",
    "/aexpress/broken", "/aexpress/nothing", "/aexpress/pdf", "/otra", "/static/icons.svg",
    "/static/missing.js", "/static-colour/0b5fa5.css", "/static-colour/red.css", "/login",
    "/%ff", "/%00", "/aexpress?q=%ff", "/static/%2e%2e/forms.py", "/static/%5c..%5cforms.py",
]  # fmt: skip


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("person", ["aexpress", ""])
def test_d4_35_no_answer_comes_without_the_security_headers(stranger, path, person):
    stranger.extra_environ = {"HTTP_X_TEST_PERSON": person}
    answer = stranger.get(path, expect_errors=True)
    assert set(answer.headers) >= REQUIRED
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    policy = answer.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "frame-ancestors" in policy
    assert "script-src 'unsafe" not in policy


def test_d4_21_no_page_can_be_framed_and_only_a_pdf_by_this_site(browser):
    page = browser.get("/aexpress").headers["Content-Security-Policy"]
    assert "frame-ancestors 'none'" in page
    pdf = browser.get("/aexpress/pdf").headers["Content-Security-Policy"]
    assert "frame-ancestors 'self'" in pdf
    assert "script" not in pdf


@pytest.mark.parametrize("path", ["/%ff", "/%00", "/aexpress?q=%ff", "/aexpress/%c3%28"])
def test_d4_60_garbage_is_answered_with_400(browser, path):
    assert browser.get(path, status=400).html.h1.text == "Solicitud no válida"


@pytest.mark.parametrize("charset", ["nope", "utf-16", "latin-1"])
def test_a_body_in_another_alphabet_is_answered_with_400(browser, charset):
    kind = f"application/x-www-form-urlencoded; charset={charset}"
    browser.post("/aexpress/form", b"a=b", content_type=kind, status=400)


def test_d4_59_a_deep_or_long_body_is_sent_back(browser):
    page = browser.get("/aexpress/form")
    token = page.html.find("meta", {"name": "csrf-token"})["content"]
    for fields in ([("__start__", "x:mapping")] * 3000, [(f"a{n}", "x") for n in range(5000)]):
        browser.post("/aexpress/form", [("csrf_token", token), *fields], status=422)


def test_d4_60_a_failure_gives_a_reference_and_no_details(browser, caplog):
    with caplog.at_level(logging.ERROR):
        answer = browser.get("/aexpress/broken", status=500)
    assert "secret detail" not in answer.text
    assert "Traceback" not in answer.text
    reference = answer.html.find_all("p")[1].text
    assert any(reference in record.getMessage() for record in caplog.records)


def test_d4_60_pages_are_not_kept_and_tell_no_server(browser):
    answer = browser.get("/aexpress")
    assert answer.headers["Cache-Control"] == "no-store"
    assert "Server" not in answer.headers


def test_static_files_may_be_kept_a_year(browser):
    kept = browser.get("/static-colour/0b5fa5.css").headers["Cache-Control"]
    assert "max-age=31536000" in kept
    assert "no-store" not in browser.get("/static/icons.svg").headers["Cache-Control"]


def test_https_is_demanded_once_it_is_there(browser):
    assert "Strict-Transport-Security" not in browser.get("/aexpress").headers
    browser.extra_environ["wsgi.url_scheme"] = "https"
    assert "max-age" in browser.get("/aexpress").headers["Strict-Transport-Security"]


def test_a_page_widens_its_own_policy_only():
    request = Request.blank("/")
    relax(request, frame_src="'self'")
    assert "frame-src 'self'" in policy_of(request)
    assert "frame-src" not in policy_of(Request.blank("/"))
