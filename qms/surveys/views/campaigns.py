"""Campaigns: what there is, opening one, its customers, and whose call is next."""

from __future__ import annotations

from functools import partial
from typing import Any

from pyramid.httpexceptions import HTTPSeeOther
from pyramid.request import Request
from pyramid.response import Response
from pyramid.view import view_config

from qms.content.models import organisation_of
from qms.exports import Action, Listing, ListSpec
from qms.kernel.i18n import _
from qms.links.shown import panel
from qms.security.permissions import Permission
from qms.surveys import forms
from qms.surveys.choices import choices_of
from qms.surveys.errors import NobodyLeft
from qms.surveys.models import Campaign, SurveyFolder
from qms.surveys.numbers import Sums, selection
from qms.surveys.sampling import achieved_error
from qms.surveys.services import calling, campaigns, links
from qms.surveys.views import feeding
from qms.surveys.views.lines import CALL, COLUMNS, FACETS, Lines
from qms.surveys.words import CLOSED, OPEN
from qms.web.forms import FieldRefused
from qms.web.once import OnceForm
from qms.web.redirects import see_other

LIST = ListSpec(
    columns=(*COLUMNS[:4], CALL, *(one for one in COLUMNS[4:] if one.name != CALL.name)),
    facets=FACETS,
    order="number",
    search=_("Name of the customer"),
)
SHOWN = 60
"""So many campaigns stand on the first page, the newest first."""


def figures_of(campaign: Campaign, sums: Sums) -> dict[str, Any]:
    """Count how far a campaign has come."""
    states = sums.catalogue.counts("state", {"campaign": [campaign.number]})
    numbers = sums.numbers({"campaign": [campaign.number]})
    waiting = sum(states.get(one, 0) for one in ("call-waiting", "call-retry", "call-later"))
    return {
        "customers": sum(states.values()),
        "waiting": waiting,
        "numbers": numbers,
        "states": states,
    }


@view_config(
    context=SurveyFolder,
    request_method="GET",
    permission=Permission.VIEW,
    renderer="qms.templates:surveys/index.pt",
)
def index(folder: SurveyFolder, request: Request) -> dict[str, Any]:
    """Show each survey with its month, and the campaigns."""
    organisation = organisation_of(folder)
    choices, sums = choices_of(organisation), Sums(organisation)
    today = choices.day(request.act.at)
    first = today.replace(day=1)
    cards = []
    for survey in choices.active():
        chosen = selection(survey, first, today)
        open_ones = {"survey": [survey.id], "follow-role": ["unmanaged", "in-progress"]}
        cards.append(
            {
                "survey": survey,
                "numbers": sums.numbers(chosen),
                "open": sums.count(open_ones),
                "report": request.resource_path(folder, "report", query={"survey": survey.id}),
            }
        )
    names = sorted(folder, reverse=True)[:SHOWN]
    lines = [{"campaign": folder[name], **figures_of(folder[name], sums)} for name in names]
    return {
        "heading": _("Surveys"),
        "folder": folder,
        "cards": cards,
        "lines": lines,
        "more": len(folder) - len(lines),
        "names": choices.name,
        "chips": (OPEN, CLOSED),
        "actions": _actions(folder, request),
        "style": choices.profile.number_style(),
        "json": lambda: {"campaigns": [_json(one) for one in lines]},
    }


def _json(line: dict[str, Any]) -> dict[str, Any]:
    campaign = line["campaign"]
    return {
        "number": campaign.number,
        "title": campaign.title,
        "survey": campaign.survey_id,
        "open": campaign.open,
        "customers": line["customers"],
        "waiting": line["waiting"],
        **line["numbers"].to_data(),
    }


def _actions(folder: SurveyFolder, request: Request) -> list[Action]:
    path = partial(request.resource_path, folder)
    found = [Action(_("Follow-up board"), path("board"), "flag", primary=False)]
    if request.has_permission(Permission.SURVEY_MANAGE, folder):
        found.append(Action(_("Lists without a person"), path("systems"), "import", primary=False))
    if request.has_permission(Permission.SURVEY_SEE_PERSONAL, folder):
        found.append(Action(_("Who wants no surveys"), path("opt-outs"), "lock", primary=False))
    if _may_open(request, folder) and choices_of(organisation_of(folder)).active():
        calls = request.has_permission(Permission.SURVEY_CALL, folder)
        found.append(Action(_("New campaign"), path("add" if calls else "open"), "plus"))
    return found


def _may_open(request: Request, folder: SurveyFolder) -> bool:
    return bool(request.has_permission(Permission.SURVEY_CALL, folder)) or bool(
        request.has_permission(Permission.SURVEY_MANAGE, folder)
    )


