"""A new document: its type, process, title, and the code that the grammar offers."""

from __future__ import annotations

from typing import Any

from pyramid.request import Request
from pyramid.response import Response
from pyramid.view import view_config, view_defaults

from qms.content.models import organisation_of
from qms.documents.errors import CodeTaken
from qms.documents.forms import new_document_schema
from qms.documents.models import DocumentFolder
from qms.documents.services import drafting
from qms.kernel import codes
from qms.kernel.codes import BadCode
from qms.kernel.errors import Refused
from qms.kernel.i18n import _
from qms.kernel.text import sort_key
from qms.profiles.api import process_of, processes_of, profile_of
from qms.security.permissions import Permission
from qms.web.errors import sentence
from qms.web.forms import at_field
from qms.web.once import OnceForm


@view_config(context=DocumentFolder, name="add", permission=Permission.DOCUMENT_ADD)
class AddDocumentView(OnceForm):
    """Start a document, once; the next page is the editor of its first draft."""

    heading = _("New document")
    button = _("Create and write the draft")

    def make_schema(self) -> Any:
        """Offer the organisation's types and processes."""
        organisation = organisation_of(self.context)
        kinds = [one for one in profile_of(organisation).document_types if one.active]
        types = [(one.id, one.name) for one in kinds]
        processes = [
            (one.id, f"{one.name} ({one.acronym})" if one.acronym else one.name)
            for one in processes_of(organisation)
        ]
        path = self.request.resource_path
        return new_document_schema(
            sorted(types, key=lambda pair: sort_key(pair[1])),
            sorted(processes, key=lambda pair: sort_key(pair[1])),
            offer_url=path(self.context, "offer-code"),
            check_url=path(self.context, "check-code"),
            owned=any(one.code_process == "owner" for one in kinds),
        )

    def save(self, values: dict[str, Any]) -> Response:
        """Create the document and open its editor."""
        with at_field("code", CodeTaken, BadCode):
            document = drafting.create_document(
                self.context,
                type_id=values["type"],
                process_id=values["process"],
                title=values["title"],
                code=values["code"] or None,
                owner_process_id=values.get("owner_process") or None,
                act=self.request.act,
            )
        self.made = document.code
        path = self.request.resource_path(document.pending, "edit")
        return self.done(
            _("The document ${code} was created.", {"code": document.code}), where=path
        )


@view_defaults(context=DocumentFolder, request_method="GET", permission=Permission.DOCUMENT_ADD)
class CodeHelpView:
    """What the form of a new document asks while one fills it in."""

    def __init__(self, folder: DocumentFolder, request: Request) -> None:
        """Look at ``folder`` for one request."""
        self.folder, self.request = folder, request
        self.type_id = request.GET.get("type", "")
        self.process_id = request.GET.get("process", "")
        self.owner_id = request.GET.get("owner_process", "") or None
        self.typed = request.GET.get("code", "")[:200]

    def _known(self) -> bool:
        """Tell whether type and process are chosen, and this organisation's."""
        organisation = organisation_of(self.folder)
        try:
            profile_of(organisation).document_type(self.type_id)
            process_of(organisation, self.process_id)
            if self.owner_id is not None:
                process_of(organisation, self.owner_id)
        except Refused:
            return False
        return True

    @view_config(name="offer-code")
    def offer(self) -> Response:
        """Give the input of the code with the next free one, unless a code of one's own stands."""
        offered, hint = "", ""
        if self._known():
            try:
                offered = drafting.offer_code(
                    self.folder, self.type_id, self.process_id, self.owner_id
                )
            except Refused as refusal:
                hint = sentence(self.request, refusal)
        own = self.typed and self.typed != self.request.GET.get("offered", "")
        view = AddDocumentView(self.folder, self.request)
        field = view.form()["code"]
        shown = field.serialize(self.typed if own else offered, offered=offered, hint=hint)
        return Response(shown, charset="utf-8")

    @view_config(name="check-code", renderer="qms.templates:documents/code_hint.pt")
    def check(self) -> dict[str, Any]:
        """Say whether the typed code can be taken, and how it will be written."""
        if not self.typed.strip() or not self._known():
            return {"error": "", "written": "", "free": False}
        try:
            code = drafting.check_code(
                self.folder, self.typed, self.type_id, self.process_id, self.owner_id
            )
        except Refused as refusal:
            return {"error": sentence(self.request, refusal), "written": "", "free": False}
        changed = codes.normalise(self.typed)[1]
        return {"error": "", "written": code if changed else "", "free": True}
