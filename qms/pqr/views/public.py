"""What customers see, without an account: the form, the receipt, and how their case stands."""

from __future__ import annotations

from functools import partial
from typing import Any

import colander
from pyramid.httpexceptions import HTTPNotFound
from pyramid.request import Request
from pyramid.response import Response
from pyramid.security import NO_PERMISSION_REQUIRED
from pyramid.view import view_config

from qms.content.models import Organisation, organisation_of
from qms.content.once import Made
from qms.documents.wording import show_moment_and_zone
from qms.kernel.i18n import _
from qms.people.public_door import WRITES, PublicDoor
from qms.pqr import forms, services
from qms.pqr.choices import choices_of
from qms.pqr.errors import NoSuchCase
from qms.pqr.letters import due_text
from qms.pqr.models import Case
from qms.pqr.receipt import Receipt, write_receipt
from qms.pqr.services import Received
from qms.pqr.views import taking
from qms.profiles.api import logo_of, profile_of
from qms.web import fields
from qms.web.forms import FormView
from qms.web.i18n import translate
from qms.web.once import OnceForm
from qms.web.redirects import see_other
from qms.web.responses import PDF, file_response
from qms.web.transactions import outside

HONEYPOT = "website"
"""A field that no person sees; what fills it is a program."""
TOO_MANY = 429


def check_open(organisation: Organisation, request: Request) -> None:
    """Answer as if nothing were here, unless the organisation has opened its public pages.

    Who is signed in elsewhere learns of no other organisation.
    """
    stranger = request.person is not None and request.organisation is not organisation
    is_open = services.NAME in organisation and choices_of(organisation).data["public"]
    if stranger or not is_open:
        raise HTTPNotFound


class PublicForm(FormView):
    """A form without an account."""

    framed = False

    def __call__(self) -> Any:
        """Answer, unless the organisation has no public pages."""
        check_open(self.context, self.request)
        return super().__call__()

    def sent_back(
        self, form: Any, shown: str, errors: Any, refusal: str = "", status: int = 422
    ) -> Any:
        """Answer 429 where the browser has to wait."""
        if "Retry-After" in self.request.response.headers:
            status = TOO_MANY
        return super().sent_back(form, shown, errors, refusal, status)

    def extra(self) -> dict[str, Any]:
        """Name the organisation at the head, since nobody is signed in."""
        return {"host": self.context, "organisation": self.context}


def _who(node: Any, values: dict[str, Any]) -> None:
    """Ask for the name and the consent of who is not anonymous."""
    error = colander.Invalid(node)
    if not values["anonymous"]:
        if not values["name"]:
            error["name"] = _("Write your name, or choose to stay anonymous.")
        if "consent" in values and not values["consent"]:
            error["consent"] = _("Without it we may keep no data of yours; you may stay anonymous.")
    if error.children:
        raise error


@view_config(context=Organisation, name="new-case", permission=NO_PERMISSION_REQUIRED)
class NewCase(OnceForm, PublicForm):
    """Writes a case, once; no account, no picture puzzle."""

    __view_defaults__ = {"renderer": "qms.templates:pqr/new.pt"}  # noqa: RUF012
    heading = _("Write to us")
    introduction = _("Your petition, complaint or claim gets a number at once. It costs nothing.")
    button = _("Send")

    def make_schema(self) -> Any:
        """Add the consent where the profile has its text, and leave out what it does not take."""
        data = choices_of(self.context).data
        schema = forms.PublicSchema(validator=_who)
        if data["consent"]:
            words = _("I have read the text above and authorise the use of my data")
            schema.add(fields.yes_no(words, name="consent"))
        if not data["anonymous"]:
            del schema["anonymous"]
            schema.add(colander.SchemaNode(colander.Boolean(), name="anonymous", missing=False))
        return schema

    def bindings(self) -> dict[str, Any]:
        """Offer the kinds that customers may choose."""
        return {"kinds": choices_of(self.context).public_kinds()}

    def extra(self) -> dict[str, Any]:
        """Show the consent in full, and the field that only programs fill in."""
        return {
            **super().extra(),
            "consent": choices_of(self.context).data["consent"],
            "honeypot": HONEYPOT,
        }

    def save(self, values: dict[str, Any]) -> Response:
        """Register it and show the receipt."""
        door = PublicDoor(self.request, "case-writes", WRITES)
        door.refuse_waiting()
        where = self.request.resource_path(self.context, "case-receipt")
        if self.request.POST.get(HONEYPOT):
            # Whatever filled it in is told nothing.
            return see_other(self.request, where)
        choices = choices_of(self.context)
        received = Received(
            values["kind"],
            choices.web_channel,
            values["text"],
            taking.customer_of(values),
            anonymous=values["anonymous"],
            proxy=None if values["anonymous"] else taking.proxy_of(values),
            consented=bool(values.get("consent")) and not values["anonymous"],
            files=taking.files_of(values),
        )
        act = taking.act_of(self.request, anonymous=received.anonymous)
        made = services.register(self.context, received, act=act)
        door.count()
        kept = [self.context.__name__, made.case.number, made.code]
        self.request.session[taking.RECEIPT] = kept
        self.made = made.case.number
        return see_other(self.request, where)

    def repeated(self, found: Made) -> Response:
        """Show the receipt again; where the browser has another one by now, its case's page."""
        kept = self.request.session.get(taking.RECEIPT)
        if kept and kept[:2] == [self.context.__name__, found.name]:
            return see_other(self.request, found.path)
        query = {"number": found.name}
        return see_other(
            self.request, self.request.resource_path(self.context, "case-status", query=query)
        )


