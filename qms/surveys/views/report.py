"""The monthly report on screen, as a workbook and as a PDF, now or as it was sent."""

from __future__ import annotations

import re
from collections.abc import Iterable
from decimal import Decimal
from functools import partial
from typing import Any
from urllib.parse import urlencode

from pyramid.httpexceptions import HTTPNotFound
from pyramid.request import Request
from pyramid.response import Response
from pyramid.view import view_config

from qms.charts import Words, figure
from qms.content.models import organisation_of
from qms.documents.wording import show_date
from qms.exports import Column, Kind, Table
from qms.kernel.i18n import _
from qms.links.shown import panel
from qms.security.permissions import Permission
from qms.surveys.choices import Survey, choices_of
from qms.surveys.linking import report_key
from qms.surveys.models import SurveyFolder
from qms.surveys.monthly import paper_of
from qms.surveys.numbers import month_span
from qms.surveys.pictures import Pictures, month_title
from qms.surveys.report_pdf import ACTIONS, write_report
from qms.surveys.reports import Report, months_with_data, report_of, scale_words
from qms.surveys.services.campaigns import surveys_of
from qms.surveys.services.reporting import key_of, last_day, report_sent
from qms.web.i18n import translate
from qms.web.responses import PDF, file_response
from qms.web.transactions import outside

_MONTH = re.compile(r"20\d\d-(?:0[1-9]|1[0-2])\Z")
COLUMNS = (
    Column("part", _("Part of the report")),
    Column("name", _("Name")),
    Column("answers", _("Answers"), Kind.NUMBER),
    Column("promoters", _("Promoters"), Kind.NUMBER),
    Column("neutrals", _("Neutral customers"), Kind.NUMBER),
    Column("detractors", _("Detractors"), Kind.NUMBER),
    Column("nps", _("NPS"), Kind.NUMBER),
    Column("csat", _("Satisfied customers"), Kind.PERCENT),
    Column("average", _("Mean score"), Kind.NUMBER),
)


class Asked:
    """Which report an address asks for."""

    def __init__(self, folder: SurveyFolder, request: Request) -> None:
        """Read survey, month, line and brand; what is unknown falls back to the usual."""
        self.organisation = organisation_of(folder)
        self.choices = choices_of(self.organisation)
        active = self.choices.active()
        if not active:
            raise HTTPNotFound
        get = request.GET
        self.survey: Survey = self.choices.surveys.get(get.get("survey", "")) or active[0]
        this = f"{self.choices.day(request.act.at):%Y-%m}"
        self.months = sorted({*months_with_data(self.organisation, self.survey), this})
        month = get.get("month", "")
        self.month = month if _MONTH.match(month) else this
        self.line = get.get("line", "") if get.get("line") in self.choices.lines else ""
        self.brand = get.get("brand", "") if get.get("brand") in self.choices.brands else ""

    def report(self) -> Report:
        """Compute it."""
        return report_of(
            self.organisation, self.survey, self.month, line=self.line, brand=self.brand
        )

    def query(self, **changes: str) -> dict[str, str]:
        """Give the address's part with changes."""
        found = {
            "survey": self.survey.id,
            "month": self.month,
            "line": self.line,
            "brand": self.brand,
            **changes,
        }
        return {name: value for name, value in found.items() if value}


@view_config(
    context=SurveyFolder,
    name="report",
    request_method="GET",
    permission=Permission.VIEW,
    renderer="qms.templates:surveys/report.pt",
)
def show(folder: SurveyFolder, request: Request) -> dict[str, Any]:
    """Show a month with its charts; every number leads to the answers behind it."""
    asked = Asked(folder, request)
    report, say = asked.report(), partial(translate, request)
    path = partial(request.resource_path, folder)
    words = Words.of(say)
    return {
        "heading": _("Report: ${survey}", {"survey": asked.survey.name}),
        "folder": folder,
        "asked": asked,
        "report": report,
        "month_name": month_title(words, report.first),
        "months": [(one, month_title(words, month_span(one)[0])) for one in reversed(asked.months)],
        "surveys": [(one.id, one.name) for one in asked.choices.active()],
        "groups": [
            (title, facet, parts)
            for title, facet, parts in (
                (_("Line"), "line", report.lines),
                (_("Brand"), "brand", report.brands),
                (_("Agent"), "agent", report.agents),
            )
            if parts
        ],
        "charts": _charts(report, asked, say),
        "scale": scale_words(asked.survey),
        "actions_needed": [ACTIONS[one] for one in report.act_upon],
        **_sending(asked),
        "style": asked.choices.profile.number_style(),
        "answers_url": partial(_answers_url, folder, request, asked),
        "customers_url": partial(_customers_url, folder, request, asked),
        "pdf_url": path("report-pdf", query=asked.query()),
        "xlsx_url": path("report", query={**asked.query(), "download": "xlsx"}),
        "links": panel(
            request,
            "campaign",
            report_key(asked.survey.id, asked.month),
            may_link=bool(request.has_permission(Permission.SURVEY_MANAGE, folder)),
        ),
        "table": lambda: _table(report, say),
        "json": report.to_data,
        "wide": True,
    }


