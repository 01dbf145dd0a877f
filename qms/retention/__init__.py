"""How long documents and cases are kept, and what happens to them afterwards."""

from __future__ import annotations

from pyramid.config import Configurator

from qms.kernel.i18n import _


def includeme(config: Configurator) -> None:
    """Announce the room's pages, the work that waits, and what pages of documents say of it."""
    config.add_list_tab("record-series", title=_("Records"), order=15)
    config.add_list_tab(
        "retention", title=_("Retention"), order=70, shown="qms.retention.shown.sees_room"
    )
    config.add_work_group(
        "retention",
        title=_("Retention of records"),
        items="qms.retention.shown.work",
        count="qms.retention.shown.count",
        order=85,
        follows="qms.retention.shown.state_of_index",
    )
    config.add_document_notice("eliminated", "qms.retention.shown.gone_notice")
    # What a hold takes in is read from an index, which the worker brings up to date.
    config.add_document_notice("legal-hold", "qms.retention.shown.hold_notice", recorded=False)
    config.set_record_hold("qms.retention.services.holds.number_of")
    config.add_evidence("retention", "qms.retention.shown.evidence")
    config.include(".letters")
    config.scan(".subscribers")
    config.scan(".views")
