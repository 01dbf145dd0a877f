"""Monthly reports: which are due, and keeping one that was made, once."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any, NamedTuple

from qms.content.models import BlobFile, Organisation
from qms.kernel.acts import Act
from qms.surveys.choices import Survey, choices_of
from qms.surveys.errors import NoSuchReport
from qms.surveys.events import ReportSent
from qms.surveys.models import SurveyReport
from qms.surveys.numbers import month_before
from qms.surveys.reports import months_with_data
from qms.surveys.services.campaigns import NAME, surveys_of
from qms.surveys.services.following import holders


class Due(NamedTuple):
    """A report that is to be sent."""

    survey: Survey
    month: str
    by: date
    """The last day on which it is on time."""


def key_of(survey_id: str, month: str) -> str:
    """Name a report."""
    return f"{survey_id} {month}"


def last_day(organisation: Organisation, survey: Survey, month: str) -> date:
    """Give the last day on which the report of a month is on time."""
    year, number = map(int, month.split("-"))
    following = date(year + number // 12, number % 12 + 1, 1)
    return choices_of(organisation).report_due(survey, following)


def due_reports(organisation: Organisation, at: datetime) -> list[Due]:
    """List the reports that are to be sent now, in the order of their months.

    The report of a month goes out on the first business day after it, or as soon as the worker is
    there; months without calls and answers have none. Before the first report was ever sent, only
    the month before counts, so that loaded history sends no letters.
    """
    if NAME not in organisation:
        return []
    choices, folder, found = choices_of(organisation), surveys_of(organisation), []
    today = choices.day(at)
    first = today.replace(day=1)
    if choices.calendar(today).next_business_day(first) > today:
        return []
    previous = month_before(today)
    for survey in choices.active():
        if not survey.data["report"]:
            continue
        sent = [key.split()[1] for key in folder.reports if key.startswith(f"{survey.id} ")]
        since = max(sent, default=month_before(date.fromisoformat(f"{previous}-01")))
        months = [one for one in months_with_data(organisation, survey) if since < one <= previous]
        found += [Due(survey, one, last_day(organisation, survey, one)) for one in months]
    return sorted(found, key=lambda one: (one.month, one.survey.id))


def keep(
    organisation: Organisation, due: Due, pdf: bytes, facts: dict[str, Any], *, act: Act
) -> SurveyReport | None:
    """Keep a report that was made and tell those whom the profile names; None when it is there."""
    folder, choices = surveys_of(organisation), choices_of(organisation)
    key = key_of(due.survey.id, due.month)
    if key in folder.reports:
        return None
    people = tuple(holders(organisation, due.survey.data["report"]["to"]))
    late = choices.day(act.at) > due.by
    file = BlobFile(pdf, f"{due.survey.id}-{due.month}.pdf", "application/pdf")
    kept = {**facts, "due": due.by.isoformat(), "late": late, "to": list(people)}
    report = SurveyReport(due.survey.id, due.month, file, kept, act.at.astimezone(UTC))
    report.__name__, report.__parent__ = key, folder
    folder.reports[key] = report
    told: dict[str, Any] = {"survey": due.survey.id, "month": due.month, "to": list(people)}
    told |= {"sha256": file.sha256, "late": "yes" if late else "no"}
    act.notify(ReportSent(report, act, facts=told, people=people))
    return report


def report_sent(organisation: Organisation, survey_id: str, month: str) -> SurveyReport:
    """Give the report as it was sent, or refuse."""
    found = surveys_of(organisation).reports.get(key_of(survey_id, month))
    if found is None:
        raise NoSuchReport
    kept: SurveyReport = found
    return kept
