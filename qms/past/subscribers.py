"""The chronicle follows every event inside its transaction."""

from __future__ import annotations

from pyramid.events import subscriber

from qms.content.models import find_organisation
from qms.kernel.acts import DomainEvent
from qms.past.keeping import keep


@subscriber(DomainEvent)
def keep_the_chronicle(event: DomainEvent) -> None:
    """Note what the event's subject is from this moment on."""
    organisation = find_organisation(event.subject)
    if organisation is not None and "people" in organisation and organisation.profile:
        keep(event.subject, event.act.at)
