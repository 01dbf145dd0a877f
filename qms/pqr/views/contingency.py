"""Numbers for paper: the list of all of them, a block to print, and what was received with each."""

from __future__ import annotations

from functools import partial
from typing import Any

import colander
from pyramid.httpexceptions import HTTPNotFound
from pyramid.request import Request
from pyramid.response import Response
from pyramid.view import view_config

from qms.content.models import organisation_of
from qms.documents.wording import show_moment_and_zone
from qms.exports import LIST_PAGE, Action, Column, Facet, Kind, Listing, ListSpec
from qms.kernel.i18n import _
from qms.kernel.text import whole_number
from qms.people.models import people_of
from qms.pqr import forms as case_forms
from qms.pqr.choices import choices_of
from qms.pqr.contingency import services
from qms.pqr.contingency.errors import NoSuchNumber, NumberGone
from qms.pqr.contingency.models import ANNULLED, OPEN, USED, Block, look
from qms.pqr.contingency.sheet import Blank, Forms, write_forms
from qms.pqr.models import CaseRegister
from qms.pqr.views import taking
from qms.pqr.views.capture import named_in_path, ways
from qms.pqr.views.register import TakeForm
from qms.profiles.api import logo_of, profile_of
from qms.security.permissions import Permission
from qms.security.secrets import secret_at
from qms.web import fields
from qms.web.forms import FormView
from qms.web.i18n import translate
from qms.web.once import OnceForm
from qms.web.redirects import see_other
from qms.web.responses import PDF, file_response
from qms.web.transactions import outside

STATE_NAMES: dict[str, Any] = {
    OPEN: _("Not used yet"),
    USED: _("Used"),
    ANNULLED: _("Annulled"),
}
LINES = (
    _("Day and hour of receipt"),
    _("Customer"),
    _("Identity document"),
    _("Telephone"),
    _("E-mail address"),
    _("Postal address"),
    _("Received by (name and signature)"),
)
"""What is written into a blank form."""
FACTS = (_("Number of the case"), _("Secret code"), _("Day and hour of receipt"))
NOTE = _(
    "Set aside on ${moment}: ${reason}. Every number is entered in the system or "
    "annulled with its reason."
)
HEADS = (_("Number"), _("Hour"), _("Customer"), _("Entered or annulled by"))
LIST = ListSpec(
    columns=(
        Column("number", _("Number"), Kind.CODE, sort="number", link=True),
        Column("state_word", _("State"), sort="state_word"),
        Column("block", _("Block"), Kind.NUMBER, sort="block"),
        Column("reserved_at", _("Set aside"), Kind.MOMENT),
        Column("person", _("By")),
        Column("at", _("Used or annulled"), Kind.MOMENT),
        Column("reason", _("Why"), cut=True),
    ),
    facets={"state": Facet(_("State"), STATE_NAMES), "block": Facet(_("Block"), lambda one: one)},
    order="number",
    search=_("Number or reason"),
)


class ReserveSchema(fields.Schema):
    """How many numbers, and why."""

    count = fields.integer(_("How many"), colander.Range(min=1, max=services.MOST))
    reason = fields.text(
        _("Why"), longest=300, help=_("Maintenance, a day without network, a brigade in the field.")
    )


class EnterSchema(case_forms.CaseSchema):
    """What was received on paper, and why it is entered later."""

    received = fields.text(
        _("Received at"), longest=16, help=_("As it stands on the form: 22/11/2026 14:30.")
    )
    later = fields.text(
        _("Why it is entered later"),
        longest=300,
        help=_("It stays with the case and in the trail."),
    )


class AnnulSchema(fields.Schema):
    """Why a number was not used."""

    reason = fields.text(_("Why it was not used"), longest=300)


