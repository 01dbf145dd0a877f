"""Mails about cases: what the customer is told, and who in the house is given a case."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from pyramid.config import Configurator

from qms.content.models import organisation_of
from qms.documents.wording import show_day_in_words, show_moment_and_zone
from qms.kernel.i18n import _
from qms.notices.letters import Letter, Letters, write
from qms.notices.services import post
from qms.people.models import people_of
from qms.pqr import delivering, events, lettering
from qms.pqr.models import Case
from qms.pqr.models import Letter as SignedLetter
from qms.pqr.services import MAIL
from qms.profiles.api import Profile, profile_of
from qms.security.tokens import digest, new_token

STATUS, RATE = "case-status", "case-rate"


def due_text(profile: Profile, case: Case) -> Any:
    """Say until when the case is answered, and by which norm."""
    clock = case.clock
    if clock.rule is None:
        return _("This kind of case has no legal term; we answer as soon as we can.")
    if case.due is None:
        return _("The term stands still.")
    local = datetime.fromisoformat(case.due).astimezone(profile.zone)
    values: dict[str, object] = {
        "due": show_day_in_words(profile, local.date()),
        "hour": f"{local:%H:%M}",
        "norm": clock.rule.source,
    }
    if clock.rule.term.unit in ("running_hour", "business_hour"):
        return _("We answer by ${due} at ${hour} at the latest (${norm}).", values)
    return _("We answer by ${due} at the latest (${norm}).", values)


def _attached_text(letter: SignedLetter, *, goes: bool) -> Any:
    """Say where the letter is: beside the mail, or on the customer's page."""
    if goes:
        return _("The letter ${letter} goes with this mail.", {"letter": letter.number})
    return _("You find the letter ${letter} where you follow your case.", {"letter": letter.number})


def _handed_over(case: Case, profile: Profile, reason: str, left_out: list[str]) -> tuple[Any, ...]:
    """Say to whoever is competent what is asked, and by whom: without that nobody can answer."""
    values: dict[str, object] = {
        "moment": show_moment_and_zone(profile, case.received_at),
        "number": case.number,
        "who": " · ".join(filter(None, case.customer.values())),
        "names": ", ".join(left_out),
    }
    missing = (_("Too large for this mail, ask us for: ${names}", values),)
    return (
        _("This case is of your competence; your term begins the day after you receive it."),
        _("We received it on ${moment}; our number is ${number}.", values),
        _("Who asks: ${who}", values) if values["who"] else _("Who asks left no name."),
        reason,
        _("What they ask for:"),
        case.text,
        *(missing if left_out else ()),
    )


