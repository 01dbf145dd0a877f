"""The way through the activities: what nothing leads to, and what leads nowhere."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from qms.documents.flow import END, next_ids, unreachable
from qms.documents.lint.data import Paper
from qms.documents.lint.findings import ERROR, WARNING, Finding
from qms.documents.lint.rules.base import SECTION, Rule
from qms.documents.lint.words import folded, quoted
from qms.documents.sections.kind import items
from qms.kernel.i18n import _

Row = Mapping[str, Any]


def rows_of(part: Any) -> list[dict[str, Any]]:
    """Give the rows that have an id, with branches that are mappings."""
    return [
        {**row, "id": str(row["id"]), "branches": items(row, "branches")}
        for row in items(part.data, "rows")
        if row.get("id")
    ]


def _name(row: Row) -> str:
    return quoted(" ".join(str(row.get(key) or "") for key in ("number", "title")).strip(), 60)


def unreached(paper: Paper, world: Any) -> Iterator[Finding]:
    """Find activities to which no way leads from the first one."""
    for part in paper.of_kind("activities"):
        rows = rows_of(part)
        lost = set(unreachable(rows))
        for row in rows:
            if row["id"] in lost:
                yield Finding(
                    "unreachable-step",
                    ERROR,
                    _("No way leads to the activity «${activity}».", {"activity": _name(row)}),
                    _("Let another activity go on to it, or take it out."),
                    section=part.id,
                    row=row["id"],
                    subject=row["id"],
                )


def nowhere(paper: Paper, world: Any) -> Iterator[Finding]:
    """Find branches to an activity that is not there."""
    for part in paper.of_kind("activities"):
        rows = rows_of(part)
        ids = {row["id"] for row in rows} | {END}
        for place, row in enumerate(rows):
            if any(to not in ids for to in next_ids(rows, place)):
                yield Finding(
                    "branch-to-nowhere",
                    ERROR,
                    _("A branch of «${activity}» leads to no activity.", {"activity": _name(row)}),
                    _("Choose where the branch goes on."),
                    section=part.id,
                    row=row["id"],
                    subject=row["id"],
                )


def endless(paper: Paper, world: Any) -> Iterator[Finding]:
    """Find activities from which no way leads to an end."""
    for part in paper.of_kind("activities"):
        rows = rows_of(part)
        for row in rows:
            if row["id"] not in ending(rows):
                yield Finding(
                    "no-way-out",
                    WARNING,
                    _("From «${activity}» no way leads to an end.", {"activity": _name(row)}),
                    _("Let one of the ways go on to the end."),
                    section=part.id,
                    row=row["id"],
                    subject=row["id"],
                )
                break


def ending(rows: Sequence[Row]) -> set[str]:
    """Give the ids of the rows from which some way leads to an end."""
    ids = {str(row["id"]) for row in rows}
    before: dict[str, set[str]] = {}
    good: set[str] = set()
    for place, row in enumerate(rows):
        goals = next_ids(rows, place)
        if not goals or any(goal == END or goal not in ids for goal in goals):
            good.add(str(row["id"]))
        for goal in goals:
            before.setdefault(goal, set()).add(str(row["id"]))
    waiting = list(good)
    while waiting:
        for one in before.get(waiting.pop(), ()):
            if one not in good:
                good.add(one)
                waiting.append(one)
    return good


def forks(paper: Paper, world: Any) -> Iterator[Finding]:
    """Find decisions with one way, and one condition with two ways."""
    for part in paper.of_kind("activities"):
        for row in rows_of(part):
            branches = row["branches"]
            if row.get("kind") == "decision" and len(branches) == 1:
                yield Finding(
                    "decision-with-one-way",
                    WARNING,
                    _("The decision «${activity}» has one way only.", {"activity": _name(row)}),
                    _("Add the other answer, or make it a plain activity."),
                    section=part.id,
                    row=row["id"],
                    subject=row["id"],
                )
            yield from _repeated(part.id, row, branches)


def _repeated(section: str, row: Row, branches: Sequence[Mapping[str, Any]]) -> Iterator[Finding]:
    goals: dict[str, str] = {}
    for branch in branches:
        condition = folded(str(branch.get("condition") or "")).strip()
        to = str(branch.get("to") or "")
        if condition and goals.setdefault(condition, to) != to:
            yield Finding(
                "route-two-destinations",
                WARNING,
                _(
                    "In «${activity}» the condition «${condition}» leads to two places.",
                    {"activity": _name(row), "condition": quoted(str(branch.get("condition")))},
                ),
                _("Say for each condition where it goes on."),
                section=section,
                row=str(row["id"]),
                subject=condition,
            )


RULES = (
    Rule("unreachable-step", _("Activity out of reach"), SECTION, unreached, told_by_gaps=True),
    Rule("branch-to-nowhere", _("Branch to nowhere"), SECTION, nowhere, told_by_gaps=True),
    Rule("no-way-out", _("No way to an end"), SECTION, endless),
    Rule("decision-with-one-way", _("Decision with one way"), SECTION, forks, told_by_gaps=True),
)
