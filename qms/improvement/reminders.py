"""The worker's reminders: actions, classifications, checks and audits, once per threshold.

What was told is kept at the thing in the same transaction as the letter, so a round may run twice
or after days without any: a threshold that passed meanwhile is still told, once.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

from qms.content.models import organisation_of
from qms.documents.reminders import Round
from qms.documents.wording import show_date
from qms.improvement.choices import choices_of
from qms.improvement.letters import ImprovementLetters
from qms.improvement.listing import (
    ACTIONS,
    AUDITS,
    FINDINGS,
    ActionRow,
    AuditRow,
    FindingRow,
    rows,
)
from qms.improvement.models import Finding
from qms.improvement.services import actions
from qms.improvement.services.places import quality_staff
from qms.improvement.workflow import actions as action_flow
from qms.improvement.workflow import audits as audit_flow
from qms.improvement.workflow import findings as finding_flow
from qms.kernel.i18n import _
from qms.people.models import Person, people_of
from qms.profiles.api import profile_of


def write_reminders(one: Round, letters: ImprovementLetters) -> int:
    """Remind of what is due; gives the number of letters."""
    if "findings" not in one.organisation or not one.is_time():
        return 0
    stages = choices_of(one.organisation).data["reminders"]
    written = 0
    for content, day, persons, subject in (*_actions(one), *_findings(one), *_audits(one)):
        # A new day, after an extension or in a new round, is reminded of anew.
        passed = [f"{day} {stage}" for stage in one.passed(date.fromisoformat(day), stages)]
        fresh = [stage for stage in passed if stage not in content.told]
        if fresh:
            content.told = (*content.told, *fresh)
            # Of several that passed meanwhile, the last one says it all.
            written += letters.remind(content, persons, subject, fresh[-1], one.act)
            one.commit()
    return written


Due = tuple[Any, str, list[Person], Any]


def _values(one: Round, row: ActionRow | FindingRow) -> dict[str, object]:
    return {"number": row.number, "day": show_date(profile_of(one.organisation), row.due)}


def _actions(one: Round) -> Iterator[Due]:
    register = one.organisation["actions"]
    found: list[ActionRow] = rows(one.organisation, ACTIONS, {"state": [action_flow.OPEN]})
    for row in found:
        action = register[row.number]
        subject = _("[${number}] An action is due on ${day}", _values(one, row))
        persons = actions.owners(action)
        if row.due < one.today.isoformat():
            subject = _("[${number}] An action is overdue since ${day}", _values(one, row))
            persons = [*persons, *quality_staff(one.organisation)]
        yield action, row.due, persons, subject


def _findings(one: Round) -> Iterator[Due]:
    register = one.organisation["findings"]
    states = [finding_flow.REPORTED, finding_flow.WAITING]
    found: list[FindingRow] = rows(one.organisation, FINDINGS, {"state": states})
    for row in found:
        finding, values = register[row.number], _values(one, row)
        if row.state == finding_flow.REPORTED:
            subject = _("[${number}] Classify this finding by ${day}", values)
            yield finding, row.due, quality_staff(one.organisation), subject
        else:
            subject = _("[${number}] The effectiveness can be checked from ${day} on", values)
            yield finding, row.due, checkers(finding), subject


def _audits(one: Round) -> Iterator[Due]:
    register, people = one.organisation["audits"], people_of(one.organisation)
    states = [audit_flow.PLANNED, audit_flow.RUNNING]
    found: list[AuditRow] = rows(one.organisation, AUDITS, {"state": states})
    for row in found:
        planned = row.state == audit_flow.PLANNED
        day = row.first if planned else row.last
        shown = show_date(profile_of(one.organisation), day)
        values: dict[str, object] = {"number": row.number, "day": shown}
        subject = _("[${number}] The audit ends on ${day}", values)
        if planned:
            subject = _("[${number}] The audit begins on ${day}", values)
        team = [people.person(each) for each in register[row.number].progress.team]
        yield register[row.number], day, team or quality_staff(one.organisation), subject


def checkers(finding: Finding) -> list[Person]:
    """List who may check its effectiveness: quality, auditors and its leader, but no doer."""
    now = finding.progress
    people = people_of(organisation_of(finding))
    return [
        one
        for one in people.persons()
        if {"quality", "auditor"} & set(one.roles) and finding_flow.may_check(now, one.id)
    ]
