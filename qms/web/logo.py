"""The organisation's logo, to its own people."""

from __future__ import annotations

from pyramid.config import Configurator
from pyramid.httpexceptions import HTTPNotFound
from pyramid.request import Request
from pyramid.response import FileResponse, Response

from qms.content.models import BlobFile, Organisation
from qms.web.responses import SEALED

ANNEX = "logo"
RASTERS = frozenset({"image/png", "image/jpeg"})
"""A drawing may hold scripts, so only these are logos (D4-28)."""


def logo(organisation: Organisation, request: Request) -> Response:
    """Answer the stored logo."""
    file = organisation.annexes.get(ANNEX)
    if not isinstance(file, BlobFile) or file.media_type not in RASTERS:
        return HTTPNotFound()
    response = FileResponse(file.blob.committed(), request=request, content_type=file.media_type)
    response.headers["Content-Security-Policy"] = SEALED
    return response


def includeme(config: Configurator) -> None:
    """Register the view; whoever may see the organisation may see its logo."""
    config.add_view(logo, context=Organisation, name="logo", permission="view")
