"""A backup holds everything or is refused before anything is touched (faults 21, 22)."""

from __future__ import annotations

import json
import random
import sqlite3
import subprocess
import sys
import zipfile
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest

from qms.cli.place import Place, data_values
from qms.content.storage import DATABASE
from qms.upgrade.archive import HOLD, MANIFEST, restore, verify_archive, write_backup
from qms.upgrade.errors import BackupDamaged, BackupFailed, TargetNotEmpty

NOON = datetime(2026, 11, 22, 17, tzinfo=UTC)


def quiet(_size):
    """Watch nothing."""


def backup(folder: Path, target: Path, *, with_secret: bool = True) -> Path:
    secret = folder / "secret" if with_secret else None
    write_backup(
        folder / "db" / DATABASE, target, secret=secret, at=NOON, release="0.1", watch=quiet
    )
    return target


def contents(folder: Path) -> dict:
    """Read every document and every file's hash through the product."""
    place = Place(data_values(folder))
    try:
        with place.reading() as site:
            return {
                (document.code, version.label, version.state): version.rendition
                and (version.rendition.is_intact(), version.rendition.sha256)
                for organisation in site.values()
                for document in organisation["documents"].values()
                for version in document.versions
            }
    finally:
        place.close()


def rewritten(source: Path, target: Path, change) -> Path:
    """Copy an archive, passing its members through ``change`` (a dict of bytes)."""
    with zipfile.ZipFile(source) as old:
        members = {name: old.read(name) for name in old.namelist()}
    with zipfile.ZipFile(target, "w") as new:
        for name, data in change(members).items():
            new.writestr(name, data)
    return target


def test_a_restored_backup_holds_the_same_documents_and_files(folder: Path, tmp_path: Path):
    before = contents(folder)
    assert any(before.values())
    backup(folder, tmp_path / "b.qms")
    facts = restore(tmp_path / "b.qms", tmp_path / "elsewhere" / "data", secret=None, watch=quiet)
    assert contents(tmp_path / "elsewhere" / "data") == before
    assert facts.taken_at == NOON
    assert facts.has_secret
    assert (tmp_path / "elsewhere" / "data" / "secret").read_bytes() == (
        folder / "secret"
    ).read_bytes()


def test_backup_and_restored_folder_are_for_their_owner_only(folder: Path, tmp_path: Path):
    backup(folder, tmp_path / "b.qms")
    restore(tmp_path / "b.qms", tmp_path / "data2", secret=None, watch=quiet)
    assert (tmp_path / "b.qms").stat().st_mode & 0o077 == 0
    for path in [tmp_path / "data2", *(tmp_path / "data2").rglob("*")]:
        assert path.stat().st_mode & 0o077 == 0, path


def test_a_restored_system_holds_its_mails_back(folder: Path, tmp_path: Path):
    backup(folder, tmp_path / "b.qms")
    restore(tmp_path / "b.qms", tmp_path / "data2", secret=None, watch=quiet)
    assert (tmp_path / "data2" / HOLD).exists()


WRITER = """
import sys, time
from pathlib import Path
from qms.cli.place import Place, data_values
place = Place(data_values(Path(sys.argv[1])))
for number in range(100000):
    with place.writing() as work:
        # Two objects that must agree in every snapshot, and one new one.
        work.site.annexes["left"] = number
        next(iter(work.site.values())).annexes["right"] = number
        work.site.annexes.setdefault("row", None)
    if number == 5:
        print("writing", flush=True)
"""


def test_a_backup_taken_under_load_is_one_moment(folder: Path, tmp_path: Path):
    writer = subprocess.Popen(
        [sys.executable, "-W", "ignore", "-c", WRITER, str(folder)], stdout=subprocess.PIPE
    )
    try:
        assert writer.stdout.readline() == b"writing\n"
        seen = []
        for number in range(3):
            backup(folder, tmp_path / f"{number}.qms")
            restore(tmp_path / f"{number}.qms", tmp_path / str(number), secret=None, watch=quiet)
    finally:
        writer.kill()
        writer.communicate()
    for number in range(3):
        place = Place(data_values(tmp_path / str(number)))
        with place.reading() as site:
            right = next(iter(site.values())).annexes["right"]
            assert site.annexes["left"] == right
            seen.append(right)
        place.close()
    assert seen == sorted(seen)
    assert seen[-1] > seen[0], "nothing was written meanwhile"


def test_new_objects_after_a_restore_take_no_id_that_is_in_use(folder: Path, tmp_path: Path):
    backup(folder, tmp_path / "b.qms")
    target = tmp_path / "data2"
    restore(tmp_path / "b.qms", target, secret=None, watch=quiet)
    with closing(sqlite3.connect(target / "db" / DATABASE)) as database:
        used = {row[0] for row in database.execute("SELECT zoid FROM object_state")}
    place = Place(data_values(target))
    storage = place.database.storage
    fresh = {int.from_bytes(storage.new_oid(), "big") for _ in range(50)}
    place.close()
    assert not fresh & used


@pytest.mark.parametrize("seed", range(12))
def test_one_flipped_bit_anywhere_and_nothing_is_touched(folder: Path, tmp_path: Path, seed: int):
    path = backup(folder, tmp_path / "b.qms")
    data = bytearray(path.read_bytes())
    place = random.Random(seed).randrange(len(data))
    data[place] ^= 1 << seed % 8
    path.write_bytes(data)
    target = tmp_path / "data2"
    try:
        restore(path, target, secret=None, watch=quiet)
    except BackupDamaged:
        assert not target.exists()
        assert [one.name for one in tmp_path.iterdir() if one.name.startswith(".data2")] == []
    else:
        # Bits of a zip that say nothing (dates of members) may differ; the contents may not.
        assert contents(target) == contents(folder)


