"""The side menu, the bell and the dashboard cards: upper rooms announce them by directive."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from pyramid.config import Configurator
from pyramid.interfaces import ISecurityPolicy
from pyramid.location import lineage
from pyramid.request import Request

from qms.content.models import Organisation
from qms.web.unchanged import CASES, MEASURED, NEVER, unchanged

MENU = "qms.web.menu"
COVERS = "qms.web.covers"
CARDS = "qms.web.cards"
BELL = "qms.web.bell"
SEARCH = "qms.web.search"
WORK_GROUPS = "qms.web.work_groups"
FEW = 50
"""A group with fewer lines of work has listed all of them."""

WORK = "work"


@dataclass(frozen=True)
class MenuItem:
    """One line of the side menu, shown to those who may use what it leads to."""

    name: str
    title: str | Callable[[Organisation], str]
    """A translation string, or what gives the organisation's own word."""
    icon: str
    """Name of a drawing in ``static/icons.svg``."""
    context_path: str
    """Path below the organisation, maybe with a view's name at its end; empty for its home."""
    permission: str
    order: int
    group: str


@dataclass(frozen=True)
class MenuLine:
    """A menu item as one person sees it on one page."""

    title: str
    icon: str
    url: str
    is_here: bool
    group: str


@dataclass(frozen=True)
class Card:
    """One card of the start page: a callable that gives what its template shows, or None."""

    name: str
    order: int
    prepare: Callable[[Request], dict[str, Any] | None]
    template: str
    """Asset spec of the template, called with what ``prepare`` gave."""


@dataclass(frozen=True)
class Bell:
    """How many things wait for the person, and where they are listed."""

    count: Callable[[Request], int]
    context_path: str


@dataclass(frozen=True)
class SearchBox:
    """Views of the organisation that answer the search box, whole and while typing."""

    view_name: str
    suggest_name: str | None


@dataclass(frozen=True)
class WorkItem:
    """One line of «Mi trabajo»: what waits, why for this person, until when, one button."""

    title: str
    url: str
    button: str
    """Words of the button, a translation string."""
    code: str = ""
    why: str = ""
    """The position, the delegation or the reason; organisation data or a translation string."""
    days_left: int | None = None
    """Business days until the term ends; negative when it is over, None without a term."""


@dataclass(frozen=True)
class WorkGroup:
    """A group of «Mi trabajo» that an upper room fills; what is in it counts for the bell."""

    name: str
    title: str
    order: int
    items: Callable[[Request], list[WorkItem]]
    count: Callable[[Request], int] | None
    """A cheaper way to count than to list; the bell asks on every page."""
    recorded: bool = True
    """Whether every change of what is counted leaves a line in the trail."""
    follows: Callable[[Request], Hashable] | None = None
    """What tells apart the states of an index that the worker brings up to date without a line."""


def add_menu_item(
    config: Configurator,
    name: str,
    *,
    title: str | Callable[[Organisation], str],
    icon: str,
    context_path: str,
    permission: str = "view",
    order: int = 50,
    group: str = WORK,
) -> None:
    """Announce a line of the side menu; a second one of the same name is a conflict."""
    item = MenuItem(name, title, icon, context_path, str(permission), order, group)

    def register() -> None:
        config.registry.setdefault(MENU, {})[name] = item

    config.action(("qms menu item", name), register)


def add_menu_cover(config: Configurator, name: str, path: str) -> None:
    """Let the menu item ``name`` stand for what is at ``path`` below the organisation, too."""
    part = path.strip("/").partition("/")[0]
    config.action(
        ("qms menu cover", part),
        lambda: config.registry.setdefault(COVERS, {}).__setitem__(part, name),
    )


def add_dashboard_card(
    config: Configurator,
    name: str,
    *,
    prepare: Callable[[Request], dict[str, Any] | None],
    template: str,
    order: int = 50,
) -> None:
    """Announce a card of the start page; ``prepare`` gives None where it has nothing to say."""
    card = Card(name, order, config.maybe_dotted(prepare), template)

    def register() -> None:
        config.registry.setdefault(CARDS, {})[name] = card

    config.action(("qms dashboard card", name), register)


