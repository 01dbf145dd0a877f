"""The chart in words: a table with every value, and a sentence or two for who does not see it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import NamedTuple

from qms.charts.bars import share_text, shares
from qms.charts.control import judge
from qms.charts.kinds import (
    BarChart,
    Chart,
    ControlChart,
    Fishbone,
    Point,
    SeriesChart,
    Sparkline,
    StackedBar,
)
from qms.kernel.bands import band_of

_MOST_SAID = 12
"""Rows that a description tells; the table has all."""

__all__ = ["Table", "describe", "table"]


class Table(NamedTuple):
    """Heads and rows, all texts; the first cell of a row names it."""

    heads: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]

    def look(self, column: int) -> str:
        """Give ``num`` for a column of numbers, which stands at the right."""
        cells = [row[column] for row in self.rows if row[column]]
        numbers = sum(cell.lstrip("-")[:1].isdigit() for cell in cells)
        return "num" if numbers * 2 > len(cells) else ""


def table(chart: Chart) -> Table:
    """Give every value of a chart as a table."""
    match chart:
        case SeriesChart():
            return _series(chart)
        case ControlChart():
            return _control(chart)
        case BarChart():
            return _bars(chart)
        case StackedBar():
            return _stacked(chart)
        case Fishbone():
            return _fishbone(chart)
        case Sparkline():
            rows = [
                (str(number), chart.number(value)) for number, value in enumerate(chart.values, 1)
            ]
            say = chart.words.say
            return Table((say("period"), say("value")), tuple(rows))


def _notes(chart: Chart, point: Point) -> str:
    say = chart.words.say
    said = [point.note, say("outlier") if point.outlier else "", point.change]
    return ". ".join(filter(None, said))


def _without_empty(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> Table:
    """Leave the columns out in which nothing stands; the first two stay."""
    kept = list(rows)
    used = [at for at in range(len(heads)) if at < 2 or any(row[at] for row in kept)]
    return Table(
        tuple(heads[at] for at in used), tuple(tuple(row[at] for at in used) for row in kept)
    )


def _series(chart: SeriesChart) -> Table:
    say, target = chart.words.say, chart.target
    names = [chart.name or say("value"), *(series.name for series in chart.more)]
    heads = [say("period"), *names, say("meets") if target else "", say("band"), say("note")]
    rows = []
    for at, point in enumerate(chart.points):
        others = [
            chart.number(series.points[at].value) if at < len(series.points) else ""
            for series in chart.more
        ]
        met = chart.met(point)
        band = band_of(chart.bands, point.value)
        row = [point.label, chart.number(point.value), *others]
        row += ["" if met is None else say("yes" if met else "no")]
        rows.append([*row, band.name if band else "", _notes(chart, point)])
    return _without_empty(heads, rows)


def _control(chart: ControlChart) -> Table:
    say = chart.words.say
    places = 1 if chart.places is None else chart.places
    heads = [
        say("period"), say("value"), say("n"), say("lower"), say("center"), say("higher"),
        say("out"), say("note"),
    ]  # fmt: skip
    rows = []
    for point, one in zip(chart.points, judge(chart), strict=True):
        at = one.limits
        limits = (
            [chart.number(value, places=places) for value in (at.low, at.center, at.high)]
            if (at)
            else ["", "", ""]
        )
        size = chart.style.format(point.size) if point.size is not None else ""
        named = "; ".join(say(f"{chart.rules}-{rule}") for rule in one.broken)
        rows.append(
            [point.label, chart.number(point.value), size, *limits, named, _notes(chart, point)]
        )
    return _without_empty(heads, rows)


def _bars(chart: BarChart) -> Table:
    say = chart.words.say
    heads = [
        say("thing"),
        chart.name or chart.title or say("value"),
        chart.before_name,
        say("note"),
    ]
    rows = [
        [
            bar.label,
            chart.number(bar.value),
            chart.number(bar.before) if chart.before_name else "",
            bar.note,
        ]
        for bar in chart.bars
    ]
    return _without_empty(heads, rows)


def _stacked(chart: StackedBar) -> Table:
    say = chart.words.say
    heads = [say("thing"), *(part.name for part in chart.parts), say("total"), say("note")]
    rows = []
    for row in chart.rows:
        parts = shares(row.values)
        cells = [
            _counted(chart, value, parts[at] if parts else None)
            for at, value in enumerate(row.values)
        ]
        total = sum((value or Decimal(0) for value in row.values), Decimal(0))
        rows.append([row.label, *cells, chart.style.format(total), row.note])
    return _without_empty(heads, rows)


def _counted(chart: StackedBar, value: Decimal | None, share: Decimal | None) -> str:
    if value is None:
        return chart.words.say("missing")
    count = chart.style.format(value)
    if share is None:
        return count
    return f"{count} ({share_text(chart, share)})"


def _fishbone(chart: Fishbone) -> Table:
    say = chart.words.say
    rows = [
        (
            category.name,
            " \u2190 ".join((cause.text, *cause.whys)),
            say("root") if cause.root else "",
        )
        for category in chart.categories
        for cause in category.causes
    ]
    return _without_empty((say("category"), say("cause"), say("note")), rows)


def describe(chart: Chart) -> str:
    """Say in a sentence or two what the chart shows."""
    if isinstance(chart, Fishbone):
        if not (chart.effect or chart.categories):
            return chart.words.say("empty")
        names = ", ".join(category.name for category in chart.categories)
        return f"{chart.words.say('effect')}: {chart.effect}. {names}".strip()
    if isinstance(chart, SeriesChart | ControlChart):
        return _of_points(chart)
    if isinstance(chart, Sparkline):
        known = [value for value in chart.values if value is not None]
        return _range(chart, known)
    heads, rows = table(chart)
    said = [
        f"{row[0]}: "
        + ", ".join(f"{head} {cell}" for head, cell in zip(heads[1:], row[1:], strict=True) if cell)
        for row in rows[:_MOST_SAID]
    ]
    return "; ".join(said) or chart.words.say("empty")


def _range(chart: Chart, known: Sequence[Decimal]) -> str:
    if not known:
        return chart.words.say("missing")
    return chart.words.say("range", low=chart.number(min(known)), high=chart.number(max(known)))


def _of_points(chart: SeriesChart | ControlChart) -> str:
    say, points = chart.words.say, chart.points
    if not points:
        return say("empty")
    known = [point for point in points if point.value is not None]
    first, last = points[0].label, points[-1].label
    said = [say("points", n=len(points), first=first, last=last)]
    if len(points) == 1:
        said = [say("one", first=first)]
    if chart.target is not None:
        said.append(f"{say('target')} {chart.target.describe(chart.style, chart.unit)}.")
    if known:
        latest = known[-1]
        said.append(say("last", value=chart.number(latest.value), period=latest.label))
        said.append(_range(chart, [point.value for point in known if point.value is not None]))
    if len(known) < len(points):
        said.append(say("without", n=len(points) - len(known)))
    if isinstance(chart, ControlChart):
        number = sum(1 for one in judge(chart) if one.broken)
        if number:
            said.append(say("signals", n=number))
    return " ".join(said)
