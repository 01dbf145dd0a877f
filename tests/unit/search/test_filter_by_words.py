"""The catalogue filters by beginnings of words, in pages and in counts alike."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qms.kernel.text import sort_key
from qms.search.catalogue import Catalogue, Entry, UnknownOrder
from qms.search.spanish import title_words

TITLES = {
    "PRO-01": ("Servicio al Cliente", "a"),
    "PRO-02": ("Servicios de bodega", "b"),
    "INS-03": ("Bitácora de peticiones", "a"),
    "INS-12": ("Recepción", "b"),
}


def catalogue(titles=TITLES):
    made = Catalogue(["code"], ["kind"])
    for code, (title, kind) in titles.items():
        made.put(
            code,
            Entry(
                (code,), {"code": sort_key(code)}, {"kind": [kind]}, title_words(f"{code} {title}")
            ),
        )
    return made


def found(made, words, filters=None, **more):
    page = made.query(filters or {}, order="code", words=words, **more)
    return [row[0] for row in page.rows], page.total


@pytest.mark.parametrize(
    ("words", "codes"),
    [
        ([], ["INS-03", "INS-12", "PRO-01", "PRO-02"]),
        (["serv"], ["PRO-01", "PRO-02"]),
        (["serv", "bod"], ["PRO-02"]),
        (["bitacora"], ["INS-03"]),
        (["1"], ["PRO-01"]),
        (["ins"], ["INS-03", "INS-12"]),
        (["nada"], []),
        (["serv", "nada"], []),
    ],
)
def test_every_word_must_begin_a_word_and_a_number_must_be_one(words, codes):
    made = catalogue()
    assert found(made, words) == (codes, len(codes))
    assert found(made, words, reverse=True)[0] == codes[::-1]
    assert sum(made.counts("kind", {}, words=words).values()) == len(codes)


def test_words_and_facets_narrow_together_and_pages_count_all():
    made = catalogue()
    assert found(made, ["serv"], {"kind": ["a"]}) == (["PRO-01"], 1)
    assert found(made, ["serv"], start=1, limit=1) == (["PRO-02"], 2)
    assert made.counts("kind", {"kind": ["a"]}, words=["serv"]) == {"a": 1, "b": 1}


def test_what_is_asked_again_is_what_holds_now():
    made = catalogue()
    assert found(made, ["recep"])[1] == 1
    made.put("INS-12", Entry(("INS-12",), {"code": "x"}, {"kind": ["b"]}, ["otra"]))
    assert found(made, ["recep"])[1] == 0
    assert found(made, ["otra"])[0] == ["INS-12"]


def test_a_catalogue_of_an_older_release_says_that_it_knows_no_words():
    made = catalogue()
    made._words = None
    with pytest.raises(UnknownOrder):
        found(made, ["serv"])
    assert found(made, [])[1] == 4


@given(
    st.dictionaries(
        st.from_regex(r"[A-Z]{3}-[0-9]{2}", fullmatch=True),
        st.tuples(st.text("abcñé 1", max_size=12), st.sampled_from("ab")),
        max_size=12,
    ),
    st.text("abcñé 1", max_size=6),
)
@settings(max_examples=50)
def test_the_filter_finds_what_looking_at_each_subject_finds(titles, typed):
    words = title_words(typed)
    expected = [
        code
        for code in sorted(titles)
        if all(
            any(
                one == word if word.isdigit() else one.startswith(word)
                for one in title_words(f"{code} {titles[code][0]}")
            )
            for word in words
        )
    ]
    assert found(catalogue(titles), words, limit=None)[0] == expected
