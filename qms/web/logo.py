"""The organisation's logo, to its own people and to whoever reads a public page that bears it."""

from __future__ import annotations

import hmac

from pyramid.config import Configurator
from pyramid.httpexceptions import HTTPForbidden, HTTPNotFound
from pyramid.request import Request
from pyramid.response import FileResponse, Response
from pyramid.security import NO_PERMISSION_REQUIRED

from qms.content.models import BlobFile, Organisation
from qms.web.responses import SEALED

ANNEX = "logo"
RASTERS = frozenset({"image/png", "image/jpeg"})
"""A drawing may hold scripts, so only these are logos (D4-28)."""


def logo_key(file: BlobFile) -> str:
    """Give what opens a logo without an account: nobody knows it but from a page that bears it."""
    return file.sha256[:24]


def logo(organisation: Organisation, request: Request) -> Response:
    """Answer the stored logo; without its key, only to who may see the organisation."""
    file = organisation.annexes.get(ANNEX)
    stored = isinstance(file, BlobFile) and file.media_type in RASTERS
    key = request.GET.get("v", "").encode()
    if not (stored and hmac.compare_digest(key, logo_key(file).encode())) and (
        not request.has_permission("view", organisation)
    ):
        raise HTTPForbidden
    if not stored:
        return HTTPNotFound()
    response = FileResponse(file.blob.committed(), request=request, content_type=file.media_type)
    response.headers["Content-Security-Policy"] = SEALED
    return response


def includeme(config: Configurator) -> None:
    """Register the view; strangers get the answer of an address that leads nowhere."""
    config.add_view(logo, context=Organisation, name="logo", permission=NO_PERMISSION_REQUIRED)
