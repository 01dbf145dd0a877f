"""The public report: figures that quality staff publish on purpose, frozen, without small numbers.

What is published is a list of acts per period: ``published`` with the figures as they were that
day, ``withdrawn`` with the reason. Numbers below the profile's threshold are hidden, and with a
lone hidden number of a column its smallest neighbour, since the total would tell it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from BTrees.OOBTree import OOBTree
from persistent.list import PersistentList

from qms.content.models import Organisation
from qms.kernel.acts import Act
from qms.kernel.errors import Refused
from qms.kernel.text import clean_line
from qms.pqr.choices import choices_of
from qms.pqr.events import CaseReportPublished, CaseReportWithdrawn
from qms.pqr.periods import Period
from qms.pqr.reports import COUNT, Cell, Report
from qms.pqr.services import NAME

ROOM = "pqr.public-reports"
HIDDEN = "hidden"
PUBLISHED, WITHDRAWN = "published", "withdrawn"


class PeriodNotOver(Refused):
    """This period is not over yet; publish it from ${day} on."""


class NothingToPublish(Refused):
    """The register has no cases of this period; there is nothing to publish."""


class NotPublished(Refused):
    """There is no published report of this period."""


class ReasonMissing(Refused):
    """Say why the report is withdrawn."""


@dataclass(frozen=True)
class Publication:
    """What the public sees of one period."""

    period: Period
    at: str
    """ISO moment of publication."""
    figures: dict[str, Any]
    """``columns`` (names of measures), ``rows`` and ``threshold``; see :func:`frozen`."""


def _acts(organisation: Organisation, period: str) -> Any:
    stored = organisation.annexes.get(ROOM)
    return () if stored is None else stored.get(period, ())


def publication(organisation: Organisation, period: Period) -> Publication | None:
    """Give what is published of a period; None for nothing, or not any more."""
    acts = _acts(organisation, str(period))
    last = acts[-1] if acts else None
    if last is None or last["kind"] != PUBLISHED:
        return None
    return Publication(period, last["at"], last["figures"])


def publications(organisation: Organisation) -> list[Publication]:
    """Give everything that is published, the newest period first."""
    stored = organisation.annexes.get(ROOM) or ()
    periods = [Period.parse(name) for name in stored]
    found = [publication(organisation, period) for period in periods if period is not None]
    return sorted(
        (one for one in found if one is not None),
        key=lambda one: (one.period.span.last, one.period.first),
        reverse=True,
    )


def publish(organisation: Organisation, report: Report, *, today: date, act: Act) -> Publication:
    """Publish a report of a period that is over, as its figures are now."""
    period = report.period
    if today <= period.span.last:
        raise PeriodNotOver(day=period.after.first.isoformat())
    if not any(cell.value for line in report.grids[0].lines for cell in line.cells):
        raise NothingToPublish
    figures = frozen(report, choices_of(organisation).data["reports"]["hide_below"])
    _take(organisation, period, {"kind": PUBLISHED, "figures": figures}, act)
    act.notify(CaseReportPublished(organisation[NAME], act, period=str(period)))
    made = publication(organisation, period)
    assert made is not None  # noqa: S101 - taken just now
    return made


def withdraw(organisation: Organisation, period: Period, reason: str, *, act: Act) -> None:
    """Take what was published of a period off the public page."""
    if publication(organisation, period) is None:
        raise NotPublished
    if not clean_line(reason):
        raise ReasonMissing
    _take(organisation, period, {"kind": WITHDRAWN, "reason": reason.strip()}, act)
    act.notify(CaseReportWithdrawn(organisation[NAME], act, period=str(period)))


def _take(organisation: Organisation, period: Period, values: dict[str, Any], act: Act) -> None:
    if ROOM not in organisation.annexes:
        organisation.annexes[ROOM] = OOBTree()
    stored = organisation.annexes[ROOM]
    if str(period) not in stored:
        stored[str(period)] = PersistentList()
    stored[str(period)].append({**values, "by": act.person_id, "at": act.at.isoformat()})


# Freezing


def frozen(report: Report, threshold: int) -> dict[str, Any]:
    """Give the main table of a report as plain data, small numbers hidden.

    A figure is its digits, ``hidden``, or None without data. An average is hidden with the number
    of cases that it is made of.
    """
    grid = report.grids[0]
    names = report.kind.measures
    shown = range(len(names))
    columns = [_hidden([line.cells[n] for line in grid.lines], threshold) for n in shown]
    answered = names.index("answered") if "answered" in names else None
    rows = []
    for place, line in enumerate(grid.lines):
        figures = [columns[n][place] for n in shown]
        if answered is not None and figures[answered] == HIDDEN:
            figures = [
                HIDDEN if line.cells[n].kind != COUNT and line.cells[n].value is not None else one
                for n, one in enumerate(figures)
            ]
        rows.append({"label": line.labels[0], "total": line.total, "figures": figures})
    return {"columns": list(names), "rows": rows, "threshold": threshold}


def _hidden(cells: list[Cell], threshold: int) -> list[str | None]:
    """Write one column, the total last; hide what is small and what would tell it."""
    small = {
        place
        for place, cell in enumerate(cells)
        if cell.kind == COUNT and cell.value is not None and 0 < cell.value < threshold
    }
    total = len(cells) - 1
    others = sorted(
        (cell.value, place)
        for place, cell in enumerate(cells[:-1])
        if cell.value and place not in small
    )
    # What is left of the total is what the hidden ones add up to: two ones would be known by it.
    while small and total not in small and _known(cells, small, threshold):
        small |= {others.pop(0)[1]} if others else {total}
    return [HIDDEN if place in small else _written(cell.value) for place, cell in enumerate(cells)]


def _known(cells: list[Cell], hidden: set[int], threshold: int) -> bool:
    """Tell whether the rest of the total would tell what is hidden: one alone, or a small sum."""
    return len(hidden) == 1 or sum(cells[place].value or 0 for place in hidden) < threshold


def _written(value: Decimal | None) -> str | None:
    if value is None:
        return None
    return str(value if value == value.to_integral_value() else round(value, 1))
