"""What a browser sent becomes a tree that is safe to walk."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from qms.web.shapes import DEEPEST, sent_tree

MARKS = st.sampled_from(["x:mapping", "x:sequence", "x:rename", "x:ignore", "x", "", "x:strange"])
STREAM = st.lists(
    st.one_of(
        st.tuples(st.just("__start__"), MARKS),
        st.tuples(st.just("__end__"), MARKS),
        st.tuples(st.sampled_from(["a", "b", ""]), st.text(max_size=3)),
    ),
    max_size=30,
)


def nested(levels):
    start, end = ("__start__", "a:mapping"), ("__end__", "a:mapping")
    return [("first", "1"), *[start] * levels, ("last", "2"), *[end] * levels]


def depth(tree):
    parts = tree.values() if isinstance(tree, dict) else tree if isinstance(tree, list) else ()
    return 1 + max(map(depth, parts), default=0)


@settings(max_examples=60)
@given(STREAM)
def test_d4_59_whatever_stream_is_sent_gives_a_tree_or_nothing(stream):
    tree = sent_tree(stream)
    assert isinstance(tree, dict)
    assert depth(tree) <= DEEPEST + 2


def test_d4_59_a_stream_deeper_than_any_form_counts_as_nothing():
    assert sent_tree(nested(3))["a"]["a"]["a"] == {"last": "2"}
    assert depth(sent_tree(nested(DEEPEST))) == DEEPEST + 2
    for levels in (DEEPEST + 1, 20_000):
        assert sent_tree(nested(levels)) == {}
