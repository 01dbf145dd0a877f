"""A year of improvement: findings at several stations, audits, and one approved review."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from qms.cli.year.drawing import Draw
from qms.content.models import Organisation
from qms.improvement.models import Finding
from qms.improvement.services import actions, findings
from qms.improvement.workflow import findings as flow
from qms.indicators.figuring import Figures
from qms.indicators.linking import AT
from qms.indicators.series import points
from qms.indicators.services.following import indicators_of
from qms.kernel.acts import Act
from qms.links.services import Ref
from qms.profiles.api import profile_of

MakeAct = Callable[..., Act]
"""Told a person's id, and by keyword the moment."""
STATIONS = ("reported", "analysis", "acting", "waiting", "closed")
"""How far a finding of the plan has come; each goes through all those before it."""
DUE = 30
"""Days from the plan of an action to its term."""


class Improver:
    """Who acts when, for whatever is played of improvement."""

    def __init__(
        self, organisation: Organisation, plan: Mapping[str, Any], make_act: MakeAct, now: datetime
    ) -> None:
        """Look up what every act needs."""
        self.organisation, self.plan, self.make_act, self.now = organisation, plan, make_act, now
        profile = profile_of(organisation)
        self.calendar, self.zone = profile.calendar(), profile.zone
        self.draw = Draw(organisation.id, "improvement", now.date().year)
        self.today: date = now.astimezone(self.zone).date()

    def ago(self, days: int) -> date:
        """Give the last business day of so many days ago or before."""
        day = self.today - timedelta(days=days)
        while not self.calendar.is_business_day(day):
            day -= timedelta(days=1)
        return day

    def act(self, person_id: str, days: int) -> Act:
        """Let somebody act so many days ago, in office hours and never in the future."""
        at = self.draw.moment(self.ago(days), self.zone)
        return self.make_act(person_id, at=min(at, self.now - timedelta(minutes=1)))


@dataclass
class FindingYear:
    """Plays the findings that ``year.yaml`` names."""

    improver: Improver
    registry: Any

    def __post_init__(self) -> None:
        """Look up from what findings can arise."""
        self.organisation, self.plan = self.improver.organisation, self.improver.plan
        self.missed = sorted(self._missed())
        self.taken: set[str] = set()

    def _missed(self) -> Iterator[tuple[date, str]]:
        """Give the last day and the key of every missed period."""
        today = self.improver.today
        figures = Figures.of(self.registry, self.organisation, self.improver.now)
        for indicator in indicators_of(self.organisation).values():
            if indicator.is_ended or not indicator.definition.is_measured:
                continue
            for point in points(indicator, today, figures=figures, last=13):
                if point.meets is False and point.period.last < today:
                    yield point.period.last, f"{indicator.number}{AT}{point.period.key}"

    def _origin(self, story: Mapping[str, Any]) -> Ref | None:
        """Find what a story arose from: the last missed period, or a case that was opened again."""
        day = self.improver.ago(story["days_ago"])
        if story["source"] == "indicator":
            known = [one for one in self.missed if one[0] < day]
            if known:
                self.missed.remove(known[-1])
                return ("indicator", known[-1][1])
        if story["source"] == "case":
            for case in self.organisation["cases"].values():
                again = [one["at"] for one in case.acts if one["kind"] == "reopened"]
                if again and case.number not in self.taken and again[0][:10] < day.isoformat():
                    self.taken.add(case.number)
                    return ("case", case.number)
        return None

    def play(self, story: Mapping[str, Any]) -> int:
        """Report one and take it as far as its story goes; give 1."""
        reporter = story.get("by") or self.plan["quality"]
        finding = findings.report(
            self.organisation,
            findings.Reported(
                story["text"],
                title=story["title"],
                source=story["source"],
                process=story["process"],
                clause=story.get("clause", ""),
                origin=self._origin(story),
            ),
            act=self.improver.act(reporter, story["days_ago"]),
        )
        advance(self.improver, finding, story, story["days_ago"])
        return 1


def advance(improver: Improver, finding: Finding, story: Mapping[str, Any], days: int) -> None:
    """Take a finding that was reported so many days ago as far as its story goes."""
    plan, act = improver.plan, improver.act
    reached = STATIONS.index(story["reached"])
    responsible = story["responsible"]
    if story["reached"] == "reported":
        return
    kinds = {name: story.get(name, "") for name in ("kind", "severity", "process")}
    findings.accept(
        finding, {**kinds, "responsible": responsible}, act=act(plan["quality"], days - 2)
    )
    if "correction" in story:
        text, kept = story["correction"], "Correo de la fecha, carpeta del proceso"
        findings.correct(finding, text, record=kept, act=act(responsible, days - 3))
    if reached < STATIONS.index("acting"):
        return
    if "root" in story:
        causes = {name: story[name] for name in ("whys", "branches", "root") if name in story}
        values = {**causes, "similar": "no"}
        findings.analyse(finding, values, act=act(responsible, days - 7))
        text = "Los riesgos del proceso ya contemplan este caso."
        findings.answer_risks(finding, text, needed=False, act=act(responsible, days - 8))
    _act_on(improver, finding, story, days - 9)
    if finding.state == flow.WAITING and reached == STATIONS.index("closed"):
        day = (improver.today - date.fromisoformat(finding.progress.check_from or "")).days
        shown = "Muestra de veinte registros del período siguiente"
        text = story.get("checked", "Se revisó una muestra y el hecho no se repitió.")
        checker = act(plan["checker"], day - 1)
        findings.check(finding, text, effective=True, record=shown, act=checker)
        text = "Acciones verificadas y eficaces."
        findings.close(finding, text, act=act(plan["quality"], day - 3))


def _act_on(improver: Improver, finding: Finding, story: Mapping[str, Any], days: int) -> None:
    """Plan the actions of a finding, and do and verify them where its story goes that far."""
    plan, act, organisation = improver.plan, improver.act, improver.organisation
    responsible, reached = story["responsible"], STATIONS.index(story["reached"])
    planned = []
    for one in story.get("actions", ()):
        due = improver.ago(days) + timedelta(days=one.get("within", DUE))
        kind = one.get("kind", "corrective")
        asked = one.get("evidence", "")
        wanted = actions.Planned(kind, one["title"], one["owner"], due, evidence=asked)
        made = actions.plan(organisation, wanted, finding=finding, act=act(responsible, days))
        planned.append((made, one))
    if flow.missing_for_plan(finding.progress):
        return
    findings.finish_plan(finding, act=act(responsible, days - 1))
    for made, one in planned:
        if reached < STATIONS.index("waiting") and "done" not in one:
            continue
        doer = actions.owners(made)[0].id
        text = one.get("done") or "Hecho como se planeó."
        record = one.get("evidence") or "Acta de la fecha"
        actions.finish(made, text, record=record, act=act(doer, days - 15))
        if reached >= STATIONS.index("waiting"):
            text = "Se vio el registro; está completo."
            actions.verify(made, text, act=act(plan["quality"], days - 19))
