"""Plays the year of an organisation: what its ``year.yaml`` says, in each room's own services."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

import yaml

from qms.cli.place import Work
from qms.cli.progress import progress
from qms.cli.year.aims import play_objectives
from qms.cli.year.calls import CallYear
from qms.cli.year.cases import CaseYear
from qms.cli.year.findings import FindingYear, Improver
from qms.cli.year.judging import AuditYear, ReviewYear
from qms.cli.year.measures import MeasureYear
from qms.content.models import Organisation
from qms.kernel import clock

DAYS = 365
EACH = 20
"""So many days are stored at a time."""


def play_year(
    work: Work, organisation: Organisation, folder: Path, passphrase: str
) -> dict[str, int]:
    """Play the year that ends now; gives what was made of what.

    Whoever approves a management review of the plan signs with ``passphrase``.
    """
    path = folder / "year.yaml"
    if not path.is_file():
        return {}
    plan: dict[str, Any] = yaml.safe_load(path.read_text(encoding="utf-8"))
    made: dict[str, int] = {}
    now = clock.now()

    def act(person_id: str, *, at: Any) -> Any:
        return work.act(person_id, channel="demo", at=at)

    if "cases" in plan:
        cases = CaseYear(organisation, plan["cases"], act, now)
        first = (now - timedelta(days=DAYS)).astimezone(cases.zone).date()
        label = f"{organisation.id}: cases"
        made["cases"] = _each_day(work, cases.days(first), cases.play, label)
    if "surveys" in plan:
        calls = CallYear(organisation, plan["surveys"], act, now)
        first = (now - timedelta(days=DAYS)).astimezone(calls.zone).date()
        label = f"{organisation.id}: calls"
        made["calls"] = _each_day(work, calls.days(first), calls.play, label)
    registry = work.place.registry
    measures = MeasureYear(organisation, plan.get("measures", {}), act, now, registry)
    indicators = measures.indicators()
    made["indicators"] = len(indicators)
    made["measurements"] = _each_day(
        work, indicators, measures.play, f"{organisation.id}: indicators"
    )
    if "objectives" in plan:
        made["objectives"] = play_objectives(organisation, plan["objectives"], act, now)
        work.commit()
    if "improvement" in plan:
        improver = Improver(organisation, plan["improvement"], act, now)
        made |= _improve(work, improver, passphrase)
    return made


def _improve(work: Work, improver: Improver, passphrase: str) -> dict[str, int]:
    """Play findings and audits in the order of their days, and then the review of them."""
    plan, label = improver.plan, improver.organisation.id
    found, audited = FindingYear(improver, work.place.registry), AuditYear(improver)
    plays = [(one, found.play) for one in plan["findings"]]
    plays += [(one, audited.play) for one in plan["audits"]]
    plays.sort(key=lambda pair: -int(pair[0]["days_ago"]))
    _each_day(work, plays, lambda pair: pair[1](pair[0]), f"{label}: improvement")
    ReviewYear(work, improver, passphrase).play(plan["review"])
    work.commit()
    return {"findings": len(plan["findings"]), "audits": len(plan["audits"]), "reviews": 1}


def _each_day(work: Work, days: Sequence[Any], play: Callable[[Any], int], label: str) -> int:
    made = 0
    for place, day in enumerate(progress(days, label), 1):
        made += play(day)
        if place % EACH == 0:
            work.commit()
            work.site._p_jar.cacheGC()
    work.commit()
    return made
