"""The owner of a case hears that something came by mail, and looking at the case settles it."""

from __future__ import annotations

from typing import Any

from pyramid.config import Configurator

from qms.content.models import organisation_of
from qms.kernel.i18n import _
from qms.notices.letters import Letter, Letters
from qms.people.models import people_of
from qms.pqr.events import CaseAssigned, CaseEvent
from qms.pqr.intake.events import CustomerWrote
from qms.pqr.intake.models import look

SUBJECTS: dict[str, Any] = {
    "reply": _("[${number}] The customer wrote"),
    "other-address": _("[${number}] Somebody else wrote about this case"),
    "bounced": _("[${number}] A notification did not arrive"),
}
WORDS: dict[str, Any] = {
    "reply": _("What the customer wrote by e-mail stands in the time line of the case."),
    "other-address": _("It came from an address that is not the customer's: be careful with it."),
    "bounced": _("Decide whether to open the case again or to notify another way."),
}


class IntakeLetters(Letters):
    """Writes to owners of cases; a mail names nobody but the case."""

    def wrote(self, event: CustomerWrote) -> None:
        """Tell the owner."""
        case = event.subject
        owner = case.progress.owner
        if not owner:
            return
        address = self.address(case)
        letter = Letter(
            _(SUBJECTS[event.why], {"number": case.number}),
            (WORDS[event.why],),
            (_("See the case"), address),
        )
        person = people_of(organisation_of(case)).person(owner)
        self.send(person, letter, f"case {case.uid} wrote {len(case.acts)}", event.act)


def settle(event: CaseEvent) -> None:
    """Take a case off the list of those to be looked at, once a person has done something to it.

    Giving it to somebody does not settle it: it is theirs to look at then.
    """
    organisation = organisation_of(event.subject)
    room = look(organisation)
    if room is None or isinstance(event, CaseAssigned):
        return
    if (
        event.subject.number in room.unread
        and event.act.person_id in organisation["people"]["persons"]
    ):
        del room.unread[event.subject.number]


def includeme(config: Configurator) -> None:
    """Let the letters hear of what they are about."""
    config.add_subscriber(IntakeLetters(config.registry).wrote, CustomerWrote)
    config.add_subscriber(settle, CaseEvent)
