"""The worker's jobs: whose they are, how they went, and what of them still waits."""

from __future__ import annotations

from pyramid.config import Configurator

from qms.jobs.views import count_items, work_items
from qms.kernel.i18n import _
from qms.security.permissions import Permission


def includeme(config: Configurator) -> None:
    """Show administrators what the worker does."""
    config.scan(".views")
    config.add_menu_item(
        "worker",
        title=_("Jobs"),
        icon="clock",
        context_path="worker",
        permission=Permission.OUTBOX_VIEW,
        order=97,
        group="manage",
    )
    config.add_work_group(
        "system",
        title=_("The system asks for attention"),
        items=work_items,
        count=count_items,
        order=5,
        recorded=False,
    )
