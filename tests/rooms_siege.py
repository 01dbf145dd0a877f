"""One thing of every kind in the rooms of cases, records, figures, surveys and improvement.

Beside them what links them; ``season_rooms`` puts one text into every field of theirs.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from retention_house import listed
from siege import ORGANISATION

from qms.content.models import BlobFile, Organisation
from qms.improvement.services import actions, audits, findings, management
from qms.indicators.figuring import Figures
from qms.indicators.objectives import services as objectives
from qms.indicators.periods import Period
from qms.indicators.services import analysing, sources
from qms.indicators.services.following import begin, indicators_of
from qms.indicators.services.measuring import capture_many
from qms.kernel.acts import Act
from qms.links.services import link
from qms.pqr import answers, posting, publishing, rating, rights
from qms.pqr import services as cases
from qms.pqr.bulk import services as bulk
from qms.pqr.contingency.services import reserve
from qms.pqr.intake.reading import Mail
from qms.pqr.intake.services import Counter, take_in
from qms.pqr.models import Case
from qms.pqr.periods import QUARTER
from qms.pqr.periods import Period as Quarter
from qms.retention.models import Disposal, Transfer
from qms.retention.services import holds
from qms.retention.services.keeping import add_series
from qms.retention.services.rooms import act_data, retention_of
from qms.sheets.tables import Table, Tables
from qms.surveys.choices import choices_of
from qms.surveys.services import following, links, loading, reporting
from qms.surveys.services.answering import record_answer
from qms.surveys.services.calling import note_attempt
from qms.surveys.services.campaigns import add_customer, open_campaign

MANAGER, CLERK, LEADER = "lucia-mora", "paola-rincon", "andres-pineda"


@dataclass
class Made:
    """What was put in, by what tests ask for."""

    cases: dict[str, str]
    token: str
    """Of a survey's link."""


def season_rooms(
    fort: Any, text: str = "Un texto cualquiera.", who: Mapping[str, str] | None = None
) -> Made:
    """Put one thing of every kind into the rooms, ``text`` in all of their fields.

    ``who`` is the customer, where that is not the text as well.
    """
    customer = {"name": text[:150], "email": "rosa@example.org", "phone": "3001112233"}
    customer |= {"id": text[:60], "address": text[:150], **(who or {})}
    with fort.site() as site:
        organisation = site[ORGANISATION]
        made = make_cases(organisation, fort, text, customer)
        token = _surveys(organisation, fort.act(MANAGER), text, customer)
        _improvement(organisation, fort.act(MANAGER), text)
        _records(organisation, fort.act(MANAGER), text)
        _indicators(organisation, fort, text)
    listed(fort)
    return Made(made, token)


# Cases


def make_cases(
    organisation: Organisation, fort: Any, text: str, who: Mapping[str, str]
) -> dict[str, str]:
    """Leave a case at each station that others bring along, a mail, lists and paper numbers."""
    manager, clerk = fort.act(MANAGER), fort.act(CLERK)
    heard = {
        "approval": cases.Received("informe", "telefono", text, who),
        "open": cases.Received(
            "queja", "telefono", text, who, proxy=who, consented=True, note=text,
            files=[BlobFile(b"x", f"{text[:60]}.txt", "text/plain")],
        ),
        "notice": cases.Received("peticion", "telefono", text, {"name": "Zoe"}),
        "objected": cases.Received("peticion", "telefono", text, who),
        "suppressed": cases.Received("peticion", "telefono", text, who),
        "mine": cases.Received("peticion", "telefono", text, who),
    }  # fmt: skip
    made = {name: cases.register(organisation, one, act=clerk).case for name, one in heard.items()}
    cases.add_note(made["open"], text, act=manager)
    cases.extend(made["open"], 1, text, act=manager)
    cases.assign(made["mine"], owner=CLERK, act=manager)
    answers.draft(made["mine"], text, act=clerk)
    _answered(organisation, made, text, clerk)
    _of_days_off(organisation, fort, text, who)
    return {name: case.number for name, case in made.items()}


