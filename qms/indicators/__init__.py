"""Indicators: what documents in force promise to measure, measured and analysed."""

from __future__ import annotations

from pyramid.config import Configurator

from qms.kernel.i18n import _
from qms.security.permissions import Permission


def includeme(config: Configurator) -> None:
    """Announce the list, the work that waits, what can be linked, and what is found."""
    config.add_menu_item(
        "indicators", title=_("Indicators"), icon="chart", context_path="indicators", order=40
    )
    config.add_work_group(
        "indicator-captures",
        title=_("Indicators: values to enter"),
        items="qms.indicators.shown.captures",
        count="qms.indicators.shown.count_captures",
        order=60,
        follows="qms.indicators.shown.state_of_captures",
    )
    config.add_work_group(
        "indicator-analyses",
        title=_("Indicators: to analyse"),
        items="qms.indicators.shown.analyses",
        count="qms.indicators.shown.count_analyses",
        order=61,
        follows="qms.indicators.shown.state_of_analyses",
    )
    config.add_found_group(
        "indicators", title=_("Indicators"), find="qms.indicators.shown.find_indicators", order=40
    )
    config.add_linkable(
        "indicator",
        title=_("Indicator"),
        find="qms.indicators.linking.find",
        suggest="qms.indicators.linking.suggest",
        permission=Permission.INDICATOR_ANALYSE,
        order=40,
    )
    config.include(".letters")
    config.include(".objectives")
    config.include(".management")
    config.include(".pictures")
    config.scan(".subscribers")
    config.scan(".views")
