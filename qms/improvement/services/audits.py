"""Audit programmes and audits: planned, staffed, carried out, followed up until all is closed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from qms.content.guards import insist_on
from qms.content.models import BlobFile, Organisation, organisation_of
from qms.improvement import checklists
from qms.improvement.choices import next_number
from qms.improvement.errors import (
    FindingsOpen,
    NotInTheLists,
    ProgrammeNotApproved,
    SayWhat,
    SpanBackwards,
    WrongMoment,
    YearTaken,
)
from qms.improvement.events import AUDIT_EVENTS, PROGRAMME_EVENTS
from qms.improvement.independence import check_independent
from qms.improvement.listing import index_audit
from qms.improvement.models import Audit, AuditProgramme, Finding
from qms.improvement.services import findings
from qms.improvement.services.places import act_data, active_person, evidence_of, open_rooms
from qms.improvement.workflow import audits as flow
from qms.improvement.workflow import findings as finding_flow
from qms.kernel.acts import Act
from qms.kernel.text import clean_line

TOLD = ("lead", "team", "question", "verdict", "reason", "number")
PROGRAMME_FACTS = ("objective", "criteria", "scope", "resources")


# Programmes


def plan_programme(
    organisation: Organisation, year: int, facts: Mapping[str, str], *, act: Act
) -> AuditProgramme:
    """Begin the programme of a year; there is one."""
    open_rooms(organisation)
    name = f"programme-{year}"
    if name in organisation["audits"]:
        raise YearTaken(year=year)
    programme = AuditProgramme(year, planned_by=act.person_id)
    organisation["audits"].add(name, programme)
    _take_programme(programme, "planned", act, **_facts(facts))
    return programme


def _facts(facts: Mapping[str, str]) -> dict[str, str]:
    found = {key: str(facts.get(key) or "").strip() for key in PROGRAMME_FACTS}
    if not found["objective"] or not found["criteria"] or not found["scope"]:
        raise SayWhat
    return found


def _take_programme(programme: AuditProgramme, kind: str, act: Act, /, **values: Any) -> None:
    programme.take({**act_data(programme, kind, act), **values})
    act.notify(PROGRAMME_EVENTS[kind](programme, act))


def change_programme(programme: AuditProgramme, facts: Mapping[str, str], *, act: Act) -> None:
    """Write the facts of a draft anew."""
    _take_programme(programme, "changed", act, **_facts(facts))


def approve_programme(programme: AuditProgramme, *, act: Act) -> None:
    """Approve it; audits of the year can begin."""
    _take_programme(programme, "approved", act)


def close_programme(programme: AuditProgramme, *, act: Act) -> None:
    """Close it, once each of its audits is closed or cancelled."""
    register = organisation_of(programme)["audits"]
    for one in audits_of(organisation_of(programme), programme.year):
        if one.state not in (flow.CLOSED, flow.CANCELLED):
            raise WrongMoment
        insist_on(register[one.number].acts)
    _take_programme(programme, "closed", act)


def programme_of(organisation: Organisation, year: int) -> AuditProgramme | None:
    """Give the programme of a year, or None."""
    register = organisation.get("audits")
    found = register.get(f"programme-{year}") if register is not None else None
    return found if isinstance(found, AuditProgramme) else None


def audits_of(organisation: Organisation, year: int) -> list[Audit]:
    """List the audits of a year, by number."""
    found = organisation["audits"].values()
    return [one for one in found if isinstance(one, Audit) and one.year == year]


# Audits


@dataclass(frozen=True)
class Plan:
    """What is audited, against what, when."""

    title: str
    objective: str
    criteria: str
    scope: str
    processes: tuple[str, ...]
    first: date
    last: date

    def to_data(self, organisation: Organisation) -> dict[str, Any]:
        """Give it as plain data; refuses what does not hold together."""
        processes = [one for one in self.processes if organisation["processes"].get(one)]
        if not processes or len(processes) != len(self.processes):
            raise NotInTheLists
        if self.last < self.first:
            raise SpanBackwards
        texts = {
            "title": clean_line(self.title),
            "objective": self.objective.strip(),
            "criteria": self.criteria.strip(),
            "scope": self.scope.strip(),
        }
        if not texts["title"] or not texts["criteria"]:
            raise SayWhat
        span = {"first": self.first.isoformat(), "last": self.last.isoformat()}
        return {**texts, **span, "processes": processes}


def plan(organisation: Organisation, year: int, planned: Plan, *, act: Act) -> Audit:
    """Number and keep an audit of a year's programme."""
    programme = programme_of(organisation, year)
    if programme is None or programme.state == flow.ENDED:
        raise ProgrammeNotApproved
    data = planned.to_data(organisation)
    number = next_number(organisation, "audit_number", act, year)
    audit = Audit(number, year, planned_by=act.person_id, planned_at=act.at)
    organisation["audits"].add(number, audit)
    take(audit, "planned", act, **data)
    return audit


