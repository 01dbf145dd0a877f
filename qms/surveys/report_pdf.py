"""The monthly report as a PDF, made of plain figures outside of any transaction."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from reportlab.platypus import Flowable, Spacer

from qms.kernel.formats import NumberStyle
from qms.kernel.i18n import _
from qms.pdf.charts import flowable
from qms.pdf.document import Sheet, build
from qms.pdf.keeping import keep_headings
from qms.pdf.letterhead import Brand, Letterhead
from qms.pdf.metadata import Metadata
from qms.pdf.styles import colour, styles
from qms.pdf.tables import grid, proportions
from qms.pdf.text import heading, plain
from qms.surveys.pictures import Pictures
from qms.surveys.reports import Options, Part, Report, scale_words

Translate = Callable[[Any], str]
NO_DATA = _("No data")
ACTIONS = {
    "target": _("The target was missed."),
    "low": _("There are scores that call for an action, or repeated complaints."),
    "repeated": _("Customers complained repeatedly."),
}
YES_NO = {"yes": _("Yes"), "no": _("No")}


@dataclass(frozen=True)
class Paper:
    """What the PDF needs beside the figures, all of it plain."""

    organisation: str
    colour: str
    logo: bytes | None
    paper: str
    language: str
    title: str
    month: str
    form: str
    """Code and version of the organisation's own format; empty without one."""
    at: datetime
    made: str
    due: str
    numbers: NumberStyle
    translate: Translate


