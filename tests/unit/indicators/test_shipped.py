"""The indicators of the five organisations: each computes, by hand and by its card alike."""

from __future__ import annotations

from decimal import Decimal
from functools import cache
from importlib import resources

import pytest
import yaml

from qms.indicators.cards import Definition

DATA = resources.files("qms.profiles") / "data" / "organisations"
CASES = [
    # Courier: 97 % effective closure, 90 % of calls, 90 % satisfied.
    (
        "aexpress/PRO-AX-SC-01/pqr",
        ("daily", "quarterly"),
        "97",
        {"cierres_efectivos": 116, "recibidas": 119},
        "97.48",
        True,
    ),
    (
        "aexpress/PRO-AX-SC-01/pqr",
        ("daily", "quarterly"),
        "97",
        {"cierres_efectivos": 29, "recibidas": 30},
        "96.67",
        False,
    ),
    (
        "aexpress/PRO-AX-SC-01/llamadas",
        ("daily", "quarterly"),
        "90",
        {"llamadas_atendidas": 900, "llamadas_recibidas": 1000},
        "90",
        True,
    ),
    (
        "aexpress/PRO-AX-SC-01/satisfaccion",
        ("semiannual", "semiannual"),
        "90",
        {"satisfechos": 160, "encuestados": 196},
        "81.63",
        False,
    ),
    # Telecom cooperative: more than 90 %, so that exactly 90 is not enough.
    (
        "comteco/COM-DSC-P01/satisfaccion-informacion",
        ("semiannual", "semiannual"),
        "90",
        {"clientes_satisfechos": 90, "clientes_atendidos": 100},
        "90",
        False,
    ),
    (
        "comteco/COM-DSC-P01/satisfaccion-informacion",
        ("semiannual", "semiannual"),
        "90",
        {"clientes_satisfechos": 271, "clientes_atendidos": 300},
        "90.33",
        True,
    ),
    # Car dealer: 95 % after sales and in sales.
    (
        "carrazos/GSC-PRO-03/satisfaccion-posventa",
        ("monthly", "monthly"),
        "95",
        {"satisfechos": 38, "encuestados": 40},
        "95",
        True,
    ),
    (
        "carrazos/GSC-PRO-03/satisfaccion-comercial",
        ("monthly", "monthly"),
        "95",
        {"satisfechos": 56, "encuestados": 59},
        "94.92",
        False,
    ),
    # State entity: answers in time, fewer claims than in the period before; no target printed.
    (
        "icetex/M5-1/respuesta",
        ("monthly", "quarterly"),
        None,
        {"a_tiempo": 57, "respondidas": 60},
        "95",
        None,
    ),
    (
        "icetex/M5-1/disminucion",
        ("quarterly", "quarterly"),
        None,
        {"reclamos": 18, "reclamos_antes": 24},
        "25",
        None,
    ),
    (
        "icetex/M5-1/disminucion",
        ("quarterly", "quarterly"),
        None,
        {"reclamos": 30, "reclamos_antes": 24},
        "-25",
        None,
    ),
    # Gas distributor: three measures without formula or target in the original.
    (
        "gasandino/MGPSG-035/satisfaccion",
        ("monthly", "quarterly"),
        None,
        {"satisfechos": 45, "encuestados": 60},
        "75",
        None,
    ),
    (
        "gasandino/MGPSG-035/sqr",
        ("monthly", "quarterly"),
        None,
        {"satisfechos": 33, "encuestados": 40},
        "82.5",
        None,
    ),
    (
        "gasandino/MGPSG-035/call-center",
        ("monthly", "quarterly"),
        None,
        {"atendidas": 470, "recibidas": 500},
        "94",
        None,
    ),
]


@cache
def cards(organisation, code):
    text = (DATA / organisation / "documents" / f"{code}.yaml").read_text("utf-8")
    found = {}
    for section in yaml.safe_load(text)["sections"].values():
        found |= {card["id"]: card for card in section.get("cards", [])}
    return found


def definition(place):
    organisation, code, card = place.split("/")
    data = {"starts": "2026-01-01", "ends": "", "version": 0, "label": "1", "bindings": {}}
    return Definition.from_data(0, {**data, "card": cards(organisation, code)[card]})


@pytest.mark.parametrize(("place", "often", "target", "values", "result", "meets"), CASES)
def test_an_indicator_of_the_originals_gives_what_is_counted_by_hand(
    place, often, target, values, result, meets
):
    found = definition(place)
    assert (found.capture_frequency, found.analysis_frequency) == often
    assert (None if found.target is None else str(found.target.value)) == target
    assert set(values) == {one.name for one in found.variables}
    assert all(one.figure for one in found.variables), "nobody has to type it"
    numbers = {name: Decimal(one) for name, one in values.items()}
    computed = found.result(numbers)
    assert round(computed, 2) == Decimal(result)
    assert found.meets(computed) is meets
    assert found.is_measured
    nothing = dict.fromkeys(numbers, Decimal(0))
    assert found.result(nothing) is None, "division by zero is no data"


@pytest.mark.parametrize(
    ("place", "has_formula"),
    [
        ("icetex/M5-1/respuesta", False),
        ("icetex/M5-1/ans", False),
        ("gasandino/MGPSG-035/sqr", False),
        ("aexpress/PRO-AX-SC-01/pqr", True),
    ],
)
def test_what_the_original_does_not_print_is_not_printed(place, has_formula):
    assert bool(definition(place).formula_text) is has_formula


def test_a_card_that_says_nothing_is_measured_by_nobody():
    assert not definition("icetex/M5-1/ans").is_measured


def test_claims_are_held_against_those_of_the_period_before():
    before = next(
        one
        for one in definition("icetex/M5-1/disminucion").variables
        if one.name == "reclamos_antes"
    )
    assert (before.query.name, before.query.shift) == ("cases.received", "previous")
    assert before.query.filters == {"kind": ("reclamo",)}
