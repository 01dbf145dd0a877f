"""The process map, the page of each process, and what its interfaces say."""

from __future__ import annotations

from pyramid.config import Configurator

from qms.kernel.i18n import _
from qms.processes.finding import find_processes


def includeme(config: Configurator) -> None:
    """Register the pages, the derived data, the menu line and what the search box finds."""
    config.add_menu_item(
        "processes", title=_("Processes"), icon="process", context_path="processes", order=30
    )
    config.add_found_group("processes", title=_("Processes"), find=find_processes)
    config.scan(".subscribers")
    config.scan(".views")
