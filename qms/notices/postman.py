"""Mails that follow from what happens to people: links, warnings, delegations, anchors."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from pyramid.config import Configurator
from pyramid.registry import Registry

from qms.audit.events import TrailAnchored
from qms.content.models import find_organisation
from qms.kernel.acts import Act
from qms.kernel.i18n import _
from qms.notices.letters import Letter, write
from qms.notices.services import queue_mail
from qms.people.events import DelegationMade, LinkSent, PasswordSet, SignInBlocked
from qms.people.models import Person
from qms.people.moments import shown_day

WEB = "web"


class Postman:
    """Writes letters to persons, each in its reader's language."""

    def __init__(self, registry: Registry) -> None:
        """Take settings and catalogues from the application's registry."""
        self._registry = registry

    def write_to(self, person: Person, letter: Letter, *, key: str, act: Act) -> bool:
        """Queue a letter to one person, once per ``key``; False where there is nobody to write to.

        The mail is committed together with what caused it, or not at all.
        """
        if not person.email or not person.active:
            return False
        organisation = find_organisation(person)
        house = organisation.title if organisation is not None else "qms"
        written = write(letter, self._registry, person.language, house)
        return queue_mail(
            person,
            key=key,
            to=person.email,
            subject=written.subject,
            text=written.text,
            html=written.html,
            at=act.at,
        )

    def link(self, event: LinkSent) -> None:
        """Mail the link; its address starts as configured, whatever the browser said (D4-19)."""
        base = self._registry.qms.base_url
        address = f"{base}/new-password?token={quote(event.token, safe='')}"
        if event.purpose == "invitation":
            letter = Letter(
                _("Your account in the quality management system"),
                (
                    _("Good day, ${name}.", {"name": event.subject.name}),
                    _("An account was opened for you. Set your own password with this link:"),
                    _("The link is good for seven days and only once."),
                ),
                (_("Set the password"), address),
            )
        else:
            letter = Letter(
                _("Set a new password"),
                (
                    _("Good day, ${name}.", {"name": event.subject.name}),
                    _("Somebody asked for a new password for your account."),
                    _("If it was not you, do nothing: your password stays as it is."),
                    _("The link is good for one hour and only once."),
                ),
                (_("Set the password"), address),
            )
        self.write_to(event.subject, letter, key=f"link {event.subject.link_digest}", act=event.act)

    def blocked(self, event: SignInBlocked) -> None:
        """Warn a person, once a day, that somebody guesses at their account (D4-14)."""
        letter = Letter(
            _("Several failed attempts to sign in with your account"),
            (
                _("Good day, ${name}.", {"name": event.subject.name}),
                _("Somebody tried several times to sign in with your address and did not get in."),
                _("If it was not you, change your password, and tell who administers the system."),
            ),
        )
        day = f"{event.act.at:%Y-%m-%d}"
        self.write_to(
            event.subject, letter, key=f"blocked {event.subject.uid} {day}", act=event.act
        )

    def password(self, event: PasswordSet) -> None:
        """Tell a person that their password is another one now."""
        if event.act.channel != WEB:
            return
        letter = Letter(
            _("Your password was changed"),
            (
                _("Good day, ${name}.", {"name": event.subject.name}),
                _("Your password was changed, and your other sessions have ended."),
                _("If it was not you, tell who administers the system at once."),
            ),
        )
        key = f"password {event.subject.uid} {event.subject.session_epoch}"
        self.write_to(event.subject, letter, key=key, act=event.act)

    def delegation(self, event: DelegationMade) -> None:
        """Tell both persons of a delegation."""
        one = event.subject
        people = one.__parent__.__parent__
        away, acting = people.person(one.from_person), people.person(one.to_person)
        values: dict[str, Any] = {
            "from": away.name,
            "to": acting.name,
            "starts": shown_day(one.starts),
            "ends": shown_day(one.ends),
            "reason": one.reason,
        }
        letter = Letter(
            _("Delegation from ${from} to ${to}", values),
            (
                _("From ${starts} to ${ends}, ${to} acts for ${from}.", values),
                _("Reason: ${reason}", values),
                _("What is signed under it says «por delegación de ${from}».", values),
            ),
        )
        for person in (away, acting):
            self.write_to(person, letter, key=f"delegation {one.id} {person.uid}", act=event.act)

    def anchor(self, event: TrailAnchored) -> None:
        """Mail the day's anchor to the auditors: kept elsewhere, it proves the trail (case C7)."""
        organisation = find_organisation(event.subject)
        if organisation is None:
            return
        letter = Letter(
            _("Anchor of the trail, ${day}", {"day": event.day}),
            (
                _("Keep this mail. With it, you can prove later that nothing was cut off."),
                event.hash,
            ),
        )
        for person in organisation["people"].persons():
            if "auditor" in person.roles:
                key = f"anchor {event.hash} {person.uid}"
                self.write_to(person, letter, key=key, act=event.act)


def includeme(config: Configurator) -> None:
    """Let the postman hear of what he writes about; ``registry.qms_postman`` writes for others."""
    postman = Postman(config.registry)
    config.registry.qms_postman = postman
    config.add_letters(
        {
            LinkSent: postman.link,
            SignInBlocked: postman.blocked,
            PasswordSet: postman.password,
            DelegationMade: postman.delegation,
            TrailAnchored: postman.anchor,
        }
    )
