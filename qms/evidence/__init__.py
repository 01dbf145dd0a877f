"""Evidence packs: signed files, trail and certificates that verify without the server."""

from __future__ import annotations

from typing import Any

from pyramid.config import Configurator

from qms.evidence.scopes import may_take
from qms.kernel.i18n import _
from qms.security.permissions import Permission


def includeme(config: Configurator) -> None:
    """Offer the page, its menu line, and the way to it from every document."""
    config.scan(".views")
    config.add_menu_item(
        "evidence",
        title=_("Evidence"),
        icon="shield-check",
        context_path="documents/evidence",
        permission=Permission.EVIDENCE_EXPORT,
        order=94,
        group="manage",
    )
    config.add_document_action("evidence", title=_("Evidence pack"), url=address_of_pack, order=80)


def address_of_pack(page: Any) -> str | None:
    """Give the address that prepares the pack of a document page's document."""
    document, request = page.document, page.request
    if not may_take(request.person, document):
        return None
    query = {"kind": "document", "code": document.code}
    return request.resource_path(document.folder, "evidence", query=query)
