"""Each rule on its smallest case, with the neighbour that must stay silent."""

from __future__ import annotations

from decimal import Decimal
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lint_papers import document, paper, part, told, world

from qms.documents import sections
from qms.documents.lint.comparisons import limits_in, range_in
from qms.documents.lint.data import Edition
from qms.documents.lint.findings import Finding
from qms.documents.lint.organisation import between, digest_of
from qms.documents.lint.words import stems
from qms.kernel.bands import Band


def text(*paragraphs, section="t", title="", number=""):
    html = "".join(f"<p>{one}</p>" for one in paragraphs)
    return part(section, "text", {"html": html}, title, number)


def card(**more):
    return {"id": "i", "name": "Nivel de atención", "formula_text": "a / b", **more}


def cards(*given):
    return part("i", "indicators", {"cards": list(given)})


def bands(*edges):
    found = []
    for name, low, low_in, high, high_in in edges:
        found.append(
            {
                "name": name,
                "low": low,
                "low_inclusive": low_in,
                "high": high,
                "high_inclusive": high_in,
            }
        )
    return found


# --- Bands ----------------------------------------------------------------------------------------


@given(
    st.lists(st.integers(0, 20), min_size=2, max_size=5, unique=True),
    st.lists(st.booleans(), min_size=8, max_size=8),
)
@settings(max_examples=60)
def test_a_hole_is_told_exactly_when_some_value_has_no_band_or_two(edges, inclusive):
    edges = sorted(edges)
    given_bands = bands(
        *(
            (f"b{at}", str(low), inclusive[2 * at], str(high), inclusive[2 * at + 1])
            for at, (low, high) in enumerate(pairwise(edges))
        )
    )
    made = [Band.from_data(one) for one in given_bands]
    grid = [Decimal(edges[0]) + Decimal(step) / 4 for step in range(4 * (edges[-1] - edges[0]) + 1)]
    holds = [sum(band.holds(value) for band in made) for value in grid]
    whole = all(count == 1 for count in holds)
    found = told(paper(cards(card(bands=given_bands))), rule="band-gap")
    assert bool(found) == (not whole)


@pytest.mark.parametrize(
    ("note", "is_told"),
    [
        (">90% Bueno, <90% Bajo", True),
        (">=90% Bueno, <90% Bajo", False),
        ("mayor a 90 % bueno; menor o igual a 90 % bajo", False),
        ("superior al 90 % bueno, inferior al 80 % malo", True),
        (">90% Bueno, entre 80 y 90 Regular, <80% Bajo", False),
        ("Lograr el 90%", False),
    ],
)
def test_printed_bands_are_read(note, is_told):
    assert bool(told(paper(cards(card(note=note))), rule="band-gap")) is is_told


@given(st.sampled_from([">", "<", ">=", "<="]), st.integers(0, 10**6))
def test_a_limit_is_read_as_it_is_written(sign, value):
    (limit,) = limits_in(f"cuando sea {sign} {value} se avisa")
    assert (limit.direction, limit.value) == (sign, value)


@pytest.mark.parametrize("written", ["(7-8)", "7 – 8", "de 7-8"])
def test_a_range_is_read(written):
    assert range_in(f"Neutros: {written}") == (7, 8)


def test_dates_and_clauses_are_no_ranges():
    assert range_in("el 2024-05-06") is None
    assert range_in("8:00-12:00 y 14:00-18:00") is None


# --- Targets --------------------------------------------------------------------------------------


def target(direction, value):
    return {"direction": direction, "value": value, "high": None}


@pytest.mark.parametrize(
    ("sentence", "is_told"),
    [
        ("Se mejora cuando no se logre la meta &gt;95%, o haya quejas.", True),
        ("Se mejora cuando no se logre la meta ≥ 95 %.", False),
        ("La meta es como mínimo 95 %.", False),
        ("El nivel de atención tiene una meta &gt;=90 %.", True),
        ("Otra meta del área es &gt;50 %.", False),
        ("Se responde en menos de 2 días.", False),
    ],
)
def test_prose_is_held_against_the_card(sentence, is_told):
    one = paper(cards(card(target=target(">=", "95"))), text(sentence))
    assert bool(told(one, rule="target-differs")) is is_told


