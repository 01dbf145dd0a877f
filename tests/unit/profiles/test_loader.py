"""A profile is applied as a whole or not at all, and never takes away what history names."""

from __future__ import annotations

import copy
from typing import Any

import pytest
import transaction
import ZODB

from qms.content.models import Organisation, Site
from qms.content.root import get_site
from qms.kernel.acts import Act
from qms.people.models import Person
from qms.profiles.errors import ProfileMistakes
from qms.profiles.events import ProfileApplied
from qms.profiles.loader import LoadedProfile, apply, check_plain, load, load_text


def changed(loaded: LoadedProfile, **parts: Any) -> LoadedProfile:
    return check_plain({**copy.deepcopy(loaded.data), **parts})


def person(organisation: Organisation, identifier: str) -> Person:
    return organisation["people"].person(identifier)


def test_a_sixth_organisation_loads_without_a_change_of_code(site: Site, folder, act: Act) -> None:
    organisation = apply(site, load(folder), act)

    people = organisation["people"]
    assert site["hospital-wayra"] is organisation
    assert organisation.title == "Hospital Wayra"
    assert [one.id for one in people.holders("jefa-enfermeria")] == ["rosa-quispe"]
    assert people.superior_of(person(organisation, "nora-condori")).id == "jefa-enfermeria"
    assert organisation["processes"]["enf"].leader == "jefa-enfermeria"
    assert site.logins["rosa@wayra.example"] == ("hospital-wayra", "rosa-quispe")


def test_new_persons_have_no_password_and_cannot_enter_yet(
    site: Site, hospital: LoadedProfile, act: Act
) -> None:
    organisation = apply(site, hospital, act)
    for one in organisation["people"].persons():
        assert one.password_hash is None
        assert not one.may_sign_in


def test_the_trail_learns_what_was_applied(
    site: Site, hospital: LoadedProfile, act: Act, events: list
) -> None:
    organisation = apply(site, hospital, act)
    told = events[-1]
    assert isinstance(told, ProfileApplied)
    assert told.subject is organisation
    assert told.details()["created"] is True
    assert told.details()["changes"]["positions"]["added"] == [
        "director-medico",
        "jefa-enfermeria",
        "licenciada",
    ]


def test_applying_the_same_profile_again_changes_nothing(
    hospital: LoadedProfile, act: Act, events: list
) -> None:
    database = ZODB.DB(None)
    manager = transaction.TransactionManager(explicit=True)
    manager.begin()
    connection = database.open(manager)
    site = get_site(connection)
    organisation = apply(site, hospital, act)
    revision = organisation.profile_revision
    manager.commit()
    events.clear()
    manager.begin()

    apply(site, hospital, act)

    assert not events
    assert organisation.profile_revision == revision
    assert not connection.isReadOnly()
    assert not connection._registered_objects
    manager.abort()
    connection.close()
    database.close()


def test_nothing_is_written_when_the_database_stands_against_it(
    text: str, act: Act, events: list
) -> None:
    database = ZODB.DB(None)
    manager = transaction.TransactionManager(explicit=True)
    manager.begin()
    connection = database.open(manager)
    site = get_site(connection)
    apply(site, load_text(text), act)
    manager.commit()
    events.clear()
    manager.begin()
    other = text.replace("id: hospital-wayra", "id: clinica-sur").replace(
        "julio@wayra.example", "julio@sur.example"
    )

    with pytest.raises(ProfileMistakes) as found:
        apply(site, load_text(other, "sur.yaml"), act)

    lines = found.value.lines()
    assert len(lines) == 2
    assert "persons[0].email: the address rosa@wayra.example cannot be used" in lines[0]
    assert lines[0].startswith("sur.yaml:27: ")
    assert "hospital" not in "".join(lines)
    assert not events
    assert not connection._registered_objects
    assert list(site) == ["hospital-wayra"]
    manager.abort()
    connection.close()
    database.close()


def test_an_organisation_cannot_take_the_address_of_a_page(site: Site, text: str, act: Act) -> None:
    with pytest.raises(ProfileMistakes, match="the id «login» is an address of the site"):
        apply(site, load_text(text.replace("id: hospital-wayra", "id: login")), act)
    assert not list(site)


def test_what_the_profile_no_longer_has_goes_out_of_use_but_stays(
    site: Site, hospital: LoadedProfile, act: Act, events: list
) -> None:
    organisation = apply(site, hospital, act)
    data = hospital.data
    fewer = changed(
        hospital,
        positions=data["positions"][:2],
        persons=data["persons"][:2],
        routes=data["routes"],
    )
    events.clear()

    apply(site, fewer, act)

    people = organisation["people"]
    assert people.person("nora-condori").active is False
    assert people.position("licenciada").active is False
    assert people.position_name("licenciada") == "Licenciada en Enfermería"
    assert events[-1].details()["changes"]["persons"] == {"retired": ["nora-condori"]}
    assert events[-1].details()["changes"]["positions"] == {"retired": ["licenciada"]}

    apply(site, hospital, act)
    assert people.person("nora-condori").active is True
    assert people.position("licenciada").active is True
    assert events[-1].details()["changes"]["positions"] == {"resumed": ["licenciada"]}


