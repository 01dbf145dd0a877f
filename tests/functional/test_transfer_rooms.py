"""Cases, surveys, indicators, findings, retention and links are the same elsewhere (case A33)."""

from __future__ import annotations

import io
import zipfile
from datetime import timedelta
from decimal import Decimal

import pytest
from improvement_house import one_of_each
from siege import QUALITY, Fort
from survey_house import one_of_each_survey
from transfer_house import ORGANISATION, Elsewhere, exported

from qms.content.models import numbers_of
from qms.documents.figures import Span, figure_sources
from qms.documents.management_inputs import review_inputs
from qms.documents.records import record_kinds
from qms.imports.transfer import parts
from qms.indicators.figuring import Figures
from qms.indicators.listing import rows_of
from qms.indicators.objectives import services as objectives
from qms.indicators.periods import Period
from qms.indicators.services import analysing
from qms.indicators.services.following import begin, indicators_of
from qms.indicators.services.measuring import capture_many
from qms.indicators.services.sources import declare, new_token
from qms.kernel import clock
from qms.links.services import link, linked_to
from qms.people import services as people
from qms.people.moments import local_day
from qms.pqr import services as cases
from qms.pqr.contingency.services import reserve
from qms.pqr.cut import tallies_at
from qms.pqr.intake.reading import Mail
from qms.pqr.intake.services import Counter, take_in
from qms.pqr.ledger import ROOM as LEDGER
from qms.pqr.ledger import ledger_of
from qms.pqr.lettering import CHECKS, checked
from qms.pqr.listing import catalogue_of as cases_list
from qms.retention.listing import sync
from qms.retention.models import Disposal, Transfer
from qms.retention.services import holds
from qms.retention.services.rooms import act_data, retention_of
from qms.surveys.choices import choices_of
from qms.surveys.cut import figures_at
from qms.surveys.listing import catalogue_of as surveys_list
from qms.surveys.services.answering import annul, record_answer
from qms.surveys.services.campaigns import add_customer
from qms.surveys.services.links import issue
from qms.upgrade.engine import catch_up
from qms.upgrade.errors import ArchiveIsNewer
from qms.upgrade.kept_files import kept_files

DELEGATE = "paola-rincon"
TOKENS: list[str] = []
"""Tokens that customers and outside systems hold."""


@pytest.fixture(scope="module")
def built(seeded):
    made = Fort(seeded)
    with made.site() as site:
        number = fill(site[ORGANISATION], made.act("andres-pineda"), made)
    escalate(made, number)
    yield made
    made.close()


def escalate(house, number):
    """Hand a case over by notice: a letter that is signed outside of the transaction."""
    form = house.browser(QUALITY).get(f"/{ORGANISATION}/cases/{number}/escalate").forms["form"]
    form["queue"], form["reason"] = "recolectores", "Lo sabe quien recoge"
    assert form.submit().status_int == 303


def fill(organisation, act, house):
    """Leave one of each thing of the rooms beside documents; gives the number of an open case."""
    heard = cases.Received(
        "queja", "telefono", "No llega", {"name": "Rosa", "email": "rosa@example.org"}
    )
    yesterday = house.act("andres-pineda", at=act.at - timedelta(days=1))
    case = cases.register(organisation, heard, act=yesterday).case
    done = cases.register(organisation, heard, act=act).case
    cases.answer(done, "Llega hoy.", act=act)
    cases.notify(done, "phone", proof="Llamada", act=act)
    written = Mail(b"cuerpo", act.at, address="a@example.org", senders=1, text="Hola", spam=True)
    take_in(Counter(organisation, (), str, act), written)
    reserve(organisation, 2, "Mantenimiento", act=act)
    one_of_each_survey(organisation, act)
    finding, action, *_rest = one_of_each(organisation, act)
    link(organisation, ("finding", finding.number), ("case", case.number), "origin", act=act)
    link(organisation, ("action", action.number), ("indicator", "IND-001"), "about", act=act)
    external = declare(organisation["indicators"], "Consola", act=act)
    token = new_token(organisation["indicators"], external, act=act)
    campaign = next(one for name, one in organisation["surveys"]._children.items())
    waiting = add_customer(campaign, {"name": "Ada", "email": "ada@b.co"}, act=act)
    TOKENS.extend((token, issue(waiting, act=act)))
    said = dict.fromkeys(("atencion", "oportunidad", "cumplimiento", "general"), 4)
    answered = record_answer(campaign, {"name": "Eva", "phone": "3001112255"}, said, act=yesterday)
    annul(answered, "Contestó otra persona", act=act)
    measure(organisation, act, house.act(DELEGATE))
    room = retention_of(organisation)
    holds.place(
        organisation, [(f"case:{case.number}", case.number)], title="Demanda", reason="Ya.", act=act
    )
    transfer = room["transfers"].add("TRP-1", Transfer("TRP-1", "", secondary=False))
    transfer.acts.append(act_data("sent", act, note=""))
    disposal = room["disposals"].add("ELIM-1", Disposal("ELIM-1", "Formatos"))
    disposal.take(act_data("proposed", act, reason="Ya."))
    sync(organisation, room, record_kinds(house.registry), at=act.at)
    return case.number


