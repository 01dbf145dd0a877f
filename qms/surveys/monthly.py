"""What the worker does for surveys: alerts of follow-ups, and the monthly reports."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime
from functools import partial
from typing import Any

from pyramid.registry import Registry

from qms.charts import Words
from qms.content.models import Organisation
from qms.documents.wording import show_date, show_moment_and_zone
from qms.kernel.acts import Act
from qms.kernel.i18n import _
from qms.profiles.api import logo_of, profile_of
from qms.surveys.choices import Survey
from qms.surveys.pictures import month_name
from qms.surveys.report_pdf import Paper, write_report
from qms.surveys.reports import report_of
from qms.surveys.services.answering import format_in_force
from qms.surveys.services.following import alert
from qms.surveys.services.reporting import due_reports, keep, last_day
from qms.web.i18n import localizer_of


def paper_of(
    organisation: Organisation,
    survey: Survey,
    month: str,
    translate: Callable[[Any], str],
    at: datetime,
) -> Paper:
    """Gather what the PDF of a report needs beside its figures."""
    profile, logo = profile_of(organisation), logo_of(organisation)
    first = datetime.fromisoformat(f"{month}-01").date()
    report = survey.data["report"] or {}
    form = format_in_force(organisation, report.get("form_code"))
    word = translate(_("version"))
    due = ""
    if survey.data["report"]:
        day = show_date(profile, last_day(organisation, survey, month))
        due = translate(_("To be sent by ${day}", {"day": day}))
    moment = show_moment_and_zone(profile, at)
    return Paper(
        organisation=profile.legal_name or profile.name,
        colour=profile.colour,
        logo=logo.read() if logo is not None else None,
        paper=profile.printing["paper"],
        language=profile.language,
        title=translate(_("Report: ${survey}", {"survey": survey.name})),
        month=month_name(Words.of(translate), first),
        form=f"{form['code']} · {word} {form['version']}" if form else "",
        at=at,
        made=translate(_("Made on ${moment} of the system's own records", {"moment": moment})),
        due=due,
        numbers=profile.number_style(),
        translate=translate,
    )


def send_due(
    organisation: Organisation,
    registry: Registry,
    *,
    make_act: Callable[[], Act],
    outside: Callable[[Callable[[], bytes]], bytes],
) -> int:
    """Make, keep and mail every report that is due; the PDF is made outside of transactions."""
    sent = 0
    for due in due_reports(organisation, make_act().at):
        translate = localizer_of(registry, profile_of(organisation).language[:2]).translate
        report = report_of(organisation, due.survey, due.month)
        paper = paper_of(organisation, due.survey, due.month, translate, make_act().at)
        pdf = outside(partial(write_report, report, paper))
        if keep(organisation, due, pdf, report.to_data(), act=make_act()) is not None:
            sent += 1
    return sent


def work(organisations: Iterable[Organisation], job: Any) -> None:
    """Do the worker's turn: alerts first, then reports; each organisation on its own."""
    make_act = partial(job.act, "system", channel="worker")
    for organisation in organisations:
        alert(organisation, act=make_act())
        job.commit()
        send_due(organisation, job.place.registry, make_act=make_act, outside=job.outside)
        job.commit()
