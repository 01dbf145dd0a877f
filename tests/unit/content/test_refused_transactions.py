"""A transaction that the embedded database refuses leaves nothing behind for the next one."""

import pytest
import transaction
import zodburi
from persistent.mapping import PersistentMapping
from ZODB import DB
from ZODB.POSException import ConflictError

from qms.content.storage import embedded_uri


def opened(folder):
    make, options = zodburi.resolve_uri(embedded_uri(folder))
    return DB(make(), **options)


@pytest.fixture
def nodes(tmp_path):
    """Two nodes of one database, as two processes have it."""
    here, there = opened(tmp_path / "db"), opened(tmp_path / "db")
    with here.transaction() as connection:
        for name in ("document", "guard", "other"):
            connection.root()[name] = PersistentMapping(n=0)
    yield here, there
    here.close()
    there.close()


def stored(database, name):
    with database.transaction() as connection:
        return connection.root()[name]["n"]


def test_what_was_refused_is_not_stored_by_whoever_comes_next(nodes):
    here, there = nodes
    manager = transaction.TransactionManager()
    connection = here.open(manager)
    root = connection.root()
    assert root["guard"]["n"] == root["document"]["n"] == 0
    with there.transaction() as other:
        other.root()["guard"]["n"] = 1
    root["document"]["n"] = 99
    connection.readCurrent(root["guard"])
    with pytest.raises(ConflictError):
        manager.commit()
    manager.abort()
    root["other"]["n"] = 1
    manager.commit()
    connection.close()
    assert stored(there, "other") == 1
    assert stored(there, "document") == 0


def test_what_was_refused_does_not_stand_in_the_way_of_whoever_comes_next(nodes):
    here, there = nodes
    manager = transaction.TransactionManager()
    connection = here.open(manager)
    root = connection.root()
    assert root["guard"]["n"] == root["document"]["n"] == 0
    with there.transaction() as other:
        other.root()["guard"]["n"] = 1
    root["document"]["n"] = 99
    connection.readCurrent(root["guard"])
    with pytest.raises(ConflictError):
        manager.commit()
    manager.abort()
    with there.transaction() as other:
        other.root()["document"]["n"] = 5
    manager.begin()
    root["other"]["n"] = 1
    manager.commit()
    connection.close()
    assert (stored(there, "other"), stored(there, "document")) == (1, 5)
