"""A list while it is taken in: its plain data beside it, and its plan in short transactions."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable
from typing import Any

from ZODB.POSException import ConflictError

from qms.content.models import BlobFile

__all__ = ["carry_out", "packed", "unpacked"]

log = logging.getLogger("qms.sheets")
JSON = "application/json"


def packed(data: Any, filename: str) -> BlobFile:
    """Keep plain data as a file of JSON, outside of the objects that every request loads."""
    return BlobFile(json.dumps(data, ensure_ascii=False).encode(), filename, JSON)


def unpacked(file: BlobFile | None) -> Any:
    """Give the plain data of such a file; of none, an empty list."""
    return [] if file is None else json.loads(file.read())


def carry_out(
    step: Callable[[int], bool],
    pass_over: Callable[[], str],
    *,
    most: int,
    commit: Callable[[], None],
    abort: Callable[[], None],
) -> None:
    """Repeat ``step`` until it says that nothing is left, each time in a transaction of its own.

    ``step`` is told how many lines of the plan it may do, ``most`` as a rule. When it fails for an
    unforeseen reason, lines follow one by one, and ``pass_over`` notes the one that fails and gives
    its name for the log. A conflict means that somebody else carries it on, and is the caller's to
    hear of. ``commit`` and ``abort`` begin a new transaction.
    """
    more, now = True, most
    while more:
        try:
            more = step(now)
            commit()
            now = most
        except ConflictError:
            abort()
            raise
        except Exception:
            abort()
            if now > 1:
                now = 1
                continue
            log.exception("passed over: %s", pass_over())
            commit()
            now, more = most, True
