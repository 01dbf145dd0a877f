"""Mails about surveys: links to customers; dissatisfied customers and reports to the house."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from pyramid.config import Configurator

from qms.charts import Words
from qms.content.models import organisation_of
from qms.documents.wording import show_date
from qms.kernel.i18n import _
from qms.notices.letters import Letter, Letters, write
from qms.notices.services import post, queue_mail
from qms.people.models import people_of
from qms.people.standing_in import and_delegates
from qms.profiles.api import profile_of
from qms.surveys import events
from qms.surveys.choices import choices_of
from qms.surveys.customers import first_name
from qms.surveys.deputising import process_of
from qms.surveys.models import Contact, SurveyReport
from qms.surveys.pictures import month_name
from qms.surveys.services.calling import survey_of
from qms.surveys.services.following import holders
from qms.web.i18n import localizer_of

ASK, STOP = "survey", "survey-stop"
"""Names of the public pages: the questions, and hearing no more."""


class SurveyLetters(Letters):
    """Writes to customers who get a link, and to those who answer customers."""

    def linked(self, event: events.LinkIssued) -> None:
        """Mail the link, with the one that stops all further mails."""
        if not event.mailed:
            return
        contact: Contact = event.subject
        organisation = organisation_of(contact)
        profile = profile_of(organisation)
        until = event.act.at.astimezone(profile.zone).date()
        days = survey_of(contact).data["link_days"]
        last = show_date(profile, datetime.fromordinal(until.toordinal() + days).date())
        values: dict[str, object] = {
            "name": first_name(contact.customer["name"]),
            "organisation": organisation.title,
            "day": last,
            "address": self.address(organisation, STOP, token=event.token),
        }
        letter = Letter(
            _("How did we do? ${organisation} asks for your opinion", values),
            (
                _("Good day, ${name}.", values),
                _("We would like to know how we attended to you. It takes two minutes."),
                _("The link is yours alone, good once, and until ${day}.", values),
                _("To hear no more from us about surveys: ${address}", values),
            ),
            (_("Answer the survey"), self.address(organisation, ASK, token=event.token)),
        )
        written = write(letter, self.registry, profile.language[:2], organisation.title)
        queue_mail(
            contact,
            key=f"survey {contact.uid} {len(contact.acts)}",
            to=contact.customer["email"],
            subject=written.subject,
            text=written.text,
            html=written.html,
            at=event.act.at,
        )

    def answered(self, event: events.SurveyAnswered) -> None:
        """Tell those whose follow-up it is that a customer waits; the mail names nobody."""
        contact: Contact = event.subject
        if contact.progress.is_open:
            people = holders(organisation_of(contact), contact.progress.owners)
            self._to_people(event, people, _("[${number}] A customer is not satisfied"), "answered")

    def assigned(self, event: events.FollowUpAssigned) -> None:
        """Tell those to whom it was given."""
        contact: Contact = event.subject
        people = [
            one
            for one in holders(organisation_of(contact), contact.progress.owners)
            if one != event.act.person_id
        ]
        self._to_people(event, people, _("[${number}] A customer was given to you"), "assigned")

    def nears_end(self, event: events.FollowUpNearsEnd) -> None:
        """Tell those whom the profile names."""
        late = event.facts["days_left"].startswith("-")
        subject = (
            _("[${number}] A dissatisfied customer was not answered in time")
            if late
            else _("[${number}] A dissatisfied customer waits for an answer")
        )
        self._to_people(event, event.people, subject, f"told {event.facts['days_left']}")

    def _to_people(
        self, event: events.SurveyEvent, people: Iterable[str], subject: Any, why: str
    ) -> None:
        contact: Contact = event.subject
        organisation = organisation_of(contact)
        profile, choices = profile_of(organisation), choices_of(organisation)
        due = contact.progress.due
        day = show_date(profile, choices.day(datetime.fromisoformat(due))) if due else "—"
        number = f"{contact.campaign.number}-{int(contact.number)}"
        letter = Letter(
            _(subject, {"number": number}),
            (
                _("Survey: ${survey}", {"survey": survey_of(contact).name}),
                _("Answer the customer by ${day}, and keep the evidence.", {"day": day}),
            ),
            (_("See the customer"), self.address(contact)),
        )
        directory = people_of(organisation)
        today = choices.day(event.act.at)
        for person_id in and_delegates(organisation, people, today, process_of(contact.survey)):
            key = f"survey {contact.uid} {why} {len(contact.acts)} {person_id}"
            self.send(directory.person(person_id), letter, key, event.act)

    def reported(self, event: events.ReportSent) -> None:
        """Mail the monthly report, the PDF with it, to those whom the profile names."""
        report: SurveyReport = event.subject
        organisation = organisation_of(report)
        letter, directory = self._report_letter(report), people_of(organisation)
        for person_id in event.people:
            person = directory.person(person_id)
            if not person.email or not person.active:
                continue
            written = write(letter, self.registry, person.language, organisation.title)
            post(
                report,
                key=f"survey report {report.uid} {person_id}",
                to=person.email,
                subject=written.subject,
                text=written.text,
                html=written.html,
                attachments=(report.file,),
                at=event.act.at,
            )

    def _report_letter(self, report: SurveyReport) -> Letter:
        organisation = organisation_of(report)
        profile, facts = profile_of(organisation), report.facts
        translate = localizer_of(self.registry, profile.language[:2]).translate
        first = datetime.fromisoformat(f"{report.month}-01").date()
        values: dict[str, object] = {
            "survey": choices_of(organisation).name("surveys", report.survey_id),
            "month": month_name(Words.of(translate), first),
            "answers": facts["answers"],
            "csat": facts["csat"] or "—",
            "nps": facts["nps"] or "—",
            "detractors": facts["detractors"],
            "in_time": facts["detractors_answered_in_time"],
            "day": show_date(profile, facts["due"]),
        }
        where = self.address(
            report.__parent__, "report-sent", survey=report.survey_id, month=report.month
        )
        return Letter(
            _("[${survey}] Report of ${month}", values),
            (
                _("Answers: ${answers}. Satisfied: ${csat} %. NPS: ${nps}.", values),
                _("Detractors: ${detractors}, answered in time: ${in_time}.", values),
                _("To be sent by ${day}", values),
            ),
            (_("Open the report (PDF)"), where),
        )


def includeme(config: Configurator) -> None:
    """Let the letters hear of what they are about."""
    letters = SurveyLetters(config.registry)
    config.registry.qms_survey_letters = letters
    config.add_letters(
        {
            events.LinkIssued: letters.linked,
            events.SurveyAnswered: letters.answered,
            events.FollowUpAssigned: letters.assigned,
            events.FollowUpNearsEnd: letters.nears_end,
            events.ReportSent: letters.reported,
        }
    )
