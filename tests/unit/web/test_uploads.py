"""Uploads wait for their owner alone, in a private folder, for two hours."""

from __future__ import annotations

import io
import os
import time

import pytest

from qms.web.uploads import LIFETIME, UploadFolderError, Uploads


def store(folder, owner="lucia"):
    return Uploads(folder / "uploads", owner)


def keep(uploads, uid="A"):
    data = {
        "fp": io.BytesIO(b"hola"),
        "filename": "../a.pdf",
        "mimetype": "x",
        "size": -1,
        "uid": uid,
    }
    uploads[uid] = data
    assert uploads[uid] is data
    return data


def test_the_next_request_of_the_owner_finds_it(tmp_path):
    keep(store(tmp_path))
    found = store(tmp_path)["A"]
    assert found["fp"].read() == b"hola"
    assert found["size"] == 4
    found["fp"].close()


def test_nobody_else_finds_it(tmp_path):
    keep(store(tmp_path))
    other = store(tmp_path, "otra")
    assert "A" not in other
    with pytest.raises(KeyError):
        other["A"]


@pytest.mark.parametrize("uid", ["../../etc/passwd", "/etc/passwd", "\x00", "ñ" * 900, "\ud800"])
def test_no_id_leaves_the_folder(tmp_path, uid):
    uploads = store(tmp_path)
    assert uploads.get(uid) is None
    keep(uploads, uid)
    assert {path.parent for path in tmp_path.rglob("*.bytes")} == {tmp_path / "uploads"}


def test_what_is_stored_for_good_is_forgotten_here(tmp_path):
    uploads = store(tmp_path)
    keep(uploads)
    uploads.discard()
    assert not list((tmp_path / "uploads").iterdir())


def test_leftovers_go_after_two_hours(tmp_path):
    keep(store(tmp_path))
    past = time.time() - LIFETIME - 60
    for path in (tmp_path / "uploads").iterdir():
        os.utime(path, (past, past))
    assert "A" not in store(tmp_path)
    store(tmp_path).expire()
    assert not list((tmp_path / "uploads").iterdir())


def test_a_folder_that_others_may_enter_is_refused(tmp_path):
    (tmp_path / "uploads").mkdir(mode=0o755)
    (tmp_path / "uploads").chmod(0o755)
    with pytest.raises(UploadFolderError):
        store(tmp_path)
