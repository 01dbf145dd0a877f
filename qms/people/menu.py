"""What the room adds to the frame: menu lines, and panels of the account page for other rooms."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from pyramid.config import Configurator
from pyramid.request import Request

from qms.kernel.i18n import _
from qms.security.permissions import Permission

PANELS = "qms.people.panels"


@dataclass(frozen=True)
class AccountPanel:
    """A link from the account page to a page of another room."""

    name: str
    title: Any
    text: Any
    path: str
    """Path below the organisation, such as ``my-signature``."""
    order: int


def add_account_panel(
    config: Configurator, name: str, *, title: Any, text: Any, path: str, order: int = 50
) -> None:
    """Announce a page about the person's own things; a second one of the name is a conflict."""
    panel = AccountPanel(name, title, text, path, order)

    def register() -> None:
        config.registry.setdefault(PANELS, {})[name] = panel

    config.action(("qms account panel", name), register)


def account_panels(request: Request) -> list[tuple[Any, Any, str]]:
    """List title, text and address of the announced pages."""
    panels = sorted(request.registry.get(PANELS, {}).values(), key=lambda one: one.order)
    home = request.resource_path(request.organisation)
    return [(one.title, one.text, f"{home}{one.path}") for one in panels]


def includeme(config: Configurator) -> None:
    """Offer the directive and announce the menu line."""
    config.add_directive("add_account_panel", add_account_panel)
    config.add_menu_item(
        "people",
        title=_("People"),
        icon="people",
        context_path="people",
        permission=Permission.PEOPLE_VIEW,
        order=80,
        group="manage",
    )
