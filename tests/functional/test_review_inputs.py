"""What the rooms tell a management review equals what they show themselves (case A28)."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from reading_house import ORGANISATION
from siege import QUALITY, Fort
from survey_house import one_of_each_survey

from qms.content.models import BlobFile
from qms.documents.figures import Span, figure_sources
from qms.documents.management_inputs import review_inputs
from qms.indicators.listing import catalogue_of as indicators_list
from qms.indicators.listing import rows_of
from qms.kernel import clock
from qms.kernel.acts import Act
from qms.pqr import services
from qms.pqr.services import Received
from qms.surveys.choices import choices_of
from qms.surveys.numbers import Sums, selection
from qms.surveys.services import following
from qms.surveys.services.answering import annul, record_answer
from qms.surveys.services.campaigns import open_campaign
from qms.web.i18n import localizer_of

JSON = {"Accept": "application/json"}
FIRST, LAST, AFTER = date(2025, 10, 1), date(2025, 12, 31), date(2026, 3, 31)
BEGIN = datetime(2025, 10, 6, 15, tzinfo=UTC)


@pytest.fixture(scope="module")
def built(seeded):
    made = Fort(seeded)
    with made.site() as site:
        fill(site[ORGANISATION])
        one_of_each_survey(site[ORGANISATION], made.act("andres-pineda"))
    yield made
    made.close()


def quietly(at):
    return Act("system", at, lambda _event: None)


def fill(organisation):
    """Receive six cases of two kinds in the span and one after it; four are answered."""
    for n in range(7):
        at = BEGIN + timedelta(days=5 * n if n < 6 else 120)
        heard = Received(("queja", "reclamo")[n % 2], "telefono", f"Envío {n}", {"name": "Rosa"})
        case = services.register(organisation, heard, act=quietly(at)).case
        if n >= 4:
            continue
        done = at + timedelta(days=90 if n == 3 else 2)
        services.answer(case, "Llega hoy.", act=quietly(done))
        services.notify(case, "phone", proof="Llamada", act=quietly(done))
        if n < 2:
            services.close(case, "confirmed", "Sí", act=quietly(done + timedelta(days=1)))


def told(house, name, first=FIRST, last=LAST):
    """Give the lines of one input, by their words in Spanish."""
    with house.site() as site:
        made = next(one for one in review_inputs(house.registry) if one.name == name)
        block = made.prepare(site[ORGANISATION], first, last, clock.now())
        translate = localizer_of(house.registry, "es").translate
        charts = [draw(translate) for draw in block.charts]
        return {translate(row.label): row.value for row in block.rows}, charts


def test_a28_cases_are_those_of_the_figures_for_the_same_days(built):
    rows, charts = told(built, "cases", FIRST, AFTER)
    with built.site() as site:
        sources, span = figure_sources(built.registry), Span(FIRST, AFTER)

        def figure(name, **filters):
            return sources[name].count(site[ORGANISATION], span, filters, clock.now())

        assert rows["Casos recibidos"] == figure("cases.received") == 7
        assert rows["Casos respondidos"] == figure("cases.answered") == 4
        assert rows["Respondidos a tiempo"] == figure("cases.answered-on-time")
        assert rows["Recibidos: Queja"] == figure("cases.received", kind=("queja",)) == 4
    assert sum(value for label, value in rows.items() if label.startswith("Recibidos: ")) == 7
    assert sum(bar.value for bar in charts[0].bars) == 7
    page = built.browser(QUALITY).get(
        f"/aexpress/cases/?from={FIRST}&to={LAST}&outcome=on-time", headers=JSON
    )
    assert page.json["total"] == 3


def test_a28_cases_are_as_they_were_at_the_cut_date_whatever_came_later(built):
    rows, _charts = told(built, "cases")
    assert rows["Casos recibidos"] == 6
    assert rows["Casos respondidos"] == 3, "the fourth answer came on 19 January"
    assert rows["Respondidos a tiempo"] == 3
    early, _charts = told(built, "cases", FIRST, date(2025, 10, 8))
    assert early["Casos recibidos"] == 1
    assert early["Casos respondidos"] == 1
    assert early["Con cierre efectivo"] == 0, "it was closed a day later"
    none, charts = told(built, "cases", FIRST, date(2025, 10, 6))
    assert (none["Casos recibidos"], none["Casos respondidos"]) == (1, 0)
    assert len(charts) == 1


def test_a_span_without_cases_has_no_rating_and_no_share(built):
    rows, charts = told(built, "cases", date(2024, 1, 1), date(2024, 2, 1))
    assert rows["Casos recibidos"] == 0
    assert [value for value in rows.values() if value is None]
    assert charts == []


def test_a28_surveys_are_those_of_their_own_numbers(built):
    today = clock.now().date()
    first, last = today - timedelta(days=30), today + timedelta(days=1)
    rows, charts = told(built, "surveys", first, last)
    with built.site() as site:
        organisation = site[ORGANISATION]
        survey = choices_of(organisation).survey("percepcion")
        sums, chosen = Sums(organisation), selection(survey, first, last)
        numbers, promise = sums.numbers(chosen), sums.promise(chosen)
    assert numbers.answers == rows[f"{survey.name}: respuestas"] == 1
    assert rows[f"{survey.name}: satisfechos (%)"] == numbers.csat
    assert rows[f"{survey.name}: NPS"] == numbers.nps == -100
    assert rows[f"{survey.name}: detractores atendidos a tiempo"] == promise.in_time == 1
    assert len(charts) == 1
    rows, charts = told(built, "surveys", date(2024, 1, 1), date(2024, 2, 1))
    assert rows[f"{survey.name}: NPS"] is None
    assert charts == []


def test_a28_surveys_are_as_they_were_at_the_cut_date_whatever_came_later(built):
    scores = {"good": 5, "bad": 2}
    start = datetime(2025, 11, 10, 15, tzinfo=UTC)

    def at(days):
        return quietly(start + timedelta(days=days))

    with built.copy() as house:
        with house.site() as site:
            organisation = site[ORGANISATION]
            campaign = open_campaign(organisation, "percepcion", "Antes", act=at(0))
            made = {}
            for place, (name, score) in enumerate(scores.items()):
                names = ("atencion", "oportunidad", "cumplimiento", "general")
                who = {"name": name, "phone": f"30011155{place:02}"}
                values = dict.fromkeys(names, score)
                made[name] = record_answer(campaign, who, values, act=at(0))
        before = told(house, "surveys", FIRST, date(2025, 11, 12))[0]
        with house.site() as site:
            folder = site[ORGANISATION]["surveys"]
            made = {name: folder[one.campaign.number][one.number] for name, one in made.items()}
            files = [BlobFile(b"x", "a.pdf", "a/b")]
            following.move(made["bad"], "gestionado", note="Ya", files=files, act=at(0.1))
            following.move(made["bad"], "en-tramite", note="Volvió a llamar", act=at(20))
            annul(made["good"], "Era otra persona", act=at(20))
        after = told(house, "surveys", FIRST, date(2025, 11, 12))[0]
        late = told(house, "surveys", FIRST, LAST)[0]
    name = next(label.partition(":")[0] for label in after if label.endswith(": respuestas"))
    assert before[f"{name}: respuestas"] == after[f"{name}: respuestas"] == 2
    assert before[f"{name}: NPS"] == after[f"{name}: NPS"] == 0
    assert after[f"{name}: satisfechos (%)"] == 50
    assert after[f"{name}: detractores atendidos a tiempo"] == 1, "it was opened again later"
    assert late[f"{name}: respuestas"] == 1, "the other one was annulled by then"
    assert late[f"{name}: detractores atendidos a tiempo"] == 0


def test_a28_indicators_are_those_of_the_list_at_the_cut_date(built):
    last = clock.now().date()
    rows, _charts = told(built, "indicators", last - timedelta(days=900), last)
    with built.site() as site:
        counts = indicators_list(site[ORGANISATION]).counts(
            "verdict", {"state": ["indicator-active"]}
        )
        active = rows_of(site[ORGANISATION], state=["indicator-active"])
    words = {
        "target-met": "Indicadores en la meta",
        "target-missed": "Indicadores fuera de la meta",
        "no-data": "Indicadores sin dato",
        "no-target": "Indicadores sin meta",
    }
    assert active
    for verdict, label in words.items():
        assert rows[label] == counts.get(verdict, 0), label
    assert sum(rows[label] for label in words.values()) == len(active)
    missed, _none = told(built, "indicators.off-target", last - timedelta(days=900), last)
    assert missed["Indicadores fuera de la meta"] == len(missed) - 1 == rows[words["target-missed"]]


def test_before_anything_was_measured_every_indicator_has_no_data(built):
    rows, _charts = told(built, "indicators", date(2020, 1, 1), date(2020, 6, 30))
    assert rows["Indicadores en la meta"] == rows["Indicadores fuera de la meta"] == 0
    assert rows["Indicadores sin dato"] > 0


def test_a_document_counts_by_the_version_that_held_on_the_cut_date(built):
    prepare = next(one for one in review_inputs(built.registry) if one.name == "documents").prepare
    cut = "2017-06-30"
    with built.site() as site:
        organisation = site[ORGANISATION]
        documents = list(organisation["documents"].values())
        held = [
            one.code
            for one in documents
            if any("" < (each.dates.get("in_force_from") or "") <= cut for each in one.versions)
        ]
        still = [one.code for one in documents if one.in_force.dates["in_force_from"] <= cut]
        assert "PRO-AX-SC-01" in held
        assert "PRO-AX-SC-01" not in still
        block = prepare(organisation, date(2016, 1, 1), date.fromisoformat(cut), clock.now())
        assert block.rows[0].value == len(held)
