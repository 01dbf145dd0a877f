"""The lists of improvement: what the catalogues keep of findings, actions and audits."""

from __future__ import annotations

from typing import Any, NamedTuple

from qms.content.models import organisation_of
from qms.improvement.models import Audit, Finding, ImprovementAction
from qms.improvement.workflow import actions as action_flow
from qms.improvement.workflow import findings as finding_flow
from qms.kernel.text import sort_key
from qms.people.models import people_of
from qms.profiles.leading import leader_of
from qms.search.catalogue import Catalogue, Entry
from qms.search.spanish import title_words

FINDINGS, ACTIONS, AUDITS = "improvement.findings", "improvement.actions", "improvement.audits"
LATER = "9999"
"""Sorts what waits for no day behind everything else."""
EVERYBODY, STAFF = "everybody", "staff"
_SPECS = {
    FINDINGS: (
        ("number", "title", "reported", "due", "state", "process"),
        ("state", "kind", "severity", "process", "source", "responsible", "audience", "origin"),
    ),
    ACTIONS: (
        ("number", "title", "due", "state", "process"),
        (
            "state",
            "kind",
            "process",
            "source",
            "owner",
            "planner",
            "finding",
            "review",
            "due-month",
        ),
    ),
    AUDITS: (
        ("number", "title", "first", "state"),
        ("state", "year", "process", "team", "audience"),
    ),
}


class FindingRow(NamedTuple):
    """One line of the list of findings; names are looked up when it is shown."""

    number: str
    kind: str
    severity: str
    title: str
    source: str
    process: str
    responsible: str
    reporter: str
    reported: str
    """ISO moment."""
    due: str
    """ISO day of what comes next: to classify, the nearest action, the check; empty for none."""
    state: str
    round: int
    actions: int
    ended: str | None
    clause: str
    barred: tuple[str, ...] = ()
    """Ids of the persons who did the work and therefore do not check it."""


class ActionRow(NamedTuple):
    """One line of the list of actions."""

    number: str
    kind: str
    title: str
    finding: str
    review: str
    process: str
    position: str
    person: str
    due: str
    first_due: str
    extensions: int
    percent: int | None
    state: str
    done_day: str | None
    planned: str
    ended: str | None
    done_by: str


class AuditRow(NamedTuple):
    """One line of the list of audits."""

    number: str
    year: int
    title: str
    processes: tuple[str, ...]
    lead: str
    first: str
    last: str
    state: str
    questions: int
    answered: int
    findings: tuple[str, ...]


def catalogue_of(organisation: Any, name: str) -> Catalogue:
    """Give one of the room's catalogues, made at its first use."""
    return Catalogue.of(organisation, name, *_SPECS[name])


def rows(organisation: Any, name: str, filters: Any, **more: Any) -> list[Any]:
    """Give rows of a catalogue as named tuples."""
    made = {FINDINGS: FindingRow, ACTIONS: ActionRow, AUDITS: AuditRow}[name]
    order = {FINDINGS: "number", ACTIONS: "due", AUDITS: "number"}[name]
    page = catalogue_of(organisation, name).query(
        filters, **{"order": order, "limit": None, **more}
    )
    return [made(*values) for values in page.rows]


# Findings


def finding_row(finding: Finding) -> FindingRow:
    """Make the line of a finding."""
    now = finding.progress
    return FindingRow(
        finding.number,
        now.kind,
        now.severity,
        finding.title,
        finding.source,
        finding.process,
        now.responsible,
        finding.reported_by,
        finding.reported_at.isoformat(),
        _next_day(finding),
        now.state,
        now.round,
        len(now.actions),
        now.ended_at,
        finding.clause,
        tuple(sorted({now.responsible, *now.doers} - {""})),
    )


def _next_day(finding: Finding) -> str:
    now = finding.progress
    if now.state == finding_flow.REPORTED:
        return finding.due
    if now.state == finding_flow.WAITING:
        return now.check_from or ""
    register = organisation_of(finding)["actions"]
    going = (finding_flow.OPEN_ACTION, finding_flow.DONE_ACTION)
    days = [register[one].progress.due for one, how in now.actions.items() if how in going]
    return min(days, default="")