class CaseLetters(Letters):
    """Writes to customers, and to those who work their cases."""

    def _to_customer(
        self,
        event: events.CaseEvent,
        subject: Any,
        *paragraphs: Any,
        attached: SignedLetter | None = None,
    ) -> None:
        case = event.subject
        if not case.customer["email"]:
            return
        files = lettering.for_mail(attached)
        if attached is not None:
            paragraphs = (*paragraphs, _attached_text(attached, goes=bool(files)))
        organisation = organisation_of(case)
        profile = profile_of(organisation)
        letter = Letter(
            _(subject, {"number": case.number}),
            paragraphs,
            (_("Follow your case"), self.address(organisation, STATUS, number=case.number)),
        )
        written = write(letter, self.registry, profile.language[:2], organisation.title)
        mail = post(
            case,
            key=f"case {case.uid} {len(case.acts)}",
            to=case.customer["email"],
            subject=written.subject,
            text=written.text,
            html=written.html,
            attachments=files,
            at=event.act.at,
        )
        if mail is not None:
            delivering.remember(case, mail)

    def received(self, event: events.CaseRegistered) -> None:
        """Send the receipt: number, code, moment, term and norm."""
        case = event.subject
        profile = profile_of(organisation_of(case))
        values = {
            "number": case.number,
            "code": event.code,
            "moment": show_moment_and_zone(profile, case.received_at),
        }
        refused = ", ".join(case.acts[0].get("refused", ()))
        missing = (_("These files could not be taken: ${names}.", {"names": refused}),)
        self._to_customer(
            event,
            _("[${number}] We received your case"),
            _("Your case has the number ${number}. It was received on ${moment}.", values),
            due_text(profile, case),
            _("Your secret code is ${code}. Keep it: it opens your case, and only yours.", values),
            *(missing if refused else ()),
        )

    def incomplete(self, event: events.CaseIncomplete) -> None:
        """Ask the customer for what is missing."""
        case = event.subject
        until = case.clock.lapses_at()
        more: tuple[Any, ...] = ()
        if until is not None:
            day = show_day_in_words(profile_of(organisation_of(case)), until.date())
            more = (_("You have until ${day} to bring it.", {"day": day}),)
        self._to_customer(
            event,
            _("[${number}] Something is missing in your case"),
            _("To answer you, we need the following:"),
            case.acts[-1]["text"],
            *more,
            attached=lettering.letter_at(case, len(case.acts) - 1),
        )

    def extended(self, event: events.CaseExtended) -> None:
        """Tell the customer of the new day, and why (before the old one has passed)."""
        case = event.subject
        self._to_customer(
            event,
            _("[${number}] We need more time for your case"),
            _("We could not answer within the first term, for this reason:"),
            case.acts[-1]["reason"],
            due_text(profile_of(organisation_of(case)), case),
            attached=lettering.letter_at(case, len(case.acts) - 1),
        )

    def suspended(self, event: events.CaseSuspended) -> None:
        """Send the letter that interrupts the term."""
        case = event.subject
        self._to_customer(
            event,
            _("[${number}] The term of your case is interrupted"),
            _("The term to answer you is interrupted, for this reason:"),
            case.acts[-1]["reason"],
            due_text(profile_of(organisation_of(case)), case),
            attached=lettering.letter_at(case, len(case.acts) - 1),
        )

    def transferred(self, event: events.CaseTransferred) -> None:
        """Tell the customer who is competent."""
        case = event.subject
        act = case.acts[-1]
        self._to_customer(
            event,
            _("[${number}] Your case was transferred"),
            _("We are not competent for your case. We sent it to ${to}.", {"to": act["to"]}),
            act["reason"],
            _("Their term begins the day after they receive it."),
            attached=lettering.letter_at(case, len(case.acts) - 1),
        )
        if act.get("address"):
            self._to_competent(event, act)

    def _to_competent(self, event: events.CaseTransferred, act: Mapping[str, Any]) -> None:
        """Send the case itself to whoever is competent, with its files and who asks."""
        case = event.subject
        organisation = organisation_of(case)
        profile = profile_of(organisation)
        files, left_out = lettering.for_transfer(case)
        subject = _("[${number}] Transfer by lack of competence", {"number": case.number})
        letter = Letter(subject, _handed_over(case, profile, act["reason"], left_out))
        written = write(letter, self.registry, profile.language[:2], organisation.title)
        mail = post(
            case,
            key=f"case {case.uid} {len(case.acts)} competent",
            to=act["address"],
            subject=written.subject,
            text=written.text,
            html=written.html,
            attachments=files,
            at=event.act.at,
        )
        if mail is not None:
            delivering.remember(case, mail)

    def answered(self, event: events.CaseNotified) -> None:
        """Send the answer, where it goes by mail, with the link to rate the service."""
        case = event.subject
        if case.acts[-1]["how"] != MAIL:
            return
        token = new_token()
        case.rating_digest = digest(token)
        organisation = organisation_of(case)
        where = self.address(organisation, RATE, number=case.number, token=token)
        self._to_customer(
            event,
            _("[${number}] Answer to your case"),
            *[part for part in case.progress.answer.split("\n\n") if part.strip()],
            _("If you do not agree, tell us and we look at your case again."),
            _("How did we serve you? Rate it here: ${address}", {"address": where}),
            attached=lettering.answer_letter(case),
        )

    def assigned(self, event: events.CaseAssigned) -> None:
        """Tell whoever was given the case; the mail names nobody but the case."""
        case = event.subject
        owner = case.progress.owner
        if not owner or owner == event.act.person_id:
            return
        organisation = organisation_of(case)
        address = self.address(case)
        letter = Letter(
            _("[${number}] A case was given to you", {"number": case.number}),
            (due_text(profile_of(organisation), case),),
            (_("See the case"), address),
        )
        key = f"case {case.uid} {len(case.acts)} {owner}"
        self.send(people_of(organisation).person(owner), letter, key, event.act)

    def nears_end(self, event: events.CaseNearsEnd) -> None:
        """Tell those whom the profile names; the mail names nobody but the case."""
        case = event.subject
        organisation = organisation_of(case)
        late = case.clock.late(event.act.at)
        subject = (
            _("[${number}] A case is overdue", {"number": case.number})
            if late
            else _("[${number}] A case waits for its answer", {"number": case.number})
        )
        letter = Letter(
            subject,
            (due_text(profile_of(organisation), case),),
            (_("See the case"), self.address(case)),
        )
        people = people_of(organisation)
        for person_id in event.people:
            key = f"case {case.uid} told {len(case.told)} {person_id}"
            self.send(people.person(person_id), letter, key, event.act)


def includeme(config: Configurator) -> None:
    """Let the letters hear of what they are about."""
    letters = CaseLetters(config.registry)
    config.add_letters(
        {
            events.CaseRegistered: letters.received,
            events.CaseIncomplete: letters.incomplete,
            events.CaseExtended: letters.extended,
            events.CaseSuspended: letters.suspended,
            events.CaseTransferred: letters.transferred,
            events.CaseNotified: letters.answered,
            events.CaseAssigned: letters.assigned,
            events.CaseNearsEnd: letters.nears_end,
        }
    )
