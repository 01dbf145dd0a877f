"""Reading on screen: who has read what, the confirmation, and how one wants letters about it."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from pyramid.request import Request
from pyramid.view import view_config

from qms.content.models import Organisation
from qms.documents.errors import WrongAnswers
from qms.documents.models import Document, Version
from qms.documents.reading_models import DAILY, IMMEDIATELY, NEVER
from qms.documents.services import reading
from qms.documents.views.document import VersionPage, shown_version
from qms.kernel.i18n import _
from qms.kernel.text import whole_number
from qms.security.permissions import Permission
from qms.web import fields
from qms.web.chips import GOOD, Chip
from qms.web.errors import sentence
from qms.web.forms import FormView, Schema
from qms.web.redirects import see_other

READ = Chip(_("Read"), "check", GOOD)
WORK = "work"
"""What the confirmation's ``back`` says when it was pressed on «Mi trabajo»."""


@view_config(
    context=Document,
    name="acknowledge",
    request_method="POST",
    permission=Permission.VIEW,
)
def acknowledge(document: Document, request: Request) -> Any:
    """Keep that the person read and understood the version in force; a second press is no harm."""
    order = request.POST.get("version", "")
    number = whole_number(order, -1)
    version = document.in_force
    asked = len(version.questions) if version is not None else 0
    answers = [_answer(request, place) for place in range(asked)]
    if asked and request.POST.get("back") == WORK:
        return see_other(
            request,
            f"{request.resource_path(document)}#confirm",
            _("This document has questions; answer them at its end."),
            tone="info",
        )
    try:
        reading.acknowledge(document, number, request.person, act=request.act, answers=answers)
    except WrongAnswers as wrong:
        return see_other(
            request,
            f"{request.resource_path(document)}#confirm",
            sentence(request, wrong),
            tone="warning",
        )
    request.session.flash(_("Confirmed: you read and understood this version."), "success")
    back = request.organisation if request.POST.get("back") == WORK else document
    return see_other(request, back)


def _answer(request: Request, place: int) -> int:
    typed = request.POST.get(f"answer-{place}", "")
    return whole_number(typed, -1, 2)


@view_config(
    context=Document,
    name="distribution",
    permission=Permission.VIEW,
    renderer="qms.templates:documents/distribution.pt",
)
@view_config(
    context=Version,
    name="distribution",
    permission=Permission.VIEW,
    renderer="qms.templates:documents/distribution.pt",
)
def distribution(context: Document | Version, request: Request) -> dict[str, Any]:
    """Show the positions that have to know the version and, to those who may, who has read it."""
    version = context if isinstance(context, Version) else shown_version(context, request)
    page = VersionPage(version, request)
    shared = reading.distribution_of(version, request.act)
    names = reading.may_see_readers(version.document, request.person)
    position_name = page.people.position_name
    rows = [(position_name(position), readers) for position, readers in shared.rows]
    percent = ""
    if shared.asked:
        percent = page.profile.number_style().percent(Decimal(100 * shared.read) / shared.asked)
    return page.page(
        "distribution",
        rows=rows,
        shared=shared,
        names=names,
        percent=percent,
        position_name=position_name,
        read_chip=READ,
        reading=reading.reading_of(version, request.person, request.act),
        json=lambda: distribution_json(rows, shared, names=names),
    )


def distribution_json(
    rows: list[tuple[str, list[reading.Reader]]], shared: reading.Distribution, *, names: bool
) -> dict[str, Any]:
    """Give the distribution as plain data; without names for who may not see them."""
    data: dict[str, Any] = {
        "read": shared.read,
        "asked": shared.asked,
        "percent": shared.percent,
        "positions": [position for position, _readers in rows],
    }
    if names:
        former = [("", one) for one in shared.former]
        held = [(position, one) for position, readers in rows for one in readers]
        data["readers"] = [
            {
                "position": position,
                "person": one.person_id,
                "name": one.name,
                "read_at": one.read_at,
                "asked": one.asked,
                "due": one.due,
                "days_left": one.days_left,
            }
            for position, one in held + former
        ]
    return data


class LettersSchema(Schema):
    """The one choice."""

    wish = fields.choice(
        _("Mails about documents to read"),
        (
            (DAILY, _("At most one a day")),
            (IMMEDIATELY, _("Each at once")),
            (NEVER, _("None; I look at «My work» myself")),
        ),
        radio=True,
    )


@view_config(context=Organisation, name="my-letters", permission=Permission.VIEW)
class MyLetters(FormView):
    """A person chooses how often mails about readings come."""

    schema = LettersSchema
    heading = _("My mails")
    introduction = _("What waits for your signature is always mailed at once.")

    def initial(self) -> dict[str, Any]:
        """Start with what holds now."""
        return {"wish": reading.wish_of(self.context, self.request.person.id)}

    def save(self, values: dict[str, Any]) -> Any:
        """Keep the choice."""
        request = self.request
        reading.choose_wish(self.context, request.person, values["wish"], act=request.act)
        return self.done(_("Saved."), "/account")
