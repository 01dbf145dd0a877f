"""Persons, positions and units: who is who, and what is refused."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
import transaction
import ZODB
from ZODB.POSException import ConflictError

from qms.content.models import Organisation
from qms.content.root import get_site
from qms.kernel.acts import Act
from qms.kernel.errors import NotFound
from qms.people import services
from qms.people.errors import (
    BadAddress,
    IdTaken,
    LastAdministrator,
    LoginTaken,
    NoCircles,
    NotActive,
    UnknownRole,
)
from qms.people.events import (
    PersonAdded,
    PersonChanged,
    PersonDeactivated,
    PlaceChanged,
    PositionsChanged,
    RolesChanged,
)

NOON = datetime(2026, 11, 22, 17, tzinfo=UTC)


def test_a_person_gets_an_id_from_the_name_that_nobody_had_before(house):
    first = services.add_person(house.ours, name="  José  Peña ", act=house.act())
    second = services.add_person(house.ours, name="Jose Pena", act=house.act())
    assert (first.id, first.name, second.id) == ("jose-pena", "José Peña", "jose-pena-2")
    assert [type(event) for event in house.happened] == [PersonAdded, PersonAdded]
    with pytest.raises(IdTaken):
        services.add_person(house.ours, name="X", identifier="jose-pena", act=house.act())


def test_c4_the_id_of_a_deactivated_person_is_never_given_away(house):
    services.deactivate(house.ours, house.eva, act=house.act())
    with pytest.raises(IdTaken):
        services.add_person(house.ours, name="Eva", identifier=house.eva.id, act=house.act())
    assert house.ours.person(house.eva.id) is house.eva


@pytest.mark.parametrize(
    "address", ["ANA@Aexpress.example", " zoe@boreal.example", "ａna@aexpress.example"]
)
def test_an_address_is_unique_in_the_whole_site_whatever_its_letters(house, address):
    with pytest.raises(LoginTaken):
        services.add_person(house.ours, name="Otra", email=address, act=house.act())


@pytest.mark.parametrize(
    "address",
    ["ana", "@", "a@", "@b", "a b@c", "a@b\r\nBcc: x@y", "a@b,c@d", "<a@b>", "=?utf-8?q?a?=@b"],
)
def test_what_is_no_address_is_refused(house, address):
    with pytest.raises(BadAddress):
        services.change_person(house.ours, house.ana, name="Ana", email=address, act=house.act())


def test_a_changed_address_frees_the_old_one_and_keeps_both_in_the_event(house):
    services.change_person(
        house.ours, house.eva, name="Eva S.", email="e.soto@aexpress.example", act=house.act()
    )
    (event,) = house.happened
    assert isinstance(event, PersonChanged)
    assert event.details()["old"]["email"] == "eva@aexpress.example"
    assert event.details()["new"]["email"] == "e.soto@aexpress.example"
    assert house.ours.by_email("eva@aexpress.example") is None
    assert house.ours.by_email("E.SOTO@aexpress.example") is house.eva
    services.add_person(house.theirs, name="Eva", email="eva@aexpress.example", act=house.act())


def test_nobody_finds_a_person_of_another_organisation_by_address(house):
    assert house.ours.by_email("zoe@boreal.example") is None
    assert house.theirs.by_email("zoe@boreal.example") is house.zoe


def test_positions_say_who_holds_them_and_who_is_above(house):
    assert house.ours.holders("jefe-sac") == [house.eva]
    assert house.ours.superior_of(house.eva).id == "directora-comercial"
    assert house.ours.superior_of(house.ana) is None
    assert house.ours.members("comercial") == [house.ana, house.eva]
    services.change_positions(
        house.ours, house.eva, ["directora-comercial", "jefe-sac"], act=house.act()
    )
    assert house.ours.superior_of(house.eva) is None
    assert house.ours.holders("directora-comercial") == [house.ana, house.eva]
    services.change_positions(house.ours, house.eva, [], act=house.act())
    assert house.ours.holders("jefe-sac") == []
    assert [type(event) for event in house.happened] == [PositionsChanged] * 2
    with pytest.raises(NotFound):
        services.change_positions(house.ours, house.eva, ["nada"], act=house.act())


def test_a_change_that_changes_nothing_is_no_event(house):
    services.change_person(
        house.ours, house.eva, name="Eva Soto", email="eva@aexpress.example", act=house.act()
    )
    services.change_positions(house.ours, house.eva, ["jefe-sac"], act=house.act())
    services.grant_role(house.ours, house.ana, "administrator", act=house.act())
    services.choose_language(house.ana, "es", act=house.act())
    assert house.happened == []


def test_deactivation_leaves_history_and_takes_the_person_out_of_the_routes(house):
    services.deactivate(house.ours, house.eva, act=house.act())
    assert house.ours.holders("jefe-sac") == []
    assert house.eva.position_ids == ["jefe-sac"]
    assert house.eva.deactivated_at == house.noon
    assert isinstance(house.happened[-1], PersonDeactivated)
    with pytest.raises(NotActive):
        services.deactivate(house.ours, house.eva, act=house.act())
    services.reactivate(house.ours, house.eva, act=house.act())
    assert house.ours.holders("jefe-sac") == [house.eva]
    assert house.eva.password_hash is None


def test_the_last_administrator_stays(house):
    for refused in (
        lambda: services.deactivate(house.ours, house.ana, act=house.act()),
        lambda: services.revoke_role(house.ours, house.ana, "administrator", act=house.act()),
    ):
        with pytest.raises(LastAdministrator):
            refused()
    services.grant_role(house.ours, house.eva, "administrator", act=house.act())
    services.revoke_role(house.ours, house.ana, "administrator", act=house.act())
    assert house.happened[-1].details() == {
        "old": {"roles": ["administrator"]},
        "new": {"roles": []},
    }
    assert isinstance(house.happened[-1], RolesChanged)


def test_two_administrators_who_remove_each_other_at_once_conflict():
    db = ZODB.DB(None)

    def opened():
        manager = transaction.TransactionManager(explicit=True)
        manager.begin()
        connection = db.open(manager)
        return manager, connection, get_site(connection)

    act = Act("x", NOON, [].append)
    manager, first, site = opened()
    people = services.make_people(site.add("one", Organisation("one", "One")))
    for name in ("Ana", "Eva"):
        services.add_person(people, name=name, roles=["administrator"], act=act)
    manager.commit()
    first.close()

    managers, connections, sites = zip(opened(), opened(), strict=True)
    for site, name in zip(sites, ("ana", "eva"), strict=True):
        one = site["one"]["people"]
        services.revoke_role(one, one.person(name), "administrator", act=act)
    managers[0].commit()
    with pytest.raises(ConflictError):
        managers[1].commit()
    managers[1].abort()
    for connection in connections:
        connection.close()
    db.close()


def test_there_are_no_other_roles(house):
    for role in ("reader", "signer", "king"):
        with pytest.raises(UnknownRole):
            services.grant_role(house.ours, house.eva, role, act=house.act())


def test_nobody_stands_above_themselves(house):
    director = house.ours.position("directora-comercial")
    with pytest.raises(NoCircles):
        services.change_position(
            house.ours,
            director,
            name="D",
            superior_id="jefe-sac",
            unit_id=None,
            site_id=None,
            act=house.act(),
        )
    unit = house.ours.unit("comercial")
    services.add_unit(house.ours, name="Ventas", parent_id="comercial", act=house.act())
    with pytest.raises(NoCircles):
        services.change_unit(house.ours, unit, name="C", parent_id="ventas", act=house.act())
    with pytest.raises(NotFound):
        services.add_position(house.ours, name="P", unit_id="nada", act=house.act())


def test_a_changed_place_keeps_its_id_and_both_names(house):
    place = services.add_site_place(house.ours, name="Sede Norte", city="Bogotá", act=house.act())
    services.change_site_place(
        place, name="Sede Chía", city="Chía", subdivision=None, act=house.act()
    )
    assert (place.id, place.name, place.city) == ("sede-norte", "Sede Chía", "Chía")
    event = house.happened[-1]
    assert isinstance(event, PlaceChanged)
    assert event.details()["old"]["name"] == "Sede Norte"


def test_names_stand_in_where_ids_are_unknown(house):
    assert house.ours.person_name("system") == "system"
    assert house.ours.person_name("ana-ruiz") == "Ana Ruiz"
    assert house.ours.position_name("jefe-sac") == "Jefe SAC"
    assert house.ours.unit_name("comercial") == "Comercial"
    assert house.ours.unit_name("nada") == "nada"
