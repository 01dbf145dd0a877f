"""Audit programmes and audits as pure functions of their acts (ISO 9001:2015, 9.2; ISO 19011).

Of a programme: ``planned``, ``changed``, ``approved``, ``closed``. Of an audit:

==============  ================================================================================
planned         what, when and which processes
changed         the same anew, with ``reason``
staffed         ``lead``, ``team``
prepared        ``questions``: [{id, text, code, version, place}]; adds to those that are there
question-added  ``question``
opened          ``text``: the opening meeting
answered        ``question``, ``verdict``, ``text``, evidence
raised          ``question``, ``number``: a finding was made of an answer
concluded       ``text``: the closing meeting and the conclusion
closed          every finding is closed
cancelled       ``reason``
==============  ================================================================================
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import reduce
from typing import Any

from qms.improvement.errors import (
    NotAllAnswered,
    NotAllRaised,
    NotInTheLists,
    QuestionsMissing,
    TeamMissing,
)
from qms.improvement.workflow import Steps, insist, insist_on_reason, insist_on_text

DRAFT, APPROVED, ENDED = "programme-draft", "programme-approved", "programme-closed"
PLANNED, RUNNING, REPORTED = "audit-planned", "audit-running", "audit-reported"
CLOSED, CANCELLED = "audit-closed", "audit-cancelled"
STATES = (PLANNED, RUNNING, REPORTED, CLOSED, CANCELLED)
CONFORMS, FAILS, OBSERVED, NOT_APPLICABLE = (
    "conforms",
    "nonconformity",
    "observation",
    "not-applicable",
)
VERDICTS = (CONFORMS, FAILS, OBSERVED, NOT_APPLICABLE)

PROGRAMME_STEPS: Steps = {
    "planned": frozenset({""}),
    "changed": frozenset({DRAFT}),
    "approved": frozenset({DRAFT}),
    "closed": frozenset({APPROVED}),
}
_AFTER = {"planned": DRAFT, "approved": APPROVED, "closed": ENDED}
STEPS: Steps = {
    "planned": frozenset({""}),
    "changed": frozenset({PLANNED}),
    "staffed": frozenset({PLANNED, RUNNING}),
    "prepared": frozenset({PLANNED}),
    "question-added": frozenset({PLANNED, RUNNING}),
    "opened": frozenset({PLANNED}),
    "answered": frozenset({RUNNING}),
    "raised": frozenset({RUNNING, REPORTED}),
    "concluded": frozenset({RUNNING}),
    "closed": frozenset({REPORTED}),
    "cancelled": frozenset({PLANNED, RUNNING}),
}


@dataclass(frozen=True)
class Programme:
    """How far the programme of a year has come."""

    state: str = ""
    plan: Mapping[str, Any] = field(default_factory=dict)
    """The act with objective, criteria, scope and resources, as they were last written."""
    approval: Mapping[str, Any] | None = None
    """The act by which it was approved."""


def programme(acts: Iterable[Mapping[str, Any]]) -> Programme:
    """Fold the acts of a programme; refuse a list that could not have happened."""
    now = Programme()
    for act in acts:
        now = after_in_programme(now, act)
    return now


def after_in_programme(now: Programme, act: Mapping[str, Any]) -> Programme:
    """Give where a programme stands after one more act, or refuse the act."""
    kind = insist(PROGRAMME_STEPS, now.state, act)
    now = replace(now, state=_AFTER.get(kind, now.state))
    if kind in ("planned", "changed"):
        return replace(now, plan=act)
    return replace(now, approval=act) if kind == "approved" else now


@dataclass(frozen=True)
class Progress:
    """How far an audit has come."""

    state: str = ""
    plan: Mapping[str, Any] = field(default_factory=dict)
    """``title``, ``objective``, ``criteria``, ``scope``, ``processes``, ``first``, ``last``."""
    lead: str = ""
    team: tuple[str, ...] = ()
    """Ids of the persons who audit, the leader among them."""
    questions: tuple[Mapping[str, Any], ...] = ()
    answers: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    """Id of a question to the last answer."""
    findings: Mapping[str, str] = field(default_factory=dict)
    """Id of a question to the number of the finding that was made of it."""
    ended_at: str | None = None

    @property
    def unanswered(self) -> int:
        """Count the questions without an answer."""
        return sum(one["id"] not in self.answers for one in self.questions)

    @property
    def unraised(self) -> list[str]:
        """Name the questions whose nonconformity is no finding yet."""
        failed = (one for one, said in self.answers.items() if said["verdict"] == FAILS)
        return [one for one in failed if one not in self.findings]


def progress(acts: Iterable[Mapping[str, Any]]) -> Progress:
    """Fold ``acts``; refuse a list that could not have happened."""
    return reduce(after, acts, Progress())


def possible(state: str) -> frozenset[str]:
    """Name the acts that may come in a state."""
    return frozenset(kind for kind, states in STEPS.items() if state in states)


def after(now: Progress, act: Mapping[str, Any]) -> Progress:
    """Give the progress after one more act, or refuse the act."""
    kind = insist(STEPS, now.state, act)
    if kind in ("changed", "cancelled"):
        insist_on_reason(act)
    if kind in ("opened", "concluded"):
        insist_on_text(act)
    if kind in ("planned", "changed"):
        plan = {key: act[key] for key in PLAN}
        return replace(now, state=PLANNED, plan=plan)
    if kind == "staffed":
        return _staffed(now, act)
    if kind in ("prepared", "question-added"):
        added = act["questions"] if kind == "prepared" else [act["question"]]
        return replace(now, questions=(*now.questions, *added))
    if kind == "answered":
        return _answered(now, act)
    if kind == "raised":
        return replace(now, findings={**now.findings, act["question"]: act["number"]})
    return _moved(kind, now, act)


PLAN = ("title", "objective", "criteria", "scope", "processes", "first", "last")


def _staffed(now: Progress, act: Mapping[str, Any]) -> Progress:
    team = tuple(dict.fromkeys((act["lead"], *act["team"])))
    if not act["lead"]:
        raise TeamMissing
    return replace(now, lead=act["lead"], team=team)


def _answered(now: Progress, act: Mapping[str, Any]) -> Progress:
    known = {one["id"] for one in now.questions}
    if act["question"] not in known or act["verdict"] not in VERDICTS:
        raise NotInTheLists
    if act["question"] in now.findings and act["verdict"] in (CONFORMS, NOT_APPLICABLE):
        # A finding was made of it; whoever thinks otherwise says so there.
        raise NotInTheLists
    if act["verdict"] in (FAILS, OBSERVED):
        insist_on_text(act)
    return replace(now, answers={**now.answers, act["question"]: dict(act)})


def _moved(kind: str, now: Progress, act: Mapping[str, Any]) -> Progress:
    if kind == "opened":
        if not now.lead:
            raise TeamMissing
        if not now.questions:
            raise QuestionsMissing
        return replace(now, state=RUNNING)
    if kind == "concluded":
        if now.unanswered:
            raise NotAllAnswered(n=now.unanswered)
        if now.unraised:
            raise NotAllRaised
        return replace(now, state=REPORTED)
    state = CLOSED if kind == "closed" else CANCELLED
    return replace(now, state=state, ended_at=act["at"])
