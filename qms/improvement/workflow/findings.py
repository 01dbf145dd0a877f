"""A finding as a pure function of its acts (ISO 9001:2015, 8.7 and 10.2).

=============  ==================================================================================
reported       the first act
accepted       ``finding_kind``, ``rule``, ``severity``, ``process``, ``responsible``
rejected       ``reason``
merged         ``into``, ``reason``
reclassified   as accepted, with ``reason``; only before the plan
reassigned     ``responsible``, ``reason``
corrected      ``text``, ``who``, ``when``, maybe ``files`` or ``record``: the immediate correction
disposed       ``disposition``, ``text``, ``authority``: what is done with a nonconforming output
reverified     ``passed``, ``text``, evidence; by somebody else than who disposed
analysed       ``root``, ``whys``, ``branches``, ``similar``, ``similar_text``
risk-answered  ``needed``, ``text``: whether the risks have to be updated
risk-updated   ``document``, ``code``, ``version``: where that was done
action-added   ``number``: an action of this round
action-moved   ``number``, ``to``: open, done, verified or cancelled; verified with ``doers``
planned        the plan is complete
checked        ``effective``, ``text``, evidence; another person, from ``check_from`` on
closed         ``text``
cancelled      ``reason``
reopened       ``reason``: a new round
noted          ``text``
=============  ==================================================================================

A failed check begins a new round: cause, actions and evidence are asked for anew, and what was done
before stays in the history.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from functools import reduce
from typing import Any

from qms.improvement.errors import (
    AnotherPerson,
    AuthorityMissing,
    CauseMissing,
    DispositionMissing,
    NothingDone,
    NotInTheLists,
    NotReverified,
    NotYet,
    PlanMissing,
    RisksNotAnswered,
    RisksNotUpdated,
    SayWhat,
)
from qms.improvement.workflow import (
    Steps,
    has_evidence,
    insist,
    insist_on_evidence,
    insist_on_reason,
    insist_on_text,
    said,
)

REPORTED, ANALYSIS, ACTING = "finding-reported", "finding-analysis", "finding-acting"
WAITING, EFFECTIVE, CLOSED = "finding-waiting", "finding-effective", "finding-closed"
REJECTED, MERGED, CANCELLED = "finding-rejected", "finding-merged", "finding-cancelled"
STATES = (
    REPORTED,
    ANALYSIS,
    ACTING,
    WAITING,
    EFFECTIVE,
    CLOSED,
    REJECTED,
    MERGED,
    CANCELLED,
)
LIVE = frozenset({ANALYSIS, ACTING, WAITING, EFFECTIVE})
"""Accepted, and something is still to be done."""
OPEN = LIVE | {REPORTED}
ENDED = frozenset(STATES) - OPEN
OPEN_ACTION, DONE_ACTION = "open", "done"
VERIFIED_ACTION, CANCELLED_ACTION = "verified", "cancelled"
CONCESSION = "concession"
DISPOSITIONS = ("correct", "separate", "scrap", "return", "inform", CONCESSION)
"""What can be done with a nonconforming output (8.7.1)."""


@dataclass(frozen=True)
class Progress:
    """How far a finding has come."""

    state: str = ""
    kind: str = ""
    severity: str = ""
    process: str = ""
    responsible: str = ""
    """Id of the person who answers for it."""
    rule: Mapping[str, Any] = field(default_factory=dict)
    """What its kind asked for on the day of its acceptance."""
    round: int = 1
    evidence: int = 0
    """How often something was done with evidence in this round."""
    cause: Mapping[str, Any] | None = None
    """The analysis of this round."""
    actions: Mapping[str, str] = field(default_factory=dict)
    """Numbers of this round's actions to how far they are."""
    doers: frozenset[str] = frozenset()
    """Persons who did the work of this round; none of them checks it."""
    disposition: Mapping[str, Any] | None = None
    reverified: bool = False
    check_from: str | None = None
    """ISO day from which the effectiveness can be checked."""
    checks: tuple[Mapping[str, Any], ...] = ()
    """Every check of effectiveness, of all rounds."""
    risk_needed: bool | None = None
    """Whether the risks have to be updated; None while nobody has said."""
    risk_documents: tuple[str, ...] = ()
    """Codes of the documents in which they were."""
    into: str = ""
    ended_at: str | None = None