class Sheets:
    """Writes one report."""

    def __init__(self, report: Report, paper: Paper) -> None:
        """Take figures and words."""
        self.report, self.paper = report, paper
        self.say = paper.translate
        self.sheet = Sheet.of(paper.paper)
        self.width = self.sheet.text_width
        self.pictures = Pictures(report, paper.translate, paper.numbers)

    def percent(self, value: Decimal | None) -> str:
        """Write a share, or that there is none."""
        target = self.report.target
        limits = () if target is None else (target,)
        return self.say(NO_DATA) if value is None else self.paper.numbers.percent(value, *limits)

    def number(self, value: Decimal | None) -> str:
        """Write a figure with one place."""
        return self.say(NO_DATA) if value is None else self.paper.numbers.format(value, 1)

    def story(self) -> list[Flowable]:
        """Give the whole report."""
        story: list[Flowable] = [
            self._grid([[self.say(a), b] for a, b in self._facts()], [42, 58], header=0, labels=1)
        ]
        story += [plain(self.say(ACTIONS[one]), styles().body) for one in self.report.act_upon]
        if self.report.numbers.answers and not self.report.enough:
            story.append(plain(self.say(_("Insufficient sample")), styles().label))
        story += self._heading(_("Satisfaction"))
        for chart in (self.pictures.satisfaction(), self.pictures.promoters()):
            story += heading(chart.title, styles().minor, level=1)
            story += [flowable(chart, self.width, accent=self.paper.colour), Spacer(1, 6)]
        story += self._heading(_("Answers by question"))
        if self.report.numbers.answers:
            asked = self.pictures.questions()
            story += [flowable(asked, self.width, accent=self.paper.colour), Spacer(1, 6)]
        story += self._parts(_("Question"), self.report.questions)
        story += self._options(self.report.options)
        for title, parts in (
            (_("Line"), self.report.lines),
            (_("Brand"), self.report.brands),
            (_("Agent"), self.report.agents),
        ):
            if parts:
                story += self._heading(title)
                story += self._parts(title, parts)
        story += self._voices()
        return story

    def _facts(self) -> list[tuple[Any, str]]:
        report, numbers = self.report, self.report.numbers
        reach, promise = report.reach, report.promise
        earlier = self.say(_("Month before:")).lower()
        target = "—" if report.target is None else f"≥ {self.percent(report.target)}"
        return [
            (_("Month"), self.paper.month),
            (_("Customers called"), str(reach.called)),
            (_("Customers reached"), f"{reach.contacted} ({self.percent(reach.contact_rate)})"),
            (_("Answers"), f"{numbers.answers} ({self.percent(reach.response_rate)})"),
            (_("Scale"), scale_words(report.survey)),
            (
                _("Promoters, neutrals and detractors"),
                f"{numbers.promoters} · {numbers.neutrals} · {numbers.detractors}",
            ),
            (_("NPS"), f"{self.number(numbers.nps)} · {earlier} {self.number(report.before.nps)}"),
            (
                _("Satisfied customers"),
                f"{self.percent(numbers.csat)} · {earlier} {self.percent(report.before.csat)}",
            ),
            (_("Target"), target),
            (_("Mean score"), self.number(numbers.average)),
            (
                _("Detractors answered in time"),
                f"{promise.in_time} / {promise.detractors} ({self.percent(promise.rate)})",
            ),
            (_("Late and open follow-ups"), f"{promise.late} · {promise.open}"),
        ]

    def _heading(self, text: Any) -> list[Flowable]:
        return heading(self.say(text), styles().heading, key="", level=0)

    def _grid(
        self,
        rows: Sequence[Sequence[str]],
        shares: list[float],
        *,
        header: int = 1,
        labels: int = 0,
    ) -> Flowable:
        widths = proportions(shares, self.width)
        return grid(rows, widths, header_rows=header, label_columns=labels)

    def _parts(self, title: Any, parts: Sequence[Part]) -> list[Flowable]:
        heads = (title, _("Answers"), _("NPS"), _("Satisfied customers"), _("Mean score"))
        rows = [[self.say(one) for one in heads]]
        for part in parts:
            one = part.numbers
            rows.append(
                [
                    part.name or self.say(_("By the customer's own link")),
                    str(one.answers),
                    self.number(one.nps),
                    self.percent(one.csat),
                    self.number(one.average),
                ]
            )
        return [self._grid(rows, [46, 12, 12, 16, 14])]

    def _options(self, options: Sequence[Options]) -> list[Flowable]:
        if not options:
            return []
        rows = [[self.say(_("Question")), self.say(_("Answers"))]]
        for one in options:
            counts = ", ".join(
                f"{self.say(YES_NO.get(value, value))}: {count}" for value, count in one.counts
            )
            rows.append([one.name, counts])
        return [self._grid(rows, [60, 40])]

    def _voices(self) -> list[Flowable]:
        story = self._heading(_("Voice of the customer"))
        if not self.report.voices:
            return [*story, plain(self.say(_("Nobody left words.")), styles().body)]
        rows = [[self.say(_("Score")), self.say(_("Number")), self.say(_("What they said"))]]
        rows += [
            [str(one.score), f"{one.campaign} · {int(one.number)}", one.said]
            for one in self.report.voices
        ]
        return [*story, self._grid(rows, [16, 22, 62])]


def write_report(report: Report, paper: Paper) -> bytes:
    """Give the file; the same report gives the same bytes. It names no customer."""
    sheets = Sheets(report, paper)
    header: dict[str, Any] = {
        "widths": [22, 53, 25],
        "rows": [
            [
                {"logo": True, "rows": 2},
                {"text": "{organisation}", "align": "center"},
                {"text": "{form}", "align": "center"},
            ],
            [
                {"text": "{title}", "bold": True, "align": "center", "size": 12},
                {"text": "{pages}", "align": "center"},
            ],
        ],
    }
    page = paper.translate(_("Page ${page} of ${pages}", {"page": "{page}", "pages": "{pages}"}))
    header["rows"][1][1]["text"] = page
    values = {"organisation": paper.organisation, "title": paper.title, "form": paper.form}
    letterhead = Letterhead(
        header,
        values,
        sheets.sheet.text_width,
        brand=Brand(paper.organisation, colour(paper.colour), paper.logo),
        legends={"footer": [paper.made, paper.due]},
    )
    metadata = Metadata(
        title=f"{paper.title} · {paper.month}",
        author=paper.organisation,
        subject="",
        language=paper.language,
        created=paper.at,
    )
    story = keep_headings(sheets.story(), sheets.width)
    return build(story, sheets.sheet, letterhead, metadata).pdf