@pytest.mark.parametrize("keep", [0, 1, 100, -1, -1000])
def test_a_cut_off_backup_is_refused(folder: Path, tmp_path: Path, keep: int):
    path = backup(folder, tmp_path / "b.qms")
    path.write_bytes(path.read_bytes()[:keep])
    with pytest.raises(BackupDamaged):
        restore(path, tmp_path / "data2", secret=None, watch=quiet)
    assert not (tmp_path / "data2").exists()


def test_a_swapped_database_is_refused_before_anybody_reads_it(folder: Path, tmp_path: Path):
    def swap(members):
        return members | {DATABASE: members[DATABASE][:-1] + b"x"}

    path = rewritten(backup(folder, tmp_path / "b.qms"), tmp_path / "c.qms", swap)
    with pytest.raises(BackupDamaged, match="SHA-256"):
        restore(path, tmp_path / "data2", secret=None, watch=quiet)
    assert not (tmp_path / "data2").exists()


@pytest.mark.parametrize(
    "name", ["../evil", "/etc/evil", "db/../../evil", "..\\evil", "C:\\evil", "extra", "secret/x"]
)
def test_d4_38_a_member_with_another_name_is_refused_and_lands_nowhere(
    folder: Path, tmp_path: Path, name: str
):
    def add(members):
        manifest = json.loads(members[MANIFEST])
        empty = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
        manifest["members"][name] = {"size": 0, "sha256": empty}
        return members | {MANIFEST: json.dumps(manifest).encode(), name: b""}

    path = rewritten(backup(folder, tmp_path / "b.qms"), tmp_path / "c.qms", add)
    before = sorted(tmp_path.rglob("*"))
    with pytest.raises(BackupDamaged):
        restore(path, tmp_path / "data2", secret=None, watch=quiet)
    assert sorted(tmp_path.rglob("*")) == before


def test_d4_38_a_name_given_twice_is_refused(folder: Path, tmp_path: Path):
    path = backup(folder, tmp_path / "b.qms")
    with zipfile.ZipFile(path, "a") as archive, pytest.warns(UserWarning, match="Duplicate"):
        archive.writestr("secret", b"x" * 32)
    with pytest.raises(BackupDamaged):
        restore(path, tmp_path / "data2", secret=None, watch=quiet)


def test_d4_54_a_forged_pickle_with_a_wrong_hash_is_never_opened(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    def forge(members):
        return members | {DATABASE: b"cos\nsystem\n(S'touch /evil'\ntR."}

    path = rewritten(backup(folder, tmp_path / "b.qms"), tmp_path / "c.qms", forge)

    def opened(*_args, **_more):
        raise AssertionError("a database was opened")

    monkeypatch.setattr(sqlite3, "connect", opened)
    with pytest.raises(BackupDamaged):
        restore(path, tmp_path / "data2", secret=None, watch=quiet)


def test_a_folder_with_anything_in_it_is_not_restored_into(folder: Path, tmp_path: Path):
    path = backup(folder, tmp_path / "b.qms")
    target = tmp_path / "data2"
    target.mkdir()
    (target / "mine").write_text("keep")
    with pytest.raises(TargetNotEmpty):
        restore(path, target, secret=None, watch=quiet)
    assert [one.name for one in target.iterdir()] == ["mine"]
    (target / "mine").unlink()
    restore(path, target, secret=None, watch=quiet)
    assert contents(target) == contents(folder)


def test_without_the_secret_the_restored_server_does_not_make_a_new_one(
    folder: Path, tmp_path: Path
):
    path = backup(folder, tmp_path / "b.qms", with_secret=False)
    assert "secret" not in verify_archive(path).members
    restore(path, tmp_path / "data2", secret=None, watch=quiet)
    assert (tmp_path / "data2" / "secret").read_bytes() == b""
    restore(path, tmp_path / "data3", secret=folder / "secret", watch=quiet)
    assert (tmp_path / "data3" / "secret").read_bytes() == (folder / "secret").read_bytes()


def test_a_backup_of_a_damaged_database_fails_and_leaves_no_file(folder: Path, tmp_path: Path):
    path = folder / "db" / DATABASE
    data = bytearray(path.read_bytes())
    data[4096 * 20 : 4096 * 60] = bytes(4096 * 40)
    path.write_bytes(data)
    with pytest.raises(BackupFailed, match="damaged"):
        backup(folder, tmp_path / "b.qms")
    assert sorted(one.name for one in tmp_path.iterdir()) == ["data"]


def test_a_backup_never_overwrites_another_one(folder: Path, tmp_path: Path):
    backup(folder, tmp_path / "b.qms")
    with pytest.raises(BackupFailed, match="exists"):
        backup(folder, tmp_path / "b.qms")


def test_fault_4_a_full_disk_ends_the_backup_without_a_file(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    def full(*_args, **_more):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(zipfile.ZipFile, "writestr", full)
    with pytest.raises(BackupFailed, match="No space left"):
        backup(folder, tmp_path / "b.qms")
    assert sorted(one.name for one in tmp_path.iterdir()) == ["data"]