def _finding_entry(finding: Finding) -> Entry:
    row, organisation = finding_row(finding), organisation_of(finding)
    hidden = row.state in (finding_flow.REPORTED, finding_flow.REJECTED)
    audience = [STAFF, f"person:{row.reporter}"] if hidden else [EVERYBODY]
    if leader := leader_of(organisation, row.process):
        audience.append(f"position:{leader}")
    facets = {
        "state": [row.state],
        "kind": [row.kind] if row.kind else [],
        "severity": [row.severity] if row.severity else [],
        "process": [row.process] if row.process else [],
        "source": [row.source],
        "responsible": [row.responsible] if row.responsible else [],
        "audience": audience,
        "origin": [finding.origin] if finding.origin else [],
    }
    keys = {
        "number": row.number,
        "title": (sort_key(row.title), row.number),
        "reported": row.reported,
        "due": (row.due or LATER, row.number),
        "state": (row.state, row.number),
        "process": (row.process, row.number),
    }
    words = title_words(f"{row.number} {row.title} {row.clause}")
    return Entry(tuple(row), keys, facets, words)


def index_finding(finding: Finding) -> None:
    """Index a finding anew."""
    catalogue = catalogue_of(organisation_of(finding), FINDINGS)
    catalogue.put(finding.uid, _finding_entry(finding))


def finding_audiences(person: Any) -> tuple[str, ...] | None:
    """Name the audiences that a person belongs to; None for who sees every finding."""
    if {"quality", "auditor"} & set(person.roles):
        return None
    held = (f"position:{one}" for one in person.position_ids)
    return (EVERYBODY, f"person:{person.id}", *held)


# Actions


def action_row(action: ImprovementAction) -> ActionRow:
    """Make the line of an action."""
    now = action.progress
    return ActionRow(
        action.number,
        action.kind,
        action.title,
        action.finding,
        action.review,
        action.process_id,
        now.position,
        now.person,
        now.due,
        now.first_due,
        now.extensions,
        now.percent,
        now.state,
        now.done_day,
        action.planned_at.isoformat(),
        now.ended_at,
        now.done_by,
    )


def _action_entry(action: ImprovementAction) -> Entry:
    row, organisation = action_row(action), organisation_of(action)
    finding = organisation["findings"].get(row.finding) if row.finding else None
    source = finding.source if finding is not None else ("review" if row.review else "")
    owner = f"person:{row.person}" if row.person else f"position:{row.position}"
    pending = row.state in action_flow.PENDING
    facets = {
        "state": [row.state],
        "kind": [row.kind],
        "process": [row.process] if row.process else [],
        "source": [source] if source else [],
        "owner": [owner],
        "planner": [action.planned_by],
        "finding": [row.finding] if row.finding else [],
        "review": [row.review] if row.review else [],
        "due-month": [row.due[:7]],
    }
    keys = {
        "number": row.number,
        "title": (sort_key(row.title), row.number),
        "due": (row.due if pending else LATER, row.number),
        "state": (row.state, row.number),
        "process": (row.process, row.number),
    }
    words = title_words(f"{row.number} {row.title} {row.finding}")
    return Entry(tuple(row), keys, facets, words)


def index_action(action: ImprovementAction) -> None:
    """Index an action anew."""
    catalogue_of(organisation_of(action), ACTIONS).put(action.uid, _action_entry(action))


def owner_name(organisation: Any, row: ActionRow) -> str:
    """Say who owns an action: a person, or the position with whoever holds it."""
    people = people_of(organisation)
    if row.person:
        return people.person_name(row.person)
    return people.position_name(row.position)


# Audits


def audit_row(audit: Audit) -> AuditRow:
    """Make the line of an audit."""
    now = audit.progress
    return AuditRow(
        audit.number,
        audit.year,
        str(now.plan.get("title") or ""),
        tuple(now.plan.get("processes") or ()),
        now.lead,
        str(now.plan.get("first") or ""),
        str(now.plan.get("last") or ""),
        now.state,
        len(now.questions),
        len(now.answers),
        tuple(now.findings.values()),
    )


def index_audit(audit: Audit) -> None:
    """Index an audit anew."""
    row, organisation = audit_row(audit), organisation_of(audit)
    leaders = filter(None, (leader_of(organisation, one) for one in row.processes))
    team = audit.progress.team
    facets = {
        "state": [row.state],
        "year": [str(row.year)],
        "process": list(row.processes),
        "team": list(team),
        "audience": [*(f"person:{one}" for one in team), *(f"position:{one}" for one in leaders)],
    }
    keys = {
        "number": row.number,
        "title": (sort_key(row.title), row.number),
        "first": (row.first, row.number),
        "state": (row.state, row.number),
    }
    words = title_words(f"{row.number} {row.title}")
    catalogue_of(organisation, AUDITS).put(audit.uid, Entry(tuple(row), keys, facets, words))
