"""What customers see behind their link: the questions once, thanks, and hearing no more.

A page says no more of a customer than the first name; links that are no good, of another
organisation or used up answer alike.
"""

from __future__ import annotations

from typing import Any

import colander
from pyramid.httpexceptions import HTTPNotFound
from pyramid.request import Request
from pyramid.response import Response
from pyramid.security import NO_PERMISSION_REQUIRED
from pyramid.view import view_config

from qms.content.models import Organisation
from qms.kernel.i18n import _
from qms.people.errors import MustWait
from qms.people.public_door import ASKS, WRITES, PublicDoor
from qms.surveys import forms
from qms.surveys.choices import choices_of
from qms.surveys.customers import first_name
from qms.surveys.errors import LinkGone
from qms.surveys.letters import ASK, STOP
from qms.surveys.models import Contact
from qms.surveys.services import links
from qms.surveys.services.calling import survey_of
from qms.surveys.services.campaigns import NAME
from qms.web import fields
from qms.web.errors import error_page, sentence
from qms.web.forms import FormView
from qms.web.redirects import see_other

TOO_MANY = 429
THANKS = "survey-thanks"
"""Where the customer's session keeps which survey was answered, for the page of thanks."""


def check_open(organisation: Organisation, request: Request) -> None:
    """Answer as if nothing were here to who is signed in elsewhere."""
    stranger = request.person is not None and request.organisation is not organisation
    if stranger or NAME not in organisation:
        raise HTTPNotFound


class PublicPage(FormView):
    """A page behind a link."""

    context: Organisation
    framed = False
    contact: Contact | None = None

    def __call__(self) -> Any:
        """Look at the link first; whoever guesses too often has to wait."""
        request = self.request
        check_open(self.context, request)
        door = PublicDoor(request, "survey-asks", ASKS)
        try:
            door.refuse_waiting()
        except MustWait as wait:
            text = sentence(request, wait)
            answer = error_page(request, TOO_MANY, _("Too many attempts"), text)
            answer.headers["Retry-After"] = request.response.headers["Retry-After"]
            return answer
        try:
            self.contact = links.find(self.context, request.GET.get("token", ""), request.act)
        except LinkGone:
            door.count(refused=True)
            raise
        return super().__call__()

    @property
    def token(self) -> str:
        """The token of the link."""
        return str(self.request.GET.get("token", ""))

    def asked(self) -> Contact:
        """Give whose link it is."""
        if self.contact is None:
            raise LinkGone
        return self.contact

    def sent_back(
        self, form: Any, shown: str, errors: Any, refusal: str = "", status: int = 422
    ) -> Any:
        """Answer 429 where the browser has to wait."""
        if "Retry-After" in self.request.response.headers:
            status = TOO_MANY
        return super().sent_back(form, shown, errors, refusal, status)

    def extra(self) -> dict[str, Any]:
        """Name the organisation at the head, since nobody is signed in."""
        return {
            "host": self.context,
            "organisation": self.context,
            "name": first_name(self.asked().customer["name"]),
            "consent": choices_of(self.context).data["consent"],
            "stop_url": self.request.resource_path(self.context, STOP, query={"token": self.token}),
        }


@view_config(context=Organisation, name=ASK, permission=NO_PERMISSION_REQUIRED)
class AskPage(PublicPage):
    """The questions."""

    __view_defaults__ = {"renderer": "qms.templates:surveys/ask.pt"}  # noqa: RUF012
    button = _("Send")

    @property
    def heading(self) -> Any:
        """Greet by the first name."""
        return _("${name}, how did we do?", {"name": first_name(self.asked().customer["name"])})

    def make_schema(self) -> Any:
        """Ask what this customer is asked, and for the consent where the profile has its text."""
        contact = self.asked()
        survey = survey_of(contact)
        schema = forms.answers_schema(
            survey,
            survey.asked(contact.line_id, contact.brand_id),
            voice=_("Anything else that you want to tell us?"),
        )
        if choices_of(self.context).data["consent"]:
            words = _("I have read the text above and authorise the use of my data")
            schema.add(fields.yes_no(words, name="consent", validator=_must))
        return schema

    def save(self, values: dict[str, Any]) -> Response:
        """Keep the answers; the link is used up."""
        door = PublicDoor(self.request, "survey-writes", WRITES)
        door.refuse_waiting()
        contact = links.answer_by_link(
            self.context,
            self.token,
            forms.values_of(values),
            consented=bool(values.get("consent")),
            act=self.request.act,
        )
        door.count()
        self.request.session[THANKS] = [self.context.__name__, contact.campaign.survey_id]
        return see_other(self.request, self.request.resource_path(self.context, THANKS))


def _must(node: Any, value: bool) -> None:  # noqa: FBT001 - as colander calls it
    if not value:
        raise colander.Invalid(node, _("Without it we may keep no answers of yours."))


@view_config(context=Organisation, name=STOP, permission=NO_PERMISSION_REQUIRED)
class StopPage(PublicPage):
    """Hearing no more; a mail program that opens links does not press the button."""

    schema = fields.Schema
    __view_defaults__ = {"renderer": "qms.templates:surveys/stop.pt"}  # noqa: RUF012
    heading = _("No more surveys")
    introduction = _("Press the button and we neither call nor write to you about surveys.")
    button = _("I want no more surveys")

    def save(self, values: dict[str, Any]) -> Response:
        """Honour it."""
        del values
        links.opt_out_by_link(self.context, self.token, act=self.request.act)
        self.request.session[THANKS] = [self.context.__name__, ""]
        return see_other(self.request, self.request.resource_path(self.context, THANKS))


@view_config(
    context=Organisation,
    name=THANKS,
    request_method="GET",
    permission=NO_PERMISSION_REQUIRED,
    renderer="qms.templates:surveys/thanks.pt",
)
def thanks(organisation: Organisation, request: Request) -> dict[str, Any]:
    """Thank the customer."""
    check_open(organisation, request)
    kept = request.session.get(THANKS) or ["", ""]
    survey = None
    if kept[0] == organisation.__name__:
        survey = choices_of(organisation).surveys.get(kept[1])
    return {
        "heading": _("Thank you"),
        "host": organisation,
        "organisation": organisation,
        "thanks": survey.data["thanks"] if survey is not None else "",
    }
