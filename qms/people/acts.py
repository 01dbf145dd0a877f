"""Makes the acts that services take: for requests, the command line, the worker and tests."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from pyramid.registry import Registry
from pyramid.request import Request

from qms.kernel import clock
from qms.kernel.acts import Act

SYSTEM = "system"
"""Who acts where nobody does: the worker, the loader."""
ANONYMOUS = "anonymous"
"""Who acts on the public pages."""


def make_act(
    registry: Registry,
    person_id: str = SYSTEM,
    at: datetime | None = None,
    channel: str = "cli",
    **context: Any,
) -> Act:
    """Make an act whose events reach the same subscribers as those of a request."""
    return Act(person_id, at or clock.now(), registry.notify, channel, context)


def request_act(request: Request) -> Act:
    """Make the act of the signed-in person, or of ``anonymous``; one moment per request."""
    person = request.person
    return make_act(
        request.registry,
        person.id if person is not None else ANONYMOUS,
        channel="web",
        address=request.client_addr or "",
    )
