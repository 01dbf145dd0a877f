"""Examines what lies around the data: the database file, the secret, the disk, copies of files."""

from __future__ import annotations

import hashlib
import shutil
import sqlite3
import stat
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import closing
from pathlib import Path
from typing import Any

from relstorage.blobhelper.cached import CacheBlobHelper
from ZODB.serialize import referencesf
from ZODB.utils import get_pickle_metadata, u64, z64

from qms.content.storage import DATABASE, SYNC_EVERY_COMMIT, synchronous_of
from qms.kernel.settings import Settings
from qms.security.errors import BadSecretFile
from qms.security.secrets import secret_at
from qms.upgrade.archive import HOLD
from qms.upgrade.engine import check_ready
from qms.upgrade.errors import DatabaseIsNewer, UpgradePending
from qms.upgrade.findings import REPAIRED, WARNING, WRONG, Finding

LEAST_FREE = 1 << 30
"""Below so many free bytes the disk is spoken of."""
FILE_CLASS = ("qms.content.models", "BlobFile")


def check_migrations(site: Any) -> Iterator[Finding]:
    """Tell of migrations that have not run."""
    try:
        check_ready(site)
    except (UpgradePending, DatabaseIsNewer) as refused:
        yield Finding("migration-pending", "database", str(refused))


def check_secret(settings: Settings, *, repair: bool) -> Iterator[Finding]:
    """Check that the secret is whole and that nobody else may read it (D4-54)."""
    path = settings.secret_file
    if not path.exists():
        text = "there is none; restore it, or sealed keys stay closed"
        yield Finding("secret-missing", str(path), text)
        return
    if path.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO):
        if repair:
            path.chmod(0o600)
        level = REPAIRED if repair else WRONG
        yield Finding("secret-readable", str(path), "others can read the secret", level=level)
        if not repair:
            return
    try:
        secret_at(path)
    except BadSecretFile as refused:
        yield Finding("secret-damaged", str(path), str(refused))


def check_disk(settings: Settings) -> Iterator[Finding]:
    """Tell of a disk that fills up, and of held mails."""
    usage = shutil.disk_usage(settings.data_dir)
    if usage.free < LEAST_FREE:
        megabytes = usage.free // (1 << 20)
        yield Finding(
            "disk-full", str(settings.data_dir), f"only {megabytes} MB are free", level=WARNING
        )
    hold = settings.data_dir / HOLD
    if hold.exists():
        yield Finding("mail-held", str(hold), "no mail goes out while this is there", level=WARNING)


def check_folder(folder: Path) -> Iterator[Finding]:
    """Check the embedded database's folder and every page of its file."""
    if folder.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO):
        yield Finding("folder-readable", str(folder), "give it the mode 0700", level=WARNING)
    path = folder / DATABASE
    try:
        with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)) as database:
            rows = database.execute("PRAGMA integrity_check(5)").fetchall()
    except sqlite3.DatabaseError as error:
        rows = [(str(error),)]
    if rows != [("ok",)]:
        yield Finding("database-damaged", str(path), "; ".join(row[0] for row in rows))


def check_sync(database: Any) -> Iterator[Finding]:
    """Check that the embedded database syncs every commit."""
    if synchronous_of(database) not in {None, SYNC_EVERY_COMMIT}:
        text = "a power cut can lose acknowledged work; use the qms-sqlite scheme"
        yield Finding("not-durable", "database", text)


def records(database: Any) -> Iterator[tuple[int, bytes]]:
    """Give the present state of every object, without loading any."""
    storage = database.storage.new_instance()
    try:
        storage.poll_invalidations()
        cookie: Any = None
        while True:
            oid, _tid, data, cookie = storage.record_iternext(cookie)
            yield u64(oid), bytes(data)
            if cookie is None:
                return
    finally:
        storage.release()


def check_references(
    found: Iterable[tuple[int, bytes]], watch: Callable[[], object]
) -> Iterator[Finding]:
    """Check that every object that another one refers to is there."""
    here: set[int] = set()
    wanted: dict[int, int] = {}
    for oid, data in found:
        here.add(oid)
        for reference in referencesf(data):
            wanted.setdefault(u64(reference), oid)
        watch()
    if u64(z64) not in here:
        yield Finding("object-missing", "database", "the root object is not there")
    for oid, holder in sorted(wanted.items()):
        if oid not in here:
            text = f"object {oid:#x}, to which {holder:#x} refers, is not there"
            yield Finding("object-missing", "database", text)


def stored_file_ids(found: Iterable[tuple[int, bytes]]) -> Iterator[int]:
    """Give the ids of all stored files among the records, wherever in the tree they hang."""
    for oid, data in found:
        if get_pickle_metadata(data) == FILE_CLASS:
            yield oid


def blob_path(database: Any, blob: Any) -> Path:
    """Give the place of a stored file's copy, relative to the folder of copies."""
    helper = database.storage.blobhelper.fshelper
    blob._p_activate()
    return Path(helper.getBlobFilename(blob._p_oid, blob._p_serial)).relative_to(helper.base_dir)


def check_copy(path: Path, sha256: str, *, repair: bool) -> Iterator[Finding]:
    """Check a copy for reading, where files live in the database; a bad copy can be dropped."""
    if not path.exists():
        return
    with path.open("rb") as stream:
        if hashlib.file_digest(stream, "sha256").hexdigest() == sha256:
            return
    if repair:
        path.unlink()
    level = REPAIRED if repair else WRONG
    yield Finding("copy-altered", str(path), "the copy for reading is damaged", level=level)


def copies_of(database: Any) -> Path | None:
    """Give the folder of copies for reading, where files live in the database; else None."""
    helper = getattr(database.storage, "blobhelper", None)
    # In any other arrangement the folder holds the files themselves.
    return Path(helper.fshelper.base_dir) if isinstance(helper, CacheBlobHelper) else None


def forget_copies(copies: Path | None, words: Path, gone: Mapping[str, int]) -> int:
    """Delete this machine's copies of eliminated files, and the words read from them.

    ``gone`` gives sizes by SHA-256. Gives how many were deleted; repeating it changes nothing.
    """
    found = [path for path in (words / f"{sha256}.txt" for sha256 in gone) if path.exists()]
    sizes = set(gone.values())
    for path in copies.rglob("*") if copies is not None and copies.exists() else ():
        if not path.is_file() or path.stat().st_size not in sizes:
            continue
        with path.open("rb") as stream:
            if hashlib.file_digest(stream, "sha256").hexdigest() in gone:
                found.append(path)
    for path in found:
        path.unlink(missing_ok=True)
    return len(found)
