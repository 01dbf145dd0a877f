"""Satisfaction: call campaigns, surveys by link, and the follow-up of what customers say."""

from __future__ import annotations

from pyramid.config import Configurator

from qms.kernel.i18n import _


def includeme(config: Configurator) -> None:
    """Announce the menu, the work that waits, figures, and what can be linked."""
    config.add_menu_item(
        "surveys", title=_("Surveys"), icon="survey", context_path="surveys", order=42
    )
    config.add_work_group(
        "follow-ups",
        title=_("Customers who wait for an answer"),
        items="qms.surveys.shown.follow_ups",
        count="qms.surveys.shown.count_follow_ups",
        order=14,
    )
    config.add_work_group(
        "survey-calls",
        title=_("Satisfaction calls"),
        items="qms.surveys.shown.calls",
        count="qms.surveys.shown.count_calls",
        order=16,
    )
    config.add_linkable(
        "campaign",
        title=_("Survey"),
        find="qms.surveys.linking.find",
        suggest="qms.surveys.linking.suggest",
        order=45,
    )
    config.add_found_group(
        "surveys", title=_("Survey campaigns"), find="qms.surveys.shown.find_campaigns", order=45
    )
    config.include(".figures")
    config.include(".letters")
    config.include(".management")
    config.include(".personal")
    config.include(".retaining")
    config.scan(".subscribers")
    config.scan(".views")
