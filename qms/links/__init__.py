"""What belongs together: a case with a document, an action with the indicator that asked for it."""

from __future__ import annotations

from pyramid.config import Configurator

from qms.kernel.i18n import _
from qms.security.permissions import Permission


def includeme(config: Configurator) -> None:
    """Offer the directive, and let documents and processes be linked to."""
    config.include(".plugs")
    config.add_linkable(
        "document",
        title=_("Document"),
        find=".known.document",
        suggest=".known.documents",
        permission=Permission.DOCUMENT_REVISE,
        order=10,
    )
    config.add_linkable(
        "process",
        title=_("Process"),
        find=".known.process",
        suggest=".known.processes",
        permission=Permission.DOCUMENT_ADD,
        order=20,
    )
    config.set_related_panel(".shown.beside_document")
    config.scan(".subscribers")
    config.scan(".views")
