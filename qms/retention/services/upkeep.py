"""What the worker does for retention: the list of records once a night, approved eliminations."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime, timedelta

from qms.content.models import Organisation
from qms.documents.records import RecordKind
from qms.kernel.acts import Act
from qms.retention.listing import sync
from qms.retention.services.carrying import running, step
from qms.retention.services.rooms import NAME

EVERY = timedelta(hours=20)
"""So long after one comparison of the list with the records the next one is due."""


def keep_up(
    organisation: Organisation,
    kinds: Mapping[str, RecordKind],
    *,
    act: Act,
    commit: Callable[[], None],
    tidy: Callable[[], object] = lambda: None,
) -> dict[str, int]:
    """Carry approved eliminations on, some records per transaction, and compare the list.

    Repeating it changes nothing more. Gives hash and size of what was eliminated, until it is told
    by :func:`forgotten` that no copy of that is left.
    """
    room = organisation.get(NAME)
    if room is None:
        return {}
    for disposal in list(running(organisation)):
        while not step(disposal, kinds, act=act):
            commit()
        commit()
    known = room.counted_on
    if not known or act.at - datetime.fromisoformat(known) >= EVERY:
        sync(organisation, room, kinds, at=act.at, tidy=tidy, commit=commit)
        commit()
    return dict(room.gone)


def forgotten(organisation: Organisation, hashes: Iterable[str]) -> None:
    """Note that the copies of these eliminated files are deleted."""
    room = organisation.get(NAME)
    for one in hashes if room is not None else ():
        room.gone.pop(one, None)
