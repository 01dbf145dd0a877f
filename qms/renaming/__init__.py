"""Renaming a position, a process or a unit once, with everything that names it."""

from __future__ import annotations

from pyramid.config import Configurator

from qms.kernel.i18n import _


def includeme(config: Configurator) -> None:
    """Announce the list, what waits to be signed together, notices, and former names."""
    config.add_list_tab(
        "renaming", title=_("Renamings"), order=70, shown="qms.renaming.shown.may_see"
    )
    config.add_work_group(
        "renaming",
        title=_("Renamings to sign together"),
        items="qms.renaming.shown.work",
        count="qms.renaming.shown.count",
        order=12,
    )
    config.add_document_notice("renaming", "qms.renaming.shown.notice")
    config.add_found_group(
        "renaming", title=_("Former names"), find="qms.renaming.shown.find", order=60
    )
    config.scan(".subscribers")
    config.scan(".views")