def add_work_group(
    config: Configurator,
    name: str,
    *,
    title: str,
    items: Callable[[Request], list[WorkItem]],
    count: Callable[[Request], int] | None = None,
    order: int = 50,
    recorded: bool = True,
    follows: Callable[[Request], Hashable] | str | None = None,
) -> None:
    """Announce a group of «Mi trabajo»; ``items`` gives the signed-in person's, nearest first."""
    listed, counted, told = map(config.maybe_dotted, (items, count, follows))
    group = WorkGroup(name, title, order, listed, counted, recorded, told)
    config.action(
        ("qms work group", name),
        lambda: config.registry.setdefault(WORK_GROUPS, {}).__setitem__(name, group),
    )


def work_groups(request: Request) -> list[tuple[WorkGroup, list[WorkItem]]]:
    """List the groups that have something for this person, looked up once per request."""
    return [(group, items) for group, items in _all_work(request) if items]


def _all_work(request: Request) -> list[tuple[WorkGroup, list[WorkItem]]]:
    kept = request.__dict__.get("work_groups")
    if kept is None:
        groups = sorted(
            request.registry.get(WORK_GROUPS, {}).values(), key=lambda group: group.order
        )
        kept = [(group, group.items(request)) for group in groups]
        request.__dict__["work_groups"] = kept
    return kept


def count_work(request: Request) -> int:
    """Count what the groups hold for this person."""
    if "work_groups" in request.__dict__:
        return sum(total_of(request, *one) for one in _all_work(request))
    groups = request.registry.get(WORK_GROUPS, {}).values()
    passing = [group for group in groups if not group.recorded]
    # What staff and customers record about cases leaves the other rooms' counts alone.
    ours, others = list[WorkGroup](), list[WorkGroup]()
    for group in groups:
        if group.recorded:
            room = (group.count or group.items).__module__.split(".")[1]
            (ours if room in CASES else others).append(group)
    return _counted(request, passing) + sum(
        unchanged(
            request,
            what,
            partial(_counted, request, some),
            also=tuple(one.follows(request) for one in some if one.follows is not None),
            apart=apart,
        )
        for what, some, apart in (("cases", ours, NEVER), ("work", others, CASES))
    )


def total_of(request: Request, group: WorkGroup, items: Sequence[WorkItem]) -> int:
    """Count a group whose lines are known: a long one lists only what comes first."""
    if group.count is None or len(items) < FEW:
        return len(items)
    return max(len(items), group.count(request))


def _counted(request: Request, groups: Iterable[WorkGroup]) -> int:
    return sum(
        group.count(request) if group.count else len(group.items(request)) for group in groups
    )


def set_bell(config: Configurator, count: Callable[[Request], int], context_path: str = "") -> None:
    """Announce who counts what waits for a person, and where the list is."""
    bell = Bell(config.maybe_dotted(count), context_path)
    config.action("qms bell", lambda: config.registry.__setitem__(BELL, bell))


def set_search_box(config: Configurator, view_name: str, suggest_name: str | None = None) -> None:
    """Announce the organisation's views for the search box; both read the query from ``q``."""
    box = SearchBox(view_name, suggest_name)
    config.action("qms search box", lambda: config.registry.__setitem__(SEARCH, box))


def place_of(organisation: Any, path: str) -> tuple[Any, str] | None:
    """Find the content and the view's name that ``path`` leads to, or None."""
    content, names = organisation, [name for name in path.split("/") if name]
    for place, name in enumerate(names):
        try:
            content = content[name]
        except (KeyError, TypeError):
            return (content, name) if place == len(names) - 1 else None
    return content, ""


def url_of(request: Request, organisation: Any, path: str) -> str | None:
    """Give the address of ``path`` below ``organisation``, or None where it leads nowhere."""
    place = place_of(organisation, path)
    if place is None:
        return None
    context, view_name = place
    return request.resource_path(context, *filter(None, [view_name]))


@dataclass(frozen=True)
class _Seen:
    """A line that a person sees, wherever they are."""

    item: MenuItem
    url: str
    path: str
    """Path of the content that it leads to, below the organisation."""
    view_name: str


def menu(request: Request) -> list[MenuLine]:
    """List the menu as this person sees it; empty for who has no organisation."""
    here = menu_place(request)
    return [
        MenuLine(
            _title(request, one.item), one.item.icon, one.url, one.item.name == here, one.item.group
        )
        for one in _lines(request)
    ]


