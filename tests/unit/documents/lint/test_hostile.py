"""Whatever is stored, the checks end quickly and never fail."""

from __future__ import annotations

from time import process_time

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from lint_papers import paper, part, told, world

from qms.documents.lint.data import Edition
from qms.documents.sections import kinds

KINDS = sorted(kinds())
WORDS = (
    "html terms items rows cards groups columns note code title text id number kind branches to "
    "records responsible term definition target bands direction value suppliers outputs stops "
    "condition name formula_text reference"
)
KEYS = st.sampled_from(WORDS.split())
SCRAPS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-5, 10**12),
    st.text(max_size=30),
    st.sampled_from(
        ["FOR-AX- SC-03", ">90% y <90%", "<li>-</li>", "et", "[Sin Cargo]", "\x00", "a1"]
    ),
)
JSON = st.recursive(
    SCRAPS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEYS, inner, max_size=5),
    max_leaves=25,
)


@given(st.sampled_from(KINDS), st.dictionaries(KEYS, JSON, max_size=6))
@example("table", {"rows": True})
@settings(max_examples=120)
def test_no_stored_content_makes_a_check_fail(kind, data):
    told(paper(part("s", kind, data)), world())


@given(st.lists(st.dictionaries(KEYS, SCRAPS, max_size=4), max_size=4))
@settings(max_examples=50)
def test_no_stored_history_makes_a_check_fail(entries):
    history = [
        Edition(str(place), place, {"in_force_from": str(one.get("value"))}, "", [one], [one])
        for place, one in enumerate(entries)
    ]
    told(paper(history=history), world())


LONG = 60_000


@pytest.mark.parametrize(
    "text",
    [
        "A-" * LONG,
        "AAAA " * (LONG // 5),
        ">" * LONG,
        "1-" * LONG,
        "el Jefe de Servicio " * (LONG // 20),
        "a. " * (LONG // 3),
        "«" * LONG,
        "<li>" * (LONG // 4),
        "palabra palabra " * (LONG // 16),
        "se cambia " * (LONG // 10),
    ],
    ids=lambda text: text[:6],
)
def test_a_hostile_length_takes_no_long_time(text):
    body = part("t", "text", {"html": f"<p>{text}</p>"})
    rows = part("a", "activities", {"rows": [{"id": "a", "title": text, "html": text}]})
    history = [Edition("1", 0, {}, "", [{"kind": "changed", "subject": text, "text": text}])]
    before = process_time()
    told(paper(body, rows, history=history), world())
    assert process_time() - before < 4
