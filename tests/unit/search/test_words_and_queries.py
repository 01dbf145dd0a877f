"""Folding, stemming, reading of queries, the best place of a text."""

import re
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qms.kernel.text import fold
from qms.search.engine import stem
from qms.search.highlight import WIDTH, fragment_of
from qms.search.queries import LONGEST, MOST, read_query
from qms.search.spanish import STOP_WORDS, folded, title_words, words

SPANISH = st.text("abcdefghijklmnopqrstuvwxyzáéíóúüñÁÉÍÓÚÜÑ", min_size=1, max_size=20)


def without_accents(word: str) -> str:
    return "".join(
        char if char in "ñÑ" else unicodedata.normalize("NFD", char)[0]
        for char in unicodedata.normalize("NFC", word)
    )


def test_words_that_trip_the_stemmer_stay_as_they_are():
    assert [stem(word) for word in ("ague", "egue", "yegue")]


@given(SPANISH)
def test_a_word_typed_without_accents_is_the_accented_word(word):
    assert [stem(one) for one in words(without_accents(word))] == [stem(one) for one in words(word)]


@given(SPANISH)
def test_capitals_and_decomposed_accents_make_no_difference(word):
    assert list(words(word.upper())) == list(words(word))
    assert list(words(unicodedata.normalize("NFD", word))) == list(words(word))


@given(SPANISH)
def test_words_are_folded_as_everywhere_else_in_the_house(word):
    assert "".join(words(word)) == fold(word)


@given(st.text(max_size=60))
def test_folding_keeps_every_place_whatever_the_text(text):
    assert len(folded(text)) == len(text)


def test_a_year_is_no_other_thing():
    assert stem("año") != stem("ano")
    assert list(words("AÑO")) == ["año"]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("auditoria", "auditorias"),
        ("accion", "acciones"),
        ("revision", "revisiones"),
        ("queja", "quejas"),
        ("indicador", "indicadores"),
        ("aprobacion", "aprobado"),
        ("documento", "documentos"),
    ],
)
def test_plurals_and_forms_meet(one, other):
    assert stem(one) == stem(other)


def test_numbers_lose_leading_zeros_and_nothing_else():
    assert list(words("SC-03 del 2017 y 0 y 100")) == [
        "sc",
        "3",
        "del",
        "2017",
        "y",
        "0",
        "y",
        "100",
    ]


def test_words_of_a_title_leave_stop_words_out():
    assert title_words("Gestión de la Calidad") == ["gestion", "calidad"]


@given(st.text(max_size=3 * LONGEST))
def test_d4_56_anything_typed_is_a_bounded_query(text):
    query = read_query(text, stem)
    groups = (*query.wanted, *query.unwanted)
    assert sum(map(len, groups)) <= MOST
    assert all(group and all(group) for group in groups)


@pytest.mark.parametrize(
    "text",
    ["(((", "a AND", '"', "-", "--", "*:*", "audience:x", "[a TO z]", "«", "\\", "\x00", "~"],
)
def test_d4_56_no_syntax_reaches_the_index(text):
    query = read_query(text, stem)
    assert all(re.fullmatch(r"\w+", one) for group in query.wanted for one in group)


def test_phrases_words_and_exclusions_are_told_apart():
    query = read_query('"servicio al cliente" queja -reclamo -"línea gratuita"', stem)
    assert query.wanted == ((stem("servicio"), stem("cliente")), (stem("queja"),))
    assert query.unwanted == ((stem("reclamo"),), (stem("linea"), stem("gratuita")))


def test_a_code_in_a_query_is_a_phrase_of_its_parts():
    assert read_query("FOR-AX-SC-03", stem).wanted == (("for", "ax", "sc", "3"),)


def test_stop_words_alone_ask_for_nothing():
    assert not read_query("de la con", stem)


def marked(text, *typed):
    stems = frozenset(stem(one) for word in typed for one in words(word))
    _place, pieces = fragment_of(text, stems, stem)
    return pieces


def test_the_fragment_marks_every_form_of_the_words():
    pieces = marked("Las Auditorías internas; cada auditoría se planea.", "auditoria")
    assert [one.text for one in pieces if one.marked] == ["Auditorías", "auditoría"]


def test_the_fragment_is_where_most_different_words_are():
    far = "queja " * 5 + "relleno " * 200
    pieces = marked(
        far + "La queja y el reclamo del cliente. " + "relleno " * 50, "queja", "reclamo"
    )
    assert {one.text for one in pieces if one.marked} == {"queja", "reclamo"}


def test_a_stem_that_is_no_beginning_of_its_word_is_marked_too():
    pieces = marked("La frecuencia de medición.", "frecuencias")
    assert [one.text for one in pieces if one.marked] == ["frecuencia"]


@given(st.text(max_size=600), st.lists(st.text(min_size=1, max_size=8), max_size=3))
def test_a_fragment_shows_text_and_nothing_else_and_stays_short(text, typed):
    pieces = marked(text, *typed)
    shown = "".join(one.text for one in pieces).strip("…")
    assert re.sub(r"\s+", "", shown) in re.sub(r"\s+", "", text)
    assert len(shown) <= 2 * WIDTH


def test_text_without_the_words_shows_its_beginning():
    pieces = marked("Objetivo del documento", "queja")
    assert [(one.text, one.marked) for one in pieces] == [("Objetivo del documento", False)]


def test_stop_words_are_folded():
    assert all(one == "".join(words(one)) for one in STOP_WORDS)
