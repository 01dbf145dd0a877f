"""Quality objectives (ISO 9001:2015, 6.2): declared or set, measured, followed and judged."""

from __future__ import annotations

import copy
import io
from datetime import UTC, date, datetime

import pytest
import siege
from pypdf import PdfReader
from siege import ADMINISTRATOR, AUTHOR, EMPLOYEE, QUALITY

from qms.audit.services import in_order, trail_of
from qms.documents.models import SectionContent
from qms.documents.services.drafting import start_version
from qms.documents.services.release import retire
from qms.indicators.objectives import errors, services
from qms.indicators.objectives.reviewing import prepare
from qms.people.moments import local_day

ORG = "aexpress"
BASE = f"/{ORG}/objectives/"
CODE = "PRO-AX-SC-01"
JSON = {"Accept": "application/json"}
TEXT = "Responder a tiempo a quien reclama"
DECLARED = {
    "id": "o1",
    "objective": "Atender bien cada llamada",
    "target": "90 % cada trimestre",
    "indicators": ["Nivel de satisfacción de los clientes", "IND-002"],
    "owner": "jefe-sac",
    "first": "2026-01-01",
    "last": "2026-12-31",
    "plan": "Un turno más los lunes",
}


def set_one(house, *, first="01/01/2026", last="31/12/2099", indicators=("IND-001", "IND-002")):
    form = house.browser(QUALITY).get(f"{BASE}new").forms["form"]
    form["text"], form["target"] = TEXT, "97 % cada trimestre"
    form["owner"], form["first"], form["last"] = "jefe-sac", first, last
    form["plan"] = "Dos asesores más"
    for box in form.fields["checkbox"]:
        box.checked = box._value in indicators
    answer = form.submit()
    assert answer.status_int == 303, answer.text
    return "OBJ-001"


def declare(house, site, row):
    """Put an objective into the document in force, as its next version would bring it."""
    organisation = site[ORG]
    document = organisation["documents"][CODE]
    types = copy.deepcopy(organisation.profile["document_types"])
    (kind,) = [one for one in types if one["id"] == document.type_id]
    if not any(one["kind"] == "objectives" for one in kind["sections"]):
        kind["sections"].append({**kind["sections"][0], "id": "objetivos", "kind": "objectives"})
        organisation.profile["document_types"] = types
        organisation.profile_revision += 1
    version = document.in_force
    if "objetivos" not in version.sections:
        version.sections["objetivos"] = SectionContent()
    content = version.sections["objetivos"]
    content.put({"rows": [row] if row else []}, by="andres-pineda", at=datetime.now(UTC))
    services.follow(document, act=house.act("andres-pineda"))


def retired(house):
    with house.site() as site:
        retire(site[ORG]["documents"][CODE], reason="Se reemplaza", act=house.act("lucia-mora"))


def test_a17_an_objective_is_set_with_its_indicators_owner_plan_and_period(house):
    number = set_one(house)
    page = house.browser(EMPLOYEE).get(f"{BASE}{number}/")
    for words in (TEXT, "97 % cada trimestre", "Jefe de Servicio al Cliente", "IND-001", "IND-002",
                  "Dos asesores más", "En curso"):  # fmt: skip
        assert words in page, words
    told = house.browser(EMPLOYEE).get(f"{BASE}{number}/", headers=JSON).json
    assert (told["indicators"], told["state"]) == (["IND-001", "IND-002"], "objective-active")
    listed = house.browser(EMPLOYEE).get(BASE)
    assert TEXT in listed
    for form in ("csv", "xlsx", "pdf"):
        assert house.browser(EMPLOYEE).get(f"{BASE}?download={form}").status_int == 200
    assert TEXT in house.browser(EMPLOYEE).get(f"{BASE}?download=csv").body.decode("utf-8-sig")
    assert house.browser(EMPLOYEE).get(BASE, headers=JSON).json["rows"][0]["number"] == number
    board = house.browser(EMPLOYEE).get(f"/{ORG}/indicators/management")
    assert TEXT in board, "the management board shows it"
    assert house.browser(EMPLOYEE).get(f"/{ORG}/indicators/objectives").location.endswith(BASE)


