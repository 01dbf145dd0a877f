"""Backups of the embedded database: one verified file, taken while the server runs.

The archive is a zip with ``manifest.json`` (size and SHA-256 of each member), the database with
the stored files in it, and the server's secret. Nothing of an archive is unpickled, and nothing
is written at the target, before every byte was compared with the manifest (D4-38, D4-54,
fault 22).
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import sqlite3
import tempfile
import zipfile
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, BinaryIO

from qms.content.storage import DATABASE
from qms.security.secrets import FILE_NAME as SECRET
from qms.upgrade.errors import BackupDamaged, BackupFailed, TargetNotEmpty

MANIFEST = "manifest.json"
FORMAT = "qms backup 1"
MEMBERS = frozenset({DATABASE, SECRET})
"""The only names that a backup may hold beside its manifest; a name never becomes a path."""
HOLD = "mail.hold"
"""File in the data folder that keeps mails from being sent until somebody deletes it."""
_BLOCK = 1 << 20
_MANIFEST_LIMIT = 1 << 20

Watch = Callable[[int], object]
"""Is told how many more bytes are done."""


@dataclass(frozen=True)
class Facts:
    """What a backup says of itself."""

    taken_at: datetime
    release: str
    objects: int
    files: int
    members: dict[str, dict[str, Any]]

    @property
    def has_secret(self) -> bool:
        """Tell whether the server's secret is in it."""
        return SECRET in self.members

    @property
    def size(self) -> int:
        """Bytes of all members together."""
        return sum(int(one["size"]) for one in self.members.values())


def write_backup(
    database: Path, target: Path, *, secret: Path | None, at: datetime, release: str, watch: Watch
) -> Facts:
    """Copy the database of a running server into ``target``, read it again, then name it so.

    The file appears under its name only when it was verified; raises BackupFailed otherwise.
    """
    if target.exists():
        raise BackupFailed(problem=f"{target} exists already")
    part = target.with_name(f".{target.name}.part")
    try:
        with tempfile.TemporaryDirectory(prefix=".qms-backup-", dir=target.parent) as room:
            copy = Path(room) / DATABASE
            _copy_database(database, copy)
            members = {DATABASE: copy} | ({} if secret is None else {SECRET: secret})
            counts = _inspect_database(copy)
            _write_archive(part, members, _manifest(members, counts, at, release), watch)
        facts = verify_archive(part, watch=watch)
        part.replace(target)
        _sync_folder(target.parent)
    except (OSError, sqlite3.Error, BackupDamaged) as error:
        raise BackupFailed(problem=str(error)) from error
    finally:
        part.unlink(missing_ok=True)
    return facts


def _copy_database(source: Path, target: Path) -> None:
    """Take one consistent snapshot through SQLite itself; writers go on meanwhile."""
    with (
        closing(sqlite3.connect(f"{source.absolute().as_uri()}?mode=ro", uri=True)) as live,
        closing(sqlite3.connect(target)) as copy,
    ):
        live.backup(copy)
        # The copy stands alone in one file: no log beside it that could be left behind.
        copy.execute("PRAGMA journal_mode = delete")
    target.chmod(0o600)


def _inspect_database(path: Path) -> dict[str, int]:
    """Let SQLite check every page and give the counts; raises BackupDamaged."""
    try:
        with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)) as database:
            verdict = database.execute("PRAGMA integrity_check(1)").fetchone()[0]
            if verdict != "ok":
                raise BackupDamaged(problem=f"the database is damaged ({verdict})")
            objects = database.execute("SELECT count(*) FROM object_state").fetchone()[0]
            files = database.execute("SELECT count(*) FROM blob_chunk").fetchone()[0]
    except sqlite3.DatabaseError as error:
        raise BackupDamaged(problem=f"the database is damaged ({error})") from error
    return {"objects": objects, "files": files}


def _manifest(
    members: dict[str, Path], counts: dict[str, int], at: datetime, release: str
) -> dict[str, Any]:
    described = {}
    for name, path in members.items():
        with path.open("rb") as stream:
            digest = hashlib.file_digest(stream, "sha256").hexdigest()
        described[name] = {"size": path.stat().st_size, "sha256": digest}
    return {
        "format": FORMAT,
        "taken_at": at.isoformat(),
        "release": release,
        **counts,
        "members": described,
    }


def _write_archive(
    part: Path, members: dict[str, Path], manifest: dict[str, Any], watch: Watch
) -> None:
    handle = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "wb") as stream:
        with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED, compresslevel=3) as archive:
            archive.writestr(MANIFEST, json.dumps(manifest, indent=2))
            for name, path in members.items():
                with path.open("rb") as source, archive.open(name, "w", force_zip64=True) as sink:
                    _copy(source, sink, watch)
        stream.flush()
        os.fsync(stream.fileno())


