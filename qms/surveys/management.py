"""What surveys tell a management review (ISO 9001:2015, 9.3.2 c 1).

Answers count on the organisation's day of the answer, as everywhere in this room; a detractor
belongs to the day on which the customer spoke. Everything is told as it was at the end of the cut
date: what was annulled or answered to a detractor afterwards is not told yet.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from pyramid.config import Configurator

from qms.charts import Part, Stack, StackedBar, Words
from qms.documents.management_inputs import InputBlock, InputRow
from qms.kernel.formats import rounded_percent
from qms.kernel.i18n import _
from qms.surveys.choices import Survey, choices_of
from qms.surveys.cut import figures_at
from qms.surveys.numbers import Numbers, Promise
from qms.surveys.services.campaigns import NAME


def prepare(organisation: Any, first: date, last: date, _at: datetime) -> InputBlock:
    """Tell of each survey that was answered in the span: how much, how satisfied, how followed."""
    silent = (InputRow(_("Answers to surveys"), None),)
    if NAME not in organisation:
        return InputBlock(silent)
    choices = choices_of(organisation)
    rows: list[InputRow] = []
    drawn: list[tuple[str, Numbers]] = []
    for survey in choices.surveys.values():
        numbers, promise = figures_at(organisation, survey, first, last)
        if not numbers.answers and not survey.data["active"]:
            continue
        rows += _rows(survey, numbers, promise)
        if numbers.answers:
            drawn.append((survey.name, numbers))
    return InputBlock(
        rows or silent,
        charts=(_chart(drawn, choices.profile.number_style()),) if drawn else (),
        links=((_("Surveys"), "surveys"),),
    )


def percent(value: Decimal | None) -> Decimal | None:
    """Give a percentage as everything shows it; None stays «no data»."""
    return None if value is None else rounded_percent(value)


def rounded(value: Decimal | None) -> Decimal | None:
    """Give a figure with one decimal; None stays «no data»."""
    return None if value is None else value.quantize(Decimal("0.1"), ROUND_HALF_UP)


def _rows(survey: Survey, numbers: Numbers, promise: Promise) -> list[InputRow]:
    named: dict[str, object] = {"survey": survey.name}
    of: dict[str, object] = {"n": numbers.answers}
    return [
        InputRow(_("${survey}: answers", named), numbers.answers),
        InputRow(_("${survey}: satisfied (%)", named), percent(numbers.csat), _("of ${n}", of)),
        InputRow(_("${survey}: NPS", named), rounded(numbers.nps), _("of ${n}", of)),
        InputRow(
            _("${survey}: detractors answered in time", named),
            promise.in_time,
            _("of ${n}", {"n": promise.detractors}),
        ),
    ]


def _chart(drawn: list[tuple[str, Numbers]], style: Any) -> Callable[[Any], StackedBar]:
    stacks = tuple(
        Stack(name, tuple(map(Decimal, (one.promoters, one.neutrals, one.detractors))))
        for name, one in drawn
    )
    return lambda translate: StackedBar(
        title=translate(_("Promoters, neutral customers and detractors")),
        parts=(
            Part(translate(_("Promoters")), "good"),
            Part(translate(_("Neutral")), "quiet"),
            Part(translate(_("Detractors")), "bad"),
        ),
        rows=stacks,
        style=style,
        words=Words.of(translate),
    )


def includeme(config: Configurator) -> None:
    """Announce the input."""
    config.add_review_input(
        "surveys", title=_("Satisfaction surveys"), part="c1", order=20, prepare=prepare
    )
