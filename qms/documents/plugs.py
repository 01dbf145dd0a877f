"""Where upper rooms add to the pages of documents: tabs, actions, notices, and what is found."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from pyramid.config import Configurator
from pyramid.request import Request

from qms.kernel.i18n import _
from qms.web.json import wants_json
from qms.web.navigation import url_of
from qms.web.unchanged import CASES, unchanged

TABS = "qms.documents.tabs"
ACTIONS = "qms.documents.actions"
NOTICES = "qms.documents.notices"
FOUND = "qms.documents.found"
LISTS = "qms.documents.lists"
RELATED = "qms.documents.related"


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
class ListTab:
    """A page beside the master list, as a tab over all of them."""

    path: str
    """Path below the organisation, maybe with a view's name at its end."""
    title: str
    order: int
    shown: Callable[[Request], bool]


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


@dataclass(frozen=True)
class Found:
    """Something that the search box found beside documents."""

    title: str
    url: str
    code: str = ""
    why: str = ""
    """What it is, in a few words."""


@dataclass(frozen=True)
class FoundGroup:
    """A kind of things that the search box finds beside documents."""

    name: str
    title: str
    order: int
    find: Callable[[Request, str, int], list[Found]]
    """Told the request, what was typed and how many are wanted; gives what the person may see."""


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


def add_list_tab(
    config: Configurator,
    path: str,
    *,
    title: str,
    order: int = 50,
    shown: Callable[[Request], bool] = lambda _request: True,
) -> None:
    """Announce a tab beside the master list, which itself has order 10."""
    tab = ListTab(path, title, order, config.maybe_dotted(shown))
    if path.partition("/")[0] != "documents":
        config.add_menu_cover("documents", path)
    config.action(
        ("qms list tab", path),
        lambda: config.registry.setdefault(LISTS, {}).__setitem__(path, tab),
    )


def list_tabs(request: Request, here: str | None = None) -> dict[str, Any]:
    """Give the tabs over the lists of document control, with the present one marked.

    ``here`` names the path of the tab that a page below it belongs to. Programs get none.
    """
    if wants_json(request):
        return {"tabs": []}
    organisation = request.organisation
    announced = sorted(request.registry.get(LISTS, {}).values(), key=lambda one: one.order)
    path = request.path.rstrip("/")
    tabs = []
    for one in announced:
        if one.shown(request):
            url = url_of(request, organisation, one.path)
            if url is not None:
                tabs.append((one.title, url, one.path == here or url.rstrip("/") == path))
    return {"tabs": tabs, "tabs_label": _("Document control")}


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
    config: Configurator,
    name: str,
    prepare: Callable[[Any], Notice | None],
    *,
    recorded: bool = True,
) -> None:
    """Announce a banner; ``prepare`` is told the page and gives None where all is well.

    ``recorded`` says that whatever it follows from leaves a line in the trail when it changes.
    """
    prepared = config.maybe_dotted(prepare)
    config.action(
        ("qms document notice", name),
        lambda: config.registry.setdefault(NOTICES, {}).__setitem__(name, (recorded, prepared)),
    )


def add_found_group(
    config: Configurator,
    name: str,
    *,
    title: str,
    find: Callable[[Request, str, int], list[Found]],
    order: int = 50,
) -> None:
    """Announce a kind of things that the search box finds beside documents."""
    group = FoundGroup(name, title, order, config.maybe_dotted(find))
    config.action(
        ("qms found group", name),
        lambda: config.registry.setdefault(FOUND, {}).__setitem__(name, group),
    )


def found_groups(request: Request, text: str, limit: int) -> list[tuple[FoundGroup, list[Found]]]:
    """Give what was found beside documents, by kind; kinds without a hit are left out."""
    if not text.strip():
        return []
    groups = sorted(request.registry.get(FOUND, {}).values(), key=lambda one: (one.order, one.name))
    found = [(group, group.find(request, text, limit)) for group in groups]
    return [(group, things) for group, things in found if things]


def set_related_panel(config: Configurator, prepare: Any) -> None:
    """Announce who says what else a document is linked with: told the request and the document."""
    found = config.maybe_dotted(prepare)
    config.action("qms related", lambda: config.registry.__setitem__(RELATED, found))


def related_panel(request: Request, document: Any) -> dict[str, Any] | None:
    """Give what templates/links/macros.pt shows beside a document, if somebody announced it."""
    prepare = request.registry.get(RELATED)
    found: dict[str, Any] | None = prepare(request, document) if prepare is not None else None
    return found


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
    """List the banners of this page; most are the same until something is recorded."""
    announced = sorted(page.request.registry.get(NOTICES, {}).items())
    question = ("notices", page.version.uid, page.request.view_name)
    kept = unchanged(
        page.request,
        question,
        lambda: {name: prepare(page) for name, (recorded, prepare) in announced if recorded},
        apart=CASES,
    )
    found = (kept[name] if recorded else prepare(page) for name, (recorded, prepare) in announced)
    return [one for one in found if one is not None]


def includeme(config: Configurator) -> None:
    """Offer the directives."""
    config.add_directive("add_document_tab", add_document_tab)
    config.add_directive("add_document_action", add_document_action)
    config.add_directive("add_document_notice", add_document_notice)
    config.add_directive("add_found_group", add_found_group)
    config.add_directive("add_list_tab", add_list_tab)
    config.add_directive("set_related_panel", set_related_panel)
