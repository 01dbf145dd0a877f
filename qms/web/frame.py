"""What every template gets as ``ui``: menu, crumbs, chips, icons and addresses of this page."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable
from functools import cached_property, lru_cache
from html import escape
from typing import Any, NamedTuple
from urllib.parse import urlencode

from chameleon.utils import Markup
from pyramid.config import Configurator
from pyramid.csrf import get_csrf_token
from pyramid.events import BeforeRender
from pyramid.location import lineage
from pyramid.renderers import get_renderer
from pyramid.request import Request

from qms.content.models import BlobFile, Organisation, Site
from qms.kernel.i18n import _
from qms.web import navigation
from qms.web.chips import Chip, chip_of, due_chip
from qms.web.frame_parts import Foot, Head, Top, Trail
from qms.web.i18n import template_translator, translate
from qms.web.logo import logo_key
from qms.web.parts import part, read_once
from qms.web.richtext import clean_html
from qms.web.rows import rows_of
from qms.web.static import colour_url, static_url
from qms.web.unchanged import CASES, MEASURED, unchanged

TONES = ("success", "info", "warning", "danger")
MACROS = "qms.templates:macros.pt"


@lru_cache(maxsize=1024)
def _drawn(drawings: str, name: str, label: str) -> Markup:
    spoken = f'role="img" aria-label="{escape(label)}"' if label else 'aria-hidden="true"'
    use = f'<use href="{escape(f"{drawings}#{name}")}"/>'
    return Markup(f'<svg class="icon" {spoken} focusable="false">{use}</svg>')


class Frame:
    """The frame of one page for one person; made once per request and rendering."""

    def __init__(self, request: Request) -> None:
        """Remember whose page it is; everything else is worked out when a template asks."""
        self.request = request

    # Who and where

    @cached_property
    def language(self) -> str:
        """The language of the page, for ``lang``."""
        return self.request.locale_name

    @cached_property
    def organisation(self) -> Any:
        """The person's organisation, or None."""
        return getattr(self.request, "organisation", None)

    @cached_property
    def person(self) -> Any:
        """The signed-in person, or None."""
        return getattr(self.request, "person", None)

    @cached_property
    def organisation_profile(self) -> dict[str, Any]:
        """The organisation's own part of its profile; empty without one."""
        profile = getattr(self.organisation, "profile", None) or {}
        return dict(profile.get("organisation") or {})

    @property
    def organisation_name(self) -> str:
        """The name at the top left."""
        if self.organisation is None:
            return translate(self.request, _("Document and quality management"))
        return self.organisation_profile.get("name") or self.organisation.title

    @property
    def initials(self) -> str:
        """Up to two letters for the person's menu."""
        words = str(getattr(self.person, "name", "")).split()
        return "".join(word[0] for word in words[:2]).upper()

    @cached_property
    def home_url(self) -> str:
        """Address of the person's start page."""
        if self.organisation is None:
            return self.request.resource_path(self.request.root) if self._has_root else "/"
        return self.request.resource_path(self.organisation)

    @property
    def _has_root(self) -> bool:
        return getattr(self.request, "root", None) is not None

    @property
    def colour_url(self) -> str | None:
        """Address of the organisation's accent, where its profile sets one."""
        return self.colour_of(self.organisation)

    def colour_of(self, organisation: Organisation | None) -> str | None:
        """Give the address of the accent that an organisation's profile sets."""
        profile = getattr(organisation, "profile", None) or {}
        colour = (profile.get("organisation") or {}).get("colour")
        return colour_url(self.request, colour) if colour else None

    @property
    def logo_url(self) -> str | None:
        """Address of the organisation's logo, where one is stored."""
        return self.logo_of(self.organisation)

    def logo_of(self, organisation: Organisation | None) -> str | None:
        """Give the address of an organisation's logo; the page that bears it opens it."""
        annexes = getattr(organisation, "annexes", None) or {}
        logo = annexes.get("logo")
        if not isinstance(logo, BlobFile):
            return None
        return self.url(organisation, "logo", v=logo_key(logo))

    # Around the content

    @cached_property
    def crumbs(self) -> list[tuple[Any, str | None]]:
        """Title and address of every place above this one, from the start page down."""
        if self.organisation is None:
            return []
        trail: list[tuple[Any, str | None]] = []
        for place in lineage(getattr(self.request, "context", None) or self.organisation):
            if isinstance(place, Site | Organisation) or not hasattr(place, "__name__"):
                break
            title = getattr(place, "crumb", None) or getattr(place, "title", "")
            if title:
                has_page = getattr(place, "has_page", True) and self.request.has_permission(
                    "view", place
                )
                trail.append((title, self.request.resource_path(place) if has_page else None))
        if trail and not self.request.view_name:
            trail[0] = (trail[0][0], None)
        here = trail or self.request.view_name
        return [(_("Home"), self.home_url), *reversed(trail)] if here else []

    @cached_property
    def flashes(self) -> list[tuple[str, Any]]:
        """Tone and sentence of what the last act left to say; reading empties them."""
        session = self.request.session
        found = [(tone, text) for tone in TONES for text in session.pop_flash(tone)]
        return [("success", text) for text in session.pop_flash()] + found

    @cached_property
    def waiting(self) -> int:
        """How many things wait for the person."""
        bell = self.request.registry.get(navigation.BELL)
        return bell.count(self.request) if bell and self.organisation is not None else 0

    @property
    def waiting_url(self) -> str | None:
        """Where they are listed."""
        bell = self.request.registry.get(navigation.BELL)
        if bell is None or self.organisation is None:
            return None
        if not bell.context_path:
            return self.home_url
        return navigation.url_of(self.request, self.organisation, bell.context_path)

    @property
    def search_url(self) -> str | None:
        """Address that answers the search box, where a room answers it."""
        box = self.request.registry.get(navigation.SEARCH)
        if box is None or self.organisation is None:
            return None
        return f"{self.home_url}{box.view_name}"

    @property
    def suggest_url(self) -> str | None:
        """Address that answers while typing."""
        box = self.request.registry.get(navigation.SEARCH)
        if box is None or self.organisation is None or not box.suggest_name:
            return None
        return f"{self.home_url}{box.suggest_name}"

    @cached_property
    def csrf_token(self) -> str:
        """The token that every form and every script sends back."""
        return get_csrf_token(self.request)

    # Parts that are kept as long as nothing of what they follow from changes

    @property
    def head(self) -> Markup:
        """The links to styles and scripts."""
        values = Head(
            self.static("favicon.svg"),
            self.static("dist/app.css"),
            self.static("dist/app.js"),
            self.colour_url,
        )
        return self.part("web/frame_head.pt", values)

    @property
    def top(self) -> Markup:
        """The bar over the page and the menu beside it."""
        request, here = self.request, navigation.menu_place(self.request)
        if self.organisation is None:
            values = self._top()
        else:
            question = ("top", here, self.language)
            values = unchanged(request, question, self._top, apart=CASES | MEASURED)
        asked = request.GET.get("q", "") if request.path == values.search_url else ""
        values = values._replace(asked=asked, waiting=self.waiting)
        return self.part("web/frame_top.pt", values)

    def _top(self) -> Top:
        """Give the bar and the menu without what passes: what waits, and what was searched."""
        request, person = self.request, self.person
        root_url = request.resource_path(request.root) if self._has_root else "/"
        return Top(
            organisation_id=getattr(self.organisation, "uid", None),
            organisation_name=self.organisation_name,
            person_id=getattr(person, "uid", None),
            person_name=getattr(person, "name", None),
            initials=self.initials,
            home_url=self.home_url,
            logo_url=self.logo_url,
            search_url=self.search_url,
            suggest_url=self.suggest_url,
            asked="",
            waiting=0,
            waiting_url=self.waiting_url,
            account_url=f"{root_url}account",
            language_url=f"{root_url}account-language",
            logout_url=f"{root_url}logout",
            menu=tuple(
                (self.said(line.title), line.icon, line.url, line.is_here, line.group)
                for line in navigation.menu(request)
            ),
        )

    @property
    def trail(self) -> Markup:
        """The line of places above the page."""
        request = self.request
        if self.organisation is None:
            return Markup("")
        place = request.resource_path(getattr(request, "context", None) or self.organisation)
        question = ("trail", place, bool(request.view_name), self.language)
        crumbs = unchanged(
            request,
            question,
            lambda: tuple((self.said(title), url) for title, url in self.crumbs),
        )
        return self.part("web/frame_trail.pt", Trail(crumbs)) if crumbs else Markup("")

    @property
    def foot(self) -> Markup:
        """The line below a page: whose time its moments are."""
        return self.foot_of(self.organisation)

    def foot_of(self, organisation: Organisation | None) -> Markup:
        """Say that moments are told in the time of an organisation; nothing where it has none."""
        profile = getattr(organisation, "profile", None) or {}
        zone = (profile.get("organisation") or {}).get("timezone")
        return self.part("web/frame_foot.pt", Foot(zone)) if zone else Markup("")

    def part(self, template: str, values: NamedTuple) -> Markup:
        """Give a part of a page that follows from plain values alone (``qms.web.parts``)."""
        return part(self, f"qms.templates:{template}", values)

    def part_of(
        self,
        template: str,
        what: Hashable,
        read: Callable[[], NamedTuple],
        *,
        apart: frozenset[str] = frozenset(),
    ) -> Markup:
        """Give a part whose values are read once for each state of all rooms but some."""
        return read_once(self, f"qms.templates:{template}", what, read, apart=apart)

    def said(self, text: Any) -> str:
        """Give a sentence or a title as plain text in the page's language."""
        return str(translate(self.request, text))

    def head_title(self, heading: Any = None) -> str:
        """Write the title of the browser's tab."""
        title = heading or getattr(getattr(self.request, "context", None), "title", "")
        parts = [translate(self.request, title) if title else "", self.organisation_name]
        return " · ".join(part for part in parts if part)

    # Addresses

    def static(self, name: str) -> str:
        """Give the address of a static file."""
        return static_url(self.request, name)

    def url(self, resource: Any, *elements: str, **query: Any) -> str:
        """Give the address of content or of one of its views."""
        return self.request.resource_path(resource, *elements, query=query or None)

    def here(self, **changes: Any) -> str:
        """Give this page's address with some of its query changed; None takes a key away."""
        pairs = [(key, value) for key, value in self.request.GET.items() if key not in changes]
        pairs += [(key, str(value)) for key, value in changes.items() if value is not None]
        return "?" + urlencode(pairs)

    def language_url(self, language: str) -> str:
        """Give this page's address in another language."""
        return self.here(_LOCALE_=language)

    def pages(self, page: int, count: int) -> list[int | None]:
        """List the page numbers worth a link around ``page`` of ``count``; None is a gap."""
        near = {1, count, page - 1, page, page + 1}
        wanted = sorted(number for number in near if 1 <= number <= count)
        listed: list[int | None] = []
        for number in wanted:
            if listed and listed[-1] is not None and number - listed[-1] > 1:
                listed.append(None)
            listed.append(number)
        return listed

    # Small drawings

    @cached_property
    def drawings(self) -> str:
        """Address of the file of all icons."""
        return self.static("icons.svg")

    def icon(self, name: str, label: Any = None) -> Markup:
        """Draw an icon; without ``label`` it is decoration and silent."""
        return _drawn(self.drawings, name, translate(self.request, label) if label else "")

    def chip(self, state: str | Chip, word: Any = None) -> Markup:
        """Draw the chip of a state (or a Chip as it is), with other words where given."""
        chip = state if isinstance(state, Chip) else chip_of(state)
        text = escape(translate(self.request, word or chip.word))
        return Markup(f'<span class="chip chip-{chip.tone}">{self.icon(chip.icon)}{text}</span>')

    def due(self, days: int, soon: int = 3) -> Markup:
        """Draw the chip of a term that ends in ``days`` business days."""
        return self.chip(due_chip(days, soon=soon))

    def clean(self, html: str) -> Markup:
        """Give formatted text for the page; it is cleaned here too, whoever stored it."""
        return Markup(clean_html(html or ""))

    def rows(self, template: str, rows: Iterable[Any], **values: Any) -> Markup:
        """Give the rows of a long list; ``template`` is that of one row (``qms.web.rows``)."""
        return rows_of(f"qms.templates:{template}", rows, **values)

    def translate(self, text: Any) -> str:
        """Give ``text`` in the page's language."""
        return translate(self.request, text)

    def layout(self, framed: bool = True) -> Any:  # noqa: FBT001, FBT002 - called in templates
        """Give the framed layout, or the public one without menu."""
        name = "layout" if framed else "public"
        return get_renderer(f"qms.templates:{name}.pt").implementation()

    @property
    def macros(self) -> Any:
        """The shared macros: ``metal:use-macro="ui.macros['pagination']"``."""
        return get_renderer(MACROS).implementation().macros


def add_frame(event: BeforeRender) -> None:
    """Hand ``ui`` to every template that renders for a request."""
    request = event.get("request")
    if request is not None:
        event.setdefault("ui", Frame(request))
        event.setdefault("translate", template_translator(request))


def includeme(config: Configurator) -> None:
    """Give every template its frame."""
    config.add_subscriber(add_frame, BeforeRender)
