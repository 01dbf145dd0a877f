"""Inputs of the management review (ISO 9001:2015, 9.3.2): each room announces what it can tell.

A room that keeps records says it once::

    config.add_review_input(
        "cases",
        title=_("Customer cases"),
        part="c1",
        order=10,
        prepare="qms.pqr.management.prepare",
    )

and ``prepare(organisation, first, last, at)`` counts what was so at the end of ``last``, the cut
date: a review is approved after it, and its numbers are frozen then.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from pyramid.config import Configurator
from pyramid.registry import Registry

INPUTS = "qms.documents.review_inputs"

PARTS = ("a", "b", "c1", "c2", "c3", "c4", "c5", "c6", "c7", "d", "e", "f")
"""The letters of 9.3.2: actions of earlier reviews, changes of the context, performance (customers,
objectives, processes, nonconformities, measurements, audits, suppliers), resources, risks,
opportunities."""


@dataclass(frozen=True)
class InputRow:
    """One line of an input."""

    label: Any
    """A translation string, or data of the organisation."""
    value: Any
    """A number (int or Decimal), an ISO day, or a text; None is shown as «no data»."""
    note: Any = ""
    """What helps to read it, such as «of 12»."""
    state: str = ""
    """Name of a chip, or nothing."""


@dataclass(frozen=True)
class InputBlock:
    """What a room tells of a span: lines, drawings of ``qms.charts``, and where to look further."""

    rows: Sequence[InputRow] = ()
    charts: Sequence[Callable[[Callable[[Any], str]], Any]] = ()
    """Each gives a chart of ``qms.charts``, told how to translate."""
    links: Sequence[tuple[Any, str]] = ()
    """Words and path below the organisation."""


Prepare = Callable[[Any, date, date, datetime], InputBlock]
"""Told organisation, first and last day (both included) and the present moment; it only reads."""


@dataclass(frozen=True)
class ReviewInput:
    """What one room tells a management review."""

    name: str
    title: Any
    part: str
    """A letter of 9.3.2, one of ``PARTS``."""
    order: int
    prepare: Prepare


def add_review_input(
    config: Configurator,
    name: str,
    *,
    title: Any,
    prepare: Any,
    part: str = "c3",
    order: int = 50,
) -> None:
    """Announce an input of the management review; a second one of the same name is a conflict."""
    if part not in PARTS:
        raise ValueError(part)
    made = ReviewInput(name, title, part, order, config.maybe_dotted(prepare))
    config.action(
        ("qms review input", name),
        lambda: config.registry.setdefault(INPUTS, {}).__setitem__(name, made),
    )


def review_inputs(registry: Registry) -> list[ReviewInput]:
    """Give every announced input, by its letter and order."""
    found = registry.get(INPUTS, {}).values()
    return sorted(found, key=lambda one: (PARTS.index(one.part), one.order, one.name))


def includeme(config: Configurator) -> None:
    """Offer the directive, and tell of documents and readings."""
    config.add_directive("add_review_input", add_review_input)