def test_a_hierarchy_may_be_turned_round_in_one_load(
    site: Site, hospital: LoadedProfile, act: Act
) -> None:
    organisation = apply(site, hospital, act)
    data = copy.deepcopy(hospital.data)
    above = {
        "licenciada": None,
        "jefa-enfermeria": "licenciada",
        "director-medico": "jefa-enfermeria",
    }
    for one in data["positions"]:
        one["superior"] = above[one["id"]]

    apply(site, check_plain(data), act)

    positions = organisation["people"]["positions"].values()
    assert {one.id: one.superior_id for one in positions} == above


def test_the_address_of_an_office_passes_to_the_successor(
    site: Site, hospital: LoadedProfile, act: Act
) -> None:
    organisation = apply(site, hospital, act)
    persons = copy.deepcopy(hospital.data["persons"])
    persons[2] = {**persons[2], "id": "ines-vela", "name": "Inés Vela"}

    apply(site, changed(hospital, persons=persons), act)

    assert site.logins["nora@wayra.example"] == ("hospital-wayra", "ines-vela")
    assert person(organisation, "nora-condori").active is False
    assert organisation["people"].by_email("nora@wayra.example").id == "ines-vela"


def test_two_persons_may_exchange_their_addresses(
    site: Site, hospital: LoadedProfile, act: Act
) -> None:
    apply(site, hospital, act)
    persons = copy.deepcopy(hospital.data["persons"])
    persons[0]["email"], persons[1]["email"] = persons[1]["email"], persons[0]["email"]

    apply(site, changed(hospital, persons=persons), act)

    assert site.logins["rosa@wayra.example"] == ("hospital-wayra", "julio-paredes")
    assert site.logins["julio@wayra.example"] == ("hospital-wayra", "rosa-quispe")


def test_the_role_of_the_only_administrator_may_pass_on_but_not_vanish(
    site: Site, hospital: LoadedProfile, act: Act
) -> None:
    organisation = apply(site, hospital, act)
    persons = copy.deepcopy(hospital.data["persons"])
    persons[0]["roles"] = ["quality"]
    with pytest.raises(ProfileMistakes, match="nobody would be left to administer"):
        apply(site, changed(hospital, persons=persons), act)
    assert "administrator" in person(organisation, "rosa-quispe").roles

    persons[2]["roles"] = ["administrator"]
    apply(site, changed(hospital, persons=persons), act)

    assert person(organisation, "rosa-quispe").roles == ["quality"]
    assert person(organisation, "nora-condori").roles == ["administrator"]


def test_a_password_that_was_set_survives_an_update(
    site: Site, hospital: LoadedProfile, act: Act
) -> None:
    organisation = apply(site, hospital, act)
    person(organisation, "nora-condori").password_hash = "kept"
    persons = copy.deepcopy(hospital.data["persons"])
    persons[2]["name"] = "Nora Condori Apaza"

    apply(site, changed(hospital, persons=persons), act)

    assert person(organisation, "nora-condori").name == "Nora Condori Apaza"
    assert person(organisation, "nora-condori").password_hash == "kept"


def test_the_stored_profile_is_made_of_builtins_only(
    site: Site, hospital: LoadedProfile, act: Act
) -> None:
    def kinds(value: object) -> set[type]:
        if isinstance(value, dict):
            return {dict} | {str}.union(*(kinds(one) for one in value.values()))
        if isinstance(value, list):
            return {list}.union(*(kinds(one) for one in value))
        return {type(value)}

    stored = dict(apply(site, hospital, act).profile)
    assert kinds(stored) <= {dict, list, str, int, bool, type(None)}


def test_a_logo_is_kept_once_and_replaced_when_it_differs(
    site: Site, text: str, tmp_path, act: Act, events: list
) -> None:
    picture = b"\x89PNG\r\n\x1a\n"
    path = tmp_path / "profile.yaml"
    path.write_text(text.replace("case_acronym: RQS", "logo: mark.png"), "utf-8")
    (tmp_path / "mark.png").write_bytes(picture + b"one")
    organisation = apply(site, load(path), act)
    first = organisation.annexes["logo"]
    events.clear()

    apply(site, load(path), act)
    assert organisation.annexes["logo"] is first
    assert not events

    (tmp_path / "mark.png").write_bytes(picture + b"two")
    apply(site, load(path), act)
    assert organisation.annexes["logo"].sha256 != first.sha256

    path.write_text(text, "utf-8")
    apply(site, load(path), act)
    assert "logo" not in organisation.annexes
