"""Rights of the person on screen: find everything, correct, suppress, take the consent back."""

from __future__ import annotations

from functools import partial
from itertools import chain
from typing import Any

from pyramid.request import Request
from pyramid.view import view_config

from qms.content.models import organisation_of
from qms.documents.records import refuse_held
from qms.documents.subject_data import (
    Erased,
    SubjectItem,
    SubjectSource,
    erase_subject,
    find_subject,
)
from qms.documents.views.statement import StatementForm, passphrase
from qms.documents.views.subjects import tell_elsewhere
from qms.documents.wording import show_date, show_moment
from qms.exports import Column, Kind, Table
from qms.kernel.errors import Refused
from qms.kernel.i18n import _
from qms.pqr import answer_forms, rights
from qms.pqr.choices import choices_of
from qms.pqr.models import CUSTOMER, Case, CaseRegister
from qms.pqr.views.acts import ActForm
from qms.pqr.words import ACT_NAMES
from qms.security.permissions import Permission
from qms.web.errors import sentence
from qms.web.forms import FormView

DATA = {
    "name": _("Name"),
    "id": _("Identity document"),
    "email": _("E-mail address"),
    "phone": _("Telephone"),
    "address": _("Postal address"),
}
REPORT = (
    Column("number", _("Number"), Kind.CODE),
    Column("kind", _("Kind")),
    Column("received", _("Received"), Kind.MOMENT),
    Column("state", _("State"), Kind.CHIP),
    Column("channel", _("Channel")),
    Column("text", _("What was asked")),
    Column("person", _("Data of the person")),
    Column("consent", _("Consent")),
    Column("answer", _("Answer")),
    Column("files", _("Files")),
    Column("acts", _("What was done with it")),
)
"""The report to the person: one line per case, with everything that is held."""


@view_config(context=CaseRegister, name="person", permission=Permission.CASE_SEE_PERSONAL)
class PersonForm(FormView):
    """Finds every case of a person, and makes the report to them; each look is in the trail."""

    __view_defaults__ = {"renderer": "qms.templates:pqr/person.pt"}  # noqa: RUF012
    schema = answer_forms.PersonSchema
    heading = _("Everything about a person")
    introduction = _("One of these is enough. That you looked, and by what, is kept in the trail.")
    button = _("Search")

    def save(self, values: dict[str, Any]) -> dict[str, Any]:
        """Show what was found, or give it as a file."""
        asked = {
            "id": values["document"],
            "email": values["email"],
            "phone": values["phone"],
            "name": values["name"],
        }
        request, register = self.request, self.context
        cases = rights.find_person(register, asked, act=request.act)
        seen = [one for one in cases if request.has_permission(Permission.CASE_SEE_PERSONAL, one)]
        held = rights.held_of(seen, asked)
        others = find_subject(request.registry, request.organisation, asked)
        told = [one for one in others if self._may_see(one[1])]
        profile = choices_of(organisation_of(register)).profile
        choices = choices_of(organisation_of(register))
        form = self.form()
        return {
            **self.page(form, form.render(values)),
            "held": held,
            "others": told,
            "hidden": len(cases) - len(seen) + len(others) - len(told),
            "searched": True,
            "asked": {**asked, "document": asked["id"]},
            "names": DATA,
            "name": choices.name,
            "date": lambda at: show_date(profile, at.astimezone(profile.zone).date()),
            "moment": lambda at: show_moment(profile, at) if at else "—",
            "table": lambda: self._report(held, told, asked),
            "json": lambda: {
                "cases": [one.case.number for one in held],
                "others": [{"where": source.name, "code": one.code} for source, one in told],
            },
        }

    def extra(self) -> dict[str, Any]:
        """Show nothing until somebody asked."""
        return {"held": [], "others": [], "hidden": 0, "searched": False}

    def _may_see(self, item: SubjectItem) -> bool:
        seen = item.content is None or self.request.has_permission(item.permission, item.content)
        return bool(seen)

    def _report(
        self,
        held: list[rights.Held],
        others: list[tuple[SubjectSource, SubjectItem]],
        asked: dict[str, str],
    ) -> Table:
        say = self.request.localizer.translate
        by = ", ".join(say(DATA[name]) for name in ("id", "email", "phone", "name") if asked[name])
        return Table(
            _("Report to the person on their data"),
            REPORT,
            lambda: chain(map(self._line, held), (self._other(*one) for one in others)),
            total=len(held) + len(others),
            facts=((_("Searched by"), by),),
            told_of=self.context,
        )

    def _other(self, source: SubjectSource, item: SubjectItem) -> tuple[Any, ...]:
        say = self.request.localizer.translate
        person = "; ".join(item.person)
        head = (item.code, say(source.title), item.at or None, item.state, "", item.text, person)
        return (*head, "—", "", ", ".join(item.files), "")

    def _line(self, held: rights.Held) -> tuple[Any, ...]:
        case, say = held.case, self.request.localizer.translate
        choices = choices_of(organisation_of(case))
        profile, now = choices.profile, case.progress
        person = [f"{say(DATA[one])}: {case.customer[one]}" for one in CUSTOMER]
        consent = case.consent
        return (
            case.number,
            choices.name("kinds", now.kind),
            case.received_at.isoformat(),
            case.state,
            choices.name("channels", case.channel_id),
            case.text,
            "; ".join(one for one in person if not one.endswith(": ")),
            f"{consent['version']} · {show_moment(profile, consent['at'])}" if consent else "—",
            now.answer,
            ", ".join(one.filename for one in case.files),
            "; ".join(
                f"{show_date(profile, act['at'][:10])} {say(ACT_NAMES[act['kind']])}"
                for act in case.acts
            ),
        )


