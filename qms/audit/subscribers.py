"""The one place where events reach the trail; no feature calls it."""

from __future__ import annotations

from pyramid.events import subscriber

from qms.audit import services
from qms.kernel.acts import DomainEvent


@subscriber(DomainEvent)
def keep(event: DomainEvent) -> None:
    """Append the event inside its own transaction: both are kept, or neither."""
    services.record(event)
