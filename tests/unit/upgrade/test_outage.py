"""A database that goes away, and a disk that fills up, end in a page that says what to do."""

from __future__ import annotations

import sqlite3

import psycopg2
import pytest
from pyramid.config import Configurator
from pyramid.response import Response
from webtest import TestApp

import qms
from qms.upgrade import outage


@pytest.fixture
def calls() -> list[Exception | None]:
    """Give the list of what the next requests meet; None answers."""
    return []


@pytest.fixture
def app(calls, monkeypatch: pytest.MonkeyPatch) -> TestApp:
    monkeypatch.setattr(outage, "PAUSE", 0)

    def view(request):
        meets = calls.pop(0)
        if meets is not None:
            raise meets
        return Response("here")

    config = Configurator(settings=qms.DEFAULTS)
    for name in ("pyramid_retry", "pyramid_tm", "qms.web.headers", "qms.upgrade"):
        config.include(name)
    config.add_view(view)
    return TestApp(config.make_wsgi_app())


AWAY = psycopg2.OperationalError("terminating connection due to administrator command")


def test_fault_12_a_page_is_asked_for_again_when_the_database_comes_back(app, calls):
    calls[:] = [AWAY, psycopg2.InterfaceError("connection already closed"), None]
    assert app.get("/").text == "here"
    assert calls == []


def test_fault_12_a_database_that_stays_away_answers_503(app, calls):
    calls[:] = [AWAY, AWAY, AWAY]
    answer = app.get("/", status=503)
    assert answer.headers["Retry-After"] == "10"
    assert "Intente de nuevo" in answer.text
    assert "administrator command" not in answer.text
    assert "Content-Security-Policy" in answer.headers


def test_fault_13_what_may_have_been_stored_is_never_done_twice(app, calls):
    calls[:] = [AWAY, None]
    answer = app.post("/", status=503)
    assert "mire si ya" in answer.text
    assert calls == [None]


@pytest.mark.parametrize(
    "error",
    [
        sqlite3.OperationalError("database or disk is full"),
        OSError(28, "No space left on device"),
        psycopg2.OperationalError('could not extend file "base/1/2": No space left on device'),
    ],
)
@pytest.mark.parametrize("method", ["get", "post"])
def test_fault_3_a_full_disk_answers_507_at_once(app, calls, error, method):
    calls[:] = [error, None]
    answer = getattr(app, method)("/", status=507)
    assert "No se guardó" in answer.text
    assert calls == [None]


@pytest.mark.parametrize(
    "error",
    [sqlite3.OperationalError("no such table: x"), OSError(2, "No such file"), ValueError("x")],
)
def test_any_other_failure_stays_a_failure(app, calls, error):
    calls[:] = [error]
    app.get("/", status=500)
