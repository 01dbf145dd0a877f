"""Counting the variables that a figure of another room gives, for whole periods."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any

from pyramid.registry import Registry
from pyramid.request import Request

from qms.documents.figures import (
    PREVIOUS,
    YEAR_BEFORE,
    FigureSource,
    NotAFigure,
    Span,
    figure_sources,
)
from qms.indicators.cards import Variable
from qms.indicators.periods import Period


class Figures:
    """What this system counts of one organisation, as it is at one moment."""

    def __init__(
        self, sources: Mapping[str, FigureSource], organisation: Any, at: datetime
    ) -> None:
        """Count with these sources; what was counted once is remembered for this object's life."""
        self._sources, self._organisation, self._at = sources, organisation, at
        self._counted: dict[tuple[str, Span], Decimal | None] = {}

    @classmethod
    def of(cls, registry: Registry, organisation: Any, at: datetime) -> Figures:
        """Count with whatever the rooms announced."""
        return cls(figure_sources(registry), organisation, at)

    @classmethod
    def of_request(cls, request: Request) -> Figures:
        """Count for a page."""
        return cls.of(request.registry, request.organisation, request.act.at)

    def value(self, variable: Variable, period: Period, capture: str) -> Decimal | None:
        """Give a variable's value in a period that is captured in periods of ``capture``.

        None where there is no data, and where nobody announced such a figure.
        """
        found = self._query(variable)
        if found is None:
            return None
        source, filters, shift = found
        span = _span(period, capture, shift)
        key = (variable.figure, span)
        if key not in self._counted:
            self._counted[key] = source.count(self._organisation, span, filters, self._at)
        return self._counted[key]

    def adds_up(self, variable: Variable) -> bool:
        """Tell whether a longer period's value is the sum of those of its parts."""
        found = self._query(variable)
        return found is not None and found[0].sums and not found[2]

    def drill(
        self, request: Request, variable: Variable, period: Period, capture: str
    ) -> str | None:
        """Give the address of the very records; None where the person may not see them."""
        found = self._query(variable)
        if found is None:
            return None
        source, filters, shift = found
        address = source.drill and source.drill(request, _span(period, capture, shift), filters)
        return address or None

    def _query(self, variable: Variable) -> tuple[FigureSource, Any, str] | None:
        try:
            query = variable.query
        except NotAFigure:
            return None
        source = self._sources.get(query.name) if query is not None else None
        return None if query is None or source is None else (source, query.filters, query.shift)


def _span(period: Period, capture: str, shift: str) -> Span:
    if shift == PREVIOUS:
        period = period.previous()
    elif shift == YEAR_BEFORE:
        period = period.year_before()
    return Span(*period.whole(capture))
