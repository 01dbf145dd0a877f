"""The monthly report of a survey as plain figures, the same for screen, PDF and mail."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from qms.content.models import Organisation
from qms.people.models import people_of
from qms.surveys.choices import Survey, choices_of
from qms.surveys.listing import Row, rows
from qms.surveys.numbers import (
    Numbers,
    Promise,
    Reach,
    Sums,
    month_before,
    month_span,
    options_of,
    question_numbers,
    selection,
)

MONTHS_BACK = 12
VOICES = 40
"""So many customers are quoted."""


@dataclass(frozen=True)
class Part:
    """The numbers of one line, brand, agent or question."""

    id: str
    name: str
    numbers: Numbers


@dataclass(frozen=True)
class Options:
    """How often each option of a question was given."""

    id: str
    name: str
    counts: tuple[tuple[str, int], ...]


@dataclass(frozen=True)
class Report:
    """One survey in one span of days, of one selection."""

    survey: Survey
    first: date
    last: date
    numbers: Numbers
    before: Numbers
    """Of the month before."""
    reach: Reach
    promise: Promise
    lines: tuple[Part, ...]
    brands: tuple[Part, ...]
    agents: tuple[Part, ...]
    questions: tuple[Part, ...]
    options: tuple[Options, ...]
    voices: tuple[Row, ...]
    history: tuple[tuple[str, Numbers], ...]
    """Months with their numbers, the oldest first."""
    repeated: int
    low: int
    """Scores that call for an action."""

    @property
    def month(self) -> str:
        """The month, as ``2026-10``."""
        return f"{self.first:%Y-%m}"

    @property
    def target(self) -> Decimal | None:
        """The wanted per cent of satisfied customers."""
        wanted = self.survey.data["target"]
        return None if wanted is None else Decimal(wanted)

    @property
    def met(self) -> bool | None:
        """Whether the target was reached; None without answers or without a target."""
        csat = self.numbers.csat
        return None if csat is None or self.target is None else csat >= self.target

    @property
    def enough(self) -> bool:
        """Whether so many answered that the figures say something."""
        return self.numbers.answers >= self.survey.data["minimum"]

    @property
    def act_upon(self) -> tuple[str, ...]:
        """Why it calls for an improvement action: target, low, repeated."""
        found = []
        if self.met is False:
            found.append("target")
        if self.low:
            found.append("low")
        if self.repeated:
            found.append("repeated")
        return tuple(found)

    def to_data(self) -> dict[str, Any]:
        """Give plain values for programs."""
        return {
            "survey": self.survey.id,
            "month": self.month,
            **self.numbers.to_data(),
            "called": self.reach.called,
            "contacted": self.reach.contacted,
            "detractors_answered_in_time": self.promise.in_time,
            "detractors_open": self.promise.open,
            "target_met": self.met,
        }


def report_of(
    organisation: Organisation,
    survey: Survey,
    month: str,
    *,
    line: str = "",
    brand: str = "",
) -> Report:
    """Compute the report of a month (``2026-10``); ValueError for what is none."""
    first, last = month_span(month)
    choices, sums = choices_of(organisation), Sums(organisation)
    narrow = {key: [value] for key, value in (("line", line), ("brand", brand)) if value}
    chosen = {**selection(survey, first, last), **narrow}
    of_survey = {"survey": [survey.id], **narrow}
    previous = month_before(first)
    flags = sums.catalogue.counts("flag", chosen)
    scored = sums.catalogue.counts("scored", chosen)
    return Report(
        survey=survey,
        first=first,
        last=last,
        numbers=sums.numbers(chosen),
        before=sums.numbers({**of_survey, "answered": [previous]}),
        reach=sums.reach(of_survey, chosen["answered"]),
        promise=sums.promise(chosen),
        lines=_parts(sums.by("line", chosen), lambda one: choices.name("lines", one)),
        brands=_parts(sums.by("brand", chosen), lambda one: choices.name("brands", one)),
        agents=_parts(sums.by("agent", chosen), lambda one: agent_name(organisation, one)),
        questions=_questions(survey, scored),
        options=_options(survey, scored),
        voices=_voices(sums, chosen),
        history=_history(sums, of_survey, first),
        repeated=flags.get("repeated", 0),
        low=flags.get("improve", 0),
    )


def agent_name(organisation: Organisation, agent: str) -> str:
    """Give the name of who took the answers; customers themselves have none."""
    people = people_of(organisation)
    return people.person_name(agent) if agent in people["persons"] else ""


def _parts(found: dict[str, Numbers], name: Any) -> tuple[Part, ...]:
    parts = [Part(value, name(value), numbers) for value, numbers in found.items()]
    return tuple(sorted(parts, key=lambda one: (one.name == "", one.name)))


def _questions(survey: Survey, scored: dict[str, int]) -> tuple[Part, ...]:
    return tuple(
        Part(one["id"], str(one["text"]), question_numbers(scored, one["id"]))
        for one in survey.data["questions"]
        if one["kind"] == "scale"
    )


def _options(survey: Survey, scored: dict[str, int]) -> tuple[Options, ...]:
    found = []
    for one in survey.data["questions"]:
        counts = options_of(scored, one["id"]) if one["kind"] in ("choice", "yes-no") else {}
        if counts:
            found.append(Options(one["id"], str(one["text"]), tuple(sorted(counts.items()))))
    return tuple(found)


def _voices(sums: Sums, chosen: dict[str, Sequence[str]]) -> tuple[Row, ...]:
    """Quote customers, those with the lowest score first."""
    page = sums.catalogue.query(chosen, order="score", limit=VOICES * 5)
    return tuple([one for one in rows(page.rows) if one.said][:VOICES])


def _history(
    sums: Sums, of_survey: dict[str, list[str]], first: date
) -> tuple[tuple[str, Numbers], ...]:
    months, day = [f"{first:%Y-%m}"], first
    for _turn in range(MONTHS_BACK - 1):
        months.append(month_before(day))
        day = date.fromisoformat(f"{months[-1]}-01")
    return tuple(
        (month, sums.numbers({**of_survey, "answered": [month]})) for month in reversed(months)
    )


def months_with_data(organisation: Organisation, survey: Survey) -> list[str]:
    """Name the months in which the survey was called or answered, in their order."""
    catalogue = Sums(organisation).catalogue
    found: set[str] = set()
    for facet in ("answered", "called"):
        found |= {one for one in catalogue.counts(facet, {"survey": [survey.id]}) if len(one) == 7}
    return sorted(found)


def scale_words(survey: Survey) -> str:
    """Say the survey's classes in one line, such as «Promotores 9–10, Neutros 7–8»."""
    parts = [
        f"{one.name} {one.low}–{one.high}" if one.low != one.high else f"{one.name} {one.low}"
        for one in survey.scale.bands
    ]
    return ", ".join(parts)
