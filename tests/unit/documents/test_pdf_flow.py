"""What follows what in an activities section."""

from __future__ import annotations

from qms.documents.flow import flow_nodes, next_ids, unreachable
from qms.documents.pdf_indicators import band_text, target_text
from qms.documents.pdf_scope import FrozenScope


def _row(ident, **more):
    return {"id": ident, "number": ident, "title": f"Paso {ident}", "kind": "step", **more}


def _scope(**styles):
    return FrozenScope({"organisation": {"styles": styles}, "document": {}})


def test_a_row_without_branches_goes_on_to_the_next_and_the_last_one_ends():
    rows = [_row("1"), _row("2", stops=True), _row("3")]
    assert [next_ids(rows, place) for place in range(3)] == [["2"], ["end"], ["end"]]


def test_a_row_that_nothing_leads_to_is_found():
    jump = [{"condition": "a", "to": "2"}, {"condition": "b", "to": "4"}]
    rows = [_row("1", branches=jump), _row("2", stops=True), _row("3"), _row("4")]
    assert unreachable(rows) == ["3"]
    assert unreachable([]) == []


def test_a_loop_does_not_hang_and_a_dangling_branch_is_no_way():
    rows = [_row("1", branches=[{"condition": "", "to": "1"}, {"condition": "", "to": "zz"}])]
    assert unreachable([*rows, _row("2")]) == ["2"]


def test_ways_that_end_meet_in_the_end_that_exists():
    rows = [_row("1", stops=True), _row("2"), _row("9", kind="end", title="Fin")]
    nodes = flow_nodes({"rows": rows}, str)
    assert [[edge.to for edge in node.edges] for node in nodes] == [["9"], ["9"], []]


def test_an_end_is_added_where_the_last_row_is_an_activity_of_somebody():
    rows = [_row("1", stops=True), _row("2", kind="end", responsible=["jefe"])]
    nodes = flow_nodes({"rows": rows}, lambda ident: f"El {ident}", end_text="Fin")
    assert [node.text for node in nodes] == ["Paso 1", "Paso 2", "Fin"]
    assert [[edge.to for edge in node.edges] for node in nodes] == [["end"], ["end"], []]
    assert nodes[1].notes == ("El jefe",)


def test_a_target_prints_its_direction_unit_and_number_style():
    scope = _scope(number={"decimal": ",", "thousands": "."})
    assert target_text({"target": {"direction": ">=", "value": "97.5"}, "unit": "%"}, scope) == (
        "≥ 97,5\u00a0%"
    )
    between = {"target": {"direction": "between", "value": "1", "high": "2"}, "unit": ""}
    assert target_text(between, scope) == "1 – 2"
    assert target_text({"target": None}, scope) == ""


def test_a_band_prints_which_bounds_belong_to_it():
    band = {"name": "Bueno", "low": "90", "low_inclusive": False, "high": "", "colour": "x"}
    assert band_text(band, "%", _scope()) == "Bueno: > 90\u00a0%"


def test_dates_print_in_the_house_style_and_months_without_a_day():
    scope = _scope(date={"printed": "long_capital"})
    assert scope.date("2017-11-01") == "Noviembre 1 de 2017"
    assert scope.date("2018-05") == "Mayo 2018"
    assert scope.date("") == ""
    assert scope.date("sin fecha") == "sin fecha"
    assert _scope(date={"printed": "dmy"}).date("2027-01-15") == "15/01/2027"
