"""Publishing the figures of a period, withdrawing them, the public page, and access denied."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any

from pyramid.httpexceptions import HTTPNotFound
from pyramid.request import Request
from pyramid.response import Response
from pyramid.security import NO_PERMISSION_REQUIRED
from pyramid.view import view_config

from qms.content.models import Organisation, organisation_of
from qms.documents.wording import show_date
from qms.kernel.i18n import _
from qms.pqr import services
from qms.pqr.choices import choices_of, times_of
from qms.pqr.models import Case, CaseRegister
from qms.pqr.periods import Period
from qms.pqr.publishing import (
    HIDDEN,
    Publication,
    frozen,
    publication,
    publications,
    publish,
    withdraw,
)
from qms.pqr.report_words import Writer
from qms.pqr.reports import KINDS, MEASURES, usual_period
from qms.pqr.views.public import check_open
from qms.pqr.views.reports import maker_of
from qms.security.permissions import Permission
from qms.web import fields
from qms.web.forms import FormView
from qms.web.i18n import translate

KIND = KINDS["public"]
SMALL = _("Hidden")
"""Stands for a number that could point to persons."""


class PublishSchema(fields.Schema):
    """Nothing is typed: what is shown is what is published."""


class WithdrawSchema(fields.Schema):
    """Why the figures are taken back."""

    reason = fields.long_text(_("Reason"), rows=3, longest=1000)


class DeniedSchema(fields.Schema):
    """Whether access to information was denied, and by which norm."""

    denied = fields.yes_no(_("Access to information is denied, in whole or in part"), default=True)
    reason = fields.long_text(
        _("Reason and norm"),
        rows=3,
        longest=2000,
        help=_(
            "Which exception of the law on access to information, with its article, and why it"
            " holds here."
        ),
    )


def day_of(organisation: Organisation, at: str) -> str:
    """Write the local day of an ISO moment."""
    profile = choices_of(organisation).profile
    return show_date(profile, datetime.fromisoformat(at).astimezone(profile.zone).date())


def shown(request: Request, organisation: Organisation, figures: dict[str, Any]) -> dict[str, Any]:
    """Give published figures as they are printed."""
    writer = Writer(choices_of(organisation).profile.number_style(), request.localizer.translate)
    measures = [MEASURES[name] for name in figures["columns"]]

    def text(value: str | None, kind: str) -> str:
        if value == HIDDEN:
            return str(translate(request, SMALL))
        return writer.number(None if value is None else Decimal(value), kind)

    return {
        "heads": [translate(request, one.title) for one in measures],
        "rows": [
            (
                row["label"],
                [
                    (text(value, one.kind), value is None or value == HIDDEN)
                    for value, one in zip(row["figures"], measures, strict=True)
                ],
                row["total"],
            )
            for row in figures["rows"]
        ],
        "threshold": figures["threshold"],
        "hides": any(HIDDEN in row["figures"] for row in figures["rows"]),
    }


@view_config(context=CaseRegister, name="publish-report", permission=Permission.CASE_WORK)
class PublishForm(FormView):
    """Publishes the figures of a period that is over, after showing them as the public will."""

    __view_defaults__ = {"renderer": "qms.templates:pqr/report_publish.pt"}  # noqa: RUF012
    schema = PublishSchema
    heading = _("Publish the public report")
    introduction = _(
        "These figures stay as they are now, on a page that anybody can read, until you withdraw"
        " them or publish the period again."
    )
    button = _("Publish these figures")

    @property
    def period(self) -> Period:
        """The period that the address names."""
        found = Period.parse(self.request.GET.get("period", ""))
        if found is None:
            found = usual_period(
                KIND, times_of(organisation_of(self.context)).day(self.request.act.at)
            )
        return found

    def extra(self) -> dict[str, Any]:
        """Show what would be published, and what is."""
        organisation, request = organisation_of(self.context), self.request
        report = maker_of(request, KIND).make(KIND, self.period, KIND.groups[0])
        threshold = choices_of(organisation).data["reports"]["hide_below"]
        known = publication(organisation, self.period)
        period = {"period": str(self.period)}
        return {
            "period_name": self.period.name(request.localizer.translate),
            "published": show_date(choices_of(organisation).profile, known.at[:10])
            if known
            else "",
            "public_url": request.resource_path(organisation, "case-figures", query=period),
            "withdraw_url": request.resource_path(self.context, "withdraw-report", query=period),
            **shown(request, organisation, frozen(report, threshold, publications(organisation))),
        }

    def save(self, values: dict[str, Any]) -> Response:
        """Publish them."""
        organisation, act = organisation_of(self.context), self.request.act
        report = maker_of(self.request, KIND).make(KIND, self.period, KIND.groups[0])
        publish(organisation, report, today=times_of(organisation).day(act.at), act=act)
        where = self.request.resource_path(
            self.context, "publish-report", query={"period": str(self.period)}
        )
        return self.done(_("The report is public now."), where)


@view_config(context=CaseRegister, name="withdraw-report", permission=Permission.CASE_WORK)
class WithdrawForm(FormView):
    """Takes published figures off the public page."""

    schema = WithdrawSchema
    heading = _("Withdraw the published report")
    introduction = _("The figures leave the public page; who published them, when and why stays.")
    button = _("Withdraw it")

    def save(self, values: dict[str, Any]) -> Response:
        """Withdraw it."""
        period = Period.parse(self.request.GET.get("period", ""))
        if period is None:
            raise HTTPNotFound
        withdraw(organisation_of(self.context), period, values["reason"], act=self.request.act)
        where = self.request.resource_path(
            self.context, "report-public", query={"period": str(period)}
        )
        return self.done(_("The report is not public any more."), where)


@view_config(context=Case, name="deny-access", permission=Permission.CASE_WORK)
class DeniedForm(FormView):
    """Notes that access to information was denied, for the public report (Ley 1712 de 2014)."""

    schema = DeniedSchema
    heading = _("Access to information")
    introduction = _("The public report counts the cases in which access was denied.")
    button = _("Save")

    def save(self, values: dict[str, Any]) -> Response:
        """Note it."""
        services.take(
            self.context,
            "noted",
            self.request.act,
            note=values["reason"].strip(),
            denied=bool(values["denied"]),
        )
        return self.done(_("Saved."))


@view_config(
    context=Organisation,
    name="case-figures",
    permission=NO_PERMISSION_REQUIRED,
    request_method="GET",
    renderer="qms.templates:pqr/report_published.pt",
)
def published(organisation: Organisation, request: Request) -> dict[str, Any]:
    """Show anybody the figures that were published, and nothing of persons."""
    check_open(organisation, request)
    found = publications(organisation)
    wanted = request.GET.get("period", "")
    one = next((each for each in found if str(each.period) == wanted), found[0] if found else None)
    name = request.localizer.translate

    def address(each: Publication) -> str:
        query = {"period": str(each.period)}
        return str(request.resource_path(organisation, "case-figures", query=query))

    return {
        "heading": _("Petitions, complaints and claims in figures"),
        "host": organisation,
        "organisation": organisation,
        "wide": True,
        "others": [
            (
                each.period.name(name),
                request.resource_path(
                    organisation, "case-figures", query={"period": str(each.period)}
                ),
                each is one,
            )
            for each in found
        ],
        "report": shown(request, organisation, one.figures) if one else None,
        "period_name": one.period.name(name) if one else "",
        "at": day_of(organisation, one.at) if one else "",
        "json": lambda: _json(one, found),
    }


def _json(one: Publication | None, found: list[Publication]) -> dict[str, Any]:
    return {
        "periods": [str(each.period) for each in found],
        "period": str(one.period) if one else None,
        "published": one.at if one else None,
        "columns": one.figures["columns"] if one else [],
        "rows": one.figures["rows"] if one else [],
    }
