"""Folding, order and cleaning of Spanish text."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qms.kernel.text import clean_line, fold, skeleton, slug, sort_key, whole_number


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("Petición", "peticion"),
        ("PETICIÓN", "peticion"),
        ("Pingüino", "pinguino"),
        ("AÑO", "año"),
        ("an\u0303o", "año"),
        ("\uff26\uff2f\uff32", "for"),
    ],
)
def test_folding_forgets_case_and_accents_but_keeps_the_enye(text, folded):
    assert fold(text) == folded


@given(st.text(alphabet="abñÑáÉü Zz-ç\u0301\u0303n", max_size=30))
def test_folding_twice_changes_nothing_more(text):
    assert fold(fold(text)) == fold(text)


@given(st.text(alphabet="abñÑáÉü Zz-çn", max_size=30))
def test_folding_does_not_see_how_accents_are_encoded(text):
    assert fold(unicodedata.normalize("NFD", text)) == fold(unicodedata.normalize("NFC", text))


def test_a_slug_is_plain_and_short():
    assert (
        slug("  Atención al Cliente: «quejas» / año 2026 ") == "atencion-al-cliente-quejas-ano-2026"
    )
    assert slug("¿?") == ""
    assert slug("ab cd", limit=3) == "ab"


@given(st.text(max_size=120))
def test_a_slug_is_always_safe_in_an_address(text):
    made = slug(text)
    assert set(made) <= set("abcdefghijklmnopqrstuvwxyz0123456789-")
    assert "--" not in made
    assert not made.startswith("-")
    assert not made.endswith("-")
    assert len(made) <= 80


def test_words_sort_as_in_a_spanish_dictionary():
    words = ["oso", "ñame", "nuez", "nzz", "zeta", "árbol", "casado", "casa blanca", "¿quién?", "q"]
    assert sorted(words, key=sort_key) == [
        "árbol",
        "casa blanca",
        "casado",
        "nuez",
        "nzz",
        "ñame",
        "oso",
        "q",
        "¿quién?",
        "zeta",
    ]


def test_accents_only_break_ties():
    assert sorted(["papá", "papaya", "papa"], key=sort_key) == ["papa", "papá", "papaya"]


def test_d4_36_control_and_direction_characters_leave_a_line():
    assert clean_line("acta\u202egpj.exe\x00\r\n final\u200b \ufeff") == "actagpj.exe final"
    assert clean_line("a\tb\u00a0\u00a0c") == "a b c"
    assert clean_line("\ud800x\ufffe") == "x"


@given(st.text(max_size=80))
def test_a_clean_line_is_one_composed_line_and_stays_as_it_is(text):
    line = clean_line(text)
    assert line == unicodedata.normalize("NFC", line)
    assert not any(unicodedata.category(char) in {"Cc", "Cf", "Cs", "Zl", "Zp"} for char in line)
    assert "  " not in line
    assert line == line.strip()
    assert clean_line(line) == line


def test_d4_44_look_alikes_have_one_skeleton():
    latin = skeleton("FOR-AX-SC-03")
    assert skeleton("F\u041eR-\u0391X-S\u0421-03") == latin
    assert skeleton("\uff26OR\u2013AX\u2212SC\u2010\uff10\uff13") == latin
    assert skeleton("FOR-\u200bAX-SC\u00a0-03") == latin
    assert skeleton("F0R-AX-SC-O3") != latin
    assert skeleton("INSTRUCCIO\u0301N") == skeleton("INSTRUCCIÓN") != skeleton("INSTRUCCION")


def test_only_a_few_plain_digits_are_a_number():
    assert whole_number("0120", None) == 120
    assert [whole_number(one, -1) for one in ("", "-1", "²", "١", "1_0", "1e3", "1234567")] == [
        -1
    ] * 7
    assert whole_number("123", 1, 2) == 1
