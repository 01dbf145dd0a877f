"""What a list offers, and what one address asks of it; the address holds the whole state.

``q`` are the words of the free filter, ``sort`` and ``dir`` the order, ``page`` the page from 1,
each facet its chosen values, each switch a ``1``, and ``download`` the kind of a file. Whatever
an address says that is unknown, too long or out of range falls back to the usual (D4-56).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, NamedTuple
from urllib.parse import urlencode

from pyramid.request import Request

from qms.exports.answers import DOWNLOAD, FORMS
from qms.exports.columns import Column
from qms.kernel.text import clean_line, whole_number

__all__ = ["Address", "Facet", "ListSpec", "Narrowing", "Switch"]

LONGEST_QUERY = 200
"""Characters of the free filter that are read."""
MOST_CHOSEN = 50
"""Values of one facet that are read."""
LONGEST_VALUE = 200
"""Characters of one of them."""
LAST_PAGE = 999_999


@dataclass(frozen=True)
class Facet:
    """Something to filter by; records hold one value of it, or several."""

    title: Any
    names: Mapping[str, str] | Callable[[str], Any] | None = None
    """Words of the values; without it a value is the name of a state, or its own word."""
    is_time: bool = False
    """Whether its values are days or months: the newest stands first."""


class Switch(NamedTuple):
    """Something that is on or off."""

    title: Any
    clears: tuple[str, ...] = ()
    """Facets that lose their choice when it is turned off."""


class Narrowing(NamedTuple):
    """Something beside facets that narrows a list: a view read it of the address itself."""

    pairs: tuple[tuple[str, str], ...]
    """What the address says, to be handed on."""
    title: Any
    text: Any
    """What it is narrowed to, as people read it."""


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


class Address:
    """One list page as its address asks for it, and the addresses of its neighbours."""

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
        self.narrowings: list[Narrowing] = []
        """What else the view narrows the list by; set before any address is asked for."""
        order = get.get("sort", "")
        known = order in spec.orders
        self.order = order if known else spec.usual
        self.reverse = get.get("dir") == "desc" if known else spec.reverse
        asked = get.get("page", "1")
        number = whole_number(asked, 1)
        self.number = min(max(number, 1), LAST_PAGE)
        self.total = 0

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
        return bool(self.q or self.filters or self.narrowings)

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
        pairs += [pair for one in self.narrowings for pair in one.pairs]
        pairs += [(name, "1") for name in self.spec.switches if name in self.switched]
        pairs += [(name, one) for name, values in self.chosen.items() for one in values]
        if (self.order, self.reverse) != (self.spec.usual, self.spec.reverse):
            pairs += [("sort", self.order), ("dir", "desc" if self.reverse else "asc")]
        return pairs

    def _with(self, name: str, value: str) -> str:
        joint = "&" if self._query else ""
        return f"?{self._query}{joint}{urlencode({name: value})}"

    def _url(self, pairs: Sequence[tuple[str, str]]) -> str:
        return "?" + urlencode(pairs) if pairs else self.request.path

    @cached_property
    def _query(self) -> str:
        return urlencode(self._pairs)

    def _without(self, *names: str) -> list[tuple[str, str]]:
        return [pair for pair in self._pairs if pair[0] not in names]

    @property
    def clear_url(self) -> str:
        """Address of the list without filters; order and switches stay."""
        narrowed = [name for one in self.narrowings for name, _value in one.pairs]
        return self._url(self._without("q", *self.spec.facets, *narrowed))

    def without(self, narrowing: Narrowing) -> str:
        """Address of the list that is not narrowed so."""
        return self._url([pair for pair in self._pairs if pair not in narrowing.pairs])

    @property
    def downloads(self) -> list[tuple[Any, str]]:
        """Titles and addresses of the kinds of file."""
        return [(form.title, self._with(DOWNLOAD, name)) for name, form in FORMS.items()]

    def page_url(self, number: int) -> str:
        """Address of another page."""
        return self._with("page", str(number))

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
                "url": self._url(self._without(name, *switch.clears))
                if self.on(name)
                else self._with(name, "1"),
            }
            for name, switch in self.spec.switches.items()
            if name in self.offered
        ]

    def toggled(self, facet: str, value: str) -> str:
        """Address with a facet's value chosen, or no longer."""
        if value not in self.chosen[facet]:
            return self._with(facet, value)
        return self._url([pair for pair in self._pairs if pair != (facet, value)])
