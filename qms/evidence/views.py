"""The page that prepares an evidence pack, and the pack itself as a download."""

from __future__ import annotations

import hashlib
from datetime import date
from typing import Any

from pyramid.httpexceptions import HTTPNotFound
from pyramid.i18n import make_localizer
from pyramid.interfaces import ITranslationDirectories
from pyramid.request import Request
from pyramid.response import FileIter, Response
from pyramid.view import view_config, view_defaults
from pyramid_zodbconn import get_connection

from qms.audit.models import FOLDER
from qms.content.models import Organisation, organisation_of
from qms.documents.models import DocumentFolder
from qms.documents.services.keys import AUTHORITY_ROOM
from qms.documents.testimony import collectors_of
from qms.evidence import services
from qms.evidence.errors import NothingHere
from qms.evidence.pack import fingerprint_of, verifier
from qms.evidence.scopes import (
    DOCUMENT,
    LARGEST,
    MOST_DOCUMENTS,
    PERIOD,
    PROCESS,
    Holding,
    Scope,
    gather,
    may_see_reading,
    own_processes,
    takes_all,
)
from qms.evidence.words import grouped
from qms.kernel.codes import normalise
from qms.kernel.errors import Refused
from qms.kernel.formats import BadDate, parse_date
from qms.kernel.i18n import _
from qms.kernel.text import whole_number
from qms.security.permissions import Permission
from qms.security.secrets import secret_at
from qms.web.errors import sentence, status_of
from qms.web.redirects import see_other
from qms.web.responses import SEALED, disposition
from qms.web.transactions import outside

ZIP = "application/zip"


class NoPeriod(Refused):
    """Give both days of the period, the first one not after the last one."""


class NoChoice(Refused):
    """Name a document, a process or a period."""


def teller(registry: Any) -> Any:
    """Make the function that gives the Spanish of a sentence, whatever the reader's language."""
    folders = registry.queryUtility(ITranslationDirectories, default=[])
    translate = make_localizer("es", folders).translate
    return lambda text: str(translate(_(text)))


def scope_of(values: Any, organisation: Any) -> Scope | None:
    """Read what is asked for from the address or the form; None where nothing is."""
    kind = values.get("kind", "")
    code, process_id = values.get("code", "").strip(), values.get("process", "")
    if kind == DOCUMENT and code:
        return _document_scope(code[:200], values.get("order", ""), organisation)
    if kind == PROCESS and process_id in organisation["processes"]:
        return Scope(PROCESS, process_id=process_id)
    if kind == PERIOD:
        since, until = _day(values.get("since", "")), _day(values.get("until", ""))
        if since is None or until is None or since > until or until >= date.max:
            raise NoPeriod
        return Scope(PERIOD, since=since, until=until)
    if kind:
        raise NoChoice
    return None


def _document_scope(code: str, order: str, organisation: Any) -> Scope:
    folder = organisation["documents"]
    document = folder.get(normalise(code)[0])
    if document is None:
        found = folder.find_loosely(code)
        if len(found) != 1:
            raise NothingHere
        document = found[0]
    chosen = whole_number(order, None)
    return Scope(DOCUMENT, code=document.code, order=chosen)


def megabytes(size: int) -> str:
    """Write a number of bytes as one reads it."""
    return f"{size / 1_000_000:.2f} MB".replace(".", ",")


def _day(text: str) -> date | None:
    try:
        return parse_date(text) if text.strip() else None
    except BadDate:
        return None


@view_config(context=Organisation, name="evidence", permission=Permission.VIEW)
def from_organisation(organisation: Organisation, request: Request) -> Any:
    """Lead to the page, whose permission the folder of documents knows better."""
    folder = organisation["documents"]
    if not request.has_permission(Permission.EVIDENCE_EXPORT, folder):
        raise HTTPNotFound
    return see_other(request, request.resource_path(folder, "evidence"))


