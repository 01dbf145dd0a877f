"""YAML is read as plain located data, and hostile YAML is refused with its line."""

from __future__ import annotations

import time
from contextlib import suppress

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from qms.profiles import reader
from qms.profiles.errors import ProfileMistakes
from qms.profiles.reader import from_plain, plain, read


def refusals(text: str | bytes) -> list[str]:
    with pytest.raises(ProfileMistakes) as found:
        read(text, "f.yaml")
    return found.value.lines()


def test_values_mean_what_they_look_like() -> None:
    text = "{a: no, b: 01, c: 2018-05, d: 1.0, e: 7, f: '7', g: true, h: null, i: -3, j: 1_000}"
    assert plain(read(text, "f")) == {
        "a": "no",
        "b": "01",
        "c": "2018-05",
        "d": "1.0",
        "e": 7,
        "f": "7",
        "g": True,
        "h": None,
        "i": -3,
        "j": "1_000",
    }


def test_comments_and_a_byte_order_mark_do_not_matter() -> None:
    assert plain(read("\ufeff# first\na: 1 # then\n".encode(), "f")) == {"a": 1}


@pytest.mark.parametrize(
    "tagged",
    [
        "!!python/object/apply:os.system ['true']",
        "!!python/name:os.system",
        "!!python/object:qms.content.models.Site {}",
        "!<tag:yaml.org,2002:python/tuple> [1]",
        "!!str 7",
        "!local x",
        "{py/object: os.system}",
        "{py/reduce: [os.system]}",
    ],
)
def test_d4_55_type_tags_are_refused_with_their_line(tagged: str) -> None:
    (line,) = refusals(f"fine: 1\nbad: {tagged}\n")
    assert line.startswith("f.yaml:2: tags such as ")


def test_d4_55_billion_laughs_is_refused_at_once() -> None:
    layers = ["a0: &a0 [lol, lol]"]
    layers += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 12)]
    began = time.perf_counter()
    lines = refusals("\n".join(layers))
    assert time.perf_counter() - began < 1
    assert lines[0].startswith("f.yaml:1: anchors (&) and aliases (*) are not accepted")


def test_d4_55_merge_keys_and_recursive_aliases_are_refused() -> None:
    assert "anchors" in refusals("a: &a {b: 1}\nc:\n  <<: *a\n")[0]
    assert "anchors" in refusals("&a [*a]")[0]


@pytest.mark.parametrize("nested", ["[" * 10_000, "{a: " * 10_000, "- " * 10_000, "? " * 10_000])
def test_d4_59_deep_nesting_is_refused_at_once(nested: str) -> None:
    began = time.perf_counter()
    lines = refusals(nested)
    assert time.perf_counter() - began < 1
    assert any("nested too deeply" in line or "a key must be" in line for line in lines)


def test_d4_59_a_huge_file_is_refused_before_it_is_parsed() -> None:
    assert "this file is too large" in refusals("#" * (reader.MAX_BYTES + 1))[0]


def test_d4_59_too_many_values_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reader, "MAX_NODES", 50)
    assert "too many values" in refusals("[" + "1," * 60 + "]")[0]


def test_duplicate_keys_are_refused_with_both_lines() -> None:
    (line,) = refusals("a: 1\nb: 2\na: 3\n")
    assert line == "f.yaml:3: the key «a» is here twice; the first one is in line 1"


def test_keys_that_are_composed_and_decomposed_alike_are_the_same() -> None:
    assert "here twice" in refusals("cafe\u0301: 1\ncaf\u00e9: 2\n")[0]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("a: [1\nb: 2\n", "f.yaml:2: this is not readable YAML"),
        ("a: 1\n\tb: 2\n", "f.yaml:2: this is not readable YAML"),
        ("a: 1\n---\nb: 2\n", "f.yaml:2: a file holds one YAML document only"),
        ("%YAML 1.1\n---\na: 1\n", "YAML directives are not accepted here"),
        ("%TAG ! tag:x,2000:\n---\na: 1\n", "YAML directives are not accepted here"),
        ("", "this file is empty"),
        ("# only a comment\n", "this file is empty"),
        ("a: 1\nb: \x00\n", "f.yaml:2: this line holds a character that YAML does not allow"),
        (b"a: 1\nb: \xff\n", "f.yaml:2: this line is not UTF-8 text"),
        ("[a]: 1\n", "a key must be a single word or text"),
    ],
)
def test_what_cannot_be_read_is_said_with_its_line(text: str | bytes, said: str) -> None:
    assert any(said in line for line in refusals(text))


def test_the_slow_parser_gives_the_same_as_the_fast_one(monkeypatch, text: str) -> None:
    fast = read(text, "f")
    monkeypatch.setattr(reader, "_LOADER", yaml.SafeLoader)
    assert read(text, "f") == fast


@given(st.binary(max_size=200) | st.text(max_size=200))
def test_any_input_is_read_or_refused(data: bytes | str) -> None:
    with suppress(ProfileMistakes):
        node = read(data, "f")
        assert plain(node) == plain(from_plain(plain(node)))


PLAIN = st.recursive(
    st.none() | st.booleans() | st.integers(-99, 99) | st.text("abc ñ", max_size=4),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text("abc"), inner, max_size=3),
    max_leaves=8,
)


@given(PLAIN)
def test_plain_data_goes_through_nodes_unchanged(data: object) -> None:
    assert plain(from_plain(data)) == data
