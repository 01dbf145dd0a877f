"""The charts of a report: the same drawing on the screen and in the PDF."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from qms.charts import Part as ChartPart
from qms.charts import Point, SeriesChart, Stack, StackedBar, Words
from qms.kernel.bands import Target
from qms.kernel.formats import NumberStyle
from qms.kernel.i18n import _
from qms.surveys.numbers import Numbers, month_span
from qms.surveys.reports import Part, Report
from qms.surveys.scales import ROLES

Translate = Callable[[Any], str]
TONES = {"promoter": "good", "neutral": "warn", "detractor": "bad"}


class Pictures:
    """Draws the figures of one report in its reader's language."""

    def __init__(self, report: Report, translate: Translate, style: NumberStyle) -> None:
        """Take the figures, the words and how numbers are written."""
        self.report, self.translate, self.style = report, translate, style
        self.words = Words.of(translate)

    def _look(self) -> dict[str, Any]:
        return {"style": self.style, "words": self.words}

    def satisfaction(self) -> SeriesChart:
        """Per cent of satisfied customers, month by month, with the target."""
        target = self.report.target
        return SeriesChart(
            title=self.translate(_("Satisfied customers, month by month")),
            unit="%",
            points=self._points(lambda one: one.csat),
            target=None if target is None else Target(">=", target),
            **self._look(),
        )

    def promoters(self) -> SeriesChart:
        """The net promoter score, month by month."""
        return SeriesChart(
            title=self.translate(_("NPS, month by month")),
            places=1,
            points=self._points(lambda one: one.nps),
            floor=Decimal(-100),
            ceiling=Decimal(100),
            **self._look(),
        )

    def _points(self, value: Callable[[Numbers], Decimal | None]) -> tuple[Point, ...]:
        found = []
        for month, numbers in self.report.history:
            first, last = month_span(month)
            found.append(Point(self.words.month(first), value(numbers), first, last))
        return tuple(found)

    def classes(self, title: Any, parts: Sequence[Part]) -> StackedBar:
        """Promoters, neutrals and detractors of each part."""
        names = {one.role: one.name for one in reversed(self.report.survey.scale.bands)}
        return StackedBar(
            title=self.translate(title),
            parts=tuple(ChartPart(names[role], TONES[role]) for role in ROLES if role in names),
            rows=tuple(_stack(part, names) for part in parts),
            **self._look(),
        )

    def questions(self) -> StackedBar:
        """The classes of every question with a scale."""
        return self.classes(_("Answers by question"), self.report.questions)


def _stack(part: Part, names: dict[str, str]) -> Stack:
    one = part.numbers
    counts = dict(zip(ROLES, (one.promoters, one.neutrals, one.detractors), strict=True))
    values = tuple(
        Decimal(counts[role]) if one.answers else None for role in ROLES if role in names
    )
    return Stack(part.name, values)


def month_title(words: Words, first: date) -> str:
    """Write a month in full where it stands alone: Octubre de 2026."""
    name = month_name(words, first)
    return name[:1].upper() + name[1:]


def month_name(words: Words, first: date) -> str:
    """Write a month in full: octubre de 2026."""
    return f"{words.months[first.month - 1].lower()} de {first.year}"
