"""A document that is public by its link: the switch, and the page without sign-in."""

from __future__ import annotations

import threading
from typing import Any

from pyramid.httpexceptions import HTTPNotFound, HTTPServiceUnavailable
from pyramid.request import Request
from pyramid.response import Response
from pyramid.security import NO_PERMISSION_REQUIRED
from pyramid.view import view_config

from qms.content.models import Site, find_site
from qms.documents.models import Document
from qms.documents.renditions import plan_copy
from qms.documents.services.publishing import set_public
from qms.documents.views.public import find_version
from qms.kernel.i18n import _
from qms.security.permissions import Permission
from qms.web import fields
from qms.web.forms import FormView
from qms.web.responses import file_response
from qms.web.transactions import outside

AT_ONCE = 2
"""Files that one process makes for the public at the same time (D4-59)."""
_places = threading.BoundedSemaphore(AT_ONCE)
_PUBLIC_AT = _("Public at ${link}")
_WHAT_FOR = _(
    "For a policy that customers and neighbours may read. The printed QR and the link always lead "
    "to the version in force, without signing in; drafts and older versions stay here."
)


class PublishSchema(fields.Schema):
    """Whether the public may read it."""

    public = fields.yes_no(_("Anybody with the link may read the version in force"))


@view_config(context=Document, name="publish", permission=Permission.DOCUMENT_PUBLISH)
class PublishForm(FormView):
    """Opens a document to the public, or closes it."""

    schema = PublishSchema
    heading = _("Public by link")
    button = _("Save")

    @property
    def introduction(self) -> Any:
        """Say what it is for, or where it is read."""
        return _PUBLIC_AT % {"link": self._link()} if self.context.public else _WHAT_FOR

    def _link(self) -> str:
        return f"{self.request.registry.qms.base_url}/p/{self.context.in_force.token}"

    def initial(self) -> dict[str, Any]:
        """Start with how it stands."""
        return {"public": self.context.public}

    def save(self, values: dict[str, Any]) -> Response:
        """Open or close it, and say where it can be read."""
        document = self.context
        set_public(document, public=bool(values["public"]), act=self.request.act)
        if not document.public:
            return self.done(_("The document is read by who signs in, and by nobody else."))
        return self.done(_PUBLIC_AT % {"link": self._link()})


def publish_url(page: Any) -> str | None:
    """Give the address of the switch, for whom may use it."""
    document, request = page.document, page.request
    if not request.has_permission(Permission.DOCUMENT_PUBLISH, document):
        return None
    return str(request.resource_path(document, "publish"))


@view_config(context=Site, name="p", request_method="GET", permission=NO_PERMISSION_REQUIRED)
def read(site: Site, request: Request) -> Response:
    """Give the PDF in force of a public document; a closed one is as if it were not there.

    Any version's token leads to the version in force, so that a link once given stays good.
    """
    token = request.tail
    asked = find_version(site, token)
    document = asked.document if asked is not None else None
    version = document.in_force if document is not None and document.public else None
    if version is None or find_site(version) is not site:
        raise HTTPNotFound
    copy = plan_copy(version, check_url=request.registry.qms.check_url(version.token))
    if not _places.acquire(blocking=False):
        raise HTTPServiceUnavailable
    try:
        data = outside(request, copy.make)
    finally:
        _places.release()
    return file_response(request, data, copy.filename, "application/pdf", inline=True)
