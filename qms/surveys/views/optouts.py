"""Who wants no more surveys: the list, adding one, and asking again."""

from __future__ import annotations

from functools import partial
from typing import Any

from pyramid.httpexceptions import HTTPSeeOther
from pyramid.request import Request
from pyramid.response import Response
from pyramid.view import view_config

from qms.content.models import organisation_of
from qms.documents.wording import show_moment
from qms.kernel.i18n import _
from qms.security.permissions import Permission
from qms.surveys import forms
from qms.surveys.choices import choices_of
from qms.surveys.customers import mask
from qms.surveys.models import SurveyFolder
from qms.surveys.services import campaigns
from qms.surveys.words import CHANNELS
from qms.web.forms import FormView
from qms.web.redirects import see_other

SHOWN = 300


@view_config(
    context=SurveyFolder,
    name="opt-outs",
    request_method="GET",
    permission=Permission.SURVEY_SEE_PERSONAL,
    renderer="qms.templates:surveys/opt_outs.pt",
)
def show(folder: SurveyFolder, request: Request) -> dict[str, Any]:
    """List the newest, masked: enough to find one whose number is at hand."""
    found = sorted(folder.opt_outs.items(), key=lambda pair: pair[1]["at"], reverse=True)
    profile = choices_of(organisation_of(folder)).profile
    lines = []
    for key, facts in found[:SHOWN]:
        kind, _sign, value = key.partition(":")
        lines.append(
            {
                "key": key,
                "kind": forms.KEY_NAMES.get(kind, kind),
                "value": mask(kind, value),
                "at": facts["at"],
                "channel": CHANNELS.get(facts["channel"], facts["channel"]),
            }
        )
    return {
        "heading": _("Who wants no surveys"),
        "folder": folder,
        "lines": lines,
        "total": len(found),
        "manages": bool(request.has_permission(Permission.SURVEY_MANAGE, folder)),
        "moment": partial(show_moment, profile),
        "json": lambda: {"total": len(found)},
    }


@view_config(context=SurveyFolder, name="opt-out", permission=Permission.SURVEY_SEE_PERSONAL)
class OptOutForm(FormView):
    """Adds a customer who told us."""

    schema = forms.OptOutSchema
    heading = _("A customer wants no surveys")
    introduction = _("One of the three is enough; every open call to this customer ends.")
    button = _("Keep")

    def save(self, values: dict[str, Any]) -> Response:
        """Honour it."""
        organisation = organisation_of(self.context)
        customer = campaigns.usable(choices_of(organisation), {"name": "", **values})
        campaigns.opt_out(organisation, customer, channel="staff", act=self.request.act)
        where = self.request.resource_path(self.context, "opt-outs")
        return self.done(_("The customer will not be asked again."), where)


@view_config(
    context=SurveyFolder, name="lift", request_method="POST", permission=Permission.SURVEY_MANAGE
)
def lift(folder: SurveyFolder, request: Request) -> HTTPSeeOther:
    """Let a customer be asked again."""
    gone = campaigns.lift_opt_out(folder, [request.POST.get("key", "")], act=request.act)
    said = _("The customer may be asked again.") if gone else _("There is no such customer.")
    request.session.flash(request.localizer.translate(said), "success" if gone else "info")
    return see_other(request, request.resource_path(folder, "opt-outs"))
