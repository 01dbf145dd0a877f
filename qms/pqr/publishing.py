"""The public report: figures that quality staff publish on purpose, frozen, without small numbers.

What is published is a list of acts per period: ``published`` with the figures as they were that
day, ``withdrawn`` with the reason. Numbers below the profile's threshold are hidden, and whatever
would tell them together with totals and other periods (:mod:`qms.pqr.disclosure`).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from BTrees.OOBTree import OOBTree
from persistent.list import PersistentList

from qms.content.annexes import annex_of
from qms.content.models import Organisation
from qms.kernel.acts import Act
from qms.kernel.errors import Refused
from qms.kernel.text import clean_line
from qms.pqr.choices import choices_of
from qms.pqr.disclosure import TOTAL, hide
from qms.pqr.events import CaseReportPublished, CaseReportWithdrawn
from qms.pqr.periods import Period
from qms.pqr.reports import COUNT, Report
from qms.pqr.services import NAME

ROOM = "pqr.public-reports"
GUARD = "guard"
"""Beside the periods: what every publication writes."""
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
    threshold = choices_of(organisation).data["reports"]["hide_below"]
    figures = frozen(report, threshold, publications(organisation))
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
    stored = annex_of(organisation, ROOM, OOBTree)
    # Periods are published one after the other, since each looks at what the others tell.
    stored[GUARD] = act.at.isoformat()
    if str(period) not in stored:
        stored[str(period)] = PersistentList()
    stored[str(period)].append({**values, "by": act.person_id, "at": act.at.isoformat()})


# Freezing


def frozen(report: Report, threshold: int, beside: Iterable[Publication] = ()) -> dict[str, Any]:
    """Give the main table of a report as plain data, small numbers hidden.

    A figure is its digits, ``hidden``, or None without data. An average is hidden with the number
    of cases that it is made of. ``beside`` is what is published of other periods.
    """
    lines, names = report.grids[0].lines, report.kind.measures
    near, gone = list(beside), {}
    for n, name in enumerate(names):
        column = {
            _row(line.labels[0], total=line.total): line.cells[n].value or Decimal(0)
            for line in lines
            if line.cells[n].kind == COUNT
        }
        told = {one.period: _told(one, name) for one in near if name in one.figures["columns"]}
        gone[name] = hide(report.period, column, threshold, told)
    rows = []
    for line in lines:
        row = _row(line.labels[0], total=line.total)
        of_average = row in gone.get("answered", ())
        figures = [
            HIDDEN
            if row in gone[name] or (of_average and cell.kind != COUNT and cell.value is not None)
            else _written(cell.value)
            for name, cell in zip(names, line.cells, strict=False)
        ]
        rows.append({"label": line.labels[0], "total": line.total, "figures": figures})
    return {"columns": list(names), "rows": rows, "threshold": threshold}


def _row(label: str, *, total: bool) -> str | None:
    return TOTAL if total else label


def _told(one: Publication, name: str) -> dict[str | None, Decimal | None]:
    """Give a column of what is published, as its readers see it."""
    place = one.figures["columns"].index(name)
    values = {
        _row(row["label"], total=row["total"]): row["figures"][place] for row in one.figures["rows"]
    }
    return {row: None if value == HIDDEN else Decimal(value or 0) for row, value in values.items()}


def _written(value: Decimal | None) -> str | None:
    if value is None:
        return None
    return str(value if value == value.to_integral_value() else round(value, 1))
