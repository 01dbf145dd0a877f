"""Figures that indicators are computed from (documents/figures.py), by sets of the catalogue.

A count without records is zero; an average without any is None, and so is everything where the
organisation has no surveys. Answers count on the organisation's own day of the answer, detractors
answered in time on the day on which they spoke.
"""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

from pyramid.config import Configurator
from pyramid.request import Request

from qms.documents.figures import Filters, Span
from qms.kernel.i18n import _
from qms.security.permissions import Permission
from qms.surveys.choices import choices_of
from qms.surveys.listing import span_values
from qms.surveys.numbers import Numbers, Sums, question_numbers
from qms.surveys.services.campaigns import NAME

OURS = ("survey", "line", "brand")


def _chosen(filters: Filters, day: str, span: Span) -> dict[str, Any]:
    chosen: dict[str, Any] = {key: filters[key] for key in OURS if filters.get(key)}
    return chosen | {day: span_values(span.first, span.last)}


def _numbers(organisation: Any, span: Span, filters: Filters) -> Numbers | None:
    if NAME not in organisation:
        return None
    sums, chosen = Sums(organisation), _chosen(filters, "answered", span)
    asked = filters.get("question") or ()
    if not asked:
        return sums.numbers(chosen)
    counts = sums.catalogue.counts("scored", chosen)
    return _added([question_numbers(counts, question) for question in asked])


def _added(parts: list[Numbers]) -> Numbers:
    answers = sum(one.answers for one in parts)
    total = sum((one.average or Decimal(0)) * one.answers for one in parts)
    return Numbers(
        answers,
        sum(one.promoters for one in parts),
        sum(one.neutrals for one in parts),
        sum(one.detractors for one in parts),
        sum(one.satisfied for one in parts),
        Decimal(total) / answers if answers else None,
    )


def _counted(name: str) -> Any:
    def count(organisation: Any, span: Span, filters: Filters, _at: datetime) -> Decimal | None:
        found = _numbers(organisation, span, filters)
        return None if found is None else Decimal(getattr(found, name))

    return count


def average(organisation: Any, span: Span, filters: Filters, _at: datetime) -> Decimal | None:
    """Give the mean score, or that of the questions named; None without answers."""
    found = _numbers(organisation, span, filters)
    return None if found is None else found.average


def answered_on_time(
    organisation: Any, span: Span, filters: Filters, _at: datetime
) -> Decimal | None:
    """Count the detractors of the span who were answered in time."""
    if NAME not in organisation:
        return None
    chosen = _chosen(filters, "answered", span)
    return Decimal(Sums(organisation).promise(chosen).in_time)


def _reached(day: str) -> Any:
    def count(organisation: Any, span: Span, filters: Filters, _at: datetime) -> Decimal | None:
        if NAME not in organisation:
            return None
        return Decimal(Sums(organisation).count(_chosen(filters, day, span)))

    return count


# What the filters offer


def surveys(organisation: Any) -> list[tuple[str, str]]:
    """Offer the questionnaires."""
    return [(one.id, one.name) for one in choices_of(organisation).surveys.values()]


def lines(organisation: Any) -> list[tuple[str, str]]:
    """Offer the lines."""
    return [(key, str(one["name"])) for key, one in choices_of(organisation).lines.items()]


def brands(organisation: Any) -> list[tuple[str, str]]:
    """Offer the brands."""
    return [(key, str(one["name"])) for key, one in choices_of(organisation).brands.items()]


def questions(organisation: Any) -> list[tuple[str, str]]:
    """Offer the questions with a scale, each once: questionnaires may share an id."""
    found: dict[str, str] = {}
    for survey in choices_of(organisation).surveys.values():
        for question in survey.questions.values():
            if question["kind"] == "scale":
                found.setdefault(question["id"], str(question["text"]))
    return list(found.items())


def drill(day: str = "answered", **only: str) -> Any:
    """Make what gives the address of the very customers that are counted, for who may see them.

    ``only`` are further filters of the list; of questions that are named, the answers to them.
    """

    def address(request: Request, span: Span, filters: Filters) -> str | None:
        folder = request.organisation.get(NAME)
        if folder is None or not request.has_permission(Permission.VIEW, folder):
            return None
        pairs = [(day, value) for value in span_values(span.first, span.last)]
        pairs += [(key, value) for key in OURS for value in filters.get(key) or ()]
        asked = filters.get("question") or ()
        if asked and only:
            # One value alone says which class: of the answer as a whole, or of its questions.
            (name, value), *_none = only.items()
            said = "satisfied" if name == "satisfied" else value
            pairs += [("scored", f"{one}#{said}") for one in asked]
        else:
            pairs += only.items()
        return f"{request.resource_path(folder, 'answers')}?{urlencode(pairs)}"

    return address


def includeme(config: Configurator) -> None:
    """Announce what can be counted of surveys."""
    offered = {"survey": surveys, "line": lines, "brand": brands}
    asked = {**offered, "question": questions}
    named: dict[str, tuple[Any, dict[str, str]]] = {
        "answers": (_("Answers to surveys"), {}),
        "promoters": (_("Answers of promoters"), {"role": "promoter"}),
        "neutrals": (_("Answers of neutral customers"), {"role": "neutral"}),
        "detractors": (_("Answers of detractors"), {"role": "detractor"}),
        "satisfied": (_("Answers of satisfied customers"), {"satisfied": "yes"}),
    }
    for name, (title, only) in named.items():
        config.add_figure_source(
            f"surveys.{name}",
            title=title,
            count=_counted(name),
            filters=asked,
            drill=drill(**only),
        )
    config.add_figure_source(
        "surveys.average",
        title=_("Mean score of surveys"),
        count=average,
        filters=asked,
        drill=drill(),
        sums=False,
    )
    config.add_figure_source(
        "surveys.detractors-answered-on-time",
        title=_("Detractors answered in time"),
        count=answered_on_time,
        filters=offered,
        drill=drill(role="detractor", timely="yes"),
    )
    for name, day, title in (
        ("called", "called", _("Customers called")),
        ("contacted", "contacted", _("Customers reached")),
    ):
        config.add_figure_source(
            f"surveys.{name}", title=title, count=_reached(day), filters=offered, drill=drill(day)
        )
