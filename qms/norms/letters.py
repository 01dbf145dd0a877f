"""Mails about norms: one was repealed or changed, and checks that are due."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from pyramid.config import Configurator

from qms.content.models import organisation_of
from qms.documents.wording import show_date
from qms.kernel.acts import Act
from qms.kernel.i18n import _
from qms.norms import events
from qms.norms.listing import Row, row_of
from qms.norms.matrix import leaning
from qms.norms.models import Norm
from qms.notices.letters import Letter, Letters
from qms.people.models import Person, people_of
from qms.profiles.api import profile_of
from qms.profiles.leading import leader_of

MOST_NAMED = 15
"""So many documents are named in a mail; the page has all of them."""


def leaders_of(organisation: Any, process_ids: Iterable[str]) -> list[Person]:
    """List who leads these processes, each once, in the order of their ids."""
    people, found = people_of(organisation), {}
    for identifier in process_ids:
        if leader := leader_of(organisation, identifier):
            found.update({one.id: one for one in people.holders(leader)})
    return [found[key] for key in sorted(found)]


def staff_of(organisation: Any) -> list[Person]:
    """List the quality staff."""
    return people_of(organisation).with_role("quality")


class NormLetters(Letters):
    """Writes to whoever has to know of a norm."""

    def repealed(self, event: events.NormRepealed) -> None:
        """Tell the leaders of the processes that it affects."""
        if event.tell:
            subject = _("[${norm}] Repealed – your process follows it")
            self._changed(event, subject, _("«${norm}» is repealed."))

    def amended(self, event: events.NormAmended) -> None:
        """Tell them that it was changed."""
        if event.tell:
            subject = _("[${norm}] Changed – your process follows it")
            self._changed(event, subject, _("«${norm}» was changed."))

    def _changed(self, event: events.NormEvent, subject: str, sentence: str) -> None:
        norm: Norm = event.subject
        organisation = organisation_of(norm)
        links = leaning(organisation, row_of(norm))
        processes = dict.fromkeys((*norm.process_ids, *(one.process_id for one in links)))
        leaders = leaders_of(organisation, processes)
        values: dict[str, object] = {
            "norm": norm.name,
            "by": event.text,
            "day": show_date(profile_of(organisation), event.on),
        }
        named = tuple(f"{one.code} · {one.title}" for one in links[:MOST_NAMED])
        letter = Letter(
            _(subject, values),
            (
                _(sentence, values),
                _("By ${by}, from ${day}.", values),
                *((_("Documents that cite it:"), *named) if named else ()),
                _("Look at whether they have to change."),
            ),
            (_("See the norm"), self.address(norm)),
        )
        for person in leaders or staff_of(organisation):
            # The postman writes a letter of one key once; the same change is told once.
            key = f"{type(event).__name__} {norm.uid} {event.act.at.isoformat()} {person.uid}"
            self.send(person, letter, key, event.act)

    def checks(self, folder: Any, person: Person, rows: list[Row], *, act: Act) -> bool:
        """Remind somebody of the norms to be checked, all in one letter."""
        profile = profile_of(organisation_of(folder))
        lines = tuple(
            f"{row.name} · {row.title} · {show_date(profile, row.check_by)}" for row in rows
        )
        letter = Letter(
            _("Norms to check: ${n}", {"n": len(rows)}),
            (_("Look at whether these norms are still in force, and note what you found."), *lines),
            (_("See the norms"), self.address(folder)),
        )
        what = " ".join(f"{row.uid} {row.check_by}" for row in rows)
        key = f"norms {act.at.date().isoformat()} {person.uid} {what}"
        return self.send(person, letter, key, act)


def includeme(config: Configurator) -> None:
    """Let the letters hear of what they are about, and the worker find them."""
    letters = config.registry.qms_norm_letters = NormLetters(config.registry)
    config.add_letters({events.NormRepealed: letters.repealed, events.NormAmended: letters.amended})