def _answered(organisation: Organisation, made: dict[str, Case], text: str, act: Act) -> None:
    """Bring cases to an approval, an objection, their suppression and a notice."""
    cases.answer(made["notice"], text, act=act)
    posting.publish(made["notice"], text, act=act)
    # A signed letter is asked for by the profile; these answers came to their customers before.
    for name in ("objected", "suppressed"):
        cases.answer(made[name], text, act=act)
        cases.take(made[name], "notified", act, how="phone", proof=text[:190])
    rating.rate(made["objected"], 1, text, act=act)
    rating.object_to(made["objected"], text, act=act)
    cases.close(made["suppressed"], "confirmed", text, act=act)
    ground = rights.Ground("SUP-1", "22/11/2026", "Suprimido")
    cases.take(made["suppressed"], "suppressed", act, ground="asked", record="SUP-1")
    rights.pseudonymise(made["suppressed"], ground=ground, act=act)
    entry = {"kinds": ["informe"], "position": "jefe-sac"}
    entry |= {"lanes": [], "amount_from": None, "role": None}
    said = organisation.profile["cases"]
    organisation.profile["cases"] = {**said, "approval": [*said["approval"], entry]}
    organisation.profile_revision += 1
    answers.submit(made["approval"], text, act=act)


def _of_days_off(organisation: Organisation, fort: Any, text: str, who: Mapping[str, str]) -> None:
    """Leave kept mails, a list in preview and one finished, numbers on paper, a public report."""
    act = fort.act(MANAGER)
    hostile = {"name": f"{text[:60]}.txt", "media_type": "text/plain", "data": "eA=="}
    for spam, why in ((True, ""), (False, "unreadable")):
        mail = Mail(
            text.encode() + bytes([spam]), act.at, why, name=who["name"], address=who["email"],
            senders=1, subject=text[:200], text=text, spam=spam, files=(hostile,),
        )  # fmt: skip
        take_in(Counter(organisation, (), str, act), mail)
    rows = [["Tipo", "Canal", "Descripción", "Nombre", "Fecha"]]
    day = f"{act.at - timedelta(days=2):%d/%m/%Y}"
    rows += [["Petición", "Teléfono fijo", text, who["name"], day], [text] * 5]
    columns = {"kind": 0, "channel": 1, "text": 2, "name": 3, "received": 4}
    for step in ("preview", "done"):
        source = BlobFile(step.encode(), f"{text[:60]}.csv", "text/csv")
        cells = Tables([Table(text[:31], rows, cut=False)])
        run = bulk.receive(organisation, source, cells, mode="new", act=act)
        bulk.choose_columns(organisation, run, columns, defaults={}, act=act)
        if step == "done":
            bulk.start(organisation, run, act=act)
            bulk.step(organisation, run, act=act)
    reserve(organisation, 2, text, act=act)
    last = Quarter.of(QUARTER, act.at.date()).before
    figures = {"columns": ["received"], "threshold": 5}
    rows_ = [{"label": text[:90], "total": False, "figures": ["7"]}]
    rows_ += [{"label": "Todos", "total": True, "figures": ["hidden"]}]
    values = {"kind": publishing.PUBLISHED, "figures": {**figures, "rows": rows_}}
    publishing._take(organisation, last, values, act)


# Surveys


def _surveys(organisation: Organisation, act: Act, text: str, who: Mapping[str, str]) -> str:
    """Leave a campaign with somebody unhappy, a called customer, a list, a link and a report."""
    campaign = open_campaign(organisation, "percepcion", text[:150], act=act)
    questions = ("atencion", "oportunidad", "cumplimiento", "general")
    values: dict[str, Any] = {**dict.fromkeys(questions, 2), "comentarios": text}
    known = {"name": who["name"], "phone": who["phone"], "ciudad": text[:60]}
    contact = record_answer(campaign, known, values, act=act)
    called = add_customer(campaign, {**known, "phone": "3001112255"}, act=act)
    reason = next(iter(choices_of(organisation).reasons))
    note_attempt(called, reason, note=text, act=act)
    linked = add_customer(campaign, {**known, "phone": "", "email": "e@b.co"}, act=act)
    token = links.issue(linked, act=act)
    file = BlobFile(b"x", f"{text[:60]}.pdf", "a/b")
    following.move(contact, "gestionado", note=text, files=[file], act=act)
    rows = [["Cliente", "Celular"], [who["name"], "3001112244"]]
    loading.receive(campaign, BlobFile(b"C", f"{text[:60]}.csv", "text/csv"), rows, act=act)
    due = reporting.Due(choices_of(organisation).survey("percepcion"), "2026-10", act.at.date())
    facts = {"answers": 1, "csat": None, "nps": None}
    facts |= {"detractors": 1, "detractors_answered_in_time": 1}
    reporting.keep(organisation, due, b"%PDF-", facts, act=act)
    return token


# What is measured, improved and kept


