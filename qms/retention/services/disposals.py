"""Eliminations up to their approval: proposed, announced, objected to, and signed by another.

ISO 9001 7.5.3.2 d; the notice before the approval follows the organisation's profile.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from typing import Any

from qms.content.models import Organisation, numbers_of, organisation_of
from qms.documents.records import RecordKind
from qms.documents.wording import show_date
from qms.kernel.acts import Act
from qms.kernel.text import clean_line
from qms.profiles.api import profile_of
from qms.retention import clock, events, workflow
from qms.retention.errors import (
    LineUnknown,
    ListChanged,
    MediumMissing,
    NothingToList,
    NoticeRuns,
    NotThatFar,
    ObjectionMissing,
    ObjectionsOpen,
    ReasonMissing,
    SameHands,
)
from qms.retention.listing import DISPOSAL, Reckoning, Row, waiting
from qms.retention.models import Disposal, Retention
from qms.retention.services import holds
from qms.retention.services.lines import MOST, Live, digest_of, line_of, mark, uid_of
from qms.retention.services.rooms import act_data, day_of, retention_of

APPROVE = "Apruebo la eliminación de los registros de esta lista"
"""What the signature of an approval says."""


def due(
    organisation: Organisation,
    kinds: Mapping[str, RecordKind],
    today: date,
    *,
    series: str = "",
    most: int = MOST,
) -> list[Row]:
    """List what could be eliminated today: its days are over, nothing holds it, no list has it.

    Every record is looked at as it is now; what is under legal hold never appears.
    """
    room = retention_of(organisation)
    live = Live(organisation, kinds, Reckoning(organisation, room, today))
    held = holds.active(room)
    found = []
    for listed in waiting(organisation, DISPOSAL, today, series=series):
        row = live.row(listed.uid)
        if row is None or row.phase != clock.DUE or row.batch:
            continue
        if holds.held_by(organisation, kinds, held, row.uid, row.series) is not None:
            continue
        found.append(row)
        if len(found) >= most:
            break
    return found


def propose(
    organisation: Organisation,
    kinds: Mapping[str, RecordKind],
    *,
    series: str,
    reason: str,
    medium: str = "",
    act: Act,
) -> Disposal:
    """Make a list of what is due of one series; nothing happens to it before the approval."""
    if not clean_line(reason):
        raise ReasonMissing
    room = retention_of(organisation)
    rows = due(organisation, kinds, day_of(organisation, act), series=series)
    if not rows:
        raise NothingToList
    if any(row.disposition == clock.MEDIUM for row in rows) and not clean_line(medium):
        raise MediumMissing
    number = f"ELIM-{numbers_of(organisation).take('disposals')}"
    named = room["series"].get(series)
    title = named.title if named is not None else ""
    disposal = room["disposals"].add(number, Disposal(number, title))
    disposal.medium = clean_line(medium)
    room.pending.add(number)
    live = Live(organisation, kinds, Reckoning(organisation, room, day_of(organisation, act)))
    for place, row in enumerate(rows, start=1):
        disposal.lines[place] = line_of(row)
        mark(room, row.uid, batch=number)
        live.index(row.uid)
    disposal.take(act_data("proposed", act, reason=reason.strip(), series=series))
    room.guard.turn()
    facts = {"records": len(rows), "series": series, "reason": reason}
    act.notify(events.DisposalProposed(disposal, act, facts=facts))
    return disposal


def announce(disposal: Disposal, *, act: Act) -> None:
    """Let everybody read the list and object to it, for the profile's days of notice."""
    organisation = organisation_of(disposal)
    days = int(profile_of(organisation).retention["notice_days"])
    until = (day_of(organisation, act) + timedelta(days=days)).isoformat()
    disposal.take(act_data("announced", act, until=until))
    act.notify(events.DisposalAnnounced(disposal, act, facts={"until": until}))


def notice_over(disposal: Disposal, today: date) -> bool:
    """Tell whether the days of objections are over."""
    until = disposal.progress.until
    return bool(until) and today.isoformat() > until


def object_to(disposal: Disposal, *, text: str, lines: Iterable[int] = (), act: Act) -> None:
    """File an objection; ``lines`` name the records that should stay."""
    if not clean_line(text):
        raise ObjectionMissing
    named = sorted(set(lines))
    for line in named:
        if line not in disposal.lines:
            raise LineUnknown(line=line)
    disposal.take(act_data("objected", act, text=text.strip(), lines=named))
    facts = {"text": text, "lines": named}
    act.notify(events.DisposalObjected(disposal, act, facts=facts))