def test_a_card_is_held_against_its_own_note():
    good = card(target=target(">=", "97"), note="Lograr el 97% de cierre.")
    bad = card(target=target(">=", "97"), note="Lograr el 95% de cierre.")
    assert not told(paper(cards(good)), rule="target-differs")
    assert told(paper(cards(bad)), rule="target-differs")


SCALE = ["La calificación se clasifica así:", "Promotores: (9-10)", "Neutros: (7-8)"]


@pytest.mark.parametrize(
    ("limit", "is_told"), [("inferior a 6", True), ("inferior a 7", False), ("de 6 o menos", False)]
)
def test_a_limit_through_a_band_is_told(limit, is_told):
    one = paper(text(*SCALE, "Detractores: (1-6)"), text(f"Con calificación {limit}.", section="u"))
    assert bool(told(one, rule="threshold-differs")) is is_told
    assert not told(one, rule="scale-gap")


def test_a_mark_without_band_is_told():
    assert told(paper(text(*SCALE, "Detractores: (1-5)")), rule="scale-gap")


# --- References -----------------------------------------------------------------------------------


def references(*items):
    found = [{"code": code, "title": title, "note": ""} for code, title in items]
    return part("r", "references", {"items": found}, "DOCUMENTOS", "4")


LOG = document("FOR-AX-SC-03", "Bitácora de PQR")


@pytest.mark.parametrize(
    ("title", "is_told"),
    [
        ("Bitácora de PQR's", False),
        ("BITACORA DE PQR", False),
        ("Formato Bitácora de las PQR", False),
        ("Bitácora", True),
        ("Bitácora de quejas", True),
    ],
)
def test_a_title_is_compared_without_what_does_not_matter(title, is_told):
    one = paper(references(("FOR-AX-SC-03", title)))
    assert bool(told(one, world(LOG), "title-differs")) is is_told


def test_titles_beside_codes_in_prose_are_read():
    one = paper(text("Se lleva la PLANILLA DE QUEJAS FOR-AX- SC-03 a diario."))
    rules = {found.rule for found in told(one, world(LOG))}
    assert rules == {"title-differs", "code-oddly-written"}
    quiet = paper(text("Los datos de FOR-AX-SC-03 y de la consola se revisan."))
    assert told(quiet, world(LOG)) == []


def test_what_is_used_and_not_listed_is_told_only_where_there_is_a_list():
    row = {"id": "a", "title": "Anotar", "records": [{"code": "FOR-AX-SC-03", "text": "Bitácora"}]}
    used = part("a", "activities", {"rows": [row]})
    others = references(("FOR-AX-SC-04", "Otro"))
    around = world(LOG, document("FOR-AX-SC-04", "Otro"))
    assert told(paper(used, others), around, "record-not-listed")
    assert not told(paper(used), around, "record-not-listed")
    table = part("d", "table", {"columns": ["Nombre"], "rows": [["Bitácora"]]})
    assert not told(paper(used, others, table), around, "record-not-listed")


def test_what_is_out_of_use_or_nowhere_is_told():
    one = paper(references(("FOR-AX-SC-03", ""), ("FOR-AX-SC-08", "")))
    rules = [found.rule for found in told(one, world(document("FOR-AX-SC-03", "x", "obsolete")))]
    assert sorted(rules) == ["dangling-reference", "reference-out-of-use"]


def test_a_pointer_to_a_numeral_or_an_activity_that_is_not_here_is_told():
    rows = [{"id": "a", "number": "1", "title": "Uno"}]
    acts = part("a", "activities", {"rows": rows})
    body = text("5.1. SOLICITUDES", "Según el apartado 5.1 y el numeral 5.7.", number="5")
    (found,) = told(paper(body), rule="heading-missing")
    assert found.subject == "5.7"
    elsewhere = text("5.1. X", "Según el numeral 7.2 de PRO-AX-SC-01.", number="5")
    assert not told(paper(elsewhere), rule="heading-missing")
    (found,) = told(
        paper(acts, text("Ver la actividad 4 y la actividad 1.")), rule="activity-missing"
    )
    assert found.subject == "4"


