"""Two versions side by side, and the page before a version is withdrawn."""

from __future__ import annotations

from typing import Any

from pyramid.httpexceptions import HTTPNotFound
from pyramid.request import Request
from pyramid.view import view_config

from qms.documents.comparison import compare
from qms.documents.models import Version, Versions
from qms.documents.views.document import VersionPage
from qms.security.permissions import Permission


@view_config(
    context=Versions,
    name="compare",
    request_method="GET",
    permission=Permission.VIEW,
    renderer="qms.templates:documents/compare.pt",
)
def show(versions: Versions, request: Request) -> dict[str, Any]:
    """Compare ``old`` with ``new`` section by section; who may not see both sees neither."""
    old, new = (_version(versions, request, name) for name in ("old", "new"))
    for version in (old, new):
        version.refuse_disposed()
    comparable = bool(old.sections) and bool(new.sections)
    return VersionPage(new, request).page(
        "versions",
        old=old,
        new=new,
        comparable=comparable,
        differences=compare(old, new) if comparable else [],
    )


def _version(versions: Versions, request: Request, name: str) -> Version:
    try:
        version = versions[request.GET.get(name, "")]
    except KeyError:
        raise HTTPNotFound from None
    if not request.has_permission(Permission.VIEW, version):
        raise HTTPNotFound
    return version


@view_config(
    context=Version,
    name="withdraw",
    request_method="GET",
    permission=Permission.DOCUMENT_ABORT,
    renderer="qms.templates:documents/withdraw.pt",
)
def withdraw(version: Version, request: Request) -> dict[str, Any]:
    """Ask for the reason before a version is given up."""
    return VersionPage(version, request).page("")
