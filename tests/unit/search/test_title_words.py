"""Titles found while typing: the same as by looking at every row, whatever the sizes."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qms.search import catalogue as module
from qms.search.catalogue import Catalogue, Entry, UnknownOrder

TITLES = st.lists(
    st.tuples(
        st.lists(st.sampled_from(["plan", "plano", "planta", "3", "30"]), max_size=3), st.booleans()
    ),
    max_size=12,
)
TYPED = st.lists(st.sampled_from(["p", "plan", "plant", "3", "x"]), min_size=1, max_size=2)


def filled(titles):
    made = Catalogue(["title"], ["audience"])
    for number, (words, visible) in enumerate(titles):
        audience = ["everybody"] if visible else ["staff"]
        made.put(f"u{number}", Entry((number,), {"title": number}, {"audience": audience}, words))
    return made


def by_looking(titles, typed, *, only_visible):
    return [
        (number,)
        for number, (words, visible) in enumerate(titles)
        if (visible or not only_visible)
        and all(
            any(one == want if want.isdigit() else one.startswith(want) for one in words)
            for want in typed
        )
    ]


@given(TITLES, TYPED, st.booleans())
def test_the_first_by_words_are_those_found_by_looking(titles, typed, only_visible):
    filters = {"audience": ["everybody"]} if only_visible else {}
    expected = by_looking(titles, typed, only_visible=only_visible)
    for few, sort in ((5000, 400), (5000, 1), (0, 400)):
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(module, "FEW", few or 3)
            patch.setattr(module, "SORT_LIMIT", sort)
            found = filled(titles).first(typed, filters, order="title", limit=5)
        assert found == expected[:5]


def test_words_follow_what_is_put_and_removed():
    made = filled([(["plan"], True)])
    made.put("u0", Entry((0,), {"title": 0}, {"audience": ["everybody"]}, ["norma"]))
    assert made.first(["plan"], {}, order="title", limit=5) == []
    assert made.first(["nor"], {}, order="title", limit=5) == [(0,)]
    made.remove("u0")
    assert made.first(["nor"], {}, order="title", limit=5) == []


def test_a_catalogue_of_an_older_release_says_that_it_has_no_words():
    made = filled([(["plan"], True)])
    del made._words, made._spoken
    made.put("u1", Entry((1,), {"title": 1}, {"audience": ["everybody"]}, ["plan"]))
    assert not made.has_words
    with pytest.raises(UnknownOrder):
        made.first(["plan"], {}, order="title", limit=5)
