"""Quality objectives: what is wanted, by which indicators it is measured, and who answers for it.

They are declared by documents in force (section kind ``objectives``) or set on screen.
"""

from __future__ import annotations

from pyramid.config import Configurator

from qms.kernel.i18n import _
from qms.security.permissions import Permission


def includeme(config: Configurator) -> None:
    """Announce the work that waits, what can be linked, and the input of management reviews."""
    here = "qms.indicators.objectives"
    config.add_menu_cover("indicators", "objectives")
    config.add_work_group(
        "objectives",
        title=_("Objectives whose period is over"),
        items=f"{here}.waiting.items",
        count=f"{here}.waiting.count",
        order=62,
    )
    config.add_linkable(
        "objective",
        title=_("Objective"),
        find=f"{here}.waiting.find",
        suggest=f"{here}.waiting.suggest",
        permission=Permission.OBJECTIVE_FOLLOW,
        order=42,
    )
    config.add_review_input(
        "objectives", title=_("Objectives"), part="c2", order=5, prepare=f"{here}.reviewing.prepare"
    )
    config.scan(".views")