class CampaignForm(OnceForm):
    """Opens a campaign, once."""

    schema = forms.CampaignSchema
    heading = _("New campaign")
    button = _("Open the campaign")

    def bindings(self) -> dict[str, Any]:
        """Offer the organisation's surveys and lines."""
        choices = choices_of(organisation_of(self.context))
        return {
            "surveys": [(one.id, one.name) for one in choices.active()],
            "lines": [(key, str(one["name"])) for key, one in choices.lines.items()],
        }

    def initial(self) -> dict[str, Any]:
        """Start with an ordinary campaign."""
        active = choices_of(organisation_of(self.context)).active()
        rules = active[0].data["sample"] if active else {}
        return {
            "who": forms.LIST,
            "confidence": str(rules.get("confidence", 95)),
            "error": rules.get("error", 5),
            "expected": rules.get("expected", 100),
            "by": rules.get("by") or "",
        }

    def save(self, values: dict[str, Any]) -> Response:
        """Open it and show it."""
        sample = None
        if values["who"] == forms.SAMPLE:
            if not values["confidence"] or not values["error"]:
                raise FieldRefused(
                    "error", _("A sample needs its confidence and its error in per cent.")
                )
            sample = {
                "confidence": int(values["confidence"]),
                "error": values["error"],
                "expected": values["expected"] or 100,
                "by": values["by"],
            }
        campaign = campaigns.open_campaign(
            organisation_of(self.context),
            values["survey"],
            values["title"],
            line=values["line"],
            sample=sample,
            act=self.request.act,
        )
        return self.done(_("The campaign is open. Load its list of customers."), campaign)


@view_config(context=SurveyFolder, name="add", permission=Permission.SURVEY_CALL)
class CallersCampaign(CampaignForm):
    """Opens a campaign, by those who call."""


@view_config(context=SurveyFolder, name="open", permission=Permission.SURVEY_MANAGE)
class SupervisorsCampaign(CampaignForm):
    """Opens a campaign, by those who supervise."""


@view_config(
    context=Campaign,
    permission=Permission.VIEW,
    renderer="qms.templates:surveys/campaign.pt",
)
def show(campaign: Campaign, request: Request) -> dict[str, Any]:
    """Show how far it has come, its sample, and its customers."""
    lines, sums = Lines(request), Sums(organisation_of(campaign))
    works = bool(request.has_permission(Permission.SURVEY_CALL, campaign)) and campaign.open
    manages = bool(request.has_permission(Permission.SURVEY_MANAGE, campaign))
    figures = figures_of(campaign, sums)
    return lines.page(
        Listing(request, LIST),
        campaign.title,
        {"campaign": [campaign.number]},
        campaign=campaign,
        survey_name=lines.choices.name("surveys", campaign.survey_id),
        figures=figures,
        reach=sums_reach(sums, campaign),
        sample=sample_of(campaign, figures["numbers"].answers),
        loads=feeding.loads_shown(campaign, request),
        feeding=feeding.command_for(campaign, request) if manages and campaign.open else "",
        works=works,
        manages=manages,
        next=calling.next_in(campaign, request.act) if works else None,
        style=lines.choices.profile.number_style(),
        chips=(OPEN, CLOSED),
        empty=_("Nobody is in this campaign yet. Load the list of customers."),
        links=panel(request, "campaign", campaign.number, may_link=manages),
    )


def sums_reach(sums: Sums, campaign: Campaign) -> dict[str, int]:
    """Count who was called and reached in a campaign."""
    chosen = {"campaign": [campaign.number]}
    return {
        name: sum(
            count
            for value, count in sums.catalogue.counts(name, chosen).items()
            if len(value) == len("2026-10")
        )
        for name in ("called", "contacted")
    }


def sample_of(campaign: Campaign, answers: int) -> dict[str, Any] | None:
    """Say of a sample what was needed, what was reached, and with which error."""
    sample = campaign.sample
    if sample is None:
        return None
    drawn = "population" in sample
    return {
        **sample,
        "is_drawn": drawn,
        "achieved": achieved_error(sample["population"], answers, sample["confidence"])
        if drawn
        else None,
        "enough": drawn and answers >= sample["needed"],
    }


@view_config(
    context=Campaign, name="next", request_method="POST", permission=Permission.SURVEY_CALL
)
def take_next(campaign: Campaign, request: Request) -> HTTPSeeOther:
    """Take the next call up and show it."""
    try:
        contact = calling.take_next(campaign, act=request.act)
    except NobodyLeft as nobody:
        return see_other(request, campaign, _(nobody.msgid), tone="info")
    return see_other(request, request.resource_path(contact, "call"))


@view_config(
    context=Campaign, name="shut", request_method="POST", permission=Permission.SURVEY_MANAGE
)
def shut(campaign: Campaign, request: Request) -> HTTPSeeOther:
    """Close the campaign, or open it again."""
    campaigns.shut(campaign, is_open=not campaign.open, act=request.act)
    said = _("The campaign is open again.") if campaign.open else _("The campaign is closed.")
    return see_other(request, campaign, said)


@view_config(
    context=Campaign, name="send-links", request_method="POST", permission=Permission.SURVEY_MANAGE
)
def send_links(campaign: Campaign, request: Request) -> HTTPSeeOther:
    """Mail a link to everybody who has an address and got none yet."""
    sent = links.send_links(campaign, act=request.act)
    said = _("Links were mailed: ${n}.", {"n": sent})
    return see_other(request, campaign, said)


@view_config(context=Campaign, name="add", permission=Permission.SURVEY_CALL)
class CustomerForm(OnceForm):
    """Adds one customer by hand, once."""

    schema = forms.CustomerSchema
    heading = _("Add a customer")
    button = _("Add")

    def bindings(self) -> dict[str, Any]:
        """Offer the brands."""
        choices = choices_of(organisation_of(self.context))
        return {"brands": [(key, str(one["name"])) for key, one in choices.brands.items()]}

    def save(self, values: dict[str, Any]) -> Response:
        """Add the customer."""
        contact = campaigns.add_customer(self.context, values, act=self.request.act)
        return self.done(_("The customer is in the campaign."), contact)