@view_config(
    context=CaseRegister,
    name="contingency",
    request_method="GET",
    permission=Permission.CASE_REGISTER,
    renderer=LIST_PAGE,
)
def show_numbers(register: CaseRegister, request: Request) -> dict[str, Any]:
    """List every number that was set aside, and which are still open."""
    organisation = organisation_of(register)
    people = people_of(organisation)
    path = partial(request.resource_path, register)

    def record(place: services.Place) -> dict[str, Any]:
        block = place.block
        return {
            "number": place.number,
            "state": place.state,
            "state_word": translate(request, STATE_NAMES[place.state]),
            "block": str(block.number),
            "reserved_at": block.reserved_at,
            "person": people.person_name(place.person_id or block.reserved_by),
            "at": place.at or None,
            "reason": place.reason or block.reason,
        }

    def url(one: dict[str, Any]) -> str | None:
        if one["state"] == OPEN:
            return path("contingency-enter", one["number"])
        case = register.get(one["number"])
        may = case is not None and request.has_permission(Permission.VIEW, case)
        return request.resource_path(case) if may else None

    return Listing(request, LIST).show(
        _("Contingency"),
        [record(one) for one in services.places(organisation)],
        url=url,
        actions=_actions(register, request),
        empty=_("Numbers that are set aside for an outage stand here, with what became of each."),
        tabs=ways(register, request, "contingency"),
    )


def _actions(register: CaseRegister, request: Request) -> tuple[Action, ...]:
    if not request.has_permission(Permission.CASE_WORK, register):
        return ()
    path, room = partial(request.resource_path, register), look(organisation_of(register))
    blocks = list(room.blocks.values()) if room is not None else []
    prints = [
        Action(
            _("Forms of block ${n}", {"n": block.number}),
            path("contingency-sheet", str(block.number)),
            "printer",
            primary=False,
        )
        for block in blocks
        if block.count(OPEN)
    ]
    return (Action(_("Set numbers aside"), path("contingency-add")), *prints[-3:])


@view_config(context=CaseRegister, name="contingency-add", permission=Permission.CASE_WORK)
class ReserveForm(OnceForm):
    """Sets numbers aside, once."""

    schema = ReserveSchema
    heading = _("Set numbers aside")
    button = _("Set aside")
    introduction = _(
        "They are taken from the series now. Print the forms and keep them at the desks; each "
        "number has to end up used or annulled."
    )

    def initial(self) -> dict[str, Any]:
        """Offer as many as a short outage needs."""
        return {"count": 10}

    def save(self, values: dict[str, Any]) -> Response:
        """Set them aside."""
        organisation = organisation_of(self.context)
        count, reason = values["count"], values["reason"]
        block = services.reserve(organisation, count, reason, act=self.request.act)
        self.made = str(block.number)
        said = _("Block ${n} was set aside; print its forms now.", {"n": block.number})
        return self.done(said, self.request.resource_path(self.context, "contingency"))


@view_config(
    context=CaseRegister,
    name="contingency-sheet",
    request_method="GET",
    permission=Permission.CASE_WORK,
)
def print_forms(register: CaseRegister, request: Request) -> Response:
    """Give the forms of a block, of its open numbers only."""
    room, wanted = look(organisation_of(register)), named_in_path(request)
    number = whole_number(wanted, 0, 8)
    block = room.blocks.get(number) if room is not None else None
    if block is None:
        raise HTTPNotFound
    planned = _forms(register, request, block)
    data = outside(request, partial(write_forms, planned))
    return file_response(request, data, f"contingencia-{number}.pdf", PDF, inline=True)


