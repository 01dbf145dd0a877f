"""The call: script and questions on one page, and what came of it."""

from __future__ import annotations

from datetime import datetime
from functools import partial
from typing import Any

from pyramid.httpexceptions import HTTPSeeOther
from pyramid.request import Request
from pyramid.response import Response
from pyramid.view import view_config

from qms.content.models import organisation_of
from qms.documents.wording import show_moment
from qms.kernel.acts import Act
from qms.kernel.i18n import _
from qms.people.models import people_of
from qms.security.permissions import Permission
from qms.surveys import forms, workflow
from qms.surveys.choices import choices_of
from qms.surveys.errors import NotNow
from qms.surveys.letters import ASK
from qms.surveys.models import Contact
from qms.surveys.services import answering, calling, campaigns, links
from qms.surveys.services.answering import format_in_force
from qms.web.forms import FieldRefused, FormView
from qms.web.redirects import see_other

PREPARED = "survey-message"
"""Where a caller's session keeps the link that was made for a message: customer and token."""


def merged(text: str, values: dict[str, str]) -> str:
    """Fill known places in one pass, so that braces in a value stay as they are."""
    first, *parts = text.split("{")
    filled = [first]
    for part in parts:
        name, brace, rest = part.partition("}")
        filled.append(values[name] + rest if brace and name in values else "{" + part)
    return "".join(filled)


def places(contact: Contact, act: Act, link: str = "") -> dict[str, str]:
    """Give what a script or message can say of a customer."""
    organisation = organisation_of(contact)
    choices, people = choices_of(organisation), people_of(organisation)
    return {
        **dict.fromkeys(choices.fields, ""),
        **contact.extra,
        "customer": contact.customer["name"],
        "plate": contact.customer["plate"],
        "line": choices.name("lines", contact.line_id),
        "brand": choices.name("brands", contact.brand_id),
        "organisation": choices.profile.name,
        "agent": people.person_name(act.person_id) if act.person_id in people["persons"] else "",
        "link": link,
    }


class _CallPage(FormView):
    """A page about a customer who is being called."""

    context: Contact

    def __call__(self) -> Any:
        """Refuse where nobody is to be called any more."""
        if self.context.state not in workflow.MAY_ANSWER:
            raise NotNow(state=self.context.state)
        return super().__call__()

    @property
    def heading(self) -> Any:
        """Say who is called."""
        return self.context.customer["name"]

    def extra(self) -> dict[str, Any]:
        """Show the customer, the script and what happened before."""
        contact, request = self.context, self.request
        organisation = organisation_of(contact)
        choices, survey = choices_of(organisation), calling.survey_of(contact)
        lease = contact.lease
        now = campaigns.moment(request.act.at)
        held = lease is not None and lease[1] > now and lease[0] != request.person.id
        return {
            "contact": contact,
            "campaign": contact.campaign,
            "survey": survey,
            "choices": choices,
            "script": merged(survey.data["script"] or "", places(contact, request.act)),
            "thanks": survey.data["thanks"],
            "script_form": format_in_force(organisation, survey.data["script_code"]),
            "held_by": people_of(organisation).person_name(lease[0]) if held and lease else "",
            "mine": lease is not None and lease[0] == request.person.id and lease[1] > now,
            "attempts": [act for act in contact.acts if act["kind"] == "attempted"],
            "moment": partial(show_moment, choices.profile),
        }


@view_config(context=Contact, name="call", permission=Permission.SURVEY_CALL)
class CallForm(_CallPage):
    """Asks the questions and keeps the answers."""

    __view_defaults__ = {"renderer": "qms.templates:surveys/call.pt"}  # noqa: RUF012
    button = _("Keep the answers")

    def make_schema(self) -> Any:
        """Ask what this customer's line and brand are asked."""
        survey = calling.survey_of(self.context)
        asked = survey.asked(self.context.line_id, self.context.brand_id)
        return forms.answers_schema(survey, asked, voice=_("Voice of the customer"))

    def save(self, values: dict[str, Any]) -> Response:
        """Keep the answers and go on to the next call."""
        contact = self.context
        calling.check_free(contact, self.request.act)
        now = answering.answer(contact, forms.values_of(values), act=self.request.act)
        if now.is_open:
            return self.done(
                _("Kept. The customer is not satisfied: the follow-up has begun."), contact.campaign
            )
        return self.done(_("Kept. Go on with the next call."), contact.campaign)