# --- History --------------------------------------------------------------------------------------


def change(kind, subject, said=""):
    return {"kind": kind, "subject": subject, "text": said or subject}


def since(*changes, order=1):
    return [Edition("1", 0, {}), Edition("2", order, {}, changes=changes)]


def test_what_was_taken_out_and_stands_is_told_unless_it_came_back():
    body = text("El rol de LPC revisa el caso.")
    gone = change("removed", "LPC", "Se elimina el rol de LPC.")
    assert told(paper(body, history=since(gone)), rule="removed-yet-named")
    back = since(gone, change("added", "LPC"))
    assert not told(paper(body, history=back), rule="removed-yet-named")


def test_an_old_name_is_told():
    body = text("Lo revisa el Coordinador de Atención.")
    new = change(
        "renamed",
        "Jefe",
        "Se cambia el cargo de Coordinador de Atención por Jefe de Servicio.",
    )
    assert told(paper(body, history=since(new)), rule="removed-yet-named")


def test_what_was_announced_and_is_absent_is_told_unless_it_was_taken_out_later():
    body = text("Se hace el informe mensual.")
    added = [Edition("1", 0, {}), Edition("2", 1, {}, changes=[change("added", "Informe semanal")])]
    assert told(paper(body, history=added), rule="added-yet-absent")
    gone = [*added, Edition("3", 2, {}, changes=[change("removed", "Informe semanal")])]
    assert not told(paper(body, history=gone), rule="added-yet-absent")
    assert not told(paper(text("Los informes semanales."), history=added), rule="added-yet-absent")


def approval(step, day, position="Jefe"):
    return {"step": step, "label": step, "name": "N", "position": position, "date": day}


def signed(*approvals, **dates):
    return [
        Edition("1", 0, {"in_force_from": "2007-12"}),
        Edition("2", 1, dates, approvals=approvals),
    ]


def test_an_approval_before_the_draft_is_an_error_and_one_of_a_former_version_is_none():
    early = signed(approval("drafted", "2020-05-02"), approval("approved", "2020-05-01"))
    (found,) = told(paper(history=early), rule="signed-before-written")
    assert found.severity == "error"
    former = signed(approval("drafted", "2007-12"), approval("approved", "2018-05"))
    assert not told(paper(history=former), rule="approvals-far-apart")
    months = signed(approval("drafted", "2018-05-20"), approval("approved", "2018-05"))
    assert not told(paper(history=months), rule="signed-before-written")


@pytest.mark.parametrize("position", ["[Sin Cargo Definido]", "", "-", "Por definir"])
def test_a_signer_without_position_is_told(position):
    history = signed(approval("drafted", None, position))
    assert told(paper(history=history), rule="signer-without-position")


# --- Writing --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("said", "rule"),
    [
        ("et", "stray-text"),
        ("Se avisa al jefe de área. mensual de ventas y caja.", "stray-text"),
        ("Se deja constancia de la", "text-breaks-off"),
        ("Se envía el el informe.", "word-twice"),
    ],
)
def test_bad_writing_is_told(said, rule):
    assert told(paper(text(said)), rule=rule)


@pytest.mark.parametrize(
    "said",
    [
        "No",
        "Ver la Res. 0870 de la entidad, cap. quinto del anexo.",
        "Se envía a:",
        "Opción A",
        "Atención en la línea 01 8000",
    ],
)
def test_good_writing_is_left_alone(said):
    assert told(paper(text(said))) == []


def test_a_garbled_word_is_told_only_where_the_right_one_is_known():
    assert told(
        paper(text("Realización de Ilamadas.", "Las llamadas del día.")), rule="garbled-word"
    )
    assert not told(paper(text("Ilustración del caso.")), rule="garbled-word")