def answer(disposal: Disposal, objection: int, *, upheld: bool, text: str, act: Act) -> None:
    """Answer an objection; one that is upheld takes its records out of the list."""
    now = disposal.progress
    if objection not in now.waiting:
        raise NotThatFar(state=now.state)
    lines = list(now.objections[objection].get("lines") or ()) if upheld else []
    disposal.take(act_data("answered", act, objection=objection, upheld=upheld, text=text.strip()))
    facts = {"objection": objection + 1, "upheld": upheld, "text": text}
    act.notify(events.ObjectionAnswered(disposal, act, facts=facts))
    for line in lines:
        if line not in kept_lines(disposal):
            keep(disposal, line, for_ever=False, reason=text, act=act)


def keep(disposal: Disposal, line: int, *, for_ever: bool, reason: str, act: Act) -> None:
    """Take a record out of the list: selected to be kept for ever, or for another time."""
    if line not in disposal.lines:
        raise LineUnknown(line=line)
    disposal.take(act_data("kept", act, line=line, for_ever=for_ever, reason=reason.strip()))
    code = disposal.lines[line]["code"]
    facts = {"record": code, "for_ever": for_ever, "reason": reason}
    act.notify(events.RecordKept(disposal, act, facts=facts))


def kept_lines(disposal: Disposal) -> dict[int, Mapping[str, Any]]:
    """Give the lines that were taken out, with the act that did it."""
    return {act["line"]: act for act in disposal.acts if act["kind"] == "kept"}


def approval_record(disposal: Disposal) -> dict[str, Any]:
    """Write what an approval signs: the list, by its hash."""
    kept = kept_lines(disposal)
    return {
        "kind": "disposal-approved",
        "meaning": APPROVE,
        "disposal": disposal.number,
        "records": len(disposal.lines) - len(kept),
        "list_sha256": digest_of(disposal.lines, kept),
    }


def check_approval(disposal: Disposal, *, act: Act) -> None:
    """Refuse an approval that is too early, by the wrong hands, or over open objections."""
    organisation, now = organisation_of(disposal), disposal.progress
    if now.state != workflow.ANNOUNCED:
        raise NotThatFar(state=now.state)
    if act.person_id == now.proposed_by:
        raise SameHands
    if not notice_over(disposal, day_of(organisation, act)):
        raise NoticeRuns(day=show_date(profile_of(organisation), now.until))
    if now.waiting:
        raise ObjectionsOpen(n=len(now.waiting))


def approve(disposal: Disposal, statement: Mapping[str, Any], *, act: Act) -> None:
    """Keep the signed approval; the list is what was signed, or nothing is approved."""
    check_approval(disposal, act=act)
    if statement["list_sha256"] != approval_record(disposal)["list_sha256"]:
        raise ListChanged
    own = {name: value for name, value in statement.items() if name not in ("kind", "by", "at")}
    disposal.take({**act_data("approved", act), **own, "statement": dict(statement)})
    facts = {"list_sha256": statement["list_sha256"], "records": statement["records"]}
    act.notify(events.DisposalApproved(disposal, act, facts=facts))


def withdraw(disposal: Disposal, kinds: Mapping[str, RecordKind], *, reason: str, act: Act) -> None:
    """Give the elimination up; its records can be listed again."""
    organisation = organisation_of(disposal)
    room = retention_of(organisation)
    disposal.take(act_data("withdrawn", act, reason=reason.strip()))
    release(room, disposal, Live(organisation, kinds, _reckoning(organisation, room, act)))
    act.notify(events.DisposalWithdrawn(disposal, act, facts={"reason": reason}))


def release(room: Retention, disposal: Disposal, live: Live) -> None:
    """Let go of every record that the list still holds; nothing is to be done there any more."""
    room.pending.discard(disposal.number)
    for line in disposal.lines.values():
        uid = uid_of(line)
        if (room.ledger.get(uid) or {}).get("batch") == disposal.number:
            mark(room, uid, batch="")
            live.index(uid)


def _reckoning(organisation: Any, room: Retention, act: Act) -> Reckoning:
    return Reckoning(organisation, room, day_of(organisation, act))
