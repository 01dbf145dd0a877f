"""What processes deliver to one another, and what their characterisations contradict."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from qms.documents.interfaces import Characterisation, Known, interfaces
from qms.documents.parties import GROUP, OUTSIDE, PROCESS, Names, same_thing

SHIPPED = Path("qms/profiles/data/organisations")
SALES = Known("sales", "Gestión Comercial", "GEC", "core", "Comercialización")
STORE = Known("store", "Gestión de Archivo", "GAR", "support", "Apoyo")
MAKE = Known("make", "Producción de Gases", "PRG", "core", "Producción")
BUY = Known("buy", "Adquisiciones", "ADQ", "support", "Apoyo")
PLAN = Known("plan", "Planeación estratégica", "E1-1", "strategic", "Dirección")
ALL = (SALES, STORE, MAKE, BUY, PLAN)


def shipped(organisation, code, section):
    profile = yaml.safe_load((SHIPPED / organisation / "profile.yaml").read_text())
    document = yaml.safe_load((SHIPPED / organisation / "documents" / f"{code}.yaml").read_text())
    known = [
        Known(one["id"], one["name"], one["acronym"], one["kind"], one["macroprocess"])
        for one in profile["processes"]
    ]
    rows = document["sections"][section]["rows"]
    return interfaces(
        known, [Characterisation(document["document"]["process"], code, rows, section)]
    )


def row(**cells):
    empty = {name: [] for name in ("suppliers", "inputs", "activities", "outputs", "customers")}
    return {"phase": "", **empty, **cells}


def told(process, *rows, code=None):
    return Characterisation(process.id, code or f"C-{process.id}", rows, "flow")


def kinds(found):
    return [(one.kind, one.process_id) for one in found.findings]


def test_the_gas_distributors_two_one_sided_processes_are_found_and_nothing_else():
    found = shipped("gasandino", "MGPSG-035", "flow")
    assert [(one.kind, one.process_id, one.weight, one.place.text) for one in found.findings] == [
        ("only-supplies", "psg", "warning", "PSG"),
        ("only-receives", "cge", "warning", "CGE"),
    ]
    assert {one.place.column for one in found.findings_of("psg")} == {"suppliers"}
    assert [one.place.code for one in found.findings] == ["MGPSG-035"] * len(found.findings)
    assert len(found.incoming("asc")) == len(found.outgoing("asc")) == 8


def test_the_credit_entitys_archive_is_named_as_before_and_lines_belong_together():
    found = shipped("icetex", "M5-1", "flow")
    warnings = [one for one in found.findings if one.weight == "warning"]
    assert [(one.kind, one.other_id) for one in warnings] == [
        ("named-differently", "gestion-archivo")
    ]
    assert "títulos valores" in warnings[0].place.text
    into = {link.source.name: [one.text for one in link.passing] for link in found.links}
    assert into["Contractual"] == ["Contrato con Outsourcing de Atención a Usuarios"]
    assert into["Usuario"] == ["Petición, queja o reclamo"]
    archive = [one for one in found.outgoing("atencion-cliente") if one.target.id.startswith("ge")]
    assert len(archive[0].passing) == 6, "a row without outputs shares those of the grid"


@pytest.mark.parametrize(
    ("text", "kind", "identifier", "exact"),
    [
        ("GEC", PROCESS, "sales", True),
        ("gec", PROCESS, "sales", True),
        ("PROCESO GESTION COMERCIAL", PROCESS, "sales", True),
        ("Gestión Comercial (GEC)", PROCESS, "sales", True),
        ("GEC – Gestión Comercial", PROCESS, "sales", True),
        ("E1-1: Planeación estratégica", PROCESS, "plan", True),
        ("Proceso Gestión de archivo y de títulos valores", PROCESS, "store", False),
        ("Gestión Comerical", PROCESS, "sales", False),
        ("Adquisicones", PROCESS, "buy", False),
        ("Clientes", OUTSIDE, "clientes", True),
        ("Superintendencia Financiera de Colombia", OUTSIDE, None, True),
        ("Comercialización", GROUP, "macroprocess:comercializacion", True),
        ("Procesos Misionales", GROUP, "core", True),
        ("Demás procesos de soporte", GROUP, "others:support", True),
        ("Todos los procesos", GROUP, "all", True),
        ("Procesos de apoyo", GROUP, "support", True),
        ("Procesos judiciales en curso", OUTSIDE, None, True),
    ],
)
def test_a_name_is_read_as_people_write_it(text, kind, identifier, exact):
    (named,) = Names(ALL).read(text)
    assert (named.party.kind, named.exact) == (kind, exact)
    if identifier is not None:
        assert named.party.id == identifier


def test_several_processes_in_one_cell_are_several():
    assert [one.party.id for one in Names(ALL).read("GEC, PRG / Adquisiciones")] == [
        "sales",
        "make",
        "buy",
    ]
    (one,) = Names(ALL).read("Bancos, aseguradoras")
    assert one.party.kind == OUTSIDE
    assert Names(ALL).read("- - -") == ()


def test_the_other_processes_are_those_that_are_not_named():
    found = interfaces(ALL, [told(SALES, row(suppliers=["ADQ", "Demás procesos"], inputs=["x"]))])
    groups = [one.source for one in found.links if one.source.kind == GROUP]
    assert groups[0].members == ("make", "plan", "store")


def test_a_process_in_use_wins_the_name_that_it_shares_with_a_former_one():
    former = Known("old", "Gestión Comercial", None, "core", None, active=False)
    for order in ((former, SALES), (SALES, former)):
        assert Names(order).read("Gestión comercial")[0].party.id == "sales"
    found = interfaces([former, BUY], [told(BUY, row(customers=["Gestión comercial"]))])
    assert ("out-of-use", "buy") in kinds(found)


def test_what_one_side_alone_says_is_told_at_its_place():
    takes = told(SALES, row(suppliers=["PRG"], inputs=["Gas envasado"], customers=["PRG"]))
    silent = told(MAKE, row(suppliers=["GEC"], inputs=["Pedidos"], customers=["Clientes"]))
    found = interfaces(ALL, [takes, silent])
    (one,) = [one for one in found.findings if one.kind == "unknown-to-supplier"]
    assert (one.process_id, one.other_id) == ("sales", "make")
    assert (one.place.code, one.place.column, one.place.text) == ("C-sales", "suppliers", "PRG")
    assert one.weight == "warning"


def test_an_input_that_its_supplier_does_not_deliver_and_an_output_that_nobody_takes():
    sales = told(SALES, row(suppliers=["PRG"], inputs=["Certificado de calidad"]))
    make = told(MAKE, row(outputs=["Gas envasado"], customers=["GEC"]))
    found = interfaces(ALL, [sales, make])
    assert ("input-not-delivered", "sales") in kinds(found)
    assert ("output-not-taken", "make") in kinds(found)
    agreed = interfaces(
        ALL, [sales, told(MAKE, row(outputs=["Certificados de la calidad"], customers=["GEC"]))]
    )
    assert not {"input-not-delivered", "output-not-taken"} & {one for one, _ in kinds(agreed)}
    (link,) = agreed.links
    assert [(one.by_source, one.by_target) for one in link.passing] == [(True, True)]


def test_somebody_outside_may_take_what_no_process_takes():
    make = told(MAKE, row(outputs=["Gas envasado"], customers=["GEC", "Clientes"]))
    sales = told(SALES, row(suppliers=["PRG"], inputs=["Informe de inventario"]))
    assert "output-not-taken" not in {one for one, _ in kinds(interfaces(ALL, [make, sales]))}


def test_a_grid_without_any_customer_is_told_once():
    found = interfaces(ALL, [told(SALES, row(outputs=["Uno", "Dos"]), row(outputs=["Tres"]))])
    assert kinds(found) == [("output-without-customer", "sales")]


def test_texts_that_are_no_lists_and_rows_that_are_empty_do_no_harm():
    rows = [{}, {"suppliers": None, "inputs": "text", "customers": [None, 3, "", "…"]}]
    assert interfaces(ALL, [Characterisation("sales", "C", rows, "flow")]).links == ()


things = st.sampled_from(["Pedidos", "Gas envasado", "Informe mensual", "Contratos", "Facturas"])
flows = st.lists(
    st.tuples(st.sampled_from(ALL), st.sampled_from(ALL), things), unique=True, max_size=12
).map(lambda listed: [one for one in listed if one[0] is not one[1]])


def both_sides(given_flows, spell=lambda process: process.name):
    """Write the characterisations that agree with each other about these flows."""
    return [
        told(
            process,
            *(
                row(suppliers=[spell(source)], inputs=[thing])
                for source, target, thing in given_flows
                if target is process
            ),
            *(
                row(customers=[spell(target)], outputs=[thing])
                for source, target, thing in given_flows
                if source is process
            ),
        )
        for process in ALL
    ]


SPELLINGS = [
    lambda one: one.name,
    lambda one: one.name.upper(),
    lambda one: f"Proceso {one.name}",
    lambda one: one.acronym,
    lambda one: f"{one.name} ({one.acronym})",
]


@given(flows, st.sampled_from(SPELLINGS))
@settings(max_examples=60)
def test_characterisations_that_agree_have_no_finding_but_one_way_ones(drawn, spell):
    found = interfaces(ALL, both_sides(drawn, spell))
    assert {one.kind for one in found.findings} <= {"only-supplies", "only-receives"}
    passed = {
        (source, target, one.text)
        for (source, target), cell in found.matrix().items()
        for one in cell
    }
    assert passed == {(source.id, target.id, thing) for source, target, thing in drawn}
    assert all(one.by_source and one.by_target for link in found.links for one in link.passing)
    gives, takes = {one[0].id for one in drawn}, {one[1].id for one in drawn}
    assert {one.process_id for one in found.findings if one.kind == "only-supplies"} == (
        gives - takes
    )
    assert {one.process_id for one in found.findings if one.kind == "only-receives"} == (
        takes - gives
    )


@given(flows.filter(bool), st.data())
@settings(max_examples=60)
def test_whatever_is_taken_out_of_one_side_is_missed(drawn, data):
    source, target, thing = data.draw(st.sampled_from(drawn))
    rest = [one for one in drawn if one != (source, target, thing)]
    halves = [one for one in both_sides(rest) if one.process_id == target.id]
    halves += [one for one in both_sides(drawn) if one.process_id != target.id]
    found = interfaces(ALL, halves)
    named = {one.kind for one in found.findings_of(source.id)}
    if target.id in found.described and not any(other[1:] == (target, thing) for other in rest):
        assert named & {"unknown-to-customer", "output-not-taken"}


@given(flows, st.randoms(use_true_random=False))
@settings(max_examples=40)
def test_the_order_in_which_documents_are_read_does_not_matter(drawn, chance):
    told_all = both_sides(drawn)[:3]
    mixed = list(told_all)
    chance.shuffle(mixed)
    one, other = interfaces(ALL, told_all), interfaces(ALL[::-1], mixed)
    assert one.links == other.links
    assert [(f.kind, f.place, f.process_id) for f in one.findings] == [
        (f.kind, f.place, f.process_id) for f in other.findings
    ]


texts = st.text("aeioulnrsñáÁ -/(),;:.\n", max_size=30) | st.sampled_from(
    ["GEC", "Clientes", "Demás procesos", "Procesos de apoyo", "Gestión", "Comercial"]
)


@given(st.lists(st.lists(texts, max_size=4), min_size=4, max_size=4))
@settings(max_examples=80)
def test_any_text_is_read_and_every_finding_stands_in_a_cell(cells):
    names = ("suppliers", "inputs", "outputs", "customers")
    filled = dict(zip(names, cells, strict=True))
    found = interfaces(ALL, [told(SALES, row(**filled))])
    for one in found.findings:
        assert one.place.text in filled[one.place.column]
        assert one.sentence.interpolate()
    for link in found.links:
        assert "sales" in (link.source.id, link.target.id)


@given(texts, texts)
def test_the_same_thing_is_the_same_from_both_sides(one, other):
    assert same_thing(one, other) == same_thing(other, one)
    if any(map(str.isalpha, one.replace("a", "").replace("e", ""))):
        assert same_thing(one, one.upper()) == same_thing(one, one)
