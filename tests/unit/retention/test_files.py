"""Bytes that were eliminated are gone from the database and from the machine's copies."""

from __future__ import annotations

import hashlib
import os

import pytest
import transaction
from ZODB.DB import DB

from qms.content.errors import FileDisposed
from qms.content.models import BlobFile
from qms.content.storage import embedded_uri, resolve
from qms.upgrade import health
from qms.upgrade.premises import copies_of, forget_copies

SECRET = os.urandom(40) * 800


@pytest.fixture
def stored(tmp_path):
    """Give a committed file in an embedded database, with the connection and the folder."""
    make, _options = resolve(embedded_uri(tmp_path / "db"))
    database, manager = DB(make()), transaction.TransactionManager()
    connection = database.open(manager)
    file = connection.root()["file"] = BlobFile(SECRET, "a.pdf", "application/pdf")
    manager.commit()
    assert file.read() == SECRET
    yield file, manager, database, tmp_path / "db"
    manager.abort()
    connection.close()
    database.close()


def holds_it(folder):
    """Name the files on disk that hold the bytes."""
    files = (path for path in folder.rglob("*") if path.is_file())
    return sorted(path.name for path in files if SECRET[:40] in path.read_bytes())


def test_an_eliminated_file_leaves_no_byte_and_keeps_its_hash(stored):
    file, manager, database, folder = stored
    digest = hashlib.sha256(SECRET).hexdigest()
    file.dispose("ELIM-1", "22/11/2031")
    manager.commit()
    file.dispose("ELIM-2", "23/11/2031")
    with pytest.raises(FileDisposed, match="ELIM-1"):
        file.read()
    assert (file.sha256, file.size) == (digest, len(SECRET))
    assert list(health.check_file("here", "PDF", file)) == []
    words = folder / "texts"
    words.mkdir()
    (words / f"{digest}.txt").write_text("palabras", encoding="utf-8")
    assert forget_copies(copies_of(database), words, {digest: len(SECRET)}) == 2
    assert forget_copies(copies_of(database), words, {digest: len(SECRET)}) == 0
    # What is left is the log that the next checkpoint ends.
    assert [one for one in holds_it(folder) if not one.endswith("-wal")] == []


def test_the_doctor_finds_an_eliminated_file_whose_bytes_came_back(stored):
    file, manager, _database, _folder = stored
    file.dispose("ELIM-1", "22/11/2031")
    manager.commit()
    with file.blob.open("w") as stream:
        stream.write(b"back again")
    manager.commit()
    assert [one.code for one in health.check_file("here", "PDF", file)] == ["file-not-gone"]
