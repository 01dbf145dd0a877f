"""What the editor asks beside the forms: files, and a formula tried on sample numbers."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from pyramid.httpexceptions import HTTPNotFound
from pyramid.request import Request
from pyramid.response import Response
from pyramid.view import view_config, view_defaults

from qms.documents.attachments import LARGEST, BadFile, NoFile, checked_file
from qms.documents.models import Version
from qms.documents.sections.kind import items
from qms.documents.services import drafting
from qms.documents.views.editing import EditorView
from qms.kernel.formats import BadNumber, parse_number
from qms.kernel.formulas import Formula, FormulaError
from qms.kernel.i18n import _
from qms.security.permissions import Permission
from qms.web.errors import sentence
from qms.web.json import json_response
from qms.web.redirects import see_other


@view_defaults(context=Version, permission=Permission.DOCUMENT_EDIT, request_method="POST")
class FilesView:
    """Taking files into a draft and out of it."""

    def __init__(self, version: Version, request: Request) -> None:
        """Look at ``version`` for one request."""
        self.version, self.request = version, request

    @view_config(name="edit-file")
    def attach(self) -> Any:
        """Take a file in, as the content or as an annex; a refusal is shown at the input."""
        upload = self.request.POST.get("upload")
        main = self.request.POST.get("main") == "1"
        try:
            if not hasattr(upload, "file"):
                raise NoFile
            file = checked_file(upload.file.read(LARGEST + 1), str(upload.filename or ""))
        except BadFile as refusal:
            editor = EditorView(self.version, self.request)
            page = editor.page({}, file_error=sentence(self.request, refusal))
            return editor.respond("edit", page, 422)
        former = self.version.main_file if main else None
        drafting.attach_file(self.version, file, main=main, act=self.request.act)
        if former is not None and former not in used_files(self.version):
            drafting.remove_file(self.version, former, act=self.request.act)
        self.request.session.flash(_("The file was taken in."), "success")
        return self.back()

    @view_config(name="remove-file")
    def remove(self) -> Any:
        """Take a file out of the draft."""
        file_id = self.request.POST.get("id", "")
        if file_id not in self.version.files:
            raise HTTPNotFound
        drafting.remove_file(self.version, file_id, act=self.request.act)
        self.request.session.flash(_("The file was taken out."), "success")
        return self.back()

    def back(self) -> Response:
        """Go back to the files of the editor."""
        path = self.request.resource_path(self.version, "edit")
        return see_other(self.request, f"{path}#files")


def used_files(version: Version) -> set[str]:
    """Give the ids of the files that the sections of a version refer to."""
    return {
        str(item["file"])
        for stored in version.sections.values()
        for item in items(stored.data, "items")
        if item.get("file")
    }


@view_config(
    context=Version,
    name="formula-preview",
    request_method="GET",
    permission=Permission.DOCUMENT_EDIT,
)
def formula_preview(version: Version, request: Request) -> Response:
    """Try a formula on sample numbers (``v-NAME=12,5``); data for the card's preview."""
    style = EditorView(version, request).base.profile.number_style()
    try:
        formula = Formula.parse(request.GET.get("expression", ""))
        result = formula.evaluate({name: _sample(request, name) for name in formula.variables})
    except FormulaError as mistake:
        return json_response(
            {"variables": [], "error": sentence(request, mistake), "column": mistake.column}
        )
    except BadNumber as mistake:
        return json_response({"variables": None, "error": sentence(request, mistake)})
    shown = None if result is None else style.format(round(result, 4))
    return json_response({"variables": list(formula.variables), "result": shown})


def _sample(request: Request, name: str) -> Decimal | None:
    text = request.GET.get(f"v-{name}", "").strip()
    return parse_number(text) if text else None
