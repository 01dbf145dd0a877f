"""What the embedded database acknowledged is there after a kill, a lost counter, a lost cache."""

from __future__ import annotations

import shutil
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path

import pytest
import transaction
import zodburi
from persistent.mapping import PersistentMapping
from ZODB import DB

import qms
from qms.cli.main import main
from qms.cli.place import Place, data_values
from qms.content.models import BlobFile
from qms.content.storage import (
    CACHE,
    COUNTER,
    DATABASE,
    BadAddress,
    embedded_uri,
    folder_of,
    is_embedded,
    resolve,
    synchronous_of,
)

ODD_NAMES = [
    "plain",
    "a b",
    "50% & more",
    "x+y=z",
    "what?#really",
    "ñandú",
    "%(here)s",
    "%2F",
    "a&b=c",
]


def opened(folder: Path) -> DB:
    factory, options = zodburi.resolve_uri(embedded_uri(folder))
    return DB(factory(), **options)


def test_the_command_line_opens_the_database_so_that_every_commit_is_synced(tmp_path: Path):
    place = Place(data_values(tmp_path / "data"))
    assert synchronous_of(place.database) == 2
    place.close()


def test_the_web_opens_the_database_so_that_every_commit_is_synced(tmp_path: Path):
    config = qms.configure(data_values(tmp_path / "data"))
    database = config.registry._zodb_databases[""]
    assert synchronous_of(database) == 2
    database.close()


@pytest.mark.parametrize("name", ODD_NAMES)
def test_the_folder_may_have_any_name_and_is_for_its_owner_only(tmp_path: Path, name: str):
    folder = tmp_path / name / "db"
    assert folder_of(embedded_uri(folder)) == folder
    db = opened(folder)
    with db.transaction() as connection:
        connection.root()["n"] = 1
    db.close()
    assert (folder / DATABASE).is_file()
    assert folder.stat().st_mode & 0o077 == 0
    assert [one.name for one in tmp_path.iterdir()] == [name]


@pytest.mark.parametrize("name", ODD_NAMES)
def test_a_configuration_file_may_lie_in_a_folder_of_any_name(tmp_path: Path, name: str):
    home = tmp_path / name
    home.mkdir()
    shutil.copy(Path(__file__).parents[2] / "development.ini", home)
    assert main(["--config", str(home / "development.ini"), "upgrade"]) == 1, "no database yet"
    place = Place.from_arguments(_Arguments(home / "development.ini"))
    assert folder_of(place.values["zodbconn.uri"]) == home / "var" / "db"
    place.close()


class _Arguments:
    data = None

    def __init__(self, config: Path):
        self.config = str(config)


@pytest.mark.parametrize("uri", ["qms-sqlite://var/db?x=1", "qms-sqlite://", "sqlite:///var/db"])
def test_an_address_without_an_absolute_folder_is_refused(uri: str):
    with pytest.raises(BadAddress):
        resolve(uri)
    assert is_embedded("sqlite:///x") is False


WRITER = """
import sys
from pathlib import Path
import transaction, zodburi
from ZODB import DB
from qms.content.models import BlobFile
from qms.content.storage import embedded_uri
factory, options = zodburi.resolve_uri(embedded_uri(Path(sys.argv[1])))
db = DB(factory(), **options)
connection = db.open()
root = connection.root()
for number in range(root.get("n", -1) + 1, 10**6):
    root["n"] = number
    root[f"file-{number % 10}"] = BlobFile(b"%d" % number * 1000, "f", "text/plain")
    transaction.commit()
    # The ledger outside of the database: only what was acknowledged is in it.
    print(number, flush=True)
"""


def test_fault_1_what_was_acknowledged_before_a_kill_is_there(tmp_path: Path):
    folder, last = tmp_path / "db", -1
    for turn in range(3):
        writer = subprocess.Popen(
            [sys.executable, "-W", "ignore", "-c", WRITER, str(folder)],
            stdout=subprocess.PIPE,
            text=True,
        )
        writer.stdout.readline()
        time.sleep(0.2 + turn / 10)
        writer.kill()
        acknowledged = int(writer.communicate()[0].split()[-1])
        db = opened(folder)
        with db.transaction() as connection:
            root = connection.root()
            assert root["n"] in {acknowledged, acknowledged + 1}
            assert root["n"] > last
            last = root["n"]
            assert all(root[key].is_intact() for key in root if key.startswith("file-"))
        db.close()


def test_fault_11_a_file_is_in_the_database_and_not_only_in_the_folder_of_copies(tmp_path: Path):
    db = opened(tmp_path / "db")
    with db.transaction() as connection:
        connection.root()["f"] = BlobFile(b"signed", "f.pdf", "application/pdf")
    db.close()
    shutil.rmtree(tmp_path / "db" / CACHE)
    db = opened(tmp_path / "db")
    with db.transaction() as connection:
        assert connection.root()["f"].read() == b"signed"
    db.close()


@pytest.mark.parametrize("loss", ["missing", "emptied", "garbage", "lagging"])
def test_a_lost_counter_of_object_ids_hands_out_no_id_twice(tmp_path: Path, loss: str):
    folder = tmp_path / "db"
    db = opened(folder)
    db.close()
    shutil.copy(folder / COUNTER, tmp_path / "old-counter")
    db = opened(folder)
    with db.transaction() as connection:
        for number in range(100):
            connection.root()[number] = PersistentMapping(n=number)
    db.close()
    if loss == "missing":
        (folder / COUNTER).unlink()
    elif loss == "lagging":
        shutil.copy(tmp_path / "old-counter", folder / COUNTER)
    else:
        (folder / COUNTER).write_bytes(b"" if loss == "emptied" else b"x" * 8192)
    db = opened(folder)
    with db.transaction() as connection:
        for number in range(100, 200):
            connection.root()[number] = PersistentMapping(n=number)
    with db.transaction() as connection:
        assert [connection.root()[number]["n"] for number in range(200)] == list(range(200))
    db.close()


def test_the_database_keeps_no_history_that_packing_would_have_to_remove(tmp_path: Path):
    db = opened(tmp_path / "db")
    for number in range(10):
        with db.transaction() as connection:
            connection.root()["n"] = number
    db.close()
    with closing(sqlite3.connect(tmp_path / "db" / DATABASE)) as database:
        assert database.execute("SELECT count(*) FROM object_state").fetchone()[0] == 1


def test_a_commit_waits_for_another_one_instead_of_failing(tmp_path: Path):
    db = opened(tmp_path / "db")
    with db.transaction() as connection:
        connection.root()["a"], connection.root()["b"] = PersistentMapping(), PersistentMapping()
    managers = [transaction.TransactionManager() for _one in "ab"]
    connections = [db.open(manager) for manager in managers]
    for name, connection in zip("ab", connections, strict=True):
        connection.root()[name]["x"] = name
    for manager in managers:
        manager.commit()
    for connection in connections:
        connection.close()
    with db.transaction() as connection:
        assert (connection.root()["a"]["x"], connection.root()["b"]["x"]) == ("a", "b")
    db.close()
