"""Shows what unsaved settings would give: a part of the page for the script, a page without it."""

from __future__ import annotations

from typing import Any

import deform
from pyramid.renderers import render
from pyramid.request import Request
from pyramid.response import Response

from qms.kernel.errors import Refused
from qms.kernel.i18n import _
from qms.profiles.errors import ProfileMistakes
from qms.profiles.loader import LoadedProfile
from qms.setup.page import PartForm, place_of, told
from qms.setup.rows import rearranged
from qms.setup.services import checked_with
from qms.web.errors import sentence
from qms.web.forms import field_errors
from qms.web.i18n import translate
from qms.web.shapes import in_shape


class Peek:
    """What was typed into a form, as far as it can be used."""

    def __init__(self, view: PartForm) -> None:
        """Read and check what ``view`` was sent; nothing is written."""
        self.view = view
        self.values: dict[str, Any] | None = None
        self.loaded: LoadedProfile | None = None
        self.mistakes: list[str] = []
        form = view.form()
        tree = view.typed()
        rearranged(tree)
        try:
            self.values = form.validate_pstruct(in_shape(form, tree))
        except deform.ValidationFailure:
            for error in field_errors(form):
                words = " ".join(translate(view.request, one) for one in error.messages)
                self.mistakes.append(f"{translate(view.request, error.title)}: {words}")
            return
        try:
            self.loaded = checked_with(view.context, view.wanted(self.values))
        except ProfileMistakes as found:
            for mistake in found.mistakes[:5]:
                self._note(form, mistake)
        except Refused as refusal:
            self.mistakes.append(sentence(view.request, refusal))

    def _note(self, form: Any, mistake: Any) -> None:
        field = self.view.field_at(form, place_of(mistake.path))
        title = translate(self.view.request, field.title) if field is not None else mistake.path
        self.mistakes.append(f"{title}: {told(self.view.request, mistake)}")


def preview_page(request: Request, template: str, values: dict[str, Any]) -> Response:
    """Answer with the part alone where the script asks, else with a page around it."""
    part = render(f"qms.templates:setup/{template}", values, request=request)
    if "HX-Request" in request.headers:
        return Response(part)
    page = {"heading": _("How it comes out"), "part": part}
    return Response(render("qms.templates:setup/preview.pt", page, request=request))
