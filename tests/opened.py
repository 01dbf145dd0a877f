"""A database opened for one transaction of a test."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import transaction
from ZODB.Connection import Connection
from ZODB.DB import DB


@contextmanager
def opened(db: DB) -> Iterator[tuple[Connection, Any]]:
    """Give a connection and its transactions; what is done is committed at the end, or undone."""
    manager = transaction.TransactionManager(explicit=True)
    connection = db.open(manager)
    manager.begin()
    try:
        yield connection, manager
        manager.commit()
    except BaseException:
        manager.abort()
        raise
    finally:
        connection.close()
