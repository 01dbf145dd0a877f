"""The trail: one subscriber, chains of hashes, anchors, export and checking; no way to delete."""

from __future__ import annotations

from pyramid.config import Configurator

from qms.kernel.i18n import _
from qms.security.permissions import Permission


def includeme(config: Configurator) -> None:
    """Let every domain event leave its line, and show the trail."""
    config.scan(".subscribers")
    config.scan(".views")
    config.set_recorded_state("qms.audit.services.state_of")
    config.add_menu_item(
        "trail",
        title=_("Trail"),
        icon="history",
        context_path="trail",
        permission=Permission.TRAIL_VIEW,
        order=95,
        group="manage",
    )
