"""What a person has to read follows from positions and versions in force, whatever came before."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
import transaction
import ZODB
from hypothesis import given, settings
from hypothesis import strategies as st
from ZODB.DemoStorage import DemoStorage

from qms.content.models import Folder, Organisation, Site
from qms.documents.reading_models import DAILY, WISHES, Acknowledgement, ReadingRoom, reading_key
from qms.documents.services.reading import ROOM, Distribution, pending_positions
from qms.kernel.acts import Act
from qms.people import services as people
from qms.profiles.apply import apply
from qms.profiles.loader import load
from qms.profiles.shipped import shipped_organisations

NOON = datetime(2026, 11, 23, 17, tzinfo=UTC)
FACT = Acknowledgement(NOON, "asesor-sac", "web")
UIDS = ("a", "b", "c", "d")
POSITIONS = ("jefe-sac", "asesor-sac", "jefe-operaciones")
PERSONS = ("paola-rincon", "andres-pineda", "oscar-beltran")

moments = st.integers(0, 20)
steps = st.one_of(
    st.tuples(
        st.just("force"),
        st.sampled_from(UIDS),
        st.integers(0, 3),
        st.lists(st.sampled_from(POSITIONS), unique=True),
        st.booleans(),
    ),
    st.tuples(st.just("retire"), st.sampled_from(UIDS)),
    st.tuples(
        st.just("place"),
        st.sampled_from(PERSONS),
        st.lists(st.sampled_from(POSITIONS), unique=True, max_size=2),
    ),
    st.tuples(st.just("read"), st.sampled_from(PERSONS), st.sampled_from(UIDS)),
)


@pytest.fixture(scope="module")
def organisation():
    folder = next(one for one in shipped_organisations() if one.name == "carrazos")
    act = Act("system", NOON, lambda _event: None, "cli")
    site = Site()
    made: Organisation = apply(site, load([folder / "profile.yaml"]), act)
    for position in POSITIONS:
        people.add_position(made["people"], name=position, identifier=position, act=act)
    for person in PERSONS:
        people.add_person(made["people"], name=person, identifier=person, act=act)
    made.add("documents", Folder("Documents"))
    return made


def expected(in_force, held, read, everybody):
    """Say plainly what each person has to read: by looking at everything."""
    found = {}
    for person in PERSONS:
        found[person] = {
            reading_key(uid, order)
            for uid, (order, since, positions, taken_over) in in_force.items()
            for position in positions
            if position in held[person]
            and (person, reading_key(uid, order)) not in read
            and (not taken_over or everybody or held[person][position] > since)
        }
    return found


@settings(max_examples=150, deadline=None)
@given(st.lists(steps, max_size=30), st.booleans())
def test_the_index_gives_what_a_look_at_everything_would(organisation, course, everybody):
    room = organisation.annexes[ROOM] = ReadingRoom()
    organisation.profile["reading"] = {"term_days": 5, "migrated": everybody}
    organisation.profile_revision += 1
    folder = organisation["people"]
    for person in PERSONS:
        folder.place(folder.person(person), [])
    in_force, held, read = {}, {person: {} for person in PERSONS}, set()
    for number, (kind, *values) in enumerate(course):
        at = NOON + timedelta(hours=number)
        if kind == "force":
            uid, order, positions, taken_over = values
            in_force[uid] = (order, at, tuple(positions), taken_over)
            room.demand(uid, (reading_key(uid, order), at, tuple(positions), taken_over))
        elif kind == "retire":
            in_force.pop(values[0], None)
            room.demand(values[0], None)
        elif kind == "place":
            person, positions = values
            held[person] = {one: held[person].get(one, at) for one in positions}
            folder.place(folder.person(person), positions)
            room.hold(person, positions, at, anew=False)
        else:
            person, uid = values
            if uid in in_force:
                key = reading_key(uid, in_force[uid][0])
                if room.acknowledgement(key, person) is None:
                    room.acknowledge(key, person, Acknowledgement(at, "x", "web"))
                read.add((person, key))
    wanted = expected(in_force, held, read, everybody)
    for person in PERSONS:
        found = pending_positions(organisation, folder.person(person))
        assert set(found) == wanted[person]
        assert all(place in held[person] for place in found.values())


def test_somebody_inactive_has_nothing_to_read(organisation):
    room = organisation.annexes[ROOM] = ReadingRoom()
    folder = organisation["people"]
    paola = folder.person("paola-rincon")
    folder.place(paola, ["asesor-sac"])
    room.demand("a", (reading_key("a", 0), NOON, ("asesor-sac",), False))
    assert set(pending_positions(organisation, paola)) == {"a/0"}
    folder.set_active(paola, active=False, at=NOON)
    assert pending_positions(organisation, paola) == {}
    folder.set_active(paola, active=True, at=NOON)
    assert pending_positions(organisation, None) == {}


def test_many_people_confirm_one_version_at_the_same_moment_without_conflict():
    db = ZODB.DB(DemoStorage())
    with db.transaction() as first:
        room = first.root()["room"] = ReadingRoom()
        for person in ("eva", "luis"):
            room.acknowledge("a/0", person, FACT)
            room.acknowledge("b/0", person, FACT)
    managers = [transaction.TransactionManager() for _ in range(2)]
    connections = [db.open(manager) for manager in managers]
    for person, connection in zip(("eva", "luis"), connections, strict=True):
        connection.root()["room"].acknowledge("c/0" if person == "eva" else "d/0", person, FACT)
        connection.root()["room"].acknowledge(f"b/{person}", person, FACT)
    connections[0].root()["room"].readers["a/0"]["ana"] = tuple(FACT)
    connections[1].root()["room"].readers["a/0"]["zoe"] = tuple(FACT)
    for manager in managers:
        manager.commit()
    for connection in connections:
        connection.close()
    with db.transaction() as now:
        assert list(now.root()["room"].readers["a/0"]) == ["ana", "eva", "luis", "zoe"]
        assert {"c/0", "d/0"} <= set(now.root()["room"].readers)
    db.close()


def test_a_demand_that_did_not_change_writes_nothing():
    room = ReadingRoom()
    demand = (reading_key("a", 0), NOON, ("x",), False)
    room.demand("a", demand)
    sets = room.asked["x"]
    room.demands = Forbidding(room.demands)
    room.demand("a", demand)
    assert list(sets) == ["a/0"]


class Forbidding(dict):
    """Values that nobody may write."""

    def __setitem__(self, key, value):
        raise AssertionError(key)

    def __delitem__(self, key):
        raise AssertionError(key)


def test_what_was_told_about_readings_that_are_over_is_forgotten():
    room = ReadingRoom()
    room.tell("eva", {"a/0": ("new",), "b/0": ("new", "3")})
    assert room.stages_told("eva", "b/0") == ("new", "3")
    room.forget_told("eva", {"a/0"})
    assert room.stages_told("eva", "b/0") == ()
    assert room.stages_told("eva", "a/0") == ("new",)
    room.forget_told("nobody", set())


@pytest.mark.parametrize(("read", "asked", "percent"), [(0, 0, None), (199, 200, 99), (3, 3, 100)])
def test_a_hundred_percent_is_all_of_them(read, asked, percent):
    assert Distribution([], [], read, asked).percent == percent


def test_nobody_has_to_choose_how_letters_come():
    assert WISHES[0] == DAILY
