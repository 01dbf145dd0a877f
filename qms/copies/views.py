"""Pages of controlled copies: printing them, the census, what happened to one, and its QR."""

from __future__ import annotations

import io
from functools import partial
from typing import Any

from colander import Range
from pypdf import PdfReader, PdfWriter
from pyramid.httpexceptions import HTTPNotFound, HTTPSeeOther
from pyramid.request import Request
from pyramid.response import Response
from pyramid.security import NO_PERMISSION_REQUIRED
from pyramid.view import view_config, view_defaults

from qms.content.models import Site, organisation_of
from qms.copies import services, workflow
from qms.copies.errors import NotToPrint
from qms.copies.listing import Row, catalogue_of
from qms.copies.models import CopyRegister, PrintedCopy
from qms.documents.models import Document
from qms.documents.plugs import list_tabs
from qms.documents.renditions import plan_copy
from qms.documents.views.page import PageView
from qms.documents.wording import show_moment
from qms.exports import LIST_PAGE, Column, Facet, Kind, Listing, ListSpec
from qms.kernel.i18n import _
from qms.kernel.text import sort_key, whole_number
from qms.pdf.stamp import stamp_margin
from qms.people.models import people_of
from qms.profiles.api import profile_of
from qms.search.lists import Listed
from qms.security.permissions import Permission
from qms.web import fields
from qms.web.once import OnceForm
from qms.web.redirects import see_other
from qms.web.responses import PDF, file_response
from qms.web.transactions import outside

ACTS = {
    "delivered": (_("Handed over"), _("Who took it")),
    "recalled": (_("Call it back"), _("Why it has to come back")),
    "recovered": (_("Came back"), _("Note")),
    "destroyed": (_("Destroyed"), _("How it was destroyed, and before whom")),
    "lost": (_("Cannot be found"), _("What was done to find it")),
}
"""What can be noted of a copy: words of the button and of what is said with it."""
HAPPENED = {
    "issued": _("Printed"),
    "delivered": _("Handed over to"),
    "recalled": _("Called back"),
    "recovered": _("Came back"),
    "destroyed": _("Destroyed"),
    "lost": _("Cannot be found"),
}
LIST = ListSpec(
    columns=(
        Column("code", _("Code"), Kind.CODE, sort="code", link=True),
        Column("number", _("Copy n.º"), Kind.NUMBER, link=True),
        Column("title", _("Title"), wide=True),
        Column("version", _("Version")),
        Column("holder", _("Holder"), sort="holder", cut=True),
        Column("place", _("Place"), sort="place", cut=True),
        Column("issued_on", _("Printed on"), Kind.MOMENT, sort="issued"),
        Column("last_on", _("Last change"), Kind.MOMENT, screen=False),
        Column("state", _("State"), Kind.CHIP, sort="state"),
    ),
    facets={
        "state": Facet(_("State")),
        "place": Facet(_("Place"), lambda value: value),
        "holder": Facet(_("Holder"), lambda value: value),
    },
    search=_("Words of code, title, place and holder"),
)


@view_config(
    context=CopyRegister,
    request_method="GET",
    permission=Permission.COPY_VIEW,
    renderer=LIST_PAGE,
)
def census(register: CopyRegister, request: Request) -> dict[str, Any]:
    """List every copy: where it is and who holds it."""
    found = Listed(Listing(request, LIST), catalogue_of(organisation_of(register)))
    return found.page(
        _("Controlled copies"),
        lambda values: Row(*values),
        url=lambda row: request.resource_path(register, row.name),
        empty=_("Copies are printed from the page of a document; here is where they are."),
        **list_tabs(request),
    )


def _positions(bindings: Any) -> list[tuple[str, str]]:
    return list(bindings["positions"])


class IssueSchema(fields.Schema):
    """What is printed, for whom and where."""

    count = fields.integer(_("How many copies"), Range(min=1, max=services.MOST))
    holder = fields.choice(_("Position that holds them"), _positions)
    place = fields.text(_("Where they will be used"), longest=200)
    request = fields.hidden()


@view_config(context=Document, name="print-copies", permission=Permission.COPY_MANAGE)
class IssueForm(OnceForm):
    """Numbers controlled copies of the version in force, once."""

    schema = IssueSchema
    heading = _("Print controlled copies")
    introduction = _("Each print gets a number and a QR of its own; you follow it in the census.")
    button = _("Number and print")

    def bindings(self) -> dict[str, Any]:
        """Offer the organisation's positions."""
        positions = people_of(organisation_of(self.context))["positions"].values()
        pairs = [(one.name, one.name) for one in positions]
        return {"positions": sorted(pairs, key=lambda pair: sort_key(pair[1]))}

    def initial(self) -> dict[str, Any]:
        """Start with what a request asks for."""
        get = self.request.GET
        count = get.get("count", "1")
        return {
            "count": whole_number(count, 1, 2),
            "place": get.get("place", "")[:200],
            "request": get.get("request", "")[:40],
        }

    def save(self, values: dict[str, Any]) -> Response:
        """Number them and show the first."""
        made = services.issue(
            self.context,
            count=values["count"],
            holder=values["holder"],
            place=values["place"],
            request=values["request"],
            act=self.request.act,
        )
        first = made[0]
        names = f"{first.number}-{made[-1].number}" if len(made) > 1 else str(first.number)
        self.made = names
        return see_other(self.request, first, _("Copies were numbered: ${n}.", {"n": names}))


