"""Carrying an approved elimination out, some records per transaction, each looked at once more.

Repeating a step changes nothing: a line that was dealt with stays as it is. What is in use, under
legal hold, not due any more or without a closing date is left alone, and the record says so.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from qms.content.models import Organisation, organisation_of
from qms.documents.records import Disposing, RecordKind
from qms.documents.wording import show_date
from qms.kernel.acts import Act
from qms.profiles.api import profile_of
from qms.retention import clock, events, workflow
from qms.retention.errors import NotThatFar
from qms.retention.listing import Reckoning, Row
from qms.retention.models import Disposal
from qms.retention.services import holds
from qms.retention.services.disposals import kept_lines, release
from qms.retention.services.lines import Live, mark, uid_of
from qms.retention.services.rooms import NAME, act_data, day_of, retention_of

AT_ONCE = 25
"""So many records go in one transaction."""
ELIMINATED, KEPT, HELD = "eliminated", "kept", "held"
GONE, OPEN, NOT_DUE = "not-found", "in-use", "not-due"
OUTCOMES = (ELIMINATED, KEPT, HELD, GONE, OPEN, NOT_DUE)


def running(organisation: Organisation) -> Iterator[Disposal]:
    """Give the eliminations that are approved and not carried out to the end."""
    room = organisation.get(NAME)
    for number in list(room.pending) if room is not None else ():
        one = room["disposals"].get(number)
        if one is not None and one.state == workflow.APPROVED:
            yield one


def step(
    disposal: Disposal, kinds: Mapping[str, RecordKind], *, act: Act, most: int = AT_ONCE
) -> bool:
    """Deal with the next lines in this transaction; tells whether that was the last of them."""
    if disposal.state != workflow.APPROVED:
        raise NotThatFar(state=disposal.state)
    work = _Work(disposal, kinds, act)
    todo = [number for number in disposal.lines if number not in disposal.results][:most]
    for number in todo:
        disposal.results[number] = work.line(number)
    done = len(disposal.results) == len(disposal.lines)
    if not done:
        facts = {"dealt_with": len(disposal.results), "of": len(disposal.lines)}
        act.notify(events.DisposalStep(disposal, act, facts=facts))
        return False
    disposal.take(act_data("finished", act))
    release(work.room, disposal, work.live)
    act.notify(events.DisposalFinished(disposal, act, facts=dict(counts(disposal))))
    return True


def counts(disposal: Disposal) -> Counter[str]:
    """Count the lines by what became of them."""
    return Counter(result["outcome"] for result in disposal.results.values())


class _Work:
    """One step of one elimination."""

    def __init__(self, disposal: Disposal, kinds: Mapping[str, RecordKind], act: Act) -> None:
        self.disposal, self.kinds, self.act = disposal, kinds, act
        self.organisation = organisation_of(disposal)
        self.room = retention_of(self.organisation)
        # Written before anything is read: a hold of this moment makes one of the two wait.
        self.room.guard.turn()
        self.held = holds.active(self.room)
        self.kept = kept_lines(disposal)
        today = day_of(self.organisation, act)
        self.day = show_date(profile_of(self.organisation), today)
        self.live = Live(self.organisation, kinds, Reckoning(self.organisation, self.room, today))

    def line(self, number: int) -> dict[str, Any]:
        """Deal with one line, and give what is kept of it."""
        line = self.disposal.lines[number]
        uid = uid_of(line)
        row = self.live.row(uid)
        result = self._result(number, line, uid, row)
        mark(self.room, uid, batch="")
        self.live.index(uid)
        return {**result, "at": self.act.at.isoformat()}

    def _result(
        self, number: int, line: Mapping[str, Any], uid: str, row: Row | None
    ) -> dict[str, Any]:
        kept = self.kept.get(number)
        if kept is not None:
            if kept["for_ever"]:
                mark(self.room, uid, kept=self.disposal.number)
            return {"outcome": KEPT, "why": kept["reason"]}
        if row is None:
            return {"outcome": GONE}
        if row.disposed:
            return {"outcome": ELIMINATED, "before": row.disposed}
        hold = holds.held_by(self.organisation, self.kinds, self.held, uid, row.series)
        if hold is not None:
            return {"outcome": HELD, "hold": hold.number}
        if row.phase == clock.UNKNOWN:
            return {"outcome": OPEN}
        if row.phase != clock.DUE or row.disposition == clock.KEEP:
            return {"outcome": NOT_DUE}
        how = Disposing(self.disposal.number, self.day, self.act)
        files = self.kinds[line["kind"]].dispose(self.organisation, line["key"], how)
        self.room.gone.update({one["sha256"]: one["size"] for one in files if not one["kept"]})
        mark(self.room, uid, disposed=self.disposal.number)
        found = {"outcome": ELIMINATED, "files": files}
        return found | ({"medium": self.disposal.medium} if self.disposal.medium else {})