@view_config(context=Case, name="rectify", permission=Permission.CASE_WORK)
class RectifyForm(ActForm):
    """Corrects one of the customer's data; both values stay with the case."""

    schema = answer_forms.RectifySchema
    heading = _("Correct personal data")
    introduction = _("The old value stays in the time line; lists and letters take the new one.")
    button = _("Correct")

    def bindings(self) -> dict[str, Any]:
        """Offer what is known of a customer."""
        return {**super().bindings(), "data": list(DATA.items())}

    def do(self, values: dict[str, Any]) -> None:
        """Correct it."""
        rights.rectify(
            self.context, values["field"], values["value"], values["reason"], act=self.act
        )


@view_config(context=Case, name="end-consent", permission=Permission.CASE_WORK)
class EndConsentForm(ActForm):
    """Notes that the consent to optional uses is taken back."""

    schema = answer_forms.EndConsentSchema
    heading = _("The customer takes the consent back")
    introduction = _("What is optional stops, such as surveys. The case itself goes on by law.")

    def do(self, values: dict[str, Any]) -> None:
        """Note it."""
        rights.end_consent(self.context, values["reason"], act=self.act)


@view_config(context=Case, name="suppress", permission=Permission.CASE_WORK)
class SuppressForm(StatementForm):
    """Empties a closed case at its customer's wish, by a signed decision; for good."""

    schema = answer_forms.SuppressSchema
    heading = _("Remove personal data for good")
    button = _("Sign and remove for good")

    def __init__(self, context: Case, request: Request) -> None:
        """Look at the case for one web request."""
        super().__init__(context, request)
        self.refused = ""
        self.elsewhere: list[Erased] = []
        try:
            rights.refuse_suppression(context, at=request.act.at)
            self._refuse_held(context)
        except Refused as refusal:
            self.refused = sentence(request, refusal)

    def _refuse_held(self, case: Case, *, settling: bool = False) -> None:
        registry, organisation = self.request.registry, organisation_of(case)
        refuse_held(registry, organisation, "case", case.number, settling=settling)

    def _suppress(self, case: Case, signed: dict[str, Any]) -> None:
        self._refuse_held(case, settling=True)
        person = dict(case.customer)
        request = self.request
        how = rights.suppress(case, signed, act=request.act)
        self.elsewhere = erase_subject(request.registry, organisation_of(case), person, how)

    @property
    def introduction(self) -> Any:
        """Say what goes and what stays, or why nothing can go yet."""
        return self.refused or _(
            "Name, document, contact, words, files, letters and mails go and never come back."
            " Number, kind, dates, states and figures stay, with the SHA-256 of what went."
            " What surveys and kept e-mails hold of the same person"
            " (by document, address, telephone) goes too."
        )

    def make_schema(self) -> Any:
        """Ask for the reason and the passphrase."""
        schema = super().make_schema()
        schema.add(passphrase(name="passphrase"))
        return schema

    def save(self, values: dict[str, Any]) -> Any:
        """Sign the decision and carry it out."""
        case, request = self.context, self.request
        rights.refuse_suppression(case, at=request.act.at)
        self._refuse_held(case)
        record = {
            "kind": "case-suppressed",
            "meaning": request.localizer.translate(_("Orders the suppression of personal data")),
            "number": case.number,
            "uid": case.uid,
            "reason": values["reason"],
        }
        self.sign(
            organisation_of(case),
            record,
            values["passphrase"],
            subject=case,
            store=partial(self._suppress, case),
        )
        tell_elsewhere(request, self.elsewhere)
        return self.done(_("The personal data of ${n} are gone for good.", {"n": case.number}))
