"""Audits of the made-up year, and the management review that was approved with a signature."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from types import SimpleNamespace
from typing import Any, cast

from qms.cli.place import Work
from qms.cli.year.findings import Improver, advance
from qms.content.models import BlobFile
from qms.documents.services import statements
from qms.improvement import review_pdf
from qms.improvement.management_pack import PART_TITLES, Pack, pack_of
from qms.improvement.models import Audit, ManagementReview
from qms.improvement.services import actions, audits, management
from qms.improvement.workflow import audits as flow
from qms.people.models import people_of
from qms.profiles.api import profile_of
from qms.web.i18n import localizer_of
from qms.web.responses import PDF

EVERY = 9
"""So many questions of a checklist are answered with «conforms» for each one with «no applies»."""
NOTICE = 20
"""Days from planning an audit to its first day."""


@dataclass
class AuditYear:
    """Plays the audits that ``year.yaml`` names."""

    improver: Improver

    def play(self, story: Mapping[str, Any]) -> int:
        """Plan an audit, carry it out, and close it where its story says so; give 1."""
        improver, plan = self.improver, self.improver.plan
        days, organisation = story["days_ago"], improver.organisation
        first = improver.ago(days)
        self._programme(first.year, days + 2 * NOTICE)
        quality = improver.act(plan["quality"], days + NOTICE)
        wanted = audits.Plan(
            title=story["title"],
            objective=story["objective"],
            criteria=story["criteria"],
            scope=story["scope"],
            processes=(story["process"],),
            first=first,
            last=first + timedelta(days=1),
        )
        audit = audits.plan(organisation, first.year, wanted, act=quality)
        audits.staff(audit, plan["checker"], act=improver.act(plan["quality"], days + NOTICE - 1))
        leader = improver.act(plan["checker"], days + 5)
        audits.prepare(audit, act=leader)
        for text in story.get("asked", ()):
            audits.add_question(audit, text, act=leader)
        self._carry_out(audit, story, days)
        return 1

    def _programme(self, year: int, days: int) -> None:
        organisation, plan = self.improver.organisation, self.improver.plan
        if audits.programme_of(organisation, year) is not None:
            return
        act = self.improver.act(plan["quality"], days)
        made = audits.plan_programme(organisation, year, plan["programme"], act=act)
        audits.approve_programme(made, act=self.improver.act(plan["approver"], days - 3))

    def _carry_out(self, audit: Audit, story: Mapping[str, Any], days: int) -> None:
        improver, plan = self.improver, self.improver.plan
        audits.begin(
            audit, "Se presentaron el plan y el equipo.", act=improver.act(plan["checker"], days)
        )
        act = improver.act(plan["checker"], days - 1)
        questions = [one["id"] for one in audit.progress.questions]
        told = dict(zip(questions[-len(story["found"]) :], story["found"], strict=True))
        for place, question in enumerate(questions):
            if question in told:
                one = told[question]
                verdict = flow.FAILS if "kind" in one else flow.OBSERVED
                audits.answer(audit, question, verdict, one["title"], act=act)
            elif place % EVERY == EVERY - 1:
                audits.answer(audit, question, flow.NOT_APPLICABLE, act=act)
            else:
                audits.answer(audit, question, flow.CONFORMS, act=act)
        for question, one in told.items():
            if "kind" in one:
                finding = audits.raise_finding(audit, question, act=act)
                advance(improver, finding, {"process": story["process"], **one}, days - 1)
        audits.conclude(audit, story["conclusion"], act=improver.act(plan["checker"], days - 5))
        if not audits.open_findings(audit):
            audits.close(audit, act=improver.act(plan["quality"], 4))


@dataclass
class ReviewYear:
    """Plays the management review that ``year.yaml`` describes, signed by who approves it."""

    work: Work
    improver: Improver
    passphrase: str

    def play(self, story: Mapping[str, Any]) -> int:
        """Call, minute, decide and approve it; give 1."""
        improver, plan = self.improver, self.improver.plan
        called = improver.ago(story["days_ago"])
        last = called.replace(day=1) - timedelta(days=1)
        quality = improver.act(plan["quality"], story["days_ago"])
        review = management.call(
            improver.organisation,
            f"{story['title']} {last:%Y}",
            date(last.year, 1, 1),
            last,
            story["approvers"],
            act=quality,
        )
        for part in PART_TITLES:
            if part in story["notes"]:
                management.note(review, part, story["notes"][part], act=quality)
        held = improver.act(plan["quality"], story["days_ago"] - 3)
        management.minute(review, story["minutes"], story["attendees"], act=held)
        for one in story["decisions"]:
            due = improver.today + timedelta(days=one["within"])
            wanted = actions.Planned("improvement", one["title"], one["owner"], due)
            management.decide(review, wanted, act=held)
        self._approve(review)
        return 1

    def _approve(self, review: ManagementReview) -> None:
        """Approve it now: the keys of a demonstration are not older than itself."""
        organisation = self.improver.organisation
        act = self.work.act(self.improver.plan["approver"], channel="demo")
        pack = pack_of(self.work.place.registry, review, act.at)
        record = management.approval_record(review, pack.data)
        planned = statements.plan(organisation, record, act=act)
        signed = self.work.outside(lambda: statements.make(planned, self.passphrase))
        make = self._paper(pack, planned.record, act)
        report = BlobFile(self.work.outside(make), f"{review.number}.pdf", PDF)
        accepted = statements.accept(organisation, signed, act=act)
        management.approve(review, pack.data, accepted, report, act=act)

    def _paper(self, pack: Pack, record: Mapping[str, Any], act: Any) -> Any:
        """Plan the PDF as the page of the approval would, for whoever signs it."""
        organisation, registry = self.improver.organisation, self.work.place.registry
        language = profile_of(organisation).language[:2]
        desk = SimpleNamespace(
            organisation=organisation,
            registry=registry,
            localizer=localizer_of(registry, language),
            person=people_of(organisation).person(act.person_id),
            act=act,
        )
        return review_pdf.plan(
            cast(Any, pack), cast(Any, desk), signer=record, digest=record["pack"]
        )