_NOTED = frozenset(STATES)
STEPS: Steps = {
    "reported": frozenset({""}),
    "accepted": frozenset({REPORTED}),
    "rejected": frozenset({REPORTED}),
    "merged": frozenset({REPORTED, ANALYSIS}),
    "reclassified": frozenset({ANALYSIS}),
    "reassigned": LIVE,
    "corrected": frozenset({REPORTED, ANALYSIS, ACTING}),
    "disposed": frozenset({ANALYSIS, ACTING}),
    "reverified": frozenset({ANALYSIS, ACTING, WAITING}),
    "analysed": frozenset({ANALYSIS}),
    "risk-answered": LIVE,
    "risk-updated": LIVE,
    "action-added": frozenset({ANALYSIS, ACTING}),
    "action-moved": frozenset({ANALYSIS, ACTING}),
    "planned": frozenset({ANALYSIS}),
    "checked": frozenset({WAITING}),
    "closed": frozenset({EFFECTIVE}),
    "cancelled": LIVE,
    "reopened": frozenset({CLOSED}),
    "noted": _NOTED,
}


def progress(acts: Iterable[Mapping[str, Any]]) -> Progress:
    """Fold ``acts``; refuse a list that could not have happened."""
    return reduce(after, acts, Progress())


def after(now: Progress, act: Mapping[str, Any]) -> Progress:
    """Give the progress after one more act, or refuse the act."""
    kind = insist(STEPS, now.state, act)
    then = _FOLLOW[kind](now, act)
    ended = str(act["at"]) if then.state in ENDED else None
    if then.state in ENDED and now.state in ENDED:
        ended = now.ended_at
    return replace(then, ended_at=ended)


def possible(now: Progress) -> frozenset[str]:
    """Name the acts that may come now, as far as the state says."""
    found = {kind for kind, states in STEPS.items() if now.state in states}
    if not now.rule.get("output"):
        found -= {"disposed", "reverified"}
    if now.disposition is None or now.reverified:
        found.discard("reverified")
    return frozenset(found)


def missing_for_plan(now: Progress) -> list[type[Exception]]:
    """Name what the plan still needs: the gates that refuse it."""
    found: list[type[Exception]] = []
    if now.rule.get("cause") and now.cause is None:
        found.append(CauseMissing)
    going = [one for one in now.actions.values() if one != CANCELLED_ACTION]
    if now.rule.get("action") and not going:
        found.append(PlanMissing)
    if not going and not now.evidence and PlanMissing not in found:
        found.append(NothingDone)
    return found


def missing_for_closing(now: Progress) -> list[type[Exception]]:
    """Name what closing still needs besides the check of effectiveness."""
    found: list[type[Exception]] = []
    if now.rule.get("output") and now.disposition is None:
        found.append(DispositionMissing)
    elif now.rule.get("output") and not now.reverified:
        found.append(NotReverified)
    if now.rule.get("cause") and now.risk_needed is None:
        found.append(RisksNotAnswered)
    elif now.risk_needed and not now.risk_documents:
        found.append(RisksNotUpdated)
    return found


def may_check(now: Progress, person_id: str) -> bool:
    """Tell whether a person is not one of those who did the work."""
    return person_id not in now.doers and person_id != now.responsible


def _refuse(found: list[type[Exception]]) -> None:
    if found:
        raise found[0]


def _settled(now: Progress, act: Mapping[str, Any]) -> Progress:
    """Wait for the check once every action has ended and something was done with evidence."""
    states = set(now.actions.values())
    if now.state != ACTING or states & {OPEN_ACTION, DONE_ACTION} or not now.evidence:
        return now
    if now.rule.get("action") and VERIFIED_ACTION not in states:
        return now
    day = date.fromisoformat(act["day"]) + timedelta(days=int(now.rule.get("days") or 0))
    return replace(now, state=WAITING, check_from=day.isoformat())


def _reported(now: Progress, _act: Mapping[str, Any]) -> Progress:
    return replace(now, state=REPORTED)


def _classified(now: Progress, act: Mapping[str, Any]) -> Progress:
    if not said(act, "finding_kind") or not said(act, "responsible"):
        raise NotInTheLists
    return replace(
        now,
        kind=act["finding_kind"],
        rule=dict(act["rule"]),
        severity=act.get("severity") or "",
        process=act.get("process") or "",
        responsible=act["responsible"],
    )


def _accepted(now: Progress, act: Mapping[str, Any]) -> Progress:
    return replace(_classified(now, act), state=ANALYSIS)


def _reclassified(now: Progress, act: Mapping[str, Any]) -> Progress:
    insist_on_reason(act)
    return _classified(now, act)


def _rejected(now: Progress, act: Mapping[str, Any]) -> Progress:
    insist_on_reason(act)
    return replace(now, state=REJECTED)


def _merged(now: Progress, act: Mapping[str, Any]) -> Progress:
    insist_on_reason(act)
    return replace(now, state=MERGED, into=act["into"])


def _reassigned(now: Progress, act: Mapping[str, Any]) -> Progress:
    insist_on_reason(act)
    # Whoever answered for the work so far does not judge it later.
    return replace(now, responsible=act["responsible"], doers=now.doers | {now.responsible})


