"""What the master list, a document, a process and the work of a person were on a past day."""

from __future__ import annotations

from pyramid.config import Configurator

from qms.kernel.i18n import _
from qms.security.permissions import Permission
from qms.web.navigation import MANAGE


def includeme(config: Configurator) -> None:
    """Register what this room adds; its pages and subscribers are scanned."""
    config.scan(".")
    config.add_document_tab(
        "past", title=_("As of a date"), order=70, shown=lambda page: page.sees_all
    )
    config.add_menu_item(
        "past",
        title=_("As of a date"),
        icon="clock",
        context_path="past",
        permission=Permission.DOCUMENT_SEE_HISTORY,
        order=90,
        group=MANAGE,
    )
