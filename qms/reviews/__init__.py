"""Periodic review: what is due, and what the reviewer found."""

from __future__ import annotations

from pyramid.config import Configurator

from qms.kernel.i18n import _


def includeme(config: Configurator) -> None:
    """Announce the list of reviews, the work that waits, and what a document's page adds."""
    config.add_work_group(
        "reviews",
        title=_("To review"),
        items="qms.reviews.views.work",
        count="qms.reviews.views.count",
        order=60,
    )
    config.add_list_tab("documents/reviews", title=_("Reviews"), order=30)
    config.add_document_notice("reviews", "qms.reviews.views.notice")
    config.add_document_action("review", title=_("Review"), url="qms.reviews.views.review_url")
    config.scan(".views")
    config.scan(".listing")
