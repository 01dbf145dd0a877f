"""Cases at the end of their retention: who asked and what was said go, number and dates stay.

What is kept are number, kind, channel, dates, the kinds of all acts with who did them, the clock's
rules, and the SHA-256 of everything that went (Ley 1581 de 2012: suppression once no duty to keep
is left). Whether a case may go is decided by retention, never here.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from qms.content.models import organisation_of
from qms.documents.records import Disposing, RecordRow
from qms.kernel.canonical import canonical_json
from qms.kernel.text import fold
from qms.people.moments import local_day
from qms.pqr import workflow
from qms.pqr.choices import choices_of
from qms.pqr.errors import NotThatFar
from qms.pqr.events import CaseContentDisposed
from qms.pqr.listing import Row, catalogue_of, index
from qms.pqr.models import CUSTOMER, Case
from qms.pqr.services import NAME

KIND = "case"
STAYS = frozenset(
    {
        "kind",
        "by",
        "at",
        "when",
        "case_kind",
        "rule",
        "queue",
        "owner",
        "until",
        "how",
        "ground",
        "calendar",
    }
)
"""What stays of an act as it was: who, when, and what state and clock follow from."""


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
    if case.state not in workflow.ENDED:
        raise NotThatFar(state=case.state)
    digest, size = _digest(case)
    facts = {"what": "content", "filename": f"{case.number}.json", "size": size}
    kept: list[dict[str, Any]] = [facts | {"sha256": digest, "kept": ""}]
    for file in case.files:
        own = {"what": "file", "filename": f"{case.number}-{len(kept)}", "size": file.size}
        kept.append(own | {"sha256": file.sha256, "kept": ""})
        file.dispose(how.record, how.day)
        # A file's name is often its owner's.
        file.filename = own["filename"]
    mark = f"Eliminado por acta {how.record}"
    case.text = mark
    case.customer = dict.fromkeys(CUSTOMER, "")
    case.proxy = None
    for place, act in enumerate(case.acts):
        case.acts[place] = {
            name: value if name in STAYS else _without_words(value, mark)
            for name, value in act.items()
        }
    vars(case.acts).pop("_v_progress", None)
    case.disposed = {
        "record": how.record,
        "day": how.day,
        "content_sha256": digest,
        "files": kept,
    }
    index(case)
    hashes = [one["sha256"] for one in kept]
    gone = {"record": how.record, "sha256": hashes}
    how.act.notify(CaseContentDisposed(case, how.act, facts=gone, due_before=case.due))
    return kept


def _without_words(value: Any, mark: str) -> Any:
    """Give a value with a mark for every word that somebody wrote."""
    if isinstance(value, str):
        return mark if value else value
    if isinstance(value, dict):
        return {name: _without_words(one, mark) for name, one in value.items()}
    if isinstance(value, list | tuple):
        return type(value)(_without_words(one, mark) for one in value)
    return value


def _digest(case: Case) -> tuple[str, int]:
    """Give hash and size of what is said in a case, as it was before."""
    plain = {
        "number": case.number,
        "text": case.text,
        "customer": dict(case.customer),
        "proxy": dict(case.proxy) if case.proxy else None,
        "acts": [dict(act) for act in case.acts],
        "organisation": organisation_of(case).id,
    }
    data = canonical_json(plain)
    return hashlib.sha256(data).hexdigest(), len(data)
