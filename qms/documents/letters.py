"""Mails about documents: to sign, returned, in force, to read, due; and a locked signing key.

They are queued in the transaction of their cause and hold no personal data of petitioners. The
subject is ``[code] what to do – last day``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from pyramid.config import Configurator

from qms.content.models import organisation_of
from qms.documents import events
from qms.documents.assignment import Hand, waiting_for
from qms.documents.listing import Row
from qms.documents.models import Version
from qms.documents.services.freezing import local_day
from qms.documents.services.reading import Reading
from qms.documents.wording import show_date
from qms.kernel.acts import Act
from qms.kernel.i18n import _
from qms.notices.letters import Letter, Letters
from qms.people.models import Person, people_of
from qms.profiles.api import profile_of

LONGEST_LIST = 50
"""So many readings stand in one letter; the page lists the rest."""


def signing_due(version: Version, hand: Hand) -> date | None:
    """Give the last day of the open step's term, or None where it has none."""
    opened, term = version.standing.opened_at, hand.slot.term_days
    if term is None or not opened:
        return None
    profile = profile_of(organisation_of(version))
    start = datetime.fromisoformat(opened).astimezone(profile.zone).date()
    return profile.calendar().add_business_days(start, term)


@dataclass(frozen=True)
class Line:
    """One reading in a letter."""

    reading: Reading
    code: str
    title: str
    label: str


class DocumentLetters(Letters):
    """Writes what persons have to know about documents, each once."""

    # Signatures

    def ask_signers(self, event: events.VersionEvent) -> None:
        """Write to whoever can give a signature that waits since this event."""
        self.tell_signers(event.subject, event.act)

    def tell_signers(self, version: Version, act: Act) -> int:
        """Write to everybody who can sign now, delegates too, once per step and round."""
        day = local_day(organisation_of(version), act)
        return sum(
            self.ask(version, person_id, hands[0], act)
            for person_id, hands in waiting_for(version, day).items()
        )

    def ask(self, version: Version, person_id: str, hand: Hand, act: Act) -> bool:
        """Ask one person for one signature; False when they had the letter before."""
        people = people_of(organisation_of(version))
        person, due = people.person(person_id), signing_due(version, hand)
        values = self._values(version, due)
        paragraphs = [
            _("Version ${version} of «${title}» waits for your signature.", values),
            _("Step: ${step}", {"step": hand.slot.label}),
        ]
        if hand.on_behalf_of:
            name = people.person_name(hand.on_behalf_of)
            paragraphs.append(_("You can sign by delegation of ${name}.", {"name": name}))
        letter = Letter(
            _("[${code}] Sign – by ${due}", values) if due else _("[${code}] Sign", values),
            tuple(paragraphs),
            (_("Read and sign"), self.address(version, "sign")),
        )
        standing = version.standing
        key = f"sign {version.uid} {standing.round} {hand.slot.step} {person.uid}"
        return self.send(person, letter, key, act)

    def remind_signer(
        self, version: Version, person: Person, hand: Hand, stage: str, act: Act
    ) -> bool:
        """Remind somebody of a signature whose term ends soon or is over."""
        values = self._values(version, signing_due(version, hand))
        letter = Letter(
            _("[${code}] Reminder: sign – by ${due}", values),
            (
                _("Version ${version} of «${title}» still waits for your signature.", values),
                _("Its term: ${due}.", values),
            ),
            (_("Read and sign"), self.address(version, "sign")),
        )
        key = f"sign-reminder {version.uid} {version.standing.round} {hand.slot.step}"
        return self.send(person, letter, f"{key} {stage} {person.uid}", act)

    # Back to its author, and in force

    def returned(self, event: events.VersionReturned) -> None:
        """Tell the author that a signer sent the version back, and why."""
        version = event.subject
        who = people_of(organisation_of(version)).person_name(event.act.person_id)
        values = self._values(version, None) | {"name": who, "reason": event.reason}
        letter = Letter(
            _("[${code}] Returned to you: correct it", values),
            (
                _("${name} returned version ${version} of «${title}».", values),
                _("Reason: ${reason}", {"reason": event.reason}),
            ),
            (_("Correct the draft"), self.address(version, "edit")),
        )
        key = f"returned {version.uid} {version.standing.round}"
        self._to_author(version, letter, key, event.act)

    def in_force(self, event: events.VersionReleased) -> None:
        """Tell the author that their version came into force."""
        version = event.subject
        day = date.fromisoformat(event.in_force_from)
        values = self._values(version, day)
        letter = Letter(
            _("[${code}] In force from ${due}", values),
            (_("Version ${version} of «${title}» is in force.", values),),
            (_("See the document"), self.address(version.document)),
        )
        self._to_author(version, letter, f"in-force {version.uid}", event.act)

    def _to_author(self, version: Version, letter: Letter, key: str, act: Act) -> None:
        people = people_of(organisation_of(version))
        if version.author_id and version.author_id in people["persons"]:
            self.send(people.person(version.author_id), letter, key, act)

    # Readings and reviews

    def readings(
        self, person: Person, lines: Sequence[Line], *, again: bool, key: str, act: Act
    ) -> bool:
        """Write one letter about everything that the person has to read, the first term first."""
        organisation = organisation_of(person)
        profile = profile_of(organisation)
        due = show_date(profile, min(one.reading.due for one in lines))
        if len(lines) == 1:
            code, page = lines[0].code, organisation["documents"][lines[0].reading.uid]
            button = (_("Read it and confirm"), self.address(page))
        else:
            code, button = "", (_("My work"), self.address(organisation))
        letter = Letter(
            _readings_subject(code, len(lines), due, again=again),
            (
                _("Good day, ${name}.", {"name": person.name}),
                _("You have to read and confirm:"),
                *(_line(profile, one) for one in lines[:LONGEST_LIST]),
            ),
            button,
        )
        return self.send(person, letter, key, act)

    def reviews(self, person: Person, rows: Sequence[tuple[Row, date]], *, act: Act) -> bool:
        """Remind who leads a process of its documents due for review (ISO 9001, 7.5.2 c)."""
        organisation = organisation_of(person)
        profile = profile_of(organisation)
        row, first = min(rows, key=lambda pair: pair[1])
        values: dict[str, object] = {
            "code": row.code,
            "n": len(rows),
            "due": show_date(profile, first),
        }
        if len(rows) == 1:
            subject = _("[${code}] Review – by ${due}", values)
            button = (_("See the document"), self.address(organisation["documents"][row.uid]))
        else:
            subject = _("[${n} documents] Review – by ${due}", values)
            button = (_("Master list"), self.address(organisation["documents"]))
        lines = (
            f"– {one.code} {one.title} ({one.version}) · {show_date(profile, day)}"
            for one, day in rows[:LONGEST_LIST]
        )
        letter = Letter(
            subject,
            (_("Good day, ${name}.", {"name": person.name}), _("Due for review:"), *lines),
            button,
        )
        return self.send(person, letter, f"reviews {person.uid} {act.at.isoformat()}", act)

    # Locked keys

    def locked(self, event: events.SigningLocked) -> None:
        """Tell administrators and the key's owner at once (21 CFR 11.300(d), case C5)."""
        owner = event.subject
        values = {"name": owner.name}
        letter = Letter(
            _("The signing key of ${name} was locked", values),
            (
                _("Too many wrong passphrases were given for the signing key of ${name}.", values),
                _("It signs nothing any more; its owner makes a new one under «My signature»."),
                _("If the owner did not try, find out who did; the trail has the address."),
            ),
            (_("The trail"), self.address(organisation_of(owner), "trail")),
        )
        key = f"locked {owner.uid} {event.act.at.isoformat()}"
        people = people_of(organisation_of(owner))
        told = {one.id: one for one in people.with_role("administrator")}
        for person in {**told, owner.id: owner}.values():
            self.send(person, letter, f"{key} {person.uid}", event.act)

    @staticmethod
    def _values(version: Version, day: date | None) -> dict[str, object]:
        profile = profile_of(organisation_of(version))
        return {
            "code": version.code or version.document.code,
            "title": version.title,
            "version": version.label,
            "due": show_date(profile, day),
        }


