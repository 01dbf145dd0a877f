"""Holds the catalogues of norms and citations against norms and documents; both can be remade."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from qms.norms import citing
from qms.norms.listing import ROOM, Row, all_rows, catalogue_of, put, row_of
from qms.norms.services import NAME

KEEP_LOADED = 500
"""So many documents are looked at before the memory of loaded ones is tidied."""


def differences(organisation: Any) -> Iterator[tuple[str, str]]:
    """Give ``(what, sentence)`` for each norm and document whose line says something else."""
    if NAME not in organisation:
        return
    kept = {row.uid: row for row in all_rows(organisation)}
    fresh: dict[str, Row] = {norm.uid: row_of(norm) for norm in organisation[NAME].values()}
    for uid in sorted({*kept, *fresh}):
        if kept.get(uid) != fresh.get(uid):
            name = (fresh.get(uid) or kept[uid]).name
            yield name, "the list of norms says something else than the norm"
    index = citing.citing_of(organisation)
    for number, document in enumerate(organisation["documents"].values(), 1):
        if not number % KEEP_LOADED:
            organisation._p_jar.cacheGC()
        version = document.in_force
        expected = None if version is None else citing.entry_of(document, version).row
        if index.row(document.uid) != expected:
            yield document.code, "the index of citations says something else than the document"


def mend(organisation: Any) -> int:
    """Make both anew and give the number of norms."""
    if NAME not in organisation:
        return 0
    organisation.annexes.pop(ROOM, None)
    catalogue_of(organisation)
    citing.rebuild(organisation)
    norms = list(organisation[NAME].values())
    for norm in norms:
        put(norm)
    return len(norms)
