"""What every list page of the house has in common: heads, facets, lines, pages and files."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from decimal import Decimal
from functools import cached_property, lru_cache, partial
from typing import Any, NamedTuple
from urllib.parse import urlencode

from chameleon.utils import Markup
from pyramid.renderers import get_renderer
from pyramid.request import Request

from qms.exports.address import Address, ListSpec
from qms.exports.columns import Column, Kind, plain_value, value_of
from qms.exports.records import Chosen, choose
from qms.exports.style import Style, style_of
from qms.exports.tables import Table
from qms.kernel.i18n import _
from qms.kernel.text import sort_key
from qms.web.chips import chip_of
from qms.web.frame import Frame
from qms.web.i18n import translate
from qms.web.json import wants_json
from qms.web.parts import kept_of, rendered

__all__ = ["LIST_PAGE", "Action", "Listing"]

LIST_PAGE = "qms.templates:exports/page.pt"
"""Renderer of a list page that needs no template of its own."""
MACROS = "qms.templates:exports/list.pt"
LINE = "qms.templates:exports/line.pt"
Counts = Mapping[str, Mapping[str, int]]
"""How many records each value of each facet has."""
_CSS = {
    Kind.CODE: "code",
    Kind.DATE: "tabular nowrap",
    Kind.MOMENT: "tabular nowrap",
    Kind.NUMBER: "num",
    Kind.PERCENT: "num",
}


_place_of = lru_cache(maxsize=4096)(sort_key)
"""Where a word stands among others; the same ones come on every page."""


class Panel(NamedTuple):
    """What the facets of a page are drawn from (``qms.web.parts``)."""

    clear_url: str | None
    facets: tuple[tuple[str, tuple[tuple[str, str, str, bool], ...]], ...]
    """Title, and of each value its address, its word, its number and whether it is chosen."""


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


def _plain_line(line: Sequence[Cell]) -> tuple[Any, ...] | None:
    """Give a line as plain values, its markup apart from texts that read alike; None if it is not.

    Markup is equal to the text that it was made of, and must never stand where that text does.
    """
    values: list[Any] = []
    for css, label, content, url, title in line:
        kind = type(content)
        if kind is not str and kind is not Markup:
            return None
        values.append((css, label, kind is Markup, str(content), url, title))
    return tuple(values)


def _line_of(values: tuple[Any, ...]) -> list[Cell]:
    return [
        Cell(css, label, Markup(content) if is_markup else content, url, title)
        for css, label, is_markup, content, url, title in values
    ]


class Listing(Address):
    """One list page as its address asks for it, and what its template prints."""

    def __init__(self, request: Request, spec: ListSpec) -> None:
        """Read the address; nothing of it can fail."""
        super().__init__(request, spec)
        self.names: dict[str, Mapping[str, str]] = {}
        """Words of a facet's values that only the request knows, by facet."""
        self.lines: Sequence[Any] = ()
        self.draw: Callable[[Frame], Markup] | None = None
        """Draws the lines of a page that keeps them by more than their cells."""
        self.found: Sequence[Any] = ()
        """All records that :meth:`show` found, on every page."""
        self.facets: list[dict[str, Any]] = []
        self.empty: Any = None
        self.told = False
        """Whether the trail tells of files, so that they are asked for by POST."""

    # What the template prints

    @property
    def search(self) -> str:
        """The label of the free filter; empty where there is none."""
        return "" if self.spec.search is None else translate(self.request, self.spec.search)

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
        rest = urlencode(self._without("sort", "dir"))
        before = f"?{rest}&" if rest else "?"
        heads = []
        for label, column in zip(self.labels, self.columns, strict=True):
            here = column.sort is not None and column.sort == self.order
            url = None
            if column.sort is not None:
                direction = "desc" if here and not self.reverse else "asc"
                url = before + urlencode({"sort": column.sort, "dir": direction})
            aria = ("descending" if self.reverse else "ascending") if here else None
            css = "num" if column.kind in (Kind.NUMBER, Kind.PERCENT) else None
            heads.append({"title": label, "url": url, "aria": aria, "css": css})
        return heads

    @cached_property
    def style(self) -> Style:
        """How the organisation writes dates and numbers."""
        return style_of(self.request.registry, getattr(self.request, "organisation", None))

    def whole(self, count: int) -> str:
        """Write how many there are as the organisation writes numbers: 2.209."""
        return self.style.numbers.format(Decimal(count))

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
            order = sorted(words, key=lambda value: _place_of(words[value]))
            if spec.is_time:
                order = sorted(words, reverse=True)
            values = [
                {
                    "value": value,
                    "name": words[value],
                    "url": self.toggled(facet, value),
                    "count": found.get(value, 0),
                    "chosen": value in chosen,
                }
                for value in order
            ]
            if values:
                self.facets.append({"name": facet, "title": spec.title, "values": values})

    @property
    def panel(self) -> Panel:
        """Give the facets as plain values."""
        return Panel(
            self.clear_url if self.is_filtered else None,
            tuple(
                (
                    str(translate(self.request, facet["title"])),
                    tuple(
                        (one["url"], str(one["name"]), self.whole(one["count"]), one["chosen"])
                        for one in facet["values"]
                    ),
                )
                for facet in self.facets
            ),
        )

    def cells(self, record: Any, url: str | None) -> list[Cell]:
        """Print the cells of one record, for a page that replaces some of them."""
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
        css = _CSS.get(column.kind, "wide" if column.wide else "cut" if column.cut else "")
        return Cell(css, label, text, url if column.link else None, text if column.cut else None)

    def drawn(self, ui: Frame) -> Markup:
        """Draw the lines; one of the same cells is drawn once (``qms.web.parts``)."""
        if self.draw is not None:
            return self.draw(ui)
        plain = [_plain_line(line) for line in self.lines]
        if None in plain:
            return Markup("".join(rendered(ui, LINE, {"line": line}) for line in self.lines))
        kept = kept_of(self.request)

        def make(things: list[Any]) -> list[str]:
            return [rendered(ui, LINE, {"line": _line_of(one)}) for one in things]

        return Markup("".join(kept.texts(LINE, plain, make)))

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
        facts += [(one.title, one.text) for one in self.narrowings]
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
        counts: Counts | Callable[[], Counts] | None = None,
        url: Callable[[Any], str | None] | None = None,
        told_of: Any = None,
        **more: Any,
    ) -> dict[str, Any]:
        """Give what a list page's template needs: one page of records, found by a catalogue.

        ``every`` gives all records of the present filter and order, for the files. ``counts``
        are the numbers per value of each facet, ``url`` the page of a record, and ``told_of`` the
        content whose trail tells that a file was taken. ``more`` goes to the template: ``empty``
        is the sentence of a list that holds nothing yet, ``actions`` are buttons at the head, and
        ``lines`` stand in the place of cells where the page prints its own. Counts and lines may be
        callables: programs that ask for JSON, and files, need neither.
        """
        self.total, self.empty = total, more.pop("empty", None)
        self.told = told_of is not None
        lines = more.pop("lines", None)
        if not self.wants_file and not wants_json(self.request):
            self.count((counts() if callable(counts) else counts) or {})
            self.lines = (lines() if callable(lines) else lines) or [
                self.cells(one, url(one) if url else None) for one in records
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
        self.found = found.records
        self.within(len(found.records))
        return self.page(
            heading,
            found.records[self.start : self.start + self.limit],
            total=len(found.records),
            every=lambda: found.records,
            counts=found.counts,
            **more,
        )
