"""Section kinds: what they miss and doubt, and the lines that search and comparison read."""

from __future__ import annotations

from dataclasses import dataclass, field

import pytest

from qms.documents.comparison import compare_lines
from qms.documents.sections import kind_of
from qms.documents.sections.base import Empty, Reference


@dataclass(frozen=True)
class House(Empty):
    """A scope with two positions and one document."""

    known: dict[str, str] = field(default_factory=lambda: {"jefe": "Jefe", "asesor": "Asesor"})

    def positions(self):
        return list(self.known.items())

    def reference(self, code):
        return Reference(code, "Bitácora", "in-force") if code == "FOR-1" else None


SCOPE = House()


def step(row_id, **more):
    usual = {"id": row_id, "number": row_id, "title": f"Hacer {row_id}", "kind": "step"}
    return {**usual, "responsible": ["jefe"], "records": [], "branches": [], **more}


def said(kind, data):
    return [str(gap.interpolate()) for gap in kind_of(kind).gaps(data, SCOPE)]


def test_a_straight_procedure_with_hands_and_records_misses_nothing():
    rows = [step("1", records=[{"code": "FOR-1", "text": ""}]), step("2")]
    assert said("activities", {"rows": rows}) == []


def test_a_step_that_nothing_leads_to_is_named():
    rows = [step("1", branches=[{"condition": "Sí", "to": "3"}]), step("2"), step("3")]
    assert said("activities", {"rows": rows}) == ["No way leads to the activity «2 Hacer 2»."]


def test_a_branch_to_a_missing_step_is_named():
    rows = [step("1", branches=[{"condition": "", "to": "9"}, {"condition": "No", "to": "2"}])]
    gaps = said("activities", {"rows": [*rows, step("2")]})
    assert gaps == ["A branch of «1 Hacer 1» leads to no activity."]


@pytest.mark.parametrize("branches", [[], [{"condition": "Sí", "to": "2"}]])
def test_a_decision_needs_two_branches(branches):
    rows = [step("1", kind="decision", branches=branches), step("2")]
    gaps = said("activities", {"rows": rows})
    assert gaps == ["The decision «1 Hacer 1» has fewer than two branches."]


def test_a_step_without_hands_is_named_but_start_and_end_need_none():
    rows = [step("1", kind="start", responsible=[]), step("2", responsible=[])]
    gaps = said("activities", {"rows": [*rows, step("3", kind="end", responsible=[])]})
    assert gaps == ["Nobody is responsible for the activity «2 Hacer 2»."]


def test_unknown_positions_and_dangling_codes_are_named_once():
    rows = [step("1", responsible=["nadie"], records=[{"code": "for-9", "text": ""}] * 2)]
    assert said("activities", {"rows": rows}) == [
        "There is no position «nadie» any more.",
        "No document here has the code FOR-9.",
    ]


def test_references_without_a_document_are_named():
    items = [{"code": "FOR-1"}, {"code": "for- 2"}, {"code": "", "title": "SAP"}]
    assert said("references", {"items": items}) == ["No document here has the code FOR-2."]


def test_an_indicator_misses_formula_target_and_frequencies():
    gaps = said("indicators", {"cards": [{"name": "N"}]})
    assert len(gaps) == 3


def test_a_formula_that_counts_what_nobody_explained_is_named():
    filled = {
        "name": "N",
        "expression": "cerradas / recibidas * 100",
        "variables": [{"name": "cerradas"}],
        "target": {"direction": ">=", "value": "9", "high": None},
        "capture_frequency": "daily",
        "analysis_frequency": "monthly",
    }
    gaps = said("indicators", {"cards": [filled]})
    assert gaps == ["The indicator «N» does not say what «recibidas» counts."]


def test_a_risk_without_control_and_a_term_defined_twice_are_named():
    assert said("risks", {"rows": [{"risk": "Fuga", "control": ""}]}) == [
        "The risk «Fuga» has no control."
    ]
    terms = [{"term": "PQR", "definition": "a"}, {"term": "pqr", "definition": "b"}]
    assert said("glossary", {"terms": terms}) == ["The term «pqr» is defined twice."]


def test_lines_of_activities_name_positions_records_and_ways():
    rows = [step("1", branches=[{"condition": "Sí", "to": "2"}, {"condition": "No", "to": "end"}])]
    rows.append(step("2", records=[{"code": "FOR-1", "text": "Bitácora"}], stops=True))
    assert kind_of("activities").lines({"rows": rows}, SCOPE) == [
        "1 Hacer 1",
        "Responsable: Jefe",
        "Sí: Continúa con la actividad 2",
        "No: Termina el procedimiento",
        "2 Hacer 2",
        "Responsable: Jefe",
        "» FOR-1 Bitácora",
        "Termina el procedimiento",
    ]


def test_every_change_of_an_indicator_shows_in_its_lines():
    kind = kind_of("indicators")
    before = {
        "name": "N",
        "unit": "%",
        "target": {"direction": ">=", "value": "95", "high": None},
        "capture_frequency": "monthly",
        "responsible_analysis": "jefe",
    }
    changed = (
        {"target": {"direction": ">=", "value": "97", "high": None}},
        {"target": {"direction": ">", "value": "95", "high": None}},
        {"capture_frequency": "quarterly"},
        {"responsible_analysis": "asesor"},
        {"formula_text": "a/b"},
        {"bands": [{"name": "Bajo", "low": "0", "low_inclusive": True, "high": "9"}]},
    )
    base = kind.lines({"cards": [before]}, SCOPE)
    for one in changed:
        lines = kind.lines({"cards": [{**before, **one}]}, SCOPE)
        assert lines != base
        assert any(line.kind != "same" for line in compare_lines(base, lines))


def test_the_chart_says_in_words_what_it_draws():
    class Words:
        def translate(self, text):
            return str(text)

    rows = [step("1", branches=[{"condition": "Sí", "to": "2"}, {"condition": "No", "to": "end"}])]
    svg = kind_of("activities").chart({"rows": [*rows, step("2")]}, SCOPE, Words(), "flow-x")
    assert svg.startswith("<svg")
    assert 'role="img"' in svg
    assert "Hacer 1" in svg
    assert "style=" not in svg
    assert kind_of("activities").chart({"rows": []}, SCOPE, Words()) == ""
