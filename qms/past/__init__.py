"""What the master list, a document, a process and the work of a person were on a past day."""

from __future__ import annotations

from pyramid.config import Configurator

from qms.kernel.i18n import _


def includeme(config: Configurator) -> None:
    """Register what this room adds; its pages and subscribers are scanned."""
    config.scan(".")
    config.add_document_tab(
        "past", title=_("As of a date"), order=70, shown=lambda page: page.sees_all
    )
    config.add_list_tab(
        "past", title=_("As of a date"), order=90, shown="qms.past.views.sees_the_past"
    )
