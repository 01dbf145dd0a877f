"""The page about the printed look, with the real PDF of it beside before anything is saved."""

from __future__ import annotations

from typing import Any

from pyramid.request import Request
from pyramid.response import Response
from pyramid.view import view_config

from qms.content.models import Organisation
from qms.documents.pdf import render
from qms.kernel.i18n import _
from qms.setup.forms.looks import LooksSchema, looks_start, looks_wanted
from qms.setup.page import CONFIGURE, PartForm
from qms.setup.picture import page_pictures
from qms.setup.presets import look, look_presets
from qms.setup.previews import Peek, preview_page
from qms.setup.sample import dressed, frozen_of, sample_of
from qms.web.i18n import translate
from qms.web.responses import PDF, file_response
from qms.web.transactions import outside


@view_config(name="setup-looks")
class LooksView(PartForm):
    """Header, cover, closing, approvals, changes, legends and words."""

    schema = LooksSchema
    heading = _("Look of the documents")
    introduction = _("Documents that are signed keep the look with which they were frozen.")
    tab = "setup-looks"
    preview = "setup-looks-preview"
    wide = True
    places = ((("printing",), ()),)

    def bindings(self) -> dict[str, Any]:
        """Give the profile, from which choices are made."""
        return {"present": self.data}

    def part(self) -> Any:
        """The printed layout."""
        return self.data["printing"]

    def start(self) -> dict[str, Any]:
        """Start from what is stored, or from one of the looks that are offered."""
        return looks_start(look(self.request.GET.get("look", "")) or self.part())

    def wanted(self, values: dict[str, Any]) -> dict[str, Any]:
        """Give the printed layout."""
        return {"printing": looks_wanted(values)}

    def extra(self) -> dict[str, Any]:
        """Offer the looks to begin with, and the PDF."""
        address = self.request.resource_path
        return {
            **super().extra(),
            "starts_title": translate(self.request, _("Begin with a look")),
            "starts": [
                (
                    one["title"],
                    address(self.context, "setup-looks", query={"look": one["id"]}),
                    one["note"],
                )
                for one in look_presets()
            ],
            "pdf_url": address(self.context, "setup-looks.pdf"),
        }


def _pdf(
    organisation: Organisation, request: Request, peek: Peek, mark: str | None
) -> bytes | None:
    """Make the PDF of what was typed, between two transactions; None where it cannot be used."""
    if peek.loaded is None or peek.values is None:
        return None
    code = peek.values["sample"]
    found = frozen_of(organisation, code, act=request.act, request=request) if code else None
    if code and found is None:
        peek.mistakes.append(
            translate(request, _("There is no document «${code}» here.", {"code": code}))
        )
    frozen, files = found or (sample_of(organisation, act=request.act), {})
    wanted = dressed(frozen, peek.loaded.data["printing"])
    return outside(request, lambda: render(wanted, files=files, mark=mark).pdf)


@view_config(
    name="setup-looks-preview",
    context=Organisation,
    permission=CONFIGURE,
    request_method="POST",
)
def looks_preview(organisation: Organisation, request: Request) -> Response:
    """Show pages of the PDF that the unsaved look gives."""
    peek = Peek(LooksView(organisation, request))
    pdf = _pdf(organisation, request, peek, None)
    pictures = outside(request, lambda: page_pictures(pdf)) if pdf is not None else []
    values = {"mistakes": peek.mistakes, "pictures": pictures, "failed": pdf and not pictures}
    return preview_page(request, "looks_preview.pt", values)


@view_config(
    name="setup-looks.pdf",
    context=Organisation,
    permission=CONFIGURE,
    request_method="POST",
)
def looks_pdf(organisation: Organisation, request: Request) -> Response:
    """Give the PDF itself, or say what is wrong with what was typed."""
    peek = Peek(LooksView(organisation, request))
    pdf = _pdf(organisation, request, peek, "draft")
    if pdf is None:
        values = {"mistakes": peek.mistakes, "pictures": [], "failed": False}
        return preview_page(request, "looks_preview.pt", values)
    return file_response(request, pdf, f"{organisation.id}.pdf", PDF, inline=True)
