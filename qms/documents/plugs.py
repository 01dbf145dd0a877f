"""Where upper rooms add to the pages of a document: tabs, actions and notices."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from pyramid.config import Configurator
from pyramid.request import Request

TABS = "qms.documents.tabs"
ACTIONS = "qms.documents.actions"
NOTICES = "qms.documents.notices"


@dataclass(frozen=True)
class DocumentTab:
    """A tab of every document page; its view has ``Document`` as context."""

    name: str
    """Name of the view."""
    title: str
    order: int
    shown: Callable[[Any], bool]
    """Told the :class:`~qms.documents.views.document.VersionPage`."""


@dataclass(frozen=True)
class DocumentAction:
    """A line of the menu of further actions."""

    name: str
    title: str
    order: int
    url: Callable[[Any], str | None]
    """Told the page; None where this person has nothing to do here."""


@dataclass(frozen=True)
class Notice:
    """A banner over the document: a sentence, and maybe where to go."""

    text: str
    """A translation string."""
    url: str | None = None
    link: str | None = None
    """Words of the link, a translation string."""
    icon: str = "alert"
    warns: bool = False


def add_document_tab(
    config: Configurator,
    name: str,
    *,
    title: str,
    order: int = 50,
    shown: Callable[[Any], bool] = lambda _page: True,
) -> None:
    """Announce a tab; the document room's own ones have orders 10 to 60."""
    tab = DocumentTab(name, title, order, config.maybe_dotted(shown))
    config.action(
        ("qms document tab", name),
        lambda: config.registry.setdefault(TABS, {}).__setitem__(name, tab),
    )


def add_document_action(
    config: Configurator,
    name: str,
    *,
    title: str,
    url: Callable[[Any], str | None],
    order: int = 50,
) -> None:
    """Announce a line of the menu «more» of every document page."""
    action = DocumentAction(name, title, order, config.maybe_dotted(url))
    config.action(
        ("qms document action", name),
        lambda: config.registry.setdefault(ACTIONS, {}).__setitem__(name, action),
    )


def add_document_notice(
    config: Configurator, name: str, prepare: Callable[[Any], Notice | None]
) -> None:
    """Announce a banner; ``prepare`` is told the page and gives None where all is well."""
    prepared = config.maybe_dotted(prepare)
    config.action(
        ("qms document notice", name),
        lambda: config.registry.setdefault(NOTICES, {}).__setitem__(name, prepared),
    )


def tabs(request: Request) -> list[DocumentTab]:
    """List the announced tabs in their order."""
    return sorted(request.registry.get(TABS, {}).values(), key=lambda one: one.order)


def actions(page: Any) -> list[tuple[str, str]]:
    """List title and address of what this person may do on this page beyond the usual."""
    announced = sorted(
        page.request.registry.get(ACTIONS, {}).values(), key=lambda one: (one.order, one.name)
    )
    found = ((one.title, one.url(page)) for one in announced)
    return [(title, url) for title, url in found if url is not None]


def notices(page: Any) -> list[Notice]:
    """List the banners of this page."""
    found = (
        prepare(page) for _name, prepare in sorted(page.request.registry.get(NOTICES, {}).items())
    )
    return [one for one in found if one is not None]


def includeme(config: Configurator) -> None:
    """Offer the directives."""
    config.add_directive("add_document_tab", add_document_tab)
    config.add_directive("add_document_action", add_document_action)
    config.add_directive("add_document_notice", add_document_notice)
