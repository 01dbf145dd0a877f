"""Building an organisation on screen: types, codes, routes, positions, calendar and looks."""

from __future__ import annotations

from pyramid.config import Configurator

from qms.kernel.i18n import _
from qms.security.permissions import Permission


def includeme(config: Configurator) -> None:
    """Announce the menu line; the pages are scanned."""
    config.add_menu_item(
        "setup",
        title=_("Settings"),
        icon="gear",
        context_path="setup",
        permission=Permission.ORGANISATION_CONFIGURE,
        order=82,
        group="manage",
    )
    config.scan(".subscribers")
    config.scan(".views")
