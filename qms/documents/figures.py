"""Figures that rooms can count: what the variables of an indicator card may be taken from.

A room that keeps records announces what it can count of them::

    config.add_figure_source(
        "cases.received", title=_("Cases received"), count="qms.pqr.figures.received",
        filters={"kind": "qms.pqr.figures.kinds", ...}, drill="qms.pqr.figures.list_of",
    )

and a variable of a card names it as ``cases.received?kind=queja,reclamo&site=bogota``. With
``@previous`` or ``@year-before`` behind it, the period before the measured one is meant, or the
same period of the year before.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache
from types import MappingProxyType
from typing import Any
from urllib.parse import parse_qsl, urlencode

from pyramid.config import Configurator
from pyramid.registry import Registry
from pyramid.request import Request

from qms.kernel.errors import Refused
from qms.kernel.i18n import _

FIGURES = "qms.documents.figures"
PREVIOUS, YEAR_BEFORE = "previous", "year-before"
SHIFTS = ("", PREVIOUS, YEAR_BEFORE)
"""Which period a figure is taken of: the measured one, the one before, that of the year before."""

Filters = Mapping[str, tuple[str, ...]]
"""Name of a filter to the ids of which a record must have one."""


class NotAFigure(Refused):
    """«${figure}» is nothing that this system counts; choose one of the list."""


@dataclass(frozen=True)
class Span:
    """Whole days, both included, of an organisation's own calendar."""

    first: date
    last: date


@dataclass(frozen=True)
class FigureSource:
    """Something that a room counts or averages of its records."""

    name: str
    """Lasting name ``room.thing``, kept in documents."""
    title: str
    """A translation string."""
    count: Callable[[Any, Span, Filters, datetime], Decimal | None]
    """Told organisation, span, filters and the present moment; None where there is no data.

    Zero records are zero for a count, and None for an average. It must be cheap: index sets.
    """
    filters: Mapping[str, Callable[[Any], list[tuple[str, str]]]] = field(default_factory=dict)
    """Filter to a function of the organisation that gives the choices: (id, name)."""
    drill: Callable[[Request, Span, Filters], str | None] | None = None
    """Gives the address of the list of the very records, or None where the person may not see it.
    """
    sums: bool = True
    """Whether the figure of a longer span is the sum of its parts (not so for averages)."""


@dataclass(frozen=True)
class FigureQuery:
    """A figure as a card names it."""

    name: str
    filters: Filters = field(default_factory=dict)
    shift: str = ""
    """One of :data:`SHIFTS`."""

    @classmethod
    def parse(cls, text: str) -> FigureQuery:
        """Read ``name?filter=id,id&filter=id@shift``; anything else is refused (NotAFigure)."""
        return _parsed(text)

    def __str__(self) -> str:
        """Write it as a card keeps it."""
        given = {name: ",".join(values) for name, values in sorted(self.filters.items()) if values}
        asked = f"?{urlencode(given, safe=',')}" if given else ""
        return f"{self.name}{asked}{'@' if self.shift else ''}{self.shift}"


@lru_cache(maxsize=1024)
def _parsed(text: str) -> FigureQuery:
    # Pages and the worker read the same few figures of cards again and again.
    whole, at, shift = text.strip().partition("@")
    name, _sign, rest = whole.partition("?")
    try:
        pairs = parse_qsl(rest, strict_parsing=True, max_num_fields=10) if rest else []
    except ValueError:
        raise NotAFigure(figure=text) from None
    bad_shift = bool(at) and (not shift or shift not in SHIFTS)
    if not name or bad_shift or len(text) > 500 or len(dict(pairs)) != len(pairs):
        raise NotAFigure(figure=text[:100])
    filters = {key: tuple(filter(None, value.split(","))) for key, value in pairs}
    return FigureQuery(name, MappingProxyType(filters), shift)


def add_figure_source(
    config: Configurator,
    name: str,
    *,
    title: str,
    count: Any,
    filters: Mapping[str, Any] | None = None,
    drill: Any = None,
    sums: bool = True,
) -> None:
    """Announce a figure; a second one of the same name is a conflict."""
    choices = {key: config.maybe_dotted(one) for key, one in (filters or {}).items()}
    source = FigureSource(
        name, title, config.maybe_dotted(count), choices, config.maybe_dotted(drill), sums
    )
    config.action(
        ("qms figure source", name),
        lambda: config.registry.setdefault(FIGURES, {}).__setitem__(name, source),
    )


def figure_sources(registry: Registry) -> Mapping[str, FigureSource]:
    """Give every announced figure by its name."""
    return registry.get(FIGURES, {})


def choices_of_figures(registry: Registry) -> Sequence[tuple[str, Any]]:
    """Give names and titles for a form, «typed by a person» first."""
    return [
        ("", _("Typed or uploaded")),
        *((name, one.title) for name, one in sorted(figure_sources(registry).items())),
    ]


def includeme(config: Configurator) -> None:
    """Offer the directive."""
    config.add_directive("add_figure_source", add_figure_source)
