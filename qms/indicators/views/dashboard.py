"""Boards of indicators: one process in cards, all processes as a matrix of months.

Both read the rows of the list and nothing else: nothing is counted.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import date
from functools import cached_property, partial
from typing import Any, NamedTuple
from urllib.parse import urlencode

from pyramid.request import Request
from pyramid.view import view_config, view_defaults

from qms.charts import Words
from qms.content.models import organisation_of
from qms.documents.wording import show_date
from qms.exports import FORMS, Column, Kind, Table
from qms.indicators import boards, words
from qms.indicators.duties import due_day
from qms.indicators.listing import Row, catalogue_of, rows_of
from qms.indicators.models import Indicators
from qms.indicators.objectives.standing import standings
from qms.indicators.periods import Period
from qms.indicators.series import VERDICTS
from qms.indicators.shown import days_left
from qms.indicators.views.board_cards import Cards
from qms.indicators.workflow import ACTIVE
from qms.kernel.i18n import _
from qms.people.moments import local_day
from qms.profiles.api import processes_of, profile_of
from qms.security.permissions import Permission
from qms.web.i18n import translate

LATE = "late"
WITHOUT_PROCESS = "-"
"""Stands in addresses for the indicators of documents without a process."""
WAYS = {boards.UP: _("rises"), boards.DOWN: _("falls"), boards.SAME: _("stays the same")}


class Due(NamedTuple):
    """Something that somebody has to do for an indicator."""

    what: str
    """capture or analysis."""
    key: str
    day: date


class Line(NamedTuple):
    """What the part ``management_row.pt`` prints."""

    number: str
    name: str
    url: str
    target: str
    cells: tuple[tuple[int, str, str, str, str], ...]
    """Months, address, result, verdict, period."""
    way: str
    better: bool | None
    late: bool


@view_defaults(context=Indicators, request_method="GET", permission=Permission.VIEW)
class BoardsView:
    """The boards of an organisation."""

    def __init__(self, context: Indicators, request: Request) -> None:
        """Look at the indicators for one request."""
        self.context, self.request = context, request
        self.organisation = organisation_of(context)
        self.profile = profile_of(self.organisation)
        self.today = local_day(self.organisation, request.act.at)
        self.home = str(request.resource_path(context))
        self._days: dict[tuple[str, str], date] = {}
        self._left_to: dict[date, int] = {}
        self._periods: dict[str, str] = {}

    def say(self, text: Any) -> str:
        return translate(self.request, text)

    @cached_property
    def _calendar(self) -> Any:
        return self.profile.calendar()

    def period(self, key: str) -> str:
        """Name a period; the same ones come again and again."""
        if key not in self._periods:
            named = words.period_text(self.profile, Period.parse(key), self.say)
            self._periods[key] = named
        return self._periods[key]

    def dues(self, row: Row) -> Iterator[Due]:
        """Give what is to be done now for an indicator."""
        if row.state != ACTIVE:
            return
        for what, key, ends, term in (
            ("capture", row.capture_key, row.capture_ends, "capture_days"),
            ("analysis", row.analysis_key, row.analysis_ends, "analysis_days"),
        ):
            if not key or ends >= self.today.isoformat():
                continue
            day = self._days.get((ends, term))
            if day is None:
                day = due_day(ends, self._calendar, self.profile.indicators[term])
                self._days[ends, term] = day
            yield Due(what, key, day)

    def _is_late(self, row: Row) -> bool:
        """Tell whether the day has passed on which something was to be done."""
        return any(due.day < self.today for due in self.dues(row))

    def left(self, day: date) -> int:
        """Count the business days up to a day; the same days come again and again."""
        if day not in self._left_to:
            self._left_to[day] = days_left(self._calendar, self.today, day)
        return self._left_to[day]

    def target(self, row: Row) -> str:
        target = boards.target_of(row)
        return target.describe(self.profile.number_style(), row.unit) if target else ""

    def _counts(self, rows: Iterable[Row]) -> dict[str, int]:
        """Count what a board begins with: verdicts, and how many are late."""
        shown = [row for row in rows if boards.is_shown(row)]
        found = boards.counted(shown)
        late = sum(map(self._is_late, shown))
        return {**{verdict: found.get(verdict, 0) for verdict in VERDICTS}, LATE: late}

    def _score(self, rows: Iterable[Row]) -> dict[str, Any] | None:
        score = boards.score_of(rows)
        if not score.counted and not score.silent:
            return None
        share = None
        if score.share is not None:
            share = self.profile.number_style().percent(score.share)
        return {"share": share, "counted": score.counted, "silent": score.silent}

    # One process

    @view_config(name="dashboard", renderer="qms.templates:indicators/dashboard.pt")
    def dashboard(self) -> dict[str, Any]:
        """Show the indicators of one process as cards."""
        groups = self._processes()
        chosen = self._chosen(groups)
        rows = self._rows_of(chosen)
        shown = [row for row in rows if boards.is_shown(row)]
        name = next((title for ident, title, _n in groups if ident == chosen), "")
        return {
            "heading": _("Dashboard of indicators"),
            "process": name,
            "groups": [
                (title, self._board_of(ident), ident == chosen, count)
                for ident, title, count in groups
            ],
            "cards": partial(Cards(self, chosen).drawn, shown),
            "counts": self._counts(rows),
            "score": self._score(rows),
            "silent": [row for row in rows if row.state not in (ACTIVE, "indicator-ended")],
            "json": lambda: {
                "process": name,
                "counts": self._counts(rows),
                "indicators": [self._plain(row) for row in shown],
            },
        }

    def _processes(self) -> list[tuple[str, str, int]]:
        """Give the processes that have indicators: id, name, how many."""
        counts = catalogue_of(self.organisation).counts("process", {"state": [ACTIVE]})
        names = {one.id: one.name for one in processes_of(self.organisation)}
        found = [(ident, name, counts[ident]) for ident, name in names.items() if counts.get(ident)]
        every = catalogue_of(self.organisation).query({"state": [ACTIVE]}, order="number", limit=1)
        rest = every.total - sum(count for _ident, _name, count in found)
        if rest > 0:
            found.append((WITHOUT_PROCESS, self.say(_("Without a process")), rest))
        return found

    def _board_of(self, process: str) -> str:
        """Give the address of a process's board."""
        return f"{self.home}dashboard?{urlencode({'process': process})}"

    def _chosen(self, groups: list[tuple[str, str, int]]) -> str:
        """Give the process asked for, else one that the person leads, else the first."""
        known = [ident for ident, _name, _count in groups]
        asked = self.request.GET.get("process", "")
        if asked in known:
            return asked
        held = set(self.request.person.position_ids) if self.request.person else set()
        led = [one.id for one in processes_of(self.organisation) if one.leader in held]
        return next((ident for ident in led if ident in known), known[0] if known else "")

    def _rows_of(self, chosen: str) -> list[Row]:
        if chosen and chosen != WITHOUT_PROCESS:
            return rows_of(self.organisation, process=[chosen])
        active = {one.id for one in processes_of(self.organisation)}
        return [row for row in rows_of(self.organisation) if row.process_id not in active]

    def _plain(self, row: Row) -> dict[str, Any]:
        trend = boards.trend_of(row)
        return {
            "number": row.number,
            "name": row.name,
            "process": row.process,
            "period": row.key,
            "result": row.result,
            "unit": row.unit,
            "verdict": row.verdict,
            "band": row.band[0],
            "trend": trend.way,
            "better": trend.better,
            "late": self._is_late(row),
        }

    # All processes

    @view_config(name="management", renderer="qms.templates:indicators/management.pt")
    def management(self) -> dict[str, Any]:
        """Show every indicator of every process over the last twelve months."""
        rows = rows_of(self.organisation, state=[ACTIVE])
        asked = self.request.GET.get("show", "")
        kept = [row for row in rows if self._wanted(asked)(row)]
        objectives = standings(self.organisation, self.today)
        months = boards.months_before(self.today)
        names = Words(months=self.profile.date_style("screen").months)
        return {
            "heading": _("Indicators of all processes"),
            "wide": True,
            "months": [(names.month(month)[:3], str(month.year)) for month in months],
            "groups": self._groups(kept, rows, months),
            "counts": self._counts(rows),
            "score": self._score(rows),
            "objectives": objectives,
            "total": len(rows),
            "asked": asked,
            "downloads": list(FORMS.items()),
            "table": lambda: self._table(kept),
            "json": lambda: {
                "counts": self._counts(rows),
                "objectives": [one.plain for one in objectives],
                "indicators": [
                    {
                        **self._plain(row),
                        "periods": [
                            {"period": key, "result": result, "verdict": verdict}
                            for key, result, verdict in row.spark
                        ],
                    }
                    for row in kept
                ],
            },
        }

    def _wanted(self, asked: str) -> Callable[[Row], bool]:
        if asked in VERDICTS:
            return lambda row: row.verdict == asked
        if asked == LATE:
            return self._is_late
        return lambda _row: True

    def _groups(self, kept: list[Row], rows: list[Row], months: list[date]) -> list[dict[str, Any]]:
        """Give the processes in their order, each with its lines and its score."""
        order = {one.id: (one.name, at) for at, one in enumerate(processes_of(self.organisation))}
        last = (self.say(_("Without a process")), len(order))
        of: dict[tuple[str, int], list[Row]] = {}
        every: dict[tuple[str, int], list[Row]] = {}
        for found, listed in ((of, kept), (every, rows)):
            for row in listed:
                found.setdefault(order.get(row.process_id, last), []).append(row)
        return [
            {
                "name": key[0],
                "url": self._board_of(lines[0].process_id or WITHOUT_PROCESS),
                "lines": [self._line(row, months) for row in lines],
                "score": self._score(every[key]),
                "counts": self._counts(every[key]),
            }
            for key, lines in sorted(of.items(), key=lambda item: item[0][1])
        ]

    def _line(self, row: Row, months: list[date]) -> Line:
        address = f"{self.home}{row.number}/"
        trend, target = boards.trend_of(row), boards.target_of(row)
        cells = tuple(
            (
                cell.months,
                f"{address}period/{cell.key}" if cell.key else "",
                # The unit stands beside the indicator's name.
                words.bare_text(self.profile, cell.result, row.unit, target),
                cell.verdict,
                self.period(cell.key) if cell.key else "",
            )
            for cell in boards.cells_of(row, months)
        )
        return Line(
            row.number,
            row.name,
            address,
            self.target(row),
            cells,
            trend.way,
            trend.better,
            self._is_late(row),
        )

    def _table(self, rows: list[Row]) -> Table:
        """Give the last results of all indicators, to take away."""
        columns = (
            Column("number", _("Number"), Kind.CODE),
            Column("name", _("Indicator")),
            Column("process", _("Process")),
            Column("target", _("Target")),
            Column("period", _("Last period")),
            Column("result", _("Result"), Kind.NUMBER),
            Column("unit", _("Unit of measure")),
            Column("band", _("Band")),
            Column("state", _("State"), Kind.CHIP),
            Column("trend", _("Trend")),
            Column("due", _("To do by")),
        )

        def lines() -> Iterator[tuple[Any, ...]]:
            for row in rows:
                trend, dues = boards.trend_of(row), list(self.dues(row))
                yield (
                    row.number,
                    row.name,
                    row.process,
                    self.target(row),
                    self.period(row.key) if row.key else "",
                    words.rounded(row.result, row.unit, boards.target_of(row)),
                    row.unit,
                    row.band[0],
                    [row.verdict, *(["overdue"] if self._is_late(row) else [])],
                    self.say(WAYS[trend.way]) if trend.way else "",
                    show_date(self.profile, min((one.day for one in dues), default=None)),
                )

        return Table(_("Indicators of all processes"), columns, lines, total=len(rows))