def _title(request: Request, item: MenuItem) -> str:
    return item.title(request.organisation) if callable(item.title) else item.title


def menu_place(request: Request) -> str | None:
    """Name the line of the menu that the present page belongs to; None where it is of none."""
    lines = _lines(request)
    if not lines:
        return None
    covered = _covered(request, request.resource_path(request.organisation))
    if covered is not None and any(one.item.name == covered for one in lines):
        return covered
    nearest = _most_specific(request, lines)
    return nearest.item.name if nearest is not None else None


def _lines(request: Request) -> tuple[_Seen, ...]:
    organisation = getattr(request, "organisation", None)
    if organisation is None:
        return ()
    return unchanged(request, "menu", lambda: _seen(request, organisation), apart=CASES | MEASURED)


def _seen(request: Request, organisation: Organisation) -> tuple[_Seen, ...]:
    home = request.resource_path(organisation)
    items = sorted(request.registry.get(MENU, {}).values(), key=lambda item: item.order)
    places = [(item, place_of(organisation, item.context_path)) for item in items]
    # Many lines lead to views of one place and ask for the same permission there.
    asked = {
        (item.permission, id(place[0])): place[0] for item, place in places if place is not None
    }
    may = _allowed(request, asked)
    return tuple(
        _Seen(
            item,
            _below(home, item, place),
            item.context_path.strip("/").removesuffix(place[1]).strip("/"),
            place[1],
        )
        for item, place in places
        if place is not None and may[item.permission, id(place[0])]
    )


def _allowed(request: Request, asked: dict[tuple[str, int], Any]) -> dict[tuple[str, int], bool]:
    """Ask for all permissions of the menu at once, where the policy answers so."""
    each = getattr(request.registry.queryUtility(ISecurityPolicy), "permits_each", None)
    if each is None:
        return {key: bool(request.has_permission(key[0], one)) for key, one in asked.items()}
    answers = each(request, [(place, key[0]) for key, place in asked.items()])
    return dict(zip(asked, answers, strict=True))


def _covered(request: Request, home: str) -> str | None:
    """Name the menu item that stands for the part of the organisation that this page is in."""
    covers = request.registry.get(COVERS, {})
    part = request.path.removeprefix(home).partition("/")[0]
    return covers.get(part)


def _below(home: str, item: MenuItem, place: tuple[Any, str]) -> str:
    """Write the address of a menu's place, which is its path below the organisation's address."""
    path = item.context_path.strip("/")
    return f"{home}{path}" if place[1] or not path else f"{home}{path}/"


def _most_specific(request: Request, seen: Iterable[_Seen]) -> _Seen | None:
    """Pick the menu line that the present page belongs to: the nearest above it."""
    view_name = getattr(request, "view_name", "")
    steps = _steps(getattr(request, "context", None))
    while steps is not None:
        path = "/".join(steps)
        there = [one for one in seen if one.path == path]
        for one in there:
            if one.view_name == view_name:
                return one
        for one in there:
            # `setup-types` is a page of `setup`.
            if one.view_name and view_name.startswith(f"{one.view_name}-"):
                return one
        if view_name and not steps:
            # Other pages of the organisation are not its start page.
            return None
        for one in there:
            if not one.view_name:
                return one
        view_name, steps = "", steps[:-1] if steps else None
    return None


def _steps(context: Any) -> list[str] | None:
    """Name the way to ``context`` from its organisation down; None above all of them."""
    names: list[str] = []
    for place in lineage(context) if context is not None else ():
        if isinstance(place, Organisation):
            return names[::-1]
        names.append(str(getattr(place, "__name__", "")))
    return None


def cards(request: Request) -> list[Card]:
    """List the announced cards in their order."""
    return sorted(request.registry.get(CARDS, {}).values(), key=lambda card: card.order)


def includeme(config: Configurator) -> None:
    """Offer the directives."""
    config.add_directive("add_menu_item", add_menu_item)
    config.add_directive("add_dashboard_card", add_dashboard_card)
    config.add_directive("add_menu_cover", add_menu_cover)
    config.add_directive("add_work_group", add_work_group)
    config.add_directive("set_bell", set_bell)
    config.add_directive("set_search_box", set_search_box)
