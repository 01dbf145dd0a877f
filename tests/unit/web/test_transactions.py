"""Slow work happens between two transactions."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
import transaction
import ZODB
from ZODB.MappingStorage import MappingStorage

from qms.web.transactions import outside


@pytest.fixture
def request_and_database():
    database = ZODB.DB(MappingStorage())
    manager = transaction.TransactionManager(explicit=True)
    manager.begin()
    connection = database.open(manager)
    yield SimpleNamespace(tm=manager), database, connection.root()
    manager.abort()
    connection.close()
    database.close()


def test_what_was_done_before_is_gone_and_what_others_did_is_seen(request_and_database):
    request, database, root = request_and_database
    root["mine"] = 1

    def make():
        with database.transaction() as other:
            other.root()["theirs"] = 2
        return b"pdf"

    assert outside(request, make) == b"pdf"
    assert "mine" not in root
    assert root["theirs"] == 2
    root["after"] = 3
    request.tm.commit()
    with database.transaction() as other:
        assert other.root()["after"] == 3
    request.tm.begin()


def test_a_failure_outside_leaves_a_transaction_to_work_in(request_and_database):
    request, _database, root = request_and_database

    def fail():
        raise ValueError("no")

    with pytest.raises(ValueError, match="no"):
        outside(request, fail)
    root["still"] = 1
    request.tm.commit()
    request.tm.begin()
