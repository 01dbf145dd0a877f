"""The reports of the register as plain data: what is counted, of which cases, and against what.

Four reports: by channel, the consolidated one for whoever supervises, the public one, and that of
processes. Every figure of cases knows the question that it answers, and so the list of its cases.
A figure without data is None, which is never drawn or added as zero.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from qms.content.models import Organisation
from qms.kernel.i18n import _
from qms.pqr.asking import NONE
from qms.pqr.choices import choices_of
from qms.pqr.figures import choices, mean, share
from qms.pqr.ledger import Ledger, Question, Tally, ledger_of
from qms.pqr.periods import MONTH, QUARTER, YEAR, Period
from qms.web.chips import chip_of

COUNT, PERCENT, DAYS, SCORE = "count", "percent", "days", "score"
TREND = 13
"""Months of the trend: the last one can be held against that of the year before."""


@dataclass(frozen=True)
class Measure:
    """Something that a report says of a group of cases."""

    title: Any
    kind: str
    value: Callable[[Tally], Decimal | None]
    outcome: str
    """The cases that it is made of."""


def _counted(outcome: str) -> Callable[[Tally], Decimal]:
    return lambda tally: Decimal(tally[outcome])


MEASURES = {
    "received": Measure(_("Cases received"), COUNT, _counted("received"), "received"),
    "answered": Measure(_("Answered"), COUNT, _counted("answered"), "answered"),
    "on-time": Measure(_("Answered on time"), COUNT, _counted("on-time"), "on-time"),
    "late": Measure(_("Answered late"), COUNT, _counted("late"), "late"),
    "unanswered": Measure(_("Waiting for an answer"), COUNT, _counted("unanswered"), "unanswered"),
    "share": Measure(
        _("On time, of those answered"),
        PERCENT,
        lambda tally: share(tally["on-time"], tally["answered"]),
        "answered",
    ),
    "days": Measure(
        _("Business days to the answer"), DAYS, lambda tally: mean(tally, "days"), "answered"
    ),
    "closed": Measure(_("Closed effectively"), COUNT, _counted("closed"), "closed"),
    "reopened": Measure(_("Cases opened again"), COUNT, _counted("reopened"), "reopened"),
    "transferred": Measure(_("Cases transferred"), COUNT, _counted("transferred"), "transferred"),
    "denied": Measure(_("Access to information denied"), COUNT, _counted("denied"), "denied"),
    "rating": Measure(_("Rating"), SCORE, lambda tally: mean(tally, "rating"), "rated"),
}


@dataclass(frozen=True)
class Kind:
    """One of the reports."""

    name: str
    title: Any
    says: Any
    """What it is for, in a sentence."""
    periods: tuple[str, ...]
    """Kinds of period that it can be made for, the usual one first."""
    groups: tuple[str, ...]
    """What its rows can be, the usual one first."""
    measures: tuple[str, ...]
    tiles: tuple[str, ...]


KINDS = {
    one.name: one
    for one in (
        Kind(
            "channels",
            _("Report by channel"),
            _("What came in by each channel, and how it was answered."),
            (MONTH, QUARTER, YEAR),
            ("channel",),
            ("received", "answered", "on-time", "share", "days", "closed", "reopened", "rating"),
            ("received", "share", "days", "rating"),
        ),
        Kind(
            "regulator",
            _("Consolidated report"),
            _("Cases by kind, state and timeliness, for whoever supervises the organisation."),
            (QUARTER, MONTH, YEAR),
            ("kind",),
            ("received", "on-time", "late", "unanswered", "transferred", "closed"),
            ("received", "closed", "late", "unanswered"),
        ),
        Kind(
            "public",
            _("Public report"),
            _("Received, transferred, time to the answer and access denied, open to everybody."),
            (QUARTER, MONTH, YEAR),
            ("kind",),
            ("received", "transferred", "answered", "days", "denied"),
            ("received", "transferred", "days", "denied"),
        ),
        Kind(
            "process",
            _("Report of processes"),
            _("What customers say about each process, product or reason, and what became of it."),
            (MONTH, QUARTER, YEAR),
            ("process", "product", "reason", "site"),
            ("received", "closed", "share", "days", "reopened", "rating"),
            ("received", "closed", "share", "rating"),
        ),
    )
}
"""The reports by their names."""
GROUP_TITLES = {
    "channel": _("Channel"),
    "kind": _("Kind"),
    "process": _("Process"),
    "product": _("Product or service"),
    "reason": _("Reason"),
    "site": _("Site"),
    "state": _("State"),
}


@dataclass(frozen=True)
class Cell:
    """One figure, and the cases that it is made of."""

    value: Decimal | None
    kind: str
    question: Question | None = None
    """None where there are no cases to be shown."""


@dataclass(frozen=True)
class Line:
    """One row of a table."""

    labels: tuple[str, ...]
    cells: tuple[Cell, ...]
    total: bool = False


@dataclass(frozen=True)
class Grid:
    """One table."""

    title: Any
    heads: tuple[Any, ...]
    """Titles of what names a row."""
    columns: tuple[tuple[Any, str], ...]
    """Title and kind of each column of figures."""
    lines: tuple[Line, ...]


@dataclass(frozen=True)
class Tile:
    """One main figure, with the period before and the year before."""

    title: Any
    now: Cell
    before: Cell
    year_before: Cell


@dataclass(frozen=True)
class Report:
    """One report of one period."""

    kind: Kind
    period: Period
    group: str
    tiles: tuple[Tile, ...]
    grids: tuple[Grid, ...]
    trend: tuple[tuple[Period, Decimal | None, Decimal | None], ...]
    """Month, cases received, and per cent of the answers that were on time."""
    bars: tuple[tuple[str, Decimal | None, Decimal | None], ...]
    """Label of a row, cases received now, and in the period before."""
    rates: tuple[tuple[str, tuple[Decimal, Decimal, Decimal]], ...]
    """Label of a row, and how many were answered on time, late, and not yet."""


@dataclass
class Maker:
    """Makes the reports of one organisation as somebody sees them on a day."""

    organisation: Organisation
    today: date
    translate: Callable[[Any], str] = str
    filters: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """What the whole report is narrowed to."""

    def __post_init__(self) -> None:
        """Find the ledger."""
        found = ledger_of(self.organisation)
        self.ledger: Ledger | None = found

    def has_data(self, period: Period) -> bool:
        """Tell whether the register was kept then: not before its first case, nor in the future."""
        first = self.ledger.first_month if self.ledger is not None else None
        return (
            first is not None
            and f"{period.span.last:%Y-%m}" >= first
            and period.first <= self.today
        )

    def tallies(self, period: Period, *groups: str) -> dict[tuple[Any, ...], Tally]:
        """Count the cases received in a period, by groups."""
        if self.ledger is None or not self.has_data(period):
            return {}
        return self.ledger.tallies(Question(period.span, self.filters), groups)

    def cell(
        self, name: str, tally: Tally, period: Period, filters: Mapping[str, tuple[str, ...]]
    ) -> Cell:
        """Give one figure of a tally."""
        measure = MEASURES[name]
        if not self.has_data(period):
            return Cell(None, measure.kind)
        value = measure.value(tally)
        question = Question(period.span, {**self.filters, **filters}, measure.outcome)
        return Cell(value, measure.kind, question if tally[measure.outcome] else None)

    def names(self, group: str) -> dict[str, str]:
        """Give ids and names of what a row can be, in the order of the profile."""
        if group == "state":
            return {}
        return dict(choices(group, self.organisation))

    def label(self, group: str, value: str) -> str:
        """Name one row."""
        if group == "state":
            return str(self.translate(chip_of(value).word))
        return self.names(group).get(value) or value or str(self.translate(NONE))

    def ordered(self, group: str, *found: Mapping[tuple[Any, ...], Tally]) -> list[str]:
        """Give the values of a group that occur, in the order of the profile, the unnamed last."""
        there = {key[0] for tallies in found for key in tallies}
        known = [one for one in self.names(group) if one in there]
        return [*known, *sorted(there - set(known), key=lambda one: (one == "", one))]

    def make(self, kind: Kind, period: Period, group: str) -> Report:
        """Make one report."""
        now, before, past = (
            self.tallies(one, group) for one in (period, period.before, period.year_before)
        )
        values = self.ordered(group, now, before, past)
        labels = [self.label(group, one) for one in values]
        grids = [self._grid(kind, period, group, values, (now, before, past))]
        if kind.name == "regulator":
            grids.append(self._states(period, group, values))
        return Report(
            kind,
            period,
            group,
            self._tiles(kind, period, (now, before, past)),
            tuple(grids),
            tuple(self._trend(period)),
            tuple(
                (
                    label,
                    self._number(now, one, period),
                    self._number(before, one, period.before),
                )
                for one, label in zip(values, labels, strict=True)
            ),
            tuple(
                (label, self._answers(now.get((one,), Tally())))
                for one, label in zip(values, labels, strict=True)
                if now.get((one,))
            ),
        )

    def _answers(self, tally: Tally) -> tuple[Decimal, Decimal, Decimal]:
        return (
            Decimal(tally["on-time"]),
            Decimal(tally["late"]),
            Decimal(tally["unanswered"]),
        )

    def _number(self, tallies: Mapping[Any, Tally], value: str, period: Period) -> Decimal | None:
        if not self.has_data(period):
            return None
        return Decimal(tallies.get((value,), Tally())["received"])

    def _tiles(self, kind: Kind, period: Period, found: Any) -> tuple[Tile, ...]:
        periods = (period, period.before, period.year_before)
        sums = [total(tallies) for tallies in found]
        return tuple(
            Tile(
                MEASURES[name].title,
                *(
                    self.cell(name, tally, one, {})
                    for tally, one in zip(sums, periods, strict=True)
                ),
            )
            for name in kind.tiles
        )

    def _grid(self, kind: Kind, period: Period, group: str, values: list[str], found: Any) -> Grid:
        """Make the main table: a row a group, and received in the periods it is held against."""
        periods = (period.before, period.year_before)
        lines = []
        for value in [*values, None]:
            tallies = [total(one) if value is None else one.get((value,), Tally()) for one in found]
            filters = {} if value is None else {group: (value,)}
            cells = [self.cell(name, tallies[0], period, filters) for name in kind.measures]
            cells += [
                self.cell("received", tally, one, filters)
                for tally, one in zip(tallies[1:], periods, strict=True)
            ]
            label = self.translate(_("All")) if value is None else self.label(group, value)
            lines.append(Line((label,), tuple(cells), value is None))
        columns = [(MEASURES[name].title, MEASURES[name].kind) for name in kind.measures]
        columns += [(_("Received, period before"), COUNT), (_("Received, year before"), COUNT)]
        return Grid(kind.title, (GROUP_TITLES[group],), tuple(columns), tuple(lines))

    def _states(self, period: Period, group: str, values: list[str]) -> Grid:
        """Make the table of kind, state and timeliness."""
        found = self.tallies(period, group, "state")
        shown = ("received", "on-time", "late")
        states = sorted({state for _value, state in found})
        lines = [
            Line(
                (self.label(group, value), self.label("state", state)),
                tuple(
                    self._with_state(
                        self.cell(name, found[value, state], period, {group: (value,)}), state
                    )
                    for name in shown
                ),
            )
            for value in values
            for state in states
            if (value, state) in found
        ]
        heads = (GROUP_TITLES[group], GROUP_TITLES["state"])
        columns = tuple((MEASURES[name].title, COUNT) for name in shown)
        return Grid(_("By kind, state and timeliness"), heads, columns, tuple(lines))

    def _with_state(self, cell: Cell, state: str) -> Cell:
        if cell.question is None:
            return cell
        asked = cell.question
        filters = {**asked.filters, "state": (state,)}
        return Cell(cell.value, cell.kind, Question(asked.span, filters, asked.outcome))

    def _trend(self, period: Period) -> list[tuple[Period, Decimal | None, Decimal | None]]:
        """Count the months up to the last one of the period, those of the year before included."""
        last = period.months[-1]
        found: list[tuple[Period, Decimal | None, Decimal | None]] = []
        for n in range(TREND - 1, -1, -1):
            month = last.moved(-n)
            if not self.has_data(month):
                found.append((month, None, None))
                continue
            tally = total(self.tallies(month))
            found.append(
                (month, Decimal(tally["received"]), share(tally["on-time"], tally["answered"]))
            )
        return found


def total(tallies: Mapping[Any, Tally]) -> Tally:
    """Add tallies up."""
    whole = Tally()
    for one in tallies.values():
        whole.update(one)
    return whole


def usual_period(kind: Kind, today: date) -> Period:
    """Give the last whole period of the kind that a report is usually made for."""
    return Period.of(kind.periods[0], today).before


def supervised(organisation: Organisation) -> dict[str, tuple[str, ...]]:
    """Give what the consolidated report is narrowed to by the profile: kinds, or everything."""
    kinds = tuple(choices_of(organisation).data["reports"]["regulator_kinds"])
    return {"kind": kinds} if kinds else {}
