"""Cases at the end of their retention: who asked and what was said go, number and dates stay.

What is kept are number, kind, channel, dates, the kinds of all acts with who did them, the clock's
rules, and the SHA-256 of everything that went (Ley 1581 de 2012: suppression once no duty to keep
is left). Whether a case may go is decided by retention, never here.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from qms.documents.records import Disposing, RecordRow
from qms.kernel.text import fold
from qms.people.moments import local_day
from qms.pqr import workflow
from qms.pqr.choices import choices_of
from qms.pqr.events import CaseContentDisposed
from qms.pqr.listing import Row, catalogue_of
from qms.pqr.models import CUSTOMER, Case
from qms.pqr.rights import Ground, pseudonymise
from qms.pqr.services import NAME

KIND = "case"


def records(organisation: Any) -> Iterator[RecordRow]:
    """Give every case that is closed, from the catalogue alone."""
    if NAME not in organisation:
        return
    filters = {"state": tuple(sorted(workflow.ENDED))}
    for values in catalogue_of(organisation).query(filters, order="received", limit=None).rows:
        row = Row(*values)
        if row.ended:
            yield _row(organisation, row.number, row.kind, row.ended)


def find(organisation: Any, key: str) -> RecordRow | None:
    """Give a case as it is now."""
    case = _case(organisation, key)
    if case is None:
        return None
    now = case.progress
    ended = now.ended_at if case.state in workflow.ENDED else None
    gone = "" if case.disposed is None else case.disposed["record"]
    return _row(organisation, case.number, now.kind, ended, case.process_id)._replace(disposed=gone)


def _case(organisation: Any, key: str) -> Case | None:
    return organisation[NAME].get(key) if NAME in organisation else None


def _row(
    organisation: Any, number: str, kind: str, ended: str | None, process: str = ""
) -> RecordRow:
    choices = choices_of(organisation)
    facts = choices.kinds.get(kind) or {}
    process = process or str(facts.get("process") or "")
    traits = [f"case-kind:{kind}"]
    traits += [f"case-lane:{facts['lane']}"] if facts.get("lane") else []
    traits += [f"process:{process}"] if process else []
    closed = local_day(organisation, datetime.fromisoformat(ended)).isoformat() if ended else ""
    return RecordRow(
        kind=KIND,
        key=number,
        code=number,
        title=choices.name("kinds", kind),
        traits=(*traits, "cases:all"),
        open=not ended,
        closed_on=closed,
        whole_on=closed,
        path=f"{NAME}/{number}/",
    )


def scopes(organisation: Any, key: str) -> frozenset[str]:
    """Name the case, its process and whoever asked, by what they may be known by."""
    case = _case(organisation, key)
    if case is None:
        return frozenset()
    found = {f"case:{case.number}"}
    if case.process_id:
        found.add(f"process:{case.process_id}")
    for who in (case.customer, case.proxy or {}):
        known = (fold(str(who.get(name) or "")).replace(" ", "") for name in CUSTOMER)
        found.update(f"customer:{one}" for one in known if one)
    return frozenset(found)


def dispose(organisation: Any, key: str, how: Disposing) -> list[dict[str, Any]]:
    """Take customer, words and files out of a closed case; repeating it changes nothing."""
    case = _case(organisation, key)
    if case is None:
        return []
    if case.disposed is not None:
        return list(case.disposed["files"])
    ground = Ground(how.record, how.day, f"Eliminado por acta {how.record}")
    kept = pseudonymise(case, ground=ground, act=how.act)
    hashes = [one["sha256"] for one in kept]
    gone = {"record": how.record, "sha256": hashes}
    how.act.notify(CaseContentDisposed(case, how.act, facts=gone, due_before=case.due))
    return kept
