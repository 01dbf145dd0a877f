"""Lists of transfer: from the office's archive to the central one, and to the historical one."""

from __future__ import annotations

from collections.abc import Mapping

from qms.content.models import Organisation, numbers_of, organisation_of
from qms.documents.records import RecordKind
from qms.kernel.acts import Act
from qms.kernel.text import clean_line
from qms.retention import clock, events
from qms.retention.errors import NothingToList, OwnTransfer, ReasonMissing
from qms.retention.listing import SECONDARY, TRANSFER, Reckoning, waiting
from qms.retention.models import Transfer
from qms.retention.services.lines import MOST, Live, line_of, mark, uid_of
from qms.retention.services.rooms import act_data, day_of, retention_of


def send(
    organisation: Organisation,
    kinds: Mapping[str, RecordKind],
    *,
    series: str = "",
    secondary: bool = False,
    note: str = "",
    act: Act,
) -> Transfer:
    """Make the list of what is due today, of one series or of all; each record is looked at."""
    room, today = retention_of(organisation), day_of(organisation, act)
    live = Live(organisation, kinds, Reckoning(organisation, room, today))
    what = SECONDARY if secondary else TRANSFER
    wanted = clock.FOR_EVER if secondary else clock.TRANSFER
    listed = waiting(organisation, what, today, series=series, most=MOST)
    rows = [row for row in (live.row(one.uid) for one in listed) if row and row.phase == wanted]
    rows = [row for row in rows if not row.batch]
    if not rows:
        raise NothingToList
    count = numbers_of(organisation).take("secondary transfers" if secondary else "transfers")
    number = f"{'TRS' if secondary else 'TRP'}-{count}"
    named = room["series"].get(series) if series else None
    title = named.title if named is not None else ""
    transfer = room["transfers"].add(number, Transfer(number, title, secondary=secondary))
    room.pending.add(number)
    for place, row in enumerate(rows, start=1):
        transfer.lines[place] = line_of(row)
        mark(room, row.uid, listed=number)
        live.index(row.uid)
    transfer.take(act_data("sent", act, note=note.strip()))
    act.notify(events.TransferSent(transfer, act, facts={"records": len(rows), "series": series}))
    return transfer


def receive(
    transfer: Transfer, kinds: Mapping[str, RecordKind], *, place: str, note: str = "", act: Act
) -> None:
    """Note who received the list, and where the records are from now on."""
    if transfer.acts[0]["by"] == act.person_id:
        raise OwnTransfer
    if not clean_line(place):
        raise ReasonMissing
    organisation = organisation_of(transfer)
    room = retention_of(organisation)
    transfer.take(act_data("received", act, place=clean_line(place), note=note.strip()))
    room.pending.discard(transfer.number)
    live = Live(organisation, kinds, Reckoning(organisation, room, day_of(organisation, act)))
    fact = "archived" if transfer.secondary else "transferred"
    for line in transfer.lines.values():
        mark(room, uid_of(line), listed="", **{fact: transfer.number})
        live.index(uid_of(line))
    facts = {"records": len(transfer.lines), "place": clean_line(place)}
    act.notify(events.TransferTakenOver(transfer, act, facts=facts))
