"""Do what is due, again and again: releases, letters, mails, time stamps, revocation lists.

Every job may be repeated and may run in several workers at once without harm: what it changes is
checked inside its own transaction, and a conflict only means that somebody else was faster.
"""

from __future__ import annotations

import argparse
import logging
import signal
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial

from ZODB.POSException import ConflictError

from qms.audit.services import anchor_due
from qms.cli.place import Place, Work
from qms.documents.listing import catalogue_of, reindex
from qms.documents.reminders import Round, write_due, write_reviews
from qms.documents.services import timestamping
from qms.documents.services.keys import AUTHORITY_ROOM
from qms.documents.services.release import release_due
from qms.notices.delivery import deliver_due
from qms.notices.services import forget_old
from qms.people.services import purge
from qms.people.sessions import LONGEST
from qms.search import follow
from qms.security.secrets import secret_at
from qms.signing import services as signing
from qms.upgrade.archive import HOLD

log = logging.getLogger("qms.worker")


@dataclass(frozen=True)
class Job:
    """One thing that the worker does every so often."""

    name: str
    seconds: int
    run: Callable[[Work], object]


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Take how long to work."""
    parser.add_argument("--once", action="store_true", help="do everything that is due, then stop")


def run(place: Place, arguments: argparse.Namespace) -> int:
    """Work until interrupted, or once."""
    stop = threading.Event()
    if arguments.once:
        for job in JOBS:
            run_job(place, job)
        return 0
    signal.signal(signal.SIGTERM, lambda *_: stop.set())
    try:
        work_until(place, stop)
    except KeyboardInterrupt:
        stop.set()
    return 0


def work_until(place: Place, stop: threading.Event) -> None:
    """Run every job at its interval until ``stop`` is set."""
    waited = {job.name: job.seconds for job in JOBS}
    while not stop.is_set():
        for job in JOBS:
            if waited[job.name] >= job.seconds and not stop.is_set():
                waited[job.name] = 0
                run_job(place, job)
            waited[job.name] += 1
        stop.wait(1)


def run_job(place: Place, job: Job) -> None:
    """Run one job; a failure is logged and the job tried again at its next turn."""
    try:
        with place.writing() as work:
            job.run(work)
    except ConflictError:
        log.info("%s: somebody else was faster; next time", job.name)
    except Exception:
        log.exception("%s failed; it will be tried again", job.name)


def _release(work: Work) -> None:
    for organisation in _organisations(work):
        act = work.act("system", channel="worker")
        release_due(organisation, act=act)
        # Each on its own: trouble in one organisation holds up no other.
        work.commit()


def _letters(work: Work) -> None:
    for one in _rounds(work):
        write_due(one)


def _reviews(work: Work) -> None:
    for one in _rounds(work):
        write_reviews(one)


def _rounds(work: Work) -> Iterator[Round]:
    letters = work.place.registry.qms_letters
    for organisation in _organisations(work):
        act = work.act("system", channel="worker")
        yield Round(organisation, letters, act, work.commit)


def _mail(work: Work) -> None:
    if (work.place.settings.data_dir / HOLD).exists():
        # Restored from a backup: nothing leaves until somebody has looked (see docs/operators.md).
        return
    deliver_due(work)


def _timestamp(work: Work) -> None:
    url = work.place.settings.timestamp_url
    if not url:
        return
    for organisation in _organisations(work):
        act = work.act("system", channel="worker")
        for version in list(timestamping.pending(organisation)):
            plan = timestamping.plan(version)
            stamped = work.outside(partial(timestamping.make, plan, url))
            timestamping.store(version, plan, stamped, act=act)
            work.commit()


def _revocation_lists(work: Work) -> None:
    secret = secret_at(work.place.settings.secret_file)
    for organisation in _organisations(work):
        authority = organisation.annexes.get(AUTHORITY_ROOM)
        at = work.act("system", channel="worker").at
        if authority is not None and signing.crl_is_due(authority, at=at):
            signing.publish_crl(authority, secret=secret, at=at)


def _anchors(work: Work) -> None:
    for organisation in _organisations(work):
        anchor_due(organisation, act=work.act("system", channel="worker"))


def _sweep(work: Work) -> None:
    at = work.act("system", channel="worker").at
    purge(work.site, at=at, idle=LONGEST)
    forget_old(work.site, at=at)


def _search(work: Work) -> None:
    for organisation in _organisations(work):
        if not catalogue_of(organisation).has_words:
            # Stored by a release whose lists knew no words of titles.
            reindex(organisation)
    work.outside(lambda: follow(work.place.registry, work.place.database))


def _organisations(work: Work) -> list:
    return [one for one in work.site.values() if "documents" in one]


JOBS = (
    Job("release what is due", 30, _release),
    Job("letters about readings and signatures", 300, _letters),
    Job("letters about reviews", 3600, _reviews),
    Job("deliver mail", 5, _mail),
    Job("text index", 2, _search),
    Job("time stamps", 60, _timestamp),
    Job("revocation lists", 3600, _revocation_lists),
    Job("anchors of the trails", 3600, _anchors),
    Job("ended sessions and delivered mails", 3600, _sweep),
)
"""Everything that the worker does, with its interval in seconds."""
