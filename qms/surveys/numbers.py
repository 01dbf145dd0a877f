"""Figures of satisfaction, computed from the sets of the catalogue and never by walking answers.

Zero answers give zero counts and None for every share, so that missing data are never drawn as 0.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from qms.content.models import Organisation
from qms.search.catalogue import Catalogue
from qms.surveys.choices import Survey
from qms.surveys.listing import catalogue_of, span_values
from qms.surveys.scales import ROLES, nps, share

Filters = Mapping[str, Sequence[str]]


@dataclass(frozen=True)
class Numbers:
    """What was answered in a span, of one selection."""

    answers: int
    promoters: int
    neutrals: int
    detractors: int
    satisfied: int
    average: Decimal | None
    """Of the score, on its own scale."""

    @property
    def nps(self) -> Decimal | None:
        """Per cent of promoters less that of detractors, -100 to 100."""
        return nps(self.promoters, self.detractors, self.answers)

    @property
    def csat(self) -> Decimal | None:
        """Per cent of satisfied customers."""
        return share(self.satisfied, self.answers)

    def to_data(self) -> dict[str, Any]:
        """Give plain values for programs."""
        return {
            "answers": self.answers,
            "promoters": self.promoters,
            "neutrals": self.neutrals,
            "detractors": self.detractors,
            "satisfied": self.satisfied,
            "average": text_of(self.average),
            "nps": text_of(self.nps),
            "csat": text_of(self.csat),
        }


@dataclass(frozen=True)
class Reach:
    """How many were called, reached, and answered."""

    called: int
    contacted: int
    answers: int

    @property
    def contact_rate(self) -> Decimal | None:
        """Per cent reached of those called."""
        return share(self.contacted, self.called)

    @property
    def response_rate(self) -> Decimal | None:
        """Per cent of answers of those called."""
        return share(self.answers, self.called)


@dataclass(frozen=True)
class Promise:
    """How detractors were answered: in time, late, and not yet."""

    detractors: int
    in_time: int
    late: int
    open: int

    @property
    def rate(self) -> Decimal | None:
        """Per cent answered in time of all detractors."""
        return share(self.in_time, self.detractors)


def text_of(value: Decimal | None) -> str | None:
    """Write a figure for programs, with two places."""
    return None if value is None else f"{value.quantize(Decimal('0.01'))}"


def month_span(month: str) -> tuple[date, date]:
    """Give the first and the last day of ``2026-10``; ValueError for anything else."""
    first = date.fromisoformat(f"{month}-01")
    following = (first + timedelta(days=32)).replace(day=1)
    return first, following - timedelta(days=1)


def month_before(first: date) -> str:
    """Name the month before the one of a day."""
    return f"{first.replace(day=1) - timedelta(days=1):%Y-%m}"


def average_of(counts: Mapping[str, int]) -> Decimal | None:
    """Give the mean of values by how often each occurs; None without any."""
    number = sum(counts.values())
    if not number:
        return None
    return Decimal(sum(int(value) * count for value, count in counts.items())) / number


class Sums:
    """Asks the catalogue of one organisation."""

    def __init__(self, organisation: Organisation) -> None:
        """Look at the organisation's customers."""
        self.catalogue: Catalogue = catalogue_of(organisation)

    def numbers(self, filters: Filters) -> Numbers:
        """Count the answers of a selection."""
        roles = self.catalogue.counts("role", filters)
        satisfied = self.catalogue.counts("satisfied", filters)
        scores = self.catalogue.counts("score", filters)
        promoters, neutrals, detractors = (roles.get(one, 0) for one in ROLES)
        return Numbers(
            promoters + neutrals + detractors,
            promoters,
            neutrals,
            detractors,
            satisfied.get("yes", 0),
            average_of(scores),
        )

    def question(self, filters: Filters, question: str) -> Numbers:
        """Count the answers to one question with a scale, by the classes of its own scale."""
        counts = self.catalogue.counts("scored", filters)
        return question_numbers(counts, question)

    def count(self, filters: Filters) -> int:
        """Count the customers of a selection."""
        counts = self.catalogue.counts("survey", filters)
        chosen = filters.get("survey")
        # A facet's counts leave its own filter out.
        return sum(count for one, count in counts.items() if not chosen or one in chosen)

    def reach(self, filters: Filters, span: Sequence[str]) -> Reach:
        """Count who was called, reached and answered in a span."""
        return Reach(
            self.count({**filters, "called": span}),
            self.count({**filters, "contacted": span}),
            self.count({**filters, "answered": span}),
        )

    def promise(self, filters: Filters) -> Promise:
        """Count how the detractors of a selection were answered."""
        timely = self.catalogue.counts("timely", {**filters, "role": ["detractor"]})
        yes, no, still = (timely.get(one, 0) for one in ("yes", "no", "open"))
        return Promise(yes + no + still, yes, no, still)

    def by(self, facet: str, filters: Filters) -> dict[str, Numbers]:
        """Give the numbers for each value of a facet that occurs."""
        found = self.catalogue.counts(facet, filters)
        chosen = filters.get(facet)
        return {
            value: self.numbers({**filters, facet: [value]})
            for value in found
            if not chosen or value in chosen
        }


def question_numbers(counts: Mapping[str, int], question: str) -> Numbers:
    """Make the numbers of one question out of the counts of the facet ``scored``."""
    values: dict[str, int] = {}
    for said, count in counts.items():
        name, sign, value = said.partition("=")
        if sign and name == question and value.isdigit():
            values[value] = values.get(value, 0) + count
    promoters, neutrals, detractors = (counts.get(f"{question}#{one}", 0) for one in ROLES)
    return Numbers(
        sum(values.values()),
        promoters,
        neutrals,
        detractors,
        counts.get(f"{question}#satisfied", 0),
        average_of(values),
    )


def options_of(counts: Mapping[str, int], question: str) -> dict[str, int]:
    """Give how often each option of a choice or yes/no was given."""
    start = f"{question}="
    return {said[len(start) :]: count for said, count in counts.items() if said.startswith(start)}


def selection(survey: Survey, first: date, last: date) -> dict[str, Sequence[str]]:
    """Give the filters of a survey's answers from first to last day."""
    return {"survey": [survey.id], "answered": span_values(first, last)}
