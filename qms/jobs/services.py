"""Verbs on the book of jobs: take a lease, note how a job went, let go, and read it.

A lease says only who is doing a job, so that two workers do not do it at once. Every job may be
repeated without harm all the same: a worker whose lease ran out under it damages nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from qms.jobs.models import JobBook
from qms.jobs.names import NAMES, JobName

LEASE = timedelta(seconds=150)
"""How long a job is somebody's without a word from them."""
AT = "@"
"""Stands between a job's name and its node, where every node does the job for itself."""
LONGEST_FAILURE = 500
GONE = timedelta(days=1)
"""A node that said nothing for so long is there no more."""

IsDead = Callable[[str], bool]
"""Tells whether the worker of this name is known to have ended."""


@dataclass(frozen=True)
class Outcome:
    """How the last turn of a job went in one worker."""

    run_at: datetime
    seconds: float
    failure: str = ""
    """What went wrong, in one line; empty when all was well."""
    organisation_id: str = ""
    """In which organisation it went wrong, where that is known."""


@dataclass(frozen=True)
class Claim:
    """A worker that asks for jobs at a moment."""

    holder: str
    at: datetime
    is_dead: IsDead = lambda _holder: False

    @property
    def until(self) -> datetime:
        """When the lease ends that is taken now."""
        return self.at + LEASE


def take(book: JobBook, names: Iterable[str], claim: Claim) -> frozenset[str]:
    """Take or keep every job that is free, ours, run out or a dead worker's; give what we have."""
    entries, taken = dict(book.entries), set()
    for name in names:
        entry = entries.get(name, {})
        if _is_free(entry, claim):
            entries[name] = {**entry, "holder": claim.holder, "until": claim.until.isoformat()}
            taken.add(name)
    if taken:
        book.entries = entries
        book.seen_at = claim.at.isoformat()
    return frozenset(taken)


def takeable(book: JobBook, names: Iterable[str], claim: Claim) -> bool:
    """Tell whether a job of another worker could be had now; reads only."""
    return any(
        book.entries.get(name, {}).get("holder") != claim.holder
        and _is_free(book.entries.get(name, {}), claim)
        for name in names
    )


def _is_free(entry: Mapping[str, Any], claim: Claim) -> bool:
    holder = entry.get("holder") or ""
    if holder in {"", claim.holder} or claim.is_dead(holder):
        return True
    left = datetime.fromisoformat(entry["until"]) - claim.at
    # A lease from a clock that went ahead must not last longer than a lease does.
    return left <= timedelta(0) or left > 2 * LEASE


def note(book: JobBook, key: str, outcome: Outcome) -> None:
    """Write down how a job went, unless a later turn stands there; failing has a beginning."""
    entry = dict(book.entries.get(key, {}))
    moment = outcome.run_at.isoformat()
    if moment <= (entry.get("run_at") or ""):
        return
    entry |= {"run_at": moment, "seconds": round(outcome.seconds, 3)}
    if outcome.failure:
        entry |= {
            "failed_at": moment,
            "failing_since": entry.get("failing_since") or moment,
            "failure": outcome.failure[:LONGEST_FAILURE],
            "failed_in": outcome.organisation_id,
        }
    else:
        entry |= {"good_at": moment, "failing_since": ""}
    book.entries = {**book.entries, key: entry}


def let_go(book: JobBook, holder: str) -> None:
    """Free every job of a worker that ends, so that the next one need not wait."""
    book.entries = {
        name: {**entry, "holder": "", "until": ""} if entry.get("holder") == holder else entry
        for name, entry in book.entries.items()
    }


def forget_gone(book: JobBook, at: datetime) -> None:
    """Forget the nodes of which nothing was heard for a day."""
    gone = (at - GONE).isoformat()
    kept = {
        key: entry
        for key, entry in book.entries.items()
        if AT not in key or (entry.get("run_at") or "") > gone
    }
    if len(kept) != len(book.entries):
        book.entries = kept


def key_of(job: JobName, node: str) -> str:
    """Give the key under which a job is noted."""
    return f"{job.name}{AT}{node}" if job.on_each_node else job.name


@dataclass(frozen=True)
class Record:
    """How a job stands, as the book has it."""

    job: JobName
    node: str
    """The node, where every node does the job for itself."""
    holder: str
    run_at: datetime | None
    seconds: float
    good_at: datetime | None
    failed_at: datetime | None
    failing_since: datetime | None
    """Since when no turn went well."""
    failure: str
    failed_in: str

    @property
    def is_failing(self) -> bool:
        """Tell whether the last turn failed."""
        return self.failing_since is not None


def records(book: JobBook | None) -> list[Record]:
    """List every job, those of each node once for each; also jobs that never ran."""
    entries = {} if book is None else book.entries
    found = []
    for job in NAMES:
        if job.on_each_node:
            keys = sorted(key for key in entries if key.startswith(job.name + AT)) or [job.name]
        else:
            keys = [job.name]
        found += [_record(job, key, entries.get(key, {})) for key in keys]
    return found


def _record(job: JobName, key: str, entry: Mapping[str, Any]) -> Record:
    def moment(name: str) -> datetime | None:
        text = entry.get(name)
        return datetime.fromisoformat(text) if text else None

    return Record(
        job=job,
        node=key.partition(AT)[2],
        holder=entry.get("holder") or "",
        run_at=moment("run_at"),
        seconds=float(entry.get("seconds") or 0),
        good_at=moment("good_at"),
        failed_at=moment("failed_at"),
        failing_since=moment("failing_since"),
        failure=entry.get("failure") or "",
        failed_in=entry.get("failed_in") or "",
    )


def seen_at(book: JobBook | None) -> datetime | None:
    """Give the last sign of life of any worker, or None."""
    return datetime.fromisoformat(book.seen_at) if book is not None and book.seen_at else None
