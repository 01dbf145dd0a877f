"""A name that changes changes in every list that shows it, in the same transaction."""

from __future__ import annotations

from control_house import CODE, ask
from siege import EMPLOYEE, ORGANISATION, QUALITY

from qms.documents.listing import catalogue_of, entry_of, is_current
from qms.people.services import change_person
from qms.people.services.places import change_position

JSON = {"Accept": "application/json"}
NAME = "Líder de Experiencia"


def rename(house, identifier, name):
    with house.site() as site:
        people = site[ORGANISATION]["people"]
        position = people.position(identifier)
        change_position(
            people,
            position,
            name=name,
            superior_id=position.superior_id,
            unit_id=position.unit_id,
            site_id=position.site_id,
            act=house.act("tomas-uribe"),
        )


def listed(house):
    rows = house.browser(QUALITY).get("/aexpress/documents/", headers=JSON).json["rows"]
    return {one["code"]: one["responsible"] for one in rows}


def test_a_renamed_position_has_its_new_name_in_the_master_list(house):
    before = listed(house)
    assert before[CODE] != NAME
    led = {code for code, responsible in before.items() if responsible == before[CODE]}
    rename(house, "jefe-sac", NAME)
    after = listed(house)
    assert {code for code, responsible in after.items() if responsible == NAME} == led
    assert {code: after[code] for code in before if code not in led} == {
        code: before[code] for code in before if code not in led
    }
    with house.site() as site:
        assert all(is_current(one) for one in site[ORGANISATION]["documents"].values())


def test_so_has_a_position_that_answers_for_one_document_alone(house):
    with house.site() as site:
        document = site[ORGANISATION]["documents"][CODE]
        document.responsible_id = "asesor-sac"
        catalogue_of(site[ORGANISATION]).put(document.uid, entry_of(document))
    rename(house, "asesor-sac", NAME)
    assert listed(house)[CODE] == NAME


def requests_shown(house, email):
    return house.browser(email).get("/aexpress/requests/", headers=JSON).json["rows"]


def test_a_renamed_process_has_its_new_name_in_the_list_of_requests(house):
    ask(house)
    browser = house.browser(QUALITY)
    form = browser.get("/aexpress/processes/sc/edit").forms["form"]
    form["name"] = "Experiencia del Cliente"
    assert form.submit().status_int == 303
    assert [one["process"] for one in requests_shown(house, QUALITY)] == ["Experiencia del Cliente"]


def test_a_renamed_person_has_the_new_name_in_the_list_of_requests(house):
    ask(house, email=EMPLOYEE)
    with house.site() as site:
        people = site[ORGANISATION]["people"]
        person = people.person("paola-rincon")
        change_person(
            people,
            person,
            name="Paola Rincón Díaz",
            email=person.email,
            act=house.act("tomas-uribe"),
        )
    assert [one["asked_by"] for one in requests_shown(house, QUALITY)] == ["Paola Rincón Díaz"]
