"""Processes changed one by one: checked like a profile, told in events, kept by the export."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from qms.content.models import Folder, Site
from qms.kernel.codes import CodeGrammar
from qms.migrations import m0002_processes_have_a_folder_of_their_own as migration
from qms.profiles import processes
from qms.profiles.api import profile_of
from qms.profiles.errors import (
    AcronymTaken,
    LastProcess,
    ProcessNameTaken,
    ProcessNeedsName,
    ProfileMistakes,
    UnknownEntry,
)
from qms.profiles.exporter import export
from qms.profiles.loader import apply, load, load_text
from qms.profiles.models import ProcessFolder
from qms.profiles.shipped import shipped_organisations
from qms.profiles.state import stored_data

SHIPPED = {path.name: path for path in shipped_organisations()}


@pytest.fixture(scope="module")
def profiles():
    return {name: load(SHIPPED[name]) for name in ("gasandino", "icetex")}


@pytest.fixture
def gas(profiles, act, events):
    organisation = apply(Site(), profiles["gasandino"], act)
    events.clear()
    return organisation


def names(events):
    return [type(one).__name__ for one in events]


def again(organisation):
    """Give the profile as somebody gets it who exports it and loads it elsewhere."""
    return load_text(export(organisation)).data


def test_a_process_that_is_added_is_exported_and_codes_can_name_it(gas, act, events):
    made = processes.add_process(
        gas,
        name="Gestión  Humana",
        acronym="GHU",
        kind="support",
        macroprocess="Apoyo",
        leader="gerente-general",
        act=act,
    )
    assert (made.id, made.name) == ("ghu", "Gestión Humana")
    assert names(events) == ["ProcessAdded"]
    assert events[0].details()["new"]["macroprocess"] == "Apoyo"
    data = again(gas)
    assert data["processes"][-1] == {
        "id": "ghu",
        "acronym": "GHU",
        "name": "Gestión Humana",
        "macroprocess": "Apoyo",
        "kind": "support",
        "leader": "gerente-general",
        "active": True,
    }
    grammar = CodeGrammar.from_data(data["codes"])
    assert grammar.next([], type="procedure", process="ghu") == "PRGHU-001"
    assert processes.macroprocesses(gas)[-1] == "Apoyo"


def test_a_new_acronym_is_for_new_codes_and_the_former_one_is_never_given_away(gas, act):
    assert processes.change_process(gas, "asc", act=act, acronym="SAC")
    grammar = profile_of(gas).code_grammar()
    assert grammar.parse("PRASC-001").parts["process"] == "ASC"
    assert grammar.next(["PRASC-003"], type="procedure", process="asc") == "PRSAC-001"
    assert processes.former_acronyms(gas, "asc") == ["ASC"]
    for name in ("Otro servicio", "Administración de seguros"):
        with pytest.raises(AcronymTaken):
            processes.add_process(gas, name=name, acronym="asc", act=act)
    assert processes.change_process(gas, "asc", act=act, acronym="ASC")
    assert profile_of(gas).code_grammar().next([], type="procedure", process="asc") == "PRASC-001"
    assert again(gas)["codes"]["processes"]["SAC"] == "asc"


def test_where_codes_write_something_else_the_grammar_stays_as_it_is(profiles, act):
    organisation = apply(Site(), profiles["icetex"], act)
    before = dict(organisation.profile["codes"])
    processes.change_process(organisation, "grandes-clientes", act=act, acronym="M5-9")
    processes.add_process(organisation, name="Comunicaciones", acronym="A1-9", act=act)
    assert organisation.profile["codes"] == before


@pytest.mark.parametrize(
    ("facts", "problem"),
    [
        ({"name": " \n "}, ProcessNeedsName),
        ({"name": "GESTION COMERCIAL"}, ProcessNameTaken),
        ({"acronym": "gec"}, AcronymTaken),
        ({"leader": "nobody"}, ProfileMistakes),
        ({"kind": "other"}, ProfileMistakes),
        ({"acronym": "X" * 13}, ProfileMistakes),
    ],
)
def test_what_a_profile_could_not_say_is_refused_and_nothing_changes(
    gas, act, events, facts, problem
):
    before, revision = stored_data(gas), gas.profile_revision
    with pytest.raises(problem) as found:
        processes.change_process(gas, "asc", act=act, **facts)
    with pytest.raises(problem):
        processes.add_process(gas, **{"name": "Nuevo", **facts}, act=act)
    assert str(found.value)
    assert stored_data(gas) == before
    assert (gas.profile_revision, events) == (revision, [])


def test_the_last_process_stays_and_others_go_out_of_use_and_come_back(gas, act, events):
    for one in processes.ordered_processes(gas)[1:]:
        assert processes.deactivate_process(gas, one.id, act=act)
    with pytest.raises(LastProcess):
        processes.deactivate_process(gas, "asc", act=act)
    assert [one["active"] for one in again(gas)["processes"]].count(True) == 1
    assert len(processes.ordered_processes(gas, active_only=False)) == 8
    assert processes.reactivate_process(gas, "cge", act=act)
    assert not processes.reactivate_process(gas, "cge", act=act)
    assert names(events) == ["ProcessChanged"] * 8
    assert (events[-1].old["active"], events[-1].new["active"]) == (False, True)


def test_a_name_of_a_former_process_can_be_given_again_but_not_to_two_in_use(gas, act):
    processes.deactivate_process(gas, "adq", act=act)
    processes.add_process(gas, name="Adquisiciones", acronym="COM", act=act)
    with pytest.raises(ProcessNameTaken):
        processes.reactivate_process(gas, "adq", act=act)


def test_a_macroprocess_is_renamed_in_all_of_its_processes(gas, act, events):
    assert processes.rename_macroprocess(gas, "Comercialización", "Mercadeo y ventas", act=act) == 2
    assert names(events) == ["ProcessChanged"] * 2
    assert "Comercialización" not in processes.macroprocesses(gas)
    assert processes.rename_macroprocess(gas, "Nothing", "Else", act=act) == 0


def test_moving_keeps_to_neighbours_of_the_same_group_and_to_the_ends(gas, act, events):
    assert [one.id for one in processes.ordered_processes(gas)][:2] == ["asc", "gec"]
    assert processes.move_process(gas, "asc", 1, act=act)
    assert [one.id for one in processes.ordered_processes(gas)][:2] == ["gec", "asc"]
    assert not processes.move_process(gas, "asc", 1, act=act)
    assert not processes.move_process(gas, "adq", -1, act=act), "alone in its group"
    assert names(events) == ["ProcessesOrdered"]
    assert [one["id"] for one in again(gas)["processes"]][:2] == ["gec", "asc"]
    with pytest.raises(UnknownEntry):
        processes.order_processes(gas, ["nobody"], act=act)


def test_two_processes_of_one_name_get_two_ids(gas, act):
    first = processes.add_process(gas, name="Calidad", act=act)
    processes.deactivate_process(gas, first.id, act=act)
    second = processes.add_process(gas, name="Calidad", act=act)
    third = processes.add_process(gas, name="1.ª línea", acronym="9A", act=act)
    assert [first.id, second.id, third.id] == ["calidad", "calidad-2", "p-9a"]


deeds = st.lists(
    st.tuples(
        st.sampled_from(["asc", "gec", "adq", "psg"]),
        st.sampled_from(["name", "acronym", "macroprocess", "kind", "leader", "active", "move"]),
        st.integers(0, 3),
    ),
    max_size=8,
)
VALUES = {
    "name": ["Uno", "Dos", "Tres", "Cuatro"],
    "acronym": ["UNO", "DOS", "TRE", None],
    "macroprocess": ["Alfa", "Beta", None, "Gama"],
    "kind": ["core", "support", "strategic", "core"],
    "leader": ["gerente-general", "jefe-servicio-cliente", None, "gerente-general"],
    "active": [True, False, True, False],
}


@given(deeds)
@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_was_done_the_export_loads_to_what_is_stored(profiles, act, drawn):
    organisation = apply(Site(), profiles["gasandino"], act)
    for identifier, key, value in drawn:
        try:
            if key == "move":
                processes.move_process(organisation, identifier, value - 1, act=act)
            else:
                facts = {key: VALUES[key][value]}
                processes.change_process(organisation, identifier, act=act, **facts)
        except (ProcessNameTaken, AcronymTaken):
            continue
    data = stored_data(organisation)
    assert again(organisation) == data
    revision = organisation.profile_revision
    apply(organisation.__parent__, load_text(export(organisation)), act)
    assert organisation.profile_revision == revision, "nothing is left to apply"


def test_an_older_database_gets_the_folder_with_a_page(gas):
    gas.remove("processes")
    plain = gas.add("processes", Folder("Processes"))
    uid = plain.uid
    for name in ("asc", "gec"):
        plain.add(name, processes.Process(name, name.upper(), name))
    kept = plain["asc"].uid
    for _time in range(2):
        migration.migrate(gas.__parent__)
        assert isinstance(gas["processes"], ProcessFolder)
    assert (gas["processes"].uid, gas["processes"]["asc"].uid) == (uid, kept)
    assert gas["processes"]["asc"].__parent__ is gas["processes"]
    assert len(gas["processes"]) == 2