def _forms(register: CaseRegister, request: Request, block: Block) -> Forms:
    organisation = organisation_of(register)
    profile, logo = profile_of(organisation), logo_of(organisation)

    def say(text: Any) -> str:
        return translate(request, text)

    said: dict[str, object] = {
        "moment": show_moment_and_zone(profile, block.reserved_at),
        "reason": block.reason,
    }
    kinds = [name for _id, name in choices_of(organisation).public_kinds()]
    status = request.resource_path(organisation, "case-status")
    return Forms(
        organisation=profile.legal_name or profile.name,
        colour=profile.colour,
        logo=logo.read() if logo is not None else None,
        paper=profile.printing["paper"],
        language=profile.language,
        title=say(_("Contingency form")),
        control=say(_("Block ${n}: what became of each number", {"n": block.number})),
        control_heads=[say(one) for one in HEADS],
        control_note=say(_(NOTE, said)),
        labels=[say(one) for one in LINES],
        asked=say(_("What they ask for")),
        kinds="\u00a0\u00a0\u00a0 ".join(f"[\u00a0\u00a0]\u00a0{name}" for name in kinds[:8]),
        kind_label=say(_("Kind")),
        fold=say(_("Fold and tear here. The part below is the customer's.")),
        customer_facts=(say(FACTS[0]), say(FACTS[1]), say(FACTS[2])),
        customer_note=say(
            _("Keep number and code: whoever has both sees the case, once it is entered.")
        ),
        address=f"{request.registry.qms.base_url}{status}",
        blanks=_blanks(block, secret_at(request.registry.qms.secret_file)),
        at=block.reserved_at,
    )


def _blanks(block: Block, secret: bytes) -> list[Blank]:
    """Give the forms that can still be used; the codes of the others are printed no more."""
    return [
        Blank(number, services.code_of(block, number, secret))
        for number, values in block.states.items()
        if values[0] == OPEN
    ]


class _NumberForm:
    """What the forms about one number have in common."""

    context: CaseRegister
    request: Request

    def number(self) -> str:
        """Give the open number that the address names; refuses one that is used or annulled."""
        named = named_in_path(self.request)
        try:
            block = services.block_of(organisation_of(self.context), named)
        except NoSuchNumber:
            raise HTTPNotFound from None
        if self.request.method == "GET" and block.state(named) != OPEN:
            raise NumberGone(number=named)
        return named


@view_config(context=CaseRegister, name="contingency-enter", permission=Permission.CASE_REGISTER)
class EnterForm(_NumberForm, TakeForm):
    """Registers what was received on paper under its number."""

    __view_defaults__ = {"renderer": "qms.templates:pqr/contingency.pt"}  # noqa: RUF012
    schema = EnterSchema
    button = _("Register")

    def __call__(self) -> Any:
        """Answer, where there is such a number."""
        self.named = self.number()
        return super().__call__()

    @property
    def heading(self) -> Any:
        """Name the number."""
        return _("Enter ${number} from paper", {"number": self.named})

    def extra(self) -> dict[str, Any]:
        """Offer to annul the number instead."""
        may = self.request.has_permission(Permission.CASE_WORK, self.context)
        path = self.request.resource_path(self.context, "contingency-annul", self.named)
        return {**super().extra(), "annul": path if may else ""}

    def save(self, values: dict[str, Any]) -> Response:
        """Register it and show it."""
        organisation = organisation_of(self.context)
        received = taking.received_of(values, choices_of(organisation).profile)
        made = services.enter(
            organisation,
            self.named,
            received,
            reason=values["later"],
            secret=secret_at(self.request.registry.qms.secret_file),
            say=partial(translate, self.request),
            act=self.request.act,
        )
        kept = [organisation.__name__, made.case.number, made.code]
        self.request.session[taking.RECEIPT] = kept
        self.made = made.case.number
        said = translate(self.request, self.said(made.case, made.code))
        return see_other(self.request, made.case, said)


@view_config(context=CaseRegister, name="contingency-annul", permission=Permission.CASE_WORK)
class AnnulForm(_NumberForm, FormView):
    """Accounts for a number that was not used."""

    schema = AnnulSchema
    button = _("Annul")

    def __call__(self) -> Any:
        """Answer, where there is such a number."""
        self.named = self.number()
        return super().__call__()

    @property
    def heading(self) -> Any:
        """Name the number."""
        return _("Annul ${number}", {"number": self.named})

    def save(self, values: dict[str, Any]) -> Response:
        """Annul it."""
        organisation = organisation_of(self.context)
        services.annul(organisation, self.named, values["reason"], act=self.request.act)
        where = self.request.resource_path(self.context, "contingency")
        return self.done(_("${number} was annulled.", {"number": self.named}), where)
