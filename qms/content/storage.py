"""Opens the embedded database durably: ``qms-sqlite://FOLDER?options``, for web and command line.

RelStorage's own ``sqlite`` scheme forces ``synchronous=NORMAL``, with which a power cut may take
the last acknowledged commits along. Here SQLite syncs its log at every commit, and stored files
live in the same database and the same transaction, so neither can outlive the other
(``docs/decisions/0001-embedded-database.md``). Registered in ``setup.cfg`` among the
``zodburi.resolvers``, which ``pyramid_zodbconn`` and the command line ask alike.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

from relstorage.adapters.sqlite.adapter import Sqlite3Adapter
from relstorage.options import Options
from relstorage.storage import RelStorage
from relstorage.zodburi_resolver import RelStorageURIResolver, SqliteAdapterHelper

from qms.kernel.errors import Refused

SCHEME = "qms-sqlite"
DATABASE = "main.sqlite3"
"""File of the objects and of the stored files; RelStorage chooses the name."""
COUNTER = "oids.sqlite3"
"""File with the next free object id; made anew from the database when it is lost."""
CACHE = "blobs"
"""Folder with copies of stored files for reading; it may be deleted at any time."""
SYNC_EVERY_COMMIT = 2
"""SQLite's ``synchronous=FULL``."""
_OPTIONS = {
    "keep_history": "false",
    "shared_blob_dir": "false",
    "blob_cache_size": "1gb",
    "cache_local_mb": "50",
}
_CONNECTION = {"connection_pool_size": "20", "connection_cache_size": "20000"}


class BadAddress(Refused):
    """The database address ${uri} needs an absolute folder: qms-sqlite:///var/lib/qms/db."""


def embedded_uri(folder: Path) -> str:
    """Give the address of the embedded database in ``folder``, whatever its name holds."""
    return f"{SCHEME}://{folder.resolve()}?keep_history=false&connection_pool_size=20"


def is_embedded(uri: str) -> bool:
    """Tell whether the address names an embedded database."""
    return uri.startswith(f"{SCHEME}:")


def folder_of(uri: str) -> Path:
    """Give the folder of an embedded database; the path stands in the address as it is.

    Nothing is unquoted, so that ``%(here)s`` of a configuration file may hold any character;
    options begin at the last question mark.
    """
    return _split(uri)[0]


def _split(uri: str) -> tuple[Path, dict[str, str]]:
    rest = uri.removeprefix(f"{SCHEME}://")
    path, mark, query = rest.rpartition("?")
    if not mark or "=" not in query:
        path, query = rest, ""
    if not is_embedded(uri) or not path.startswith("/"):
        raise BadAddress(uri=uri)
    return Path(path), dict(parse_qsl(query))


def resolve(uri: str) -> tuple[Callable[[], RelStorage], dict[str, str]]:
    """Give zodburi the storage's maker and the options of ``ZODB.DB``."""
    folder, given = _split(uri)
    options = {**_OPTIONS, "blob_dir": str(folder / CACHE), **given}
    reader = RelStorageURIResolver(SqliteAdapterHelper())
    own, rest = reader.interpret_kwargs(options)

    def make() -> RelStorage:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        settings = Options(**own)
        adapter = Sqlite3Adapter(
            data_dir=str(folder), pragmas={"synchronous": SYNC_EVERY_COMMIT}, options=settings
        )
        _leave_nothing_behind(adapter.connmanager)
        storage = RelStorage(adapter=adapter, options=settings)
        _pass_every_id(adapter.oidallocator, folder)
        return storage

    return make, {**_CONNECTION, **rest}


def _leave_nothing_behind(connections: Any) -> None:
    """Let nothing of a refused transaction lie about for the next one.

    A transaction first lays its objects into a temporary table of its connection. Where it is
    refused because something that it relied on had changed, no lock is held yet, and RelStorage
    (4.3) takes that for having nothing to undo: the next transaction on the same connection would
    fail over those objects or, worse, store them.
    """

    def undo(connection: Any, cursor: Any) -> bool:
        if not connections.rollback_quietly(connection, cursor):
            return False
        try:
            for empty in connection.before_commit_functions if connection is not None else ():
                empty(connection, _rolling_back=True)
                connection.return_to_repeatable_read()
        except sqlite3.Error:
            connections.close(connection, cursor)
            return False
        return True

    connections.rollback_store_quietly = undo


def _pass_every_id(allocator: Any, folder: Path) -> None:
    """Start handing out object ids above every stored one.

    RelStorage keeps its counter in a file of its own that is never synced and that no backup has;
    a lost or lagging counter would hand out ids of objects that exist.
    """
    with closing(sqlite3.connect(folder / DATABASE, timeout=30)) as database:
        highest = database.execute("SELECT max(zoid) FROM object_state").fetchone()[0] or 0
    try:
        allocator.set_min_oid(None, highest)
    except sqlite3.DatabaseError:
        allocator.close()
        (folder / COUNTER).unlink()
        allocator.set_min_oid(None, highest)


def synchronous_of(database: Any) -> int | None:
    """Tell how an embedded ZODB database syncs (2: at every commit); None for any other."""
    adapter = getattr(database.storage, "_adapter", None)
    if not isinstance(adapter, Sqlite3Adapter):
        return None
    opened, cursor = adapter.connmanager.open_for_store()
    try:
        cursor.execute("PRAGMA synchronous")
        return int(cursor.fetchone()[0])
    finally:
        adapter.connmanager.close(opened, cursor)
