"""Addresses of content are those that Pyramid writes, and translations those that it finds."""

from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyramid import testing
from pyramid.interfaces import VH_ROOT_KEY
from pyramid.request import Request
from translationstring import TranslationString

from qms.web import i18n
from qms.web.request import HouseRequest

names = st.text(min_size=1, max_size=8).filter(lambda text: text.isprintable())


def place(*path):
    content = SimpleNamespace(__name__=None, __parent__=None)
    for name in path:
        content = SimpleNamespace(__name__=name, __parent__=content)
    return content


def ask(kind, mount=""):
    return kind.blank("/any", environ={"SCRIPT_NAME": mount})


@given(
    path=st.lists(names, max_size=4),
    elements=st.lists(st.one_of(names, st.integers(0, 99)), max_size=2),
    query=st.one_of(
        st.none(),
        st.dictionaries(
            names, st.one_of(st.none(), names, st.lists(names, max_size=2)), max_size=3
        ),
        st.lists(st.tuples(names, names), max_size=3),
        names,
    ),
    mount=st.sampled_from(["", "/qms"]),
)
def test_an_address_is_the_one_that_pyramid_writes(path, elements, query, mount):
    with testing.testConfig() as config:
        content, more = place(*path), {"query": query}
        ours, theirs = ask(HouseRequest, mount), ask(Request, mount)
        ours.registry = theirs.registry = config.registry
        assert ours.resource_path(content, *elements, **more) == theirs.resource_path(
            content, *elements, **more
        )


@pytest.mark.parametrize(
    ("more", "environ", "address"),
    [
        ({"anchor": "s-1"}, {}, "/a/b/edit#s-1"),
        ({}, {VH_ROOT_KEY: "/a"}, "/b/edit"),
    ],
)
def test_what_is_seldom_asked_goes_the_long_way(more, environ, address):
    with testing.testConfig() as config:
        request = HouseRequest.blank("/any", environ=environ)
        request.registry = config.registry
        assert request.resource_path(place("a", "b"), "edit", **more) == address


class Counting:
    """A localizer that remembers what it was asked for."""

    def __init__(self, language):
        self.language, self.asked = language, []

    def translate(self, text):
        self.asked.append(str(text))
        return f"{self.language}:{TranslationString(text).interpolate()}"


def spoken(language, registry):
    return SimpleNamespace(registry=registry, locale_name=language, localizer=Counting(language))


def test_a_sentence_is_looked_up_once_for_each_language():
    registry = {"qms.web.sentences": {}}
    for language in ("es", "en"):
        request = spoken(language, registry)
        for _again in range(3):
            assert i18n.translate(request, TranslationString("Code", "qms")) == f"{language}:Code"
        assert i18n.translate(request, TranslationString("Code", "deform")) == f"{language}:Code"
        assert request.localizer.asked == ["Code", "Code"], "once for each domain"


def test_sentences_with_places_are_filled_each_time_and_data_is_left_alone():
    request = spoken("es", {"qms.web.sentences": {}})
    for n in (1, 2):
        text = TranslationString("${n} days", "qms", mapping={"n": n})
        assert i18n.translate(request, text) == f"es:{n} days"
    assert i18n.translate(request, "Code") == "Code"
