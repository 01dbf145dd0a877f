"""Words that were misspelt by ear or by a slip of the finger."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qms.search.spelling import meant, slips

KNOWN = (
    "atencion",
    "bajas",
    "clientes",
    "direccionamiento",
    "envios",
    "gestion",
    "hoja",
    "informacion",
    "servicio",
    "vehiculo",
)


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("informasion", "informacion"),
        ("imformacion", "informacion"),
        ("direcionamiento", "direccionamiento"),
        ("direcionam", "direccionamiento"),
        ("serbicio", "servicio"),
        ("cervisio", "servicio"),
        ("behiculo", "vehiculo"),
        ("gestoin", "gestion"),
        ("jestion", "gestion"),
        ("embios", "envios"),
        ("xilofono", ""),
        ("hja", ""),
        ("2026", ""),
    ],
)
def test_a_word_is_known_by_its_sound_or_but_for_a_slip(typed, found):
    assert meant(typed, KNOWN) == found


words = st.text("abcdeghijklmnñopqrstuvxyz", max_size=9)


@settings(max_examples=60)
@given(words, words, st.integers(0, 3))
def test_slips_are_the_same_both_ways_and_none_between_equals(one, other, most):
    assert slips(one, other, most) == slips(other, one, most)
    assert (slips(one, other, most) == 0) == (one == other)