def _charts(report: Report, asked: Asked, say: Any) -> dict[str, Any]:
    pictures = Pictures(report, say, asked.choices.profile.number_style())
    answered = bool(report.numbers.answers)
    return {
        "csat": figure(pictures.satisfaction(), "csat"),
        "nps": figure(pictures.promoters(), "nps"),
        "questions": figure(pictures.questions(), "questions") if answered else None,
    }


def _sending(asked: Asked) -> dict[str, Any]:
    """Say until when the report is sent, and when it was."""
    profile, survey = asked.choices.profile, asked.survey
    sent = surveys_of(asked.organisation).reports.get(key_of(survey.id, asked.month))
    due = last_day(asked.organisation, survey, asked.month) if survey.data["report"] else None
    return {
        "sent": sent,
        "due": show_date(profile, due) if due else "",
        "sent_on": show_date(profile, sent.sent_at.astimezone(profile.zone).date()) if sent else "",
    }


def _answers_url(folder: SurveyFolder, request: Request, asked: Asked, **more: str) -> str:
    pairs = {"answered": asked.month, "survey": asked.survey.id, "line": asked.line}
    pairs |= {"brand": asked.brand, **more}
    query = urlencode({name: value for name, value in pairs.items() if value})
    return f"{request.resource_path(folder, 'answers')}?{query}"


def _customers_url(folder: SurveyFolder, request: Request, asked: Asked, day: str) -> str:
    """Give the address of those who were called or reached in the month."""
    return _answers_url(folder, request, asked, answered="", **{day: asked.month})


def _table(report: Report, say: Any) -> Table:
    """Give every number of the report as a table to take away."""

    def rows() -> Iterable[tuple[Any, ...]]:
        groups = (
            (_("Whole survey"), [("", report.numbers)]),
            (_("Line"), [(one.name, one.numbers) for one in report.lines]),
            (_("Brand"), [(one.name, one.numbers) for one in report.brands]),
            (_("Agent"), [(one.name, one.numbers) for one in report.agents]),
            (_("Question"), [(one.name, one.numbers) for one in report.questions]),
            (_("Month"), list(report.history)),
        )
        for title, parts in groups:
            for name, one in parts:
                yield (
                    say(title),
                    name,
                    one.answers,
                    one.promoters,
                    one.neutrals,
                    one.detractors,
                    _rounded(one.nps),
                    _rounded(one.csat),
                    _rounded(one.average),
                )

    return Table(
        _("Report: ${survey}", {"survey": f"{report.survey.name} {report.month}"}), COLUMNS, rows
    )


def _rounded(value: Decimal | None) -> Decimal | None:
    return None if value is None else value.quantize(Decimal("0.01"))


@view_config(
    context=SurveyFolder, name="report-pdf", request_method="GET", permission=Permission.VIEW
)
def as_pdf(folder: SurveyFolder, request: Request) -> Response:
    """Make the PDF of a month as it stands now."""
    asked = Asked(folder, request)
    report = asked.report()
    paper = paper_of(
        asked.organisation, asked.survey, asked.month, partial(translate, request), request.act.at
    )
    data = outside(request, partial(write_report, report, paper))
    name = f"{asked.survey.id}-{asked.month}.pdf"
    return file_response(request, data, name, PDF, inline=True)


@view_config(
    context=SurveyFolder, name="report-sent", request_method="GET", permission=Permission.VIEW
)
def as_sent(folder: SurveyFolder, request: Request) -> Response:
    """Give the PDF as it was sent."""
    get = request.GET
    found = report_sent(
        organisation_of(folder), get.get("survey", "")[:64], get.get("month", "")[:7]
    )
    return file_response(request, found.file, inline=True)
