"""Change requests: who asks for a document to be made, changed, printed or eliminated."""

from __future__ import annotations

from typing import Any

from pyramid.config import Configurator

from qms.kernel.i18n import _

ANSWERS = "qms.requests.answers"


def set_request_answer(config: Configurator, kind: str, url: Any) -> None:
    """Announce where an accepted request of a kind is fulfilled; told the web request and it."""
    answer = config.maybe_dotted(url)
    config.action(
        ("qms request answer", kind),
        lambda: config.registry.setdefault(ANSWERS, {}).__setitem__(kind, answer),
    )


def includeme(config: Configurator) -> None:
    """Announce the list, the work that waits, and what a document's page offers."""
    config.add_directive("set_request_answer", set_request_answer)
    config.add_list_tab("requests", title=_("Requests"), order=20)
    config.add_work_group(
        "requests",
        title=_("Requests to decide"),
        items="qms.requests.shown.work",
        count="qms.requests.shown.count",
        order=55,
    )
    config.add_document_notice("requests", "qms.requests.shown.notice")
    config.add_document_action(
        "ask-modify", title=_("Ask for a change"), url="qms.requests.shown.modify_url", order=10
    )
    config.add_document_action(
        "ask-copy", title=_("Ask for printed copies"), url="qms.requests.shown.copy_url", order=60
    )
    config.add_document_action(
        "ask-eliminate",
        title=_("Ask to retire it"),
        url="qms.requests.shown.eliminate_url",
        order=90,
    )
    config.add_evidence("requests", "qms.requests.testimony.collect")
    config.include(".figures")
    config.include(".letters")
    config.add_past_work(
        "requests", title=_("Requests to decide"), items="qms.requests.past.items", order=10
    )
    config.scan(".subscribers")
    config.scan(".views")
