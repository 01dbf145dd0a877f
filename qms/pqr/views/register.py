"""Taking cases: quick entry by keyboard, the full form; terms computed anew, the desk card."""

from __future__ import annotations

from dataclasses import replace
from functools import cached_property
from typing import Any

from pyramid.request import Request
from pyramid.response import Response
from pyramid.view import view_config

from qms.content.models import organisation_of
from qms.content.once import Made
from qms.documents.wording import show_date
from qms.exports import Column, Table
from qms.kernel.i18n import _
from qms.pqr import forms, services
from qms.pqr.choices import choices_of
from qms.pqr.matrix import currency_of, money_of
from qms.pqr.models import Case, CaseRegister
from qms.pqr.recalculating import Change, changes_to_come, recalculate, sign_of, waits
from qms.pqr.services import Received
from qms.pqr.views import taking
from qms.pqr.words import local_date
from qms.security.permissions import Permission
from qms.web import fields
from qms.web.forms import FormView
from qms.web.i18n import translate
from qms.web.once import OnceForm
from qms.web.redirects import see_other

CHANNEL = "case-channel"
"""Where a clerk's session keeps the channel of the last case."""


class TakeForm(OnceForm):
    """Registers a case, once; quick entry and full form derive from it."""

    def bindings(self) -> dict[str, Any]:
        """Offer what the profile has."""
        return taking.offered(organisation_of(self.context))

    def keep(self, received: Received) -> services.Registered:
        """Register it, keep its receipt for this browser, and say the number and the day."""
        organisation, session = organisation_of(self.context), self.request.session
        made = services.register(organisation, received, act=self.request.act)
        session[CHANNEL] = received.channel
        session[taking.RECEIPT] = [organisation.__name__, made.case.number, made.code]
        self.made = made.case.number
        return made

    def repeated(self, found: Made) -> Any:
        """Say number and code once more, where this browser still has them."""
        organisation, session = organisation_of(self.context), self.request.session
        kept = session.get(taking.RECEIPT) or ("", "", "")
        case = self.context.get(found.name)
        if case is not None and list(kept[:2]) == [organisation.__name__, found.name]:
            said = translate(self.request, self.said(case, kept[2]))
            session.flash(said, "success", allow_duplicate=False)
        return super().repeated(found)

    def said(self, case: Case, code: str) -> Any:
        """Say what the clerk reads out to the customer."""
        profile = choices_of(organisation_of(case)).profile
        values: dict[str, object] = {"number": case.number, "code": code}
        if case.due is None:
            return _("${number} is registered. Code: ${code}.", values)
        day = show_date(profile, local_date(case.due, profile.zone))
        return _("${number} is registered; answer by ${due}. Code: ${code}.", values | {"due": day})


@view_config(context=CaseRegister, name="quick", permission=Permission.CASE_REGISTER)
class QuickForm(TakeForm):
    """One line by keyboard; Enter registers it and the next one can be typed."""

    schema = forms.QuickSchema
    heading = _("Quick entry")
    button = _("Register")

    def initial(self) -> dict[str, Any]:
        """Start with the channel of the last case."""
        return {"channel": self.request.session.get(CHANNEL, "")}

    def save(self, values: dict[str, Any]) -> Response:
        """Register it and go back to the line."""
        received = Received(
            values["kind"], values["channel"], values["text"], {"name": values["name"]}
        )
        made = self.keep(received)
        where = self.request.resource_path(self.context, query={"again": made.case.number})
        return self.done(self.said(made.case, made.code), where)


@view_config(context=CaseRegister, name="add", permission=Permission.CASE_REGISTER)
class FullForm(TakeForm):
    """Everything about a case, with files, on behalf of somebody, or from before an outage."""

    schema = forms.CaseSchema
    heading = _("Register a case")
    button = _("Register")

    def make_schema(self) -> Any:
        """Ask for the amount where the profile does."""
        schema = super().make_schema()
        choices = choices_of(organisation_of(self.context))
        if choices.data["amount"]:
            title = _("Amount in ${currency}", {"currency": currency_of(choices)})
            numeric = {"inputmode": "decimal"}
            field = fields.text(title, name="amount", longest=30, optional=True, attributes=numeric)
            schema.add(field)
        return schema

    def initial(self) -> dict[str, Any]:
        """Start with the channel of the last case."""
        return {"channel": self.request.session.get(CHANNEL, "")}

    def save(self, values: dict[str, Any]) -> Response:
        """Register it and show it."""
        profile = choices_of(organisation_of(self.context)).profile
        received = replace(
            taking.received_of(values, profile),
            amount=money_of(values.get("amount") or "", profile.number_style()),
        )
        made = self.keep(received)
        self.request.session.flash(
            self.request.localizer.translate(self.said(made.case, made.code)), "success"
        )
        return see_other(self.request, made.case)


@view_config(context=CaseRegister, name="recalculate", permission=Permission.CASE_WORK)
class RecalculateForm(FormView):
    """Computes open cases anew when the calendar or a norm changed, after showing what moves."""

    __view_defaults__ = {"renderer": "qms.templates:pqr/recalculate.pt"}  # noqa: RUF012
    schema = forms.RecalculateSchema
    heading = _("Compute the terms anew")
    introduction = _("Open cases only: closed ones keep the term that they had.")

    @property
    def button(self) -> Any:
        """Say what pressing it does."""
        return _("Move these terms") if self.changes else _("Note that nothing moves")

    @cached_property
    def changes(self) -> list[Change]:
        """Every case whose term would move."""
        return changes_to_come(organisation_of(self.context), act=self.request.act)

    def initial(self) -> dict[str, Any]:
        """Start with the mark of what is shown, so that nothing else is moved."""
        return {"seen": sign_of(self.changes)}

    def extra(self) -> dict[str, Any]:
        """Show every case whose term would move."""
        organisation, found = organisation_of(self.context), self.changes
        profile = choices_of(organisation).profile

        def day(due: str | None) -> str:
            return show_date(profile, local_date(due, profile.zone)) if due else "—"

        return {
            "waits": waits(organisation),
            "changes": [(one.case, day(one.before), day(one.after)) for one in found],
            "json": lambda: {
                "changes": [
                    {"number": one.case.number, "before": one.before, "after": one.after}
                    for one in found
                ]
            },
        }

    def save(self, values: dict[str, Any]) -> Response:
        """Move them, each with its entry in the log."""
        organisation = organisation_of(self.context)
        seen, reason = values["seen"], values["reason"]
        moved = recalculate(organisation, reason, seen=seen, act=self.request.act)
        return self.done(_("Terms were moved: ${n}.", {"n": len(moved)}))


@view_config(
    context=CaseRegister,
    name="desk",
    request_method="GET",
    permission=Permission.VIEW,
    renderer="qms.templates:pqr/desk.pt",
)
def desk_card(register: CaseRegister, request: Request) -> dict[str, Any]:
    """Show who is sent where, as a card that the desk can print."""
    rules = choices_of(organisation_of(register)).data["triage"]
    groups: dict[str, list[Any]] = {}
    for rule in rules:
        groups.setdefault(rule["group"] or "", []).append(rule)
    return {
        "heading": _("Desk card"),
        "groups": list(groups.items()),
        "register": register,
        "table": Table(
            _("Desk card"),
            (
                Column("group", _("Group"), share=18),
                Column("if", _("If it is"), share=40),
                Column("to", _("Goes to"), share=24),
                Column("place", _("Place"), share=18),
            ),
            lambda: [(one["group"], one["if"], one["to"], one["place"]) for one in rules],
        ),
        "json": lambda: {"rules": [dict(rule) for rule in rules]},
    }
