"""What objectives tell a management review (ISO 9001:2015, 9.3.2 c 2): to what extent they are met.

Objectives are as their acts had them at the end of the cut date, and the results of their
indicators are those of the last period that was over by then.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Any

from qms.documents.management_inputs import InputBlock, InputRow
from qms.documents.wording import show_date
from qms.indicators.boards import target_of
from qms.indicators.listing import Row, Spark
from qms.indicators.management import results
from qms.indicators.objectives import workflow
from qms.indicators.objectives.models import Objective
from qms.indicators.objectives.services import NAME
from qms.indicators.objectives.standing import ENDED, together
from qms.indicators.words import number_text
from qms.kernel.i18n import _
from qms.people.models import people_of
from qms.people.moments import local_day
from qms.profiles.api import Profile, profile_of


def at_end_of(objective: Objective, last: date) -> workflow.Progress:
    """Give how far an objective was at the end of a day; its state is empty before it was set."""
    acts = [
        one
        for one in objective.acts
        if local_day(objective, datetime.fromisoformat(one["at"])) <= last
    ]
    return workflow.progress(acts)


def prepare(organisation: Any, first: date, last: date, _at: datetime) -> InputBlock:
    """List the objectives whose period touches the span, with owner and what measures them."""
    known = {row.number: (row, spark) for row, spark in results(organisation, first, last)}
    profile, people = profile_of(organisation), people_of(organisation)
    found = [
        (one, now)
        for one in (organisation[NAME].values() if NAME in organisation else ())
        if (now := at_end_of(one, last)).state
        and now.facts["first"] <= last.isoformat()
        and now.facts["last"] >= first.isoformat()
    ]
    states = [now.state for _one, now in found]
    rows = [
        InputRow(_("Objectives being pursued"), states.count(workflow.ACTIVE)),
        InputRow(_("Objectives reached"), states.count(workflow.REACHED)),
        InputRow(_("Objectives not reached"), states.count(workflow.MISSED)),
        *(_row(profile, people.position_name, one, now, known) for one, now in found),
    ]
    return InputBlock(rows, links=((_("Objectives"), NAME),))


def _row(
    profile: Profile,
    position: Callable[[str], str],
    objective: Objective,
    now: workflow.Progress,
    known: Mapping[str, tuple[Row, Spark]],
) -> InputRow:
    facts = now.facts
    measured = [(number, *known.get(number, (None, None))) for number in now.indicators]
    said = [
        f"{number}: {number_text(profile, spark.result, row.unit, target_of(row)) or '—'}"
        for number, row, spark in measured
        if row is not None and spark is not None
    ]
    verdict = together(ENDED if spark is None else spark.verdict for _n, _u, spark in measured)
    owner = position(facts["owner"]) if facts["owner"] else "—"
    span = f"{show_date(profile, facts['first'])} – {show_date(profile, facts['last'])}"
    return InputRow(
        f"{objective.number} · {facts['text']}",
        facts["target"] or "—",
        " · ".join([owner, span, *said]),
        verdict if now.state == workflow.ACTIVE else now.state,
    )
