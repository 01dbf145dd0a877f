"""What the worker does for retention: the list of records once a night, approved eliminations."""

from __future__ import annotations

from collections.abc import Callable, Mapping
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
) -> None:
    """Carry approved eliminations on, some records per transaction, and compare the list.

    Repeating it changes nothing more.
    """
    room = organisation.get(NAME)
    if room is None:
        return
    for disposal in list(running(organisation)):
        while not step(disposal, kinds, act=act):
            commit()
        commit()
    known = room.counted_on
    if not known or act.at - datetime.fromisoformat(known) >= EVERY:
        sync(organisation, room, kinds, at=act.at, tidy=tidy)
        commit()