@view_defaults(context=PrintedCopy)
class CopyView(PageView):
    """One copy: what happened to it, its file, and what can be noted."""

    context: PrintedCopy

    @view_config(
        request_method="GET",
        permission=Permission.COPY_VIEW,
        renderer="qms.templates:copies/copy.pt",
    )
    def show(self) -> dict[str, Any]:
        """Show it with its history."""
        copy, request = self.context, self.request
        organisation = organisation_of(copy)
        may = bool(request.has_permission(Permission.COPY_MANAGE, copy))
        kinds = [one for one in workflow.possible(copy.state) if one in ACTS] if may else []
        return {
            "heading": copy.crumb,
            "copy": copy,
            "version": copy.version,
            "document": copy.document,
            "acts": [{**one, "what": HAPPENED[one["kind"]]} for one in copy.acts],
            "kinds": [(kind, *ACTS[kind]) for kind in kinds],
            "may": may,
            "printable": services.is_valid(copy),
            "person_name": people_of(organisation).person_name,
            "moment": partial(show_moment, profile_of(organisation)),
        }

    @view_config(name="note", request_method="POST", permission=Permission.COPY_MANAGE)
    def note(self) -> HTTPSeeOther:
        """Keep what happened to it."""
        posted = self.request.POST
        kind = posted.get("kind", "")
        if kind not in ACTS:
            raise HTTPNotFound
        services.note(self.context, kind, text=posted.get("text", "")[:500], act=self.request.act)
        return self.back(_("Saved."))

    @view_config(name="pdf", request_method="GET", permission=Permission.COPY_MANAGE)
    def pdf(self) -> Response:
        """Give the print with its number and QR in the margin of every page.

        ``to`` is the number of the last copy to put in the same file.  What left force or ended is
        printed no more: it would look like a copy to work by (ISO 9001 7.5.3.2 c, A12).
        """
        copy, request = self.context, self.request
        last = request.GET.get("to", "")
        if not services.is_valid(copy):
            raise NotToPrint
        through = whole_number(last, copy.number, 8)
        # Bounded before the names are made: the address may say any number.
        through = min(through, copy.number + services.MOST - 1)
        register, uid = services.register_of(organisation_of(copy)), copy.document_uid
        names = [f"{uid}-{one}" for one in range(copy.number, through + 1)]
        copies = [
            one
            for one in map(register.get, names)
            if one and one.order == copy.order and services.is_valid(one)
        ]
        version = copy.version
        base = request.registry.qms.base_url
        planned = plan_copy(
            version, check_url=request.registry.qms.check_url(version.token), mark=None
        )
        stamps = [
            (
                f"COPIA CONTROLADA N.º {one.number} · {one.holder} · {one.place}",
                f"{base}/c/{one.token}",
            )
            for one in copies or [copy]
        ]
        data = outside(request, lambda: _together(planned.make(), stamps))
        code = version.code or copy.document.code
        return file_response(request, data, f"{code} copia {copy.number}.pdf", PDF, inline=True)


def _together(pdf: bytes, stamps: list[tuple[str, str]]) -> bytes:
    """Put the copies into one file, each stamped with its own number."""
    files = [stamp_margin(pdf, text, address) for text, address in stamps]
    if len(files) == 1:
        return files[0]
    writer = PdfWriter()
    for one in files:
        writer.append(PdfReader(io.BytesIO(one)))
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


@view_config(
    context=Site,
    name="c",
    request_method="GET",
    permission=NO_PERMISSION_REQUIRED,
    renderer="qms.templates:copies/check.pt",
)
def check(site: Site, request: Request) -> dict[str, Any]:
    """Say of a print in somebody's hands whether it is still the one to work by."""
    token = request.tail
    copy = services.find_copy(site, token)
    if copy is None:
        raise HTTPNotFound
    document, version = copy.document, copy.version
    current = document.in_force
    good = services.is_valid(copy)
    replaced = current.label if current is not None and current is not version else None
    return {
        "heading": _("Is this copy in force?"),
        "host": organisation_of(copy),
        "copy": copy,
        "code": version.code or document.code,
        "version": version,
        "good": good,
        "replaced": replaced,
        "in_force": current is version,
        "json": lambda: {
            "code": version.code or document.code,
            "version": version.label,
            "copy": copy.number,
            "in_force": good,
            "current_version": replaced,
        },
    }
