"""Parts of pages are kept by everything that they follow from, and never more than fits."""

import threading
from typing import NamedTuple

import pytest
from chameleon.utils import Markup, Scope
from hypothesis import given
from hypothesis import strategies as st
from pyramid.config import Configurator
from pyramid.interfaces import IRequestFactory
from translationstring import TranslationString

from qms.web.parts import Kept, check_plain
from qms.web.templates import Names


class Values(NamedTuple):
    title: str
    lines: tuple = ()


@given(st.lists(st.tuples(st.integers(0, 9), st.text(max_size=6)), max_size=60))
def test_no_more_is_kept_than_fits_and_what_is_kept_is_what_was_put(puts):
    kept, known = Kept(12), {}
    for key, text in puts:
        kept.put(key, text)
        known[key] = text
        assert kept.size <= 12
    found = {key: kept.get(key) for key in known}
    assert kept.size == sum(len(one[0]) for one in found.values() if one)
    assert all(one is None or one[0] == known[key] for key, one in found.items())


def test_what_was_asked_for_longest_ago_goes_first():
    kept = Kept(3)
    for key in "abc":
        kept.put(key, key)
    kept.get("a")
    kept.put("d", "d")
    assert kept.get("b") is None
    assert kept.get("a") == ("a", None)


def test_only_texts_that_are_not_kept_are_written():
    kept, asked = Kept(100), []

    def make(things):
        asked.append(list(things))
        return [f"<{one}>" for one in things]

    assert kept.texts("list", ["a", "b"], make) == ["<a>", "<b>"]
    assert kept.texts("list", ["b", "c", "a"], make) == ["<b>", "<c>", "<a>"]
    assert kept.texts("other", ["a"], make) == ["<a>"]
    assert asked == [["a", "b"], ["c"], ["a"]]


def test_texts_are_given_although_nothing_is_kept():
    kept = Kept(0)
    assert kept.texts("list", ["a", "a"], lambda things: things) == ["a", "a"]
    assert len(kept) == 0


def test_many_threads_keep_at_once():
    kept, failures = Kept(500), []

    def work(name):
        pairs = [(n % 7, [name, str(n % 50)]) for n in range(300)]
        failures.extend(
            things for kind, things in pairs if kept.texts(kind, things, list) != things
        )

    threads = [threading.Thread(target=work, args=(str(n),)) for n in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not failures
    assert kept.size <= 500


@pytest.mark.parametrize("text", [Markup("<b>x</b>"), TranslationString("Documents")])
def test_d4_32_what_equals_a_text_but_reads_differently_is_no_part(text):
    with pytest.raises(TypeError):
        check_plain(Values("plain", (("a", text),)))
    check_plain(Values("plain", (("a", 1, None, True),)))


def test_names_of_a_place_go_before_those_of_the_page():
    page = Names(title="page", other=1)
    place = page.copy()
    place["title"] = "place"
    inner = place.copy()
    place.set_global("late", 2)
    assert (inner["title"], inner["other"], inner.get_name("late")) == ("place", 1, 2)
    assert page["title"] == "page"
    with pytest.raises(NameError):
        inner.get_name("nothing")


def test_names_are_those_of_a_scope_of_chameleon():
    page = Scope(title="page", other=1)
    place = page.copy()
    place["title"] = "place"
    taken = Names.of(place)
    page["late"] = 2
    assert dict(taken) == {"title": "place", "other": 1}
    assert taken["late"] == 2
    assert taken.copy()["title"] == "place"


def test_one_class_has_every_property_that_rooms_announce():
    config = Configurator()
    config.include("qms.web.request")
    config.add_request_method(lambda request: request.path.upper(), "loud", reify=True)
    config.commit()
    factory = config.registry.getUtility(IRequestFactory)
    assert factory.blank("/x").loud == "/X"
    assert factory.blank("/y").loud == "/Y"