def measure(organisation, act, delegate):
    """Set objectives, measure as a delegate, and analyse what misses its target."""
    day = local_day(organisation, act.at)
    delegated = {"from_person": act.person_id, "to_person": delegate.person_id}
    delegated |= {"starts": day, "ends": day + timedelta(days=9), "reason": "Vacaciones"}
    people.delegate(organisation["people"], **delegated, act=act)
    indicator = indicators_of(organisation)["IND-002"]
    begin(indicator, day - timedelta(days=150), reason="Desde antes", act=act)
    period = Period.of(indicator.definition.capture_frequency, day - timedelta(days=120))
    values = {
        one.name: Decimal(90 + 10 * at) for at, one in enumerate(indicator.definition.variables)
    }
    capture_many(indicator, {period: values}, act=delegate, confirmed=True)
    whole, figures = Period.of("quarterly", period.last), Figures({}, organisation, act.at)
    said = {"text": "Bajo", "cause": "Paro", "reason": "Ya terminó", "figures": figures}
    analysing.save(indicator, whole, **said, act=delegate)
    analysing.close(indicator, whole, figures=figures, act=delegate)
    analysing.add_note(indicator, whole, text="Se confirmó", act=delegate)
    facts = {"text": "Responder a tiempo", "target": "97 %", "plan": "Dos asesores"}
    facts |= {"indicators": ["IND-002"], "owner": "jefe-sac"}
    facts |= {"first": day - timedelta(days=300), "last": day - timedelta(days=1)}
    pursued, judged = (objectives.set_objective(organisation, facts, act=act) for _each in "ab")
    objectives.change(pursued, {**facts, "target": "98 %"}, reason="Subió", act=act)
    objectives.note(pursued, "Vamos bien", act=delegate)
    objectives.judge(judged, reached=True, text="Se cumplió", act=act)


@pytest.fixture
def elsewhere(built):
    made = Elsewhere(built.registry)
    yield made
    made.close()


