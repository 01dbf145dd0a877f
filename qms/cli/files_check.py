"""Looks every night at all stored files, whatever room keeps them: each must be as it was stored.

ISO 9001 7.5.3.1 b and 7.5.3.2 b: a signed file that a disk altered has to be noticed while a
backup still holds it. ``qms doctor`` looks at far more; this runs without anybody asking.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Any

from qms.upgrade.findings import Finding
from qms.upgrade.health import check_file, files_of, where_is
from qms.upgrade.kept_files import kept_files

log = logging.getLogger("qms.worker")

EVERY = timedelta(hours=20)
"""So long after one look the next one is due."""
ROOM = "files.checked"
_MOST_NAMED = 5
_KEEP_LOADED = 200
"""After so many documents the connection lets go of what it holds beyond its size."""


class DamagedFiles(Exception):
    """Stored files are not what was stored."""


def check_files(
    organisation: Any, *, at: datetime, again: bool = False, tidy: Callable[[], None] = lambda: None
) -> list[str]:
    """Give a sentence for each damaged file; looks at the files once a night or ``again``.

    Files of versions are named by their version, all others by the thing that keeps them.
    What was found is remembered, so that a finding is not forgotten until the next look.
    """
    seen = organisation.annexes.get(ROOM)
    if seen is not None and not again and at - datetime.fromisoformat(seen["at"]) < EVERY:
        return list(seen["damaged"])
    damaged = [f"{one.where}: {one.text}" for one in _findings(organisation, tidy)]
    organisation.annexes[ROOM] = {"at": at.isoformat(), "damaged": damaged}
    return damaged


def _findings(organisation: Any, tidy: Callable[[], None]) -> Iterator[Finding]:
    for number, document in enumerate(organisation["documents"].values(), start=1):
        for version in document.versions:
            for what, file in files_of(version):
                yield from check_file(where_is(document, version), what, file)
        if number % _KEEP_LOADED == 0:
            tidy()
    for where, kept in kept_files(organisation, tidy):
        if kept is None:
            yield Finding("object-missing", where, "a part of it is not in the database")
        elif kept.disposed is None:
            yield from check_file(where, f"file «{kept.filename}»", kept)


def told(damaged: list[str]) -> DamagedFiles:
    """Give the failure that names the things whose files are damaged."""
    for one in damaged:
        log.error("%s", one)
    more = len(damaged) - _MOST_NAMED
    text = "; ".join(damaged[:_MOST_NAMED])
    return DamagedFiles(f"{text}; and {more} more" if more > 0 else text)
