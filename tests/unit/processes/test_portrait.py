"""What documents in force say of a process is gathered; what passes is told in words."""

from __future__ import annotations

from datetime import UTC, datetime
from types import SimpleNamespace

import pytest

from qms.content.models import Site
from qms.documents.interfaces import interfaces_of
from qms.documents.listing import reindex
from qms.documents.models import Document
from qms.kernel.acts import Act
from qms.processes import services
from qms.processes.overview import bands_of, leaders
from qms.processes.portrait import by_type, portrait_of, rows_of
from qms.processes.subscribers import follow_the_process
from qms.processes.words import BOTH, SOURCE, UNKNOWN, said_by
from qms.profiles import processes as writing
from qms.profiles.api import profile_of
from qms.profiles.loader import apply, load
from qms.profiles.shipped import shipped_organisations

SHIPPED = {path.name: path for path in shipped_organisations()}
AT = datetime(2026, 11, 22, 15, tzinfo=UTC)
READER = SimpleNamespace(id="somebody", roles=[], position_ids=[])
QUALITY = SimpleNamespace(id="someone", roles=["quality"], position_ids=[])


def test_the_map_has_kinds_macroprocesses_and_processes_in_the_order_of_the_profile(gas):
    bands = bands_of(gas, person=QUALITY)
    assert [
        (band.kind, [(group.name, [box.id for box in group.boxes]) for group in band.groups])
        for band in bands
    ] == [
        ("strategic", [("Dirección", ["psg", "cge"])]),
        (
            "core",
            [
                ("Comercialización", ["asc", "gec"]),
                ("Producción", ["prl", "prg"]),
                ("Distribución", ["ent"]),
            ],
        ),
        ("support", [("Abastecimiento", ["adq"])]),
    ]
    asc = bands[1].groups[0].boxes[0]
    assert (asc.in_force, asc.under_way) == (6, 0)
    assert asc.leader == "Jefe de Servicio al Cliente"
    assert leaders(gas, gas["processes"]["asc"]) == ["Wilson Ariza Moncada"]


def test_what_is_under_way_is_not_counted_for_readers(gas):
    boxes = [
        box for band in bands_of(gas, person=READER) for group in band.groups for box in group.boxes
    ]
    assert {box.under_way for box in boxes} == {None}
    assert sum(box.in_force for box in boxes) == 6


def test_a_process_is_portrayed_by_its_documents_in_force(gas):
    portrait = portrait_of(gas, gas["processes"]["asc"])
    assert [one.document.code for one in portrait.characterisations] == ["MGPSG-035"]
    assert [one.code for one in portrait.of("objective")] == ["MGPSG-035"]
    assert [one.code for one in portrait.of("sipoc")] == ["MGPSG-035"]
    assert len(portrait.of("indicators")[0].data["cards"]) == 3
    assert {one.code for one in portrait.of("risks")} == {"PRASC-001", "PRASC-003"}
    assert portrait.of("scope") == []
    assert portrait_of(gas, gas["processes"]["psg"]).parts == {}


def test_the_credit_entitys_risks_are_references_and_yet_found(credit):
    portrait = portrait_of(credit, credit["processes"]["atencion-cliente"])
    assert portrait.of("scope")[0].kind.name == "text"
    (risks,) = portrait.of("risks")
    assert risks.kind.name == "references"


def test_documents_are_grouped_by_type_in_the_order_of_the_profile(gas):
    rows = rows_of(gas, gas["processes"]["asc"], person=READER)
    assert [(group.type_id, len(group.rows)) for group in by_type(profile_of(gas), rows)] == [
        ("manual", 1),
        ("procedure", 3),
        ("instruction", 1),
        ("form", 1),
    ]


def test_interfaces_are_computed_from_what_is_in_force(gas):
    found = interfaces_of(gas)
    assert found.described == {"asc"}
    assert {(one.kind, one.process_id) for one in found.findings} == {
        ("only-supplies", "psg"),
        ("only-receives", "cge"),
    }
    assert ("asc", "cge") in found.matrix()
    silent = interfaces_of(gas, version_of=lambda _document: None)
    assert (silent.links, silent.findings) == ((), ())