def shown(registry, organisation):
    """Say what the rooms show: states, days, figures, packs, links and files."""
    now = clock.now()
    span = Span(now.date() - timedelta(days=60), now.date() + timedelta(days=1))
    today = local_day(organisation, now)
    figures = {
        name: source.count(organisation, span, {}, now)
        for name, source in figure_sources(registry).items()
    }
    packs = {
        one.name: [
            str(row.value) for row in one.prepare(organisation, span.first, span.last, now).rows
        ]
        for one in review_inputs(registry)
    }
    register = organisation["cases"]
    return {
        "cases": [(one.number, one.state, one.due, one.code_digest) for one in register.values()],
        "case list": list(cases_list(organisation).query({}, order="received", limit=None).rows),
        "answers": list(surveys_list(organisation).query({}, order="number", limit=None).rows),
        "indicators": rows_of(organisation),
        "findings": [(one.number, one.state) for one in organisation["findings"].values()],
        "actions": [(one.number, one.state) for one in organisation["actions"].values()],
        "audits": [(name, one.state) for name, one in organisation["audits"]._children.items()],
        "retention": {
            name: [(key, one.state) for key, one in folder._children.items()]
            for name, folder in organisation["retention"]._children.items()
            if hasattr(folder, "_children")
        },
        "records": [
            (kind.name, sorted(map(str, kind.records(organisation))))
            for kind in record_kinds(registry).values()
        ],
        "objectives": [
            (one.number, one.title, one.state, one.progress)
            for one in organisation["objectives"].values()
        ],
        "for whom": [
            one.progress.saved_for
            for indicator in indicators_of(organisation).values()
            for one in indicator.analyses_of()
        ],
        "analyses": [
            one.progress
            for indicator in indicators_of(organisation).values()
            for one in indicator.analyses_of()
        ],
        "captures": [
            list(indicator.captures.items()) for indicator in indicators_of(organisation).values()
        ],
        "annulled": list(organisation["surveys"].annulled),
        "as it was": [
            figures_at(organisation, survey, span.first, day)
            for survey in choices_of(organisation).surveys.values()
            for day in (today - timedelta(days=1), today)
        ],
        "changes": sorted(ledger_of(organisation).changed_after(span.first)),
        "register as it was": [
            sorted(map(str, tallies_at(organisation, span, day, ("kind", "state")).items()))
            for day in (today - timedelta(days=1), today)
        ],
        "escalated": [
            act for one in register.values() for act in one.acts if act["kind"] == "escalated"
        ],
        "notices": [
            (case.number, letter.number, letter.kind, letter.place, letter.file.sha256)
            for case, letter in (
                checked(organisation, token) for token in organisation.annexes[CHECKS]
            )
        ],
        "links": [
            str(one)
            for key in (("finding", "HAL-2026-0001"), ("indicator", "IND-001"))
            for one in linked_to(organisation, key)
        ],
        "files": sorted(
            (one.where, one.file.sha256, one.file.size) for one in kept_files(organisation)
        ),
        "figures": figures,
        "packs": packs,
        "next": [
            numbers_of(organisation).last(one) for one in sorted(numbers_of(organisation)._last)
        ],
    }


def test_a33_rooms_show_the_same_elsewhere(built, elsewhere):
    with built.site() as site:
        data, manifest = exported(site[ORGANISATION])
        before = shown(built.registry, site[ORGANISATION])
    assert manifest["not_included"] == []
    copy = elsewhere.take(data, built.act())
    after = shown(built.registry, copy)
    assert list(before) == list(after)
    for name, value in before.items():
        assert after[name] == value, name
        assert value, name
    assert all(one.file.is_intact() for one in kept_files(copy))
    _again, second = exported(copy)
    one, two = manifest["files"], second["files"]
    assert {path for path in set(one) | set(two) if one.get(path) != two.get(path)} == {parts.TRAIL}


def test_what_an_older_release_exported_catches_up_and_a_newer_ones_is_refused(built, elsewhere):
    with built.copy() as old, old.site() as site:
        organisation = site[ORGANISATION]
        before = shown(old.registry, organisation)
        # As a release wrote it that did not remember these yet.
        del organisation.annexes[LEDGER]["changes"]
        organisation["surveys"].annulled = None
        for name in [one for one in site.migrations if one > "m0018"]:
            del site.migrations[name]
        data, _manifest = exported(organisation)
        site.migrations["m9999_from_the_future"] = clock.now()
        newer, _manifest = exported(organisation)
    with pytest.raises(ArchiveIsNewer, match="m9999_from_the_future"):
        elsewhere.take(newer, built.act(), catch_up=catch_up)
    elsewhere.forget()
    copy = elsewhere.take(data, built.act(), catch_up=catch_up)
    after = shown(built.registry, copy)
    for name in ("annulled", "as it was", "register as it was", "case list", "figures"):
        assert after[name] == before[name], name
    assert catch_up(copy, []), "every step may be repeated"
    assert shown(built.registry, copy)["register as it was"] == before["register as it was"]


def test_no_token_leaves_and_mails_and_contingency_codes_stay_behind(built):
    with built.site() as site:
        organisation = site[ORGANISATION]
        case = next(iter(organisation["cases"].values()))
        assert case.mails
        to = case.mails[0][1].to
        data, manifest = exported(organisation)
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        everything = b"".join(archive.read(name) for name in archive.namelist()).decode(
            "utf-8", "replace"
        )
        register = archive.read("cases.json").decode()
    assert '"mails"' not in register
    assert "notices.models" not in everything
    assert to in register
    for token in TOKENS:
        assert token not in everything
    assert any("contingency" in one for one in manifest["stays_behind"])
