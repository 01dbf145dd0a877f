"""What every list page of the house has in common; its address holds the whole state.

``q`` are the words of the free filter, ``sort`` and ``dir`` the order, ``page`` the page from 1,
each facet its chosen values, each switch a ``1``, and ``download`` the kind of a file. Whatever
an address says that is unknown, too long or out of range falls back to the usual (D4-56).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property, partial
from typing import Any, NamedTuple
from urllib.parse import urlencode

from chameleon.utils import Markup
from pyramid.renderers import get_renderer
from pyramid.request import Request

from qms.exports.answers import DOWNLOAD, FORMS
from qms.exports.columns import Column, Kind, plain_value, value_of
from qms.exports.records import Chosen, choose
from qms.exports.style import Style, style_of
from qms.exports.tables import Table
from qms.kernel.i18n import _
from qms.kernel.text import clean_line, sort_key
from qms.web.chips import chip_of
from qms.web.frame import Frame
from qms.web.i18n import translate

__all__ = ["LIST_PAGE", "Action", "Facet", "ListSpec", "Listing", "Switch"]

LIST_PAGE = "qms.templates:exports/page.pt"
"""Renderer of a list page that needs no template of its own."""
MACROS = "qms.templates:exports/list.pt"
LONGEST_QUERY = 200
"""Characters of the free filter that are read."""
MOST_CHOSEN = 50
"""Values of one facet that are read."""
LONGEST_VALUE = 200
LAST_PAGE = 999_999


@dataclass(frozen=True)
class Facet:
    """Something to filter by; records hold one value of it, or several."""

    title: Any
    names: Mapping[str, str] | Callable[[str], Any] | None = None
    """Words of the values; without it a value is the name of a state, or its own word."""


class Switch(NamedTuple):
    """Something that is on or off."""

    title: Any
    clears: tuple[str, ...] = ()
    """Facets that lose their choice when it is turned off."""


@dataclass(frozen=True)
class ListSpec:
    """What a list offers; one for each page, made when its module is loaded."""

    columns: Sequence[Column]
    facets: Mapping[str, Facet] = field(default_factory=dict)
    switches: Mapping[str, Switch] = field(default_factory=dict)
    """Things that are on or off, by their name in the address."""
    search: Any = None
    """What the free filter looks in, as its label; None for no free filter."""
    order: str = ""
    """The usual order; without it that of the first column which can be sorted."""
    reverse: bool = False
    """Whether the usual order runs backwards."""
    size: int = 50

    @property
    def usual(self) -> str:
        """The order of a list whose address names none."""
        return self.order or next((one.sort for one in self.columns if one.sort), "")

    @property
    def orders(self) -> frozenset[str]:
        """The orders that an address may name."""
        return frozenset(one.sort for one in self.columns if one.sort) | {self.usual}


class Action(NamedTuple):
    """A button at the head of the page."""

    title: Any
    url: str
    icon: str = "plus"
    primary: bool = True


class Cell(NamedTuple):
    """One cell of a line, ready to be printed."""

    css: str
    label: str
    content: Any
    url: str | None
    title: str | None


class Listing:
    """One list page as its address asks for it, and what its template prints."""

    def __init__(self, request: Request, spec: ListSpec) -> None:
        """Read the address; nothing of it can fail."""
        self.request, self.spec = request, spec
        get = request.GET
        self.q = clean_line(get.get("q", "")[: LONGEST_QUERY * 4])[:LONGEST_QUERY]
        if spec.search is None:
            self.q = ""
        self.chosen: dict[str, tuple[str, ...]] = {
            name: tuple(
                dict.fromkeys(one[:LONGEST_VALUE] for one in get.getall(name)[:MOST_CHOSEN] if one)
            )
            for name in spec.facets
        }
        self.switched = {name for name in spec.switches if get.get(name) == "1"}
        self.offered = set(spec.switches)
        """The switches that this person sees."""
        self.names: dict[str, Mapping[str, str]] = {}
        """Words of a facet's values that only the request knows, by facet."""
        order = get.get("sort", "")
        known = order in spec.orders
        self.order = order if known else spec.usual
        self.reverse = get.get("dir") == "desc" if known else spec.reverse
        asked = get.get("page", "1")
        number = int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 7 else 1
        self.number = min(max(number, 1), LAST_PAGE)
        self.total = 0
        self.lines: Sequence[Any] = ()
        self.facets: list[dict[str, Any]] = []
        self.empty: Any = None

    # What is asked for

    def on(self, switch: str) -> bool:
        """Tell whether a switch is on."""
        return switch in self.switched

    @property
    def filters(self) -> dict[str, tuple[str, ...]]:
        """The facets that values are chosen of."""
        return {name: values for name, values in self.chosen.items() if values}

    @property
    def is_filtered(self) -> bool:
        """Tell whether anything narrows the list."""
        return bool(self.q or self.filters)

    @property
    def start(self) -> int:
        """Place of the first record of the page, from 0."""
        return (self.number - 1) * self.spec.size

    @property
    def limit(self) -> int:
        """How many records a page has."""
        return self.spec.size

    @property
    def pages(self) -> int:
        """How many pages there are, at least one."""
        return max(1, -(-self.total // self.spec.size))

    @property
    def wants_file(self) -> bool:
        """Tell whether a file is asked for, so that nothing is prepared for the screen."""
        return DOWNLOAD in self.request.GET

    def within(self, total: int) -> bool:
        """Tell whether the page exists among ``total`` records; if not, go to the last one."""
        self.total = total
        if self.number <= self.pages:
            return True
        self.number = self.pages
        return False

    # Addresses

    @cached_property
    def _pairs(self) -> list[tuple[str, str]]:
        """The state as pairs, in one order, without the page; nothing else is handed on."""
        pairs = [("q", self.q)] if self.q else []
        pairs += [(name, "1") for name in self.spec.switches if name in self.switched]
        pairs += [(name, one) for name, values in self.chosen.items() for one in values]
        if (self.order, self.reverse) != (self.spec.usual, self.spec.reverse):
            pairs += [("sort", self.order), ("dir", "desc" if self.reverse else "asc")]
        return pairs

    def _with(self, name: str, value: str) -> str:
        joint = "&" if self._query else ""
        return f"?{self._query}{joint}{urlencode({name: value})}"

    @cached_property
    def _query(self) -> str:
        return urlencode(self._pairs)

    def _without(self, *names: str) -> list[tuple[str, str]]:
        return [pair for pair in self._pairs if pair[0] not in names]

    @property
    def clear_url(self) -> str:
        """Address of the list without filters; order and switches stay."""
        kept = urlencode(self._without("q", *self.spec.facets))
        return f"?{kept}" if kept else self.request.path

    @property
    def downloads(self) -> list[tuple[Any, str]]:
        """Titles and addresses of the kinds of file."""
        return [(form.title, self._with(DOWNLOAD, name)) for name, form in FORMS.items()]

    def page_url(self, number: int) -> str:
        """Address of another page."""
        return self._with("page", str(number))

    @property
    def search(self) -> str:
        """The label of the free filter; empty where there is none."""
        return "" if self.spec.search is None else translate(self.request, self.spec.search)

    @property
    def kept(self) -> list[tuple[str, str]]:
        """What the form of the free filter hands on beside its own fields."""
        return self._without("q")

    @property
    def switches(self) -> list[dict[str, Any]]:
        """The switches, as links that turn them over."""
        return [
            {
                "title": switch.title,
                "on": self.on(name),
                "url": "?" + urlencode(self._without(name, *switch.clears))
                if self.on(name)
                else self._with(name, "1"),
            }
            for name, switch in self.spec.switches.items()
            if name in self.offered
        ]

    # What the template prints

    @cached_property
    def columns(self) -> list[Column]:
        """The columns of the screen."""
        return [column for column in self.spec.columns if column.screen]

    @cached_property
    def labels(self) -> list[str]:
        """The heads in the page's language; cells of a telephone's cards bear them."""
        return [translate(self.request, column.title) for column in self.columns]

    @cached_property
    def heads(self) -> list[dict[str, Any]]:
        """The heads with the address that a click leads to."""
        rest = self._without("sort", "dir")
        heads = []
        for label, column in zip(self.labels, self.columns, strict=True):
            here = column.sort is not None and column.sort == self.order
            url = None
            if column.sort is not None:
                direction = "desc" if here and not self.reverse else "asc"
                url = "?" + urlencode([*rest, ("sort", column.sort), ("dir", direction)])
            aria = ("descending" if self.reverse else "ascending") if here else None
            css = "num" if column.kind in (Kind.NUMBER, Kind.PERCENT) else None
            heads.append({"title": label, "url": url, "aria": aria, "css": css})
        return heads

    @cached_property
    def style(self) -> Style:
        """How the organisation writes dates and numbers."""
        return style_of(self.request.registry, getattr(self.request, "organisation", None))

    @property
    def macros(self) -> Any:
        """The macros of ``templates/exports/list.pt``."""
        return get_renderer(MACROS).implementation().macros

    def word(self, facet: str, value: str) -> str:
        """Give the word of a facet's value in the page's language."""
        names = self.names.get(facet) or self.spec.facets[facet].names
        word = names(value) if callable(names) else (names or {}).get(value)
        return translate(self.request, word if word is not None else chip_of(value).word)

    def count(self, counts: Mapping[str, Mapping[str, int]]) -> None:
        """Lay out the facets: every value that occurs or is chosen, with its number."""
        self.facets = []
        for facet, spec in self.spec.facets.items():
            found, chosen = counts.get(facet) or {}, self.chosen[facet]
            words = {value: self.word(facet, value) for value in {*found, *chosen}}
            values = [
                {
                    "value": value,
                    "name": words[value],
                    "url": self._toggled(facet, value),
                    "count": found.get(value, 0),
                    "chosen": value in chosen,
                }
                for value in sorted(words, key=lambda value: sort_key(words[value]))
            ]
            if values:
                self.facets.append({"name": facet, "title": spec.title, "values": values})

    def _toggled(self, facet: str, value: str) -> str:
        if value not in self.chosen[facet]:
            return self._with(facet, value)
        rest = urlencode([pair for pair in self._pairs if pair != (facet, value)])
        return f"?{rest}" if rest else self.request.path

    def _cells(self, record: Any, url: str | None) -> list[Cell]:
        return [
            self._cell(column, label, record, url)
            for label, column in zip(self.labels, self.columns, strict=True)
        ]

    def _cell(self, column: Column, label: str, record: Any, url: str | None) -> Cell:
        value = value_of(record, column.name)
        if column.kind is Kind.CHIP:
            states = [value] if isinstance(value, str) else list(value or ())
            # Joined before it is marked: chameleon's markup forgets itself in every operation.
            drawn = Markup(" ".join(self._frame.chip(state) for state in states if state))
            return Cell("chips", label, drawn, None, None)
        text = self.style.text(column.kind, self._plain(column.kind, value))
        css = {
            Kind.CODE: "code",
            Kind.DATE: "tabular nowrap",
            Kind.MOMENT: "tabular nowrap",
            Kind.NUMBER: "num",
            Kind.PERCENT: "num",
        }.get(column.kind, "cut" if column.cut else "")
        return Cell(css, label, text, url if column.link else None, text if column.cut else None)

    @cached_property
    def _frame(self) -> Frame:
        return Frame(self.request)

    @cached_property
    def _plain(self) -> Callable[[Kind, Any], Any]:
        return partial(
            plain_value, zone=self.style.zone, translate=self.request.localizer.translate
        )

    # Files

    def facts(self) -> list[tuple[Any, Any]]:
        """Say what the list is narrowed by, for the files."""
        facts: list[tuple[Any, Any]] = [(_("Words"), f"«{self.q}»")] if self.q else []
        for name, values in self.filters.items():
            text = ", ".join(self.word(name, value) for value in values)
            facts.append((self.spec.facets[name].title, text))
        yes = translate(self.request, _("Yes"))
        facts += [
            (switch.title, yes) for name, switch in self.spec.switches.items() if self.on(name)
        ]
        return facts

    def table(
        self,
        title: Any,
        every: Callable[[], Iterable[Any]],
        *,
        total: int | None = None,
        facts: Sequence[tuple[Any, Any]] = (),
        told_of: Any = None,
    ) -> Table:
        """Describe the whole list as a table to take away; ``every`` gives all its records."""
        names = [column.name for column in self.spec.columns]

        def rows() -> Iterable[tuple[Any, ...]]:
            for record in every():
                yield tuple(value_of(record, name) for name in names)

        return Table(
            title,
            self.spec.columns,
            rows,
            total=total,
            facts=[*self.facts(), *facts],
            told_of=told_of,
        )

    # The page

    def page(
        self,
        heading: Any,
        records: Sequence[Any],
        *,
        total: int,
        every: Callable[[], Iterable[Any]],
        counts: Mapping[str, Mapping[str, int]] | None = None,
        url: Callable[[Any], str | None] | None = None,
        told_of: Any = None,
        **more: Any,
    ) -> dict[str, Any]:
        """Give what a list page's template needs: one page of records, found by a catalogue.

        ``every`` gives all records of the present filter and order, for the files. ``counts``
        are the numbers per value of each facet, ``url`` the page of a record, and ``told_of`` the
        content whose trail tells that a file was taken. ``more`` goes to the template: ``empty``
        is the sentence of a list that holds nothing yet, ``actions`` are buttons at the head, and
        ``lines`` stand in the place of cells where the page prints its own.
        """
        self.total, self.empty = total, more.pop("empty", None)
        if not self.wants_file:
            self.count(counts or {})
            self.lines = more.pop("lines", None) or [
                self._cells(one, url(one) if url else None) for one in records
            ]
        return {
            "heading": heading,
            "listing": self,
            "actions": (),
            "tabs": (),
            "table": lambda: self.table(heading, every, total=total, told_of=told_of),
            "wide": True,
            "json": lambda: self.json(records),
            **more,
        }

    def json(self, records: Iterable[Any]) -> dict[str, Any]:
        """Give one page as plain data."""
        return {
            "total": self.total,
            "page": self.number,
            "pages": self.pages,
            "rows": [
                {column.name: self._json(column, one) for column in self.spec.columns}
                for one in records
            ],
        }

    def _json(self, column: Column, record: Any) -> Any:
        value = value_of(record, column.name)
        if value is None or isinstance(value, bool | int | float):
            return value
        if column.kind is Kind.CHIP and not isinstance(value, str):
            return list(value)
        if column.kind in (Kind.TEXT, Kind.CODE):
            return self._plain(column.kind, value)
        return value if isinstance(value, str) else str(value)

    def show(
        self, heading: Any, records: Iterable[Any], *, names: Sequence[str] = (), **more: Any
    ) -> dict[str, Any]:
        """Give a page of records that are all at hand: filtered, counted and sorted here.

        The free filter looks in the columns of text and in the attributes ``names``. For lists
        of up to some thousand records; longer ones are a catalogue's business (:meth:`page`).
        """
        found: Chosen = choose(
            records,
            self.spec.columns,
            q=self.q,
            searched=names,
            facets=tuple(self.spec.facets),
            chosen=self.filters,
            order=self.order,
            reverse=self.reverse,
        )
        self.within(len(found.records))
        return self.page(
            heading,
            found.records[self.start : self.start + self.limit],
            total=len(found.records),
            every=lambda: found.records,
            counts=found.counts,
            **more,
        )
