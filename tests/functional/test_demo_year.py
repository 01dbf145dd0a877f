"""The made-up year goes through the real services, mails nobody, and ends in the present."""

from __future__ import annotations

from datetime import timedelta
from functools import partial
from types import SimpleNamespace

import yaml
from house import PASSPHRASE

from qms.cli.year.aims import play_objectives
from qms.cli.year.calls import CallYear
from qms.cli.year.cases import CaseYear
from qms.cli.year.drawing import Draw
from qms.cli.year.findings import FindingYear, Improver
from qms.cli.year.judging import AuditYear, ReviewYear
from qms.cli.year.measures import MeasureYear
from qms.indicators.listing import rows_of
from qms.kernel import clock
from qms.notices.services import outbox_of
from qms.people.acts import make_act
from qms.pqr.listing import Row, catalogue_of
from qms.profiles.shipped import shipped_organisations
from qms.surveys.listing import catalogue_of as answers_of
from qms.surveys.models import Campaign
from qms.surveys.services.campaigns import surveys_of

CASES = {"per_day": 6, "late": 20, "rated": 50, "rating": 4, "reopened": 20, "confirmed": 90}


def plan_of(name):
    folder = next(one for one in shipped_organisations() if one.name == name)
    return yaml.safe_load((folder / "year.yaml").read_text(encoding="utf-8"))


def test_the_same_seed_draws_the_same_year():
    one, other = Draw("a", 2026), Draw("a", 2026)
    draws = [(one.number(5), one.customer(), one.days(3), one.score(1, 5, 4)) for _ in range(50)]
    assert draws == [
        (other.number(5), other.customer(), other.days(3), other.score(1, 5, 4)) for _ in range(50)
    ]
    assert Draw("b", 2026).customer() != Draw("a", 2026).customer()


def test_weeks_of_cases_calls_and_measurements_are_played(house):
    now = clock.now()
    act = partial(make_act, house.registry, channel="demo")
    with house.site() as site:
        mails = len(list(outbox_of(site).waiting()))
        courier = site["aexpress"]
        cases = CaseYear(courier, plan_of("aexpress")["cases"] | CASES, act, now)
        days = cases.days(now.date() - timedelta(days=40))
        received = sum(cases.play(day) for day in days[:8])
        rows = [
            Row(*one) for one in catalogue_of(courier).query({}, order="number", limit=None).rows
        ]
        assert len(rows) == received > 20
        assert {"case-closed", "case-open"} & {one.state for one in rows}
        assert all(one.received < now.isoformat() for one in rows)
        dealer = site["carrazos"]
        calls = CallYear(dealer, plan_of("carrazos")["surveys"], act, now)
        asked = sum(calls.play(day) for day in calls.days(now.date() - timedelta(days=7))[:3])
        assert len(answers_of(dealer)) == asked > 5
        assert any(one.open for one in surveys_of(dealer).values() if isinstance(one, Campaign))
        calls.play(now.date() + timedelta(days=32))
        assert not any(one.open for one in surveys_of(dealer).values() if isinstance(one, Campaign))
        measures = MeasureYear(courier, plan_of("aexpress")["measures"], act, now, house.registry)
        captured = sum(measures.play(one) for one in measures.indicators())
        assert captured > 200
        assert {one.state for one in rows_of(courier)} == {"indicator-active"}
        for organisation in (courier, dealer):
            plan = plan_of(organisation.id)["objectives"]
            assert play_objectives(organisation, plan, act, now) == len(plan)
            assert all(one.progress.indicators for one in organisation["objectives"].values())
        assert len(list(outbox_of(site).waiting())) == mails


def test_findings_stand_at_every_station_and_audits_name_theirs(house):
    act = partial(make_act, house.registry, channel="demo")
    with house.site() as site:
        courier = site["aexpress"]
        mails = len(list(outbox_of(site).waiting()))
        improver = Improver(courier, plan_of("aexpress")["improvement"], act, clock.now())
        found, audited = FindingYear(improver, house.registry), AuditYear(improver)
        played = sum(map(found.play, improver.plan["findings"]))
        sum(map(audited.play, improver.plan["audits"]))
        states = {one.state for one in courier["findings"].values()}
        assert played == len(improver.plan["findings"])
        assert states >= {
            "finding-reported",
            "finding-analysis",
            "finding-acting",
            "finding-waiting",
            "finding-closed",
        }
        audits = [one for one in courier["audits"].values() if hasattr(one, "number")]
        assert [one.state for one in audits] == ["audit-closed", "audit-reported"]
        assert all(one.progress.findings for one in audits)
        work = SimpleNamespace(
            act=act, outside=lambda make: make(), place=SimpleNamespace(registry=house.registry)
        )
        ReviewYear(work, improver, PASSPHRASE).play(improver.plan["review"])
        (review,) = courier["management-reviews"].values()
        assert (review.state, review.report.media_type) == (
            "management-approved",
            "application/pdf",
        )
        assert len(list(outbox_of(site).waiting())) == mails
