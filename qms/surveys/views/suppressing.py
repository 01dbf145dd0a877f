"""The signed act by which a customer of a survey is taken out at their own wish."""

from __future__ import annotations

from typing import Any

from pyramid.request import Request
from pyramid.view import view_config

from qms.content.models import organisation_of
from qms.documents.subject_data import Erased
from qms.documents.views.statement import StatementForm, passphrase
from qms.documents.views.subjects import tell_elsewhere
from qms.kernel.errors import Refused
from qms.kernel.i18n import _
from qms.security.permissions import Permission
from qms.surveys import forms, personal
from qms.surveys.models import Contact
from qms.web.errors import sentence


@view_config(context=Contact, name="suppress", permission=Permission.SURVEY_MANAGE)
class SuppressForm(StatementForm):
    """Takes who a customer is out of a survey, by a signed decision; for good."""

    schema = forms.SuppressSchema
    heading = _("Remove personal data for good")
    button = _("Sign and remove for good")

    def __init__(self, context: Contact, request: Request) -> None:
        """Look at the customer for one web request."""
        super().__init__(context, request)
        self.refused = ""
        self.elsewhere: list[Erased] = []
        try:
            personal.refuse_suppression(request.registry, context)
        except Refused as refusal:
            self.refused = sentence(request, refusal)

    @property
    def introduction(self) -> Any:
        """Say what goes and what stays, or why nothing can go yet."""
        return self.refused or _(
            "Name, contact, words and files go and never come back, and nobody calls or writes to"
            " this person again. Number, survey, days, states and scores stay, so that no figure"
            " changes. What other surveys and kept e-mails hold of the same person (by document,"
            " address, telephone) goes too; a case is removed from its own page."
        )

    def make_schema(self) -> Any:
        """Ask for the reason and the passphrase."""
        schema = super().make_schema()
        schema.add(passphrase(name="passphrase"))
        return schema

    def save(self, values: dict[str, Any]) -> Any:
        """Sign the decision and carry it out."""
        contact, request = self.context, self.request
        personal.refuse_suppression(request.registry, contact)
        number = contact.crumb
        record = {
            "kind": "customer-suppressed",
            "meaning": request.localizer.translate(_("Orders the suppression of personal data")),
            "number": number,
            "uid": contact.uid,
            "reason": values["reason"],
        }
        self.sign(
            organisation_of(contact),
            record,
            values["passphrase"],
            subject=contact,
            store=self._suppress,
        )
        tell_elsewhere(request, self.elsewhere)
        return self.done(_("The personal data of ${n} are gone for good.", {"n": number}))

    def _suppress(self, signed: dict[str, Any]) -> None:
        request = self.request
        _record, self.elsewhere = personal.suppress(
            request.registry, self.context, signed, act=request.act
        )
