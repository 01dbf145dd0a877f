"""A finding as a PDF: what was found, its cause drawn, its plan, its checks and its history."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from pyramid.request import Request
from reportlab.platypus import Flowable, Spacer

from qms.charts import Category, Cause, Fishbone, Words
from qms.content.models import organisation_of
from qms.documents.wording import show_date, show_moment, show_moment_and_zone
from qms.improvement import story
from qms.improvement.choices import choices_of
from qms.improvement.listing import action_row, owner_name
from qms.improvement.models import Finding
from qms.improvement.paper import Paper
from qms.improvement.words import ACTION_KINDS, SOURCE_NAMES
from qms.kernel.i18n import _
from qms.pdf.charts import flowable
from qms.people.models import people_of
from qms.profiles.api import profile_of
from qms.web.chips import chip_of

Translate = Callable[[Any], str]


def fishbone(finding: Finding, translate: Translate) -> Fishbone | None:
    """Draw the last analysis of the cause; None where there is none with causes or whys."""
    analysed = next((one for one in reversed(finding.acts) if one["kind"] == "analysed"), None)
    if analysed is None or not (analysed["branches"] or analysed["whys"]):
        return None
    choices = choices_of(organisation_of(finding))
    names = dict.fromkeys((*choices.fishbone, *analysed["branches"]))
    categories = [
        Category(name, tuple(Cause(one) for one in analysed["branches"].get(name, ())))
        for name in names
    ]
    if analysed["whys"]:
        first, *further = analysed["whys"]
        chain = Cause(first, tuple(further), root=True)
        categories.append(Category(translate(_("Five whys")), (chain,)))
    return Fishbone(
        title=translate(_("Analysis of the cause")),
        effect=finding.title,
        categories=tuple(one for one in categories if one.causes or analysed["branches"]),
        words=Words.of(translate),
    )


def plan(finding: Finding, request: Request) -> Callable[[], bytes]:
    """Read everything that the PDF needs, and give what makes it outside of any transaction."""
    translate: Translate = request.localizer.translate
    paper = Paper.of(request, finding.number, finding.title)
    facts = _facts(finding, translate)
    correction = [(one["said"], one["about"]) for one in _acts(finding, translate, "corrected")]
    bone = fishbone(finding, translate)
    cause = finding.progress.cause or next(
        (one for one in reversed(finding.acts) if one["kind"] == "analysed"), None
    )
    actions, history = _actions(finding, translate), _history(finding, translate)
    text, requirement = finding.text, finding.requirement
    root = dict(cause) if cause else None
    words = {key: translate(value) for key, value in _WORDS.items()}

    def make() -> bytes:
        story_: list[Flowable] = [paper.facts(facts), *paper.heading(words["found"])]
        story_ += paper.text(text)
        if requirement:
            story_ += [*paper.heading(words["requirement"], level=1), *paper.text(requirement)]
        if correction:
            story_ += paper.heading(words["correction"])
            for said, about in correction:
                story_ += [*paper.text(said), paper.note(" · ".join(about))]
        if root is not None:
            story_ += paper.heading(words["cause"])
            if bone is not None:
                story_ += [flowable(bone, paper.width, accent=paper.accent), Spacer(1, 8)]
            story_ += [*paper.heading(words["root"], level=1), *paper.text(root["root"])]
            if root.get("similar_text"):
                story_ += paper.heading(words["similar"], level=1)
                story_ += paper.text(root["similar_text"])
        if actions:
            story_ += paper.heading(words["plan"])
            heads = [words[one] for one in ("number", "action", "owner", "due", "state")]
            story_.append(paper.table(heads, actions, (14, 40, 22, 12, 14)))
        story_ += paper.heading(words["history"])
        heads = [words[one] for one in ("when", "act", "who", "said")]
        story_.append(paper.table(heads, history, (18, 18, 18, 46)))
        return paper.build(story_)

    return make


_WORDS = {
    "found": _("Description of the finding"),
    "requirement": _("What the requirement says"),
    "correction": _("Immediate correction"),
    "cause": _("Analysis of the cause"),
    "root": _("Root cause"),
    "similar": _("Similar cases"),
    "plan": _("Action plan"),
    "history": _("History"),
    "number": _("Number"),
    "action": _("What is to be done"),
    "owner": _("Who does it"),
    "due": _("Due"),
    "state": _("State"),
    "when": _("When"),
    "act": _("What happened"),
    "who": _("Who"),
    "said": _("What was said"),
}


def _facts(finding: Finding, translate: Translate) -> list[tuple[str, str]]:
    organisation = organisation_of(finding)
    choices, people, now = choices_of(organisation), people_of(organisation), finding.progress
    profile = profile_of(organisation)
    process = organisation["processes"].get(finding.process) if finding.process else None
    kind = choices.name("kinds", now.kind) if now.kind else ""
    severity = choices.name("severities", now.severity) if now.severity else ""
    responsible = people.person_name(now.responsible) if now.responsible else ""
    return [
        (translate(_("State")), translate(chip_of(now.state).word)),
        (translate(_("Kind")), " · ".join(filter(None, (kind, severity)))),
        (translate(_("Where it comes from")), translate(SOURCE_NAMES[finding.source])),
        (translate(_("Process")), process.name if process is not None else ""),
        (translate(_("Answers for it")), responsible),
        (translate(_("Reported by")), people.person_name(finding.reported_by)),
        (translate(_("Reported on")), show_moment_and_zone(profile, finding.reported_at)),
        (translate(_("Found on")), show_date(profile, finding.found_on)),
        (translate(_("Requirement that is not met")), finding.clause),
        (translate(_("Round")), str(now.round) if now.round > 1 else ""),
    ]


def _acts(finding: Finding, translate: Translate, kind: str) -> list[dict[str, Any]]:
    return [one for one in story.finding_acts(finding, translate) if one["kind"] == kind]


def _actions(finding: Finding, translate: Translate) -> list[list[str]]:
    organisation = organisation_of(finding)
    profile, register = profile_of(organisation), organisation["actions"]
    numbers = [one["number"] for one in finding.acts if one["kind"] == "action-added"]
    rows = [action_row(register[one]) for one in numbers]
    return [
        [
            row.number,
            f"{row.title} ({translate(ACTION_KINDS[row.kind])})",
            owner_name(organisation, row),
            show_date(profile, row.due),
            translate(chip_of(row.state).word),
        ]
        for row in rows
    ]


def _history(finding: Finding, translate: Translate) -> list[list[str]]:
    profile = profile_of(organisation_of(finding))
    found = []
    for one in story.finding_acts(finding, translate):
        chip = translate(chip_of(one["chip"]).word) if one["chip"] else ""
        files = ", ".join(file.filename for file in one["files"])
        said = " · ".join(filter(None, (chip, *one["about"], one["said"], files)))
        found.append(
            [show_moment(profile, one["at"]), translate(one["what"]), translate(one["by"]), said]
        )
    return found
