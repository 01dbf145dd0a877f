"""Mails about eliminations: announced, objected to."""

from __future__ import annotations

from typing import Any

from pyramid.config import Configurator

from qms.content.models import organisation_of
from qms.documents.wording import show_date
from qms.kernel.i18n import _
from qms.notices.letters import Letter, Letters
from qms.people.models import people_of
from qms.profiles.api import profile_of
from qms.retention import events


class RetentionLetters(Letters):
    """Writes to whoever has to know of an elimination."""

    def _write(self, event: events.RetentionEvent, person: Any, letter: Letter) -> None:
        key = f"{type(event).__name__} {event.subject.uid} {person.uid} {event.act.at.isoformat()}"
        self.send(person, letter, key, event.act)

    def announced(self, event: events.DisposalAnnounced) -> None:
        """Tell quality staff, who approves, and the leaders of processes, until when to object."""
        disposal, organisation = event.subject, organisation_of(event.subject)
        profile, people = profile_of(organisation), people_of(organisation)
        values = {
            "number": disposal.number,
            "title": disposal.title,
            "day": show_date(profile, disposal.progress.until),
            "n": len(disposal.lines),
        }
        letter = Letter(
            _("[${number}] Records to be eliminated – objections until ${day}", values),
            (
                _("${n} records of «${title}» are to be eliminated.", values),
                _("Read the list and object to what should stay, until ${day}.", values),
            ),
            (_("See the list"), self.address(disposal)),
        )
        positions = {*profile.retention["approvers"]}
        positions |= {one.leader for one in organisation["processes"].values() if one.leader}
        readers = {one.id: one for one in people.with_role("quality")}
        for position in sorted(positions):
            readers |= {one.id: one for one in people.holders(position)}
        readers.pop(event.act.person_id, None)
        for _id, person in sorted(readers.items()):
            self._write(event, person, letter)

    def objected(self, event: events.DisposalObjected) -> None:
        """Tell whoever proposed the list that an objection waits for its answer."""
        disposal, organisation = event.subject, organisation_of(event.subject)
        people = people_of(organisation)
        values = {
            "number": disposal.number,
            "name": people.person_name(event.act.person_id),
        }
        letter = Letter(
            _("[${number}] Answer an objection", values),
            (_("${name} objects to the elimination.", values),),
            (
                _("Answer the objection"),
                self.address(disposal, "answer"),
            ),
        )
        self._write(event, people.person(disposal.progress.proposed_by), letter)


def includeme(config: Configurator) -> None:
    """Let the letters hear of what they are about."""
    letters = RetentionLetters(config.registry)
    config.add_letters(
        {
            events.DisposalAnnounced: letters.announced,
            events.DisposalObjected: letters.objected,
        }
    )