def _improvement(organisation: Organisation, act: Act, text: str) -> None:
    """Bring a finding to its analysis, an action along, an audit to its answers, a review."""
    day = act.at.date()
    room = organisation["findings"]
    reported = findings.Reported(
        text, text[:150], process="sc", clause=text[:40], requirement=text,
        origin=("case", next(iter(organisation["cases"]))),
    )  # fmt: skip
    finding = findings.report(organisation, reported, act=act)
    values = {"kind": "no-conformidad", "severity": "mayor", "process": "sc"}
    findings.accept(finding, {**values, "responsible": LEADER}, act=act)
    findings.correct(finding, text, record=text[:150], act=act)
    whys = {"whys": [text, text], "branches": {text[:40]: [text]}, "root": text}
    findings.analyse(finding, {**whys, "similar": "yes", "similar_text": text}, act=act)
    planned = actions.Planned(
        "improvement", text[:150], "position:coordinador-calidad", day, text, text, process="sc"
    )
    action = actions.plan(organisation, planned, act=act)
    actions.note(action, text, percent=5, act=act)
    facts = dict.fromkeys(audits.PROGRAMME_FACTS, text)
    audits.plan_programme(organisation, day.year, facts, act=act)
    plan = audits.Plan(text[:150], text, text, text, ("sc",), day, day)
    audit = audits.plan(organisation, day.year, plan, act=act)
    audits.staff(audit, MANAGER, act=act)
    audits.add_question(audit, text, text[:40], act=act)
    review = management.call(organisation, text[:150], day, day, ["coordinador-calidad"], act=act)
    management.minute(review, text, text, act=act)
    assert finding.number in room


def _records(organisation: Organisation, act: Act, text: str) -> None:
    """Leave a series, a hold, a transfer and an elimination that somebody objected to."""
    room = retention_of(organisation)
    values = {"code": "Z1", "name": text[:150], "document_types": [], "disposition": "CT"}
    values |= {"office_years": 1, "central_years": 1, "valid_from": "2020-01-01"}
    add_series(organisation, values, reason=text, act=act)
    hold = holds.place(
        organisation, [("series:Z1", text[:150])], title=text[:150], reason=text, act=act
    )
    assert hold.number
    transfer = room["transfers"].add("TRP-1", Transfer("TRP-1", text[:150], secondary=False))
    transfer.acts.append(act_data("sent", act, note=text))
    disposal = room["disposals"].add("ELIM-1", Disposal("ELIM-1", text[:150]))
    until = (act.at.date() + timedelta(days=9)).isoformat()
    disposal.take(act_data("proposed", act, reason=text))
    disposal.take(act_data("announced", act, until=until))
    disposal.take(act_data("objected", act, text=text, lines=[]))


def _indicators(organisation: Organisation, fort: Any, text: str) -> None:
    """Leave an indicator with values, a closed analysis and one that is only written."""
    act = fort.act(LEADER)
    indicator = indicators_of(organisation)["IND-002"]
    begin(indicator, act.at.date() - timedelta(days=300), reason=text, act=act)
    quarter = Period.of("quarterly", act.at.date())
    months = [quarter.previous().previous(), quarter.previous()]
    days = [part for one in months for part in one.parts("daily") if part.first.weekday() < 5]
    calls = {"llamadas_atendidas": Decimal(20), "llamadas_recibidas": Decimal(100)}
    capture_many(indicator, dict.fromkeys(days, calls), confirmed=True, act=act)
    figures = Figures.of(fort.registry, organisation, act.at)
    for period in months:
        analysing.save(
            indicator, period, text=text, cause=text, reason=text, figures=figures, act=act
        )
    analysing.close(indicator, months[0], figures=figures, act=act)
    analysing.add_note(indicator, months[0], text=text, act=act)
    outside = sources.declare(organisation["indicators"], text[:90], act=fort.act(MANAGER))
    sources.new_token(organisation["indicators"], outside, act=fort.act(MANAGER))
    ends = (("indicator", indicator.number), ("document", indicator.document.uid))
    link(organisation, *ends, subject=indicator, act=fort.act(MANAGER))
    facts = {"text": text, "target": text[:300], "plan": text, "indicators": ["IND-002"]}
    year = act.at.year
    span = {"owner": "jefe-sac", "first": date(year, 1, 1), "last": date(year, 12, 31)}
    aim = objectives.set_objective(organisation, {**facts, **span}, act=fort.act(MANAGER))
    objectives.change(
        aim, {**facts, **span, "text": f"{text} 2"}, reason=text, act=fort.act(MANAGER)
    )
    objectives.note(aim, text, act=act)
