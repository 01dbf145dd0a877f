"""Documents of external origin and legal requirements: the normogram and the clause matrix."""

from __future__ import annotations

from pyramid.config import Configurator

from qms.kernel.i18n import _


def includeme(config: Configurator) -> None:
    """Announce the normogram, the checks that wait, and what it says on pages of documents."""
    config.add_list_tab("norms", title=_("Norms"), order=60)
    config.add_work_group(
        "norms",
        title=_("Norms to check"),
        items="qms.norms.shown.work",
        count="qms.norms.shown.count",
        order=80,
    )
    config.add_document_notice("norms", "qms.norms.shown.notice")
    config.add_found_group("norms", title=_("Norms"), find="qms.norms.shown.find_norms", order=60)
    config.include(".letters")
    config.scan(".subscribers")
    config.scan(".views")
