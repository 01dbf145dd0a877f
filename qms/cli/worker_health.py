"""What an examination of the installation says of its worker."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from qms.jobs.trouble import JOB, MAILS, troubles
from qms.upgrade.findings import WARNING, Finding


def check_worker(site: Any, *, at: datetime) -> Iterator[Finding]:
    """Tell of a worker that does not run, of mails that stay and of jobs that keep failing."""
    for one in troubles(site, None, at):
        since = "" if one.since is None else f" since {one.since:%Y-%m-%d %H:%M} UTC"
        if one.kind == MAILS:
            text = f"{one.count} mails wait, the oldest{since}"
            yield Finding("mails-stay", "outbox", text, level=WARNING)
        elif one.kind == JOB and one.record is not None:
            text = f"«{one.record.job.name}» fails{since}: {one.record.failure}"
            yield Finding("job-failing", "worker", text, level=WARNING)
        else:
            text = f"no worker has run{since}" if since else "no worker has ever run; mails wait"
            yield Finding("worker-silent", "worker", text, level=WARNING)
