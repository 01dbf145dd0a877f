"""Puts a letter about a case into words, in the organisation's language, and has it signed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import Any

from pyramid.request import Request

from qms.content.models import organisation_of
from qms.documents.services import statements
from qms.documents.services.keys import NotEnrolled
from qms.documents.views.statement import passphrase as passphrase_field
from qms.documents.wording import show_day_in_words
from qms.kernel.acts import Act, DomainEvent
from qms.kernel.i18n import _
from qms.kernel.quoting import split_quoted
from qms.people.models import people_of
from qms.pqr import lettering
from qms.pqr.choices import choices_of
from qms.pqr.letter_pdf import LetterPage
from qms.pqr.letters import due_text
from qms.pqr.listing import queue_name
from qms.pqr.models import Case, Letter
from qms.pqr.services import format_of
from qms.profiles.api import logo_of
from qms.security.secrets import secret_at
from qms.web.forms import FieldRefused, at_field
from qms.web.i18n import localizer_of
from qms.web.transactions import outside

CHECK = "case-letter-check"
LONGEST_QUOTED = 1200
"""Characters of what is asked for that a notice repeats."""
TITLES = {
    "answer": _("Answer"),
    "ask": _("Request for what is missing"),
    "suspend": _("Letter of interruption of terms"),
    "extend": _("Notice of extension of the term"),
    "transfer": _("Notice of transfer"),
    "escalate": _("Notice of escalation"),
}
MEANINGS = {
    "answer": _("Signs the answer"),
    "ask": _("Signs the request"),
    "suspend": _("Signs the interruption of terms"),
    "extend": _("Signs the extension"),
    "transfer": _("Signs the transfer"),
    "escalate": _("Signs the escalation"),
}
LEVELS = {
    lettering.PERSON: _("Personal certificate (PAdES), issued by the organisation"),
    lettering.SEAL: _("Organisation seal (PAdES)"),
    lettering.NONE: _("Without an electronic signature"),
}
"""The honest name of each level."""

Say = Callable[[Any], str]


class Composer:
    """Writes the letters of one case."""

    def __init__(self, case: Case, request: Request) -> None:
        """Look at the case for one web request."""
        self.case, self.request = case, request
        self.organisation = organisation_of(case)
        self.profile = choices_of(self.organisation).profile
        language = self.profile.language[:2]
        self.say: Say = localizer_of(request.registry, language).translate

    def page(self, kind: str, token: str, *, act: Act, mark: str = "") -> LetterPage:
        """Write the letter of the case as it is now; its last act is what the letter tells of."""
        case, profile, say = self.case, self.profile, self.say
        logo = logo_of(self.organisation)
        path = self.request.resource_path(self.organisation, CHECK, token)
        people = people_of(self.organisation)
        person = people["persons"].get(act.person_id)
        position = person.main_position_id if person is not None else None
        values: dict[str, object] = {
            "title": say(TITLES[kind]),
            "number": case.number,
            "day": self._day(case.received_at),
        }
        return LetterPage(
            organisation=profile.legal_name or profile.name,
            identity=profile.tax_id or "",
            colour=profile.colour,
            logo=logo.read() if logo is not None else None,
            paper=profile.printing["paper"],
            language=profile.language,
            title=say(TITLES[kind]),
            number="—",
            page_of=say(_("Page {page} of {pages}")),
            dateline=self._dateline(act.at),
            addressee=self._heirs() if kind == "escalate" else self._addressee(),
            subject=say(_("Subject: ${title}, case ${number} received on ${day}", values)),
            paragraphs=self._paragraphs(kind),
            closing=say(_("Sincerely,")),
            signatories=(
                person.name if person is not None else "",
                people.position_name(position) if position else "",
            ),
            field_label=say(_("Signature")),
            note=self._format() if kind == "escalate" else "",
            facts=self._facts() if kind == "escalate" else (),
            check_url=f"{self.request.registry.qms.base_url}{path}",
            check_label=say(_("Check this letter")),
            at=act.at.astimezone(profile.zone),
            mark=mark,
        )

    def _day(self, at: datetime) -> str:
        return show_day_in_words(self.profile, at.astimezone(self.profile.zone).date())

    def _dateline(self, at: datetime) -> str:
        sites = people_of(self.organisation)["sites"]
        site = sites.get(self.case.site_id) if self.case.site_id else None
        if site is None:
            site = next(iter(sites.values()), None)
        place = site.city if site is not None else ""
        return f"{place}, {self._day(at)}" if place else self._day(at)

    def _addressee(self) -> tuple[str, ...]:
        customer = self.case.customer
        if self.case.anonymous or not customer["name"]:
            return (self.say(_("To the person who wrote the case ${number}", self._number())),)
        return (customer["name"], customer["address"], customer["email"])

    def _heirs(self) -> tuple[str, ...]:
        """Name the queue or the position that gets the case, and who works it."""
        queue = self.case.acts[-1]["queue"]
        people, choices = people_of(self.organisation), choices_of(self.organisation)
        held = choices.queue_positions(queue)
        names = {one.name for each in held for one in people.holders(each) if one.active}
        return (queue_name(self.organisation, queue), ", ".join(sorted(names)))

    def _facts(self) -> tuple[tuple[str, str], ...]:
        """Say what is escalated, until when it is answered, and by which norm."""
        case, choices, say = self.case, choices_of(self.organisation), self.say
        clock, now = case.clock, case.progress
        found: list[tuple[Any, str]] = [
            (_("Case"), case.number),
            (_("Kind"), choices.name("kinds", now.kind)),
            (_("Received"), self._day(case.received_at)),
            (_("Channel"), choices.name("channels", case.channel_id)),
            (_("Reason"), choices.name("reasons", case.reason_id) if case.reason_id else ""),
            (_("Answer by"), self._day(clock.due) if clock.due else ""),
            (_("Norm"), clock.rule.source if clock.rule is not None else ""),
            (_("What they ask for"), " ".join(split_quoted(case.text)[0].split())[:LONGEST_QUOTED]),
        ]
        return tuple((say(name), value) for name, value in found if value)

    def _format(self) -> str:
        """Name the organisation's own format of the notice with its version in force."""
        code = choices_of(self.organisation).data["letters"].get("notice_form")
        form = format_of(self.organisation, code)
        return f"{form['code']} · {self.say(_('version'))} {form['version']}" if form else ""

    def _number(self) -> dict[str, object]:
        return {"number": self.case.number}

    def _paragraphs(self, kind: str) -> tuple[str, ...]:
        case, say = self.case, self.say
        if kind == "answer":
            return tuple(one for one in case.progress.answer.split("\n\n") if one.strip())
        act = case.acts[-1]
        until = case.clock.lapses_at()
        name = case.customer["name"]
        dear = _("Dear ${customer}:", {"customer": name}) if name else _("Dear customer:")
        due = due_text(self.profile, case)
        brought = _(
            "You have until ${day} to bring it.", {"day": self._day(until)} if until else {}
        )
        said: dict[str, tuple[Any, ...]] = {
            "ask": (
                _("To answer you, we need the following:"),
                act.get("text", ""),
                *((brought,) if until else ()),
            ),
            "extend": (
                _("We could not answer within the first term, for this reason:"),
                act.get("reason", ""),
                due,
            ),
            "suspend": (
                _("The term to answer you is interrupted, for this reason:"),
                act.get("reason", ""),
                due,
            ),
            "escalate": (
                _("This case is handed over to you by the matrix of escalation, because:"),
                act.get("reason", ""),
                _("The term goes on; the customer waits for one answer."),
            ),
            "transfer": (
                _(
                    "We are not competent for your case. We sent it to ${to}.",
                    {"to": act.get("to")},
                ),
                act.get("reason", ""),
                _("Their term begins the day after they receive it."),
            ),
        }
        opening = () if kind == "escalate" else (dear,)
        return tuple(say(one) for one in (*opening, *said[kind]) if one)


