"""What findings, actions, audits and risks tell a management review (9.3.2 a, c, e, f)."""

from __future__ import annotations

from collections import Counter
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from qms.charts import Bar, BarChart, Words
from qms.documents.management_inputs import InputBlock, InputRow
from qms.improvement.choices import choices_of
from qms.improvement.counting import action_at, finding_at
from qms.improvement.models import Audit
from qms.improvement.risks import risks_of
from qms.improvement.workflow import actions as action_flow
from qms.improvement.workflow import audits as audit_flow
from qms.improvement.workflow import findings as finding_flow
from qms.kernel.i18n import _
from qms.profiles.api import profile_of


def _within(day: str | None, first: date, last: date) -> bool:
    return day is not None and first.isoformat() <= day <= last.isoformat()


def _action_rows(found: list[action_flow.Progress], last: date) -> list[InputRow]:
    pending = [one for one in found if one.state in action_flow.PENDING]
    late = [one for one in pending if one.due < last.isoformat()]
    states = Counter(one.state for one in found)
    return [
        InputRow(_("Actions planned"), len(found)),
        InputRow(_("Verified"), states[action_flow.VERIFIED]),
        InputRow(_("Under way"), len(pending)),
        InputRow(_("Overdue at the cut date"), len(late)),
        InputRow(_("Cancelled"), states[action_flow.CANCELLED]),
    ]


def former_decisions(organisation: Any, first: date, last: date, at: datetime) -> InputBlock:
    """Tell how the actions stand that earlier reviews decided."""
    every = organisation["actions"].values()
    found = [action_at(one, last) for one in every if one.review]
    rows = _action_rows([one for one in found if one.state], last)
    return InputBlock(rows, links=((_("Actions"), "actions?source=review"),))


def findings(organisation: Any, first: date, last: date, at: datetime) -> InputBlock:
    """Count findings at the cut date, and what came and went in the span."""
    every = list(organisation["findings"].values())
    now = [(one, finding_at(one, last)) for one in every]
    there = [(one, how) for one, how in now if how.state]
    days = [str(one.acts[0]["day"]) for one, _how in there]
    opened = [how for _one, how in there if how.state in finding_flow.OPEN]
    closed = [
        how
        for one, how in there
        if how.state == finding_flow.CLOSED and _within(_closing_day(one, last), first, last)
    ]
    checks = [
        check for _one, how in there for check in how.checks if _within(check["day"], first, last)
    ]
    rows = [
        InputRow(
            _("Findings reported in the span"), sum(_within(one, first, last) for one in days)
        ),
        InputRow(_("Findings open at the cut date"), len(opened)),
        InputRow(_("Findings closed in the span"), len(closed)),
        InputRow(_("Checks of effectiveness in the span"), len(checks)),
        InputRow(_("Checks that failed"), sum(not one["effective"] for one in checks)),
    ]
    kinds = Counter(how.kind for how in opened if how.kind)
    return InputBlock(
        rows,
        charts=(lambda translate: _by_kind(organisation, kinds, translate),) if kinds else (),
        links=((_("Findings"), "findings"),),
    )


def _closing_day(finding: Any, last: date) -> str | None:
    day = last.isoformat()
    closings = (one["day"] for one in reversed(finding.acts) if one["kind"] == "closed")
    return next((one for one in closings if one <= day), None)


def _by_kind(organisation: Any, kinds: Counter[str], translate: Any) -> BarChart:
    choices = choices_of(organisation)
    bars = tuple(
        Bar(choices.name("kinds", one), Decimal(count)) for one, count in sorted(kinds.items())
    )
    return BarChart(
        title=translate(_("Open findings by kind")),
        bars=bars,
        horizontal=True,
        style=profile_of(organisation).number_style(),
        words=Words.of(translate),
    )


def corrective_actions(organisation: Any, first: date, last: date, at: datetime) -> InputBlock:
    """Tell how the actions of findings stand, and how many were done by their day."""
    every = organisation["actions"].values()
    found = [how for one in every if one.finding and (how := action_at(one, last)).state]
    due = [
        one for one in found if _within(one.due, first, last) and one.state != action_flow.CANCELLED
    ]
    on_time = [one for one in due if one.done_day is not None and one.done_day <= one.due]
    rows = [
        *_action_rows(found, last),
        InputRow(_("Due in the span"), len(due)),
        InputRow(_("Done by their day"), len(on_time), _("of ${n}", {"n": len(due)})),
    ]
    return InputBlock(rows, links=((_("Actions"), "actions"),))


def audits(organisation: Any, first: date, last: date, at: datetime) -> InputBlock:
    """Tell what was audited in the span, and what it found."""
    held = [one for one in organisation["audits"].values() if isinstance(one, Audit)]
    day = last.isoformat()
    now = [audit_flow.progress([act for act in one.acts if act["day"] <= day]) for one in held]
    planned = [
        one
        for one in now
        if one.state
        and one.state != audit_flow.CANCELLED
        and _within(one.plan["last"], first, last)
    ]
    over = (audit_flow.REPORTED, audit_flow.CLOSED)
    done = [one for one in planned if one.state in over]
    verdicts = Counter(said["verdict"] for one in done for said in one.answers.values())
    return InputBlock(
        (
            InputRow(_("Audits planned in the span"), len(planned)),
            InputRow(_("Audits concluded"), len(done), _("of ${n}", {"n": len(planned)})),
            InputRow(_("Questions answered"), sum(verdicts.values())),
            InputRow(_("Nonconformities found"), verdicts[audit_flow.FAILS]),
            InputRow(_("Observations found"), verdicts[audit_flow.OBSERVED]),
        ),
        links=((_("Audits"), "audits"),),
    )


def risks(organisation: Any, first: date, last: date, at: datetime) -> InputBlock:
    """Tell how many risks documents in force declare, and which updates findings asked for."""
    every = [finding_at(one, last) for one in organisation["findings"].values()]
    asked = [one for one in every if one.risk_needed]
    return InputBlock(
        (
            InputRow(_("Risks declared by documents in force"), len(risks_of(organisation))),
            InputRow(_("Findings that ask for other risks"), len(asked)),
            InputRow(_("of which updated"), sum(bool(one.risk_documents) for one in asked)),
        ),
        links=((_("Risks"), "risks"),),
    )


def opportunities(organisation: Any, first: date, last: date, at: datetime) -> InputBlock:
    """Tell which improvement actions there are."""
    every = organisation["actions"].values()
    found = [action_at(one, last) for one in every if one.kind == "improvement"]
    rows = _action_rows([one for one in found if one.state], last)
    return InputBlock(rows, links=((_("Actions"), "actions?kind=improvement"),))
