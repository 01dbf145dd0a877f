"""From closing date, rule and calendar to phase: when a record moves on, and what becomes of it.

Everything here is a pure function of plain values. Years are calendar years; a day that is no
business day moves to the next one, and 29 February to 1 March, so no record is ever early.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

KEEP, ELIMINATE, SELECT, MEDIUM = "CT", "E", "S", "M"
DISPOSITIONS = (KEEP, ELIMINATE, SELECT, MEDIUM)
CLOSED, WHOLE = "closed", "whole"
CLOSING, NEXT_YEAR = "closing", "next-year"

OFFICE, TRANSFER, CENTRAL = "retention-office", "retention-transfer", "retention-central"
DUE, FOR_EVER, HISTORICAL = "retention-due", "retention-for-ever", "retention-historical"
UNKNOWN, UNRULED, DISPOSED = "retention-unknown", "retention-unruled", "retention-disposed"
PHASES = (OFFICE, TRANSFER, CENTRAL, DUE, FOR_EVER, HISTORICAL, UNKNOWN, UNRULED, DISPOSED)

Moved = Callable[[date], date]
"""Gives the business day on which something falls that falls on this day."""


@dataclass(frozen=True)
class Rule:
    """How long records of a series are kept where, and what becomes of them afterwards."""

    valid_from: date
    """Records that were closed from this day on follow it."""
    office_years: int
    central_years: int
    disposition: str
    counted_from: str = CLOSED
    earlier: bool = False
    """Whether records that were closed before follow it, too."""
    count_from: str = CLOSING

    @classmethod
    def of(cls, data: Mapping[str, Any]) -> Rule:
        """Read a rule as it is stored."""
        return cls(
            valid_from=date.fromisoformat(data["valid_from"]),
            office_years=int(data["office_years"]),
            central_years=int(data["central_years"]),
            disposition=str(data["disposition"]),
            counted_from=str(data["counted_from"]),
            earlier=bool(data.get("earlier")),
            count_from=str(data.get("count_from") or CLOSING),
        )


@dataclass(frozen=True)
class Term:
    """The days of one record."""

    closed_on: date
    transfer_on: date
    """From this day it goes from the office's archive to the central one."""
    disposal_on: date
    """From this day the final disposition is due."""
    disposition: str
    through_central: bool
    """Whether it spends time in the central archive, and so is transferred first."""


def rule_for(rules: Iterable[Rule], closed_on: date, today: date) -> Rule | None:
    """Choose the rule of a record: the one of the day on which it was closed.

    A later one counts where it says so. A record from before the first rule follows that one.
    Rules that begin after ``today`` count for nothing yet.
    """
    known = sorted(
        (one for one in rules if one.valid_from <= today), key=lambda one: one.valid_from
    )
    fitting = [one for one in known if one.earlier or one.valid_from <= closed_on]
    if fitting:
        return fitting[-1]
    return known[0] if known else None


def term(closed_on: date, rule: Rule, moved: Moved) -> Term:
    """Compute the days of a record under a rule."""
    start = closed_on
    if rule.count_from == NEXT_YEAR:
        start = date(closed_on.year + 1, 1, 1)
    return Term(
        closed_on,
        moved(years_later(start, rule.office_years)),
        moved(years_later(start, rule.office_years + rule.central_years)),
        rule.disposition,
        through_central=rule.central_years > 0,
    )


def years_later(day: date, years: int) -> date:
    """Give the same day so many years later; of 29 February, 1 March where there is none."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return date(day.year + years, 3, 1)


def phase(own: Term, today: date, *, transferred: bool = False, archived: bool = False) -> str:
    """Tell where a record stands on a day.

    ``transferred`` to the central archive, ``archived`` in the historical one, both by an act.
    What is kept for ever never becomes due, and nothing is due before it was transferred.
    """
    if archived:
        return HISTORICAL
    if today < own.transfer_on:
        return OFFICE
    if own.through_central and not transferred:
        return TRANSFER
    if today < own.disposal_on:
        return CENTRAL
    return FOR_EVER if own.disposition == KEEP else DUE