def take(audit: Audit, kind: str, act: Act, /, **values: Any) -> flow.Progress:
    """Append one act, index the audit, and tell."""
    now = audit.take({**act_data(audit, kind, act), **values})
    audit.title = str(now.plan.get("title") or audit.number)
    index_audit(audit)
    facts = {name: values[name] for name in TOLD if values.get(name) not in (None, "", [])}
    act.notify(AUDIT_EVENTS[kind](audit, act, facts))
    return now


def change(audit: Audit, planned: Plan, reason: str, *, act: Act) -> None:
    """Change the plan, before the audit begins; a team stays only where it is independent."""
    data = planned.to_data(organisation_of(audit))
    _check_team(audit, audit.progress.team, data["processes"])
    take(audit, "changed", act, **data, reason=reason.strip())


def _check_team(audit: Audit, team: Iterable[str], processes: Iterable[str]) -> None:
    organisation = organisation_of(audit)
    persons = [active_person(organisation, one) for one in team]
    check_independent(organisation, processes, persons)


def staff(audit: Audit, lead: str, team: Iterable[str] = (), *, act: Act) -> None:
    """Name who leads it and who else audits; nobody audits their own process."""
    others = [one for one in team if one != lead]
    _check_team(audit, [lead, *others], audit.progress.plan["processes"])
    take(audit, "staffed", act, lead=lead, team=others)


def prepare(audit: Audit, *, act: Act) -> int:
    """Make the checklist of the documents in force; gives how many questions were added."""
    organisation, now = organisation_of(audit), audit.progress
    known = {(one["code"], one["version"], one["text"]) for one in now.questions}
    made = checklists.questions_for(organisation, now.plan["processes"])
    fresh = [one for one in made if (one["code"], one["version"], one["text"]) not in known]
    if fresh:
        take(audit, "prepared", act, questions=fresh)
    return len(fresh)


def add_question(audit: Audit, text: str, code: str = "", *, act: Act) -> None:
    """Add a question that somebody wrote, maybe of a clause."""
    if not clean_line(text):
        raise SayWhat
    question = checklists.manual(clean_line(text), clean_line(code))
    take(audit, "question-added", act, question=question)


def begin(audit: Audit, text: str, *, act: Act) -> None:
    """Open it with its opening meeting; the team is looked at again."""
    programme = programme_of(organisation_of(audit), audit.year)
    if programme is None or programme.state != flow.APPROVED:
        raise ProgrammeNotApproved
    now = audit.progress
    _check_team(audit, now.team, now.plan["processes"])
    take(audit, "opened", act, text=text.strip())


def answer(
    audit: Audit,
    question: str,
    verdict: str,
    text: str = "",
    *,
    files: Iterable[BlobFile] = (),
    act: Act,
) -> None:
    """Answer a question of the checklist, with evidence."""
    shown = evidence_of(audit, files, "")
    take(audit, "answered", act, question=question, verdict=verdict, text=text.strip(), **shown)


def raise_finding(audit: Audit, question: str, *, act: Act) -> Finding:
    """Make a finding of a nonconforming or observed answer, with its origin."""
    now = audit.progress
    asked = next((one for one in now.questions if one["id"] == question), None)
    said = now.answers.get(question)
    if asked is None or said is None or said["verdict"] not in (flow.FAILS, flow.OBSERVED):
        raise NotInTheLists
    if question in now.findings:
        raise WrongMoment
    organisation = organisation_of(audit)
    processes = now.plan["processes"]
    document = organisation["documents"].get(asked["uid"]) if asked.get("uid") else None
    process = document.process_id if document is not None else processes[0]
    finding = findings.report(
        organisation,
        findings.Reported(
            text=f"{said['text']}\n\n{asked['text']}".strip(),
            title=said["text"],
            source="audit",
            process=process if process in processes else processes[0],
            clause=" ".join(filter(None, (asked["code"], asked["version"]))),
            requirement=asked["text"],
            origin=("audit", audit.number),
            about=("document", document.uid) if document is not None else None,
        ),
        act=act,
    )
    take(audit, "raised", act, question=question, number=finding.number)
    return finding


def conclude(audit: Audit, text: str, *, act: Act) -> None:
    """Report it, with the closing meeting and the conclusion; every question is answered."""
    take(audit, "concluded", act, text=text.strip())


def open_findings(audit: Audit) -> list[str]:
    """Name the findings of an audit that are still open."""
    register = organisation_of(audit)["findings"]
    numbers = audit.progress.findings.values()
    return [one for one in numbers if register[one].state in finding_flow.OPEN]


def close(audit: Audit, *, act: Act) -> None:
    """Close it, once each of its findings is closed."""
    left = open_findings(audit)
    if left:
        raise FindingsOpen(numbers=", ".join(left))
    for number in audit.progress.findings.values():
        insist_on(organisation_of(audit)["findings"][number].acts)
    take(audit, "closed", act)


def cancel(audit: Audit, reason: str, *, act: Act) -> None:
    """Give it up, with the reason."""
    take(audit, "cancelled", act, reason=reason.strip())
