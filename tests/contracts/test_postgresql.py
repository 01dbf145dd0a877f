"""RelStorage on PostgreSQL, by the URI that production.ini uses: what the product leans on."""

from pathlib import Path

import psycopg2
import pytest
import transaction
import zodburi
from BTrees.OOBTree import OOBTree
from ZODB.blob import Blob
from ZODB.DB import DB

pytestmark = pytest.mark.postgresql


def opened(uri: str) -> DB:
    factory, options = zodburi.resolve_uri(uri)
    return DB(factory(), **options)


def test_the_throwaway_server_answers(postgresql_dsn: str):
    connection = psycopg2.connect(postgresql_dsn)
    with connection.cursor() as cursor:
        cursor.execute("select current_setting('server_version_num')::int")
        assert cursor.fetchone()[0] >= 130000
    connection.close()


def test_objects_and_blobs_come_back_through_another_cache(postgresql_uri: str, tmp_path: Path):
    db = opened(postgresql_uri)
    with db.transaction() as connection:
        connection.root()["tree"] = OOBTree({"PR-01": "Quejas"})
        connection.root()["original"] = Blob(b"%PDF-1.7 signed")
    db.close()

    elsewhere = postgresql_uri.replace("blobs", "other-blobs")
    assert elsewhere != postgresql_uri
    db = opened(elsewhere)
    with db.transaction() as connection:
        assert dict(connection.root()["tree"]) == {"PR-01": "Quejas"}
        with connection.root()["original"].open() as original:
            assert original.read() == b"%PDF-1.7 signed"
    db.close()


def test_a_second_writer_of_the_same_object_gets_a_conflict(postgresql_uri: str):
    first, second = opened(postgresql_uri), opened(postgresql_uri)
    with first.transaction() as connection:
        connection.root()["n"] = 0
    one, two = transaction.TransactionManager(), transaction.TransactionManager()
    a, b = first.open(one), second.open(two)
    a.root()["n"] += 1
    b.root()["n"] += 1
    one.commit()
    with pytest.raises(transaction.interfaces.TransientError):
        two.commit()
    two.abort()
    a.close()
    b.close()
    first.close()
    second.close()
