"""Do what is due, again and again: releases, letters, mails, time stamps, revocation lists.

Several workers may run: a job is one worker's at a time (``qms.jobs``), and another one's as soon
as that has ended. Every job may be repeated without harm all the same: what it changes is checked
inside its own transaction, and a conflict only means that somebody else was faster.

Jobs of one lane follow each other; lanes do not wait, so that no long job holds a mail up.
"""

from __future__ import annotations

import argparse
import logging
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from itertools import groupby

from ZODB.POSException import ConflictError

from qms.audit.services import anchor_due
from qms.cli.files_check import check_files, told
from qms.cli.place import Place, Work
from qms.content.models import Organisation
from qms.documents.listing import catalogue_of, reindex
from qms.documents.records import record_kinds
from qms.documents.reminders import Round, write_due, write_reviews
from qms.documents.services import timestamping
from qms.documents.services.keys import AUTHORITY_ROOM
from qms.documents.services.release import release_due
from qms.imports.services.carrying import carry_on, running
from qms.improvement.reminders import write_reminders
from qms.indicators import reminders as indicators
from qms.jobs import names
from qms.jobs.desk import Desk
from qms.jobs.names import JobName
from qms.jobs.services import Outcome
from qms.kernel import clock
from qms.kernel.errors import Refused
from qms.kernel.i18n import _
from qms.norms.reminders import write_checks
from qms.notices.delivery import deliver_due
from qms.notices.services import forget_old
from qms.people.services import purge
from qms.people.sessions import LONGEST
from qms.pqr.bulk import services as case_lists
from qms.pqr.intake.polling import poll_all
from qms.pqr.tending import tend
from qms.retention.services.upkeep import forgotten, keep_up
from qms.search import follow
from qms.security.secrets import secret_at
from qms.signing import services as signing
from qms.signing.errors import TimestampUnavailable
from qms.surveys import monthly
from qms.upgrade.archive import HOLD
from qms.upgrade.premises import copies_of, forget_copies
from qms.web.i18n import DEFAULT, localizer_of

log = logging.getLogger("qms.worker")


