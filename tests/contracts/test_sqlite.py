"""RelStorage on SQLite, by the URI of development.ini: several processes may write at once."""

import configparser
import subprocess
import sys
from pathlib import Path

import pytest
import transaction
import zodburi
from BTrees.Length import Length
from BTrees.OOBTree import OOBTree
from ZODB.DB import DB

ROOT = Path(__file__).resolve().parents[2]

WRITER = """
import sys
import transaction, zodburi
from ZODB.DB import DB

uri, name = sys.argv[1:]
factory, options = zodburi.resolve_uri(uri)
db = DB(factory(), **options)
for number in range(40):
    for attempt in transaction.manager.attempts(20):
        with attempt:
            connection = db.open()
            root = connection.root()
            root["length"].change(1)
            root["tree"][f"{name}-{number}"] = name
            root["plain"] += 1
    connection.close()
db.close()
"""


def configured(ini: str, here: Path) -> str:
    parser = configparser.ConfigParser(defaults={"here": str(here)})
    parser.read(ROOT / ini, encoding="utf-8")
    return parser["app:main"]["zodbconn.uri"]


def opened(uri: str) -> DB:
    factory, options = zodburi.resolve_uri(uri)
    return DB(factory(), **options)


def test_two_processes_write_at_the_same_time_and_nothing_is_lost(tmp_path: Path):
    uri = configured("development.ini", tmp_path)
    db = opened(uri)
    with db.transaction() as connection:
        connection.root().update(length=Length(), tree=OOBTree(), plain=0)
    writers = [subprocess.Popen([sys.executable, "-c", WRITER, uri, name]) for name in "ab"]
    assert [writer.wait(timeout=60) for writer in writers] == [0, 0]
    with db.transaction() as connection:
        root = connection.root()
        assert (root["length"](), len(root["tree"]), root["plain"]) == (80, 80, 80)
    db.close()


def test_the_embedded_database_lies_in_the_data_folder(tmp_path: Path):
    opened(configured("development.ini", tmp_path)).close()
    assert (tmp_path / "var" / "db" / "main.sqlite3").is_file()
    assert [path.name for path in tmp_path.iterdir()] == ["var"]


@pytest.mark.parametrize("ini", ["development.ini", "production.ini"])
def test_both_settings_resolve_keep_no_history_and_feed_every_thread(ini: str, tmp_path: Path):
    parser = configparser.ConfigParser(defaults={"here": str(tmp_path)})
    parser.read(ROOT / ini, encoding="utf-8")
    uri = parser["app:main"]["zodbconn.uri"]
    _factory, options = zodburi.resolve_uri(uri)
    assert options["pool_size"] >= int(parser["server:main"]["threads"])
    assert "keep_history=false" in uri


def test_a_transaction_left_open_sees_the_past_until_it_ends(tmp_path: Path):
    uri = configured("development.ini", tmp_path)
    reader, writer = opened(uri), opened(uri)
    with writer.transaction() as connection:
        connection.root()["n"] = 1
    mine = transaction.TransactionManager()
    seen = reader.open(mine)
    assert seen.root()["n"] == 1
    with writer.transaction() as connection:
        connection.root()["n"] = 2
    assert seen.root()["n"] == 1
    mine.begin()
    assert seen.root()["n"] == 2
    seen.close()
    reader.close()
    writer.close()
