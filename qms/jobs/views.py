"""The worker's jobs on one page: whether they run, how they went, what waits for them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from pyramid.request import Request
from pyramid.view import view_config

from qms.content.models import Organisation, find_site
from qms.jobs import backlog
from qms.jobs.backlog import Waiting
from qms.jobs.models import seen_book
from qms.jobs.services import Record, records, seen_at
from qms.jobs.trouble import JOB, MAILS, SILENCE, SILENT, Trouble, concerns, troubles
from qms.kernel.i18n import _
from qms.notices.views import tabs
from qms.people.moments import shown
from qms.security.permissions import Permission
from qms.security.policy import permits
from qms.web.chips import BAD, BUSY, GOOD, QUIET, Chip
from qms.web.i18n import translate
from qms.web.navigation import WorkItem

RUNS = Chip(_("Runs"), "check", GOOD)
SILENT_NOW = Chip(_("Does not run"), "alert", BAD)
WELL = Chip(_("Went well"), "check", GOOD)
FAILED = Chip(_("Failed"), "alert", BAD)
NEVER = Chip(_("Not yet run"), "clock", QUIET)
REBUILT = Chip(_("Being made anew"), "clock", BUSY)
SLOW = 1.0
"""From so many seconds on a job's length is shown without its thousandths."""


@dataclass(frozen=True)
class Line:
    """One job as the page and programs see it."""

    record: Record
    waiting: Waiting | None
    """What waits for it in this organisation; None where nothing can."""
    failure: str
    """What went wrong, as far as it is this organisation's to know."""

    @property
    def chip(self) -> Chip:
        """Tell in a word how the last turn went."""
        if self.record.run_at is None:
            return NEVER
        return FAILED if self.record.is_failing else WELL

    @property
    def took(self) -> str:
        """Give the length of the last turn."""
        seconds = self.record.seconds
        if seconds >= SLOW:
            return f"{seconds:.0f} s"
        return f"{seconds * 1000:.0f} ms"


@view_config(
    context=Organisation,
    name="worker",
    permission=Permission.OUTBOX_VIEW,
    renderer="qms.templates:jobs/worker.pt",
)
def worker(organisation: Organisation, request: Request) -> dict[str, Any]:
    """Show every job: its last turn, and what of this organisation waits for it."""
    site, at = find_site(organisation), request.act.at
    book = seen_book(site)
    seen = seen_at(book)
    lines = list(_lines(organisation, request))
    runs = seen is not None and at - seen <= SILENT
    return {
        "heading": _("Jobs"),
        "lines": lines,
        "state": RUNS if runs else SILENT_NOW,
        "rebuilt": REBUILT,
        "seen": shown(organisation, seen, seconds=True) if seen is not None else "",
        "holder": next((line.record.holder for line in lines if line.record.holder), ""),
        "troubles": [
            sentence(one, organisation, request) for one in troubles(site, organisation.id, at)
        ],
        "moment": lambda when: shown(organisation, when),
        **tabs(organisation, request, "worker"),
        "json": lambda: {
            "runs": runs,
            "seen_at": seen,
            "jobs": [_json(line) for line in lines],
        },
    }


def _lines(organisation: Organisation, request: Request) -> list[Line]:
    settings = request.registry.qms
    place = backlog.Place(
        organisation, request.act, request.registry.qms_replica, settings.timestamp_url
    )
    counts = backlog.waiting(place)
    return [
        Line(
            record,
            counts.get(record.job.name),
            record.failure if record.is_failing and concerns(record, organisation.id) else "",
        )
        for record in records(seen_book(find_site(organisation)))
    ]


def _json(line: Line) -> dict[str, Any]:
    record, waits = line.record, line.waiting
    return {
        "job": record.job.name,
        "node": record.node,
        "holder": record.holder,
        "interval": record.job.seconds,
        "run_at": record.run_at,
        "seconds": record.seconds,
        "failing_since": record.failing_since,
        "failure": line.failure,
        "waiting": None if waits is None or waits.unknown else waits.count,
        "oldest": None if waits is None else waits.since,
        "failed": 0 if waits is None else waits.failed,
    }


def sentence(one: Trouble, organisation: Organisation, request: Request) -> Any:
    """Say what is wrong."""
    since = shown(organisation, one.since) if one.since is not None else ""
    if one.kind == SILENCE and one.since is None:
        return _("The worker has never run: no mail goes out and nothing is released on its day.")
    if one.kind == SILENCE:
        return _(
            "The worker has not run since ${since}: no mail goes out and nothing is released.",
            {"since": since},
        )
    if one.kind == MAILS:
        values = {"count": one.count, "since": since}
        return _("Mails wait: ${count}, the oldest since ${since}.", values)
    title = "" if one.record is None else translate(request, one.record.job.title)
    return _("«${job}» has failed since ${since}.", {"job": title, "since": since})


# On «Mi trabajo»


def work_items(request: Request) -> list[WorkItem]:
    """Give the administrator a line for everything that is wrong."""
    organisation: Any = request.organisation
    if not _may_look(request):
        return []
    pages = {SILENCE: "worker", MAILS: "outbox", JOB: "worker"}
    return [
        WorkItem(
            title=translate(request, sentence(one, organisation, request)),
            url=request.resource_path(organisation, pages[one.kind]),
            button=_("Look"),
        )
        for one in _troubles(request)
    ]


def count_items(request: Request) -> int:
    """Count them, for the bell."""
    return len(_troubles(request)) if _may_look(request) else 0


def _may_look(request: Request) -> bool:
    organisation = request.organisation
    return organisation is not None and permits(
        request.person, organisation, Permission.OUTBOX_VIEW
    )


def _troubles(request: Request) -> list[Trouble]:
    organisation: Any = request.organisation
    at: datetime = request.act.at
    return troubles(find_site(organisation), organisation.id, at)
