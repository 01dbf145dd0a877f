"""Mails about change requests: to decide, decided, done, and a retirement to sign."""

from __future__ import annotations

from typing import Any

from pyramid.config import Configurator

from qms.content.models import organisation_of
from qms.documents.assignment import waiting_for
from qms.documents.services.freezing import local_day
from qms.documents.wording import show_date
from qms.kernel.i18n import _
from qms.notices.letters import Letter, Letters
from qms.people.models import people_of
from qms.profiles.api import profile_of
from qms.requests import events
from qms.requests.services import deciders
from qms.requests.words import KIND_NAMES


class RequestLetters(Letters):
    """Writes to whoever has to know of a request."""

    def _write(self, event: events.RequestEvent, person: Any, letter: Letter, key: str) -> None:
        self.send(person, letter, f"{key} {event.subject.uid} {person.uid}", event.act)

    def _button(self, change: Any, words: Any, *names: str) -> tuple[Any, str]:
        return words, self.address(change, *names)

    def asked(self, event: events.ChangeRequested) -> None:
        """Ask for a decision."""
        change = event.subject
        profile = profile_of(organisation_of(change))
        values = {
            "number": change.number,
            "title": change.title,
            "due": show_date(profile, change.due),
            "name": people_of(organisation_of(change)).person_name(change.author_id),
        }
        letter = Letter(
            _("[${number}] Decide – by ${due}", values),
            (
                KIND_NAMES[change.kind],
                _("${name} asks about «${title}»:", values),
                change.reason,
            ),
            self._button(change, _("Decide the request"), "decide"),
        )
        for person in deciders(change):
            self._write(event, person, letter, "request")

    def accepted(self, event: events.RequestAccepted) -> None:
        """Tell whoever asked, and whoever signs a retirement."""
        self._tell(event, _("[${number}] Your request was accepted"))
        self.to_sign(event)

    def rejected(self, event: events.RequestRejected) -> None:
        """Tell whoever asked, with the reason."""
        self._tell(event, _("[${number}] Your request was rejected"))

    def done(self, event: events.RequestDone) -> None:
        """Tell whoever asked that it is done."""
        self._tell(event, _("[${number}] What you asked for is done"))

    def to_sign(self, event: events.RequestEvent) -> None:
        """Ask for the signatures of a retirement that can be given now."""
        change = event.subject
        organisation = organisation_of(change)
        people, day = people_of(organisation), local_day(organisation, event.act)
        values = {"number": change.number, "title": change.title}
        letter = Letter(
            _("[${number}] Sign the retirement of a document", values),
            (_("«${title}» is to be retired:", values), change.reason),
            self._button(change, _("Sign the retirement"), "sign"),
        )
        for person_id, hands in waiting_for(change, day).items():
            key = f"retirement {hands[0].slot.step}"
            self._write(event, people.person(person_id), letter, key)

    def _tell(self, event: events.RequestEvent, subject: Any) -> None:
        change = event.subject
        author = people_of(organisation_of(change)).person(change.author_id)
        letter = Letter(
            _(subject, {"number": change.number}),
            (change.title, *((event.text,) if event.text else ())),
            self._button(change, _("See the request")),
        )
        self._write(event, author, letter, type(event).__name__)


def includeme(config: Configurator) -> None:
    """Let the letters hear of what they are about."""
    letters = RequestLetters(config.registry)
    config.add_letters(
        {
            events.ChangeRequested: letters.asked,
            events.RequestAccepted: letters.accepted,
            events.RequestRejected: letters.rejected,
            events.RetirementSigned: letters.to_sign,
            events.RequestDone: letters.done,
        }
    )
