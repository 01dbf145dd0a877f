"""Names inside a pack are fit for every disk and never meet."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qms.evidence.names import LONGEST, Names, part

RESERVED = ["CON", "nul.pdf", "Com1.txt", "LPT9", "aux"]


@given(st.text(max_size=300))
def test_d4_36_any_text_becomes_one_harmless_part(text):
    name = part(text)
    assert 0 < len(name) <= LONGEST + 1
    assert not set(name) & set('\\/:*?"<>|')
    assert name.strip(". ") == name
    assert name not in {".", ".."}
    assert not any(unicodedata.category(char)[0] == "C" for char in name)


@pytest.mark.parametrize(
    "text", ["a\u202efdp.exe", "a\r\nSet-Cookie: x", "a\x00b", "../../a", "C:\\a"]
)
def test_d4_36_direction_marks_line_ends_and_paths_are_taken_out(text):
    assert not set(part(text)) & set("\u202e\r\n\x00/\\:")


@pytest.mark.parametrize("text", RESERVED)
def test_d4_44_names_that_windows_keeps_for_itself_get_another_beginning(text):
    assert part(text) == f"_{text}"


@given(st.lists(st.text(max_size=20), max_size=12))
def test_d4_44_no_two_paths_meet_on_any_disk(texts):
    names = Names()
    taken = [names.take("adjuntos", text) for text in texts]
    folded = {unicodedata.normalize("NFKC", one.casefold()) for one in taken}
    assert len(folded) == len(texts)
    assert all(one.startswith("adjuntos/") and one.count("/") == 1 for one in taken)


def test_d4_44_twins_of_case_and_of_composition_get_numbers():
    names = Names()
    texts = ["Acta.PDF", "acta.pdf", "Cafe\u0301.pdf", "Café.pdf", "caf\u00e9.pdf"]
    assert [names.take("", text) for text in texts] == [
        "Acta.PDF",
        "acta (2).pdf",
        "Café.pdf",
        "Café (2).pdf",
        "café (3).pdf",
    ]
