"""The page of a finding in parts: which gates it has passed, what can be done, what happened."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, NamedTuple

from pyramid.request import Request

from qms.content.models import organisation_of
from qms.documents.wording import SYSTEM, show_date
from qms.improvement.choices import choices_of
from qms.improvement.models import Finding, Recorded
from qms.improvement.words import DISPOSITION_NAMES, FINDING_ACTS, MOVED
from qms.improvement.workflow import findings as flow
from qms.kernel.i18n import _
from qms.people.models import people_of
from qms.people.moments import local_day
from qms.profiles.api import profile_of
from qms.security.permissions import Permission


class Offer(NamedTuple):
    """Something that can be done now."""

    act: str
    view: str
    words: Any
    icon: str
    permission: Permission


OFFERS = (
    Offer("accepted", "accept", _("Classify"), "check", Permission.FINDING_MANAGE),
    Offer("analysed", "analyse", _("Analyse the cause"), "search", Permission.FINDING_WORK),
    Offer("action-added", "plan-action", _("Plan an action"), "plus", Permission.FINDING_WORK),
    Offer("planned", "finish-plan", _("The plan is complete"), "check", Permission.FINDING_WORK),
    Offer(
        "checked", "check", _("Check the effectiveness"), "shield-check", Permission.FINDING_CHECK
    ),
    Offer("closed", "close", _("Close the finding"), "check", Permission.FINDING_MANAGE),
    Offer("corrected", "correct", _("Immediate correction"), "record", Permission.FINDING_WORK),
    Offer(
        "disposed", "dispose", _("What is done with the output"), "inbox", Permission.FINDING_WORK
    ),
    Offer("reverified", "reverify", _("Verify the output again"), "redo", Permission.FINDING_CHECK),
    Offer("risk-answered", "risks", _("Answer about the risks"), "alert", Permission.FINDING_WORK),
    Offer("risk-updated", "risk-document", _("Risks updated in"), "link", Permission.FINDING_WORK),
    Offer("rejected", "reject", _("Reject"), "cross", Permission.FINDING_MANAGE),
    Offer("merged", "merge", _("Merge into another finding"), "link", Permission.FINDING_MANAGE),
    Offer("reclassified", "reclassify", _("Classify anew"), "pencil", Permission.FINDING_MANAGE),
    Offer(
        "reassigned",
        "reassign",
        _("Give it to another person"),
        "person",
        Permission.FINDING_MANAGE,
    ),
    Offer("cancelled", "cancel", _("Cancel the finding"), "cross", Permission.FINDING_MANAGE),
    Offer("reopened", "reopen", _("Open it again"), "undo", Permission.FINDING_MANAGE),
)
"""Every act that has a page, what comes first being most usual."""


def offers(finding: Finding, request: Request) -> list[Offer]:
    """List what this person can do now, the most usual first; gates that are closed are out."""
    now = finding.progress
    possible = flow.possible(now)
    allowed = {
        one: bool(request.has_permission(one, finding))
        for one in {each.permission for each in OFFERS}
    }
    person_id = request.person.id
    today = local_day(finding, request.act.at).isoformat()
    found = []
    for one in OFFERS:
        if one.act not in possible or not allowed[one.permission]:
            continue
        if one.act == "planned" and flow.missing_for_plan(now):
            continue
        if one.act == "closed" and flow.missing_for_closing(now):
            continue
        if one.act == "risk-updated" and not now.risk_needed:
            continue
        if one.act == "checked" and (
            not flow.may_check(now, person_id) or today < (now.check_from or "")
        ):
            continue
        if one.act == "reverified" and now.disposition and now.disposition["by"] == person_id:
            continue
        found.append(one)
    return sorted(found, key=lambda one: _turn(one, now))


def _turn(one: Offer, now: flow.Progress) -> int:
    """Order the offers: the next gate first."""
    order = [each.act for each in OFFERS]
    place = order.index(one.act)
    if one.act == "analysed" and now.cause is not None:
        return len(order)
    if one.act == "analysed" and not now.rule.get("cause"):
        return len(order)
    if one.act == "action-added" and now.actions and not flow.missing_for_plan(now):
        return order.index("planned") + 1
    if one.act == "risk-answered" and now.risk_needed is None and now.state == flow.EFFECTIVE:
        return -1
    if one.act in ("reverified", "disposed") and now.state == flow.EFFECTIVE:
        return -1
    return place


class Gate(NamedTuple):
    """One thing that a finding needs before it can be closed."""

    words: Any
    passed: bool
    needed: bool
    note: Any = ""


def gates(finding: Finding) -> list[Gate]:
    """List what it needs, what of it is there, and why a step waits."""
    now = finding.progress
    if not now.kind or now.state in (flow.REJECTED, flow.MERGED, flow.CANCELLED):
        return []
    rule = now.rule
    done = now.state in (flow.WAITING, flow.EFFECTIVE, flow.CLOSED)
    checked = now.state in (flow.EFFECTIVE, flow.CLOSED)
    wait: Any = ""
    if now.check_from and not checked:
        day = show_date(profile_of(organisation_of(finding)), now.check_from)
        wait = _("from ${day} on, by another person", {"day": day})
    found = [
        Gate(_("Cause analysed"), now.cause is not None, bool(rule.get("cause"))),
        Gate(_("Plan complete"), done or now.state == flow.ACTING, needed=True),
        Gate(
            _("Done and verified, with evidence"),
            done,
            needed=True,
            note=_("${n} with evidence", {"n": now.evidence}) if now.evidence else "",
        ),
        Gate(
            _("Output disposed of and verified again"),
            now.disposition is not None and now.reverified,
            bool(rule.get("output")),
        ),
        Gate(_("Effectiveness checked"), checked, needed=True, note=wait),
        Gate(
            _("Answered about the risks"),
            now.risk_needed is False or bool(now.risk_documents),
            bool(rule.get("cause")),
            note=", ".join(now.risk_documents),
        ),
        Gate(_("Closed"), now.state == flow.CLOSED, needed=True),
    ]
    return [one for one in found if one.needed]


# What happened


def told_files(content: Recorded, act: Mapping[str, Any]) -> list[Any]:
    """Give the files that an act shows."""
    found = (content.file(one) for one in act.get("files") or ())
    return [one for one in found if one is not None]


def line_of(
    content: Recorded, act: Mapping[str, Any], what: Any, about: Iterable[str], **more: Any
) -> dict[str, Any]:
    """Give an act as a line of a history: what was done, by whom and when, and what was said."""
    people = people_of(organisation_of(content))
    return {
        "what": what,
        "by": people.person_name(act["by"]) if act["by"] in people["persons"] else SYSTEM,
        "at": act["at"],
        "chip": "",
        "signed": False,
        "about": [one for one in about if one],
        "said": act.get("text") or act.get("reason") or "",
        "files": told_files(content, act),
        **more,
    }


def finding_acts(finding: Finding, translate: Callable[[Any], str]) -> list[dict[str, Any]]:
    """Give the history, the first act first; every round begins with its number."""
    organisation = organisation_of(finding)
    people, choices = people_of(organisation), choices_of(organisation)
    found, turn = [], 1
    for act in finding.acts:
        about = [
            choices.name("kinds", act["finding_kind"]) if act.get("finding_kind") else "",
            choices.name("severities", act["severity"]) if act.get("severity") else "",
            people.person_name(act["responsible"]) if act.get("responsible") else "",
            people.person_name(act["who"]) if act.get("who") else "",
            translate(DISPOSITION_NAMES[act["disposition"]]) if act.get("disposition") else "",
            act.get("authority", ""),
            act.get("into", ""),
            act.get("number", ""),
            translate(MOVED[act["to"]]) if act.get("to") else "",
            " ".join(filter(None, (act.get("code", ""), act.get("version", "")))),
            act.get("record", "") if act["kind"] != "action-moved" else "",
        ]
        more = {
            "kind": act["kind"],
            "chip": _verdict(act),
            "whys": act.get("whys") or [],
            "signed": "statement" in act,
            "round": turn,
        }
        if act["kind"] == "analysed":
            more["said"] = "\n".join(filter(None, (act["root"], act.get("similar_text", ""))))
        found.append(line_of(finding, act, FINDING_ACTS[act["kind"]], about, **more))
        if act["kind"] == "reopened" or (act["kind"] == "checked" and not act["effective"]):
            turn += 1
    return found


def _verdict(act: Mapping[str, Any]) -> str:
    if act["kind"] == "checked":
        return "effective" if act["effective"] else "not-effective"
    if act["kind"] == "reverified":
        return "conforms" if act["passed"] else "nonconformity"
    if act["kind"] == "risk-answered":
        return "pending" if act["needed"] else "done"
    return ""