@view_defaults(context=DocumentFolder, name="evidence", permission=Permission.EVIDENCE_EXPORT)
class EvidenceView:
    """What to take out, how much that is, and the pack."""

    def __init__(self, folder: DocumentFolder, request: Request) -> None:
        """Look at ``folder`` for one request."""
        self.folder, self.request = folder, request
        self.organisation = organisation_of(folder)

    @view_config(request_method="GET", renderer="qms.templates:evidence/choose.pt")
    def choose(self) -> dict[str, Any]:
        """Show the choices, and what the chosen pack would hold."""
        holding, refusal = None, ""
        try:
            scope = scope_of(self.request.GET, self.organisation)
            if scope is not None:
                holding = gather(self.organisation, scope, self.request.person)
        except Refused as refused:
            refusal = sentence(self.request, refused)
            self.request.response.status_int = status_of(refused)
        return self._page(holding, refusal)

    @view_config(request_method="POST", renderer="qms.templates:evidence/choose.pt")
    def take(self) -> Any:
        """Make the pack outside of any transaction, note who takes it, and stream it."""
        request, act = self.request, self.request.act
        try:
            scope = scope_of(request.POST, self.organisation)
            if scope is None:
                raise NoChoice
            gather(self.organisation, scope, request.person)
            made = self._made(scope, act)
            # The first transaction has ended; this one sees the content as it is now.
            services.tell_taken(request.organisation, scope, made, act=act)
        except Refused as refused:
            request.response.status_int = status_of(refused)
            return self._page(None, sentence(request, refused))
        return _download(made, f"{request.organisation.id} {scope} evidencias", act)

    def _made(self, scope: Scope, act: Any) -> services.Made:
        request = self.request
        order = services.Order(
            self.organisation.id,
            scope,
            act.person_id,
            act.at,
            secret_at(request.registry.qms.secret_file),
            collectors=collectors_of(request.registry),
        )
        database, tell = get_connection(request).db(), teller(request.registry)
        return outside(request, lambda: services.make(database, order, tell))

    def _page(self, holding: Holding | None, refusal: str) -> dict[str, Any]:
        person, values = self.request.person, self.request.params
        shown = None
        if holding is not None:
            shown = {
                "documents": len(holding.documents),
                "versions": len(holding.versions),
                "bytes": holding.size,
                "trail": holding.with_trail,
                "readings": all(may_see_reading(person, one) for one, _v in holding.documents),
                "codes": [document.code for document, _versions in holding.documents],
            }
        return {
            "heading": _("Evidence pack"),
            "holding": shown,
            "scope": holding.scope.to_data() if holding is not None else {},
            "size": megabytes(holding.size) if holding is not None else "",
            "refusal": refusal,
            "values": values,
            "versions": self._versions(holding),
            "processes": [
                (one.__name__, one.name) for one in own_processes(self.organisation, person)
            ],
            "all": takes_all(person, self.organisation),
            "megabytes": LARGEST >> 20,
            "most": MOST_DOCUMENTS,
            **self._outside(),
            "json": {"pack": shown, "refusal": refusal},
        }

    def _outside(self) -> dict[str, Any]:
        """Give what a pack is checked against and must not be taken from the pack itself."""
        authority = self.organisation.annexes.get(AUTHORITY_ROOM)
        trail = self.organisation.get(FOLDER)
        may_read = trail is not None and self.request.has_permission(Permission.TRAIL_VIEW, trail)
        return {
            "root": grouped(fingerprint_of(authority)) if authority is not None else "",
            "program": grouped(hashlib.sha256(verifier()).hexdigest()),
            "anchor": trail.last_anchor() if may_read else None,
        }

    def _versions(self, holding: Holding | None) -> list[tuple[int, str]]:
        """List the versions of the chosen document, to take only one of them."""
        if holding is None or holding.scope.kind != DOCUMENT:
            return []
        everything = Scope(DOCUMENT, code=holding.scope.code)
        found = gather(self.organisation, everything, self.request.person)
        return [(one.order, one.label) for one in found.versions]


def _download(made: services.Made, name: str, act: Any) -> Response:
    """Stream the pack; the temporary file goes when it has been sent."""
    response = Response(content_type=ZIP)
    response.app_iter = FileIter(made.stream)
    response.content_length = made.size
    filename = f"{name} {act.at:%Y%m%d-%H%M}.zip"
    response.headers["Content-Disposition"] = disposition(filename)
    response.headers["Content-Security-Policy"] = SEALED
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response