def needs_passphrase(case: Case, kind: str) -> bool:
    """Tell whether a person has to sign such a letter with their own key."""
    return lettering.wanted(case, kind) and lettering.level_of(case, kind) == lettering.PERSON


def with_passphrase(schema: Any, case: Case, kind: str, **options: Any) -> Any:
    """Add the field of the passphrase where a person signs such a letter."""
    if needs_passphrase(case, kind):
        schema.add(passphrase_field(name="passphrase", **options))
    return schema


def unheard(act: Act) -> Act:
    """Give an act of which nobody hears: what is done with it is tried out and thrown away."""

    def nobody(_event: DomainEvent) -> None:
        """Hear nothing."""

    return replace(act, notify=nobody)


def sign(
    case: Case, request: Request, kind: str, passphrase: str, *, tried: Callable[[Act], Any]
) -> Letter:
    """Make the letter of an act that is about to be done, sign it, and keep it.

    ``tried`` does the act with what it is given; it is tried out first, so that the letter says
    what will be true, and must be done again by the caller right after this.
    """
    organisation, composer = organisation_of(case), Composer(case, request)
    acts = len(case.acts)
    tried(unheard(request.act))
    token = lettering.new_token()
    page = composer.page(kind, token, act=request.act)
    with at_field("passphrase", NotEnrolled):
        planned = lettering.plan(
            case,
            kind,
            page,
            token,
            meaning=composer.say(MEANINGS[kind]),
            acts=acts,
            act=request.act,
        )
    secret = secret_at(request.registry.qms.secret_file)
    pdf = outside(request, lambda: lettering.make(planned, passphrase, secret=secret))
    if pdf is None:
        refusal = statements.count_wrong_passphrase(organisation, case, act=request.act)
        # The transaction manager undoes answers with an error status unless told not to.
        request.response.headers["X-Tm"] = "commit"
        raise FieldRefused("passphrase", refusal.msgid, **refusal.mapping)
    return lettering.keep(case, planned, pdf, act=request.act)
