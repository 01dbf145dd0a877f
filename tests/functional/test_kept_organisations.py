"""What is kept of pages is never shared between organisations whose numbers are alike."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal

import pytest
from house import PASSWORD

from qms.documents.folder import documents_of
from qms.indicators.listing import put
from qms.indicators.models import Indicator
from qms.indicators.periods import Period
from qms.indicators.services.following import indicators_of
from qms.indicators.services.measuring import capture_many
from qms.people import services as people_services
from qms.people.models import people_of
from qms.pqr import services
from qms.pqr.services import Received
from qms.profiles.loader import apply, load_text
from qms.web.parts import KEPT

PLACES = {"norte": "Nieves", "sur": "Solano"}
"""Two organisations that differ in their id alone, and the name of each one's customer."""
PROFILE = """
organisation: {{id: {place}, name: Banco, country: CO, language: es-CO, timezone: America/Bogota,
  colour: "#0b5fa5", system_name: SISTEMA, case_acronym: PQR}}
units: [{{id: u, name: Unidad, parent: null}}]
sites: []
positions:
  - {{id: leader, name: Líder, superior: null, unit: u}}
  - {{id: clerk, name: Asesor, superior: leader, unit: u}}
persons:
  - {{id: ana, name: Ana Ruiz, email: ana@{place}.example, positions: [leader, clerk],
     roles: [quality]}}
  - {{id: leo, name: Leo Paz, email: leo@{place}.example, positions: [], roles: [auditor]}}
processes:
  - {{id: p0, acronym: P0, name: Proceso, macroprocess: Macro, kind: core, leader: leader}}
codes: {{company: BN, types: {{PRO: t0}}, processes: {{P0: p0}},
  patterns: ["{{type}}-{{company}}-{{process}}-{{number:5}}"]}}
versions: {{kind: integer, start: 0}}
document_types:
  - {{id: t0, name: Procedimiento, plural: Procedimientos, acronym: PRO, family: null,
     content: structured, review_months: 24, route: standard, sections: [{{id: objective,
     kind: text, title: OBJETIVO, number: "1", required: true, print: {{mode: heading}}}}]}}
routes:
  - {{id: standard, name: Ruta, separation_of_duties: false, steps: [{{id: approved, label: APROBÓ,
     meaning: Apruebo, rule: all, count: null, term_days: 3, assignees: [{{position: leader}}]}}]}}
cases:
  number: "{{acronym}}-{{n}}"
  kinds: [{{id: queja, name: Queja, term: petition, queue: cola, process: p0}}]
  channels: [{{id: web, name: Página}}]
  queues: [{{id: cola, name: Cola, positions: [clerk]}}]
"""
CARD = {
    "name": "Cierre",
    "objective": "Cerrar.",
    "kind": "efficacy",
    "expression": "hechos / todos * 100",
    "variables": [{"name": "hechos"}, {"name": "todos"}],
    "unit": "%",
    "target": {"direction": ">=", "value": "90"},
    "capture_frequency": "monthly",
    "analysis_frequency": "monthly",
    "responsible_analysis": "leader",
}
PAGES = ("cases/", "cases/PQR-1/", "indicators/", "indicators/IND-001/", "indicators/IND-001/sheet")
NOW = datetime.now(UTC)


def settle(house, site, place):
    """Found an organisation with one case and one indicator; their numbers are those of any."""
    apply(site, load_text(PROFILE.format(place=place), f"{place}.yaml"), house.act())
    organisation = site[place]
    documents_of(organisation)
    for person in people_of(organisation).persons():
        people_services.set_password(person, PASSWORD, act=house.act(person.id))
    customer = {"name": f"Vera {PLACES[place]}", "id": "1", "email": "", "phone": "3"}
    first = Received("queja", "web", f"Escribe {PLACES[place]}.", customer)
    services.register(organisation, first, act=house.act("ana"))
    folder, starts = indicators_of(organisation), f"{NOW.year - 1}-01-01"
    indicator = Indicator("IND-001", "card", "c", starts)
    indicator.title = CARD["name"]
    folder.add(indicator.number, indicator)
    card = {"version": 0, "label": "1", "card": CARD, "bindings": {}}
    indicator.defined.append({"starts": starts, "ends": "", **card})
    done = Decimal(91 if place == "norte" else 47)
    month = Period.parse(f"{NOW.year - 1}-12")
    given = {month: {"hechos": done, "todos": Decimal(100)}}
    capture_many(indicator, given, confirmed=True, act=house.act("ana"))
    put(indicator, NOW.date())


@pytest.fixture
def places(house):
    """Two organisations with the same persons, positions, numbers and revisions."""
    with house.site() as site:
        for place in PLACES:
            settle(house, site, place)
        revisions = {site[place].profile_revision for place in PLACES}
        assert len(revisions) == 1
        assert "PQR-1" in site["norte"]["cases"]
        assert "PQR-1" in site["sur"]["cases"]
    return house


@pytest.mark.parametrize("page", PAGES)
def test_d4_1_equal_numbers_of_two_organisations_share_nothing_that_is_kept(places, page):
    browsers = {place: places.browser(f"ana@{place}.example") for place in PLACES}
    # Each comes first once, and what the other one left behind is asked for again.
    for place in ("norte", "sur", "norte", "sur"):
        other = "sur" if place == "norte" else "norte"
        text = browsers[place].get(f"/{place}/{page}").text
        assert len(browsers[place].app.registry[KEPT])
        assert f"/{place}/" in text
        assert f"/{other}/" not in text
        assert PLACES[other] not in text
        if page.startswith("cases/"):
            assert PLACES[place] in text
        else:
            assert ("91\xa0%" in text) is (place == "norte")
            assert ("47\xa0%" in text) is (place == "sur")


def test_d4_1_what_was_drawn_for_a_clerk_is_not_shown_to_who_may_see_less(places):
    clerk, auditor = (places.browser(f"{one}@norte.example") for one in ("ana", "leo"))
    page = "/norte/cases/PQR-1/"
    for _each in range(2):
        assert "Vera Nieves" in clerk.get(page).text
        seen = auditor.get(page).text
        assert "Vera Nieves" not in seen
        assert f"{page}take" not in seen
        assert "Vera Nieves" not in auditor.get("/norte/cases/").text
        assert f"{page}take" not in auditor.get("/norte/cases/").text
        assert "Vera Nieves" in clerk.get("/norte/cases/").text
