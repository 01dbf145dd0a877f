"""How Spanish texts cite norms, and that nothing else is taken for a citation."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qms.norms.citations import (
    LONGEST,
    bare_number,
    citations,
    cited_in,
    key_of,
    standard_number,
)


def found(text, context=""):
    return [(one.key, one.clause) for one in cited_in(text, context)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Constitución Política de Colombia Art. 23", [("constitution", "23")]),
        (
            "C.P. 23, 86, 209",
            [("constitution", "23"), ("constitution", "86"), ("constitution", "209")],
        ),
        ("C.P. art. 86", [("constitution", "86")]),
        ("Ley 962/2005", [("law 962 2005", "")]),
        ("LEY 962 DE 2005", [("law 962 2005", "")]),
        ("ley 1.480 del 2011", [("law 1480 2011", "")]),
        ("Ley 100 de 93", [("law 100 1993", "")]),
        ("Ley 1437/11", [("law 1437 2011", "")]),
        ("Ley Estatutaria 1581 de 2012", [("law 1581 2012", "")]),
        ("Dec. 1151/2008", [("decree 1151 2008", "")]),
        ("Decreto Ley 019 de 2012", [("decree 19 2012", "")]),
        ("Dec. Reglamentario 2150/95", [("decree 2150 1995", "")]),
        ("Decreto Supremo N° 29272 de 2007", [("decree 29272 2007", "")]),
        ("Res. 0870/2005, 827/1997", [("resolution 870 2005", ""), ("resolution 827 1997", "")]),
        ("Resolución No. 0870 de Noviembre de 2005", [("resolution 870 2005", "")]),
        ("Resolución Interna 0877 de agosto 1997", [("resolution 877 1997", "")]),
        ("Resolución 688 del 24 de junio de 2014", [("resolution 688 2014", "")]),
        ("Resolución DIAN 000042 de 2020", [("resolution 42 2020", "")]),
        ("Circular 052 de 2007", [("circular 52 2007", "")]),
        ("Circular Externa N.º 023 de 2021", [("circular 23 2021", "")]),
        ("Sentencia C-951 de 2014", [("ruling c-951 2014", "")]),
        ("ISO 9001:2015 8.2.1", [("standard iso 9001 2015", "8.2.1")]),
        (
            "NTC-ISO 9001:2015, 4.4 y 8.2.1",
            [("standard iso 9001 2015", c) for c in ("4.4", "8.2.1")],
        ),
        ("NTC-ISO/IEC 27001:2022 numeral 5.1", [("standard iso 27001 2022", "5.1")]),
        ("NTCGP 1000", [("standard ntcgp 1000", "")]),
        ("NTC 5555", [("standard ntc 5555", "")]),
        ("ISO 9001 versión 2008", [("standard iso 9001 2008", "")]),
        ("numeral 8.2.1 de la norma ISO 9001:2015", [("standard iso 9001 2015", "8.2.1")]),
        ("artículo 58 de la Ley 1480 de 2011", [("law 1480 2011", "58")]),
        ("Decreto 1074 de 2015, artículos 5 al 26", [("decree 1074 2015", "5-26")]),
        ("Leyes 527 de 1999 y 962 de 2005", [("law 527 1999", ""), ("law 962 2005", "")]),
        (
            "ISO 9001:2015, 14001:2015 y 45001:2018",
            [(f"standard iso {one}", "") for one in ("9001 2015", "14001 2015", "45001 2018")],
        ),
    ],
)
def test_the_usual_ways_to_cite_a_norm_are_recognised(text, expected):
    assert found(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "tiempo de resolución 15 días hábiles, en 2015",
        "Reglamento Interno de trabajo",
        "acuerdo 3 de niveles de servicio",
        "C.P. 110111",
        "Resolución para 300 de 2020",
        "en 2015 la norma",
        "la ley 5 días después",
        "circular 10",
        "constitución de la empresa en 1991",
        "ts 2015",
        "Políticas de comercialización",
    ],
)
def test_what_only_looks_like_a_citation_is_left_alone(text):
    assert found(text) == []


def test_a_bare_clause_belongs_to_each_norm_of_the_heading_above():
    group = "NORMA NTCGP 1000:2009 / ISO 9001:2008"
    assert found("8.2.1", group) == [
        ("standard ntcgp 1000 2009", "8.2.1"),
        ("standard iso 9001 2008", "8.2.1"),
    ]
    assert found("8.2.1", "REQUISITOS DEL CLIENTE") == []
    assert found("Satisfacción del cliente", group) == []


def test_a_date_behind_a_law_is_not_another_law():
    assert found("Ley 527 de 1999, 18 de agosto de 1999") == [("law 527 1999", "")]


NUMBERS = st.integers(10, 999_999)
YEARS = st.integers(1950, 2039)
WAYS = {
    "law": ("Ley {n} de {y}", "LEY {n}/{y}", "ley No. {n} del {y}", "la Ley {n} ({y})"),
    "decree": ("Decreto {n} de {y}", "Dec. {n}/{y}", "Decreto Supremo N° {n} de {y}"),
    "resolution": ("Resolución {n} de {y}", "Res. {n}/{y}", "Resolución n.º {n} de mayo de {y}"),
    "circular": ("Circular {n} de {y}", "Circular Externa 0{n} de {y}"),
}


@given(
    st.sampled_from([(kind, way) for kind, ways in WAYS.items() for way in ways]),
    NUMBERS,
    YEARS,
    st.sampled_from(["", "Ver ", "según la ", "(", "Cumplir "]),
    st.sampled_from(["", ".", ", y demás normas", ")", " sobre trámites"]),
)
def test_every_way_to_write_a_norm_gives_the_same_key(way, number, year, before, after):
    kind, pattern = way
    written = str(number)[:5] if "0{n}" in pattern else str(number)
    text = before + pattern.format(n=written, y=year) + after
    assert [one.key for one in citations(text)] == [f"{kind} {written} {year}"]


@given(
    st.sampled_from(["ISO ", "NTC-ISO ", "NTC ISO ", "ISO/IEC ", "NB-ISO ", "UNE-EN ISO "]),
    st.integers(1000, 99_999),
    YEARS,
    st.lists(st.integers(1, 20), min_size=2, max_size=4),
)
def test_national_adoptions_of_a_standard_are_that_standard(body, number, year, clause):
    written = ".".join(map(str, clause))
    assert found(f"{body}{number}:{year} {written}") == [(f"standard iso {number} {year}", written)]


PIECES = st.lists(
    st.sampled_from(
        [
            "ley",
            "decreto",
            "res.",
            "resolución",
            "circular",
            "iso",
            "ntc",
            "c.p.",
            "art.",
            "artículos",
            "numeral",
            "de",
            "del",
            "y",
            ",",
            "/",
            "-",
            ":",
            "no.",
            "n°",
            "5",
            "23",
            "962",
            "0870",
            "1.480",
            "8.2.1",
            "2005",
            "1999",
            ":2015",
            "/2008",
            "mayo",
            "días",
            "sentencia",
            "c-9",
            "(",
            ")",
            "«",
        ]
    ),
    max_size=25,
).map(" ".join)


@given(st.one_of(PIECES, st.text(max_size=200)))
def test_any_text_at_all_is_read_and_each_mention_stands_where_it_says(text):
    for one in citations(text):
        assert one.text
        assert one.text in unicodedata.normalize("NFC", text)
        assert one.key == key_of(one.kind, one.number, one.year)
        assert one.year is None or 1800 <= one.year <= 2099


@pytest.mark.parametrize("piece", ["ley ", "1.", "art. 1, ", "iso ", "9 y ", "ISO 9001:2015, "])
def test_long_monotonous_texts_are_read_quickly(piece):
    citations(piece * (LONGEST // len(piece)))


@given(st.integers(0, 999_999))
def test_zeros_and_points_of_a_number_do_not_count(number):
    assert bare_number(f"00{number}") == str(number)
    assert bare_number(f"{number:,}".replace(",", ".")) == str(number)


def test_the_body_of_a_standard_is_what_it_adopts():
    assert standard_number("NTC-ISO/IEC 27001") == "ISO 27001"
    assert standard_number("ntcgp1000") == "NTCGP 1000"
