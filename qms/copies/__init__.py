"""Controlled printed copies: numbered, held by somebody, recovered and destroyed."""

from __future__ import annotations

from pyramid.config import Configurator

from qms.kernel.i18n import _


def includeme(config: Configurator) -> None:
    """Announce the census, the withdrawals that wait, and printing from a document's page."""
    config.add_list_tab(
        "copies", title=_("Controlled copies"), order=50, shown="qms.copies.shown.may_see"
    )
    config.add_work_group(
        "copies",
        title=_("Controlled copies to recover or hand over"),
        items="qms.copies.shown.work",
        count="qms.copies.shown.count",
        order=70,
    )
    config.add_document_action(
        "print-copies",
        title=_("Print controlled copies"),
        url="qms.copies.shown.print_url",
        order=50,
    )
    config.add_evidence("copies", "qms.copies.testimony.collect")
    config.set_request_answer("copy", "qms.copies.shown.answer_url")
    config.add_past_work(
        "copies",
        title=_("Controlled copies to recover or hand over"),
        items="qms.copies.past.items",
        order=20,
    )
    config.scan(".subscribers")
    config.scan(".views")
