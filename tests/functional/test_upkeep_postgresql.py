"""The same upkeep where the database is PostgreSQL: its connections may break at any time."""

from __future__ import annotations

from pathlib import Path

import psycopg2
import pytest
from pyramid.response import Response
from pyramid.security import NO_PERMISSION_REQUIRED
from webtest import TestApp

import qms
from qms.cli.place import Place
from qms.cli.upkeep import examine
from qms.content.models import Site
from qms.upgrade import outage

pytestmark = pytest.mark.postgresql


@pytest.fixture
def values(postgresql_uri: str, tmp_path: Path) -> dict[str, str]:
    """Give the settings of an installation on a fresh database."""
    return {
        "zodbconn.uri": postgresql_uri,
        "qms.data_dir": str(tmp_path),
        "qms.base_url": "https://qms.example",
    }


def break_connections(dsn: str) -> int:
    """End every other session on the server, as a restart does."""
    connection = psycopg2.connect(dsn)
    connection.autocommit = True
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity"
            " WHERE pid <> pg_backend_pid() AND backend_type = 'client backend'"
        )
        count = cursor.fetchone()[0]
    connection.close()
    return count


def app_that_breaks_once(values, dsn: str, monkeypatch: pytest.MonkeyPatch) -> TestApp:
    """Give the application with a page that stores, during which all connections break once."""
    monkeypatch.setattr(outage, "PAUSE", 0.05)
    config = qms.configure(values)
    broken: list[int] = []

    def store(request):
        request.root.annexes["stored"] = request.root.annexes.get("stored", 0) + 1
        if not broken:
            broken.append(break_connections(dsn))
        return Response(f"stored {request.root.annexes['stored']}, broken {len(broken)}")

    config.add_view(
        store, name="store", permission=NO_PERMISSION_REQUIRED, require_csrf=False, context=Site
    )
    return TestApp(config.make_wsgi_app())


def test_fault_12_connections_that_break_while_a_page_is_made_are_replaced_unnoticed(
    values, postgresql_dsn: str, monkeypatch: pytest.MonkeyPatch
):
    app = app_that_breaks_once(values, postgresql_dsn, monkeypatch)
    assert app.get("/store").text == "stored 1, broken 1"
    app.app.registry._zodb_databases[""].close()


def test_fault_13_a_form_whose_fate_is_unknown_is_answered_503_and_not_repeated(
    values, postgresql_dsn: str, monkeypatch: pytest.MonkeyPatch
):
    app = app_that_breaks_once(values, postgresql_dsn, monkeypatch)
    assert "mire si ya" in app.post("/store", status=503).text
    assert app.post("/store").text == "stored 1, broken 1"
    app.app.registry._zodb_databases[""].close()


def test_the_doctor_examines_a_database_on_postgresql(values):
    place = Place(values)
    with place.writing() as work:
        work.site.annexes["x"] = 1
    assert [str(one) for one in examine(place) if one.level == "wrong"] == []
    place.close()