def test_a17_a_change_needs_a_reason_and_the_history_shows_what_was_before(house):
    number = set_one(house)
    form = house.browser(QUALITY).get(f"{BASE}{number}/change").forms["form"]
    form["target"] = "98 % cada trimestre"
    assert form.submit(status=422), "a reason is missing"
    form["reason"] = "La meta subió"
    form.submit(status=303)
    page = house.browser(EMPLOYEE).get(f"{BASE}{number}/").text
    assert "<del>97 % cada trimestre</del>" in page
    assert "<ins>98 % cada trimestre</ins>" in page
    assert "La meta subió" in page
    with house.site() as site:
        told = [one["event"] for one in in_order(trail_of(site[ORG]))]
        assert [one for one in told if one.startswith("Objective")] == [
            "ObjectiveSet",
            "ObjectiveChanged",
        ]


def test_a17_who_may_set_and_who_may_follow(house):
    number = set_one(house)
    for email in (EMPLOYEE, ADMINISTRATOR):
        assert house.browser(email).get(f"{BASE}new", status=403)
        assert house.browser(email).get(f"{BASE}{number}/note", status=403)
    assert house.browser(AUTHOR).get(f"{BASE}{number}/change", status=403)
    form = house.browser(AUTHOR).get(f"{BASE}{number}/note").forms["form"]
    form["text"] = "Vamos bien"
    form.submit(status=303)
    page = house.browser(EMPLOYEE).get(f"{BASE}{number}/")
    assert "Vamos bien" in page
    assert "<del>" not in page, "a note changes nothing"


def test_a17_it_is_judged_by_its_owner_once_its_period_is_over(house):
    set_one(house)
    form = house.browser(AUTHOR).get(f"{BASE}OBJ-001/judge").forms["form"]
    form["deformField1"], form["text"] = "yes", "Todo bien"
    assert "31/12/2099" in form.submit(status=422), "it runs until then"
    with house.site() as site:
        organisation = site[ORG]
        facts = {**organisation["objectives"]["OBJ-001"].progress.facts}
        facts |= {"first": date(2024, 1, 1), "last": date(2024, 12, 31)}
        act = house.act("lucia-mora")
        services.change(organisation["objectives"]["OBJ-001"], facts, reason="Era 2024", act=act)
    assert TEXT in house.browser(AUTHOR).get(f"/{ORG}/")
    form = house.browser(AUTHOR).get(f"{BASE}OBJ-001/judge").forms["form"]
    form["deformField1"], form["text"] = "no", "Faltó gente"
    form.submit(status=303)
    page = house.browser(AUTHOR).get(f"{BASE}OBJ-001/")
    assert "No alcanzado" in page
    assert TEXT not in house.browser(AUTHOR).get(f"/{ORG}/")
    assert house.browser(QUALITY).get(f"{BASE}OBJ-001/judge").forms["form"].submit(status=422)
    form = house.browser(QUALITY).get(f"{BASE}OBJ-001/change").forms["form"]
    form["last"], form["reason"] = "31/12/2099", "Otro año"
    form.submit(status=303)
    assert "En curso" in house.browser(AUTHOR).get(f"{BASE}OBJ-001/"), "taken up again"


def test_a17_a_document_in_force_declares_changes_and_ends_its_objectives(house):
    with house.site() as site:
        declare(house, site, DECLARED)
        objective = site[ORG]["objectives"]["OBJ-001"]
        assert objective.progress.indicators == ("IND-002",), "one name fits none"
    page = house.browser(QUALITY).get(f"{BASE}OBJ-001/")
    assert "No todos los indicadores que nombra el documento" in page
    assert CODE in page
    with house.site() as site:
        objective = site[ORG]["objectives"]["OBJ-001"]
        with pytest.raises(errors.DeclaredInDocument):
            services.drop(objective, reason="No", act=house.act("lucia-mora"))
        site[ORG]["indicators"]["IND-003"].title = "x"
        title = site[ORG]["indicators"]["IND-003"].definition.name
        declare(house, site, {**DECLARED, "indicators": [title.upper(), "IND-002"]})
        assert objective.progress.indicators == ("IND-003", "IND-002")
        assert objective.acts[-1]["reason"].startswith(CODE)
        before = len(objective.acts)
        declare(house, site, {**DECLARED, "indicators": [title.upper(), "IND-002"]})
        assert len(objective.acts) == before, "the same words change nothing"
        declare(house, site, None)
        assert objective.state == "objective-dropped"
        declare(house, site, DECLARED)
        assert objective.state == "objective-active"
        assert len(site[ORG]["objectives"]) == 1, "it keeps its number"


