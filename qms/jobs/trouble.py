"""What an administrator has to hear of without asking: no worker, mails that stay, jobs that fail.

Read from the book alone, which is one small object: it is asked on every page of theirs.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from qms.jobs.models import JobBook, seen_book
from qms.jobs.services import Record, records, seen_at

SILENT = timedelta(minutes=10)
"""A worker that said nothing for so long does not run."""
MAIL_STAYS = timedelta(days=1)
"""A mail that has waited for so long needs somebody (fault 18)."""
FAILING = timedelta(hours=1)
"""A job that has failed for so long needs somebody."""
SILENCE, MAILS, JOB = "worker-silent", "mails-stay", "job-failing"


@dataclass(frozen=True)
class Trouble:
    """One thing that needs an administrator."""

    kind: str
    """One of SILENCE, MAILS, JOB."""
    since: datetime | None
    count: int = 0
    record: Record | None = None


def troubles(site: Any, organisation_id: str | None, at: datetime) -> list[Trouble]:
    """List what is wrong with the worker, for one organisation or (None) for all."""
    book, found = seen_book(site), []
    seen = seen_at(book)
    if seen is None:
        since = _unsent_since(site)
        if since is not None and at - since > SILENT:
            found.append(Trouble(SILENCE, None))
    elif at - seen > SILENT:
        found.append(Trouble(SILENCE, seen))
    for name, (count, oldest, _failed) in (book.mail if book is not None else {}).items():
        since = datetime.fromisoformat(oldest) if oldest else None
        if organisation_id in {None, name} and since is not None and at - since > MAIL_STAYS:
            found.append(Trouble(MAILS, since, count))
    for record in _failing(book):
        since = record.failing_since
        if since is not None and at - since > FAILING and concerns(record, organisation_id):
            found.append(Trouble(JOB, since, record=record))
    return found


def concerns(record: Record, organisation_id: str | None) -> bool:
    """Tell whether a failure is of everybody or of this organisation; others hear nothing of it."""
    return organisation_id is None or record.failed_in in {"", organisation_id}


def _failing(book: JobBook | None) -> list[Record]:
    """List the jobs whose last turn failed; mostly none, which is seen without reading them all."""
    if book is None or not any(entry.get("failing_since") for entry in book.entries.values()):
        return []
    return [record for record in records(book) if record.failing_since is not None]


def _unsent_since(site: Any) -> datetime | None:
    """Give since when a first mail waits where no worker ever ran."""
    outbox = site.annexes.get("outbox")
    if outbox is None:
        return None
    firsts = (lane.due[lane.due.minKey()].queued_at for lane in outbox.lanes if lane.due)
    return min(firsts, default=None)
