"""The lines that this room adds to the menu, and what the bell counts."""

from __future__ import annotations

from pyramid.config import Configurator

from qms.documents.search_text import KIND, DocumentTexts
from qms.documents.views.home import count_waiting
from qms.kernel.i18n import _


def includeme(config: Configurator) -> None:
    """Announce «Mi trabajo», the master list, the bell and what the search box finds."""
    config.add_menu_item("work", title=_("My work"), icon="inbox", context_path="", order=10)
    config.add_menu_item(
        "documents", title=_("Documents"), icon="document", context_path="documents", order=20
    )
    config.add_list_tab("documents", title=_("Master list"), order=10)
    config.add_list_tab(
        "documents/readings",
        title=_("Readings"),
        order=40,
        shown="qms.documents.views.reading_report.may_see_report",
    )
    config.add_account_panel(
        "my-signature",
        title=_("My signature"),
        text=_("The key with which you sign documents, under a passphrase only you know."),
        path="my-signature",
    )
    config.add_document_action(
        "publish",
        title=_("Public by link"),
        url="qms.documents.views.publishing.publish_url",
        order=70,
    )
    config.set_bell(count_waiting)
    config.set_search_box("search", "search-suggest")
    config.include("qms.search")
    config.add_search_source(KIND, DocumentTexts())