def test_a17_an_indicator_that_measures_an_objective_does_not_go_away(house):
    set_one(house)
    with pytest.raises(errors.MeasuresObjectives) as refused:
        retired(house)
    said = str(refused.value)
    assert [one in said for one in ("OBJ-001", "IND-001", "IND-002", "IND-003")] == [
        True,
        True,
        True,
        False,
    ]
    with house.site() as site:
        version = start_version(site[ORG]["documents"][CODE], act=house.act("andres-pineda"))
        (section,) = [
            each for each in version.sections.values() if isinstance(each.data.get("cards"), list)
        ]
        section.put(
            {"cards": list(section.data["cards"])[1:]}, by="andres-pineda", at=datetime.now(UTC)
        )
        siege.write(version, act=house.act("andres-pineda"))
    with pytest.raises(errors.MeasuresObjectives):
        siege.submit(house, CODE, "andres-pineda")
    with house.site() as site:
        assert site[ORG]["documents"][CODE].pending.state == "draft"


def test_a17_a_document_that_lets_its_own_objective_go_is_not_held_back_by_it(house):
    with house.site() as site:
        declare(house, site, DECLARED)
        assert site[ORG]["objectives"]["OBJ-001"].progress.indicators == ("IND-002",)
    with house.site() as site:
        version = start_version(site[ORG]["documents"][CODE], act=house.act("andres-pineda"))
        (section,) = [
            each for each in version.sections.values() if isinstance(each.data.get("cards"), list)
        ]
        cards = [one for one in section.data["cards"] if one["id"] != "llamadas"]
        section.put({"cards": cards}, by="andres-pineda", at=datetime.now(UTC))
        siege.write(version, act=house.act("andres-pineda"))
    with pytest.raises(errors.MeasuresObjectives):
        siege.submit(house, CODE, "andres-pineda")
    with house.site() as site:
        version = site[ORG]["documents"][CODE].pending
        rows = [{**DECLARED, "indicators": ["IND-003"]}]
        version.sections["objetivos"].put({"rows": rows}, by="andres-pineda", at=datetime.now(UTC))
    siege.submit(house, CODE, "andres-pineda")
    with house.site() as site:
        objective = site[ORG]["objectives"]["OBJ-001"]
        assert objective.state == "objective-active", "until the version comes into force"
    retired(house)
    with house.site() as site:
        assert site[ORG]["objectives"]["OBJ-001"].state == "objective-dropped"


def test_a28_a17_a_review_sees_the_objectives_as_they_were_at_its_cut_date(house):
    set_one(house)
    with house.site() as site:
        organisation = site[ORG]
        act = house.act("lucia-mora")
        today = local_day(organisation, act.at)
        block = prepare(organisation, date(2026, 1, 1), today, act.at)
        assert [row.value for row in block.rows[:3]] == [1, 0, 0]
        assert "OBJ-001" in str(block.rows[3].label)
        assert block.rows[3].state == "no-data"
        earlier = prepare(organisation, date(2020, 1, 1), date(2020, 12, 31), act.at)
        assert [row.value for row in earlier.rows] == [0, 0, 0], "it was not set then"


def test_a17_the_editor_takes_an_objective_and_the_page_and_the_file_say_it(house):
    with house.site() as site:
        declare(house, site, None)
        version = start_version(site[ORG]["documents"][CODE], act=house.act("andres-pineda"))
        version.sections["objetivos"] = SectionContent()
        version.sections["objetivos"].put(
            {"rows": [DECLARED]}, by="andres-pineda", at=datetime.now(UTC)
        )
        url = f"/{ORG}/documents/{CODE}/versions/{version.order}/"
    browser = house.browser(AUTHOR)
    form = browser.get(f"{url}edit").forms["f-objetivos"]
    assert form["target"].value == "90 % cada trimestre"
    assert (form["first"].value, form["indicators"].value.splitlines()[1]) == (
        "01/01/2026",
        "IND-002",
    )
    form["last"], form["objective"] = "30/06/2026", "Atender mejor cada llamada"
    assert form.submit("save").status_int == 303
    with house.site() as site:
        (row,) = site[ORG]["documents"][CODE].pending.sections["objetivos"].data["rows"]
        assert row == {**DECLARED, "last": "2026-06-30", "objective": "Atender mejor cada llamada"}
    page = browser.get(url)
    for words in ("Atender mejor cada llamada", "Jefe de Servicio al Cliente", "30/06/2026"):
        assert words in page, words
    paper = PdfReader(io.BytesIO(browser.get(f"{url}pdf").body))
    said = " ".join(" ".join(one.extract_text() for one in paper.pages).split())
    assert "QUÉ SE QUIERE ALCANZAR" in said
    assert "Un turno más los lunes" in said
