"""Planning actions and everything that is done with them; their findings follow."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from qms.content.models import BlobFile, Organisation, organisation_of
from qms.improvement.choices import choices_of, next_number
from qms.improvement.errors import InThePast, NobodyThere, NotInTheLists, SayWhat
from qms.improvement.events import ACTION_EVENTS
from qms.improvement.listing import index_action, index_finding
from qms.improvement.models import Finding, ImprovementAction
from qms.improvement.services import findings
from qms.improvement.services.places import (
    act_data,
    active_person,
    check_process,
    evidence_of,
    open_rooms,
)
from qms.improvement.words import ACTION_KINDS
from qms.improvement.workflow import actions as flow
from qms.improvement.workflow import findings as finding_flow
from qms.kernel.acts import Act
from qms.kernel.text import clean_line
from qms.links.services import ORIGIN, Ref, link
from qms.people.models import Person, people_of
from qms.people.moments import local_day
from qms.profiles.api import profile_of

TOLD = ("due", "position", "person", "percent")


@dataclass(frozen=True)
class Planned:
    """An action as a form brought it."""

    kind: str
    title: str
    owner: str
    """``position:ID`` or ``person:ID``."""
    due: date
    text: str = ""
    evidence: str = ""
    """What will prove that it was done."""
    process: str = ""
    origin: Ref | None = None


def plan(
    organisation: Organisation,
    planned: Planned,
    *,
    finding: Finding | None = None,
    review: str = "",
    act: Act,
) -> ImprovementAction:
    """Number and keep an action, of a finding or standing alone; its owner is told."""
    if planned.kind not in ACTION_KINDS:
        raise NotInTheLists
    if not clean_line(planned.title):
        raise SayWhat
    owned = _owned(organisation, planned.owner)
    due = _checked_day(organisation, planned.due, act)
    open_rooms(organisation)
    action = ImprovementAction(
        next_number(organisation, "action_number", act),
        planned.kind,
        title=clean_line(planned.title),
        text=planned.text.strip(),
        evidence_asked=planned.evidence.strip(),
        planned_by=act.person_id,
        planned_at=act.at,
        finding=finding.number if finding is not None else "",
        round_=finding.progress.round if finding is not None else 0,
        process_id=finding.process
        if finding is not None
        else check_process(organisation, planned.process),
        review=review,
    )
    organisation["actions"].add(action.number, action)
    most = choices_of(organisation).data["extensions"]
    take(action, "planned", act, **owned, due=due, most=most)
    if finding is not None:
        findings.take(finding, "action-added", act, number=action.number)
    origin = ("finding", finding.number) if finding is not None else planned.origin
    if origin is not None:
        link(organisation, ("action", action.number), origin, ORIGIN, subject=action, act=act)
    return action


def _owned(organisation: Organisation, owner: str) -> dict[str, str]:
    what, _colon, key = owner.partition(":")
    people = people_of(organisation)
    if what == "person":
        return {"person": active_person(organisation, key).id, "position": ""}
    if what != "position" or people["positions"].get(key) is None or not people.holders(key):
        raise NobodyThere
    return {"position": key, "person": ""}


def _checked_day(organisation: Organisation, due: date, act: Act) -> str:
    """Give the day, or the next business day after it; refuse one that is over."""
    if due < local_day(organisation, act.at):
        raise InThePast
    found: date = profile_of(organisation).calendar().next_business_day(due)
    return found.isoformat()


def take(action: ImprovementAction, kind: str, act: Act, /, **values: Any) -> flow.Progress:
    """Append one act, index the action, and tell."""
    now = action.take({**act_data(action, kind, act), **values})
    index_action(action)
    finding = finding_of(action)
    if finding is not None:
        index_finding(finding)
    facts = {name: values[name] for name in TOLD if values.get(name) not in (None, "")}
    act.notify(ACTION_EVENTS[kind](action, act, facts))
    return now


def finding_of(action: ImprovementAction) -> Finding | None:
    """Give the finding that an action is for, or None."""
    register = organisation_of(action)["findings"]
    found: Finding | None = register.get(action.finding) if action.finding else None
    return found


def owners(action: ImprovementAction) -> list[Person]:
    """List the persons who own it now."""
    now, people = action.progress, people_of(organisation_of(action))
    if now.person:
        person = people["persons"].get(now.person)
        return [person] if person is not None and person.active else []
    return people.holders(now.position)


def _tell_finding(action: ImprovementAction, to: str, act: Act, **values: Any) -> None:
    finding = finding_of(action)
    if finding is not None and action.number in finding.progress.actions:
        findings.take(finding, "action-moved", act, number=action.number, to=to, **values)


# What is done with one


def note(
    action: ImprovementAction,
    text: str,
    *,
    percent: int | None = None,
    files: Iterable[BlobFile] = (),
    act: Act,
) -> None:
    """Note how far it is."""
    shown = evidence_of(action, files, "")
    take(action, "noted", act, text=text.strip(), percent=percent, **shown)


def reassign(action: ImprovementAction, owner: str, reason: str, *, act: Act) -> None:
    """Give it to another position or person."""
    owned = _owned(organisation_of(action), owner)
    take(action, "reassigned", act, **owned, reason=reason.strip())


def extend(action: ImprovementAction, due: date, reason: str, *, act: Act) -> None:
    """Move its day, as often as the profile allows it."""
    day = _checked_day(organisation_of(action), due, act)
    take(action, "extended", act, due=day, reason=reason.strip())


def finish(
    action: ImprovementAction,
    text: str,
    *,
    files: Iterable[BlobFile] = (),
    record: str = "",
    act: Act,
) -> None:
    """Say that it is done, with evidence; somebody else verifies it."""
    shown = evidence_of(action, files, record)
    take(action, "done", act, text=text.strip(), **shown)
    _tell_finding(action, finding_flow.DONE_ACTION, act)


def give_back(action: ImprovementAction, reason: str, *, act: Act) -> None:
    """Return what was called done, with the reason."""
    take(action, "returned", act, reason=reason.strip())
    _tell_finding(action, finding_flow.OPEN_ACTION, act)


def verify(action: ImprovementAction, text: str, *, act: Act) -> None:
    """Verify that it was done; none of its owners does it."""
    held = sorted({one.id for one in owners(action)})
    before = action.progress
    take(action, "verified", act, text=text.strip(), owners=held)
    shown = before.evidence or {}
    _tell_finding(
        action,
        finding_flow.VERIFIED_ACTION,
        act,
        record=f"{action.number} {shown.get('record', '')}".strip(),
        doers=sorted({*held, before.done_by}),
    )


def cancel(action: ImprovementAction, reason: str, *, act: Act) -> None:
    """Give it up, with the reason."""
    take(action, "cancelled", act, reason=reason.strip())
    _tell_finding(action, finding_flow.CANCELLED_ACTION, act)


def cancel_all(finding: Finding, reason: str, *, act: Act) -> None:
    """Cancel what is still open of a finding."""
    register = organisation_of(finding)["actions"]
    for number in list(finding.progress.actions):
        if register[number].state in flow.PENDING:
            cancel(register[number], reason, act=act)


def cancel_finding(finding: Finding, reason: str, *, act: Act) -> None:
    """Cancel a finding and what is still open of its plan, with the reason."""
    cancel_all(finding, reason, act=act)
    findings.take(finding, "cancelled", act, reason=reason.strip())


def merge_finding(finding: Finding, into: str, reason: str, *, act: Act) -> None:
    """Merge a finding into another one; its actions are cancelled, those there go on."""
    cancel_all(finding, reason, act=act)
    findings.merge(finding, into, reason, act=act)
