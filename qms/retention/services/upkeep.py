"""What the worker does for retention: the list of records once a night, approved eliminations."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime, timedelta

from qms.content.models import Organisation
from qms.documents.records import RecordKind, rows_of
from qms.kernel.acts import Act
from qms.people.moments import local_day
from qms.retention.listing import Reckoning, put, sync
from qms.retention.models import Retention
from qms.retention.services.carrying import running, step
from qms.retention.services.rooms import NAME

EVERY = timedelta(hours=20)
"""So long after one comparison of the list with the records the next one is due."""
AT_ONCE = 50
"""So many documents of which something was closed are listed in one transaction."""


def keep_up(
    organisation: Organisation,
    kinds: Mapping[str, RecordKind],
    *,
    act: Act,
    commit: Callable[[], None],
    tidy: Callable[[], object] = lambda: None,
) -> dict[str, int]:
    """List what was closed, carry approved eliminations on, and compare the list once a night.

    Repeating it changes nothing more. Gives hash and size of what was eliminated, until it is told
    by :func:`forgotten` that no copy of that is left.
    """
    room = organisation.get(NAME)
    if room is None:
        return {}
    _list_closed(organisation, room, act=act, commit=commit)
    for disposal in list(running(organisation)):
        while not step(disposal, kinds, act=act):
            commit()
        commit()
    known = room.counted_on
    if not known or act.at - datetime.fromisoformat(known) >= EVERY:
        sync(organisation, room, kinds, at=act.at, tidy=tidy, commit=commit)
        commit()
    return dict(room.gone)


def _list_closed(
    organisation: Organisation, room: Retention, *, act: Act, commit: Callable[[], None]
) -> None:
    """List the versions of the documents that were noted, some documents per transaction."""
    closed = room.closed
    if not closed:
        return
    reckoning = Reckoning(organisation, room, local_day(organisation, act.at))
    for place, uid in enumerate(list(closed), 1):
        document = organisation["documents"].get(uid)
        for record in rows_of(document) if document is not None else ():
            put(organisation, reckoning.row(record))
        closed.remove(uid)
        if not place % AT_ONCE:
            commit()
    commit()


def forgotten(organisation: Organisation, hashes: Iterable[str]) -> None:
    """Note that the copies of these eliminated files are deleted."""
    room = organisation.get(NAME)
    for one in hashes if room is not None else ():
        room.gone.pop(one, None)
