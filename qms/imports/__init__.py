"""Taking over an existing system: its master list, its files, a whole organisation."""

from __future__ import annotations

from pyramid.config import Configurator

from qms.kernel.i18n import _
from qms.security.permissions import Permission


def includeme(config: Configurator) -> None:
    """Register what this room adds; its pages are scanned."""
    config.scan(".views")
    config.add_menu_item(
        "imports",
        title=_("Imports"),
        icon="import",
        context_path="imports",
        permission=Permission.IMPORT_RUN,
        order=90,
        group="manage",
    )
