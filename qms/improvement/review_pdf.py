"""The pack of a management review as a PDF: inputs by their letters, minutes, decisions."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from pyramid.request import Request
from reportlab.platypus import Flowable, Spacer

from qms.charts import Chart
from qms.documents.wording import show_date, show_moment_and_zone
from qms.improvement.management_pack import Pack
from qms.improvement.paper import Paper
from qms.kernel.i18n import _
from qms.pdf.charts import flowable
from qms.profiles.api import profile_of

_WORDS = {
    "span": _("Span"),
    "approvers": _("Who approves it"),
    "approved": _("Approved by"),
    "attendees": _("Who took part"),
    "minutes": _("Minutes"),
    "decisions": _("Decisions"),
    "input": _("Input"),
    "value": _("Value"),
    "number": _("Number"),
    "what": _("What is to be done"),
    "owner": _("Who does it"),
    "due": _("Due"),
    "draft": _("In preparation: the numbers are those of the moment."),
    "sha": _("SHA-256 of the inputs"),
    "nothing": _("Nothing is said about this input yet."),
}


def plan(
    pack: Pack, request: Request, *, signer: Mapping[str, str] | None = None, digest: str = ""
) -> Callable[[], bytes]:
    """Give what makes the PDF outside of any transaction; ``signer`` is who approves it."""
    data, profile = pack.data, profile_of(request.organisation)
    translate = request.localizer.translate
    words = {key: translate(value) for key, value in _WORDS.items()}
    paper = Paper.of(request, data["number"], data["title"])
    span = " – ".join(show_date(profile, data[key]) for key in ("first", "last"))
    approval = ""
    if signer is not None:
        signed = show_moment_and_zone(profile, signer["at"])
        approval = f"{signer['name']} · {signer['position']} · {signed}"
    decisions = [
        [one["number"], one["title"], one["owner"], show_date(profile, one["due"])]
        for one in data["decisions"]
    ]

    def make() -> bytes:
        facts = [
            (words["span"], span),
            (words["approvers"], ", ".join(data["approvers"])),
            (words["approved"], approval),
            (words["attendees"], data["attendees"]),
            (words["sha"], digest),
        ]
        story: list[Flowable] = [paper.facts(facts)]
        if signer is None:
            story.append(paper.note(words["draft"]))
        for part in data["parts"]:
            story += _part(paper, part, pack.charts, words)
        if data["minutes"]:
            story += [*paper.heading(words["minutes"]), *paper.text(data["minutes"])]
        if decisions:
            story += paper.heading(words["decisions"])
            heads = [words[one] for one in ("number", "what", "owner", "due")]
            story.append(paper.table(heads, decisions, (16, 44, 26, 14)))
        return paper.build(story)

    return make


def _part(
    paper: Paper,
    part: Mapping[str, Any],
    charts: Mapping[str, list[Chart]],
    words: Mapping[str, str],
) -> list[Flowable]:
    story = paper.heading(f"{part['part']}) {part['title']}")
    if not part["blocks"] and not part["note"]:
        story.append(paper.note(words["nothing"]))
    for block in part["blocks"]:
        rows = [
            [one["label"], " · ".join(filter(None, (one["value"], one["note"])))]
            for one in block["rows"]
        ]
        story.append(paper.table([block["title"], words["value"]], rows, (74, 26)))
        for chart in charts.get(block["name"], ()):
            story += [flowable(chart, paper.width, accent=paper.accent), Spacer(1, 6)]
    if part["note"]:
        story += paper.text(part["note"])
    return story