def _copy(source: Any, sink: Any, watch: Watch, limit: int | None = None) -> str:
    """Copy at most ``limit`` bytes and give their SHA-256; more of them is damage."""
    digest, size = hashlib.sha256(), 0
    for block in iter(lambda: source.read(_BLOCK), b""):
        size += len(block)
        if limit is not None and size > limit:
            raise BackupDamaged(problem="a member is longer than the manifest says")
        digest.update(block)
        if sink is not None:
            sink.write(block)
        watch(len(block))
    return digest.hexdigest()


def verify_archive(path: Path, *, watch: Watch = lambda _size: None) -> Facts:
    """Compare every byte of a backup with its manifest; raises BackupDamaged."""
    with _opened(path) as (archive, facts):
        for name in facts.members:
            _extract(archive, facts, name, None, watch)
    return facts


@contextmanager
def _opened(path: Path) -> Iterator[tuple[zipfile.ZipFile, Facts]]:
    try:
        with zipfile.ZipFile(path) as archive:
            yield archive, _facts_of(archive)
    except (OSError, zipfile.BadZipFile, EOFError, NotImplementedError) as error:
        raise BackupDamaged(problem=str(error)) from error
    except (ValueError, KeyError, TypeError, RuntimeError) as error:
        raise BackupDamaged(problem=f"its contents are not those of a backup ({error})") from error
    except Exception as error:  # zlib.error derives from Exception alone
        if type(error).__module__ != "zlib":
            raise
        raise BackupDamaged(problem=str(error)) from error


def _facts_of(archive: zipfile.ZipFile) -> Facts:
    names = [one.filename for one in archive.infolist()]
    if sorted(set(names)) != sorted(names):
        raise BackupDamaged(problem="a name occurs twice in it")
    if archive.getinfo(MANIFEST).file_size > _MANIFEST_LIMIT:
        raise BackupDamaged(problem="its manifest is too long")
    manifest = json.loads(archive.read(MANIFEST))
    if manifest["format"] != FORMAT:
        raise BackupDamaged(problem=f"its format is {manifest['format']!r}, not {FORMAT!r}")
    members = manifest["members"]
    if set(names) - {MANIFEST} != set(members) or not set(members) <= MEMBERS:
        raise BackupDamaged(problem="it does not hold what its manifest names")
    if DATABASE not in members:
        raise BackupDamaged(problem="it holds no database")
    return Facts(
        taken_at=datetime.fromisoformat(manifest["taken_at"]),
        release=str(manifest["release"]),
        objects=int(manifest["objects"]),
        files=int(manifest["files"]),
        members={
            str(name): {"size": int(one["size"]), "sha256": str(one["sha256"])}
            for name, one in members.items()
        },
    )


def _extract(
    archive: zipfile.ZipFile, facts: Facts, name: str, sink: BinaryIO | None, watch: Watch
) -> None:
    told = facts.members[name]
    with archive.open(name) as source:
        digest = _copy(source, sink, watch, limit=told["size"])
    if archive.getinfo(name).file_size != told["size"] or digest != told["sha256"]:
        raise BackupDamaged(problem=f"{name} does not match its SHA-256")


def restore(path: Path, target: Path, *, secret: Path | None, watch: Watch) -> Facts:
    """Make the data folder ``target`` from a backup; nothing appears there unless all is well.

    ``secret`` is the secret file to use where the backup holds none. Mails are held back by the
    file ``mail.hold`` until somebody deletes it, so that a drill on another machine sends none.
    """
    if target.exists() and (not target.is_dir() or any(target.iterdir())):
        raise TargetNotEmpty(place=target)
    target.parent.mkdir(parents=True, exist_ok=True)
    room = Path(tempfile.mkdtemp(prefix=f".{target.name}.restore-", dir=target.parent))
    try:
        with _opened(path) as (archive, facts):
            _need_room(facts, room)
            for name in facts.members:
                place = room / "db" / name if name == DATABASE else room / name
                place.parent.mkdir(mode=0o700, exist_ok=True)
                with _private(place) as sink:
                    _extract(archive, facts, name, sink, watch)
        if _inspect_database(room / "db" / DATABASE)["objects"] != facts.objects:
            raise BackupDamaged(problem="its database has another number of objects")
        if not facts.has_secret:
            with _private(room / SECRET) as sink:
                # Without the right secret an empty file: the server then refuses to start instead
                # of making a new secret that opens none of the sealed keys.
                sink.write(b"" if secret is None else secret.read_bytes())
        with _private(room / HOLD) as sink:
            sink.write(b"Restored from a backup. Delete this file to let mails go out.\n")
        for folder in (room / "db", room):
            _sync_folder(folder)
        room.replace(target)
        _sync_folder(target.parent)
    finally:
        shutil.rmtree(room, ignore_errors=True)
    return facts


def _need_room(facts: Facts, folder: Path) -> None:
    free = shutil.disk_usage(folder).free
    if free < facts.size * 1.1:
        raise BackupDamaged(problem=f"it needs {facts.size} bytes of disk, {free} are free")


@contextmanager
def _private(path: Path) -> Iterator[BinaryIO]:
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as stream:
        yield stream
        stream.flush()
        os.fsync(stream.fileno())


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