def _corrected(now: Progress, act: Mapping[str, Any]) -> Progress:
    insist_on_text(act)
    who = {act["by"], *([act["who"]] if act.get("who") else [])}
    then = replace(now, evidence=now.evidence + int(has_evidence(act)), doers=now.doers | who)
    return _settled(then, act)


def _disposed(now: Progress, act: Mapping[str, Any]) -> Progress:
    if not now.rule.get("output") or act.get("disposition") not in DISPOSITIONS:
        raise NotInTheLists
    insist_on_text(act)
    if act["disposition"] == CONCESSION and not said(act, "authority"):
        raise AuthorityMissing
    return replace(now, disposition=dict(act), reverified=False, doers=now.doers | {act["by"]})


def _reverified(now: Progress, act: Mapping[str, Any]) -> Progress:
    if now.disposition is None:
        raise DispositionMissing
    if act["by"] == now.disposition["by"]:
        raise AnotherPerson
    insist_on_text(act)
    insist_on_evidence(act)
    if act["passed"]:
        return replace(now, reverified=True)
    return replace(now, disposition=None, reverified=False)


def _analysed(now: Progress, act: Mapping[str, Any]) -> Progress:
    insist_on_text(act, "root")
    if act.get("similar") not in ("yes", "no"):
        raise SayWhat
    if act["similar"] == "yes":
        insist_on_text(act, "similar_text")
    return replace(now, cause=dict(act), doers=now.doers | {act["by"]})


def _risk_answered(now: Progress, act: Mapping[str, Any]) -> Progress:
    insist_on_text(act)
    return replace(now, risk_needed=bool(act["needed"]))


def _risk_updated(now: Progress, act: Mapping[str, Any]) -> Progress:
    if not now.risk_needed or not said(act, "code"):
        raise RisksNotAnswered
    return replace(now, risk_documents=(*now.risk_documents, act["code"]))


def _action_added(now: Progress, act: Mapping[str, Any]) -> Progress:
    return replace(now, actions={**now.actions, act["number"]: OPEN_ACTION})


def _action_moved(now: Progress, act: Mapping[str, Any]) -> Progress:
    if act["number"] not in now.actions:
        raise NotInTheLists
    then = replace(now, actions={**now.actions, act["number"]: act["to"]})
    if act["to"] == VERIFIED_ACTION:
        insist_on_evidence(act)
        then = replace(
            then, evidence=now.evidence + 1, doers=now.doers | frozenset(act.get("doers") or ())
        )
    return _settled(then, act)


def _planned(now: Progress, act: Mapping[str, Any]) -> Progress:
    _refuse(missing_for_plan(now))
    return _settled(replace(now, state=ACTING, doers=now.doers | {act["by"]}), act)


def _checked(now: Progress, act: Mapping[str, Any]) -> Progress:
    if not may_check(now, act["by"]):
        raise AnotherPerson
    if now.check_from is not None and act["day"] < now.check_from:
        raise NotYet(day=f"{date.fromisoformat(now.check_from):%d/%m/%Y}")
    insist_on_text(act)
    insist_on_evidence(act)
    then = replace(now, checks=(*now.checks, dict(act)))
    return replace(then, state=EFFECTIVE) if act["effective"] else _anew(then)


def _anew(now: Progress) -> Progress:
    return replace(
        now,
        state=ANALYSIS,
        round=now.round + 1,
        cause=None,
        actions={},
        evidence=0,
        doers=frozenset(),
        check_from=None,
    )


def _closed(now: Progress, act: Mapping[str, Any]) -> Progress:
    _refuse(missing_for_closing(now))
    insist_on_text(act)
    return replace(now, state=CLOSED)


def _cancelled(now: Progress, act: Mapping[str, Any]) -> Progress:
    insist_on_reason(act)
    return replace(now, state=CANCELLED)


def _reopened(now: Progress, act: Mapping[str, Any]) -> Progress:
    insist_on_reason(act)
    return _anew(now)


def _noted(now: Progress, act: Mapping[str, Any]) -> Progress:
    insist_on_text(act)
    return now


_FOLLOW: Mapping[str, Callable[[Progress, Mapping[str, Any]], Progress]] = {
    "reported": _reported,
    "accepted": _accepted,
    "rejected": _rejected,
    "merged": _merged,
    "reclassified": _reclassified,
    "reassigned": _reassigned,
    "corrected": _corrected,
    "disposed": _disposed,
    "reverified": _reverified,
    "analysed": _analysed,
    "risk-answered": _risk_answered,
    "risk-updated": _risk_updated,
    "action-added": _action_added,
    "action-moved": _action_moved,
    "planned": _planned,
    "checked": _checked,
    "closed": _closed,
    "cancelled": _cancelled,
    "reopened": _reopened,
    "noted": _noted,
}
