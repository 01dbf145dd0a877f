"""Mails to the staff about answers: to approve, returned, not delivered, not agreed with."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from pyramid.config import Configurator

from qms.content.models import organisation_of
from qms.kernel.i18n import _
from qms.notices.letters import Letter, Letters
from qms.people.models import Person, people_of
from qms.pqr import answers, events, lettering
from qms.pqr.choices import choices_of
from qms.pqr.letters import due_text
from qms.pqr.models import Case
from qms.profiles.api import profile_of


def workers_of(case: Case) -> list[Person]:
    """Give whose work a case is: its owner, or whoever works its queue."""
    people, now = people_of(organisation_of(case)), case.progress
    if now.owner:
        return [people.person(now.owner)]
    held = choices_of(organisation_of(case)).queue_positions(now.queue)
    return [one for each in held for one in people.holders(each)]


class AnswerLetters(Letters):
    """Writes to who approves, who wrote, and who works a case; no mail names the customer."""

    def _to(
        self, event: events.CaseEvent, persons: Iterable[Person], subject: Any, *words: Any
    ) -> None:
        case = event.subject
        address = self.address(case)
        paragraphs = (*words, due_text(profile_of(organisation_of(case)), case))
        letter = Letter(
            _(subject, {"number": case.number}), paragraphs, (_("See the case"), address)
        )
        for person in {one.id: one for one in persons}.values():
            if person.id == event.act.person_id:
                continue
            key = f"case {case.uid} {len(case.acts)} {person.id}"
            self.send(person, letter, key, event.act)

    def submitted(self, event: events.AnswerSubmitted) -> None:
        """Ask the approvers."""
        self._to(
            event,
            answers.persons_of(event.subject),
            _("[${number}] An answer waits for your approval"),
        )

    def returned(self, event: events.AnswerReturned) -> None:
        """Tell the author why it came back."""
        reason = event.subject.acts[-1]["reason"]
        self._to(event, self._author(event.subject), _("[${number}] Your answer came back"), reason)

    def approved(self, event: events.AnswerApproved) -> None:
        """Tell the author that it can be sent."""
        self._to(event, self._author(event.subject), _("[${number}] Your answer was approved"))

    def _author(self, case: Case) -> list[Person]:
        people = people_of(organisation_of(case))
        return [people.person(case.progress.drafter)] if case.progress.drafter else []

    def undelivered(self, event: events.CaseUndelivered) -> None:
        """Tell whose work it is that the customer has no answer yet."""
        self._to(
            event,
            workers_of(event.subject),
            _("[${number}] The answer did not arrive"),
            _("The mail with the answer came back. Notify it another way; the term goes on."),
        )

    def objected(self, event: events.CaseObjected) -> None:
        """Tell whose work it is that the customer does not agree."""
        self._to(
            event,
            workers_of(event.subject),
            _("[${number}] The customer does not agree with the answer"),
            _("Look at the reasons, and open the case again or say why the answer stays."),
        )

    def escalated(self, event: events.CaseEscalated) -> None:
        """Send the notice of escalation."""
        case = event.subject
        people = people_of(organisation_of(case))
        notice = lettering.letter_at(case, len(case.acts) - 1)
        filed: dict[str, object] = {"letter": notice.number} if notice is not None else {}
        self._to(
            event,
            [people.person(one) for one in event.people],
            _("[${number}] Notice of escalation"),
            _("This case was escalated to you by the matrix of escalation."),
            *((_("The notice ${letter} stays with the case.", filed),) if filed else ()),
        )


def includeme(config: Configurator) -> None:
    """Let the letters hear of what they are about."""
    letters = AnswerLetters(config.registry)
    config.add_letters(
        {
            events.AnswerSubmitted: letters.submitted,
            events.AnswerReturned: letters.returned,
            events.AnswerApproved: letters.approved,
            events.CaseUndelivered: letters.undelivered,
            events.CaseObjected: letters.objected,
            events.CaseEscalated: letters.escalated,
        }
    )