def test_who_says_that_something_passes(gas):
    found = interfaces_of(gas)
    link = found.incoming("asc")[0]
    assert {said_by(one, link, found) for one in link.passing} == {UNKNOWN}
    both = SimpleNamespace(by_source=True, by_target=True)
    one = SimpleNamespace(by_source=True, by_target=False)
    described = SimpleNamespace(described={"asc", "gec", "psg"})
    outgoing = next(one for one in found.outgoing("asc") if one.target.id == "gec")
    assert said_by(both, outgoing, described) == BOTH
    assert said_by(one, outgoing, described) == SOURCE


def test_what_depends_on_a_process_is_told(gas):
    dependents = services.dependents_of(gas, gas["processes"]["asc"], person=QUALITY)
    assert (dependents.in_force, dependents.under_way, dependents.total) == (6, 0, 6)
    assert dependents.named_by == ()
    psg = services.dependents_of(gas, gas["processes"]["psg"], person=QUALITY)
    assert (psg.total, psg.named_by) == (0, ("MGPSG-035",))
    assert psg, "a characterisation that names it is reason enough to think twice"


def test_codes_that_bear_the_acronym_are_counted_and_owned_manuals_are_not(gas):
    assert services.codes_with_acronym(gas, gas["processes"]["asc"]) == 5


@pytest.mark.parametrize(
    ("facts", "shown"),
    [({"name": "Servicio"}, "process_name"), ({"leader": "gerente-general"}, "responsible")],
)
def test_rows_follow_a_change_of_the_process(own_gas, facts, shown, monkeypatch):
    touched = []
    monkeypatch.setattr("qms.processes.subscribers.note_change", touched.append)
    before = rows_of(own_gas, own_gas["processes"]["asc"], person=None)
    act = Act("adriana-lozano", AT, follow_the_process, "web")
    writing.change_process(own_gas, "asc", act=act, **facts)
    after = rows_of(own_gas, own_gas["processes"]["asc"], person=None)
    assert {getattr(row, shown) for row in after} != {getattr(row, shown) for row in before}
    assert len(touched) == 6
    touched.clear()
    writing.change_process(own_gas, "asc", act=act, macroprocess="Otro")
    assert touched == [], "no row says the macroprocess"


def test_interfaces_are_kept_until_a_process_or_a_version_in_force_changes(own_gas):
    first = interfaces_of(own_gas)
    assert interfaces_of(own_gas) is first
    act = Act("adriana-lozano", AT, lambda _event: None, "web")
    writing.change_process(own_gas, "psg", act=act, acronym="PLA")
    now = interfaces_of(own_gas)
    assert ("only-supplies", "psg") not in {(one.kind, one.process_id) for one in now.findings}
    folder = own_gas["documents"]
    folder._documents.pop(folder["MGPSG-035"].uid)
    reindex(own_gas)
    assert interfaces_of(own_gas).links == ()


def test_an_organisation_without_documents_has_a_map_and_reading_it_writes_nothing():
    act = Act("system", AT, lambda _event: None, "demo")
    bare = apply(Site(), load(SHIPPED["gasandino"]), act)
    kept = set(bare.annexes)
    assert {
        box.in_force
        for band in bands_of(bare, person=READER)
        for group in band.groups
        for box in group.boxes
    } == {0}
    process = bare["processes"]["asc"]
    assert rows_of(bare, process, person=READER) == []
    assert portrait_of(bare, process).parts == {}
    assert interfaces_of(bare).links == ()
    assert not services.dependents_of(bare, process, person=QUALITY)
    assert services.codes_with_acronym(bare, process) == 0
    assert set(bare.annexes) == kept


def test_an_administrator_of_accounts_is_told_numbers_but_no_drafts(own_gas):
    process = own_gas["processes"]["asc"]
    draft = Document(
        "PRASC-009", "Secreto", type_id="procedure", process_id="asc", owner_process_id=None
    )
    own_gas["documents"].add(draft)
    reindex(own_gas)
    told = services.dependents_of(own_gas, process, person=READER)
    assert told.total == 7
    assert "PRASC-009" not in {row.code for row in told.rows}
    assert "PRASC-009" in {
        row.code for row in services.dependents_of(own_gas, process, person=QUALITY).rows
    }