def test_empty_items_are_counted():
    (found,) = told(paper(references(("", "-"), ("", "Uno"), ("", "…"))), rule="empty-bullet")
    assert found.message.mapping["n"] == 2
    bullets = part("t", "text", {"html": "<ul><li>-</li><li>Sí, esto</li></ul>"})
    assert told(paper(bullets), rule="empty-bullet")


# --- People and routes ----------------------------------------------------------------------------


def test_prose_and_table_that_give_work_to_different_positions_are_told():
    rows = [{"id": "a", "title": "Realizar la encuesta", "responsible": ["jefe", "asesor"]}]
    acts = part("a", "activities", {"rows": rows})
    said = "El Jefe de Servicio realiza la encuesta de los clientes."
    assert told(paper(acts, text(said)), rule="responsible-contradiction")
    both = "El Jefe de Servicio y el Asesor de Servicio realizan la encuesta."
    assert not told(paper(acts, text(both)), rule="responsible-contradiction")


def table(*rows):
    data = {"columns": ["Si es", "Direcciona a"], "rows": [list(row) for row in rows]}
    return part("o", "table", data)


def test_one_case_with_two_destinations_is_told():
    same = table(("Reclamo de factura, consumo", "BOC"), ("Gestión de reclamos de factura", "BOI"))
    assert told(paper(same), rule="route-two-destinations")
    apart = table(("Instalación de telefonía, internet", "A"), ("Cobertura de telefonía", "B"))
    assert not told(paper(apart), rule="route-two-destinations")
    agreed = table(("Reclamo de factura", "BOC"), ("Reclamos de la factura", "boc"))
    assert not told(paper(agreed), rule="route-two-destinations")


def glossary(*terms):
    data = {"terms": [{"term": term, "definition": said} for term, said in terms]}
    return part("g", "glossary", data)


def test_a_term_defined_twice_is_an_error_with_the_likely_other_name():
    pair = (("BOC", "Back Office Comercial, unidad."), ("BOC", "Back Office Incidencias, unidad."))
    (found,) = told(paper(glossary(*pair)), rule="term-defined-twice")
    assert found.severity == "error"
    assert found.suggestion.mapping == {"term": "BOI"}


def test_documents_are_held_against_each_other():
    one = paper(
        glossary(("Queja", "Inconformidad con la conducta.")),
        cards(card(target=target(">=", "90"))),
    )
    other = paper(
        glossary(("QUEJA", "Solicitud de trámite nuevo.")),
        cards(card(target=target(">=", "80"))),
        uid="u2",
        code="PRO-AX-SC-10",
    )
    found = between([digest_of(one), digest_of(other)])
    rules = {finding.rule for finding in found}
    assert rules == {"title-used-twice", "term-differs", "target-differs-between"}
    assert {finding.code for finding in found} == {"PRO-AX-SC-10"}


# --- Words ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("clientes", "Cliente"),
        ("semanales", "semanal"),
        ("realizar", "realiza"),
        ("recolectores", "recolector"),
        ("peticiones", "petición"),
        ("PQR’s", "PQR"),
    ],
)
def test_forms_of_a_word_meet(one, other):
    assert stems(one) == stems(other)


@given(st.text(max_size=200))
def test_stems_never_fail_and_are_stable(given_text):
    assert stems(given_text) == stems(given_text)


# --- Section kinds --------------------------------------------------------------------------------


def test_a_section_kind_may_find_contradictions_of_its_own(monkeypatch):
    own = Finding("too-loud", "hint", "Nobody shouts.", "Write it softly.", row="1")
    monkeypatch.setattr(sections.kind_of("text"), "checks", lambda _data, _paper: [own], False)
    (found,) = told(paper(text("Todo bien.", title="OBJETIVO", number="1")))
    assert (found.rule, found.section, found.code) == ("too-loud", "t", "PRO-AX-SC-09")
    assert found.key != own.key, "its key names the document"