@view_config(context=Contact, name="attempt", permission=Permission.SURVEY_CALL)
class AttemptForm(_CallPage):
    """Keeps why a call gave no answers."""

    __view_defaults__ = {"renderer": "qms.templates:surveys/attempt.pt"}  # noqa: RUF012
    schema = forms.AttemptSchema
    button = _("Keep the attempt")

    def bindings(self) -> dict[str, Any]:
        """Offer the organisation's reasons."""
        choices = choices_of(organisation_of(self.context))
        return {"reasons": [(key, str(one["name"])) for key, one in choices.reasons.items()]}

    def save(self, values: dict[str, Any]) -> Response:
        """Keep it and go on to the next call."""
        when = self._when(values)
        calling.note_attempt(
            self.context,
            values["reason"],
            note=values["note"],
            call_at=when,
            act=self.request.act,
        )
        if self.context.progress.message_due:
            return self.done(
                _("Kept. The message can be sent now."),
                self.request.resource_path(self.context, "message"),
            )
        return self.done(_("Kept. Go on with the next call."), self.context.campaign)

    def _when(self, values: dict[str, Any]) -> datetime | None:
        if values["day"] is None:
            if values["hour"]:
                raise FieldRefused("day", _("Say the day, too."))
            return None
        hour, minute = map(int, (values["hour"] or "8:00").split(":"))
        zone = choices_of(organisation_of(self.context)).profile.zone
        day = values["day"]
        return datetime(day.year, day.month, day.day, hour, minute, tzinfo=zone)


@view_config(context=Contact, name="take", request_method="POST", permission=Permission.SURVEY_CALL)
def take(contact: Contact, request: Request) -> HTTPSeeOther:
    """Take this very call up."""
    calling.take_up(contact, act=request.act)
    return see_other(request, request.resource_path(contact, "call"))


@view_config(
    context=Contact,
    name="message",
    request_method="GET",
    permission=Permission.SURVEY_CALL,
    renderer="qms.templates:surveys/message.pt",
)
def message(contact: Contact, request: Request) -> dict[str, Any]:
    """Show the message after failed calls, to be copied into WhatsApp or a mail."""
    survey = calling.survey_of(contact)
    text = survey.attempts["message"] or ""
    kept = request.session.get(PREPARED)
    link = ""
    if kept and kept[0] == contact.uid:
        link = request.registry.qms_survey_letters.address(
            organisation_of(contact), ASK, token=kept[1]
        )
    needs = "{link}" in text and not link
    phone = contact.customer["phone"]
    prefix = choices_of(organisation_of(contact)).data["phone_prefix"]
    return {
        "heading": _("Message to ${name}", {"name": contact.customer["name"]}),
        "contact": contact,
        "needs_link": needs,
        "text": "" if needs else merged(text, places(contact, request.act, link)),
        "phone": f"+{prefix} {phone}" if phone else "",
        "due": contact.progress.message_due,
    }


@view_config(
    context=Contact, name="message-link", request_method="POST", permission=Permission.SURVEY_CALL
)
def message_link(contact: Contact, request: Request) -> HTTPSeeOther:
    """Make the customer's link for the message."""
    token = links.issue(contact, act=request.act)
    request.session[PREPARED] = [contact.uid, token]
    return see_other(request, request.resource_path(contact, "message"))


@view_config(
    context=Contact, name="message-done", request_method="POST", permission=Permission.SURVEY_CALL
)
def message_done(contact: Contact, request: Request) -> HTTPSeeOther:
    """Mark the message as sent."""
    channel = "mail" if request.POST.get("channel") == "mail" else "whatsapp"
    calling.message_done(contact, channel, act=request.act)
    request.session.pop(PREPARED, None)
    request.session.flash(
        request.localizer.translate(_("The message is marked as sent.")), "success"
    )
    return see_other(request, contact.campaign)


@view_config(
    context=Contact, name="opt-out", request_method="POST", permission=Permission.SURVEY_CALL
)
def opt_out(contact: Contact, request: Request) -> HTTPSeeOther:
    """Honour that the customer wants to hear no more."""
    organisation = organisation_of(contact)
    campaigns.opt_out(organisation, contact.customer, channel="staff", act=request.act)
    said = _("The customer will not be asked again.")
    return see_other(request, contact.campaign, said)
