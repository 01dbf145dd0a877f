"""A list page that a catalogue answers: one page of rows, its counts, and all rows for a file."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cached_property, partial
from typing import Any

from qms.exports import Listing
from qms.search.among import Among
from qms.search.catalogue import Catalogue, Words
from qms.search.spanish import beginnings

__all__ = ["Listed"]


class Listed:
    """What the address of a list finds in a catalogue."""

    def __init__(
        self,
        listing: Listing,
        catalogue: Catalogue,
        within: Mapping[str, Sequence[str] | None] | None = None,
        *,
        words: Words | None = None,
        among: Among | None = None,
    ) -> None:
        """Read one page; one beyond the last is the last.

        ``within`` are facets in which the address has no say, such as who may see a row; a facet
        of None narrows nothing. ``words`` are looked for instead of those of the free filter.
        """
        also = {name: values for name, values in (within or {}).items() if values is not None}
        filters = {**listing.filters, **also}
        looked = beginnings(listing.q) if words is None else words
        self.listing = listing
        self._count = partial(catalogue.counts, words=looked, among=among)
        self._query = partial(
            catalogue.query,
            filters,
            order=listing.order,
            reverse=listing.reverse,
            words=looked,
            among=among,
        )
        self._filters = filters
        page = self._query(start=listing.start, limit=listing.limit)
        if not listing.within(page.total):
            page = self._query(start=listing.start, limit=listing.limit)
        self.rows: list[tuple[Any, ...]] = page.rows
        """The rows of this page, in order."""
        self.total = page.total

    @cached_property
    def counts(self) -> dict[str, dict[str, int]]:
        """How many rows each value of each facet would leave."""
        return {name: self._count(name, self._filters) for name in self.listing.spec.facets}

    def every(self) -> list[tuple[Any, ...]]:
        """Give the rows of all pages."""
        return self._query(start=0, limit=None).rows

    def page(
        self, heading: Any, record: Callable[[tuple[Any, ...]], Any], **more: Any
    ) -> dict[str, Any]:
        """Give what the template needs; ``record`` makes of a row what the columns name."""

        def every() -> Iterator[Any]:
            return map(record, self.every())

        return self.listing.page(
            heading,
            [record(one) for one in self.rows],
            total=self.total,
            counts=lambda: self.counts,
            every=every,
            **more,
        )
