"""What indicators tell a management review: objectives by process (c 2), and results (c 5).

Of each active indicator counts the last analysis period that ended in the span and by the cut
date; an indicator without such a period, or without a result of it, has no data.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from pyramid.config import Configurator

from qms.charts import Part, Stack, StackedBar, Words
from qms.documents.management_inputs import InputBlock, InputRow
from qms.indicators.boards import target_of
from qms.indicators.entries import text_of
from qms.indicators.listing import Row, Spark, rows_of
from qms.indicators.periods import Period
from qms.indicators.series import MEETS, MISSES, NO_DATA, NO_TARGET, points
from qms.indicators.words import number_text, period_name
from qms.indicators.workflow import ACTIVE
from qms.kernel.i18n import _
from qms.kernel.text import sort_key
from qms.profiles.api import profile_of

NAME = "indicators"


def results(organisation: Any, first: date, last: date) -> Iterator[tuple[Row, Spark]]:
    """Give each active indicator with the result that counts; one of no period has no key."""
    for row in rows_of(organisation, state=[ACTIVE]):
        yield row, _result(organisation, row, first, last)


def _result(organisation: Any, row: Row, first: date, last: date) -> Spark:
    """Find the last finished period up to the cut date in the row, or in the series behind it."""
    kept = [Spark(*one) for one in row.spark]
    found = [one for one in kept if Period.parse(one.key).last <= last]
    if not found and kept:
        # The cut date lies before everything that the row tells.
        told = points(organisation[NAME][row.number], last + timedelta(days=1), last=2)
        done = [one for one in told if one.period.last <= last]
        found = [Spark(one.key, text_of(one.result), one.verdict) for one in done]
    if not found or Period.parse(found[-1].key).last < first:
        return Spark("", None, NO_DATA)
    return found[-1]


def by_process(organisation: Any, first: date, last: date, _at: datetime) -> InputBlock:
    """Count per process the indicators on target, off target and without data."""
    whole: Counter[str] = Counter()
    processes: dict[str, Counter[str]] = {}
    for row, spark in results(organisation, first, last):
        whole[spark.verdict] += 1
        processes.setdefault(row.process or "—", Counter())[spark.verdict] += 1
    listed = sorted(processes.items(), key=lambda pair: sort_key(pair[0]))
    rows = [
        InputRow(_("Indicators on target"), whole[MEETS]),
        InputRow(_("Indicators off target"), whole[MISSES]),
        InputRow(_("Indicators without data"), whole[NO_DATA]),
        InputRow(_("Indicators without target"), whole[NO_TARGET]),
        *(_process_row(name, counts) for name, counts in listed),
    ]
    return InputBlock(
        rows,
        charts=(_chart(organisation, listed),) if listed else (),
        links=((_("Indicators"), NAME),),
    )


def _process_row(name: str, counts: Counter[str]) -> InputRow:
    facts: dict[str, object] = {
        "off": counts[MISSES],
        "none": counts[NO_DATA],
        "free": counts[NO_TARGET],
    }
    return InputRow(
        _("On target: ${process}", {"process": name}),
        counts[MEETS],
        _("${off} off target, ${none} without data, ${free} without target", facts),
    )


def _chart(organisation: Any, listed: list[tuple[str, Counter[str]]]) -> Callable[[Any], Any]:
    style = profile_of(organisation).number_style()
    stacks = tuple(
        Stack(name, tuple(Decimal(counts[one]) for one in (MEETS, NO_DATA, MISSES)))
        for name, counts in listed
    )
    return lambda translate: StackedBar(
        title=translate(_("Indicators by process")),
        parts=(
            Part(translate(_("On target")), "good"),
            Part(translate(_("No data")), "quiet"),
            Part(translate(_("Off target")), "bad"),
        ),
        rows=stacks,
        style=style,
        words=Words.of(translate),
    )


def off_target(organisation: Any, first: date, last: date, _at: datetime) -> InputBlock:
    """List the indicators that missed their target, with result and period."""
    profile = profile_of(organisation)
    missed = [
        InputRow(
            f"{row.number} · {row.name} ({row.process or '—'})",
            number_text(profile, spark.result, row.unit, target_of(row)),
            period_name(profile, Period.parse(spark.key)),
        )
        for row, spark in results(organisation, first, last)
        if spark.verdict == MISSES
    ]
    rows = [InputRow(_("Indicators off target"), len(missed)), *missed]
    return InputBlock(rows, links=((_("Indicators"), NAME),))


def includeme(config: Configurator) -> None:
    """Announce both inputs."""
    config.add_review_input(
        "indicators", title=_("Indicators by process"), part="c2", order=10, prepare=by_process
    )
    config.add_review_input(
        "indicators.off-target",
        title=_("Indicators off target"),
        part="c5",
        order=10,
        prepare=off_target,
    )
