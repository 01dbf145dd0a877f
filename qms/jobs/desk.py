"""One worker's desk: which jobs are its own now, how they went, and the word of it to the book.

Asking «is it mine?» reads nothing: the lease is known here until it ends. The book is written once
a minute, and sooner only when there is news, so that a house in which nothing happens hardly grows.
"""

from __future__ import annotations

import fcntl
import hashlib
import logging
import platform
import secrets
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Protocol, TextIO

from ZODB.POSException import ConflictError

from qms.jobs.models import book_of, seen_book
from qms.jobs.names import JobName
from qms.jobs.services import (
    LEASE,
    Claim,
    Outcome,
    forget_gone,
    key_of,
    let_go,
    note,
    take,
    takeable,
)
from qms.kernel import clock
from qms.notices.services import backlogs

log = logging.getLogger("qms.worker")

BEAT = timedelta(seconds=60)
"""Time between two words to the book."""
LOOK = timedelta(seconds=5)
"""Time between two looks for jobs that another worker left."""
NEWS = timedelta(seconds=10)
"""News wait so long for more news."""
STUCK = timedelta(minutes=30)
"""A lane that has been at one job for longer keeps no lease: another worker may try."""
COUNT = timedelta(minutes=5)
"""Time between two counts of waiting mails."""


class Work(Protocol):
    """An open site, as the command line gives it."""

    site: Any


Open = Callable[[], AbstractContextManager[Work]]
"""Opens the site for one transaction."""


def node_of(data_dir: Path) -> str:
    """Name this node: the machine and the folder of its data."""
    place = hashlib.sha256(str(data_dir.resolve()).encode()).hexdigest()[:6]
    return f"{platform.node() or 'node'}-{place}"


