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


class BreakAtVote:
    """Takes part in a commit only to end all sessions when the database has voted."""

    transaction_manager = None

    def __init__(self, dsn: str):
        self.dsn = dsn

    def tpc_vote(self, _transaction):
        assert break_connections(self.dsn) > 0

    def sortKey(self):  # noqa: N802 - the name that transactions ask for
        return "~ after the storage"

    def abort(self, _transaction):
        """Have nothing to undo."""

    commit = tpc_begin = tpc_finish = tpc_abort = abort


@pytest.fixture
def app(values, postgresql_dsn: str, monkeypatch: pytest.MonkeyPatch):
    """Give the application with a page whose first storing meets a server that goes away."""
    monkeypatch.setattr(outage, "PAUSE", 0.05)
    config = qms.configure(values)
    broken = []

    def store(request):
        request.root.annexes["stored"] = "yes"
        if not broken:
            broken.append(True)
            request.tm.get().join(BreakAtVote(postgresql_dsn))
        return Response("here")

    config.add_view(
        store, name="store", permission=NO_PERMISSION_REQUIRED, require_csrf=False, context=Site
    )
    yield TestApp(config.make_wsgi_app())
    config.registry._zodb_databases[""].close()


def test_fault_12_a_server_that_goes_away_while_a_page_is_made_is_not_noticed(app):
    assert app.get("/store").text == "here"


def test_fault_13_a_form_whose_fate_is_unknown_is_answered_503_and_not_repeated(app):
    assert "mire si ya" in app.post("/store", status=503).text
    assert app.post("/store").text == "here"


def test_the_doctor_examines_a_database_on_postgresql(values):
    place = Place(values)
    with place.writing() as work:
        work.site.annexes["x"] = 1
    assert [str(one) for one in examine(place) if one.level == "wrong"] == []
    place.close()
