"""The mail outbox: written in the transaction, delivered by the worker, at least once."""

from __future__ import annotations

from pyramid.config import Configurator

from qms.kernel.i18n import _
from qms.notices.letters import add_letters
from qms.security.permissions import Permission


def includeme(config: Configurator) -> None:
    """Let events be mailed, and show administrators what became of the mails."""
    config.add_directive("add_letters", add_letters)
    config.include(".postman")
    config.scan(".views")
    config.add_menu_item(
        "outbox",
        title=_("Mails"),
        icon="mail",
        context_path="outbox",
        permission=Permission.OUTBOX_VIEW,
        order=96,
        group="manage",
    )