class Desk:
    """What one worker knows of its jobs; its threads share it."""

    def __init__(self, opened: Open, data_dir: Path, jobs: Sequence[JobName]) -> None:
        """Sit down; nothing is taken yet."""
        self._opened = opened
        self._folder = data_dir / "worker"
        self.node = node_of(data_dir)
        self.holder = f"{self.node}/{secrets.token_hex(4)}"
        self._jobs = {job.name: job for job in jobs}
        self._lock = threading.Lock()
        self._until: dict[str, datetime] = {}
        self._outcomes: dict[str, Outcome] = {}
        self._failing: set[str] = set()
        self._busy: dict[str, tuple[str, float]] = {}
        self._news = True
        self._written: datetime | None = None
        self._looked: datetime | None = None
        self._counted: datetime | None = None
        self._alive: TextIO | None = None

    @property
    def shared(self) -> list[str]:
        """The names of the jobs that one worker of the site does for all."""
        return [job.name for job in self._jobs.values() if not job.on_each_node]

    def sit_down(self) -> None:
        """Show this node's other workers that we live: a lock that goes with the process."""
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._sweep()
        self._alive = self._lock_file(self.holder).open("w")
        fcntl.flock(self._alive, fcntl.LOCK_EX)

    def get_up(self) -> None:
        """Let go of every job, so that the next worker need not wait for the leases to end."""
        try:
            with self._opened() as work:
                if (book := seen_book(work.site)) is not None:
                    let_go(book, self.holder)
        except Exception:
            log.exception("the jobs could not be let go; their leases will run out")
        if self._alive is not None:
            self._lock_file(self.holder).unlink(missing_ok=True)
            self._alive.close()
            self._alive = None

    # While working

    def is_mine(self, name: str) -> bool:
        """Tell whether this worker may do the job now."""
        if self._jobs[name].on_each_node:
            return True
        with self._lock:
            until = self._until.get(name)
        return until is not None and clock.now() < until

    @contextmanager
    def at_work(self, job: JobName) -> Iterator[None]:
        """Tell that a lane is at a job from now on, until the end of the block."""
        with self._lock:
            self._busy[job.lane] = (job.name, time.monotonic())
        try:
            yield
        finally:
            with self._lock:
                self._busy.pop(job.lane, None)

    def report(self, job: JobName, outcome: Outcome) -> None:
        """Remember how a job went; a first turn, a failure and its end are news."""
        with self._lock:
            is_new = job.name not in self._outcomes
            was_failing = job.name in self._failing
            self._outcomes[job.name] = outcome
            (self._failing.add if outcome.failure else self._failing.discard)(job.name)
            if is_new or was_failing != bool(outcome.failure):
                self._news = True

    # The word to the book

    def beat(self) -> None:
        """Keep the leases, write what there is to say, take what was left; never raises."""
        at = clock.now()
        try:
            if self._must_write(at) or self._may_take_more(at):
                self.write(at)
        except ConflictError:
            log.info("another worker wrote into the book of jobs; once more in a moment")
        except Exception:
            log.exception("the book of jobs could not be written; it will be tried again")

    def _must_write(self, at: datetime) -> bool:
        if self._written is None or not timedelta(0) <= at - self._written < BEAT:
            return True
        return self._news and at - self._written >= NEWS

    def _may_take_more(self, at: datetime) -> bool:
        if self._looked is not None and timedelta(0) <= at - self._looked < LOOK:
            return False
        self._looked = at
        missing = [name for name in self.shared if not self.is_mine(name)]
        if not missing:
            return False
        with self._opened() as work:
            book = seen_book(work.site)
            return book is None or takeable(book, missing, self._claim(at))

    def write(self, at: datetime) -> frozenset[str]:
        """Take or keep leases and note how the jobs went, in one transaction."""
        with self._lock:
            outcomes = dict(self._outcomes)
            stuck = self._stuck_lanes()
        names = [name for name in self.shared if self._jobs[name].lane not in stuck]
        with self._opened() as work:
            book = book_of(work.site)
            taken = take(book, names, self._claim(at))
            for name, outcome in outcomes.items():
                job = self._jobs[name]
                if name in taken or job.on_each_node:
                    note(book, key_of(job, self.node), outcome)
            if taken:
                forget_gone(book, at)
                self._count_mails(book, work.site, at)
        with self._lock:
            self._until = dict.fromkeys(taken, at + LEASE)
            self._written, self._news = at, self._outcomes != outcomes and self._news
        return taken

    def _count_mails(self, book: Any, site: Any, at: datetime) -> None:
        if self._counted is not None and timedelta(0) <= at - self._counted < COUNT:
            return
        self._counted = at
        book.mail = {
            name: (one.waiting, one.oldest.isoformat() if one.oldest else "", one.failed)
            for name, one in backlogs(site).items()
        }

    def _stuck_lanes(self) -> set[str]:
        now = time.monotonic()
        return {
            lane
            for lane, (_name, since) in self._busy.items()
            if now - since > STUCK.total_seconds()
        }

    # Who lives on this node

    def _claim(self, at: datetime) -> Claim:
        return Claim(self.holder, at, self._is_dead)

    def _lock_file(self, holder: str) -> Path:
        return self._folder / f"{holder.rpartition('/')[2]}.alive"

    def _is_dead(self, holder: str) -> bool:
        """Tell whether a worker of this very node has ended; of others nothing is known."""
        if holder.rpartition("/")[0] != self.node:
            return False
        return _is_free(self._lock_file(holder))

    def _sweep(self) -> None:
        for path in self._folder.glob("*.alive"):
            # One that has just been made may not be locked yet.
            if time.time() - path.stat().st_mtime > 60 and _is_free(path):
                path.unlink(missing_ok=True)


def _is_free(path: Path) -> bool:
    """Tell whether nobody holds the lock of this file; a missing file is free."""
    try:
        with path.open("r") as tried:
            fcntl.flock(tried, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except FileNotFoundError:
        return True
    except OSError:
        return False
    return True
