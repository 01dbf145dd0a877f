"""The forms of an elimination: proposing, objecting, answering, taking out, approving."""

from __future__ import annotations

from functools import partial
from typing import Any

from pyramid.response import Response
from pyramid.view import view_config

from qms.content.models import organisation_of
from qms.documents.records import record_kinds
from qms.documents.views.statement import StatementForm
from qms.kernel.i18n import _
from qms.people.moments import local_day
from qms.retention import forms
from qms.retention.errors import LineUnknown, MediumMissing
from qms.retention.models import Disposal, Disposals
from qms.retention.services import disposals
from qms.retention.services.lines import MOST
from qms.retention.views.common import numbers_in, room_of, series_names
from qms.security.permissions import Permission
from qms.web.forms import FormView, at_field
from qms.web.once import OnceForm


@view_config(context=Disposals, name="add", permission=Permission.RETENTION_MANAGE)
class Propose(OnceForm):
    """Proposes an elimination, once."""

    schema = forms.ProposeSchema
    heading = _("Propose an elimination")
    introduction = _(
        "Every record of the series whose days are over is listed, but what is under legal hold."
    )
    button = _("Make the list")

    def bindings(self) -> dict[str, Any]:
        """Offer the series of which something is due, with how many records."""
        organisation = organisation_of(self.context)
        kinds = record_kinds(self.request.registry)
        today = local_day(organisation, self.request.act.at)
        names, count = series_names(room_of(self.context)), dict[str, int]()
        for row in disposals.due(organisation, kinds, today, most=MOST):
            count[row.series] = count.get(row.series, 0) + 1
        return {"series": [(one, f"{one} {names.get(one, '')} ({n})") for one, n in count.items()]}

    def save(self, values: dict[str, Any]) -> Response:
        """Make the list."""
        with at_field("medium", MediumMissing):
            made = disposals.propose(
                organisation_of(self.context),
                record_kinds(self.request.registry),
                series=values["series"],
                reason=values["reason"],
                medium=values["medium"],
                act=self.request.act,
            )
        return self.done(_("The list ${number} was made.", {"number": made.number}), made)


@view_config(context=Disposal, name="object", permission=Permission.RETENTION_OBJECT)
class ObjectTo(FormView):
    """Objects to an elimination."""

    schema = forms.ObjectSchema
    heading = _("Object to the elimination")
    introduction = _("Nobody approves it before your objection is answered.")
    button = _("File the objection")

    def save(self, values: dict[str, Any]) -> Response:
        """Keep it."""
        with at_field("lines", LineUnknown):
            disposals.object_to(
                self.context,
                text=values["text"],
                lines=numbers_in(values["lines"]),
                act=self.request.act,
            )
        return self.done(_("Your objection was filed; it will be answered."))


@view_config(context=Disposal, name="answer", permission=Permission.RETENTION_MANAGE)
class Answer(FormView):
    """Answers an objection."""

    schema = forms.AnswerSchema
    heading = _("Answer an objection")
    button = _("Answer it")

    def bindings(self) -> dict[str, Any]:
        """Offer the objections that wait."""
        now = self.context.progress
        return {
            "objections": [
                (str(n), f"{n + 1}. {now.objections[n]['text'][:200]}") for n in now.waiting
            ]
        }

    def initial(self) -> dict[str, Any]:
        """Choose the first."""
        waiting = self.context.progress.waiting
        return {"objection": str(waiting[0])} if waiting else {}

    def save(self, values: dict[str, Any]) -> Response:
        """Keep the answer."""
        disposals.answer(
            self.context,
            int(values["objection"]),
            upheld=values["verdict"] == "upheld",
            text=values["text"],
            act=self.request.act,
        )
        return self.done(_("The objection was answered."))


@view_config(context=Disposal, name="keep", permission=Permission.RETENTION_MANAGE)
class Keep(FormView):
    """Takes lines out of the list."""

    schema = forms.KeepSchema
    heading = _("Take records out of the list")
    button = _("Take them out")

    def initial(self) -> dict[str, Any]:
        """Start with the line from which the person comes."""
        return {"lines": self.request.GET.get("line", "")[:10]}

    def save(self, values: dict[str, Any]) -> Response:
        """Take each out."""
        with at_field("lines", LineUnknown):
            numbers = [
                one
                for one in numbers_in(values["lines"])
                if one not in disposals.kept_lines(self.context)
            ]
            for number in numbers:
                disposals.keep(
                    self.context,
                    number,
                    for_ever=values["how"] == "for-ever",
                    reason=values["reason"],
                    act=self.request.act,
                )
        return self.done(_("They stay."))


@view_config(context=Disposal, name="withdraw", permission=Permission.RETENTION_MANAGE)
class Withdraw(FormView):
    """Withdraws an elimination."""

    schema = forms.ReasonSchema
    heading = _("Withdraw the elimination")
    button = _("Withdraw")

    def save(self, values: dict[str, Any]) -> Response:
        """Withdraw it."""
        disposals.withdraw(
            self.context,
            record_kinds(self.request.registry),
            reason=values["reason"],
            act=self.request.act,
        )
        return self.done(_("The elimination was withdrawn; its records can be listed again."))


@view_config(context=Disposal, name="approve", permission=Permission.RETENTION_APPROVE)
class Approve(StatementForm):
    """Approves an elimination with a signature."""

    schema = forms.ApproveSchema
    heading = _("Approve the elimination")
    introduction = disposals.APPROVE
    button = _("Sign the approval")

    def save(self, values: dict[str, Any]) -> Response:
        """Sign it; the worker carries it out."""
        disposals.check_approval(self.context, act=self.request.act)
        self.sign(
            organisation_of(self.context),
            disposals.approval_record(self.context),
            values["passphrase"],
            subject=self.context,
            store=partial(disposals.approve, self.context, act=self.request.act),
        )
        return self.done(_("Approved. The records are eliminated within some minutes."))