@dataclass(frozen=True)
class Job:
    """One thing that the worker does every so often."""

    job: JobName
    run: Callable[[Work], object]

    @property
    def name(self) -> str:
        """Its lasting name."""
        return self.job.name


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Take how long to work."""
    parser.add_argument("--once", action="store_true", help="do everything that is due, then stop")


def run(place: Place, arguments: argparse.Namespace) -> int:
    """Work until interrupted, or once."""
    if arguments.once:
        return work_once(place)
    stop = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: stop.set())
    try:
        work_until(place, stop)
    except KeyboardInterrupt:
        stop.set()
    return 0


def work_once(place: Place) -> int:
    """Do every job once, except those that another worker is at; give the exit status."""
    desk = desk_at(place)
    desk.sit_down()
    try:
        desk.beat()
        for job in JOBS:
            if desk.is_mine(job.name):
                run_job(place, job, desk)
            else:
                sys.stdout.write(f"{job.name}: another worker does it\n")
        desk.write(clock.now())
    finally:
        desk.get_up()
    return 0


def work_until(place: Place, stop: threading.Event) -> None:
    """Run every job at its interval until ``stop`` is set."""
    desk = desk_at(place)
    desk.sit_down()
    by_lane = sorted(JOBS, key=lambda one: one.job.lane)
    lanes = [
        threading.Thread(
            target=_work_in_lane, args=(place, desk, list(jobs), stop), name=lane, daemon=True
        )
        for lane, jobs in groupby(by_lane, key=lambda one: one.job.lane)
    ]
    try:
        desk.beat()
        for lane in lanes:
            lane.start()
        while not stop.wait(1):
            desk.beat()
    finally:
        stop.set()
        for lane in lanes:
            lane.join(timeout=5)
        desk.get_up()


def desk_at(place: Place) -> Desk:
    """Make the desk of a worker at this place."""
    place.start()
    return Desk(place.writing, place.settings.data_dir, [one.job for one in JOBS])


def _work_in_lane(place: Place, desk: Desk, jobs: list[Job], stop: threading.Event) -> None:
    due = dict.fromkeys((job.name for job in jobs), 0.0)
    while not stop.is_set():
        for job in jobs:
            if time.monotonic() >= due[job.name] and desk.is_mine(job.name) and not stop.is_set():
                run_job(place, job, desk)
                due[job.name] = time.monotonic() + job.job.seconds
        stop.wait(0.5)


def run_job(place: Place, job: Job, desk: Desk | None = None) -> None:
    """Run one job; a failure is logged and noted, and the job tried again at its next turn."""
    at, began, failure = clock.now(), time.monotonic(), ""
    found: list[str] = []
    try:
        with place.writing() as work:
            # Whoever reads of a failure must know whose it was, and others must not.
            work.at_organisation = found.append
            if desk is None:
                job.run(work)
            else:
                with desk.at_work(job.job):
                    job.run(work)
    except ConflictError:
        log.info("%s: somebody else was faster; next time", job.name)
    except Exception as error:
        log.exception("%s failed; it will be tried again", job.name)
        failure = _told(place, error)
    if desk is not None:
        where = found[-1] if failure and found else ""
        desk.report(job.job, Outcome(at, time.monotonic() - began, failure, where))


def _told(place: Place, error: Exception) -> str:
    """Say what went wrong: in the words of a screen where somebody can act on it."""
    if not isinstance(error, Refused):
        return f"{type(error).__name__}: {error}"
    say = localizer_of(place.registry, DEFAULT).translate
    return " ".join(say(one) for one in (_(error.msgid, dict(error.mapping)), *error.more))


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


def _norms(work: Work) -> None:
    for one in _rounds(work):
        write_checks(one, work.place.registry.qms_norm_letters)


def _improvement(work: Work) -> None:
    for one in _rounds(work):
        write_reminders(one, work.place.registry.qms_improvement_letters)


def _cases(work: Work) -> None:
    for organisation in _organisations(work):
        tend(organisation, act=work.act("system", channel="worker"))
        work.commit()


def _surveys(work: Work) -> None:
    monthly.work(_organisations(work), work)


def _indicators(work: Work) -> None:
    for one in _rounds(work):
        indicators.keep_up(one, work.place.registry)
        indicators.remind(one, work.place.registry.qms_indicator_letters)


def _mail(work: Work) -> None:
    if (work.place.settings.data_dir / HOLD).exists():
        # Restored from a backup: nothing leaves until somebody has looked (see docs/operators.md).
        return
    deliver_due(work)


def _timestamp(work: Work) -> None:
    url = work.place.settings.timestamp_url
    if not url:
        return
    failed: Exception | None = None
    for organisation in _organisations(work):
        act = work.act("system", channel="worker")
        for version in timestamping.take_up(organisation):
            try:
                plan = timestamping.plan(version)
                stamped = work.outside(partial(timestamping.make, plan, url))
            except TimestampUnavailable:
                raise
            except Exception as error:
                # One file that cannot be stamped must not keep the others waiting.
                log.exception("%s cannot be stamped", version.uid)
                failed = failed or error
                continue
            timestamping.store(version, plan, stamped, act=act)
            work.commit()
    if failed is not None:
        raise failed


def _revocation_lists(work: Work) -> None:
    secret = secret_at(work.place.settings.secret_file)
    for organisation in _organisations(work):
        authority = organisation.annexes.get(AUTHORITY_ROOM)
        at = work.act("system", channel="worker").at
        # An organisation that was taken here without its keys publishes nothing.
        has_key = authority is not None and bool(authority.encrypted_key)
        if has_key and signing.crl_is_due(authority, at=at):
            signing.publish_crl(authority, secret=secret, at=at)


def _intake(work: Work) -> None:
    if (work.place.settings.data_dir / HOLD).exists():
        # A restored copy must not empty the mailbox of the system that it is a copy of.
        return
    poll_all(work)


def _case_lists(work: Work) -> None:
    def undo() -> None:
        work.manager.abort()
        work.manager.begin()

    for organisation in _organisations(work):
        for run in case_lists.running(organisation):
            make_act = partial(work.act, run.person_id, channel="worker")
            case_lists.carry_on(
                organisation, run, make_act=make_act, commit=work.commit, abort=undo
            )


def _imports(work: Work) -> None:
    def undo() -> None:
        work.manager.abort()
        work.manager.begin()

    for organisation in _organisations(work):
        for run in running(organisation):
            # Whoever began it takes the documents over, whichever process does the work.
            make_act = partial(work.act, run.person_id, channel="worker")
            carry_on(run, make_act=make_act, commit=work.commit, abort=undo)


def _anchors(work: Work) -> None:
    for organisation in _organisations(work):
        anchor_due(organisation, act=work.act("system", channel="worker"))


def _files(work: Work) -> None:
    damaged: dict[str, list[str]] = {}
    for organisation in _organisations(work):
        at = work.act("system", channel="worker").at
        tidy = organisation._p_jar.cacheGC
        if found := check_files(organisation, at=at, tidy=tidy):
            damaged[organisation.id] = found
        work.commit()
    # Told after all were looked at, and to each organisation only its own.
    for organisation_id, found in damaged.items():
        work.at_organisation(organisation_id)
        raise told(found)


def _retention(work: Work) -> None:
    kinds, gone = record_kinds(work.place.registry), dict[str, int]()
    for organisation in _organisations(work):
        act = work.act("system", channel="worker")
        tidy = organisation._p_jar.cacheGC
        gone |= keep_up(organisation, kinds, act=act, commit=work.commit, tidy=tidy)
    if gone:
        copies, words = copies_of(work.site._p_jar.db()), work.place.registry.qms_replica.folder
        work.outside(lambda: forget_copies(copies, words / "texts", gone))
        for organisation in _organisations(work):
            forgotten(organisation, set(gone))
        work.commit()


def _sweep(work: Work) -> None:
    at = work.act("system", channel="worker").at
    purge(work.site, at=at, idle=LONGEST)
    forget_old(work.site, at=at)


def _lists(work: Work) -> None:
    for organisation in _organisations(work):
        if not catalogue_of(organisation).has_words:
            # Stored by a release whose lists knew no words of titles.
            reindex(organisation)
            work.commit()


def _search(work: Work) -> None:
    work.outside(lambda: follow(work.place.registry, work.place.database))


def _organisations(work: Work) -> Iterator[Organisation]:
    for one in list(work.site.values()):
        if "documents" in one:
            work.at_organisation(one.id)
            yield one
    work.at_organisation("")


JOBS = (
    Job(names.LISTS, _lists),
    Job(names.RELEASE, _release),
    Job(names.LETTERS, _letters),
    Job(names.REVIEWS, _reviews),
    Job(names.INDICATORS, _indicators),
    Job(names.NORMS, _norms),
    Job(names.IMPROVEMENT, _improvement),
    Job(names.CASES, _cases),
    Job(names.SURVEYS, _surveys),
    Job(names.MAIL, _mail),
    Job(names.TEXT, _search),
    Job(names.STAMPS, _timestamp),
    Job(names.REVOCATION, _revocation_lists),
    Job(names.ANCHORS, _anchors),
    Job(names.FILES, _files),
    Job(names.INTAKE, _intake),
    Job(names.CASE_LISTS, _case_lists),
    Job(names.RETENTION, _retention),
    Job(names.IMPORTS, _imports),
    Job(names.SWEEP, _sweep),
)
"""Everything that the worker does."""