def _kept_receipt(organisation: Organisation, request: Request) -> tuple[Case, str] | None:
    """Give the case and the code of this browser's last receipt, while the code is good."""
    kept = request.session.get(taking.RECEIPT)
    if not kept or kept[0] != organisation.__name__:
        return None
    try:
        return services.find_by_code(organisation, kept[1], kept[2]), kept[2]
    except NoSuchCase:
        return None


def _facts(case: Case, code: str, request: Request) -> list[tuple[Any, str]]:
    organisation = organisation_of(case)
    profile = profile_of(organisation)
    return [
        (_("Number"), case.number),
        (_("Secret code"), code),
        (_("Kind"), choices_of(organisation).name("kinds", case.progress.kind)),
        (_("Received"), show_moment_and_zone(profile, case.received_at)),
        (_("Term"), translate(request, due_text(profile, case))),
    ]


@view_config(
    context=Organisation,
    name="case-receipt",
    permission=NO_PERMISSION_REQUIRED,
    request_method="GET",
    renderer="qms.templates:pqr/receipt.pt",
)
def receipt(organisation: Organisation, request: Request) -> Any:
    """Show the receipt of the case that this browser has just written."""
    check_open(organisation, request)
    found = _kept_receipt(organisation, request)
    if found is None:
        return see_other(request, request.resource_path(organisation, "case-status"))
    case, code = found
    return {
        "heading": _("We received your case"),
        "host": organisation,
        "organisation": organisation,
        "case": case,
        "facts": _facts(case, code, request),
        "code": code,
        "mailed": bool(case.customer["email"]),
    }


@view_config(
    context=Organisation,
    name="case-receipt-pdf",
    permission=NO_PERMISSION_REQUIRED,
    request_method="GET",
)
def receipt_pdf(organisation: Organisation, request: Request) -> Response:
    """Give the receipt as a file."""
    check_open(organisation, request)
    found = _kept_receipt(organisation, request)
    if found is None:
        return see_other(request, request.resource_path(organisation, "case-status"))
    case, code = found
    profile, logo = profile_of(organisation), logo_of(organisation)
    path = request.resource_path(organisation, "case-status", query={"number": case.number})
    planned = Receipt(
        organisation=profile.legal_name or profile.name,
        colour=profile.colour,
        logo=logo.read() if logo is not None else None,
        paper=profile.printing["paper"],
        language=profile.language,
        title=translate(request, _("Receipt of case ${number}", {"number": case.number})),
        facts=[(translate(request, title), text) for title, text in _facts(case, code, request)],
        notes=[
            translate(request, _("Keep this receipt: whoever has number and code sees the case."))
        ],
        address=f"{request.registry.qms.base_url}{path}",
        address_label=translate(request, _("Follow your case")),
        at=request.act.at,
    )
    name = f"{case.number}.pdf"
    data = outside(request, partial(write_receipt, planned))
    return file_response(request, data, name, PDF, inline=True)