def _readings_subject(code: str, count: int, due: str, *, again: bool) -> Any:
    values: dict[str, object] = {"code": code, "n": count, "due": due}
    if again and code:
        return _("[${code}] Reminder: read and confirm – by ${due}", values)
    if again:
        return _("[${n} documents] Reminder: read and confirm – by ${due}", values)
    if code:
        return _("[${code}] Read and confirm – by ${due}", values)
    return _("[${n} documents] Read and confirm – by ${due}", values)


def _line(profile: Any, one: Line) -> str:
    """Write one reading; codes, titles and dates are the organisation's own words."""
    return f"– {one.code} {one.title} ({one.label}) · {show_date(profile, one.reading.due)}"


def includeme(config: Configurator) -> None:
    """Let the letters hear of what they are about; ``registry.qms_letters`` serves the worker."""
    letters = DocumentLetters(config.registry)
    config.registry.qms_letters = letters
    config.add_letters(
        {
            events.VersionSubmitted: letters.ask_signers,
            events.VersionSigned: letters.ask_signers,
            events.SignerSwapped: letters.ask_signers,
            events.VersionReturned: letters.returned,
            events.VersionReleased: letters.in_force,
            events.SigningLocked: letters.locked,
        }
    )
    config.add_account_panel(
        "my-letters",
        title=_("My mails"),
        text=_("How often you get mails about documents to read."),
        path="my-letters",
    )
