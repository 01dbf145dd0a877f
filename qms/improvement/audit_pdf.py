"""The report of an audit as a PDF: plan, team, checklist with answers, findings, conclusion."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from pyramid.request import Request
from reportlab.platypus import Flowable

from qms.content.models import organisation_of
from qms.documents.wording import show_date, show_moment_and_zone
from qms.improvement.models import Audit
from qms.improvement.paper import Paper
from qms.improvement.words import VERDICT_NAMES
from qms.kernel.i18n import _
from qms.people.models import people_of
from qms.profiles.api import profile_of
from qms.web.chips import chip_of

Translate = Callable[[Any], str]
_WORDS = {
    "opening": _("Opening meeting"),
    "conclusion": _("Closing meeting and conclusion"),
    "summary": _("Summary"),
    "checklist": _("Checklist"),
    "findings": _("Findings"),
    "n": _("N.º"),
    "question": _("Question"),
    "verdict": _("Result"),
    "seen": _("What was seen"),
    "finding": _("Finding"),
    "number": _("Number"),
    "what": _("Description of the finding"),
    "state": _("State"),
    "asked": _("Questions of the audit"),
    "version": _("version"),
    "count": _("How many"),
    "none": _("The audit found nothing to correct."),
}


def plan(audit: Audit, request: Request) -> Callable[[], bytes]:
    """Read everything that the report needs, and give what makes it outside of any transaction."""
    translate: Translate = request.localizer.translate
    paper = Paper.of(request, audit.number, audit.title)
    words = {key: translate(value) for key, value in _WORDS.items()}
    facts, groups = _facts(audit, translate), _groups(audit, translate, words)
    opening, conclusion = _said(audit, "opened"), _said(audit, "concluded")
    summary, findings = _summary(audit, translate), _findings(audit, translate)

    def make() -> bytes:
        story: list[Flowable] = [paper.facts(facts)]
        if opening:
            story += [*paper.heading(words["opening"]), *paper.text(opening)]
        if summary:
            story += paper.heading(words["summary"])
            story.append(paper.table([words["verdict"], words["count"]], summary, (70, 30)))
        if conclusion:
            story += [*paper.heading(words["conclusion"]), *paper.text(conclusion)]
        story += paper.heading(words["findings"])
        if findings:
            heads = [words[one] for one in ("number", "what", "state")]
            story.append(paper.table(heads, findings, (18, 60, 22)))
        else:
            story += paper.text(words["none"])
        story += paper.heading(words["checklist"])
        heads = [words[one] for one in ("n", "question", "verdict", "seen", "finding")]
        for title, rows in groups:
            story += paper.heading(title, level=1)
            story.append(paper.table(heads, rows, (6, 42, 14, 26, 14)))
        return paper.build(story)

    return make


def _said(audit: Audit, kind: str) -> str:
    found = next((one for one in reversed(audit.acts) if one["kind"] == kind), None)
    return str(found["text"]) if found is not None else ""


def _facts(audit: Audit, translate: Translate) -> list[tuple[str, str]]:
    organisation, now = organisation_of(audit), audit.progress
    people, profile = people_of(organisation), profile_of(organisation)
    processes = [organisation["processes"].get(one) for one in now.plan["processes"]]
    others = [people.person_name(one) for one in now.team if one != now.lead]
    first, last = (show_date(profile, now.plan[key]) for key in ("first", "last"))
    concluded = next((one for one in reversed(audit.acts) if one["kind"] == "concluded"), None)
    return [
        (translate(_("State")), translate(chip_of(now.state).word)),
        (
            translate(_("Audited processes")),
            ", ".join(one.name for one in processes if one is not None),
        ),
        (translate(_("Objective")), now.plan["objective"]),
        (translate(_("Criteria")), now.plan["criteria"]),
        (translate(_("Scope")), now.plan["scope"]),
        (translate(_("Days")), first if first == last else f"{first} – {last}"),
        (translate(_("Lead auditor")), people.person_name(now.lead) if now.lead else ""),
        (translate(_("Other auditors")), ", ".join(others)),
        (
            translate(_("Concluded on")),
            show_moment_and_zone(profile, concluded["at"]) if concluded is not None else "",
        ),
    ]


def _groups(
    audit: Audit, translate: Translate, words: dict[str, str]
) -> list[tuple[str, list[list[str]]]]:
    now = audit.progress
    groups: dict[str, list[list[str]]] = {}
    for number, question in enumerate(now.questions, 1):
        title = words["asked"]
        if question["uid"]:
            title = f"{question['code']} · {words['version']} {question['version']}"
        answer = now.answers.get(question["id"]) or {}
        verdict = translate(VERDICT_NAMES[answer["verdict"]]) if answer else "—"
        files = [one.filename for one in map(audit.file, answer.get("files") or ()) if one]
        seen = "\n".join(filter(None, (answer.get("text", ""), ", ".join(files))))
        place = question["place"] or (question["code"] if not question["uid"] else "")
        text = f"{place}: {question['text']}" if place else question["text"]
        finding = now.findings.get(question["id"], "")
        groups.setdefault(title, []).append([str(number), text, verdict, seen, finding])
    return list(groups.items())


def _summary(audit: Audit, translate: Translate) -> list[list[str]]:
    answers = audit.progress.answers.values()
    found = [
        (name, sum(one["verdict"] == verdict for one in answers))
        for verdict, name in VERDICT_NAMES.items()
    ]
    return [[translate(name), str(count)] for name, count in found] if answers else []


def _findings(audit: Audit, translate: Translate) -> list[list[str]]:
    register = organisation_of(audit)["findings"]
    found = (register[one] for one in audit.progress.findings.values())
    return [[one.number, one.title, translate(chip_of(one.state).word)] for one in found]
