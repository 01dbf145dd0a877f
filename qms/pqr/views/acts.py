"""The small forms with which a case is worked, one for each act."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from pyramid.request import Request
from pyramid.response import Response
from pyramid.view import view_config

from qms.content.models import organisation_of
from qms.documents.wording import show_date
from qms.kernel.acts import Act
from qms.kernel.i18n import _
from qms.pqr import forms, lettering, services
from qms.pqr.consequences import transfer_by
from qms.pqr.models import Case
from qms.pqr.views import composing, taking
from qms.pqr.words import UNIT_NAMES, span
from qms.profiles.api import profile_of
from qms.security.permissions import Permission
from qms.web.seen import SeenForm, mark_of


class ActForm(SeenForm):
    """One act on a case; the acts derive from it."""

    context: Case

    def __init__(self, context: Case, request: Request) -> None:
        """Look at the case for one web request."""
        super().__init__(context, request)
        self.act: Act = request.act
        """With what the service is called; another one while it is only tried out."""

    def bindings(self) -> dict[str, Any]:
        """Offer what the profile has."""
        return taking.offered(organisation_of(self.context))

    def present(self) -> str:
        """Name how far the case is; a note or an alert of the worker is nothing to look at."""
        case, now = self.context, self.context.progress
        words = (now.answer, now.draft, now.letter)
        return mark_of(now.state, now.kind, now.owner, now.queue, now.amount, case.due, *words)

    def due(self) -> str:
        """Write the day on which the case is due, as it is shown."""
        profile = profile_of(organisation_of(self.context))
        if self.context.due is None:
            return "—"
        local = datetime.fromisoformat(self.context.due).astimezone(profile.zone)
        return show_date(profile, local.date())

    def save(self, values: dict[str, Any]) -> Response:
        """Do it and show the case."""
        self.do(values)
        return self.done(_("Saved."))

    def do(self, values: dict[str, Any]) -> None:
        """Call the service."""
        raise NotImplementedError


class LetteredForm(ActForm):
    """An act of which the customer gets a letter, where the profile says so."""

    letter_kind = ""
    always = False
    """Whether the letter is made whatever the profile says."""

    def make_schema(self) -> Any:
        """Ask for the passphrase where a person signs the letter."""
        return composing.with_passphrase(super().make_schema(), self.context, self.letter_kind)

    def save(self, values: dict[str, Any]) -> Response:
        """Make the letter of what is about to be done, then do it."""
        case, request = self.context, self.request
        if self.always or lettering.wanted(case, self.letter_kind):

            def tried(act: Act) -> None:
                self.act = act
                self.do(values)

            passphrase = values.get("passphrase") or ""
            composing.sign(case, request, self.letter_kind, passphrase, tried=tried)
            self.act = request.act
        return super().save(values)


@view_config(context=Case, name="assign", permission=Permission.CASE_WORK)
class AssignForm(ActForm):
    """Gives the case to somebody."""

    schema = forms.AssignSchema
    heading = _("Assign the case")
    button = _("Assign")

    def initial(self) -> dict[str, Any]:
        """Start with whose it is now."""
        now = self.context.progress
        return {"owner": now.owner, "queue": now.queue}

    def do(self, values: dict[str, Any]) -> None:
        """Assign it."""
        owner, queue = values["owner"], values["queue"]
        services.assign(self.context, owner=owner, queue=queue, act=self.act)


@view_config(context=Case, name="ask-for-more", permission=Permission.CASE_WORK)
class AskForm(LetteredForm):
    """Asks the customer for what is missing."""

    letter_kind = "ask"
    schema = forms.TextSchema
    heading = _("Ask for what is missing")
    button = _("Ask the customer")

    @property
    def introduction(self) -> Any:
        """Say what asking does to the term."""
        until = self.context.clock.ask_by()
        if until is None or self.request.act.at > until:
            return _("The term goes on while you wait for the customer.")
        day = show_date(profile_of(organisation_of(self.context)), until.date())
        return _(
            "Asked by ${day}, it stops the term until the customer completes it.", {"day": day}
        )

    def do(self, values: dict[str, Any]) -> None:
        """Ask."""
        services.ask_for_more(self.context, values["text"], act=self.act)


@view_config(context=Case, name="complete", permission=Permission.CASE_WORK)
class CompleteForm(ActForm):
    """Keeps what the customer brought."""

    schema = forms.CompleteSchema
    heading = _("The customer completed it")

    def do(self, values: dict[str, Any]) -> None:
        """Keep it."""
        brought = taking.files_of(values)
        services.complete(self.context, values["text"], files=brought, act=self.act)


@view_config(context=Case, name="extend", permission=Permission.CASE_WORK)
class ExtendForm(LetteredForm):
    """Extends the term, before it ends."""

    letter_kind = "extend"
    schema = forms.ExtendSchema
    heading = _("Extend the term")
    button = _("Extend and tell the customer")

    @property
    def introduction(self) -> Any:
        """Say what the norm allows."""
        clock = self.context.clock
        if clock.rule is None or not clock.extendable:
            return _("The norm of this case gives no extension.")
        most = self.request.localizer.translate(span(clock.extendable, clock.rule.term.unit))
        values = {"due": self.due(), "most": most, "norm": clock.rule.source}
        return _("Only before ${due}, and by ${most} more at most (${norm}).", values)

    def make_schema(self) -> Any:
        """Ask in the unit of the term."""
        schema, rule = super().make_schema(), self.context.clock.rule
        if rule is not None:
            unit = self.request.localizer.translate(UNIT_NAMES[rule.term.unit])
            schema["amount"].title = _("How much more, in ${unit}", {"unit": unit})
        return schema

    def do(self, values: dict[str, Any]) -> None:
        """Extend it."""
        amount, reason = values["amount"], values["reason"]
        services.extend(self.context, amount, reason, act=self.act)


@view_config(context=Case, name="suspend", permission=Permission.CASE_WORK)
class SuspendForm(LetteredForm):
    """Interrupts the term by letter."""

    letter_kind = "suspend"
    schema = forms.SuspendSchema
    heading = _("Interrupt the term by letter")
    button = _("Interrupt and send the letter")

    def do(self, values: dict[str, Any]) -> None:
        """Interrupt it."""
        services.suspend(self.context, values["reason"], until=values["until"], act=self.act)


@view_config(context=Case, name="change-kind", permission=Permission.CASE_WORK)
class KindForm(ActForm):
    """Types the case anew."""

    schema = forms.KindSchema
    heading = _("Change the kind")
    introduction = _(
        "The term is counted anew from the first receipt; a case that is overdue stays overdue."
    )

    def initial(self) -> dict[str, Any]:
        """Start with the present kind."""
        return {"kind": self.context.progress.kind}

    def do(self, values: dict[str, Any]) -> None:
        """Change it."""
        services.change_kind(self.context, values["kind"], values["reason"], act=self.act)


@view_config(context=Case, name="transfer", permission=Permission.CASE_WORK)
class TransferForm(LetteredForm):
    """Hands the case to whoever is competent."""

    letter_kind = "transfer"
    schema = forms.TransferSchema
    heading = _("Transfer by lack of competence")
    button = _("Transfer and tell the customer")

    @property
    def introduction(self) -> Any:
        """Say until when the norm lets it be sent on."""
        until = transfer_by(self.context)
        if until is None:
            return ""
        profile = profile_of(organisation_of(self.context))
        day = show_date(profile, until.at.astimezone(profile.zone).date())
        return _("By ${day} at the latest (${norm}).", {"day": day, "norm": until.source})

    def do(self, values: dict[str, Any]) -> None:
        """Transfer it."""
        to, address = values["to"], values["address"]
        services.transfer(self.context, to, values["reason"], address=address, act=self.act)


@view_config(context=Case, name="lapse", permission=Permission.CASE_WORK)
class LapseForm(ActForm):
    """Archives a case that nobody completed."""

    schema = forms.ReasonSchema
    heading = _("Archive as lapsed")

    def do(self, values: dict[str, Any]) -> None:
        """Archive it."""
        services.lapse(self.context, values["reason"], act=self.act)


@view_config(context=Case, name="withdraw", permission=Permission.CASE_WORK)
class WithdrawForm(ActForm):
    """Notes that the customer takes it back."""

    schema = forms.ReasonSchema
    heading = _("The customer takes it back")

    def do(self, values: dict[str, Any]) -> None:
        """Note it."""
        services.withdraw(self.context, values["reason"], act=self.act)


@view_config(context=Case, name="close", permission=Permission.CASE_WORK)
class CloseForm(ActForm):
    """Closes it effectively."""

    schema = forms.CloseSchema
    heading = _("Close effectively")
    button = _("Close")

    def do(self, values: dict[str, Any]) -> None:
        """Close it."""
        services.close(self.context, values["ground"], values["note"], act=self.act)


@view_config(context=Case, name="reopen", permission=Permission.CASE_WORK)
class ReopenForm(ActForm):
    """Opens it again."""

    schema = forms.ReopenSchema
    heading = _("Open it again")

    def do(self, values: dict[str, Any]) -> None:
        """Open it."""
        services.reopen(self.context, values["ground"], values["reason"], act=self.act)
